/*
 * What an option names: an office among those that act together, and names that nothing bears, said rather than answered with nothing.
 */
#ifndef MOU_CLI_NAMED_H
#define MOU_CLI_NAMED_H

#include "store_commands.h"

/** Whether `part` is one of the names that 、 joins in `list`. */
bool mou_names_part(struct mou_text list, struct mou_text part);
/** Says so where no measure of the pack is declared to be this office's: nothing was found, and the name may be wrong. */
void mou_doubt_authority(const struct mou_cli *cli, const struct mou_pack *pack, const char *name);
/** Whether a finding of the pack enters this kind of list; complains where none does. */
bool mou_list_is_known(const struct mou_cli *cli, const struct mou_pack *pack, const char *name);

#endif
