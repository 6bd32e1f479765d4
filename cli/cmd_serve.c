/*
 * mou serve --stdio: look-ups for a caller that stays connected. One JSON request a line on standard input, one JSON answer a line on standard
 * output, in order. The store, its statements and the machine stay open between requests; each answer is flushed. A request that cannot be
 * answered gets an error of its own, and the next line is read.
 */
#include <jansson.h>
#include <string.h>

#include "masking.h"
#include "mou/measures.h"
#include "notes.h"

#define REQUEST_BYTES_MAX ((size_t)64 * 1024)
#define ANSWER_BYTES_MAX ((size_t)256 * 1024 * 1024)

/** What stays open. */
struct service {
    struct mou_cli *cli;
    struct mou_store *store;
    const struct mou_pack *pack;
    struct mou_batch_builder *builder;
    struct mou_machine *machine;
    struct mou_buf answer;
    struct mou_buf line;  /**< one decision at hand */
    struct mou_buf lines; /**< what the answer says, for its receipt */
    struct mou_standing *standings; /**< of the pack's measures upon the subject at hand */
    uint32_t standing_count;        /**< for so many there is room */
    struct mou_masking masking;
    struct mou_acting acting; /**< where a request does not say who asks */
};

/** One request. */
struct inquiry {
    const char *subject;
    mou_date as_of;
    bool findings, next;
    bool proposals; /**< the matter is answered by what the rules say */
    uint32_t matter; /**< number in the pack; UINT32_MAX: none */
    const char *matter_name;
    const char *rule; /**< to be explained; NULL: none */
    struct mou_acting acting;
};

/** Why a request is not answered; the code is stable, the message in the invocation's language. */
struct refusal {
    const char *code;
    const char *message;
};

/* ---------------------------------------------------------- requests */

static bool refuse(struct refusal *refusal, const char *code, const char *message)
{
    *refusal = (struct refusal){code, message};
    return false;
}

static bool find_matter(const struct mou_pack *pack, const char *name, uint32_t *matter)
{
    for (uint32_t i = 0; i < mou_pack_matter_count(pack); i++) {
        struct mou_text found;
        uint32_t memorandum = 0;
        mou_pack_matter(pack, i, &found, &memorandum);
        if (mou_text_equal(found, mou_text_of(name))) {
            *matter = i;
            return true;
        }
    }
    return false;
}

/** Only members that mean something: a misspelt one would else be a question that nobody asked. */
static bool check_members(const struct mou_cli *cli, json_t *json, struct refusal *refusal)
{
    static const char *const members[] = {"id", "subject", "as_of", "findings", "next", "matter", "proposals", "explain", "actor", "department", "purpose"};
    const char *name = NULL;
    json_t *value = NULL;
    json_object_foreach(json, name, value)
    {
        bool known = false;
        for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
            known = known || strcmp(name, members[i]) == 0;
        }
        if (!known) {
            return refuse(refusal, "bad_request", mou_say(cli, "请求里有不认识的成员；可以写 id、subject、as_of、findings、next、matter、proposals、explain、actor、department、purpose",
                                                          "unknown member; known are id, subject, as_of, findings, next, matter, proposals, explain, actor, department, purpose"));
        }
    }
    return true;
}

static bool take_switch(json_t *json, const char *name, bool *value)
{
    json_t *member = json_object_get(json, name);
    *value = json_is_true(member);
    return member == NULL || json_is_boolean(member);
}

/** Who asks, where the request says so. */
static bool take_acting(json_t *json, struct mou_acting *acting)
{
    const char **const texts[] = {&acting->actor, &acting->department, &acting->purpose};
    static const char *const names[] = {"actor", "department", "purpose"};
    bool fits = true;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        json_t *member = json_object_get(json, names[i]);
        const char *text = json_string_value(member);
        fits = fits && (member == NULL || (text != NULL && *text != '\0'));
        *texts[i] = text != NULL ? text : *texts[i];
        acting->stated = acting->stated || (i == 0 && text != NULL);
    }
    return fits;
}

