/*
 * The pages of tests: the fixtures and tests of each memorandum, as they stand. Used by the weaver alone.
 */
#include "weave.h"

static bool is_test(const struct mou_woven_rule *rule)
{
    return rule->thing.thing_class == MOU_THING_TEST || rule->thing.thing_class == MOU_THING_FIXTURE;
}

static void put_test(struct mou_weaver *weaver, const struct mou_woven_rule *rule)
{
    mou_weave_raw(weaver, "<section class=\"test\" id=\"");
    mou_thing_id(weaver, rule->thing, &weaver->page);
    mou_weave_raw(weaver, "\">\n<h2><span class=\"kind\">");
    mou_weave_raw(weaver, mou_thing_kind(weaver, rule->thing));
    mou_weave_raw(weaver, "</span> ");
    mou_weave_text(weaver, mou_thing_name(weaver, rule->thing));
    mou_weave_raw(weaver, "</h2>\n");
    mou_weave_notes(weaver, rule->decl);
    mou_weave_code(weaver, rule->decl, MOU_CLAUSE_KIND_COUNT);
    mou_weave_raw(weaver, "</section>\n");
}

static bool has_tests(const struct mou_weaver *weaver, uint32_t memorandum)
{
    for (size_t i = 0; i < weaver->rules.count; i++) {
        if (weaver->rules.items[i].memorandum == memorandum && is_test(&weaver->rules.items[i])) {
            return true;
        }
    }
    return false;
}

static void put_title(struct mou_weaver *weaver, uint32_t memorandum)
{
    struct mou_buf title;
    struct mou_text of = memorandum != MOU_NO_INDEX ? weaver->program->memoranda.items[memorandum].name : mou_text_of(mou_weave_say(weaver, "词表", "Vocabulary"));
    mou_buf_init(&title, NULL, 65536);
    mou_buf_append(&title, of.bytes, of.len);
    mou_buf_text(&title, mou_weave_say(weaver, "：测试", ": tests"));
    struct mou_text words = mou_buf_into_arena(&title, weaver->arena);
    mou_weave_begin(weaver, MOU_PAGE_OTHER, words, MOU_TEXT(""));
}

static void write_tests(struct mou_weaver *weaver, uint32_t memorandum)
{
    struct mou_buf name;
    if (!has_tests(weaver, memorandum)) {
        return;
    }
    put_title(weaver, memorandum);
    mou_weave_raw(weaver, "<p class=\"back\"><a href=\"");
    mou_weave_memorandum_page(weaver, memorandum, false, &weaver->page);
    mou_weave_raw(weaver, "\">");
    mou_weave_words(weaver, "回到规则", "Back to the rules");
    mou_weave_raw(weaver, "</a></p>\n");
    for (size_t i = 0; i < weaver->rules.count; i++) {
        if (weaver->rules.items[i].memorandum == memorandum && is_test(&weaver->rules.items[i])) {
            put_test(weaver, &weaver->rules.items[i]);
        }
    }
    mou_buf_init(&name, NULL, 4096);
    mou_weave_memorandum_page(weaver, memorandum, true, &name);
    mou_weave_end(weaver, name.failed ? "" : name.data);
    mou_buf_free(&name);
}

void mou_weave_tests(struct mou_weaver *weaver)
{
    for (uint32_t i = 0; i < weaver->program->memoranda.count; i++) {
        write_tests(weaver, i);
    }
    write_tests(weaver, MOU_NO_INDEX);
}
