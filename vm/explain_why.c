/*
 * Why a rule says what it says, or why it does not: by the ways in which it could fall on the
 * subject, the guards, the findings, each ground with its condition and dates; then what changes
 * without the contested records. Used by explain.c.
 */
#include <assert.h>

#include "bits.h"
#include "explain.h"

/* Grounds shown of one section where all are asked for. */
#define GROUNDS_MAX 50u

/* One way in which a rule falls on the subject. */
struct way {
    const struct mou_pack_measure *measure; /* NULL: a finding */
    uint32_t source;
    uint32_t reach;
    uint32_t relation_row;
};

static const mou_triples *triples_of(const struct mou_explain *explain)
{
    return &explain->work.triples[explain->world];
}

static bool shows_all(const struct mou_explain *explain)
{
    return explain->why_not || !explain->judged.decided;
}

static bool belongs(const struct mou_triple *triple, const struct way *way, uint32_t finding)
{
    return triple->source == way->source && triple->reach == way->reach &&
           triple->relation_row == way->relation_row &&
           (finding == MOU_PACK_NONE || triple->finding == finding);
}

/* Whether anything that the decision cites comes this way. */
static bool is_cited(const struct mou_explain *explain, const struct way *way, uint32_t finding)
{
    const mou_triples *triples = triples_of(explain);
    for (size_t i = 0; i < triples->count; i++) {
        if (belongs(&triples->items[i], way, finding) &&
            mou_case_cites(&explain->judged, &triples->items[i])) {
            return true;
        }
    }
    return false;
}

/* ------------------------------------------------------------------ a ground */

static enum mou_truth date_truth(const struct mou_explain *explain, uint32_t index, uint32_t row,
                                 bool begins)
{
    const mou_date today = explain->machine->options.as_of;
    const enum mou_cell cell = mou_register_cell(explain->machine, explain->world, index, row);
    if (cell != MOU_CELL_KNOWN) {
        return cell == MOU_CELL_INAPPLICABLE ? MOU_NO : MOU_UNKNOWN;
    }
    const int64_t date = mou_register_value(explain->machine, explain->world, index, row);
    return (begins ? date <= today : today < date) ? MOU_YES : MOU_NO;
}

/* A date of the ground and whether it has come, or has not yet. */
static void add_date(struct mou_explain *explain, struct mou_explain_node *parent,
                     enum mou_explain_kind kind, uint32_t index, uint32_t row, bool begins)
{
    if (index == MOU_PACK_NONE) {
        return;
    }
    struct mou_explain_node *node =
        mou_explain_add(&explain->tree, parent, kind, mou_explain_date(explain, index, row));
    mou_explain_judge(node, date_truth(explain, index, row, begins));
    const struct mou_span span = mou_explain_span(explain, index);
    mou_explain_place(explain, node, span);
    const struct mou_pack_instruction *instruction = &explain->machine->pack->instructions[index];
    const struct mou_spot spot =
        mou_spot_at(explain->machine, explain->world, index, instruction->frame, row);
    if (span.source == UINT32_MAX) {
        return; /* put together of several clauses, which have lines of their own */
    }
    if (instruction->opcode == MOU_OP_CODE_COLUMN) {
        mou_explain_values(explain, node, spot, 1);
    } else {
        mou_explain_operands(explain, node, spot, 1);
    }
}

static bool is_contested(const struct mou_explain *explain, uint32_t record, uint32_t row)
{
    const uint64_t *contested =
        explain->machine->contested == NULL ? NULL : explain->machine->contested[record];
    return contested != NULL && mou_bit(contested, row);
}

static void add_relation_test(struct mou_explain *explain, struct mou_explain_node *parent,
                              const struct way *way, const struct mou_triple *triple)
{
    if (way->relation_row == MOU_PACK_NONE) {
        return;
    }
    const struct mou_pack *pack = explain->machine->pack;
    const uint32_t index = mou_holding_register(pack, way->measure, triple->section);
    const struct mou_pack_relation *relation = &pack->relations[pack->reaches[way->reach].relation];
    struct mou_buf *buf = &explain->tree.buf;
    if (index == MOU_PACK_NONE) {
        mou_date_format(explain->machine->options.as_of, buf);
    } else {
        const struct mou_text date = mou_explain_date(explain, index, triple->row);
        mou_buf_append(buf, date.bytes, date.len);
    }
    mou_buf_text(buf, explain->tree.lang == MOU_LANG_ZH ? " 存续" : " held");
    struct mou_explain_node *node = mou_explain_add_named(
        &explain->tree, parent, MOU_EXPLAIN_RELATION, mou_pack_string(pack, relation->name),
        mou_explain_keep(&explain->tree));
    mou_explain_judge(node, triple->held);
}

