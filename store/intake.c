/*
 * Checks offered rows against the vocabulary and puts them into the tables: new rows are added, changed ones become a newer version, known
 * ones stay, the rest goes to quarantine. Never overwrites.
 */
#include <string.h>

#include "relation_fields.h"

/** Rows after which finished pages are written out: unwritten ones would fill the cache and leave no room for the subjects' pages, which every row needs. */
#define WRITE_OUT_ROWS 16384u
#define NUMBER_DIGITS_MAX 18u

static enum mou_status out_of_memory(struct mou_intake *intake)
{
    return mou_store_fail(intake->store, MOU_ERROR_MEMORY, "%s", mou_store_say(intake->store, "内存不足", "out of memory"));
}

enum mou_status mou_intake_end_row(struct mou_intake *intake, enum mou_status status)
{
    const bool whole = !mou_arena_failed(intake->row_arena);
    mou_arena_reset(intake->row_arena);
    return status != MOU_OK || whole ? status : out_of_memory(intake);
}

/* Where memory ran out, what seems wrong with the row may only be missing from memory. */
enum mou_status mou_intake_refuse(struct mou_intake *intake, uint32_t column, struct mou_text field, const char *zh, const char *en)
{
    if (mou_arena_failed(intake->row_arena)) {
        return out_of_memory(intake);
    }
    if (intake->ahead != NULL) {
        return mou_ahead_refuse(intake, column, field, zh, en);
    }
    if (intake->options->typed) {
        return mou_store_fail(intake->store, MOU_ERROR_DATA, "%s", mou_store_say(intake->store, zh, en));
    }
    sqlite3_stmt *statement = mou_store_statement(intake->store, MOU_SQL_QUARANTINE_ADD);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    intake->result->quarantined++;
    if (intake->options->refused != NULL) {
        const struct mou_quarantine_row refused = {.import_id = intake->result->import_id, .line = intake->line, .column = column, .field = field,
                                                   .reason = mou_text_of(mou_store_say(intake->store, zh, en)), .raw = intake->raw, .file = intake->options->file_name,
                                                   .sheet = intake->sheet};
        intake->options->refused(intake->options->refused_state, &refused);
    }
    sqlite3_bind_int64(statement, 1, intake->result->import_id);
    sqlite3_bind_int64(statement, 2, (sqlite3_int64)intake->line);
    sqlite3_bind_int64(statement, 3, column);
    mou_store_bind_text(statement, 4, field);
    mou_store_bind_text(statement, 5, mou_text_of(mou_store_say(intake->store, zh, en)));
    sqlite3_bind_blob64(statement, 6, intake->raw.len > 0 ? intake->raw.bytes : "", (sqlite3_uint64)intake->raw.len, SQLITE_STATIC);
    return mou_store_step_done(intake->store, statement);
}

/* ------------------------------------------------------------------ identifiers */

/** Identifiers of known standards are checked; *warned tells that only the check digit is wrong. */
static bool identifier_fits(struct mou_text standard, struct mou_text identifier, bool *warned)
{
    bool credit_code = mou_text_equal(standard, MOU_TEXT("统一社会信用代码"));
    bool resident = mou_text_equal(standard, MOU_TEXT("居民身份证号"));
    enum mou_id_check check = credit_code ? mou_id_check_uscc(identifier) : resident ? mou_id_check_resident(identifier) : MOU_ID_VALID;
    *warned = check == MOU_ID_BAD_CHECK;
    return check == MOU_ID_VALID || check == MOU_ID_BAD_CHECK;
}

static struct mou_text clean_identifier(struct mou_intake *intake, const struct mou_offered *offered)
{
    struct mou_text text = mou_value_word(intake->row_arena, offered);
    bool lower = false;
    for (size_t i = 0; i < text.len; i++) {
        lower |= text.bytes[i] >= 'a' && text.bytes[i] <= 'z';
    }
    if (!lower) {
        return text;
    }
    char *upper = mou_arena_copy(intake->row_arena, text.bytes, text.len);
    for (size_t i = 0; upper != NULL && i < text.len; i++) {
        if (upper[i] >= 'a' && upper[i] <= 'z') {
            upper[i] = (char)(upper[i] - 'a' + 'A');
        }
    }
    return (struct mou_text){upper != NULL ? upper : "", upper != NULL ? text.len : 0};
}

/** *id is 0 where there is no such subject; `kind` may be NULL. */
static enum mou_status find_subject(struct mou_intake *intake, struct mou_text identifier, int64_t *id, struct mou_text *kind)
{
    bool row = false;
    sqlite3_stmt *statement = mou_store_statement(intake->store, MOU_SQL_SUBJECT_FIND);
    *id = 0;
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    mou_store_bind_text(statement, 1, identifier);
    enum mou_status status = mou_store_step_row(intake->store, statement, &row);
    if (status == MOU_OK && row) {
        *id = sqlite3_column_int64(statement, 0);
        if (kind != NULL) {
            struct mou_text found = mou_store_column_text(statement, 1);
            kind->bytes = mou_arena_copy(intake->row_arena, found.bytes, found.len);
            kind->len = kind->bytes != NULL ? found.len : 0;
        }
        sqlite3_reset(statement);
    }
    return status;
}

/* ------------------------------------------------------------------ cells */

static void bind_cell(sqlite3_stmt *statement, int index, const struct mou_checked *cell)
{
    if (!cell->known) {
        sqlite3_bind_null(statement, index);
    } else if (cell->is_text) {
        mou_store_bind_text(statement, index, cell->text);
    } else {
        sqlite3_bind_int64(statement, index, cell->number);
    }
}

static bool cell_equals(sqlite3_stmt *statement, int column, const struct mou_checked *cell)
{
    if (sqlite3_column_type(statement, column) == SQLITE_NULL || !cell->known) {
        return sqlite3_column_type(statement, column) == SQLITE_NULL && !cell->known;
    }
    return cell->is_text ? mou_text_equal(mou_store_column_text(statement, column), cell->text) : sqlite3_column_int64(statement, column) == cell->number;
}

