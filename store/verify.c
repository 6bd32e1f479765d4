/*
 * mou verify's work: the database's own integrity; every receipt, every node of the tree and its head; every import, run and act on packs against its receipt,
 * and with the seals every row that they brought or ended. Reads only. What is found is told one by one; nothing is repaired.
 */
#include <stdio.h>
#include <string.h>

#include "replay.h"
#include "waiting.h"

#define RECEIPT_BYTES_MAX ((size_t)16 * 1024 * 1024)
#define PROBLEM_BYTES ((size_t)600)

/** One verification under way. */
struct verifying {
    struct mou_store *store;
    const struct mou_verify_request *request;
    struct mou_verify_result *result;
};

/** Tells one problem. */
static void report(struct verifying *verifying, const char *text)
{
    struct mou_buf readable;
    verifying->result->problems++;
    if (verifying->request->problem != NULL) {
        mou_buf_init(&readable, NULL, 2 * PROBLEM_BYTES);
        mou_store_put_readable(text, &readable);
        verifying->request->problem(verifying->request->state, readable.len > 0 ? readable.data : "");
        mou_buf_free(&readable);
    }
}

/** Of something that has a number. */
static void tell(struct verifying *verifying, const char *zh, const char *en, int64_t number, const char *detail)
{
    char text[PROBLEM_BYTES];
    (void)snprintf(text, sizeof text, mou_store_say(verifying->store, zh, en), (long long)number, detail);
    report(verifying, text);
}

/** Of something that has a name. */
static void tell_of(struct verifying *verifying, const char *zh, const char *en, const char *name)
{
    char text[PROBLEM_BYTES];
    (void)snprintf(text, sizeof text, mou_store_say(verifying->store, zh, en), name);
    report(verifying, text);
}

/** A damaged page shows itself as a failing statement: that is a finding, too. */
static enum mou_status finding_or_failure(struct verifying *verifying, enum mou_status status)
{
    const int code = sqlite3_extended_errcode(verifying->store->database) & 0xff;
    if (status == MOU_ERROR_IO && (code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_FORMAT || code == SQLITE_MISMATCH || code == SQLITE_ERROR)) {
        tell(verifying, "数据库损坏（%lld）：%s", "the database is damaged (%lld): %s", code, mou_store_message(verifying->store));
        mou_buf_clear(&verifying->store->message);
        return MOU_OK;
    }
    return status;
}

/* ------------------------------------------------------------------ the database itself */

/** Tells every row of a pragma but "ok". */
static enum mou_status check_pragma(struct verifying *verifying, const char *sql)
{
    sqlite3_stmt *statement = mou_store_prepare(verifying->store, sql);
    bool row = statement != NULL;
    enum mou_status status = statement != NULL ? MOU_OK : MOU_ERROR_IO;
    while (status == MOU_OK && row) {
        status = mou_store_step_row(verifying->store, statement, &row);
        if (status == MOU_OK && row && strcmp((const char *)sqlite3_column_text(statement, 0), "ok") != 0) {
            tell_of(verifying, "数据库损坏：%s", "the database is damaged: %s", (const char *)sqlite3_column_text(statement, 0));
        }
    }
    sqlite3_finalize(statement);
    return status;
}

/** The newest receipt of the kind and event; *found false if there is none. */
static enum mou_status last_receipt(struct mou_store *store, const char *kind, int64_t event, bool *found, int64_t *at, struct mou_buf *body)
{
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_LEDGER_OF_EVENT);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    mou_store_bind_text(statement, 1, mou_text_of(kind));
    sqlite3_bind_int64(statement, 2, event);
    enum mou_status status = mou_store_step_row(store, statement, found);
    mou_buf_clear(body);
    if (status == MOU_OK && *found) {
        const struct mou_text text = mou_store_column_text(statement, 1);
        *at = sqlite3_column_int64(statement, 0);
        mou_buf_append(body, text.bytes, text.len);
        status = body->failed ? mou_store_out_of_memory(store) : MOU_OK;
    }
    sqlite3_reset(statement);
    return status;
}

