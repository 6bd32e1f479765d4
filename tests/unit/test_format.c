/*
 * The formatter: its layout is its own layout, means the same, keeps every comment, and goes to the
 * other language and back without a trace. What it looks like is in the golden layouts.
 */
#include "grammar_support.h"


/* ------------------------------------------------------------------ what holds for every text */

static void check_same(const char *path, const char *what, const char *got, const char *wanted)
{
    if (strcmp(got, wanted) != 0) {
        size_t at = 0;
        while (got[at] == wanted[at]) {
            at++;
        }
        while (at > 0 && got[at - 1] != '\n') {
            at--;
        }
        fail_msg("%s: %s differs from here:\n%.200s\n--- wanted\n%.200s", path, what, got + at,
                 wanted + at);
    }
}

/* Each comment of the source stands in the layout, in order. */
static void check_comments(const char *path, const char *text, const char *layout)
{
    struct parsed source = parse_text(text);
    struct parsed result = parse_text(layout);
    assert_i64_equal(result.tree->comments.count, source.tree->comments.count);
    for (size_t i = 0; i < source.tree->comments.count; i++) {
        struct mou_span a = source.tree->comments.items[i].span;
        struct mou_span b = result.tree->comments.items[i].span;
        size_t len = b.end - b.begin;
        if (a.end - a.begin < len || memcmp(text + a.begin, layout + b.begin, len) != 0) {
            fail_msg("%s: comment %zu is “%.*s”", path, i, (int)len, layout + b.begin);
        }
    }
    free_parsed(&source);
    free_parsed(&result);
}

static void check_as_written(const char *path, const char *text)
{
    char *layout = format_text(text, MOU_KEYWORDS_AS_WRITTEN);
    char *again = format_text(layout, MOU_KEYWORDS_AS_WRITTEN);
    char *tree = dump_text(text);
    char *layout_tree = dump_text(layout);
    check_same(path, "the layout of the layout", again, layout);
    check_same(path, "the tree of the layout", layout_tree, tree);
    check_comments(path, text, layout);
    free(layout);
    free(again);
    free(tree);
    free(layout_tree);
}

static void check_languages(const char *path, const char *text)
{
    char *chinese = format_text(text, MOU_KEYWORDS_ZH);
    char *english = format_text(chinese, MOU_KEYWORDS_EN);
    char *english_again = format_text(english, MOU_KEYWORDS_EN);
    char *back = format_text(english, MOU_KEYWORDS_ZH);
    char *tree = dump_text(chinese);
    char *back_tree = dump_text(back);
    check_same(path, "Chinese by way of English", back, chinese);
    check_same(path, "its tree", back_tree, tree);
    check_same(path, "the layout of the English layout", english_again, english);
    check_comments(path, text, english);
    free(chinese);
    free(english);
    free(english_again);
    free(back);
    free(tree);
    free(back_tree);
}

/* ------------------------------------------------------------------ all the files at hand */

static void check_file(const char *path, const char *text)
{
    check_as_written(path, text);
    check_languages(path, text);
}

static void test_examples(void **state)
{
    (void)state;
    each_file(MOU_SOURCE_DIR "/tests/golden/examples", check_file);
}

static void test_rule_library(void **state)
{
    (void)state;
    each_file(MOU_SOURCE_DIR "/stdlib-rules", check_file);
}

static void test_constructs(void **state)
{
    (void)state;
    each_file(MOU_SOURCE_DIR "/tests/golden/layouts", check_file);
}

/* The rule library and the examples of memoranda are written as the formatter writes. */
static void test_fixed_points(void **state)
{
    (void)state;
    static const char *const names[] = {"implementation-plan.mou", "judgment-defaulters.mou",
                                        "judgment-defaulters.en.mou"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char path[1000];
        (void)snprintf(path, sizeof(path), MOU_SOURCE_DIR "/tests/golden/examples/%s", names[i]);
        char *text = read_file(path);
        char *layout = format_text(text, MOU_KEYWORDS_AS_WRITTEN);
        check_same(path, "the layout", layout, text);
        free(text);
        free(layout);
    }
}

/* ------------------------------------------------------------------ single rules of the layout */

struct sample {
    const char *text;
    const char *as_written;
    const char *chinese;
    const char *english;
};

static void check_layout(const char *text, enum mou_keywords keywords, const char *wanted)
{
    if (wanted != NULL) {
        char *got = format_text(text, keywords);
        assert_text_equal(got, wanted);
        free(got);
    }
}