/** Checks all cells of a row of `table`; NULL with the row refused when one does not fit (*status tells of other failures). */
static struct mou_checked *check_cells(struct mou_intake *intake, bool record, uint32_t index, const struct mou_offered *offered, enum mou_status *status)
{
    const struct mou_store_table *table = record ? &intake->store->records[index] : &intake->store->kinds[index];
    struct mou_checked *cells = MOU_NEW_ARRAY(intake->row_arena, table->field_count + 1, struct mou_checked);
    if (cells == NULL || offered == NULL) {
        *status = out_of_memory(intake);
        return NULL;
    }
    for (uint32_t i = 0; i < table->field_count; i++) {
        const char *reason[2] = {"", ""};
        if (!mou_value_check(intake->store->pack, &table->fields[i], &offered[i], intake->row_arena, &cells[i], reason)) {
            *status = mou_intake_refuse(intake, offered[i].column, table->fields[i].name, reason[0], reason[1]);
            return NULL;
        }
    }
    return cells;
}

/* ------------------------------------------------------------------ versions */

/** One row of a vocabulary table about to be stored. */
struct row_place {
    struct mou_store_table *table;
    int64_t subject;
    int64_t parent; /**< version of the parent row, 0 at top level */
    const struct mou_checked *cells;
    int key; /**< field number or -1 */
    const unsigned char *content; /**< see mou_added_row */
};

static enum mou_status add_version(struct mou_intake *intake, const struct row_place *place, int64_t *version)
{
    sqlite3_stmt *statement = place->table->add;
    sqlite3_reset(statement);
    sqlite3_bind_int64(statement, 1, place->subject);
    if (place->parent != 0) {
        sqlite3_bind_int64(statement, 2, place->parent);
    } else {
        sqlite3_bind_null(statement, 2);
    }
    sqlite3_bind_int64(statement, 3, intake->options->known_at);
    sqlite3_bind_int64(statement, 4, intake->result->import_id);
    for (uint32_t i = 0; i < place->table->field_count; i++) {
        bind_cell(statement, (int)i + 5, &place->cells[i]);
    }
    enum mou_status status = mou_store_step_done(intake->store, statement);
    *version = sqlite3_last_insert_rowid(intake->store->database);
    const struct mou_added_row added = {place->table, *version, place->subject, place->parent, intake->options->known_at, intake->result->import_id, place->cells,
                                        place->content};
    status = status == MOU_OK ? mou_seal_row(intake->store, intake->file_arena, &added) : status;
    status = status == MOU_OK ? mou_record_of_note(intake->store, place->table, place->subject, *version) : status;
    return status == MOU_OK ? mou_change_note(intake->store, place->subject) : status;
}

static enum mou_status end_version(struct mou_intake *intake, struct mou_store_table *table, int64_t version)
{
    sqlite3_reset(table->end);
    sqlite3_bind_int64(table->end, 1, version);
    sqlite3_bind_int64(table->end, 2, intake->options->known_at);
    sqlite3_bind_int64(table->end, 3, intake->result->import_id);
    return mou_store_step_done(intake->store, table->end);
}

/** Looks for the current version of the row: by key, or for types without one an equal row. Rows with a key that the import at hand has added are not entered yet, and not found. */
static enum mou_status find_current(struct mou_intake *intake, const struct row_place *place, int64_t *version, bool *equal)
{
    sqlite3_stmt *statement = place->table->current;
    bool row = true;
    enum mou_status status = MOU_OK;
    *version = 0;
    *equal = false;
    sqlite3_reset(statement);
    sqlite3_bind_int64(statement, 1, place->parent != 0 ? place->parent : place->subject);
    if (place->key >= 0 && place->parent == 0) {
        bind_cell(statement, 2, &place->cells[place->key]);
    }
    while (status == MOU_OK && row && !*equal) {
        status = mou_store_step_row(intake->store, statement, &row);
        if (status != MOU_OK || !row) {
            break;
        }
        *equal = true;
        for (uint32_t i = 0; i < place->table->field_count; i++) {
            *equal = *equal && cell_equals(statement, (int)i + 1, &place->cells[i]);
        }
        if (*equal || place->key >= 0) {
            *version = sqlite3_column_int64(statement, 0);
        }
    }
    sqlite3_reset(statement);
    return status;
}

/* ------------------------------------------------------------------ subjects */

static enum mou_status add_subject(struct mou_intake *intake, struct mou_text identifier, struct mou_text kind, int64_t *id)
{
    sqlite3_stmt *statement = mou_store_statement(intake->store, MOU_SQL_SUBJECT_ADD);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    mou_store_bind_text(statement, 1, identifier);
    mou_store_bind_text(statement, 2, kind);
    sqlite3_bind_int64(statement, 3, intake->options->known_at);
    sqlite3_bind_int64(statement, 4, intake->result->import_id);
    const enum mou_status status = mou_store_step_done(intake->store, statement);
    *id = sqlite3_last_insert_rowid(intake->store->database);
    return status == MOU_OK ? mou_change_note(intake->store, *id) : status; /* runs count new subjects by that */
}

static enum mou_status store_attributes(struct mou_intake *intake, uint32_t kind, int64_t subject, bool fresh, const struct mou_checked *cells)
{
    struct row_place place = {&intake->store->kinds[kind], subject, 0, cells, -1, NULL};
    int64_t version = 0;
    bool equal = false;
    sqlite3_stmt *statement = place.table->current;
    bool row = false;
    enum mou_status status = MOU_OK;
    if (!fresh) {
        status = find_current(intake, &place, &version, &equal);
        if (status == MOU_OK && !equal) { /* one version of attributes is current at a time */
            sqlite3_reset(statement);
            sqlite3_bind_int64(statement, 1, subject);
            status = mou_store_step_row(intake->store, statement, &row);
            version = row ? sqlite3_column_int64(statement, 0) : 0;
            sqlite3_reset(statement);
        }
    }
    if (status == MOU_OK && equal) {
        intake->result->unchanged++;
        return MOU_OK;
    }
    if (status == MOU_OK && version != 0) {
        status = end_version(intake, place.table, version);
    }
    if (status == MOU_OK) {
        status = add_version(intake, &place, &version);
    }
    intake->result->added += fresh;
    intake->result->corrected += !fresh;
    return status;
}

