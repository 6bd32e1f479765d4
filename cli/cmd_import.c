/*
 * mou import: delivered files into a store, and what became of their rows: how many were taken, and why others were not, with the first places of each reason.
 */
#include <string.h>

#include "delivered.h"
#include "mou/sheet.h"
#include "red_black.h"

#define MAPPING_BYTES_MAX ((size_t)1024 * 1024)
#define LISTS_BYTES_MAX ((size_t)512 * 1024 * 1024)

static bool choose_target(struct mou_cli *cli, struct mou_import_options *options)
{
    static const struct {
        const char *word;
        enum mou_import_target target;
    } words[] = {{"主体", MOU_IMPORT_SUBJECTS}, {"subjects", MOU_IMPORT_SUBJECTS},     {"关系", MOU_IMPORT_RELATIONS}, {"relations", MOU_IMPORT_RELATIONS},
                 {"异议", MOU_IMPORT_OBJECTIONS}, {"objections", MOU_IMPORT_OBJECTIONS},
                 {"撤回", MOU_IMPORT_WITHDRAWALS}, {"withdrawals", MOU_IMPORT_WITHDRAWALS}};
    const char *as = mou_option_value(cli, "as", NULL);
    if (as == NULL) {
        mou_complain(cli, "%s", mou_say(cli, "缺少 --as：请写明导入的是什么，例如 --as 行政处罚，或 --as 主体、关系、异议",
                                        "--as is needed: say what is imported, for instance --as 行政处罚, or 主体, 关系, 异议"));
        return false;
    }
    options->target = MOU_IMPORT_RECORDS;
    options->record = mou_text_of(as);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(as, words[i].word) == 0) {
            options->target = words[i].target;
        }
    }
    return true;
}

static bool choose_mapping(struct mou_cli *cli, struct mou_import_options *options)
{
    const char *mapping = mou_option_value(cli, "mapping", NULL);
    if (mapping == NULL) {
        return true;
    }
    options->mapping_name = mou_text_of(mapping);
    if (!mou_read_file(cli, mapping, MAPPING_BYTES_MAX, &options->mapping)) {
        return false;
    }
    if (options->format == MOU_IMPORT_NDJSON || options->mapping.len == 0) {
        mou_complain(cli, "%s", options->mapping.len == 0 ? mou_say(cli, "映射文件是空的", "the mapping file is empty")
                                                          : mou_say(cli, "NDJSON 没有表头，不用映射文件", "NDJSON has no header: a mapping is for tables"));
        return false;
    }
    return true;
}

static bool choose_form(struct mou_cli *cli, struct mou_import_options *options, const char *path)
{
    const char *layout = mou_option_value(cli, "layout", "plain");
    const char *encoding = mou_option_value(cli, "encoding", "");
    size_t len = strlen(path);
    bool json = (len > 7 && strcmp(path + len - 7, ".ndjson") == 0) || (len > 6 && strcmp(path + len - 6, ".jsonl") == 0);
    options->format = json ? MOU_IMPORT_NDJSON : MOU_IMPORT_CSV;
    options->layout = strcmp(layout, "双公示") == 0 || strcmp(layout, "national") == 0 ? MOU_LAYOUT_NATIONAL : MOU_LAYOUT_PLAIN;
    options->encoding = strcmp(encoding, "gb18030") == 0 ? MOU_ENCODING_GB18030 : strcmp(encoding, "utf-8") == 0 ? MOU_ENCODING_UTF8 : MOU_ENCODING_DETECT;
    if (options->layout == MOU_LAYOUT_PLAIN && strcmp(layout, "plain") != 0) {
        mou_complain(cli, mou_say(cli, "--layout 不能是“%s”；可写 plain 或 双公示", "--layout cannot be “%s”; use plain or 双公示"), layout);
        return false;
    }
    if (options->encoding == MOU_ENCODING_DETECT && *encoding != '\0') {
        mou_complain(cli, mou_say(cli, "--encoding 不能是“%s”；可写 utf-8 或 gb18030", "--encoding cannot be “%s”; use utf-8 or gb18030"), encoding);
        return false;
    }
    long header_row = 0;
    if (!mou_option_number(cli, "header-row", 1, 1000, 0, &header_row)) {
        return false;
    }
    options->header_row = (unsigned)header_row;
    options->now = mou_clock_now();
    return choose_mapping(cli, options) && mou_option_time(cli, "known-at", MOU_TIME_NOW, &options->known_at);
}

