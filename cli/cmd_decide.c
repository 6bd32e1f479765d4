/*
 * mou decide: where measures stand, and the acts of officers on them, one by one or by a reviewed list. What may follow what is the store's to say.
 */
#include <stdlib.h>
#include <string.h>

#include "csv_text.h"
#include "measure_text.h"

#define TEXT_BYTES_MAX ((size_t)1024 * 1024 * 1024)

/** A list being written. */
struct listing {
    struct mou_cli *cli;
    struct mou_masking masking;
    struct mou_buf out;
    struct mou_buf identifier;
    struct mou_text subject; /**< of the measure at hand, as it is shown */
    bool csv;
    bool steps; /**< every step of one measure */
    uint64_t count;
};

static void csv_date(struct mou_buf *out, mou_date date)
{
    mou_buf_text(out, ",");
    mou_put_date(out, date);
}

static void put_csv(struct listing *listing, const struct mou_measure *measure)
{
    struct mou_buf *out = &listing->out;
    mou_buf_printf(out, "%lld,%lld", (long long)measure->decision, (long long)measure->step);
    const struct mou_text texts[] = {listing->subject, measure->memorandum, measure->rule, measure->item, measure->authority, measure->outcome};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        mou_csv_cell(out, texts[i], false);
    }
    csv_date(out, measure->from);
    csv_date(out, measure->until);
    mou_csv_word(out, mou_say_state(listing->cli, measure->state));
    csv_date(out, measure->day);
    csv_date(out, measure->due);
    mou_buf_text(out, ",,,\r\n");
}

static void put_json(struct listing *listing, const struct mou_measure *measure)
{
    struct mou_buf *out = &listing->out;
    mou_buf_printf(out, "{\"decision\": %lld, \"step\": %lld", (long long)measure->decision, (long long)measure->step);
    mou_put_json_text(out, "subject", listing->subject);
    mou_put_json_text(out, "memorandum", measure->memorandum);
    mou_put_json_text(out, "rule", measure->rule);
    mou_put_json_text(out, "kind", measure->kind);
    mou_put_json_text(out, "item", measure->item);
    mou_put_json_text(out, "authority", measure->authority);
    mou_put_json_text(out, "outcome", measure->outcome);
    mou_put_json_date(out, "from", measure->from);
    mou_put_json_date(out, "until", measure->until);
    mou_put_json_text(out, "state", mou_text_of(mou_measure_state_info(measure->state)->word));
    mou_put_json_text(out, "event", mou_text_of(mou_measure_event_info(measure->event)->word));
    mou_put_json_date(out, "day", measure->day);
    mou_put_json_date(out, "due", measure->due);
    mou_put_json_text(out, "actor", measure->actor);
    mou_put_json_text(out, "reason", measure->reason);
    mou_put_json_text(out, "note", measure->note);
    mou_buf_text(out, measure->stands ? ", \"stands\": true}\n" : ", \"stands\": false}\n");
}

static void put_text(struct listing *listing, const struct mou_measure *measure)
{
    struct mou_buf *out = &listing->out;
    if (listing->steps) {
        mou_put_date(out, measure->day);
        mou_buf_printf(out, "  %s → %s", mou_say_event(listing->cli, measure->event), mou_say_state(listing->cli, measure->state));
    } else {
        mou_buf_printf(out, "%lld  %.*s  %.*s.%.*s  %s", (long long)measure->decision, (int)listing->subject.len, listing->subject.bytes, (int)measure->memorandum.len,
                       measure->memorandum.bytes, (int)measure->rule.len, measure->rule.bytes, mou_say_state(listing->cli, measure->state));
    }
    if (measure->due != MOU_DATE_NONE) {
        mou_buf_text(out, mou_say(listing->cli, "，期限 ", ", due "));
        mou_put_date(out, measure->due);
    }
    if (listing->steps && measure->actor.len > 0) {
        mou_buf_printf(out, "  %.*s", (int)measure->actor.len, measure->actor.bytes);
    }
    const struct mou_text why = measure->note.len > 0 ? measure->note : measure->reason;
    if (listing->steps && why.len > 0) {
        mou_buf_printf(out, mou_say(listing->cli, "：%.*s", ": %.*s"), (int)why.len, why.bytes);
    }
    mou_buf_char(out, '\n');
}

static bool take_measure(void *state, const struct mou_measure *measure)
{
    struct listing *listing = state;
    listing->count++;
    listing->subject = mou_shown_subject(&listing->masking, measure->subject, &listing->identifier);
    (listing->csv ? put_csv : listing->cli->json ? put_json : put_text)(listing, measure);
    return !listing->out.failed && !listing->identifier.failed;
}

static const char *const header_zh = "\xef\xbb\xbf编号,版次,主体,备忘录,措施,目录项,承办机关,结果,自,至,状态,上一步,期限,处理,理由,附注\r\n";
static const char *const header_en = "\xef\xbb\xbf" "decision,step,subject,memorandum,measure,item,authority,outcome,from,until,state,since,due,action,reason,note\r\n";

