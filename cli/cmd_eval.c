/*
 * mou eval: worlds in, decisions out, one JSON object per line, or their numbers; the world is given as JSON, or is what a store knew at some time.
 */
#include <errno.h>
#include <string.h>

#include "masking.h"
#include "mou/measures.h"
#include "notes.h"
#include "world.h"

#define WORLD_BYTES_MAX ((size_t)4 * 1024 * 1024 * 1024)
#define OUTPUT_BYTES_MAX ((size_t)1024 * 1024 * 1024)
#define FLUSH_BYTES 65536
#define STANDING_SUBJECTS 2048

/** A duty, repair, matter or assertion whose reasons go into the trace. */
struct traced_rule {
    enum mou_rule_sort sort;
    uint32_t subject, rule, row;
};

/** Where the results of one evaluation go. */
struct eval_output {
    struct mou_cli *cli;
    const struct mou_pack *pack;
    struct mou_machine *machine;
    struct mou_masking masking; /**< of a store's subjects; who gives a world as JSON knows it */
    struct mou_buf line; /**< the one at hand */
    struct mou_buf lines;
    bool outcomes; /**< nothing but outcomes */
    struct mou_new_file trace; /**< not open without --trace */
    MOU_VEC(struct traced_rule) traced; /**< of the batch at hand: explained when its run is done */
    bool fault_seen;
    bool refuted;
};

static enum mou_status flush(struct eval_output *output)
{
    enum mou_exit code = mou_output(output->cli, &output->lines);
    mou_buf_clear(&output->lines);
    return code == MOU_EXIT_DONE ? MOU_OK : MOU_ERROR_IO;
}

static enum mou_status write_text(struct eval_output *output, const struct mou_buf *text)
{
    mou_guard_persons(output->cli, text->data, text->len);
    if (text->len > 0 && fwrite(text->data, 1, text->len, output->trace.stream) != text->len) {
        mou_complain(output->cli, mou_say(output->cli, "不能写理由文件：%s", "cannot write the trace file: %s"), mou_os_error(errno, output->cli->lang).text);
        return MOU_ERROR_IO;
    }
    return MOU_OK;
}

static enum mou_status write_trace(struct eval_output *output, const struct mou_decision *decision)
{
    struct mou_explain_options options = {.lang = output->cli->lang, .unmask = mou_option_given(output->cli, "unmask")};
    struct mou_buf text;
    mou_buf_init(&text, NULL, OUTPUT_BYTES_MAX);
    enum mou_status status = mou_machine_explain(output->machine, decision->subject_number, decision->rule, decision->is_finding, &options, &text);
    status = status == MOU_OK ? write_text(output, &text) : status;
    mou_buf_free(&text);
    return status;
}

/** Notes a rule that is no decision, to be explained behind the decisions of its batch. */
static enum mou_status note_traced(struct eval_output *output, enum mou_rule_sort sort, uint32_t subject, uint32_t rule, uint32_t row)
{
    const struct traced_rule traced = {sort, subject, rule, row};
    return output->trace.stream == NULL || MOU_VEC_PUSH(output->cli->arena, &output->traced, traced) ? MOU_OK : MOU_ERROR_MEMORY;
}

static enum mou_status write_traced(struct eval_output *output)
{
    const struct mou_explain_options options = {.lang = output->cli->lang, .unmask = mou_option_given(output->cli, "unmask")};
    enum mou_status status = MOU_OK;
    for (size_t i = 0; i < output->traced.count && status == MOU_OK; i++) {
        const struct traced_rule *traced = &output->traced.items[i];
        struct mou_buf text;
        mou_buf_init(&text, NULL, OUTPUT_BYTES_MAX);
        status = mou_machine_explain_rule(output->machine, traced->subject, traced->sort, traced->rule, traced->row, &options, &text);
        status = status == MOU_OK ? write_text(output, &text) : status;
        mou_buf_free(&text);
    }
    output->traced.count = 0;
    return status;
}

