/*
 * Seals: one hash over the rows that an import or a run brought to a table, and one over those that it ended. A receipt holds the seals of its event, so a
 * row that is changed, added or taken away later no longer fits. The same code makes seals when the event is recorded and when it is verified.
 */
#include <string.h>

#include "aside.h"
#include "intake.h"

#define SQL_BYTES_MAX ((size_t)1024 * 1024)

/** A table whose rows belong to events. Rows of later events have greater ids. */
struct sealed_table {
    struct mou_text name;
    const char *id;        /**< what orders the rows */
    const char *event;     /**< column with the event that brought a row */
    const char *ended;     /**< column with the event that ended it, or NULL */
    const char *ended_at;  /**< column that ends together with it, or NULL */
    enum mou_event_kind kind;
    bool oldest_first;     /**< rows are sealed as they come, else the newest one is the first */
    bool erasable;         /**< what a row says may be erased: columns that stay are sealed as they are, the others by their hash, which an erased row keeps */
    const char *stays;     /**< the last of the columns that stay; NULL: those that begin with # */
    int since;             /**< of a fixed table that is erasable, the format from which on it was */
    const char *ended_in, *ended_id; /**< the table where ends are noted, and its column with the row's id; NULL: in the row itself */
};

static const struct sealed_table fixed_tables[] = {
    {{"change", 6}, "import DESC, subject", "import", NULL, NULL, MOU_EVENT_IMPORT, false, false, NULL, 0, NULL, NULL},
    {{"objection", 9}, "id", "import", "ended_by", "known_until", MOU_EVENT_IMPORT, false, false, NULL, 0, NULL, NULL},
    {{"quarantine", 10}, "id", "import", NULL, NULL, MOU_EVENT_IMPORT, false, true, "column", 6, NULL, NULL},
    {{"quarantine_act", 14}, "id", "import", NULL, NULL, MOU_EVENT_IMPORT, false, false, NULL, 0, NULL, NULL},
    {{"relation", 8}, "version", "import", "ended_by", "known_until", MOU_EVENT_IMPORT, false, true, "import", 7, NULL, NULL},
    {{"subject", 7}, "id", "import", NULL, NULL, MOU_EVENT_IMPORT, false, false, NULL, 0, NULL, NULL},
    {{"decision", 8}, "id", "opened_run", "closed_run", NULL, MOU_EVENT_RUN, false, false, NULL, 0, "lasting", "decision"},
    {{"decision_status", 15}, "id", "opened_run", "closed_run", NULL, MOU_EVENT_RUN, false, false, NULL, 0, NULL, NULL},
    {{"act", 3}, "id", "id", NULL, NULL, MOU_EVENT_ACT, false, false, NULL, 0, NULL, NULL},
    {{"decision_step", 13}, "id", "act", NULL, NULL, MOU_EVENT_ACT, false, false, NULL, 0, NULL, NULL},
    {{"objection_act", 13}, "id", "act", NULL, NULL, MOU_EVENT_ACT, false, false, NULL, 0, NULL, NULL},
    {{"repair_act", 10}, "id", "act", NULL, NULL, MOU_EVENT_ACT, false, false, NULL, 0, NULL, NULL},
    {{"notice_service", 14}, "id", "act", NULL, NULL, MOU_EVENT_ACT, false, false, NULL, 0, NULL, NULL},
    {{"correction", 10}, "id", "act", NULL, NULL, MOU_EVENT_ACT, false, false, NULL, 0, NULL, NULL},
    {{"erased_row", 10}, "id", "import", NULL, NULL, MOU_EVENT_IMPORT, false, false, NULL, 0, NULL, NULL},
};

/** A seal being made. Does not move: where there are many rows, another thread adds to the hash. */
struct sealing {
    struct mou_sha256_pieces hash;
    unsigned char salt[MOU_SALT_BYTES]; /**< of the event */
    size_t salt_len;
    int64_t event;
    int64_t rows;
    struct mou_aside *aside; /**< the thread, or NULL */
};

/** So many rows of an event are hashed where they are read; a thread for the others is worth its start. */
#define ROWS_BEFORE_ASIDE 4096

