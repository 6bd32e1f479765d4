/*
 * Any bytes as rule sources: the compiler answers with diagnostics inside the source or with a pack that the verifier takes, and the same bytes give
 * the same pack.
 */
#include <stdlib.h>
#include <string.h>

#include "mou/compiler.h"
#include "mou/vm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void check_diagnostics(const struct mou_compilation *compilation)
{
    const struct mou_diagnostics *diagnostics = mou_compilation_diagnostics(compilation);
    size_t count = 0;
    const struct mou_source *sources = mou_compilation_sources(compilation, &count);
    struct mou_buf text;
    mou_buf_init(&text, NULL, (size_t)256 * 1024 * 1024);
    for (size_t i = 0; i < diagnostics->list.count; i++) {
        struct mou_span span = diagnostics->list.items[i].span;
        require(span.source == UINT32_MAX || (span.source < count && span.begin <= span.end && span.end <= sources[span.source].len));
        mou_diagnostic_render(&diagnostics->list.items[i], sources, count, MOU_LANG_ZH, false, &text);
    }
    require(!text.failed);
    mou_buf_free(&text);
}

static void check_pack(const struct mou_compilation *compilation, const struct mou_compilation *again)
{
    size_t len = 0;
    size_t len_again = 0;
    struct mou_pack *pack = NULL;
    const unsigned char *bytes = mou_compilation_pack(compilation, &len);
    const unsigned char *bytes_again = mou_compilation_pack(again, &len_again);
    require(len == len_again && memcmp(bytes, bytes_again, len) == 0);
    require(mou_pack_open(bytes, len, NULL, &pack, NULL) == MOU_OK);
    mou_pack_close(pack);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct mou_source source = {"fuzz.mou", (const char *)data, size};
    struct mou_compilation *first = NULL;
    struct mou_compilation *second = NULL;
    enum mou_status status = mou_compile(&source, 1, NULL, &first);
    require(status == MOU_OK || status == MOU_ERROR_SOURCE);
    check_diagnostics(first);
    if (status == MOU_OK) {
        require(mou_compile(&source, 1, NULL, &second) == MOU_OK);
        check_pack(first, second);
        mou_compilation_free(second);
    }
    mou_compilation_free(first);
    return 0;
}
