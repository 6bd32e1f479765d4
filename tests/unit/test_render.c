/*
 * base/render.c: whole messages as people see them, carets under Chinese text, long lines, control
 * characters, several lines.
 */
#include "message_fixture.h"
#include "mou_test.h"

static void use_text(struct fixture *fixture, const char *text)
{
    fixture->source = (struct mou_source){"样例.mou", text, strlen(text)};
}

/** The bytes of the `nth` (from 0) occurrence of `part`. */
static struct mou_span span_of(const struct fixture *fixture, const char *part, int nth)
{
    const char *found = strstr(fixture->source.bytes, part);
    for (; nth > 0 && found != NULL; nth--) {
        found = strstr(found + 1, part);
    }
    assert_non_null(found);
    const uint32_t begin = (uint32_t)(found - fixture->source.bytes);
    return (struct mou_span){0, begin, begin + (uint32_t)strlen(part)};
}

static struct mou_diagnostic *unknown_name(struct fixture *fixture, struct mou_span span)
{
    return mou_diagnose(&fixture->list, MOU_DIAG_UNKNOWN_NAME, span, MOU_TEXT("失信情型"),
                        MOU_TEXT("字段"), NOTHING);
}

static const char *render(struct fixture *fixture, const struct mou_diagnostic *diagnostic,
                          enum mou_lang lang)
{
    mou_buf_clear(&fixture->out);
    mou_diagnostic_render(diagnostic, &fixture->source, 1, lang, false, &fixture->out);
    assert_false(fixture->out.failed);
    assert_true(mou_utf8_valid(fixture->out.data, fixture->out.len));
    return fixture->out.data;
}

/** The `nth` line (from 0) of a rendered message, until the next call. */
static const char *line_of(const char *text, int nth)
{
    static char line[4096];
    for (; nth > 0; nth--) {
        text = strchr(text, '\n');
        assert_non_null(text);
        text++;
    }
    const size_t len = strcspn(text, "\n");
    assert_true(len < sizeof line);
    memcpy(line, text, len);
    line[len] = '\0';
    return line;
}

static void a_whole_message(void **state)
{
    struct fixture *fixture = *state;
    use_text(fixture,
             "认定 失信被执行人\n    凭 执行案件\n        当 失信情型 是 违反限制消费令\n");
    struct mou_diagnostic *diagnostic = unknown_name(fixture, span_of(fixture, "失信情型", 0));
    diagnostic->suggestion = MOU_TEXT("失信情形");
    assert_text_equal(render(fixture, diagnostic, MOU_LANG_ZH),
                      "错误[E0301]：没有叫“失信情型”的字段\n"
                      " --> 样例.mou:3:11\n"
                      "  |\n"
                      "3 |         当 失信情型 是 违反限制消费令\n"
                      "  |            ^^^^^^^^\n"
                      "  = 是否应为“失信情形”？\n"
                      "  = 建议：检查写法，或者先声明、引用它\n");
    assert_text_equal(render(fixture, diagnostic, MOU_LANG_EN),
                      "error[E0301]: there is no field called “失信情型”\n"
                      " --> 样例.mou:3:11\n"
                      "  |\n"
                      "3 |         当 失信情型 是 违反限制消费令\n"
                      "  |            ^^^^^^^^\n"
                      "  = did you mean “失信情形”?\n"
                      "  = help: check the spelling, or declare or use it first\n");
}

