/*
 * mou export: red and black lists, decisions, what is to be published and withdrawn, and feedback, as files that other platforms and officers take. Personal
 * data is masked unless --unmask says for what it is needed; every file leaves a receipt with its hash before it gets its name.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "export.h"
#include "mou/measures.h"
#include "named.h"
#include "red_black.h"

#define CELL_BYTES_MAX ((size_t)16 * 1024 * 1024)
#define DOCUMENT_BYTES_MAX ((size_t)4 * 1024 * 1024 * 1024)

/* ------------------------------------------------------------------ cells */

static struct mou_buf *next_cell(struct mou_exporting *exporting)
{
    struct mou_buf *cell = &exporting->cells[exporting->cell_count++];
    mou_buf_clear(cell);
    return cell;
}

void mou_export_cell(struct mou_exporting *exporting, struct mou_text text)
{
    mou_buf_append(next_cell(exporting), text.len > 0 ? text.bytes : "", text.len);
}

void mou_export_number(struct mou_exporting *exporting, uint64_t number)
{
    mou_buf_printf(next_cell(exporting), "%llu", (unsigned long long)number);
}

void mou_export_word(struct mou_exporting *exporting, const char *word)
{
    mou_buf_text(next_cell(exporting), word != NULL ? word : "");
}

static void put_identifier(struct mou_exporting *exporting, const char *identifier, struct mou_buf *out)
{
    if (exporting->masking.shown) {
        mou_buf_text(out, identifier);
    } else {
        mou_mask_text(mou_text_of(identifier), out);
    }
}

void mou_export_identifier(struct mou_exporting *exporting, const char *identifier)
{
    put_identifier(exporting, identifier != NULL ? identifier : "", next_cell(exporting));
}

static void put_name_cell(struct mou_exporting *exporting, struct mou_text name, bool person)
{
    struct mou_buf *cell = next_cell(exporting);
    if (person && !exporting->masking.shown) {
        mou_mask_name(name, cell);
    } else {
        mou_buf_append(cell, name.len > 0 ? name.bytes : "", name.len);
    }
}

const char *mou_export_member(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text != NULL ? text : "";
}

/** Records that it rests on: by type and key, with their subject where it is another one. */
static void put_grounds(struct mou_exporting *exporting, json_t *line)
{
    struct mou_buf *cell = next_cell(exporting);
    json_t *grounds = json_object_get(line, "grounds");
    for (size_t i = 0; i < json_array_size(grounds); i++) {
        json_t *ground = json_array_get(grounds, i);
        const char *subject = mou_export_member(ground, "subject");
        mou_buf_text(cell, i == 0 ? "" : "；");
        if (strcmp(subject, mou_export_member(line, "subject")) != 0) {
            put_identifier(exporting, subject, cell);
            mou_buf_char(cell, ' ');
        }
        mou_buf_printf(cell, "%s %s", mou_export_member(ground, "record"), mou_export_member(ground, "key"));
    }
}

static void put_texts(struct mou_exporting *exporting, json_t *list)
{
    struct mou_buf *cell = next_cell(exporting);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));
        mou_buf_text(cell, i == 0 ? "" : "；");
        mou_buf_text(cell, text != NULL ? text : "");
    }
}

void mou_export_row(struct mou_exporting *exporting)
{
    struct mou_text cells[MOU_TABLE_COLUMNS_MAX];
    for (size_t i = 0; i < exporting->cell_count; i++) {
        exporting->failed = exporting->failed || exporting->cells[i].failed;
        cells[i] = (struct mou_text){exporting->cells[i].len > 0 ? exporting->cells[i].data : "", exporting->cells[i].len};
    }
    mou_table_row(exporting->table, cells);
    exporting->cell_count = 0;
}

/** A line as JSON, confidential keys and grants hidden; NULL where there is no memory. */
static json_t *shown_line(struct mou_exporting *exporting, struct mou_text line)
{
    mou_buf_clear(&exporting->shown);
    mou_mask_line(&exporting->masking, line, &exporting->shown);
    json_t *json = exporting->shown.failed ? NULL : json_loadb(exporting->shown.data, exporting->shown.len, 0, NULL);
    exporting->failed = exporting->failed || json == NULL;
    return json;
}

static const char *outcome_word(const struct mou_cli *cli, const char *outcome)
{
    static const struct {
        const char *name, *zh, *en;
    } words[] = {{"in_force", "生效", "in force"}, {"suspended", "暂停", "suspended"}, {"to_verify", "待核实", "to verify"}, {"pending", "未生效", "pending"}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i].name, outcome) == 0) {
            return mou_say(cli, words[i].zh, words[i].en);
        }
    }
    return outcome;
}

/* ------------------------------------------------------------------ lists */

