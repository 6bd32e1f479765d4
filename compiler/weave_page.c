/*
 * The frame of a page: head, navigation, foot; and the list of facts. Used by the weaver alone.
 */
#include "weave.h"

static const struct {
    const char *file;
    const char *zh;
    const char *en;
} pages[] = {
    [MOU_PAGE_HOME] = {"index.html", "首页", "Home"},
    [MOU_PAGE_MEASURES] = {"measures.html", "措施目录", "Measures"},
    [MOU_PAGE_AUTHORITIES] = {"authorities.html", "机关", "Authorities"},
    [MOU_PAGE_ARTICLES] = {"articles.html", "法规依据", "Legal bases"},
    [MOU_PAGE_VOCABULARY] = {"vocabulary.html", "词表", "Vocabulary"},
    [MOU_PAGE_NAMES] = {"names.html", "名称索引", "Names"},
    [MOU_PAGE_CALENDAR] = {"calendar.html", "工作日历", "Calendar"},
    [MOU_PAGE_OTHER] = {"", "", ""},
};

const char *mou_weave_file(enum mou_woven_page page)
{
    return pages[page].file;
}

static void put_navigation(struct mou_weaver *weaver, enum mou_woven_page page)
{
    mou_buf_printf(&weaver->page, "<nav class=\"site\" aria-label=\"%s\">\n<ul>\n", mou_weave_say(weaver, "全部页面", "All pages"));
    for (int i = 0; i < (int)MOU_PAGE_OTHER; i++) {
        mou_buf_printf(&weaver->page, "<li><a href=\"%s\"%s>", pages[i].file, i == (int)page ? " aria-current=\"page\"" : "");
        mou_weave_words(weaver, pages[i].zh, pages[i].en);
        mou_weave_raw(weaver, "</a></li>\n");
    }
    mou_weave_raw(weaver, "</ul>\n</nav>\n");
}

void mou_weave_begin(struct mou_weaver *weaver, enum mou_woven_page page, struct mou_text title, struct mou_text subtitle)
{
    mou_buf_clear(&weaver->page);
    mou_buf_printf(&weaver->page, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n", mou_weave_say(weaver, "zh-CN", "en"));
    mou_weave_raw(weaver, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"generator\" content=\"mou doc\">\n<title>");
    mou_weave_text(weaver, title);
    mou_weave_raw(weaver, "</title>\n<link rel=\"stylesheet\" href=\"style.css\">\n</head>\n<body>\n");
    mou_buf_printf(&weaver->page, "<a class=\"skip\" href=\"#main\">%s</a>\n", mou_weave_say(weaver, "跳到正文", "Skip to content"));
    put_navigation(weaver, page);
    mou_weave_raw(weaver, "<main id=\"main\" lang=\"zh-CN\">\n<header class=\"title\">\n<h1>");
    mou_weave_text(weaver, title);
    mou_weave_raw(weaver, "</h1>\n");
    if (subtitle.len > 0) {
        mou_weave_raw(weaver, "<p class=\"subtitle\">");
        mou_weave_text(weaver, subtitle);
        mou_weave_raw(weaver, "</p>\n");
    }
    mou_weave_raw(weaver, "</header>\n");
}

void mou_weave_end(struct mou_weaver *weaver, const char *name)
{
    mou_weave_raw(weaver, "</main>\n<footer><p>");
    mou_weave_words(weaver, "本页由规则文件编出，以规则文件和备忘录原件为准。", "Woven from the rule files; the rule files and the memoranda themselves prevail.");
    mou_weave_raw(weaver, "</p></footer>\n</body>\n</html>\n");
    if (weaver->status == MOU_OK && (weaver->page.failed || mou_arena_failed(weaver->arena))) {
        weaver->status = MOU_ERROR_MEMORY;
    }
    if (weaver->status == MOU_OK) {
        weaver->status = weaver->take(weaver->state, name, weaver->page.data, weaver->page.len);
    }
}

void mou_weave_fact(struct mou_weaver *weaver, const char *zh, const char *en)
{
    mou_weave_raw(weaver, "<dt>");
    mou_weave_words(weaver, zh, en);
    mou_weave_raw(weaver, "</dt><dd>");
}

void mou_weave_fact_end(struct mou_weaver *weaver)
{
    mou_weave_raw(weaver, "</dd>\n");
}
