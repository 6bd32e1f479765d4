/*
 * Counts what article 26 asks for, from the decisions that stand, the steps of measures, the ledger's receipts and one evaluation of everybody for duties and
 * lists. Labels are departments, measures, months, regions: never a person.
 */
#include <string.h>

#include "mou/measures.h"
#include "pass.h"
#include "report.h"

#define KEY_BYTES_MAX ((size_t)1024 * 1024)

enum section { PUT_TO_USE, LOOK_UPS, MONTHS, MEMORANDA, DOMAINS, REGIONS, DUTIES, STEPS, OBJECTIONS, REPAIRS };

static const struct mou_report_form forms[MOU_REPORT_SECTIONS] = {
    [PUT_TO_USE] = {"measures", {"措施落实", "Measures put to use"}, 2, 5, {{"单位", "department"}, {"措施", "measure"}},
                    {{"pushed", {"推送", "pushed"}}, {"looked_up", {"查询", "looked up"}}, {"executed", {"执行", "executed"}}, {"fed_back", {"反馈", "fed back"}},
                     {"in_effect", {"现在执行中", "in effect now"}}}, false},
    [LOOK_UPS] = {"look_ups", {"查询使用", "Look-ups"}, 1, 3, {{"单位", "department"}},
                  {{"look_ups", {"查询", "look-ups"}}, {"anonymous", {"未署名", "unsigned"}}, {"unmasked", {"看过保密字段", "confidential fields shown"}}}, false},
    [MONTHS] = {"months", {"决定（按月）", "Decisions by month"}, 1, 7, {{"月", "month"}},
                {{"sanctions", {"新增惩戒", "new sanctions"}}, {"incentives", {"新增激励", "new incentives"}}, {"ended", {"不再成立", "no longer found"}},
                 {"notified", {"告知", "notified"}}, {"confirmed", {"确认", "confirmed"}}, {"executed", {"执行", "executed"}}, {"lifted", {"解除、撤销", "lifted, annulled"}}}, true},
    [MEMORANDA] = {"memoranda", {"决定（按备忘录）", "Decisions by memorandum"}, 1, 6, {{"备忘录", "memorandum"}},
                   {{"proposed", {"拟", "proposed"}}, {"notified", {"告知、陈述申辩", "notified, to be heard"}}, {"confirmed", {"确认", "confirmed"}}, {"in_effect", {"执行", "in effect"}},
                    {"suspended", {"暂停", "suspended"}}, {"to_verify", {"待核实", "to verify"}}}, false},
    [DOMAINS] = {"domains", {"名单（按领域）", "Lists by domain"}, 2, 1, {{"领域", "domain"}, {"名单类别", "kind of list"}}, {{"listed", {"在列", "listed"}}}, false},
    [REGIONS] = {"regions", {"决定（按区域）", "Decisions by region"}, 1, 2, {{"区域", "region"}}, {{"sanctions", {"惩戒", "sanctions"}}, {"incentives", {"激励", "incentives"}}}, false},
    [DUTIES] = {"duties", {"职责", "Duties"}, 2, 3, {{"单位", "department"}, {"职责", "duty"}},
                {{"overdue", {"逾期", "overdue"}}, {"due", {"待办", "due"}}, {"to_verify", {"待核实", "to verify"}}}, false},
    [STEPS] = {"steps", {"措施办理的期限", "Deadlines of measures"}, 2, 2, {{"单位", "department"}, {"状态", "state"}}, {{"overdue", {"逾期", "overdue"}}, {"due", {"待办", "due"}}}, false},
    [OBJECTIONS] = {"objections", {"异议", "Objections"}, 1, 1, {{"结果", "outcome"}}, {{"objections", {"件数", "objections"}}}, false},
    [REPAIRS] = {"repairs", {"信用修复和纠正", "Repairs and corrections"}, 1, 4, {{"事项", "matter"}},
                 {{"applied", {"申请", "applied for"}}, {"granted", {"准予", "granted"}}, {"refused", {"不予", "refused"}}, {"corrected", {"纠正的决定", "decisions corrected"}}}, false},
};

/* ------------------------------------------------------------------ counting */