static bool same(const struct mou_buf *a, const struct mou_buf *b)
{
    return a->len == b->len && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

static enum mou_status check_schema(struct verifying *verifying)
{
    struct mou_buf expected;
    struct mou_buf body;
    bool found = false;
    int64_t at = 0;
    mou_buf_init(&expected, NULL, RECEIPT_BYTES_MAX);
    mou_buf_init(&body, NULL, RECEIPT_BYTES_MAX);
    enum mou_status status = mou_receipt_schema_body(verifying->store, &expected);
    if (status == MOU_OK) {
        status = last_receipt(verifying->store, "schema", 0, &found, &at, &body);
    }
    if (status == MOU_OK && (!found || !same(&expected, &body))) {
        tell_of(verifying, "表结构与账本不符%s", "tables, indexes or triggers are not those of the ledger%s", "");
    }
    mou_buf_free(&expected);
    mou_buf_free(&body);
    return status;
}

/* ------------------------------------------------------------------ the ledger */

/** Roots as the leaves come by: the hashes of complete subtrees, one for each bit of the size. */
struct growing_tree {
    unsigned char peaks[63][32];
    unsigned char made[63][32]; /**< the subtrees that became complete with the last leaf, by level */
    int64_t size;
};

static void grow(struct growing_tree *tree, const unsigned char leaf[32])
{
    unsigned char hash[32];
    int level = 0;
    memcpy(hash, leaf, 32);
    for (; (tree->size >> level & 1) != 0; level++) {
        memcpy(tree->made[level], hash, 32);
        mou_ledger_join(tree->peaks[level], hash, hash);
    }
    memcpy(tree->made[level], hash, 32);
    memcpy(tree->peaks[level], hash, 32);
    tree->size++;
}

static void root_of(const struct growing_tree *tree, unsigned char root[32])
{
    bool any = false;
    mou_sha256("", 0, root);
    for (int level = 0; level < 62; level++) {
        if ((tree->size >> level & 1) == 0) {
            continue;
        }
        if (any) {
            mou_ledger_join(tree->peaks[level], root, root);
        } else {
            memcpy(root, tree->peaks[level], 32);
        }
        any = true;
    }
}

static bool blob_is(sqlite3_stmt *statement, int column, const unsigned char hash[32])
{
    return sqlite3_column_bytes(statement, column) == 32 && memcmp(sqlite3_column_blob(statement, column), hash, 32) == 0;
}

/** Inner nodes that are complete with the leaf that came last. */
static enum mou_status check_nodes(struct verifying *verifying, const struct growing_tree *tree)
{
    enum mou_status status = MOU_OK;
    const int64_t last = tree->size - 1;
    for (int level = 1; status == MOU_OK && (tree->size & (((int64_t)1 << level) - 1)) == 0; level++) {
        bool row = false;
        sqlite3_stmt *statement = mou_store_statement(verifying->store, MOU_SQL_LEDGER_NODE);
        if (statement == NULL) {
            return MOU_ERROR_IO;
        }
        sqlite3_bind_int64(statement, 1, last >> level);
        sqlite3_bind_int64(statement, 2, level);
        status = mou_store_step_row(verifying->store, statement, &row);
        if (status == MOU_OK && (!row || !blob_is(statement, 0, tree->made[level]))) {
            tell(verifying, "账本第 %lld 条之后的哈希树节点不对%s", "a node of the tree behind entry %lld is wrong%s", tree->size, "");
        }
        sqlite3_reset(statement);
        verifying->result->nodes++;
    }
    return status;
}

/** One receipt: its number, the root before it, its leaf. */
static void check_entry(struct verifying *verifying, sqlite3_stmt *statement, struct growing_tree *tree)
{
    struct mou_ledger_entry entry = {.number = sqlite3_column_int64(statement, 0), .at = sqlite3_column_int64(statement, 1),
                                     .kind = mou_store_column_text(statement, 2), .event = sqlite3_column_int64(statement, 3)};
    unsigned char leaf[32] = {0};
    root_of(tree, entry.previous);
    if (entry.number != tree->size + 1) {
        tell(verifying, "账本缺第 %lld 条%s", "entry %lld of the ledger is missing%s", tree->size + 1, "");
    }
    if (!blob_is(statement, 4, entry.previous)) {
        tell(verifying, "账本第 %lld 条与之前的各条不符%s", "entry %lld of the ledger does not fit those before it%s", entry.number, "");
    }
    const bool erased = sqlite3_column_type(statement, 5) == SQLITE_NULL && sqlite3_column_type(statement, 6) == SQLITE_NULL;
    verifying->result->erased += erased;
    if (sqlite3_column_bytes(statement, 7) == 32) {
        memcpy(leaf, sqlite3_column_blob(statement, 7), 32);
    }
    if (!erased) {
        unsigned char made[32];
        const bool salted = sqlite3_column_bytes(statement, 5) == 32;
        if (salted) {
            memcpy(entry.salt, sqlite3_column_blob(statement, 5), 32);
        }
        entry.body = mou_store_column_text(statement, 6);
        mou_ledger_leaf(&entry, made);
        if (!salted || memcmp(made, leaf, 32) != 0) {
            tell(verifying, "账本第 %lld 条被改动过%s", "entry %lld of the ledger was altered%s", entry.number, "");
        }
    }
    grow(tree, leaf);
}

/** Published heads are roots of the ledger as it is. */
static void check_heads(struct verifying *verifying, const struct growing_tree *tree, bool *matched)
{
    unsigned char root[32];
    root_of(tree, root);
    for (size_t i = 0; i < verifying->request->head_count; i++) {
        const struct mou_tree_head *head = &verifying->request->heads[i];
        if (head->size == tree->size) {
            matched[i] = memcmp(head->root, root, 32) == 0;
        }
    }
}

static enum mou_status check_entries(struct verifying *verifying, struct growing_tree *tree, bool *matched)
{
    struct mou_store *store = verifying->store;
    sqlite3_stmt *statement = mou_store_prepare(store, "SELECT id, at, kind, event, previous, salt, body, leaf FROM ledger ORDER BY id");
    bool row = statement != NULL;
    enum mou_status status = statement != NULL ? MOU_OK : MOU_ERROR_IO;
    check_heads(verifying, tree, matched);
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        if (status == MOU_OK && row) {
            check_entry(verifying, statement, tree);
            check_heads(verifying, tree, matched);
            status = check_nodes(verifying, tree);
        }
    }
    sqlite3_finalize(statement);
    verifying->result->entries = tree->size;
    return status;
}

