/*
 * What characters a rule file may hold: refusals for the whole source, checks and normal form of
 * names, values of texts. Every refusal is one message at its place; what was refused is blanked
 * out, so that nothing else is said about it. Used by the scanner and the token stream.
 */
#include "scan.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

struct mou_text mou_parse_slice(const struct mou_parse *parse, uint32_t begin, uint32_t end)
{
    assert(parse != NULL && begin <= end && end <= parse->len);
    return (struct mou_text){parse->text + begin, end - begin};
}

struct mou_span mou_parse_span(const struct mou_parse *parse, uint32_t begin, uint32_t end)
{
    assert(parse != NULL && begin <= end);
    return (struct mou_span){parse->source_index, begin, end};
}

struct mou_diagnostic *mou_parse_report(struct mou_parse *parse, enum mou_diag_code code,
                                        uint32_t begin, uint32_t end, struct mou_text a0,
                                        struct mou_text a1)
{
    assert(parse != NULL);
    if (strncmp(mou_diag_code_text(code), "E01", 3) == 0) {
        parse->lexical_begin = begin;
        parse->lexical_end = end;
    }
    return mou_diagnose(parse->diagnostics, code, mou_parse_span(parse, begin, end), a0, a1,
                        MOU_TEXT(""));
}

static struct mou_text copied(struct mou_parse *parse, const char *bytes, size_t len)
{
    char *copy = mou_arena_copy(parse->arena, bytes, len);
    return copy != NULL ? (struct mou_text){copy, len} : MOU_TEXT("");
}

struct mou_text mou_parse_number(struct mou_parse *parse, int64_t value)
{
    assert(parse != NULL);
    char digits[24];
    int len = snprintf(digits, sizeof(digits), "%lld", (long long)value);
    return copied(parse, digits, len > 0 ? (size_t)len : 0);
}

struct mou_text mou_scan_code_point(struct mou_parse *parse, uint32_t code_point)
{
    assert(parse != NULL);
    char text[16];
    int len = snprintf(text, sizeof(text), "U+%04lX", (unsigned long)code_point);
    return copied(parse, text, len > 0 ? (size_t)len : 0);
}

/* ------------------------------------------------------------------ the whole source */

static bool is_bidi_control(uint32_t c)
{
    return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069);
}

static bool in_word(const struct mou_parse *parse, size_t at)
{
    unsigned char c = at < parse->len ? (unsigned char)parse->text[at] : ' ';
    return c >= 0x80 || c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
           (c >= 'a' && c <= 'z');
}

static bool begins_with_any(struct mou_text text, const char *const *marks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const size_t len = strlen(marks[i]);
        if (len <= text.len && memcmp(text.bytes, marks[i], len) == 0) {
            return true;
        }
    }
    return false;
}

size_t mou_scan_word_len(const char *match, size_t len)
{
    static const char *const ends[] = {" ", "\t", "\f", "\v", "　", "\xC2\xA0", "〔", "﹝", "[", "［", "【", "（", "("};
    size_t at = 0;
    while (at < len && !begins_with_any((struct mou_text){match + at, len - at}, ends, sizeof ends / sizeof ends[0])) {
        at++;
    }
    return at;
}

size_t mou_scan_digits_len(const char *match, size_t len)
{
    for (size_t at = len; at > 0; at--) {
        const bool ascii = match[at - 1] >= '0' && match[at - 1] <= '9';
        const bool wide = at >= 3 && memcmp(match + at - 3, "\xEF\xBC", 2) == 0 && (unsigned char)match[at - 1] >= 0x90 && (unsigned char)match[at - 1] <= 0x99;
        if (ascii || wide) {
            return at;
        }
    }
    return len;
}

bool mou_scan_is_document_number(const struct mou_parse *parse, struct mou_text match)
{
    assert(parse != NULL);
    static const char *const brackets[] = {"〔", "﹝", "[", "［", "【"};
    static const char *const round[] = {"（", "("};
    static const char end[] = "号";
    const struct mou_text word = {match.bytes, mou_scan_word_len(match.bytes, match.len)};
    const struct mou_text rest = {match.bytes + word.len, match.len - word.len};
    const bool bracket = begins_with_any(rest, brackets, sizeof brackets / sizeof brackets[0]);
    const bool adjoins = bracket || begins_with_any(rest, round, sizeof round / sizeof round[0]);
    const bool ended = match.len > sizeof end && memcmp(match.bytes + match.len - (sizeof end - 1), end, sizeof end - 1) == 0;
    return ended ? adjoins || mou_keyword_find(parse->keywords, word) == NULL : bracket;
}