static void add_condition(struct mou_explain *explain, struct mou_explain_node *parent,
                          enum mou_explain_kind kind, uint32_t index, uint32_t frame, uint32_t row)
{
    const struct mou_pack *pack = explain->machine->pack;
    if (index != MOU_PACK_NONE && pack->instructions[index].opcode != MOU_OP_CODE_CONST_CONDITION) {
        mou_explain_clause(explain, parent, kind,
                           mou_spot_at(explain->machine, explain->world, index, frame, row), 0);
    }
}

static void add_ground(struct mou_explain *explain, struct mou_explain_node *parent,
                       const struct way *way, const struct mou_triple *triple)
{
    const struct mou_pack *pack = explain->machine->pack;
    const struct mou_pack_ground *section = &pack->grounds[triple->section];
    struct mou_explain_node *node =
        mou_explain_add(&explain->tree, parent, MOU_EXPLAIN_GROUND,
                        mou_explain_row_name(explain, section->record, triple->row));
    mou_explain_judge(node, triple->truth);
    add_condition(explain, node, MOU_EXPLAIN_CONDITION, section->condition, section->frame,
                  triple->row);
    add_date(explain, node, MOU_EXPLAIN_BEGINS, section->from, triple->row, true);
    add_date(explain, node, MOU_EXPLAIN_SERVED, section->served, triple->row, true);
    add_date(explain, node, MOU_EXPLAIN_ENDS, section->end, triple->row, false);
    add_condition(explain, node, MOU_EXPLAIN_ENDED, section->ended, section->frame, triple->row);
    if (triple->own_end != MOU_PACK_NONE) {
        add_date(explain, node, MOU_EXPLAIN_OWN_END,
                 mou_own_end_register(pack, way->measure->own_ends, triple->own_end), triple->row,
                 false);
    }
    add_relation_test(explain, node, way, triple);
    if (is_contested(explain, section->record, triple->row)) {
        (void)mou_explain_add(
            &explain->tree, node, MOU_EXPLAIN_NOTE,
            mou_explain_say(&explain->tree, "有未办结的异议", "an objection to it is open"));
    }
}

/* ------------------------------------------------------------------ a finding */

static void add_grounds(struct mou_explain *explain, struct mou_explain_node *node,
                        const struct way *way, uint32_t index, uint32_t section)
{
    const struct mou_pack *pack = explain->machine->pack;
    const mou_triples *triples = triples_of(explain);
    uint32_t seen = 0;
    uint32_t shown = 0;
    for (size_t i = 0; i < triples->count; i++) {
        const struct mou_triple *triple = &triples->items[i];
        if (!belongs(triple, way, index) || triple->section != section) {
            continue;
        }
        seen++;
        if (shown < GROUNDS_MAX &&
            (shows_all(explain) || mou_case_cites(&explain->judged, triple))) {
            shown++;
            add_ground(explain, node, way, triple);
        }
    }
    if (seen == 0 && shows_all(explain)) {
        const struct mou_text record =
            mou_pack_string(pack, pack->records[pack->grounds[section].record].name);
        struct mou_buf *buf = &explain->tree.buf;
        mou_buf_text(buf, explain->tree.lang == MOU_LANG_ZH ? "没有" : "no record of ");
        mou_buf_append(buf, record.bytes, record.len);
        mou_buf_text(buf, explain->tree.lang == MOU_LANG_ZH ? "记录" : "");
        (void)mou_explain_add(&explain->tree, node, MOU_EXPLAIN_NOTE,
                              mou_explain_keep(&explain->tree));
    }
}

