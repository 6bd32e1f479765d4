/*
 * mou repair check, apply, decide and list: whether a repair is possible and from when, applications, and decisions by another person.
 */
#include <stdlib.h>
#include <string.h>

#include "measure_text.h"

#define TEXT_BYTES_MAX ((size_t)1024 * 1024 * 1024)

/* ------------------------------------------------------------------ check */

struct checking {
    struct mou_cli *cli;
    const struct mou_pack *pack;
    struct mou_masking masking;
    struct mou_buf line, out;
    uint64_t count;
};

static const char *say_outcome(const struct mou_cli *cli, enum mou_repair_outcome outcome)
{
    static const char *const zh[] = {"可以申请", "不予修复", "还不能申请", "待核实"};
    static const char *const en[] = {"may be applied for", "refused", "not yet", "to verify"};
    return mou_say(cli, zh[outcome], en[outcome]);
}

static void put_state(struct checking *checking, const struct mou_repair_state *repair)
{
    struct mou_buf *out = &checking->out;
    struct mou_text rule;
    struct mou_text memorandum;
    struct mou_text ignored;
    uint32_t number = 0;
    uint32_t record = 0;
    mou_pack_repair(checking->pack, repair->rule, &rule, &number, &record);
    mou_pack_memorandum(checking->pack, number, &memorandum, &ignored, &ignored, &ignored);
    const struct mou_text key = repair->about.key.bytes != NULL ? mou_shown_key(&checking->masking, repair->about.record, repair->about.key) : MOU_TEXT("");
    mou_buf_printf(out, "%.*s.%.*s  %.*s %.*s：%s", (int)memorandum.len, memorandum.bytes, (int)rule.len, rule.bytes, (int)repair->about.record.len, repair->about.record.bytes,
                   (int)key.len, key.bytes, say_outcome(checking->cli, repair->outcome));
    if (repair->outcome == MOU_REPAIR_IS_NOT_ELIGIBLE && repair->earliest != MOU_DATE_NONE) {
        mou_buf_text(out, mou_say(checking->cli, "，最早 ", ", from "));
        mou_put_date(out, repair->earliest);
    }
    for (uint32_t i = 0; i < repair->missing_count; i++) {
        const struct mou_missing_ref *missing = &repair->missing[i];
        mou_buf_printf(out, "%s%.*s", i == 0 ? mou_say(checking->cli, "，缺 ", ", missing ") : mou_say(checking->cli, "、", ", "), (int)missing->field.len,
                       missing->field.bytes != NULL ? missing->field.bytes : "");
    }
    mou_buf_char(out, '\n');
}

static enum mou_status take_state(void *state, const struct mou_repair_state *repair)
{
    struct checking *checking = state;
    checking->count++;
    if (checking->cli->json) {
        mou_buf_clear(&checking->line);
        mou_repair_json(checking->pack, repair, &checking->line);
        mou_mask_line(&checking->masking, (struct mou_text){checking->line.data, checking->line.len}, &checking->out);
    } else {
        put_state(checking, repair);
    }
    return checking->out.failed || checking->line.failed ? MOU_ERROR_MEMORY : MOU_OK;
}

static enum mou_exit check_store(struct mou_cli *cli, struct mou_store *store, mou_date day)
{
    struct checking checking = {.cli = cli, .pack = mou_store_pack(store)};
    bool found = false;
    enum mou_exit code = mou_masking_note(cli, store, "repair");
    if (code != MOU_EXIT_DONE) {
        return code;
    }
    mou_masking_init(&checking.masking, cli, checking.pack);
    mou_buf_init(&checking.line, NULL, TEXT_BYTES_MAX);
    mou_buf_init(&checking.out, NULL, TEXT_BYTES_MAX);
    const enum mou_status status = mou_store_repairs(store, mou_text_of(cli->arguments[2]), day, take_state, &checking, &found);
    if (status != MOU_OK) {
        code = mou_store_complain(cli, store, status);
    } else if (!found) {
        mou_complain(cli, mou_say(cli, "数据库里没有主体“%s”", "the store has no subject “%s”"), cli->arguments[2]);
        code = MOU_EXIT_NEGATIVE;
    } else {
        code = mou_output(cli, &checking.out);
        if (checking.out.len == 0) {
            mou_narrate(cli, "%s", mou_say(cli, "没有规则允许修复的记录", "no records that a rule lets repair"));
        }
    }
    mou_buf_free(&checking.line);
    mou_buf_free(&checking.out);
    return code;
}