static const struct mou_table_column list_columns[] = {
    {"listKind", "名单类别", "kind of list"}, {"list", "名单", "list"}, {"memorandum", "备忘录", "memorandum"}, {"code", "主体标识", "identifier"},
    {"name", "主体名称", "name"}, {"kind", "主体类别", "kind of subject"}, {"outcome", "结果", "outcome"}, {"from", "列入日期", "listed on"},
    {"until", "预计退出日期", "expected exit"}, {"grounds", "列入依据的记录", "records it rests on"}, {"basis", "法律依据", "legal basis"}};

/** Whether --list asks for this kind of list. */
static bool is_wanted_list(const struct mou_exporting *exporting, struct mou_text list_kind)
{
    const char *wanted = mou_option_value(exporting->cli, "list", NULL);
    return list_kind.len > 0 && (wanted == NULL || mou_text_equal(list_kind, mou_text_of(wanted)));
}

static void add_red_black(struct mou_exporting *exporting, struct mou_text list_kind, json_t *line, struct mou_text name)
{
    struct mou_buf identifier;
    exporting->cell_count = 0;
    put_grounds(exporting, line);
    mou_buf_init(&identifier, NULL, CELL_BYTES_MAX);
    put_identifier(exporting, mou_export_member(line, "subject"), &identifier);
    const struct mou_listed listed = {.list = mou_text_of(mou_export_member(line, "rule")), .kind = list_kind, .memorandum = mou_text_of(mou_export_member(line, "memorandum")),
                                      .identifier = {identifier.len > 0 ? identifier.data : "", identifier.len}, .name = name,
                                      .from = mou_text_of(mou_export_member(line, "from")), .until = mou_text_of(mou_export_member(line, "until")),
                                      .grounds = {exporting->cells[0].len > 0 ? exporting->cells[0].data : "", exporting->cells[0].len}};
    if (mou_red_black_add(exporting->red_black, &listed)) {
        exporting->listed++;
    } else {
        exporting->left_out++;
    }
    exporting->failed = exporting->failed || identifier.failed || exporting->cells[0].failed;
    exporting->cell_count = 0;
    mou_buf_free(&identifier);
}

static enum mou_status take_listing(void *state, const struct mou_decision *decision)
{
    struct mou_exporting *exporting = state;
    struct mou_text name;
    struct mou_text list_kind = {"", 0};
    uint32_t memorandum = 0;
    if (!decision->is_finding || (decision->outcome != MOU_IN_FORCE && decision->outcome != MOU_SUSPENDED)) {
        return MOU_OK;
    }
    mou_pack_finding(exporting->pack, decision->rule, &name, &memorandum, &list_kind);
    if (!is_wanted_list(exporting, list_kind)) {
        return MOU_OK;
    }
    mou_buf_clear(&exporting->line);
    mou_decision_json(exporting->pack, decision, &exporting->line);
    json_t *line = shown_line(exporting, (struct mou_text){exporting->line.data, exporting->line.len});
    bool person = false;
    const enum mou_status named = mou_store_name_of(exporting->names, decision->subject, &name, &person);
    if (line != NULL && exporting->red_black != NULL) {
        put_name_cell(exporting, name, person);
        const struct mou_text shown = mou_buf_into_arena(&exporting->cells[0], exporting->cli->arena);
        add_red_black(exporting, list_kind, line, shown);
    } else if (line != NULL) {
        mou_export_cell(exporting, list_kind);
        mou_export_word(exporting, mou_export_member(line, "rule"));
        mou_export_word(exporting, mou_export_member(line, "memorandum"));
        mou_export_identifier(exporting, mou_export_member(line, "subject"));
        put_name_cell(exporting, name, person);
        mou_export_cell(exporting, mou_pack_kind_name(exporting->pack, exporting->pass->batch->subject_kind[decision->subject_number]));
        mou_export_word(exporting, outcome_word(exporting->cli, mou_export_member(line, "outcome")));
        mou_export_word(exporting, mou_export_member(line, "from"));
        mou_export_word(exporting, mou_export_member(line, "until"));
        put_grounds(exporting, line);
        put_texts(exporting, json_object_get(line, "basis"));
        mou_export_row(exporting);
    }
    json_decref(line);
    return exporting->failed ? MOU_ERROR_MEMORY : named;
}