static enum mou_status check_head_noted(struct verifying *verifying, const struct growing_tree *tree)
{
    struct mou_text noted;
    char text[MOU_LEDGER_HEAD_TEXT];
    bool fits = false;
    root_of(tree, verifying->result->root);
    mou_ledger_head_text(tree->size, verifying->result->root, text);
    enum mou_status status = mou_store_meta_get(verifying->store, "ledger_head", &noted);
    if (status == MOU_OK && !mou_text_equal(noted, mou_text_of(text))) {
        tell(verifying, "账本的条数或根哈希与登记的不符（现有 %lld 条）：%s", "size or root of the ledger is not what was noted (there are %lld entries): %s", tree->size, text);
    }
    sqlite3_stmt *statement = status == MOU_OK ? mou_store_prepare(verifying->store, "SELECT count(*) = ?1 FROM ledger_node") : NULL;
    if (statement == NULL) {
        return status != MOU_OK ? status : MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, (sqlite3_int64)verifying->result->nodes);
    status = mou_store_step_single(verifying->store, statement, &fits);
    sqlite3_finalize(statement);
    if (status == MOU_OK && !fits) {
        tell(verifying, "哈希树的节点数不对，应有 %lld 个%s", "the number of nodes of the tree is wrong, %lld are due%s", (int64_t)verifying->result->nodes, "");
    }
    return status;
}

static enum mou_status check_ledger(struct verifying *verifying)
{
    struct growing_tree *tree = MOU_NEW(verifying->store->work_arena, struct growing_tree);
    bool *matched = MOU_NEW_ARRAY(verifying->store->work_arena, verifying->request->head_count + 1, bool);
    if (tree == NULL || matched == NULL) {
        return mou_store_out_of_memory(verifying->store);
    }
    enum mou_status status = check_entries(verifying, tree, matched);
    for (size_t i = 0; status == MOU_OK && i < verifying->request->head_count; i++) {
        if (!matched[i]) {
            tell(verifying, "账本与公布的树头（%lld 条）不符%s", "the ledger does not continue the published head of size %lld%s", verifying->request->heads[i].size, "");
        }
    }
    return status == MOU_OK ? check_head_noted(verifying, tree) : status;
}

/** A ledger that began under format 1 holds the receipts of then, and the head of their chain. */
static enum mou_status check_former_chain(struct verifying *verifying)
{
    unsigned char chain[32];
    int64_t entries = 0;
    bool row = false;
    char hex[65] = "";
    sqlite3_stmt *statement = mou_store_statement(verifying->store, MOU_SQL_LEDGER_MIGRATION);
    enum mou_status status = mou_store_step_row(verifying->store, statement, &row);
    if (status != MOU_OK || !row) {
        return status;
    }
    struct mou_text body = mou_store_column_text(statement, 1);
    entries = sqlite3_column_int64(statement, 0);
    if (body.len > 66) {
        memcpy(hex, body.bytes + body.len - 66, 64);
    }
    sqlite3_reset(statement);
    status = mou_migrate_former_chain(verifying->store, entries, chain);
    for (int i = 0; status == MOU_OK && i < 32; i++) {
        char pair[3];
        (void)snprintf(pair, sizeof pair, "%02x", chain[i]);
        if (memcmp(hex + 2 * i, pair, 2) != 0) {
            tell(verifying, "升级前的 %lld 条收据与当时的链条不符%s", "the %lld receipts from before the migration do not fit their chain%s", entries, "");
            break;
        }
    }
    return status;
}

