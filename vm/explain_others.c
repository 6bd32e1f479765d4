/*
 * Why a duty, a repair, a matter or an assertion stands as it does: read off the registers of the last run, clause by clause, like the
 * explanations of decisions. Called through vm.h.
 */
#include <assert.h>

#include "explain.h"
#include "others.h"
#include "states.h"

struct other {
    struct mou_explain explain;
    enum mou_rule_sort sort;
    uint32_t rule;
    uint32_t subject;
    uint32_t row;
    /* of the rule at hand */
    struct mou_text name;
    uint32_t memorandum;
    uint32_t note;
    uint32_t first_basis, basis_count;
    const char *outcome; /* as in JSON */
};

static struct mou_explain_node *add(struct other *other, enum mou_explain_kind kind, struct mou_text text)
{
    return mou_explain_add(&other->explain.tree, other->explain.tree.root, kind, text);
}

static struct mou_text say(struct other *other, const char *zh, const char *en)
{
    return mou_explain_say(&other->explain.tree, zh, en);
}

static void put(struct other *other, struct mou_text text)
{
    mou_buf_append(&other->explain.tree.buf, text.bytes, text.len);
}

/* ------------------------------------------------------------------ measures that were looked up */

/* Where the host says that it stands, and that it decides nothing before it is in effect. */
static void put_standing(struct mou_explain *explain, const struct mou_standing *standing)
{
    const bool chinese = explain->tree.lang == MOU_LANG_ZH;
    mou_buf_text(&explain->tree.buf, chinese ? "；状态：" : "; state: ");
    mou_buf_append(&explain->tree.buf, standing->said.bytes, standing->said.len);
    if (!standing->in_effect) {
        mou_buf_text(&explain->tree.buf, chinese ? "，不在执行，不据以办理" : ", not in effect, decides nothing");
    }
}

void mou_explain_looked_up(struct mou_explain *explain, struct mou_explain_node *parent, uint32_t measure, uint32_t subject)
{
    assert(explain != NULL && measure < explain->machine->pack->measures_count);
    struct mou_decide_work *work = &explain->work;
    struct mou_case judged;
    const bool keep_all = work->keep_all;
    work->keep_all = false;
    mou_case_judge(work, (struct mou_rule_ref){measure, false}, subject, &judged);
    work->keep_all = keep_all;
    const char *words = judged.decided ? mou_explain_outcome(judged.outcome, explain->tree.lang) : explain->tree.lang == MOU_LANG_ZH ? "没有决定" : "no decision";
    const struct mou_text name = mou_pack_string(explain->machine->pack, explain->machine->pack->measures[measure].name);
    mou_buf_append(&explain->tree.buf, name.bytes, name.len);
    mou_buf_text(&explain->tree.buf, explain->tree.lang == MOU_LANG_ZH ? "：" : ": ");
    mou_buf_text(&explain->tree.buf, words);
    if (judged.decided && judged.has_interval) {
        const struct mou_text composed = mou_explain_keep(&explain->tree);
        const struct mou_text interval = mou_explain_interval(explain, judged.interval);
        mou_buf_append(&explain->tree.buf, composed.bytes, composed.len);
        mou_buf_text(&explain->tree.buf, explain->tree.lang == MOU_LANG_ZH ? "，" : ", ");
        mou_buf_append(&explain->tree.buf, interval.bytes, interval.len);
    }
    const struct mou_standing *standing = mou_standing_at(explain->machine, measure, subject);
    if (standing != NULL && (judged.decided || standing->in_effect)) {
        put_standing(explain, standing);
    }
    const struct mou_text line = mou_explain_keep(&explain->tree);
    if (!mou_explain_has(parent, MOU_EXPLAIN_LOOKED_UP, (struct mou_text){"", 0}, line)) {
        (void)mou_explain_add(&explain->tree, parent, MOU_EXPLAIN_LOOKED_UP, line);
    }
}

/* ------------------------------------------------------------------ what all have */