static bool take_request(const struct service *service, json_t *json, struct inquiry *inquiry, struct refusal *refusal)
{
    const struct mou_cli *cli = service->cli;
    json_t *as_of = json_object_get(json, "as_of");
    json_t *matter = json_object_get(json, "matter");
    json_t *rule = json_object_get(json, "explain");
    *inquiry = (struct inquiry){.subject = json_string_value(json_object_get(json, "subject")), .as_of = mou_clock_today(), .matter = UINT32_MAX,
                                .matter_name = json_string_value(matter), .rule = json_string_value(rule), .acting = service->acting};
    if (!json_is_object(json) || inquiry->subject == NULL) {
        return refuse(refusal, "bad_request", mou_say(cli, "请求应是一个对象，写明主体：{\"subject\": \"…\"}", "a request is an object that names a subject: {\"subject\": \"…\"}"));
    }
    if (!check_members(cli, json, refusal)) {
        return false;
    }
    if (as_of != NULL && (!json_is_string(as_of) || !mou_date_parse(mou_text_of(json_string_value(as_of)), &inquiry->as_of))) {
        return refuse(refusal, "bad_request", mou_say(cli, "as_of 应写成 \"2024-05-01\"", "write as_of as \"2024-05-01\""));
    }
    if (!take_switch(json, "findings", &inquiry->findings) || !take_switch(json, "next", &inquiry->next) || !take_switch(json, "proposals", &inquiry->proposals) || (rule != NULL && inquiry->rule == NULL)) {
        return refuse(refusal, "bad_request", mou_say(cli, "findings、next、proposals 是 true 或 false，explain 是措施或认定的名称",
                                                      "findings, next and proposals are true or false, explain the name of a measure or finding"));
    }
    if (!take_acting(json, &inquiry->acting)) {
        return refuse(refusal, "bad_request", mou_say(cli, "actor、department、purpose 是不空的文字", "actor, department and purpose are texts that are not empty"));
    }
    if (matter != NULL && inquiry->matter_name == NULL) {
        return refuse(refusal, "unknown_matter", mou_say(cli, "规则包里没有这个事项", "the pack has no such matter"));
    }
    return true;
}

/* ---------------------------------------------------------- answers */

/** Decisions, the matter and the next date as they come, into the answer. */
struct answering {
    struct service *service;
    const struct inquiry *inquiry;
    bool any;
    mou_date next;
    struct mou_buf matter;
};

/** The line at hand without its line break, behind a comma where one is due. */
static enum mou_status append_line(struct answering *answering)
{
    struct service *service = answering->service;
    if (answering->any) {
        mou_buf_text(&service->answer, ", ");
    }
    answering->any = true;
    mou_buf_append(&service->lines, service->line.data, service->line.len);
    service->line.len -= service->line.len > 0; /* its line break */
    mou_mask_line(&service->masking, (struct mou_text){service->line.data, service->line.len}, &service->answer);
    return service->line.failed || service->lines.failed || service->answer.failed ? MOU_ERROR_MEMORY : MOU_OK;
}

static enum mou_status take_decision(void *state, const struct mou_decision *decision)
{
    struct answering *answering = state;
    mou_buf_clear(&answering->service->line);
    mou_decision_json(answering->service->pack, decision, &answering->service->line);
    if (!decision->is_finding) {
        mou_standing_json(decision, &answering->service->standings[decision->rule], &answering->service->line);
    }
    return append_line(answering);
}

static enum mou_status take_matter(void *state, const struct mou_matter_state *matter)
{
    struct answering *answering = state;
    if (matter->rule != answering->inquiry->matter) {
        return MOU_OK;
    }
    struct service *service = answering->service;
    mou_buf_clear(&service->line);
    mou_matter_json(service->pack, matter, &service->line);
    if (answering->inquiry->proposals) {
        mou_mark_proposals(&service->line);
    }
    mou_buf_append(&service->lines, service->line.data, service->line.len);
    mou_mask_line(&service->masking, (struct mou_text){service->line.data, service->line.len}, &answering->matter);
    return service->line.failed || service->lines.failed || answering->matter.failed ? MOU_ERROR_MEMORY : MOU_OK;
}

static enum mou_status take_next(void *state, struct mou_text subject, uint32_t number, mou_date next)
{
    struct answering *answering = state;
    (void)subject;
    (void)number;
    answering->next = next;
    return MOU_OK;
}

