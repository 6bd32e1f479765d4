/*
 * mou query and mou explain: one subject's decisions, and why they are as they are.
 */
#include <string.h>

#include "masking.h"
#include "measure_text.h"
#include "notes.h"
#include "query_lines.h"

/** One look-up: the decisions of one subject kept for printing. */
struct lookup {
    struct mou_cli *cli;
    struct mou_store *store;
    mou_date as_of;
    mou_time known_at;
    const struct mou_pack *pack;
    struct mou_buf lines;
    uint32_t decision_count;
    uint32_t rules[4096];
    bool findings[4096];
    uint32_t subject;
    const struct mou_batch *batch;
    /* --matter */
    uint32_t matter; /**< number in the pack, UINT32_MAX without one */
    bool answered;
    enum mou_matter_outcome outcome;
    struct mou_standing *standings; /**< of each measure, on that day and by that knowledge */
    bool proposals;                 /**< --proposals: matters are answered by what the rules say */
    uint32_t idle[64];              /**< measures that the matter looked up, in force by the rules and not in effect */
    uint32_t idle_count;
};

static enum mou_status take_decision(void *state, const struct mou_decision *decision)
{
    struct lookup *lookup = state;
    mou_decision_json(lookup->pack, decision, &lookup->lines);
    if (!decision->is_finding) {
        mou_standing_json(decision, &lookup->standings[decision->rule], &lookup->lines);
    }
    lookup->subject = decision->subject_number;
    if (lookup->decision_count < 4096) {
        lookup->rules[lookup->decision_count] = decision->rule;
        lookup->findings[lookup->decision_count] = decision->is_finding;
        lookup->decision_count++;
    }
    return lookup->lines.failed ? MOU_ERROR_MEMORY : MOU_OK;
}

static enum mou_exit print_explanations(struct lookup *lookup, struct mou_machine *machine)
{
    struct mou_explain_options options = {.lang = lookup->cli->lang, .json = lookup->cli->json, .unmask = mou_option_given(lookup->cli, "unmask")};
    struct mou_buf text;
    enum mou_status status = MOU_OK;
    mou_buf_init(&text, NULL, (size_t)256 * 1024 * 1024);
    for (uint32_t i = 0; status == MOU_OK && i < lookup->decision_count; i++) {
        if (i > 0) {
            mou_buf_char(&text, '\n');
        }
        status = mou_machine_explain(machine, lookup->subject, lookup->rules[i], lookup->findings[i], &options, &text);
    }
    enum mou_exit code = status == MOU_OK ? mou_output(lookup->cli, &text) : mou_out_of_memory(lookup->cli);
    mou_buf_free(&text);
    return code;
}

/** Who looked up whom, for what, and what the answer was: recorded before the answer is given. */
static enum mou_exit record_lookup(const struct lookup *lookup)
{
    const struct mou_lookup_note note = {.acting = mou_acting_of(lookup->cli), .subject = lookup->cli->arguments[1],
                                         .matter = lookup->matter != UINT32_MAX ? mou_option_value(lookup->cli, "matter", "") : NULL, .proposals = lookup->proposals,
                                         .as_of = lookup->as_of, .known_at = lookup->known_at, .pack = lookup->pack,
                                         .lines = {lookup->lines.len > 0 ? lookup->lines.data : "", lookup->lines.len}};
    int64_t number = 0;
    const enum mou_exit code = mou_note_lookup(lookup->cli, lookup->store, &note, &number);
    if (code == MOU_EXIT_DONE) {
        mou_narrate(lookup->cli, number > 0 ? mou_say(lookup->cli, "查询编号 %lld", "look-up number %lld")
                                            : mou_say(lookup->cli, "查询已登记；数据库正在写入，写完入账时编号", "the look-up is recorded, and gets its number when the store has been written"),
                    (long long)number);
    }
    return code;
}

/** The lines as JSON, confidential keys and grants hidden. */
static enum mou_exit print_lines(const struct lookup *lookup)
{
    struct mou_masking masking;
    struct mou_buf shown;
    mou_masking_init(&masking, lookup->cli, lookup->pack);
    mou_buf_init(&shown, NULL, (size_t)256 * 1024 * 1024);
    struct mou_text rest = {lookup->lines.data, lookup->lines.len};
    while (rest.len > 0) {
        const char *end = memchr(rest.bytes, '\n', rest.len);
        const size_t len = end != NULL ? (size_t)(end - rest.bytes) + 1 : rest.len;
        mou_mask_line(&masking, (struct mou_text){rest.bytes, len}, &shown);
        rest.bytes += len;
        rest.len -= len;
    }
    const enum mou_exit code = mou_output(lookup->cli, &shown);
    mou_buf_free(&shown);
    return code;
}

