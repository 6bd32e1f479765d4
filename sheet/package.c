/*
 * The ZIP package: which parts there are, and reading one. Names are compared, never used as paths; what unpacks far beyond its packed size is a bomb. Reads
 * through the ZIP library's own hooks from the source of bytes.
 */
#include <stdio.h>
#include <string.h>

#include "sheet_internal.h"

#define PARTS_MAX 4096u
#define NAME_BYTES_MAX 512u
#define PART_BYTES_MAX ((uint64_t)4 * 1024 * 1024 * 1024)
#define RATIO_FREE_BYTES ((uint64_t)32 * 1024 * 1024)
#define RATIO_MAX 250u

/* ------------------------------------------------------------------ hooks of the ZIP library */

static voidpf open_source(voidpf state, const void *name, int mode)
{
    struct sheet_reading *reading = state;
    (void)name;
    (void)mode;
    reading->at = 0;
    return reading;
}

static uLong read_source(voidpf state, voidpf stream, void *bytes, uLong len)
{
    struct sheet_reading *reading = stream;
    const uint64_t left = reading->at < reading->source->size ? reading->source->size - reading->at : 0;
    const size_t wanted = len < left ? (size_t)len : (size_t)left;
    (void)state;
    if (wanted > 0 && !reading->source->read(reading->source->state, reading->at, bytes, wanted)) {
        reading->failed = true;
        return 0;
    }
    reading->at += wanted;
    return (uLong)wanted;
}

static uLong write_source(voidpf state, voidpf stream, const void *bytes, uLong len)
{
    (void)state;
    (void)stream;
    (void)bytes;
    (void)len;
    return 0;
}

static ZPOS64_T tell_source(voidpf state, voidpf stream)
{
    const struct sheet_reading *reading = stream;
    (void)state;
    return reading->at;
}

static long seek_source(voidpf state, voidpf stream, ZPOS64_T offset, int origin)
{
    struct sheet_reading *reading = stream;
    const uint64_t base = origin == ZLIB_FILEFUNC_SEEK_SET ? 0 : origin == ZLIB_FILEFUNC_SEEK_CUR ? reading->at : reading->source->size;
    (void)state;
    if (offset > reading->source->size || base + offset > reading->source->size) {
        return -1;
    }
    reading->at = base + offset;
    return 0;
}

static int close_source(voidpf state, voidpf stream)
{
    (void)state;
    (void)stream;
    return 0;
}

static int source_error(voidpf state, voidpf stream)
{
    const struct sheet_reading *reading = stream;
    (void)state;
    return reading->failed ? 1 : 0;
}

/* ------------------------------------------------------------------ parts */

const struct sheet_part *sheet_package_find(const struct mou_workbook *book, struct mou_text name)
{
    for (size_t i = 0; i < book->parts.count; i++) {
        if (mou_text_equal_letters(book->parts.items[i].name, name)) { /* the same whatever the case */
            return &book->parts.items[i];
        }
    }
    return NULL;
}

static enum mou_status damaged(struct mou_workbook *book)
{
    return book->reading.failed ? sheet_fail(book, MOU_ERROR_IO, "文件读不出来", "the file cannot be read")
                                : sheet_fail(book, MOU_ERROR_DATA, "工作簿文件残缺或者损坏；请用表格软件打开、另存后再导入", "the workbook is damaged; open it in a spreadsheet program, save it again and import that");
}

static enum mou_status add_part(struct mou_workbook *book)
{
    char name[NAME_BYTES_MAX + 1];
    unz_file_info64 info;
    struct sheet_part part = {.packed_bytes = 0};
    if (unzGetCurrentFileInfo64(book->zip, &info, name, sizeof name - 1, NULL, 0, NULL, 0) != UNZ_OK || unzGetFilePos64(book->zip, &part.place) != UNZ_OK) {
        return damaged(book);
    }
    name[NAME_BYTES_MAX] = '\0';
    if (info.size_filename > NAME_BYTES_MAX || book->parts.count >= PARTS_MAX) {
        return sheet_fail(book, MOU_ERROR_DATA, "压缩包里的部件太多，或者名称太长", "the package has too many parts, or too long a name");
    }
    if ((info.flag & 1) != 0) {
        return sheet_fail(book, MOU_ERROR_DATA, "文件有密码；请去掉密码、另存后再导入", "the file has a password; save it without one and import that");
    }
    const char *bare = name;
    while (*bare == '/') {
        bare++;
    }
    part.name = mou_text_of(bare);
    if (sheet_package_find(book, part.name) != NULL) {
        return sheet_fail(book, MOU_ERROR_DATA, "压缩包里有两个同名的部件“%s”，不知道该用哪个", "the package has two parts named “%s”: nobody can say which counts", bare);
    }
    part.name.bytes = mou_arena_copy(book->arena, bare, part.name.len);
    part.packed_bytes = info.compressed_size < book->source.size ? info.compressed_size : book->source.size;
    return part.name.bytes != NULL && MOU_VEC_PUSH(book->arena, &book->parts, part) ? MOU_OK : sheet_out_of_memory(book);
}