static struct mou_report_row *row_of(struct mou_report *report, enum section section, struct mou_text first, struct mou_text second)
{
    struct mou_report_section *into = &report->sections[section];
    struct mou_arena *arena = report->cli->arena;
    struct mou_report_row added = {.values = {0}};
    struct mou_buf key;
    mou_buf_init(&key, NULL, KEY_BYTES_MAX);
    mou_buf_printf(&key, "%.*s\t%.*s", (int)first.len, first.bytes, (int)second.len, second.bytes);
    json_t *found = key.failed ? NULL : json_object_get(into->index, key.data);
    struct mou_report_row *row = found != NULL ? &into->rows.items[json_integer_value(found)] : NULL;
    if (row == NULL && !key.failed) {
        added.labels[0] = (struct mou_text){mou_arena_copy(arena, first.bytes, first.len), first.len};
        added.labels[1] = (struct mou_text){mou_arena_copy(arena, second.bytes, second.len), second.len};
        const bool kept = added.labels[0].bytes != NULL && added.labels[1].bytes != NULL && MOU_VEC_PUSH(arena, &into->rows, added) &&
                          json_object_set_new(into->index, key.data, json_integer((json_int_t)into->rows.count - 1)) == 0;
        row = kept ? &into->rows.items[into->rows.count - 1] : NULL;
    }
    mou_buf_free(&key);
    report->failed = report->failed || row == NULL;
    return row;
}

static void add(struct mou_report *report, enum section section, struct mou_text first, struct mou_text second, int value, uint64_t count)
{
    struct mou_report_row *row = row_of(report, section, first, second);
    if (row != NULL) {
        row->values[value] += count;
    }
}

static const struct mou_text nothing = {"", 0};

static const char *member(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text != NULL ? text : "";
}

static struct mou_text department_of(const struct mou_report *report, const char *text)
{
    return mou_text_of(*text != '\0' ? text : mou_say(report->cli, "（未写明）", "(not stated)"));
}

uint64_t mou_report_total(const struct mou_report_section *section, const struct mou_report_row *row)
{
    uint64_t total = 0;
    for (int i = 0; i < section->form->value_count; i++) {
        total += row->values[i];
    }
    return total;
}

/* ------------------------------------------------------------------ the ledger */

static bool take_lookup(void *state, const struct mou_ledger_receipt *receipt)
{
    struct mou_report *report = state;
    json_t *body = json_loadb(receipt->body.bytes, receipt->body.len, 0, NULL);
    const struct mou_text department = department_of(report, member(body, "department"));
    json_t *rules = json_object_get(body, "rules");
    add(report, LOOK_UPS, department, nothing, 0, 1);
    add(report, LOOK_UPS, department, nothing, 1, json_is_false(json_object_get(body, "stated")));
    add(report, LOOK_UPS, department, nothing, 2, json_is_true(json_object_get(body, "unmask")));
    for (size_t i = 0; i < json_array_size(rules); i++) {
        const char *rule = json_string_value(json_array_get(rules, i));
        add(report, PUT_TO_USE, department, mou_text_of(rule != NULL ? rule : ""), 1, 1);
    }
    report->failed = report->failed || body == NULL;
    json_decref(body);
    return !report->failed;
}

static bool take_feedback(void *state, const struct mou_ledger_receipt *receipt)
{
    struct mou_report *report = state;
    json_t *body = json_loadb(receipt->body.bytes, receipt->body.len, 0, NULL);
    const struct mou_text department = department_of(report, member(body, "department"));
    struct mou_buf rule;
    mou_buf_init(&rule, NULL, KEY_BYTES_MAX);
    mou_buf_printf(&rule, "%s.%s", member(body, "memorandum"), member(body, "rule"));
    const struct mou_text name = {rule.failed ? "" : rule.data, rule.failed ? 0 : rule.len};
    add(report, PUT_TO_USE, department, name, 2, strcmp(member(body, "result"), "executed") == 0);
    add(report, PUT_TO_USE, department, name, 3, 1);
    report->failed = report->failed || body == NULL || rule.failed;
    mou_buf_free(&rule);
    json_decref(body);
    return !report->failed;
}

static bool take_export(void *state, const struct mou_ledger_receipt *receipt)
{
    struct mou_report *report = state;
    json_t *body = json_loadb(receipt->body.bytes, receipt->body.len, 0, NULL);
    json_t *pushed = json_object_get(body, "pushed");
    for (size_t i = 0; i < json_array_size(pushed); i++) {
        json_t *one = json_array_get(pushed, i);
        const json_int_t count = json_integer_value(json_object_get(one, "count"));
        add(report, PUT_TO_USE, department_of(report, member(one, "department")), mou_text_of(member(one, "rule")), 0, count > 0 ? (uint64_t)count : 0);
    }
    report->failed = report->failed || body == NULL;
    json_decref(body);
    return !report->failed;
}