/** Whether anything missing is a fault: that is a matter of the rules and must not pass unnoticed. */
static void note_faults(struct eval_output *output, const struct mou_missing_ref *missing, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        output->fault_seen = output->fault_seen || missing[i].fault != MOU_FAULT_NONE;
    }
}

static enum mou_status line_done(struct eval_output *output)
{
    mou_mask_line(&output->masking, (struct mou_text){output->line.data, output->line.len}, &output->lines);
    const bool failed = output->line.failed || output->lines.failed;
    mou_buf_clear(&output->line);
    return failed ? MOU_ERROR_MEMORY : output->lines.len > FLUSH_BYTES ? flush(output) : MOU_OK;
}

static enum mou_status take_decision(void *state, const struct mou_decision *decision)
{
    struct eval_output *output = state;
    if (output->outcomes) {
        mou_outcome_json(output->pack, decision, &output->line);
    } else {
        mou_decision_json(output->pack, decision, &output->line);
    }
    note_faults(output, decision->missing, decision->missing_count);
    if (output->trace.stream != NULL) {
        enum mou_status status = write_trace(output, decision);
        if (status != MOU_OK) {
            return status;
        }
    }
    return line_done(output);
}

static enum mou_status take_duty(void *state, const struct mou_duty_state *duty)
{
    struct eval_output *output = state;
    mou_duty_json(output->pack, duty, &output->line);
    note_faults(output, duty->missing, duty->missing_count);
    if (note_traced(output, MOU_RULE_DUTY, duty->subject_number, duty->rule, duty->row) != MOU_OK) {
        return MOU_ERROR_MEMORY;
    }
    return line_done(output);
}

static enum mou_status take_repair(void *state, const struct mou_repair_state *repair)
{
    struct eval_output *output = state;
    mou_repair_json(output->pack, repair, &output->line);
    note_faults(output, repair->missing, repair->missing_count);
    if (note_traced(output, MOU_RULE_REPAIR, repair->subject_number, repair->rule, repair->row) != MOU_OK) {
        return MOU_ERROR_MEMORY;
    }
    return line_done(output);
}

static enum mou_status take_matter(void *state, const struct mou_matter_state *matter)
{
    struct eval_output *output = state;
    mou_matter_json(output->pack, matter, &output->line);
    if (mou_option_given(output->cli, "proposals")) {
        mou_mark_proposals(&output->line);
    }
    note_faults(output, matter->missing, matter->missing_count);
    if (note_traced(output, MOU_RULE_MATTER, matter->subject_number, matter->rule, 0) != MOU_OK) {
        return MOU_ERROR_MEMORY;
    }
    return line_done(output);
}

static enum mou_status take_refutation(void *state, const struct mou_refutation *refutation)
{
    struct eval_output *output = state;
    mou_refutation_json(output->pack, refutation, &output->line);
    output->refuted = true;
    if (note_traced(output, MOU_RULE_ASSERTION, refutation->subject_number, refutation->rule, 0) != MOU_OK) {
        return MOU_ERROR_MEMORY;
    }
    return line_done(output);
}

static enum mou_status take_next(void *state, struct mou_text subject, uint32_t number, mou_date next)
{
    struct eval_output *output = state;
    (void)number;
    mou_next_json(subject, next, &output->line);
    return line_done(output);
}

/** Where the batches come from: one of the two is there. */
struct eval_source {
    struct mou_world *world;
    struct mou_store *store;
    mou_date as_of;
    mou_time known_at;
    uint32_t done;         /**< subjects of the world */
    struct mou_text after; /**< the store's last subject */
    struct mou_standing *standings; /**< where the measures of the batch's subjects stand in the store; NULL: matters are answered by what the rules say */
};

/** Fills the standings of a batch's subjects. */
static enum mou_status read_standings(struct eval_source *source, const struct mou_batch *batch, uint32_t count)
{
    const uint32_t measures = mou_pack_measure_count(mou_store_pack(source->store));
    enum mou_status status = MOU_OK;
    for (uint32_t i = 0; source->standings != NULL && status == MOU_OK && i < count; i++) {
        const struct mou_look_up asked = {batch->subject_id[i], source->as_of, source->known_at};
        status = mou_store_standings(source->store, &asked, source->standings + (size_t)i * measures);
    }
    return status;
}

