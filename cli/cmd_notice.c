/*
 * mou notice print, serve and list: notices to subjects from the decision's own explanation, and the record of their service.
 */
#include <stdlib.h>
#include <string.h>

#include "notes.h"
#include "notice.h"

#define TEXT_BYTES_MAX ((size_t)256 * 1024 * 1024)

/** A notice being made. Texts live in the invocation's arena. */
struct printing {
    struct mou_cli *cli;
    struct mou_store *store;
    struct mou_measure measure;
    bool found, failed;
    struct mou_notice_facts facts;
    /* the decision, found again as the run found it */
    uint32_t rule, subject_number;
    bool again;
};

static struct mou_text kept(struct printing *printing, struct mou_text text)
{
    const char *copy = mou_arena_copy(printing->cli->arena, text.bytes != NULL ? text.bytes : "", text.len);
    printing->failed = printing->failed || copy == NULL;
    return (struct mou_text){copy != NULL ? copy : "", copy != NULL ? text.len : 0};
}

static bool take_measure(void *state, const struct mou_measure *measure)
{
    struct printing *printing = state;
    struct mou_text *const texts[] = {&printing->measure.subject, &printing->measure.memorandum, &printing->measure.rule,   &printing->measure.kind,  &printing->measure.item,  &printing->measure.outcome,
                                      &printing->measure.authority, &printing->measure.body,     &printing->measure.note, &printing->measure.actor, &printing->measure.reason};
    printing->measure = *measure;
    printing->found = true;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        *texts[i] = kept(printing, *texts[i]);
    }
    return false;
}

/** Which notice the measure's state calls for. */
static bool choose_kind(struct printing *printing)
{
    const struct mou_measure *measure = &printing->measure;
    const char *word = mou_measure_state_info(measure->state)->word;
    const char *stage = strncmp(word, "held_", 5) == 0 ? word + 5 : word;
    const bool sanction = mou_text_equal(measure->kind, MOU_TEXT("sanction"));
    if (sanction && (strcmp(stage, "proposed") == 0 || strcmp(stage, "notified") == 0 || strcmp(stage, "served") == 0)) {
        printing->facts.kind = MOU_NOTICE_PROPOSED;
        return true;
    }
    if (sanction && (strcmp(stage, "confirmed") == 0 || strcmp(stage, "executing") == 0)) {
        printing->facts.kind = MOU_NOTICE_DECIDED;
        return true;
    }
    if (measure->state == MOU_MEASURE_LIFTED || measure->state == MOU_MEASURE_EXPIRED || measure->state == MOU_MEASURE_ANNULLED) {
        printing->facts.kind = MOU_NOTICE_ENDED;
        return true;
    }
    mou_complain(printing->cli, mou_say(printing->cli, "第 %lld 号决定现为“%s”，没有要发的通知", "decision %lld is “%s”: there is no notice of that"), (long long)measure->decision,
                 mou_say_state(printing->cli, measure->state));
    return false;
}

/* ------------------------------------------------------------------ the explanation */

static enum mou_status take_decision(void *state, const struct mou_decision *decision)
{
    struct printing *printing = state;
    struct mou_text rule;
    struct mou_text memorandum;
    struct mou_text ignored;
    uint32_t number = 0;
    uint32_t kind = 0;
    mou_pack_measure(printing->facts.pack, decision->rule, &rule, &number, &kind, &ignored, &ignored);
    mou_pack_memorandum(printing->facts.pack, number, &memorandum, &ignored, &ignored, &ignored);
    if (mou_text_equal(rule, printing->measure.rule) && mou_text_equal(memorandum, printing->measure.memorandum)) {
        printing->rule = decision->rule;
        printing->subject_number = decision->subject_number;
        printing->again = true;
        mou_pack_memorandum(printing->facts.pack, number, &ignored, &printing->facts.title, &printing->facts.number_of_memorandum, &ignored);
    }
    return MOU_OK;
}

static enum mou_status explain(struct printing *printing, mou_date as_of, mou_time known_at, struct mou_machine *machine, struct mou_batch_builder *builder, struct mou_buf *json)
{
    const struct mou_explain_options options = {.lang = printing->cli->lang, .json = true, .unmask = mou_option_given(printing->cli, "unmask")};
    const struct mou_run_options run = {.as_of = as_of};
    const struct mou_decision_sink sink = {.state = printing, .decision = take_decision};
    const struct mou_batch *batch = NULL;
    bool found = false;
    enum mou_status status = mou_store_read_subject(printing->store, known_at, printing->measure.subject, builder, &batch, &found);
    status = status == MOU_OK && found ? mou_machine_run(machine, batch, &run, &sink) : status;
    if (status == MOU_OK && printing->again) {
        status = mou_machine_explain(machine, printing->subject_number, printing->rule, false, &options, json);
    }
    return status;
}

