/*
 * The grammar: extents and precedence, spans, what is kept of a broken file, one message for each
 * mistake, and memory that runs out. The trees of all constructs are golden cases.
 */
#include "grammar_support.h"


/* ------------------------------------------------------------------ expressions */

/* The expression alone, as a dump. */
static void check_expr(const char *text, const char *wanted)
{
    struct mou_buf source;
    struct mou_buf out;
    mou_buf_init(&source, NULL, TEXT_BYTES_MAX);
    mou_buf_init(&out, NULL, TEXT_BYTES_MAX);
    mou_buf_printf(&source, "定义 式 为 %s", text);
    struct parsed parsed = parse_text(source.data);
    write_messages(&parsed, MOU_LANG_EN, &out);
    if (parsed.tree->declarations != NULL && !parsed.tree->broken) {
        mou_dump_expr(parsed.tree->declarations->body, &out);
    }
    if (out.data == NULL || strcmp(out.data, wanted) != 0) {
        fail_msg("%s\n  got    %s\n  wanted %s", text, out.data, wanted);
    }
    free_parsed(&parsed);
    mou_buf_free(&out);
    mou_buf_free(&source);
}

struct sample {
    const char *text;
    const char *tree;
};

static void check_all(const struct sample *samples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        check_expr(samples[i].text, samples[i].tree);
    }
}

#define CHECK_ALL(samples) check_all((samples), sizeof(samples) / sizeof((samples)[0]))

static void test_precedence(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"a 或 b 且 c", "(or (name \"a\") (and (name \"b\") (name \"c\")))"},
        {"a 且 b 且 c", "(and (and (name \"a\") (name \"b\")) (name \"c\"))"},
        {"非 a 且 b", "(and (not (name \"a\")) (name \"b\"))"},
        {"非 a 是 b", "(not (= (name \"a\") (name \"b\")))"},
        {"a + b × c - d ÷ e", "(- (+ (name \"a\") (* (name \"b\") (name \"c\"))) (/ (name \"d\") "
                              "(name \"e\")))"},
        {"-a × b", "(* (negate (name \"a\")) (name \"b\"))"},
        {"a < b + 1 或 c", "(or (< (name \"a\") (+ (name \"b\") 1)) (name \"c\"))"},
        {"(a 或 b) 且 c", "(and (or (name \"a\") (name \"b\")) (name \"c\"))"},
        {"a 于 b + c", "(+ (at (name \"a\") (name \"b\")) (name \"c\"))"},
        {"a 于 甲.b", "(at (name \"a\") (name \"甲\".\"b\"))"},
        {"- 3 是 -4元", "(= (negate 3) (negate (fen 400)))"},
    };
    CHECK_ALL(samples);
}

/* Fine print 1: where the body of 满足 and of 否则 ends. */
static void test_extent(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"任一 R 满足 a 且 b", "(and (some (range \"R\") (where (name \"a\"))) (name \"b\"))"},
        {"任一 R 满足 (a 且 b)", "(some (range \"R\") (where (and (name \"a\") (name \"b\"))))"},
        {"每个 R 满足 非 a 或 b",
         "(or (every (range \"R\") (where (not (name \"a\")))) (name \"b\"))"},
        {"任一 R 满足 任一 S 满足 a 且 b",
         "(and (some (range \"R\") (where (some (range \"S\") (where (name \"a\"))))) "
         "(name \"b\"))"},
        {"计数(R 满足 a 且 b) > 1",
         "(> (count (range \"R\") (where (and (name \"a\") (name \"b\")))) 1)"},
        {"任一 R 且 无 S", "(and (some (range \"R\")) (none-of (range \"S\")))"},
        {"任一 R 甲 于 D 满足 a 是 b",
         "(some (range \"R\" (alias \"甲\") (at (name \"D\"))) (where (= (name \"a\") (name "
         "\"b\"))))"},
        {"若 a 且 b 则 c 否则 d 且 e",
         "(and (choice (and (name \"a\") (name \"b\")) (name \"c\") (name \"d\")) (name \"e\"))"},
        {"若 a 则 b 否则 c + d", "(choice (name \"a\") (name \"b\") (+ (name \"c\") (name \"d\")))"},
        {"若 a 则 b 否则 若 c 则 d 否则 e",
         "(choice (name \"a\") (name \"b\") (choice (name \"c\") (name \"d\") (name \"e\")))"},
        {"取 a 缺省 b > c", "(> (or-default (name \"a\") (name \"b\")) (name \"c\"))"},
        {"a or default b + 1 > c",
         "(> (or-default (name \"a\") (+ (name \"b\") 1)) (name \"c\"))"},
        {"a 介于 1 和 2 且 b", "(and (between (name \"a\") 1 2) (name \"b\"))"},
        {"a between 1 and 2 and b", "(and (between (name \"a\") 1 2) (name \"b\"))"},
        {"D 满 (若 a 则 1年 否则 3个月)",
         "(at-least-ago (name \"D\") (choice (name \"a\") (months 12) (months 3)))"},
    };
    CHECK_ALL(samples);
}

