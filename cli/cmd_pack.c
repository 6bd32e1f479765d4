/*
 * mou pack install, retire and list: packs put in force, or out of it, by two persons.
 */
#include <string.h>

#include "store_commands.h"

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/** A pack's hash as it is listed. */
static bool take_hash(const char *text, unsigned char hash[32])
{
    bool fits = strlen(text) == 64;
    for (int i = 0; fits && i < 32; i++) {
        const int high = digit(text[2 * i]);
        const int low = digit(text[2 * i + 1]);
        fits = high >= 0 && low >= 0;
        hash[i] = (unsigned char)((high & 15) * 16 + (low & 15));
    }
    return fits;
}

/** The pack that the argument names: a pack or rules, or (for acts on a pack that the store holds) its hash. */
static enum mou_exit take_pack(struct mou_cli *cli, const char *argument, struct mou_pack_request *request, struct mou_loaded_pack *loaded)
{
    if (take_hash(argument, request->hash)) {
        if (!request->approve && !request->retire) {
            mou_complain(cli, "%s", mou_say(cli, "提议新规则包须给出规则包文件", "a new pack is proposed with its file"));
            return MOU_EXIT_USAGE;
        }
        return MOU_EXIT_DONE;
    }
    enum mou_exit code = mou_rules_open_pack(cli, argument, loaded);
    if (code == MOU_EXIT_DONE) {
        memcpy(request->hash, mou_pack_hash(loaded->pack), 32);
        request->bytes = (const unsigned char *)loaded->bytes.bytes;
        request->len = loaded->bytes.len;
    }
    return code;
}

static void tell_done(const struct mou_cli *cli, const struct mou_pack_request *request)
{
    static const char *const zh[2][2] = {{"已提议施行，待另一人批准", "已批准施行"}, {"已提议停用，待另一人批准", "已批准停用"}};
    static const char *const en[2][2] = {{"proposed; another person approves it", "approved"}, {"retirement proposed; another person approves it", "retirement approved"}};
    struct mou_buf hash;
    mou_buf_init(&hash, NULL, 64);
    mou_buf_hex(&hash, request->hash, sizeof request->hash);
    printf(mou_say(cli, "规则包 %s：%s\n", "pack %s: %s\n"), hash.len > 0 ? hash.data : "", mou_say(cli, zh[request->retire][request->approve], en[request->retire][request->approve]));
    mou_buf_free(&hash);
}

static enum mou_exit act(struct mou_cli *cli, bool retire)
{
    struct mou_pack_request request = {.retire = retire, .approve = mou_option_given(cli, "approve"), .now = mou_clock_now()};
    struct mou_loaded_pack loaded = {.pack = NULL};
    struct mou_store *store = NULL;
    const char *actor = mou_option_value(cli, "actor", "");
    bool dated = false;
    if (*actor == '\0' || cli->argument_count < 3) {
        mou_complain(cli, "%s", *actor == '\0' ? mou_say(cli, "缺少 --actor：须写明由谁提议或批准", "--actor is needed: who proposes or approves")
                                               : mou_say(cli, "缺少规则包", "which pack?"));
        return MOU_EXIT_USAGE;
    }
    if (!mou_option_date(cli, "effective", &dated, &request.effective)) {
        return MOU_EXIT_USAGE;
    }
    if (dated && request.approve) {
        mou_complain(cli, "%s", mou_say(cli, "施行日期由提议写定，批准时不再写", "the date is the proposal's; it is not given with --approve"));
        return MOU_EXIT_USAGE;
    }
    request.actor = mou_text_of(actor);
    request.effective = dated ? request.effective : mou_clock_today();
    enum mou_exit code = take_pack(cli, cli->arguments[2], &request, &loaded);
    if (code == MOU_EXIT_DONE) {
        code = mou_open_bare_store(cli, cli->arguments[1], &store);
    }
    if (code == MOU_EXIT_DONE) {
        enum mou_status status = mou_store_pack_act(store, &request);
        code = status == MOU_OK ? MOU_EXIT_DONE : mou_store_complain(cli, store, status);
        mou_store_close(store);
    }
    if (code == MOU_EXIT_DONE) {
        tell_done(cli, &request);
    }
    mou_loaded_pack_close(&loaded);
    return code;
}

/** What an act's word means to a reader. */
static const char *act_word(const struct mou_cli *cli, const struct mou_pack_entry *entry)
{
    static const struct {
        const char *word, *zh, *en;
    } words[] = {{"found", "随库建立", "came with the store"},  {"propose", "提议施行", "proposed"},
                 {"approve", "批准施行", "approved"},          {"propose_retirement", "提议停用", "retirement proposed"},
                 {"approve_retirement", "批准停用", "retirement approved"}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (mou_text_equal(entry->act, mou_text_of(words[i].word))) {
            return mou_say(cli, words[i].zh, words[i].en);
        }
    }
    return "";
}

static bool print_entry(void *state, const struct mou_pack_entry *entry)
{
    const struct mou_cli *cli = state;
    struct mou_buf line;
    mou_buf_init(&line, NULL, 65536);
    if (cli->json) {
        mou_buf_printf(&line, "{\"number\": %lld, \"pack\": \"", (long long)entry->number);
        mou_buf_hex(&line, entry->hash, sizeof entry->hash);
        mou_buf_text(&line, "\", \"act\": ");
        mou_buf_json_text(&line, entry->act.bytes, entry->act.len);
        mou_buf_text(&line, ", \"actor\": ");
        mou_buf_json_text(&line, entry->actor.bytes, entry->actor.len);
        mou_buf_printf(&line, ", \"at\": %lld, \"effective\": \"", (long long)entry->at);
        mou_date_format(entry->effective, &line);
        mou_buf_text(&line, entry->approved ? "\", \"approved\": true}" : "\"}");
    } else {
        mou_buf_hex(&line, entry->hash, sizeof entry->hash);
        mou_buf_text(&line, "  ");
        mou_date_format(entry->effective, &line);
        mou_buf_printf(&line, "  %s  %.*s", act_word(cli, entry), (int)entry->actor.len, entry->actor.bytes);
    }
    printf("%s\n", line.failed ? "" : line.data);
    const bool whole = !line.failed;
    mou_buf_free(&line);
    return whole;
}

static enum mou_exit list(struct mou_cli *cli)
{
    struct mou_store *store = NULL;
    enum mou_exit code = mou_open_bare_store(cli, cli->arguments[1], &store);
    if (code == MOU_EXIT_DONE) {
        enum mou_status status = mou_store_packs(store, print_entry, cli);
        code = status == MOU_OK ? MOU_EXIT_DONE : mou_store_complain(cli, store, status);
        mou_store_close(store);
    }
    return code;
}

enum mou_exit mou_cmd_pack(struct mou_cli *cli)
{
    const char *verb = cli->arguments[0];
    if (strcmp(verb, "install") == 0 || strcmp(verb, "retire") == 0) {
        return act(cli, *verb == 'r');
    }
    if (strcmp(verb, "list") == 0) {
        return list(cli);
    }
    mou_complain(cli, mou_say(cli, "mou pack 没有“%s”；可写 install、retire 或 list", "mou pack has no “%s”; use install, retire or list"), verb);
    return MOU_EXIT_USAGE;
}