static void take_aside(void *state, struct mou_text piece)
{
    mou_sha256_add(state, piece.bytes, piece.len);
}

static void add_bytes(struct sealing *sealing, const void *bytes, size_t len)
{
    if (sealing->aside != NULL) {
        mou_aside_add(sealing->aside, (struct mou_text){bytes, len});
    } else {
        mou_sha256_add(&sealing->hash, bytes, len);
    }
}

/** The hash has all rows then. */
static void end_aside(struct sealing *sealing)
{
    mou_aside_end(sealing->aside);
    sealing->aside = NULL;
}

static inline unsigned char *write_number(unsigned char *at, uint64_t value, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--) {
        *at++ = (unsigned char)(value >> (8 * i));
    }
    return at;
}

#define CELL_HEAD_BYTES 11u /* column, type, number or length */

static inline unsigned char *write_head(unsigned char *at, int column, int type, uint64_t number)
{
    at = write_number(at, (uint64_t)column, 2);
    at = write_number(at, (uint64_t)type, 1);
    return write_number(at, number, 8);
}

/** Behind the cells: no column has that number. */
static void put_end(struct mou_buf *row)
{
    mou_buf_append(row, "\xff\xff", 2);
}

/** Which cells of an erasable table's statement are which; the event comes first. */
struct sealed_parts {
    int kept_end;   /**< behind the cells that stay when a row is erased; 0: the table is not erasable */
    int known_from; /**< of them the one that an erased row's mark remembers; 0: none */
    int erased;     /**< the mark */
};

static void put_cell(struct mou_buf *row, sqlite3_stmt *statement, int index, int column)
{
    unsigned char head[CELL_HEAD_BYTES];
    const int type = sqlite3_column_type(statement, index);
    if (type == SQLITE_INTEGER) {
        (void)write_head(head, column, type, (uint64_t)sqlite3_column_int64(statement, index));
        mou_buf_append(row, head, sizeof head);
    } else if (type != SQLITE_NULL) {
        const void *bytes = sqlite3_column_blob(statement, index);
        const int len = sqlite3_column_bytes(statement, index);
        (void)write_head(head, column, type, (uint64_t)len);
        mou_buf_append(row, head, sizeof head);
        mou_buf_append(row, bytes != NULL ? bytes : "", (size_t)len);
    }
}

/** Known cells with their column's number, so that columns that are added later change nothing; then a mark that no column has. */
static void put_cells(struct mou_buf *row, sqlite3_stmt *statement, const int *columns, int first, int end)
{
    mou_buf_clear(row);
    for (int i = first; i < end; i++) {
        put_cell(row, statement, i, columns[i]);
    }
    put_end(row);
}

/** The hash of what a row says, over its event's salt: what stays of it once it is erased. */
static void hash_content(const struct sealing *sealing, const void *bytes, size_t len, unsigned char hash[32])
{
    struct mou_sha256_pieces content;
    mou_sha256_begin(&content);
    mou_sha256_add(&content, sealing->salt, sealing->salt_len);
    mou_sha256_add(&content, bytes, len);
    mou_sha256_end(&content, hash);
}

/** Whether nothing stands in the cell; where it must not be NULL, as in quarantine, a text without bytes. */
static bool is_empty(sqlite3_stmt *statement, int index, const struct sealed_parts *parts)
{
    const int type = sqlite3_column_type(statement, index);
    return type == SQLITE_NULL || (parts->known_from == 0 && type != SQLITE_INTEGER && sqlite3_column_bytes(statement, index) == 0);
}

/** An erased row: the cells that stay, its former beginning, the hash that its mark keeps. A row that shows anything but its mark does not fit. */
static void add_erased(struct sealing *sealing, struct mou_buf *row, sqlite3_stmt *statement, const int *columns, const struct sealed_parts *parts)
{
    const unsigned char *mark = sqlite3_column_blob(statement, parts->erased);
    bool empty = sqlite3_column_bytes(statement, parts->erased) == MOU_ERASED_MARK_BYTES &&
                 (parts->known_from == 0 || sqlite3_column_int64(statement, parts->known_from) == INT64_MAX);
    for (int i = parts->kept_end; i < parts->erased; i++) {
        empty = empty && is_empty(statement, i, parts);
    }
    mou_buf_clear(row);
    for (int i = 1; i < parts->kept_end && empty; i++) {
        if (i == parts->known_from) {
            unsigned char head[CELL_HEAD_BYTES];
            (void)write_head(head, columns[i], SQLITE_INTEGER, 0);
            memcpy(head + sizeof head - 8, mark + 32, 8);
            mou_buf_append(row, head, sizeof head);
        } else {
            put_cell(row, statement, i, columns[i]);
        }
    }
    put_end(row);
    add_bytes(sealing, row->len > 0 ? row->data : "", row->len);
    add_bytes(sealing, empty ? mark : (const unsigned char *)"", empty ? 32 : 0);
}