/* ------------------------------------------------------------------ what became of the rows */

#define REASONS_MAX 200u
#define PLACES_MAX  3u

/** Why rows were refused. */
struct reason {
    struct mou_text field, reason;
    uint64_t rows;
    struct mou_text places[PLACES_MAX];
    uint32_t place_count;
};

struct report {
    struct mou_cli *cli;
    struct reason reasons[REASONS_MAX];
    uint32_t count;
    uint64_t others; /**< rows with still other reasons */
};

static struct mou_text keep(struct mou_cli *cli, struct mou_text text)
{
    const char *copy = mou_arena_copy(cli->arena, text.bytes, text.len);
    return copy != NULL ? (struct mou_text){copy, text.len} : MOU_TEXT("");
}

static struct reason *find_reason(struct report *report, const struct mou_quarantine_row *row)
{
    for (uint32_t i = 0; i < report->count; i++) {
        struct reason *reason = &report->reasons[i];
        if (mou_text_equal(reason->reason, row->reason) && mou_text_equal(reason->field, row->field)) {
            return reason;
        }
    }
    if (report->count == REASONS_MAX) {
        return NULL;
    }
    struct reason *reason = &report->reasons[report->count++];
    *reason = (struct reason){.field = keep(report->cli, row->field), .reason = keep(report->cli, row->reason)};
    return reason;
}

static void note_refused(void *state, const struct mou_quarantine_row *row)
{
    struct report *report = state;
    struct reason *reason = find_reason(report, row);
    if (reason == NULL) {
        report->others++;
        return;
    }
    reason->rows++;
    if (reason->place_count < PLACES_MAX) {
        struct mou_buf place;
        mou_buf_init(&place, NULL, 65536);
        if (row->sheet.len > 0) {
            mou_table_place(row->sheet, row->line, row->column, &place);
        } else {
            mou_buf_printf(&place, mou_say(report->cli, "第 %llu 行第 %u 列", "line %llu column %u"), (unsigned long long)row->line, row->column);
        }
        reason->places[reason->place_count++] = mou_buf_into_arena(&place, report->cli->arena);
    }
}

/** The commonest reasons first; of equal ones, the one that was met first. */
static void order_reasons(struct report *report)
{
    for (uint32_t i = 1; i < report->count; i++) {
        const struct reason moved = report->reasons[i];
        uint32_t at = i;
        for (; at > 0 && report->reasons[at - 1].rows < moved.rows; at--) {
            report->reasons[at] = report->reasons[at - 1];
        }
        report->reasons[at] = moved;
    }
}

static void put_json_reasons(const struct report *report, struct mou_buf *out)
{
    mou_buf_text(out, ", \"reasons\": [");
    for (uint32_t i = 0; i < report->count; i++) {
        const struct reason *reason = &report->reasons[i];
        mou_buf_text(out, i > 0 ? ", {\"field\": " : "{\"field\": ");
        mou_buf_json_text(out, reason->field.bytes, reason->field.len);
        mou_buf_text(out, ", \"reason\": ");
        mou_buf_json_text(out, reason->reason.bytes, reason->reason.len);
        mou_buf_printf(out, ", \"rows\": %llu, \"first\": [", (unsigned long long)reason->rows);
        for (uint32_t k = 0; k < reason->place_count; k++) {
            mou_buf_text(out, k > 0 ? ", " : "");
            mou_buf_json_text(out, reason->places[k].bytes, reason->places[k].len);
        }
        mou_buf_text(out, "]}");
    }
    mou_buf_char(out, ']');
}

