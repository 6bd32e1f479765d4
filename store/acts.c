/*
 * Acts and their steps: one row for what a run, an import or an officer does, one for every measure that it moves, with the deadline of what comes next, and one receipt over all of them.
 * Which step follows which is not decided here but in measure_states.def; what is not allowed does not happen, and the database's triggers would refuse it.
 */
#include <string.h>

#include "acts.h"

enum mou_status mou_act_check(struct mou_store *store, const struct mou_officer *by, bool reasoned)
{
    if (by->actor.len == 0) {
        return mou_store_fail(store, MOU_ERROR_USAGE, "%s", mou_store_say(store, "须写明经办人", "name the officer"));
    }
    if (reasoned && by->reason.len == 0) {
        return mou_store_fail(store, MOU_ERROR_USAGE, "%s", mou_store_say(store, "须写明理由", "state the reason"));
    }
    if (by->day > by->today) {
        return mou_store_fail(store, MOU_ERROR_USAGE, "%s",
                              mou_store_say(store, "日期在今天之后：还没有做的事不能登记", "the date lies ahead: what has not been done cannot be recorded"));
    }
    if (store->pack_id == 0) {
        return mou_store_fail(store, MOU_ERROR_USAGE, "%s", mou_store_say(store, "请先选定施行中的规则包", "choose the pack that is in force first"));
    }
    return MOU_OK;
}

struct mou_act mou_act_of(struct mou_store *store, const char *word, const struct mou_officer *by)
{
    return (struct mou_act){.store = store, .word = word, .actor = by->actor, .department = by->department, .reason = by->reason, .day = by->day};
}

enum mou_status mou_act_open(struct mou_act *act)
{
    unsigned char salt[32];
    if (act->id != 0) {
        return MOU_OK;
    }
    enum mou_status status = mou_random(act->store, salt, sizeof salt);
    sqlite3_stmt *statement = status == MOU_OK ? mou_store_statement(act->store, MOU_SQL_ACT_ADD) : NULL;
    if (statement == NULL) {
        return status != MOU_OK ? status : MOU_ERROR_IO;
    }
    mou_store_bind_text(statement, 1, mou_text_of(act->word));
    mou_store_bind_text(statement, 2, act->actor);
    sqlite3_bind_int64(statement, 3, act->at);
    sqlite3_bind_int64(statement, 4, act->day);
    mou_store_bind_text(statement, 5, act->reason);
    if (act->run != 0) {
        sqlite3_bind_int64(statement, 6, act->run);
    }
    if (act->import != 0) {
        sqlite3_bind_int64(statement, 7, act->import);
    }
    sqlite3_bind_blob(statement, 8, salt, sizeof salt, SQLITE_STATIC);
    mou_store_bind_text(statement, 9, act->department);
    status = mou_store_step_done(act->store, statement);
    act->id = status == MOU_OK ? sqlite3_last_insert_rowid(act->store->database) : 0;
    return status;
}

enum mou_status mou_act_close(struct mou_act *act)
{
    if (act->id == 0) {
        return MOU_OK;
    }
    const enum mou_status status = mou_seal_event(act->store, MOU_EVENT_ACT, act->id);
    return status == MOU_OK ? mou_receipt_act(act->store, act->id) : status;
}

/* ------------------------------------------------------------------ deadlines */

/** The working days of the pack at hand, as published on the act's day. */
static bool take_calendar(struct mou_act *act)
{
    const struct mou_pack *pack = act->store->pack;
    if (act->years == NULL) {
        act->years = MOU_NEW_ARRAY(act->store->work_arena, (size_t)mou_pack_calendar_year_count(pack) + 1, struct mou_calendar_year);
        if (act->years != NULL) {
            act->calendar = mou_pack_calendar(pack, act->day, act->years);
        }
    }
    return act->years != NULL;
}

enum mou_status mou_act_after(struct mou_act *act, mou_date from, enum mou_value_type type, int64_t value, mou_date *date)
{
    enum mou_fault fault = MOU_FAULT_DATE_RANGE;
    *date = MOU_DATE_NONE;
    if (!take_calendar(act)) {
        return mou_store_out_of_memory(act->store);
    }
    if (type == MOU_VALUE_WORKDAYS) {
        fault = mou_calendar_add_workdays(&act->calendar, from, value, date);
    } else if (type == MOU_VALUE_DAYS) {
        fault = mou_date_add_days(from, value, date);
    } else if (type == MOU_VALUE_MONTHS) {
        fault = mou_date_add_months(from, value, date);
    }
    *date = fault == MOU_FAULT_NONE ? *date : MOU_DATE_NONE;
    return MOU_OK;
}

