/*
 * Lays out declarations: heads at the margin, fields and items in columns, definitions below their
 * name. Declarations of one line and of one kind stand together with their columns aligned; between
 * others there is a blank line. Called by format.c.
 */
#include <assert.h>

#include "build.h"
#include "format.h"
#include "parser.h"

static size_t width_of(const struct mou_buf *buf)
{
    return mou_text_width((struct mou_text){buf->data, buf->len});
}

static void word(struct mou_layout *layout, int token)
{
    mou_word_token(layout, token, &layout->line);
}

static void blank(struct mou_layout *layout)
{
    mou_buf_char(&layout->line, ' ');
}

/* Width of a name as it will be written. */
static size_t name_width(struct mou_layout *layout, const struct mou_name *name)
{
    mou_layout_clear(layout, &layout->scratch);
    mou_word_name(layout, name, &layout->scratch);
    return width_of(&layout->scratch);
}

static size_t wider(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* ------------------------------------------------------------------ groups of one-liners */

static bool is_one_liner(const struct mou_decl *decl)
{
    return decl->clauses == NULL && decl->fields == NULL &&
           (decl->kind == MOU_DECL_USE || decl->kind == MOU_DECL_AUTHORITY ||
            decl->kind == MOU_DECL_SUBJECT_KIND || decl->kind == MOU_DECL_RELATION ||
            decl->kind == MOU_DECL_LIST_KINDS || decl->kind == MOU_DECL_INSTRUMENT);
}

static size_t display_width(struct mou_layout *layout, const struct mou_decl *decl)
{
    mou_layout_clear(layout, &layout->scratch);
    if (decl->display.bytes != NULL) {
        mou_word_text(decl->display, &layout->scratch);
    }
    return width_of(&layout->scratch);
}

/* Widest name and display text of the run that begins with `decl`, for its columns. */
static void measure_run(struct mou_layout *layout, const struct mou_decl *decl)
{
    layout->run_name = 0;
    layout->run_display = 0;
    const struct mou_decl *each = decl;
    for (; each != NULL && each->kind == decl->kind && is_one_liner(each); each = each->next) {
        layout->run_name = wider(layout->run_name, name_width(layout, &each->name));
        layout->run_display = wider(layout->run_display, display_width(layout, each));
    }
}

/* ------------------------------------------------------------------ heads */

/* Keyword and name; returns the column at which the name begins. */
static size_t head(struct mou_layout *layout, const struct mou_decl *decl)
{
    mou_word_keyword(layout, decl->keyword, &layout->line);
    blank(layout);
    size_t column = mou_layout_column(layout);
    mou_word_name(layout, &decl->name, &layout->line);
    mou_layout_wrote(layout, decl->name.span);
    return column;
}

static void display(struct mou_layout *layout, const struct mou_decl *decl, size_t column)
{
    if (decl->display.bytes != NULL) {
        mou_layout_pad(layout, column);
        mou_word_text(decl->display, &layout->line);
    }
}

static void keyword_and_name(struct mou_layout *layout, int token, const struct mou_name *name)
{
    word(layout, token);
    blank(layout);
    mou_word_name(layout, name, &layout->line);
    mou_layout_wrote(layout, name->span);
}

static void named_part(struct mou_layout *layout, int token, const struct mou_name *name)
{
    if (name->text.len != 0) {
        blank(layout);
        keyword_and_name(layout, token, name);
    }
}

static void dated_part(struct mou_layout *layout, int token, mou_date date)
{
    if (date != MOU_DATE_NONE) {
        blank(layout);
        word(layout, token);
        blank(layout);
        mou_word_date(layout, date, &layout->line);
    }
}

static void versioned_head(struct mou_layout *layout, const struct mou_decl *decl)
{
    (void)head(layout, decl);
    if (decl->display.bytes != NULL) {
        blank(layout);
        word(layout, TOK_VERSION);
        blank(layout);
        mou_word_text(decl->display, &layout->line);
    }
    dated_part(layout, TOK_FROM, decl->effective);
}

/* 主体类别 单位 "…" 标识 …: display texts under each other, and what identifies. */
static void kind_head(struct mou_layout *layout, const struct mou_decl *decl)
{
    size_t name = is_one_liner(decl) ? layout->run_name : 0;
    size_t text = is_one_liner(decl) ? layout->run_display : 0;
    size_t column = head(layout, decl);
    display(layout, decl, name != 0 ? column + name + MOU_GAP : 0);
    if (decl->identified_by.text.len != 0) {
        mou_layout_pad(layout,
                       name != 0 ? column + name + MOU_GAP + (text != 0 ? text + MOU_GAP : 0) : 0);
        word(layout, TOK_IDENTIFIED_BY);
        blank(layout);
        mou_word_name(layout, &decl->identified_by, &layout->line);
        mou_layout_wrote(layout, decl->identified_by.span);
    }
}

static void relation_head(struct mou_layout *layout, const struct mou_decl *decl)
{
    size_t name = is_one_liner(decl) ? layout->run_name : 0;
    size_t column = head(layout, decl);
    if (name != 0 && decl->relation_from.text.len != 0) {
        mou_layout_pad(layout, column + name + MOU_GAP);
        keyword_and_name(layout, TOK_FROM_KIND, &decl->relation_from);
    } else {
        named_part(layout, TOK_FROM_KIND, &decl->relation_from);
    }
    named_part(layout, TOK_TO_KIND, &decl->relation_to);
    named_part(layout, TOK_INVERSE, &decl->relation_inverse);
}

/* ------------------------------------------------------------------ fields */

static void field_type(struct mou_layout *layout, enum mou_field_type type,
                       const struct mou_name *code_table, struct mou_buf *out)
{
    static const int tokens[] = {
        [MOU_FIELD_TEXT] = TOK_TYPE_TEXT,     [MOU_FIELD_INTEGER] = TOK_TYPE_INTEGER,
        [MOU_FIELD_MONEY] = TOK_TYPE_MONEY,   [MOU_FIELD_RATIO] = TOK_TYPE_RATIO,
        [MOU_FIELD_DATE] = TOK_TYPE_DATE,     [MOU_FIELD_MONTHS] = TOK_TYPE_DURATION,
        [MOU_FIELD_DAYS] = TOK_TYPE_DURATION, [MOU_FIELD_WORKDAYS] = TOK_TYPE_DURATION,
        [MOU_FIELD_YES_NO] = TOK_TYPE_YES_NO, [MOU_FIELD_CODE] = TOK_TYPE_CODE};
    mou_word_token(layout, tokens[type], out);
    if (type == MOU_FIELD_CODE) {
        mou_buf_char(out, ' ');
        mou_word_name(layout, code_table, out);
    } else if (type == MOU_FIELD_DAYS || type == MOU_FIELD_WORKDAYS) {
        mou_buf_char(out, ' ');
        mou_word_token(layout, type == MOU_FIELD_DAYS ? TOK_UNIT_DAYS : TOK_UNIT_WORKDAYS, out);
    }
}

static void field_line(struct mou_layout *layout, const struct mou_field_decl *field, size_t column)
{
    mou_layout_line(layout, MOU_INDENT, field->span.begin, MOU_BLANKS_KEPT);
    mou_word_name(layout, &field->name, &layout->line);
    mou_buf_text(&layout->line, layout->english ? ":" : "：");
    mou_layout_pad(layout, column);
    field_type(layout, field->type, &field->code_table, &layout->line);
    const struct {
        bool set;
        int token;
    } flags[] = {{field->required, TOK_REQUIRED},
                 {field->key, TOK_KEY},
                 {field->confidential, TOK_CONFIDENTIAL}};
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        if (flags[i].set) {
            blank(layout);
            word(layout, flags[i].token);
        }
    }
    if (field->default_value != NULL) {
        blank(layout);
        word(layout, TOK_DEFAULT);
        blank(layout);
        mou_layout_expr_flat(layout, field->default_value, &layout->line);
    }
    mou_layout_wrote(layout, field->span);
}

