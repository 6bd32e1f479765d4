/*
 * mou eval: worlds in, decisions out, one JSON object per line.
 */
#include <errno.h>
#include <string.h>

#include "world.h"

#define WORLD_BYTES_MAX ((size_t)4 * 1024 * 1024 * 1024)
#define OUTPUT_BYTES_MAX ((size_t)1024 * 1024 * 1024)
#define FLUSH_BYTES 65536

/** Where the results of one evaluation go. */
struct eval_output {
    struct mou_cli *cli;
    const struct mou_pack *pack;
    struct mou_machine *machine;
    struct mou_buf lines;
    FILE *trace; /**< NULL without --trace */
    bool fault_seen;
    bool refuted;
};

static enum mou_status flush(struct eval_output *output)
{
    enum mou_exit code = mou_output(output->cli, &output->lines);
    mou_buf_clear(&output->lines);
    return code == MOU_EXIT_DONE ? MOU_OK : MOU_ERROR_IO;
}

static enum mou_status write_trace(struct eval_output *output, const struct mou_decision *decision)
{
    struct mou_explain_options options = {.lang = output->cli->lang};
    struct mou_buf text;
    mou_buf_init(&text, NULL, OUTPUT_BYTES_MAX);
    enum mou_status status = mou_machine_explain(output->machine, decision->subject_number, decision->rule, decision->is_finding, &options, &text);
    if (status == MOU_OK && text.len > 0 && fwrite(text.data, 1, text.len, output->trace) != text.len) {
        mou_complain(output->cli, mou_say(output->cli, "不能写理由文件：%s", "cannot write the trace file: %s"), strerror(errno));
        status = MOU_ERROR_IO;
    }
    mou_buf_free(&text);
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
    return output->lines.failed ? MOU_ERROR_MEMORY : output->lines.len > FLUSH_BYTES ? flush(output) : MOU_OK;
}

