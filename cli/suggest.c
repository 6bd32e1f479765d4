/*
 * Tries worlds next to those of the tests: each is evaluated as the rules stand, and what it shows is
 * held against what is looked for. Expectations in the tests suggested are what the rules say today;
 * whether that is right is for the officer to judge. Used by cmd_test.c and mutate.c.
 */
#include "suggest.h"

#include <string.h>

#include "neighbours.h"
#include "scenario.h"
#include "seeds.h"
#include "world.h"

#define TEST_BYTES_MAX   ((size_t)1024 * 1024)
#define REPORT_BYTES_MAX ((size_t)16 * 1024 * 1024)
/* Dates on which one world is looked at. */
#define DATES_MAX 24u
/* Worlds whose neighbours are looked at, besides those of the tests. */
#define PROMISING_MAX 400u
/* Evaluations of one mutant before it counts as saying the same. */
#define TRIALS_MAX 3000u

/* ------------------------------------------------------------------ evaluating a world */

/** A machine with what it takes to feed it worlds. */
struct bench {
    struct mou_cli *cli;
    const struct mou_pack *pack;
    struct mou_machine *machine;
    struct mou_batch_builder *builder;
    struct mou_coverage *coverage; /**< NULL where none is taken */
};

/** What is decided: "SUBJECT RULE" → outcome with its interval. */
struct answers {
    const struct mou_pack *pack;
    struct mou_coverage *coverage;
    json_t *members;
};

static enum mou_status open_bench(struct bench *bench, struct mou_cli *cli,
                                  const struct mou_pack *pack)
{
    *bench = (struct bench){.cli = cli, .pack = pack, .builder = mou_batch_builder_new(pack, NULL)};
    return bench->builder != NULL ? mou_machine_new(pack, NULL, &bench->machine) : MOU_ERROR_MEMORY;
}

static void close_bench(struct bench *bench)
{
    mou_machine_free(bench->machine);
    mou_batch_builder_free(bench->builder);
}

static void put_rule(const struct mou_pack *pack, const struct mou_decision *decision,
                     struct mou_buf *out)
{
    struct mou_text rule;
    struct mou_text ignored;
    uint32_t number = 0;
    uint32_t kind = 0;
    if (decision->is_finding) {
        mou_pack_finding(pack, decision->rule, &rule, &number, &ignored);
    } else {
        mou_pack_measure(pack, decision->rule, &rule, &number, &kind, &ignored, &ignored);
    }
    mou_buf_append(out, decision->subject.bytes, decision->subject.len);
    mou_buf_char(out, ' ');
    mou_buf_append(out, rule.bytes, rule.len);
}

static void put_outcome(const struct mou_decision *decision, struct mou_buf *out)
{
    static const char *const words[] = {"生效", "暂停", "待核实", "未生效"};
    mou_buf_text(out, words[decision->outcome]);
    if (decision->from != MOU_DATE_NONE) {
        mou_buf_text(out, " 自 ");
        mou_date_format(decision->from, out);
    }
    if (decision->until != MOU_DATE_NONE) {
        mou_buf_text(out, " 至 ");
        mou_date_format(decision->until, out);
    } else if (decision->from != MOU_DATE_NONE) {
        mou_buf_text(out, " 至 长期");
    }
}

static enum mou_status take_answer(void *state, const struct mou_decision *decision)
{
    struct answers *answers = state;
    struct mou_buf text;
    mou_buf_init(&text, NULL, TEST_BYTES_MAX);
    put_rule(answers->pack, decision, &text);
    const size_t key_len = text.len;
    mou_buf_char(&text, '\0');
    put_outcome(decision, &text);
    const bool kept =
        !text.failed &&
        json_object_set_new(answers->members, text.data,
                            json_stringn(text.data + key_len + 1, text.len - key_len - 1)) == 0;
    mou_buf_free(&text);
    if (answers->coverage != NULL) {
        mou_coverage_decision(answers->coverage, decision);
    }
    return kept ? MOU_OK : MOU_ERROR_MEMORY;
}

/* An answer of a duty, repair or matter, in the words of an expectation. */
struct other_answer {
    struct mou_text subject, rule;
    struct mou_text key; /* bytes NULL without one */
    const char *outcome;
    mou_date from, until;
};