static enum mou_status fill_lists(struct mou_exporting *exporting)
{
    struct mou_decision_sink sink = {.state = exporting, .decision = take_listing};
    struct mou_subject_pass pass = {.store = exporting->store, .as_of = exporting->as_of, .known_at = exporting->known_at, .options = {.findings = true}, .sink = &sink};
    struct mou_buf document;
    exporting->pass = &pass;
    enum mou_status status = mou_pass_all(exporting->cli, &pass);
    if (status == MOU_OK && exporting->red_black != NULL) {
        mou_buf_init(&document, NULL, DOCUMENT_BYTES_MAX);
        mou_red_black_put(exporting->red_black, exporting->pack, exporting->number, &document);
        mou_table_raw(exporting->table, &document, exporting->listed);
        mou_buf_free(&document);
    }
    if (status == MOU_OK && exporting->left_out > 0) {
        mou_narrate(exporting->cli, mou_say(exporting->cli, "另有 %llu 条既不是红名单也不是黑名单，这种格式不能表示，没有写入；可用 CSV、XLSX、JSON",
                                            "%llu rows of lists that are neither red nor black have no place in this shape and were left out; use CSV, XLSX or JSON"),
                    (unsigned long long)exporting->left_out);
    }
    return status;
}

/* ------------------------------------------------------------------ decisions */

static const struct mou_table_column decision_columns[] = {
    {"recordId", "决定编号", "decision"}, {"code", "主体标识", "identifier"}, {"name", "主体名称", "name"}, {"kind", "主体类别", "kind of subject"},
    {"memorandum", "备忘录", "memorandum"}, {"rule", "措施", "measure"}, {"item", "目录项", "item"}, {"measureKind", "惩戒或激励", "sanction or incentive"},
    {"degree", "程度", "degree"}, {"outcome", "结果", "outcome"}, {"state", "状态", "state"}, {"from", "起", "from"}, {"until", "止", "until"}, {"authority", "实施单位", "authority"},
    {"basis", "法律依据", "legal basis"}, {"grounds", "所依据的记录", "records it rests on"}, {"remedy", "救济", "remedy"}, {"foundOn", "认定评价日", "found as of"}};

/** Counts a decision that goes out to whom it is for: the yearly report tells how much was pushed. */
static void count_pushed(struct mou_exporting *exporting, const char *department, json_t *line)
{
    struct mou_buf key;
    mou_buf_init(&key, NULL, CELL_BYTES_MAX);
    mou_buf_printf(&key, "%s\t%s.%s", department, mou_export_member(line, "memorandum"), mou_export_member(line, "rule"));
    json_t *count = key.failed ? NULL : json_object_get(exporting->pushed, key.data);
    const json_int_t before = json_integer_value(count);
    exporting->failed = exporting->failed || key.failed || json_object_set_new(exporting->pushed, key.data, json_integer(before + 1)) != 0;
    mou_buf_free(&key);
}

static const char *state_word(const struct mou_cli *cli, struct mou_text word)
{
    const enum mou_measure_state state = mou_measure_state_of(word);
    return state == MOU_MEASURE_STATE_COUNT ? "" : mou_say(cli, mou_measure_state_info(state)->zh, mou_measure_state_info(state)->en);
}

/** What a department is told of: an officer confirmed it, also where it is suspended since. */
static bool is_confirmed(struct mou_text word)
{
    const enum mou_measure_state state = mou_measure_state_of(word);
    return state == MOU_MEASURE_CONFIRMED || state == MOU_MEASURE_EXECUTING || state == MOU_MEASURE_HELD_CONFIRMED || state == MOU_MEASURE_HELD_EXECUTING;
}

static void put_decision(struct mou_exporting *exporting, const struct mou_standing_decision *decision, json_t *line)
{
    mou_buf_int(next_cell(exporting), decision->number);
    mou_export_identifier(exporting, mou_export_member(line, "subject"));
    put_name_cell(exporting, decision->name, decision->person);
    mou_export_cell(exporting, decision->kind);
    mou_export_word(exporting, mou_export_member(line, "memorandum"));
    mou_export_word(exporting, mou_export_member(line, "rule"));
    mou_export_word(exporting, mou_export_member(line, "item"));
    mou_export_word(exporting, strcmp(mou_export_member(line, "kind"), "sanction") == 0 ? mou_say(exporting->cli, "惩戒", "sanction") : mou_say(exporting->cli, "激励", "incentive"));
    mou_export_word(exporting, mou_export_member(line, "degree"));
    mou_export_word(exporting, outcome_word(exporting->cli, mou_export_member(line, "outcome")));
    mou_export_word(exporting, state_word(exporting->cli, decision->state));
    mou_export_word(exporting, mou_export_member(line, "from"));
    mou_export_word(exporting, mou_export_member(line, "until"));
    mou_export_word(exporting, mou_export_member(line, "authority"));
    put_texts(exporting, json_object_get(line, "basis"));
    put_grounds(exporting, line);
    mou_export_word(exporting, mou_export_member(line, "remedy"));
    mou_date_format(decision->since, next_cell(exporting));
    mou_export_row(exporting);
}