static enum mou_status take_decision(void *state, const struct mou_decision *decision)
{
    struct eval_output *output = state;
    mou_decision_json(output->pack, decision, &output->lines);
    note_faults(output, decision->missing, decision->missing_count);
    if (output->trace != NULL) {
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
    mou_duty_json(output->pack, duty, &output->lines);
    note_faults(output, duty->missing, duty->missing_count);
    return line_done(output);
}

static enum mou_status take_repair(void *state, const struct mou_repair_state *repair)
{
    struct eval_output *output = state;
    mou_repair_json(output->pack, repair, &output->lines);
    note_faults(output, repair->missing, repair->missing_count);
    return line_done(output);
}

static enum mou_status take_matter(void *state, const struct mou_matter_state *matter)
{
    struct eval_output *output = state;
    mou_matter_json(output->pack, matter, &output->lines);
    note_faults(output, matter->missing, matter->missing_count);
    return line_done(output);
}

static enum mou_status take_refutation(void *state, const struct mou_refutation *refutation)
{
    struct eval_output *output = state;
    mou_refutation_json(output->pack, refutation, &output->lines);
    output->refuted = true;
    return line_done(output);
}

static enum mou_status take_next(void *state, struct mou_text subject, uint32_t number, mou_date next)
{
    struct eval_output *output = state;
    (void)number;
    mou_next_json(subject, next, &output->lines);
    return output->lines.failed ? MOU_ERROR_MEMORY : MOU_OK;
}

static enum mou_status evaluate_batches(struct mou_world *world, struct eval_output *output, const struct mou_run_options *options, uint32_t batch_size,
                                        bool next, struct mou_batch_builder *builder)
{
    struct mou_decision_sink sink = {.state = output, .decision = take_decision, .next = next ? take_next : NULL, .duty = take_duty, .repair = take_repair,
                                     .matter = take_matter, .refuted = take_refutation};
    uint32_t total = (uint32_t)world->subjects.count;
    for (uint32_t first = 0; first < total; first += batch_size) {
        const struct mou_batch *batch = NULL;
        uint32_t count = total - first < batch_size ? total - first : batch_size;
        enum mou_status status = mou_world_batch(world, first, count, builder, &batch);
        if (status == MOU_OK) {
            status = mou_machine_run(output->machine, batch, options, &sink);
            if (status == MOU_ERROR_MEMORY) {
                mou_out_of_memory(world->cli);
            }
        }
        if (status != MOU_OK) {
            return status;
        }
    }
    return MOU_OK;
}

static enum mou_exit evaluate(struct mou_cli *cli, struct mou_world *world, struct eval_output *output, mou_date as_of, long batch_size)
{
    struct mou_run_options options = {.as_of = as_of, .findings = mou_option_given(cli, "findings"), .duties = mou_option_given(cli, "duties"),
                                      .repairs = mou_option_given(cli, "repairs"), .matters = mou_option_given(cli, "matters"),
                                      .assertions = mou_option_given(cli, "assertions")};
    struct mou_batch_builder *builder = mou_batch_builder_new(output->pack, NULL);
    enum mou_status status = builder != NULL ? mou_machine_new(output->pack, NULL, &output->machine) : MOU_ERROR_MEMORY;
    if (status != MOU_OK) {
        mou_out_of_memory(cli);
    } else {
        status = evaluate_batches(world, output, &options, (uint32_t)batch_size, mou_option_given(cli, "next"), builder);
        if (status == MOU_OK) {
            status = flush(output);
        }
    }
    mou_machine_free(output->machine);
    mou_batch_builder_free(builder);
    return status != MOU_OK ? mou_exit_of(status) : output->fault_seen ? MOU_EXIT_DATA : output->refuted ? MOU_EXIT_NEGATIVE : MOU_EXIT_DONE;
}

static bool open_trace(struct mou_cli *cli, struct eval_output *output)
{
    const char *path = mou_option_value(cli, "trace", NULL);
    output->trace = path != NULL ? fopen(path, "w") : NULL;
    if (path != NULL && output->trace == NULL) {
        mou_complain(cli, mou_say(cli, "不能写理由文件 %s：%s", "cannot write the trace file %s: %s"), path, strerror(errno));
        return false;
    }
    return true;
}

static enum mou_exit eval_with_pack(struct mou_cli *cli, const struct mou_pack *pack, mou_date as_of, long batch_size)
{
    struct mou_text json;
    struct mou_world world;
    struct eval_output output = {.cli = cli, .pack = pack};
    if (!mou_read_file(cli, cli->argument_count > 0 ? cli->arguments[0] : "-", WORLD_BYTES_MAX, &json) || !open_trace(cli, &output)) {
        return MOU_EXIT_IO;
    }
    mou_buf_init(&output.lines, NULL, OUTPUT_BYTES_MAX);
    enum mou_status status = mou_world_open(&world, cli, pack, json);
    enum mou_exit code = status == MOU_OK ? evaluate(cli, &world, &output, as_of, batch_size) : mou_exit_of(status);
    mou_world_close(&world);
    mou_buf_free(&output.lines);
    if (output.trace != NULL && fclose(output.trace) != 0 && code == MOU_EXIT_DONE) {
        mou_complain(cli, "%s", mou_say(cli, "理由文件没有写完整", "the trace file was not written completely"));
        code = MOU_EXIT_IO;
    }
    return code;
}

enum mou_exit mou_cmd_eval(struct mou_cli *cli)
{
    const char *pack_path = mou_option_value(cli, "pack", NULL);
    bool as_of_given = false;
    mou_date as_of = 0;
    long batch_size = 0;
    struct mou_loaded_pack loaded;
    if (!mou_option_date(cli, "as-of", &as_of_given, &as_of) || !mou_option_number(cli, "batch", 1, 1000000, 2048, &batch_size)) {
        return MOU_EXIT_USAGE;
    }
    if (pack_path == NULL || !as_of_given) {
        mou_complain(cli, "%s", mou_say(cli, "须给出 --pack 和 --as-of，例如 --pack 规则.moup --as-of 2024-05-01", "--pack and --as-of are needed, for instance --pack rules.moup --as-of 2024-05-01"));
        return MOU_EXIT_USAGE;
    }
    enum mou_exit code = mou_rules_open_pack(cli, pack_path, &loaded);
    if (code == MOU_EXIT_DONE) {
        code = eval_with_pack(cli, loaded.pack, as_of, batch_size);
    }
    mou_loaded_pack_close(&loaded);
    return code;
}
