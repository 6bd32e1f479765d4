/*
 * The text of a delivered file, a window at a time: UTF-8 with or without mark, else GB 18030, of one encoding throughout. A first pass hashes the
 * bytes and finds the encoding, a second one reads; no more of the file is in memory than the row at hand and one block. Knows no layout.
 */
#include <errno.h>
#include <iconv.h>
#include <string.h>
#include <strings.h>

#include "stream.h"

#define BLOCK_BYTES 65536
#define WINDOW_BYTES_MAX (2 * MOU_ROW_BYTES_MAX + 8 * (size_t)BLOCK_BYTES)

static enum mou_status not_read(struct mou_store *store)
{
    return mou_store_fail(store, MOU_ERROR_IO, "%s", mou_store_say(store, "文件读不出来", "the file cannot be read"));
}

static enum mou_status wrong_encoding(struct mou_store *store)
{
    return mou_store_fail(store, MOU_ERROR_DATA, "%s",
                          mou_store_say(store, "文件既不是合格的 UTF-8，也不是合格的 GB 18030；请另存为 UTF-8 后再导入",
                                        "the file is neither well-formed UTF-8 nor GB 18030; save it as UTF-8 and import again"));
}

/* ------------------------------------------------------------------ survey */

/** What the first pass has seen; a character may be cut by the end of a block. */
struct surveying {
    struct mou_sha256_pieces hash;
    char cut[8];
    size_t cut_len;
    bool utf8;
};

/** Bytes at the end that begin a character of UTF-8 without ending it. */
static size_t unfinished(const char *bytes, size_t len)
{
    for (size_t back = 1; back <= 3 && back <= len; back++) {
        const unsigned char byte = (unsigned char)bytes[len - back];
        if ((byte & 0xC0u) != 0x80) {
            const size_t size = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
            return size > back ? back : 0;
        }
    }
    return 0;
}

static void survey_utf8(struct surveying *surveying, const char *bytes, size_t len)
{
    size_t begin = 0;
    while (surveying->cut_len > 0 && begin < len && begin < 4) { /* the character that the last block cut */
        surveying->cut[surveying->cut_len++] = bytes[begin++];
        if (unfinished(surveying->cut, surveying->cut_len) == 0) {
            surveying->utf8 = mou_utf8_valid(surveying->cut, surveying->cut_len);
            surveying->cut_len = 0;
        }
    }
    const size_t rest = len - begin;
    const size_t cut = surveying->cut_len == 0 ? unfinished(bytes + begin, rest) : 0;
    surveying->utf8 = surveying->utf8 && mou_utf8_valid(bytes + begin, rest - cut);
    if (cut > 0) {
        memcpy(surveying->cut, bytes + len - cut, cut);
        surveying->cut_len = cut;
    }
}

enum mou_status mou_stream_survey(struct mou_store *store, const struct mou_import_source *source, const struct mou_import_options *options, struct mou_survey *survey)
{
    char block[BLOCK_BYTES];
    struct surveying surveying = {.utf8 = true};
    mou_sha256_begin(&surveying.hash);
    for (uint64_t offset = 0; offset < source->size;) {
        const size_t len = source->size - offset < sizeof block ? (size_t)(source->size - offset) : sizeof block;
        if (!source->read(source->state, offset, block, len)) {
            return not_read(store);
        }
        if (options->progress != NULL && !options->progress(options->progress_state, 0, source->size)) {
            return mou_stream_stopped(store);
        }
        mou_sha256_add(&surveying.hash, block, len);
        if (surveying.utf8) {
            survey_utf8(&surveying, block, len);
        }
        if (offset == 0) {
            survey->head_len = len < sizeof survey->head ? len : sizeof survey->head;
            memcpy(survey->head, block, survey->head_len);
        }
        offset += len;
    }
    mou_sha256_end(&surveying.hash, survey->hash);
    survey->utf8 = surveying.utf8 && surveying.cut_len == 0;
    return MOU_OK;
}

enum mou_status mou_stream_stopped(struct mou_store *store)
{
    return mou_store_fail(store, MOU_ERROR_IO, "%s", mou_store_say(store, "已中止，没有写入任何数据", "stopped; nothing was stored"));
}

/* ------------------------------------------------------------------ reading */

static bool begins_with(const struct mou_survey *survey, const char *bytes, size_t len)
{
    return survey->head_len >= len && memcmp(survey->head, bytes, len) == 0;
}

/** Whether the name promises a workbook; whoever reads workbooks has found that it is none. */
static bool is_named_workbook(struct mou_text name)
{
    return name.len >= 5 && strncasecmp(name.bytes + name.len - 5, ".xlsx", 5) == 0;
}

static enum mou_status refuse_kind(const struct mou_intake *intake, const struct mou_survey *survey)
{
    struct mou_store *store = intake->store;
    if (begins_with(survey, "\xFF\xFE", 2) || begins_with(survey, "\xFE\xFF", 2)) {
        return mou_store_fail(store, MOU_ERROR_DATA, "%s",
                              mou_store_say(store, "文件是 UTF-16（表格软件的“Unicode 文本”）；请另存为“CSV UTF-8”后再导入",
                                            "the file is UTF-16 (“Unicode text” of a spreadsheet); save it as CSV UTF-8 and import again"));
    }
    if (begins_with(survey, "\xD0\xCF\x11\xE0", 4)) {
        return mou_store_fail(store, MOU_ERROR_DATA, "%s",
                              mou_store_say(store, "文件是旧式的 .xls，或者加了密码；请另存为不带密码的 .xlsx 后再导入",
                                            "the file is an old .xls, or has a password; save it as .xlsx without one and import that"));
    }
    if (intake->options->format == MOU_IMPORT_CSV && is_named_workbook(intake->options->file_name)) {
        return mou_store_fail(store, MOU_ERROR_DATA, "%s",
                              mou_store_say(store, "文件不是 .xlsx 工作簿，或者已经损坏；请用电子表格软件重新保存后再导入",
                                            "the file is no .xlsx workbook, or is damaged; save it again in a spreadsheet program and import that"));
    }
    return MOU_OK;
}

