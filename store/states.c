/*
 * The states of a measure as C tables, and as views and triggers of the database, all from measure_states.def. Decides nothing and moves nothing.
 */
#include <assert.h>
#include <string.h>

#include "acts.h"

static const struct mou_measure_state_info states[MOU_MEASURE_STATE_COUNT] = {
    [MOU_MEASURE_NONE] = {"", "", "", false, false, false, "", 0},
#define MOU_MEASURE_STATE(id, word, zh, en, effect, held, final, parameter, workdays) \
    [MOU_MEASURE_##id] = {word, zh, en, (effect) != 0, (held) != 0, (final) != 0, parameter, workdays},
#include "mou/measure_states.def"
#undef MOU_MEASURE_STATE
};

static const struct mou_measure_event_info events[MOU_MEASURE_EVENT_COUNT] = {
#define MOU_MEASURE_EVENT(id, word, zh, en, officer, reason, other_than, after) \
    [MOU_MEASURE_BY_##id] = {word, zh, en, (officer) != 0, (reason) != 0, other_than, after},
#include "mou/measure_states.def"
#undef MOU_MEASURE_EVENT
};

static const struct mou_measure_period_info periods[MOU_PERIOD_COUNT] = {
#define MOU_MEASURE_PERIOD(id, parameter, workdays) [MOU_PERIOD_##id] = {parameter, workdays},
#include "mou/measure_states.def"
#undef MOU_MEASURE_PERIOD
};

static const struct transition {
    enum mou_measure_state from;
    enum mou_measure_event event;
    enum mou_measure_state to;
    bool kinds[2]; /**< sanction, incentive */
} transitions[] = {
#define MOU_MEASURE_TRANSITION(from, event, to, sanction, incentive) \
    {MOU_MEASURE_##from, MOU_MEASURE_BY_##event, MOU_MEASURE_##to, {(sanction) != 0, (incentive) != 0}},
#include "mou/measure_states.def"
#undef MOU_MEASURE_TRANSITION
};
#define TRANSITION_COUNT (sizeof transitions / sizeof transitions[0])

const struct mou_measure_state_info *mou_measure_state_info(enum mou_measure_state state)
{
    assert(state < MOU_MEASURE_STATE_COUNT);
    return &states[state];
}

const struct mou_measure_event_info *mou_measure_event_info(enum mou_measure_event event)
{
    assert(event < MOU_MEASURE_EVENT_COUNT);
    return &events[event];
}

const struct mou_measure_period_info *mou_measure_period_info(enum mou_measure_period period)
{
    assert(period < MOU_PERIOD_COUNT);
    return &periods[period];
}

enum mou_measure_state mou_measure_state_of(struct mou_text word)
{
    int i = MOU_MEASURE_NONE + 1;
    while (i < MOU_MEASURE_STATE_COUNT && !mou_text_equal(word, mou_text_of(states[i].word)) && !mou_text_equal(word, mou_text_of(states[i].zh))) {
        i++;
    }
    return (enum mou_measure_state)i;
}

enum mou_measure_event mou_measure_event_of(struct mou_text word)
{
    int i = 0;
    while (i < MOU_MEASURE_EVENT_COUNT && !mou_text_equal(word, mou_text_of(events[i].word)) && !mou_text_equal(word, mou_text_of(events[i].zh))) {
        i++;
    }
    return (enum mou_measure_event)i;
}

bool mou_measure_next(enum mou_measure_state from, enum mou_measure_event event, bool incentive, enum mou_measure_state *to)
{
    for (size_t i = 0; i < TRANSITION_COUNT; i++) {
        if (transitions[i].from == from && transitions[i].event == event && transitions[i].kinds[incentive ? 1 : 0]) {
            *to = transitions[i].to;
            return true;
        }
    }
    return false;
}

/* ------------------------------------------------------------------ the same for the database */

#define SQL_BYTES_MAX ((size_t)1024 * 1024)

/** The table as a view: its text is part of the schema, which has a receipt, and nobody can change a row of it. */
static void put_transitions(struct mou_buf *sql)
{
    static const char *const kinds[] = {"sanction", "incentive"};
    const char *between = "";
    mou_buf_text(sql, "CREATE VIEW measure_transition(from_state, event, state, kind) AS VALUES ");
    for (size_t i = 0; i < TRANSITION_COUNT; i++) {
        for (int k = 0; k < 2; k++) {
            if (transitions[i].kinds[k]) {
                mou_buf_printf(sql, "%s('%s', '%s', '%s', '%s')", between, states[transitions[i].from].word, events[transitions[i].event].word, states[transitions[i].to].word,
                               kinds[k]);
                between = ", ";
            }
        }
    }
}

static void put_events(struct mou_buf *sql)
{
    mou_buf_text(sql, "CREATE VIEW measure_event(event, officer, reason, other_than, after) AS VALUES ");
    for (int i = 0; i < MOU_MEASURE_EVENT_COUNT; i++) {
        mou_buf_printf(sql, "%s('%s', %d, %d, '%s', '%s')", i > 0 ? ", " : "", events[i].word, events[i].officer, events[i].reason, events[i].other_than, events[i].after);
    }
}

static void put_states(struct mou_buf *sql)
{
    mou_buf_text(sql, "CREATE VIEW measure_state(state, effect, held, final) AS VALUES ");
    for (int i = MOU_MEASURE_NONE + 1; i < MOU_MEASURE_STATE_COUNT; i++) {
        mou_buf_printf(sql, "%s('%s', %d, %d, %d)", i > 1 ? ", " : "", states[i].word, states[i].effect, states[i].held, states[i].final);
    }
}

/** A truth value in SQL: whether the transition from `before` (an expression) by NEW.event to NEW.state is one for `kind`. Cases, not a look into the view: every step asks. */
static void put_transition_cases(struct mou_buf *sql, int kind)
{
    mou_buf_text(sql, "CASE coalesce((SELECT p.state FROM decision_step p WHERE p.id = NEW.previous), '')");
    for (int from = MOU_MEASURE_NONE; from < MOU_MEASURE_STATE_COUNT; from++) {
        bool any = false;
        for (size_t i = 0; i < TRANSITION_COUNT; i++) {
            if ((int)transitions[i].from == from && transitions[i].kinds[kind]) {
                if (!any) {
                    mou_buf_printf(sql, " WHEN '%s' THEN CASE NEW.event", states[from].word);
                }
                mou_buf_printf(sql, " WHEN '%s' THEN NEW.state = '%s'", events[transitions[i].event].word, states[transitions[i].to].word);
                any = true;
            }
        }
        mou_buf_text(sql, any ? " ELSE 0 END" : "");
    }
    mou_buf_text(sql, " ELSE 0 END");
}

/** What every step must fulfil. One trigger: a run takes a step for each decision that it finds. */
static void put_step_guard(struct mou_buf *sql)
{
    mou_buf_text(sql, "CREATE TRIGGER decision_step_follows BEFORE INSERT ON decision_step BEGIN "
                      "SELECT RAISE(ABORT, 'a step follows the one that the measure stands at') "
                      "WHERE CASE WHEN NEW.is_first IS NULL THEN NEW.previous IS NOT (SELECT " MOU_LATEST_STEP " FROM decision d WHERE d.id = NEW.decision) "
                      "ELSE NEW.is_first <> 1 OR NEW.previous IS NOT NULL OR NEW.id IS NOT (SELECT d.first_step FROM decision d WHERE d.id = NEW.decision) END; "
                      "SELECT RAISE(ABORT, 'no transition leads there') WHERE NOT coalesce(CASE (SELECT d.kind FROM decision d WHERE d.id = NEW.decision) WHEN 'sanction' THEN ");
    put_transition_cases(sql, 0);
    mou_buf_text(sql, " WHEN 'incentive' THEN ");
    put_transition_cases(sql, 1);
    mou_buf_text(sql, " END, 0); END");
}

/** What the steps of officers must fulfil; those that a run brings do not wait for it. */
static const char *const officer_guards[][2] = {
    {"SELECT 1 FROM act a CROSS JOIN measure_event e WHERE a.id = NEW.act AND e.event = NEW.event AND e.officer AND (length(a.actor) = 0 OR "
     "(e.reason AND length(a.reason) = 0 AND length(NEW.note) = 0))",
     "an officer takes this step, under his name and where it is asked for with a reason"},
    {"SELECT 1 FROM act a CROSS JOIN measure_event e CROSS JOIN decision_step p CROSS JOIN act b WHERE a.id = NEW.act AND e.event = NEW.event AND p.decision = NEW.decision AND p.is_first IS NULL "
     "AND p.event = e.other_than AND b.id = p.act AND b.actor = a.actor",
     "another person than the one who put it forward takes this step"},
    {"SELECT 1 FROM measure_event e CROSS JOIN decision_step p WHERE e.event = NEW.event AND p.id = (SELECT max(id) FROM decision_step WHERE decision = NEW.decision "
     "AND is_first IS NULL AND event = e.after) AND (p.due IS NULL OR p.due >= NEW.day)",
     "the period for statements is not over"},
    {"SELECT 1 FROM measure_event e CROSS JOIN decision_step p WHERE e.event = NEW.event AND e.officer AND p.id = NEW.previous AND p.day > NEW.day",
     "an act of an officer does not lie before the step that it follows"},
};

static void put_officer_guard(struct mou_buf *sql)
{
    const char *between = "";
    mou_buf_text(sql, "CREATE TRIGGER decision_step_of_officer BEFORE INSERT ON decision_step WHEN ");
    for (int i = 0; i < MOU_MEASURE_EVENT_COUNT; i++) {
        if (events[i].officer || *events[i].other_than != '\0' || *events[i].after != '\0') {
            mou_buf_printf(sql, "%sNEW.event = '%s'", between, events[i].word);
            between = " OR ";
        }
    }
    mou_buf_text(sql, " BEGIN ");
    for (size_t i = 0; i < sizeof officer_guards / sizeof officer_guards[0]; i++) {
        mou_buf_printf(sql, "SELECT RAISE(ABORT, '%s') WHERE EXISTS (%s); ", officer_guards[i][1], officer_guards[i][0]);
    }
    mou_buf_text(sql, "END");
}

/** What a step must fulfil. Whoever writes to the database, with whatever program, gets no measure into effect by another way. */
static const char *const guards[] = {
    "CREATE TRIGGER decision_step_is_not_changed BEFORE UPDATE ON decision_step BEGIN SELECT RAISE(ABORT, 'a row of decision_step is not changed'); END",
    "CREATE TRIGGER decision_step_is_not_deleted BEFORE DELETE ON decision_step BEGIN SELECT RAISE(ABORT, 'a row of decision_step is not deleted'); END",
    "CREATE TRIGGER act_is_not_changed BEFORE UPDATE ON act BEGIN SELECT RAISE(ABORT, 'a row of act is not changed'); END",
    "CREATE TRIGGER act_is_not_deleted BEFORE DELETE ON act BEGIN SELECT RAISE(ABORT, 'a row of act is not deleted'); END",
    /* Decisions with the run that closed them; a subject's lie together. */
    ("CREATE VIEW decision_lasting(id, subject, rule_key, memorandum, rule, kind, item, opened_run, closed_run, first_status, first_step) AS "
    "SELECT d.id, t.subject, t.rule_key, d.memorandum, d.rule, d.kind, d.item, d.opened_run, nullif(t.closed_run, 0), d.first_status, d.first_step "
    "FROM lasting t JOIN decision d ON d.id = t.decision AND d.subject = t.subject AND d.rule_key = t.rule_key"),
    /* Where every decision stands; and what is in effect: a measure of the catalogue once for a subject, on whatever memoranda it rests. */
    ("CREATE VIEW measure(decision, subject, memorandum, rule, kind, item, state, event, day, due, note, step, act, effect, held, final) AS "
    "SELECT d.id, d.subject, d.memorandum, d.rule, d.kind, d.item, s.state, s.event, s.day, s.due, s.note, s.id, s.act, m.effect, m.held, m.final "
    "FROM decision d JOIN decision_step s ON s.id = " MOU_LATEST_STEP " JOIN measure_state m ON m.state = s.state"),
    ("CREATE VIEW measure_in_effect(subject, kind, item, decisions, since) AS "
    "SELECT subject, kind, item, count(*), min(day) FROM measure WHERE effect GROUP BY subject, kind, CASE WHEN item = '' THEN decision ELSE item END"),
};

enum mou_status mou_states_create(struct mou_store *store)
{
    static void (*const parts[])(struct mou_buf *sql) = {put_transitions, put_events, put_states, put_step_guard, put_officer_guard};
    struct mou_buf sql;
    enum mou_status status = MOU_OK;
    mou_buf_init(&sql, NULL, SQL_BYTES_MAX);
    for (size_t i = 0; status == MOU_OK && i < sizeof parts / sizeof parts[0]; i++) {
        parts[i](&sql);
        status = mou_schema_run_text(store, &sql);
    }
    for (size_t i = 0; status == MOU_OK && i < sizeof guards / sizeof guards[0]; i++) {
        status = mou_store_execute(store, guards[i]);
    }
    mou_buf_free(&sql);
    return status;
}
