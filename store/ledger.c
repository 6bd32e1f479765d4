/*
 * The ledger: receipts as the leaves of a Merkle tree (RFC 6962: leaf 0x00, node 0x01, SHA-256). A leaf is the hash of a salt and the receipt, so that a receipt
 * can be erased and leave the tree as it is; it also holds the tree's root before it. Complete subtrees are kept, so that appending and proving read a
 * number of hashes that grows with the logarithm only.
 */
#include <stdio.h>
#include <string.h>

#include "store_internal.h"

#define LEVELS_MAX 62

void mou_ledger_leaf(const struct mou_ledger_entry *entry, unsigned char leaf[32])
{
    static const unsigned char leaf_mark = 0;
    struct mou_sha256_pieces hash;
    char numbers[80];
    (void)snprintf(numbers, sizeof numbers, "%lld\n%lld\n%lld\n", (long long)entry->number, (long long)entry->at, (long long)entry->event);
    mou_sha256_begin(&hash);
    mou_sha256_add(&hash, &leaf_mark, 1);
    mou_sha256_add(&hash, entry->salt, 32);
    mou_sha256_add(&hash, entry->previous, 32);
    mou_sha256_add(&hash, numbers, strlen(numbers));
    mou_sha256_add(&hash, entry->kind.bytes, entry->kind.len);
    mou_sha256_add(&hash, "\n", 1);
    mou_sha256_add(&hash, entry->body.bytes, entry->body.len);
    mou_sha256_end(&hash, leaf);
}

void mou_ledger_join(const unsigned char left[32], const unsigned char right[32], unsigned char out[32])
{
    static const unsigned char node_mark = 1;
    struct mou_sha256_pieces hash;
    mou_sha256_begin(&hash);
    mou_sha256_add(&hash, &node_mark, 1);
    mou_sha256_add(&hash, left, 32);
    mou_sha256_add(&hash, right, 32);
    mou_sha256_end(&hash, out);
}

/** The hash of a complete subtree of 2^level leaves. */
static enum mou_status read_node(struct mou_store *store, int level, int64_t number, unsigned char hash[32])
{
    bool row = false;
    sqlite3_stmt *statement = mou_store_statement(store, level == 0 ? MOU_SQL_LEDGER_LEAF : MOU_SQL_LEDGER_NODE);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, number + (level == 0));
    sqlite3_bind_int64(statement, 2, level);
    enum mou_status status = mou_store_step_row(store, statement, &row);
    const bool whole = row && sqlite3_column_bytes(statement, 0) == 32;
    memset(hash, 0, 32);
    if (whole) {
        memcpy(hash, sqlite3_column_blob(statement, 0), 32);
    }
    sqlite3_reset(statement);
    if (status == MOU_OK && !whole) {
        status = mou_store_fail(store, MOU_ERROR_IO, "%s", mou_store_say(store, "账本残缺；请运行 mou verify", "the ledger has gaps; run mou verify"));
    }
    return status;
}

/** Greatest power of two below `size` (size > 1), as its exponent. */
static int split_level(int64_t size)
{
    int level = 0;
    while (((int64_t)2 << level) < size) {
        level++;
    }
    return level;
}

/** Root of leaves [begin, begin + size): its complete subtrees from left to right, joined from the right. `begin` is a multiple of the first subtree's size. */
static enum mou_status range_root(struct mou_store *store, int64_t begin, int64_t size, unsigned char root[32])
{
    unsigned char peaks[LEVELS_MAX + 1][32];
    int count = 0;
    enum mou_status status = MOU_OK;
    if (size == 0) {
        mou_sha256("", 0, root);
        return MOU_OK;
    }
    for (int level = LEVELS_MAX; status == MOU_OK && level >= 0; level--) {
        const int64_t leaves = (int64_t)1 << level;
        if ((size & leaves) != 0) {
            status = read_node(store, level, begin >> level, peaks[count++]);
            begin += leaves;
        }
    }
    memcpy(root, peaks[count - 1], 32);
    for (int i = count - 2; i >= 0; i--) {
        mou_ledger_join(peaks[i], root, root);
    }
    return status;
}

enum mou_status mou_ledger_root(struct mou_store *store, int64_t size, unsigned char root[32])
{
    return range_root(store, 0, size, root);
}

enum mou_status mou_ledger_size(struct mou_store *store, int64_t *size)
{
    bool row = false;
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_LEDGER_SIZE);
    enum mou_status status = mou_store_step_row(store, statement, &row);
    *size = status == MOU_OK && row ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_reset(statement);
    return status;
}

