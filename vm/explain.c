/*
 * mou_machine_explain: judges one rule for one subject again, keeping what a run leaves out, and
 * tells why. The registers are those of the last run: there is no second evaluation that could
 * disagree. Called through vm.h.
 */
#include "explain.h"

#include <assert.h>

const char *mou_explain_outcome(enum mou_decision_outcome outcome, enum mou_lang lang)
{
    const bool chinese = lang == MOU_LANG_ZH;
    switch (outcome) {
    case MOU_IN_FORCE:
        return chinese ? "生效" : "in force";
    case MOU_SUSPENDED:
        return chinese ? "暂停" : "suspended";
    case MOU_TO_VERIFY:
        return chinese ? "待核实" : "to verify";
    case MOU_PENDING:
        return chinese ? "未生效" : "pending";
    }
    return "";
}

static const char *outcome_name(const struct mou_case *judged)
{
    static const char *const names[] = {"\"in_force\"", "\"suspended\"", "\"to_verify\"",
                                        "\"pending\""};
    return judged->decided ? names[judged->outcome] : "null";
}

/* ------------------------------------------------------------------ the tree */

static void put(struct mou_explain *explain, struct mou_text text)
{
    mou_buf_append(&explain->tree.buf, text.bytes, text.len);
}

/* "主体 规则（日期）：生效" */
static void add_root(struct mou_explain *explain)
{
    const bool chinese = explain->tree.lang == MOU_LANG_ZH;
    const char *none = chinese ? "不成立" : "does not apply";
    put(explain, explain->machine->batch->subject_id[explain->judged.target]);
    mou_buf_char(&explain->tree.buf, ' ');
    put(explain, mou_explain_rule_name(explain));
    mou_buf_text(&explain->tree.buf, chinese ? "（" : " (");
    mou_date_format(explain->machine->options.as_of, &explain->tree.buf);
    mou_buf_text(&explain->tree.buf, chinese ? "）" : ")");
    explain->tree.root->kind = MOU_EXPLAIN_DECISION;
    explain->tree.root->label = mou_explain_keep(&explain->tree);
    explain->tree.root->text = mou_text_of(
        explain->judged.decided ? mou_explain_outcome(explain->judged.outcome, explain->tree.lang) : none);
}

static void put_part(struct mou_explain *explain, struct mou_text text)
{
    if (text.len > 0) {
        mou_buf_text(&explain->tree.buf, explain->tree.buf.len > 0 ? " " : "");
        put(explain, text);
    }
}

static void add_missing(struct mou_explain *explain, const struct mou_missing_ref *missing)
{
    put_part(explain, missing->subject);
    put_part(explain, missing->record);
    const bool hidden = missing->key.len > 0 && !explain->unmask && mou_pack_hides_key(explain->machine->pack, missing->record);
    put_part(explain, hidden ? mou_explain_masked(explain) : missing->key);
    put_part(explain, missing->field);
    if (missing->fault != MOU_FAULT_NONE) {
        put_part(explain, mou_text_of(mou_fault_code(missing->fault)));
        put_part(explain, mou_explain_fault_words(explain->tree.lang, missing->fault));
    }
    struct mou_explain_node *node = mou_explain_add(
        &explain->tree, explain->tree.root, MOU_EXPLAIN_MISSING, mou_explain_keep(&explain->tree));
    if (missing->fault != MOU_FAULT_NONE) {
        node->file = missing->source;
        node->line = missing->place.line;
    }
}

void mou_explain_missing(struct mou_explain *explain, const struct mou_missing_ref *missing,
                         uint32_t count)
{
    assert(explain != NULL);
    for (uint32_t i = 0; i < count; i++) {
        add_missing(explain, &missing[i]);
    }
}

static void build(struct mou_explain *explain)
{
    struct mou_decision decision = {0};
    add_root(explain);
    if (explain->judged.decided) {
        mou_case_decision(&explain->work, &explain->judged, &decision);
    }
    mou_explain_head(explain, &decision);
    mou_explain_why(explain);
    mou_explain_missing(explain, decision.missing, decision.missing_count);
}

