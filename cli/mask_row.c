/*
 * Rows in quarantine came as they came: which of their cells is confidential is told by the file's first row (CSV) or by names (NDJSON). Where that cannot be
 * told the whole row is withheld. Used by mou quarantine list.
 */
#include <jansson.h>
#include <string.h>

#include "mask_row.h"

static bool has_confidential_field(const struct mou_pack *pack, struct mou_text record, struct mou_text field)
{
    for (uint32_t i = 0; i < mou_pack_record_count(pack); i++) {
        const struct mou_record_info info = mou_pack_record(pack, i);
        for (uint32_t k = 0; mou_text_equal(info.name, record) && k < info.field_count; k++) {
            const struct mou_field_info found = mou_pack_field(pack, i, k);
            if (found.confidential && (field.bytes == NULL || mou_text_equal(found.name, field))) {
                return true;
            }
        }
    }
    return false;
}

static bool has_confidential_attribute(const struct mou_pack *pack, struct mou_text name)
{
    for (uint32_t i = 0; i < mou_pack_kind_count(pack); i++) {
        for (uint32_t k = 0; k < mou_pack_attribute_count(pack, i); k++) {
            const struct mou_field_info found = mou_pack_attribute(pack, i, k);
            if (found.confidential && (name.bytes == NULL || mou_text_equal(found.name, name))) {
                return true;
            }
        }
    }
    return false;
}

static bool has_confidential_link(const struct mou_pack *pack, struct mou_text name)
{
    for (uint32_t i = 0; i < mou_pack_relation_count(pack); i++) {
        for (uint32_t k = 0; k < mou_pack_relation(pack, i).field_count; k++) {
            const struct mou_field_info found = mou_pack_relation_field(pack, i, k);
            if (found.confidential && (name.bytes == NULL || mou_text_equal(found.name, name))) {
                return true;
            }
        }
    }
    return false;
}

/** Whether the column of that name (NULL bytes: any) of what was imported is confidential. */
static bool is_confidential(const struct mou_pack *pack, struct mou_text target, struct mou_text name)
{
    if (mou_text_equal(target, MOU_TEXT("主体"))) {
        return has_confidential_attribute(pack, name);
    }
    if (mou_text_equal(target, MOU_TEXT("关系"))) {
        return has_confidential_link(pack, name);
    }
    if (mou_text_equal(target, MOU_TEXT("异议")) || mou_text_equal(target, MOU_TEXT("撤回"))) {
        return name.bytes == NULL || mou_text_equal(name, MOU_TEXT("键")); /* of which type the key is, the row says: none is shown where any type hides its own */
    }
    return has_confidential_field(pack, target, name);
}

static bool hides_keys(const struct mou_pack *pack)
{
    bool any = false;
    for (uint32_t i = 0; i < mou_pack_record_count(pack); i++) {
        any = any || mou_pack_hides_key(pack, mou_pack_record(pack, i).name);
    }
    return any;
}

/** The next cell of a CSV row, quotes and all; *rest moves behind its comma. False at the end. */
static bool next_cell(struct mou_text *rest, struct mou_text *cell)
{
    bool quoted = false;
    size_t len = 0;
    if (rest->bytes == NULL) {
        return false;
    }
    for (; len < rest->len && (quoted || rest->bytes[len] != ','); len++) {
        quoted = rest->bytes[len] == '"' ? !quoted : quoted;
    }
    *cell = (struct mou_text){rest->bytes, len};
    *rest = len < rest->len ? (struct mou_text){rest->bytes + len + 1, rest->len - len - 1} : (struct mou_text){NULL, 0};
    return true;
}

/** Without quotes, blanks and line breaks around it. */
static struct mou_text bare(struct mou_text cell)
{
    while (cell.len > 0 && strchr(" \t\r\n\"", *cell.bytes) != NULL) {
        cell.bytes++;
        cell.len--;
    }
    while (cell.len > 0 && strchr(" \t\r\n\"", cell.bytes[cell.len - 1]) != NULL) {
        cell.len--;
    }
    return cell;
}