enum mou_status mou_act_deadline(struct mou_act *act, struct mou_text memorandum, const char *parameter, int otherwise, mou_date *due)
{
    enum mou_value_type type = MOU_VALUE_WORKDAYS;
    int64_t value = otherwise;
    *due = MOU_DATE_NONE;
    if (act->store->pack == NULL) {
        return MOU_OK;
    }
    const bool given = mou_pack_parameter_on(act->store->pack, memorandum, mou_text_of(parameter), act->day, &type, &value);
    return given || otherwise > 0 ? mou_act_after(act, act->day, type, value, due) : MOU_OK;
}

/** A duration as a decision's line writes it: P2Y, P1Y6M, P30D, P3WD. */
static bool read_duration(const char *text, enum mou_value_type *type, int64_t *value)
{
    *value = 0;
    *type = MOU_VALUE_MONTHS;
    for (text += *text == 'P'; *text >= '0' && *text <= '9';) {
        int64_t number = 0;
        for (; *text >= '0' && *text <= '9' && number < INT32_MAX; text++) {
            number = number * 10 + (*text - '0');
        }
        if (*text == 'Y') {
            *value += number * 12;
        } else if (*text == 'M') {
            *value += number;
        } else if (*text == 'D' || strcmp(text, "WD") == 0) {
            *type = *text == 'D' ? MOU_VALUE_DAYS : MOU_VALUE_WORKDAYS;
            *value = number;
            return text[*text == 'D' ? 1 : 2] == '\0';
        } else {
            return false;
        }
        text++;
    }
    return *text == '\0';
}

/** What a decision says of its own end. */
struct own_term {
    bool counts; /**< it has no interval, but a term */
    enum mou_value_type type;
    int64_t value;
};

/** The term that the stored decision's line tells. */
static enum mou_status stored_term(struct mou_store *store, int64_t decision, struct own_term *term)
{
    bool row = false;
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_TERM_OF);
    *term = (struct own_term){.counts = false};
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, decision);
    enum mou_status status = mou_store_step_row(store, statement, &row);
    if (status == MOU_OK && row && sqlite3_column_type(statement, 0) == SQLITE_NULL && sqlite3_column_type(statement, 1) == SQLITE_TEXT) {
        term->counts = read_duration((const char *)sqlite3_column_text(statement, 1), &term->type, &term->value);
    }
    sqlite3_reset(statement);
    return status;
}

/** A measure whose decision has no interval but a term ends so long after it took effect (language, fine print 8). `found`: the decision, or NULL where it is stored. */
static enum mou_status term_end(struct mou_act *act, int64_t decision, const struct mou_decision *found, mou_date *due)
{
    struct own_term term = {.counts = false};
    enum mou_status status = MOU_OK;
    if (found != NULL) {
        term = (struct own_term){found->until == MOU_DATE_NONE && found->has_term && found->term >= 0, found->term_type, found->term};
    } else {
        status = stored_term(act->store, decision, &term);
    }
    return status == MOU_OK && term.counts ? mou_act_after(act, act->day, term.type, term.value, due) : status;
}

/** A step to be taken. */
struct step {
    const struct mou_stand *stand;
    enum mou_measure_event event;
    enum mou_measure_state to;
    struct mou_text memorandum, note;
    const struct mou_decision *found; /**< NULL: the decision is stored */
};

/** By when the next step is due. A suspended measure keeps the deadline that it had, and has it when it is taken up again. */
static enum mou_status next_due(struct mou_act *act, const struct step *step, mou_date *due)
{
    const struct mou_measure_state_info *info = mou_measure_state_info(step->to);
    const bool held = info->held || mou_measure_state_info(step->stand->state)->held;
    *due = MOU_DATE_NONE;
    if (held && !info->final && step->stand->due != MOU_DATE_NONE) {
        *due = step->stand->due;
        return MOU_OK;
    }
    if (info->effect) {
        return held ? MOU_OK : term_end(act, step->stand->decision, step->found, due);
    }
    return *info->parameter != '\0' ? mou_act_deadline(act, step->memorandum, info->parameter, info->workdays, due) : MOU_OK;
}

/* ------------------------------------------------------------------ steps */

static enum mou_status add_step(struct mou_act *act, const struct step *step, mou_date due)
{
    struct mou_arena *arena = act->gathering != NULL ? act->gathering : act->store->work_arena;
    enum mou_status status = act->rows.count == MOU_ROWS_MAX ? mou_act_flush(act) : MOU_OK;
    struct mou_rows_cell *row = status == MOU_OK ? mou_rows_add(&act->rows, arena) : NULL;
    if (row == NULL) {
        return status != MOU_OK ? status : mou_store_out_of_memory(act->store);
    }
    if (act->gathering != NULL) {
        row[0] = mou_cell_number(++act->last);
    }
    row[1] = mou_cell_number(step->stand->decision);
    if (step->stand->step != 0) {
        row[2] = mou_cell_number(step->stand->step);
    } else if (act->gathering != NULL) {
        row[7] = mou_cell_number(1);
    }
    row[3] = mou_cell_text(mou_text_of(mou_measure_event_info(step->event)->word));
    row[4] = mou_cell_text(mou_text_of(mou_measure_state_info(step->to)->word));
    row[5] = mou_cell_date(due);
    row[6] = mou_cell_text(step->note);
    return act->gathering != NULL ? MOU_OK : mou_act_flush(act);
}