static void put_reasons(const struct report *report, struct mou_buf *out)
{
    const struct mou_cli *cli = report->cli;
    for (uint32_t i = 0; i < report->count; i++) {
        const struct reason *reason = &report->reasons[i];
        mou_buf_printf(out, "%8llu  %.*s", (unsigned long long)reason->rows, (int)reason->field.len, reason->field.bytes);
        mou_buf_text(out, reason->field.len > 0 ? mou_say(cli, "：", ": ") : "");
        mou_buf_append(out, reason->reason.bytes, reason->reason.len);
        for (uint32_t k = 0; k < reason->place_count; k++) {
            mou_buf_text(out, k > 0 ? mou_say(cli, "、", ", ") : mou_say(cli, "（", " ("));
            mou_buf_append(out, reason->places[k].bytes, reason->places[k].len);
        }
        mou_buf_text(out, reason->rows > reason->place_count ? mou_say(cli, "等）\n", ", …)\n") : mou_say(cli, "）\n", ")\n"));
    }
    if (report->others > 0) {
        mou_buf_printf(out, mou_say(cli, "%8llu  其他原因\n", "%8llu  other reasons\n"), (unsigned long long)report->others);
    }
}

static void put_json(const struct report *report, const struct mou_import_result *result, bool dry_run, struct mou_buf *out)
{
    mou_buf_printf(out, "{\"schema\": \"mou/import/1\", \"import\": %lld, \"seen_before\": %s, \"dry_run\": %s, \"rows\": %llu, \"added\": %llu, \"corrected\": %llu, "
                        "\"unchanged\": %llu, \"quarantined\": %llu, \"warnings\": %llu",
                   (long long)result->import_id, result->seen_before ? "true" : "false", dry_run ? "true" : "false", (unsigned long long)result->rows,
                   (unsigned long long)result->added, (unsigned long long)result->corrected, (unsigned long long)result->unchanged,
                   (unsigned long long)result->quarantined, (unsigned long long)result->warnings);
    put_json_reasons(report, out);
    mou_buf_text(out, "}\n");
}

static void put_text(const struct report *report, const char *path, const struct mou_import_result *result, bool dry_run, struct mou_buf *out)
{
    const struct mou_cli *cli = report->cli;
    if (result->seen_before) {
        mou_buf_printf(out, mou_say(cli, "%s：同一文件已导入过（第 %lld 次导入），没有改动\n", "%s: this file was imported before (import %lld), nothing changed\n"), path,
                       (long long)result->import_id);
        return;
    }
    mou_buf_printf(out, mou_say(cli, "%s：%s读入 %llu 行，新增 %llu，更正 %llu，未变 %llu，隔离 %llu\n", "%s: %s%llu rows read, %llu added, %llu corrected, %llu unchanged, %llu quarantined\n"),
                   path, dry_run ? mou_say(cli, "（试导入，未写入）", "(dry run, nothing stored) ") : "", (unsigned long long)result->rows, (unsigned long long)result->added,
                   (unsigned long long)result->corrected, (unsigned long long)result->unchanged, (unsigned long long)result->quarantined);
    if (result->warnings > 0) {
        mou_buf_printf(out, mou_say(cli, "校验码不符而照收的：%llu\n", "taken with a wrong check digit: %llu\n"), (unsigned long long)result->warnings);
    }
    put_reasons(report, out);
}

static enum mou_exit print_report(struct report *report, const char *path, const struct mou_import_result *result, bool dry_run)
{
    struct mou_buf out;
    mou_buf_init(&out, NULL, (size_t)16 * 1024 * 1024);
    order_reasons(report);
    if (report->cli->json) {
        put_json(report, result, dry_run, &out);
    } else {
        put_text(report, path, result, dry_run, &out);
    }
    const bool whole = !out.failed && !mou_arena_failed(report->cli->arena);
    const enum mou_exit code = whole ? mou_output(report->cli, &out) : mou_out_of_memory(report->cli);
    mou_buf_free(&out);
    return code;
}