static void test_forms(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"max(a, b, 3)", "(call \"max\" (name \"a\") (name \"b\") 3)"},
        {"最大(a, b)", "(call \"max\" (name \"a\") (name \"b\"))"},
        {"max(R.f 满足 a)", "(max (range \"R\" (field \"f\")) (where (name \"a\")))"},
        {"合计(M.R.f)", "(sum (range \"M\".\"R\" (field \"f\")))"},
        {"计数(M.R)", "(count (range \"M\".\"R\"))"},
        {"计数(不同 R.f 甲 满足 a)",
         "(count-distinct (range \"R\" (field \"f\") (alias \"甲\")) (where (name \"a\")))"},
        {"连续年数(R.年 截至 2023 满足 a) > 1",
         "(> (streak (range \"R\" (field \"年\")) (where (name \"a\")) (up-to 2023)) 1)"},
        {"合计(R.f 于 D)", "(sum (range \"R\" (field \"f\") (at (name \"D\"))))"},
        {"领域 属于 {a、b}", "(in (name \"领域\") (name \"a\") (name \"b\"))"},
        {"a 属于 b", "(in-named (name \"a\") (name \"b\"))"},
        {"甲.乙.丙(a)", "1:12 E0201 unexpected “丙”\n"},
        {"a 是 是 且 b 是 否", "(and (= (name \"a\") yes) (= (name \"b\") no))"},
        {"a is yes and b is no and no R",
         "(and (and (= (name \"a\") yes) (= (name \"b\") no)) (none-of (range \"R\")))"},
        {"计数(1 + 2)", "1:11 E0208 expected a record type or a field of one\n"},
    };
    CHECK_ALL(samples);
}

/* ------------------------------------------------------------------ spans */

static void check_span(const struct parsed *parsed, struct mou_span span, const char *wanted)
{
    size_t len = strlen(wanted);
    const char *at = parsed->source.bytes + span.begin;
    if (span.end - span.begin != len || memcmp(at, wanted, len) != 0) {
        fail_msg("span is “%.*s”, wanted “%s”", (int)(span.end - span.begin), at, wanted);
    }
}

static void test_spans(void **state)
{
    (void)state;
    struct parsed parsed = parse_text("认定 甲  # 注\n    当 (a 且 b) 或 任一 R 满足 c 大于 3年\n");
    const struct mou_decl *finding = parsed.tree->declarations;
    const struct mou_clause *when = finding->clauses;
    const struct mou_expr *either = when->expr;
    check_span(&parsed, finding->keyword, "认定");
    check_span(&parsed, finding->name.span, "甲");
    check_span(&parsed, when->keyword, "当");
    check_span(&parsed, when->span, "当 (a 且 b) 或 任一 R 满足 c 大于 3年");
    check_span(&parsed, either->op_span, "或");
    check_span(&parsed, either->left->span, "a 且 b");
    assert_true(either->left->parenthesised);
    check_span(&parsed, either->left->op_span, "且");
    check_span(&parsed, either->right->span, "任一 R 满足 c 大于 3年");
    check_span(&parsed, either->right->op_span, "任一");
    check_span(&parsed, either->right->range.source.name.span, "R");
    check_span(&parsed, either->right->condition->right->span, "3年");
    check_span(&parsed, parsed.tree->comments.items[0].span, "# 注");
    assert_false(parsed.tree->comments.items[0].own_line);
    free_parsed(&parsed);
}

/* ------------------------------------------------------------------ mistakes */