/** Adds the row at hand to its seal. */
static void add_row(struct sealing *sealing, struct mou_buf *row, sqlite3_stmt *statement, const int *columns, const struct sealed_parts *parts)
{
    unsigned char hash[32];
    if (parts->kept_end == 0) {
        put_cells(row, statement, columns, 1, sqlite3_column_count(statement));
        add_bytes(sealing, row->len > 0 ? row->data : "", row->len);
    } else if (sqlite3_column_type(statement, parts->erased) != SQLITE_NULL) {
        add_erased(sealing, row, statement, columns, parts);
    } else {
        put_cells(row, statement, columns, 1, parts->kept_end);
        add_bytes(sealing, row->len > 0 ? row->data : "", row->len);
        put_cells(row, statement, columns, parts->kept_end, parts->erased);
        hash_content(sealing, row->len > 0 ? row->data : "", row->len, hash);
        add_bytes(sealing, hash, sizeof hash);
    }
}

/** Begins a seal with the event's own salt, which no receipt shows: nobody can try what a receipt's hash of a few rows may stand for. */
static enum mou_status begin_seal(struct mou_store *store, const struct sealed_table *table, int64_t event, struct sealing *sealing)
{
    bool row = false;
    static const enum mou_statement salts[] = {[MOU_EVENT_IMPORT] = MOU_SQL_IMPORT_SALT, [MOU_EVENT_RUN] = MOU_SQL_RUN_SALT, [MOU_EVENT_ACT] = MOU_SQL_ACT_SALT};
    sqlite3_stmt *statement = mou_store_statement(store, salts[table->kind]);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, event);
    enum mou_status status = mou_store_step_row(store, statement, &row);
    *sealing = (struct sealing){.event = event};
    mou_sha256_begin(&sealing->hash);
    if (status == MOU_OK && row) {
        const void *salt = sqlite3_column_blob(statement, 0);
        const size_t len = salt != NULL ? (size_t)sqlite3_column_bytes(statement, 0) : 0;
        mou_sha256_add(&sealing->hash, salt, len);
        sealing->salt_len = len < sizeof sealing->salt ? len : sizeof sealing->salt;
        memcpy(sealing->salt, salt != NULL ? salt : "", sealing->salt_len);
    }
    sqlite3_reset(statement);
    return status;
}

/** Keeps a finished seal. A second one for the same event and table means that rows are out of order: neither can fit then. */
static enum mou_status keep_seal(struct mou_store *store, const struct sealed_table *table, bool added, struct sealing *sealing)
{
    unsigned char digest[32];
    end_aside(sealing);
    if (sealing->rows == 0) {
        return MOU_OK;
    }
    mou_sha256_end(&sealing->hash, digest);
    sqlite3_stmt *statement = mou_store_statement(store, added ? MOU_SQL_SEAL_ADDED : MOU_SQL_SEAL_ENDED);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, table->kind);
    sqlite3_bind_int64(statement, 2, sealing->event);
    mou_store_bind_text(statement, 3, table->name);
    sqlite3_bind_int64(statement, 4, sealing->rows);
    sqlite3_bind_blob(statement, 5, digest, sizeof digest, SQLITE_STATIC);
    return mou_store_step_done(store, statement);
}