static enum mou_status keep_other(struct answers *answers, const struct other_answer *answer)
{
    struct mou_buf text;
    mou_buf_init(&text, NULL, TEST_BYTES_MAX);
    mou_buf_append(&text, answer->subject.bytes, answer->subject.len);
    mou_buf_char(&text, ' ');
    mou_buf_append(&text, answer->rule.bytes, answer->rule.len);
    if (answer->key.bytes != NULL) {
        mou_buf_text(&text, " 凭 ");
        mou_buf_json_text(&text, answer->key.bytes, answer->key.len);
    }
    mou_buf_char(&text, '\0');
    const size_t value = text.len;
    mou_buf_text(&text, answer->outcome);
    if (answer->from != MOU_DATE_NONE) {
        mou_buf_text(&text, " 自 ");
        mou_date_format(answer->from, &text);
    }
    if (answer->until != MOU_DATE_NONE) {
        mou_buf_text(&text, " 至 ");
        mou_date_format(answer->until, &text);
    }
    const bool kept = !text.failed && json_object_set_new(answers->members, text.data, json_stringn(text.data + value, text.len - value)) == 0;
    mou_buf_free(&text);
    return kept ? MOU_OK : MOU_ERROR_MEMORY;
}

static enum mou_status take_duty(void *state, const struct mou_duty_state *duty)
{
    static const char *const words[] = {"待办", "完成", "逾期", "未生效", "待核实"};
    struct answers *answers = state;
    struct other_answer answer = {.subject = duty->subject, .key = duty->about.key, .outcome = words[duty->outcome], .from = duty->from, .until = duty->deadline};
    uint32_t memorandum = 0;
    uint32_t record = 0;
    mou_pack_duty(answers->pack, duty->rule, &answer.rule, &memorandum, &record);
    if (answers->coverage != NULL && duty->outcome <= MOU_DUTY_IS_OVERDUE) {
        mou_coverage_rule(answers->coverage, MOU_RULE_DUTY, duty->rule);
    }
    return keep_other(answers, &answer);
}

static enum mou_status take_repair(void *state, const struct mou_repair_state *repair)
{
    static const char *const words[] = {"可申请", "不予", "未生效", "待核实"};
    struct answers *answers = state;
    struct other_answer answer = {.subject = repair->subject, .key = repair->about.key, .outcome = words[repair->outcome], .from = repair->earliest, .until = MOU_DATE_NONE};
    uint32_t memorandum = 0;
    uint32_t record = 0;
    mou_pack_repair(answers->pack, repair->rule, &answer.rule, &memorandum, &record);
    if (answers->coverage != NULL && repair->outcome == MOU_REPAIR_IS_ELIGIBLE) {
        mou_coverage_rule(answers->coverage, MOU_RULE_REPAIR, repair->rule);
    }
    return keep_other(answers, &answer);
}

static enum mou_status take_matter(void *state, const struct mou_matter_state *matter)
{
    static const char *const words[] = {"允许", "禁止", "提示", "待核实"};
    struct answers *answers = state;
    struct other_answer answer = {.subject = matter->subject, .outcome = words[matter->outcome], .from = MOU_DATE_NONE, .until = MOU_DATE_NONE};
    uint32_t memorandum = 0;
    mou_pack_matter(answers->pack, matter->rule, &answer.rule, &memorandum);
    if (answers->coverage != NULL && (matter->outcome == MOU_MATTER_IS_DENIED || matter->outcome == MOU_MATTER_IS_ADVISED)) {
        mou_coverage_rule(answers->coverage, MOU_RULE_MATTER, matter->rule);
    }
    return keep_other(answers, &answer);
}

/* The answers of a machine over a batch; a new reference, NULL where it fails. */
static json_t *ask(const struct mou_pack *pack, struct mou_machine *machine,
                   struct mou_coverage *coverage, const struct mou_batch *batch, mou_date on)
{
    struct answers answers = {pack, coverage, json_object()};
    const struct mou_run_options options = {.as_of = on, .findings = true, .duties = true, .repairs = true, .matters = true, .assertions = true};
    const struct mou_decision_sink sink = {.state = &answers, .decision = take_answer, .duty = take_duty, .repair = take_repair, .matter = take_matter};
    enum mou_status status = answers.members != NULL
                                 ? mou_machine_run(machine, batch, &options, &sink)
                                 : MOU_ERROR_MEMORY;
    if (status == MOU_OK && coverage != NULL) {
        status = mou_coverage_observe(coverage, machine, NULL);
    }
    if (status != MOU_OK) {
        json_decref(answers.members);
        return NULL;
    }
    return answers.members;
}

