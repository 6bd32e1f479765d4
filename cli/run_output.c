/*
 * Decisions of a run as a file. Both kinds of file say the same: a row of CSV is made of the line of JSON, after confidential keys and grants were hidden in
 * it. Decides nothing.
 */
#include <jansson.h>
#include <string.h>

#include "csv_text.h"
#include "run_output.h"

#define LINE_BYTES_MAX ((size_t)256 * 1024 * 1024)

/** A column: the member that it shows, and its heads. */
static const struct column {
    const char *member, *zh;
} columns[] = {{"subject", "主体"},   {"memorandum", "备忘录"}, {"version", "版本"}, {"rule", "规则"},   {"item", "目录项"}, {"kind", "类别"},    {"degree", "程度"},    {"outcome", "结果"},
               {"from", "自"},        {"until", "至"},          {"term", "期限"},    {"authority", "机关"}, {"basis", "依据"},  {"remedy", "救济"}, {"grant", "给予"}, {"grounds", "事由"}, {"missing", "不明"}};
#define COLUMN_COUNT (sizeof columns / sizeof columns[0])

/** Words of members that are codes. */
static const struct {
    const char *word, *zh;
} words[] = {{"sanction", "惩戒"}, {"incentive", "激励"}, {"in_force", "生效"}, {"suspended", "暂停"}, {"to_verify", "待核实"}, {"pending", "未生效"}};

/* ---------------------------------------------------------- cells */

static void put_text(struct mou_buf *cell, const char *text)
{
    mou_buf_text(cell, text != NULL ? text : "");
}

/** Record, key and field of what is cited, as far as they are there, with blanks between. */
static void put_cited(struct mou_buf *cell, const json_t *cited)
{
    static const char *const members[] = {"subject", "record", "key", "field"};
    const char *between = "";
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        const char *text = json_string_value(json_object_get(cited, members[i]));
        if (text != NULL && *text != '\0') {
            mou_buf_text(cell, between);
            mou_buf_text(cell, text);
            between = " ";
        }
    }
}

static void put_scalar(struct mou_buf *cell, const json_t *value)
{
    if (json_is_integer(value)) {
        mou_buf_printf(cell, "%lld", (long long)json_integer_value(value));
    } else if (json_is_boolean(value)) {
        mou_buf_text(cell, json_is_true(value) ? "true" : "false");
    } else if (json_is_object(value)) {
        put_cited(cell, value);
    } else {
        put_text(cell, json_string_value(value));
    }
}

static const char *in_words(const struct mou_run_output *output, const char *member, const char *text)
{
    const bool coded = strcmp(member, "kind") == 0 || strcmp(member, "outcome") == 0;
    for (size_t i = 0; coded && output->cli->lang == MOU_LANG_ZH && i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i].word, text) == 0) {
            return words[i].zh;
        }
    }
    return text;
}

static void put_value(const struct mou_run_output *output, const char *member, json_t *value, struct mou_buf *cell)
{
    const char *name = NULL;
    json_t *entry = NULL;
    size_t index = 0;
    if (json_is_array(value)) {
        json_array_foreach(value, index, entry)
        {
            mou_buf_text(cell, index > 0 ? "；" : "");
            put_scalar(cell, entry);
        }
    } else if (json_is_object(value)) {
        json_object_foreach(value, name, entry)
        {
            mou_buf_printf(cell, "%s%s：", cell->len > 0 ? "；" : "", name);
            put_scalar(cell, entry);
        }
    } else if (json_is_string(value)) {
        mou_buf_text(cell, in_words(output, member, json_string_value(value)));
    } else {
        put_scalar(cell, value);
    }
}

