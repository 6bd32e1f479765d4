/*
 * The token stream: words, keywords of both languages, literals with their units, names, and what
 * is refused. A text is turned into a line of tokens that can be compared.
 */
#include "grammar_support.h"

#include "parser.h"
#include "scan.h"

int mou_yylex(union mou_semantic *value, struct mou_span *span, struct mou_parse *parse);

/* ------------------------------------------------------------------ tokens as text */

static void write_value(const struct mou_lexeme *value, int token, struct mou_buf *out)
{
    static const char *const units[] = {
        [MOU_UNIT_MONTHS] = "months", [MOU_UNIT_DAYS] = "days", [MOU_UNIT_WORKDAYS] = "workdays"};
    switch (token) {
    case TOK_INTEGER:
        mou_buf_int(out, value->integer);
        break;
    case TOK_MONEY:
        mou_buf_printf(out, "fen:%lld", (long long)value->integer);
        break;
    case TOK_RATIO:
        mou_buf_printf(out, "%lld/%lld", (long long)value->ratio.num, (long long)value->ratio.den);
        break;
    case TOK_DATE:
        mou_date_format(value->date, out);
        break;
    case TOK_DURATION:
        mou_buf_printf(out, "%s:%lld", units[value->unit], (long long)value->integer);
        break;
    case TOK_TEXT:
        mou_buf_json_text(out, value->text.bytes, value->text.len);
        break;
    default:
        mou_buf_append(out, value->text.bytes, value->text.len);
        break;
    }
}

static const char *mark_of(int token)
{
    static const struct {
        int token;
        const char *mark;
    } marks[] = {{TOK_COMMA, ","},        {TOK_SEMICOLON, ";"},        {TOK_COLON, ":"},
                 {TOK_DOT, "."},          {TOK_STOP, "。"},            {TOK_BAR, "|"},
                 {TOK_ARROW, "=>"},       {TOK_LEFT_PAREN, "("},       {TOK_RIGHT_PAREN, ")"},
                 {TOK_LEFT_BRACE, "{"},   {TOK_RIGHT_BRACE, "}"},      {TOK_ASSIGN, "="},
                 {TOK_NOT_EQUAL, "!="},   {TOK_LESS_SIGN, "<"},        {TOK_NOT_GREATER_SIGN, "<="},
                 {TOK_GREATER_SIGN, ">"}, {TOK_NOT_LESS_SIGN, ">="},   {TOK_PLUS, "+"},
                 {TOK_MINUS, "-"},        {TOK_TIMES, "*"},            {TOK_DIVIDE, "/"},
                 {TOK_MOU_YYerror, "ERROR"}, {TOK_SYNC, "SYNC"}};
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (marks[i].token == token) {
            return marks[i].mark;
        }
    }
    return NULL;
}

/* Keywords in brackets by their Chinese, names as they are, labels with a colon. */
static void write_token(const struct mou_lexeme *value, int token, struct mou_buf *out)
{
    const struct mou_keyword *keyword = mou_keyword_of_token(token);
    mou_buf_text(out, out->len > 0 ? " " : "");
    if (mark_of(token) != NULL) {
        mou_buf_text(out, mark_of(token));
    } else if (keyword != NULL) {
        struct mou_text spelling = mou_keyword_spelling(keyword, false);
        mou_buf_char(out, '[');
        mou_buf_append(out, spelling.bytes, spelling.len);
        mou_buf_char(out, ']');
    } else {
        write_value(value, token, out);
        mou_buf_text(out, token == TOK_LABEL ? "'" : "");
    }
}

