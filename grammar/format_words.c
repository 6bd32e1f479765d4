/*
 * Spells words for the formatter: keywords in the language asked for, names with the quotation
 * marks they need, literals as they were written or in the other language's units. Looks at the
 * source by span; never changes a meaning.
 */
#include <assert.h>
#include <string.h>

#include "build.h"
#include "format.h"
#include "parser.h"
#include "scan.h"

/* ------------------------------------------------------------------ languages */

struct mou_text mou_word_slice(const struct mou_layout *layout, struct mou_span span)
{
    assert(layout != NULL);
    if (span.source == UINT32_MAX || span.begin > span.end || span.end > layout->source->len) {
        return MOU_TEXT("");
    }
    return (struct mou_text){layout->source->bytes + span.begin, span.end - span.begin};
}

/*
 * As written, the first byte of a word tells its language; where a language is asked for, that is
 * it.
 */
bool mou_word_is_english(const struct mou_layout *layout, struct mou_span span)
{
    struct mou_text slice = mou_word_slice(layout, span);
    switch (layout->mode) {
    case MOU_KEYWORDS_ZH:
        return false;
    case MOU_KEYWORDS_EN:
        return true;
    case MOU_KEYWORDS_AS_WRITTEN:
        break;
    }
    return slice.len > 0 ? (unsigned char)slice.bytes[0] < 0x80 : layout->english;
}

void mou_word_language(struct mou_layout *layout, struct mou_span span)
{
    assert(layout != NULL);
    layout->english = mou_word_is_english(layout, span);
}

const char *mou_word_comma(const struct mou_layout *layout)
{
    assert(layout != NULL);
    return layout->english ? ", " : "、";
}

/* ------------------------------------------------------------------ keywords */

/*
 * Words joined by one blank each, as keywords are listed; false if it is longer than any keyword.
 */
static bool normalised(struct mou_text slice, char spelling[MOU_KEYWORD_BYTES_MAX + 1], size_t *len)
{
    *len = 0;
    for (size_t i = 0; i < slice.len; i++) {
        bool blank = slice.bytes[i] == ' ' || slice.bytes[i] == '\t';
        if (blank && (*len == 0 || spelling[*len - 1] == ' ')) {
            continue;
        }
        if (*len == MOU_KEYWORD_BYTES_MAX) {
            return false;
        }
        spelling[(*len)++] = blank ? ' ' : slice.bytes[i];
    }
    return *len > 0;
}

const struct mou_keyword *mou_word_find(const struct mou_layout *layout, struct mou_span span)
{
    char spelling[MOU_KEYWORD_BYTES_MAX + 1];
    size_t len;
    struct mou_text slice = mou_word_slice(layout, span);
    return normalised(slice, spelling, &len)
               ? mou_keyword_find(layout->keywords, (struct mou_text){spelling, len})
               : NULL;
}

static void put(struct mou_buf *out, struct mou_text text)
{
    mou_buf_append(out, text.bytes, text.len);
}

void mou_word_keyword(struct mou_layout *layout, struct mou_span span, struct mou_buf *out)
{
    assert(layout != NULL && out != NULL);
    char spelling[MOU_KEYWORD_BYTES_MAX + 1];
    size_t len;
    struct mou_text slice = mou_word_slice(layout, span);
    if (!normalised(slice, spelling, &len)) {
        put(out, slice);
        return;
    }
    struct mou_text word = {spelling, len};
    const struct mou_keyword *keyword = mou_keyword_find(layout->keywords, word);
    if (keyword != NULL && layout->mode != MOU_KEYWORDS_AS_WRITTEN) {
        word = mou_keyword_spelling(keyword, layout->mode == MOU_KEYWORDS_EN);
    }
    put(out, word);
}

void mou_word_token(const struct mou_layout *layout, int token, struct mou_buf *out)
{
    assert(layout != NULL && out != NULL);
    const struct mou_keyword *keyword = mou_keyword_of_token(token);
    assert(keyword != NULL);
    put(out, mou_keyword_spelling(keyword, layout->english));
}

/* ------------------------------------------------------------------ names */

