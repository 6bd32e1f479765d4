/*
 * base/diagnostic.c: the list of codes, collecting, repeats, limits, order, arguments in messages.
 */
#include <ctype.h>

#include "diagnostic_entry.h"
#include "failing_allocator.h"
#include "message_fixture.h"

static struct mou_span at(uint32_t source, uint32_t begin)
{
    return (struct mou_span){source, begin, begin + 1};
}

static struct mou_diagnostic *report(struct fixture *fixture, enum mou_diag_code code,
                                     struct mou_span span, const char *a0)
{
    return mou_diagnose(&fixture->list, code, span, mou_text_of(a0), NOTHING, NOTHING);
}

/** The number of placeholders that a text uses, as a set of bits. */
static unsigned placeholders(const char *text)
{
    unsigned found = 0;
    for (const char *p = text; (p = strchr(p, '{')) != NULL; p++) {
        bool marked = p[1] != '\0' && (p[2] == 't' || p[2] == 'w') && p[3] == '}';
        if (isdigit((unsigned char)p[1]) && (marked || p[2] == '}')) {
            assert_true(p[1] <= '3');
            found |= 1u << (p[1] - '0');
        }
    }
    return found;
}

static void every_entry_is_complete(void **state)
{
    (void)state;
    for (int i = 0; i < MOU_DIAG_COUNT; i++) {
        const enum mou_diag_code code = (enum mou_diag_code)i;
        const struct mou_diagnostic_entry *entry = mou_diagnostic_entry_of(code);
        const char *text = mou_diag_code_text(code);
        const char wanted = mou_diag_severity(code) == MOU_SEVERITY_ERROR ? 'E' : 'W';
        assert_i64_equal(strlen(text), 5);
        assert_true(text[0] == wanted || mou_diag_severity(code) == MOU_SEVERITY_NOTE);
        for (int lang = MOU_LANG_ZH; lang <= MOU_LANG_EN; lang++) {
            assert_true(strlen(entry->message[lang]) > 0);
            assert_true(mou_utf8_valid(entry->message[lang], strlen(entry->message[lang])));
        }
        if (placeholders(entry->message[0]) != placeholders(entry->message[1])) {
            fail_msg("%s: the two languages use different arguments", text);
        }
        if ((*entry->help[0] == '\0') != (*entry->help[1] == '\0')) {
            fail_msg("%s: help in one language only", text);
        }
    }
}

static void codes_are_unique(void **state)
{
    (void)state;
    for (int i = 0; i < MOU_DIAG_COUNT; i++) {
        for (int k = 0; k < i; k++) {
            if (strcmp(mou_diag_code_text((enum mou_diag_code)i),
                       mou_diag_code_text((enum mou_diag_code)k)) == 0) {
                fail_msg("%s is there twice", mou_diag_code_text((enum mou_diag_code)i));
            }
        }
    }
}

static void arguments_are_filled_in(void **state)
{
    struct fixture *fixture = *state;
    char name[] = "甲";
    struct mou_diagnostic *diagnostic =
        mou_diagnose(&fixture->list, MOU_DIAG_UNKNOWN_NAME, at(0, 5), mou_text_of(name),
                     MOU_TEXT("字段"), NOTHING);
    memset(name, '?', 3); /* arguments are copied */
    mou_diagnostic_message(diagnostic, MOU_LANG_ZH, &fixture->out);
    assert_buf_equal(&fixture->out, "没有叫“甲”的字段");
    mou_buf_clear(&fixture->out);
    mou_diagnostic_fill(diagnostic, "{0}{1}{2}{3}{4}{}{x {0", MOU_LANG_ZH, &fixture->out);
    assert_buf_equal(&fixture->out, "甲字段{4}{}{x {0");
    mou_buf_clear(&fixture->out);
    diagnostic->arguments[2] = MOU_TEXT("field");
    diagnostic->arguments[3] = MOU_TEXT("“A”");
    mou_diagnostic_fill(diagnostic, "{0t}{1t}{0w}{1w}{2w}{1tt}", MOU_LANG_EN, &fixture->out);
    assert_buf_equal(&fixture->out, "甲field“A”field{2w}{1tt}");
}

static void arguments_are_safe_to_print_and_short(void **state)
{
    struct fixture *fixture = *state;
    char long_name[3000];
    memset(long_name, 'x', sizeof long_name);
    struct mou_diagnostic *diagnostic = mou_diagnose(
        &fixture->list, MOU_DIAG_UNKNOWN_NAME, at(0, 5), MOU_TEXT("\x1B[2J\xE2\x80\xAE"),
        (struct mou_text){long_name, sizeof long_name}, NOTHING);
    mou_diagnostic_fill(diagnostic, "{0}", MOU_LANG_ZH, &fixture->out);
    assert_buf_equal(&fixture->out, "U+001B[2JU+202E");
    mou_buf_clear(&fixture->out);
    mou_diagnostic_fill(diagnostic, "{1}", MOU_LANG_ZH, &fixture->out);
    assert_contains(fixture->out.data, "xxx…");
    assert_true(fixture->out.len < 200);
}