/* "主体 规则（日期）：结果" */
static void add_root(struct other *other, struct mou_text outcome)
{
    struct mou_explain *explain = &other->explain;
    const bool chinese = explain->tree.lang == MOU_LANG_ZH;
    put(other, explain->machine->batch->subject_id[other->subject]);
    mou_buf_char(&explain->tree.buf, ' ');
    put(other, other->name);
    mou_buf_text(&explain->tree.buf, chinese ? "（" : " (");
    mou_date_format(explain->machine->options.as_of, &explain->tree.buf);
    mou_buf_text(&explain->tree.buf, chinese ? "）" : ")");
    explain->tree.root->kind = MOU_EXPLAIN_DECISION;
    explain->tree.root->label = mou_explain_keep(&explain->tree);
    explain->tree.root->text = outcome;
}

static void add_head(struct other *other)
{
    struct mou_explain *explain = &other->explain;
    for (uint32_t i = 0; i < other->basis_count; i++) {
        (void)add(other, MOU_EXPLAIN_BASIS, mou_pack_string(explain->machine->pack, explain->machine->pack->texts[other->first_basis + i]));
    }
    mou_explain_add_memorandum(explain, other->memorandum);
    mou_explain_note(explain, explain->tree.root, other->note);
}

/* A clause of the rule, where it has one. */
static void add_clause(struct other *other, enum mou_explain_kind kind, uint32_t index, uint32_t frame, uint32_t row)
{
    if (index != MOU_PACK_NONE) {
        mou_explain_clause(&other->explain, other->explain.tree.root, kind, mou_spot_at(other->explain.machine, MOU_WORLD_ALL, index, frame, row), 0);
    }
}

/* A date of the rule with the values that it was computed from. */
static void add_date(struct other *other, enum mou_explain_kind kind, uint32_t index, uint32_t frame)
{
    struct mou_explain *explain = &other->explain;
    struct mou_explain_node *node = add(other, kind, mou_explain_date(explain, index, other->row));
    mou_explain_operands(explain, node, mou_spot_at(explain->machine, MOU_WORLD_ALL, index, frame, other->row), 1);
}

static void add_unknown(struct other *other, uint32_t index, uint32_t frame, uint32_t row)
{
    struct mou_explain *explain = &other->explain;
    if (index != MOU_PACK_NONE && mou_register_truth(explain->machine, MOU_WORLD_ALL, index, row) == MOU_UNKNOWN) {
        mou_missing_of_register(&explain->work, MOU_WORLD_ALL, other->note, index, frame, row);
    }
}

static void add_missing(struct other *other)
{
    mou_missing_sort(&other->explain.work);
    mou_explain_missing(&other->explain, other->explain.work.missing.items, (uint32_t)other->explain.work.missing.count);
}

/* ------------------------------------------------------------------ duties */

static struct mou_text duty_words(struct other *other, bool is_one, enum mou_duty_outcome outcome)
{
    static const char *const names[] = {"\"due\"", "\"done\"", "\"overdue\"", "\"pending\"", "\"to_verify\""};
    other->outcome = is_one ? names[outcome] : "null";
    if (!is_one) {
        return say(other, "没有这项职责", "no such duty");
    }
    switch (outcome) {
    case MOU_DUTY_IS_DUE: return say(other, "待办", "due");
    case MOU_DUTY_IS_DONE: return say(other, "完成", "done");
    case MOU_DUTY_IS_OVERDUE: return say(other, "逾期", "overdue");
    case MOU_DUTY_IS_PENDING: return say(other, "未生效", "pending");
    case MOU_DUTY_IS_TO_VERIFY: return say(other, "待核实", "to verify");
    }
    return say(other, "", "");
}

/* Who has it: as declared, or as the row says. */
static void add_authority(struct other *other, const struct mou_pack_duty *duty)
{
    const struct mou_machine *machine = other->explain.machine;
    if (duty->authority_of == MOU_PACK_NONE) {
        (void)add(other, MOU_EXPLAIN_AUTHORITY, mou_pack_string(machine->pack, duty->authority));
        return;
    }
    if (mou_register_cell(machine, MOU_WORLD_ALL, duty->authority_of, other->row) != MOU_CELL_KNOWN) {
        (void)add(other, MOU_EXPLAIN_AUTHORITY, say(other, "不明", "unknown"));
        return;
    }
    const struct mou_pack_instruction *in = &machine->pack->instructions[duty->authority_of];
    mou_value_text(machine, in->type, in->code_table, mou_register_value(machine, MOU_WORLD_ALL, duty->authority_of, other->row), &other->explain.tree.buf);
    (void)add(other, MOU_EXPLAIN_AUTHORITY, mou_explain_keep(&other->explain.tree));
}

