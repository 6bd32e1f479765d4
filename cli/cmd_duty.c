/*
 * mou duty: what is due and overdue on a day, by department: the duties of the rules, by the machine over the whole store, and the steps of the store itself (notices, confirmations,
 * objections, repairs).
 */
#include <stdlib.h>
#include <string.h>

#include "measure_text.h"
#include "named.h"

#define TEXT_BYTES_MAX ((size_t)1024 * 1024 * 1024)
#define BATCH_SUBJECTS 2048u

/** Something that somebody has to do. */
struct task {
    struct mou_text authority, name, subject, record, key;
    int64_t decision; /**< 0: none */
    mou_date from, deadline;
    enum mou_duty_outcome outcome;
};

struct tasks {
    struct mou_cli *cli;
    const struct mou_pack *pack;
    mou_date day;
    bool all;              /**< done, to come and unclear ones, too */
    struct mou_text only;  /**< of this department; empty: of all */
    struct mou_calendar calendar;
    MOU_VEC(struct task) list;
    bool failed;
};

static struct mou_text kept(struct tasks *tasks, struct mou_text text)
{
    const char *copy = mou_arena_copy(tasks->cli->arena, text.bytes != NULL ? text.bytes : "", text.len);
    tasks->failed = tasks->failed || copy == NULL;
    return (struct mou_text){copy != NULL ? copy : "", copy != NULL ? text.len : 0};
}

static void add(struct tasks *tasks, const struct task *task)
{
    const bool open = task->outcome == MOU_DUTY_IS_DUE || task->outcome == MOU_DUTY_IS_OVERDUE;
    if ((!open && !tasks->all) || (tasks->only.len > 0 && !mou_names_part(task->authority, tasks->only))) {
        return;
    }
    struct task copy = *task;
    copy.authority = kept(tasks, task->authority);
    copy.name = kept(tasks, task->name);
    copy.subject = kept(tasks, task->subject);
    copy.record = kept(tasks, task->record);
    copy.key = kept(tasks, task->key);
    tasks->failed = !MOU_VEC_PUSH(tasks->cli->arena, &tasks->list, copy) || tasks->failed;
}

/** Of a step of the store: overdue once its last day is over. Without a deadline it is due. */
static enum mou_duty_outcome outcome_of(const struct tasks *tasks, mou_date deadline)
{
    return deadline != MOU_DATE_NONE && deadline < tasks->day ? MOU_DUTY_IS_OVERDUE : MOU_DUTY_IS_DUE;
}

/* ------------------------------------------------------------------ the duties of the rules */

static enum mou_status take_duty(void *state, const struct mou_duty_state *duty)
{
    struct tasks *tasks = state;
    struct mou_text name;
    uint32_t memorandum = 0;
    uint32_t record = 0;
    mou_pack_duty(tasks->pack, duty->rule, &name, &memorandum, &record);
    const struct task task = {duty->authority, name, duty->subject, duty->about.record, duty->about.key, 0, duty->from, duty->deadline, duty->outcome};
    add(tasks, &task);
    return tasks->failed ? MOU_ERROR_MEMORY : MOU_OK;
}

static enum mou_status evaluate(struct tasks *tasks, struct mou_store *store, struct mou_machine *machine, struct mou_batch_builder *builder, struct mou_buf *after)
{
    const struct mou_run_options options = {.as_of = tasks->day, .duties = true};
    const struct mou_decision_sink sink = {.state = tasks, .duty = take_duty};
    uint32_t count = 1;
    enum mou_status status = MOU_OK;
    while (status == MOU_OK && count > 0) {
        const struct mou_batch *batch = NULL;
        status = mou_store_read_batch(store, MOU_TIME_NOW, (struct mou_text){after->len > 0 ? after->data : "", after->len}, BATCH_SUBJECTS, builder, &batch, &count);
        if (status != MOU_OK || count == 0) {
            break;
        }
        const struct mou_text last = batch->subject_id[batch->core_count - 1];
        mou_buf_clear(after);
        mou_buf_append(after, last.bytes, last.len);
        status = after->failed ? MOU_ERROR_MEMORY : mou_machine_run(machine, batch, &options, &sink);
    }
    return status;
}