static void a_legal_basis_and_a_second_place(void **state)
{
    struct fixture *fixture = *state;
    use_text(fixture, "\n\n\n\n\n\n\n\n字段 甲\n字段 甲 乙\n工作日历 2026\n");
    struct mou_diagnostic *diagnostic =
        mou_diagnose(&fixture->list, MOU_DIAG_CALENDAR_DAY, span_of(fixture, "2026", 0), NOTHING,
                     NOTHING, NOTHING);
    diagnostic->second = span_of(fixture, "甲", 0);
    assert_text_equal(render(fixture, diagnostic, MOU_LANG_ZH),
                      "错误[E0308]：这一天不属于所写的年份，或者起止颠倒\n"
                      "  --> 样例.mou:11:6\n"
                      "   |\n"
                      "11 | 工作日历 2026\n"
                      "   |          ^^^^\n"
                      "   = 另一处：\n"
                      "  --> 样例.mou:9:4\n"
                      "   |\n"
                      " 9 | 字段 甲\n"
                      "   |      --\n"
                      "   = 建议：按国务院办公厅的通知核对日期\n"
                      "   = 依据：《全国年节及纪念日放假办法》\n");
    assert_contains(render(fixture, diagnostic, MOU_LANG_EN), "   = the other place:\n");
    assert_contains(fixture->out.data, "   = legal basis: 《全国年节及纪念日放假办法》\n");
}

static void without_a_place(void **state)
{
    struct fixture *fixture = *state;
    use_text(fixture, "x");
    const struct mou_diagnostic *diagnostic = unknown_name(fixture, MOU_NO_SPAN);
    assert_text_equal(
        render(fixture, diagnostic, MOU_LANG_ZH),
        "错误[E0301]：没有叫“失信情型”的字段\n  = 建议：检查写法，或者先声明、引用它\n");
    mou_buf_clear(&fixture->out);
    mou_diagnostic_render(diagnostic, NULL, 0, MOU_LANG_EN, false, &fixture->out);
    assert_contains(fixture->out.data, "error[E0301]");
}

static void a_correction_is_shown(void **state)
{
    struct fixture *fixture = *state;
    use_text(fixture, "abc");
    struct mou_diagnostic *diagnostic = unknown_name(fixture, span_of(fixture, "b", 0));
    diagnostic->has_fixit = true;
    diagnostic->fixit = (struct mou_fixit){diagnostic->span, MOU_TEXT("当 失信")};
    assert_contains(render(fixture, diagnostic, MOU_LANG_ZH), "  = 改为“当 失信”\n");
    assert_contains(render(fixture, diagnostic, MOU_LANG_EN), "  = write “当 失信”\n");
}

static void carets_stand_under_what_they_mean(void **state)
{
    static const struct {
        const char *text, *part, *excerpt, *carets;
    } rows[] = {
        {"a b c", "b", "1 | a b c", "  |   ^"},
        {"当（甲）。", "）。", "1 | 当（甲）。", "  |       ^^^^"},
        {"\t当\t甲", "甲", "1 |     当    甲", "  |           ^^"},
        {"e\xCC\x81x", "x", "1 | e\xCC\x81x", "  |  ^"},
        {"a\x01"
         "b",
         "b", "1 | aU+0001b", "  |        ^"},
        {"a\xE2\x80\xAE"
         "b",
         "\xE2\x80\xAE", "1 | aU+202Eb", "  |  ^^^^^^"},
        {"\xFF\xFE甲", "甲", "1 | \xEF\xBF\xBD\xEF\xBF\xBD甲", "  |   ^^"},
        {"“甲”", "甲", "1 | “甲”", "  |  ^^"},
        {"甲\r\n", "甲", "1 | 甲", "  | ^^"},
        {"\xEF\xBB\xBF甲乙", "乙", "1 | 甲乙", "  |   ^^"},
    };
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        use_text(fixture, rows[i].text);
        mou_diagnostics_init(&fixture->list, fixture->arena);
        const char *text =
            render(fixture, unknown_name(fixture, span_of(fixture, rows[i].part, 0)), MOU_LANG_ZH);
        assert_text_equal(line_of(text, 3), rows[i].excerpt);
        assert_text_equal(line_of(text, 4), rows[i].carets);
    }
}