/* The ASCII word that `out` ends with, blanks behind it. */
static struct mou_text last_word(const struct mou_buf *out)
{
    size_t end = out->len;
    if (end == 0 || out->data[end - 1] != ' ') {
        return MOU_TEXT("");
    }
    while (end > 0 && out->data[end - 1] == ' ') {
        end--;
    }
    size_t begin = end;
    while (begin > 0 && ((out->data[begin - 1] >= 'a' && out->data[begin - 1] <= 'z') ||
                         out->data[begin - 1] == '_')) {
        begin--;
    }
    return (struct mou_text){out->data + begin, end - begin};
}

/* True if `name` behind what was written would read as the second word of a keyword: on + date. */
static bool joins_phrase(const struct mou_layout *layout, struct mou_text name,
                         const struct mou_buf *out)
{
    /* A piece is written apart first, and then behind what stands on the line. */
    bool begins_piece = out == &layout->scratch && out->len == 0;
    struct mou_text before = last_word(begins_piece ? &layout->line : out);
    char spelling[MOU_KEYWORD_BYTES_MAX + 1];
    if (before.len == 0 || !mou_keyword_begins_phrase(layout->keywords, before)) {
        return false;
    }
    if (before.len + 1 + name.len > MOU_KEYWORD_BYTES_MAX) {
        return false;
    }
    memcpy(spelling, before.bytes, before.len);
    spelling[before.len] = ' ';
    memcpy(spelling + before.len + 1, name.bytes, name.len);
    return mou_keyword_find(layout->keywords,
                            (struct mou_text){spelling, before.len + 1 + name.len}) != NULL;
}

/*
 * A name that was one by its place only may stand elsewhere now: reserved words get quotation
 * marks.
 */
static bool needs_quotes(const struct mou_layout *layout, struct mou_text name,
                         const struct mou_buf *out)
{
    const struct mou_keyword *keyword = mou_keyword_find(layout->keywords, name);
    return (keyword != NULL && mou_keyword_reserved(keyword)) ||
           mou_keyword_begins_phrase(layout->keywords, name) || joins_phrase(layout, name, out);
}

void mou_word_name(const struct mou_layout *layout, const struct mou_name *name,
                   struct mou_buf *out)
{
    assert(layout != NULL && name != NULL && out != NULL);
    if (!name->quoted && !needs_quotes(layout, name->text, out)) {
        put(out, name->text);
        return;
    }
    /* What holds one kind of closing mark came in the other kind of quotes. */
    bool corner = false;
    for (size_t i = 0; i + 3 <= name->text.len && !corner; i++) {
        corner = memcmp(name->text.bytes + i, "」", 3) == 0;
    }
    mou_buf_text(out, corner ? "`" : "「");
    put(out, name->text);
    mou_buf_text(out, corner ? "`" : "」");
}

void mou_word_either(struct mou_layout *layout, const struct mou_name *name, struct mou_buf *out)
{
    assert(layout != NULL && name != NULL);
    if (!name->quoted && mou_word_find(layout, name->span) != NULL) {
        mou_word_keyword(layout, name->span, out);
    } else {
        mou_word_name(layout, name, out);
    }
}

void mou_word_ref(struct mou_layout *layout, const struct mou_name_ref *ref, struct mou_buf *out)
{
    assert(ref != NULL);
    if (ref->qualifier.text.len != 0) {
        mou_word_name(layout, &ref->qualifier, out);
        mou_buf_char(out, '.');
    }
    mou_word_name(layout, &ref->name, out);
}

/* ------------------------------------------------------------------ texts */

static void escaped(struct mou_buf *out, unsigned char c)
{
    switch (c) {
    case '"':
        mou_buf_text(out, "\\\"");
        break;
    case '\\':
        mou_buf_text(out, "\\\\");
        break;
    case '\n':
        mou_buf_text(out, "\\n");
        break;
    case '\t':
        mou_buf_text(out, "\\t");
        break;
    default:
        if (c < 0x20 || c == 0x7F) {
            mou_buf_printf(out, "\\u{%x}", (unsigned)c);
        } else {
            mou_buf_char(out, (char)c);
        }
        break;
    }
}