static enum mou_exit check(struct mou_cli *cli)
{
    struct mou_store *store = NULL;
    struct mou_officer officer = {.today = mou_clock_today()};
    bool dated = false;
    if (cli->argument_count != 3) {
        mou_complain(cli, "%s", mou_say(cli, "用法：mou repair check DB 主体", "usage: mou repair check DB SUBJECT"));
        return MOU_EXIT_USAGE;
    }
    if (!mou_option_date(cli, "on", &dated, &officer.day) || !mou_masking_allowed(cli)) {
        return MOU_EXIT_USAGE;
    }
    officer.day = dated ? officer.day : officer.today;
    enum mou_exit code = mou_open_store_for(cli, cli->arguments[1], &officer, &store);
    if (code == MOU_EXIT_DONE) {
        code = check_store(cli, store, officer.day);
        mou_store_close(store);
    }
    return code;
}

/* ------------------------------------------------------------------ apply, decide */

static void print_result(const struct mou_cli *cli, const struct mou_repair_request *request, const struct mou_repair_result *result)
{
    struct mou_buf line;
    mou_buf_init(&line, NULL, 65536);
    if (cli->json) {
        mou_buf_printf(&line, "{\"schema\": \"mou/repair/1\", \"%s\": %lld, \"act\": %lld", request->application == 0 ? "application" : "decision", (long long)result->number, (long long)result->act);
        mou_put_json_date(&line, "due", result->due);
        mou_buf_printf(&line, ", \"lifted\": %llu}", (unsigned long long)result->lifted);
    } else if (request->application == 0) {
        mou_buf_printf(&line, mou_say(cli, "已受理第 %lld 号修复申请", "application %lld is taken"), (long long)result->number);
        mou_buf_text(&line, result->due != MOU_DATE_NONE ? mou_say(cli, "，办理期限 ", ", to be decided by ") : "");
        mou_put_date(&line, result->due);
    } else {
        mou_buf_printf(&line, request->grant ? mou_say(cli, "第 %lld 号申请准予修复，解除措施 %llu 项", "application %lld is granted, %llu measures are lifted")
                                             : mou_say(cli, "第 %lld 号申请不予修复，措施照旧（%llu）", "application %lld is refused, measures stay as they are (%llu)"),
                       (long long)request->application, (unsigned long long)result->lifted);
    }
    printf("%s\n", line.failed ? "" : line.data);
    mou_buf_free(&line);
}

static bool take_request(struct mou_cli *cli, bool applies, struct mou_repair_request *request)
{
    const bool grants = mou_option_given(cli, "grant");
    char *end = NULL;
    if (applies && cli->argument_count == 5) {
        request->subject = mou_text_of(cli->arguments[2]);
        request->rule = mou_text_of(cli->arguments[3]);
        request->key = mou_text_of(cli->arguments[4]);
        return true;
    }
    request->application = !applies && cli->argument_count == 3 ? strtoll(cli->arguments[2], &end, 10) : 0;
    request->grant = grants;
    if (!applies && request->application > 0 && *end == '\0' && grants != mou_option_given(cli, "refuse")) {
        return true;
    }
    mou_complain(cli, "%s", mou_say(cli, "用法：mou repair apply DB 主体 修复 文号；mou repair decide DB 申请编号 --grant 或 --refuse",
                                    "usage: mou repair apply DB SUBJECT REPAIR KEY; mou repair decide DB NUMBER --grant or --refuse"));
    return false;
}