/* ------------------------------------------------------------------ events and their rows */

static enum mou_status check_event(struct verifying *verifying, enum mou_event_kind kind, int64_t id, struct mou_buf *expected, struct mou_buf *body)
{
    bool found = false;
    int64_t at = 0;
    int64_t noted = 0;
    mou_buf_clear(expected);
    enum mou_status status = mou_receipt_body(verifying->store, kind, id, &at, expected);
    if (status == MOU_OK) {
        status = last_receipt(verifying->store, mou_receipt_kind(kind), id, &found, &noted, body);
    }
    if (status == MOU_OK && !found) {
        tell(verifying, "第 %lld 号事项（%s）没有收据", "event %lld (%s) has no receipt", id, mou_receipt_kind(kind));
    } else if (status == MOU_OK && (at != noted || !same(expected, body))) {
        tell(verifying, "第 %lld 号事项（%s）的记录与收据不符：有行被改动、增加或删去", "event %lld (%s) does not fit its receipt: rows were altered, added or removed", id,
             mou_receipt_kind(kind));
    }
    verifying->result->events++;
    return status;
}

static enum mou_status check_events(struct verifying *verifying, enum mou_event_kind kind, enum mou_statement ids)
{
    struct mou_buf expected;
    struct mou_buf body;
    int64_t id = INT64_MIN;
    bool row = true;
    enum mou_status status = MOU_OK;
    mou_buf_init(&expected, NULL, RECEIPT_BYTES_MAX);
    mou_buf_init(&body, NULL, RECEIPT_BYTES_MAX);
    while (status == MOU_OK && row) {
        sqlite3_stmt *statement = mou_store_statement(verifying->store, ids);
        if (statement == NULL) {
            status = MOU_ERROR_IO;
            break;
        }
        sqlite3_bind_int64(statement, 1, id);
        status = mou_store_step_row(verifying->store, statement, &row);
        id = status == MOU_OK && row ? sqlite3_column_int64(statement, 0) : id;
        sqlite3_reset(statement);
        if (status == MOU_OK && row) {
            status = check_event(verifying, kind, id, &expected, &body);
        }
    }
    mou_buf_free(&expected);
    mou_buf_free(&body);
    return status;
}

enum mou_status mou_verify_imports(struct mou_store *store, bool *fit)
{
    const struct mou_verify_request request = {.problem = NULL};
    struct mou_verify_result result = {.entries = 0};
    struct verifying verifying = {store, &request, &result};
    enum mou_status status = mou_seal_all(store);
    status = status == MOU_OK ? check_events(&verifying, MOU_EVENT_IMPORT, MOU_SQL_IMPORT_IDS) : status;
    *fit = result.problems == 0;
    return status;
}

/** Tells every row of a query: a number and a word. */
static enum mou_status tell_rows(struct verifying *verifying, enum mou_statement id, const char *zh, const char *en)
{
    sqlite3_stmt *statement = mou_store_statement(verifying->store, id);
    bool row = statement != NULL;
    enum mou_status status = statement != NULL ? MOU_OK : MOU_ERROR_IO;
    while (status == MOU_OK && row) {
        status = mou_store_step_row(verifying->store, statement, &row);
        if (status == MOU_OK && row) {
            tell(verifying, zh, en, sqlite3_column_int64(statement, 0), (const char *)sqlite3_column_text(statement, 1));
        }
    }
    sqlite3_reset(statement);
    return status;
}