/* What a broken file still gives: the clause of the mistake stands, marked, and all others. */
static void test_what_is_kept(void **state)
{
    (void)state;
    struct parsed parsed = parse_text("记录 案件\n    来源 税务局\n    案号： 东西\n    金额： 金额\n"
                                      "惩戒 甲\n    措施 M1 M2\n    因 乙\n    依据 处罚法\n    救济 \"x\"\n"
                                      "惩戒\n    措施 M1\n");
    const struct mou_decl *record = parsed.tree->declarations;
    assert_true(parsed.tree->broken);
    assert_true(record->fields->broken);
    assert_false(record->fields->next->broken);
    const struct mou_decl *sanction = record->next;
    assert_true(sanction->clauses->kind == MOU_CLAUSE_ITEM && sanction->clauses->broken);
    assert_true(sanction->clauses->next->kind == MOU_CLAUSE_BECAUSE);
    assert_false(sanction->clauses->next->broken);
    const struct mou_clause *under = sanction->clauses->next->next;
    assert_true(under->kind == MOU_CLAUSE_UNDER && under->broken && under->basis == NULL);
    assert_true(under->next->kind == MOU_CLAUSE_REMEDY && !under->next->broken);
    assert_true(sanction->next->broken);
    assert_i64_equal(parsed.diagnostics.list.count, 4);
    free_parsed(&parsed);
}

/* What a mistake was meant for is read so the second time: nothing is lost, and one message is given. */
static void test_read_again(void **state)
{
    (void)state;
    static const char *const mistakes[] = {"认定 一\n    列人 黑\n", "认定 一\n    列入黑名单\n", "认定 一\n    列入： 黑\n",
                                           "认订 一\n    列入 黑\n",  "认定一\n    列入 黑\n",     "认定 一\n    列入 \"黑\"\n"};
    for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
        struct parsed parsed = parse_text(mistakes[i]);
        const struct mou_decl *finding = parsed.tree->declarations;
        assert_true(parsed.tree->broken && finding->kind == MOU_DECL_FINDING && finding->next == NULL);
        assert_true(finding->clauses->kind == MOU_CLAUSE_ENTERS && finding->clauses->names->name.text.len > 0);
        assert_i64_equal(parsed.diagnostics.list.count, 1);
        free_parsed(&parsed);
    }
}

/* Each mistake alone gives one message, whatever follows. */
static void test_one_message_each(void **state)
{
    (void)state;
    static const char *const mistakes[] = {
        "认定 一\n    当 a 是\n",
        "认定 一\n    当 a a\n",
        "认定 一\n    当 (a 且 b\n",
        "认定 一\n    凭\n",
        "认定 一\n    自 自 a\n",
        "认定 一\n    列入 、黑\n",
        "认定\n    列入 黑\n",
        "认定 一 二\n    列入 黑\n",
        "惩戒 一\n    依据 法\n",
        "惩戒 一\n    对 自然人 本人\n",
        "惩戒 一\n    解除\n",
        "惩戒 一\n    给予 a\n",
        "惩诫 一\n    措施 M1\n    因 a\n",
        "参数 一\n    3年 2016年1月1日\n",
        "定义 一\n    a\n",
        "代码表 一 甲 = 乙\n",
        "记录 一\n    a： 文字\n    b： 日期\n",
        "记录 一\n    a 文本\n    b： 日期\n",
        "记录 一\n    记录： 文本\n",
        "关系 一 从 到 乙\n",
        "措施目录 一\n    M1\n    M2 乙 性质 丙\n",
        "备忘录 一\n    标题 甲\n    施行 2016年1月20日\n",
        "工作日历 今年\n    放假 2026-01-01\n",
        "法规 法 施行 2016年1月1日\n",
        "裁量表 一(a： 整)\n    1 => 甲\n",
        "测试 \"一\"\n    于 今天\n    应无 甲\n",
        "测试 \"一\"\n    主体 自然人\n        a： b 1\n    于 2016年1月1日\n",
        "断言 一\n    a\n",
        "断言 \"一\"\n",
        "修复 一\n    办理 3个工作日\n    不予 a\n",
        "职责 一\n    时限 3日\n    由 甲\n",
        "事项 一\n    查\n    禁止 a\n",
        "当 a\n",
        "\"文字\"\n",
        "认定 一\n    当 a 且 《未完\n    自 b\n",
        "认定 一\n    当 @ a\n    自 b\n",
    };
    static const char *const follow = "认定 后\n    列入 黑名单\n    凭 案件\n    当 a 是 b\n    自 c\n    为期 3年\n";
    for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
        struct mou_buf text;
        mou_buf_init(&text, NULL, TEXT_BYTES_MAX);
        mou_buf_text(&text, mistakes[i]);
        mou_buf_text(&text, follow);
        struct parsed parsed = parse_text(text.data);
        if (parsed.diagnostics.list.count != 1) {
            struct mou_buf messages;
            mou_buf_init(&messages, NULL, TEXT_BYTES_MAX);
            write_messages(&parsed, MOU_LANG_ZH, &messages);
            fail_msg("%zu messages:\n%s\n%s", parsed.diagnostics.list.count, messages.data,
                     mistakes[i]);
        }
        const struct mou_decl *last = parsed.tree->declarations;
        while (last->next != NULL) {
            last = last->next;
        }
        size_t clauses = 0;
        for (const struct mou_clause *c = last->clauses; c != NULL; c = c->next) {
            clauses += !c->broken;
        }
        if (last->kind != MOU_DECL_FINDING || last->broken || clauses != 5) {
            fail_msg("%zu clauses are left behind:\n%s", clauses, mistakes[i]);
        }
        free_parsed(&parsed);
        mou_buf_free(&text);
    }
}