static void build_duty(struct other *other)
{
    const struct mou_machine *machine = other->explain.machine;
    const struct mou_pack_duty *duty = &machine->pack->duties[other->rule];
    enum mou_duty_outcome outcome = MOU_DUTY_IS_TO_VERIFY;
    const bool is_one = mou_duty_judge(machine, duty, other->row, &outcome);
    add_root(other, duty_words(other, is_one, outcome));
    (void)add(other, MOU_EXPLAIN_ABOUT, mou_explain_row_name(&other->explain, duty->record, other->row));
    add_authority(other, duty);
    add_head(other);
    add_clause(other, MOU_EXPLAIN_CONDITION, duty->condition, duty->frame, other->row);
    add_date(other, MOU_EXPLAIN_BEGINS, duty->start, duty->frame);
    add_date(other, MOU_EXPLAIN_DEADLINE, duty->deadline, duty->frame);
    add_clause(other, MOU_EXPLAIN_DONE, duty->done, duty->frame, other->row);
    if (is_one && outcome == MOU_DUTY_IS_TO_VERIFY) {
        add_unknown(other, duty->condition, duty->frame, other->row);
        add_unknown(other, duty->done, duty->frame, other->row);
        add_unknown(other, duty->begun, duty->frame, other->row);
        add_unknown(other, duty->over, duty->frame, other->row);
        add_missing(other);
    }
}

/* ------------------------------------------------------------------ repairs */

static struct mou_text repair_words(struct other *other, enum mou_repair_outcome outcome)
{
    static const char *const names[] = {"\"eligible\"", "\"refused\"", "\"not_eligible\"", "\"to_verify\""};
    other->outcome = names[outcome];
    switch (outcome) {
    case MOU_REPAIR_IS_ELIGIBLE: return say(other, "可申请", "eligible");
    case MOU_REPAIR_IS_REFUSED: return say(other, "不予", "refused");
    case MOU_REPAIR_IS_NOT_ELIGIBLE: return say(other, "不能申请", "not eligible");
    case MOU_REPAIR_IS_TO_VERIFY: return say(other, "待核实", "to verify");
    }
    return say(other, "", "");
}

/* `（名单修复受理期限）`: the parameter that says how long, or that it has no value yet. */
static void put_parameter(struct other *other, const struct mou_repair_step_info *step)
{
    struct mou_buf *buf = &other->explain.tree.buf;
    const bool chinese = other->explain.tree.lang == MOU_LANG_ZH;
    mou_buf_text(buf, chinese ? "（" : " (");
    put(other, step->parameter);
    if (!step->timed) {
        mou_buf_text(buf, chinese ? "：这一天还没有规定" : ": not stated for this day");
    }
    mou_buf_text(buf, chinese ? "）" : ")");
}

static void add_steps(struct other *other, const struct mou_pack_repair *repair)
{
    const struct mou_pack *pack = other->explain.machine->pack;
    for (uint32_t i = 0; i < repair->step_count; i++) {
        const struct mou_repair_step_info step = mou_pack_repair_step(pack, other->rule, i, other->explain.machine->options.as_of);
        put(other, step.name);
        if (step.object.len > 0) {
            mou_buf_char(&other->explain.tree.buf, ' ');
            put(other, step.object);
        }
        if (step.timed) {
            mou_buf_char(&other->explain.tree.buf, ' ');
            mou_duration_words((uint32_t)step.type, step.within, other->explain.tree.lang, &other->explain.tree.buf);
        }
        if (step.parameter.len > 0) {
            put_parameter(other, &step);
        }
        (void)add(other, step.granted ? MOU_EXPLAIN_GRANTED : MOU_EXPLAIN_HANDLED, mou_explain_keep(&other->explain.tree));
    }
}

