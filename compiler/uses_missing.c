/*
 * Names that nothing declares here, but a rule file that is not used does: what is missing then is its 引用, and one message says so for all of
 * the file's names. Rewrites the messages about unknown names after all stages; knows no files, but asks whoever called the compiler.
 */
#include "stages.h"

#include <assert.h>
#include <string.h>

#include "mou/compiler.h"

/** Names of fields and functions are declared within something else, which would be unknown itself. */
static bool is_of_file(struct mou_text what)
{
    static const char *const within[] = {"字段", "函数", "定义"};
    for (size_t i = 0; i < sizeof within / sizeof within[0]; i++) {
        const size_t len = strlen(within[i]);
        if (what.len >= len && memcmp(what.bytes, within[i], len) == 0) {
            return false;
        }
    }
    return true;
}

/** Whether the same file was told of the same 引用 already. */
static bool is_told(const struct mou_diagnostics *diagnostics, size_t count, uint32_t source, struct mou_text owner)
{
    for (size_t i = 0; i < count; i++) {
        const struct mou_diagnostic *known = &diagnostics->list.items[i];
        if (known->code == MOU_DIAG_NAME_ELSEWHERE && known->span.source == source && mou_text_equal(known->arguments[1], owner)) {
            return true;
        }
    }
    return false;
}

void mou_uses_tell(struct mou_diagnostics *diagnostics, const struct mou_compile_options *options)
{
    assert(diagnostics != NULL);
    if (options == NULL || options->declared == NULL) {
        return;
    }
    size_t kept = 0;
    for (size_t i = 0; i < diagnostics->list.count; i++) {
        struct mou_diagnostic one = diagnostics->list.items[i];
        struct mou_text owner = {"", 0};
        const bool asked = one.code == MOU_DIAG_UNKNOWN_NAME && one.span.source != UINT32_MAX && is_of_file(one.arguments[1]);
        if (asked && options->declared(options->resolve_state, one.arguments[0], &owner)) {
            if (is_told(diagnostics, kept, one.span.source, owner)) {
                diagnostics->error_count--;
                continue;
            }
            one.code = MOU_DIAG_NAME_ELSEWHERE;
            one.arguments[1] = owner;
            one.suggestion = (struct mou_text){"", 0};
            one.has_fixit = false;
        }
        diagnostics->list.items[kept++] = one;
    }
    diagnostics->list.count = kept;
}
