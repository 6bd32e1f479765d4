/*
 * Lays out what tests are made of: subjects with what is known of them, objections, expectations. A
 * row that was written deeper than the one before stays deeper, since the tree leaves nesting to
 * the compiler. Called by format_clause.c.
 */
#include <assert.h>

#include "build.h"
#include "format.h"
#include "parser.h"

/* Rows nest as deep as record types do; deeper is written at this depth. */
#define ROW_DEPTH_MAX 8
/* Rows further to the right are as deep as each other: nobody indents so far. */
#define ROW_COLUMN_MAX 400

static void word(struct mou_layout *layout, int token)
{
    mou_word_token(layout, token, &layout->line);
}

static void blank(struct mou_layout *layout)
{
    mou_buf_char(&layout->line, ' ');
}

/* ------------------------------------------------------------------ values */

static void write_value(struct mou_layout *layout, const void *item, struct mou_buf *out)
{
    const struct mou_fixture_value *value = item;
    mou_word_name(layout, &value->name, out);
    mou_buf_char(out, ' ');
    mou_layout_expr_flat(layout, value->value, out);
}

static struct mou_span value_span(const struct mou_fixture_value *value)
{
    return value->value != NULL ? mou_span_join(value->name.span, value->value->span)
                                : value->name.span;
}

static void values(struct mou_layout *layout, const struct mou_fixture_value *list, size_t indent,
                   bool first)
{
    for (const struct mou_fixture_value *value = list; value != NULL; value = value->next) {
        mou_layout_fill_to(layout, MOU_WIDTH_TERM, indent, first && value == list,
                           mou_word_comma(layout), value_span(value), write_value, value);
    }
}

/* ------------------------------------------------------------------ subjects */

/* Columns of the rows that the next one may stand under. */
struct row_depth {
    size_t columns[ROW_DEPTH_MAX];
    size_t count;
};

static size_t column_in_source(const struct mou_layout *layout, uint32_t at)
{
    size_t column = 0;
    while (at > 0 && column < ROW_COLUMN_MAX && layout->source->bytes[at - 1] != '\n') {
        at--;
        column++;
    }
    return column;
}

/* Depth of a row by its column: below the last row that stands further left. */
static size_t depth_of(struct mou_layout *layout, struct row_depth *depth, uint32_t begin)
{
    size_t column = column_in_source(layout, begin);
    while (depth->count > 0 && depth->columns[depth->count - 1] >= column) {
        depth->count--;
    }
    if (depth->count < ROW_DEPTH_MAX) {
        depth->columns[depth->count++] = column;
    }
    return depth->count - 1;
}

static void row_line(struct mou_layout *layout, const struct mou_fixture_row *row, size_t depth)
{
    size_t indent = (size_t)MOU_INDENT * (2 + depth);
    mou_layout_line(layout, indent, row->span.begin, MOU_BLANKS_KEPT);
    mou_word_name(layout, &row->type, &layout->line);
    mou_buf_text(&layout->line, layout->english ? ": " : "： ");
    values(layout, row->values, indent + MOU_INDENT, true);
    mou_layout_wrote(layout, row->span);
}

static void relation_line(struct mou_layout *layout, const struct mou_fixture_relation *relation)
{
    size_t indent = (size_t)MOU_INDENT * 2;
    mou_layout_line(layout, indent, relation->span.begin, MOU_BLANKS_KEPT);
    mou_word_name(layout, &relation->relation, &layout->line);
    blank(layout);
    mou_word_name(layout, &relation->subject, &layout->line);
    if (relation->from != NULL) {
        blank(layout);
        word(layout, TOK_FROM);
        blank(layout);
        mou_layout_expr_flat(layout, relation->from, &layout->line);
    }
    if (relation->until != NULL) {
        blank(layout);
        word(layout, TOK_UNTIL);
        blank(layout);
        mou_layout_expr_flat(layout, relation->until, &layout->line);
    }
    values(layout, relation->values, indent + MOU_INDENT, false);
    mou_layout_wrote(layout, relation->span);
}

/* Attributes up to the one that begins behind `until`, on lines of their own. */
static const struct mou_fixture_value *
attributes_until(struct mou_layout *layout, const struct mou_fixture_value *value, uint32_t until)
{
    size_t indent = (size_t)MOU_INDENT * 2;
    bool first = true;
    for (; value != NULL && value->name.span.begin < until; value = value->next) {
        if (first) {
            mou_layout_line(layout, indent, value->name.span.begin, MOU_BLANKS_KEPT);
        }
        mou_layout_fill_to(layout, MOU_WIDTH_TERM, indent + MOU_INDENT, first,
                           mou_word_comma(layout), value_span(value), write_value, value);
        first = false;
    }
    return value;
}

