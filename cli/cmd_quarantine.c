/*
 * mou quarantine list, fix and replay: rows that could not be taken, put right or taken again.
 */
#include <stdlib.h>
#include <string.h>

#include "mask_row.h"

#define ROW_BYTES_MAX ((size_t)64 * 1024 * 1024)

/** What printing the rows needs. */
struct listing {
    struct mou_cli *cli;
    const struct mou_pack *pack;
};

static void put_json_row(const struct mou_quarantine_row *row, struct mou_text reason, struct mou_text raw, struct mou_buf *line)
{
    mou_buf_printf(line, "{\"row\": %lld, \"import\": %lld, \"file\": ", (long long)row->id, (long long)row->import_id);
    mou_buf_json_text(line, row->file.bytes, row->file.len);
    mou_buf_printf(line, ", \"line\": %llu, \"column\": %u", (unsigned long long)row->line, row->column);
    if (row->sheet.len > 0) {
        struct mou_buf place;
        mou_buf_init(&place, NULL, 65536);
        mou_table_place(row->sheet, row->line, row->column, &place);
        mou_buf_text(line, ", \"cell\": ");
        mou_buf_json_text(line, place.len > 0 ? place.data : "", place.len);
        mou_buf_free(&place);
    }
    mou_buf_text(line, ", \"field\": ");
    mou_buf_json_text(line, row->field.bytes, row->field.len);
    mou_buf_text(line, ", \"reason\": ");
    mou_buf_json_text(line, reason.bytes, reason.len);
    mou_buf_text(line, ", \"raw\": ");
    mou_buf_json_text(line, raw.bytes, raw.len);
    mou_buf_char(line, '}');
}

static void put_place(const struct mou_cli *cli, const struct mou_quarantine_row *row, struct mou_buf *line)
{
    if (row->sheet.len > 0) {
        mou_table_place(row->sheet, row->line, row->column, line);
    } else {
        mou_buf_printf(line, mou_say(cli, "第 %llu 行", "line %llu"), (unsigned long long)row->line);
    }
    if (row->sheet.len == 0 && row->column != 0) { /* a line of JSON has no columns */
        mou_buf_printf(line, mou_say(cli, "第 %u 列", " column %u"), row->column);
    }
}

static bool print_row(void *state, const struct mou_quarantine_row *row)
{
    const struct listing *listing = state;
    const struct mou_cli *cli = listing->cli;
    struct mou_buf line;
    struct mou_buf masked;
    struct mou_buf reason;
    mou_buf_init(&line, NULL, ROW_BYTES_MAX);
    mou_buf_init(&masked, NULL, ROW_BYTES_MAX);
    mou_buf_init(&reason, NULL, ROW_BYTES_MAX);
    mou_mask_row(cli, listing->pack, row, &reason, &masked);
    const struct mou_text said = {reason.len > 0 ? reason.data : "", reason.len};
    const struct mou_text raw = {masked.len > 0 ? masked.data : "", masked.len};
    if (cli->json) {
        put_json_row(row, said, raw, &line);
    } else {
        mou_buf_printf(&line, "%lld  %.*s ", (long long)row->id, (int)row->file.len, row->file.bytes);
        put_place(cli, row, &line);
        if (row->field.len > 0) { /* what is wrong with the row as a whole is no field's */
            mou_buf_printf(&line, mou_say(cli, "  %.*s：", "  %.*s: "), (int)row->field.len, row->field.bytes);
        } else {
            mou_buf_text(&line, "  ");
        }
        mou_buf_printf(&line, "%.*s\n    ", (int)said.len, said.bytes);
        mou_buf_append(&line, raw.bytes, raw.len);
    }
    mou_buf_char(&line, '\n');
    const bool whole = !masked.failed && !reason.failed && mou_output(cli, &line) == MOU_EXIT_DONE;
    mou_buf_free(&reason);
    mou_buf_free(&masked);
    mou_buf_free(&line);
    return whole;
}

static enum mou_exit list(struct mou_cli *cli, struct mou_store *store)
{
    long import_id = 0;
    if (!mou_option_number(cli, "import", 1, 2147483647, 0, &import_id)) {
        return MOU_EXIT_USAGE;
    }
    if (!mou_masking_allowed(cli)) {
        return MOU_EXIT_USAGE;
    }
    const enum mou_exit code = mou_masking_note(cli, store, "quarantine");
    if (code != MOU_EXIT_DONE) {
        return code;
    }
    struct listing listing = {cli, mou_store_pack(store)};
    enum mou_status status = mou_store_quarantine(store, import_id, print_row, &listing);
    return status == MOU_OK ? MOU_EXIT_DONE : mou_store_complain(cli, store, status);
}