static void empty_spans_have_one_caret(void **state)
{
    struct fixture *fixture = *state;
    use_text(fixture, "甲\n");
    assert_text_equal(
        line_of(render(fixture, unknown_name(fixture, (struct mou_span){0, 3, 3}), MOU_LANG_ZH), 4),
        "  |   ^");
    assert_text_equal(
        line_of(render(fixture, unknown_name(fixture, (struct mou_span){0, 4, 4}), MOU_LANG_ZH), 3),
        "2 |");
    assert_text_equal(line_of(fixture->out.data, 4), "  | ^");
}

static void a_file_as_a_whole_has_no_line(void **state)
{
    struct fixture *fixture = *state;
    use_text(fixture, "PK\x03\x04 \xFF");
    assert_text_equal(line_of(render(fixture, unknown_name(fixture, (struct mou_span){0, 0, 0}), MOU_LANG_ZH), 1), " --> 样例.mou");
    assert_text_equal(line_of(fixture->out.data, 2), "  = 建议：检查写法，或者先声明、引用它");
}

static void spans_outside_the_source_do_no_harm(void **state)
{
    struct fixture *fixture = *state;
    use_text(fixture, "甲\n乙");
    const struct mou_span spans[] = {
        {0, 100, 200}, {0, 0, 200}, {0, 1, 2}, {0, 3, 4}, {0, UINT32_MAX - 1, UINT32_MAX}};
    for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++) {
        assert_contains(render(fixture, unknown_name(fixture, spans[i]), MOU_LANG_ZH), "^");
    }
}

static void spans_over_lines_show_both_ends(void **state)
{
    struct fixture *fixture = *state;
    use_text(fixture, "甲 当\n    乙\n  丙 丁\n");
    const struct mou_span span = {0, span_of(fixture, "当", 0).begin,
                                  span_of(fixture, "丙", 0).end};
    assert_contains(render(fixture, unknown_name(fixture, span), MOU_LANG_ZH), "1 | 甲 当\n"
                                                                               "  |    ^^\n"
                                                                               "...\n"
                                                                               "3 |   丙 丁\n"
                                                                               "  |   ^^\n");
    const struct mou_span line_break = {0, span_of(fixture, "当", 0).begin,
                                        span_of(fixture, "当", 0).end + 1};
    assert_text_equal(
        line_of(render(fixture, unknown_name(fixture, (struct mou_span){0, 0, line_break.end}),
                       MOU_LANG_ZH),
                4),
        "  | ^^^^^");
    assert_null(strstr(fixture->out.data, "2 |"));
}

/**
 * The cells of each line of an excerpt stay within a page, and the caret stands under the marked
 * character.
 */
static void long_lines_are_cut_to_a_window(void **state)
{
    struct fixture *fixture = *state;
    char text[6001];
    for (size_t i = 0; i < 2000; i++) {
        memcpy(text + 3 * i, "字", 3);
    }
    text[6000] = '\0';
    for (uint32_t at = 0; at < 6000; at += 3 * 111) {
        memcpy(text + at, "错", 3);
        use_text(fixture, text);
        mou_diagnostics_init(&fixture->list, fixture->arena);
        const char *out =
            render(fixture, unknown_name(fixture, (struct mou_span){0, at, at + 3}), MOU_LANG_ZH);
        char excerpt[4096];
        snprintf(excerpt, sizeof excerpt, "%s", line_of(out, 3));
        const char *carets = line_of(out, 4);
        const char *wrong = strstr(excerpt, "错");
        const char *caret = strchr(carets, '^');
        assert_non_null(wrong);
        assert_non_null(caret);
        assert_i64_equal(mou_text_width((struct mou_text){excerpt, (size_t)(wrong - excerpt)}),
                         caret - carets);
        assert_true(mou_text_width(mou_text_of(excerpt)) <= 130);
        assert_contains(excerpt, "…");
        memcpy(text + at, "字", 3);
    }
}

static void lines_that_fit_are_not_cut(void **state)
{
    struct fixture *fixture = *state;
    char text[121];
    memset(text, 'x', 120);
    text[119] = 'y';
    text[120] = '\0';
    use_text(fixture, text);
    assert_null(
        strstr(render(fixture, unknown_name(fixture, span_of(fixture, "y", 0)), MOU_LANG_ZH), "…"));
}