enum mou_status mou_ledger_path(struct mou_store *store, int64_t leaf, int64_t size, unsigned char (*path)[32], uint32_t *count)
{
    int64_t begin = 0;
    enum mou_status status = MOU_OK;
    uint32_t steps = 0;
    while (status == MOU_OK && size > 1 && steps < MOU_PROOF_HASHES_MAX) {
        const int64_t left = (int64_t)1 << split_level(size);
        const bool in_left = leaf - begin < left;
        status = range_root(store, in_left ? begin + left : begin, in_left ? size - left : left, path[steps++]);
        begin += in_left ? 0 : left;
        size = in_left ? left : size - left;
    }
    for (uint32_t i = 0; i < steps / 2; i++) { /* from the leaf upwards */
        unsigned char other[32];
        memcpy(other, path[i], 32);
        memcpy(path[i], path[steps - 1 - i], 32);
        memcpy(path[steps - 1 - i], other, 32);
    }
    *count = steps;
    return status;
}

static enum mou_status add_entry(struct mou_store *store, const struct mou_ledger_entry *entry, const unsigned char leaf[32])
{
    sqlite3_stmt *add = mou_store_statement(store, MOU_SQL_LEDGER_ADD);
    if (add == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(add, 1, entry->number);
    sqlite3_bind_int64(add, 2, entry->at);
    mou_store_bind_text(add, 3, entry->kind);
    sqlite3_bind_int64(add, 4, entry->event);
    sqlite3_bind_blob(add, 5, entry->previous, 32, SQLITE_STATIC);
    sqlite3_bind_blob(add, 6, entry->salt, 32, SQLITE_STATIC);
    mou_store_bind_text(add, 7, entry->body);
    sqlite3_bind_blob(add, 8, leaf, 32, SQLITE_STATIC);
    return mou_store_step_done(store, add);
}

/** Stores the subtrees that become complete with leaf `number`. */
static enum mou_status add_nodes(struct mou_store *store, int64_t number, const unsigned char leaf[32])
{
    unsigned char hash[32];
    enum mou_status status = MOU_OK;
    memcpy(hash, leaf, 32);
    for (int level = 0; status == MOU_OK && (number & 1) != 0; level++) {
        unsigned char left[32];
        status = read_node(store, level, number - 1, left);
        mou_ledger_join(left, hash, hash);
        number >>= 1;
        sqlite3_stmt *add = status == MOU_OK ? mou_store_statement(store, MOU_SQL_LEDGER_NODE_ADD) : NULL;
        if (add == NULL) {
            return status != MOU_OK ? status : MOU_ERROR_IO;
        }
        sqlite3_bind_int64(add, 1, level + 1);
        sqlite3_bind_int64(add, 2, number);
        sqlite3_bind_blob(add, 3, hash, 32, SQLITE_STATIC);
        status = mou_store_step_done(store, add);
    }
    return status;
}

void mou_ledger_head_text(int64_t size, const unsigned char root[32], char text[MOU_LEDGER_HEAD_TEXT])
{
    const int len = snprintf(text, MOU_LEDGER_HEAD_TEXT, "%lld ", (long long)size);
    for (int i = 0; i < 32; i++) {
        (void)snprintf(text + len + 2 * i, 3, "%02x", root[i]);
    }
}

enum mou_status mou_ledger_append(struct mou_store *store, mou_time at, const char *kind, int64_t event, struct mou_text body)
{
    struct mou_ledger_entry entry = {.at = at, .kind = mou_text_of(kind), .event = event, .body = body};
    unsigned char leaf[32];
    unsigned char root[32];
    char head[MOU_LEDGER_HEAD_TEXT];
    int64_t size = 0;
    enum mou_status status = mou_ledger_size(store, &size);
    if (status == MOU_OK) {
        status = mou_ledger_root(store, size, entry.previous);
    }
    if (status == MOU_OK) {
        status = mou_random(store, entry.salt, sizeof entry.salt);
    }
    if (status != MOU_OK) {
        return status;
    }
    entry.number = size + 1;
    mou_ledger_leaf(&entry, leaf);
    status = add_entry(store, &entry, leaf);
    if (status == MOU_OK) {
        status = add_nodes(store, size, leaf);
    }
    if (status == MOU_OK) {
        status = mou_ledger_root(store, size + 1, root);
    }
    mou_ledger_head_text(size + 1, root, head);
    return status == MOU_OK ? mou_store_meta_set(store, "ledger_head", head) : status;
}
