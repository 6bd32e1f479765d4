/*
 * Character encodings of delivered files: UTF-8 with or without mark, else GB 18030. A file is of one encoding throughout.
 */
#include <errno.h>
#include <iconv.h>
#include <string.h>

#include "intake.h"

#define CONVERTED_BYTES_MAX ((size_t)8 * 1024 * 1024 * 1024)

static enum mou_status refuse(struct mou_store *store)
{
    return mou_store_fail(store, MOU_ERROR_DATA, "%s",
                          mou_store_say(store, "文件既不是合格的 UTF-8，也不是合格的 GB 18030；请另存为 UTF-8 后再导入",
                                        "the file is neither well-formed UTF-8 nor GB 18030; save it as UTF-8 and import again"));
}

static enum mou_status convert(struct mou_store *store, struct mou_text content, struct mou_buf *buf)
{
    char block[65536];
    char *in = (char *)(uintptr_t)content.bytes; /* iconv does not write through it */
    size_t left = content.len;
    iconv_t converter = iconv_open("UTF-8", "GB18030");
    if (converter == (iconv_t)-1) {
        return mou_store_fail(store, MOU_ERROR_IO, "%s", mou_store_say(store, "系统没有 GB 18030 转换表", "the system has no GB 18030 conversion"));
    }
    enum mou_status status = MOU_OK;
    while (status == MOU_OK && left > 0) {
        char *out = block;
        size_t room = sizeof block;
        size_t done = iconv(converter, &in, &left, &out, &room);
        if (done == (size_t)-1 && errno != E2BIG) {
            status = refuse(store);
        }
        mou_buf_append(buf, block, sizeof block - room);
        if (buf->failed) {
            status = mou_store_fail(store, MOU_ERROR_MEMORY, "%s", mou_store_say(store, "内存不足", "out of memory"));
        }
    }
    iconv_close(converter);
    return status;
}

enum mou_status mou_encoding_to_utf8(struct mou_store *store, struct mou_text content, enum mou_import_encoding encoding, struct mou_buf *buf,
                                     struct mou_text *converted)
{
    mou_buf_init(buf, NULL, CONVERTED_BYTES_MAX);
    if (content.len >= 3 && memcmp(content.bytes, "\xEF\xBB\xBF", 3) == 0) {
        content.bytes += 3;
        content.len -= 3;
    }
    if (encoding != MOU_ENCODING_GB18030 && mou_utf8_valid(content.bytes, content.len)) {
        *converted = content;
        return MOU_OK;
    }
    if (encoding == MOU_ENCODING_UTF8) {
        return mou_store_fail(store, MOU_ERROR_DATA, "%s", mou_store_say(store, "文件不是合格的 UTF-8", "the file is not well-formed UTF-8"));
    }
    enum mou_status status = convert(store, content, buf);
    *converted = (struct mou_text){buf->data != NULL ? buf->data : "", buf->len};
    return status;
}