/* Fields and clauses in the order of the source. */
static void fields(struct mou_layout *layout, const struct mou_decl *decl)
{
    size_t width = 0;
    for (const struct mou_field_decl *field = decl->fields; field != NULL; field = field->next) {
        width = wider(width, name_width(layout, &field->name));
    }
    bool english = layout->english;
    size_t column = MOU_INDENT + width + (english ? 1 : 2) + 1;
    const struct mou_clause *clause = decl->clauses;
    for (const struct mou_field_decl *field = decl->fields; field != NULL; field = field->next) {
        clause = mou_layout_clauses(layout, clause, field->span.begin);
        layout->english = english;
        field_line(layout, field, column);
    }
    (void)mou_layout_clauses(layout, clause, UINT32_MAX);
}

static void instrument_line(struct mou_layout *layout, const struct mou_decl *decl)
{
    const struct {
        int token;
        const struct mou_name *name;
    } parts[] = {{TOK_INSTRUMENT, &decl->instrument_number},
                 {TOK_MADE, &decl->instrument_made},
                 {TOK_SERVED, &decl->instrument_served},
                 {TOK_ACT, &decl->instrument_act}};
    bool begun = false;
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (parts[i].name->text.len == 0) {
            continue;
        }
        if (begun) {
            blank(layout);
        } else {
            mou_layout_line(layout, MOU_INDENT, parts[i].name->span.begin, MOU_BLANKS_NONE);
            begun = true;
        }
        keyword_and_name(layout, parts[i].token, parts[i].name);
    }
}

