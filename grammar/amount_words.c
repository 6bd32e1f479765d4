/*
 * Amounts as contracts and documents write them: 伍万元整, 人民币叁佰贰拾万元, 五万元. Tells what they are in digits, for messages; no rule is read so.
 * Used by segments.c.
 */
#include "segments.h"

#include <assert.h>
#include <string.h>

#define CHARACTER_BYTES 3
#define CHARACTERS_MAX 40
#define WAN 10000
#define YI 100000000

enum sign_kind { SIGN_DIGIT, SIGN_UNIT, SIGN_GROUP, SIGN_YUAN, SIGN_PART };

static const struct sign {
    const char *written;
    enum sign_kind kind;
    int64_t value; /* of 角 and 分 in fen */
} signs[] = {
    {"零", SIGN_DIGIT, 0}, {"〇", SIGN_DIGIT, 0}, {"一", SIGN_DIGIT, 1}, {"壹", SIGN_DIGIT, 1}, {"二", SIGN_DIGIT, 2}, {"贰", SIGN_DIGIT, 2},
    {"两", SIGN_DIGIT, 2}, {"三", SIGN_DIGIT, 3}, {"叁", SIGN_DIGIT, 3}, {"四", SIGN_DIGIT, 4}, {"肆", SIGN_DIGIT, 4}, {"五", SIGN_DIGIT, 5},
    {"伍", SIGN_DIGIT, 5}, {"六", SIGN_DIGIT, 6}, {"陆", SIGN_DIGIT, 6}, {"七", SIGN_DIGIT, 7}, {"柒", SIGN_DIGIT, 7}, {"八", SIGN_DIGIT, 8},
    {"捌", SIGN_DIGIT, 8}, {"九", SIGN_DIGIT, 9}, {"玖", SIGN_DIGIT, 9}, {"十", SIGN_UNIT, 10},  {"拾", SIGN_UNIT, 10},  {"百", SIGN_UNIT, 100},
    {"佰", SIGN_UNIT, 100}, {"千", SIGN_UNIT, 1000}, {"仟", SIGN_UNIT, 1000}, {"万", SIGN_GROUP, WAN}, {"亿", SIGN_GROUP, YI}, {"元", SIGN_YUAN, 100},
    {"圆", SIGN_YUAN, 100}, {"角", SIGN_PART, 10}, {"分", SIGN_PART, 1}};

static const struct sign *sign_at(struct mou_text text, size_t at)
{
    for (size_t i = 0; i < sizeof signs / sizeof signs[0] && at + CHARACTER_BYTES <= text.len; i++) {
        if (memcmp(text.bytes + at, signs[i].written, CHARACTER_BYTES) == 0) {
            return &signs[i];
        }
    }
    return NULL;
}

/* An amount half read. */
struct amount {
    int64_t total;   /* of the groups that are closed, in yuan */
    int64_t section; /* of the group that is open */
    int64_t digit;   /* that waits for its unit, or -1 */
    int64_t unit;    /* least one used in the group */
    int64_t group;   /* least one used */
    int64_t fen;
    int64_t part; /* least one used: 元, 角, 分 in fen */
};

static bool take_unit(struct amount *amount, int64_t value)
{
    const bool fits = value < amount->unit && amount->digit != 0 && (amount->digit > 0 || amount->section == 0) && amount->part == INT64_MAX;
    amount->section += (amount->digit < 0 ? 1 : amount->digit) * value;
    amount->unit = value;
    amount->digit = -1;
    return fits;
}

static bool take_group(struct amount *amount, int64_t value)
{
    const int64_t section = amount->section + (amount->digit > 0 ? amount->digit : 0);
    const bool fits = section > 0 && value < amount->group && amount->part == INT64_MAX;
    amount->total += section * value;
    amount->section = 0;
    amount->digit = -1;
    amount->unit = WAN;
    amount->group = value;
    return fits;
}