bool mou_scan_word_goes_on(const struct mou_parse *parse)
{
    assert(parse != NULL);
    return in_word(parse, parse->offset);
}

/* Inside a word the gap becomes a letter, so that the word stays one; elsewhere white space. */
static void blank_out(struct mou_parse *parse, size_t begin, size_t end)
{
    bool inside = begin > 0 && in_word(parse, begin - 1) && in_word(parse, end);
    memset(parse->text + begin, inside ? '_' : ' ', end - begin);
}

static size_t refuse_utf8(struct mou_parse *parse, size_t at)
{
    size_t end = at;
    uint32_t c;
    while (end < parse->len && (unsigned char)parse->text[end] >= 0x80 &&
           mou_utf8_decode(parse->text + end, parse->len - end, &c) == 0) {
        end++;
    }
    mou_parse_report(parse, MOU_DIAG_BAD_UTF8, (uint32_t)at, (uint32_t)end, MOU_TEXT(""),
                     MOU_TEXT(""));
    blank_out(parse, at, end);
    return end;
}

static size_t refuse_nul(struct mou_parse *parse, size_t at)
{
    size_t end = at;
    while (end < parse->len && parse->text[end] == '\0') {
        end++;
    }
    mou_parse_report(parse, MOU_DIAG_NUL_BYTE, (uint32_t)at, (uint32_t)end, MOU_TEXT(""),
                     MOU_TEXT(""));
    blank_out(parse, at, end);
    return end;
}

/* The code point or bad bytes at `at`; returns the offset behind. */
static size_t check_wide(struct mou_parse *parse, size_t at)
{
    uint32_t c = 0;
    size_t len = mou_utf8_decode(parse->text + at, parse->len - at, &c);
    if (len == 0) {
        return refuse_utf8(parse, at);
    }
    if (is_bidi_control(c)) {
        struct mou_diagnostic *diagnostic =
            mou_parse_report(parse, MOU_DIAG_BIDI_CONTROL, (uint32_t)at, (uint32_t)(at + len),
                             mou_scan_code_point(parse, c), MOU_TEXT(""));
        diagnostic->has_fixit = true;
        diagnostic->fixit = (struct mou_fixit){diagnostic->span, MOU_TEXT("")};
        blank_out(parse, at, at + len);
    }
    return at + len;
}

/* Told once, at the first one: who ends one line so, ends many so. Each ends its line all the same. */
static size_t check_carriage_return(struct mou_parse *parse, size_t at, bool *told)
{
    if (at + 1 >= parse->len || parse->text[at + 1] != '\n') {
        if (!*told) {
            mou_parse_report(parse, MOU_DIAG_LONE_CR, (uint32_t)at, (uint32_t)at + 1, MOU_TEXT(""), MOU_TEXT(""));
        }
        *told = true;
        parse->text[at] = '\n';
    }
    return at + 1;
}

/* One message for the whole file, which is not read any further. */
static bool refuse_foreign(struct mou_parse *parse)
{
    const struct mou_foreign foreign = mou_scan_foreign((struct mou_text){parse->text, parse->len});
    if (foreign.kind == MOU_FOREIGN_NONE) {
        return false;
    }
    const enum mou_diag_code code = foreign.kind == MOU_FOREIGN_FORMAT ? MOU_DIAG_NOT_A_TEXT : MOU_DIAG_WRONG_ENCODING;
    mou_parse_report(parse, code, 0, 0, foreign.zh, MOU_TEXT(""))->arguments[3] = foreign.en;
    for (size_t at = 0; at < parse->len; at++) {
        parse->text[at] = parse->text[at] == '\n' ? '\n' : ' ';
    }
    return true;
}