/** Seals what the statement gives, one seal for each stretch of rows of one event; with `only` not 0, the first stretch, if it is that event's. */
static enum mou_status seal_rows(struct mou_store *store, const struct sealed_table *table, bool added, int64_t only, sqlite3_stmt *statement, const int *columns,
                                 const struct sealed_parts *parts)
{
    struct sealing sealing = {.rows = 0};
    struct mou_buf bytes;
    bool row = true;
    enum mou_status status = MOU_OK;
    mou_buf_init(&bytes, NULL, (size_t)1024 * 1024 * 1024);
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        const int64_t event = row ? sqlite3_column_int64(statement, 0) : 0;
        if (status != MOU_OK || !row || (only != 0 && event != only)) {
            break;
        }
        if (sealing.rows == 0 || event != sealing.event) {
            status = keep_seal(store, table, added, &sealing);
            status = status == MOU_OK ? begin_seal(store, table, event, &sealing) : status;
        }
        if (sealing.rows == ROWS_BEFORE_ASIDE && store->hashes_aside) {
            sealing.aside = mou_aside_new(take_aside, &sealing.hash);
        }
        add_row(&sealing, &bytes, statement, columns, parts);
        sealing.rows++;
        status = bytes.failed && status == MOU_OK ? mou_store_out_of_memory(store) : status;
    }
    mou_buf_free(&bytes);
    end_aside(&sealing);
    return status == MOU_OK ? keep_seal(store, table, added, &sealing) : status;
}

#define COLUMNS_MAX 2048

/** Appends the table's columns but those that a row's end fills, and notes their numbers behind the event's; of an erasable table also which are which, its mark last. */
static enum mou_status put_columns(struct mou_store *store, const struct sealed_table *table, struct mou_buf *sql, int columns[COLUMNS_MAX], struct sealed_parts *parts)
{
    *parts = (struct sealed_parts){.kept_end = 0};
    sqlite3_stmt *statement = mou_schema_columns(store, table->name);
    bool row = statement != NULL;
    int count = 1;
    enum mou_status status = statement != NULL ? MOU_OK : MOU_ERROR_IO;
    while (status == MOU_OK && row && count < COLUMNS_MAX) {
        status = mou_store_step_row(store, statement, &row);
        if (status != MOU_OK || !row) {
            break;
        }
        const struct mou_text name = mou_store_column_text(statement, 1);
        if ((table->ended != NULL && mou_text_equal(name, mou_text_of(table->ended))) ||
            (table->ended_at != NULL && mou_text_equal(name, mou_text_of(table->ended_at))) || (table->erasable && mou_text_equal(name, MOU_TEXT("#erased")))) {
            continue;
        }
        parts->known_from = mou_text_equal(name, MOU_TEXT("#known_from")) ? count : parts->known_from;
        const bool stays = table->stays != NULL ? mou_text_equal(name, mou_text_of(table->stays)) : name.len > 0 && *name.bytes == '#';
        parts->kept_end = table->erasable && stays ? count + 1 : parts->kept_end;
        columns[count++] = sqlite3_column_int(statement, 0);
        mou_buf_text(sql, ", ");
        mou_schema_put_name(sql, MOU_TEXT(""), name);
    }
    sqlite3_finalize(statement);
    parts->erased = count;
    mou_buf_text(sql, table->erasable ? ", \"#erased\"" : "");
    return status;
}

static enum mou_status seal_added(struct mou_store *store, const struct sealed_table *table, int64_t event, struct mou_buf *sql, int columns[COLUMNS_MAX])
{
    struct sealed_parts parts;
    mou_buf_printf(sql, "SELECT \"%s\"", table->event);
    enum mou_status status = put_columns(store, table, sql, columns, &parts);
    mou_buf_text(sql, " FROM ");
    mou_schema_put_name(sql, MOU_TEXT(""), table->name);
    mou_buf_printf(sql, " ORDER BY %s%s", table->id, table->oldest_first ? "" : " DESC");
    sqlite3_stmt *statement = status == MOU_OK ? mou_schema_prepare_text(store, sql) : NULL;
    status = statement != NULL ? seal_rows(store, table, true, event, statement, columns, &parts) : MOU_ERROR_IO;
    sqlite3_finalize(statement);
    return status;
}