/** Refuses identifiers that cannot be; counts those whose check digit alone is wrong. *fits tells whether to go on. */
static enum mou_status check_identifier(struct mou_intake *intake, struct mou_text standard, struct mou_text identifier, uint32_t column, bool *fits)
{
    bool warned = false;
    *fits = identifier.len > 0 && identifier_fits(standard, identifier, &warned);
    if (!*fits) {
        return mou_intake_refuse(intake, column, standard, identifier.len > 0 ? "标识的长度、字符或日期不对" : "标识为空",
                                 identifier.len > 0 ? "the identifier's length, characters or date are wrong" : "the identifier is empty");
    }
    if (warned && !intake->options->accept_check_digit) {
        *fits = false;
        return mou_intake_refuse(intake, column, standard, "标识的校验码不符；经核对无误的，用 --accept-check-digit 重新导入",
                                 "the identifier's check digit is wrong; once confirmed, import again with --accept-check-digit");
    }
    intake->result->warnings += warned;
    return MOU_OK;
}

enum mou_status mou_intake_subject(struct mou_intake *intake, uint32_t kind, const struct mou_offered_row *row)
{
    const struct mou_pack *pack = intake->store->pack;
    struct mou_text identifier = clean_identifier(intake, &row->subject);
    struct mou_text kind_name = mou_pack_kind_name(pack, kind);
    struct mou_text known_kind = {"", 0};
    int64_t id = 0;
    bool fits = false;
    enum mou_status status = check_identifier(intake, mou_pack_kind_identifier(pack, kind), identifier, row->subject.column, &fits);
    if (status != MOU_OK || !fits) {
        return status;
    }
    struct mou_checked *cells = check_cells(intake, false, kind, row->fields, &status);
    if (cells == NULL) {
        return status;
    }
    status = find_subject(intake, identifier, &id, &known_kind);
    if (status == MOU_OK && id != 0 && !mou_text_equal(known_kind, kind_name)) {
        return mou_intake_refuse(intake, row->kind.column, MOU_TEXT("主体类别"), "此标识已登记为另一类主体", "the identifier is known as a subject of another kind");
    }
    bool fresh = id == 0;
    if (status == MOU_OK && fresh) {
        status = add_subject(intake, identifier, kind_name, &id);
    }
    return status == MOU_OK ? store_attributes(intake, kind, id, fresh, cells) : status;
}

/* ------------------------------------------------------------------ records */

static enum mou_status store_children(struct mou_intake *intake, const struct mou_offered_row *row, int64_t subject, int64_t parent);

static enum mou_status store_child(struct mou_intake *intake, uint32_t record, const struct mou_offered_row *row, int64_t subject, int64_t parent)
{
    enum mou_status status = MOU_OK;
    int64_t version = 0;
    struct mou_checked *cells = check_cells(intake, true, record, row->fields, &status);
    if (cells == NULL) {
        return status;
    }
    struct row_place place = {&intake->store->records[record], subject, parent, cells, -1, NULL};
    status = add_version(intake, &place, &version);
    return status == MOU_OK ? store_children(intake, row, subject, version) : status;
}

static enum mou_status store_children(struct mou_intake *intake, const struct mou_offered_row *row, int64_t subject, int64_t parent)
{
    for (const struct mou_offered_children *children = row->children; children != NULL; children = children->next) {
        for (const struct mou_offered_row *child = children->first; child != NULL; child = child->next) {
            enum mou_status status = store_child(intake, children->record, child, subject, parent);
            if (status != MOU_OK) {
                return status;
            }
        }
    }
    return MOU_OK;
}

/** Checks the nested rows ahead of storing anything, so that a row is taken whole or not at all. */
static bool children_fit(struct mou_intake *intake, const struct mou_offered_row *row, enum mou_status *status)
{
    for (const struct mou_offered_children *children = row->children; children != NULL; children = children->next) {
        for (const struct mou_offered_row *child = children->first; child != NULL; child = child->next) {
            if (check_cells(intake, true, children->record, child->fields, status) == NULL || !children_fit(intake, child, status)) {
                return false;
            }
        }
    }
    return true;
}

/* Nested rows, offered and stored, are compared as texts of one form: type by type in the vocabulary's order, each row followed by what is nested in it. */

static void describe_cell(struct mou_buf *out, bool known, int64_t number, struct mou_text text)
{
    mou_buf_printf(out, "%d:%lld:%zu:", known, (long long)number, text.len);
    mou_buf_append(out, text.bytes != NULL ? text.bytes : "", text.len);
}

static const struct mou_offered_row *children_of(const struct mou_offered_row *row, uint32_t type)
{
    const struct mou_offered_children *children = row->children;
    while (children != NULL && children->record != type) {
        children = children->next;
    }
    return children != NULL ? children->first : NULL;
}

static enum mou_status describe_children(struct mou_intake *intake, uint32_t record, const struct mou_offered_row *row, struct mou_buf *out)
{
    const struct mou_pack *pack = intake->store->pack;
    enum mou_status status = MOU_OK;
    for (uint32_t type = 0; type < mou_pack_record_count(pack); type++) {
        const struct mou_offered_row *child = mou_pack_record(pack, type).parent == record ? children_of(row, type) : NULL;
        for (; status == MOU_OK && child != NULL; child = child->next) {
            struct mou_checked *cells = check_cells(intake, true, type, child->fields, &status);
            if (cells == NULL) {
                return status;
            }
            mou_buf_printf(out, "%u(", type);
            for (uint32_t i = 0; i < mou_pack_record(pack, type).field_count; i++) {
                describe_cell(out, cells[i].known, cells[i].number, cells[i].text);
            }
            status = describe_children(intake, type, child, out);
            mou_buf_char(out, ')');
        }
    }
    return status;
}