enum mou_status mou_stream_open(struct mou_intake *intake, const struct mou_import_source *source, const struct mou_survey *survey, struct mou_stream *stream)
{
    const enum mou_import_encoding encoding = intake->options->encoding;
    *stream = (struct mou_stream){.intake = intake, .source = source, .converter = (iconv_t)-1};
    mou_buf_init(&stream->window, NULL, WINDOW_BYTES_MAX);
    enum mou_status status = refuse_kind(intake, survey);
    if (status != MOU_OK) {
        return status;
    }
    if (encoding == MOU_ENCODING_UTF8 && !survey->utf8) {
        return mou_store_fail(intake->store, MOU_ERROR_DATA, "%s", mou_store_say(intake->store, "文件不是合格的 UTF-8", "the file is not well-formed UTF-8"));
    }
    stream->offset = begins_with(survey, "\xEF\xBB\xBF", 3) ? 3 : 0;
    if (encoding == MOU_ENCODING_GB18030 || !survey->utf8) {
        stream->converter = iconv_open("UTF-8", "GB18030");
        if (stream->converter == (iconv_t)-1) {
            return mou_store_fail(intake->store, MOU_ERROR_IO, "%s", mou_store_say(intake->store, "系统没有 GB 18030 转换表", "the system has no GB 18030 conversion"));
        }
    }
    return MOU_OK;
}

void mou_stream_close(struct mou_stream *stream)
{
    if (stream->converter != (iconv_t)-1) {
        iconv_close(stream->converter);
    }
    mou_buf_free(&stream->window);
}

/** Appends a block to the window as UTF-8; what ends in the middle of a character waits for the next one. */
static enum mou_status convert(struct mou_stream *stream, char *block, size_t len, bool last)
{
    char text[BLOCK_BYTES];
    char *in = block;
    size_t left = len;
    while (left > 0) {
        char *out = text;
        size_t room = sizeof text;
        const size_t done = iconv(stream->converter, &in, &left, &out, &room);
        mou_buf_append(&stream->window, text, sizeof text - room);
        if (done == (size_t)-1 && errno == EINVAL && !last && left < sizeof stream->cut) {
            break;
        }
        if (done == (size_t)-1 && errno != E2BIG) {
            return wrong_encoding(stream->intake->store);
        }
    }
    memcpy(stream->cut, in, left);
    stream->cut_len = left;
    return MOU_OK;
}

static enum mou_status read_block(struct mou_stream *stream)
{
    char block[BLOCK_BYTES];
    const uint64_t left = stream->source->size - stream->offset;
    const size_t held = stream->cut_len;
    const size_t len = left < sizeof block - held ? (size_t)left : sizeof block - held;
    memcpy(block, stream->cut, held);
    if (!stream->source->read(stream->source->state, stream->offset, block + held, len)) {
        return not_read(stream->intake->store);
    }
    stream->offset += len;
    if (stream->converter != (iconv_t)-1) {
        return convert(stream, block, held + len, stream->offset == stream->source->size);
    }
    mou_buf_append(&stream->window, block, len);
    return MOU_OK;
}

enum mou_status mou_stream_more(struct mou_stream *stream, uint64_t line, bool *grown)
{
    struct mou_store *store = stream->intake->store;
    struct mou_buf *window = &stream->window;
    const size_t unread = window->len - stream->at;
    enum mou_status status = MOU_OK;
    *grown = false;
    if (unread > MOU_ROW_BYTES_MAX) {
        return mou_store_fail(store, MOU_ERROR_DATA,
                              mou_store_say(store, "第 %llu 行超过 %u MB，可能是引号没有闭合，或者文件不是表格；没有写入任何数据",
                                            "the row of line %llu is longer than %u MB: perhaps a quote is not closed, or the file is no table; nothing was stored"),
                              (unsigned long long)line, (unsigned)(MOU_ROW_BYTES_MAX >> 20));
    }
    if (stream->at > 0) {
        memmove(window->data, window->data + stream->at, unread);
        window->len = unread;
        stream->at = 0;
    }
    const size_t wanted = unread < 4 * (size_t)BLOCK_BYTES ? unread + 4 * (size_t)BLOCK_BYTES : 2 * unread;
    while (status == MOU_OK && stream->offset < stream->source->size && window->len < wanted) {
        status = read_block(stream);
        *grown = *grown || window->len > unread;
    }
    return status == MOU_OK && window->failed ? mou_store_out_of_memory(store) : status;
}

void mou_stream_position(const struct mou_stream *stream, uint64_t *done, uint64_t *total)
{
    const uint64_t unread = stream->window.len - stream->at;
    *done = stream->offset > unread ? stream->offset - unread : 0;
    *total = stream->source->size;
}

enum mou_status mou_intake_progress(struct mou_intake *intake, uint64_t done, uint64_t total)
{
    const struct mou_import_options *options = intake->options;
    const bool on = options->progress == NULL || options->progress(options->progress_state, done, total);
    return on ? MOU_OK : mou_stream_stopped(intake->store);
}