/* ------------------------------------------------------------------ the command */

static bool show_bytes(void *state, uint64_t done, uint64_t total)
{
    return mou_progress_show(state, done, total);
}

static enum mou_exit import_file(struct mou_cli *cli, struct mou_store *store, const struct mou_delivered *delivered, struct mou_import_options *options)
{
    struct mou_import_result result = {0};
    struct mou_progress progress;
    struct report *report = MOU_NEW(cli->arena, struct report);
    if (report == NULL) {
        return mou_out_of_memory(cli);
    }
    report->cli = cli;
    mou_progress_start(&progress, cli);
    progress.bytes = delivered->source.table == NULL;
    options->progress = show_bytes;
    options->progress_state = &progress;
    options->refused = note_refused;
    options->refused_state = report;
    enum mou_status status = mou_store_import_source(store, &delivered->source, options, &result);
    mou_progress_end(&progress);
    return status == MOU_OK ? print_report(report, cli->arguments[1], &result, options->dry_run) : mou_store_complain(cli, store, status);
}

/** The sheet that --sheet names, or the only one; UINT32_MAX with a complaint that lists them. */
static uint32_t choose_sheet(const struct mou_cli *cli, const struct mou_workbook *book)
{
    const char *wanted = mou_option_value(cli, "sheet", NULL);
    struct mou_buf names;
    uint32_t chosen = wanted == NULL && mou_workbook_sheet_count(book) == 1 ? 0 : UINT32_MAX;
    mou_buf_init(&names, NULL, 65536);
    for (uint32_t i = 0; i < mou_workbook_sheet_count(book); i++) {
        const struct mou_text name = mou_workbook_sheet_name(book, i);
        chosen = wanted != NULL && mou_text_equal(name, mou_text_of(wanted)) ? i : chosen;
        mou_buf_text(&names, i > 0 ? mou_say(cli, "、", ", ") : "");
        mou_buf_append(&names, name.bytes, name.len);
    }
    if (chosen == UINT32_MAX) {
        mou_complain(cli, mou_say(cli, "请用 --sheet 写明导入哪张表；工作簿里有：%s", "say with --sheet which sheet is imported; the workbook has: %s"), names.len > 0 ? names.data : "");
    }
    mou_buf_free(&names);
    return chosen;
}

static enum mou_exit import_sheet(struct mou_cli *cli, struct mou_store *store, struct mou_delivered *delivered, struct mou_import_options *options, struct mou_workbook *book)
{
    struct mou_table table;
    const uint32_t sheet = choose_sheet(cli, book);
    if (sheet == UINT32_MAX) {
        return MOU_EXIT_USAGE;
    }
    enum mou_status status = mou_workbook_table(book, sheet, &table);
    if (status != MOU_OK) {
        mou_complain(cli, "%s", mou_workbook_message(book));
        return mou_exit_of(status);
    }
    options->format = mou_workbook_days_from_1904(book) ? MOU_IMPORT_CSV_1904 : MOU_IMPORT_CSV;
    delivered->source.table = &table;
    return import_file(cli, store, delivered, options);
}

static enum mou_exit import_workbook(struct mou_cli *cli, struct mou_store *store, struct mou_delivered *delivered, struct mou_import_options *options)
{
    const struct mou_sheet_source source = {delivered->source.size, delivered->source.read, delivered->source.state};
    struct mou_workbook *book = NULL;
    struct mou_buf message;
    mou_buf_init(&message, NULL, 65536);
    enum mou_status status = mou_workbook_open(&source, cli->lang, &book, &message);
    if (status != MOU_OK) {
        mou_complain(cli, "%s", message.len > 0 ? message.data : mou_say(cli, "内存不足", "out of memory"));
    }
    const enum mou_exit code = status == MOU_OK ? import_sheet(cli, store, delivered, options, book) : mou_exit_of(status);
    mou_workbook_close(book);
    mou_buf_free(&message);
    return code;
}