/* ------------------------------------------------------------------ files */

static void visit_clean(const char *path, const char *text)
{
    struct parsed parsed = parse_text(text);
    if (parsed.diagnostics.list.count != 0) {
        struct mou_buf messages;
        mou_buf_init(&messages, NULL, TEXT_BYTES_MAX);
        write_messages(&parsed, MOU_LANG_ZH, &messages);
        fail_msg("%s:\n%s", path, messages.data);
    }
    free_parsed(&parsed);
}

static void test_files_parse(void **state)
{
    (void)state;
    each_file(MOU_SOURCE_DIR "/tests/golden/examples", visit_clean);
    each_file(MOU_SOURCE_DIR "/stdlib-rules", visit_clean);
}

/* Line ends, a byte order mark and a missing last line break change nothing. */
static void test_line_ends(void **state)
{
    (void)state;
    char *unix_lines = dump_text("认定 甲\n    当 a\n    自 b\n");
    char *dos_lines = dump_text("\xEF\xBB\xBF认定 甲\r\n    当 a\r\n    自 b");
    assert_text_equal(dos_lines, unix_lines);
    free(unix_lines);
    free(dos_lines);
    struct parsed empty = parse_text("");
    assert_null(empty.tree->declarations);
    assert_false(empty.tree->broken);
    free_parsed(&empty);
}

/* ------------------------------------------------------------------ memory */

/* An allocator whose n-th request fails, and all after it. */
struct failing {
    size_t left;
    bool failed;
};

static void *resize_failing(void *state, void *old, size_t old_size, size_t new_size)
{
    struct failing *failing = state;
    const struct mou_allocator *heap = mou_allocator_default();
    if (new_size > old_size) {
        if (failing->left == 0) {
            failing->failed = true;
            return NULL;
        }
        failing->left--;
    }
    return heap->resize(heap->state, old, old_size, new_size);
}

/* Parses and lays out with `count` successful requests; true once nothing failed. */
static bool survives(const char *text, size_t count)
{
    struct failing failing = {count, false};
    struct mou_allocator allocator = {resize_failing, &failing};
    struct mou_arena *arena = mou_arena_new(&allocator);
    if (arena == NULL) {
        return false;
    }
    struct mou_source source = {"test.mou", text, strlen(text)};
    struct mou_diagnostics diagnostics;
    struct mou_tree *tree = NULL;
    struct mou_buf out;
    mou_diagnostics_init(&diagnostics, arena);
    mou_buf_init(&out, &allocator, TEXT_BYTES_MAX);
    enum mou_status status = mou_parse(arena, NULL, &source, 0, &diagnostics, &tree);
    assert_true(status == MOU_OK || status == MOU_ERROR_MEMORY);
    assert_true(status == MOU_ERROR_MEMORY || !failing.failed);
    if (status == MOU_OK && !tree->broken) {
        status = mou_format(tree, &source, MOU_KEYWORDS_EN, &out);
        assert_true(status == (failing.failed ? MOU_ERROR_MEMORY : MOU_OK));
    }
    mou_buf_free(&out);
    mou_arena_free(arena);
    return !failing.failed;
}

static void test_memory_runs_out(void **state)
{
    (void)state;
    static const char *const paths[] = {MOU_SOURCE_DIR "/tests/golden/trees/constructs.mou",
                                        MOU_SOURCE_DIR "/tests/golden/syntax/twenty.mou"};
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        char *text = read_file(paths[i]);
        size_t count = 0;
        while (!survives(text, count)) {
            count++;
            assert_true(count < 10000);
        }
        assert_true(count > 2);
        free(text);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_precedence),   cmocka_unit_test(test_extent),
    cmocka_unit_test(test_forms),        cmocka_unit_test(test_spans),
    cmocka_unit_test(test_what_is_kept),
        cmocka_unit_test(test_read_again), cmocka_unit_test(test_one_message_each),
    cmocka_unit_test(test_files_parse),  cmocka_unit_test(test_line_ends),
    cmocka_unit_test(test_memory_runs_out),
};

MOU_TEST_MAIN(tests)
