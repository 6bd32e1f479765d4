/*
 * Tests beside the rules: their names and values are checked here, and each is given out as a world in JSON and a list of expectations.
 */
#include "compilation.h"

enum mou_status mou_tests_check(struct mou_compilation *compilation)
{
    (void)compilation;
    return MOU_OK;
}