static void put_date(struct mou_buf *out, mou_date date)
{
    if (date == MOU_DATE_NONE) {
        mou_buf_text(out, "null");
        return;
    }
    mou_buf_char(out, '"');
    mou_date_format(date, out);
    mou_buf_char(out, '"');
}

static bool find_rule(const struct mou_pack *pack, const char *name, uint32_t *rule, bool *is_finding)
{
    for (uint32_t i = 0; i < mou_pack_measure_count(pack) + mou_pack_finding_count(pack); i++) {
        const uint32_t measures = mou_pack_measure_count(pack);
        struct mou_text found;
        struct mou_text ignored;
        uint32_t number = 0;
        uint32_t kind = 0;
        if (i < measures) {
            mou_pack_measure(pack, i, &found, &number, &kind, &ignored, &ignored);
        } else {
            mou_pack_finding(pack, i - measures, &found, &number, &ignored);
        }
        if (mou_text_equal(found, mou_text_of(name))) {
            *rule = i < measures ? i : i - measures;
            *is_finding = i >= measures;
            return true;
        }
    }
    return false;
}

static enum mou_status put_explanation(struct service *service, const struct inquiry *inquiry, struct refusal *refusal)
{
    const struct mou_explain_options options = {.lang = service->cli->lang, .json = true, .why_not = true, .unmask = service->masking.shown};
    uint32_t rule = 0;
    bool is_finding = false;
    if (!find_rule(service->pack, inquiry->rule, &rule, &is_finding)) {
        (void)refuse(refusal, "unknown_rule", mou_say(service->cli, "规则包里没有这项措施或认定", "the pack has no such measure or finding"));
        return MOU_ERROR_USAGE;
    }
    mou_buf_clear(&service->line);
    const enum mou_status status = mou_machine_explain(service->machine, 0, rule, is_finding, &options, &service->line);
    mou_buf_text(&service->answer, ", \"explanation\": ");
    while (service->line.len > 0 && service->line.data[service->line.len - 1] == '\n') {
        service->line.len--;
    }
    mou_buf_append(&service->answer, service->line.data, service->line.len);
    return status == MOU_OK && service->line.failed ? MOU_ERROR_MEMORY : status;
}

static enum mou_status put_answer(struct service *service, const struct inquiry *inquiry, const struct mou_batch *batch, struct refusal *refusal)
{
    const struct mou_run_options options = {.as_of = inquiry->as_of, .findings = inquiry->findings, .matters = inquiry->matter != UINT32_MAX,
                                            .standings = inquiry->proposals ? NULL : service->standings};
    struct answering answering = {.service = service, .inquiry = inquiry, .next = MOU_DATE_NONE};
    const struct mou_decision_sink sink = {.state = &answering, .decision = take_decision, .matter = take_matter, .next = inquiry->next ? take_next : NULL};
    mou_buf_init(&answering.matter, NULL, ANSWER_BYTES_MAX);
    mou_buf_clear(&service->lines);
    mou_buf_text(&service->answer, ", \"subject\": ");
    mou_buf_json_text(&service->answer, inquiry->subject, strlen(inquiry->subject));
    mou_buf_text(&service->answer, ", \"as_of\": ");
    put_date(&service->answer, inquiry->as_of);
    mou_buf_text(&service->answer, ", \"decisions\": [");
    enum mou_status status = mou_machine_run(service->machine, batch, &options, &sink);
    mou_buf_char(&service->answer, ']');
    if (answering.matter.len > 0) {
        mou_buf_text(&service->answer, ", \"matter\": ");
        mou_buf_append(&service->answer, answering.matter.data, answering.matter.len - 1);
    }
    if (inquiry->next) {
        mou_buf_text(&service->answer, ", \"next\": ");
        put_date(&service->answer, answering.next);
    }
    mou_buf_free(&answering.matter);
    if (status == MOU_OK && inquiry->rule != NULL) {
        status = put_explanation(service, inquiry, refusal);
    }
    return status;
}