static bool read_rows(void *state, uint64_t offset, void *bytes, size_t len)
{
    const struct mou_buf *rows = state;
    memcpy(bytes, rows->data + offset, len);
    return true;
}

/** Red and black lists in another platform's XML, as rows. */
static enum mou_exit import_lists(struct mou_cli *cli, struct mou_store *store, struct mou_delivered *delivered, struct mou_import_options *options)
{
    const size_t len = delivered->source.size < LISTS_BYTES_MAX ? (size_t)delivered->source.size : 0;
    char *bytes = len > 0 ? MOU_NEW_ARRAY(cli->arena, len, char) : NULL;
    struct mou_buf rows;
    if (bytes == NULL || !delivered->source.read(delivered->source.state, 0, bytes, len)) {
        mou_complain(cli, mou_say(cli, "不能读文件 %s", "cannot read file %s"), cli->arguments[1]);
        return MOU_EXIT_IO;
    }
    mou_buf_init(&rows, NULL, 2 * LISTS_BYTES_MAX);
    struct mou_delivered in_memory = {.source = {.read = read_rows, .state = &rows}, .file = -1};
    enum mou_exit code = mou_red_black_read(cli, (struct mou_text){bytes, len}, &rows) ? MOU_EXIT_DONE : MOU_EXIT_DATA;
    in_memory.source.size = rows.len;
    options->format = MOU_IMPORT_NDJSON;
    options->layout = MOU_LAYOUT_PLAIN;
    code = code == MOU_EXIT_DONE ? import_file(cli, store, &in_memory, options) : code;
    mou_buf_free(&rows);
    return code;
}

/** What the file is, its first bytes say, whatever its name. */
static enum mou_exit import_delivered(struct mou_cli *cli, struct mou_store *store, struct mou_delivered *delivered, struct mou_import_options *options)
{
    char head[8];
    const bool long_enough = delivered->source.size >= sizeof head;
    if (long_enough && !delivered->source.read(delivered->source.state, 0, head, sizeof head)) {
        mou_complain(cli, mou_say(cli, "不能读文件 %s", "cannot read file %s"), cli->arguments[1]);
        return MOU_EXIT_IO;
    }
    if (long_enough && mou_workbook_begins(head, sizeof head)) {
        return import_workbook(cli, store, delivered, options);
    }
    if (mou_option_given(cli, "sheet")) {
        mou_complain(cli, mou_say(cli, "%s 不是 .xlsx 电子表格，没有 --sheet", "%s is no .xlsx spreadsheet: there are no sheets"), cli->arguments[1]);
        return MOU_EXIT_USAGE;
    }
    if (long_enough && mou_red_black_begins(head, sizeof head)) {
        return import_lists(cli, store, delivered, options);
    }
    return import_file(cli, store, delivered, options);
}

enum mou_exit mou_cmd_import(struct mou_cli *cli)
{
    const char *path = cli->arguments[1];
    struct mou_import_options options = {.actor = mou_text_of(mou_who_signature(cli)), .department = mou_text_of(mou_option_value(cli, "department", "")), .file_name = mou_text_of(path), .source = mou_text_of(mou_option_value(cli, "source", "")),
                                         .dry_run = mou_option_given(cli, "dry-run"), .accept_check_digit = mou_option_given(cli, "accept-check-digit")};
    struct mou_store *store = NULL;
    struct mou_delivered delivered;
    if (!choose_target(cli, &options) || !choose_form(cli, &options, path)) {
        return MOU_EXIT_USAGE;
    }
    enum mou_exit code = mou_open_store(cli, cli->arguments[0], &store);
    if (code != MOU_EXIT_DONE) {
        return code;
    }
    code = mou_delivered_open(cli, path, &delivered) ? import_delivered(cli, store, &delivered, &options) : MOU_EXIT_IO;
    mou_delivered_close(&delivered);
    mou_store_close(store);
    return code;
}
