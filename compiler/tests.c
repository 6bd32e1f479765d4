/*
 * Tests beside the rules: fixtures are taken up and joined, names and values checked against the vocabulary, and each test is given out as
 * a world in JSON and a list of expectations. The machine runs them; nothing is evaluated here.
 */
#include "compilation.h"
#include "fixture_world.h"
#include "names.h"

/** One test while it is read. */
struct test_reader {
    struct mou_front front;
    struct mou_compilation *compilation;
    struct mou_fixture_world world;
    MOU_VEC(struct mou_expected) expected;
    mou_date on;
    bool dated;
};

static struct mou_text *texts_of(struct test_reader *reader, const struct mou_expr *keys, uint32_t *count)
{
    MOU_VEC(struct mou_text) texts = {0};
    for (const struct mou_expr *key = keys; key != NULL; key = key->next) {
        (void)MOU_VEC_PUSH(reader->front.arena, &texts, key->text);
    }
    *count = (uint32_t)texts.count;
    return texts.items;
}

static struct mou_text *names_of(struct test_reader *reader, const struct mou_name_ref *names, uint32_t *count)
{
    MOU_VEC(struct mou_text) texts = {0};
    for (const struct mou_name_ref *name = names; name != NULL; name = name->next) {
        (void)MOU_VEC_PUSH(reader->front.arena, &texts, name->name.text);
    }
    *count = (uint32_t)texts.count;
    return texts.items;
}

/** Finds the rule that is meant; measures win over findings of the same name. */
static bool resolve_rule(struct test_reader *reader, uint32_t memorandum, const struct mou_name_ref *rule, struct mou_expected *expected)
{
    uint32_t index = MOU_NO_INDEX;
    uint32_t owner = memorandum;
    if (rule->qualifier.text.len > 0) {
        owner = mou_front_vocabulary(&reader->front, MOU_SYMBOL_MEMORANDUM, &rule->qualifier, MOU_TEXT("备忘录"));
        if (owner == MOU_NO_INDEX) {
            return false;
        }
    }
    for (int finding = 0; finding < 2; finding++) {
        enum mou_symbol_class symbol_class = finding ? MOU_SYMBOL_FINDING : MOU_SYMBOL_MEASURE;
        bool qualified = rule->qualifier.text.len > 0;
        enum mou_lookup lookup = qualified ? MOU_LOOKUP_NONE : mou_symbols_look_up(reader->front.symbols, symbol_class, owner, rule->name.text, &index);
        if (qualified) {
            index = mou_symbols_find(reader->front.symbols, symbol_class, owner, rule->name.text);
            lookup = index != MOU_NO_INDEX ? MOU_LOOKUP_FOUND : MOU_LOOKUP_NONE;
        }
        if (lookup == MOU_LOOKUP_FOUND) {
            uint32_t in = finding ? reader->front.program->findings.items[index].memorandum : reader->front.program->measures.items[index].memorandum;
            expected->is_finding = finding;
            expected->memorandum = reader->front.program->memoranda.items[in].name;
            return true;
        }
    }
    if (mou_front_maybe_declared(&reader->front, &rule->name)) {
        return false;
    }
    mou_front_report(&reader->front, MOU_DIAG_TEST_RULE, rule->name.span, rule->name.text, MOU_NO_TEXT, MOU_NO_TEXT)->suggestion =
        mou_front_nearest(&reader->front, rule->name.text, MOU_TEXT("措施或认定"));
    return false;
}

/** A duty, repair or matter of that name: that of the memorandum at hand wins, else there must be one only. */
struct named_other { enum mou_expected_sort sort; uint32_t memorandum; unsigned found; };

static void meet(struct named_other *named, enum mou_expected_sort sort, uint32_t owner, uint32_t memorandum)
{
    if (memorandum == owner) {
        *named = (struct named_other){sort, memorandum, UINT16_MAX}; /* nearer than any other */
    } else if (named->found < UINT16_MAX) {
        *named = (struct named_other){sort, memorandum, named->found + 1};
    }
}

static struct named_other find_other(const struct test_reader *reader, uint32_t owner, struct mou_text name)
{
    const struct mou_program *program = reader->front.program;
    struct named_other named = {MOU_EXPECT_DECISION, MOU_NO_INDEX, 0};
    for (size_t i = 0; i < program->duties.count; i++) {
        if (mou_text_equal(program->duties.items[i].name, name)) {
            meet(&named, MOU_EXPECT_DUTY, owner, program->duties.items[i].memorandum);
        }
    }
    for (size_t i = 0; i < program->repairs.count; i++) {
        if (mou_text_equal(program->repairs.items[i].name, name)) {
            meet(&named, MOU_EXPECT_REPAIR, owner, program->repairs.items[i].memorandum);
        }
    }
    for (size_t i = 0; i < program->matters.count; i++) {
        if (mou_text_equal(program->matters.items[i].name, name)) {
            meet(&named, MOU_EXPECT_MATTER, owner, program->matters.items[i].memorandum);
        }
    }
    return named;
}

