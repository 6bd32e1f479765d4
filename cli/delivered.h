/*
 * A delivered file as the record store reads it: piece by piece, wherever it comes from. Used by mou import.
 */
#ifndef MOU_CLI_DELIVERED_H
#define MOU_CLI_DELIVERED_H

#include "store_commands.h"

struct mou_delivered {
    struct mou_import_source source;
    int file;        /**< -1: none */
    int64_t seconds; /**< when it was changed last */
    long nanoseconds;
};

/** Opens the file, or (-) standard input; what cannot be read twice is kept in a nameless file first. False with a message. Closed by the caller either way. */
bool mou_delivered_open(struct mou_cli *cli, const char *path, struct mou_delivered *delivered);
void mou_delivered_close(struct mou_delivered *delivered);

#endif