static uint32_t earlier(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Attributes, rows and relations in the order of the source. */
void mou_layout_subject(struct mou_layout *layout, const struct mou_clause *clause)
{
    assert(layout != NULL && clause != NULL && clause->subject != NULL);
    const struct mou_fixture_subject *subject = clause->subject;
    mou_word_name(layout, &subject->kind, &layout->line);
    blank(layout);
    mou_word_name(layout, &subject->name, &layout->line);
    mou_layout_wrote(layout, subject->name.span);
    const struct mou_fixture_value *value = subject->attributes;
    const struct mou_fixture_row *row = subject->rows;
    const struct mou_fixture_relation *relation = subject->relations;
    struct row_depth depth = {{0}, 0};
    while (value != NULL || row != NULL || relation != NULL) {
        uint32_t row_begin = row != NULL ? row->span.begin : UINT32_MAX;
        uint32_t relation_begin = relation != NULL ? relation->span.begin : UINT32_MAX;
        value = attributes_until(layout, value, earlier(row_begin, relation_begin));
        if (row != NULL && row_begin < relation_begin) {
            row_line(layout, row, depth_of(layout, &depth, row->span.begin));
            row = row->next;
        } else if (relation != NULL) {
            relation_line(layout, relation);
            relation = relation->next;
        }
    }
}

void mou_layout_objection(struct mou_layout *layout, const struct mou_clause *clause)
{
    assert(layout != NULL && clause != NULL);
    const struct mou_fixture_objection *objection = &clause->objection;
    mou_word_name(layout, &objection->record, &layout->line);
    blank(layout);
    mou_word_text(objection->key, &layout->line);
    blank(layout);
    word(layout, TOK_LODGED);
    blank(layout);
    mou_layout_expr_flat(layout, objection->lodged, &layout->line);
    if (objection->closed != NULL) {
        blank(layout);
        word(layout, TOK_CLOSED);
        blank(layout);
        mou_layout_expr_flat(layout, objection->closed, &layout->line);
    }
    if (objection->subject.text.len != 0) {
        blank(layout);
        word(layout, TOK_TO);
        blank(layout);
        mou_word_name(layout, &objection->subject, &layout->line);
    }
}

/* ------------------------------------------------------------------ expectations */

/* Token of an outcome or a duty's state, 0 if none is stated. */
static int outcome_token(const struct mou_expectation *expectation)
{
    static const int outcomes[] = {[MOU_OUTCOME_IN_FORCE] = TOK_IN_FORCE,
                                   [MOU_OUTCOME_SUSPENDED] = TOK_SUSPENDED,
                                   [MOU_OUTCOME_TO_VERIFY] = TOK_TO_VERIFY,
                                   [MOU_OUTCOME_PENDING] = TOK_PENDING,
                                   [MOU_OUTCOME_UNSTATED] = 0};
    return outcomes[expectation->outcome];
}

static int duty_token(const struct mou_expectation *expectation)
{
    static const int duties[] = {[MOU_DUTY_UNSTATED] = 0,         [MOU_DUTY_DUE] = TOK_DUE,
                                 [MOU_DUTY_DONE] = TOK_DONE,      [MOU_DUTY_OVERDUE] = TOK_OVERDUE,
                                 [MOU_MATTER_ALLOW] = TOK_ALLOW,  [MOU_MATTER_DENY] = TOK_PROHIBIT,
                                 [MOU_MATTER_ADVISE] = TOK_ADVISE,
                                 [MOU_REPAIR_ELIGIBLE] = TOK_ELIGIBLE,
                                 [MOU_REPAIR_REFUSED] = TOK_REFUSED};
    return duties[expectation->duty];
}

static void part(struct mou_layout *layout, int token)
{
    if (token != 0) {
        blank(layout);
        word(layout, token);
    }
}

static void dated(struct mou_layout *layout, int token, const struct mou_expr *date)
{
    if (date != NULL) {
        part(layout, token);
        blank(layout);
        mou_layout_expr_flat(layout, date, &layout->line);
    }
}

static void keys(struct mou_layout *layout, const struct mou_expr *key)
{
    part(layout, TOK_ON);
    blank(layout);
    for (const struct mou_expr *next = key; next != NULL; next = next->next) {
        mou_buf_text(&layout->line, next == key ? "" : mou_word_comma(layout));
        mou_layout_expr_flat(layout, next, &layout->line);
    }
}

static void missing(struct mou_layout *layout, const struct mou_name_ref *fields)
{
    part(layout, TOK_MISSING);
    blank(layout);
    for (const struct mou_name_ref *field = fields; field != NULL; field = field->next) {
        mou_buf_text(&layout->line, field == fields ? "" : mou_word_comma(layout));
        mou_word_ref(layout, field, &layout->line);
    }
}

static void through(struct mou_layout *layout, const struct mou_expectation *expectation)
{
    part(layout, TOK_THROUGH);
    blank(layout);
    mou_word_name(layout, &expectation->via_relation, &layout->line);
    if (expectation->via_subject.text.len != 0) {
        blank(layout);
        mou_word_name(layout, &expectation->via_subject, &layout->line);
    }
}

void mou_layout_expectation(struct mou_layout *layout, const struct mou_clause *clause)
{
    assert(layout != NULL && clause != NULL);
    const struct mou_expectation *expectation = &clause->expectation;
    if (expectation->subject.text.len != 0) {
        mou_word_name(layout, &expectation->subject, &layout->line);
        blank(layout);
    }
    mou_word_ref(layout, &expectation->rule, &layout->line);
    part(layout, outcome_token(expectation));
    part(layout, duty_token(expectation));
    dated(layout, TOK_FROM, expectation->from);
    dated(layout, TOK_UNTIL, expectation->until);
    if (expectation->until_open) {
        part(layout, TOK_UNTIL);
        part(layout, TOK_OPEN_ENDED);
    }
    if (expectation->keys != NULL) {
        keys(layout, expectation->keys);
    }
    if (expectation->missing != NULL) {
        missing(layout, expectation->missing);
    }
    if (expectation->via_relation.text.len != 0) {
        through(layout, expectation);
    }
}