static int append_json(const char *bytes, size_t len, void *state)
{
    mou_buf_append(state, bytes, len);
    return 0;
}

/* Opens a document as a world with its batch; false, without a word, where the vocabulary refuses
 * it: then it is no neighbour. The world is to be closed after true. */
static bool load(struct bench *bench, json_t *document, struct mou_world *world,
                 const struct mou_batch **batch)
{
    struct mou_cli mute = *bench->cli;
    struct mou_buf text;
    enum mou_status status = MOU_ERROR_MEMORY;
    mute.mute = true;
    mou_buf_init(&text, NULL, TEST_BYTES_MAX);
    if (json_dump_callback(document, append_json, &text, JSON_COMPACT) == 0 && !text.failed) {
        status = mou_world_open(world, &mute, bench->pack, (struct mou_text){text.data, text.len});
        if (status == MOU_OK) {
            status =
                mou_world_batch(world, 0, (uint32_t)world->subjects.count, bench->builder, batch);
        }
        if (status != MOU_OK) {
            mou_world_close(world);
        }
    }
    mou_buf_free(&text);
    return status == MOU_OK;
}

/* ------------------------------------------------------------------ writing tests */

/* What the others decide alone. */
static void put_refutations(json_t *answers, json_t *others, struct mou_buf *out)
{
    const char *rule = NULL;
    json_t *outcome = NULL;
    json_object_foreach(others, rule, outcome)
    {
        if (json_object_get(answers, rule) == NULL) {
            mou_buf_printf(out, "    应无 %s\n", rule);
        }
    }
}

/* What is decided, where `others` (may be NULL) say something else; and what they decide alone. */
static void put_expectations(json_t *answers, json_t *others, struct mou_buf *out)
{
    const char *rule = NULL;
    json_t *outcome = NULL;
    json_object_foreach(answers, rule, outcome)
    {
        if (others == NULL || !json_equal(outcome, json_object_get(others, rule))) {
            mou_buf_printf(out, "    应有 %s %s\n", rule, json_string_value(outcome));
        }
    }
    put_refutations(answers, others, out);
}

static void put_test(const struct mou_pack *pack, const char *name, json_t *document, mou_date on,
                     struct mou_buf *out)
{
    mou_buf_printf(out, "测试 \"%s\"\n", name);
    mou_scenario_put(pack, document, out);
    mou_buf_text(out, "    于 ");
    mou_date_format(on, out);
    mou_buf_char(out, '\n');
}

/* ------------------------------------------------------------------ the worlds of tests */

static json_t *read_world(const struct mou_test_case *test)
{
    return json_loadb(test->world.bytes, test->world.len, 0, NULL);
}

static bool learn_all(struct mou_neighbours *neighbours, const struct mou_test_list *tests)
{
    for (size_t i = 0; i < tests->count; i++) {
        json_t *document = read_world(tests->items[i]);
        if (document == NULL) {
            return false;
        }
        mou_neighbours_learn(neighbours, document);
        json_decref(document);
    }
    return true;
}

/** Something that looks at every neighbour of the world at hand. */
struct hunt {
    struct bench bench;
    mou_neighbour_fn visit;
    mou_date dates
        [DATES_MAX]; /**< those of the test's expectations, then those that belong to its own world only */
    uint32_t date_count;
    uint32_t test_date_count;
    bool own_world; /**< the test's world as it is comes next */
    json_t *promising; /**< {"world": …, "on": days}: worlds whose neighbours are still to be looked at */
    bool failed;    /**< memory ran out */
};

static void add_date(struct hunt *hunt, mou_date date)
{
    if (date < MOU_DATE_MIN || date > MOU_DATE_MAX || hunt->date_count == DATES_MAX) {
        return;
    }
    for (uint32_t i = 0; i < hunt->date_count; i++) {
        if (hunt->dates[i] == date) {
            return;
        }
    }
    hunt->dates[hunt->date_count++] = date;
}

/* The dates that a test names, and the days before and on which they say that something begins or
 * ends. */
static void take_dates(struct hunt *hunt, const struct mou_test_case *test)
{
    hunt->date_count = 0;
    for (uint32_t i = 0; i < test->expected_count; i++) {
        add_date(hunt, test->expected[i].on);
    }
    hunt->test_date_count = hunt->date_count;
    hunt->own_world = true;
}