/* Tokens of a text, then the codes of its messages behind exclamation marks. */
static char *tokens_of(const char *bytes, size_t len)
{
    struct mou_arena *arena = mou_arena_new(NULL);
    struct mou_source source = {"test.mou", bytes, len};
    struct mou_diagnostics diagnostics;
    struct mou_tree tree = {0};
    struct mou_buf out;
    assert_non_null(arena);
    mou_diagnostics_init(&diagnostics, arena);
    mou_buf_init(&out, NULL, TEXT_BYTES_MAX);
    struct mou_parse *parse = mou_parse_begin(arena, NULL, &source, 0, &diagnostics, &tree);
    assert_non_null(parse);
    for (;;) {
        union mou_semantic value;
        struct mou_span span;
        int token = mou_yylex(&value, &span, parse);
        if (token == TOK_END || token == TOK_YYEOF) {
            break;
        }
        parse->recovering = false;
        write_token(&value.token, token, &out);
    }
    mou_diagnostics_sort(&diagnostics);
    for (size_t i = 0; i < diagnostics.list.count; i++) {
        mou_buf_printf(&out, "%s!%s", out.len > 0 ? " " : "",
                       mou_diag_code_text(diagnostics.list.items[i].code));
    }
    mou_scanner_close(parse);
    mou_arena_free(arena);
    return out.data != NULL ? out.data : calloc(1, 1);
}

static void check_bytes(const char *bytes, size_t len, const char *wanted)
{
    char *got = tokens_of(bytes, len);
    if (strcmp(got, wanted) != 0) {
        fail_msg("%.*s\n  got    %s\n  wanted %s", (int)len, bytes, got, wanted);
    }
    free(got);
}

static void check(const char *text, const char *wanted)
{
    check_bytes(text, strlen(text), wanted);
}

struct sample {
    const char *text;
    const char *tokens;
};

static void check_all(const struct sample *samples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        check(samples[i].text, samples[i].tokens);
    }
}

#define CHECK_ALL(samples) check_all((samples), sizeof(samples) / sizeof((samples)[0]))

/* ------------------------------------------------------------------ keywords */

/* Every spelling of every reserved keyword gives its token; the others depend on their place. */
static void test_every_reserved_keyword(void **state)
{
    (void)state;
    size_t count;
    const struct mou_keyword *keywords = mou_keywords(&count);
    for (size_t i = 0; i < count; i++) {
        /* `within` and `no` have two meanings, see below. */
        bool two_meanings = keywords[i].token == TOK_WITHIN || keywords[i].token == TOK_NO;
        if (!mou_keyword_reserved(&keywords[i])) {
            continue;
        }
        for (int english = 0; english < 2 && !(english == 1 && two_meanings); english++) {
            const char *spelling = english ? keywords[i].en : keywords[i].zh;
            struct mou_buf wanted;
            mou_buf_init(&wanted, NULL, 200);
            if (spelling[0] != '\0') {
                struct mou_lexeme none = {0};
                write_token(&none, keywords[i].token, &wanted);
                check(spelling, wanted.data);
            }
            mou_buf_free(&wanted);
        }
    }
}

/* No spelling is claimed by two lines: the later one could never be read. */
static void test_spellings_are_unique(void **state)
{
    (void)state;
    struct mou_arena *arena = mou_arena_new(NULL);
    struct mou_keyword_table *table = mou_keyword_table_new(arena);
    assert_non_null(table);
    size_t count;
    const struct mou_keyword *keywords = mou_keywords(&count);
    for (size_t i = 0; i < count; i++) {
        if (keywords[i].standing == MOU_STANDING_NAME) {
            continue;
        }
        for (int english = 0; english < 2; english++) {
            const char *spelling = english ? keywords[i].en : keywords[i].zh;
            assert_true(spelling[0] == '\0' ||
                        mou_keyword_find(table, mou_text_of(spelling)) == &keywords[i]);
        }
    }
    mou_arena_free(arena);
}