/* 元, and 角 and 分 behind it. */
static bool take_part(struct amount *amount, enum sign_kind kind, int64_t value)
{
    const int64_t digit = amount->digit > 0 ? amount->digit : 0;
    const bool whole = kind == SIGN_YUAN;
    const int64_t count = whole ? amount->total + amount->section + digit : digit;
    const bool fits = whole ? amount->part == INT64_MAX && count > 0 : amount->part > value && amount->part != INT64_MAX && count > 0;
    amount->fen += count * value;
    amount->part = value;
    amount->digit = -1;
    return fits;
}

static bool take_sign(struct amount *amount, const struct sign *sign)
{
    switch (sign->kind) {
    case SIGN_DIGIT:
        if (amount->digit > 0) {
            return false; /* 二三 is no number */
        }
        amount->digit = sign->value;
        return true;
    case SIGN_UNIT:
        return take_unit(amount, sign->value);
    case SIGN_GROUP:
        return take_group(amount, sign->value);
    case SIGN_YUAN:
    case SIGN_PART:
        return take_part(amount, sign->kind, sign->value);
    }
    return false;
}

/* Fen of an amount in words; false if the text is none. */
static bool in_words(struct mou_text text, int64_t *fen)
{
    struct amount amount = {.digit = -1, .unit = WAN, .group = INT64_MAX, .part = INT64_MAX};
    if (text.len > (size_t)CHARACTERS_MAX * CHARACTER_BYTES) {
        return false;
    }
    for (size_t at = 0; at < text.len; at += CHARACTER_BYTES) {
        const struct sign *sign = sign_at(text, at);
        if (sign == NULL || !take_sign(&amount, sign)) {
            return false;
        }
    }
    *fen = amount.fen;
    return amount.part != INT64_MAX && amount.digit < 0;
}

/* 100000元 as 10万元: the largest unit of which it is a whole number. */
static void write_amount(int64_t fen, struct mou_buf *out)
{
    const int64_t yuan = fen / 100;
    if (fen % 100 != 0) {
        mou_buf_printf(out, "%lld.%02lld", (long long)yuan, (long long)(fen % 100));
        mou_buf_text(out, "元");
        return;
    }
    const int64_t unit = yuan % YI == 0 ? YI : yuan % WAN == 0 ? WAN : 1;
    mou_buf_int(out, yuan / unit);
    mou_buf_text(out, unit == YI ? "亿元" : unit == WAN ? "万元" : "元");
}

/* 5万元 and 50000.50元, with nothing but digits before the unit. */
static bool in_digits(struct mou_text text)
{
    static const char *const units[] = {"万元", "亿元", "元"};
    size_t digits = 0;
    while (digits < text.len && ((text.bytes[digits] >= '0' && text.bytes[digits] <= '9') || text.bytes[digits] == '.')) {
        digits++;
    }
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (digits > 0 && mou_text_equal((struct mou_text){text.bytes + digits, text.len - digits}, mou_text_of(units[i]))) {
            return true;
        }
    }
    return false;
}

struct mou_text mou_segments_amount(struct mou_arena *arena, struct mou_text word)
{
    assert(arena != NULL);
    static const char *const before[] = {"人民币"};
    static const char *const behind[] = {"整", "正"};
    const size_t head = strlen(before[0]);
    struct mou_text bare = word;
    int64_t fen = 0;
    if (bare.len > head && memcmp(bare.bytes, before[0], head) == 0) {
        bare = (struct mou_text){bare.bytes + head, bare.len - head};
    }
    for (size_t i = 0; i < 2; i++) {
        const size_t tail = strlen(behind[i]);
        bare.len -= bare.len > tail && memcmp(bare.bytes + bare.len - tail, behind[i], tail) == 0 ? tail : 0;
    }
    struct mou_buf out;
    mou_buf_init(&out, NULL, 4096);
    if (in_words(bare, &fen)) {
        write_amount(fen, &out);
    } else if (bare.len < word.len && in_digits(bare)) {
        mou_buf_append(&out, bare.bytes, bare.len);
    }
    return mou_buf_into_arena(&out, arena);
}