/** Whether the name is that of a duty, repair or matter; then `expected` knows which. Ambiguous ones are reported. */
static bool resolve_other(struct test_reader *reader, uint32_t memorandum, const struct mou_name_ref *rule, struct mou_expected *expected)
{
    uint32_t owner = memorandum;
    bool qualified = rule->qualifier.text.len > 0;
    if (qualified) {
        owner = mou_symbols_find(reader->front.symbols, MOU_SYMBOL_MEMORANDUM, MOU_NO_INDEX, rule->qualifier.text);
    }
    struct named_other named = find_other(reader, owner, rule->name.text);
    if (named.found == 0 || (qualified && named.memorandum != owner)) {
        return false;
    }
    uint32_t index = MOU_NO_INDEX;
    bool farther = named.memorandum != owner && !qualified;
    if (farther && (mou_symbols_look_up(reader->front.symbols, MOU_SYMBOL_MEASURE, owner, rule->name.text, &index) == MOU_LOOKUP_FOUND ||
                    mou_symbols_look_up(reader->front.symbols, MOU_SYMBOL_FINDING, owner, rule->name.text, &index) == MOU_LOOKUP_FOUND)) {
        return false; /* a measure or finding in sight is nearer than another memorandum's duty */
    }
    if (named.found > 1 && named.found < UINT16_MAX) {
        mou_front_report(&reader->front, MOU_DIAG_AMBIGUOUS_NAME, rule->name.span, rule->name.text, MOU_NO_TEXT, MOU_NO_TEXT);
    }
    expected->sort = named.sort;
    expected->memorandum = reader->front.program->memoranda.items[named.memorandum].name;
    return true;
}

/* Outcomes by what is expected; -1: not an outcome of that sort. They are numbered as in mou/vm.h. */
static int decision_outcome(const struct mou_expectation *said)
{
    static const int outcomes[] = {[MOU_OUTCOME_IN_FORCE] = 0, [MOU_OUTCOME_SUSPENDED] = 1, [MOU_OUTCOME_TO_VERIFY] = 2, [MOU_OUTCOME_PENDING] = 3, [MOU_OUTCOME_UNSTATED] = 0};
    return said->duty == MOU_DUTY_UNSTATED ? outcomes[said->outcome] : -1;
}

static int duty_outcome(const struct mou_expectation *said)
{
    bool unstated = said->duty == MOU_DUTY_UNSTATED;
    if (unstated) {
        return said->outcome == MOU_OUTCOME_UNSTATED ? 0 : said->outcome == MOU_OUTCOME_PENDING ? 3 : said->outcome == MOU_OUTCOME_TO_VERIFY ? 4 : -1;
    }
    return said->duty == MOU_DUTY_DUE ? 0 : said->duty == MOU_DUTY_DONE ? 1 : said->duty == MOU_DUTY_OVERDUE ? 2 : -1;
}

static int repair_outcome(const struct mou_expectation *said)
{
    bool unstated = said->duty == MOU_DUTY_UNSTATED;
    if (unstated) {
        return said->outcome == MOU_OUTCOME_UNSTATED ? 0 : said->outcome == MOU_OUTCOME_PENDING ? 2 : said->outcome == MOU_OUTCOME_TO_VERIFY ? 3 : -1;
    }
    return said->duty == MOU_REPAIR_ELIGIBLE ? 0 : said->duty == MOU_REPAIR_REFUSED ? 1 : -1;
}

static int matter_outcome(const struct mou_expectation *said)
{
    if (said->duty == MOU_DUTY_UNSTATED) {
        return said->outcome == MOU_OUTCOME_TO_VERIFY ? 3 : -1;
    }
    return said->duty == MOU_MATTER_ALLOW ? 0 : said->duty == MOU_MATTER_DENY ? 1 : said->duty == MOU_MATTER_ADVISE ? 2 : -1;
}

/** Fills in the outcome; reports words that are no outcome of such a rule. */
static bool read_outcome(struct test_reader *reader, const struct mou_expectation *said, struct mou_expected *expected)
{
    static const struct {
        int (*outcome)(const struct mou_expectation *said);
        const char *sort, *words;
    } sorts[] = {
        [MOU_EXPECT_DECISION] = {decision_outcome, "措施或认定", "生效、暂停、待核实、未生效"},
        [MOU_EXPECT_DUTY] = {duty_outcome, "职责", "待办、完成、逾期、未生效、待核实"},
        [MOU_EXPECT_REPAIR] = {repair_outcome, "修复", "可申请、不予、未生效、待核实"},
        [MOU_EXPECT_MATTER] = {matter_outcome, "事项", "允许、禁止、提示、待核实"},
    };
    expected->outcome_stated = said->duty != MOU_DUTY_UNSTATED || said->outcome != MOU_OUTCOME_UNSTATED;
    expected->outcome = sorts[expected->sort].outcome(said);
    if (expected->outcome < 0 && expected->refuted && !expected->outcome_stated) {
        expected->outcome = 0; /* no outcome at all */
    }
    if (expected->outcome < 0) {
        mou_front_report(&reader->front, MOU_DIAG_TEST_OUTCOME, said->rule.name.span, said->rule.name.text, mou_text_of(sorts[expected->sort].sort),
                         mou_text_of(sorts[expected->sort].words));
    }
    return expected->outcome >= 0;
}