/** There is no answer without its receipt. */
static enum mou_status record_lookup(struct service *service, const struct inquiry *inquiry)
{
    const struct mou_lookup_note note = {.acting = inquiry->acting, .subject = inquiry->subject, .matter = inquiry->matter_name, .proposals = inquiry->proposals, .as_of = inquiry->as_of, .known_at = MOU_TIME_NOW,
                                         .pack = service->pack, .lines = {service->lines.len > 0 ? service->lines.data : "", service->lines.len}};
    int64_t number = 0;
    const enum mou_exit code = mou_note_lookup(service->cli, service->store, &note, &number);
    mou_buf_printf(&service->answer, number > 0 ? ", \"lookup\": %lld" : ", \"lookup\": null", (long long)number);
    return code == MOU_EXIT_DONE ? MOU_OK : MOU_ERROR_IO;
}

static void drop_pack(struct service *service)
{
    mou_machine_free(service->machine);
    mou_batch_builder_free(service->builder);
    service->machine = NULL;
    service->builder = NULL;
}

/** What a look-up needs for the pack that the store has at hand. */
static enum mou_status prepare(struct service *service)
{
    service->pack = mou_store_pack(service->store);
    mou_masking_init(&service->masking, service->cli, service->pack);
    if (service->standing_count < mou_pack_measure_count(service->pack)) {
        service->standing_count = mou_pack_measure_count(service->pack);
        service->standings = MOU_NEW_ARRAY(service->cli->arena, service->standing_count, struct mou_standing);
    }
    service->builder = mou_batch_builder_new(service->pack, NULL);
    const bool there = service->builder != NULL && (service->standings != NULL || service->standing_count == 0);
    return there ? mou_machine_new(service->pack, NULL, &service->machine) : MOU_ERROR_MEMORY;
}

/** The pack in force on the day that is asked for: it may be put in force, or its day may come, while the service goes on. */
static enum mou_status take_pack(struct service *service, mou_date as_of)
{
    bool fits = false;
    enum mou_status status = mou_store_pack_fits(service->store, as_of, MOU_TIME_NOW, &fits);
    if (status == MOU_OK && (!fits || service->machine == NULL)) {
        drop_pack(service);
        status = mou_store_use_pack(service->store, as_of, MOU_TIME_NOW);
        status = status == MOU_OK ? prepare(service) : status;
    }
    return status;
}

/** False where the request is refused; *status tells what failed on our side. */
static bool look_up(struct service *service, struct inquiry *inquiry, struct refusal *refusal, enum mou_status *status)
{
    const struct mou_batch *batch = NULL;
    const struct mou_look_up asked = {mou_text_of(inquiry->subject), inquiry->as_of, MOU_TIME_NOW};
    bool found = false;
    *status = take_pack(service, inquiry->as_of);
    if (*status == MOU_OK && inquiry->matter_name != NULL && !find_matter(service->pack, inquiry->matter_name, &inquiry->matter)) {
        return refuse(refusal, "unknown_matter", mou_say(service->cli, "规则包里没有这个事项", "the pack has no such matter"));
    }
    if (*status == MOU_OK) {
        *status = mou_store_look_up(service->store, &asked, service->builder, &batch, service->standings, &found);
    }
    if (*status != MOU_OK) {
        return refuse(refusal, "store", *status == MOU_ERROR_MEMORY ? mou_say(service->cli, "内存不足", "out of memory") : mou_store_message(service->store));
    }
    if (!found) {
        return refuse(refusal, "unknown_subject", mou_say(service->cli, "数据库里没有这个主体", "the store has no such subject"));
    }
    *status = put_answer(service, inquiry, batch, refusal);
    if (*status == MOU_ERROR_USAGE && refusal->code != NULL) {
        *status = MOU_OK;
        return false;
    }
    if (*status == MOU_OK) {
        *status = record_lookup(service, inquiry);
        return *status == MOU_OK || refuse(refusal, "store", mou_store_message(service->store));
    }
    return refuse(refusal, "store", mou_say(service->cli, "内存不足", "out of memory"));
}

static int append_bytes(const char *bytes, size_t len, void *buf)
{
    mou_buf_append(buf, bytes, len);
    return ((struct mou_buf *)buf)->failed ? -1 : 0;
}