static enum mou_exit write_list(struct listing *listing)
{
    struct mou_cli *cli = listing->cli;
    const char *path = mou_option_value(cli, "output", NULL);
    if (listing->out.failed || listing->identifier.failed) {
        return mou_out_of_memory(cli);
    }
    if (path == NULL) {
        return mou_output(cli, &listing->out);
    }
    if (!mou_write_file(cli, path, listing->out.len > 0 ? listing->out.data : "", listing->out.len)) {
        return MOU_EXIT_IO;
    }
    mou_narrate(cli, mou_say(cli, "已列出 %llu 项：%s", "%llu measures in %s"), (unsigned long long)listing->count, path);
    return MOU_EXIT_DONE;
}

static enum mou_exit list(struct mou_cli *cli, struct mou_store *store, bool steps)
{
    struct listing listing = {.cli = cli, .csv = !steps && (mou_option_given(cli, "csv") || mou_option_given(cli, "output")), .steps = steps};
    const struct mou_text state = mou_text_of(mou_option_value(cli, "state", ""));
    struct mou_measure_filter filter = {.subject = mou_text_of(mou_option_value(cli, "subject", "")), .memorandum = mou_text_of(mou_option_value(cli, "memorandum", "")),
                                        .rule = mou_text_of(mou_option_value(cli, "measure", "")), .unfinished = !mou_option_given(cli, "all") && state.len == 0};
    filter.held = mou_text_equal(state, MOU_TEXT("暂停")) || mou_text_equal(state, MOU_TEXT("suspended"));
    filter.state = state.len > 0 && !filter.held ? mou_measure_state_of(state) : MOU_MEASURE_NONE;
    filter.decision = steps && cli->argument_count == 3 ? strtoll(cli->arguments[2], NULL, 10) : 0;
    if (filter.state == MOU_MEASURE_STATE_COUNT || (steps && filter.decision <= 0)) {
        mou_complain(cli, filter.state == MOU_MEASURE_STATE_COUNT ? mou_say(cli, "没有状态“%.*s”", "there is no state “%.*s”") : mou_say(cli, "请写一个决定的编号%.*s", "give the number of one decision%.*s"),
                     (int)state.len, state.bytes);
        return MOU_EXIT_USAGE;
    }
    enum mou_exit code = mou_masking_allowed(cli) ? mou_masking_note(cli, store, "decide") : MOU_EXIT_USAGE;
    if (code != MOU_EXIT_DONE) {
        return code;
    }
    mou_masking_init(&listing.masking, cli, mou_store_pack(store));
    mou_buf_init(&listing.out, NULL, TEXT_BYTES_MAX);
    mou_buf_init(&listing.identifier, NULL, 65536);
    mou_buf_text(&listing.out, listing.csv ? mou_say(cli, header_zh, header_en) : "");
    enum mou_status status = steps ? mou_store_measure_steps(store, filter.decision, take_measure, &listing) : mou_store_measures(store, &filter, take_measure, &listing);
    code = status == MOU_OK ? write_list(&listing) : mou_store_complain(cli, store, status);
    mou_buf_free(&listing.out);
    mou_buf_free(&listing.identifier);
    if (code == MOU_EXIT_DONE && !steps && listing.count == 0 && !mou_option_given(cli, "output")) {
        mou_narrate(cli, "%s", mou_say(cli, "没有符合的措施", "no measures to list"));
    }
    if (code == MOU_EXIT_DONE && steps && listing.count == 0) {
        mou_complain(cli, mou_say(cli, "没有第 %s 号决定", "there is no decision %s"), cli->arguments[2]);
        code = MOU_EXIT_NEGATIVE;
    }
    return code;
}

/* ------------------------------------------------------------------ acts */

typedef MOU_VEC(struct mou_measure_item) item_list;

static bool read_number(struct mou_text text, int64_t *number)
{
    *number = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9' || *number > INT64_MAX / 10 - 10) {
            return false;
        }
        *number = *number * 10 + (text.bytes[i] - '0');
    }
    return text.len > 0 && *number > 0;
}

/** Columns of a reviewed list. */
struct columns {
    uint32_t decision, step, action, reason, note;
};

/** Takes a row whose action is this event; rows without an action, or with another one, are left. */
static bool take_row(struct mou_cli *cli, const char *path, const struct mou_csv_row *row, const struct columns *columns, enum mou_measure_event event, item_list *items)
{
    const struct mou_text action = mou_csv_value(row, columns->action);
    const enum mou_measure_event wanted = mou_measure_event_of(action);
    struct mou_measure_item item = {.note = mou_csv_value(row, columns->note), .reason = mou_csv_value(row, columns->reason)};
    if (action.len > 0 && (wanted == MOU_MEASURE_EVENT_COUNT || !mou_measure_event_info(wanted)->officer)) {
        mou_complain(cli, mou_say(cli, "%s 第 %u 行：不认得处理“%.*s”", "%s line %u: unknown action “%.*s”"), path, row->line, (int)action.len, action.bytes);
        return false;
    }
    if (action.len == 0 || wanted != event) {
        return true;
    }
    if (!read_number(mou_csv_value(row, columns->decision), &item.decision) || !read_number(mou_csv_value(row, columns->step), &item.step)) {
        mou_complain(cli, mou_say(cli, "%s 第 %u 行：编号、版次应照列出时的原样", "%s line %u: the numbers of decision and step must be as they were listed"), path, row->line);
        return false;
    }
    return MOU_VEC_PUSH(cli->arena, items, item);
}