/** Why the decision is as it is, by the pack, on the date and with the knowledge of the run that found it so. */
static enum mou_exit find_explanation(struct printing *printing, struct mou_buf *json)
{
    struct mou_cli *cli = printing->cli;
    struct mou_machine *machine = NULL;
    mou_date as_of = 0;
    mou_time known_at = 0;
    enum mou_status status = mou_store_use_decision(printing->store, printing->measure.decision, &as_of, &known_at);
    if (status != MOU_OK) {
        return mou_store_complain(cli, printing->store, status);
    }
    printing->facts.pack = mou_store_pack(printing->store);
    struct mou_batch_builder *builder = mou_batch_builder_new(printing->facts.pack, NULL);
    status = builder != NULL ? mou_machine_new(printing->facts.pack, NULL, &machine) : MOU_ERROR_MEMORY;
    status = status == MOU_OK ? explain(printing, as_of, known_at, machine, builder, json) : status;
    mou_machine_free(machine);
    mou_batch_builder_free(builder);
    if (status == MOU_ERROR_MEMORY || json->failed) {
        return mou_out_of_memory(cli);
    }
    if (status != MOU_OK) {
        return mou_store_complain(cli, printing->store, status);
    }
    if (!printing->again) {
        mou_complain(cli, mou_say(cli, "第 %lld 号决定不能照当时重做；请以 mou verify --runs 核对数据库", "decision %lld is not found again as it was; check the store with mou verify --runs"), (long long)printing->measure.decision);
        return MOU_EXIT_DATA;
    }
    return MOU_EXIT_DONE;
}

/* ------------------------------------------------------------------ addressee, periods */

static enum mou_exit find_addressee(struct printing *printing, struct mou_buf *subject, struct mou_buf *name)
{
    struct mou_notice_facts *facts = &printing->facts;
    struct mou_masking masking;
    struct mou_text called;
    uint32_t kind = 0;
    bool confidential = false;
    bool found = false;
    const enum mou_status status = mou_store_subject_name(printing->store, printing->measure.subject, &kind, &called, &confidential, &found);
    if (status != MOU_OK || !found) {
        return status != MOU_OK ? mou_store_complain(printing->cli, printing->store, status) : MOU_EXIT_DATA;
    }
    mou_masking_init(&masking, printing->cli, facts->pack);
    facts->identified_by = mou_pack_kind_identifier(facts->pack, kind);
    facts->person = mou_text_equal(mou_pack_kind_name(facts->pack, kind), MOU_TEXT("自然人")) || mou_text_equal(facts->identified_by, MOU_TEXT("居民身份证号"));
    facts->subject = mou_shown_subject(&masking, printing->measure.subject, subject);
    if (masking.shown || (!confidential && !facts->person)) {
        mou_buf_append(name, called.bytes, called.len);
    } else if (called.len > 0) {
        mou_mask_name(called, name);
    }
    facts->name = (struct mou_text){name->len > 0 ? name->data : "", name->len};
    return name->failed || subject->failed ? mou_out_of_memory(printing->cli) : MOU_EXIT_DONE;
}

static void find_period(struct printing *printing, mou_date day)
{
    const struct mou_measure_state_info *hearing = mou_measure_state_info(MOU_MEASURE_SERVED);
    printing->facts.hearing_type = MOU_VALUE_WORKDAYS;
    printing->facts.hearing_days = hearing->workdays;
    (void)mou_pack_parameter_on(printing->facts.pack, printing->measure.memorandum, mou_text_of(hearing->parameter), day, &printing->facts.hearing_type, &printing->facts.hearing_days);
}

/* ------------------------------------------------------------------ writing */

enum form { FORM_TEXT, FORM_HTML, FORM_PDF, FORM_COUNT };

static bool ends_with(const char *text, const char *end)
{
    const size_t len = strlen(text);
    return len >= strlen(end) && strcmp(text + len - strlen(end), end) == 0;
}

static bool choose_form(const struct mou_cli *cli, enum form *form)
{
    static const char *const words[FORM_COUNT] = {"text", "html", "pdf"};
    const char *path = mou_option_value(cli, "output", "");
    const char *word = mou_option_value(cli, "format", ends_with(path, ".html") ? "html" : ends_with(path, ".pdf") ? "pdf" : "text");
    for (int i = 0; i < FORM_COUNT; i++) {
        if (strcmp(word, words[i]) == 0) {
            *form = (enum form)i;
            return true;
        }
    }
    mou_complain(cli, mou_say(cli, "--format 应为 text、html 或 pdf，不是“%s”", "--format must be text, html or pdf, not “%s”"), word);
    return false;
}

