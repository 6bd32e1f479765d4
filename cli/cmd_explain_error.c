/*
 * mou explain-error: what a diagnostic means, with a wrong and a right example; without a code, the list of all.
 */
#include <string.h>

#include "cli.h"
#include "error_pages.h"

#define OUTPUT_BYTES_MAX ((size_t)4 * 1024 * 1024)

static const struct mou_error_page *page_of(const char *code)
{
    for (size_t i = 0; i < mou_error_page_count; i++) {
        if (strcmp(mou_error_pages[i].code, code) == 0) {
            return &mou_error_pages[i];
        }
    }
    return NULL;
}

/** The word in ASCII, Ｅ０５０１ as E0501, as far as `size` goes. */
static void fold(const char *word, char *out, size_t size)
{
    const size_t word_len = strlen(word);
    size_t len = 0;
    for (size_t at = 0; at < word_len && len + 1 < size;) {
        uint32_t c = 0;
        const size_t step = mou_utf8_decode(word + at, word_len - at, &c);
        c = c >= 0xFF01 && c <= 0xFF5E ? c - 0xFEE0 : c;
        out[len++] = step != 0 && c < 0x80 ? (char)c : '?';
        at += step != 0 ? step : 1;
    }
    out[len] = '\0';
}

static const char *without_zeros(const char *digits)
{
    return digits + strspn(digits, "0");
}

/** The code that is meant: e0501, 0501, 501 and Ｅ０５０１ are E0501. False if there is none. */
static bool find_code(const char *word, enum mou_diag_code *code)
{
    char ascii[16];
    fold(word, ascii, sizeof ascii);
    const char *digits = (ascii[0] >= '0' && ascii[0] <= '9') || ascii[0] == '\0' ? ascii : ascii + 1;
    const char letter = digits == ascii ? '\0' : (char)(ascii[0] & ~0x20);
    for (int i = 0; i < MOU_DIAG_COUNT; i++) {
        const char *known = mou_diag_code_text((enum mou_diag_code)i);
        if ((letter == '\0' || letter == known[0]) && strcmp(without_zeros(known + 1), without_zeros(digits)) == 0) {
            *code = (enum mou_diag_code)i;
            return true;
        }
    }
    return false;
}

/** The message with “…” where a real one would name things. */
static void append_message(const struct mou_cli *cli, enum mou_diag_code code, bool help, struct mou_buf *out)
{
    struct mou_diagnostic diagnostic = {.code = code, .span = MOU_NO_SPAN, .second = MOU_NO_SPAN};
    for (size_t i = 0; i < 4; i++) {
        diagnostic.arguments[i] = MOU_TEXT("…");
    }
    if (help) {
        mou_diagnostic_help(&diagnostic, cli->lang, out);
    } else {
        mou_diagnostic_message(&diagnostic, cli->lang, out);
    }
}

static void append_head(const struct mou_cli *cli, enum mou_diag_code code, struct mou_buf *out)
{
    static const char *const severities[][2] = {{"错误", "error"}, {"警告", "warning"}, {"说明", "note"}};
    const char *basis = mou_diag_basis(code);
    mou_buf_printf(out, "%s %s%s", mou_diag_code_text(code), severities[mou_diag_severity(code)][cli->lang == MOU_LANG_EN], mou_say(cli, "：", ": "));
    append_message(cli, code, false, out);
    mou_buf_char(out, '\n');
    if (*basis != '\0') {
        mou_buf_printf(out, "%s%s\n", mou_say(cli, "依据：", "Legal basis: "), basis);
    }
    const size_t with_basis = out->len;
    mou_buf_text(out, mou_say(cli, "建议：", "Help: "));
    const size_t with_label = out->len;
    append_message(cli, code, true, out);
    if (out->len == with_label) {
        out->len = with_basis;
    } else {
        mou_buf_char(out, '\n');
    }
}

static bool line_is(struct mou_text line, const char *text)
{
    return mou_text_equal(line, mou_text_of(text));
}

/** The page without its title and without the other language. */
static void append_page(const struct mou_cli *cli, const struct mou_error_page *page, struct mou_buf *out)
{
    const char *text = (const char *)page->text;
    bool shown = false;
    for (size_t begin = 0; begin < page->len;) {
        const char *newline = memchr(text + begin, '\n', page->len - begin);
        const size_t end = newline != NULL ? (size_t)(newline - text) : page->len;
        const struct mou_text line = {text + begin, end - begin};
        begin = end + 1;
        bool fence = line.len >= 3 && memcmp(line.bytes, "```", 3) == 0;
        if (line_is(line, "## 中文") || line_is(line, "## English")) {
            shown = line_is(line, cli->lang == MOU_LANG_EN ? "## English" : "## 中文");
        } else if (line_is(line, "## 错 · Wrong") || line_is(line, "## 对 · Right")) {
            bool wrong = line_is(line, "## 错 · Wrong");
            shown = true;
            mou_buf_printf(out, "%s\n", wrong ? mou_say(cli, "错的写法：", "Wrong:") : mou_say(cli, "对的写法：", "Right:"));
        } else if (shown && !fence) {
            mou_buf_append(out, line.bytes, line.len);
            mou_buf_char(out, '\n');
        }
    }
}

static void append_list(const struct mou_cli *cli, struct mou_buf *out)
{
    for (size_t i = 0; i < mou_error_page_count; i++) {
        enum mou_diag_code code = MOU_DIAG_INTERNAL;
        if (find_code(mou_error_pages[i].code, &code)) {
            mou_buf_printf(out, "%s  ", mou_error_pages[i].code);
            append_message(cli, code, false, out);
            mou_buf_char(out, '\n');
        }
    }
}

enum mou_exit mou_cmd_explain_error(struct mou_cli *cli)
{
    enum mou_diag_code code = MOU_DIAG_INTERNAL;
    struct mou_buf out;
    if (cli->argument_count > 0 && !find_code(cli->arguments[0], &code)) {
        mou_complain(cli, mou_say(cli, "没有编号为“%s”的诊断；mou explain-error 列出全部编号", "there is no diagnostic “%s”; mou explain-error lists all"), cli->arguments[0]);
        return MOU_EXIT_USAGE;
    }
    mou_buf_init(&out, NULL, OUTPUT_BYTES_MAX);
    if (cli->argument_count == 0) {
        append_list(cli, &out);
    } else {
        const struct mou_error_page *page = page_of(mou_diag_code_text(code));
        append_head(cli, code, &out);
        if (page != NULL) {
            append_page(cli, page, &out);
        }
    }
    const enum mou_exit done = mou_output(cli, &out);
    mou_buf_free(&out);
    return done;
}