/** The next batch; *count 0 at the end. */
static enum mou_status next_batch(struct mou_cli *cli, struct eval_source *source, uint32_t size, struct mou_batch_builder *builder, const struct mou_batch **batch,
                                  uint32_t *count)
{
    enum mou_status status = MOU_OK;
    if (source->world != NULL) {
        const uint32_t left = (uint32_t)source->world->subjects.count - source->done;
        *count = left < size ? left : size;
        status = *count > 0 ? mou_world_batch(source->world, source->done, *count, builder, batch) : MOU_OK;
        source->done += *count;
        return status;
    }
    status = mou_store_read_batch(source->store, source->known_at, source->after, size, builder, batch, count);
    status = status == MOU_OK ? read_standings(source, *batch, *count) : status;
    if (status != MOU_OK) {
        (void)mou_store_complain(cli, source->store, status);
    } else if (*count > 0) {
        const struct mou_text last = (*batch)->subject_id[*count - 1];
        source->after = (struct mou_text){mou_arena_copy(cli->arena, last.bytes, last.len), last.len};
        status = source->after.bytes != NULL ? MOU_OK : MOU_ERROR_MEMORY;
    }
    return status;
}

static enum mou_status evaluate_batches(struct eval_source *source, struct eval_output *output, const struct mou_run_options *options, uint32_t batch_size,
                                        bool next, struct mou_batch_builder *builder)
{
    struct mou_decision_sink sink = {.state = output, .decision = take_decision, .next = next ? take_next : NULL, .duty = take_duty, .repair = take_repair,
                                     .matter = take_matter, .refuted = take_refutation};
    uint32_t count = batch_size;
    enum mou_status status = MOU_OK;
    while (status == MOU_OK && count > 0) {
        const struct mou_batch *batch = NULL;
        status = next_batch(output->cli, source, batch_size, builder, &batch, &count);
        if (status == MOU_OK && count > 0) {
            status = mou_machine_run(output->machine, batch, options, &sink);
            status = status == MOU_OK ? write_traced(output) : status;
            if (status == MOU_ERROR_MEMORY) {
                mou_out_of_memory(output->cli);
            }
        }
    }
    return status;
}

/** Numbers of the outcomes, without a decision for each. */
static enum mou_status count_batch(const struct eval_output *output, const struct mou_batch *batch, mou_date as_of, struct mou_outcome_counts *counts,
                                   struct mou_run_result *result)
{
    enum mou_status status = mou_machine_count(output->machine, batch, as_of, NULL, counts);
    if (status == MOU_OK && mou_machine_faulted(output->machine)) {
        status = mou_machine_count_faults(output->machine, batch, as_of, NULL, &result->faults);
    }
    result->subjects += batch->core_count;
    return status;
}

/** The same shape as a summary of a run. */
static enum mou_exit print_counts(const struct eval_output *output, mou_date as_of, const struct mou_outcome_counts *counts, struct mou_run_result *result)
{
    const struct mou_run_request request = {.as_of = as_of};
    for (uint32_t i = 0; i < result->count_len; i++) {
        result->counts[i] = (struct mou_run_count){.measure = i};
        for (unsigned outcome = 0; outcome < sizeof counts->of / sizeof counts->of[0]; outcome++) {
            result->counts[i].outcomes[outcome] = counts[i].of[outcome];
            result->decisions += counts[i].of[outcome];
        }
    }
    result->evaluated = result->subjects;
    return mou_print_run(output->cli, output->pack, &request, result);
}