/* 有效 自 F 至 F: what 在 有效期 reads. */
static void validity_line(struct mou_layout *layout, const struct mou_decl *decl)
{
    const struct mou_name *from = &decl->valid_from;
    const struct mou_name *until = &decl->valid_until;
    const struct mou_name *first = from->text.len != 0 ? from : until;
    if (first->text.len == 0) {
        return;
    }
    mou_layout_line(layout, MOU_INDENT, first->span.begin, MOU_BLANKS_NONE);
    mou_word_token(layout, TOK_VALID, &layout->line);
    if (from->text.len != 0) {
        blank(layout);
        keyword_and_name(layout, TOK_FROM, from);
    }
    if (until->text.len != 0) {
        blank(layout);
        keyword_and_name(layout, TOK_UNTIL, until);
    }
}

static void record(struct mou_layout *layout, const struct mou_decl *decl)
{
    size_t column = head(layout, decl);
    display(layout, decl, column);
    named_part(layout, TOK_PART_OF, &decl->parent);
    if (decl->source_authority.text.len != 0) {
        mou_layout_line(layout, MOU_INDENT, decl->source_authority.span.begin, MOU_BLANKS_NONE);
        keyword_and_name(layout, TOK_SOURCE, &decl->source_authority);
    }
    instrument_line(layout, decl);
    validity_line(layout, decl);
    fields(layout, decl);
}

/* ------------------------------------------------------------------ codes */

/* Codes whose names are sentences get a line each; others are filled. */
#define CODE_WIDTH_MAX 30

static void write_code(struct mou_layout *layout, const void *item, struct mou_buf *out)
{
    const struct mou_code_item *code = item;
    mou_word_name(layout, &code->name, out);
    mou_buf_text(out, " = ");
    mou_buf_int(out, code->value);
}

static size_t code_width(struct mou_layout *layout, const struct mou_code_item *code)
{
    mou_layout_clear(layout, &layout->scratch);
    write_code(layout, code, &layout->scratch);
    return width_of(&layout->scratch);
}

static void codes(struct mou_layout *layout, const struct mou_decl *decl)
{
    size_t widest = 0;
    size_t total = MOU_INDENT;
    for (const struct mou_code_item *code = decl->codes; code != NULL; code = code->next) {
        size_t width = code_width(layout, code);
        widest = wider(widest, width);
        total += width + 2;
    }
    bool one_each = total > MOU_WIDTH_LIST && widest > CODE_WIDTH_MAX;
    (void)head(layout, decl);
    const struct mou_clause *clause = decl->clauses;
    clause = mou_layout_clauses(layout, clause,
                                decl->codes != NULL ? decl->codes->span.begin : UINT32_MAX);
    mou_word_language(layout, decl->keyword);
    for (const struct mou_code_item *code = decl->codes; code != NULL; code = code->next) {
        bool first = code == decl->codes;
        if (first || one_each) {
            mou_layout_line(layout, MOU_INDENT, code->span.begin,
                            first ? MOU_BLANKS_KEPT : MOU_BLANKS_NONE);
        }
        mou_layout_fill(layout, MOU_INDENT, first || one_each, mou_word_comma(layout), code->span,
                        write_code, code);
    }
    (void)mou_layout_clauses(layout, clause, UINT32_MAX);
}

