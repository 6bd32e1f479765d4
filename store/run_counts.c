/*
 * How many decisions of each measure stand, kept from run to run: an incremental run takes the counts that the run before left and adds what it changes, so that it need not
 * go through everybody's decisions. `mou verify` counts them again. Used by run.c and delta.c.
 */
#include <stdlib.h>
#include <string.h>

#include "run_internal.h"

static const char *const words[4] = {"in_force", "suspended", "to_verify", "pending"};

/** A measure's key in the order of keys. */
struct mou_measure_key {
    struct mou_text memorandum, rule;
    uint32_t measure;
};

const char *mou_outcome_word(enum mou_decision_outcome outcome)
{
    return words[outcome];
}

static int compare_keys(const void *a, const void *b)
{
    const struct mou_measure_key *left = a;
    const struct mou_measure_key *right = b;
    const int order = mou_text_compare(left->memorandum, right->memorandum);
    return order != 0 ? order : mou_text_compare(left->rule, right->rule);
}

enum mou_status mou_counts_open(struct mou_counts *counts, struct mou_store *store, struct mou_arena *arena)
{
    const uint32_t count = mou_pack_measure_count(store->pack);
    *counts = (struct mou_counts){.store = store, .arena = arena, .keys = MOU_NEW_ARRAY(arena, (size_t)count + 1, struct mou_measure_key), .key_count = count,
                                  .change = MOU_NEW_ARRAY(arena, 4 * ((size_t)count + 1), int64_t)};
    if (counts->keys == NULL || counts->change == NULL) {
        return mou_store_out_of_memory(store);
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct mou_decision decision = {.rule = i};
        const struct mou_rule_names names = mou_run_names(store->pack, &decision);
        counts->keys[i] = (struct mou_measure_key){names.memorandum, names.rule, i};
    }
    qsort(counts->keys, count, sizeof *counts->keys, compare_keys);
    return MOU_OK;
}

static const struct mou_measure_key *key_of(const struct mou_counts *counts, struct mou_text memorandum, struct mou_text rule)
{
    const struct mou_measure_key wanted = {memorandum, rule, 0};
    return bsearch(&wanted, counts->keys, counts->key_count, sizeof wanted, compare_keys);
}

/** Number of the word, 4 for none. */
static uint32_t outcome_of(struct mou_text word)
{
    uint32_t i = 0;
    while (i < 4 && !mou_text_equal(word, mou_text_of(words[i]))) {
        i++;
    }
    return i;
}

void mou_counts_opened(struct mou_counts *counts, uint32_t measure, enum mou_decision_outcome outcome)
{
    counts->change[4 * measure + (uint32_t)outcome]++;
}

void mou_counts_closed(struct mou_counts *counts, struct mou_text memorandum, struct mou_text rule, struct mou_text outcome)
{
    const struct mou_measure_key *key = key_of(counts, memorandum, rule);
    const uint32_t number = outcome_of(outcome);
    if (key != NULL && number < 4) { /* a rule of another pack: the run counts everybody's decisions */
        counts->change[4 * key->measure + number]--;
    }
}

/** What the run before left, with what this one changed. */
static enum mou_status add_before(struct mou_counts *counts)
{
    struct mou_store *store = counts->store;
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_STANDING_COUNTS);
    bool row = statement != NULL;
    enum mou_status status = statement != NULL ? MOU_OK : MOU_ERROR_IO;
    for (uint32_t i = 0; i < counts->key_count; i++) {
        for (uint32_t k = 0; k < 4; k++) {
            store->counts[i].outcomes[k] = (uint64_t)counts->change[4 * i + k];
        }
    }
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        if (status != MOU_OK || !row) {
            break;
        }
        const struct mou_measure_key *key = key_of(counts, mou_store_column_text(statement, 0), mou_store_column_text(statement, 1));
        const uint32_t outcome = outcome_of(mou_store_column_text(statement, 2));
        if (key != NULL && outcome < 4) {
            store->counts[key->measure].outcomes[outcome] += (uint64_t)sqlite3_column_int64(statement, 3);
        }
    }
    sqlite3_reset(statement);
    return status;
}

/** In place of those that were there; of what no longer stands there is no row. */
static enum mou_status write_rows(struct mou_counts *counts)
{
    struct mou_store *store = counts->store;
    enum mou_status status = mou_rows_write(store, mou_store_statement(store, MOU_SQL_STANDING_REMOVE), &counts->rows);
    status = status == MOU_OK ? mou_rows_write(store, mou_store_statement(store, MOU_SQL_STANDING_SET), &counts->rows) : status;
    counts->rows.count = 0;
    return status;
}

static enum mou_status add_count(struct mou_counts *counts, const struct mou_measure_key *key, uint32_t outcome)
{
    enum mou_status status = counts->rows.count == MOU_ROWS_MAX ? write_rows(counts) : MOU_OK;
    struct mou_rows_cell *row = status == MOU_OK ? mou_rows_add(&counts->rows, counts->arena) : NULL;
    if (row == NULL) {
        return status != MOU_OK ? status : mou_store_out_of_memory(counts->store);
    }
    row[0] = mou_cell_text(key->memorandum);
    row[1] = mou_cell_text(key->rule);
    row[2] = mou_cell_text(mou_text_of(words[outcome]));
    row[3] = mou_cell_number((int64_t)counts->store->counts[key->measure].outcomes[outcome]);
    return MOU_OK;
}

enum mou_status mou_counts_close(struct mou_counts *counts, bool whole)
{
    struct mou_store *store = counts->store;
    enum mou_status status = whole ? mou_store_step_done(store, mou_store_statement(store, MOU_SQL_STANDING_CLEAR)) : add_before(counts);
    for (uint32_t i = 0; status == MOU_OK && i < counts->key_count; i++) {
        for (uint32_t k = 0; status == MOU_OK && k < 4; k++) {
            const struct mou_measure_key *key = &counts->keys[i];
            const bool changed = whole ? store->counts[key->measure].outcomes[k] > 0 : counts->change[4 * key->measure + k] != 0;
            status = changed ? add_count(counts, key, k) : MOU_OK;
        }
    }
    return status == MOU_OK ? write_rows(counts) : status;
}
