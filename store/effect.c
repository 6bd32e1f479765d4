/*
 * Where each measure of the pack at hand stands for a subject, on a day and at a state of knowledge: what a matter is answered by. Reads the steps that are recorded and
 * decides nothing. Called by read.c and through measures.h.
 */
#include <assert.h>

#include "acts.h"
#include "effect.h"

/** Numbers of the pack's measures by "memorandum.rule", which is how decisions name theirs. Made once per pack. */
static enum mou_status name_measures(struct mou_store *store)
{
    struct mou_buf key;
    bool good = true;
    struct mou_intern *keys = mou_intern_new(store->pack_arena);
    mou_buf_init(&key, NULL, 65536);
    for (uint32_t i = 0; good && keys != NULL && i < mou_pack_measure_count(store->pack); i++) {
        struct mou_text rule, memorandum, ignored;
        uint32_t owner = 0, kind = 0;
        mou_pack_measure(store->pack, i, &rule, &owner, &kind, &ignored, &ignored);
        mou_pack_memorandum(store->pack, owner, &memorandum, &ignored, &ignored, &ignored);
        mou_buf_clear(&key);
        mou_buf_append(&key, memorandum.bytes, memorandum.len);
        mou_buf_char(&key, '.');
        mou_buf_append(&key, rule.bytes, rule.len);
        good = !key.failed && mou_intern_add(keys, (struct mou_text){key.data, key.len}) == i;
    }
    mou_buf_free(&key);
    store->measure_keys = good ? keys : NULL;
    return store->measure_keys != NULL ? MOU_OK : mou_store_out_of_memory(store);
}

/** A measure whose own term is over by that day is over, whether a run has noted it yet or not. */
static enum mou_measure_state state_on(sqlite3_stmt *statement, mou_date day)
{
    const enum mou_measure_state state = mou_measure_state_of(mou_store_column_text(statement, 1));
    const mou_date due = mou_store_column_date(statement, 2);
    const bool over = state < MOU_MEASURE_STATE_COUNT && mou_measure_state_info(state)->effect && due != MOU_DATE_NONE && due <= day;
    return over ? MOU_MEASURE_EXPIRED : state;
}

static struct mou_standing standing_of(const struct mou_store *store, enum mou_measure_state state)
{
    if (state == MOU_MEASURE_NONE) {
        return (struct mou_standing){.said = mou_text_of(mou_store_say(store, "尚无运行认定", "found by no run yet"))};
    }
    const struct mou_measure_state_info *info = mou_measure_state_info(state);
    return (struct mou_standing){.in_effect = info->effect, .word = mou_text_of(info->word), .said = mou_text_of(mou_store_say(store, info->zh, info->en))};
}

enum mou_status mou_standings_read(struct mou_store *store, const struct mou_look_up *asked, struct mou_standing *standings)
{
    bool row = true;
    enum mou_status status = store->measure_keys != NULL ? MOU_OK : name_measures(store);
    sqlite3_stmt *statement = status == MOU_OK ? mou_store_statement(store, MOU_SQL_STEPS_ON_DAY) : NULL;
    if (statement == NULL) {
        return status != MOU_OK ? status : MOU_ERROR_IO;
    }
    for (uint32_t i = 0; i < mou_pack_measure_count(store->pack); i++) {
        standings[i] = standing_of(store, MOU_MEASURE_NONE);
    }
    mou_store_bind_text(statement, 1, asked->subject);
    sqlite3_bind_int64(statement, 2, asked->day);
    sqlite3_bind_int64(statement, 3, asked->known_at);
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        if (status == MOU_OK && row) {
            const uint32_t measure = mou_intern_find(store->measure_keys, mou_store_column_text(statement, 0));
            const enum mou_measure_state state = state_on(statement, asked->day);
            if (state == MOU_MEASURE_STATE_COUNT) {
                status = mou_store_fail(store, MOU_ERROR_IO, "%s", mou_store_say(store, "有决定的状态不明", "a decision stands where it cannot stand"));
            } else if (measure != MOU_INTERN_NONE) { /* else a rule that this pack does not have any more */
                standings[measure] = standing_of(store, state);
            }
        }
    }
    sqlite3_reset(statement);
    return status;
}

enum mou_status mou_store_standings(struct mou_store *store, const struct mou_look_up *asked, struct mou_standing *standings)
{
    assert(store != NULL && asked != NULL && standings != NULL && store->pack != NULL);
    mou_store_begin_call(store);
    return mou_standings_read(store, asked, standings);
}