static enum mou_status check_rows(struct verifying *verifying)
{
    static const struct {
        enum mou_event_kind kind;
        enum mou_statement ids;
    } kinds[] = {{MOU_EVENT_IMPORT, MOU_SQL_IMPORT_IDS}, {MOU_EVENT_RUN, MOU_SQL_RUN_IDS}, {MOU_EVENT_PACK_ACT, MOU_SQL_PACK_ACT_IDS}, {MOU_EVENT_ACT, MOU_SQL_ACT_IDS}};
    enum mou_status status = mou_seal_all(verifying->store);
    for (size_t i = 0; status == MOU_OK && i < sizeof kinds / sizeof kinds[0]; i++) {
        status = check_events(verifying, kinds[i].kind, kinds[i].ids);
    }
    if (status == MOU_OK) {
        status = tell_rows(verifying, MOU_SQL_SEALS_WITHOUT_EVENT, "没有收据可归的行：事项 %lld，表 %s", "rows that no receipt accounts for: event %lld, table %s");
    }
    if (status == MOU_OK) {
        status = tell_rows(verifying, MOU_SQL_RECEIPTS_WITHOUT_EVENT, "账本第 %lld 条所记的事项（%s）不在库里", "what entry %lld of the ledger records (%s) is not in the store");
    }
    if (status == MOU_OK) {
        status = tell_rows(verifying, MOU_SQL_PACKS_WITHOUT_ACT, "第 %lld 号规则包没有来历%s", "pack %lld was never proposed%s");
    }
    if (status == MOU_OK) {
        status = tell_rows(verifying, MOU_SQL_DECISIONS_ASTRAY, "第 %lld 号决定的状态不明：%s", "decision %lld stands where it cannot stand: %s");
    }
    if (status == MOU_OK) {
        status = tell_rows(verifying, MOU_SQL_FIRSTS_ASTRAY, "第 %lld 行（%s）不是它的决定所记的第一项，或者决定没有内容", "row %lld (%s) is not the first one that its decision names, or a decision says nothing");
    }
    if (status == MOU_OK) {
        status = tell_rows(verifying, MOU_SQL_LASTING_ASTRAY, "第 %lld 行（%s）的起止没有登记，或者与登记的不符", "how long row %lld (%s) lasts is not noted, or otherwise");
    }
    if (status == MOU_OK) {
        status = tell_rows(verifying, MOU_SQL_WAKES_ASTRAY, "第 %lld 号主体下次要看的日期没有登记%s", "subject %lld would not be looked at on its next date%s");
    }
    if (status == MOU_OK) {
        status = tell_rows(verifying, MOU_SQL_COUNTS_ASTRAY, "现有决定的个数不对（%lld）：%s", "the count of decisions that stand is wrong (%lld): %s");
    }
    return status;
}

/** Rows are erased where an import says so, and nowhere else. */
static enum mou_status check_erased(struct verifying *verifying, struct mou_text table, const char *id, struct mou_buf *sql)
{
    bool wrong = false;
    mou_buf_clear(sql);
    mou_buf_text(sql, "SELECT (SELECT count(*) FROM erased_row WHERE name = ?1) <> (SELECT count(*) FROM ");
    mou_schema_put_name(sql, MOU_TEXT(""), table);
    mou_buf_text(sql, " WHERE \"#erased\" IS NOT NULL) OR EXISTS (SELECT 1 FROM ");
    mou_schema_put_name(sql, MOU_TEXT(""), table);
    mou_buf_printf(sql, " r WHERE r.\"#erased\" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM erased_row e WHERE e.name = ?1 AND e.version = r.\"%s\"))", id);
    sqlite3_stmt *statement = mou_schema_prepare_text(verifying->store, sql);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    mou_store_bind_text(statement, 1, table);
    const enum mou_status status = mou_store_step_single(verifying->store, statement, &wrong);
    sqlite3_finalize(statement);
    if (wrong) {
        tell_of(verifying, "有内容被删除而没有来历：%s", "what rows say was erased by nobody: %s", table.bytes);
    }
    return status;
}

/** Versions are ended with a time and by an import, or not at all. */
static enum mou_status check_ends(struct verifying *verifying)
{
    struct mou_store *store = verifying->store;
    sqlite3_stmt *tables = mou_store_statement(store, MOU_SQL_VOCABULARY_TABLES);
    struct mou_buf sql;
    bool row = tables != NULL;
    enum mou_status status = tables != NULL ? MOU_OK : MOU_ERROR_IO;
    mou_buf_init(&sql, NULL, RECEIPT_BYTES_MAX);
    status = status == MOU_OK ? check_erased(verifying, MOU_TEXT("quarantine"), "id", &sql) : status;
    status = status == MOU_OK ? check_erased(verifying, MOU_TEXT("relation"), "version", &sql) : status;
    while (status == MOU_OK && row) {
        bool uneven = false;
        status = mou_store_step_row(store, tables, &row);
        if (status != MOU_OK || !row) {
            break;
        }
        mou_buf_text(&sql, "SELECT EXISTS (SELECT 1 FROM ");
        mou_schema_put_name(&sql, MOU_TEXT(""), mou_store_column_text(tables, 0));
        mou_buf_text(&sql, " WHERE (\"#known_until\" IS NULL) <> (\"#ended_by\" IS NULL))");
        sqlite3_stmt *statement = mou_schema_prepare_text(store, &sql);
        status = statement != NULL ? mou_store_step_single(store, statement, &uneven) : MOU_ERROR_IO;
        sqlite3_finalize(statement);
        if (uneven) {
            tell_of(verifying, "有版本的终止没有来历：%s", "versions were ended by nobody: %s", (const char *)sqlite3_column_text(tables, 0));
        }
        status = status == MOU_OK ? check_erased(verifying, mou_store_column_text(tables, 0), "#version", &sql) : status;
    }
    sqlite3_reset(tables);
    mou_buf_free(&sql);
    return status == MOU_OK ? tell_rows(verifying, MOU_SQL_UNEVEN_ENDS, "有版本的终止没有来历（%lld）：%s", "versions were ended by nobody (%lld): %s") : status;
}