static enum mou_status seal_ended(struct mou_store *store, const struct sealed_table *table, int64_t event, struct mou_buf *sql, int columns[COLUMNS_MAX])
{
    static const struct sealed_parts whole = {.kept_end = 0};
    const struct mou_text name = table->ended_in != NULL ? mou_text_of(table->ended_in) : table->name;
    const char *id = table->ended_in != NULL ? table->ended_id : table->id;
    mou_buf_printf(sql, "SELECT \"%s\", %s", table->ended, id);
    columns[1] = 0;
    columns[2] = 1;
    if (table->ended_at != NULL) {
        mou_buf_printf(sql, ", \"%s\"", table->ended_at);
    }
    mou_buf_text(sql, " FROM ");
    mou_schema_put_name(sql, MOU_TEXT(""), name);
    if (event != 0) {
        mou_buf_printf(sql, " WHERE \"%s\" = ?1 AND \"%s\" > 0", table->ended, table->ended);
    } else {
        mou_buf_printf(sql, " WHERE \"%s\" <> 0", table->ended);
    }
    mou_buf_printf(sql, " ORDER BY \"%s\", %s", table->ended, id);
    sqlite3_stmt *statement = mou_schema_prepare_text(store, sql);
    if (statement != NULL && event != 0) {
        sqlite3_bind_int64(statement, 1, event);
    }
    enum mou_status status = statement != NULL ? seal_rows(store, table, false, event, statement, columns, &whole) : MOU_ERROR_IO;
    sqlite3_finalize(statement);
    return status;
}

static enum mou_status seal_table(struct mou_store *store, const struct sealed_table *table, int64_t event, struct mou_buf *sql, int columns[COLUMNS_MAX])
{
    bool exists = false;
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_TABLE_EXISTS);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    mou_store_bind_text(statement, 1, table->name);
    enum mou_status status = mou_store_step_single(store, statement, &exists);
    if (status != MOU_OK || !exists) {
        return status; /* a store that is being brought up does not have every table yet; of one that is not, the schema's receipt says so */
    }
    status = seal_added(store, table, event, sql, columns);
    return status == MOU_OK && table->ended != NULL ? seal_ended(store, table, event, sql, columns) : status;
}

/* ------------------------------------------------------------------ rows of an import, as they come */

/** Where the value of a column comes from. */
enum cell_source { CELL_VERSION, CELL_SUBJECT, CELL_PARENT, CELL_KNOWN_FROM, CELL_IMPORT, CELL_FIELDS };

struct sealed_cell {
    int number;      /**< of the column */
    uint32_t source; /**< enum cell_source, from CELL_FIELDS on the vocabulary's fields */
};

struct mou_row_seal {
    struct sealing sealing;
    struct mou_text table;
    struct sealed_cell *cells; /**< in the table's order */
    uint32_t count;
    unsigned char *bytes;
    size_t capacity;
};

static uint32_t cell_source_of(const struct mou_store_table *table, struct mou_text name)
{
    static const char *const own[CELL_FIELDS] = {"#version", "#subject", "#parent", "#known_from", "#import"};
    for (uint32_t i = 0; i < CELL_FIELDS; i++) {
        if (mou_text_equal(name, mou_text_of(own[i]))) {
            return i;
        }
    }
    for (uint32_t i = 0; i < table->field_count; i++) {
        if (mou_text_equal(name, table->fields[i].name)) {
            return CELL_FIELDS + i;
        }
    }
    return UINT32_MAX;
}

/** Notes the columns that the import fills; others stay unknown and are no part of a seal. */
static enum mou_status note_cells(struct mou_store *store, const struct mou_store_table *table, struct mou_row_seal *seal)
{
    sqlite3_stmt *statement = mou_schema_columns(store, seal->table);
    bool row = statement != NULL;
    enum mou_status status = statement != NULL ? MOU_OK : MOU_ERROR_IO;
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        const uint32_t source = status == MOU_OK && row ? cell_source_of(table, mou_store_column_text(statement, 1)) : UINT32_MAX;
        if (source != UINT32_MAX && seal->count < table->field_count + CELL_FIELDS) {
            seal->cells[seal->count++] = (struct sealed_cell){sqlite3_column_int(statement, 0), source};
        }
    }
    sqlite3_finalize(statement);
    return status;
}