/* ------------------------------------------------------------------ catalogues */

struct item_widths {
    size_t code;
    size_t title;
    size_t nature;
    size_t degree;
};

static size_t either_width(struct mou_layout *layout, const struct mou_name *name)
{
    mou_layout_clear(layout, &layout->scratch);
    mou_word_either(layout, name, &layout->scratch);
    return width_of(&layout->scratch);
}

static struct item_widths item_widths(struct mou_layout *layout,
                                      const struct mou_catalogue_item *items)
{
    struct item_widths widths = {0, 0, 0, 0};
    for (const struct mou_catalogue_item *item = items; item != NULL; item = item->next) {
        widths.code = wider(widths.code, name_width(layout, &item->code));
        widths.title = wider(widths.title, name_width(layout, &item->title));
        widths.nature = wider(widths.nature, name_width(layout, &item->nature));
        widths.degree = wider(widths.degree, either_width(layout, &item->degree));
    }
    return widths;
}

/* Nature and degree, each in a column of its own; a degree is a keyword. */
static void nature_and_degree(struct mou_layout *layout, const struct mou_catalogue_item *item,
                              const struct item_widths *widths)
{
    if (item->nature.text.len != 0) {
        word(layout, TOK_NATURE);
        blank(layout);
        size_t column = mou_layout_column(layout);
        mou_word_name(layout, &item->nature, &layout->line);
        mou_layout_pad(layout, column + widths->nature + 1);
    }
    if (item->degree.text.len != 0) {
        word(layout, TOK_DEGREE);
        blank(layout);
        size_t column = mou_layout_column(layout);
        mou_word_either(layout, &item->degree, &layout->line);
        mou_layout_pad(layout, column + widths->degree + 1);
    }
}

/* Who carries an item out and under which law: a line each, too long to stand behind the columns. */
static void item_sources(struct mou_layout *layout, const struct mou_catalogue_item *item)
{
    if (item->authorities != NULL) {
        mou_layout_line(layout, 2 * MOU_INDENT, item->authorities->name.span.begin,
                        MOU_BLANKS_NONE);
        word(layout, TOK_BY);
        blank(layout);
        mou_layout_refs(layout, item->authorities);
    }
    if (item->basis != NULL) {
        mou_layout_line(layout, 2 * MOU_INDENT, item->basis->span.begin, MOU_BLANKS_NONE);
        word(layout, TOK_UNDER);
        blank(layout);
        mou_layout_legal(layout, item->basis);
    }
}

static void item_line(struct mou_layout *layout, const struct mou_catalogue_item *item,
                      const struct item_widths *widths)
{
    mou_layout_line(layout, MOU_INDENT, item->span.begin, MOU_BLANKS_KEPT);
    mou_word_name(layout, &item->code, &layout->line);
    mou_layout_pad(layout, MOU_INDENT + widths->code + 1);
    mou_word_name(layout, &item->title, &layout->line);
    mou_layout_pad(layout, MOU_INDENT + widths->code + 1 + widths->title + MOU_GAP);
    nature_and_degree(layout, item, widths);
    if (item->covers != NULL) {
        word(layout, TOK_COVERS);
        blank(layout);
        mou_layout_refs(layout, item->covers);
    }
    item_sources(layout, item);
    mou_layout_wrote(layout, item->span);
}

static void incompatible_line(struct mou_layout *layout,
                              const struct mou_incompatible *incompatible)
{
    mou_layout_line(layout, MOU_INDENT, incompatible->span.begin, MOU_BLANKS_KEPT);
    word(layout, TOK_INCOMPATIBLE);
    blank(layout);
    mou_layout_refs(layout, incompatible->items);
    mou_layout_wrote(layout, incompatible->span);
}