/** Whether a record type's table has a number, and every row of it is entered under its subject; *rows: how many there are. */
static enum mou_status check_entered(struct verifying *verifying, struct mou_text table, struct mou_buf *sql, int64_t *rows)
{
    bool row = false;
    mou_buf_clear(sql);
    mou_buf_text(sql, "WITH numbered AS (SELECT type FROM record_type WHERE name = substr(?1, 4)) SELECT count(*), count(*) - count(o.version), EXISTS (SELECT 1 FROM numbered) FROM ");
    mou_schema_put_name(sql, MOU_TEXT(""), table);
    mou_buf_text(sql, " r LEFT JOIN record_of o ON o.subject = r.\"#subject\" AND o.type = (SELECT type FROM numbered) AND o.version = r.\"#version\"");
    sqlite3_stmt *statement = mou_schema_prepare_text(verifying->store, sql);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    mou_store_bind_text(statement, 1, table);
    const enum mou_status status = mou_store_step_row(verifying->store, statement, &row);
    *rows += row ? sqlite3_column_int64(statement, 0) : 0;
    if (row && sqlite3_column_int64(statement, 1) != 0) {
        tell(verifying, "有 %lld 行记录按主体查不到：%s", "%lld rows of records are not found by their subject: %s", sqlite3_column_int64(statement, 1), table.bytes);
    }
    if (row && sqlite3_column_int(statement, 2) == 0) {
        tell(verifying, "记录类型没有编号（其记录 %lld 行）：%s", "a record type (of %lld rows) has no number: %s", sqlite3_column_int64(statement, 0), table.bytes);
    }
    sqlite3_finalize(statement);
    return status;
}

/** The index over the rows of all record types has an entry for every row, and no more. */
static enum mou_status check_record_of(struct verifying *verifying)
{
    struct mou_store *store = verifying->store;
    sqlite3_stmt *tables = mou_store_statement(store, MOU_SQL_RECORD_TABLES);
    struct mou_buf sql;
    int64_t rows = 0;
    bool row = tables != NULL;
    enum mou_status status = tables != NULL ? MOU_OK : MOU_ERROR_IO;
    mou_buf_init(&sql, NULL, RECEIPT_BYTES_MAX);
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, tables, &row);
        status = status == MOU_OK && row ? check_entered(verifying, mou_store_column_text(tables, 0), &sql, &rows) : status;
    }
    sqlite3_reset(tables);
    mou_buf_free(&sql);
    sqlite3_stmt *count = status == MOU_OK ? mou_store_statement(store, MOU_SQL_RECORD_OF_COUNT) : NULL;
    row = false;
    status = count != NULL ? mou_store_step_row(store, count, &row) : status != MOU_OK ? status : MOU_ERROR_IO;
    if (row && sqlite3_column_int64(count, 0) != rows) {
        tell(verifying, "按主体登记的记录有 %lld 行，与记录的行数不符%s", "%lld rows of records are entered under subjects, which is not how many there are%s", sqlite3_column_int64(count, 0), "");
    }
    sqlite3_reset(count);
    return status;
}

static void run_differs(void *state, int64_t run, uint64_t count, const char *first)
{
    char detail[400];
    (void)snprintf(detail, sizeof detail, "%llu %s", (unsigned long long)count, first);
    tell(state, "第 %lld 次运行重做的结果与存下的不同：%s", "run %lld repeats to something else than what was stored: %s", run, detail);
}

static enum mou_status check_runs(struct verifying *verifying)
{
    const struct mou_verify_request *request = verifying->request;
    const struct mou_replay_request replay = {.differs = run_differs, .state = verifying, .progress = request->progress, .progress_state = request->progress_state};
    return request->repeat_runs ? mou_replay_runs(verifying->store, &replay, &verifying->result->runs) : MOU_OK;
}

/** What waits beside the store is in no tree yet: it is counted, and told where it cannot come into one. */
static enum mou_status check_waiting(struct verifying *verifying)
{
    struct mou_waiting_look look;
    const char *name = sqlite3_db_filename(verifying->store->database, "main");
    const enum mou_status status = mou_waiting_look(verifying->store, &look);
    if (status == MOU_OK && look.damaged) {
        tell_of(verifying, "数据库旁的待入账收据 %s-waiting 已损坏：其中的收据读不出来，不能入账，查询和写入都不能进行；请把它（有 -journal 的，一并）移到别处保全",
                "the receipts that wait beside the store, %s-waiting, are damaged: they cannot be read and taken into the ledger, and neither look-ups nor writing go on; move the file, and its -journal "
                "if there is one, to a place where it is kept", name);
    } else if (status == MOU_OK && look.foreign) {
        tell_of(verifying, "数据库旁的待入账收据 %s-waiting 属于别的数据库：不会入本库的账；请移开",
                "the receipts that wait beside the store, %s-waiting, are another store's and never go into its ledger: move the file away", name);
    }
    verifying->result->waiting = status == MOU_OK ? look.count : 0;
    return status;
}