void mou_word_text(struct mou_text text, struct mou_buf *out)
{
    assert(out != NULL);
    mou_buf_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        escaped(out, (unsigned char)text.bytes[i]);
    }
    mou_buf_char(out, '"');
}

/* ------------------------------------------------------------------ literals */

static bool contains(struct mou_text text, const char *part)
{
    size_t len = strlen(part);
    for (size_t i = 0; i + len <= text.len; i++) {
        if (memcmp(text.bytes + i, part, len) == 0) {
            return true;
        }
    }
    return false;
}

static void put_date(struct mou_buf *out, mou_date date, bool chinese)
{
    struct mou_civil civil = mou_date_to_civil(date);
    if (chinese) {
        mou_buf_printf(out, "%d年%d月%d日", civil.year, civil.month, civil.day);
    } else {
        mou_date_format(date, out);
    }
}

void mou_word_date(const struct mou_layout *layout, mou_date date, struct mou_buf *out)
{
    assert(layout != NULL && out != NULL);
    put_date(out, date, !layout->english);
}

/*
 * The digits of a number as they are written, full-width ones narrowed; returns how many bytes of
 * `slice` they take.
 */
static size_t put_digits(struct mou_buf *out, struct mou_text slice)
{
    size_t at = 0;
    while (at < slice.len) {
        unsigned char c = (unsigned char)slice.bytes[at];
        bool wide = c == 0xEF && at + 2 < slice.len && (unsigned char)slice.bytes[at + 1] == 0xBC;
        unsigned char last = wide ? (unsigned char)slice.bytes[at + 2] : 0;
        if ((c >= '0' && c <= '9') || c == '_' || c == '.') {
            mou_buf_char(out, (char)c);
            at++;
        } else if (wide && ((last >= 0x90 && last <= 0x99) || last == 0x8E)) {
            mou_buf_char(out, last == 0x8E ? '.' : (char)('0' + (last - 0x90)));
            at += 3;
        } else {
            break;
        }
    }
    return at;
}

static bool is_one(const char *digits, size_t len)
{
    return len == 1 && digits[0] == '1';
}

/* The unit of a duration or an amount, by what is written behind the number. */
static const char *unit_word(const struct mou_expr *expr, struct mou_text unit, bool english,
                             bool one)
{
    if (expr->kind == MOU_EXPR_MONEY) {
        if (contains(unit, "亿") || contains(unit, "yi ")) {
            return english ? " yi yuan" : "亿元";
        }
        return contains(unit, "万") || contains(unit, "wan") ? (english ? " wan yuan" : "万元")
                                                             : (english ? " yuan" : "元");
    }
    switch (expr->unit) {
    case MOU_UNIT_WORKDAYS:
        return !english ? "个工作日" : one ? " working day" : " working days";
    case MOU_UNIT_DAYS:
        return !english ? "日" : one ? " day" : " days";
    case MOU_UNIT_MONTHS:
        break;
    }
    if (contains(unit, "年") || contains(unit, "year")) {
        return !english ? "年" : one ? " year" : " years";
    }
    return !english ? "个月" : one ? " month" : " months";
}

/* Number and unit; `slice` is without its sign. */
static void put_quantity(struct mou_layout *layout, const struct mou_expr *expr,
                         struct mou_text slice, struct mou_buf *out)
{
    size_t begin = out->len;
    size_t used = put_digits(out, slice);
    struct mou_text unit = {slice.bytes + used, slice.len - used};
    bool english = layout->mode == MOU_KEYWORDS_EN;
    if (layout->mode == MOU_KEYWORDS_AS_WRITTEN) {
        english = unit.len > 0 && contains(unit, "y"); /* years, yuan, days, working days */
        english = english || contains(unit, "month");
    }
    bool days_as_written = layout->mode == MOU_KEYWORDS_AS_WRITTEN && contains(unit, "天");
    mou_buf_text(out, days_as_written ? "天"
                                      : unit_word(expr, unit, english,
                                                  is_one(out->len > begin ? out->data + begin : "", out->len - begin)));
}