enum mou_status sheet_package_open(struct mou_workbook *book)
{
    zlib_filefunc64_def hooks = {.zopen64_file = open_source, .zread_file = read_source, .zwrite_file = write_source, .ztell64_file = tell_source,
                                 .zseek64_file = seek_source, .zclose_file = close_source, .zerror_file = source_error, .opaque = &book->reading};
    book->reading = (struct sheet_reading){.source = &book->source};
    book->zip = unzOpen2_64("", &hooks);
    if (book->zip == NULL) {
        return damaged(book);
    }
    int code = unzGoToFirstFile(book->zip);
    enum mou_status status = MOU_OK;
    while (code == UNZ_OK && status == MOU_OK) {
        status = add_part(book);
        code = status == MOU_OK ? unzGoToNextFile(book->zip) : code;
    }
    return status == MOU_OK && code != UNZ_END_OF_LIST_OF_FILE ? damaged(book) : status;
}

struct mou_text sheet_package_resolve(struct mou_workbook *book, struct mou_text from, struct mou_text target)
{
    char *out = mou_arena_alloc(book->arena, from.len + target.len + 2);
    size_t len = 0;
    if (out == NULL) {
        return MOU_TEXT("");
    }
    if (target.len > 0 && target.bytes[0] == '/') {
        target = (struct mou_text){target.bytes + 1, target.len - 1};
    } else {
        len = from.len;
        while (len > 0 && from.bytes[len - 1] != '/') {
            len--;
        }
        memcpy(out, from.bytes, len);
    }
    while (target.len > 0) {
        const char *slash = memchr(target.bytes, '/', target.len);
        const size_t step = slash != NULL ? (size_t)(slash - target.bytes) + 1 : target.len;
        if (step == 3 && memcmp(target.bytes, "../", 3) == 0) {
            if (len == 0) {
                return MOU_TEXT("");
            }
            for (len--; len > 0 && out[len - 1] != '/';) {
                len--;
            }
        } else if (step != 2 || memcmp(target.bytes, "./", 2) != 0) {
            memcpy(out + len, target.bytes, step);
            len += step;
        }
        target.bytes += step;
        target.len -= step;
    }
    return (struct mou_text){out, len};
}

enum mou_status sheet_part_begin(struct mou_workbook *book, const struct sheet_part *part)
{
    unz64_file_pos place = part->place;
    (void)unzCloseCurrentFile(book->zip);
    if (unzGoToFilePos64(book->zip, &place) != UNZ_OK || unzOpenCurrentFile(book->zip) != UNZ_OK) {
        return damaged(book);
    }
    return MOU_OK;
}

enum mou_status sheet_part_read(struct mou_workbook *book, const struct sheet_part *part, void *bytes, size_t room, uint64_t *total, size_t *len)
{
    const int got = unzReadCurrentFile(book->zip, bytes, (unsigned)room);
    if (got < 0 || book->reading.failed || (got == 0 && unzCloseCurrentFile(book->zip) != UNZ_OK)) {
        return damaged(book);
    }
    *len = (size_t)got;
    *total += (uint64_t)got;
    if (*total > PART_BYTES_MAX || (*total > RATIO_FREE_BYTES && *total / RATIO_MAX > part->packed_bytes)) {
        return sheet_fail(book, MOU_ERROR_DATA, "部件“%.*s”展开后大得不合常理，不予读取；请另存为 CSV 后再导入", "the part “%.*s” unpacks to an unreasonable size and is not read; save it as CSV and import that",
                          (int)part->name.len, part->name.bytes);
    }
    return MOU_OK;
}