static void test_keywords_of_several_words(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"a is not b", "a [不是] b"},
        {"a is nothing", "a [是] nothing"},
        {"is  \t not", "[不是]"},
        {"is\nnot", "[是] [非]"},
        {"is # comment\nnot", "[是] [非]"},
        {"expect no_fly in force", "[应有] no_fly [生效]"},
        {"expect no fly", "[应有] [无] fly"},
        {"in forces", "[属于] forces"},
        {"on date 2016-01-20", "[于] 2016-01-20"},
        {"on date_x", "[凭] date_x"},
        {"on list K", "[在] K"},
        {"memorandum m\nsigned by A", "[备忘录] m [联签] A"},
        {"follows finding", "[随认定]"},
        {"D at least 3 years ago", "D [at least] months:36 [ago]"},
        {"D within last 3 years", "D [within last] months:36"},
        {"D within 3 years", "D [内] months:36"},
        {"within from D onward 7 working days", "[时限] [自] D [起] workdays:7"},
        {"x or default y or z", "x [缺省] y [或] z"},
        {"x no more than 3", "x [不超过] 3"},
        {"holding office at time of act", "[任职] [于] [行为时]"},
        {"yes-no", "[是否]"},
        {"open-ended", "[长期]"},
        {"yes-nothing", "[yes] - nothing"},
        {"a-b", "a - b"},
        {"x is no", "x [是] [否]"},
        {"no R where", "[无] R [满足]"},
    };
    CHECK_ALL(samples);
}

/* Soft keywords are names before a colon or a dot, behind a comma or a dot, and as what is declared. */
static void test_soft_keywords(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"记录 日期\n日期： 日期 必填", "[记录] 日期 日期' : [日期] [必填]"},
        {"案.日期", "案 . 日期"},
        {"、标题", ", 标题"},
        {"备忘录 甲\n标题 标题", "[备忘录] 甲 [标题] [标题]"},
        {"认定 甲\n领域 乙 领域", "[认定] 甲 [领域] 乙 领域"},
        {"计数(甲)", "[计数] ( 甲 )"},
        {"计数 甲", "计数 甲"},
        {"代码表 甲 机关 = 4", "[代码表] 甲 机关 = 4"},
        {"x 是 机关 且", "x [是] 机关 [且]"},
        {"每个 惩戒 满足", "[每个] [惩戒] [满足]"},
        {"「当」 `when`", "当 when"},
        {"record r\n记录： text", "[记录] r 记录' : [文本] !E0204"},
    };
    CHECK_ALL(samples);
}

/* ------------------------------------------------------------------ marks, comments */

static void test_full_width_marks(void **state)
{
    (void)state;
    check("（）｛｝，、；：＝≥≤≠×＜＞＋－／｜＝＞。．", "( ) { } , , ; : = >= <= != * < > + - / | => 。 .");
    check("( ) { } , ; : = >= <= != * < > + - / | => == <>",
          "( ) { } , ; : = >= <= != * < > + - / | => = !=");
    check("＞＝＜＝！＝≧≦⇒÷−", ">= <= != >= <= => / -");
}

static void test_comments(void **state)
{
    (void)state;
    check("当 # 注释 当 \"未完\n 且", "[当] [且]");
    check("注：整行\n注:也是\n备注： 文本", "备注' : [文本]");
    check("当 ＃ 全角", "[当]");
    check("\xEF\xBB\xBF当\r\n且\r\n", "[当] [且]");
    check("　当　且", "[当] [且]");
}

/* ------------------------------------------------------------------ literals */

static void test_numbers(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"3 1_000_000 ０１２", "3 1000000 12"},
        {"100万元 0.5亿元 5元 0.01元", "fen:100000000 fen:5000000000 fen:500 fen:1"},
        {"5000 yuan 100 wan yuan 0.5 yi yuan", "fen:500000 fen:100000000 fen:5000000000"},
        {"10% 5‰ 12.5％ 百分之10 百分之十二", "1/10 1/200 1/8 1/10 3/25"},
        {"3年 18个月 30日 30天 7个工作日", "months:36 months:18 days:30 days:30 workdays:7"},
        {"3 年 18 个月", "months:36 months:18"},
        {"2 years 1 month 3 days 1 working day", "months:24 months:1 days:3 workdays:1"},
        {"两次 3次 十二次 一百零五次 2 times", "2 3 12 105 2"},
        {"3年内 7个工作日起", "months:36 [内] workdays:7 [起]"},
        {"2016年1月20日 2016-01-20 2016-1-5", "2016-01-20 2016-01-20 2016-01-05"},
        {"２０１６年１月２０日 2016 年 1 月 20 日", "2016-01-20 2016-01-20"},
        {"2024-02-29", "2024-02-29"},
        {"2016年1月20日起", "2016-01-20 [起]"},
        {"9223372036854775807", "9223372036854775807"},
        {"年(D) 3", "年 ( D ) 3"},
        {"代码表 t 一 = 1 年 = 2 两次 = 3", "[代码表] t 一 = 1 年 = 2 两次 = 3"},
    };
    CHECK_ALL(samples);
}