static enum mou_exit act(struct mou_cli *cli, bool applies)
{
    struct mou_repair_request request = {.application = 0};
    struct mou_repair_result result;
    struct mou_store *store = NULL;
    if (!take_request(cli, applies, &request) || !mou_officer_of(cli, true, &request.by)) {
        return MOU_EXIT_USAGE;
    }
    enum mou_exit code = mou_open_store_for(cli, cli->arguments[1], &request.by, &store);
    if (code == MOU_EXIT_DONE) {
        const enum mou_status status = mou_store_repair(store, &request, &result);
        code = status == MOU_OK ? MOU_EXIT_DONE : mou_store_complain(cli, store, status);
        mou_store_close(store);
    }
    if (code == MOU_EXIT_DONE) {
        print_result(cli, &request, &result);
    }
    return code;
}

/* ------------------------------------------------------------------ list */

static bool take_entry(void *state, const struct mou_repair_entry *entry)
{
    struct mou_listing *listing = state;
    const struct mou_cli *cli = listing->cli;
    struct mou_buf *out = &listing->out;
    const struct mou_text subject = mou_shown_subject(&listing->masking, entry->subject, &listing->subject);
    const struct mou_text key = mou_shown_key(&listing->masking, entry->record, entry->key);
    if (cli->json) {
        mou_buf_printf(out, "{\"application\": %lld", (long long)entry->number);
        mou_put_json_text(out, "subject", subject);
        mou_put_json_text(out, "memorandum", entry->memorandum);
        mou_put_json_text(out, "rule", entry->rule);
        mou_put_json_text(out, "record", entry->record);
        mou_put_json_text(out, "key", key);
        mou_put_json_date(out, "applied", entry->applied);
        mou_put_json_date(out, "due", entry->due);
        mou_put_json_text(out, "actor", entry->actor);
        mou_put_json_text(out, "reason", entry->reason);
        mou_put_json_text(out, "decision", entry->decision);
        mou_put_json_date(out, "decided", entry->decided);
        mou_put_json_text(out, "decided_by", entry->decided_by);
        mou_put_json_text(out, "answer", entry->answer);
        mou_buf_text(out, "}\n");
        return !out->failed;
    }
    mou_buf_printf(out, "%lld  %.*s  %.*s.%.*s  %.*s  ", (long long)entry->number, (int)subject.len, subject.bytes, (int)entry->memorandum.len, entry->memorandum.bytes, (int)entry->rule.len,
                   entry->rule.bytes, (int)key.len, key.bytes);
    mou_put_date(out, entry->applied);
    const bool granted = mou_text_equal(entry->decision, MOU_TEXT("grant"));
    mou_buf_text(out, entry->decision.len == 0 ? mou_say(cli, "  待决定，办理期限 ", "  waits, to be decided by ") : granted ? mou_say(cli, "  准予 ", "  granted ") : mou_say(cli, "  不予 ", "  refused "));
    mou_put_date(out, entry->decision.len == 0 ? entry->due : entry->decided);
    mou_buf_char(out, '\n');
    return !out->failed;
}

static enum mou_status fill(struct mou_store *store, struct mou_listing *listing)
{
    return mou_store_repair_list(store, !mou_option_given(listing->cli, "all"), take_entry, listing);
}

static enum mou_exit list(struct mou_cli *cli)
{
    struct mou_listing listing = {.cli = cli};
    return mou_print_listing(&listing, "repair", fill);
}

enum mou_exit mou_cmd_repair(struct mou_cli *cli)
{
    const char *verb = cli->arguments[0];
    if (strcmp(verb, "check") == 0) {
        return check(cli);
    }
    if (strcmp(verb, "apply") == 0 || strcmp(verb, "decide") == 0) {
        return act(cli, *verb == 'a');
    }
    if (strcmp(verb, "list") == 0) {
        return list(cli);
    }
    mou_complain(cli, mou_say(cli, "mou repair 没有“%s”；可写 check、apply、decide 或 list", "mou repair has no “%s”; use check, apply, decide or list"), verb);
    return MOU_EXIT_USAGE;
}