static enum mou_status gather_rules(struct tasks *tasks, struct mou_store *store)
{
    struct mou_machine *machine = NULL;
    struct mou_buf after;
    struct mou_batch_builder *builder = mou_batch_builder_new(tasks->pack, NULL);
    enum mou_status status = builder != NULL ? mou_machine_new(tasks->pack, NULL, &machine) : MOU_ERROR_MEMORY;
    mou_buf_init(&after, NULL, 65536);
    if (status == MOU_OK && mou_pack_duty_count(tasks->pack) > 0) {
        status = evaluate(tasks, store, machine, builder, &after);
    }
    mou_buf_free(&after);
    mou_machine_free(machine);
    mou_batch_builder_free(builder);
    return status;
}

/* ------------------------------------------------------------------ the steps of the store */

/** By when a measure that has been heard out is to be confirmed or rejected. */
static mou_date confirm_by(const struct tasks *tasks, const struct mou_measure *measure)
{
    const struct mou_measure_period_info *confirming = mou_measure_period_info(MOU_PERIOD_CONFIRMING);
    enum mou_value_type type = MOU_VALUE_WORKDAYS;
    int64_t value = confirming->workdays;
    mou_date date = MOU_DATE_NONE;
    (void)mou_pack_parameter_on(tasks->pack, measure->memorandum, mou_text_of(confirming->parameter), tasks->day, &type, &value);
    const enum mou_fault fault = type == MOU_VALUE_WORKDAYS ? mou_calendar_add_workdays(&tasks->calendar, measure->due, value, &date) : mou_date_add_days(measure->due, value, &date);
    return fault == MOU_FAULT_NONE ? date : MOU_DATE_NONE;
}

static bool take_measure(void *state, const struct mou_measure *measure)
{
    static const struct {
        enum mou_measure_state state;
        const char *zh, *en;
    } steps[] = {{MOU_MEASURE_PROPOSED, "告知或不予确认", "notify or reject"}, {MOU_MEASURE_NOTIFIED, "送达告知书", "serve the notice"},
                 {MOU_MEASURE_SERVED, "确认或不予确认", "confirm or reject"}, {MOU_MEASURE_CONFIRMED, "执行", "execute"}};
    struct tasks *tasks = state;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct task task = {measure->authority, mou_text_of(mou_say(tasks->cli, steps[i].zh, steps[i].en)), measure->subject, measure->memorandum, measure->rule, measure->decision,
                            measure->day, measure->due, MOU_DUTY_IS_DUE};
        if (measure->state != steps[i].state) {
            continue;
        }
        if (measure->state == MOU_MEASURE_SERVED && measure->due != MOU_DATE_NONE) {
            task.from = measure->due + 1;
            task.deadline = confirm_by(tasks, measure);
        }
        task.outcome = task.from > tasks->day ? MOU_DUTY_IS_PENDING : outcome_of(tasks, task.deadline);
        add(tasks, &task);
    }
    return !tasks->failed;
}

static bool take_objection(void *state, const struct mou_objection_entry *entry)
{
    struct tasks *tasks = state;
    const struct task task = {entry->department, mou_text_of(mou_say(tasks->cli, "核实异议", "answer the objection")), entry->subject, entry->record, entry->key, 0, entry->opened, entry->due,
                              outcome_of(tasks, entry->due)};
    add(tasks, &task);
    return !tasks->failed;
}

static bool take_repair(void *state, const struct mou_repair_entry *entry)
{
    struct tasks *tasks = state;
    const struct task task = {entry->department, mou_text_of(mou_say(tasks->cli, "决定修复申请", "decide on the repair")), entry->subject, entry->record, entry->key, 0, entry->applied, entry->due,
                              outcome_of(tasks, entry->due)};
    add(tasks, &task);
    return !tasks->failed;
}