/** Who had which notice made: before it is handed out. */
static enum mou_exit leave_receipt(struct printing *printing, const struct mou_buf *out)
{
    const struct mou_acting acting = mou_acting_of(printing->cli);
    unsigned char hash[32];
    struct mou_buf body;
    mou_buf_init(&body, NULL, 1024 * 1024);
    mou_buf_printf(&body, "{\"notice\": %lld, \"state\": \"%s\", \"document\": ", (long long)printing->measure.decision, mou_measure_state_info(printing->measure.state)->word);
    mou_buf_json_text(&body, printing->facts.document.bytes, printing->facts.document.len);
    mou_put_acting(&acting, &body);
    mou_sha256(out->data, out->len, hash);
    mou_buf_text(&body, ", \"sha256\": \"");
    mou_buf_hex(&body, hash, sizeof hash);
    mou_buf_text(&body, "\"}");
    const enum mou_exit code = mou_note(printing->cli, printing->store, "notice", &body, NULL);
    mou_buf_free(&body);
    return code;
}

static enum mou_exit write_notice(struct printing *printing, enum form form, mou_date day)
{
    struct mou_cli *cli = printing->cli;
    struct mou_notice notice = {.cli = cli, .day = day};
    struct mou_buf out;
    const char *path = mou_option_value(cli, "output", NULL);
    mou_notice_write(&notice, &printing->facts);
    if (notice.failed || printing->failed) {
        return mou_out_of_memory(cli);
    }
    mou_buf_init(&out, NULL, TEXT_BYTES_MAX);
    enum mou_exit code = MOU_EXIT_DONE;
    if (form == FORM_PDF) {
        code = mou_notice_put_pdf(&notice, &out) ? MOU_EXIT_DONE : MOU_EXIT_IO;
    } else {
        (form == FORM_HTML ? mou_notice_put_html : mou_notice_put_text)(&notice, &out);
    }
    code = code == MOU_EXIT_DONE && out.failed ? mou_out_of_memory(cli) : code;
    code = code == MOU_EXIT_DONE ? leave_receipt(printing, &out) : code;
    if (code == MOU_EXIT_DONE) {
        code = path == NULL ? mou_output(cli, &out) : mou_deliver_file(cli, path, &out);
    }
    mou_buf_free(&out);
    return code;
}

/** All that a notice says, then the notice. */
static enum mou_exit gather_and_write(struct printing *printing, enum form form, mou_date day)
{
    struct mou_buf explanation;
    struct mou_buf subject;
    struct mou_buf name;
    mou_buf_init(&explanation, NULL, TEXT_BYTES_MAX);
    mou_buf_init(&subject, NULL, 65536);
    mou_buf_init(&name, NULL, 65536);
    enum mou_exit code = find_explanation(printing, &explanation);
    code = code == MOU_EXIT_DONE ? find_addressee(printing, &subject, &name) : code;
    json_t *line = code == MOU_EXIT_DONE ? json_loadb(printing->measure.body.bytes, printing->measure.body.len, 0, NULL) : NULL;
    json_t *why = line != NULL ? json_loadb(explanation.data, explanation.len, 0, NULL) : NULL;
    if (code == MOU_EXIT_DONE && why == NULL) {
        code = mou_out_of_memory(printing->cli);
    }
    if (code == MOU_EXIT_DONE) {
        printing->facts.measure = &printing->measure;
        printing->facts.line = line;
        printing->facts.explanation = why;
        printing->facts.document = mou_text_of(mou_option_value(printing->cli, "document", ""));
        find_period(printing, day);
        code = write_notice(printing, form, day);
    }
    json_decref(line);
    json_decref(why);
    mou_buf_free(&explanation);
    mou_buf_free(&subject);
    mou_buf_free(&name);
    return code;
}

static bool take_number(struct mou_cli *cli, int64_t *number)
{
    char *end = NULL;
    *number = cli->argument_count == 3 ? strtoll(cli->arguments[2], &end, 10) : 0;
    if (*number > 0 && *end == '\0') {
        return true;
    }
    mou_complain(cli, "%s", mou_say(cli, "请写决定的编号（见 mou decide list）", "give the number of a decision (see mou decide list)"));
    return false;
}

