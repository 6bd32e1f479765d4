/*
 * What the commands about measures share: dates and members in what they print, subjects masked unless asked for, the options of every officer's act.
 */
#ifndef MOU_CLI_MEASURE_TEXT_H
#define MOU_CLI_MEASURE_TEXT_H

#include "masking.h"
#include "mou/measures.h"
#include "store_commands.h"

const char *mou_say_state(const struct mou_cli *cli, enum mou_measure_state state);
const char *mou_say_event(const struct mou_cli *cli, enum mou_measure_event event);
/** Appends a date, nothing for MOU_DATE_NONE. */
void mou_put_date(struct mou_buf *out, mou_date date);
/** Append `, "name": …`; dates are null where there is none. */
void mou_put_json_text(struct mou_buf *out, const char *name, struct mou_text text);
void mou_put_json_date(struct mou_buf *out, const char *name, mou_date date);
/** A subject's identifier as it is to be shown, in `buf`. */
struct mou_text mou_shown_subject(const struct mou_masking *masking, struct mou_text subject, struct mou_buf *buf);
/** A record's key as it is to be shown: hidden where its type's vocabulary says so. */
struct mou_text mou_shown_key(const struct mou_masking *masking, struct mou_text record, struct mou_text key);

/** From --actor, --department, --reason and --on. Complains and returns false where something is missing or wrong. */
bool mou_officer_of(struct mou_cli *cli, bool reason_needed, struct mou_officer *officer);
/** Opens the store with the pack that is in force on the officer's day. Complains on failure. */
enum mou_exit mou_open_store_for(struct mou_cli *cli, const char *path, const struct mou_officer *officer, struct mou_store **store);

/** A list of what the store holds: what its lines need, and the lines. */
struct mou_listing {
    struct mou_cli *cli;
    struct mou_masking masking;
    struct mou_buf subject; /**< of the entry at hand, as it is to be shown */
    struct mou_buf out;
    int64_t number; /**< the one decision asked for; 0: all */
    mou_date today;
};
/** Opens the store named behind the command's verb, notes what --unmask asks for, lets `fill` add the lines, and prints them. */
enum mou_exit mou_print_listing(struct mou_listing *listing, const char *command, enum mou_status (*fill)(struct mou_store *store, struct mou_listing *listing));

#endif