static enum mou_status gather_all(struct tasks *tasks, struct mou_store *store)
{
    const struct mou_measure_filter unfinished = {.unfinished = true};
    enum mou_status status = gather_rules(tasks, store);
    status = status == MOU_OK ? mou_store_measures(store, &unfinished, take_measure, tasks) : status;
    status = status == MOU_OK ? mou_store_objections(store, true, take_objection, tasks) : status;
    status = status == MOU_OK ? mou_store_repair_list(store, true, take_repair, tasks) : status;
    return status == MOU_OK && tasks->failed ? MOU_ERROR_MEMORY : status;
}

/* ------------------------------------------------------------------ printing */

static int compare_tasks(const void *a, const void *b)
{
    const struct task *one = a;
    const struct task *other = b;
    const int authority = mou_text_compare(one->authority, other->authority);
    const int name = mou_text_compare(one->name, other->name);
    const int subject = mou_text_compare(one->subject, other->subject);
    if (authority != 0 || one->deadline != other->deadline) { /* those without a deadline first: nobody can say that there is time */
        return authority != 0 ? authority : one->deadline < other->deadline ? -1 : 1;
    }
    return name != 0 ? name : subject != 0 ? subject : mou_text_compare(one->key, other->key);
}

static const char *outcome_word(const struct mou_cli *cli, enum mou_duty_outcome outcome)
{
    static const char *const words[] = {"due", "done", "overdue", "pending", "to_verify"};
    static const char *const zh[] = {"应办", "已办", "逾期", "未到", "待核实"};
    static const char *const en[] = {"due", "done", "overdue", "to come", "to verify"};
    return cli->json ? words[outcome] : mou_say(cli, zh[outcome], en[outcome]);
}

static void put_json(const struct tasks *tasks, const struct task *task, struct mou_text subject, struct mou_buf *out)
{
    mou_buf_printf(out, "{\"outcome\": \"%s\"", outcome_word(tasks->cli, task->outcome));
    mou_put_json_text(out, "authority", task->authority);
    mou_put_json_text(out, "duty", task->name);
    mou_put_json_text(out, "subject", subject);
    mou_put_json_text(out, task->decision != 0 ? "memorandum" : "record", task->record);
    mou_put_json_text(out, task->decision != 0 ? "rule" : "key", task->key);
    if (task->decision != 0) {
        mou_buf_printf(out, ", \"decision\": %lld", (long long)task->decision);
    }
    mou_put_json_date(out, "from", task->from);
    mou_put_json_date(out, "deadline", task->deadline);
    mou_buf_text(out, "}\n");
}

static void put_text(const struct tasks *tasks, const struct task *task, struct mou_text subject, struct mou_buf *out)
{
    mou_buf_printf(out, "  %s  ", outcome_word(tasks->cli, task->outcome));
    if (task->deadline != MOU_DATE_NONE) {
        mou_put_date(out, task->deadline);
    } else {
        mou_buf_text(out, mou_say(tasks->cli, "期限不明  ", "no deadline"));
    }
    mou_buf_printf(out, "  %.*s  %.*s  %.*s %.*s", (int)task->name.len, task->name.bytes, (int)subject.len, subject.bytes, (int)task->record.len, task->record.bytes, (int)task->key.len,
                   task->key.bytes);
    if (task->decision != 0) {
        mou_buf_printf(out, mou_say(tasks->cli, "（第 %lld 号决定）", " (decision %lld)"), (long long)task->decision);
    }
    mou_buf_char(out, '\n');
}