static bool take_standing(void *state, const struct mou_standing_decision *decision)
{
    struct mou_exporting *exporting = state;
    const char *department = mou_option_value(exporting->cli, "for", NULL);
    json_t *line = shown_line(exporting, decision->line);
    const char *outcome = mou_export_member(line, "outcome");
    const bool stands = strcmp(outcome, "in_force") == 0 || strcmp(outcome, "suspended") == 0 || mou_option_given(exporting->cli, "all");
    if (line != NULL && stands && (department == NULL || (is_confirmed(decision->state) && mou_names_part(mou_text_of(mou_export_member(line, "authority")), mou_text_of(department))))) {
        if (department != NULL) {
            count_pushed(exporting, department, line);
        }
        put_decision(exporting, decision, line);
    }
    json_decref(line);
    return !exporting->failed;
}

static enum mou_status fill_decisions(struct mou_exporting *exporting)
{
    const enum mou_status status = mou_store_standing_decisions(exporting->store, take_standing, exporting);
    if (status != MOU_OK) {
        (void)mou_store_complain(exporting->cli, exporting->store, status);
    }
    return status;
}

/* ------------------------------------------------------------------ feedback */

static const struct mou_table_column feedback_columns[] = {
    {"recordId", "反馈编号", "feedback"}, {"requestId", "查询编号", "look-up"}, {"detailId", "措施", "measure"}, {"unitedName", "备忘录", "memorandum"},
    {"code", "主体标识", "identifier"}, {"department", "反馈单位", "department"}, {"result", "执行情况", "result"}, {"executedOn", "执行日期", "executed on"},
    {"remark", "说明", "remark"}, {"operator", "经办人", "actor"}, {"at", "反馈日期", "fed back on"}};

static bool take_feedback(void *state, const struct mou_ledger_receipt *receipt)
{
    struct mou_exporting *exporting = state;
    json_t *body = json_loadb(receipt->body.bytes, receipt->body.len, 0, NULL);
    const json_int_t request = json_integer_value(json_object_get(body, "request"));
    exporting->failed = exporting->failed || body == NULL;
    mou_buf_int(next_cell(exporting), receipt->number);
    if (request > 0) {
        mou_buf_int(next_cell(exporting), request);
    } else {
        mou_export_word(exporting, "");
    }
    mou_export_word(exporting, mou_export_member(body, "rule"));
    mou_export_word(exporting, mou_export_member(body, "memorandum"));
    mou_export_identifier(exporting, mou_export_member(body, "feedback"));
    mou_export_word(exporting, mou_export_member(body, "department"));
    mou_export_word(exporting, strcmp(mou_export_member(body, "result"), "executed") == 0 ? mou_say(exporting->cli, "已执行", "executed")
                                                                                           : mou_say(exporting->cli, "未执行", "not executed"));
    mou_export_word(exporting, mou_export_member(body, "executed_on"));
    mou_export_word(exporting, mou_export_member(body, "remark"));
    mou_export_word(exporting, mou_export_member(body, "actor"));
    mou_date_format(mou_clock_day(receipt->at), next_cell(exporting));
    mou_export_row(exporting);
    json_decref(body);
    return !exporting->failed;
}

static enum mou_status fill_feedback(struct mou_exporting *exporting)
{
    const enum mou_status status = mou_store_receipts(exporting->store, "feedback", INT64_MIN, INT64_MAX, take_feedback, exporting);
    if (status != MOU_OK) {
        (void)mou_store_complain(exporting->cli, exporting->store, status);
    }
    return status;
}

/* ------------------------------------------------------------------ publication */

static const struct mou_table_column publication_columns[] = {
    {"action", "操作", "action"}, {"place", "公示处", "place"}, {"code", "主体标识", "identifier"}, {"name", "主体名称", "name"}, {"memorandum", "备忘录", "memorandum"},
    {"rule", "事项", "rule"}, {"from", "公示起始日期", "published from"}, {"until", "撤下日期", "withdraw on"}, {"grounds", "所依据的记录", "records it rests on"},
    {"basis", "法律依据", "legal basis"}};

/** One entry: the key by which both days are compared, and its cells. */
struct mou_published {
    struct mou_text key;
    struct mou_text cells[sizeof publication_columns / sizeof publication_columns[0]];
};

static struct mou_text keep_cell(struct mou_exporting *exporting, size_t index)
{
    const struct mou_buf *cell = &exporting->cells[index];
    const char *kept = mou_arena_copy(exporting->cli->arena, cell->len > 0 ? cell->data : "", cell->len);
    exporting->failed = exporting->failed || kept == NULL || cell->failed;
    return (struct mou_text){kept != NULL ? kept : "", kept != NULL ? cell->len : 0};
}