/* Clauses, then items and incompatibilities in the order of the source. */
static void catalogue(struct mou_layout *layout, const struct mou_decl *decl)
{
    versioned_head(layout, decl);
    (void)mou_layout_clauses(layout, decl->clauses, UINT32_MAX);
    mou_word_language(layout, decl->keyword);
    struct item_widths widths = item_widths(layout, decl->items);
    const struct mou_catalogue_item *item = decl->items;
    const struct mou_incompatible *incompatible = decl->incompatible;
    while (item != NULL || incompatible != NULL) {
        if (incompatible == NULL || (item != NULL && item->span.begin < incompatible->span.begin)) {
            item_line(layout, item, &widths);
            item = item->next;
        } else {
            incompatible_line(layout, incompatible);
            incompatible = incompatible->next;
        }
    }
}

/* ------------------------------------------------------------------ calendars, statutes, lists */

/* Calendars are tables of days: always in the short form. */
static void write_days(struct mou_layout *layout, const void *item, struct mou_buf *out)
{
    const struct mou_date_range *days = item;
    mou_date_format(days->from, out);
    if (days->until != days->from) {
        mou_buf_char(out, ' ');
        mou_word_token(layout, TOK_UNTIL, out);
        mou_buf_char(out, ' ');
        mou_date_format(days->until, out);
    }
}

static void days_line(struct mou_layout *layout, int token, const struct mou_date_range *list)
{
    if (list == NULL) {
        return;
    }
    mou_layout_line(layout, MOU_INDENT, list->span.begin, MOU_BLANKS_NONE);
    word(layout, token);
    blank(layout);
    size_t column = mou_layout_column(layout);
    for (const struct mou_date_range *days = list; days != NULL; days = days->next) {
        mou_layout_fill(layout, column, days == list, mou_word_comma(layout), days->span,
                        write_days, days);
    }
}

static void calendar(struct mou_layout *layout, const struct mou_decl *decl)
{
    mou_word_keyword(layout, decl->keyword, &layout->line);
    mou_buf_printf(&layout->line, " %d", decl->year);
    dated_part(layout, TOK_FROM, decl->effective);
    (void)mou_layout_clauses(layout, decl->clauses, UINT32_MAX);
    mou_word_language(layout, decl->keyword);
    days_line(layout, TOK_HOLIDAYS, decl->holidays);
    days_line(layout, TOK_WORKDAYS, decl->workdays);
}

static void statute(struct mou_layout *layout, const struct mou_decl *decl)
{
    mou_word_keyword(layout, decl->keyword, &layout->line);
    blank(layout);
    mou_layout_legal(layout, decl->instrument);
    dated_part(layout, TOK_EFFECTIVE, decl->effective);
    dated_part(layout, TOK_REPEALED, decl->repealed);
    (void)mou_layout_clauses(layout, decl->clauses, UINT32_MAX);
}

static void list_kinds(struct mou_layout *layout, const struct mou_decl *decl)
{
    mou_word_keyword(layout, decl->keyword, &layout->line);
    blank(layout);
    mou_layout_refs(layout, decl->names);
    (void)mou_layout_clauses(layout, decl->clauses, UINT32_MAX);
}

/* ------------------------------------------------------------------ rules */

/* A definition's body stands below its name. */
static void definition(struct mou_layout *layout, const struct mou_decl *decl)
{
    (void)head(layout, decl);
    if (decl->parameter_record.text.len != 0) {
        mou_buf_char(&layout->line, '(');
        mou_word_name(layout, &decl->parameter_record, &layout->line);
        mou_buf_char(&layout->line, ')');
        mou_layout_wrote(layout, decl->parameter_record.span);
    }
    blank(layout);
    word(layout, TOK_AS);
    mou_layout_line(layout, MOU_INDENT, decl->body != NULL ? decl->body->span.begin : 0,
                    MOU_BLANKS_NONE);
    mou_layout_expr(layout, decl->body);
    (void)mou_layout_clauses(layout, decl->clauses, UINT32_MAX);
}

