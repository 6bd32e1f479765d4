/*
 * Rows that could not be taken: which are still waiting, and taking them again, as they came or put right. What came stays verbatim; each try is an import of its own,
 * and the rows that it is about are settled by it: those that are refused again wait under the new import.
 */
#include <string.h>

#include "intake.h"

#define CONTENT_BYTES_MAX ((size_t)8 * 1024 * 1024 * 1024)

typedef MOU_VEC(int64_t) id_list;

/** One try. */
struct replaying {
    struct mou_store *store;
    const struct mou_quarantine_request *request;
    struct mou_import_options options;
    struct mou_buf content; /**< header and rows as a file */
    struct mou_buf names;   /**< file name */
    id_list rows;
    struct mou_arena *arena;
};

enum mou_status mou_store_quarantine(struct mou_store *store, int64_t import_id, bool (*take)(void *state, const struct mou_quarantine_row *row), void *state)
{
    bool row = true;
    mou_store_begin_call(store);
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_QUARANTINE_LIST);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, import_id);
    enum mou_status status = MOU_OK;
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        if (status == MOU_OK && row) {
            const int format = sqlite3_column_int(statement, 10);
            const int layout = sqlite3_column_int(statement, 11);
            struct mou_quarantine_row refused = {
                .import_id = sqlite3_column_int64(statement, 0), .line = (uint64_t)sqlite3_column_int64(statement, 1),
                .column = (uint32_t)sqlite3_column_int64(statement, 2), .field = mou_store_column_text(statement, 3),
                .reason = mou_store_column_text(statement, 4),
                .raw = {sqlite3_column_blob(statement, 5), (size_t)sqlite3_column_bytes(statement, 5)}, .file = mou_store_column_text(statement, 6),
                .id = sqlite3_column_int64(statement, 7), .target = mou_store_column_text(statement, 8), .header = mou_store_column_text(statement, 9),
                .format = (enum mou_import_format)format, .layout = (enum mou_import_layout)layout, .sheet = mou_store_column_text(statement, 12),
                .mapped = sqlite3_column_int(statement, 13) != 0};
            row = take(state, &refused);
        }
    }
    sqlite3_reset(statement);
    return status;
}

enum mou_status mou_quarantine_settle(struct mou_intake *intake)
{
    const struct mou_settled_rows *settled = intake->options->settles;
    enum mou_status status = MOU_OK;
    for (size_t i = 0; status == MOU_OK && settled != NULL && i < settled->count; i++) {
        sqlite3_stmt *statement = mou_store_statement(intake->store, MOU_SQL_QUARANTINE_ACT_ADD);
        if (statement == NULL) {
            return MOU_ERROR_IO;
        }
        sqlite3_bind_int64(statement, 1, settled->rows[i]);
        mou_store_bind_text(statement, 2, mou_text_of(settled->fixed ? "fixed" : "replayed"));
        mou_store_bind_text(statement, 3, settled->actor);
        sqlite3_bind_int64(statement, 4, intake->result->import_id);
        status = mou_store_step_done(intake->store, statement);
    }
    return status;
}

static bool keep(struct replaying *replaying, struct mou_text text, struct mou_text *kept)
{
    *kept = (struct mou_text){mou_arena_copy(replaying->arena, text.bytes, text.len), text.len};
    return kept->bytes != NULL;
}

/** What the file of the row was imported as, from the columns behind the row's own. */
static bool take_form(struct replaying *replaying, sqlite3_stmt *statement)
{
    static const struct {
        const char *word;
        enum mou_import_target target;
    } targets[] = {{"主体", MOU_IMPORT_SUBJECTS}, {"关系", MOU_IMPORT_RELATIONS}, {"异议", MOU_IMPORT_OBJECTIONS}, {"撤回", MOU_IMPORT_WITHDRAWALS}};
    struct mou_import_options *options = &replaying->options;
    const struct mou_text header = mou_store_column_text(statement, 7);
    const struct mou_text file = mou_store_column_text(statement, 3);
    options->target = MOU_IMPORT_RECORDS;
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        if (mou_text_equal(mou_store_column_text(statement, 2), mou_text_of(targets[i].word))) {
            options->target = targets[i].target;
        }
    }
    const int format = sqlite3_column_int(statement, 5);
    options->format = format == MOU_IMPORT_NDJSON ? MOU_IMPORT_NDJSON : format == MOU_IMPORT_CSV_1904 ? MOU_IMPORT_CSV_1904 : MOU_IMPORT_CSV;
    options->mapping_name = MOU_TEXT("（导入时的映射）");
    options->layout = sqlite3_column_int(statement, 6) == MOU_LAYOUT_NATIONAL ? MOU_LAYOUT_NATIONAL : MOU_LAYOUT_PLAIN;
    mou_buf_append(&replaying->content, header.bytes, header.len);
    mou_buf_text(&replaying->content, header.len > 0 ? "\n" : "");
    mou_buf_append(&replaying->names, file.bytes, file.len);
    mou_buf_text(&replaying->names, replaying->request->row.bytes != NULL ? "（隔离行更正）" : "（隔离行重试）");
    return keep(replaying, mou_store_column_text(statement, 9), &options->mapping) && keep(replaying, mou_store_column_text(statement, 2), &options->record) && keep(replaying, mou_store_column_text(statement, 4), &options->source);
}

