/*
 * Files round the ledger: keys, signed tree heads, proofs of single receipts. All are JSON; numbers of hashes and keys are hexadecimal.
 */
#ifndef MOU_CLI_LEDGER_FILES_H
#define MOU_CLI_LEDGER_FILES_H

#include "cli.h"
#include "mou/store.h"

/** Reads a key file; without `secret` the public half is enough. Complains on failure. */
enum mou_exit mou_key_file_read(struct mou_cli *cli, const char *path, bool secret, struct mou_key *key);
/** Makes PATH (readable by its owner only) and PATH.pub; neither may exist. Complains on failure. */
enum mou_exit mou_key_file_write(struct mou_cli *cli, const char *path, const struct mou_key *key);
/** Appends a tree head as one JSON object, signed where there is a key. */
enum mou_exit mou_head_put(struct mou_cli *cli, const struct mou_tree_head *head, mou_time at, const struct mou_key *key, struct mou_buf *out);
/** Reads a published head. With --public-key its signature must be that key's; a signature that does not hold is refused in any case. */
enum mou_exit mou_head_file_read(struct mou_cli *cli, const char *path, struct mou_tree_head *head);
/** Appends a proof as one JSON object, without its tree head's signature. */
void mou_proof_put(const struct mou_entry_proof *proof, struct mou_buf *out);
/** Reads a proof; its texts live in the invocation's arena. Complains on failure. */
enum mou_exit mou_proof_file_read(struct mou_cli *cli, const char *path, struct mou_entry_proof *proof);

#endif
