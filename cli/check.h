/*
 * What mou check consists of: output formats and corrections. Used by cmd_check.c.
 */
#ifndef MOU_CLI_CHECK_H
#define MOU_CLI_CHECK_H

#include "cli.h"

/* check_formats.c: appends all diagnostics that are shown */
void mou_check_append_json(const struct mou_cli *cli, const struct mou_compilation *compilation, struct mou_buf *out);
void mou_check_append_sarif(const struct mou_cli *cli, const struct mou_compilation *compilation, struct mou_buf *out);
void mou_check_append_github(const struct mou_cli *cli, const struct mou_compilation *compilation, struct mou_buf *out);

/* check_fix.c */
/**
 * Carries out the corrections that diagnostics offer, as long as there are any, and replaces the files changed, each as a whole. The sources of `files` are
 * what the files then hold. A file that cannot be read as text, and files that were not given, are left alone.
 */
enum mou_exit mou_check_fix(struct mou_cli *cli, struct mou_rule_files *files);

#endif