static void the_same_is_kept_once(void **state)
{
    struct fixture *fixture = *state;
    report(fixture, MOU_DIAG_UNKNOWN_NAME, at(0, 5), "甲");
    report(fixture, MOU_DIAG_UNKNOWN_NAME, at(0, 5), "乙");
    assert_i64_equal(fixture->list.list.count, 1);
    assert_i64_equal(fixture->list.error_count, 1);
    report(fixture, MOU_DIAG_UNKNOWN_NAME, at(0, 6), "甲");
    report(fixture, MOU_DIAG_UNKNOWN_NAME, at(1, 5), "甲");
    report(fixture, MOU_DIAG_DUPLICATE_NAME, at(0, 5), "甲");
    assert_i64_equal(fixture->list.list.count, 4);
    assert_i64_equal(fixture->list.error_count, 4);
}

static void what_has_no_place_is_told_apart_by_its_words(void **state)
{
    struct fixture *fixture = *state;
    report(fixture, MOU_DIAG_UNKNOWN_USE, MOU_NO_SPAN, "甲");
    report(fixture, MOU_DIAG_UNKNOWN_USE, MOU_NO_SPAN, "乙");
    report(fixture, MOU_DIAG_UNKNOWN_USE, MOU_NO_SPAN, "甲");
    assert_i64_equal(fixture->list.list.count, 2);
}

static void order_is_by_source_place_and_code(void **state)
{
    struct fixture *fixture = *state;
    report(fixture, MOU_DIAG_UNKNOWN_USE, MOU_NO_SPAN, "z");
    report(fixture, MOU_DIAG_UNKNOWN_USE, MOU_NO_SPAN, "a");
    report(fixture, MOU_DIAG_UNKNOWN_NAME, at(1, 0), "d");
    report(fixture, MOU_DIAG_DUPLICATE_NAME, at(0, 9), "c");
    report(fixture, MOU_DIAG_UNKNOWN_NAME, at(0, 9), "b");
    report(fixture, MOU_DIAG_UNKNOWN_NAME, at(0, 2), "a");
    mou_diagnostics_sort(&fixture->list);
    static const char *const wanted[] = {"a", "b", "c", "d", "a", "z"};
    assert_i64_equal(fixture->list.list.count, 6);
    for (size_t i = 0; i < 6; i++) {
        assert_bytes_equal(fixture->list.list.items[i].arguments[0], wanted[i]);
    }
}

static void sorting_nothing(void **state)
{
    struct fixture *fixture = *state;
    mou_diagnostics_sort(&fixture->list);
    assert_i64_equal(fixture->list.list.count, 0);
}

static void too_many_are_counted_but_not_kept(void **state)
{
    struct fixture *fixture = *state;
    for (uint32_t i = 0; i < MOU_DIAGNOSTICS_MAX; i++) {
        report(fixture, MOU_DIAG_UNKNOWN_NAME, at(0, i), "甲");
    }
    assert_false(fixture->list.overflowed);
    struct mou_diagnostic *scrap =
        report(fixture, MOU_DIAG_UNKNOWN_NAME, at(0, MOU_DIAGNOSTICS_MAX), "甲");
    assert_non_null(scrap);
    scrap->second = at(0, 1);
    assert_true(fixture->list.overflowed);
    assert_i64_equal(fixture->list.list.count, MOU_DIAGNOSTICS_MAX);
    assert_i64_equal(fixture->list.error_count, MOU_DIAGNOSTICS_MAX + 1);
}

/** Without memory an error is still an error, and what is handed out can be written to. */
static void every_allocation_may_fail(void **state)
{
    (void)state;
    for (size_t fail_at = 2; fail_at < 6; fail_at++) {
        struct failing_allocator failing;
        struct mou_diagnostics list;
        failing_allocator_init(&failing, fail_at);
        failing.sticky = true;
        struct mou_arena *arena = mou_arena_new(&failing.allocator);
        mou_diagnostics_init(&list, arena);
        for (uint32_t i = 0; i < 300; i++) {
            struct mou_diagnostic *diagnostic = mou_diagnose(
                &list, MOU_DIAG_UNKNOWN_NAME, at(0, i), MOU_TEXT("甲"), MOU_TEXT("字段"), NOTHING);
            assert_non_null(diagnostic);
            diagnostic->suggestion = MOU_TEXT("乙");
        }
        assert_i64_equal(list.error_count, 300);
        mou_diagnostics_sort(&list);
        mou_arena_free(arena);
        assert_i64_equal(failing.live_bytes, 0);
    }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
static const struct CMUnitTest tests[] = {
    CASE(every_entry_is_complete),
    CASE(codes_are_unique),
    CASE(arguments_are_filled_in),
    CASE(arguments_are_safe_to_print_and_short),
    CASE(the_same_is_kept_once),
    CASE(what_has_no_place_is_told_apart_by_its_words),
    CASE(order_is_by_source_place_and_code),
    CASE(sorting_nothing),
    CASE(too_many_are_counted_but_not_kept),
    CASE(every_allocation_may_fail),
};

MOU_TEST_MAIN(tests)