static void describe_stored_row(struct mou_intake *intake, uint32_t type, struct mou_buf *out)
{
    const struct mou_store_table *table = &intake->store->records[type];
    mou_buf_printf(out, "%u(", type);
    for (uint32_t i = 0; i < table->field_count; i++) {
        int column = (int)i + 1;
        bool known = sqlite3_column_type(table->current, column) != SQLITE_NULL;
        bool text = known && mou_pack_field(intake->store->pack, type, i).type == MOU_VALUE_TEXT;
        describe_cell(out, known, known && !text ? sqlite3_column_int64(table->current, column) : 0,
                      text ? mou_store_column_text(table->current, column) : (struct mou_text){"", 0});
    }
}

static enum mou_status describe_stored_children(struct mou_intake *intake, uint32_t record, int64_t parent, struct mou_buf *out)
{
    const struct mou_pack *pack = intake->store->pack;
    enum mou_status status = MOU_OK;
    for (uint32_t type = 0; status == MOU_OK && type < mou_pack_record_count(pack); type++) {
        bool row = mou_pack_record(pack, type).parent == record;
        struct mou_store_table *table = &intake->store->records[type];
        if (!row) {
            continue;
        }
        sqlite3_reset(table->current);
        sqlite3_bind_int64(table->current, 1, parent);
        while (status == MOU_OK && row) {
            status = mou_store_step_row(intake->store, table->current, &row);
            if (status == MOU_OK && row) {
                describe_stored_row(intake, type, out);
                status = describe_stored_children(intake, type, sqlite3_column_int64(table->current, 0), out);
                mou_buf_char(out, ')');
            }
        }
        sqlite3_reset(table->current);
    }
    return status;
}

static enum mou_status children_equal(struct mou_intake *intake, const struct mou_offered_row *row, int64_t version, bool *equal)
{
    struct mou_buf offered;
    struct mou_buf stored;
    mou_buf_init(&offered, NULL, (size_t)64 * 1024 * 1024);
    mou_buf_init(&stored, NULL, (size_t)64 * 1024 * 1024);
    enum mou_status status = describe_children(intake, intake->record, row, &offered);
    if (status == MOU_OK) {
        status = describe_stored_children(intake, intake->record, version, &stored);
    }
    if (status == MOU_OK && (offered.failed || stored.failed)) {
        status = out_of_memory(intake);
    }
    *equal = offered.len == stored.len && (offered.len == 0 || memcmp(offered.data, stored.data, offered.len) == 0);
    mou_buf_free(&offered);
    mou_buf_free(&stored);
    return status;
}

/** Ends the stored rows under a version that is ended itself. */
static enum mou_status end_children(struct mou_intake *intake, uint32_t record, int64_t parent)
{
    const struct mou_pack *pack = intake->store->pack;
    enum mou_status status = MOU_OK;
    for (uint32_t type = 0; status == MOU_OK && type < mou_pack_record_count(pack); type++) {
        struct mou_store_table *table = &intake->store->records[type];
        bool row = mou_pack_record(pack, type).parent == record;
        while (status == MOU_OK && row) {
            sqlite3_reset(table->current);
            sqlite3_bind_int64(table->current, 1, parent);
            status = mou_store_step_row(intake->store, table->current, &row);
            if (status == MOU_OK && row) {
                int64_t version = sqlite3_column_int64(table->current, 0);
                sqlite3_reset(table->current);
                status = end_version(intake, table, version);
                if (status == MOU_OK) {
                    status = end_children(intake, type, version);
                }
            }
        }
    }
    return status;
}

/** Looks at the row that this file brought, or found, for the same key. */
static enum mou_status find_seen(struct mou_intake *intake, const struct row_place *place, int64_t version, bool *equal)
{
    sqlite3_stmt *statement = place->table->version;
    bool row = false;
    sqlite3_reset(statement);
    sqlite3_bind_int64(statement, 1, version);
    enum mou_status status = mou_store_step_row(intake->store, statement, &row);
    *equal = status == MOU_OK && row;
    for (uint32_t i = 0; *equal && i < place->table->field_count; i++) {
        *equal = cell_equals(statement, (int)i + 1, &place->cells[i]);
    }
    sqlite3_reset(statement);
    return status;
}

/** Looks for the row that the offered one is a version of: in this file (*seen: its place has a version already), else among the rows from before it. */
static enum mou_status find_record(struct mou_intake *intake, const struct row_place *place, int64_t **seen, int64_t *version, bool *equal)
{
    const struct mou_checked *key = place->key >= 0 ? &place->cells[place->key] : NULL;
    *version = 0;
    *equal = false;
    if (key == NULL) {
        return find_current(intake, place, version, equal);
    }
    *seen = mou_seen_add(intake->keys_seen, place->subject, key->number, key->text);
    if (*seen == NULL) {
        return out_of_memory(intake);
    }
    if (**seen != 0) {
        *version = **seen;
        return find_seen(intake, place, *version, equal);
    }
    bool gathered = place->table->last_version == 0; /* nothing was there before */
    const enum mou_status status = gathered ? MOU_OK : mou_earlier_find(intake, place->subject, key, version, &gathered);
    if (status == MOU_OK && !gathered) {
        return find_current(intake, place, version, equal);
    }
    return status == MOU_OK && *version != 0 ? find_seen(intake, place, *version, equal) : status;
}