/** The waiting rows of one import, or the one that is put right, as a file. */
static enum mou_status gather(struct replaying *replaying, int64_t import_id)
{
    struct mou_store *store = replaying->store;
    const struct mou_quarantine_request *request = replaying->request;
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_QUARANTINE_WAITING);
    bool row = statement != NULL;
    enum mou_status status = statement != NULL ? MOU_OK : MOU_ERROR_IO;
    if (statement != NULL) {
        sqlite3_bind_int64(statement, 1, import_id);
        sqlite3_bind_int64(statement, 2, request->row_id);
    }
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        if (status != MOU_OK || !row) {
            break;
        }
        const bool formed = sqlite3_column_type(statement, 5) != SQLITE_NULL;
        if (!formed) {
            status = mou_store_fail(store, MOU_ERROR_USAGE, "%s",
                                    mou_store_say(store, "这一行来自升级前的导入，没有留下表头；请更正后按新文件导入", "the row comes from an import before the migration, of which no header was kept; import it as a new file"));
            break;
        }
        const bool fits = replaying->rows.count > 0 || take_form(replaying, statement);
        mou_buf_append(&replaying->content, request->row.bytes != NULL ? request->row.bytes : (const char *)sqlite3_column_blob(statement, 1),
                       request->row.bytes != NULL ? request->row.len : (size_t)sqlite3_column_bytes(statement, 1));
        mou_buf_char(&replaying->content, '\n');
        const bool kept = fits && !replaying->content.failed && MOU_VEC_PUSH(replaying->arena, &replaying->rows, sqlite3_column_int64(statement, 0));
        status = kept ? MOU_OK : mou_store_out_of_memory(store);
    }
    sqlite3_reset(statement);
    return status;
}

static enum mou_status import_again(struct replaying *replaying, struct mou_import_result *result)
{
    const struct mou_quarantine_request *request = replaying->request;
    const struct mou_settled_rows settles = {replaying->rows.items, replaying->rows.count, request->actor, request->row.bytes != NULL};
    replaying->options.encoding = MOU_ENCODING_UTF8;
    replaying->options.file_name = (struct mou_text){replaying->names.len > 0 ? replaying->names.data : "", replaying->names.len};
    replaying->options.now = request->now;
    replaying->options.known_at = MOU_TIME_NOW;
    replaying->options.accept_check_digit = request->accept_check_digit;
    replaying->options.typed = request->row.bytes != NULL;
    replaying->options.settles = &settles;
    return mou_store_import(replaying->store, replaying->content.data, replaying->content.len, &replaying->options, result);
}

enum mou_status mou_store_quarantine_replay(struct mou_store *store, const struct mou_quarantine_request *request, struct mou_import_result *result)
{
    struct replaying replaying = {.store = store, .request = request, .arena = mou_arena_new(NULL)};
    mou_store_begin_call(store);
    *result = (struct mou_import_result){0};
    if (replaying.arena == NULL) {
        return mou_store_out_of_memory(store);
    }
    mou_buf_init(&replaying.content, NULL, CONTENT_BYTES_MAX);
    mou_buf_init(&replaying.names, NULL, 1024 * 1024);
    enum mou_status status = gather(&replaying, request->import_id);
    if (status == MOU_OK && replaying.rows.count == 0 && request->row_id != 0) {
        status = mou_store_fail(store, MOU_ERROR_USAGE, mou_store_say(store, "没有待核的隔离行 %lld", "no row %lld is waiting in quarantine"), (long long)request->row_id);
    }
    if (status == MOU_OK && replaying.rows.count > 0) {
        status = import_again(&replaying, result);
    }
    mou_buf_free(&replaying.content);
    mou_buf_free(&replaying.names);
    mou_arena_free(replaying.arena);
    return status;
}