static void assertion(struct mou_layout *layout, const struct mou_decl *decl)
{
    mou_word_keyword(layout, decl->keyword, &layout->line);
    blank(layout);
    mou_word_text(decl->display, &layout->line);
    mou_layout_line(layout, MOU_INDENT, decl->body != NULL ? decl->body->span.begin : 0,
                    MOU_BLANKS_NONE);
    mou_layout_expr(layout, decl->body);
    (void)mou_layout_clauses(layout, decl->clauses, UINT32_MAX);
}

static void text_head(struct mou_layout *layout, const struct mou_decl *decl)
{
    mou_word_keyword(layout, decl->keyword, &layout->line);
    blank(layout);
    mou_word_text(decl->display, &layout->line);
    (void)mou_layout_clauses(layout, decl->clauses, UINT32_MAX);
}

static void plain(struct mou_layout *layout, const struct mou_decl *decl)
{
    (void)head(layout, decl);
    (void)mou_layout_clauses(layout, decl->clauses, UINT32_MAX);
}

/* ------------------------------------------------------------------ decision tables */

/* Most columns that are aligned; a table of more is written without. */
#define TABLE_COLUMNS_MAX 16

static void op_sign(struct mou_buf *out, enum mou_op op)
{
    static const char *const signs[] = {[MOU_OP_EQ] = "",   [MOU_OP_NE] = "≠ ", [MOU_OP_LT] = "< ",
                                        [MOU_OP_LE] = "≤ ", [MOU_OP_GT] = "> ", [MOU_OP_GE] = "≥ "};
    if (op >= MOU_OP_EQ && op <= MOU_OP_GE) {
        mou_buf_text(out, signs[op]);
    }
}

static void write_cell(struct mou_layout *layout, const struct mou_table_cell *cell,
                       struct mou_buf *out)
{
    if (cell->op == MOU_OP_NONE) {
        mou_word_token(layout, TOK_ANY, out);
        return;
    }
    op_sign(out, cell->op);
    mou_layout_expr_flat(layout, cell->value, out);
}

static void table_widths(struct mou_layout *layout, const struct mou_decl *decl,
                         size_t widths[TABLE_COLUMNS_MAX])
{
    for (const struct mou_table_row *row = decl->table_rows; row != NULL; row = row->next) {
        size_t column = 0;
        for (const struct mou_table_cell *cell = row->cells;
             cell != NULL && column < TABLE_COLUMNS_MAX; cell = cell->next) {
            mou_layout_clear(layout, &layout->scratch);
            write_cell(layout, cell, &layout->scratch);
            widths[column] = wider(widths[column], width_of(&layout->scratch));
            column++;
        }
    }
}

static void table_row(struct mou_layout *layout, const struct mou_table_row *row,
                      const size_t widths[TABLE_COLUMNS_MAX])
{
    mou_layout_line(layout, MOU_INDENT, row->span.begin, MOU_BLANKS_KEPT);
    size_t column = 0;
    for (const struct mou_table_cell *cell = row->cells; cell != NULL; cell = cell->next) {
        size_t begin = mou_layout_column(layout);
        write_cell(layout, cell, &layout->line);
        mou_layout_pad(layout, begin + (column < TABLE_COLUMNS_MAX ? widths[column] : 0) + 1);
        mou_buf_text(&layout->line, cell->next != NULL ? "| " : "=> ");
        column++;
    }
    mou_layout_expr_flat(layout, row->result, &layout->line);
    mou_layout_wrote(layout, row->span);
}

static void table_parameters(struct mou_layout *layout, const struct mou_decl *decl)
{
    mou_buf_char(&layout->line, '(');
    for (const struct mou_table_parameter *p = decl->table_parameters; p != NULL; p = p->next) {
        mou_buf_text(&layout->line, p == decl->table_parameters ? "" : mou_word_comma(layout));
        mou_word_name(layout, &p->name, &layout->line);
        mou_buf_text(&layout->line, ": ");
        field_type(layout, p->type, &p->code_table, &layout->line);
        if (p->bound_op != MOU_OP_NONE) {
            mou_buf_text(&layout->line, p->bound_op == MOU_OP_EQ ? " = " : " ");
            op_sign(&layout->line, p->bound_op);
            mou_layout_expr_flat(layout, p->bound, &layout->line);
        }
        mou_layout_wrote(layout, p->span);
    }
    mou_buf_char(&layout->line, ')');
}