/** What to do with the evaluated subject. */
typedef enum mou_exit (*lookup_fn)(struct lookup *lookup, struct mou_machine *machine);

/** What the rules find and nobody has put into effect: to be told beside the answer, of which it is no part. */
static void note_idle(struct lookup *lookup, const struct mou_looked_up *found)
{
    const bool idle = found->decided && found->outcome == MOU_IN_FORCE && found->standing != NULL && !found->standing->in_effect;
    if (idle && lookup->idle_count < sizeof lookup->idle / sizeof lookup->idle[0]) {
        lookup->idle[lookup->idle_count++] = found->measure;
    }
}

/** The answer of the matter asked for. */
static enum mou_status take_matter(void *state, const struct mou_matter_state *matter)
{
    struct lookup *lookup = state;
    if (matter->rule == lookup->matter) {
        mou_matter_json(lookup->pack, matter, &lookup->lines);
        if (lookup->proposals) {
            mou_mark_proposals(&lookup->lines);
        }
        lookup->answered = true;
        lookup->outcome = matter->outcome;
        lookup->subject = matter->subject_number;
        for (uint32_t i = 0; i < matter->looked_up_count; i++) {
            note_idle(lookup, &matter->looked_up[i]);
        }
    }
    return lookup->lines.failed ? MOU_ERROR_MEMORY : MOU_OK;
}

static enum mou_exit evaluate(struct lookup *lookup, const struct mou_batch *batch, mou_date as_of, lookup_fn then)
{
    struct mou_machine *machine = NULL;
    const bool matter = lookup->matter != UINT32_MAX;
    const bool named = lookup->cli->argument_count > 2; /* mou explain of one rule, which may be any */
    struct mou_run_options options = {.as_of = as_of, .findings = mou_option_given(lookup->cli, "findings"), .matters = matter || named,
                                      .standings = lookup->proposals ? NULL : lookup->standings};
    lookup->batch = batch;
    struct mou_decision_sink sink = {.state = lookup, .decision = matter ? NULL : take_decision, .matter = matter ? take_matter : NULL};
    enum mou_status status = mou_machine_new(lookup->pack, NULL, &machine);
    if (status == MOU_OK) {
        status = mou_machine_run(machine, batch, &options, &sink);
    }
    enum mou_exit code = status == MOU_OK ? record_lookup(lookup) : mou_out_of_memory(lookup->cli);
    code = code == MOU_EXIT_DONE ? then(lookup, machine) : code;
    mou_machine_free(machine);
    return code;
}

/** Whether the name is the rule's, alone or behind its memorandum's and a dot. */
static bool is_called(const struct mou_pack *pack, struct mou_text wanted, struct mou_text name, uint32_t memorandum)
{
    struct mou_text owner;
    struct mou_text ignored;
    mou_pack_memorandum(pack, memorandum, &owner, &ignored, &ignored, &ignored);
    const bool qualified = wanted.len == owner.len + 1 + name.len && memcmp(wanted.bytes, owner.bytes, owner.len) == 0 && wanted.bytes[owner.len] == '.' &&
                           memcmp(wanted.bytes + owner.len + 1, name.bytes, name.len) == 0;
    return qualified || mou_text_equal(wanted, name);
}

/** Reads --matter; complains and returns false where no matter, or more than one, has that name. */
static bool find_matter(struct lookup *lookup)
{
    const char *wanted = mou_option_value(lookup->cli, "matter", NULL);
    uint32_t found = 0;
    for (uint32_t i = 0; wanted != NULL && i < mou_pack_matter_count(lookup->pack); i++) {
        struct mou_text name;
        uint32_t memorandum = 0;
        mou_pack_matter(lookup->pack, i, &name, &memorandum);
        if (is_called(lookup->pack, mou_text_of(wanted), name, memorandum)) {
            lookup->matter = i;
            found++;
        }
    }
    if (wanted != NULL && found != 1) {
        mou_complain(lookup->cli, found == 0 ? mou_say(lookup->cli, "规则包里没有事项“%s”", "the pack has no matter “%s”")
                                             : mou_say(lookup->cli, "几部备忘录都有事项“%s”，请写成 备忘录.事项", "several memoranda have a matter “%s”: write MEMORANDUM.MATTER"),
                     wanted);
    }
    return wanted == NULL || found == 1;
}

