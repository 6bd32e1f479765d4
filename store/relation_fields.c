/*
 * Fields of relation rows. The object that is kept has the fields' names and the values as the machine reads them; it is written and read here only.
 */
#include <string.h>

#include "json_line.h"
#include "relation_fields.h"

uint32_t mou_relation_number(const struct mou_pack *pack, struct mou_text name)
{
    for (uint32_t i = 0; i < mou_pack_relation_count(pack); i++) {
        if (mou_text_equal(mou_pack_relation(pack, i).name, name)) {
            return i;
        }
    }
    return UINT32_MAX;
}

static uint32_t field_number(const struct mou_pack *pack, uint32_t relation, struct mou_text name)
{
    for (uint32_t i = 0; i < mou_pack_relation(pack, relation).field_count; i++) {
        if (mou_text_equal(mou_pack_relation_field(pack, relation, i).name, name)) {
            return i;
        }
    }
    return UINT32_MAX;
}

bool mou_relation_field_known(const struct mou_pack *pack, struct mou_text name)
{
    for (uint32_t i = 0; i < mou_pack_relation_count(pack); i++) {
        if (field_number(pack, i, name) != UINT32_MAX) {
            return true;
        }
    }
    return false;
}

static bool filled(const struct mou_offered *cell)
{
    return cell->text.bytes != NULL && mou_value_trim(cell->text).len > 0;
}

/** Refuses filled cells that the relation has no field for. */
static enum mou_status refuse_strangers(struct mou_intake *intake, uint32_t relation, const struct mou_named_cells *offered, bool *fits)
{
    for (size_t i = 0; i < offered->count; i++) {
        const struct mou_named_cell *one = &offered->items[i];
        if (filled(&one->cell) && field_number(intake->store->pack, relation, one->name) == UINT32_MAX) {
            *fits = false;
            return mou_intake_refuse(intake, one->cell.column, one->name, "这种关系没有这个字段", "this relation has no such field");
        }
    }
    return MOU_OK;
}

static const struct mou_offered *offered_for(const struct mou_named_cells *offered, struct mou_text name)
{
    for (size_t i = 0; i < offered->count; i++) {
        if (mou_text_equal(offered->items[i].name, name) && filled(&offered->items[i].cell)) {
            return &offered->items[i].cell;
        }
    }
    return NULL;
}

static void put_cell(const struct mou_field_info *field, const struct mou_checked *cell, struct mou_buf *kept)
{
    mou_buf_text(kept, kept->len == 0 ? "{" : ", ");
    mou_buf_json_text(kept, field->name.bytes, field->name.len);
    mou_buf_text(kept, ": ");
    if (cell->is_text) {
        mou_buf_json_text(kept, cell->text.bytes, cell->text.len);
    } else {
        mou_buf_int(kept, cell->number);
    }
}

enum mou_status mou_relation_fields_check(struct mou_intake *intake, uint32_t relation, const struct mou_named_cells *offered, struct mou_buf *kept, bool *fits)
{
    const struct mou_pack *pack = intake->store->pack;
    static const struct mou_offered nothing = {.text = {NULL, 0}};
    *fits = true;
    enum mou_status status = refuse_strangers(intake, relation, offered, fits);
    for (uint32_t i = 0; status == MOU_OK && *fits && i < mou_pack_relation(pack, relation).field_count; i++) {
        const struct mou_field_info field = mou_pack_relation_field(pack, relation, i);
        const struct mou_offered *cell = offered_for(offered, field.name);
        struct mou_checked checked = {.known = false};
        const char *reason[2] = {"", ""};
        if (!mou_value_check(pack, &field, cell != NULL ? cell : &nothing, intake->row_arena, &checked, reason)) {
            *fits = false;
            return mou_intake_refuse(intake, cell != NULL ? cell->column : 0, field.name, reason[0], reason[1]);
        }
        if (checked.known) {
            put_cell(&field, &checked, kept);
        }
    }
    if (kept->len > 0) {
        mou_buf_char(kept, '}');
    }
    return status == MOU_OK && kept->failed ? mou_store_out_of_memory(intake->store) : status;
}

static bool read_member(const struct mou_pack *pack, uint32_t relation, const char *name, json_t *value, struct mou_arena *arena, struct mou_checked *cells)
{
    const uint32_t field = field_number(pack, relation, mou_text_of(name));
    if (field == UINT32_MAX) {
        return true; /* of another vocabulary than the pack's */
    }
    const bool is_text = mou_pack_relation_field(pack, relation, field).type == MOU_VALUE_TEXT;
    if (is_text != json_is_string(value) || (!is_text && !json_is_integer(value))) {
        return false;
    }
    cells[field] = (struct mou_checked){.known = true, .is_text = is_text, .number = json_integer_value(value)};
    if (is_text) {
        cells[field].text.len = json_string_length(value);
        cells[field].text.bytes = mou_arena_copy(arena, json_string_value(value), cells[field].text.len);
    }
    return !is_text || cells[field].text.bytes != NULL;
}

bool mou_relation_fields_read(const struct mou_pack *pack, uint32_t relation, struct mou_text kept, struct mou_arena *arena, struct mou_checked *cells)
{
    for (uint32_t i = 0; i < mou_pack_relation(pack, relation).field_count; i++) {
        cells[i] = (struct mou_checked){.known = false};
    }
    if (kept.len == 0) {
        return true;
    }
    json_t *object = NULL;
    uint32_t column = 0;
    bool whole = mou_json_line(kept, &object, &column) == MOU_OK && json_is_object(object);
    const char *name = NULL;
    json_t *value = NULL;
    json_object_foreach(object, name, value)
    {
        whole = whole && read_member(pack, relation, name, value, arena, cells);
    }
    json_decref(object);
    return whole;
}

enum mou_status mou_relation_fields_damaged(struct mou_store *store)
{
    return mou_store_fail(store, MOU_ERROR_IO, "%s", mou_store_say(store, "关系的字段读不出来：内存不足，或者数据库被改动过；请运行 mou verify",
                                                                   "fields of a relation cannot be read: memory ran out, or the database was altered; run mou verify"));
}