/* A whole number, perhaps counting times: 2, 两次, 2 times. */
static void put_integer(struct mou_layout *layout, const struct mou_expr *expr,
                        struct mou_text slice, struct mou_buf *out)
{
    bool times = contains(slice, "次") || contains(slice, "times");
    if (layout->mode == MOU_KEYWORDS_AS_WRITTEN && times && slice.len > 0 &&
        (unsigned char)slice.bytes[0] >= 0xE0) {
        put(out, slice); /* 两次 */
        return;
    }
    size_t begin = out->len;
    if (put_digits(out, slice) == 0) {
        mou_buf_int(out, expr->integer < 0 ? -expr->integer : expr->integer);
    }
    if (times) {
        bool english = layout->mode == MOU_KEYWORDS_EN ||
                       (layout->mode == MOU_KEYWORDS_AS_WRITTEN && contains(slice, "times"));
        mou_buf_text(out, english ? " times" : "次");
    }
    assert(out->failed || out->len > begin);
    (void)begin; /* without assertions */
}

static void put_ratio(const struct mou_layout *layout, struct mou_text slice, struct mou_buf *out)
{
    struct mou_text percent = MOU_TEXT("百分之");
    bool spelled_out = contains(slice, percent.bytes);
    if (spelled_out && layout->mode == MOU_KEYWORDS_AS_WRITTEN) {
        put(out, percent);
    }
    struct mou_text rest = slice;
    if (spelled_out) {
        rest.bytes += percent.len;
        rest.len -= percent.len;
        while (rest.len > 0 && (rest.bytes[0] == ' ' || rest.bytes[0] == '\t')) {
            rest.bytes++;
            rest.len--;
        }
    }
    if (put_digits(out, rest) == 0) {
        int64_t whole = 0;
        if (spelled_out && layout->mode == MOU_KEYWORDS_AS_WRITTEN) {
            put(out, rest);
        } else if (mou_literal_chinese_number(rest, &whole)) {
            mou_buf_int(out, whole);
        }
    }
    if (!(spelled_out && layout->mode == MOU_KEYWORDS_AS_WRITTEN)) {
        mou_buf_text(out, contains(slice, "‰") ? "‰" : "%");
    }
}

/* Writes the sign of a literal, if it has one; returns the literal without it. */
static struct mou_text put_sign(const struct mou_layout *layout, const struct mou_expr *expr,
                                struct mou_buf *out)
{
    if (expr->op_span.source == UINT32_MAX) {
        return mou_word_slice(layout, expr->span);
    }
    mou_buf_char(out, '-');
    return mou_word_slice(layout, expr->op_span);
}

void mou_word_literal(struct mou_layout *layout, const struct mou_expr *expr, struct mou_buf *out)
{
    assert(layout != NULL && expr != NULL && out != NULL);
    struct mou_text slice = mou_word_slice(layout, expr->span);
    switch ((int)expr->kind) {
    case MOU_EXPR_TEXT:
        if (mou_word_is_document_number(expr->text) && slice.len > 0 && slice.bytes[0] != '"' &&
            !contains(slice, "“")) {
            put(out, expr->text);
        } else {
            mou_word_text(expr->text, out);
        }
        break;
    case MOU_EXPR_DATE:
        put_date(out, expr->date,
                 layout->mode == MOU_KEYWORDS_ZH ||
                     (layout->mode == MOU_KEYWORDS_AS_WRITTEN && contains(slice, "年")));
        break;
    case MOU_EXPR_RATIO:
        put_ratio(layout, put_sign(layout, expr, out), out);
        break;
    case MOU_EXPR_INTEGER:
        put_integer(layout, expr, put_sign(layout, expr, out), out);
        break;
    default:
        put_quantity(layout, expr, put_sign(layout, expr, out), out);
        break;
    }
}

/* ------------------------------------------------------------------ legal instruments */

/* name〔year〕number号 */
bool mou_word_is_document_number(struct mou_text text)
{
    struct mou_text open = MOU_TEXT("〔");
    struct mou_text end = MOU_TEXT("号");
    return text.len > end.len && contains(text, open.bytes) &&
           memcmp(text.bytes + text.len - end.len, end.bytes, end.len) == 0 &&
           !contains(text, "《");
}

