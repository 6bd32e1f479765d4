/*
 * Notices as text for a terminal or a file, and as one page of HTML that prints well.
 */
#include "notice.h"

#define LINE_WIDTH 78u

static void put_spaces(struct mou_buf *out, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        mou_buf_char(out, ' ');
    }
}

/** Marks that do not begin a line, and those that do not end one. */
static bool is_one_of(uint32_t code_point, const char *marks)
{
    const struct mou_text text = mou_text_of(marks);
    for (size_t at = 0; at < text.len;) {
        uint32_t mark = 0;
        const size_t len = mou_utf8_decode(text.bytes + at, text.len - at, &mark);
        if (mark == code_point) {
            return true;
        }
        at += len > 0 ? len : 1;
    }
    return false;
}

/** Whether the line ends before this character. Latin words and numbers are not cut, closing marks hang, opening ones go with what they open. */
static bool breaks_before(uint32_t code_point, size_t width, unsigned cells)
{
    if (is_one_of(code_point, "“‘（《〔「")) {
        return width + cells + 2 > LINE_WIDTH;
    }
    return width + cells > LINE_WIDTH && (code_point == ' ' || (cells == 2 && !is_one_of(code_point, "，。；：、”’）》〕」！？")));
}

/** Breaks a text at the line's width in terminal cells; `first` is the indent. */
static void put_wrapped(struct mou_buf *out, struct mou_text text, size_t first)
{
    size_t width = first;
    put_spaces(out, first);
    for (size_t at = 0; at < text.len;) {
        uint32_t code_point = 0;
        const size_t len = mou_utf8_decode(text.bytes + at, text.len - at, &code_point);
        const size_t step = len > 0 ? len : 1;
        const unsigned cells = len > 0 ? mou_display_width(code_point) : 1;
        if (breaks_before(code_point, width, cells)) {
            mou_buf_char(out, '\n');
            width = 0;
            if (code_point == ' ') {
                at += step;
                continue;
            }
        }
        mou_buf_append(out, text.bytes + at, step);
        width += cells;
        at += step;
    }
    mou_buf_char(out, '\n');
}

static void put_block(struct mou_buf *out, const struct mou_block *block)
{
    const size_t width = mou_text_width(block->text);
    const size_t room = width < LINE_WIDTH ? LINE_WIDTH - width : 0;
    switch (block->kind) {
    case MOU_BLOCK_TITLE:
    case MOU_BLOCK_NUMBER:
        put_wrapped(out, block->text, room / 2);
        mou_buf_char(out, '\n');
        return;
    case MOU_BLOCK_CLOSING:
        put_wrapped(out, block->text, room);
        return;
    case MOU_BLOCK_ADDRESS:
        put_wrapped(out, block->text, 0);
        return;
    case MOU_BLOCK_HEADING:
    case MOU_BLOCK_PARAGRAPH:
    case MOU_BLOCK_ITEM:
        break;
    }
    put_wrapped(out, block->text, 4);
}

void mou_notice_put_text(const struct mou_notice *notice, struct mou_buf *out)
{
    for (size_t i = 0; i < notice->blocks.count; i++) {
        const struct mou_block *block = &notice->blocks.items[i];
        if (block->kind == MOU_BLOCK_CLOSING && (i == 0 || notice->blocks.items[i - 1].kind != MOU_BLOCK_CLOSING)) {
            mou_buf_char(out, '\n');
        }
        put_block(out, block);
    }
}

/* ------------------------------------------------------------------ HTML */

void mou_notice_put_html(const struct mou_notice *notice, struct mou_buf *out)
{
    static const char *const tags[] = {[MOU_BLOCK_TITLE] = "h1", [MOU_BLOCK_NUMBER] = "p class=\"number\"", [MOU_BLOCK_ADDRESS] = "p class=\"address\"", [MOU_BLOCK_HEADING] = "h2",
                                       [MOU_BLOCK_PARAGRAPH] = "p", [MOU_BLOCK_ITEM] = "p", [MOU_BLOCK_CLOSING] = "p class=\"closing\""};
    static const char *const ends[] = {[MOU_BLOCK_TITLE] = "h1", [MOU_BLOCK_NUMBER] = "p", [MOU_BLOCK_ADDRESS] = "p", [MOU_BLOCK_HEADING] = "h2",
                                       [MOU_BLOCK_PARAGRAPH] = "p", [MOU_BLOCK_ITEM] = "p", [MOU_BLOCK_CLOSING] = "p"};
    mou_buf_printf(out, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>", mou_say(notice->cli, "zh-CN", "en"));
    if (notice->blocks.count > 0) {
        mou_buf_markup(out, notice->blocks.items[0].text);
    }
    mou_buf_text(out, "</title>\n<style>\n@page { size: A4; margin: 37mm 26mm 35mm 28mm }\n"
                      "body { font: 16pt/1.75 \"Noto Serif CJK SC\", \"Songti SC\", SimSun, serif; max-width: 40em; margin: 2em auto; padding: 0 1em; color: #000; background: #fff }\n"
                      "h1 { font-size: 22pt; text-align: center; margin: 0 0 .5em }\nh2 { font-size: 16pt; margin: .8em 0 .2em; text-indent: 2em; break-after: avoid }\n"
                      "p { margin: .2em 0; text-indent: 2em; text-align: justify }\n.number { text-align: center; text-indent: 0 }\n.address { text-indent: 0 }\n"
                      ".closing { text-align: right; text-indent: 0; break-before: avoid }\n@media print { body { margin: 0; padding: 0; max-width: none } }\n</style></head>\n<body>\n");
    for (size_t i = 0; i < notice->blocks.count; i++) {
        const struct mou_block *block = &notice->blocks.items[i];
        mou_buf_printf(out, "<%s>", tags[block->kind]);
        mou_buf_markup(out, block->text);
        mou_buf_printf(out, "</%s>\n", ends[block->kind]);
    }
    mou_buf_text(out, "</body>\n</html>\n");
}
