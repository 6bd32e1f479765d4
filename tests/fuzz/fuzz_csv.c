/*
 * Any bytes as a CSV file: see fuzz_import.h for what must hold.
 */
#include "fuzz_import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_import(data, size, MOU_IMPORT_CSV);
    return 0;
}
