/*
 * A plain driver for fuzz targets: runs each file named on the command line once. With it every
 * compiler and tool replays the corpora; under libFuzzer it is not linked.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return NULL;
    }
    uint8_t *data = NULL;
    size_t got = 0;
    *size = 0;
    do {
        uint8_t *more = realloc(data, *size + 65536);
        if (more == NULL) {
            break;
        }
        data = more;
        got = fread(data + *size, 1, 65536, file);
        *size += got;
    } while (got == 65536);
    (void)fclose(file);
    return data;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        size_t size = 0;
        uint8_t *data = read_file(argv[i], &size);
        if (data == NULL) {
            (void)fprintf(stderr, "cannot read %s\n", argv[i]);
            return 1;
        }
        (void)LLVMFuzzerTestOneInput(data, size);
        free(data);
    }
    if (argc < 2) {
        (void)fprintf(stderr, "no inputs\n");
        return 1;
    }
    (void)printf("%d inputs replayed\n", argc - 1);
    return 0;
}