static enum mou_status take_interval(void *state, const struct mou_decision *decision)
{
    struct hunt *hunt = state;
    add_date(hunt, decision->from);
    add_date(hunt, decision->from == MOU_DATE_NONE ? MOU_DATE_NONE : decision->from - 1);
    add_date(hunt, decision->until);
    add_date(hunt, decision->until == MOU_DATE_NONE ? MOU_DATE_NONE : decision->until - 1);
    return MOU_OK;
}

static enum mou_status take_deadline(void *state, const struct mou_duty_state *duty)
{
    struct hunt *hunt = state;
    add_date(hunt, duty->from);
    add_date(hunt, duty->deadline);
    add_date(hunt, duty->deadline == MOU_DATE_NONE ? MOU_DATE_NONE : duty->deadline + 1);
    return MOU_OK;
}

static enum mou_status take_earliest(void *state, const struct mou_repair_state *repair)
{
    struct hunt *hunt = state;
    add_date(hunt, repair->earliest);
    add_date(hunt, repair->earliest == MOU_DATE_NONE ? MOU_DATE_NONE : repair->earliest - 1);
    return MOU_OK;
}

/* How many of the dates the world at hand is looked at on: a test's own world also where its
 * decisions begin and end. */
static uint32_t dates_of_world(struct hunt *hunt, const struct mou_batch *batch)
{
    const struct mou_decision_sink sink = {.state = hunt, .decision = take_interval, .duty = take_deadline, .repair = take_earliest};
    if (!hunt->own_world) {
        return hunt->test_date_count;
    }
    hunt->own_world = false;
    for (uint32_t i = 0; i < hunt->test_date_count; i++) {
        const struct mou_run_options options = {.as_of = hunt->dates[i], .findings = true, .duties = true, .repairs = true, .matters = true, .assertions = true};
        if (mou_machine_run(hunt->bench.machine, batch, &options, &sink) != MOU_OK) {
            hunt->failed = true;
        }
    }
    return hunt->date_count;
}

/* Walks the neighbours of the worlds of all tests that `source` is of, UINT32_MAX: of any. */
static bool walk_tests(struct mou_neighbours *neighbours, const struct mou_test_list *tests,
                       uint32_t source, struct hunt *hunt, void *state)
{
    bool going = true;
    for (size_t i = 0; i < tests->count && going && !hunt->failed; i++) {
        if (source != UINT32_MAX && tests->items[i]->span.source != source) {
            continue;
        }
        json_t *document = read_world(tests->items[i]);
        take_dates(hunt, tests->items[i]);
        hunt->failed = hunt->failed || document == NULL;
        going = document != NULL && mou_neighbours_walk(neighbours, document, hunt->visit, state);
        json_decref(document);
    }
    return !hunt->failed;
}

/* ------------------------------------------------------------------ the worlds that tests lack */

/* Where something was found, more is near. */
static void keep_promising(struct hunt *hunt, json_t *document, mou_date on)
{
    if (json_array_size(hunt->promising) < PROMISING_MAX) {
        json_t *entry = json_pack("{s:o, s:i}", "world", json_deep_copy(document), "on", (int)on);
        hunt->failed = hunt->failed || entry == NULL || json_array_append_new(hunt->promising, entry) != 0;
    }
}

/* The day that tests speak of last; without tests one on which everything has been known for long. */
static mou_date last_date(const struct mou_test_list *tests)
{
    mou_date last = MOU_DATE_NONE;
    for (size_t i = 0; i < tests->count; i++) {
        for (uint32_t k = 0; k < tests->items[i]->expected_count; k++) {
            last = tests->items[i]->expected[k].on > last ? tests->items[i]->expected[k].on : last;
        }
    }
    const struct mou_civil otherwise = {2025, 6, 16};
    if (last == MOU_DATE_NONE && !mou_date_from_civil(otherwise, &last)) {
        last = MOU_DATE_MIN;
    }
    return last;
}

/* Worlds from the vocabulary, with what they teach. */
static bool sow(struct hunt *hunt, struct mou_neighbours *neighbours, mou_date on)
{
    json_t *seeds = mou_seeds_make(neighbours->pack, on);
    size_t index = 0;
    json_t *world = NULL;
    json_array_foreach(seeds, index, world)
    {
        mou_neighbours_learn(neighbours, world);
        mou_neighbours_offer(neighbours, world);
        keep_promising(hunt, world, on);
    }
    const bool good = seeds != NULL && !hunt->failed;
    json_decref(seeds);
    return good;
}