static void test_words(void **state)
{
    (void)state;
    /* Expressions; a definition's frame is put round them. */
    static const struct sample samples[] = {
        {"a 不是 b 并且 c", "a 不是 b 并且 c", "a 不是 b 且 c", "a is not b and c"},
        {"a is  not b 或者 c", "a is not b 或者 c", "a 不是 b 或 c", "a is not b or c"},
        {"a ＝ b", "a = b", "a = b", "a = b"},
        {"a>=1 且 b!=2", "a ≥ 1 且 b ≠ 2", "a ≥ 1 且 b ≠ 2", "a ≥ 1 and b ≠ 2"},
        {"a 达到 1_000 或 b 早于 2016年1月1日", "a 达到 1_000 或 b 早于 2016年1月1日",
         "a 达到 1_000 或 b 早于 2016年1月1日", "a reaches 1_000 or b before 2016-01-01"},
        {"P at D", "P at D", "P 于 D", "P on date D"},
        {"D 满 ３年", "D 满 3年", "D 满 3年", "D at least 3 years ago"},
        {"D within last 1 year", "D within last 1 year", "D 在 近 1年", "D within last 1 year"},
        {"a 是 两次", "a 是 两次", "a 是 2次", "a is 2 times"},
        {"a 是 百分之十", "a 是 百分之十", "a 是 10%", "a is 10%"},
        {"a 是 30天", "a 是 30天", "a 是 30日", "a is 30 days"},
        {"a < -0.5亿元", "a < -0.5亿元", "a < -0.5亿元", "a < -0.5 yi yuan"},
        {"取 a 缺省 b", "取 a 缺省 b", "取 a 缺省 b", "a or default b"},
        {"a or default b", "a or default b", "取 a 缺省 b", "a or default b"},
        {"周岁(D) < 18", "周岁(D) < 18", "周岁(D) < 18", "age(D) < 18"},
        {"round(a)", "round(a)", "四舍五入(a)", "round(a)"},
        {"「当」 是 `甲」乙`", "「当」 是 `甲」乙`", "「当」 是 `甲」乙`", "「当」 is `甲」乙`"},
        {"a 是 part", "a 是 「part」", "a 是 「part」", "a is 「part」"},
        {"（a 且 b） 或 ((c))", "(a 且 b) 或 (c)", "(a 且 b) 或 (c)", "(a and b) or (c)"},
        {"a 是 no", "a 是 no", "a 是 否", "a is no"},
        {"「date」 是 是", "「date」 是 是", "「date」 是 是", "「date」 is yes"},
        {"\"“a”\\u{7}\\n\" = b", "\"“a”\\u{7}\\n\" = b", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        const struct {
            enum mou_keywords keywords;
            const char *wanted;
            const char *frame;
        } forms[] = {{MOU_KEYWORDS_AS_WRITTEN, samples[i].as_written, "定义 式 为\n    %s\n"},
                     {MOU_KEYWORDS_ZH, samples[i].chinese, "定义 式 为\n    %s\n"},
                     {MOU_KEYWORDS_EN, samples[i].english, "define 式 as\n    %s\n"}};
        char text[300];
        (void)snprintf(text, sizeof(text), "定义 式 为 %s", samples[i].text);
        for (size_t k = 0; k < 3 && forms[k].wanted != NULL; k++) {
            char wanted[300];
            (void)snprintf(wanted, sizeof(wanted),
                           k == 2 ? "define 式 as\n    %s\n" : "定义 式 为\n    %s\n",
                           forms[k].wanted);
            check_layout(text, forms[k].keywords, wanted);
        }
    }
}

/* A reserved word that was a name by its place only is quoted where it might be read as a keyword. */
static void test_names_that_need_quotes(void **state)
{
    (void)state;
    check_layout("代码表 甲 乙 = 1、机关 = 2", MOU_KEYWORDS_AS_WRITTEN,
                 "代码表 甲\n    乙 = 1、「机关」 = 2\n");
    check_layout("认定 甲 凭 date", MOU_KEYWORDS_EN, "finding 甲\n    on 「date」\n");
    check_layout("认定 甲 凭 date 当 a 自 b", MOU_KEYWORDS_EN,
                 "finding 甲\n    on   「date」\n    when a\n    from b\n");
    check_layout("认定 甲 凭 日期", MOU_KEYWORDS_EN, "finding 甲\n    on 日期\n");
}

static void test_mixed_languages(void **state)
{
    (void)state;
    const char *mixed = "finding 甲\n    when a 是 b\n    自   c or default d\n    term 2 years\n    依据 《法》 article 3\n";
    check_layout(mixed, MOU_KEYWORDS_AS_WRITTEN,
                 "finding 甲\n    when a 是 b\n    自   c or default d\n    term 2 years\n"
                 "    依据 《法》 article 3\n");
    check_layout(mixed, MOU_KEYWORDS_ZH,
                 "认定 甲\n    当   a 是 b\n    自   取 c 缺省 d\n    为期 2年\n    依据 《法》第三条\n");
}

static void test_broken_tree(void **state)
{
    (void)state;
    struct parsed parsed = parse_text("认定\n");
    struct mou_buf out;
    mou_buf_init(&out, NULL, TEXT_BYTES_MAX);
    assert_status(mou_format(parsed.tree, &parsed.source, MOU_KEYWORDS_ZH, &out), MOU_ERROR_SOURCE);
    assert_i64_equal(out.len, 0);
    free_parsed(&parsed);
}

/* The result is appended, and a buffer that is too small is told. */
static void test_buffers(void **state)
{
    (void)state;
    struct parsed parsed = parse_text("机关 甲");
    struct mou_buf out;
    mou_buf_init(&out, NULL, 100);
    mou_buf_text(&out, "前：");
    assert_status(mou_format(parsed.tree, &parsed.source, MOU_KEYWORDS_EN, &out), MOU_OK);
    assert_text_equal(out.data, "前：authority 甲\n");
    mou_buf_free(&out);
    mou_buf_init(&out, NULL, 5);
    assert_status(mou_format(parsed.tree, &parsed.source, MOU_KEYWORDS_EN, &out), MOU_ERROR_MEMORY);
    mou_buf_free(&out);
    free_parsed(&parsed);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_examples),
    cmocka_unit_test(test_rule_library),
    cmocka_unit_test(test_constructs),
    cmocka_unit_test(test_fixed_points),
    cmocka_unit_test(test_words),
    cmocka_unit_test(test_names_that_need_quotes),
    cmocka_unit_test(test_mixed_languages),
    cmocka_unit_test(test_broken_tree),
    cmocka_unit_test(test_buffers),
};

MOU_TEST_MAIN(tests)
