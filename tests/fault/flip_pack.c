/*
 * Flips bytes of a pack and sees whether the machine holds: every damaged pack is refused or
 * harmless. In half of the cases the pack is sealed again, so that the verifier behind the hash has
 * to do the work. Run under sanitizers; prints one line of counts.
 *
 *     flip_pack PACK [COUNT [SEED]]      PACK "-": the lawful pack of the unit tests
 */
#include <stdio.h>
#include <stdlib.h>

#include "pack_exercise.h"
#include "pack_lawful.h"

/* A whole file, aligned; NULL if it cannot be read. */
static unsigned char *read_file(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return NULL;
    }
    unsigned char *bytes = NULL;
    *len = 0;
    for (;;) {
        unsigned char *more = realloc(bytes, *len + 65536);
        if (more == NULL) {
            break;
        }
        bytes = more;
        const size_t got = fread(bytes + *len, 1, 65536, file);
        *len += got;
        if (got < 65536) {
            break;
        }
    }
    (void)fclose(file);
    return bytes;
}

static unsigned char *lawful_pack(size_t *len)
{
    struct pb pb;
    (void)pb_lawful(&pb);
    pb_seal(&pb);
    unsigned char *bytes = pb.file;
    *len = pb.file_len;
    pb.file = NULL;
    pb_free(&pb);
    return bytes;
}

/*
 * One to three flips: a bit, a byte, or a number of a likely size, in half of the cases where the
 * code is.
 */
static void damage(unsigned char *bytes, size_t len, struct rng *rng)
{
    struct mou_pack_header header;
    memcpy(&header, bytes, sizeof header);
    const struct mou_pack_section_entry *code = &header.sections[MOU_SECTION_FRAMES];
    const size_t code_begin = code->offset;
    const size_t code_end =
        header.sections[MOU_SECTION_COUNT - 1].offset + header.sections[MOU_SECTION_COUNT - 1].size;
    for (uint32_t n = rng_once_in(rng, 3) ? 1 + rng_below(rng, 3) : 1; n > 0; n--) {
        size_t at = rng_next(rng) % len;
        if (rng_once_in(rng, 2) && code_end <= len && code_begin < code_end) {
            at = code_begin + rng_next(rng) % (code_end - code_begin);
        }
        switch (rng_below(rng, 3)) {
        case 0: bytes[at] ^= (unsigned char)(1u << rng_below(rng, 8)); break;
        case 1: bytes[at] = (unsigned char)rng_next(rng); break;
        default: bytes[at] = (unsigned char)(bytes[at] + (rng_once_in(rng, 2) ? 1 : 255)); break;
        }
    }
}

int main(int argc, char **argv)
{
    if (argc < 2 || argc > 4) {
        (void)fprintf(stderr, "usage: flip_pack PACK [COUNT [SEED]]\n");
        return 2;
    }
    size_t len = 0;
    unsigned char *original =
        strcmp(argv[1], "-") == 0 ? lawful_pack(&len) : read_file(argv[1], &len);
    const unsigned long long count = argc > 2 ? strtoull(argv[2], NULL, 10) : 20000;
    const unsigned long long seed = argc > 3 ? strtoull(argv[3], NULL, 10) : 1;
    unsigned char *bytes = original == NULL ? NULL : malloc(len);
    if (bytes == NULL || len < sizeof(struct mou_pack_header)) {
        (void)fprintf(stderr, "flip_pack: cannot read %s\n", argv[1]);
        free(original);
        free(bytes);
        return 2;
    }
    if (exercise_pack(original, len, seed) != EXERCISE_RUN) {
        (void)fprintf(stderr, "flip_pack: the pack does not run as it is\n");
        free(original);
        free(bytes);
        return 1;
    }
    unsigned long long counts[2][EXERCISE_OUTCOME_COUNT] = {{0}};
    struct rng rng = {seed};
    for (unsigned long long i = 0; i < count; i++) {
        memcpy(bytes, original, len);
        damage(bytes, len, &rng);
        const bool sealed = (i & 1) != 0;
        if (sealed) {
            exercise_reseal(bytes, len);
        }
        counts[sealed ? 1 : 0][exercise_pack(bytes, len, rng_next(&rng))]++;
    }
    (void)printf("%llu flips of %zu bytes: as they are %llu refused, %llu run, %llu stopped; "
                 "sealed again %llu refused, %llu run, %llu stopped\n",
                 count, len, counts[0][EXERCISE_REFUSED], counts[0][EXERCISE_RUN],
                 counts[0][EXERCISE_STOPPED], counts[1][EXERCISE_REFUSED], counts[1][EXERCISE_RUN],
                 counts[1][EXERCISE_STOPPED]);
    free(original);
    free(bytes);
    return 0;
}