enum mou_status mou_seal_begin_rows(struct mou_store *store, struct mou_arena *arena, struct mou_store_table *table, int64_t import)
{
    struct mou_buf name;
    const struct sealed_table of_import = {.kind = MOU_EVENT_IMPORT};
    struct mou_row_seal *seal = MOU_NEW(arena, struct mou_row_seal);
    mou_buf_init(&name, NULL, SQL_BYTES_MAX);
    mou_schema_table_name(store, table->index, &name);
    const struct mou_text text = mou_buf_into_arena(&name, arena);
    struct sealed_cell *cells = MOU_NEW_ARRAY(arena, (size_t)table->field_count + CELL_FIELDS, struct sealed_cell);
    if (seal == NULL || cells == NULL || text.len == 0) {
        return mou_store_out_of_memory(store);
    }
    *seal = (struct mou_row_seal){.table = text, .cells = cells};
    enum mou_status status = begin_seal(store, &of_import, import, &seal->sealing);
    status = status == MOU_OK ? note_cells(store, table, seal) : status;
    table->seal = status == MOU_OK ? seal : NULL;
    return status;
}

/** The cell's value; not known: it is no part of the row. */
static struct mou_checked added_cell(const struct mou_added_row *row, uint32_t source)
{
    const int64_t own[CELL_FIELDS] = {row->version, row->subject, row->parent, row->known_from, row->import};
    return source >= CELL_FIELDS ? row->cells[source - CELL_FIELDS] : (struct mou_checked){.known = source != CELL_PARENT || row->parent != 0, .number = own[source]};
}

/** The bytes that put_cells makes of the same row when it is read again: of the cells that stay when it is erased, or of what it says. */
static size_t write_cells(const struct mou_row_seal *seal, const struct mou_added_row *row, bool kept, unsigned char *bytes)
{
    unsigned char *at = bytes;
    for (uint32_t i = 0; i < seal->count; i++) {
        const struct mou_checked cell = added_cell(row, seal->cells[i].source);
        if (!cell.known || (seal->cells[i].source < CELL_FIELDS) != kept) {
            continue;
        }
        at = write_head(at, seal->cells[i].number, cell.is_text ? SQLITE_TEXT : SQLITE_INTEGER, cell.is_text ? cell.text.len : (uint64_t)cell.number);
        if (cell.is_text) {
            memcpy(at, cell.text.bytes, cell.text.len);
            at += cell.text.len;
        }
    }
    at = write_number(at, 0xffff, 2);
    return (size_t)(at - bytes);
}

/** As many bytes as write_cells may write. */
static size_t cells_size(const struct mou_store_table *table, const struct mou_checked *cells)
{
    size_t size = (size_t)table->seal->count * CELL_HEAD_BYTES + 2;
    for (uint32_t i = 0; i < table->field_count; i++) {
        size += cells[i].text.len;
    }
    return size;
}

bool mou_seal_content(const struct mou_store_table *table, const struct mou_checked *cells, struct mou_arena *arena, unsigned char hash[32])
{
    const struct mou_added_row row = {.cells = cells};
    unsigned char *bytes = MOU_NEW_ARRAY(arena, cells_size(table, cells), unsigned char);
    if (bytes == NULL) {
        return false;
    }
    hash_content(&table->seal->sealing, bytes, write_cells(table->seal, &row, false, bytes), hash);
    return true;
}

enum mou_status mou_seal_row(struct mou_store *store, struct mou_arena *arena, const struct mou_added_row *row)
{
    if (row->table->seal == NULL) {
        enum mou_status status = mou_seal_begin_rows(store, arena, row->table, row->import);
        if (status != MOU_OK) {
            return status;
        }
    }
    struct mou_row_seal *seal = row->table->seal;
    const size_t needed = cells_size(row->table, row->cells);
    if (needed > seal->capacity) {
        seal->capacity = 2 * needed;
        seal->bytes = MOU_NEW_ARRAY(arena, seal->capacity, unsigned char);
    }
    if (seal->bytes == NULL) {
        seal->capacity = 0;
        return mou_store_out_of_memory(store);
    }
    unsigned char hash[32];
    mou_sha256_add(&seal->sealing.hash, seal->bytes, write_cells(seal, row, true, seal->bytes));
    if (row->content == NULL) {
        hash_content(&seal->sealing, seal->bytes, write_cells(seal, row, false, seal->bytes), hash);
    }
    mou_sha256_add(&seal->sealing.hash, row->content != NULL ? row->content : hash, sizeof hash);
    seal->sealing.rows++;
    return MOU_OK;
}