static enum mou_exit print(struct mou_cli *cli)
{
    struct printing printing = {.cli = cli};
    struct mou_measure_filter filter = {.decision = 0};
    struct mou_officer officer;
    enum form form = FORM_TEXT;
    if (!take_number(cli, &filter.decision) || !choose_form(cli, &form) || !mou_officer_of(cli, false, &officer) || !mou_masking_allowed(cli)) {
        return MOU_EXIT_USAGE;
    }
    enum mou_exit code = mou_open_store(cli, cli->arguments[1], &printing.store);
    if (code != MOU_EXIT_DONE) {
        return code;
    }
    code = mou_masking_note(cli, printing.store, "notice");
    const enum mou_status status = code == MOU_EXIT_DONE ? mou_store_measures(printing.store, &filter, take_measure, &printing) : MOU_OK;
    if (status != MOU_OK) {
        code = mou_store_complain(cli, printing.store, status);
    } else if (code == MOU_EXIT_DONE && !printing.found) {
        mou_complain(cli, mou_say(cli, "没有第 %s 号决定", "there is no decision %s"), cli->arguments[2]);
        code = MOU_EXIT_NEGATIVE;
    } else if (code == MOU_EXIT_DONE) {
        code = choose_kind(&printing) ? gather_and_write(&printing, form, officer.day) : MOU_EXIT_USAGE;
    }
    mou_store_close(printing.store);
    return code;
}

/* ------------------------------------------------------------------ service */

static enum mou_exit serve(struct mou_cli *cli)
{
    struct mou_store *store = NULL;
    struct mou_service_request request = {.document = mou_text_of(mou_option_value(cli, "document", "")), .way = mou_text_of(mou_option_value(cli, "way", ""))};
    int64_t act = 0;
    if (!take_number(cli, &request.decision) || !mou_officer_of(cli, false, &request.by)) {
        return MOU_EXIT_USAGE;
    }
    if (request.way.len == 0) {
        mou_complain(cli, "%s", mou_say(cli, "缺少 --way：须写明送达方式", "--way is needed: how it was served"));
        return MOU_EXIT_USAGE;
    }
    enum mou_exit code = mou_open_store_for(cli, cli->arguments[1], &request.by, &store);
    if (code != MOU_EXIT_DONE) {
        return code;
    }
    const enum mou_status status = mou_store_serve(store, &request, &act);
    if (status != MOU_OK) {
        code = mou_store_complain(cli, store, status);
    } else if (cli->json) {
        printf("{\"schema\": \"mou/notice/1\", \"act\": %lld, \"decision\": %lld}\n", (long long)act, (long long)request.decision);
    } else {
        printf(mou_say(cli, "已登记送达（第 %lld 号经办）\n", "service is recorded (act %lld)\n"), (long long)act);
    }
    mou_store_close(store);
    return code;
}

static bool take_service(void *state, const struct mou_service_entry *entry)
{
    struct mou_listing *listing = state;
    struct mou_buf *out = &listing->out;
    const struct mou_text subject = mou_shown_subject(&listing->masking, entry->subject, &listing->subject);
    if (listing->cli->json) {
        mou_buf_printf(out, "{\"service\": %lld, \"decision\": %lld", (long long)entry->number, (long long)entry->decision);
        mou_put_json_text(out, "subject", subject);
        mou_put_json_text(out, "memorandum", entry->memorandum);
        mou_put_json_text(out, "rule", entry->rule);
        mou_put_json_text(out, "state", mou_text_of(mou_measure_state_info(entry->state)->word));
        mou_put_json_text(out, "document", entry->document);
        mou_put_json_text(out, "way", entry->way);
        mou_put_json_date(out, "day", entry->day);
        mou_put_json_text(out, "actor", entry->actor);
        mou_buf_text(out, "}\n");
    } else {
        mou_put_date(out, entry->day);
        mou_buf_printf(out, mou_say(listing->cli, "  第 %lld 号决定  %.*s  %.*s  %s  %.*s  %.*s\n", "  decision %lld  %.*s  %.*s  %s  %.*s  %.*s\n"), (long long)entry->decision, (int)subject.len, subject.bytes,
                       (int)entry->rule.len, entry->rule.bytes, mou_say_state(listing->cli, entry->state), (int)entry->document.len, entry->document.bytes, (int)entry->way.len, entry->way.bytes);
    }
    return !out->failed;
}

static enum mou_status fill(struct mou_store *store, struct mou_listing *listing)
{
    return mou_store_services(store, listing->number, take_service, listing);
}

static enum mou_exit list(struct mou_cli *cli)
{
    struct mou_listing listing = {.cli = cli};
    if (cli->argument_count == 3 && !take_number(cli, &listing.number)) {
        return MOU_EXIT_USAGE;
    }
    return mou_print_listing(&listing, "notice", fill);
}

enum mou_exit mou_cmd_notice(struct mou_cli *cli)
{
    static const struct {
        const char *verb;
        enum mou_exit (*run)(struct mou_cli *cli);
    } verbs[] = {{"print", print}, {"serve", serve}, {"list", list}};
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(cli->arguments[0], verbs[i].verb) == 0) {
            return verbs[i].run(cli);
        }
    }
    mou_complain(cli, mou_say(cli, "mou notice 没有“%s”；可写 print、serve 或 list", "mou notice has no “%s”; use print, serve or list"), cli->arguments[0]);
    return MOU_EXIT_USAGE;
}
