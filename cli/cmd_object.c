/*
 * mou object open, close and list: objections to a record. Opening one suspends at once whatever rests on the record.
 */
#include <string.h>

#include "measure_text.h"

/** What an outcome is called, and how it is given. */
static const char *const outcomes_zh[MOU_OBJECTION_OUTCOME_COUNT] = {"未办结", "成立", "部分成立", "不成立", "撤回"};
static const char *const outcomes_en[MOU_OBJECTION_OUTCOME_COUNT] = {"open", "upheld", "upheld in part", "rejected", "withdrawn"};

static bool take_outcome(struct mou_cli *cli, enum mou_objection_outcome *outcome)
{
    const char *word = mou_option_value(cli, "outcome", "");
    for (int i = MOU_OBJECTION_UPHELD; i < MOU_OBJECTION_OUTCOME_COUNT; i++) {
        if (strcmp(word, mou_objection_word((enum mou_objection_outcome)i)) == 0 || strcmp(word, outcomes_zh[i]) == 0) {
            *outcome = (enum mou_objection_outcome)i;
            return true;
        }
    }
    mou_complain(cli, mou_say(cli, "--outcome 应为 成立、部分成立、不成立 或 撤回，不是“%s”", "--outcome must be upheld, partly, rejected or withdrawn, not “%s”"), word);
    return false;
}

static void print_result(const struct mou_cli *cli, bool opened, const struct mou_objection_result *result)
{
    struct mou_buf line;
    mou_buf_init(&line, NULL, 65536);
    if (cli->json) {
        mou_buf_printf(&line, "{\"schema\": \"mou/object/1\", \"%s\": %lld, \"act\": %lld, \"import\": %lld", opened ? "opened" : "closed", (long long)result->number, (long long)result->act,
                       (long long)result->import);
        mou_put_json_date(&line, "due", result->due);
        mou_buf_printf(&line, ", \"%s\": %llu}", opened ? "suspended" : "resumed", (unsigned long long)result->moved);
    } else if (opened) {
        mou_buf_printf(&line, mou_say(cli, "已受理第 %lld 号异议，暂停措施 %llu 项", "objection %lld is open, %llu measures are suspended"), (long long)result->number, (unsigned long long)result->moved);
        mou_buf_text(&line, result->due != MOU_DATE_NONE ? mou_say(cli, "，核实期限 ", ", to be answered by ") : "");
        mou_put_date(&line, result->due);
    } else {
        mou_buf_printf(&line, mou_say(cli, "已办结异议，恢复措施 %llu 项", "the objection is closed, %llu measures are taken up again"), (unsigned long long)result->moved);
    }
    printf("%s\n", line.failed ? "" : line.data);
    mou_buf_free(&line);
}

static enum mou_exit act(struct mou_cli *cli, bool opens)
{
    struct mou_objection_request request = {.applicant = mou_text_of(mou_option_value(cli, "applicant", ""))};
    struct mou_objection_result result;
    struct mou_store *store = NULL;
    if (cli->argument_count != 5) {
        mou_complain(cli, mou_say(cli, "用法：mou object %s DB 记录 主体 文号", "usage: mou object %s DB RECORD SUBJECT KEY"), opens ? "open" : "close");
        return MOU_EXIT_USAGE;
    }
    if (!mou_officer_of(cli, true, &request.by) || (!opens && !take_outcome(cli, &request.outcome))) {
        return MOU_EXIT_USAGE;
    }
    request.record = mou_text_of(cli->arguments[2]);
    request.subject = mou_text_of(cli->arguments[3]);
    request.key = mou_text_of(cli->arguments[4]);
    enum mou_exit code = mou_open_store_for(cli, cli->arguments[1], &request.by, &store);
    if (code == MOU_EXIT_DONE) {
        const enum mou_status status = mou_store_object(store, &request, &result);
        code = status == MOU_OK ? MOU_EXIT_DONE : mou_store_complain(cli, store, status);
        mou_store_close(store);
    }
    if (code == MOU_EXIT_DONE) {
        print_result(cli, opens, &result);
    }
    return code;
}

/* ------------------------------------------------------------------ list */

static bool take_entry(void *state, const struct mou_objection_entry *entry)
{
    struct mou_listing *listing = state;
    struct mou_cli *cli = listing->cli;
    struct mou_buf *out = &listing->out;
    const struct mou_text subject = mou_shown_subject(&listing->masking, entry->subject, &listing->subject);
    const struct mou_text key = mou_shown_key(&listing->masking, entry->record, entry->key);
    const bool overdue = entry->outcome == MOU_OBJECTION_OPEN && entry->due != MOU_DATE_NONE && entry->due < listing->today;
    if (cli->json) {
        mou_buf_printf(out, "{\"objection\": %lld", (long long)entry->number);
        mou_put_json_text(out, "subject", subject);
        mou_put_json_text(out, "record", entry->record);
        mou_put_json_text(out, "key", key);
        mou_put_json_text(out, "applicant", entry->applicant);
        mou_put_json_date(out, "opened", entry->opened);
        mou_put_json_date(out, "due", entry->due);
        mou_put_json_text(out, "outcome", mou_text_of(entry->outcome == MOU_OBJECTION_OPEN ? "open" : mou_objection_word(entry->outcome)));
        mou_put_json_date(out, "closed", entry->closed);
        mou_put_json_text(out, "actor", entry->actor);
        mou_put_json_text(out, "reason", entry->reason);
        mou_put_json_text(out, "closed_by", entry->closed_by);
        mou_put_json_text(out, "answer", entry->answer);
        mou_buf_text(out, overdue ? ", \"overdue\": true}\n" : ", \"overdue\": false}\n");
        return !out->failed;
    }
    mou_buf_printf(out, "%lld  %.*s  %.*s %.*s  ", (long long)entry->number, (int)subject.len, subject.bytes, (int)entry->record.len, entry->record.bytes, (int)key.len, key.bytes);
    mou_put_date(out, entry->opened);
    mou_buf_printf(out, "  %s", mou_say(cli, outcomes_zh[entry->outcome], outcomes_en[entry->outcome]));
    if (entry->outcome == MOU_OBJECTION_OPEN && entry->due != MOU_DATE_NONE) {
        mou_buf_text(out, mou_say(cli, "，核实期限 ", ", to be answered by "));
        mou_put_date(out, entry->due);
        mou_buf_text(out, overdue ? mou_say(cli, "（已逾期）", " (overdue)") : "");
    }
    mou_buf_char(out, '\n');
    return !out->failed;
}

static enum mou_status fill(struct mou_store *store, struct mou_listing *listing)
{
    return mou_store_objections(store, !mou_option_given(listing->cli, "all"), take_entry, listing);
}

static enum mou_exit list(struct mou_cli *cli)
{
    struct mou_listing listing = {.cli = cli};
    bool dated = false;
    if (!mou_option_date(cli, "on", &dated, &listing.today)) {
        return MOU_EXIT_USAGE;
    }
    listing.today = dated ? listing.today : mou_clock_today();
    return mou_print_listing(&listing, "object", fill);
}

enum mou_exit mou_cmd_object(struct mou_cli *cli)
{
    const char *verb = cli->arguments[0];
    if (strcmp(verb, "open") == 0 || strcmp(verb, "close") == 0) {
        return act(cli, *verb == 'o');
    }
    if (strcmp(verb, "list") == 0) {
        return list(cli);
    }
    mou_complain(cli, mou_say(cli, "mou object 没有“%s”；可写 open、close 或 list", "mou object has no “%s”; use open, close or list"), verb);
    return MOU_EXIT_USAGE;
}