void mou_scan_refuse(struct mou_parse *parse)
{
    assert(parse != NULL && parse->text != NULL);
    size_t at = 0;
    bool told = false;
    if (refuse_foreign(parse)) {
        return;
    }
    if (parse->len >= 3 && memcmp(parse->text, "\xEF\xBB\xBF", 3) == 0) {
        memset(parse->text, ' ', 3);
        at = 3;
    }
    while (at < parse->len) {
        unsigned char c = (unsigned char)parse->text[at];
        if (c >= 0x80) {
            at = check_wide(parse, at);
        } else if (c == '\0') {
            at = refuse_nul(parse, at);
        } else if (c == '\r') {
            at = check_carriage_return(parse, at, &told);
        } else {
            at++;
        }
    }
}

void mou_scan_unterminated(struct mou_parse *parse, enum mou_raw_kind kind, uint32_t begin,
                           uint32_t end)
{
    enum mou_diag_code code = kind == MOU_RAW_TEXT    ? MOU_DIAG_TEXT_UNTERMINATED
                              : kind == MOU_RAW_TITLE ? MOU_DIAG_TITLE_UNTERMINATED
                                                      : MOU_DIAG_QUOTED_NAME;
    mou_parse_report(parse, code, begin, end, MOU_TEXT(""), MOU_TEXT(""));
}

/* ------------------------------------------------------------------ names */

static bool is_common_han(uint32_t c)
{
    return (c >= 0x3400 && c <= 0x9FFF) || (c >= 0x3005 && c <= 0x3007) ||
           (c >= 0x20000 && c <= 0x2F7FF) || (c >= 0x30000 && c <= 0x323AF);
}

static bool is_compatibility_ideograph(uint32_t c)
{
    return (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x2F800 && c <= 0x2FA1F);
}

static bool is_full_width(uint32_t c)
{
    return (c >= 0xFF10 && c <= 0xFF19) || (c >= 0xFF21 && c <= 0xFF3A) || c == 0xFF3F ||
           (c >= 0xFF41 && c <= 0xFF5A);
}

/* Letters by category, but shown as nothing. */
static bool is_invisible(uint32_t c)
{
    return (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF) ||
           (c >= 0x180B && c <= 0x180F) || c == 0x034F || c == 0x115F || c == 0x1160 ||
           c == 0x3164 || c == 0xFFA0;
}

static bool is_latin(uint32_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= 0xC0 && c <= 0x24F);
}

/* Scripts whose letters pass for Latin ones. */
static bool looks_latin(uint32_t c)
{
    return (c >= 0x0370 && c <= 0x058F) || (c >= 0x13A0 && c <= 0x13FF) ||
           (c >= 0x1C80 && c <= 0x1C8F) || (c >= 0x1F00 && c <= 0x1FFF) ||
           (c >= 0x2DE0 && c <= 0x2DFF) || (c >= 0xA640 && c <= 0xA69F) ||
           (c >= 0xAB70 && c <= 0xABBF);
}

/* Kana and bopomofo that pass for Han: エ工 オ才 カ力 タ夕 チ千 ト卜 ニ二 ヌ又 ハ八 ヒ匕 ロ口 ー一 ㄧ一. */
static bool looks_han(uint32_t c)
{
    switch (c) {
    case 0x30A8:
    case 0x30AA:
    case 0x30AB:
    case 0x30BF:
    case 0x30C1:
    case 0x30C8:
    case 0x30CB:
    case 0x30CC:
    case 0x30CF:
    case 0x30D2:
    case 0x30ED:
    case 0x30FC:
    case 0x3127:
        return true;
    default:
        return false;
    }
}

static bool may_be_in_name(uint32_t c, bool first)
{
    if (is_invisible(c)) {
        return false;
    }
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
    switch ((int)category) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_NL:
        return true;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
        return !first;
    default:
        return c == '_';
    }
}

/* In quotation marks anything visible may stand. */
static bool may_be_in_quoted_name(uint32_t c)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
    switch ((int)category) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return false;
    default:
        return !is_invisible(c);
    }
}

/* What was seen in a name so far. */
struct name_survey {
    bool latin;
    bool han;
    bool full_width;
    bool plain; /* ASCII and common Han only: already in NFC */
    uint32_t latin_like;
    uint32_t han_like;
    uint32_t refused;
    uint32_t compatibility;
};