static enum mou_status count_receipts(struct mou_report *report, struct mou_store *store)
{
    static const struct {
        const char *kind;
        bool (*take)(void *state, const struct mou_ledger_receipt *receipt);
    } kinds[] = {{"export", take_export}, {"lookup", take_lookup}, {"feedback", take_feedback}};
    const mou_time from = mou_clock_day_end(report->from - 1) + 1;
    const mou_time until = mou_clock_day_end(report->until) + 1;
    enum mou_status status = MOU_OK;
    for (size_t i = 0; status == MOU_OK && i < sizeof kinds / sizeof kinds[0]; i++) {
        status = mou_store_receipts(store, kinds[i].kind, from, until, kinds[i].take, report);
    }
    return status;
}

/* ------------------------------------------------------------------ statistics of the store */

static bool take_found(void *state, struct mou_text month, struct mou_text kind, uint64_t count)
{
    add(state, MONTHS, month, nothing, mou_text_equal(kind, MOU_TEXT("sanction")) ? 0 : 1, count);
    return true;
}

static bool take_ended(void *state, struct mou_text month, struct mou_text kind, uint64_t count)
{
    (void)kind;
    add(state, MONTHS, month, nothing, 2, count);
    return true;
}

static bool take_steps(void *state, struct mou_text month, struct mou_text event, uint64_t count)
{
    static const struct {
        const char *event;
        int value;
    } values[] = {{"notify", 3}, {"confirm", 4}, {"execute", 5}, {"granted", 5}, {"lift", 6}, {"annul", 6}};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        if (mou_text_equal(event, mou_text_of(values[i].event))) {
            add(state, MONTHS, month, nothing, values[i].value, count);
        }
    }
    return true;
}

static bool take_objections(void *state, struct mou_text outcome, struct mou_text ignored, uint64_t count)
{
    static const struct {
        const char *name, *zh, *en;
    } words[] = {{"open", "办理中", "open"}, {"closed", "已办结（未记结果）", "closed (outcome not recorded)"}, {"upheld", "成立", "upheld"},
                 {"partly", "部分成立", "partly upheld"}, {"rejected", "不成立", "rejected"}, {"withdrawn", "撤回", "withdrawn"}};
    struct mou_report *report = state;
    (void)ignored;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (mou_text_equal(outcome, mou_text_of(words[i].name))) {
            add(report, OBJECTIONS, mou_text_of(mou_say(report->cli, words[i].zh, words[i].en)), nothing, 0, count);
        }
    }
    return true;
}

static bool take_repairs(void *state, struct mou_text rule, struct mou_text word, uint64_t count)
{
    add(state, REPAIRS, rule, nothing, mou_text_equal(word, MOU_TEXT("apply")) ? 0 : mou_text_equal(word, MOU_TEXT("grant")) ? 1 : 2, count);
    return true;
}

static bool take_corrections(void *state, struct mou_text word, struct mou_text ignored, uint64_t count)
{
    struct mou_report *report = state;
    const bool in_effect = mou_text_equal(word, MOU_TEXT("in_effect"));
    (void)ignored;
    add(report, REPAIRS, mou_text_of(in_effect ? mou_say(report->cli, "纠正：已经执行过的", "corrections of measures that had been in effect")
                                               : mou_say(report->cli, "纠正：尚未执行的", "corrections of measures not yet in effect")), nothing, 3, count);
    return true;
}

static enum mou_status count_statistics(struct mou_report *report, struct mou_store *store)
{
    static const struct {
        enum mou_statistic statistic;
        bool (*take)(void *state, struct mou_text first, struct mou_text second, uint64_t count);
    } all[] = {{MOU_STATISTIC_FOUND, take_found},           {MOU_STATISTIC_ENDED, take_ended},     {MOU_STATISTIC_STEPS, take_steps},
               {MOU_STATISTIC_OBJECTIONS, take_objections}, {MOU_STATISTIC_REPAIRS, take_repairs}, {MOU_STATISTIC_CORRECTIONS, take_corrections}};
    enum mou_status status = MOU_OK;
    for (size_t i = 0; status == MOU_OK && i < sizeof all / sizeof all[0]; i++) {
        status = mou_store_statistic(store, all[i].statistic, report->from, report->until, all[i].take, report);
    }
    return status;
}

/* ------------------------------------------------------------------ decisions that stand */