static enum mou_status store_record(struct mou_intake *intake, const struct mou_checked_record *record, const struct row_place *place)
{
    int64_t version = 0;
    bool equal = false;
    int64_t *place_seen = NULL; /* known rows count, too: else the file's second row of a key would be refused today and taken tomorrow */
    enum mou_status status = find_record(intake, place, &place_seen, &version, &equal);
    const bool seen = place_seen != NULL && *place_seen != 0;
    if (status == MOU_OK && equal) {
        status = children_equal(intake, record->row, version, &equal);
    }
    if (status == MOU_OK && equal) {
        intake->result->unchanged++;
        if (place_seen != NULL) {
            *place_seen = version;
        }
        return MOU_OK;
    }
    bool correction = version != 0;
    if (status == MOU_OK && seen) {
        return mou_intake_refuse(intake, record->key_column, MOU_TEXT(""), "同一文件里已有同一主体、同一文号而内容不同的一行",
                                 "the file holds another row of this subject and key with other content");
    }
    if (status == MOU_OK && correction) {
        status = end_version(intake, place->table, version);
        if (status == MOU_OK) {
            status = end_children(intake, intake->record, version);
        }
    }
    if (status == MOU_OK) {
        status = add_version(intake, place, &version);
    }
    if (place_seen != NULL) {
        *place_seen = version;
    }
    if (status == MOU_OK) {
        status = store_children(intake, record->row, place->subject, version);
    }
    intake->result->added += !correction;
    intake->result->corrected += correction;
    if (intake->fills_table && intake->result->added % WRITE_OUT_ROWS == 0) {
        (void)sqlite3_db_cacheflush(intake->store->database); /* what cannot be written out now will be later */
    }
    return status;
}

enum mou_status mou_intake_checked(struct mou_intake *intake, const struct mou_checked_record *record)
{
    const struct mou_record_info info = mou_pack_record(intake->store->pack, intake->record);
    enum mou_status status = MOU_OK;
    int64_t subject = mou_found_get(intake->subjects, record->identifier);
    if (subject == 0) {
        status = find_subject(intake, record->identifier, &subject, NULL);
        mou_found_put(intake->subjects, record->identifier, subject);
    }
    if (status == MOU_OK && subject == 0) {
        return mou_intake_refuse(intake, record->subject_column, MOU_TEXT("主体"), "数据库里没有这个主体；请先导入主体", "the store has no such subject; import subjects first");
    }
    const struct row_place place = {&intake->store->records[intake->record], subject, 0, record->cells, info.key != UINT32_MAX ? (int)info.key : -1, record->content};
    if (status == MOU_OK && place.key >= 0 && !record->cells[place.key].known) {
        return mou_intake_refuse(intake, record->key_column, place.table->fields[place.key].name, "主键为空", "the key is empty");
    }
    return status == MOU_OK ? store_record(intake, record, &place) : status;
}

enum mou_status mou_intake_record(struct mou_intake *intake, const struct mou_offered_row *row)
{
    const struct mou_record_info info = mou_pack_record(intake->store->pack, intake->record);
    enum mou_status status = MOU_OK;
    struct mou_checked_record record = {.identifier = clean_identifier(intake, &row->subject), .subject_column = row->subject.column, .row = row};
    if (record.identifier.len == 0) {
        return mou_intake_refuse(intake, row->subject.column, MOU_TEXT("主体"), "没有主体标识", "there is no subject identifier");
    }
    record.cells = check_cells(intake, true, intake->record, row->fields, &status);
    if (record.cells == NULL || !children_fit(intake, row, &status)) {
        return status;
    }
    record.key_column = info.key != UINT32_MAX ? row->fields[info.key].column : 0;
    return intake->ahead != NULL ? mou_ahead_take(intake, &record) : mou_intake_checked(intake, &record);
}

/* ------------------------------------------------------------------ relations and objections */

/** A cell of a fixed list as a date; false when it is there and no date. */
static bool fixed_date(struct mou_intake *intake, const struct mou_offered *offered, mou_date *date)
{
    struct mou_text text = offered->text.bytes != NULL ? mou_value_clean(intake->row_arena, offered->text) : (struct mou_text){"", 0};
    *date = MOU_DATE_NONE;
    return text.len == 0 || mou_value_date(text, offered->dates, date);
}

static void bind_date(sqlite3_stmt *statement, int index, mou_date date)
{
    if (date == MOU_DATE_NONE) {
        sqlite3_bind_null(statement, index);
    } else {
        sqlite3_bind_int64(statement, index, date);
    }
}

static bool same_date(sqlite3_stmt *statement, int column, mou_date date)
{
    bool null = sqlite3_column_type(statement, column) == SQLITE_NULL;
    return date == MOU_DATE_NONE ? null : !null && sqlite3_column_int64(statement, column) == date;
}

/** One of the two dated lists: how to find, add and end its rows. */
struct dated_row {
    enum mou_statement find, add, end;
    int64_t first, second;  /**< RELATION: ends; OBJECTION: subject */
    struct mou_text name;   /**< relation, or record type */
    struct mou_text key;    /**< objections */
    mou_date begin, finish; /**< since, until; lodged, closed */
    struct mou_text fields; /**< RELATION: its fields as they are kept */
    bool objection;
};

/** Binds what identifies the row; returns the index of the next parameter. */
static int bind_identity(sqlite3_stmt *statement, const struct dated_row *row)
{
    if (row->objection) {
        sqlite3_bind_int64(statement, 1, row->first);
        mou_store_bind_text(statement, 2, row->name);
        mou_store_bind_text(statement, 3, row->key);
    } else {
        mou_store_bind_text(statement, 1, row->name);
        sqlite3_bind_int64(statement, 2, row->first);
        sqlite3_bind_int64(statement, 3, row->second);
    }
    bind_date(statement, 4, row->begin);
    return 5;
}