/** Notes one place where a decision stands. */
static void add_published(struct mou_exporting *exporting, json_t *line, const char *place, json_t *publication, struct mou_text name, bool person)
{
    struct mou_published entry;
    struct mou_buf key;
    exporting->cell_count = 0;
    mou_export_word(exporting, "");
    mou_export_word(exporting, place);
    mou_export_identifier(exporting, mou_export_member(line, "subject"));
    put_name_cell(exporting, name, person);
    mou_export_word(exporting, mou_export_member(line, "memorandum"));
    mou_export_word(exporting, mou_export_member(line, "rule"));
    mou_export_word(exporting, mou_export_member(publication, "from"));
    mou_export_word(exporting, mou_export_member(publication, "until"));
    put_grounds(exporting, line);
    put_texts(exporting, json_object_get(line, "basis"));
    for (size_t i = 0; i < exporting->cell_count; i++) {
        entry.cells[i] = keep_cell(exporting, i);
    }
    exporting->cell_count = 0;
    mou_buf_init(&key, NULL, CELL_BYTES_MAX);
    mou_buf_printf(&key, "%s\t%s\t%s\t%s", mou_export_member(line, "subject"), mou_export_member(line, "memorandum"), mou_export_member(line, "rule"), place);
    entry.key = mou_buf_into_arena(&key, exporting->cli->arena);
    exporting->failed = exporting->failed || !MOU_VEC_PUSH(exporting->cli->arena, exporting->published, entry);
}

/** Whether it stands there on the day: a decision may outlast its publication. */
static bool stands_published(const struct mou_exporting *exporting, const struct mou_publication_value *publication)
{
    const mou_date day = exporting->pass->as_of;
    return !publication->share && (publication->from == MOU_DATE_NONE || publication->from <= day) && (publication->until == MOU_DATE_NONE || day < publication->until);
}

/** Whether the measure was in effect on the day of the pass. */
static bool is_in_effect(struct mou_exporting *exporting, json_t *line)
{
    struct mou_buf key;
    mou_buf_init(&key, NULL, CELL_BYTES_MAX);
    mou_buf_printf(&key, "%s\t%s\t%s", mou_export_member(line, "subject"), mou_export_member(line, "memorandum"), mou_export_member(line, "rule"));
    const bool found = !key.failed && json_object_get(exporting->in_effect, key.data) != NULL;
    exporting->failed = exporting->failed || key.failed;
    mou_buf_free(&key);
    return found;
}

static enum mou_status take_published(void *state, const struct mou_decision *decision)
{
    struct mou_exporting *exporting = state;
    bool any = false;
    for (uint32_t i = 0; i < decision->publication_count; i++) {
        any = any || stands_published(exporting, &decision->publications[i]);
    }
    if (!any) {
        return MOU_OK;
    }
    mou_buf_clear(&exporting->line);
    mou_decision_json(exporting->pack, decision, &exporting->line);
    json_t *line = shown_line(exporting, (struct mou_text){exporting->line.data, exporting->line.len});
    json_t *publications = json_object_get(line, "publication");
    bool person = false;
    if (!decision->is_finding && !is_in_effect(exporting, line)) {
        json_decref(line);
        return exporting->failed ? MOU_ERROR_MEMORY : MOU_OK;
    }
    struct mou_text name;
    const enum mou_status named = mou_store_name_of(exporting->names, decision->subject, &name, &person);
    for (size_t i = 0; i < json_array_size(publications) && i < decision->publication_count; i++) {
        json_t *publication = json_array_get(publications, i);
        json_t *places = json_object_get(publication, "places");
        for (size_t k = 0; stands_published(exporting, &decision->publications[i]) && k < json_array_size(places); k++) {
            add_published(exporting, line, json_string_value(json_array_get(places, k)), publication, name, person);
        }
    }
    json_decref(line);
    return exporting->failed ? MOU_ERROR_MEMORY : named;
}

/** Decisions, and where they stood on a day. */
struct in_effect {
    struct mou_exporting *exporting;
    mou_date day;
    MOU_VEC(int64_t) moved; /**< decisions that took a step after the day */
    enum mou_measure_state state;
    struct mou_buf key;
};

static bool put_key(struct in_effect *in_effect, const struct mou_measure *measure)
{
    mou_buf_clear(&in_effect->key);
    mou_buf_append(&in_effect->key, measure->subject.bytes, measure->subject.len);
    mou_buf_char(&in_effect->key, '\t');
    mou_buf_append(&in_effect->key, measure->memorandum.bytes, measure->memorandum.len);
    mou_buf_char(&in_effect->key, '\t');
    mou_buf_append(&in_effect->key, measure->rule.bytes, measure->rule.len);
    in_effect->exporting->failed = in_effect->exporting->failed || in_effect->key.failed;
    return !in_effect->exporting->failed;
}

static bool note_in_effect(struct in_effect *in_effect)
{
    struct mou_exporting *exporting = in_effect->exporting;
    exporting->failed = exporting->failed || json_object_set_new(exporting->in_effect, in_effect->key.data, json_true()) != 0;
    return !exporting->failed;
}