/*
 * One 第N条 at `at`: its number, and whether the number stands in brackets; returns its bytes, 0 if
 * it is not of this form.
 */
static size_t article_piece(struct mou_text article, size_t at, const char *unit, bool brackets,
                            int64_t *number)
{
    struct mou_text rest = {article.bytes + at, article.len - at};
    const char *opening = brackets ? "第（" : "第";
    const char *closing = brackets ? "）" : "";
    size_t begin = strlen(opening);
    if (rest.len < begin || memcmp(rest.bytes, opening, begin) != 0) {
        return 0;
    }
    for (size_t end = begin; end + strlen(closing) + strlen(unit) <= rest.len; end++) {
        if (memcmp(rest.bytes + end, closing, strlen(closing)) == 0 &&
            memcmp(rest.bytes + end + strlen(closing), unit, strlen(unit)) == 0) {
            bool read = mou_literal_chinese_number(
                            (struct mou_text){rest.bytes + begin, end - begin}, number) &&
                        *number > 0;
            return read ? end + strlen(closing) + strlen(unit) : 0;
        }
    }
    return 0;
}

/* 第三条之一第一款第（二）项 as article 3-1(1)(2); false for anything that this form cannot say. */
static bool put_english_article(struct mou_text article, struct mou_buf *out)
{
    static const struct {
        const char *unit;
        bool brackets;
    } levels[] = {{"款", false}, {"项", true}, {"目", false}};
    int64_t number = 0;
    size_t at = article_piece(article, 0, "条", false, &number);
    if (at == 0) {
        return false;
    }
    mou_buf_printf(out, "article %lld", (long long)number);
    if (article.len > at + 3 && memcmp(article.bytes + at, "之", 3) == 0) {
        size_t end = at + 3;
        while (end + 3 <= article.len && memcmp(article.bytes + end, "第", 3) != 0) {
            end += 3;
        }
        if (!mou_literal_chinese_number((struct mou_text){article.bytes + at + 3, end - at - 3},
                                        &number)) {
            return false;
        }
        mou_buf_printf(out, "-%lld", (long long)number);
        at = end;
    }
    for (size_t level = 0; level < sizeof(levels) / sizeof(levels[0]) && at < article.len;
         level++) {
        size_t len =
            article_piece(article, at, levels[level].unit, levels[level].brackets, &number);
        if (len == 0) {
            return false;
        }
        mou_buf_printf(out, "(%lld)", (long long)number);
        at += len;
    }
    return at == article.len;
}

/* The article in Chinese, or in English where that can say it and is read back as the same. */
static void put_article(struct mou_layout *layout, const struct mou_legal_ref *ref,
                        bool document_number, bool alone, struct mou_buf *out)
{
    bool english =
        layout->mode == MOU_KEYWORDS_EN || (layout->mode == MOU_KEYWORDS_AS_WRITTEN &&
                                            contains(mou_word_slice(layout, ref->span), "article"));
    size_t before = out->len;
    if (english) {
        mou_buf_text(out, alone ? "" : " ");
        if (put_english_article(ref->article, out)) {
            return;
        }
        out->len = before;
    }
    mou_buf_text(out, document_number && !alone ? " " : "");
    put(out, ref->article);
}

void mou_word_legal(struct mou_layout *layout, const struct mou_legal_ref *ref,
                    const struct mou_legal_ref *before, struct mou_buf *out)
{
    assert(layout != NULL && ref != NULL && out != NULL);
    bool again = before != NULL && ref->article.len > 0 &&
                 mou_text_equal(ref->instrument, before->instrument) &&
                 mou_text_equal(ref->number, before->number);
    if (!again) {
        put(out, ref->instrument);
        if (ref->number.len != 0) {
            mou_buf_text(out, "（");
            put(out, ref->number);
            mou_buf_text(out, "）");
        }
    }
    if (ref->article.len != 0) {
        put_article(layout, ref, mou_word_is_document_number(ref->instrument), again, out);
    }
}