static enum mou_status store_dated(struct mou_intake *intake, const struct dated_row *row)
{
    struct mou_store *store = intake->store;
    bool known = false;
    int64_t version = 0;
    sqlite3_stmt *find = mou_store_statement(store, row->find);
    if (find == NULL) {
        return MOU_ERROR_IO;
    }
    bind_identity(find, row);
    enum mou_status status = mou_store_step_row(store, find, &known);
    if (status == MOU_OK && known) {
        version = sqlite3_column_int64(find, 0);
        bool equal = same_date(find, 1, row->finish) && (row->objection || mou_text_equal(mou_store_column_text(find, 2), row->fields));
        sqlite3_reset(find);
        if (equal) {
            intake->result->unchanged++;
            return MOU_OK;
        }
        sqlite3_stmt *end = mou_store_statement(store, row->end);
        if (end == NULL) {
            return MOU_ERROR_IO;
        }
        sqlite3_bind_int64(end, 1, version);
        sqlite3_bind_int64(end, 2, intake->options->known_at);
        sqlite3_bind_int64(end, 3, intake->result->import_id);
        status = mou_store_step_done(store, end);
    }
    sqlite3_stmt *add = status == MOU_OK ? mou_store_statement(store, row->add) : NULL;
    if (add == NULL) {
        return status != MOU_OK ? status : MOU_ERROR_IO;
    }
    bind_date(add, bind_identity(add, row), row->finish);
    sqlite3_bind_int64(add, 6, intake->options->known_at);
    sqlite3_bind_int64(add, 7, intake->result->import_id);
    if (row->fields.len > 0) {
        mou_store_bind_text(add, 8, row->fields);
    } else if (!row->objection) {
        sqlite3_bind_null(add, 8);
    }
    intake->result->added += !known;
    intake->result->corrected += known;
    status = mou_store_step_done(store, add);
    if (status == MOU_OK) {
        status = mou_change_note(store, row->first);
    }
    return status == MOU_OK && !row->objection ? mou_change_note(store, row->second) : status;
}

/* The relation that a name means, read from either end: *inverse where it is from its far one. */
static bool find_relation(const struct mou_pack *pack, struct mou_text name, bool *inverse, struct mou_relation_info *relation)
{
    for (uint32_t i = 0; i < mou_pack_relation_count(pack); i++) {
        *relation = mou_pack_relation(pack, i);
        if (mou_text_equal(name, relation->name) || (relation->inverse.len > 0 && mou_text_equal(name, relation->inverse))) {
            *inverse = !mou_text_equal(name, relation->name);
            return true;
        }
    }
    return false;
}

/** Stores the row with the fields that it has beyond its ends and dates. */
static enum mou_status store_relation(struct mou_intake *intake, struct dated_row *row, const struct mou_named_cells *more)
{
    struct mou_buf kept;
    bool fits = true;
    mou_buf_init(&kept, NULL, (size_t)1024 * 1024);
    enum mou_status status = mou_relation_fields_check(intake, mou_relation_number(intake->store->pack, row->name), more, &kept, &fits);
    row->fields = (struct mou_text){kept.len > 0 ? kept.data : "", kept.len};
    if (status == MOU_OK && fits) {
        status = store_dated(intake, row);
    }
    mou_buf_free(&kept);
    return status;
}

static enum mou_status intake_relation(struct mou_intake *intake, const struct mou_offered fields[5], const struct mou_named_cells *more)
{
    const struct mou_pack *pack = intake->store->pack;
    struct dated_row row = {.find = MOU_SQL_RELATION_FIND, .add = MOU_SQL_RELATION_ADD, .end = MOU_SQL_RELATION_END};
    struct mou_text kinds[2] = {{"", 0}, {"", 0}};
    int64_t ends[2] = {0, 0};
    struct mou_relation_info relation;
    bool inverse = false;
    struct mou_text name = mou_value_word(intake->row_arena, &fields[0]);
    if (!find_relation(pack, name, &inverse, &relation)) {
        return mou_intake_refuse(intake, fields[0].column, MOU_TEXT("关系"), "词表里没有这种关系", "no such relation in the vocabulary");
    }
    row.name = relation.name;
    for (int i = 0; i < 2; i++) {
        const struct mou_offered *field = &fields[inverse ? 2 - i : 1 + i];
        enum mou_status status = find_subject(intake, clean_identifier(intake, field), &ends[i], &kinds[i]);
        if (status != MOU_OK) {
            return status;
        }
        if (ends[i] == 0) {
            return mou_intake_refuse(intake, field->column, MOU_TEXT("主体"), "数据库里没有这个主体；请先导入主体", "the store has no such subject; import subjects first");
        }
        if (!mou_text_equal(kinds[i], mou_pack_kind_name(pack, i == 0 ? relation.from_kind : relation.to_kind))) {
            return mou_intake_refuse(intake, field->column, MOU_TEXT("主体"), "这类主体不能有这种关系", "subjects of this kind do not have this relation");
        }
    }
    if (!fixed_date(intake, &fields[3], &row.begin) || !fixed_date(intake, &fields[4], &row.finish)) {
        return mou_intake_refuse(intake, fields[3].column, MOU_TEXT("自、至"), "不是日历上的日期", "not a date of the calendar");
    }
    if (row.finish != MOU_DATE_NONE && row.begin != MOU_DATE_NONE && row.finish < row.begin) {
        return mou_intake_refuse(intake, fields[4].column, MOU_TEXT("至"), "终止早于起始", "it ends before it begins");
    }
    row.first = ends[0];
    row.second = ends[1];
    return store_relation(intake, &row, more);
}