/** A heading for each department, with how many of its tasks are overdue. */
static void put_heading(const struct tasks *tasks, size_t first, struct mou_buf *out)
{
    const struct mou_text authority = tasks->list.items[first].authority;
    size_t count = 0;
    size_t overdue = 0;
    for (size_t i = first; i < tasks->list.count && mou_text_equal(tasks->list.items[i].authority, authority); i++) {
        count++;
        overdue += tasks->list.items[i].outcome == MOU_DUTY_IS_OVERDUE;
    }
    mou_buf_append(out, authority.bytes, authority.len);
    mou_buf_text(out, authority.len == 0 ? mou_say(tasks->cli, "（没有写明单位）", "(no department named)") : "");
    mou_buf_printf(out, mou_say(tasks->cli, "：%zu 件，其中逾期 %zu 件\n", ": %zu, %zu of them overdue\n"), count, overdue);
}

static enum mou_exit print_tasks(struct tasks *tasks)
{
    struct mou_masking masking;
    struct mou_buf out;
    struct mou_buf subject;
    mou_masking_init(&masking, tasks->cli, tasks->pack);
    mou_buf_init(&out, NULL, TEXT_BYTES_MAX);
    mou_buf_init(&subject, NULL, 65536);
    if (tasks->list.count > 0) {
        qsort(tasks->list.items, tasks->list.count, sizeof *tasks->list.items, compare_tasks);
    }
    for (size_t i = 0; i < tasks->list.count; i++) {
        const struct task *task = &tasks->list.items[i];
        const struct mou_text shown = mou_shown_subject(&masking, task->subject, &subject);
        struct task hidden = *task;
        hidden.key = task->decision != 0 ? task->key : mou_shown_key(&masking, task->record, task->key);
        if (!tasks->cli->json && (i == 0 || !mou_text_equal(task->authority, tasks->list.items[i - 1].authority))) {
            put_heading(tasks, i, &out);
        }
        (tasks->cli->json ? put_json : put_text)(tasks, &hidden, shown, &out);
    }
    const enum mou_exit code = mou_output(tasks->cli, &out);
    mou_buf_free(&out);
    mou_buf_free(&subject);
    return code;
}

static enum mou_exit list_tasks(struct tasks *tasks, struct mou_store *store)
{
    struct mou_cli *cli = tasks->cli;
    tasks->pack = mou_store_pack(store);
    struct mou_calendar_year *years = MOU_NEW_ARRAY(cli->arena, (size_t)mou_pack_calendar_year_count(tasks->pack) + 1, struct mou_calendar_year);
    if (years == NULL) {
        return mou_out_of_memory(cli);
    }
    tasks->calendar = mou_pack_calendar(tasks->pack, tasks->day, years);
    const enum mou_status status = gather_all(tasks, store);
    if (status != MOU_OK) {
        return status == MOU_ERROR_MEMORY ? mou_out_of_memory(cli) : mou_store_complain(cli, store, status);
    }
    if (tasks->list.count == 0) {
        mou_narrate(cli, "%s", mou_say(cli, "没有要列出的职责", "no duties to list"));
        if (tasks->only.len > 0) {
            mou_doubt_authority(cli, tasks->pack, tasks->only.bytes);
        }
    }
    return print_tasks(tasks);
}

enum mou_exit mou_cmd_duty(struct mou_cli *cli)
{
    struct tasks tasks = {.cli = cli, .all = mou_option_given(cli, "all"), .only = mou_text_of(mou_option_value(cli, "authority", ""))};
    struct mou_officer officer = {.today = mou_clock_today()};
    struct mou_store *store = NULL;
    bool dated = false;
    if (!mou_option_date(cli, "as-of", &dated, &officer.day) || !mou_masking_allowed(cli)) {
        return MOU_EXIT_USAGE;
    }
    officer.day = dated ? officer.day : officer.today;
    tasks.day = officer.day;
    enum mou_exit code = mou_open_store_for(cli, cli->arguments[0], &officer, &store);
    if (code != MOU_EXIT_DONE) {
        return code;
    }
    code = mou_masking_note(cli, store, "duty");
    code = code == MOU_EXIT_DONE ? list_tasks(&tasks, store) : code;
    mou_store_close(store);
    return code;
}