static bool take_list(struct mou_cli *cli, const char *path, enum mou_measure_event event, item_list *items)
{
    struct mou_csv_list list;
    if (!mou_csv_read(cli, path, &list)) {
        return false;
    }
    const struct columns columns = {mou_csv_column(&list, "编号", "decision"), mou_csv_column(&list, "版次", "step"), mou_csv_column(&list, "处理", "action"),
                                    mou_csv_column(&list, "理由", "reason"), mou_csv_column(&list, "附注", "note")};
    if (columns.decision == UINT32_MAX || columns.step == UINT32_MAX || columns.action == UINT32_MAX) {
        mou_complain(cli, mou_say(cli, "%s 须有编号、版次、处理三列：请用 mou decide list -o 列出的文件", "%s needs the columns decision, step and action: use a file of mou decide list -o"), path);
        return false;
    }
    bool taken = true;
    for (size_t i = 1; taken && i < list.count; i++) {
        taken = take_row(cli, path, &list.items[i], &columns, event, items);
    }
    return taken;
}

static bool take_items(struct mou_cli *cli, enum mou_measure_event event, item_list *items)
{
    const char *path = mou_option_value(cli, "list", NULL);
    bool taken = path == NULL || take_list(cli, path, event, items);
    for (int i = 2; taken && i < cli->argument_count; i++) {
        struct mou_measure_item item = {.note = mou_text_of(mou_option_value(cli, "note", ""))};
        taken = read_number(mou_text_of(cli->arguments[i]), &item.decision);
        if (!taken) {
            mou_complain(cli, mou_say(cli, "“%s”不是决定的编号", "“%s” is not the number of a decision"), cli->arguments[i]);
        } else {
            taken = MOU_VEC_PUSH(cli->arena, items, item);
        }
    }
    if (taken && items->count == 0) {
        mou_complain(cli, mou_say(cli, "没有要“%s”的决定：写编号，或者在列表的“处理”一栏填写", "nothing to do: give numbers, or fill in the column “action” with “%s”"),
                     mou_say(cli, mou_measure_event_info(event)->zh, mou_measure_event_info(event)->word));
        taken = false;
    }
    return taken;
}

static void print_act(const struct mou_cli *cli, enum mou_measure_event event, size_t count, int64_t act)
{
    if (cli->json) {
        printf("{\"schema\": \"mou/decide/1\", \"act\": %lld, \"event\": \"%s\", \"measures\": %zu}\n", (long long)act, mou_measure_event_info(event)->word, count);
    } else {
        printf(mou_say(cli, "已办“%s” %zu 项（第 %lld 号经办）\n", "“%s”: %zu measures (act %lld)\n"), mou_say_event(cli, event), count, (long long)act);
    }
}

static enum mou_exit act(struct mou_cli *cli, enum mou_measure_event event)
{
    struct mou_measure_request request = {.event = event};
    struct mou_store *store = NULL;
    item_list items = {0};
    int64_t number = 0;
    if (!mou_officer_of(cli, false, &request.by) || !take_items(cli, event, &items)) {
        return mou_arena_failed(cli->arena) ? mou_out_of_memory(cli) : MOU_EXIT_USAGE;
    }
    request.items = items.items;
    request.count = items.count;
    enum mou_exit code = mou_open_store_for(cli, cli->arguments[1], &request.by, &store);
    if (code != MOU_EXIT_DONE) {
        return code;
    }
    const enum mou_status status = mou_store_decide(store, &request, &number);
    if (status != MOU_OK) {
        code = mou_store_complain(cli, store, status);
    } else {
        print_act(cli, event, items.count, number);
    }
    mou_store_close(store);
    return code;
}

enum mou_exit mou_cmd_decide(struct mou_cli *cli)
{
    const char *verb = cli->arguments[0];
    const enum mou_measure_event event = mou_measure_event_of(mou_text_of(verb));
    const bool acts = event < MOU_MEASURE_EVENT_COUNT && mou_measure_event_info(event)->officer;
    struct mou_store *store = NULL;
    if (!acts && strcmp(verb, "list") != 0 && strcmp(verb, "show") != 0) {
        mou_complain(cli, mou_say(cli, "mou decide 没有“%s”；可写 list、show、notify、serve、confirm、reject、execute、lift 或 annul",
                                  "mou decide has no “%s”; use list, show, notify, serve, confirm, reject, execute, lift or annul"), verb);
        return MOU_EXIT_USAGE;
    }
    if (acts) {
        return act(cli, event);
    }
    enum mou_exit code = mou_open_store(cli, cli->arguments[1], &store);
    if (code == MOU_EXIT_DONE) {
        code = list(cli, store, *verb == 's');
        mou_store_close(store);
    }
    return code;
}
