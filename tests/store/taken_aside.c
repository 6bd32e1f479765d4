/*
 * Pieces handed to another thread, which takes them in order: of all lengths, none, as long as a block of them, longer; whether the thread is slow or fast. What it makes of them is what
 * one thread makes. Prints how many rounds failed.
 *
 *     taken_aside ROUNDS SEED
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "aside.h"

#define BLOCK ((size_t)256 * 1024)
#define LONGEST (3 * BLOCK)
#define PIECES 200u

struct taken {
    unsigned char chain[32];
    size_t pieces, bytes;
    bool slow;
};

static uint64_t luck(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

static void take(void *state, struct mou_text piece)
{
    struct taken *taken = state;
    struct mou_sha256_pieces hash;
    const struct timespec moment = {.tv_nsec = 100000};
    mou_sha256_begin(&hash);
    mou_sha256_add(&hash, taken->chain, sizeof taken->chain);
    mou_sha256_add(&hash, piece.bytes, piece.len);
    mou_sha256_end(&hash, taken->chain);
    taken->pieces++;
    taken->bytes += piece.len;
    if (taken->slow) {
        (void)nanosleep(&moment, NULL);
    }
}

/** Mostly lines, now and then nothing or much; and lengths about that of a block, with the place that a length takes. */
static size_t some_length(uint64_t *state)
{
    switch (luck(state) % 16) {
    case 0:
        return 0;
    case 1:
        return BLOCK - 16 + luck(state) % 32;
    case 2:
        return luck(state) % LONGEST;
    case 3:
        return luck(state) % BLOCK;
    default:
        return luck(state) % 1000;
    }
}

/** The bytes change as soon as a piece was handed over. */
static bool compare(char *bytes, uint64_t *state, bool slow)
{
    struct taken here = {.pieces = 0};
    struct taken there = {.slow = slow};
    struct mou_aside *aside = mou_aside_new(take, &there);
    const uint64_t count = luck(state) % PIECES;
    if (aside == NULL) {
        return false;
    }
    for (uint64_t i = 0; i < count; i++) {
        const size_t len = some_length(state);
        memset(bytes, (int)(luck(state) % 256), len);
        take(&here, (struct mou_text){bytes, len});
        mou_aside_add(aside, (struct mou_text){bytes, len});
        memset(bytes, 0, len);
    }
    mou_aside_end(aside);
    return here.pieces == count && there.pieces == count && here.bytes == there.bytes && memcmp(here.chain, there.chain, sizeof here.chain) == 0;
}

int main(int argc, char **argv)
{
    unsigned failed = 0;
    char *bytes = malloc(LONGEST + 64);
    if (argc != 3 || bytes == NULL) {
        (void)fprintf(stderr, "usage: taken_aside ROUNDS SEED\n");
        return 2;
    }
    const unsigned long rounds = strtoul(argv[1], NULL, 10);
    uint64_t state = strtoull(argv[2], NULL, 10);
    for (unsigned long i = 0; i < rounds; i++) {
        failed += !compare(bytes, &state, i % 4 == 0);
    }
    mou_aside_end(NULL);
    free(bytes);
    (void)printf("%lu rounds, %u failed\n", rounds, failed);
    return failed == 0 ? 0 : 1;
}
