/*
 * Any bytes as a JSON world: refused with a message, or evaluated. Every output line is well-formed JSON of its subject, the lines are
 * in order, and batches of one give the same bytes as one batch of all.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "fuzz_rules.h"
#include "world.h"

#define LINES_BYTES_MAX ((size_t)256 * 1024 * 1024)
#define AS_OF           45292 /* 2024-01-02 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** The last complaint of the world's reader. */
static char complaint[4096];

/* The reader speaks through these three of the command line. */

const char *mou_say(const struct mou_cli *cli, const char *zh, const char *en)
{
    return cli->lang == MOU_LANG_EN ? en : zh;
}

void mou_complain(const struct mou_cli *cli, const char *format, ...)
{
    va_list arguments;
    (void)cli;
    va_start(arguments, format);
    (void)vsnprintf(complaint, sizeof complaint, format, arguments);
    va_end(arguments);
}

enum mou_exit mou_out_of_memory(const struct mou_cli *cli)
{
    mou_complain(cli, "%s", "out of memory");
    return MOU_EXIT_IO;
}

/** One evaluation under way. */
struct evaluation {
    const struct mou_pack *pack;
    struct mou_machine *machine;
    struct mou_buf lines;
};

static enum mou_status take_decision(void *state, const struct mou_decision *decision)
{
    struct evaluation *evaluation = state;
    mou_decision_json(evaluation->pack, decision, &evaluation->lines);
    const struct mou_explain_options options = {.lang = MOU_LANG_ZH};
    struct mou_buf text;
    mou_buf_init(&text, NULL, LINES_BYTES_MAX);
    fuzz_require(mou_machine_explain(evaluation->machine, decision->subject_number, decision->rule,
                                     decision->is_finding, &options, &text) == MOU_OK);
    fuzz_require(text.len > 0 && mou_utf8_valid(text.data, text.len));
    mou_buf_free(&text);
    return MOU_OK;
}

static enum mou_status take_next(void *state, struct mou_text subject, uint32_t number,
                                 mou_date next)
{
    struct evaluation *evaluation = state;
    (void)number;
    mou_next_json(subject, next, &evaluation->lines);
    return MOU_OK;
}

/** Fills evaluation->lines from batches of `size` subjects; false if the world is refused. */
static bool evaluate(struct mou_world *world, uint32_t size, struct evaluation *evaluation)
{
    const uint32_t total = (uint32_t)world->subjects.count;
    const struct mou_run_options options = {.as_of = AS_OF, .findings = true};
    const struct mou_decision_sink sink = {.state = evaluation, .decision = take_decision, .next = take_next};
    struct mou_batch_builder *builder = mou_batch_builder_new(evaluation->pack, NULL);
    enum mou_status status = MOU_OK;
    fuzz_require(builder != NULL);
    mou_buf_init(&evaluation->lines, NULL, LINES_BYTES_MAX);
    for (uint32_t first = 0; status == MOU_OK && first < total; first += size) {
        const struct mou_batch *batch = NULL;
        status = mou_world_batch(world, first, total - first < size ? total - first : size, builder,
                                 &batch);
        fuzz_require(status == MOU_OK || (status == MOU_ERROR_DATA && complaint[0] != '\0'));
        if (status == MOU_OK) {
            fuzz_require(mou_machine_run(evaluation->machine, batch, &options, &sink) == MOU_OK);
        }
    }
    mou_batch_builder_free(builder);
    fuzz_require(!evaluation->lines.failed);
    return status == MOU_OK;
}

static struct mou_text subject_of(json_t *line)
{
    json_t *subject = json_object_get(line, "subject");
    return (struct mou_text){json_string_value(subject), json_string_length(subject)};
}

static void check_lines(const struct mou_buf *lines)
{
    json_t *last = NULL;
    for (size_t begin = 0; begin < lines->len;) {
        const char *end = memchr(lines->data + begin, '\n', lines->len - begin);
        json_error_t error;
        fuzz_require(end != NULL);
        json_t *line = json_loadb(lines->data + begin, (size_t)(end - lines->data) - begin,
                                  JSON_REJECT_DUPLICATES, &error);
        fuzz_require(subject_of(line).len > 0);
        fuzz_require(last == NULL || mou_text_compare(subject_of(last), subject_of(line)) <= 0);
        json_decref(last);
        last = line;
        begin = (size_t)(end - lines->data) + 1;
    }
    json_decref(last);
}

static void check_world(struct mou_world *world, struct evaluation *evaluation)
{
    struct evaluation single = *evaluation;
    const bool whole = evaluate(world, UINT32_MAX, evaluation);
    const bool pieces = evaluate(world, 1, &single);
    fuzz_require(whole == pieces);
    if (whole) {
        fuzz_require(evaluation->lines.len == single.lines.len &&
                     (single.lines.len == 0 ||
                      memcmp(evaluation->lines.data, single.lines.data, single.lines.len) == 0));
        check_lines(&single.lines);
    }
    mou_buf_free(&evaluation->lines);
    mou_buf_free(&single.lines);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct mou_text bytes = fuzz_pack_bytes();
    struct mou_cli cli = {.lang = MOU_LANG_ZH};
    struct mou_pack *pack = NULL;
    struct mou_world world;
    struct evaluation evaluation = {0};
    fuzz_require(mou_pack_open((const unsigned char *)bytes.bytes, bytes.len, NULL, &pack, NULL) ==
                 MOU_OK);
    fuzz_require(mou_machine_new(pack, NULL, &evaluation.machine) == MOU_OK);
    evaluation.pack = pack;
    complaint[0] = '\0';
    const enum mou_status status =
        mou_world_open(&world, &cli, pack, (struct mou_text){(const char *)data, size});
    fuzz_require(status == MOU_OK || (status == MOU_ERROR_DATA && complaint[0] != '\0'));
    if (status == MOU_OK) {
        check_world(&world, &evaluation);
    }
    mou_world_close(&world);
    mou_machine_free(evaluation.machine);
    mou_pack_close(pack);
    return 0;
}