static bool take_measure(void *state, const struct mou_measure *measure)
{
    struct in_effect *in_effect = state;
    if (measure->day > in_effect->day) {
        const bool kept = MOU_VEC_PUSH(in_effect->exporting->cli->arena, &in_effect->moved, measure->decision);
        in_effect->exporting->failed = in_effect->exporting->failed || !kept;
        return kept;
    }
    return !mou_measure_state_info(measure->state)->effect || (put_key(in_effect, measure) && note_in_effect(in_effect));
}

static bool take_step(void *state, const struct mou_measure *step)
{
    struct in_effect *in_effect = state;
    in_effect->state = step->day <= in_effect->day ? step->state : in_effect->state;
    return put_key(in_effect, step);
}

/** Which measures were in effect on a day: what is only proposed is not published. */
static enum mou_status gather_in_effect(struct mou_exporting *exporting, mou_date day)
{
    const struct mou_measure_filter all = {.decision = 0};
    struct in_effect in_effect = {.exporting = exporting, .day = day};
    mou_buf_init(&in_effect.key, NULL, CELL_BYTES_MAX);
    json_object_clear(exporting->in_effect);
    enum mou_status status = mou_store_measures(exporting->store, &all, take_measure, &in_effect);
    for (size_t i = 0; status == MOU_OK && i < in_effect.moved.count; i++) {
        in_effect.state = MOU_MEASURE_NONE;
        status = mou_store_measure_steps(exporting->store, in_effect.moved.items[i], take_step, &in_effect);
        if (status == MOU_OK && mou_measure_state_info(in_effect.state)->effect) {
            (void)note_in_effect(&in_effect);
        }
    }
    mou_buf_free(&in_effect.key);
    if (status != MOU_OK) {
        (void)mou_store_complain(exporting->cli, exporting->store, status);
    }
    return status;
}

/** What is published as of a day. */
static enum mou_status gather_published(struct mou_exporting *exporting, mou_date day, mou_time known_at, struct mou_published_list *list)
{
    struct mou_decision_sink sink = {.state = exporting, .decision = take_published};
    struct mou_subject_pass pass = {.store = exporting->store, .as_of = day, .known_at = known_at, .options = {.findings = true}, .sink = &sink};
    exporting->pass = &pass;
    exporting->published = list;
    const enum mou_status status = gather_in_effect(exporting, day);
    return status == MOU_OK ? mou_pass_all(exporting->cli, &pass) : status;
}

static int by_key(const void *a, const void *b)
{
    return mou_text_compare(((const struct mou_published *)a)->key, ((const struct mou_published *)b)->key);
}

/** Rows of the first list, those alone that the second does not have where `missing_in` is given. */
static void put_published(struct mou_exporting *exporting, const struct mou_published_list *list, const struct mou_published_list *missing_in, const char *action)
{
    for (size_t i = 0; i < list->count; i++) {
        struct mou_published *entry = &list->items[i];
        const bool stands = missing_in != NULL && missing_in->count > 0 && bsearch(entry, missing_in->items, missing_in->count, sizeof *entry, by_key) != NULL;
        if (!stands) {
            entry->cells[0] = mou_text_of(action);
            mou_table_row(exporting->table, entry->cells);
        }
    }
}

/** What stands, and with --since what stood then and is to be taken down. */
static enum mou_status fill_publication(struct mou_exporting *exporting)
{
    struct mou_published_list now = {0};
    struct mou_published_list before = {0};
    mou_date since = 0;
    bool given = false;
    if (!mou_option_date(exporting->cli, "since", &given, &since)) {
        return MOU_ERROR_USAGE;
    }
    enum mou_status status = gather_published(exporting, exporting->as_of, exporting->known_at, &now);
    if (status == MOU_OK && given) {
        status = gather_published(exporting, since, mou_clock_day_end(since), &before);
    }
    if (now.count > 0) {
        qsort(now.items, now.count, sizeof *now.items, by_key);
    }
    if (before.count > 0) {
        qsort(before.items, before.count, sizeof *before.items, by_key);
    }
    if (status == MOU_OK) {
        put_published(exporting, &now, NULL, mou_say(exporting->cli, "公示", "publish"));
        put_published(exporting, &before, &now, mou_say(exporting->cli, "撤下", "withdraw"));
    }
    return status;
}

/* ------------------------------------------------------------------ the command */

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const struct mou_export_kind kinds[] = {
    {"lists", "名单", "红黑名单", list_columns, COUNT_OF(list_columns), fill_lists},
    {"decisions", "决定", "联合奖惩决定", decision_columns, COUNT_OF(decision_columns), fill_decisions},
    {"feedback", "反馈", "措施执行反馈", feedback_columns, COUNT_OF(feedback_columns), fill_feedback},
    {"publication", "公示", "信用公示清单", publication_columns, COUNT_OF(publication_columns), fill_publication},
    {"monthly", "月报", "联合奖惩月报", mou_monthly_columns, MOU_MONTHLY_COLUMNS, mou_fill_monthly},
};

