/*
 * Text within HTML and XML: the characters with a meaning there are written as entities. Used by
 * the reports.
 */
#include "markup.h"

void mou_put_markup(struct mou_buf *out, struct mou_text text)
{
    for (size_t i = 0; i < text.len; i++) {
        const char byte = text.bytes[i];
        switch (byte) {
        case '<':
            mou_buf_text(out, "&lt;");
            break;
        case '>':
            mou_buf_text(out, "&gt;");
            break;
        case '&':
            mou_buf_text(out, "&amp;");
            break;
        case '"':
            mou_buf_text(out, "&quot;");
            break;
        default:
            if ((unsigned char)byte >= 0x20 || byte == '\n' || byte == '\t') {
                mou_buf_char(out, byte);
            }
            break;
        }
    }
}