static void survey_code_point(struct name_survey *survey, uint32_t c, bool first, bool quoted)
{
    if (c >= 0x80 && !is_common_han(c)) {
        survey->plain = false;
    }
    survey->latin = survey->latin || is_latin(c);
    if (is_common_han(c)) {
        survey->han = true;
    } else if (is_full_width(c)) {
        survey->full_width = true;
    } else if (is_compatibility_ideograph(c)) {
        survey->compatibility = c;
    } else if (looks_latin(c)) {
        survey->latin_like = c;
    } else if (looks_han(c)) {
        survey->han_like = c;
    }
    bool allowed = quoted ? may_be_in_quoted_name(c)
                          : c < 0x80 || is_common_han(c) || may_be_in_name(c, first);
    if (!allowed && survey->refused == 0) {
        survey->refused = c;
    }
}

static struct name_survey survey_name(struct mou_text name, bool quoted)
{
    struct name_survey survey = {.plain = true};
    for (size_t at = 0; at < name.len;) {
        uint32_t c = 0;
        size_t len = mou_utf8_decode(name.bytes + at, name.len - at, &c);
        assert(len != 0);
        survey_code_point(&survey, c, at == 0, quoted);
        at += len;
    }
    return survey;
}

static struct mou_text encoded(struct mou_parse *parse, uint32_t c)
{
    char bytes[4];
    return copied(parse, bytes, mou_utf8_encode(c, bytes));
}

/* Full-width letters and digits as their ASCII twins. */
static struct mou_text narrowed(struct mou_parse *parse, struct mou_text name)
{
    char *out = mou_arena_alloc(parse->arena, name.len + 1);
    size_t len = 0;
    for (size_t at = 0; out != NULL && at < name.len;) {
        uint32_t c = 0;
        at += mou_utf8_decode(name.bytes + at, name.len - at, &c);
        len += mou_utf8_encode(is_full_width(c) ? c - 0xFEE0 : c, out + len);
    }
    return out != NULL ? (struct mou_text){out, len} : name;
}

/* NFC of `name`; `name` itself where memory ran out, which the arena remembers. */
static struct mou_text composed(struct mou_parse *parse, struct mou_text name)
{
    unsigned flags = (unsigned)UTF8PROC_STABLE | (unsigned)UTF8PROC_COMPOSE;
    utf8proc_option_t options = (utf8proc_option_t)flags;
    const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)name.bytes;
    utf8proc_ssize_t need = utf8proc_decompose(bytes, (utf8proc_ssize_t)name.len, NULL, 0, options);
    if (need <= 0) {
        return name;
    }
    utf8proc_int32_t *points = MOU_NEW_ARRAY(parse->arena, (size_t)need + 1, utf8proc_int32_t);
    char *out = mou_arena_alloc(parse->arena, (size_t)need * 4 + 1);
    if (points == NULL || out == NULL) {
        return name;
    }
    utf8proc_ssize_t count =
        utf8proc_decompose(bytes, (utf8proc_ssize_t)name.len, points, need, options);
    count = count > 0 ? utf8proc_normalize_utf32(points, count, options) : count;
    size_t len = 0;
    for (utf8proc_ssize_t i = 0; i < count; i++) {
        len += mou_utf8_encode((uint32_t)points[i], out + len);
    }
    return (struct mou_text){out, len};
}

static void suggest(struct mou_parse *parse, struct mou_diagnostic *diagnostic, uint32_t begin,
                    uint32_t end, struct mou_text text)
{
    diagnostic->suggestion = text;
    diagnostic->has_fixit = true;
    diagnostic->fixit = (struct mou_fixit){mou_parse_span(parse, begin, end), text};
}