/* From world to world in which something was found, until none is left or nothing is looked for. */
static bool walk_promising(struct hunt *hunt, const struct mou_neighbours *neighbours, void *state)
{
    bool going = true;
    for (size_t i = 0; i < json_array_size(hunt->promising) && going && !hunt->failed; i++) {
        json_t *entry = json_array_get(hunt->promising, i);
        hunt->date_count = 0;
        add_date(hunt, (mou_date)json_integer_value(json_object_get(entry, "on")));
        hunt->test_date_count = hunt->date_count;
        hunt->own_world = true;
        going = mou_neighbours_walk(neighbours, json_object_get(entry, "world"), hunt->visit, state);
    }
    return !hunt->failed;
}

/* ------------------------------------------------------------------ for coverage */

/** Goals that are looked for, and the tests found. */
struct goal_hunt {
    struct hunt hunt;
    const struct mou_goal **wanted;
    size_t wanted_count;
    size_t test_count;
    const struct mou_source *sources;
    struct mou_buf text;
    const struct mou_goal *met; /**< the last one met that belongs to a rule; NULL: none yet */
};

static void put_goal_place(const struct goal_hunt *hunt, const struct mou_goal *goal,
                           struct mou_buf *out)
{
    const struct mou_source *source = &hunt->sources[goal->span.source];
    const struct mou_place place = mou_source_place(source, goal->span.begin);
    mou_buf_printf(out, "# %s:%u:%u %s\n", source->path, place.line, place.column,
                   mou_goal_want_word(hunt->hunt.bench.cli, goal->want));
}

/* Takes the goals that are met by now off the list; true where there was one. */
static bool take_met(struct goal_hunt *hunt)
{
    size_t left = 0;
    for (size_t i = 0; i < hunt->wanted_count; i++) {
        if (hunt->wanted[i]->met) {
            put_goal_place(hunt, hunt->wanted[i], &hunt->text);
            hunt->met = hunt->wanted[i]->rule != UINT32_MAX ? hunt->wanted[i] : hunt->met;
        } else {
            hunt->wanted[left++] = hunt->wanted[i];
        }
    }
    const bool any = left < hunt->wanted_count;
    hunt->wanted_count = left;
    return any;
}

/* The test that writes down all answers expects something of every rule: whatever answer a turned
 * condition changes, it would notice. What there is only then goes to `others`, as what there should
 * not be. */
static bool turn_changes(struct goal_hunt *hunt, uint32_t condition, enum mou_turn turn,
                         const struct mou_batch *batch, mou_date on, json_t *answers,
                         json_t *others)
{
    struct bench *bench = &hunt->hunt.bench;
    mou_machine_turn(bench->machine, mou_coverage_condition_words(bench->coverage, condition),
                     turn);
    json_t *turned = ask(bench->pack, bench->machine, NULL, batch, on);
    mou_machine_turn(bench->machine, MOU_NO_SPAN, MOU_TURN_NONE);
    const bool changed = turned != NULL && !json_equal(answers, turned);
    hunt->hunt.failed = hunt->hunt.failed || turned == NULL ||
                        (changed && json_object_update_missing(others, turned) != 0);
    json_decref(turned);
    return changed;
}

/* Takes up which turned conditions this world shows as it stands. */
static void turn_conditions(struct goal_hunt *hunt, const struct mou_batch *batch, mou_date on,
                            json_t *answers, json_t *others)
{
    struct mou_coverage *coverage = hunt->hunt.bench.coverage;
    for (uint32_t i = 0; i < mou_coverage_condition_count(coverage); i++) {
        for (unsigned turn = MOU_TURN_OPPOSITE; turn < MOU_TURN_COUNT; turn++) {
            if (mou_coverage_wants(coverage, i, (enum mou_turn)turn) &&
                turn_changes(hunt, i, (enum mou_turn)turn, batch, on, answers, others)) {
                mou_coverage_noticed(coverage, i, (enum mou_turn)turn);
            }
        }
    }
}