static void put_head(struct service *service, json_t *json)
{
    json_t *id = json_object_get(json, "id");
    mou_buf_clear(&service->answer);
    mou_buf_text(&service->answer, "{\"schema\": \"mou/answer/1\", \"id\": ");
    if (id == NULL || json_dump_callback(id, append_bytes, &service->answer, JSON_ENCODE_ANY | JSON_COMPACT) != 0) {
        mou_buf_text(&service->answer, "null");
    }
}

static void put_refusal(struct service *service, const struct refusal *refusal)
{
    mou_buf_text(&service->answer, ", \"error\": {\"code\": ");
    mou_buf_json_text(&service->answer, refusal->code, strlen(refusal->code));
    mou_buf_text(&service->answer, ", \"message\": ");
    mou_buf_json_text(&service->answer, refusal->message, strlen(refusal->message));
    mou_buf_char(&service->answer, '}');
}

static enum mou_exit answer(struct service *service, const char *line, size_t len)
{
    struct inquiry inquiry;
    struct refusal refusal = {NULL, NULL};
    enum mou_status status = MOU_OK;
    json_t *json = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
    bool answered = false;
    put_head(service, json);
    if (json == NULL) {
        (void)refuse(&refusal, "bad_request", mou_say(service->cli, "这一行不是 JSON", "the line is not JSON"));
    } else if (take_request(service, json, &inquiry, &refusal)) {
        answered = look_up(service, &inquiry, &refusal, &status);
    }
    if (!answered) {
        put_head(service, json);
        put_refusal(service, &refusal);
    }
    mou_buf_text(&service->answer, "}\n");
    json_decref(json);
    const enum mou_exit written = mou_output(service->cli, &service->answer);
    return written != MOU_EXIT_DONE ? written : status == MOU_ERROR_MEMORY ? MOU_EXIT_IO : MOU_EXIT_DONE;
}

/* ---------------------------------------------------------- the loop */

/** Reads one line of at most REQUEST_BYTES_MAX bytes; a longer one is read to its end and comes back cut, which is no JSON. False at the end. */
static bool read_line(char *line, size_t *len)
{
    int byte = getchar();
    *len = 0;
    if (byte == EOF) {
        return false;
    }
    while (byte != EOF && byte != '\n') {
        if (*len < REQUEST_BYTES_MAX) {
            line[(*len)++] = (char)byte;
        }
        byte = getchar();
    }
    return true;
}

static bool only_blanks(const char *line, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r') {
            return false;
        }
    }
    return true;
}

static enum mou_exit serve(struct service *service)
{
    char *line = MOU_NEW_ARRAY(service->cli->arena, REQUEST_BYTES_MAX + 1, char);
    size_t len = 0;
    enum mou_exit code = line != NULL ? MOU_EXIT_DONE : mou_out_of_memory(service->cli);
    while (code == MOU_EXIT_DONE && read_line(line, &len)) {
        code = only_blanks(line, len) ? MOU_EXIT_DONE : answer(service, line, len);
    }
    return code;
}

enum mou_exit mou_cmd_serve(struct mou_cli *cli)
{
    struct service service = {.cli = cli};
    if (!mou_option_given(cli, "stdio")) {
        mou_complain(cli, "%s", mou_say(cli, "请写明 --stdio：从标准输入读请求，向标准输出写答复", "state --stdio: requests on standard input, answers on standard output"));
        return MOU_EXIT_USAGE;
    }
    if (!mou_masking_allowed(cli)) {
        return MOU_EXIT_USAGE;
    }
    enum mou_exit code = mou_open_store(cli, cli->arguments[0], &service.store);
    if (code != MOU_EXIT_DONE) {
        return code;
    }
    mou_buf_init(&service.answer, NULL, ANSWER_BYTES_MAX);
    mou_buf_init(&service.line, NULL, ANSWER_BYTES_MAX);
    mou_buf_init(&service.lines, NULL, ANSWER_BYTES_MAX);
    service.acting = mou_acting_of(cli);
    code = serve(&service);
    mou_buf_free(&service.line);
    mou_buf_free(&service.lines);
    mou_buf_free(&service.answer);
    drop_pack(&service);
    mou_store_close(service.store);
    return code;
}