static enum mou_status intake_objection(struct mou_intake *intake, const struct mou_offered fields[5])
{
    const struct mou_pack *pack = intake->store->pack;
    struct dated_row row = {.find = MOU_SQL_OBJECTION_FIND, .add = MOU_SQL_OBJECTION_ADD, .end = MOU_SQL_OBJECTION_END, .objection = true};
    struct mou_text kind = {"", 0};
    bool contestable = false;
    enum mou_status status = find_subject(intake, clean_identifier(intake, &fields[0]), &row.first, &kind);
    if (status != MOU_OK) {
        return status;
    }
    if (row.first == 0) {
        return mou_intake_refuse(intake, fields[0].column, MOU_TEXT("主体"), "数据库里没有这个主体；请先导入主体", "the store has no such subject; import subjects first");
    }
    row.name = mou_value_word(intake->row_arena, &fields[1]);
    row.key = fields[2].text.bytes != NULL ? mou_value_trim(fields[2].text) : (struct mou_text){"", 0};
    for (uint32_t i = 0; i < mou_pack_record_count(pack); i++) {
        struct mou_record_info info = mou_pack_record(pack, i);
        contestable = contestable || (mou_text_equal(info.name, row.name) && info.key != UINT32_MAX);
    }
    if (!contestable || row.key.len == 0) {
        return mou_intake_refuse(intake, fields[1].column, MOU_TEXT("记录"), "词表里没有这种有文号的记录，或者文号为空",
                                 "no such record type with a key in the vocabulary, or the key is empty");
    }
    if (!fixed_date(intake, &fields[3], &row.begin) || !fixed_date(intake, &fields[4], &row.finish) || row.begin == MOU_DATE_NONE) {
        return mou_intake_refuse(intake, fields[3].column, MOU_TEXT("提出、办结"), "不是日历上的日期，或者没有提出日期",
                                 "not a date of the calendar, or no date lodged");
    }
    if (row.finish != MOU_DATE_NONE && row.finish < row.begin) {
        return mou_intake_refuse(intake, fields[4].column, MOU_TEXT("办结"), "办结早于提出", "closed before it was lodged");
    }
    return store_dated(intake, &row);
}

/* ------------------------------------------------------------------ withdrawals */

/** Ends what is current of a record with a key: the row and those nested under it. Nothing comes in their place; an erasure goes on to what all its versions say. */
static enum mou_status withdraw_record(struct mou_intake *intake, uint32_t record, int64_t subject, const struct mou_offered *key)
{
    const struct mou_pack *pack = intake->store->pack;
    const struct mou_record_info info = mou_pack_record(pack, record);
    struct mou_store_table *table = &intake->store->records[record];
    const struct mou_field_info field = mou_pack_field(pack, record, info.key);
    struct mou_checked cell = {.known = false};
    const char *reason[2] = {"", ""};
    bool row = false;
    if (!mou_value_check(pack, &field, key, intake->row_arena, &cell, reason) || !cell.known) {
        return mou_intake_refuse(intake, key->column, field.name, cell.known || *reason[0] != '\0' ? reason[0] : "主键为空", *reason[1] != '\0' ? reason[1] : "the key is empty");
    }
    sqlite3_reset(table->current);
    sqlite3_bind_int64(table->current, 1, subject);
    bind_cell(table->current, 2, &cell);
    enum mou_status status = mou_store_step_row(intake->store, table->current, &row);
    const int64_t version = row ? sqlite3_column_int64(table->current, 0) : 0;
    uint64_t erased = 0;
    sqlite3_reset(table->current);
    if (status == MOU_OK && !row && !intake->options->erase) {
        return mou_intake_refuse(intake, key->column, field.name, "没有这条现行的记录", "no such record is current");
    }
    status = status == MOU_OK && row ? end_version(intake, table, version) : status;
    status = status == MOU_OK && row ? end_children(intake, record, version) : status;
    status = status == MOU_OK && intake->options->erase ? mou_erase_record(intake, record, subject, &cell, &erased) : status;
    if (status == MOU_OK && intake->options->erase && erased == 0) {
        return mou_intake_refuse(intake, key->column, field.name, "没有这条记录，或者已经删除", "there is no such record, or it was erased before");
    }
    intake->result->corrected += status == MOU_OK;
    return status == MOU_OK ? mou_change_note(intake->store, subject) : status;
}

/** Ends the relation rows between two subjects. */
static enum mou_status withdraw_relation(struct mou_intake *intake, struct mou_text name, int64_t from, int64_t to, uint32_t column)
{
    struct mou_store *store = intake->store;
    bool row = true;
    uint64_t ended = 0;
    enum mou_status status = MOU_OK;
    while (status == MOU_OK && row) {
        sqlite3_stmt *find = mou_store_statement(store, MOU_SQL_RELATION_BETWEEN);
        if (find == NULL) {
            return MOU_ERROR_IO;
        }
        mou_store_bind_text(find, 1, name);
        sqlite3_bind_int64(find, 2, from);
        sqlite3_bind_int64(find, 3, to);
        status = mou_store_step_row(store, find, &row);
        const int64_t version = row ? sqlite3_column_int64(find, 0) : 0;
        sqlite3_reset(find);
        sqlite3_stmt *end = status == MOU_OK && row ? mou_store_statement(store, MOU_SQL_RELATION_END) : NULL;
        if (end != NULL) {
            sqlite3_bind_int64(end, 1, version);
            sqlite3_bind_int64(end, 2, intake->options->known_at);
            sqlite3_bind_int64(end, 3, intake->result->import_id);
            status = mou_store_step_done(store, end);
            ended++;
        } else if (status == MOU_OK && row) {
            status = MOU_ERROR_IO;
        }
    }
    if (status == MOU_OK && ended == 0) {
        return mou_intake_refuse(intake, column, name, "没有这条现行的关系", "no such relation is current");
    }
    intake->result->corrected += status == MOU_OK;
    status = status == MOU_OK ? mou_change_note(store, from) : status;
    return status == MOU_OK ? mou_change_note(store, to) : status;
}