/* Where nothing is decided, that: a test without expectations is not run. Of the rule whose words were met. */
static void put_nothing(const struct goal_hunt *hunt, json_t *document, struct mou_buf *out)
{
    const struct mou_pack *pack = hunt->hunt.bench.pack;
    struct mou_text rule = {0};
    struct mou_text ignored;
    uint32_t number = 0;
    uint32_t kind = 0;
    if (hunt->met != NULL && !hunt->met->is_finding) {
        mou_pack_measure(pack, hunt->met->rule, &rule, &number, &kind, &ignored, &ignored);
    } else if (hunt->met != NULL || mou_pack_finding_count(pack) > 0) {
        mou_pack_finding(pack, hunt->met != NULL ? hunt->met->rule : mou_pack_finding_count(pack) - 1, &rule, &number, &ignored);
    }
    json_t *subject = json_array_get(json_object_get(document, "subjects"), 0);
    if (rule.len > 0) {
        mou_buf_printf(out, "    应无 %s %.*s\n", json_string_value(json_object_get(subject, "id")), (int)rule.len, rule.bytes);
    }
}

static void suggest_world(struct goal_hunt *hunt, json_t *document, json_t *answers,
                          json_t *others, mou_date on)
{
    char name[64];
    keep_promising(&hunt->hunt, document, on);
    snprintf(name, sizeof name, "%s%zu", mou_say(hunt->hunt.bench.cli, "补充", "suggested "),
             ++hunt->test_count);
    put_test(hunt->hunt.bench.pack, name, document, on, &hunt->text);
    put_expectations(answers, NULL, &hunt->text);
    put_refutations(answers, others, &hunt->text);
    if (json_object_size(answers) + json_object_size(others) == 0) {
        put_nothing(hunt, document, &hunt->text);
    }
    mou_buf_char(&hunt->text, '\n');
}

static void look_on(struct goal_hunt *hunt, json_t *document, const struct mou_batch *batch,
                    mou_date on)
{
    struct bench *bench = &hunt->hunt.bench;
    json_t *others = json_object();
    mou_coverage_begin_test(bench->coverage);
    mou_coverage_expect_all(bench->coverage);
    json_t *answers = ask(bench->pack, bench->machine, bench->coverage, batch, on);
    hunt->hunt.failed = answers == NULL || others == NULL;
    if (!hunt->hunt.failed) {
        turn_conditions(hunt, batch, on, answers, others);
    }
    if (!hunt->hunt.failed && take_met(hunt)) {
        if (json_object_size(answers) + json_object_size(others) == 0) {
            json_decref(others); /* what ended the day before is over, as can be expected */
            others = ask(bench->pack, bench->machine, NULL, batch, on - 1);
            hunt->hunt.failed = others == NULL;
        }
        suggest_world(hunt, document, answers, others, on);
    }
    json_decref(answers);
    json_decref(others);
}

static bool look_for_goals(void *state, json_t *document)
{
    struct goal_hunt *hunt = state;
    struct bench *bench = &hunt->hunt.bench;
    struct mou_world world;
    const struct mou_batch *batch = NULL;
    if (!load(bench, document, &world, &batch)) {
        return true;
    }
    const uint32_t dates = dates_of_world(&hunt->hunt, batch);
    for (uint32_t i = 0; i < dates && !hunt->hunt.failed; i++) {
        look_on(hunt, document, batch, hunt->hunt.dates[i]);
    }
    mou_world_close(&world);
    return hunt->wanted_count > 0 && !hunt->hunt.failed;
}

static bool list_wanted(struct goal_hunt *hunt, const struct mou_coverage *coverage,
                        size_t given_count)
{
    const size_t count = mou_coverage_goal_count(coverage);
    hunt->wanted = MOU_NEW_ARRAY(hunt->hunt.bench.cli->arena, count, const struct mou_goal *);
    for (size_t i = 0; hunt->wanted != NULL && i < count; i++) {
        const struct mou_goal *goal = mou_coverage_goal(coverage, i);
        if (!goal->met && goal->span.source < given_count) {
            hunt->wanted[hunt->wanted_count++] = goal;
        }
    }
    return hunt->wanted != NULL;
}

static void put_heading(struct goal_hunt *hunt, size_t wanted, struct mou_buf *out)
{
    mou_buf_printf(
        out,
        mou_say(hunt->hunt.bench.cli,
                "# 下列 %zu 个测试补上 %zu 处中的 %zu 处；结果按现行规则写出，请核对后采用\n\n",
                "# %zu tests for %zu of the %zu places; the outcomes are what the rules say "
                "today: check them before use\n\n"),
        hunt->test_count, wanted, wanted - hunt->wanted_count);
    mou_buf_append(out, hunt->text.len > 0 ? hunt->text.data : "", hunt->text.len);
}

