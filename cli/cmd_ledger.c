/*
 * mou key, head, prove-entry, verify-entry and erase: signed heads of a store's ledger that can be published, proofs of single receipts that can be handed
 * out, and the erasure of what a receipt or a record says.
 */
#include <string.h>

#include "ledger_files.h"
#include "masking.h"
#include "retention.h"

enum mou_exit mou_cmd_key(struct mou_cli *cli)
{
    struct mou_key key;
    if (strcmp(cli->arguments[0], "new") != 0) {
        mou_complain(cli, mou_say(cli, "mou key 没有“%s”；可写 new", "mou key has no “%s”; use new"), cli->arguments[0]);
        return MOU_EXIT_USAGE;
    }
    if (mou_key_make(&key) != MOU_OK) {
        mou_complain(cli, "%s", mou_say(cli, "没有随机数", "no randomness"));
        return MOU_EXIT_INTERNAL;
    }
    enum mou_exit code = mou_key_file_write(cli, cli->arguments[1], &key);
    mou_key_forget(&key);
    if (code == MOU_EXIT_DONE) {
        mou_narrate(cli, mou_say(cli, "私钥 %s（只有本人可读），公钥 %s.pub", "secret key %s (private), public key %s.pub"), cli->arguments[1], cli->arguments[1]);
    }
    return code;
}

/** Writes to --output, or to standard output. */
static enum mou_exit deliver(struct mou_cli *cli, struct mou_buf *text)
{
    const char *path = mou_option_value(cli, "output", NULL);
    return path == NULL ? mou_output(cli, text) : mou_deliver_file(cli, path, text);
}

static enum mou_exit print_head(struct mou_cli *cli, struct mou_store *store, const struct mou_key *key)
{
    struct mou_tree_head head;
    struct mou_buf text;
    enum mou_status status = mou_store_head(store, &head);
    if (status != MOU_OK) {
        return mou_store_complain(cli, store, status);
    }
    mou_buf_init(&text, NULL, 65536);
    enum mou_exit code = mou_head_put(cli, &head, mou_clock_now(), key, &text);
    mou_buf_char(&text, '\n');
    code = code == MOU_EXIT_DONE ? deliver(cli, &text) : code;
    mou_buf_free(&text);
    return code;
}

enum mou_exit mou_cmd_head(struct mou_cli *cli)
{
    const char *path = mou_option_value(cli, "key", NULL);
    struct mou_store *store = NULL;
    struct mou_key key;
    enum mou_exit code = path != NULL ? mou_key_file_read(cli, path, true, &key) : MOU_EXIT_DONE;
    if (code == MOU_EXIT_DONE) {
        code = mou_open_bare_store(cli, cli->arguments[0], &store);
    }
    if (code == MOU_EXIT_DONE) {
        cli->masks_persons = false; /* a number and a hash */
        code = print_head(cli, store, path != NULL ? &key : NULL);
        mou_store_close(store);
    }
    if (path != NULL) {
        mou_key_forget(&key);
    }
    return code;
}

/** The number of a receipt given as an argument. */
static bool take_entry_number(struct mou_cli *cli, const char *text, int64_t *number)
{
    int64_t value = 0;
    bool fits = *text != '\0' && strlen(text) <= 15;
    for (const char *at = text; fits && *at != '\0'; at++) {
        fits = *at >= '0' && *at <= '9';
        value = value * 10 + (*at - '0');
    }
    *number = value;
    if (!fits) {
        mou_complain(cli, mou_say(cli, "“%s”不是收据的编号", "“%s” is not the number of a receipt"), text);
    }
    return fits;
}

/** A proof needs the receipt's own words. Where they have the identity number of a person, whoever asks says what for. */
static enum mou_exit may_show(struct mou_cli *cli, struct mou_store *store, const struct mou_entry_proof *proof)
{
    struct mou_buf masked;
    mou_buf_init(&masked, NULL, (size_t)64 * 1024 * 1024);
    mou_mask_text(proof->body, &masked);
    const bool names = masked.failed || !mou_text_equal((struct mou_text){masked.len > 0 ? masked.data : "", masked.len}, proof->body);
    mou_buf_free(&masked);
    if (!names) {
        cli->masks_persons = false;
        return MOU_EXIT_DONE;
    }
    if (!mou_option_given(cli, "unmask")) {
        mou_complain(cli, "%s", mou_say(cli, "这条收据里有个人的身份号码，证明须用原文：请加 --unmask，并写明用途（--purpose）",
                                        "the receipt has the identity number of a person, and a proof needs its own words: add --unmask, and say what for (--purpose)"));
        return MOU_EXIT_USAGE;
    }
    return mou_masking_allowed(cli) ? mou_masking_note(cli, store, "prove-entry") : MOU_EXIT_USAGE;
}