/** Opens the store, reads the subject and hands it on. */
static enum mou_exit look_up(struct mou_cli *cli, lookup_fn then)
{
    struct mou_store *store = NULL;
    const struct mou_batch *batch = NULL;
    mou_date as_of = 0;
    mou_time known_at = 0;
    bool given = false;
    bool found = false;
    if (!mou_option_date(cli, "as-of", &given, &as_of) || !mou_option_time(cli, "known-at", MOU_TIME_NOW, &known_at) || !mou_masking_allowed(cli)) {
        return MOU_EXIT_USAGE;
    }
    enum mou_exit code = mou_open_store(cli, cli->arguments[0], &store);
    if (code != MOU_EXIT_DONE) {
        return code;
    }
    as_of = given ? as_of : mou_clock_today();
    const struct mou_look_up asked = {mou_text_of(cli->arguments[1]), as_of, known_at};
    struct lookup *lookup = MOU_NEW(cli->arena, struct lookup);
    enum mou_status status = mou_store_use_pack(store, as_of, known_at);
    struct mou_batch_builder *builder = status == MOU_OK ? mou_batch_builder_new(mou_store_pack(store), NULL) : NULL;
    struct mou_standing *standings = status == MOU_OK ? MOU_NEW_ARRAY(cli->arena, (size_t)mou_pack_measure_count(mou_store_pack(store)) + 1, struct mou_standing) : NULL;
    if (status == MOU_OK) {
        status = MOU_ERROR_MEMORY;
    }
    if (lookup != NULL && builder != NULL && standings != NULL) {
        status = mou_store_look_up(store, &asked, builder, &batch, standings, &found);
    }
    if (status != MOU_OK) {
        code = mou_store_complain(cli, store, status);
    } else if (!found) {
        mou_complain(cli, mou_say(cli, "数据库里没有主体“%s”", "the store has no subject “%s”"), cli->arguments[1]);
        code = MOU_EXIT_NEGATIVE;
    } else {
        *lookup = (struct lookup){.cli = cli, .store = store, .as_of = as_of, .known_at = known_at, .pack = mou_store_pack(store), .matter = UINT32_MAX, .standings = standings,
                                  .proposals = mou_option_given(cli, "proposals")};
        mou_buf_init(&lookup->lines, NULL, (size_t)256 * 1024 * 1024);
        code = find_matter(lookup) ? evaluate(lookup, batch, as_of, then) : MOU_EXIT_USAGE;
        mou_buf_free(&lookup->lines);
    }
    mou_batch_builder_free(builder);
    mou_store_close(store);
    return code;
}

/** A line per decision. */
static enum mou_exit print_brief(const struct lookup *lookup)
{
    struct mou_buf text;
    mou_buf_init(&text, NULL, (size_t)16 * 1024 * 1024);
    const bool good = mou_query_lines(lookup->cli, (struct mou_text){lookup->lines.data, lookup->lines.len}, &text);
    const enum mou_exit code = good ? mou_output(lookup->cli, &text) : mou_out_of_memory(lookup->cli);
    mou_buf_free(&text);
    if (code == MOU_EXIT_DONE) {
        mou_narrate(lookup->cli, "%s", mou_say(lookup->cli, "理由见 mou explain，或者加 --full", "the reasons: mou explain, or --full"));
    }
    return code;
}

static enum mou_exit print_all(struct lookup *lookup, struct mou_machine *machine)
{
    if (lookup->cli->json) {
        return print_lines(lookup);
    }
    if (lookup->decision_count == 0) {
        printf("%s\n", mou_say(lookup->cli, "没有任何决定", "no decisions"));
        return MOU_EXIT_DONE;
    }
    return print_explanations(lookup, machine);
}

static enum mou_exit print_query(struct lookup *lookup, struct mou_machine *machine)
{
    const bool brief = !lookup->cli->json && lookup->decision_count > 0 && !mou_option_given(lookup->cli, "full");
    return brief ? print_brief(lookup) : print_all(lookup, machine);
}