/** Keeps the seals of the import's rows and lets go of them. */
static enum mou_status keep_row_seals(struct mou_store *store)
{
    const uint32_t kinds = mou_pack_kind_count(store->pack);
    enum mou_status status = MOU_OK;
    for (uint32_t i = 0; status == MOU_OK && i < kinds + mou_pack_record_count(store->pack); i++) {
        struct mou_store_table *table = i < kinds ? &store->kinds[i] : &store->records[i - kinds];
        if (table->seal != NULL) {
            const struct sealed_table of_import = {.name = table->seal->table, .kind = MOU_EVENT_IMPORT};
            status = keep_seal(store, &of_import, true, &table->seal->sealing);
            table->seal = NULL;
        }
    }
    return status;
}

static enum mou_status seal_vocabulary(struct mou_store *store, int64_t event, struct mou_buf *sql, int columns[COLUMNS_MAX])
{
    enum mou_status kept = event != 0 ? keep_row_seals(store) : MOU_OK;
    if (kept != MOU_OK) {
        return kept;
    }
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_VOCABULARY_TABLES);
    bool row = statement != NULL;
    enum mou_status status = statement != NULL ? MOU_OK : MOU_ERROR_IO;
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        if (status == MOU_OK && row) {
            const struct sealed_table table = {mou_store_column_text(statement, 0), "\"#version\"", "#import", "#ended_by", "#known_until", MOU_EVENT_IMPORT,
                                               .oldest_first = store->former_seals != 2, .erasable = store->former_seals == 0 || store->former_seals >= 4};
            status = event != 0 ? seal_ended(store, &table, event, sql, columns) : seal_table(store, &table, event, sql, columns);
        }
    }
    sqlite3_reset(statement);
    return status;
}

/** Seals of one event, or (0) of all events of all kinds. */
static enum mou_status seal(struct mou_store *store, enum mou_event_kind kind, int64_t event)
{
    struct mou_buf sql;
    int *columns = MOU_NEW_ARRAY(store->work_arena, COLUMNS_MAX, int);
    if (columns == NULL) {
        return mou_store_out_of_memory(store);
    }
    mou_buf_init(&sql, NULL, SQL_BYTES_MAX);
    enum mou_status status = mou_store_execute(store, "CREATE TEMP TABLE IF NOT EXISTS seal(kind INTEGER, event INTEGER, name TEXT, added INTEGER NOT NULL, "
                                                      "added_hash BLOB, ended INTEGER NOT NULL, ended_hash BLOB, PRIMARY KEY(kind, event, name)) WITHOUT ROWID");
    if (status == MOU_OK) {
        status = mou_store_step_done(store, mou_store_statement(store, MOU_SQL_SEAL_CLEAR));
    }
    for (size_t i = 0; status == MOU_OK && i < sizeof fixed_tables / sizeof fixed_tables[0]; i++) {
        if (event == 0 || fixed_tables[i].kind == kind) {
            struct sealed_table table = fixed_tables[i];
            table.erasable = table.erasable && (store->former_seals == 0 || store->former_seals >= table.since);
            status = seal_table(store, &table, event, &sql, columns);
        }
    }
    if (status == MOU_OK && (event == 0 || kind == MOU_EVENT_IMPORT)) {
        status = seal_vocabulary(store, event, &sql, columns);
    }
    mou_buf_free(&sql);
    return status;
}

enum mou_status mou_seal_event(struct mou_store *store, enum mou_event_kind kind, int64_t event)
{
    return seal(store, kind, event);
}

enum mou_status mou_seal_all(struct mou_store *store)
{
    return seal(store, MOU_EVENT_IMPORT, 0);
}

