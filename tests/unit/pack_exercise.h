/*
 * What is done with a pack that may be damaged: sealed again so that its flaws lie behind hash and cost bound, opened,
 * dumped, run over a small random batch, decided, explained. Whatever the bytes are, nothing of this may crash or run
 * on. For fuzzing and for flipping.
 */
#ifndef MOU_TESTS_PACK_EXERCISE_H
#define MOU_TESTS_PACK_EXERCISE_H

#include <string.h>

#include "format/pack_cost.h"
#include "machine.h"
#include "random_batch.h"

/** Memory that one exercise may take for frames and registers. */
#define EXERCISE_BYTES_MAX ((size_t)16 << 20)

enum exercise_outcome { EXERCISE_REFUSED, EXERCISE_RUN, EXERCISE_STOPPED, EXERCISE_OUTCOME_COUNT };

/* Whether a section of the file can be read as `size` byte entries. */
static inline bool exercise_section(const struct mou_pack_header *header, uint32_t section, size_t size, size_t len)
{
    const struct mou_pack_section_entry *entry = &header->sections[section];
    return entry->offset % 8 == 0 && (uint64_t)entry->offset + (uint64_t)entry->count * size <= len;
}

/** Puts file size, cost bound and hash right, where the bytes are long enough for a header. */
static inline void exercise_reseal(unsigned char *bytes, size_t len)
{
    struct mou_pack_header header;
    if (len < sizeof header) {
        return;
    }
    memcpy(&header, bytes, sizeof header);
    header.file_size = len;
    if (exercise_section(&header, MOU_SECTION_INSTRUCTIONS, sizeof(struct mou_pack_instruction), len) &&
        exercise_section(&header, MOU_SECTION_TABLES, sizeof(struct mou_pack_table), len)) {
        const void *instructions = bytes + header.sections[MOU_SECTION_INSTRUCTIONS].offset;
        const void *tables = bytes + header.sections[MOU_SECTION_TABLES].offset;
        header.cost_per_row = mou_pack_cost(instructions, header.sections[MOU_SECTION_INSTRUCTIONS].count, tables,
                                            header.sections[MOU_SECTION_TABLES].count);
    }
    memset(header.content_hash, 0, sizeof header.content_hash);
    memcpy(bytes, &header, sizeof header);
    unsigned char hash[32];
    mou_sha256(bytes, len, hash);
    memcpy(header.content_hash, hash, sizeof hash);
    memcpy(bytes, &header, sizeof header);
}

struct exercise_sink {
    const struct mou_pack *pack;
    struct mou_buf *out;
};

static inline enum mou_status exercise_decision(void *state, const struct mou_decision *decision)
{
    struct exercise_sink *sink = state;
    mou_buf_clear(sink->out);
    mou_decision_json(sink->pack, decision, sink->out);
    return MOU_OK;
}

static inline enum mou_status exercise_next(void *state, struct mou_text subject, uint32_t number, mou_date next)
{
    struct exercise_sink *sink = state;
    (void)number;
    mou_buf_clear(sink->out);
    mou_next_json(subject, next, sink->out);
    return MOU_OK;
}

static inline enum mou_status exercise_duty(void *state, const struct mou_duty_state *duty)
{
    struct exercise_sink *sink = state;
    mou_buf_clear(sink->out);
    mou_duty_json(sink->pack, duty, sink->out);
    return MOU_OK;
}

static inline enum mou_status exercise_repair(void *state, const struct mou_repair_state *repair)
{
    struct exercise_sink *sink = state;
    mou_buf_clear(sink->out);
    mou_repair_json(sink->pack, repair, sink->out);
    return MOU_OK;
}

static inline enum mou_status exercise_matter(void *state, const struct mou_matter_state *matter)
{
    struct exercise_sink *sink = state;
    mou_buf_clear(sink->out);
    mou_matter_json(sink->pack, matter, sink->out);
    return MOU_OK;
}