/** What a workflow should know beside the answer: measures that the rules find, of which an officer has put none into effect. */
static void tell_idle(const struct lookup *lookup)
{
    for (uint32_t i = 0; i < lookup->idle_count; i++) {
        struct mou_text rule;
        struct mou_text ignored;
        uint32_t owner = 0;
        uint32_t kind = 0;
        mou_pack_measure(lookup->pack, lookup->idle[i], &rule, &owner, &kind, &ignored, &ignored);
        const struct mou_text said = lookup->standings[lookup->idle[i]].said;
        mou_narrate(lookup->cli, mou_say(lookup->cli, "注意：规则认定 %.*s，但没有在执行（状态：%.*s），未据以答复", "note: the rules find %.*s, but it is not in effect (state: %.*s) and did not count"),
                    (int)rule.len, rule.bytes, (int)said.len, said.bytes);
    }
    if (lookup->idle_count > 0) {
        mou_narrate(lookup->cli, "%s", mou_say(lookup->cli, "按规则会怎样答复，见 --proposals", "what the rules would answer: --proposals"));
    }
}

/** The answer with its reasons; denied is the negative answer. Missing data never denies. */
static enum mou_exit print_matter(struct lookup *lookup, struct mou_machine *machine)
{
    const struct mou_explain_options options = {.lang = lookup->cli->lang, .unmask = mou_option_given(lookup->cli, "unmask")};
    struct mou_buf text;
    if (!lookup->answered) {
        mou_complain(lookup->cli, "%s", mou_say(lookup->cli, "该事项所在的备忘录在这一天不在施行期间", "the matter's memorandum is not in force on that day"));
        return MOU_EXIT_USAGE;
    }
    mou_buf_init(&text, NULL, (size_t)256 * 1024 * 1024);
    enum mou_status status = MOU_OK;
    if (lookup->proposals && !lookup->cli->json) {
        mou_buf_printf(&text, "%s\n", mou_say(lookup->cli, "按规则答复，不论措施是否在执行，不作为办理的依据：", "What the rules say, whether in effect or not; nothing to act upon:"));
    }
    if (!lookup->cli->json) {
        status = mou_machine_explain_rule(machine, lookup->subject, MOU_RULE_MATTER, lookup->matter, 0, &options, &text);
    }
    enum mou_exit code = status != MOU_OK ? mou_out_of_memory(lookup->cli) : lookup->cli->json ? print_lines(lookup) : mou_output(lookup->cli, &text);
    mou_buf_free(&text);
    if (code == MOU_EXIT_DONE) {
        tell_idle(lookup);
    }
    return code == MOU_EXIT_DONE && lookup->outcome == MOU_MATTER_IS_DENIED ? MOU_EXIT_NEGATIVE : code;
}

enum mou_exit mou_cmd_query(struct mou_cli *cli)
{
    return look_up(cli, mou_option_value(cli, "matter", NULL) != NULL ? print_matter : print_query);
}

/** Number of the measure or finding of that name, UINT32_MAX if there is none. */
static uint32_t find_rule(const struct mou_pack *pack, struct mou_text wanted, bool *finding)
{
    for (uint32_t i = 0; i < mou_pack_measure_count(pack) + mou_pack_finding_count(pack); i++) {
        struct mou_text name;
        struct mou_text ignored;
        uint32_t memorandum = 0;
        uint32_t kind = 0;
        *finding = i >= mou_pack_measure_count(pack);
        if (*finding) {
            mou_pack_finding(pack, i - mou_pack_measure_count(pack), &name, &memorandum, &ignored);
        } else {
            mou_pack_measure(pack, i, &name, &memorandum, &kind, &ignored, &ignored);
        }
        if (mou_text_equal(name, wanted)) {
            return *finding ? i - mou_pack_measure_count(pack) : i;
        }
    }
    return UINT32_MAX;
}

/** Where the explanations of one name go, and how many there were. */
struct explained {
    struct lookup *lookup;
    struct mou_machine *machine;
    const struct mou_explain_options *options;
    struct mou_buf text;
    uint32_t rules, count;
    enum mou_status status;
};