static enum mou_status count_batches(struct eval_source *source, struct eval_output *output, mou_date as_of, uint32_t batch_size, struct mou_batch_builder *builder)
{
    struct mou_run_result result = {.count_len = mou_pack_measure_count(output->pack)};
    struct mou_outcome_counts *counts = MOU_NEW_ARRAY(output->cli->arena, (size_t)result.count_len + 1, struct mou_outcome_counts);
    result.counts = MOU_NEW_ARRAY(output->cli->arena, (size_t)result.count_len + 1, struct mou_run_count);
    enum mou_status status = counts != NULL && result.counts != NULL ? MOU_OK : MOU_ERROR_MEMORY;
    uint32_t count = batch_size;
    while (status == MOU_OK && count > 0) {
        const struct mou_batch *batch = NULL;
        status = next_batch(output->cli, source, batch_size, builder, &batch, &count);
        status = status == MOU_OK && count > 0 ? count_batch(output, batch, as_of, counts, &result) : status;
    }
    if (status == MOU_ERROR_MEMORY) {
        mou_out_of_memory(output->cli);
    }
    output->fault_seen = result.faults > 0;
    return status != MOU_OK ? status : print_counts(output, as_of, counts, &result) == MOU_EXIT_DONE ? MOU_OK : MOU_ERROR_IO;
}

static enum mou_exit evaluate(struct mou_cli *cli, struct eval_source *source, struct eval_output *output, mou_date as_of, long batch_size)
{
    output->outcomes = mou_option_given(cli, "outcomes");
    struct mou_run_options options = {.as_of = as_of, .count_only = output->outcomes && output->trace.stream == NULL, .findings = mou_option_given(cli, "findings"), .duties = mou_option_given(cli, "duties"),
                                      .repairs = mou_option_given(cli, "repairs"), .matters = mou_option_given(cli, "matters"),
                                      .assertions = mou_option_given(cli, "assertions"), .standings = source->standings};
    struct mou_batch_builder *builder = mou_batch_builder_new(output->pack, NULL);
    enum mou_status status = builder != NULL ? mou_machine_new(output->pack, NULL, &output->machine) : MOU_ERROR_MEMORY;
    mou_buf_init(&output->line, NULL, OUTPUT_BYTES_MAX);
    if (status != MOU_OK) {
        mou_out_of_memory(cli);
    } else if (mou_option_given(cli, "summary")) {
        status = count_batches(source, output, as_of, (uint32_t)batch_size, builder);
    } else {
        status = evaluate_batches(source, output, &options, (uint32_t)batch_size, mou_option_given(cli, "next"), builder);
        if (status == MOU_OK) {
            status = flush(output);
        }
    }
    mou_buf_free(&output->line);
    mou_machine_free(output->machine);
    mou_batch_builder_free(builder);
    return status != MOU_OK ? mou_exit_of(status) : output->fault_seen ? MOU_EXIT_DATA : output->refuted ? MOU_EXIT_NEGATIVE : MOU_EXIT_DONE;
}

/** Evaluates all of a source, with the explanations where they are asked for. */
static enum mou_exit eval_source(struct mou_cli *cli, struct eval_source *source, struct eval_output *output, mou_date as_of, long batch_size)
{
    const char *trace = mou_option_value(cli, "trace", NULL);
    if (trace != NULL && !mou_new_file_open(cli, trace, &output->trace)) {
        return MOU_EXIT_IO;
    }
    mou_buf_init(&output->lines, NULL, OUTPUT_BYTES_MAX);
    enum mou_exit code = evaluate(cli, source, output, as_of, batch_size);
    mou_buf_free(&output->lines);
    const bool whole = code == MOU_EXIT_DONE || code == MOU_EXIT_NEGATIVE || code == MOU_EXIT_DATA;
    return !mou_new_file_close(cli, &output->trace, whole) && whole ? MOU_EXIT_IO : code;
}

static enum mou_exit eval_world(struct mou_cli *cli, const struct mou_pack *pack, mou_date as_of, long batch_size)
{
    struct mou_text json;
    struct mou_world world;
    struct eval_output output = {.cli = cli, .pack = pack};
    if (!mou_read_file(cli, cli->argument_count > 0 ? cli->arguments[0] : "-", WORLD_BYTES_MAX, &json)) {
        return MOU_EXIT_IO;
    }
    enum mou_status status = mou_world_open(&world, cli, pack, json);
    struct eval_source source = {.world = &world};
    const enum mou_exit code = status == MOU_OK ? eval_source(cli, &source, &output, as_of, batch_size) : mou_exit_of(status);
    mou_world_close(&world);
    return code;
}