/** What counting needs beside the report. */
struct gathering {
    struct mou_report *report;
    struct mou_store *store;
    const struct mou_pack *pack;
    uint32_t regions; /**< code table of regions, UINT32_MAX without one */
    struct mou_buf line;
    json_t *domains;  /**< "domain TAB kind of list TAB subject": counted already */
};

/** A code table whose name speaks of administrative divisions. */
static uint32_t find_regions(const struct mou_pack *pack)
{
    static const char word[] = "行政区划";
    for (uint32_t i = 0; i < mou_pack_code_table_count(pack); i++) {
        const struct mou_text name = mou_pack_code_table_name(pack, i);
        for (size_t at = 0; at + sizeof word - 1 <= name.len; at++) {
            if (memcmp(name.bytes + at, word, sizeof word - 1) == 0) {
                return i;
            }
        }
    }
    return UINT32_MAX;
}

/** The six digits of the place in an identity number or a unified social credit code. */
static struct mou_text region_code(struct mou_text identifier)
{
    const enum mou_id_check resident = mou_id_check_resident(identifier);
    if (resident == MOU_ID_VALID || resident == MOU_ID_BAD_CHECK) {
        return (struct mou_text){identifier.bytes, 6};
    }
    const enum mou_id_check uscc = mou_id_check_uscc(identifier);
    return uscc == MOU_ID_VALID || uscc == MOU_ID_BAD_CHECK ? (struct mou_text){identifier.bytes + 2, 6} : nothing;
}

static void count_region(struct gathering *gathering, struct mou_text identifier, bool sanction)
{
    const struct mou_text code = region_code(identifier);
    struct mou_text name = nothing;
    struct mou_buf label;
    int64_t number = 0;
    for (size_t i = 0; i < code.len; i++) {
        number = number * 10 + (code.bytes[i] - '0');
    }
    for (uint32_t i = 0; gathering->regions != UINT32_MAX && code.len > 0 && i < mou_pack_code_count(gathering->pack, gathering->regions); i++) {
        int64_t value = 0;
        struct mou_text found;
        mou_pack_code(gathering->pack, gathering->regions, i, &found, &value);
        name = value == number ? found : name;
    }
    mou_buf_init(&label, NULL, KEY_BYTES_MAX);
    if (code.len == 0) {
        mou_buf_text(&label, mou_say(gathering->report->cli, "（标识看不出）", "(not in the identifier)"));
    } else {
        mou_buf_printf(&label, "%.*s%s%.*s", (int)code.len, code.bytes, name.len > 0 ? " " : "", (int)name.len, name.bytes);
    }
    add(gathering->report, REGIONS, (struct mou_text){label.failed ? "" : label.data, label.failed ? 0 : label.len}, nothing, sanction ? 0 : 1, 1);
    gathering->report->failed = gathering->report->failed || label.failed;
    mou_buf_free(&label);
}

/** Column of the memoranda for a state. */
static int state_column(enum mou_measure_state state)
{
    const struct mou_measure_state_info *info = mou_measure_state_info(state);
    if (info->held) {
        return 4;
    }
    switch ((int)state) {
    case MOU_MEASURE_PROPOSED: return 0;
    case MOU_MEASURE_NOTIFIED:
    case MOU_MEASURE_SERVED: return 1;
    case MOU_MEASURE_CONFIRMED: return 2;
    case MOU_MEASURE_UNCERTAIN: return 5;
    default: return info->effect ? 3 : -1;
    }
}

/** Once for each of the departments, which are joined by 、. */
static void add_departments(struct mou_report *report, enum section section, struct mou_text departments, struct mou_text second, int value)
{
    static const char comma[] = "、";
    const size_t step = sizeof comma - 1;
    size_t begin = 0;
    for (size_t i = 0; i <= departments.len; i++) {
        const bool ends = i == departments.len || (departments.len - i >= step && memcmp(departments.bytes + i, comma, step) == 0);
        if (ends) {
            const struct mou_text one = {departments.bytes + begin, i - begin};
            add(report, section, one.len > 0 ? one : department_of(report, ""), second, value, 1);
            begin = i + step;
            i += i < departments.len ? step - 1 : 0;
        }
    }
}

