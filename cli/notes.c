/*
 * Receipts that commands leave in a store's ledger: who looked up what and for what, what was shown, exported, fed back. They are recorded before the answer is
 * given, so that there is no look-up without one. Used by every command that shows what a store knows.
 */
#include <jansson.h>
#include <string.h>

#include "notes.h"

#define NOTE_BYTES_MAX ((size_t)64 * 1024 * 1024)

struct mou_acting mou_acting_of(struct mou_cli *cli)
{
    struct mou_acting acting = {.department = mou_option_value(cli, "department", ""), .purpose = mou_option_value(cli, "purpose", ""),
                                .unmask = mou_option_given(cli, "unmask")};
    acting.actor = mou_who_actor(cli, &acting.stated);
    return acting;
}

void mou_put_member(struct mou_buf *body, const char *name, const char *text)
{
    mou_buf_printf(body, ", \"%s\": ", name);
    mou_buf_json_text(body, text, strlen(text));
}

void mou_put_acting(const struct mou_acting *acting, struct mou_buf *body)
{
    mou_put_member(body, "actor", acting->actor);
    mou_buf_text(body, acting->stated ? "" : ", \"stated\": false");
    mou_put_member(body, "department", acting->department);
    mou_put_member(body, "purpose", acting->purpose);
    mou_buf_text(body, acting->unmask ? ", \"unmask\": true" : "");
}

typedef enum mou_status (*store_note)(struct mou_store *store, mou_time now, const char *kind, struct mou_text body, int64_t *number);

static enum mou_exit leave(struct mou_cli *cli, struct mou_store *store, store_note note, const char *kind, const struct mou_buf *body, int64_t *number)
{
    int64_t added = 0;
    if (body->failed) {
        return mou_out_of_memory(cli);
    }
    const enum mou_status status = note(store, mou_clock_now(), kind, (struct mou_text){body->data, body->len}, &added);
    if (number != NULL) {
        *number = added;
    }
    return status == MOU_OK ? MOU_EXIT_DONE : mou_store_complain(cli, store, status);
}

enum mou_exit mou_note(struct mou_cli *cli, struct mou_store *store, const char *kind, const struct mou_buf *body, int64_t *number)
{
    return leave(cli, store, mou_store_note, kind, body, number);
}

enum mou_exit mou_note_soon(struct mou_cli *cli, struct mou_store *store, const char *kind, const struct mou_buf *body, int64_t *number)
{
    return leave(cli, store, mou_store_note_soon, kind, body, number);
}

/** "memorandum.rule" of a measure, once each; findings and matters are none. */
static bool put_rule(json_t *decision, json_t *seen, struct mou_buf *body)
{
    const char *rule = json_string_value(json_object_get(decision, "rule"));
    const char *memorandum = json_string_value(json_object_get(decision, "memorandum"));
    const char *kind = json_string_value(json_object_get(decision, "kind"));
    struct mou_buf name;
    if (rule == NULL || memorandum == NULL || (kind != NULL && strcmp(kind, "sanction") != 0 && strcmp(kind, "incentive") != 0)) {
        return true;
    }
    mou_buf_init(&name, NULL, NOTE_BYTES_MAX);
    mou_buf_printf(&name, "%s.%s", memorandum, rule);
    bool done = !name.failed;
    if (done && json_object_get(seen, name.data) == NULL) {
        mou_buf_text(body, json_object_size(seen) == 0 ? "" : ", ");
        mou_buf_json_text(body, name.data, name.len);
        done = json_object_set_new(seen, name.data, json_true()) == 0;
    }
    mou_buf_free(&name);
    return done;
}

/** The measures of which the answer speaks: what the yearly report counts. */
static void put_rules(struct mou_text lines, struct mou_buf *body)
{
    json_t *seen = json_object();
    bool done = seen != NULL;
    mou_buf_text(body, ", \"rules\": [");
    while (done && lines.len > 0) {
        const char *end = memchr(lines.bytes, '\n', lines.len);
        const size_t len = end != NULL ? (size_t)(end - lines.bytes) : lines.len;
        json_t *line = json_loadb(lines.bytes, len, 0, NULL);
        json_t *looked_up = json_object_get(line, "looked_up");
        done = line != NULL && put_rule(line, seen, body);
        for (size_t i = 0; done && i < json_array_size(looked_up); i++) {
            done = put_rule(json_array_get(looked_up, i), seen, body);
        }
        json_decref(line);
        lines.bytes += len + (end != NULL);
        lines.len -= len + (end != NULL);
    }
    json_decref(seen);
    mou_buf_char(body, ']');
    body->failed = body->failed || !done;
}

void mou_mark_proposals(struct mou_buf *line)
{
    if (line->len >= 2) {
        line->len -= 2; /* brace and line break */
        mou_buf_text(line, ", \"proposals\": true}\n");
    }
}

enum mou_exit mou_note_lookup(struct mou_cli *cli, struct mou_store *store, const struct mou_lookup_note *lookup, int64_t *number)
{
    unsigned char hash[32];
    struct mou_buf body;
    mou_buf_init(&body, NULL, NOTE_BYTES_MAX);
    mou_buf_text(&body, "{\"lookup\": ");
    mou_buf_json_text(&body, lookup->subject, strlen(lookup->subject));
    mou_put_acting(&lookup->acting, &body);
    if (lookup->matter != NULL) {
        mou_put_member(&body, "matter", lookup->matter);
    }
    mou_buf_text(&body, lookup->proposals ? ", \"proposals\": true" : "");
    mou_buf_text(&body, ", \"as_of\": \"");
    mou_date_format(lookup->as_of, &body);
    mou_buf_printf(&body, "\", \"known_at\": %lld, \"pack\": \"", (long long)(lookup->known_at == MOU_TIME_NOW ? mou_clock_now() : lookup->known_at));
    mou_buf_hex(&body, mou_pack_hash(lookup->pack), 32);
    mou_buf_char(&body, '"');
    if (lookup->lines.bytes != NULL) {
        mou_sha256(lookup->lines.bytes, lookup->lines.len, hash);
        put_rules(lookup->lines, &body);
        mou_buf_text(&body, ", \"result\": \"");
        mou_buf_hex(&body, hash, sizeof hash);
        mou_buf_char(&body, '"');
    }
    mou_buf_char(&body, '}');
    const enum mou_exit code = mou_note_soon(cli, store, "lookup", &body, number);
    mou_buf_free(&body);
    cli->shows_persons = cli->shows_persons || (code == MOU_EXIT_DONE && lookup->acting.unmask);
    return code;
}
