/*
 * Values in an explanation: fields with what the record says, parameters, results of reckoning,
 * dates, names of rows, and the words of the rule that a cell stands for. Confidential fields are
 * named but masked. Used by explain*.c.
 */
#include <assert.h>

#include "explain.h"
#include "opcodes.h"

/* Characters of a rule shown in one line. */
#define EXCERPT_CHARACTERS_MAX 120u

/* ------------------------------------------------------------------ the rule's words */

struct mou_span mou_explain_span(const struct mou_explain *explain, uint32_t instruction)
{
    return mou_spot_span(explain->machine->pack, instruction);
}

static struct mou_source source_of(const struct mou_explain *explain, uint32_t index)
{
    const struct mou_text text =
        mou_pack_string(explain->machine->pack, explain->machine->pack->sources[index].text);
    return (struct mou_source){"", text.bytes, text.len};
}

struct mou_text mou_explain_words(const struct mou_explain *explain, struct mou_span span)
{
    const struct mou_source source = source_of(explain, span.source);
    assert(span.begin <= span.end && span.end <= source.len);
    return (struct mou_text){source.bytes + span.begin, span.end - span.begin};
}

static bool index_lines(struct mou_arena *arena, const struct mou_source *source,
                        struct mou_line_index *index)
{
    uint32_t count = 1;
    for (size_t i = 0; i < source->len; i++) {
        count += source->bytes[i] == '\n' ? 1 : 0;
    }
    uint32_t *begins = MOU_NEW_ARRAY(arena, count, uint32_t);
    if (begins == NULL) {
        return false;
    }
    uint32_t line = 1;
    for (size_t i = 0; i < source->len; i++) {
        if (source->bytes[i] == '\n') {
            begins[line++] = (uint32_t)i + 1;
        }
    }
    *index = (struct mou_line_index){begins, count};
    return true;
}

/* The index of a source's lines, made at the first call; NULL when memory ran out. */
static const struct mou_line_index *lines_of(struct mou_machine *machine, uint32_t source,
                                             const struct mou_source *text)
{
    if (machine->lines == NULL) {
        machine->lines =
            MOU_NEW_ARRAY(machine->pack_arena, machine->pack->sources_count, struct mou_line_index);
    }
    if (machine->lines == NULL ||
        (machine->lines[source].begins == NULL &&
         !index_lines(machine->pack_arena, text, &machine->lines[source]))) {
        return NULL;
    }
    return &machine->lines[source];
}

