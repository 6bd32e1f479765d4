/*
 * Decision tables are complete and free of contradiction: every combination of their columns' values meets rows with one result. Columns are cut at
 * the values that the rows name; one combination per piece is tried, and a missing or contradictory one is named.
 */
#include "names.h"
#include "stages.h"
#include "tables.h"

/** Most combinations that are tried for one table. */
#define COMBINATIONS_MAX 200000
#define CUTS_MAX 512

/** Representative values of one column. */
struct column_cuts {
    int64_t values[CUTS_MAX];
    uint32_t count;
    bool open; /**< values other than those listed exist */
};

static void add_cut(struct column_cuts *cuts, int64_t value)
{
    for (uint32_t i = 0; i < cuts->count; i++) {
        if (cuts->values[i] == value) {
            return;
        }
    }
    if (cuts->count < CUTS_MAX) {
        cuts->values[cuts->count++] = value;
    }
}

static bool within_bound(const struct mou_table_parameter *parameter, int64_t value)
{
    if (parameter->bound_op == MOU_OP_NONE || parameter->bound == NULL) {
        return true;
    }
    int64_t bound = parameter->bound->kind == MOU_EXPR_DATE ? parameter->bound->date : parameter->bound->integer;
    switch ((int)parameter->bound_op) {
    case MOU_OP_GE:
        return value >= bound;
    case MOU_OP_GT:
        return value > bound;
    case MOU_OP_LE:
        return value <= bound;
    case MOU_OP_LT:
        return value < bound;
    default:
        return true;
    }
}

static void cut_column(const struct mou_program *program, const struct mou_table *table, uint32_t column, const struct mou_table_parameter *parameter,
                       struct column_cuts *cuts)
{
    struct mou_type type = table->columns[column].type;
    cuts->count = 0;
    cuts->open = type.kind == MOU_TYPE_TEXT || type.kind == MOU_TYPE_RATIO;
    if (type.kind == MOU_TYPE_CODE && type.code_table != MOU_NO_INDEX) {
        for (const struct mou_code_item *item = program->code_tables.items[type.code_table].items; item != NULL; item = item->next) {
            add_cut(cuts, item->value);
        }
        return;
    }
    if (type.kind == MOU_TYPE_YES_NO) {
        add_cut(cuts, 0);
        add_cut(cuts, 1);
        return;
    }
    if (parameter->bound != NULL && parameter->bound_op != MOU_OP_NONE) {
        int64_t bound = parameter->bound->kind == MOU_EXPR_DATE ? parameter->bound->date : parameter->bound->integer;
        for (int64_t step = -1; step <= 1; step++) {
            if (within_bound(parameter, bound + step)) {
                add_cut(cuts, bound + step);
            }
        }
    }
    for (uint32_t row = 0; row < table->row_count; row++) {
        const struct mou_cell *cell = &table->cells[row * table->column_count + column];
        for (int64_t step = -1; cell->op != MOU_OP_NONE && step <= 1; step++) {
            if (cell->value + step >= 0 || type.kind != MOU_TYPE_INTEGER || within_bound(parameter, -1)) {
                if (within_bound(parameter, cell->value + step)) {
                    add_cut(cuts, cell->value + step);
                }
            }
        }
    }
    if (cuts->count == 0) {
        add_cut(cuts, 0);
    }
}

static bool cell_accepts(const struct mou_cell *cell, int64_t value)
{
    switch (cell->op) {
    case MOU_OP_EQ:
        return value == cell->value;
    case MOU_OP_NE:
        return value != cell->value;
    case MOU_OP_LT:
        return value < cell->value;
    case MOU_OP_LE:
        return value <= cell->value;
    case MOU_OP_GT:
        return value > cell->value;
    case MOU_OP_GE:
        return value >= cell->value;
    case MOU_OP_NONE: case MOU_OP_OR: case MOU_OP_AND: case MOU_OP_NOT: case MOU_OP_ADD: case MOU_OP_SUB: case MOU_OP_MUL: case MOU_OP_DIV:
    case MOU_OP_NEGATE: case MOU_OP_PRESENT: case MOU_OP_ABSENT:
        break;
    }
    return true;
}

static bool row_accepts(const struct mou_table *table, uint32_t row, const int64_t *values)
{
    for (uint32_t column = 0; column < table->column_count; column++) {
        if (!cell_accepts(&table->cells[row * table->column_count + column], values[column])) {
            return false;
        }
    }
    return true;
}