static void read_expectation(struct test_reader *reader, const struct mou_test_decl *test, const struct mou_clause *clause)
{
    const struct mou_expectation *said = &clause->expectation;
    struct mou_expected expected = {.on = reader->on, .refuted = clause->kind == MOU_CLAUSE_REFUTE, .rule = said->rule.name.text, .span = clause->span,
                                    .until_open = said->until_open, .via_relation = said->via_relation.text, .via_subject = said->via_subject.text};
    if (!reader->dated && !test->decl->unread) {
        mou_front_report(&reader->front, MOU_DIAG_TEST_NO_DATE, clause->keyword, test->decl->display, MOU_NO_TEXT, MOU_NO_TEXT);
        return;
    }
    if (!resolve_other(reader, test->memorandum, &said->rule, &expected) && !resolve_rule(reader, test->memorandum, &said->rule, &expected)) {
        return;
    }
    if (!read_outcome(reader, said, &expected)) {
        return;
    }
    expected.subject = said->subject.text.len > 0 ? said->subject.text : mou_fixture_first_subject(&reader->world);
    if (!mou_fixture_has_subject(&reader->world, expected.subject)) {
        if (reader->world.incomplete || (expected.subject.len == 0 && reader->front.names_lost)) {
            return; /* whatever the subject is called */
        }
        mou_front_report(&reader->front, MOU_DIAG_TEST_SUBJECT, said->subject.text.len > 0 ? said->subject.span : clause->keyword, expected.subject, MOU_NO_TEXT, MOU_NO_TEXT);
        return;
    }
    expected.has_from = said->from != NULL && said->from->kind == MOU_EXPR_DATE;
    expected.has_until = said->until != NULL && said->until->kind == MOU_EXPR_DATE;
    expected.from = expected.has_from ? said->from->date : MOU_DATE_NONE;
    expected.until = expected.has_until ? said->until->date : MOU_DATE_NONE;
    expected.keys = texts_of(reader, said->keys, &expected.key_count);
    expected.missing = names_of(reader, said->missing, &expected.missing_count);
    (void)MOU_VEC_PUSH(reader->front.arena, &reader->expected, expected);
}

static void read_test(struct test_reader *reader, const struct mou_test_decl *test)
{
    mou_fixture_begin(&reader->world, &reader->front);
    reader->dated = false;
    reader->expected.items = NULL;
    reader->expected.count = 0;
    reader->expected.capacity = 0;
    mou_fixture_take(&reader->world, test->decl, 0);
    for (const struct mou_clause *clause = test->decl->clauses; clause != NULL; clause = clause->next) {
        reader->dated = reader->dated || (clause->broken && clause->kind == MOU_CLAUSE_AT);
        if (clause->broken) {
            continue;
        }
        if (clause->kind == MOU_CLAUSE_AT && clause->expr != NULL && clause->expr->kind == MOU_EXPR_DATE) {
            reader->on = clause->expr->date;
            reader->dated = true;
        } else if (clause->kind == MOU_CLAUSE_EXPECT || clause->kind == MOU_CLAUSE_REFUTE) {
            read_expectation(reader, test, clause);
        }
    }
    struct mou_text memorandum = test->memorandum != MOU_NO_INDEX ? reader->front.program->memoranda.items[test->memorandum].name : MOU_NO_TEXT;
    struct mou_test_case one = {.name = test->decl->display, .memorandum = memorandum, .world = mou_fixture_json(&reader->world), .expected = reader->expected.items,
                                .expected_count = (uint32_t)reader->expected.count, .span = test->decl->span};
    (void)MOU_VEC_PUSH(reader->front.arena, &reader->compilation->tests, one);
}

enum mou_status mou_tests_check(struct mou_compilation *compilation)
{
    struct mou_program *program = &compilation->program;
    struct test_reader reader = {.front = mou_front_of(program, &compilation->diagnostics), .compilation = compilation};
    reader.front.owner = MOU_TOLD_OF_ALL;
    for (size_t i = 0; i < program->tests.count; i++) {
        read_test(&reader, &program->tests.items[i]);
    }
    return mou_arena_failed(compilation->arena) ? MOU_ERROR_MEMORY : MOU_OK;
}

size_t mou_compilation_test_count(const struct mou_compilation *compilation)
{
    return compilation->tests.count;
}

const struct mou_test_case *mou_compilation_test(const struct mou_compilation *compilation, size_t index)
{
    return index < compilation->tests.count ? &compilation->tests.items[index] : NULL;
}