/** A line of many megabytes takes no time: only the window is looked at. */
static void a_huge_line_is_no_trouble(void **state)
{
    struct fixture *fixture = *state;
    const size_t len = (size_t)8 * 1024 * 1024;
    char *text = mou_arena_alloc(fixture->arena, len + 1);
    memset(text, 'a', len);
    for (size_t i = 0; i + 1 < len / 2; i += 2) {
        memcpy(text + i, "\xCC\x81", 2); /* marks without width */
    }
    fixture->source = (struct mou_source){"大.mou", text, len};
    for (uint32_t i = 0; i < 4; i++) {
        const uint32_t begin = i * (uint32_t)(len / 4);
        render(fixture, unknown_name(fixture, (struct mou_span){0, begin, (uint32_t)len}),
               MOU_LANG_ZH);
        assert_true(fixture->out.len < 10000);
    }
}

static void colours_change_nothing_else(void **state)
{
    struct fixture *fixture = *state;
    use_text(fixture, "甲 乙\n");
    struct mou_diagnostic *diagnostic = unknown_name(fixture, span_of(fixture, "乙", 0));
    diagnostic->second = span_of(fixture, "甲", 0);
    mou_diagnostic_render(diagnostic, &fixture->source, 1, MOU_LANG_ZH, true, &fixture->out);
    assert_contains(fixture->out.data, "\033[1;31m错误[E0301]\033[0m");
    char plain[4096];
    size_t len = 0;
    for (const char *p = fixture->out.data; *p != '\0'; p++) {
        if (*p == '\033') {
            p = strchr(p, 'm');
        } else {
            plain[len++] = *p;
        }
    }
    plain[len] = '\0';
    assert_text_equal(render(fixture, diagnostic, MOU_LANG_ZH), plain);
}

static void a_path_is_shown_safely(void **state)
{
    struct fixture *fixture = *state;
    use_text(fixture, "甲");
    fixture->source.path = "a\x1B[31m.mou";
    assert_contains(render(fixture, unknown_name(fixture, span_of(fixture, "甲", 0)), MOU_LANG_ZH),
                    "--> aU+001B[31m.mou:1:1\n");
}

static void severities_have_words(void **state)
{
    struct fixture *fixture = *state;
    use_text(fixture, "甲");
    for (int i = 0; i < MOU_DIAG_COUNT; i++) {
        const enum mou_diag_code code = (enum mou_diag_code)i;
        const struct mou_diagnostic *diagnostic =
            mou_diagnose(&fixture->list, code, span_of(fixture, "甲", 0), MOU_TEXT("子"),
                         MOU_TEXT("丑"), MOU_TEXT("寅"));
        const char *word = mou_diag_severity(code) == MOU_SEVERITY_ERROR     ? "错误["
                           : mou_diag_severity(code) == MOU_SEVERITY_WARNING ? "警告["
                                                                             : "说明[";
        const char *out = render(fixture, diagnostic, MOU_LANG_ZH);
        assert_ptr_equal(strstr(out, word), out);
        render(fixture, diagnostic, MOU_LANG_EN);
    }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
static const struct CMUnitTest tests[] = {
    CASE(a_whole_message),
    CASE(a_legal_basis_and_a_second_place),
    CASE(without_a_place),
    CASE(a_correction_is_shown),
    CASE(carets_stand_under_what_they_mean),
    CASE(empty_spans_have_one_caret),
    CASE(a_file_as_a_whole_has_no_line),
    CASE(spans_outside_the_source_do_no_harm),
    CASE(spans_over_lines_show_both_ends),
    CASE(long_lines_are_cut_to_a_window),
    CASE(lines_that_fit_are_not_cut),
    CASE(a_huge_line_is_no_trouble),
    CASE(colours_change_nothing_else),
    CASE(a_path_is_shown_safely),
    CASE(severities_have_words),
};

MOU_TEST_MAIN(tests)