static void build_repair(struct other *other)
{
    const struct mou_machine *machine = other->explain.machine;
    const struct mou_pack_repair *repair = &machine->pack->repairs[other->rule];
    const enum mou_repair_outcome outcome = mou_repair_judge(machine, repair, other->row);
    add_root(other, repair_words(other, outcome));
    (void)add(other, MOU_EXPLAIN_ABOUT, mou_explain_row_name(&other->explain, repair->record, other->row));
    add_head(other);
    add_clause(other, MOU_EXPLAIN_ELIGIBLE, repair->eligible, repair->frame, other->row);
    add_clause(other, MOU_EXPLAIN_REFUSED, repair->refused, repair->frame, other->row);
    add_steps(other, repair);
    if (outcome == MOU_REPAIR_IS_TO_VERIFY) {
        add_unknown(other, repair->eligible, repair->frame, other->row);
        add_unknown(other, repair->refused, repair->frame, other->row);
        add_missing(other);
    }
}

/* ------------------------------------------------------------------ matters, assertions */

static struct mou_text matter_words(struct other *other, enum mou_matter_outcome outcome)
{
    static const char *const names[] = {"\"allow\"", "\"deny\"", "\"advise\"", "\"to_verify\""};
    other->outcome = names[outcome];
    switch (outcome) {
    case MOU_MATTER_IS_ALLOWED: return say(other, "允许", "allow");
    case MOU_MATTER_IS_DENIED: return say(other, "禁止", "deny");
    case MOU_MATTER_IS_ADVISED: return say(other, "提示", "advise");
    case MOU_MATTER_IS_TO_VERIFY: return say(other, "待核实", "to verify");
    }
    return say(other, "", "");
}

static void build_matter(struct other *other)
{
    const struct mou_machine *machine = other->explain.machine;
    const struct mou_pack_matter *matter = &machine->pack->matters[other->rule];
    enum mou_answer prohibit = MOU_ANSWER_NONE;
    enum mou_answer advise = MOU_ANSWER_NONE;
    const enum mou_matter_outcome outcome = mou_matter_judge(machine, matter, other->subject, &prohibit, &advise);
    add_root(other, matter_words(other, outcome));
    add_head(other);
    for (uint32_t i = 0; i < matter->measure_count; i++) {
        mou_explain_looked_up(&other->explain, other->explain.tree.root, machine->pack->lists[matter->measures + i], other->subject);
    }
    add_clause(other, MOU_EXPLAIN_PROHIBIT, matter->prohibit, 1, other->subject);
    add_clause(other, MOU_EXPLAIN_ADVISE, matter->advise, 1, other->subject);
    if (prohibit == MOU_ANSWER_SUSPENDED || advise == MOU_ANSWER_SUSPENDED) {
        (void)add(other, MOU_EXPLAIN_OBJECTION, say(other, "所凭记录正在核实异议，暂不据以办理", "it rests on records under objection and is stayed"));
    }
    if (outcome == MOU_MATTER_IS_TO_VERIFY) {
        add_unknown(other, matter->prohibit, 1, other->subject);
        add_unknown(other, matter->advise, 1, other->subject);
        add_missing(other);
    }
}

static void build_assertion(struct other *other)
{
    const struct mou_machine *machine = other->explain.machine;
    const struct mou_pack_assertion *assertion = &machine->pack->assertions[other->rule];
    const bool refuted = mou_register_truth(machine, MOU_WORLD_ALL, assertion->holds, other->subject) == MOU_NO &&
                         mou_register_truth(machine, MOU_WORLD_UNCONTESTED, assertion->holds, other->subject) == MOU_NO;
    other->outcome = refuted ? "\"refuted\"" : "null";
    add_root(other, refuted ? say(other, "不成立", "refuted") : say(other, "没有反例", "not refuted"));
    add_head(other);
    add_clause(other, MOU_EXPLAIN_CONDITION, assertion->holds, 1, other->subject);
}

/* ------------------------------------------------------------------ the whole */