static const struct mou_export_kind *find_kind(const struct mou_cli *cli, const char *word)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        if (strcmp(word, kinds[i].word) == 0 || strcmp(word, kinds[i].zh) == 0) {
            return &kinds[i];
        }
    }
    mou_complain(cli, mou_say(cli, "mou export 没有“%s”；可写 名单、决定、反馈、公示、月报", "mou export has no “%s”; use lists, decisions, feedback, publication or monthly"), word);
    return NULL;
}

/** --to, else the department that the decisions are for. */
static const char *receiver_of(const struct mou_exporting *exporting)
{
    return mou_option_value(exporting->cli, "to", mou_option_value(exporting->cli, "for", ""));
}

/** A number for the message that is the same for the same content: of what, for whom, by which rules and knowledge. */
static void make_number(struct mou_exporting *exporting, const char *receiver)
{
    unsigned char hash[32];
    struct mou_buf text;
    mou_buf_init(&text, NULL, CELL_BYTES_MAX);
    mou_buf_hex(&text, mou_pack_hash(exporting->pack), 32);
    mou_buf_printf(&text, " %s %s %lld %d", exporting->kind->word, receiver, (long long)exporting->known_at, exporting->as_of);
    mou_sha256(text.len > 0 ? text.data : "", text.len, hash);
    mou_buf_clear(&text);
    mou_date_format(exporting->as_of, &text);
    mou_buf_char(&text, '-');
    mou_buf_hex(&text, hash, 6);
    exporting->number = mou_buf_into_arena(&text, exporting->cli->arena).bytes;
}

static void put_pushed(json_t *pushed, struct mou_buf *body)
{
    const char *key = NULL;
    json_t *count = NULL;
    const char *between = "";
    mou_buf_text(body, ", \"pushed\": [");
    json_object_foreach(pushed, key, count)
    {
        const char *tab = strchr(key, '\t');
        mou_buf_printf(body, "%s{\"department\": ", between);
        mou_buf_json_text(body, key, (size_t)(tab - key));
        mou_put_member(body, "rule", tab + 1);
        mou_buf_printf(body, ", \"count\": %lld}", (long long)json_integer_value(count));
        between = ", ";
    }
    mou_buf_char(body, ']');
}

/** What went out, to whom, and the file's hash. */
static enum mou_exit note_export(struct mou_exporting *exporting, enum mou_table_format format, const unsigned char hash[32])
{
    const struct mou_acting acting = mou_acting_of(exporting->cli);
    struct mou_buf body;
    mou_buf_init(&body, NULL, DOCUMENT_BYTES_MAX);
    mou_buf_printf(&body, "{\"export\": \"%s\", \"format\": \"%s\"", exporting->kind->word, mou_table_format_word(format));
    mou_put_acting(&acting, &body);
    mou_put_member(&body, "receiver", receiver_of(exporting));
    mou_put_member(&body, "number", exporting->number);
    mou_buf_text(&body, ", \"as_of\": \"");
    mou_date_format(exporting->as_of, &body);
    mou_buf_printf(&body, "\", \"known_at\": %lld, \"pack\": \"", (long long)exporting->known_at);
    mou_buf_hex(&body, mou_pack_hash(exporting->pack), 32);
    mou_buf_printf(&body, "\", \"rows\": %llu, \"sha256\": \"", (unsigned long long)mou_table_rows(exporting->table));
    mou_buf_hex(&body, hash, 32);
    mou_buf_char(&body, '"');
    if (json_object_size(exporting->pushed) > 0) {
        put_pushed(exporting->pushed, &body);
    }
    mou_buf_char(&body, '}');
    const enum mou_exit code = mou_note(exporting->cli, exporting->store, "export", &body, NULL);
    mou_buf_free(&body);
    return code;
}

static enum mou_exit write_file(struct mou_exporting *exporting, const char *path, enum mou_table_format format)
{
    unsigned char hash[32];
    enum mou_status status = exporting->kind->fill(exporting);
    if (status != MOU_OK || exporting->failed) {
        return status == MOU_OK ? mou_out_of_memory(exporting->cli) : mou_exit_of(status);
    }
    enum mou_exit code = mou_table_finish(exporting->table, hash);
    code = code == MOU_EXIT_DONE ? note_export(exporting, format, hash) : code;
    code = code == MOU_EXIT_DONE ? mou_table_publish(exporting->table) : code;
    if (code == MOU_EXIT_DONE) {
        mou_narrate(exporting->cli, mou_say(exporting->cli, "%s：%llu 行，只有本人可读；已记入账本", "%s: %llu rows, private to its owner; recorded in the ledger"), path,
                    (unsigned long long)mou_table_rows(exporting->table));
    }
    const char *department = mou_option_value(exporting->cli, "for", NULL);
    if (code == MOU_EXIT_DONE && department != NULL && mou_table_rows(exporting->table) == 0) {
        mou_doubt_authority(exporting->cli, exporting->pack, department);
    }
    return code;
}