enum mou_exit mou_suggest_for_coverage(struct mou_cli *cli, const struct mou_pack *pack,
                                       const struct mou_compilation *compilation,
                                       size_t given_count, const struct mou_test_list *tests,
                                       struct mou_coverage *coverage)
{
    struct goal_hunt hunt = {.hunt = {.visit = look_for_goals, .promising = json_array()}};
    struct mou_neighbours neighbours;
    struct mou_buf out;
    size_t source_count = 0;
    hunt.sources = mou_compilation_sources(compilation, &source_count);
    mou_buf_init(&hunt.text, NULL, REPORT_BYTES_MAX);
    mou_buf_init(&out, NULL, REPORT_BYTES_MAX);
    bool good =
        mou_neighbours_open(&neighbours, pack) && open_bench(&hunt.hunt.bench, cli, pack) == MOU_OK;
    hunt.hunt.bench.coverage = coverage;
    good = good && hunt.hunt.promising != NULL && list_wanted(&hunt, coverage, given_count) && learn_all(&neighbours, tests);
    const size_t wanted = hunt.wanted_count;
    good = good && (wanted == 0 || (walk_tests(&neighbours, tests, UINT32_MAX, &hunt.hunt, &hunt) && sow(&hunt.hunt, &neighbours, last_date(tests)) &&
                                    walk_promising(&hunt.hunt, &neighbours, &hunt)));
    put_heading(&hunt, wanted, &out);
    good = good && !out.failed && !hunt.text.failed;
    const enum mou_exit code = good ? mou_output(cli, &out) : mou_out_of_memory(cli);
    close_bench(&hunt.hunt.bench);
    mou_neighbours_close(&neighbours);
    json_decref(hunt.hunt.promising);
    mou_buf_free(&hunt.text);
    mou_buf_free(&out);
    return code;
}

/* ------------------------------------------------------------------ for mutants */

/** Survivors of one source, held against the worlds next to its tests. */
struct mutant_hunt {
    struct hunt hunt;
    struct mou_mutant *mutant; /**< the bench's machine is over its pack */
    struct mou_survivor *survivors;
    size_t count;
    uint32_t source;
    size_t worlds; /**< seen so far */
    size_t stride; /**< every so many worlds are tried */
    size_t left;   /**< survivors not told apart yet */
    size_t test_count;
    bool counting; /**< worlds are only counted */
};

static bool count_world(struct mutant_hunt *hunt)
{
    hunt->worlds++;
    return true;
}

/* The test that the rules pass and the mutant does not. */
static void keep_test(struct mutant_hunt *hunt, struct mou_survivor *survivor, json_t *document,
                      mou_date on, json_t *ours, json_t *theirs)
{
    struct mou_buf text;
    char name[64];
    mou_buf_init(&text, NULL, TEST_BYTES_MAX);
    snprintf(name, sizeof name, "%s%zu", mou_say(hunt->hunt.bench.cli, "补充", "suggested "), ++hunt->test_count);
    put_test(hunt->hunt.bench.pack, name, document, on, &text);
    put_expectations(ours, theirs, &text);
    survivor->test = mou_buf_into_arena(&text, hunt->hunt.bench.cli->arena);
    survivor->told_apart = survivor->test.bytes != NULL;
    keep_promising(&hunt->hunt, document, on);
    hunt->hunt.failed = hunt->hunt.failed || !survivor->told_apart;
    hunt->left--;
}

/* Whether a survivor of the source at hand could say something else than the run just done. */
static void note_moved(struct mutant_hunt *hunt, struct mou_survivor *survivor)
{
    struct mou_machine *machine = hunt->hunt.bench.machine;
    survivor->moved = false;
    if (!survivor->told_apart && survivor->mutation->span.source == hunt->source) {
        mou_mutant_become(hunt->mutant, machine, survivor->number);
        survivor->moved = mou_mutant_moves(hunt->mutant, machine, survivor->number, false);
        mou_mutant_return(hunt->mutant, machine);
    }
}