static void table(struct mou_layout *layout, const struct mou_decl *decl)
{
    size_t widths[TABLE_COLUMNS_MAX] = {0};
    (void)head(layout, decl);
    table_parameters(layout, decl);
    table_widths(layout, decl, widths);
    const struct mou_clause *clause = decl->clauses;
    for (const struct mou_table_row *row = decl->table_rows; row != NULL; row = row->next) {
        clause = mou_layout_clauses(layout, clause, row->span.begin);
        mou_word_language(layout, decl->keyword);
        table_row(layout, row, widths);
    }
    (void)mou_layout_clauses(layout, clause, UINT32_MAX);
}

/* ------------------------------------------------------------------ all of them */

/* Heads of one line, clauses below. */
static void pack(struct mou_layout *layout, const struct mou_decl *decl)
{
    versioned_head(layout, decl);
    (void)mou_layout_clauses(layout, decl->clauses, UINT32_MAX);
}

static void displayed(struct mou_layout *layout, const struct mou_decl *decl)
{
    kind_head(layout, decl);
    (void)mou_layout_clauses(layout, decl->clauses, UINT32_MAX);
}

static void relation(struct mou_layout *layout, const struct mou_decl *decl)
{
    relation_head(layout, decl);
    fields(layout, decl);
}

typedef void (*declaration_fn)(struct mou_layout *layout, const struct mou_decl *decl);
static const declaration_fn declarations[MOU_DECL_KIND_COUNT] = {
    [MOU_DECL_PACK] = pack,
    [MOU_DECL_USE] = plain,
    [MOU_DECL_CODES] = codes,
    [MOU_DECL_AUTHORITY] = displayed,
    [MOU_DECL_SUBJECT_KIND] = displayed,
    [MOU_DECL_ATTRIBUTES] = record,
    [MOU_DECL_RECORD] = record,
    [MOU_DECL_RELATION] = relation,
    [MOU_DECL_LIST_KINDS] = list_kinds,
    [MOU_DECL_CATALOGUE] = catalogue,
    [MOU_DECL_CALENDAR] = calendar,
    [MOU_DECL_INSTRUMENT] = statute,
    [MOU_DECL_MEMORANDUM] = plain,
    [MOU_DECL_PARAMETER] = plain,
    [MOU_DECL_DEFINITION] = definition,
    [MOU_DECL_FINDING] = plain,
    [MOU_DECL_SANCTION] = plain,
    [MOU_DECL_INCENTIVE] = plain,
    [MOU_DECL_REPAIR] = plain,
    [MOU_DECL_DUTY] = plain,
    [MOU_DECL_MATTER] = plain,
    [MOU_DECL_TABLE] = table,
    [MOU_DECL_FIXTURE] = plain,
    [MOU_DECL_TEST] = text_head,
    [MOU_DECL_ASSERTION] = assertion,
};

void mou_layout_declaration(struct mou_layout *layout, const struct mou_decl *decl,
                            const struct mou_decl *before)
{
    assert(layout != NULL && decl != NULL);
    /* Vocabulary may stand close together, rules do not. */
    bool close = before != NULL && before->kind == decl->kind &&
                 (is_one_liner(before) || decl->kind == MOU_DECL_ATTRIBUTES);
    bool apart = before != NULL && !close;
    bool in_run = before != NULL && before->kind == decl->kind && is_one_liner(before);
    if (is_one_liner(decl) && !in_run) {
        measure_run(layout, decl);
    }
    mou_word_language(layout, decl->keyword);
    mou_layout_measure_clauses(layout, decl);
    mou_layout_line(layout, 0, decl->span.begin, apart ? MOU_BLANKS_AT_LEAST_ONE : MOU_BLANKS_KEPT);
    declarations[decl->kind](layout, decl);
    mou_layout_wrote(layout, decl->span);
}