/** The pack given, which is only tried, or the one in force. */
static enum mou_exit choose_pack(struct mou_cli *cli, struct mou_store *store, mou_date as_of, mou_time known_at)
{
    const char *path = mou_option_value(cli, "pack", NULL);
    struct mou_loaded_pack loaded;
    if (path == NULL) {
        const enum mou_status status = mou_store_use_pack(store, as_of, known_at);
        return status == MOU_OK ? MOU_EXIT_DONE : mou_store_complain(cli, store, status);
    }
    enum mou_exit code = mou_rules_open_pack(cli, path, &loaded);
    if (code == MOU_EXIT_DONE) {
        const enum mou_status status = mou_store_try_pack(store, (const unsigned char *)loaded.bytes.bytes, loaded.bytes.len);
        code = status == MOU_OK ? MOU_EXIT_DONE : mou_store_complain(cli, store, status);
    }
    mou_loaded_pack_close(&loaded);
    return code;
}

/** What only decisions are asked of: tables are read whole, and threads share the work. */
static enum mou_exit eval_everybody(struct mou_cli *cli, struct mou_store *store, struct eval_output *output, const struct mou_evaluate_request *request)
{
    const struct mou_decision_sink sink = {.state = output, .decision = take_decision, .next = mou_option_given(cli, "next") ? take_next : NULL};
    output->outcomes = request->outcomes_only;
    mou_buf_init(&output->line, NULL, OUTPUT_BYTES_MAX);
    mou_buf_init(&output->lines, NULL, OUTPUT_BYTES_MAX);
    enum mou_status status = mou_store_evaluate(store, request, &sink);
    enum mou_exit code = status != MOU_OK ? mou_store_complain(cli, store, status) : MOU_EXIT_DONE;
    if (status == MOU_OK) {
        code = mou_exit_of(flush(output));
    }
    mou_buf_free(&output->line);
    mou_buf_free(&output->lines);
    return code == MOU_EXIT_DONE && output->fault_seen ? MOU_EXIT_DATA : code;
}

/** Whether something is asked for that only a batch at hand can tell. */
static bool asks_for_more(const struct mou_cli *cli)
{
    static const char *const options[] = {"trace", "duties", "repairs", "matters", "assertions", "summary"};
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        if (mou_option_given(cli, options[i])) {
            return true;
        }
    }
    return false;
}

/** Numbers are not lines: who asks for the former gets none of the latter. */
static bool asks_for_one_thing(const struct mou_cli *cli)
{
    static const char *const options[] = {"findings", "outcomes", "duties", "repairs", "matters", "assertions", "next", "trace"};
    for (size_t i = 0; mou_option_given(cli, "summary") && i < sizeof options / sizeof options[0]; i++) {
        if (mou_option_given(cli, options[i])) {
            mou_complain(cli, mou_say(cli, "--summary 只输出各项措施的个数，不能同 --%s 一起用", "--summary prints numbers by measure only and does not go with --%s"), options[i]);
            return false;
        }
    }
    return true;
}

/** Where matters are answered by what is in effect, there must be room for what is in effect upon a batch; batches of more than STANDING_SUBJECTS are cut. */
static bool make_room(struct mou_cli *cli, struct eval_source *source, long *batch_size)
{
    if (!mou_option_given(cli, "matters") || mou_option_given(cli, "proposals")) {
        return true;
    }
    *batch_size = *batch_size < STANDING_SUBJECTS ? *batch_size : STANDING_SUBJECTS;
    source->standings = MOU_NEW_ARRAY(cli->arena, (size_t)*batch_size * mou_pack_measure_count(mou_store_pack(source->store)) + 1, struct mou_standing);
    return source->standings != NULL;
}