static void add_finding(struct mou_explain *explain, struct mou_explain_node *parent,
                        const struct way *way, uint32_t index)
{
    const struct mou_machine *machine = explain->machine;
    const struct mou_pack_finding *finding = &machine->pack->findings[index];
    if (!shows_all(explain) && !is_cited(explain, way, index)) {
        return;
    }
    struct mou_explain_node *node = mou_explain_add(&explain->tree, parent, MOU_EXPLAIN_FINDING,
                                                    mou_pack_string(machine->pack, finding->name));
    mou_explain_judge(
        node, mou_subject_truth(machine, mou_world_of(machine, finding->memorandum, explain->world),
                                finding->holds, way->source, MOU_NO));
    mou_explain_note(explain, node, finding->note);
    for (uint32_t i = 0; i < finding->ground_count; i++) {
        add_grounds(explain, node, way, index, finding->first_ground + i);
    }
    if (finding->ground_count == 0) {
        add_condition(explain, node, MOU_EXPLAIN_CONDITION, finding->when, 1, way->source);
        add_condition(explain, node, MOU_EXPLAIN_UNLESS, finding->unless, 1, way->source);
    }
}

/* ------------------------------------------------------------------ ways */

/* "单位甲，经 法定代表人": the finding's subject and the step to the target. */
static struct mou_text way_text(struct mou_explain *explain, const struct way *way)
{
    const struct mou_machine *machine = explain->machine;
    struct mou_buf *buf = &explain->tree.buf;
    const struct mou_text subject = machine->batch->subject_id[way->source];
    mou_buf_append(buf, subject.bytes, subject.len);
    if (way->relation_row != MOU_PACK_NONE) {
        bool known = false;
        const struct mou_pack_reach *reach = &machine->pack->reaches[way->reach];
        const struct mou_text step =
            mou_relation_step(machine->pack, reach->relation, reach->inverse != 0);
        const struct mou_interval bounds =
            mou_reach_bounds(machine, reach->relation, way->relation_row, &known);
        mou_buf_text(buf, explain->tree.lang == MOU_LANG_ZH ? "，经 " : ", through ");
        mou_buf_append(buf, step.bytes, step.len);
        const struct mou_text so_far = mou_explain_keep(&explain->tree);
        const struct mou_text when =
            known ? mou_explain_interval(explain, bounds)
                  : mou_explain_say(&explain->tree, "起始不明", "beginning unknown");
        mou_buf_append(buf, so_far.bytes, so_far.len);
        mou_buf_text(buf, " ");
        mou_buf_append(buf, when.bytes, when.len);
    }
    return mou_explain_keep(&explain->tree);
}

static void add_way(struct mou_explain *explain, struct mou_explain_node *why,
                    const struct way *way)
{
    const struct mou_pack *pack = explain->machine->pack;
    if (!shows_all(explain) && !is_cited(explain, way, MOU_PACK_NONE)) {
        return;
    }
    struct mou_explain_node *node =
        mou_explain_add(&explain->tree, why, MOU_EXPLAIN_WAY, way_text(explain, way));
    add_condition(explain, node, MOU_EXPLAIN_ONLY_IF, way->measure->only_if, 1, way->source);
    add_condition(explain, node, MOU_EXPLAIN_UNLESS, way->measure->unless, 1, way->source);
    if (pack->reaches[way->reach].condition != MOU_PACK_NONE) {
        const struct mou_pack_reach *reach = &pack->reaches[way->reach];
        add_condition(
            explain, node, MOU_EXPLAIN_ROWS_WHERE, reach->condition, reach->frame,
            mou_reach_frame_row(explain->machine, reach, way->source, way->relation_row));
    }
    for (uint32_t i = 0; i < way->measure->because_count; i++) {
        add_finding(explain, node, way, pack->lists[way->measure->because + i]);
    }
}

