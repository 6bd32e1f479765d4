/*
 * What the commands about measures share. Prints nothing but complaints.
 */
#include <string.h>

#include "measure_text.h"

#define LISTING_BYTES_MAX ((size_t)1024 * 1024 * 1024)
#define SUBJECT_BYTES_MAX ((size_t)65536)

const char *mou_say_state(const struct mou_cli *cli, enum mou_measure_state state)
{
    const struct mou_measure_state_info *info = mou_measure_state_info(state);
    return mou_say(cli, info->zh, info->en);
}

const char *mou_say_event(const struct mou_cli *cli, enum mou_measure_event event)
{
    const struct mou_measure_event_info *info = mou_measure_event_info(event);
    return mou_say(cli, info->zh, info->en);
}

void mou_put_date(struct mou_buf *out, mou_date date)
{
    if (date != MOU_DATE_NONE) {
        mou_date_format(date, out);
    }
}

void mou_put_json_text(struct mou_buf *out, const char *name, struct mou_text text)
{
    mou_buf_printf(out, ", \"%s\": ", name);
    mou_buf_json_text(out, text.bytes, text.len);
}

void mou_put_json_date(struct mou_buf *out, const char *name, mou_date date)
{
    mou_buf_printf(out, ", \"%s\": ", name);
    mou_buf_text(out, date == MOU_DATE_NONE ? "null" : "\"");
    mou_put_date(out, date);
    mou_buf_text(out, date == MOU_DATE_NONE ? "" : "\"");
}

struct mou_text mou_shown_subject(const struct mou_masking *masking, struct mou_text subject, struct mou_buf *buf)
{
    mou_buf_clear(buf);
    if (masking->shown) {
        mou_buf_append(buf, subject.bytes, subject.len);
    } else {
        mou_mask_text(subject, buf);
    }
    return (struct mou_text){buf->len > 0 ? buf->data : "", buf->len};
}

struct mou_text mou_shown_key(const struct mou_masking *masking, struct mou_text record, struct mou_text key)
{
    return masking->shown || !mou_pack_hides_key(masking->pack, record) ? key : MOU_TEXT(MOU_MASK);
}

bool mou_officer_of(struct mou_cli *cli, bool reason_needed, struct mou_officer *officer)
{
    bool dated = false;
    *officer = (struct mou_officer){.actor = mou_text_of(mou_option_value(cli, "actor", "")), .department = mou_text_of(mou_option_value(cli, "department", "")),
                                    .reason = mou_text_of(mou_option_value(cli, "reason", "")), .today = mou_clock_today(), .now = mou_clock_now()};
    if (officer->actor.len == 0 || (reason_needed && officer->reason.len == 0)) {
        mou_complain(cli, "%s", officer->actor.len == 0 ? mou_say(cli, "缺少 --actor：须写明经办人", "--actor is needed: who does it")
                                                        : mou_say(cli, "缺少 --reason：须写明理由", "--reason is needed: why"));
        return false;
    }
    if (!mou_option_date(cli, "on", &dated, &officer->day)) {
        return false;
    }
    officer->day = dated ? officer->day : officer->today;
    return true;
}

enum mou_exit mou_open_store_for(struct mou_cli *cli, const char *path, const struct mou_officer *officer, struct mou_store **store)
{
    enum mou_exit code = mou_open_store(cli, path, store);
    if (code != MOU_EXIT_DONE) {
        return code;
    }
    const enum mou_status status = mou_store_use_pack(*store, officer->day, MOU_TIME_NOW);
    if (status != MOU_OK) {
        code = mou_store_complain(cli, *store, status);
        mou_store_close(*store);
        *store = NULL;
    }
    return code;
}

enum mou_exit mou_print_listing(struct mou_listing *listing, const char *command, enum mou_status (*fill)(struct mou_store *store, struct mou_listing *listing))
{
    struct mou_cli *cli = listing->cli;
    struct mou_store *store = NULL;
    enum mou_exit code = mou_masking_allowed(cli) ? mou_open_store(cli, cli->arguments[1], &store) : MOU_EXIT_USAGE;
    if (code != MOU_EXIT_DONE) {
        return code;
    }
    code = mou_masking_note(cli, store, command);
    mou_masking_init(&listing->masking, cli, mou_store_pack(store));
    mou_buf_init(&listing->out, NULL, LISTING_BYTES_MAX);
    mou_buf_init(&listing->subject, NULL, SUBJECT_BYTES_MAX);
    if (code == MOU_EXIT_DONE) {
        const enum mou_status status = fill(store, listing);
        code = status == MOU_OK ? mou_output(cli, &listing->out) : mou_store_complain(cli, store, status);
    }
    mou_buf_free(&listing->out);
    mou_buf_free(&listing->subject);
    mou_store_close(store);
    return code;
}
