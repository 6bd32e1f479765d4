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
    mou_front_report(&reader->front, MOU_DIAG_TEST_RULE, rule->name.span, rule->name.text, MOU_NO_TEXT, MOU_NO_TEXT)->suggestion =
        mou_front_nearest(&reader->front, rule->name.text, MOU_TEXT("措施或认定"));
    return false;
}

static bool is_other_rule(const struct test_reader *reader, struct mou_text name)
{
    const struct mou_program *program = reader->front.program;
    bool found = false;
    for (size_t i = 0; i < program->duties.count; i++) {
        found = found || mou_text_equal(program->duties.items[i].name, name);
    }
    for (size_t i = 0; i < program->matters.count; i++) {
        found = found || mou_text_equal(program->matters.items[i].name, name);
    }
    for (size_t i = 0; i < program->repairs.count; i++) {
        found = found || mou_text_equal(program->repairs.items[i].name, name);
    }
    return found;
}

static void read_expectation(struct test_reader *reader, const struct mou_test_decl *test, const struct mou_clause *clause)
{
    static const int outcomes[] = {0, 1, 2, 3, 0}; /* in force, suspended, to verify, pending; unstated is in force */
    const struct mou_expectation *said = &clause->expectation;
    struct mou_expected expected = {.on = reader->on, .refuted = clause->kind == MOU_CLAUSE_REFUTE, .rule = said->rule.name.text, .span = clause->span,
                                    .outcome = outcomes[said->outcome], .until_open = said->until_open, .via_relation = said->via_relation.text,
                                    .via_subject = said->via_subject.text};
    if (!reader->dated) {
        mou_front_report(&reader->front, MOU_DIAG_TEST_NO_DATE, clause->keyword, test->decl->display, MOU_NO_TEXT, MOU_NO_TEXT);
        return;
    }
    if (is_other_rule(reader, said->rule.name.text)) {
        mou_front_report(&reader->front, MOU_DIAG_UNSUPPORTED, said->rule.name.span, said->rule.name.text, MOU_NO_TEXT, MOU_NO_TEXT);
        return;
    }
    if (!resolve_rule(reader, test->memorandum, &said->rule, &expected)) {
        return;
    }
    expected.subject = said->subject.text.len > 0 ? said->subject.text : mou_fixture_first_subject(&reader->world);
    if (!mou_fixture_has_subject(&reader->world, expected.subject)) {
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
    struct test_reader reader = {.front = {.program = program, .diagnostics = &compilation->diagnostics, .arena = compilation->arena, .symbols = program->symbols, .names_lost = program->names_lost},
                                 .compilation = compilation};
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
