/*
 * mou test: runs the tests that stand beside the rules.
 */
#include "cli.h"

enum mou_exit mou_cmd_test(struct mou_cli *cli)
{
    (void)cli;
    return MOU_EXIT_INTERNAL;
}