/** All subjects of a store. Recorded as a look-up of everybody, before anything is shown. */
static enum mou_exit eval_store(struct mou_cli *cli, mou_date as_of, long batch_size)
{
    struct mou_store *store = NULL;
    struct eval_output output = {.cli = cli};
    mou_time known_at = 0;
    long threads = 0;
    if (!mou_threads_option(cli, &threads) || !mou_option_time(cli, "known-at", MOU_TIME_NOW, &known_at) || !mou_masking_allowed(cli)) {
        return MOU_EXIT_USAGE;
    }
    enum mou_exit code = mou_open_store(cli, cli->arguments[0], &store);
    if (code != MOU_EXIT_DONE) {
        return code;
    }
    code = choose_pack(cli, store, as_of, known_at);
    if (code == MOU_EXIT_DONE) {
        output.pack = mou_store_pack(store);
        mou_masking_init(&output.masking, cli, output.pack);
        const struct mou_lookup_note note = {.acting = mou_acting_of(cli), .subject = "*", .proposals = mou_option_given(cli, "proposals"), .as_of = as_of, .known_at = known_at, .pack = output.pack};
        code = mou_note_lookup(cli, store, &note, NULL);
    }
    if (code == MOU_EXIT_DONE && !asks_for_more(cli)) {
        const struct mou_evaluate_request request = {.as_of = as_of, .known_at = known_at, .findings = mou_option_given(cli, "findings"),
                                                     .outcomes_only = mou_option_given(cli, "outcomes"), .threads = (uint32_t)threads,
                                                     .batch_subjects = (uint32_t)batch_size};
        code = eval_everybody(cli, store, &output, &request);
    } else if (code == MOU_EXIT_DONE) {
        struct eval_source source = {.store = store, .as_of = as_of, .known_at = known_at, .after = {"", 0}};
        code = make_room(cli, &source, &batch_size) ? eval_source(cli, &source, &output, as_of, batch_size) : mou_out_of_memory(cli);
    }
    mou_store_close(store);
    return code;
}

/** Whether the file is a database, by its first bytes. */
static bool is_database(const char *path)
{
    static const char magic[] = "SQLite format 3"; /* with its NUL */
    char first[sizeof magic] = {0};
    FILE *file = strcmp(path, "-") != 0 ? fopen(path, "rb") : NULL;
    const bool whole = file != NULL && fread(first, 1, sizeof first, file) == sizeof first;
    if (file != NULL) {
        (void)fclose(file);
    }
    return whole && memcmp(first, magic, sizeof magic) == 0;
}

enum mou_exit mou_cmd_eval(struct mou_cli *cli)
{
    const char *pack_path = mou_option_value(cli, "pack", NULL);
    bool as_of_given = false;
    mou_date as_of = 0;
    long batch_size = 0;
    struct mou_loaded_pack loaded;
    if (!mou_option_date(cli, "as-of", &as_of_given, &as_of) || !mou_option_number(cli, "batch", 1, 1000000, 2048, &batch_size) || !asks_for_one_thing(cli)) {
        return MOU_EXIT_USAGE;
    }
    if (cli->argument_count > 0 && is_database(cli->arguments[0])) {
        return eval_store(cli, as_of_given ? as_of : mou_clock_today(), batch_size);
    }
    if (pack_path == NULL || !as_of_given || mou_option_given(cli, "known-at") || mou_option_given(cli, "proposals")) {
        mou_complain(cli, "%s", mou_say(cli, "须给出 --pack 和 --as-of，例如 --pack 规则.moup --as-of 2024-05-01；--known-at、--proposals 只用于数据库",
                                        "--pack and --as-of are needed, for instance --pack rules.moup --as-of 2024-05-01; --known-at and --proposals are for stores only"));
        return MOU_EXIT_USAGE;
    }
    enum mou_exit code = mou_rules_open_pack(cli, pack_path, &loaded);
    if (code == MOU_EXIT_DONE) {
        code = eval_world(cli, loaded.pack, as_of, batch_size);
    }
    mou_loaded_pack_close(&loaded);
    return code;
}