static void hold_survivors(struct mutant_hunt *hunt, json_t *document,
                           const struct mou_batch *batch, mou_date on)
{
    struct bench *bench = &hunt->hunt.bench;
    json_t *ours = ask(bench->pack, bench->machine, NULL, batch, on);
    hunt->hunt.failed = hunt->hunt.failed || ours == NULL;
    for (size_t i = 0; i < hunt->count && !hunt->hunt.failed; i++) {
        note_moved(hunt, &hunt->survivors[i]);
    }
    for (size_t i = 0; i < hunt->count && !hunt->hunt.failed; i++) {
        struct mou_survivor *survivor = &hunt->survivors[i];
        if (!survivor->moved) {
            continue;
        }
        mou_mutant_become(hunt->mutant, bench->machine, survivor->number);
        json_t *theirs = ask(bench->pack, bench->machine, NULL, batch, on);
        mou_mutant_return(hunt->mutant, bench->machine);
        hunt->hunt.failed = theirs == NULL;
        if (theirs != NULL && !json_equal(ours, theirs)) {
            keep_test(hunt, survivor, document, on, ours, theirs);
        }
        json_decref(theirs);
    }
    json_decref(ours);
}

static bool look_for_difference(void *state, json_t *document)
{
    struct mutant_hunt *hunt = state;
    struct mou_world world;
    const struct mou_batch *batch = NULL;
    if (hunt->counting) {
        return count_world(hunt);
    }
    const bool due = hunt->worlds++ % hunt->stride == 0 || hunt->hunt.own_world;
    if (!due || !load(&hunt->hunt.bench, document, &world, &batch)) {
        return true;
    }
    const uint32_t dates = dates_of_world(&hunt->hunt, batch);
    for (uint32_t i = 0; i < dates && !hunt->hunt.failed; i++) {
        hold_survivors(hunt, document, batch, hunt->hunt.dates[i]);
    }
    mou_world_close(&world);
    return hunt->left > 0 && !hunt->hunt.failed;
}

static bool hunt_source(struct mutant_hunt *hunt, struct mou_neighbours *neighbours,
                        const struct mou_test_list *tests, uint32_t source)
{
    hunt->source = source;
    hunt->left = 0;
    for (size_t i = 0; i < hunt->count; i++) {
        hunt->left += hunt->survivors[i].mutation->span.source == source;
    }
    if (hunt->left == 0) {
        return true;
    }
    hunt->worlds = 0;
    hunt->counting = true;
    const bool counted = walk_tests(neighbours, tests, source, &hunt->hunt, hunt);
    hunt->stride = hunt->worlds / TRIALS_MAX + 1;
    hunt->worlds = 0;
    hunt->counting = false;
    json_array_clear(hunt->hunt.promising);
    if (!counted || !walk_tests(neighbours, tests, source, &hunt->hunt, hunt)) {
        return false;
    }
    hunt->stride = 1;
    return hunt->left == 0 || (sow(&hunt->hunt, neighbours, last_date(tests)) && walk_promising(&hunt->hunt, neighbours, hunt));
}

enum mou_exit mou_suggest_for_survivors(struct mou_cli *cli, const struct mou_pack *pack,
                                        const struct mou_mutations *mutations, const struct mou_test_list *tests,
                                        struct mou_survivor *survivors, size_t count)
{
    struct mutant_hunt hunt = {
        .hunt = {.visit = look_for_difference, .promising = json_array()}, .mutant = mou_mutant_new(pack, mutations, NULL), .survivors = survivors, .count = count};
    struct mou_neighbours neighbours;
    uint32_t sources = 0;
    for (size_t i = 0; i < count; i++) {
        const uint32_t source = survivors[i].mutation->span.source;
        sources = source >= sources ? source + 1 : sources;
    }
    bool good = mou_neighbours_open(&neighbours, pack) && hunt.mutant != NULL && hunt.hunt.promising != NULL &&
                open_bench(&hunt.hunt.bench, cli, mou_mutant_pack(hunt.mutant)) == MOU_OK && learn_all(&neighbours, tests);
    for (uint32_t source = 0; good && source < sources; source++) {
        good = hunt_source(&hunt, &neighbours, tests, source);
    }
    close_bench(&hunt.hunt.bench);
    mou_mutant_free(hunt.mutant);
    json_decref(hunt.hunt.promising);
    mou_neighbours_close(&neighbours);
    return good ? MOU_EXIT_DONE : mou_out_of_memory(cli);
}