static void put_seal(struct mou_buf *out, const char *word, sqlite3_stmt *statement, int column)
{
    const int64_t rows = sqlite3_column_int64(statement, column);
    if (rows > 0) {
        mou_buf_printf(out, ", \"%s\": %lld, \"%s_sha256\": \"", word, (long long)rows, word);
        mou_buf_hex(out, sqlite3_column_blob(statement, column + 1), (size_t)sqlite3_column_bytes(statement, column + 1));
        mou_buf_char(out, '"');
    }
}

enum mou_status mou_seal_json(struct mou_store *store, enum mou_event_kind kind, int64_t event, struct mou_buf *out)
{
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_SEALS_OF_EVENT);
    bool row = statement != NULL;
    const char *between = "";
    enum mou_status status = statement != NULL ? MOU_OK : MOU_ERROR_IO;
    if (statement != NULL) {
        sqlite3_bind_int64(statement, 1, kind);
        sqlite3_bind_int64(statement, 2, event);
    }
    mou_buf_char(out, '[');
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        if (status == MOU_OK && row) {
            const struct mou_text name = mou_store_column_text(statement, 0);
            mou_buf_printf(out, "%s{\"table\": ", between);
            mou_buf_json_text(out, name.bytes, name.len);
            put_seal(out, "added", statement, 1);
            put_seal(out, "ended", statement, 3);
            mou_buf_char(out, '}');
            between = ", ";
        }
    }
    mou_buf_char(out, ']');
    sqlite3_reset(statement);
    return status;
}

/* ------------------------------------------------------------------ erasure */

/** The table of that name: a fixed one that is erasable, or the vocabulary's. */
static struct sealed_table erasable_table(struct mou_text name)
{
    for (size_t i = 0; i < sizeof fixed_tables / sizeof fixed_tables[0]; i++) {
        if (fixed_tables[i].erasable && mou_text_equal(fixed_tables[i].name, name)) {
            return fixed_tables[i];
        }
    }
    return (struct sealed_table){name, "\"#version\"", "#import", "#ended_by", "#known_until", MOU_EVENT_IMPORT, .oldest_first = true, .erasable = true};
}

enum mou_status mou_seal_mark(struct mou_store *store, struct mou_arena *arena, struct mou_text name, int64_t version, unsigned char mark[MOU_ERASED_MARK_BYTES])
{
    const struct sealed_table table = erasable_table(name);
    struct sealed_parts parts;
    struct sealing sealing;
    struct mou_buf sql;
    struct mou_buf row;
    bool found = false;
    int *columns = MOU_NEW_ARRAY(arena, COLUMNS_MAX, int);
    if (columns == NULL) {
        return mou_store_out_of_memory(store);
    }
    mou_buf_init(&sql, NULL, SQL_BYTES_MAX);
    mou_buf_init(&row, NULL, (size_t)1024 * 1024 * 1024);
    mou_buf_printf(&sql, "SELECT \"%s\"", table.event);
    enum mou_status status = put_columns(store, &table, &sql, columns, &parts);
    mou_buf_text(&sql, " FROM ");
    mou_schema_put_name(&sql, MOU_TEXT(""), name);
    mou_buf_printf(&sql, " WHERE %s = ?1", table.id);
    sqlite3_stmt *statement = status == MOU_OK ? mou_schema_prepare_text(store, &sql) : NULL;
    status = status == MOU_OK && statement == NULL ? MOU_ERROR_IO : status;
    if (statement != NULL) {
        sqlite3_bind_int64(statement, 1, version);
        status = mou_store_step_row(store, statement, &found);
    }
    status = status == MOU_OK && !found ? MOU_ERROR_INTERNAL : status;
    status = status == MOU_OK ? begin_seal(store, &table, sqlite3_column_int64(statement, 0), &sealing) : status;
    if (status == MOU_OK) {
        const uint64_t known_from = parts.known_from > 0 ? (uint64_t)sqlite3_column_int64(statement, parts.known_from) : 0;
        put_cells(&row, statement, columns, parts.kept_end, parts.erased);
        hash_content(&sealing, row.len > 0 ? row.data : "", row.len, mark);
        (void)write_number(mark + 32, known_from, 8);
        status = row.failed ? mou_store_out_of_memory(store) : MOU_OK;
    }
    sqlite3_finalize(statement);
    mou_buf_free(&row);
    mou_buf_free(&sql);
    return status;
}