static void print_result(const struct mou_cli *cli, const struct mou_import_result *result)
{
    if (cli->json) {
        printf("{\"schema\": \"mou/quarantine/1\", \"import\": %lld, \"rows\": %llu, \"added\": %llu, \"corrected\": %llu, \"unchanged\": %llu, \"quarantined\": %llu}\n",
               (long long)result->import_id, (unsigned long long)result->rows, (unsigned long long)result->added, (unsigned long long)result->corrected,
               (unsigned long long)result->unchanged, (unsigned long long)result->quarantined);
    } else {
        printf(mou_say(cli, "第 %lld 次导入：%llu 行，新增 %llu，更正 %llu，未变 %llu，仍隔离 %llu\n", "import %lld: %llu rows, %llu added, %llu corrected, %llu unchanged, %llu still refused\n"),
               (long long)result->import_id, (unsigned long long)result->rows, (unsigned long long)result->added, (unsigned long long)result->corrected,
               (unsigned long long)result->unchanged, (unsigned long long)result->quarantined);
    }
}

static enum mou_exit try_again(struct mou_cli *cli, struct mou_store *store, const struct mou_quarantine_request *request)
{
    struct mou_import_result result;
    enum mou_status status = mou_store_quarantine_replay(store, request, &result);
    if (status != MOU_OK) {
        return mou_store_complain(cli, store, status);
    }
    if (result.import_id != 0) {
        print_result(cli, &result);
    }
    return MOU_EXIT_DONE;
}

static enum mou_exit fix(struct mou_cli *cli, struct mou_store *store, struct mou_quarantine_request *request)
{
    const char *row = mou_option_value(cli, "row", NULL);
    char *end = NULL;
    request->row_id = cli->argument_count > 2 ? strtoll(cli->arguments[2], &end, 10) : 0;
    if (row == NULL || request->row_id <= 0 || *end != '\0') {
        mou_complain(cli, "%s", mou_say(cli, "要写明隔离行的编号和更正后的整行：mou quarantine fix DB 编号 --row 行", "give the row's number and the whole row put right: mou quarantine fix DB NUMBER --row ROW"));
        return MOU_EXIT_USAGE;
    }
    request->row = mou_text_of(row);
    return try_again(cli, store, request);
}

/** Imports that have waiting rows, in order. */
struct waiting {
    int64_t *imports;
    size_t count, capacity;
    struct mou_arena *arena;
};

static bool note_import(void *state, const struct mou_quarantine_row *row)
{
    struct waiting *waiting = state;
    for (size_t i = 0; i < waiting->count; i++) {
        if (waiting->imports[i] == row->import_id) {
            return true;
        }
    }
    if (waiting->count == waiting->capacity && !mou_vec_grow(waiting->arena, (void **)&waiting->imports, &waiting->capacity, waiting->count, sizeof *waiting->imports)) {
        return false;
    }
    waiting->imports[waiting->count++] = row->import_id;
    return true;
}

static enum mou_exit replay(struct mou_cli *cli, struct mou_store *store, struct mou_quarantine_request *request)
{
    struct waiting waiting = {.arena = cli->arena};
    long import_id = 0;
    if (!mou_option_number(cli, "import", 1, 2147483647, 0, &import_id)) {
        return MOU_EXIT_USAGE;
    }
    enum mou_status status = mou_store_quarantine(store, import_id, note_import, &waiting);
    enum mou_exit code = status != MOU_OK ? mou_store_complain(cli, store, status) : mou_arena_failed(cli->arena) ? mou_out_of_memory(cli) : MOU_EXIT_DONE;
    for (size_t i = 0; code == MOU_EXIT_DONE && i < waiting.count; i++) {
        request->import_id = waiting.imports[i];
        code = try_again(cli, store, request);
    }
    return code;
}

enum mou_exit mou_cmd_quarantine(struct mou_cli *cli)
{
    const char *verb = cli->arguments[0];
    const char *actor = mou_option_value(cli, "actor", "");
    const bool lists = strcmp(verb, "list") == 0;
    struct mou_quarantine_request request = {.actor = mou_text_of(actor), .now = mou_clock_now(), .accept_check_digit = mou_option_given(cli, "accept-check-digit")};
    struct mou_store *store = NULL;
    if (!lists && strcmp(verb, "fix") != 0 && strcmp(verb, "replay") != 0) {
        mou_complain(cli, mou_say(cli, "mou quarantine 没有“%s”；可写 list、fix 或 replay", "mou quarantine has no “%s”; use list, fix or replay"), verb);
        return MOU_EXIT_USAGE;
    }
    if (!lists && *actor == '\0') {
        mou_complain(cli, "%s", mou_say(cli, "缺少 --actor：须写明经办人", "--actor is needed: who does it"));
        return MOU_EXIT_USAGE;
    }
    enum mou_exit code = mou_open_store(cli, cli->arguments[1], &store);
    if (code == MOU_EXIT_DONE) {
        code = lists ? list(cli, store) : *verb == 'f' ? fix(cli, store, &request) : replay(cli, store, &request);
        mou_store_close(store);
    }
    return code;
}
