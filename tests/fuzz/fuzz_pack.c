/*
 * Any bytes as a pack: refused, or run over a small batch made from the pack's own vocabulary. The
 * bytes are tried as they are, then sealed again so that mutations reach what lies behind the hash,
 * then read as edits of the lawful pack, which no change of the format makes stale.
 */
#include <stdlib.h>

#include "pack_exercise.h"
#include "pack_lawful.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Four bytes are one edit: three of place, one of value. */
static void exercise_edits(const uint8_t *data, size_t size)
{
    struct pb pb;
    (void)pb_lawful(&pb);
    pb_seal(&pb);
    for (size_t i = 0; i + 4 <= size && i < 64; i += 4) {
        const size_t place = (size_t)data[i] << 16 | (size_t)data[i + 1] << 8 | data[i + 2];
        pb.file[place % pb.file_len] = data[i + 3];
    }
    exercise_reseal(pb.file, pb.file_len);
    (void)exercise_pack(pb.file, pb.file_len, size);
    pb_free(&pb);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned char *bytes = malloc(size + 1); /* aligned, which the input need not be */
    if (bytes == NULL) {
        return 0;
    }
    memcpy(bytes, data, size);
    (void)exercise_pack(bytes, size, size);
    exercise_reseal(bytes, size);
    (void)exercise_pack(bytes, size, size > 600 ? bytes[600] : 1);
    free(bytes);
    exercise_edits(data, size);
    return 0;
}
