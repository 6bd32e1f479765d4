/*
 * Hiding of confidential values and personal identifiers in what is printed. Decisions are masked as JSON: where nothing in them is confidential, their bytes
 * stay as the machine made them. Explanations mask themselves. Used by every command that prints what a store knows.
 */
#include <jansson.h>
#include <string.h>

#include "masking.h"
#include "notes.h"

#define NOTE_BYTES_MAX ((size_t)1024 * 1024)
#define LINE_BYTES_MAX ((size_t)256 * 1024 * 1024)

bool mou_masking_allowed(const struct mou_cli *cli)
{
    const char *purpose = mou_option_value(cli, "purpose", "");
    if (!mou_option_given(cli, "unmask") || *purpose != '\0') {
        return true;
    }
    mou_complain(cli, "%s", mou_say(cli, "--unmask 须写明用途：--purpose 用途；查看保密字段记入账本",
                                    "--unmask needs --purpose TEXT: showing confidential fields is recorded in the ledger"));
    return false;
}

static bool hides_any(const struct mou_pack *pack)
{
    bool any = false;
    for (uint32_t i = 0; i < mou_pack_record_count(pack); i++) {
        const struct mou_record_info info = mou_pack_record(pack, i);
        any = any || mou_pack_hides_key(pack, info.name);
    }
    for (uint32_t i = 0; i < mou_pack_measure_count(pack); i++) {
        for (uint32_t k = 0; k < mou_pack_grant_count(pack, i); k++) {
            struct mou_text name;
            bool confidential = false;
            mou_pack_grant(pack, i, k, &name, &confidential);
            any = any || confidential;
        }
    }
    return any;
}

void mou_masking_init(struct mou_masking *masking, const struct mou_cli *cli, const struct mou_pack *pack)
{
    *masking = (struct mou_masking){.pack = pack, .shown = mou_option_given(cli, "unmask")};
    masking->any = !masking->shown && hides_any(pack);
}

static bool hide_member(json_t *object, const char *name)
{
    return json_is_null(json_object_get(object, name)) || json_object_set_new(object, name, json_string(MOU_MASK)) == 0;
}

/** Whether it cites a record by a confidential key. */
static bool cites_hidden(const struct mou_pack *pack, json_t *object)
{
    const char *record = json_string_value(json_object_get(object, "record"));
    return record != NULL && json_is_string(json_object_get(object, "key")) && mou_pack_hides_key(pack, mou_text_of(record));
}

/** The record cited by the object itself, and by those of its lists. */
static bool hide_keys(const struct mou_pack *pack, json_t *object)
{
    static const char *const lists[] = {"grounds", "missing", "done_by"};
    bool done = !cites_hidden(pack, object) || hide_member(object, "key");
    for (size_t i = 0; done && i < sizeof lists / sizeof lists[0]; i++) {
        json_t *list = json_object_get(object, lists[i]);
        for (size_t k = 0; done && k < json_array_size(list); k++) {
            json_t *cited = json_array_get(list, k);
            done = !cites_hidden(pack, cited) || hide_member(cited, "key");
        }
    }
    return done;
}

static bool is_text(const json_t *json, struct mou_text text)
{
    return json_is_string(json) && mou_text_equal(mou_text_of(json_string_value(json)), text);
}

static bool hide_grants(const struct mou_pack *pack, json_t *object)
{
    json_t *grants = json_object_get(object, "grant");
    bool done = true;
    for (uint32_t i = 0; json_object_size(grants) > 0 && i < mou_pack_measure_count(pack); i++) {
        struct mou_text name;
        struct mou_text ignored;
        uint32_t memorandum = 0;
        uint32_t kind = 0;
        mou_pack_measure(pack, i, &name, &memorandum, &kind, &ignored, &ignored);
        if (!is_text(json_object_get(object, "rule"), name)) {
            continue;
        }
        mou_pack_memorandum(pack, memorandum, &name, &ignored, &ignored, &ignored);
        for (uint32_t k = 0; done && is_text(json_object_get(object, "memorandum"), name) && k < mou_pack_grant_count(pack, i); k++) {
            struct mou_text grant;
            bool confidential = false;
            mou_pack_grant(pack, i, k, &grant, &confidential);
            json_t *value = json_object_getn(grants, grant.bytes, grant.len);
            done = !confidential || value == NULL || json_is_null(value) || json_object_setn_new(grants, grant.bytes, grant.len, json_string(MOU_MASK)) == 0;
        }
    }
    return done;
}

static int append_bytes(const char *bytes, size_t len, void *buf)
{
    mou_buf_append(buf, bytes, len);
    return ((struct mou_buf *)buf)->failed ? -1 : 0;
}

/** What is confidential by the vocabulary. */
static void hide_confidential(const struct mou_masking *masking, struct mou_text line, struct mou_buf *out)
{
    json_t *json = json_loadb(line.bytes, line.len, 0, NULL);
    const bool done = json != NULL && hide_keys(masking->pack, json) && hide_grants(masking->pack, json) && json_dump_callback(json, append_bytes, out, JSON_PRESERVE_ORDER) == 0;
    json_decref(json);
    if (line.len > 0 && line.bytes[line.len - 1] == '\n') {
        mou_buf_char(out, '\n');
    }
    out->failed = out->failed || !done; /* rather nothing than what must not be shown */
}

void mou_mask_line(const struct mou_masking *masking, struct mou_text line, struct mou_buf *out)
{
    struct mou_buf hidden;
    if (masking->shown) {
        mou_buf_append(out, line.bytes, line.len);
    } else if (!masking->any) {
        mou_mask_text(line, out);
    } else {
        mou_buf_init(&hidden, NULL, LINE_BYTES_MAX);
        hide_confidential(masking, line, &hidden);
        mou_mask_text((struct mou_text){hidden.len > 0 ? hidden.data : "", hidden.len}, out);
        out->failed = out->failed || hidden.failed;
        mou_buf_free(&hidden);
    }
}

enum mou_exit mou_masking_note(struct mou_cli *cli, struct mou_store *store, const char *what)
{
    struct mou_buf body;
    if (!mou_option_given(cli, "unmask")) {
        return MOU_EXIT_DONE;
    }
    mou_buf_init(&body, NULL, NOTE_BYTES_MAX);
    mou_buf_printf(&body, "{\"unmask\": \"%s\"", what);
    const struct mou_acting acting = mou_acting_of(cli);
    mou_put_acting(&acting, &body);
    mou_buf_char(&body, '}');
    const enum mou_exit code = mou_note_soon(cli, store, "unmask", &body, NULL);
    mou_buf_free(&body);
    cli->shows_persons = cli->shows_persons || code == MOU_EXIT_DONE;
    return code;
}