static inline enum mou_status exercise_refuted(void *state, const struct mou_refutation *refutation)
{
    struct exercise_sink *sink = state;
    mou_buf_clear(sink->out);
    mou_refutation_json(sink->pack, refutation, sink->out);
    return MOU_OK;
}

static inline void exercise_explain(struct mou_machine *machine, const struct mou_pack *pack, uint32_t cores,
                                    struct rng *rng, struct mou_buf *out)
{
    for (int i = 0; i < 2 && cores > 0; i++) {
        const bool finding = i == 1;
        const uint32_t rules = finding ? mou_pack_finding_count(pack) : mou_pack_measure_count(pack);
        const struct mou_explain_options options = {rng_once_in(rng, 2) ? MOU_LANG_ZH : MOU_LANG_EN,
                                                    rng_once_in(rng, 2), rng_once_in(rng, 2), rng_once_in(rng, 2)};
        mou_buf_clear(out);
        if (rules > 0) {
            const enum mou_status status =
                mou_machine_explain(machine, rng_below(rng, cores), rng_below(rng, rules), finding, &options, out);
            (void)status;
        }
    }
}

static inline bool exercise_batch(struct mou_machine *machine, const struct mou_pack *pack,
                                  struct mou_batch_builder *builder, struct mou_arena *arena, struct rng *rng,
                                  struct mou_buf *out)
{
    const mou_date as_of = 42000;
    const struct batch_plan plan = {1 + rng_below(rng, 6), 3, 2, 24, 6, as_of};
    const struct mou_batch *batch = NULL;
    const struct mou_run_options options = {.as_of = as_of, .findings = true, .duties = true, .repairs = true, .matters = true, .assertions = true};
    struct exercise_sink state = {pack, out};
    const struct mou_decision_sink sink = {&state,         exercise_decision, exercise_next,   exercise_duty,
                                           exercise_repair, exercise_matter,   exercise_refuted};
    if (!random_batch(rng, pack, builder, arena, &plan) || mou_batch_finish(builder, &batch) != MOU_OK ||
        mou_machine_run(machine, batch, &options, &sink) != MOU_OK) {
        return false;
    }
    exercise_explain(machine, pack, batch->core_count, rng, out);
    struct mou_outcome_counts *counts = MOU_NEW_ARRAY(arena, (size_t)mou_pack_measure_count(pack) + 1, struct mou_outcome_counts);
    return counts != NULL && mou_machine_count(machine, batch, as_of, NULL, counts) == MOU_OK;
}

/** The whole way; `bytes` aligned to 8. */
static inline enum exercise_outcome exercise_pack(const unsigned char *bytes, size_t len, uint64_t seed)
{
    struct rng rng = {seed};
    struct mou_pack *pack = NULL;
    struct mou_machine *machine = NULL;
    struct mou_buf out;
    mou_buf_init(&out, mou_allocator_default(), (size_t)1 << 22);
    enum exercise_outcome outcome = EXERCISE_REFUSED;
    if (mou_pack_open(bytes, len, NULL, &pack, &out) == MOU_OK) {
        outcome = EXERCISE_STOPPED;
        mou_buf_clear(&out);
        if (rng_once_in(&rng, 8)) {
            mou_pack_dump(pack, &out);
        }
        struct mou_arena *arena = mou_arena_new(NULL);
        struct mou_batch_builder *builder = mou_batch_builder_new(pack, NULL);
        if (arena != NULL && builder != NULL && mou_machine_new(pack, NULL, &machine) == MOU_OK) {
            machine->slab.max_bytes = EXERCISE_BYTES_MAX;
            outcome = exercise_batch(machine, pack, builder, arena, &rng, &out) ? EXERCISE_RUN : EXERCISE_STOPPED;
        }
        mou_machine_free(machine);
        mou_batch_builder_free(builder);
        mou_arena_free(arena);
    }
    mou_pack_close(pack);
    mou_buf_free(&out);
    return outcome;
}

#endif