static uint32_t add_reach(struct mou_explain *explain, struct mou_explain_node *why, struct way way)
{
    const struct mou_machine *machine = explain->machine;
    const struct mou_pack_reach *reach = &machine->pack->reaches[way.reach];
    const uint32_t target = explain->judged.target;
    uint32_t ways = 0;
    if (reach->relation == MOU_PACK_NONE) {
        if (machine->batch->subject_kind[target] == reach->kind) {
            way.source = target;
            add_way(explain, why, &way);
            ways++;
        }
        return ways;
    }
    const uint32_t slot = explain->work.plan->slot_of[way.reach];
    const struct mou_reach_index *index = &explain->work.reach[slot];
    for (uint32_t i = index->first[target]; i < index->first[target + 1]; i++) {
        way.relation_row = index->rows[i];
        way.source = mou_reach_source(machine, explain->work.plan->slots[slot], way.relation_row);
        if (machine->batch->subject_kind[way.source] == reach->kind) {
            add_way(explain, why, &way);
            ways++;
        }
    }
    return ways;
}

static void add_ways(struct mou_explain *explain, struct mou_explain_node *why)
{
    const struct mou_pack_measure *measure =
        &explain->machine->pack->measures[explain->judged.rule.index];
    uint32_t ways = 0;
    for (uint32_t i = 0; i < measure->reach_count; i++) {
        const struct way way = {
            .measure = measure, .reach = measure->first_reach + i, .relation_row = MOU_PACK_NONE};
        ways += add_reach(explain, why, way);
    }
    if (ways == 0) {
        (void)mou_explain_add(
            &explain->tree, why, MOU_EXPLAIN_NOTE,
            mou_explain_say(&explain->tree, "这项措施不及于该主体：主体类别不符，也没有关系连到它",
                            "the measure does not reach this subject: neither its kind nor a "
                            "relation leads to it"));
    }
}

/* ------------------------------------------------------------------ objections */

static void add_world(struct mou_explain *explain, struct mou_explain_node *node,
                      enum mou_world world, struct mou_text words)
{
    struct mou_explain_node *below =
        mou_explain_add(&explain->tree, node, MOU_EXPLAIN_WORLD, words);
    mou_explain_judge(below, explain->judged.truth[world]);
}

/* Both worlds side by side, where they differ or a record shown is contested. */
static void add_objections(struct mou_explain *explain)
{
    const mou_triples *triples = triples_of(explain);
    struct mou_explain_node *node = NULL;
    if (!explain->judged.two_worlds) {
        return;
    }
    for (size_t i = 0; i < triples->count; i++) {
        const struct mou_triple *triple = &triples->items[i];
        const uint32_t record = triple->section == MOU_PACK_NONE
                                    ? MOU_PACK_NONE
                                    : explain->machine->pack->grounds[triple->section].record;
        if (record == MOU_PACK_NONE || !is_contested(explain, record, triple->row)) {
            continue;
        }
        const struct mou_text name = mou_explain_row_name(explain, record, triple->row);
        if (!mou_explain_has(explain->tree.root, MOU_EXPLAIN_OBJECTION, (struct mou_text){"", 0},
                             name)) {
            node = mou_explain_add(&explain->tree, explain->tree.root, MOU_EXPLAIN_OBJECTION, name);
        }
    }
    if (node == NULL &&
        explain->judged.truth[MOU_WORLD_ALL] != explain->judged.truth[MOU_WORLD_UNCONTESTED]) {
        node = mou_explain_add(&explain->tree, explain->tree.root, MOU_EXPLAIN_OBJECTION,
                               mou_explain_say(&explain->tree, "所依据的记录有未办结的异议",
                                               "a record that it rests on is contested"));
    }
    if (node != NULL) {
        add_world(explain, node, MOU_WORLD_ALL,
                  mou_explain_say(&explain->tree, "计入全部记录", "with all records"));
        add_world(
            explain, node, MOU_WORLD_UNCONTESTED,
            mou_explain_say(&explain->tree, "不计有争议的记录", "without the contested records"));
    }
}

void mou_explain_why(struct mou_explain *explain)
{
    assert(explain != NULL);
    struct mou_explain_node *why = mou_explain_add(&explain->tree, explain->tree.root,
                                                   MOU_EXPLAIN_WHY, (struct mou_text){"", 0});
    if (explain->judged.rule.is_finding) {
        const struct way way = {
            .source = explain->judged.target,
            .reach = MOU_PACK_NONE,
            .relation_row = MOU_PACK_NONE,
        };
        add_finding(explain, why, &way, explain->judged.rule.index);
    } else {
        add_ways(explain, why);
    }
    add_objections(explain);
}