/* The number of the line that holds `offset`, from 1. */
static uint32_t line_at(const struct mou_line_index *index, uint32_t offset)
{
    uint32_t low = 0;
    uint32_t high = index->count;
    while (high - low > 1) { /* begins[low] <= offset, and offset < begins[high] where there is one */
        const uint32_t middle = low + (high - low) / 2;
        if (index->begins[middle] <= offset) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low + 1;
}

void mou_explain_place(struct mou_explain *explain, struct mou_explain_node *node,
                       struct mou_span span)
{
    assert(explain != NULL && node != NULL);
    if (span.source >= explain->machine->pack->sources_count) {
        return;
    }
    const struct mou_source source = source_of(explain, span.source);
    if (source.len > 0) {
        node->file = mou_pack_string(explain->machine->pack,
                                     explain->machine->pack->sources[span.source].path);
        const struct mou_line_index *lines = lines_of(explain->machine, span.source, &source);
        explain->work.failed = explain->work.failed || lines == NULL;
        node->line = lines == NULL ? 0 : line_at(lines, span.begin);
    }
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* End of the word that begins at `begin`; counts its characters, of which there may be `left`. */
static size_t word_end(const char *bytes, size_t begin, size_t end, unsigned *left)
{
    size_t i = begin;
    while (i < end && !is_space(bytes[i]) && *left > 0) {
        uint32_t code_point = 0;
        const size_t step = mou_utf8_decode(bytes + i, end - i, &code_point);
        i += step == 0 ? 1 : step;
        (*left)--;
    }
    return i;
}

struct mou_text mou_explain_excerpt(struct mou_explain *explain, struct mou_span span)
{
    assert(explain != NULL);
    struct mou_buf *buf = &explain->tree.buf;
    if (span.source >= explain->machine->pack->sources_count) {
        return (struct mou_text){"", 0};
    }
    const struct mou_source source = source_of(explain, span.source);
    const size_t end = span.end < source.len ? span.end : source.len;
    unsigned left = EXCERPT_CHARACTERS_MAX;
    for (size_t i = span.begin; i < end;) {
        if (is_space(source.bytes[i])) {
            i++;
            continue;
        }
        if (left == 0) {
            mou_buf_text(buf, "…");
            break;
        }
        if (buf->len > 0 && is_space(source.bytes[i - 1])) {
            mou_buf_char(buf, ' ');
        }
        const size_t word = i;
        i = word_end(source.bytes, word, end, &left);
        mou_buf_append(buf, source.bytes + word, i - word);
    }
    return mou_explain_keep(&explain->tree);
}

/* ------------------------------------------------------------------ states */

static struct mou_text unknown_word(const struct mou_explain *explain)
{
    return mou_explain_say(&explain->tree, "不明", "unknown");
}

struct mou_text mou_explain_fault_words(enum mou_lang lang, enum mou_fault fault)
{
    static const char *const words[][2] = {[MOU_FAULT_NONE] = {"", ""},
                                           [MOU_FAULT_OVERFLOW] = {"数值超出范围", "the number is out of range"},
                                           [MOU_FAULT_NO_CALENDAR] = {"这一年的工作日历没有公布", "the calendar of that year is not published"},
                                           [MOU_FAULT_DIVIDE_ZERO] = {"除数是零", "division by zero"},
                                           [MOU_FAULT_DATE_RANGE] = {"日期超出范围", "the date is out of range"}};
    const size_t index = (size_t)fault < sizeof words / sizeof words[0] ? (size_t)fault : 0;
    return mou_text_of(words[index][lang == MOU_LANG_ZH ? 0 : 1]);
}

static struct mou_text state_word(const struct mou_explain *explain, enum mou_cell cell)
{
    return cell == MOU_CELL_INAPPLICABLE ? mou_explain_say(&explain->tree, "不适用", "inapplicable")
                                         : unknown_word(explain);
}

struct mou_text mou_explain_masked(const struct mou_explain *explain)
{
    return mou_explain_say(&explain->tree, "（保密）", "(confidential)");
}

void mou_explain_put_value(struct mou_explain *explain, uint32_t type, uint32_t code_table,
                           int64_t value)
{
    assert(explain != NULL);
    if (type == MOU_PACK_YES_NO) {
        const struct mou_text word =
            mou_explain_truth_word(explain->tree.lang, value != 0 ? MOU_YES : MOU_NO);
        mou_buf_append(&explain->tree.buf, word.bytes, word.len);
    } else if (type == MOU_PACK_MONTHS || type == MOU_PACK_DAYS || type == MOU_PACK_WORKDAYS) {
        mou_duration_words(type, value, explain->tree.lang, &explain->tree.buf);
    } else if (type == MOU_PACK_MONEY) {
        mou_money_format(value, &explain->tree.buf);
        mou_buf_text(&explain->tree.buf, explain->tree.lang == MOU_LANG_ZH ? "元" : " yuan");
    } else if (type == MOU_PACK_RATIO && value < INT64_MAX / 100 && value > INT64_MIN / 100) {
        mou_ratio_format(value * 100, &explain->tree.buf);
        mou_buf_char(&explain->tree.buf, '%');
    } else {
        mou_value_text(explain->machine, type, code_table, value, &explain->tree.buf);
    }
}

/* A cell of any form but condition in words. */
static struct mou_text cell_text(struct mou_explain *explain, struct mou_spot spot)
{
    const struct mou_machine *machine = explain->machine;
    const struct mou_pack_instruction *instruction = &machine->pack->instructions[spot.instruction];
    const struct mou_register *cells = &machine->registers[spot.world][spot.instruction];
    const enum mou_fault fault = mou_spot_fault(machine, spot);
    struct mou_buf *buf = &explain->tree.buf;
    const enum mou_cell cell = mou_register_cell(machine, spot.world, spot.instruction, spot.row);
    if (cell != MOU_CELL_KNOWN) {
        const struct mou_text word = state_word(explain, cell);
        mou_buf_append(buf, word.bytes, word.len);
        if (fault != MOU_FAULT_NONE) {
            const struct mou_text why = mou_explain_fault_words(explain->tree.lang, fault);
            mou_buf_printf(buf, explain->tree.lang == MOU_LANG_ZH ? "（%s，" : " (%s, ", mou_fault_code(fault));
            mou_buf_append(buf, why.bytes, why.len);
            mou_buf_text(buf, explain->tree.lang == MOU_LANG_ZH ? "）" : ")");
        }
        return mou_explain_keep(&explain->tree);
    }
    if (cells->form == MOU_FORM_FRACTION) {
        mou_buf_int(buf, cells->fraction[spot.row].num);
        if (cells->fraction[spot.row].den != 1) {
            mou_buf_char(buf, '/');
            mou_buf_int(buf, cells->fraction[spot.row].den);
        }
    } else {
        mou_explain_put_value(explain, instruction->type, instruction->code_table, cells->value[spot.row]);
    }
    if (cells->form == MOU_FORM_RANGE && cells->high[spot.row] != cells->value[spot.row]) {
        mou_buf_text(buf, explain->tree.lang == MOU_LANG_ZH ? " 至 " : " to ");
        mou_buf_int(buf, cells->high[spot.row]);
    }
    return mou_explain_keep(&explain->tree);
}

/* ------------------------------------------------------------------ fields and parameters */

uint32_t mou_explain_field(const struct mou_pack *pack,
                           const struct mou_pack_instruction *instruction)
{
    assert(pack != NULL && instruction != NULL);
    const struct mou_pack_frame *frame = &pack->frames[instruction->frame];
    const uint32_t record = mou_frame_record(pack, instruction->frame);
    if (record != MOU_PACK_NONE) {
        return pack->records[record].first_field + instruction->a;
    }
    if (frame->kind != MOU_FRAME_RELATION) {
        return pack->kinds[instruction->imm].first_field + instruction->a;
    }
    const bool bound =
        instruction->a == MOU_COLUMN_RELATION_FROM || instruction->a == MOU_COLUMN_RELATION_UNTIL;
    return bound ? MOU_PACK_NONE : pack->relations[frame->type].first_field + instruction->a;
}

static void add_value(struct mou_explain *explain, struct mou_explain_node *parent,
                      enum mou_explain_kind kind, struct mou_text label, struct mou_text text)
{
    if (!mou_explain_has(parent, kind, label, text)) {
        (void)mou_explain_add_named(&explain->tree, parent, kind, label, text);
    }
}

static void add_column(struct mou_explain *explain, struct mou_explain_node *parent,
                       struct mou_spot spot)
{
    const struct mou_pack *pack = explain->machine->pack;
    const struct mou_pack_instruction *instruction = &pack->instructions[spot.instruction];
    const uint32_t field = mou_explain_field(pack, instruction);
    if (field == MOU_PACK_NONE) {
        const bool from = instruction->a == MOU_COLUMN_RELATION_FROM;
        const struct mou_text label = from ? mou_explain_say(&explain->tree, "自", "from")
                                           : mou_explain_say(&explain->tree, "至", "until");
        add_value(explain, parent, MOU_EXPLAIN_VALUE, label, cell_text(explain, spot));
        return;
    }
    const bool known = mou_register_cell(explain->machine, spot.world, spot.instruction,
                                         spot.row) == MOU_CELL_KNOWN;
    const bool masked = known && !explain->unmask && (pack->fields[field].flags & MOU_PACK_FIELD_CONFIDENTIAL) != 0;
    add_value(explain, parent, MOU_EXPLAIN_VALUE, mou_pack_string(pack, pack->fields[field].name),
              masked ? mou_explain_masked(explain) : cell_text(explain, spot));
}

static void add_operand(struct mou_explain *explain, struct mou_explain_node *parent,
                        struct mou_spot spot, unsigned depth)
{
    if (explain->machine->registers[spot.world][spot.instruction].form == MOU_FORM_CONDITION) {
        mou_explain_clause(explain, parent, MOU_EXPLAIN_CLAUSE, spot, depth + 1);
    } else {
        mou_explain_values(explain, parent, spot, depth + 1);
    }
}

/* Whether operand `n` of a value was looked at: of a choice the branch chosen, of a default only
 * where it was needed. */
static bool was_read(const struct mou_explain *explain, struct mou_spot spot, uint32_t n)
{
    const struct mou_machine *machine = explain->machine;
    const struct mou_pack_instruction *instruction = &machine->pack->instructions[spot.instruction];
    const struct mou_spot first =
        mou_spot_operand(machine, spot, mou_instruction_reads(machine->pack, instruction, 0));
    switch (instruction->opcode) {
    case MOU_OP_CODE_CHOICE_VALUE:
    case MOU_OP_CODE_CHOICE_FRACTION:
        return n == 0 || mou_spot_truth(machine, first) == (n == 1 ? MOU_YES : MOU_NO);
    case MOU_OP_CODE_OR_DEFAULT:
    case MOU_OP_CODE_OR_DEFAULT_FRACTION:
        return n == 0 || mou_register_cell(machine, first.world, first.instruction, first.row) !=
                             MOU_CELL_KNOWN;
    default:
        return true;
    }
}

void mou_explain_operands(struct mou_explain *explain, struct mou_explain_node *parent,
                          struct mou_spot spot, unsigned depth)
{
    assert(explain != NULL && parent != NULL);
    const struct mou_pack *pack = explain->machine->pack;
    const struct mou_pack_instruction *instruction = &pack->instructions[spot.instruction];
    uint32_t operand = mou_instruction_reads(pack, instruction, 0);
    for (uint32_t n = 0; operand != MOU_PACK_NONE; n++) {
        if (was_read(explain, spot, n)) {
            add_operand(explain, parent, mou_spot_operand(explain->machine, spot, operand), depth);
        }
        operand = mou_instruction_reads(pack, instruction, n + 1);
    }
}

/* A reckoned value in words, masked where it rests on a confidential field. */
static struct mou_text result_text(struct mou_explain *explain, struct mou_spot spot)
{
    const bool known = mou_register_cell(explain->machine, spot.world, spot.instruction,
                                         spot.row) == MOU_CELL_KNOWN;
    return known && !explain->unmask &&
                   mou_instruction_confidential(explain->machine->pack, spot.instruction)
               ? mou_explain_masked(explain)
               : cell_text(explain, spot);
}

static bool is_reckoning(uint32_t opcode)
{
    const enum mou_frame_rule rule = mou_opcode_info(opcode)->rule;
    return rule == MOU_RULE_SAME && opcode != MOU_OP_CODE_TO_FRACTION &&
           opcode != MOU_OP_CODE_RANGE_OF && opcode != MOU_OP_CODE_RANGE_VALUE &&
           opcode != MOU_OP_CODE_NEGATE && opcode != MOU_OP_CODE_AS_VALUE;
}

/* A value that was reckoned is shown with its words and its result. */
static void add_result(struct mou_explain *explain, struct mou_explain_node *parent,
                       struct mou_spot spot)
{
    const struct mou_text words =
        mou_explain_ends_term(explain, spot.instruction)
            ? mou_explain_say(&explain->tree, "期限届满", "end of the term")
            : mou_explain_excerpt(explain, mou_explain_span(explain, spot.instruction));
    /* `D 满 60日` is reckoned as D + 60日, which has no words of its own */
    if (words.len > 0 && !mou_text_equal(words, parent->text)) {
        add_value(explain, parent, MOU_EXPLAIN_VALUE, words, result_text(explain, spot));
    }
}

void mou_explain_values(struct mou_explain *explain, struct mou_explain_node *parent,
                        struct mou_spot spot, unsigned depth)
{
    assert(explain != NULL && parent != NULL);
    const struct mou_pack *pack = explain->machine->pack;
    const struct mou_pack_instruction *instruction = &pack->instructions[spot.instruction];
    if (depth > MOU_EXPLAIN_DEPTH_MAX || explain->tree.cut) {
        explain->tree.cut = true;
        return;
    }
    if (instruction->opcode == MOU_OP_CODE_COLUMN) {
        add_column(explain, parent, spot);
        return;
    }
    if (instruction->opcode == MOU_OP_CODE_PARAMETER ||
        instruction->opcode == MOU_OP_CODE_PARAMETER_AT) {
        add_value(explain, parent, MOU_EXPLAIN_PARAMETER,
                  mou_pack_string(pack, pack->parameters[instruction->a].name),
                  cell_text(explain, spot));
    } else if (mou_opcode_info(instruction->opcode)->rule == MOU_RULE_DOWN) {
        const struct mou_text words =
            mou_explain_excerpt(explain, mou_explain_span(explain, spot.instruction));
        struct mou_explain_node *node = mou_explain_add_named(
            &explain->tree, parent, MOU_EXPLAIN_VALUE, words, result_text(explain, spot));
        mou_explain_rows(explain, node, spot, depth + 1);
        return;
    } else if (is_reckoning(instruction->opcode)) {
        add_result(explain, parent, spot);
    }
    mou_explain_operands(explain, parent, spot, depth);
}

/* ------------------------------------------------------------------ rows and dates */

struct mou_text mou_explain_row_name(struct mou_explain *explain, uint32_t record, uint32_t row)
{
    assert(explain != NULL);
    const struct mou_pack *pack = explain->machine->pack;
    const uint32_t field = mou_record_key_field(pack, record);
    const struct mou_text name = mou_pack_string(pack, pack->records[record].name);
    struct mou_text key = mou_record_key(&explain->work.naming, record, row);
    if (key.bytes != NULL && !explain->unmask && (pack->fields[pack->records[record].first_field + field].flags &
                              MOU_PACK_FIELD_CONFIDENTIAL) != 0) {
        key = mou_explain_masked(explain);
    }
    struct mou_buf *buf = &explain->tree.buf;
    mou_buf_append(buf, name.bytes, name.len);
    mou_buf_char(buf, ' ');
    if (key.bytes != NULL) {
        mou_buf_append(buf, key.bytes, key.len);
    } else {
        /* rows without a key are counted from the subject's first, which the batch does not change
         */
        const uint32_t subject = explain->machine->frames[2 + record].up[row];
        mou_buf_char(buf, '#');
        mou_buf_int(buf, (int64_t)(row - explain->machine->frames[2 + record].first[subject]) + 1);
    }
    return mou_explain_keep(&explain->tree);
}

struct mou_text mou_explain_date(struct mou_explain *explain, uint32_t index, uint32_t row)
{
    assert(explain != NULL);
    if (index == MOU_PACK_NONE) {
        return mou_explain_say(&explain->tree, "不限", "open");
    }
    const enum mou_cell cell = mou_register_cell(explain->machine, explain->world, index, row);
    if (cell != MOU_CELL_KNOWN) {
        return state_word(explain, cell);
    }
    mou_explain_put_value(explain, MOU_PACK_DATE, 0,
              mou_register_value(explain->machine, explain->world, index, row));
    return mou_explain_keep(&explain->tree);
}

struct mou_text mou_explain_interval(struct mou_explain *explain, struct mou_interval interval)
{
    assert(explain != NULL);
    struct mou_buf *buf = &explain->tree.buf;
    const bool chinese = explain->tree.lang == MOU_LANG_ZH;
    if (interval.from >= MOU_DATE_MIN && interval.from <= MOU_DATE_MAX) {
        mou_buf_text(buf, chinese ? "自 " : "from ");
        mou_date_format(interval.from, buf);
    }
    if (interval.until >= MOU_DATE_MIN && interval.until <= MOU_DATE_MAX) {
        mou_buf_text(buf, buf->len > 0 ? " " : "");
        mou_buf_text(buf, chinese ? "至 " : "until ");
        mou_date_format(interval.until, buf);
        mou_buf_text(buf, chinese ? "（不含当日）" : " (that day excluded)");
    } else {
        mou_buf_text(buf, buf->len > 0 ? (chinese ? "，" : ", ") : "");
        mou_buf_text(buf, chinese ? "长期" : "open-ended");
    }
    return mou_explain_keep(&explain->tree);
}