static enum mou_status check_all(struct verifying *verifying)
{
    static enum mou_status (*const checks[])(struct verifying *verifying) = {check_ledger, check_former_chain, check_schema,  check_rows,
                                                                        check_ends,   check_record_of,    check_waiting, check_runs};
    enum mou_status status = finding_or_failure(verifying, check_pragma(verifying, "PRAGMA integrity_check"));
    if (status == MOU_OK) {
        status = finding_or_failure(verifying, check_pragma(verifying, "PRAGMA foreign_key_check"));
    }
    for (size_t i = 0; status == MOU_OK && i < sizeof checks / sizeof checks[0]; i++) {
        status = finding_or_failure(verifying, checks[i](verifying));
    }
    return status;
}

enum mou_status mou_store_verify(struct mou_store *store, const struct mou_verify_request *request, struct mou_verify_result *result)
{
    struct verifying verifying = {store, request, result};
    mou_store_begin_call(store);
    *result = (struct mou_verify_result){.entries = 0};
    enum mou_status status = mou_store_execute(store, "BEGIN"); /* all of one state */
    if (status == MOU_OK) {
        status = check_all(&verifying);
    }
    mou_store_rollback(store);
    return status;
}

/* ------------------------------------------------------------------ heads and proofs */

enum mou_status mou_store_head(struct mou_store *store, struct mou_tree_head *head)
{
    mou_store_begin_call(store);
    enum mou_status status = mou_ledger_size(store, &head->size);
    return status == MOU_OK ? mou_ledger_root(store, head->size, head->root) : status;
}

/** Fills the entry's part of a proof; MOU_ERROR_USAGE if there is no such entry or it was erased. */
static enum mou_status read_entry(struct mou_store *store, int64_t number, struct mou_entry_proof *proof)
{
    bool row = false;
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_LEDGER_ENTRY);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, number);
    enum mou_status status = mou_store_step_row(store, statement, &row);
    if (status == MOU_OK && !row) {
        return mou_store_fail(store, MOU_ERROR_USAGE, mou_store_say(store, "账本没有第 %lld 条", "the ledger has no entry %lld"), (long long)number);
    }
    if (status == MOU_OK && (sqlite3_column_bytes(statement, 5) != 32 || sqlite3_column_bytes(statement, 4) != 32)) {
        status = mou_store_fail(store, MOU_ERROR_USAGE, mou_store_say(store, "账本第 %lld 条的内容已依法删除", "what entry %lld says was erased"), (long long)number);
    }
    if (status == MOU_OK) {
        const struct mou_text kind = mou_store_column_text(statement, 2);
        const struct mou_text body = mou_store_column_text(statement, 6);
        *proof = (struct mou_entry_proof){.number = number, .at = sqlite3_column_int64(statement, 1), .event = sqlite3_column_int64(statement, 3),
                                          .kind = {mou_arena_copy(store->work_arena, kind.bytes, kind.len), kind.len},
                                          .body = {mou_arena_copy(store->work_arena, body.bytes, body.len), body.len}};
        memcpy(proof->previous, sqlite3_column_blob(statement, 4), 32);
        memcpy(proof->salt, sqlite3_column_blob(statement, 5), 32);
        status = proof->kind.bytes != NULL && proof->body.bytes != NULL ? MOU_OK : mou_store_out_of_memory(store);
    }
    sqlite3_reset(statement);
    return status;
}

enum mou_status mou_store_prove_entry(struct mou_store *store, int64_t number, struct mou_entry_proof *proof)
{
    mou_store_begin_call(store);
    enum mou_status status = read_entry(store, number, proof);
    if (status == MOU_OK) {
        status = mou_ledger_size(store, &proof->head.size);
    }
    if (status == MOU_OK) {
        status = mou_ledger_root(store, proof->head.size, proof->head.root);
    }
    return status == MOU_OK ? mou_ledger_path(store, number - 1, proof->head.size, proof->path, &proof->path_count) : status;
}