static void test_refused_numbers(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"9223372036854775808", "0 !E0114"},
        {"92233720368547758.08元", "fen:0 !E0114"},
        {"999999999999999999999年", "months:0 !E0114"},
        {"99999999999999999999%", "0/1 !E0114"},
        {"0.001元", "fen:0 !E0115"},
        {"1.5年", "months:0 !E0121"},
        {"0.5", "0 !E0119"},
        {"2016年2月30日", "1900-01-01 !E0116"},
        {"2023-02-29 1899-12-31 2200-01-01", "1900-01-01 1900-01-01 1900-01-01 !E0116 !E0116 !E0116"},
        {"2016年1月", "months:24192 !E0117"},
        {"= 10人", "= 10 !E0118"},
        {"3C认证", "3C认证 !E0118"},
        {"10%以上", "1/10 !E0118"},
        {"3年以上", "months:36 !E0118"},
    };
    CHECK_ALL(samples);
}

static void test_legal_instruments(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"《税法》第四十四条第一款第（二）项", "《税法》 第四十四条第一款第（二）项"},
        {"《关于印发〈办法〉的通知》 《甲《乙》丙》", "《关于印发〈办法〉的通知》 《甲《乙》丙》"},
        {"第3条第10款第(1)项", "第三条第十款第（一）项"},
        {"第 133 条 第二款", "第一百三十三条第二款"},
        {"第一百三十三条之一第二款", "第一百三十三条之一第二款"},
        {"article 3(1)(2)", "第三条第一款第（二）项"},
        {"article 133-1(2)", "第一百三十三条之一第二款"},
        {"发改财金〔2016〕141号", "发改财金〔2016〕141号"},
        {"发改财金[2016]141号 揭府（2017）34号第四条", "发改财金〔2016〕141号 揭府〔2017〕34号 第四条"},
        {"《未完\n当", "《未完 [当] !E0112"},
        {"《未完", "《未完 !E0112"},
    };
    CHECK_ALL(samples);
}

static void test_texts(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"\"甲\" “乙”", "\"甲\" \"乙\""},
        {"“说“好”了” \"“\"", "\"说“好”了\" \"“\""},
        {"\"a\\n\\t\\\"\\\\\\u{4E2D}\"", "\"a\\n\\t\\\"\\\\中\""},
        {"“\\“\\””", "\"“”\""},
        {"\"\"", "\"\""},
        {"\"a\\q\"", "\"a\" !E0111"},
        {"\"\\u{D800}\\u{110000}\\u{202E}\\u{}\"", "\"{D800}{110000}{202E}{}\" !E0111 !E0111 !E0111 !E0111"},
        {"\"未完\n当", "\"未完\" [当] !E0110"},
        {"“未完\n当", "\"未完\" [当] !E0110"},
        {"“未完", "\"未完\" !E0110"},
        {"\"未完\\", "\"未完\" !E0110 !E0111"},
        {"「」", "_ !E0113"},
        {"「未完\n当", "未完 [当] !E0113"},
        {"`未完\n当", "未完 [当] !E0113"},
    };
    CHECK_ALL(samples);
}

/* ------------------------------------------------------------------ names */

static void test_names(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"失信被执行人 listed_on A级 _x α类 々", "失信被执行人 listed_on A级 _x α类 々"},
        {"cafe\xCC\x81", "caf\xC3\xA9"},                     /* e + combining acute in NFC */
        {"「3C 认证（甲）」", "3C 认证（甲）"},
        {"\xD0\xB0" "bc", "\xD0\xB0" "bc !E0107"},             /* Cyrillic a among Latin letters */
        {"人ロ", "人ロ !E0107"},                             /* katakana ro for 口 */
        {"Ａ级１", "A级1 !E0108"},
        {"\xEF\xA4\x80", "豈 !E0109"},                       /* U+F900 */
        {"限\xE2\x80\x8B制", "限\xE2\x80\x8B制 !E0106"},     /* zero width space */
        {"限\xEF\xB8\x80制", "限\xEF\xB8\x80制 !E0106"},     /* variation selector */
        {"\xEE\x80\x80", "\xEE\x80\x80 !E0106"},             /* private use */
    };
    CHECK_ALL(samples);
}

