/*
 * mou feedback: a department says what it did about a measure, for a look-up that it made or a decision that was pushed to it. The third step of trigger,
 * look-up and feedback; kept as a receipt in the ledger.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "notes.h"

#define FEEDBACK_BYTES_MAX ((size_t)1024 * 1024)

/** What is fed back, checked. */
struct feedback {
    const char *subject, *measure;
    struct mou_text memorandum, rule, item;
    bool executed;
    bool dated;
    mou_date executed_on;
    int64_t request; /**< number of the look-up's receipt; 0: none */
};

/** The one measure of that name, alone or behind its memorandum's and a dot. */
static enum mou_exit find_measure(struct mou_cli *cli, const struct mou_pack *pack, struct feedback *feedback)
{
    uint32_t found = 0;
    const struct mou_text wanted = mou_text_of(feedback->measure);
    for (uint32_t i = 0; i < mou_pack_measure_count(pack); i++) {
        struct mou_text name, item, owner, ignored;
        uint32_t memorandum = 0;
        uint32_t kind = 0;
        mou_pack_measure(pack, i, &name, &memorandum, &kind, &item, &ignored);
        mou_pack_memorandum(pack, memorandum, &owner, &ignored, &ignored, &ignored);
        const bool qualified = wanted.len == owner.len + 1 + name.len && memcmp(wanted.bytes, owner.bytes, owner.len) == 0 && wanted.bytes[owner.len] == '.' &&
                               memcmp(wanted.bytes + owner.len + 1, name.bytes, name.len) == 0;
        if (qualified || mou_text_equal(wanted, name)) {
            feedback->memorandum = owner;
            feedback->rule = name;
            feedback->item = item;
            found++;
        }
    }
    if (found != 1) {
        mou_complain(cli, found == 0 ? mou_say(cli, "规则包里没有措施“%s”", "the pack has no measure “%s”")
                                     : mou_say(cli, "几部备忘录都有措施“%s”，请写成 备忘录.措施", "several memoranda have a measure “%s”: write MEMORANDUM.MEASURE"),
                     feedback->measure);
    }
    return found == 1 ? MOU_EXIT_DONE : MOU_EXIT_USAGE;
}

/** The look-up that it answers is one about this subject. */
static enum mou_exit check_request(struct mou_cli *cli, struct mou_store *store, const struct feedback *feedback)
{
    struct mou_entry_proof *proof = MOU_NEW(cli->arena, struct mou_entry_proof);
    if (feedback->request == 0) {
        return MOU_EXIT_DONE;
    }
    if (proof == NULL) {
        return mou_out_of_memory(cli);
    }
    const enum mou_status status = mou_store_prove_entry(store, feedback->request, proof);
    if (status != MOU_OK) {
        return mou_store_complain(cli, store, status);
    }
    json_t *body = json_loadb(proof->body.bytes, proof->body.len, 0, NULL);
    const char *subject = json_string_value(json_object_get(body, "lookup"));
    const bool fits = mou_text_equal(proof->kind, MOU_TEXT("lookup")) && subject != NULL && strcmp(subject, feedback->subject) == 0;
    json_decref(body);
    if (!fits) {
        mou_complain(cli, mou_say(cli, "账本第 %lld 条不是对这个主体的查询", "entry %lld of the ledger is no look-up of this subject"), (long long)feedback->request);
    }
    return fits ? MOU_EXIT_DONE : MOU_EXIT_DATA;
}

static enum mou_exit check_subject(struct mou_cli *cli, struct mou_store *store, const char *subject)
{
    const struct mou_batch *batch = NULL;
    bool found = false;
    struct mou_batch_builder *builder = mou_batch_builder_new(mou_store_pack(store), NULL);
    const enum mou_status status = builder != NULL ? mou_store_read_subject(store, MOU_TIME_NOW, mou_text_of(subject), builder, &batch, &found) : MOU_ERROR_MEMORY;
    mou_batch_builder_free(builder);
    if (status != MOU_OK) {
        return mou_store_complain(cli, store, status);
    }
    if (!found) {
        mou_complain(cli, mou_say(cli, "数据库里没有主体“%s”", "the store has no subject “%s”"), subject);
    }
    return found ? MOU_EXIT_DONE : MOU_EXIT_DATA;
}