bool mou_entry_proof_holds(const struct mou_entry_proof *proof)
{
    struct mou_ledger_entry entry = {.number = proof->number, .at = proof->at, .kind = proof->kind, .event = proof->event, .body = proof->body};
    unsigned char hash[32];
    uint64_t leaf = (uint64_t)proof->number - 1;
    uint64_t last = (uint64_t)proof->head.size - 1;
    uint32_t used = 0;
    if (proof->number < 1 || proof->number > proof->head.size || proof->path_count > MOU_PROOF_HASHES_MAX) {
        return false;
    }
    memcpy(entry.previous, proof->previous, 32);
    memcpy(entry.salt, proof->salt, 32);
    mou_ledger_leaf(&entry, hash);
    for (; last > 0; leaf >>= 1, last >>= 1) {
        if ((leaf & 1) == 0 && leaf == last) {
            continue; /* the last of an odd number goes up as it is */
        }
        if (used == proof->path_count) {
            return false;
        }
        if ((leaf & 1) != 0) {
            mou_ledger_join(proof->path[used++], hash, hash);
        } else {
            mou_ledger_join(hash, proof->path[used++], hash);
        }
    }
    return used == proof->path_count && memcmp(hash, proof->head.root, 32) == 0;
}

static enum mou_status note(struct mou_store *store, mou_time wanted, const char *kind, struct mou_text body, int64_t *number)
{
    mou_time now = 0;
    enum mou_status status = mou_clock_read(store, wanted, &now);
    if (status == MOU_OK) {
        status = mou_ledger_append(store, now, kind, 0, body);
    }
    return status == MOU_OK ? mou_ledger_size(store, number) : status;
}

enum mou_status mou_store_note(struct mou_store *store, mou_time now, const char *kind, struct mou_text body, int64_t *number)
{
    mou_store_begin_call(store);
    enum mou_status status = mou_store_begin(store);
    if (status == MOU_OK) {
        status = note(store, now, kind, body, number);
    }
    if (status == MOU_OK) {
        status = mou_store_commit(store);
    }
    mou_store_rollback(store);
    return status;
}

enum mou_status mou_store_note_soon(struct mou_store *store, mou_time now, const char *kind, struct mou_text body, int64_t *number)
{
    enum mou_status status = MOU_OK;
    mou_store_begin_call(store);
    *number = 0;
    if (!mou_store_begin_soon(store, &status)) {
        mou_buf_clear(&store->message);
        return mou_waiting_add(store, now, kind, body);
    }
    status = status == MOU_OK ? note(store, now, kind, body, number) : status;
    status = status == MOU_OK ? mou_store_commit(store) : status;
    mou_store_rollback(store);
    return status;
}

static enum mou_status erase(struct mou_store *store, int64_t number)
{
    struct mou_entry_proof proof = {.number = 0};
    enum mou_status status = read_entry(store, number, &proof);
    static const char *const personal[] = {"lookup", "export", "feedback", "unmask"};
    bool erasable = false;
    for (size_t i = 0; i < sizeof personal / sizeof personal[0]; i++) {
        erasable = erasable || mou_text_equal(proof.kind, mou_text_of(personal[i]));
    }
    if (status == MOU_OK && !erasable) {
        return mou_store_fail(store, MOU_ERROR_USAGE, "%s",
                              mou_store_say(store, "只有查询、导出、反馈的收据可以删除内容：其余收据不含个人信息",
                                            "only what receipts of look-ups, exports and feedback say can be erased: the others hold no personal data"));
    }
    sqlite3_stmt *statement = status == MOU_OK ? mou_store_statement(store, MOU_SQL_LEDGER_ERASE) : NULL;
    if (statement == NULL) {
        return status != MOU_OK ? status : MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, number);
    return mou_store_step_done(store, statement);
}

enum mou_status mou_store_erase_entry(struct mou_store *store, mou_time now, int64_t number, struct mou_text actor, struct mou_text reason)
{
    struct mou_buf body;
    int64_t added = 0;
    mou_store_begin_call(store);
    mou_buf_init(&body, NULL, RECEIPT_BYTES_MAX);
    mou_buf_printf(&body, "{\"erased\": %lld, \"actor\": ", (long long)number);
    mou_buf_json_text(&body, actor.bytes, actor.len);
    mou_buf_text(&body, ", \"reason\": ");
    mou_buf_json_text(&body, reason.bytes, reason.len);
    mou_buf_char(&body, '}');
    enum mou_status status = body.failed ? mou_store_out_of_memory(store) : mou_store_begin(store);
    if (status == MOU_OK) {
        status = erase(store, number);
    }
    if (status == MOU_OK) {
        status = note(store, now, "erasure", (struct mou_text){body.data, body.len}, &added);
    }
    if (status == MOU_OK) {
        status = mou_store_commit(store);
    }
    mou_store_rollback(store);
    mou_buf_free(&body);
    return status;
}
