/*
 * base/hash.c: the examples of FIPS 180-4. base/version.c: the version's form.
 */
#include <sodium.h>

#include "mou_test.h"

static void assert_digest(const char *text, const char *hex)
{
    unsigned char digest[32];
    char got[65];
    mou_sha256(text, strlen(text), digest);
    for (size_t i = 0; i < sizeof digest; i++) {
        snprintf(got + 2 * i, 3, "%02x", digest[i]);
    }
    assert_text_equal(got, hex);
}

static void examples_of_the_standard(void **state)
{
    (void)state;
    assert_digest("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_digest("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void no_bytes_may_be_null(void **state)
{
    unsigned char a[32];
    unsigned char b[32];
    (void)state;
    mou_sha256(NULL, 0, a);
    mou_sha256("", 0, b);
    assert_memory_equal(a, b, sizeof a);
}

/** The library's own hash is the oracle where the processor's instructions do the work. */
static void every_length_as_the_library_has_it(void **state)
{
    unsigned char bytes[700];
    unsigned char wanted[32];
    unsigned char got[32];
    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (unsigned char)(i * 131 + i / 7);
    }
    for (size_t len = 0; len <= sizeof bytes; len++) {
        struct mou_sha256_pieces pieces;
        crypto_hash_sha256(wanted, bytes, len);
        mou_sha256(bytes, len, got);
        assert_memory_equal(got, wanted, sizeof got);
        mou_sha256_begin(&pieces);
        for (size_t at = 0; at < len;) {
            const size_t piece = 1 + (at * 7 + len) % 97 < len - at ? 1 + (at * 7 + len) % 97 : len - at;
            mou_sha256_add(&pieces, bytes + at, piece);
            at += piece;
        }
        mou_sha256_end(&pieces, got);
        assert_memory_equal(got, wanted, sizeof got);
    }
}

static void pieces_give_the_hash_of_the_whole(void **state)
{
    unsigned char bytes[300];
    unsigned char whole[32];
    unsigned char joined[32];
    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (unsigned char)(i * 7);
    }
    for (size_t cut = 0; cut <= sizeof bytes; cut += 13) {
        struct mou_sha256_pieces pieces;
        mou_sha256(bytes, sizeof bytes, whole);
        mou_sha256_begin(&pieces);
        mou_sha256_add(&pieces, bytes, cut);
        mou_sha256_add(&pieces, NULL, 0);
        mou_sha256_add(&pieces, bytes + cut, sizeof bytes - cut);
        mou_sha256_end(&pieces, joined);
        assert_memory_equal(whole, joined, sizeof whole);
    }
}

static void hexadecimal_digits(void **state)
{
    struct mou_buf buf;
    (void)state;
    mou_buf_init(&buf, NULL, 6);
    mou_buf_hex(&buf, "\x00\xaf\x5b", 3);
    assert_text_equal(buf.data, "00af5b");
    mou_buf_hex(&buf, "", 0);
    assert_false(buf.failed);
    mou_buf_hex(&buf, "x", 1);
    assert_true(buf.failed);
    mou_buf_free(&buf);
}

static void version_is_three_numbers(void **state)
{
    int parts[3];
    char rest = 0;
    (void)state;
    assert_i64_equal(sscanf(mou_version(), "%d.%d.%d%c", &parts[0], &parts[1], &parts[2], &rest),
                     3);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(examples_of_the_standard),
    cmocka_unit_test(no_bytes_may_be_null),
    cmocka_unit_test(every_length_as_the_library_has_it),
    cmocka_unit_test(pieces_give_the_hash_of_the_whole),
    cmocka_unit_test(hexadecimal_digits),
    cmocka_unit_test(version_is_three_numbers),
};

MOU_TEST_MAIN(tests)
