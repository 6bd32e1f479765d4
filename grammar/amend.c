/*
 * The second reading. Where a message says for certain, or with good reason, what a token was meant
 * for, the source is read once more with the token taken so: nothing behind the mistake is lost, and
 * no message follows from it. The mistake keeps its message; the tree of such a reading serves the
 * checks only, since an error was reported. Called by parse.c, stream.c and syntax_error.c.
 */
#include "amend.h"

#include <assert.h>
#include <string.h>

#include "parser.h"

static const struct mou_amendment *amendment_at(const struct mou_parse *parse, uint32_t begin)
{
    size_t count = parse->amendments != NULL ? parse->amendments->known : 0;
    for (size_t i = 0; i < count; i++) {
        const struct mou_amendment *item = &parse->amendments->items[i];
        if (item->begin == begin || (item->reading == MOU_READ_DROPPED && item->begin < begin && begin < item->end)) {
            return item;
        }
    }
    return NULL;
}

static struct mou_raw piece_of(const struct mou_raw *whole, uint32_t begin, uint32_t end,
                               enum mou_raw_kind kind)
{
    struct mou_raw piece = *whole;
    piece.kind = kind;
    piece.begin = begin;
    piece.end = end;
    piece.first_on_line = whole->first_on_line && begin == whole->begin;
    return piece;
}

static void queue(struct mou_parse *parse, struct mou_raw raw)
{
    assert(parse->queued_count < MOU_QUEUED_MAX);
    parse->queued[parse->queued_count++] = raw;
}

/* One piece of a word; digits and the unit behind them are two raw tokens side by side. */
static void queue_piece(struct mou_parse *parse, const struct mou_raw *word, uint32_t begin,
                        uint32_t end)
{
    uint32_t at = begin;
    while (at < end && parse->text[at] >= '0' && parse->text[at] <= '9') {
        at++;
    }
    if (at > begin) {
        queue(parse, piece_of(word, begin, at, MOU_RAW_NUMBER));
    }
    if (at < end) {
        queue(parse, piece_of(word, at, end, MOU_RAW_WORD));
    }
}

static void queue_pieces(struct mou_parse *parse, const struct mou_raw *word,
                         const struct mou_amendment *amendment)
{
    uint32_t begin = word->begin;
    for (size_t i = 0; i < amendment->cut_count; i++) {
        queue_piece(parse, word, begin, amendment->cuts[i]);
        begin = amendment->cuts[i];
    }
    queue_piece(parse, word, begin, word->end);
}

static void queue_mark(struct mou_parse *parse, const struct mou_raw *before, int token)
{
    struct mou_raw mark = piece_of(before, before->end, before->end, MOU_RAW_SYMBOL);
    mark.token = token;
    mark.first_on_line = false;
    queue(parse, mark);
}

/* The keyword takes no room in the source. */
static void queue_keyword(struct mou_parse *parse, const struct mou_raw *behind, const struct mou_keyword *keyword)
{
    struct mou_raw word = piece_of(behind, behind->begin, behind->begin, MOU_RAW_WORD);
    word.keyword = keyword;
    queue(parse, word);
}

/* The token as it is read now; false where it is left out. */
static bool amended(struct mou_parse *parse, const struct mou_amendment *amendment,
                    struct mou_raw *raw)
{
    switch (amendment->reading) {
    case MOU_READ_SPLIT:
        queue_pieces(parse, raw, amendment);
        return false;
    case MOU_READ_DROPPED:
        parse->line_empty = parse->line_empty || raw->first_on_line; /* what stands behind opens the line now */
        return false;
    case MOU_READ_WITH_MARK:
        queue(parse, *raw);
        queue_mark(parse, raw, amendment->token);
        return false;
    case MOU_READ_SYMBOL:
        raw->kind = MOU_RAW_SYMBOL;
        raw->token = amendment->token;
        return true;
    case MOU_READ_KEYWORD:
        raw->keyword = amendment->keyword;
        return true;
    case MOU_READ_BEHIND:
        queue_keyword(parse, raw, amendment->keyword);
        queue(parse, *raw);
        parse->queued[parse->queued_count - 1].first_on_line = false;
        return false;
    case MOU_READ_NAME:
        raw->kind = MOU_RAW_QUOTED;
        return true;
    }
    return true;
}

void mou_amend_lex(struct mou_parse *parse, struct mou_raw *raw)
{
    assert(parse != NULL && raw != NULL);
    for (;;) {
        if (parse->queued_at < parse->queued_count) {
            *raw = parse->queued[parse->queued_at++];
            return;
        }
        parse->queued_at = parse->queued_count = 0;
        (void)mou_raw_lex(raw, parse->scanner);
        const struct mou_amendment *amendment =
            raw->kind != MOU_RAW_END ? amendment_at(parse, raw->begin) : NULL;
        if (amendment == NULL || amended(parse, amendment, raw)) {
            return;
        }
    }
}