/** The shown line as a row; false where it cannot be read or memory ran out. */
static bool make_row(struct mou_run_output *output)
{
    struct mou_buf cell;
    json_t *line = json_loadb(output->shown.data, output->shown.len, 0, NULL);
    mou_buf_init(&cell, NULL, LINE_BYTES_MAX);
    mou_buf_clear(&output->row);
    for (size_t i = 0; line != NULL && i < COLUMN_COUNT; i++) {
        mou_buf_clear(&cell);
        mou_buf_text(&cell, ""); /* a cell without bytes is one, too */
        put_value(output, columns[i].member, json_object_get(line, columns[i].member), &cell);
        mou_csv_cell(&output->row, (struct mou_text){cell.data != NULL ? cell.data : "", cell.len}, i == 0);
    }
    mou_buf_text(&output->row, "\r\n");
    const bool made = line != NULL && !cell.failed && !output->row.failed;
    mou_buf_free(&cell);
    json_decref(line);
    return made;
}

/* ---------------------------------------------------------- the file */

static bool ends_with(const char *path, const char *ending)
{
    const size_t len = strlen(path);
    return len >= strlen(ending) && strcmp(path + len - strlen(ending), ending) == 0;
}

static bool write_bytes(struct mou_run_output *output, const struct mou_buf *bytes)
{
    output->failed = output->failed || bytes->failed || fwrite(bytes->data, 1, bytes->len, output->file.stream) != bytes->len;
    return !output->failed;
}

/** A byte order mark, so that spreadsheets know the encoding, and the heads. */
static bool write_head(struct mou_run_output *output)
{
    mou_buf_text(&output->row, "\xEF\xBB\xBF");
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        mou_csv_cell(&output->row, mou_text_of(mou_say(output->cli, columns[i].zh, columns[i].member)), i == 0);
    }
    mou_buf_text(&output->row, "\r\n");
    return write_bytes(output, &output->row);
}

bool mou_run_output_open(struct mou_run_output *output, struct mou_cli *cli, const char *path, const struct mou_pack *pack)
{
    *output = (struct mou_run_output){.cli = cli, .csv = ends_with(path, ".csv")};
    if (!mou_new_file_open(cli, path, &output->file)) {
        return false;
    }
    mou_masking_init(&output->masking, cli, pack);
    mou_buf_init(&output->line, NULL, LINE_BYTES_MAX);
    mou_buf_init(&output->shown, NULL, LINE_BYTES_MAX);
    mou_buf_init(&output->row, NULL, LINE_BYTES_MAX);
    if (output->csv) {
        (void)write_head(output);
    }
    return true;
}

bool mou_run_output_line(void *state, struct mou_text line)
{
    struct mou_run_output *output = state;
    mou_buf_clear(&output->shown);
    mou_mask_line(&output->masking, line, &output->shown);
    if (output->shown.len == 0 || output->shown.data[output->shown.len - 1] != '\n') {
        mou_buf_char(&output->shown, '\n');
    }
    if (output->csv) {
        output->failed = output->failed || output->shown.failed || !make_row(output);
        return !output->failed && write_bytes(output, &output->row);
    }
    return write_bytes(output, &output->shown);
}

enum mou_status mou_run_output_decision(void *state, const struct mou_pack *pack, const struct mou_decision *decision)
{
    struct mou_run_output *output = state;
    mou_buf_clear(&output->line);
    mou_decision_json(pack, decision, &output->line);
    output->failed = output->failed || output->line.failed;
    return !output->failed && mou_run_output_line(output, (struct mou_text){output->line.data, output->line.len}) ? MOU_OK : MOU_ERROR_IO;
}

bool mou_run_output_close(struct mou_run_output *output, bool done)
{
    if (output->file.stream == NULL) {
        return true;
    }
    mou_buf_free(&output->line);
    mou_buf_free(&output->shown);
    mou_buf_free(&output->row);
    const bool named = mou_new_file_close(output->cli, &output->file, done && !output->failed);
    if (output->failed) {
        mou_complain(output->cli, mou_say(output->cli, "文件 %s 没有写完整，原有的保持不变", "file %s was not written completely; what was there stays"), output->file.path);
    }
    return !output->failed && (named || !done);
}