/* One message at most: the worst that the survey found. */
static void report_name(struct mou_parse *parse, const struct name_survey *survey,
                        struct mou_text name, uint32_t begin, uint32_t end,
                        struct mou_text repaired)
{
    uint32_t mixed = survey->latin && survey->latin_like != 0 ? survey->latin_like
                     : survey->han                            ? survey->han_like
                                                              : 0;
    struct mou_diagnostic *diagnostic = NULL;
    if (survey->refused != 0) {
        diagnostic = mou_parse_report(parse, MOU_DIAG_NAME_CHARACTER, begin, end, name,
                                      encoded(parse, survey->refused));
        diagnostic->arguments[2] = mou_scan_code_point(parse, survey->refused);
    } else if (mixed != 0) {
        diagnostic = mou_parse_report(parse, MOU_DIAG_NAME_MIXED_SCRIPTS, begin, end, name,
                                      encoded(parse, mixed));
        diagnostic->arguments[2] = mou_scan_code_point(parse, mixed);
    } else if (survey->compatibility != 0) {
        diagnostic = mou_parse_report(parse, MOU_DIAG_NAME_COMPATIBILITY, begin, end, name,
                                      encoded(parse, survey->compatibility));
        diagnostic->arguments[2] = mou_scan_code_point(parse, survey->compatibility);
        suggest(parse, diagnostic, begin, end, repaired);
    } else if (survey->full_width) {
        diagnostic =
            mou_parse_report(parse, MOU_DIAG_NAME_FULL_WIDTH, begin, end, name, MOU_TEXT(""));
        suggest(parse, diagnostic, begin, end, repaired);
    }
}

struct mou_text mou_scan_name(struct mou_parse *parse, uint32_t begin, uint32_t end, bool quoted)
{
    struct mou_text name = mou_parse_slice(parse, begin, end);
    struct name_survey survey = survey_name(name, quoted);
    if (survey.plain && survey.refused == 0) {
        return name;
    }
    struct mou_text result = survey.full_width ? narrowed(parse, name) : name;
    result = composed(parse, result);
    report_name(parse, &survey, name, begin, end, result);
    return result;
}

/* ------------------------------------------------------------------ texts */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/*
 * `{…}` at `at`; returns its length and the code point, 0 if it is no scalar value that may stand
 * in a text.
 */
static size_t unicode_escape(struct mou_text text, size_t at, uint32_t *code_point)
{
    uint32_t value = 0;
    size_t digits = 0;
    if (at >= text.len || text.bytes[at] != '{') {
        return 0;
    }
    size_t i = at + 1;
    for (; i < text.len && hex_digit(text.bytes[i]) >= 0 && digits < 6; i++, digits++) {
        value = value * 16 + (uint32_t)hex_digit(text.bytes[i]);
    }
    bool scalar = value != 0 && value <= 0x10FFFF && !(value >= 0xD800 && value <= 0xDFFF);
    if (digits == 0 || i >= text.len || text.bytes[i] != '}' || !scalar || is_bidi_control(value)) {
        return 0;
    }
    *code_point = value;
    return i + 1 - at;
}

/*
 * Resolves the escape whose backslash is at `at` into `out`; returns the bytes read. A bad one is
 * reported and dropped.
 */
static size_t resolve_escape(struct mou_parse *parse, struct mou_text text, uint32_t begin,
                             size_t at, char *out, size_t *len)
{
    uint32_t c = 0;
    size_t read =
        at + 1 < text.len ? mou_utf8_decode(text.bytes + at + 1, text.len - at - 1, &c) : 0;
    size_t escape = c == 'u' ? unicode_escape(text, at + 2, &c) : 0;
    if (escape != 0) {
        *len += mou_utf8_encode(c, out + *len);
        return 2 + escape;
    }
    switch (c) {
    case 'n':
        out[(*len)++] = '\n';
        break;
    case 't':
        out[(*len)++] = '\t';
        break;
    case '"':
    case '\\':
    case 0x201C:
    case 0x201D:
        *len += mou_utf8_encode(c, out + *len);
        break;
    default:
        mou_parse_report(parse, MOU_DIAG_TEXT_ESCAPE, begin + (uint32_t)at,
                         begin + (uint32_t)(at + 1 + read),
                         (struct mou_text){text.bytes + at, 1 + read}, MOU_TEXT(""));
        break;
    }
    return 1 + read;
}

struct mou_text mou_scan_text(struct mou_parse *parse, uint32_t begin, uint32_t end)
{
    struct mou_text text = mou_parse_slice(parse, begin, end);
    if (text.len == 0 || memchr(text.bytes, '\\', text.len) == NULL) {
        return text;
    }
    char *out = mou_arena_alloc(parse->arena, text.len + 4);
    size_t len = 0;
    for (size_t at = 0; out != NULL && at < text.len;) {
        if (text.bytes[at] == '\\') {
            at += resolve_escape(parse, text, begin, at, out, &len);
        } else {
            out[len++] = text.bytes[at++];
        }
    }
    return out != NULL ? (struct mou_text){out, len} : text;
}