enum mou_exit mou_cmd_prove_entry(struct mou_cli *cli)
{
    struct mou_entry_proof *proof = MOU_NEW(cli->arena, struct mou_entry_proof);
    struct mou_store *store = NULL;
    struct mou_buf text;
    int64_t number = 0;
    if (proof == NULL) {
        return mou_out_of_memory(cli);
    }
    if (!take_entry_number(cli, cli->arguments[1], &number)) {
        return MOU_EXIT_USAGE;
    }
    enum mou_exit code = mou_open_bare_store(cli, cli->arguments[0], &store);
    if (code != MOU_EXIT_DONE) {
        return code;
    }
    mou_buf_init(&text, NULL, (size_t)64 * 1024 * 1024);
    enum mou_status status = mou_store_prove_entry(store, number, proof);
    if (status == MOU_OK) {
        mou_proof_put(proof, &text); /* its words live until the store's next call */
        code = may_show(cli, store, proof);
        code = code == MOU_EXIT_DONE ? deliver(cli, &text) : code;
    } else {
        code = mou_store_complain(cli, store, status);
    }
    mou_buf_free(&text);
    mou_store_close(store);
    return code;
}

enum mou_exit mou_cmd_verify_entry(struct mou_cli *cli)
{
    const char *head_path = mou_option_value(cli, "head", NULL);
    struct mou_entry_proof *proof = MOU_NEW(cli->arena, struct mou_entry_proof);
    struct mou_tree_head head;
    if (proof == NULL) {
        return mou_out_of_memory(cli);
    }
    enum mou_exit code = mou_proof_file_read(cli, cli->arguments[0], proof);
    if (code == MOU_EXIT_DONE && head_path != NULL) {
        code = mou_head_file_read(cli, head_path, &head);
    }
    if (code != MOU_EXIT_DONE) {
        return code;
    }
    const bool same_head = head_path == NULL || (head.size == proof->head.size && memcmp(head.root, proof->head.root, 32) == 0);
    const bool holds = same_head && mou_entry_proof_holds(proof);
    if (cli->json) {
        printf("{\"schema\": \"mou/verify-entry/1\", \"number\": %lld, \"holds\": %s}\n", (long long)proof->number, holds ? "true" : "false");
    } else if (holds) {
        printf(mou_say(cli, "证明成立：第 %lld 条收据在 %lld 条的账本里\n%.*s\n", "the proof holds: receipt %lld is in the ledger of %lld\n%.*s\n"), (long long)proof->number,
               (long long)proof->head.size, (int)proof->body.len, proof->body.bytes);
    } else if (!same_head) {
        printf("%s\n", mou_say(cli, "证明所用的树头不是所给的树头", "the proof is for another tree head than the one given"));
    } else {
        printf("%s\n", mou_say(cli, "证明不成立", "the proof does not hold"));
    }
    return holds ? MOU_EXIT_DONE : MOU_EXIT_NEGATIVE;
}

/** What a receipt says. */
static enum mou_exit erase_receipt(struct mou_cli *cli, struct mou_store *store, const char *actor, const char *reason)
{
    int64_t number = 0;
    if (!take_entry_number(cli, cli->arguments[1], &number)) {
        return MOU_EXIT_USAGE;
    }
    const enum mou_status status = mou_store_erase_entry(store, mou_clock_now(), number, mou_text_of(actor), mou_text_of(reason));
    if (status == MOU_OK) {
        mou_narrate(cli, mou_say(cli, "第 %lld 条收据的内容已删除，账本仍可验证", "what receipt %lld says is erased; the ledger can still be verified"), (long long)number);
    }
    return status == MOU_OK ? MOU_EXIT_DONE : mou_store_complain(cli, store, status);
}

enum mou_exit mou_cmd_erase(struct mou_cli *cli)
{
    const char *actor = mou_option_value(cli, "actor", NULL);
    const char *reason = mou_option_value(cli, "reason", NULL);
    const bool whole = cli->argument_count == 3;
    const bool record = cli->argument_count == 4 || whole;
    struct mou_store *store = NULL;
    if (whole && strcmp(cli->arguments[1], "主体") != 0 && strcmp(cli->arguments[1], "隔离") != 0) {
        mou_complain(cli, "%s", mou_say(cli, "写明收据的编号，或者 记录类型 主体 键，或者“主体”和标识，或者“隔离”和行的编号",
                                        "give the number of a receipt, or RECORD SUBJECT KEY, or 主体 SUBJECT, or 隔离 and the number of a row in quarantine"));
        return MOU_EXIT_USAGE;
    }
    if (actor == NULL || *actor == '\0' || reason == NULL || *reason == '\0') {
        mou_complain(cli, "%s", mou_say(cli, "缺少 --actor 或 --reason：删除须写明经办人和理由", "--actor and --reason are needed: an erasure names who does it and why"));
        return MOU_EXIT_USAGE;
    }
    enum mou_exit code = record ? mou_open_store(cli, cli->arguments[0], &store) : mou_open_bare_store(cli, cli->arguments[0], &store);
    if (code != MOU_EXIT_DONE) {
        return code;
    }
    code = record ? mou_erase_one(cli, store, cli->arguments[1], cli->arguments[2], whole ? cli->arguments[2] : cli->arguments[3], reason) : erase_receipt(cli, store, actor, reason);
    mou_store_close(store);
    return code;
}