/* Fills in the rule; false where a number is out of range. */
static bool find_rule(struct other *other)
{
    const struct mou_pack *pack = other->explain.machine->pack;
    const struct mou_batch *batch = other->explain.machine->batch;
#define TAKE(table, text, basis, count)                                                                                        \
    if (other->rule >= pack->table##_count) {                                                                                  \
        return false;                                                                                                          \
    }                                                                                                                          \
    other->name = mou_pack_string(pack, pack->table[other->rule].text);                                                        \
    other->memorandum = pack->table[other->rule].memorandum;                                                                   \
    other->note = pack->table[other->rule].note;                                                                               \
    other->first_basis = basis;                                                                                                \
    other->basis_count = count;
    switch (other->sort) {
    case MOU_RULE_DUTY:
        TAKE(duties, name, pack->duties[other->rule].first_basis, pack->duties[other->rule].basis_count)
        return other->row < batch->records[pack->duties[other->rule].record].row_count;
    case MOU_RULE_REPAIR:
        TAKE(repairs, name, pack->repairs[other->rule].first_basis, pack->repairs[other->rule].basis_count)
        return other->row < batch->records[pack->repairs[other->rule].record].row_count;
    case MOU_RULE_MATTER:
        TAKE(matters, name, pack->matters[other->rule].first_basis, pack->matters[other->rule].basis_count)
        return true;
    case MOU_RULE_ASSERTION:
        TAKE(assertions, text, 0, 0)
        return true;
    }
#undef TAKE
    return false;
}

static void build(struct other *other)
{
    switch (other->sort) {
    case MOU_RULE_DUTY: build_duty(other); break;
    case MOU_RULE_REPAIR: build_repair(other); break;
    case MOU_RULE_MATTER: build_matter(other); break;
    case MOU_RULE_ASSERTION: build_assertion(other); break;
    }
}

static void write_json_text(struct mou_buf *out, const char *name, struct mou_text text)
{
    mou_buf_printf(out, ", \"%s\": ", name);
    mou_buf_json_text(out, text.bytes, text.len);
}

static void write_json(const struct other *other, struct mou_buf *out)
{
    static const char *const sorts[] = {"duty", "repair", "matter", "assertion"};
    const struct mou_explain *explain = &other->explain;
    const struct mou_pack *pack = explain->machine->pack;
    mou_buf_text(out, "{\"schema\": \"mou/explain/1\"");
    write_json_text(out, "subject", explain->machine->batch->subject_id[other->subject]);
    write_json_text(out, "memorandum", mou_pack_string(pack, pack->memoranda[other->memorandum].name));
    write_json_text(out, "rule", other->name);
    write_json_text(out, "kind", mou_text_of(sorts[other->sort]));
    mou_buf_text(out, ", \"as_of\": \"");
    mou_date_format(explain->machine->options.as_of, out);
    mou_buf_text(out, "\", \"outcome\": ");
    mou_buf_text(out, other->outcome);
    mou_buf_text(out, explain->tree.cut ? ", \"cut\": true" : "");
    mou_buf_text(out, ", \"because\": ");
    mou_explain_write_json(&explain->tree, explain->tree.root, out);
    mou_buf_text(out, "}\n");
}

enum mou_status mou_machine_explain_rule(struct mou_machine *machine, uint32_t subject, enum mou_rule_sort sort, uint32_t rule, uint32_t row,
                                         const struct mou_explain_options *options, struct mou_buf *out)
{
    assert(machine != NULL && options != NULL && out != NULL);
    struct other other = {.explain = {.machine = machine, .why_not = options->why_not, .unmask = options->unmask, .world = MOU_WORLD_ALL}, .sort = sort, .rule = rule, .subject = subject, .row = row};
    if (machine->batch == NULL || machine->registers[MOU_WORLD_ALL] == NULL || machine->ran < machine->pack->instructions_count ||
        subject >= machine->batch->core_count || !find_rule(&other)) {
        return MOU_ERROR_USAGE;
    }
    enum mou_status status = MOU_ERROR_MEMORY;
    const bool worked = mou_decide_work_init(machine, &other.explain.work);
    const bool treed = mou_explain_tree_init(&other.explain.tree, machine->allocator, options->lang);
    if (worked && treed) {
        build(&other);
        if (!other.explain.work.failed && !other.explain.tree.failed && !other.explain.tree.buf.failed) {
            if (options->json) {
                write_json(&other, out);
            } else {
                mou_explain_write_text(&other.explain.tree, out);
            }
            status = out->failed ? MOU_ERROR_MEMORY : MOU_OK;
        }
    }
    mou_explain_tree_free(&other.explain.tree);
    mou_decide_work_free(&other.explain.work);
    return status;
}
