/*
 * Styles, as far as they say what a number is: a date, or a code with leading zeros. Number formats: ECMA-376 part 1, 18.8.30 and 18.8.31.
 */
#include <string.h>

#include "sheet_internal.h"

#define STYLES_MAX 65536u
#define FORMATS_MAX 8192u

/** A number format of the file's own. */
struct own_format {
    uint64_t id;
    struct sheet_style style;
};

struct reading_styles {
    MOU_VEC(struct own_format) formats;
    bool cell_formats; /**< within cellXfs */
};

/** Dates among the built-in formats, those of East Asia with them; times of day alone are none. */
static bool is_date_id(uint64_t id)
{
    return (id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 54) || id == 57 || id == 58;
}

/** The letters of a format's first section that are neither quoted, escaped nor in brackets. */
static size_t bare_format(const char *code, char *out, size_t room)
{
    size_t len = 0;
    for (; *code != '\0' && *code != ';' && len + 1 < room; code++) {
        if (*code == '"') {
            for (code++; *code != '\0' && *code != '"';) {
                code++;
            }
        } else if (*code == '[') {
            while (*code != '\0' && *code != ']') {
                code++;
            }
        } else if (*code == '\\' || *code == '_' || *code == '*') {
            code += code[1] != '\0';
        } else {
            out[len++] = *code;
        }
        if (*code == '\0') {
            break;
        }
    }
    out[len] = '\0';
    return len;
}

static struct sheet_style style_of_format(const char *code)
{
    char bare[256];
    const size_t len = bare_format(code, bare, sizeof bare);
    if (len > 1 && strspn(bare, "0") == len) {
        return (struct sheet_style){SHEET_ZEROS, (uint32_t)len};
    }
    const bool day = strpbrk(bare, "yYdD") != NULL;
    const bool month = strpbrk(bare, "mM") != NULL && strpbrk(bare, "hHsS") == NULL;
    const bool number = strpbrk(bare, "0#?") != NULL || strstr(bare, "General") != NULL;
    return (struct sheet_style){(day || month) && !number ? SHEET_DATE : SHEET_PLAIN, 0};
}

static struct sheet_style style_of_id(const struct reading_styles *reading, uint64_t id)
{
    for (size_t i = 0; i < reading->formats.count; i++) {
        if (reading->formats.items[i].id == id) {
            return reading->formats.items[i].style;
        }
    }
    return (struct sheet_style){is_date_id(id) ? SHEET_DATE : SHEET_PLAIN, 0};
}

static void begin_style(struct sheet_xml *xml, const char *name, const char **attributes)
{
    struct reading_styles *reading = xml->state;
    struct mou_workbook *book = xml->book;
    const char *id_text = sheet_attribute(attributes, "numFmtId", false);
    uint64_t id = 0;
    if (strcmp(name, "cellXfs") == 0) {
        reading->cell_formats = true;
    }
    if (id_text != NULL && !sheet_number_whole(id_text, UINT32_MAX, &id)) {
        return;
    }
    bool kept = true;
    if (strcmp(name, "numFmt") == 0) {
        const char *code = sheet_attribute(attributes, "formatCode", false);
        const struct own_format format = {id, style_of_format(code != NULL ? code : "")};
        kept = reading->formats.count < FORMATS_MAX && MOU_VEC_PUSH(book->arena, &reading->formats, format);
    } else if (strcmp(name, "xf") == 0 && reading->cell_formats) {
        const struct sheet_style style = style_of_id(reading, id);
        kept = book->styles.count < STYLES_MAX && MOU_VEC_PUSH(book->arena, &book->styles, style);
    }
    if (!kept) {
        sheet_xml_stop(xml, sheet_fail(book, MOU_ERROR_DATA, "单元格样式太多", "too many cell styles"));
    }
}

static void end_style(struct sheet_xml *xml, const char *name)
{
    struct reading_styles *reading = xml->state;
    if (strcmp(name, "cellXfs") == 0) {
        reading->cell_formats = false;
    }
}

enum mou_status sheet_styles_read(struct mou_workbook *book, const struct sheet_part *part)
{
    struct reading_styles reading = {.cell_formats = false};
    struct sheet_xml xml = {.book = book, .part = part, .begin = begin_style, .end = end_style, .state = &reading};
    return sheet_xml_read(&xml);
}