static bool take_measure(void *state, const struct mou_measure *measure)
{
    struct gathering *gathering = state;
    struct mou_report *report = gathering->report;
    const struct mou_measure_state_info *info = mou_measure_state_info(measure->state);
    const int column = state_column(measure->state);
    struct mou_buf rule;
    if (column < 0) {
        return !report->failed;
    }
    mou_buf_init(&rule, NULL, KEY_BYTES_MAX);
    mou_buf_printf(&rule, "%.*s.%.*s", (int)measure->memorandum.len, measure->memorandum.bytes, (int)measure->rule.len, measure->rule.bytes);
    add(report, MEMORANDA, measure->memorandum, nothing, column, 1);
    count_region(gathering, measure->subject, mou_text_equal(measure->kind, MOU_TEXT("sanction")));
    if (info->effect && !rule.failed) {
        add_departments(report, PUT_TO_USE, measure->authority, (struct mou_text){rule.data, rule.len}, 4);
    }
    if (measure->due != MOU_DATE_NONE && *info->parameter != '\0') {
        add_departments(report, STEPS, measure->authority, mou_text_of(mou_say(report->cli, info->zh, info->en)), measure->due < report->until ? 0 : 1);
    }
    report->failed = report->failed || rule.failed;
    mou_buf_free(&rule);
    return !report->failed;
}

/* ------------------------------------------------------------------ duties and lists */

static enum mou_status take_duty(void *state, const struct mou_duty_state *duty)
{
    struct gathering *gathering = state;
    struct mou_report *report = gathering->report;
    struct mou_text name;
    uint32_t memorandum = 0;
    uint32_t record = 0;
    mou_pack_duty(gathering->pack, duty->rule, &name, &memorandum, &record);
    if (duty->outcome == MOU_DUTY_IS_OVERDUE || duty->outcome == MOU_DUTY_IS_DUE || duty->outcome == MOU_DUTY_IS_TO_VERIFY) {
        const int value = duty->outcome == MOU_DUTY_IS_OVERDUE ? 0 : duty->outcome == MOU_DUTY_IS_DUE ? 1 : 2;
        add_departments(report, DUTIES, duty->authority.bytes != NULL ? duty->authority : nothing, name, value);
    }
    return report->failed ? MOU_ERROR_MEMORY : MOU_OK;
}

/** A subject counts once for each domain and kind of list, however many findings say so. */
static enum mou_status take_listing(void *state, const struct mou_decision *decision)
{
    struct gathering *gathering = state;
    struct mou_report *report = gathering->report;
    struct mou_text name;
    struct mou_text list_kind = nothing;
    struct mou_buf key;
    uint32_t memorandum = 0;
    if (decision->is_finding) {
        mou_pack_finding(gathering->pack, decision->rule, &name, &memorandum, &list_kind);
    }
    if (list_kind.len == 0 || decision->outcome != MOU_IN_FORCE) {
        return MOU_OK;
    }
    mou_buf_clear(&gathering->line);
    mou_decision_json(gathering->pack, decision, &gathering->line);
    json_t *line = gathering->line.failed ? NULL : json_loadb(gathering->line.data, gathering->line.len, 0, NULL);
    const char *domain = member(line, "domain");
    const struct mou_text label = mou_text_of(*domain != '\0' ? domain : member(line, "memorandum"));
    mou_buf_init(&key, NULL, KEY_BYTES_MAX);
    mou_buf_printf(&key, "%.*s\t%.*s\t%.*s", (int)label.len, label.bytes, (int)list_kind.len, list_kind.bytes, (int)decision->subject.len, decision->subject.bytes);
    if (line != NULL && !key.failed && json_object_get(gathering->domains, key.data) == NULL) {
        add(report, DOMAINS, label, list_kind, 0, 1);
        report->failed = report->failed || json_object_set_new(gathering->domains, key.data, json_true()) != 0;
    }
    report->failed = report->failed || line == NULL || key.failed;
    mou_buf_free(&key);
    json_decref(line);
    return report->failed ? MOU_ERROR_MEMORY : MOU_OK;
}

/** Who was counted is forgotten with every subject: the set stays small. */
static enum mou_status take_next(void *state, struct mou_text subject, uint32_t number, mou_date next)
{
    struct gathering *gathering = state;
    (void)subject;
    (void)number;
    (void)next;
    return json_object_clear(gathering->domains) == 0 ? MOU_OK : MOU_ERROR_MEMORY;
}

static enum mou_status count_everybody(struct gathering *gathering)
{
    const struct mou_decision_sink sink = {.state = gathering, .decision = take_listing, .duty = take_duty, .next = take_next};
    struct mou_subject_pass pass = {.store = gathering->store, .as_of = gathering->report->until, .known_at = MOU_TIME_NOW, .options = {.findings = true, .duties = true}, .sink = &sink};
    mou_buf_init(&gathering->line, NULL, KEY_BYTES_MAX * 64);
    const enum mou_status status = mou_pass_all(gathering->report->cli, &pass);
    mou_buf_free(&gathering->line);
    return status;
}

