/*
 * mou_parse_pieces: the words of a source, in order, each once, with what they are.
 */
#include "mou_test.h"

#include <string.h>

#include "parse.h"

static mou_pieces cut(struct mou_arena *arena, const char *text)
{
    const struct mou_source source = {"text.mou", text, strlen(text)};
    mou_pieces pieces = {0};
    assert_int_equal(mou_parse_pieces(arena, &source, &pieces), MOU_OK);
    return pieces;
}

static void test_classes(void **state)
{
    static const char text[] = "# 注\n认定 甲\n    当 金额 不少于 10万元 且 日期 早于 2024年1月1日\n    依据 《某法》第三条\n    原文 \"一二\"\n";
    static const struct {
        const char *word;
        enum mou_piece_class piece_class;
    } wanted[] = {
        {"认定", MOU_PIECE_DECLARATION}, {"甲", MOU_PIECE_NAME},       {"当", MOU_PIECE_CLAUSE},   {"金额", MOU_PIECE_KEYWORD},
        {"不少于", MOU_PIECE_KEYWORD},   {"10万元", MOU_PIECE_VALUE},  {"且", MOU_PIECE_KEYWORD},  {"日期", MOU_PIECE_KEYWORD},
        {"早于", MOU_PIECE_KEYWORD},     {"2024年1月1日", MOU_PIECE_VALUE}, {"依据", MOU_PIECE_CLAUSE}, {"《某法》", MOU_PIECE_LAW},
        {"第三条", MOU_PIECE_LAW},       {"原文", MOU_PIECE_CLAUSE},   {"\"一二\"", MOU_PIECE_TEXT},
    };
    struct mou_arena *arena = mou_arena_new(NULL);
    const mou_pieces pieces = cut(arena, text);
    (void)state;
    assert_int_equal(pieces.count, sizeof wanted / sizeof wanted[0]);
    for (size_t i = 0; i < pieces.count; i++) {
        const struct mou_piece *piece = &pieces.items[i];
        assert_int_equal(piece->end - piece->begin, strlen(wanted[i].word));
        assert_memory_equal(text + piece->begin, wanted[i].word, strlen(wanted[i].word));
        assert_int_equal(piece->piece_class, wanted[i].piece_class);
    }
    mou_arena_free(arena);
}

static void test_order(void **state)
{
    struct mou_arena *arena = mou_arena_new(NULL);
    const mou_pieces pieces = cut(arena, "关系 法定代表人 从 单位 到 自然人 反称 任职单位\n裁量表 表(数: 整数)\n    ≥ 3 => \"多\"\n    < 3 => \"少\"\n");
    (void)state;
    assert_true(pieces.count > 15);
    for (size_t i = 1; i < pieces.count; i++) {
        assert_true(pieces.items[i - 1].end <= pieces.items[i].begin);
    }
    mou_arena_free(arena);
}

static void test_empty(void **state)
{
    struct mou_arena *arena = mou_arena_new(NULL);
    (void)state;
    assert_int_equal(cut(arena, "").count, 0);
    assert_int_equal(cut(arena, "# 只有注释\n").count, 0);
    mou_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
