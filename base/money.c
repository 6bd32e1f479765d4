/*
 * Decimal texts as exact integers: money in fen, ratio fields in units of 10^-8, and both back as
 * text. Neither a decimal too many nor a number out of range is ever rounded away: it is refused.
 */
#include <assert.h>

#include "mou/base.h"

#define DIGITS_MAX         30 /* with the decimals that are appended still within 128 bits */
#define MONEY_DECIMALS     2
#define UNIT_DECIMALS      6
#define RATIO_DECIMALS     8
#define PERCENT_DECIMALS   6
#define PER_MILLE_DECIMALS 5

/** Reads [-]digits[.digits] with at most `decimals` decimals as an integer of 10^-decimals. */
static bool read_decimal(struct mou_text text, int decimals, mou_wide *out)
{
    const bool negative = text.len > 0 && text.bytes[0] == '-';
    mou_wide value = 0;
    int digits = 0;
    int seen = -1; /* decimals read, -1 ahead of the point */
    assert(decimals >= 0 && decimals <= RATIO_DECIMALS);
    for (size_t at = negative ? 1 : 0; at < text.len; at++) {
        const char c = text.bytes[at];
        if (c == '.' && seen < 0 && digits > 0) {
            seen = 0;
            continue;
        }
        if (c < '0' || c > '9' || seen == decimals || ++digits > DIGITS_MAX) {
            return false;
        }
        value = value * 10 + (c - '0');
        seen += seen >= 0;
    }
    if (digits == 0 || seen == 0) {
        return false;
    }
    for (int i = seen < 0 ? 0 : seen; i < decimals; i++) {
        value *= 10;
    }
    *out = negative ? -value : value;
    return true;
}

static bool narrow(mou_wide value, int64_t *out)
{
    if (value > INT64_MAX || value < INT64_MIN) {
        return false;
    }
    *out = (int64_t)value;
    return true;
}

bool mou_money_parse(struct mou_text text, int64_t *fen)
{
    mou_wide value = 0;
    assert(fen != NULL);
    return read_decimal(text, MONEY_DECIMALS, &value) && narrow(value, fen);
}

bool mou_money_parse_unit(struct mou_text text, int64_t unit_fen, int64_t *fen)
{
    const mou_wide millionths = 1000000;
    const mou_wide most = (mou_wide)INT64_MAX * millionths;
    mou_wide value = 0;
    assert(unit_fen > 0 && fen != NULL);
    if (!read_decimal(text, UNIT_DECIMALS, &value) || value > most || value < -most) {
        return false;
    }
    /*
     * Divided before it is multiplied where that loses nothing, so that no unit overflows 128 bits.
     */
    const mou_wide whole = value / millionths;
    const mou_wide part = value % millionths * unit_fen;
    return part % millionths == 0 && narrow(whole * unit_fen + part / millionths, fen);
}

void mou_money_format(int64_t fen, struct mou_buf *out)
{
    const uint64_t amount = fen < 0 ? (uint64_t)0 - (uint64_t)fen : (uint64_t)fen;
    assert(out != NULL);
    mou_buf_printf(out, "%s%llu.%02u", fen < 0 ? "-" : "", (unsigned long long)(amount / 100),
                   (unsigned)(amount % 100));
}

static bool cut_suffix(struct mou_text *text, struct mou_text suffix)
{
    if (text->len <= suffix.len) {
        return false;
    }
    const struct mou_text end = {text->bytes + (text->len - suffix.len), suffix.len};
    if (!mou_text_equal(end, suffix)) {
        return false;
    }
    text->len -= suffix.len;
    return true;
}

bool mou_ratio_parse(struct mou_text text, int64_t *scaled)
{
    mou_wide value = 0;
    int decimals = RATIO_DECIMALS;
    assert(scaled != NULL);
    if (cut_suffix(&text, MOU_TEXT("%"))) {
        decimals = PERCENT_DECIMALS;
    } else if (cut_suffix(&text, MOU_TEXT("‰"))) {
        decimals = PER_MILLE_DECIMALS;
    }
    return read_decimal(text, decimals, &value) && narrow(value, scaled);
}

void mou_ratio_format(int64_t scaled, struct mou_buf *out)
{
    const uint64_t amount = scaled < 0 ? (uint64_t)0 - (uint64_t)scaled : (uint64_t)scaled;
    unsigned decimals = (unsigned)(amount % MOU_RATIO_SCALE);
    int places = RATIO_DECIMALS;
    assert(out != NULL);
    mou_buf_printf(out, "%s%llu", scaled < 0 ? "-" : "",
                   (unsigned long long)(amount / MOU_RATIO_SCALE));
    while (decimals != 0 && decimals % 10 == 0) {
        decimals /= 10;
        places--;
    }
    if (decimals != 0) {
        mou_buf_printf(out, ".%0*u", places, decimals);
    }
}