/* ------------------------------------------------------------------ output */

static void write_json_text(struct mou_buf *out, const char *name, struct mou_text text)
{
    mou_buf_text(out, ", \"");
    mou_buf_text(out, name);
    mou_buf_text(out, "\": ");
    mou_buf_json_text(out, text.bytes, text.len);
}

static void write_json(const struct mou_explain *explain, struct mou_buf *out)
{
    const struct mou_pack *pack = explain->machine->pack;
    const struct mou_pack_memorandum *memorandum =
        &pack->memoranda[mou_explain_memorandum(explain)];
    mou_buf_text(out, "{\"schema\": \"mou/explain/1\"");
    write_json_text(out, "subject", explain->machine->batch->subject_id[explain->judged.target]);
    write_json_text(out, "memorandum", mou_pack_string(pack, memorandum->name));
    write_json_text(out, "rule", mou_explain_rule_name(explain));
    mou_buf_text(out, ", \"as_of\": \"");
    mou_date_format(explain->machine->options.as_of, out);
    mou_buf_text(out, "\", \"outcome\": ");
    mou_buf_text(out, outcome_name(&explain->judged));
    mou_buf_text(out, explain->tree.cut ? ", \"cut\": true" : "");
    mou_buf_text(out, ", \"because\": ");
    mou_explain_write_json(&explain->tree, explain->tree.root, out);
    mou_buf_text(out, "}\n");
}

static bool is_sound(const struct mou_machine *machine, uint32_t subject, uint32_t rule,
                     bool is_finding)
{
    if (machine->batch == NULL || machine->registers[MOU_WORLD_ALL] == NULL) {
        return false;
    }
    return subject < machine->batch->core_count &&
           rule < (is_finding ? machine->pack->findings_count : machine->pack->measures_count);
}

/* Judges, builds and writes; what was taken is given back by the caller. */
static enum mou_status explain_with(struct mou_explain *explain, uint32_t subject,
                                    struct mou_rule_ref rule, bool json, struct mou_buf *out)
{
    explain->work.keep_all = true;
    mou_case_judge(&explain->work, rule, subject, &explain->judged);
    explain->world = explain->judged.decided ? explain->judged.world : MOU_WORLD_ALL;
    if (!explain->work.failed) {
        build(explain);
    }
    if (explain->work.failed || explain->tree.failed || explain->tree.buf.failed) {
        return MOU_ERROR_MEMORY;
    }
    if (json) {
        write_json(explain, out);
    } else {
        mou_explain_write_text(&explain->tree, out);
    }
    return out->failed ? MOU_ERROR_MEMORY : MOU_OK;
}

enum mou_status mou_machine_explain(struct mou_machine *machine, uint32_t subject, uint32_t rule,
                                    bool is_finding, const struct mou_explain_options *options,
                                    struct mou_buf *out)
{
    assert(machine != NULL && options != NULL && out != NULL);
    struct mou_explain explain = {.machine = machine, .why_not = options->why_not, .unmask = options->unmask};
    if (!is_sound(machine, subject, rule, is_finding)) {
        return MOU_ERROR_USAGE;
    }
    const enum mou_status completed = mou_machine_complete(machine);
    if (completed != MOU_OK) {
        return completed;
    }
    const bool worked = mou_decide_work_init(machine, &explain.work);
    const bool treed = mou_explain_tree_init(&explain.tree, machine->allocator, options->lang);
    enum mou_status status = MOU_ERROR_MEMORY;
    if (worked && treed) {
        status = explain_with(&explain, subject, (struct mou_rule_ref){rule, is_finding},
                              options->json, out);
    }
    mou_explain_tree_free(&explain.tree);
    mou_decide_work_free(&explain.work);
    return status;
}