bool mou_is_amended(const struct mou_parse *parse, struct mou_span span)
{
    assert(parse != NULL);
    if (span.begin == span.end && span.begin > 0) {
        span.begin--; /* a mark that was put behind a token */
    }
    for (size_t i = 0; parse->amendments != NULL && i < parse->amendments->known; i++) {
        const struct mou_amendment *amendment = &parse->amendments->items[i];
        if (amendment->begin < span.end && span.begin < amendment->end) {
            return true;
        }
    }
    return false;
}

/* ------------------------------------------------------------------ what the next reading knows */

static struct mou_amendment *add(struct mou_parse *parse, const struct mou_diagnostic *message,
                                 struct mou_span span, enum mou_reading reading)
{
    if (parse->amendments == NULL) {
        parse->amendments = MOU_NEW(parse->arena, struct mou_amendments);
    }
    struct mou_amendments *all = parse->amendments;
    if (all == NULL || all->count >= MOU_AMENDMENTS_MAX || span.begin >= span.end ||
        message == parse->diagnostics->scrap || amendment_at(parse, span.begin) != NULL) {
        return NULL; /* a message that was not kept speaks of a place that has one already */
    }
    struct mou_amendment *amendment = &all->items[all->count++];
    *amendment = (struct mou_amendment){
        .begin = span.begin, .end = span.end, .reading = reading, .message = *message};
    return amendment;
}

/* The blanks that the correction puts into the word are its cuts. */
void mou_amend_split(struct mou_parse *parse, const struct mou_diagnostic *message,
                     struct mou_span word, struct mou_text split)
{
    assert(parse != NULL && message != NULL);
    uint32_t cuts[MOU_PIECES_MAX];
    size_t count = 0;
    uint32_t at = word.begin;
    for (size_t i = 0; i < split.len; i++) {
        if (split.bytes[i] != ' ') {
            at++;
        } else if (count + 1 >= MOU_PIECES_MAX) {
            return;
        } else {
            cuts[count++] = at;
        }
    }
    struct mou_amendment *amendment =
        count > 0 && at == word.end ? add(parse, message, word, MOU_READ_SPLIT) : NULL;
    if (amendment != NULL) {
        memcpy(amendment->cuts, cuts, sizeof(cuts[0]) * count);
        amendment->cut_count = count;
    }
}

void mou_amend(struct mou_parse *parse, const struct mou_diagnostic *message, struct mou_span span,
               enum mou_reading reading)
{
    assert(parse != NULL && message != NULL && reading != MOU_READ_SPLIT);
    (void)add(parse, message, span, reading);
}

void mou_amend_mark(struct mou_parse *parse, const struct mou_diagnostic *message, struct mou_span span,
                    enum mou_reading reading, int token)
{
    assert(parse != NULL && message != NULL);
    assert(reading == MOU_READ_SYMBOL || reading == MOU_READ_WITH_MARK);
    struct mou_amendment *amendment = add(parse, message, span, reading);
    if (amendment != NULL) {
        amendment->token = token;
    }
}

static void add_keyword(struct mou_parse *parse, const struct mou_diagnostic *message, struct mou_span span,
                        struct mou_text spelling, enum mou_reading reading)
{
    const struct mou_keyword *keyword = mou_keyword_find(parse->keywords, spelling);
    struct mou_amendment *amendment = keyword != NULL ? add(parse, message, span, reading) : NULL;
    if (amendment != NULL) {
        amendment->keyword = keyword;
    }
}

void mou_amend_keyword(struct mou_parse *parse, const struct mou_diagnostic *message,
                       struct mou_span span, struct mou_text spelling)
{
    assert(parse != NULL && message != NULL);
    add_keyword(parse, message, span, spelling, MOU_READ_KEYWORD);
}

void mou_amend_behind(struct mou_parse *parse, const struct mou_diagnostic *message,
                      struct mou_span span, struct mou_text spelling)
{
    assert(parse != NULL && message != NULL);
    add_keyword(parse, message, span, spelling, MOU_READ_BEHIND);
}

bool mou_amend_again(struct mou_amendments *amendments, struct mou_diagnostics *diagnostics,
                     const struct mou_diagnostics *before)
{
    assert(amendments != NULL && diagnostics != NULL && before != NULL);
    if (amendments->count == amendments->known) {
        return false;
    }
    amendments->known = amendments->count;
    diagnostics->list.count = before->list.count;
    diagnostics->error_count = before->error_count;
    diagnostics->overflowed = before->overflowed;
    for (size_t i = 0; i < amendments->count; i++) {
        if (MOU_VEC_PUSH(diagnostics->arena, &diagnostics->list, amendments->items[i].message)) {
            diagnostics->error_count++;
        }
    }
    return true;
}