/** False where the row does not fit its header: then nobody can say which cell is which. */
static bool mask_csv(const struct mou_pack *pack, const struct mou_quarantine_row *row, struct mou_buf *out)
{
    struct mou_text names = row->header;
    struct mou_text cells = row->raw;
    struct mou_text name;
    struct mou_text cell;
    bool first = true;
    while (next_cell(&names, &name)) {
        if (!next_cell(&cells, &cell)) {
            return false;
        }
        mou_buf_text(out, first ? "" : ",");
        first = false;
        if (is_confidential(pack, row->target, bare(name)) && bare(cell).len > 0) {
            mou_buf_text(out, MOU_MASK);
        } else {
            mou_mask_text(cell, out);
        }
    }
    return cells.bytes == NULL;
}

static int append_bytes(const char *bytes, size_t len, void *buf)
{
    mou_buf_append(buf, bytes, len);
    return ((struct mou_buf *)buf)->failed ? -1 : 0;
}

static bool mask_json(const struct mou_pack *pack, const struct mou_quarantine_row *row, struct mou_buf *out)
{
    json_t *json = json_loadb(row->raw.bytes, row->raw.len, 0, NULL);
    const char *name = NULL;
    json_t *value = NULL;
    struct mou_buf text;
    bool done = json_is_object(json);
    json_object_foreach(json, name, value)
    {
        if (done && is_confidential(pack, row->target, mou_text_of(name)) && !json_is_null(value)) {
            done = json_object_set_new(json, name, json_string(MOU_MASK)) == 0;
        }
    }
    mou_buf_init(&text, NULL, row->raw.len * 8 + 65536);
    done = done && json_dump_callback(json, append_bytes, &text, JSON_PRESERVE_ORDER) == 0;
    if (done) {
        mou_mask_text((struct mou_text){text.data, text.len}, out);
    }
    mou_buf_free(&text);
    json_decref(json);
    return done;
}

/** The reason without the values that it quotes. */
static void put_reason(struct mou_text reason, bool hide, struct mou_buf *out)
{
    static const char open[] = "“";
    static const char closed[] = "”";
    const size_t quote = sizeof open - 1;
    bool quoted = false;
    for (size_t i = 0; i < reason.len;) {
        const bool fits = reason.len - i >= quote;
        if (hide && !quoted && fits && memcmp(reason.bytes + i, open, quote) == 0) {
            mou_buf_text(out, "“" MOU_MASK "”");
            quoted = true;
            i += quote;
        } else if (quoted && fits && memcmp(reason.bytes + i, closed, quote) == 0) {
            quoted = false;
            i += quote;
        } else {
            if (!quoted) {
                mou_buf_char(out, reason.bytes[i]);
            }
            i++;
        }
    }
}

void mou_mask_row(const struct mou_cli *cli, const struct mou_pack *pack, const struct mou_quarantine_row *row, struct mou_buf *reason, struct mou_buf *raw)
{
    const struct mou_text any = {NULL, 0};
    const bool cites = mou_text_equal(row->target, MOU_TEXT("异议")) || mou_text_equal(row->target, MOU_TEXT("撤回"));
    const bool hides = cites ? hides_keys(pack) : is_confidential(pack, row->target, any);
    bool shown = false;
    if (mou_option_given(cli, "unmask")) {
        mou_buf_append(reason, row->reason.bytes, row->reason.len);
        mou_buf_append(raw, row->raw.len > 0 ? row->raw.bytes : "", row->raw.len);
        return;
    }
    put_reason(row->reason, hides, reason);
    if (!hides) {
        mou_mask_text(row->raw, raw);
        return;
    }
    if (row->format == MOU_IMPORT_CSV && row->layout == MOU_LAYOUT_PLAIN && row->header.len > 0 && !row->mapped) {
        shown = mask_csv(pack, row, raw);
    } else if (row->format == MOU_IMPORT_NDJSON) {
        shown = mask_json(pack, row, raw);
    }
    if (!shown) {
        mou_buf_clear(raw);
        mou_buf_text(raw, mou_say(cli, "（可能含保密字段，原文用 --unmask --purpose 用途 查看）", "(may hold confidential fields; --unmask --purpose TEXT shows the row)"));
    }
}
