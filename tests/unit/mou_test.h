/*
 * What every unit test includes: cmocka with the headers that it needs first, and assertions whose failures can be read.
 */
#ifndef MOU_TESTS_MOU_TEST_H
#define MOU_TESTS_MOU_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "mou/base.h"

/** Equal signed 64-bit numbers. */
#define assert_i64_equal(got, wanted)                                                                                  \
    do {                                                                                                               \
        long long got_ = (long long)(+(got));                                                                          \
        long long wanted_ = (long long)(+(wanted));                                                                    \
        if (got_ != wanted_) {                                                                                         \
            fail_msg("%s: got %lld, wanted %lld", #got, got_, wanted_);                                                \
        }                                                                                                              \
    } while (0)

/** Equal texts, both NUL-terminated; NULL is a failure. */
#define assert_text_equal(got, wanted)                                                                                 \
    do {                                                                                                               \
        const char *got_ = (got);                                                                                      \
        const char *wanted_ = (wanted);                                                                                \
        if (got_ == NULL || strcmp(got_, wanted_) != 0) {                                                              \
            fail_msg("%s:\n  got    %s\n  wanted %s", #got, got_ != NULL ? got_ : "(null)", wanted_);                  \
        }                                                                                                              \
    } while (0)

/** `text` contains `part`. */
#define assert_contains(text, part)                                                                                    \
    do {                                                                                                               \
        const char *text_ = (text);                                                                                    \
        if (text_ == NULL || strstr(text_, (part)) == NULL) {                                                          \
            fail_msg("%s lacks “%s”:\n%s", #text, (part), text_ != NULL ? text_ : "(null)");                           \
        }                                                                                                              \
    } while (0)

#define assert_status(got, wanted) assert_i64_equal(got, wanted)

/** least <= got <= most, signed; cmocka's own is unsigned. */
#define assert_i64_between(got, least, most)                                                                           \
    do {                                                                                                               \
        long long got_ = (long long)(+(got));                                                                          \
        if (got_ < (long long)(least) || got_ > (long long)(most)) {                                                   \
            fail_msg("%s: got %lld, wanted %lld to %lld", #got, got_, (long long)(least), (long long)(most));          \
        }                                                                                                              \
    } while (0)

/** A struct mou_text against a NUL-terminated one. */
#define assert_bytes_equal(got, wanted)                                                                                \
    do {                                                                                                               \
        const struct mou_text text_got_ = (got);                                                                       \
        const char *text_wanted_ = (wanted);                                                                           \
        if (!mou_text_equal(text_got_, mou_text_of(text_wanted_))) {                                                   \
            fail_msg("%s:\n  got    %.*s\n  wanted %s", #got, (int)text_got_.len, text_got_.bytes, text_wanted_);      \
        }                                                                                                              \
    } while (0)

/** What a struct mou_buf holds; a buffer never written to holds "". */
#define assert_buf_equal(buf, wanted)                                                                                  \
    do {                                                                                                               \
        assert_false((buf)->failed);                                                                                   \
        assert_text_equal((buf)->data != NULL ? (buf)->data : "", (wanted));                                           \
    } while (0)

/** cmocka's count of failures does not fit an exit code. */
#define MOU_TEST_MAIN(tests)                                                                                           \
    int main(void)                                                                                                     \
    {                                                                                                                  \
        return cmocka_run_group_tests((tests), NULL, NULL) != 0;                                                       \
    }

#endif