static void put_text(struct mou_buf *body, const char *name, struct mou_text text)
{
    mou_buf_printf(body, ", \"%s\": ", name);
    mou_buf_json_text(body, text.bytes, text.len);
}

static enum mou_exit record_feedback(struct mou_cli *cli, struct mou_store *store, const struct feedback *feedback)
{
    const struct mou_acting acting = mou_acting_of(cli);
    struct mou_buf body;
    mou_buf_init(&body, NULL, FEEDBACK_BYTES_MAX);
    mou_buf_text(&body, "{\"feedback\": ");
    mou_buf_json_text(&body, feedback->subject, strlen(feedback->subject));
    mou_put_acting(&acting, &body);
    put_text(&body, "memorandum", feedback->memorandum);
    put_text(&body, "rule", feedback->rule);
    put_text(&body, "item", feedback->item);
    if (feedback->request > 0) {
        mou_buf_printf(&body, ", \"request\": %lld", (long long)feedback->request);
    }
    mou_put_member(&body, "result", feedback->executed ? "executed" : "not_executed");
    if (feedback->dated) {
        mou_buf_text(&body, ", \"executed_on\": \"");
        mou_date_format(feedback->executed_on, &body);
        mou_buf_char(&body, '"');
    }
    mou_put_member(&body, "remark", mou_option_value(cli, "remark", ""));
    mou_buf_char(&body, '}');
    const enum mou_exit code = mou_note(cli, store, "feedback", &body, NULL);
    mou_buf_free(&body);
    if (code == MOU_EXIT_DONE) {
        mou_narrate(cli, "%s", mou_say(cli, "反馈已记入账本", "the feedback is recorded in the ledger"));
    }
    return code;
}

/** Reads and checks the options. */
static bool take_options(struct mou_cli *cli, struct feedback *feedback)
{
    long request = 0;
    const bool not_executed = mou_option_given(cli, "not-executed");
    if (!mou_option_date(cli, "executed", &feedback->dated, &feedback->executed_on) || !mou_option_number(cli, "request", 1, 2147483647, 0, &request)) {
        return false;
    }
    feedback->request = request;
    feedback->executed = feedback->dated;
    if (feedback->dated == not_executed || (not_executed && *mou_option_value(cli, "remark", "") == '\0')) {
        mou_complain(cli, "%s", mou_say(cli, "写明 --executed 日期；没有执行的写 --not-executed --remark 原因", "state --executed DATE, or --not-executed --remark REASON"));
        return false;
    }
    if (*mou_option_value(cli, "department", "") == '\0') {
        mou_complain(cli, "%s", mou_say(cli, "缺少 --department：哪个单位反馈", "--department is needed: who feeds back"));
        return false;
    }
    return true;
}

enum mou_exit mou_cmd_feedback(struct mou_cli *cli)
{
    struct feedback feedback = {.subject = cli->arguments[1], .measure = cli->arguments[2]};
    struct mou_store *store = NULL;
    if (!take_options(cli, &feedback)) {
        return MOU_EXIT_USAGE;
    }
    enum mou_exit code = mou_open_store(cli, cli->arguments[0], &store);
    if (code != MOU_EXIT_DONE) {
        return code;
    }
    code = find_measure(cli, mou_store_pack(store), &feedback);
    code = code == MOU_EXIT_DONE ? check_subject(cli, store, feedback.subject) : code;
    code = code == MOU_EXIT_DONE ? check_request(cli, store, &feedback) : code;
    code = code == MOU_EXIT_DONE ? record_feedback(cli, store, &feedback) : code;
    mou_store_close(store);
    return code;
}