static enum mou_exit export_from(struct mou_exporting *exporting, const char *path, enum mou_table_format format)
{
    const char *receiver = receiver_of(exporting);
    const struct mou_acting acting = mou_acting_of(exporting->cli);
    exporting->pack = mou_store_pack(exporting->store);
    mou_masking_init(&exporting->masking, exporting->cli, exporting->pack);
    make_number(exporting, receiver);
    const bool shape = exporting->kind == &kinds[0] && format == MOU_TABLE_XML;
    const struct mou_table_head head = {.what = exporting->kind->word, .title = exporting->kind->title, .sender = acting.department, .receiver = receiver,
                                        .operator_name = acting.actor, .number = exporting->number, .masked = !exporting->masking.shown, .raw = shape,
                                        .as_of = exporting->as_of, .columns = exporting->kind->columns, .column_count = exporting->kind->column_count};
    exporting->red_black = shape ? mou_red_black_begin(exporting->cli) : NULL;
    exporting->pushed = json_object();
    exporting->in_effect = json_object();
    if (exporting->pushed == NULL || exporting->in_effect == NULL || (shape && exporting->red_black == NULL)) {
        json_decref(exporting->pushed);
        json_decref(exporting->in_effect);
        return mou_out_of_memory(exporting->cli);
    }
    for (size_t i = 0; i < MOU_TABLE_COLUMNS_MAX; i++) {
        mou_buf_init(&exporting->cells[i], NULL, CELL_BYTES_MAX);
    }
    mou_buf_init(&exporting->line, NULL, DOCUMENT_BYTES_MAX);
    mou_buf_init(&exporting->shown, NULL, DOCUMENT_BYTES_MAX);
    const enum mou_status status = mou_store_names_open(exporting->store, &exporting->names);
    enum mou_exit code = status == MOU_OK ? MOU_EXIT_IO : mou_store_complain(exporting->cli, exporting->store, status);
    exporting->table = status == MOU_OK ? mou_table_begin(exporting->cli, path, format, &head) : NULL;
    code = exporting->table != NULL ? write_file(exporting, path, format) : code;
    mou_store_names_close(exporting->names);
    mou_table_free(exporting->table);
    mou_red_black_free(exporting->red_black);
    for (size_t i = 0; i < MOU_TABLE_COLUMNS_MAX; i++) {
        mou_buf_free(&exporting->cells[i]);
    }
    mou_buf_free(&exporting->line);
    mou_buf_free(&exporting->shown);
    json_decref(exporting->pushed);
    json_decref(exporting->in_effect);
    return code;
}

enum mou_exit mou_cmd_export(struct mou_cli *cli)
{
    struct mou_exporting *exporting = MOU_NEW(cli->arena, struct mou_exporting);
    const char *path = mou_option_value(cli, "output", NULL);
    enum mou_table_format format = MOU_TABLE_CSV;
    bool given = false;
    if (exporting == NULL) {
        return mou_out_of_memory(cli);
    }
    *exporting = (struct mou_exporting){.cli = cli, .kind = find_kind(cli, cli->arguments[0])};
    if (path == NULL) {
        mou_complain(cli, "%s", mou_say(cli, "缺少 -o：写到哪个文件", "-o is needed: which file to write"));
    }
    if (exporting->kind == NULL || path == NULL || !mou_table_choose(cli, path, &format) || !mou_option_date(cli, "as-of", &given, &exporting->as_of) ||
        !mou_option_time(cli, "known-at", mou_clock_now(), &exporting->known_at) || !mou_masking_allowed(cli)) {
        return MOU_EXIT_USAGE;
    }
    exporting->as_of = given ? exporting->as_of : mou_clock_today();
    enum mou_exit code = mou_open_store(cli, cli->arguments[1], &exporting->store);
    if (code != MOU_EXIT_DONE) {
        return code;
    }
    const enum mou_status status = mou_store_use_pack(exporting->store, exporting->as_of, exporting->known_at);
    const char *list = mou_option_value(cli, "list", NULL);
    code = status == MOU_OK ? MOU_EXIT_DONE : mou_store_complain(cli, exporting->store, status);
    if (code == MOU_EXIT_DONE && list != NULL && !mou_list_is_known(cli, mou_store_pack(exporting->store), list)) {
        code = MOU_EXIT_USAGE;
    }
    code = code == MOU_EXIT_DONE ? export_from(exporting, path, format) : code;
    mou_store_close(exporting->store);
    return code;
}