void mou_tables_put_value(const struct mou_program *program, struct mou_type type, int64_t value, struct mou_buf *out)
{
    if (type.kind == MOU_TYPE_CODE) {
        for (const struct mou_code_item *item = program->code_tables.items[type.code_table].items; item != NULL; item = item->next) {
            if (item->value == value) {
                mou_buf_append(out, item->name.text.bytes, item->name.text.len);
            }
        }
    } else if (type.kind == MOU_TYPE_MONEY) {
        mou_money_format(value, out);
        mou_buf_text(out, "元");
    } else if (type.kind == MOU_TYPE_DATE && value >= MOU_DATE_MIN && value <= MOU_DATE_MAX) {
        mou_date_format((mou_date)value, out);
    } else if (type.kind == MOU_TYPE_YES_NO) {
        mou_buf_text(out, value != 0 ? "是" : "否");
    } else {
        mou_buf_int(out, value);
    }
}

static void report(struct mou_front *front, const struct mou_table *table, enum mou_diag_code code, struct mou_span span, const int64_t *values,
                   struct mou_span second)
{
    struct mou_buf text;
    mou_buf_init(&text, NULL, 65536);
    for (uint32_t column = 0; column < table->column_count; column++) {
        mou_buf_text(&text, column > 0 ? " | " : "");
        mou_tables_put_value(front->program, table->columns[column].type, values[column], &text);
    }
    const struct mou_text row = mou_buf_into_arena(&text, front->arena);
    mou_front_report(front, code, span, table->name, row, MOU_NO_TEXT)->second = second;
}

static bool same_result(const struct mou_texpr *a, const struct mou_texpr *b)
{
    return a->type.kind == b->type.kind && a->integer == b->integer && mou_text_equal(a->text, b->text);
}

static struct mou_span row_span(const struct mou_table *table, uint32_t row)
{
    const struct mou_table_row *at = table->decl->table_rows;
    while (row > 0 && at->next != NULL) {
        at = at->next;
        row--;
    }
    return at->span;
}

/** Tries one combination; false when something was reported, so that one table gives one message. Marks the row that decides. */
static bool try_combination(struct mou_front *front, const struct mou_table *table, const int64_t *values, bool *decides)
{
    uint32_t first = UINT32_MAX;
    for (uint32_t row = 0; row < table->row_count; row++) {
        if (!row_accepts(table, row, values)) {
            continue;
        }
        if (first != UINT32_MAX && !same_result(table->results[first], table->results[row])) {
            report(front, table, MOU_DIAG_TABLE_OVERLAP, row_span(table, row), values, row_span(table, first));
            return false;
        }
        first = first == UINT32_MAX ? row : first;
    }
    if (first != UINT32_MAX) {
        decides[first] = true;
    } else {
        report(front, table, MOU_DIAG_TABLE_HOLE, table->decl->name.span, values, MOU_NO_SPAN);
    }
    return first != UINT32_MAX;
}

static void check_table(struct mou_front *front, const struct mou_table *table)
{
    struct column_cuts *cuts = MOU_NEW_ARRAY(front->arena, table->column_count + 1, struct column_cuts);
    int64_t *values = MOU_NEW_ARRAY(front->arena, table->column_count + 1, int64_t);
    const struct mou_table_parameter *parameter = table->decl->table_parameters;
    bool *decides = MOU_NEW_ARRAY(front->arena, table->row_count + 1, bool);
    uint64_t combinations = 1;
    if (cuts == NULL || values == NULL || decides == NULL || table->row_count == 0) {
        return;
    }
    for (uint32_t column = 0; column < table->column_count; column++, parameter = parameter->next) {
        if (table->columns[column].type.kind == MOU_TYPE_ERROR) {
            return; /* a message was given where it is declared */
        }
        cut_column(front->program, table, column, parameter, &cuts[column]);
        if (cuts[column].open || cuts[column].count == 0) {
            return; /* values of texts and fractions cannot be enumerated */
        }
        combinations *= cuts[column].count;
        if (combinations > COMBINATIONS_MAX) {
            return;
        }
    }
    for (uint64_t combination = 0; combination < combinations; combination++) {
        uint64_t rest = combination;
        for (uint32_t column = 0; column < table->column_count; column++) {
            values[column] = cuts[column].values[rest % cuts[column].count];
            rest /= cuts[column].count;
        }
        if (!try_combination(front, table, values, decides)) {
            return;
        }
    }
    for (uint32_t row = 0; row < table->row_count; row++) {
        if (!decides[row]) {
            mou_front_report(front, MOU_DIAG_TABLE_ROW, row_span(table, row), table->name, MOU_NO_TEXT, MOU_NO_TEXT);
        }
    }
}

void mou_tables_check(struct mou_front *front)
{
    for (size_t i = 0; i < front->program->tables.count; i++) {
        const struct mou_table *table = &front->program->tables.items[i];
        if (mou_front_turn(front, table->decl) && !mou_front_faulty(front, table->decl->span)) {
            check_table(front, table);
        }
    }
}