enum mou_status mou_act_flush(struct mou_act *act)
{
    if (act->rows.count == 0) {
        return MOU_OK;
    }
    sqlite3_stmt *statement = mou_store_statement(act->store, MOU_SQL_STEP_ADD);
    if (statement != NULL) {
        sqlite3_bind_int64(statement, 2, act->day);
        sqlite3_bind_int64(statement, 3, act->id);
    }
    const enum mou_status status = mou_rows_write(act->store, statement, &act->rows);
    act->rows.count = 0;
    return status;
}

static enum mou_status take_step(struct mou_act *act, struct step step, bool *stepped)
{
    mou_date due = MOU_DATE_NONE;
    *stepped = mou_measure_next(step.stand->state, step.event, step.stand->incentive, &step.to);
    if (!*stepped) {
        return MOU_OK;
    }
    enum mou_status status = mou_act_open(act);
    status = status == MOU_OK ? next_due(act, &step, &due) : status;
    act->steps++;
    return status == MOU_OK ? add_step(act, &step, due) : status;
}

enum mou_status mou_act_step(struct mou_act *act, const struct mou_stand *stand, enum mou_measure_event event, struct mou_text memorandum, struct mou_text note, bool *stepped)
{
    return take_step(act, (struct step){.stand = stand, .event = event, .memorandum = memorandum, .note = note}, stepped);
}

enum mou_status mou_act_step_found(struct mou_act *act, const struct mou_stand *stand, const struct mou_decision *decision, struct mou_text memorandum)
{
    bool stepped = false;
    return take_step(act, (struct step){.stand = stand, .event = mou_act_event_of(decision), .memorandum = memorandum, .note = MOU_TEXT(""), .found = decision}, &stepped);
}

typedef MOU_VEC(struct mou_stand) stand_list;

enum mou_status mou_act_lapse(struct mou_act *act)
{
    struct mou_store *store = act->store;
    stand_list found = {0};
    bool row = true;
    bool stepped = false;
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_STEPS_LAPSED);
    enum mou_status status = statement != NULL ? MOU_OK : MOU_ERROR_IO;
    if (statement != NULL) {
        sqlite3_bind_int64(statement, 1, act->day);
    }
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        if (status == MOU_OK && row) {
            const struct mou_stand stand = {sqlite3_column_int64(statement, 0), sqlite3_column_int64(statement, 1), mou_measure_state_of(mou_store_column_text(statement, 2)),
                                            mou_text_equal(mou_store_column_text(statement, 3), MOU_TEXT("incentive")), MOU_DATE_NONE};
            status = MOU_VEC_PUSH(store->work_arena, &found, stand) ? MOU_OK : mou_store_out_of_memory(store);
        }
    }
    sqlite3_reset(statement);
    for (size_t i = 0; status == MOU_OK && i < found.count; i++) {
        status = mou_act_step(act, &found.items[i], MOU_MEASURE_BY_LAPSED, MOU_TEXT(""), MOU_TEXT(""), &stepped);
    }
    return status == MOU_OK ? mou_act_flush(act) : status;
}

static bool grants_at_once(const struct mou_decision *decision)
{
    bool granted = false;
    for (uint32_t i = 0; i < decision->grant_count; i++) {
        const struct mou_grant_value *grant = &decision->grants[i];
        granted = granted || (grant->known && grant->type == MOU_VALUE_YES_NO && grant->value != 0 && mou_text_equal(grant->name, MOU_TEXT(MOU_GRANT_AT_ONCE)));
    }
    return granted;
}

#define MILLISECONDS_PER_DAY INT64_C(86400000)
#define CHINA_OFFSET (INT64_C(8) * 3600 * 1000)
#define DAYS_1900_TO_1970 25567

mou_date mou_act_day_of(mou_time time)
{
    return (mou_date)((time + CHINA_OFFSET) / MILLISECONDS_PER_DAY + DAYS_1900_TO_1970);
}

enum mou_measure_event mou_act_event_of(const struct mou_decision *decision)
{
    switch (decision->outcome) {
    case MOU_IN_FORCE:
        return grants_at_once(decision) ? MOU_MEASURE_BY_GRANTED : MOU_MEASURE_BY_FOUND;
    case MOU_SUSPENDED:
        return MOU_MEASURE_BY_CONTESTED;
    case MOU_TO_VERIFY:
    case MOU_PENDING:
        break;
    }
    return MOU_MEASURE_BY_DOUBTED;
}
