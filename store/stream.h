/*
 * Text of delivered files, decoded, through a window that moves over it. Used by the readers of CSV and NDJSON and by the import.
 */
#ifndef MOU_STORE_STREAM_H
#define MOU_STORE_STREAM_H

#include <iconv.h>

#include "intake.h"

/** Longer rows are not taken, not even into quarantine: the file is refused. */
#define MOU_ROW_BYTES_MAX ((size_t)16 * 1024 * 1024)

/** What one pass over the bytes tells. */
struct mou_survey {
    unsigned char hash[32]; /**< SHA-256 */
    bool utf8;              /**< well-formed throughout */
    char head[8];           /**< the first bytes */
    size_t head_len;
};

struct mou_stream {
    struct mou_intake *intake;
    const struct mou_import_source *source;
    uint64_t offset;       /**< of the next byte of the file */
    iconv_t converter;     /**< (iconv_t)-1: the file is UTF-8 */
    char cut[8];           /**< bytes of a character whose rest has not been read */
    size_t cut_len;
    struct mou_buf window; /**< decoded text */
    size_t at;             /**< of the first unread byte in the window */
};

enum mou_status mou_stream_survey(struct mou_store *store, const struct mou_import_source *source, const struct mou_import_options *options,
                                  struct mou_survey *survey) MOU_MUST_USE;
/** Closed by the caller also where it fails. */
enum mou_status mou_stream_open(struct mou_intake *intake, const struct mou_import_source *source, const struct mou_survey *survey,
                                struct mou_stream *stream) MOU_MUST_USE;
void mou_stream_close(struct mou_stream *stream);
/**
 * Reads on behind what is unread; pointers into the window no longer hold. *grown is false at the end of the file. `line` is that of the row at hand, for
 * the message where it is too long (MOU_ERROR_DATA).
 */
enum mou_status mou_stream_more(struct mou_stream *stream, uint64_t line, bool *grown) MOU_MUST_USE;
/** How far it has come, in bytes of the file. */
void mou_stream_position(const struct mou_stream *stream, uint64_t *done, uint64_t *total);
/** Notes that the work was stopped. */
enum mou_status mou_stream_stopped(struct mou_store *store);

#endif