/* ------------------------------------------------------------------ what no source may hold */

static void test_refused_characters(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"当 @ 且", "[当] ERROR [且] !E0105"},
        {"当 ※ 且", "[当] ERROR [且] !E0105"},
        {"当 \xFF\xFE 且", "[当] [且] !E0101"},
        {"限\xC0\x80制", "限__制 !E0101"},
        {"当 \xE5\xBD", "[当] !E0101"},
        {"当\r且", "[当] [且] !E0103"},
        {"限\xE2\x80\xAE制", "限___制 !E0104"},
        {"\"\xE2\x81\xA6" "甲\" # \xE2\x80\xAE", "\"   甲\" !E0104 !E0104"},
    };
    CHECK_ALL(samples);
    check_bytes("当 \0\0 且", 10, "[当] [且] !E0102");
}

static void test_too_large(void **state)
{
    (void)state;
    size_t len = (size_t)MOU_SOURCE_BYTES_MAX + 1;
    char *bytes = malloc(len + 1);
    assert_non_null(bytes);
    memset(bytes, ' ', len);
    bytes[len] = '\0';
    struct parsed large = parse_bytes(bytes, len);
    assert_i64_equal(large.diagnostics.list.count, 1);
    assert_text_equal(mou_diag_code_text(large.diagnostics.list.items[0].code), "E0120");
    assert_true(large.tree->broken);
    free_parsed(&large);
    struct parsed largest = parse_bytes(bytes, len - 1);
    assert_i64_equal(largest.diagnostics.list.count, 0);
    free_parsed(&largest);
    free(bytes);
}

/* A parenthesis too many is told once for its clause, and the next clause is read. */
static void test_nesting(void **state)
{
    (void)state;
    struct mou_buf text;
    mou_buf_init(&text, NULL, TEXT_BYTES_MAX);
    mou_buf_text(&text, "认定 甲\n    当 ");
    for (int i = 0; i < 100000; i++) {
        mou_buf_char(&text, '(');
    }
    mou_buf_text(&text, "\n    除非 ");
    for (int i = 0; i < 100000; i++) {
        mou_buf_text(&text, "非 ");
    }
    mou_buf_text(&text, "\n    仅当 a");
    for (int i = 0; i < 100000; i++) {
        mou_buf_text(&text, " 且 a");
    }
    mou_buf_text(&text, "\n    凭 甲 乙 丙\n");
    struct parsed parsed = parse_text(text.data);
    struct mou_buf messages;
    mou_buf_init(&messages, NULL, TEXT_BYTES_MAX);
    write_messages(&parsed, MOU_LANG_EN, &messages);
    assert_contains(messages.data, "2:207 E0207 nested more than 200 levels deep");
    assert_contains(messages.data, "\n3:");
    assert_contains(messages.data, "\n4:");
    assert_contains(messages.data, "\n5:11 E0202");
    assert_i64_equal(parsed.diagnostics.list.count, 4);
    mou_buf_free(&messages);
    free_parsed(&parsed);
    mou_buf_free(&text);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_every_reserved_keyword),
    cmocka_unit_test(test_spellings_are_unique),
    cmocka_unit_test(test_keywords_of_several_words),
    cmocka_unit_test(test_soft_keywords),
    cmocka_unit_test(test_full_width_marks),
    cmocka_unit_test(test_comments),
    cmocka_unit_test(test_numbers),
    cmocka_unit_test(test_refused_numbers),
    cmocka_unit_test(test_legal_instruments),
    cmocka_unit_test(test_texts),
    cmocka_unit_test(test_names),
    cmocka_unit_test(test_refused_characters),
    cmocka_unit_test(test_too_large),
    cmocka_unit_test(test_nesting),
};

MOU_TEST_MAIN(tests)
