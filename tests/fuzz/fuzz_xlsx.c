/*
 * Any bytes as a workbook, into a store that is the same before every input. The first byte chooses what is imported and how; with its highest bit the rest is
 * the package itself, else it is parts, which this target packs: the sheet, the shared texts, the styles, the workbook, separated by a line of four strokes.
 * The workbook is read or refused with a message; its rows come in order, their cells are UTF-8, and every row is accounted for.
 */
#include <zlib.h>

#include "fuzz_import.h"
#include "mou/sheet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PARTS 4

static const char separator[] = "\n----\n";
static const char relations[] = "<Relationships><Relationship Id=\"a\" Type=\"x/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
static const char own_relations[] = "<Relationships><Relationship Id=\"s\" Type=\"x/worksheet\" Target=\"sheet.xml\"/><Relationship Id=\"t\" Type=\"x/sharedStrings\" "
                                    "Target=\"strings.xml\"/><Relationship Id=\"u\" Type=\"x/styles\" Target=\"styles.xml\"/></Relationships>";
static const char plain_book[] = "<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"S\" r:id=\"s\"/></sheets></workbook>";

static void put_number(struct mou_buf *out, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++) {
        mou_buf_char(out, i < 8 ? (char)(unsigned char)(value >> (8 * i)) : 0);
    }
}

/** What the local header and the directory say alike of a stored part. */
static void put_fields(struct mou_buf *out, const char *name, struct mou_text content)
{
    put_number(out, 20, 2); /* version */
    put_number(out, 0, 8);  /* flags, stored, time */
    put_number(out, crc32(0, (const Bytef *)content.bytes, (uInt)content.len), 4);
    put_number(out, content.len, 4);
    put_number(out, content.len, 4);
    put_number(out, strlen(name), 2);
    put_number(out, 0, 2); /* extra */
}

static void put_part(struct mou_buf *out, struct mou_buf *directory, const char *name, struct mou_text content)
{
    const size_t offset = out->len;
    mou_buf_text(out, "PK\x03\x04");
    put_fields(out, name, content);
    mou_buf_text(out, name);
    mou_buf_append(out, content.bytes, content.len);
    mou_buf_text(directory, "PK\x01\x02");
    put_number(directory, 20, 2);
    put_fields(directory, name, content);
    put_number(directory, 0, 10); /* comment, disk, attributes */
    put_number(directory, 0, 2);
    put_number(directory, offset, 4);
    mou_buf_text(directory, name);
}

/** Packs the parts, stored, so that what is changed in one is changed in the file. */
static void pack(struct mou_text content, struct mou_buf *out)
{
    static const char *const names[PARTS] = {"xl/sheet.xml", "xl/strings.xml", "xl/styles.xml", "xl/workbook.xml"};
    struct mou_buf directory;
    mou_buf_init(&directory, NULL, 65536);
    put_part(out, &directory, "_rels/.rels", MOU_TEXT(relations));
    put_part(out, &directory, "xl/_rels/workbook.xml.rels", MOU_TEXT(own_relations));
    for (int i = 0; i < PARTS; i++) {
        size_t len = 0;
        while (len < content.len && (content.len - len < sizeof separator - 1 || memcmp(content.bytes + len, separator, sizeof separator - 1) != 0)) {
            len++;
        }
        const struct mou_text part = {content.bytes, len};
        put_part(out, &directory, names[i], i == PARTS - 1 && len == 0 ? MOU_TEXT(plain_book) : part);
        const size_t step = len < content.len ? len + sizeof separator - 1 : len;
        content = (struct mou_text){content.bytes + step, content.len - step};
    }
    const size_t offset = out->len;
    mou_buf_append(out, directory.data, directory.len);
    mou_buf_text(out, "PK\x05\x06");
    put_number(out, 0, 4);
    put_number(out, PARTS + 2, 2);
    put_number(out, PARTS + 2, 2);
    put_number(out, directory.len, 4);
    put_number(out, offset, 4);
    put_number(out, 0, 2);
    mou_buf_free(&directory);
}

static bool read_package(void *state, uint64_t offset, void *bytes, size_t len)
{
    const struct mou_buf *package = state;
    fuzz_require(offset <= package->len && len <= package->len - offset);
    memcpy(bytes, package->data + offset, len);
    return true;
}

/** Every row, on its own. */
static void read_table(struct mou_workbook *book, uint32_t sheet, unsigned header_row)
{
    struct mou_table table;
    struct mou_table_row row;
    uint64_t line = 0;
    bool more = mou_workbook_table(book, sheet, &table) == MOU_OK && table.begin(table.state, header_row) == MOU_OK;
    while (more && table.next(table.state, &row, &more) == MOU_OK && more) {
        fuzz_require(row.line > line && row.count > 0 && row.count <= MOU_CELLS_MAX);
        line = row.line;
        for (uint32_t i = 0; i < row.count; i++) {
            fuzz_require(mou_utf8_valid(row.cells[i].text.bytes, row.cells[i].text.len) && row.cells[i].state <= MOU_CELL_MERGED);
        }
    }
    fuzz_require(!more || mou_workbook_message(book)[0] != '\0');
}

static void import_table(struct mou_workbook *book, struct mou_buf *package, const struct mou_import_options *options)
{
    struct mou_table table;
    struct mou_import_result result;
    const int64_t before = fuzz_row_count();
    if (mou_workbook_table(book, 0, &table) != MOU_OK) {
        return;
    }
    const struct mou_import_source source = {.size = package->len, .read = read_package, .state = package, .table = &table};
    const enum mou_status status = mou_store_import_source(fuzz_store.store, &source, options, &result);
    fuzz_require(status == MOU_OK || status == MOU_ERROR_DATA);
    fuzz_require(status != MOU_OK || result.rows == result.added + result.corrected + result.unchanged + result.quarantined);
    fuzz_require(status == MOU_OK || (mou_store_message(fuzz_store.store)[0] != '\0' && fuzz_row_count() == before));
}

static void try_package(struct mou_buf *package, uint8_t choice)
{
    const struct mou_sheet_source source = {package->len, read_package, package};
    const struct mou_import_options options = fuzz_options(choice, MOU_IMPORT_CSV);
    struct mou_workbook *book = NULL;
    struct mou_buf message;
    mou_buf_init(&message, NULL, 65536);
    const enum mou_status status = mou_workbook_open(&source, MOU_LANG_ZH, &book, &message);
    fuzz_require(status == MOU_OK || (status == MOU_ERROR_DATA && message.len > 0 && mou_utf8_valid(message.data, message.len)));
    for (uint32_t i = 0; status == MOU_OK && i < mou_workbook_sheet_count(book) && i < 3; i++) {
        read_table(book, i, (choice & 16) != 0 ? 2 : 0);
    }
    mou_workbook_close(book);
    mou_buf_clear(&message);
    if (status == MOU_OK && mou_workbook_open(&source, MOU_LANG_ZH, &book, &message) == MOU_OK) {
        import_table(book, package, &options);
        mou_workbook_close(book);
    }
    mou_buf_free(&message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mou_buf package;
    if (size < 2) {
        return 0;
    }
    if (fuzz_store.store == NULL) {
        fuzz_open_store();
    }
    mou_buf_init(&package, NULL, (size_t)64 * 1024 * 1024);
    if ((data[0] & 128) != 0) {
        mou_buf_append(&package, data + 1, size - 1);
    } else {
        pack((struct mou_text){(const char *)data + 1, size - 1}, &package);
    }
    try_package(&package, data[0]);
    mou_buf_free(&package);
    fuzz_copy(fuzz_store.store->database, fuzz_store.base);
    return 0;
}