/* ------------------------------------------------------------------ all of it */

static int by_label(const void *a, const void *b)
{
    const struct mou_report_row *first = a;
    const struct mou_report_row *second = b;
    const int order = mou_text_compare(first->labels[0], second->labels[0]);
    return order != 0 ? order : mou_text_compare(first->labels[1], second->labels[1]);
}

/** Departments and regions by their labels; of one label the greatest first. */
static void sort_rows(struct mou_report *report)
{
    for (int i = 0; i < MOU_REPORT_SECTIONS; i++) {
        struct mou_report_section *section = &report->sections[i];
        if (section->rows.count > 0) {
            qsort(section->rows.items, section->rows.count, sizeof *section->rows.items, by_label);
        }
    }
}

static enum mou_exit complain(struct mou_report *report, struct mou_store *store, enum mou_status status)
{
    if (status == MOU_OK) {
        return report->failed ? mou_out_of_memory(report->cli) : MOU_EXIT_DONE;
    }
    return mou_store_complain(report->cli, store, status);
}

enum mou_exit mou_report_gather(struct mou_cli *cli, struct mou_store *store, struct mou_report *report)
{
    const struct mou_measure_filter unfinished = {.unfinished = true};
    struct gathering gathering = {.report = report, .store = store, .domains = json_object()};
    report->cli = cli;
    report->failed = gathering.domains == NULL;
    for (int i = 0; i < MOU_REPORT_SECTIONS; i++) {
        report->sections[i] = (struct mou_report_section){.form = &forms[i], .index = json_object()};
        report->failed = report->failed || report->sections[i].index == NULL;
    }
    enum mou_status status = report->failed ? MOU_OK : mou_store_use_pack(store, report->until, MOU_TIME_NOW);
    gathering.pack = mou_store_pack(store);
    gathering.regions = find_regions(gathering.pack);
    status = status == MOU_OK && !report->failed ? count_receipts(report, store) : status;
    status = status == MOU_OK && !report->failed ? count_statistics(report, store) : status;
    status = status == MOU_OK && !report->failed ? mou_store_measures(store, &unfinished, take_measure, &gathering) : status;
    enum mou_exit code = complain(report, store, status);
    if (code == MOU_EXIT_DONE) {
        status = count_everybody(&gathering);
        code = status == MOU_OK ? complain(report, store, status) : mou_exit_of(status);
    }
    json_decref(gathering.domains);
    sort_rows(report);
    return code;
}

void mou_report_free(struct mou_report *report)
{
    for (int i = 0; i < MOU_REPORT_SECTIONS; i++) {
        json_decref(report->sections[i].index);
    }
}

/* ------------------------------------------------------------------ the period */

bool mou_report_period(const struct mou_cli *cli, mou_date *from, mou_date *until)
{
    const char *month = mou_option_value(cli, "month", NULL);
    struct mou_buf text;
    bool from_given = false;
    bool until_given = false;
    mou_date next = 0;
    if (!mou_option_date(cli, "from", &from_given, from) || !mou_option_date(cli, "until", &until_given, until)) {
        return false;
    }
    *until = until_given ? *until : mou_clock_today();
    if (!from_given) {
        const struct mou_civil civil = mou_date_to_civil(*until);
        (void)mou_date_from_civil((struct mou_civil){civil.year, 1, 1}, from);
    }
    if (month == NULL && *from <= *until) {
        return true;
    }
    mou_buf_init(&text, NULL, KEY_BYTES_MAX);
    mou_buf_printf(&text, "%s-01", month != NULL ? month : "");
    const bool fits = month != NULL && strlen(month) == 7 && !text.failed && mou_date_parse((struct mou_text){text.data, text.len}, from) &&
                      mou_date_add_months(*from, 1, &next) == MOU_FAULT_NONE;
    mou_buf_free(&text);
    *until = next - 1;
    if (!fits || from_given || until_given) {
        mou_complain(cli, "%s", mou_say(cli, "期间写成 --month 2024-06，或者 --from 2024-01-01 --until 2024-06-30（先后不能颠倒）",
                                        "give the period as --month 2024-06, or as --from 2024-01-01 --until 2024-06-30 in that order"));
    }
    return fits && !from_given && !until_given;
}