/** Erases all that is said of a subject. */
static enum mou_status erase_subject(struct mou_intake *intake, const struct mou_offered *offered)
{
    const struct mou_pack *pack = intake->store->pack;
    const struct mou_text identifier = clean_identifier(intake, offered);
    struct mou_text kind = {"", 0};
    int64_t subject = 0;
    uint32_t number = 0;
    uint64_t erased = 0;
    enum mou_status status = find_subject(intake, identifier, &subject, &kind);
    if (status == MOU_OK && subject == 0) {
        return mou_intake_refuse(intake, offered->column, MOU_TEXT("主体"), "数据库里没有这个主体", "the store has no such subject");
    }
    while (number < mou_pack_kind_count(pack) && !mou_text_equal(mou_pack_kind_name(pack, number), kind)) {
        number++;
    }
    status = status == MOU_OK ? mou_erase_subject(intake, subject, number, identifier, &erased) : status;
    if (status == MOU_OK && erased == 0) {
        return mou_intake_refuse(intake, offered->column, MOU_TEXT("主体"), "没有这个主体的内容，或者已经删除", "nothing is said of the subject, or it was erased before");
    }
    intake->result->corrected += erased;
    return status == MOU_OK ? mou_change_note(intake->store, subject) : status;
}

/** Erases what a row in quarantine says, by its number. */
static enum mou_status erase_quarantined(struct mou_intake *intake, const struct mou_offered *offered)
{
    const struct mou_text digits = mou_value_word(intake->row_arena, offered);
    bool good = digits.len <= NUMBER_DIGITS_MAX;
    int64_t number = 0;
    uint64_t erased = 0;
    for (size_t i = 0; good && i < digits.len; i++) {
        good = digits.bytes[i] >= '0' && digits.bytes[i] <= '9';
        number = good ? number * 10 + (digits.bytes[i] - '0') : 0;
    }
    const enum mou_status status = number > 0 ? mou_erase_quarantine(intake, number, MOU_TEXT(""), &erased) : MOU_OK;
    if (status == MOU_OK && erased == 0) {
        return mou_intake_refuse(intake, offered->column, MOU_TEXT("键"), "没有这一行隔离的数据，或者已经删除", "there is no such row in quarantine, or it was erased before");
    }
    intake->result->corrected += erased;
    return status;
}

/** fields: subject, record type or relation, key or the identifier at the other end. */
static enum mou_status intake_withdrawal(struct mou_intake *intake, const struct mou_offered fields[5])
{
    const struct mou_pack *pack = intake->store->pack;
    const struct mou_text name = mou_value_word(intake->row_arena, &fields[1]);
    if (intake->options->erase && mou_text_equal(name, MOU_TEXT("主体"))) {
        return erase_subject(intake, &fields[0]);
    }
    if (intake->options->erase && mou_text_equal(name, MOU_TEXT("隔离"))) {
        return erase_quarantined(intake, &fields[2]);
    }
    struct mou_text kind = {"", 0};
    struct mou_relation_info info;
    int64_t subjects[2] = {0, 0};
    bool inverse = false;
    const bool relation = find_relation(pack, name, &inverse, &info);
    enum mou_status status = find_subject(intake, clean_identifier(intake, &fields[0]), &subjects[0], &kind);
    if (status == MOU_OK && relation) {
        status = find_subject(intake, clean_identifier(intake, &fields[2]), &subjects[1], &kind);
    }
    if (status != MOU_OK) {
        return status;
    }
    if (subjects[0] == 0 || (relation && subjects[1] == 0)) {
        return mou_intake_refuse(intake, fields[subjects[0] == 0 ? 0 : 2].column, MOU_TEXT("主体"), "数据库里没有这个主体；请先导入主体", "the store has no such subject; import subjects first");
    }
    if (relation && intake->options->erase) {
        return mou_intake_refuse(intake, fields[1].column, MOU_TEXT("记录"), "只有记录可以删除；关系请撤回", "only records can be erased; withdraw the relation");
    }
    if (relation) {
        return withdraw_relation(intake, info.name, subjects[inverse ? 1 : 0], subjects[inverse ? 0 : 1], fields[2].column);
    }
    for (uint32_t i = 0; i < mou_pack_record_count(pack); i++) {
        const struct mou_record_info record = mou_pack_record(pack, i);
        if (mou_text_equal(record.name, name) && record.key != UINT32_MAX && record.parent == UINT32_MAX) {
            return withdraw_record(intake, i, subjects[0], &fields[2]);
        }
    }
    return mou_intake_refuse(intake, fields[1].column, MOU_TEXT("记录"), "词表里没有这种关系，也没有这种有主键的记录", "no such relation, and no such record type with a key, in the vocabulary");
}

/* ------------------------------------------------------------------ lists that are the same for every vocabulary */

const struct mou_fixed_list *mou_intake_fixed_list(enum mou_import_target target)
{
    static const struct mou_fixed_list relations = {5, 3, {{"关系", "relation", ""}, {"从", "from", ""}, {"到", "to", ""}, {"自", "since", ""}, {"至", "until", ""}}};
    static const struct mou_fixed_list objections = {
        5, 4, {{"主体", "subject", ""}, {"记录", "record", ""}, {"键", "key", "文号"}, {"提出", "lodged", ""}, {"办结", "closed", ""}}};
    static const struct mou_fixed_list withdrawals = {3, 3, {{"主体", "subject", ""}, {"记录", "record", ""}, {"键", "key", "文号"}}};
    switch (target) {
    case MOU_IMPORT_RELATIONS:
        return &relations;
    case MOU_IMPORT_OBJECTIONS:
        return &objections;
    case MOU_IMPORT_WITHDRAWALS:
        return &withdrawals;
    case MOU_IMPORT_SUBJECTS:
    case MOU_IMPORT_RECORDS:
        break;
    }
    return NULL;
}

enum mou_status mou_intake_fixed(struct mou_intake *intake, const struct mou_offered fields[5], const struct mou_named_cells *more)
{
    switch (intake->options->target) {
    case MOU_IMPORT_RELATIONS:
        return intake_relation(intake, fields, more);
    case MOU_IMPORT_OBJECTIONS:
        return intake_objection(intake, fields);
    case MOU_IMPORT_WITHDRAWALS:
        return intake_withdrawal(intake, fields);
    case MOU_IMPORT_SUBJECTS:
    case MOU_IMPORT_RECORDS:
        break;
    }
    return MOU_ERROR_USAGE;
}