/** A duty or repair about each of the subject's records of that type; a matter once. */
static void explain_other(struct explained *explained, enum mou_rule_sort sort, uint32_t rule, uint32_t record)
{
    const struct mou_batch *batch = explained->lookup->batch;
    const uint32_t rows = record == UINT32_MAX ? 1 : batch->records[record].row_count;
    explained->rules++;
    for (uint32_t row = 0; row < rows && explained->status == MOU_OK; row++) {
        if (record != UINT32_MAX && batch->records[record].subject[row] != 0) {
            continue;
        }
        if (explained->count++ > 0 && !explained->options->json) {
            mou_buf_char(&explained->text, '\n');
        }
        explained->status = mou_machine_explain_rule(explained->machine, 0, sort, rule, row, explained->options, &explained->text);
    }
}

/** Explains the duties, repairs and matters of that name. */
static void explain_others(struct explained *explained, struct mou_text wanted)
{
    const struct mou_pack *pack = explained->lookup->pack;
    struct mou_text name;
    uint32_t memorandum = 0;
    uint32_t record = 0;
    for (uint32_t i = 0; i < mou_pack_duty_count(pack); i++) {
        mou_pack_duty(pack, i, &name, &memorandum, &record);
        if (is_called(pack, wanted, name, memorandum)) {
            explain_other(explained, MOU_RULE_DUTY, i, record);
        }
    }
    for (uint32_t i = 0; i < mou_pack_repair_count(pack); i++) {
        mou_pack_repair(pack, i, &name, &memorandum, &record);
        if (is_called(pack, wanted, name, memorandum)) {
            explain_other(explained, MOU_RULE_REPAIR, i, record);
        }
    }
    for (uint32_t i = 0; i < mou_pack_matter_count(pack); i++) {
        mou_pack_matter(pack, i, &name, &memorandum);
        if (is_called(pack, wanted, name, memorandum)) {
            explain_other(explained, MOU_RULE_MATTER, i, UINT32_MAX);
        }
    }
}

/** No measure or finding: a duty, repair or matter, or nothing. */
static enum mou_exit print_others(struct lookup *lookup, struct mou_machine *machine, const struct mou_explain_options *options)
{
    const char *wanted = lookup->cli->arguments[2];
    struct explained explained = {.lookup = lookup, .machine = machine, .options = options, .status = MOU_OK};
    mou_buf_init(&explained.text, NULL, (size_t)256 * 1024 * 1024);
    explain_others(&explained, mou_text_of(wanted));
    enum mou_exit code = MOU_EXIT_DONE;
    if (explained.status != MOU_OK) {
        code = mou_out_of_memory(lookup->cli);
    } else if (explained.rules == 0) {
        mou_complain(lookup->cli, mou_say(lookup->cli, "规则包里没有措施、认定、职责、修复或事项“%s”", "the pack has no measure, finding, duty, repair or matter “%s”"), wanted);
        code = MOU_EXIT_USAGE;
    } else if (explained.count == 0) {
        mou_complain(lookup->cli, mou_say(lookup->cli, "主体没有“%s”所针对的记录", "the subject has no record that “%s” is about"), wanted);
        code = MOU_EXIT_NEGATIVE;
    } else {
        code = mou_output(lookup->cli, &explained.text);
    }
    mou_buf_free(&explained.text);
    return code;
}

static enum mou_exit print_one(struct lookup *lookup, struct mou_machine *machine)
{
    struct mou_explain_options options = {.lang = lookup->cli->lang, .json = lookup->cli->json, .why_not = mou_option_given(lookup->cli, "why-not"),
                                          .unmask = mou_option_given(lookup->cli, "unmask")};
    struct mou_buf text;
    bool finding = false;
    if (lookup->cli->argument_count < 3) {
        return print_all(lookup, machine);
    }
    uint32_t rule = find_rule(lookup->pack, mou_text_of(lookup->cli->arguments[2]), &finding);
    if (rule == UINT32_MAX) {
        return print_others(lookup, machine, &options);
    }
    mou_buf_init(&text, NULL, (size_t)256 * 1024 * 1024);
    enum mou_status status = mou_machine_explain(machine, 0, rule, finding, &options, &text);
    enum mou_exit code = status == MOU_OK ? mou_output(lookup->cli, &text) : mou_out_of_memory(lookup->cli);
    mou_buf_free(&text);
    return code;
}

enum mou_exit mou_cmd_explain(struct mou_cli *cli)
{
    return look_up(cli, print_one);
}
