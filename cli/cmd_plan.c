/*
 * mou plan: before a pack is put in force, who would gain or lose which measure by which article. Evaluates every subject by both packs; stores nothing.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "csv_text.h"
#include "masking.h"
#include "store_commands.h"

#define TEXT_BYTES_MAX ((size_t)1024 * 1024 * 1024)

/** One decision by one of the packs. */
struct planned {
    struct mou_text subject, memorandum, rule;
    enum mou_decision_outcome outcome;
    struct mou_text line; /**< as JSON, without the memorandum's version */
};

typedef MOU_VEC(struct planned) planned_list;

enum change_kind { CHANGE_GAINED, CHANGE_LOST, CHANGE_ALTERED, CHANGE_OTHER, CHANGE_KIND_COUNT };

/** What differs for one subject and measure: gained or lost is what is in force by one pack only; altered, what is in force by both but not alike. */
struct change {
    enum change_kind kind;
    const struct planned *before;
    const struct planned *after;
    json_t *shown; /**< the newer of the two, parsed; borrowed from the plan's list */
};

typedef MOU_VEC(struct change) change_list;

/** Both passes and their difference. */
struct plan {
    struct mou_cli *cli;
    struct mou_store *store;
    mou_date as_of;
    mou_time known_at;
    planned_list *collected; /**< list being filled */
    struct mou_buf line;
    planned_list before, after;
    change_list changes;
    json_t *parsed; /**< array that owns what the changes show */
};

/* ------------------------------------------------------------------ collecting */

static bool keep(struct mou_cli *cli, struct mou_text text, struct mou_text *kept)
{
    *kept = (struct mou_text){mou_arena_copy(cli->arena, text.bytes, text.len), text.len};
    return kept->bytes != NULL;
}

/** Takes `, "version": "…"` out of a line: every pack has its own. */
static void drop_version(struct mou_buf *line)
{
    static const char member[] = ", \"version\": \"";
    char *begin = line->data != NULL ? strstr(line->data, member) : NULL;
    if (begin == NULL) {
        return;
    }
    const char *end = begin + sizeof member - 1;
    while (*end != '"' && *end != '\0') {
        end += *end == '\\' && end[1] != '\0' ? 2 : 1;
    }
    end += *end == '"';
    const size_t cut = (size_t)(end - begin);
    memmove(begin, end, line->len - (size_t)(begin - line->data) - cut + 1);
    line->len -= cut;
}

static enum mou_status take_decision(void *state, const struct mou_pack *pack, const struct mou_decision *decision)
{
    struct plan *plan = state;
    struct planned planned = {.outcome = decision->outcome};
    struct mou_text rule;
    struct mou_text memorandum;
    struct mou_text ignored;
    uint32_t number = 0;
    uint32_t kind = 0;
    mou_pack_measure(pack, decision->rule, &rule, &number, &kind, &ignored, &ignored);
    mou_pack_memorandum(pack, number, &memorandum, &ignored, &ignored, &ignored);
    mou_buf_clear(&plan->line);
    mou_decision_json(pack, decision, &plan->line);
    drop_version(&plan->line);
    const bool kept = !plan->line.failed && keep(plan->cli, decision->subject, &planned.subject) && keep(plan->cli, memorandum, &planned.memorandum) &&
                      keep(plan->cli, rule, &planned.rule) && keep(plan->cli, (struct mou_text){plan->line.data, plan->line.len}, &planned.line) &&
                      MOU_VEC_PUSH(plan->cli->arena, plan->collected, planned);
    return kept ? MOU_OK : MOU_ERROR_MEMORY;
}

static bool show_subjects(void *state, uint64_t done, uint64_t total)
{
    return mou_progress_show(state, done, total);
}

/** Takes the pack: one that is given, or the one in force. */
static enum mou_exit choose_pack(struct plan *plan, const char *path)
{
    struct mou_cli *cli = plan->cli;
    struct mou_loaded_pack loaded;
    if (strcmp(path, "current") == 0 || strcmp(path, "现行") == 0) {
        enum mou_status status = mou_store_use_pack(plan->store, plan->as_of, plan->known_at);
        return status == MOU_OK ? MOU_EXIT_DONE : mou_store_complain(cli, plan->store, status);
    }
    enum mou_exit code = mou_rules_open_pack(cli, path, &loaded);
    if (code == MOU_EXIT_DONE) {
        enum mou_status status = mou_store_try_pack(plan->store, (const unsigned char *)loaded.bytes.bytes, loaded.bytes.len);
        code = status == MOU_OK ? MOU_EXIT_DONE : mou_store_complain(cli, plan->store, status);
    }
    mou_loaded_pack_close(&loaded);
    return code;
}

static int by_measure_and_subject(const void *a, const void *b)
{
    const struct planned *first = a;
    const struct planned *second = b;
    int order = mou_text_compare(first->memorandum, second->memorandum);
    order = order != 0 ? order : mou_text_compare(first->rule, second->rule);
    return order != 0 ? order : mou_text_compare(first->subject, second->subject);
}

static enum mou_exit collect(struct plan *plan, const char *path, planned_list *list)
{
    struct mou_run_request request = {.as_of = plan->as_of, .known_at = plan->known_at, .now = mou_clock_now(), .decision = take_decision, .decision_state = plan};
    struct mou_run_result result;
    struct mou_progress progress;
    enum mou_exit code = choose_pack(plan, path);
    if (code != MOU_EXIT_DONE) {
        return code;
    }
    plan->collected = list;
    mou_progress_start(&progress, plan->cli);
    request.progress = show_subjects;
    request.progress_state = &progress;
    enum mou_status status = mou_store_run(plan->store, &request, &result);
    mou_progress_end(&progress);
    if (status != MOU_OK) {
        return mou_store_complain(plan->cli, plan->store, status);
    }
    if (list->count > 0) {
        qsort(list->items, list->count, sizeof *list->items, by_measure_and_subject);
    }
    return MOU_EXIT_DONE;
}

/* ------------------------------------------------------------------ comparing */

static enum change_kind kind_of(const struct planned *before, const struct planned *after)
{
    const bool was = before != NULL && before->outcome == MOU_IN_FORCE;
    const bool is = after != NULL && after->outcome == MOU_IN_FORCE;
    return was && is ? CHANGE_ALTERED : is ? CHANGE_GAINED : was ? CHANGE_LOST : CHANGE_OTHER;
}

static bool add_change(struct plan *plan, const struct planned *before, const struct planned *after)
{
    struct change change = {.kind = kind_of(before, after), .before = before, .after = after};
    const struct planned *shown = after != NULL ? after : before;
    if (shown == NULL) {
        return true;
    }
    change.shown = json_loadb(shown->line.bytes, shown->line.len, 0, NULL);
    return change.shown != NULL && json_array_append_new(plan->parsed, change.shown) == 0 && MOU_VEC_PUSH(plan->cli->arena, &plan->changes, change);
}

static bool compare(struct plan *plan)
{
    size_t i = 0;
    size_t k = 0;
    while (i < plan->before.count || k < plan->after.count) {
        const struct planned *before = i < plan->before.count ? &plan->before.items[i] : NULL;
        const struct planned *after = k < plan->after.count ? &plan->after.items[k] : NULL;
        const int order = before == NULL ? 1 : after == NULL ? -1 : by_measure_and_subject(before, after);
        i += order <= 0;
        k += order >= 0;
        if (order == 0 && mou_text_equal(before->line, after->line)) {
            continue;
        }
        if (!add_change(plan, order <= 0 ? before : NULL, order >= 0 ? after : NULL)) {
            return false;
        }
    }
    return true;
}

/* ------------------------------------------------------------------ printing */

static const char *kind_word(const struct mou_cli *cli, enum change_kind kind)
{
    static const char *const zh[] = {"增加", "失去", "变更", "其他"};
    static const char *const en[] = {"gains", "loses", "altered", "other"};
    return mou_say(cli, zh[kind], en[kind]);
}

static const char *outcome_word(const struct planned *planned)
{
    static const char *const words[] = {"in_force", "suspended", "to_verify", "pending"};
    return planned != NULL ? words[planned->outcome] : "";
}

static const char *outcome_text(const struct mou_cli *cli, const struct planned *planned)
{
    static const char *const zh[] = {"生效", "暂停", "待核实", "未生效"};
    static const char *const en[] = {"in force", "suspended", "to verify", "pending"};
    return planned != NULL ? mou_say(cli, zh[planned->outcome], en[planned->outcome]) : mou_say(cli, "无", "none");
}

static const char *member(const struct change *change, const char *name)
{
    const char *text = json_string_value(json_object_get(change->shown, name));
    return text != NULL ? text : "";
}

static const struct planned *shown(const struct change *change)
{
    return change->after != NULL ? change->after : change->before;
}

/** The articles, joined. */
static void put_articles(const struct change *change, struct mou_buf *out)
{
    const json_t *basis = json_object_get(change->shown, "basis");
    for (size_t i = 0; i < json_array_size(basis); i++) {
        mou_buf_text(out, i > 0 ? "；" : "");
        mou_buf_text(out, json_string_value(json_array_get(basis, i)));
    }
}

/** Changes [begin, end) are of one measure and rest on the same articles. */
static size_t end_of_group(const struct plan *plan, size_t begin)
{
    const struct change *first = &plan->changes.items[begin];
    size_t end = begin + 1;
    while (end < plan->changes.count) {
        const struct change *next = &plan->changes.items[end];
        if (!mou_text_equal(shown(first)->memorandum, shown(next)->memorandum) || !mou_text_equal(shown(first)->rule, shown(next)->rule) ||
            json_equal(json_object_get(first->shown, "basis"), json_object_get(next->shown, "basis")) == 0) {
            break;
        }
        end++;
    }
    return end;
}

static void count_group(const struct plan *plan, size_t begin, size_t end, unsigned long long counts[CHANGE_KIND_COUNT])
{
    memset(counts, 0, CHANGE_KIND_COUNT * sizeof *counts);
    for (size_t i = begin; i < end; i++) {
        counts[plan->changes.items[i].kind]++;
    }
}

static void put_totals_text(const struct plan *plan, struct mou_buf *out)
{
    unsigned long long counts[CHANGE_KIND_COUNT];
    count_group(plan, 0, plan->changes.count, counts);
    mou_buf_printf(out, mou_say(plan->cli, "原 %zu 项决定，新 %zu 项；增加 %llu，失去 %llu，变更 %llu，其他 %llu\n", "%zu decisions before, %zu after; %llu gained, %llu lost, %llu altered, %llu other\n"),
                   plan->before.count, plan->after.count, counts[0], counts[1], counts[2], counts[3]);
    for (size_t begin = 0, end = 0; begin < plan->changes.count; begin = end) {
        const struct change *first = &plan->changes.items[begin];
        end = end_of_group(plan, begin);
        count_group(plan, begin, end, counts);
        mou_buf_printf(out, "  %s %.*s.%.*s  ", member(first, "item"), (int)shown(first)->memorandum.len, shown(first)->memorandum.bytes, (int)shown(first)->rule.len,
                       shown(first)->rule.bytes);
        put_articles(first, out);
        for (int kind = 0; kind < CHANGE_KIND_COUNT; kind++) {
            mou_buf_printf(out, "  %s %llu", kind_word(plan->cli, (enum change_kind)kind), counts[kind]);
        }
        mou_buf_char(out, '\n');
    }
}

static void put_text(const struct plan *plan, struct mou_buf *out)
{
    put_totals_text(plan, out);
    for (size_t i = 0; i < plan->changes.count; i++) {
        const struct change *change = &plan->changes.items[i];
        mou_buf_printf(out, "%s  %.*s  %.*s  %s → %s  %s – %s  ", kind_word(plan->cli, change->kind), (int)shown(change)->subject.len, shown(change)->subject.bytes,
                       (int)shown(change)->rule.len, shown(change)->rule.bytes, outcome_text(plan->cli, change->before), outcome_text(plan->cli, change->after),
                       member(change, "from"), member(change, "until"));
        put_articles(change, out);
        mou_buf_char(out, '\n');
    }
}

static void put_csv(const struct plan *plan, struct mou_buf *out)
{
    struct mou_buf articles;
    mou_buf_init(&articles, NULL, TEXT_BYTES_MAX);
    mou_buf_text(out, mou_say(plan->cli, "主体,变化,备忘录,措施,目录项,依据,原结果,新结果,自,至\r\n", "subject,change,memorandum,measure,item,basis,before,after,from,until\r\n"));
    for (size_t i = 0; i < plan->changes.count; i++) {
        const struct change *change = &plan->changes.items[i];
        const struct planned *one = shown(change);
        mou_buf_clear(&articles);
        put_articles(change, &articles);
        mou_csv_cell(out, one->subject, true);
        mou_csv_word(out, kind_word(plan->cli, change->kind));
        mou_csv_cell(out, one->memorandum, false);
        mou_csv_cell(out, one->rule, false);
        mou_csv_word(out, member(change, "item"));
        mou_csv_cell(out, (struct mou_text){articles.len > 0 ? articles.data : "", articles.len}, false);
        mou_csv_word(out, outcome_text(plan->cli, change->before));
        mou_csv_word(out, outcome_text(plan->cli, change->after));
        mou_csv_word(out, member(change, "from"));
        mou_csv_word(out, member(change, "until"));
        mou_buf_text(out, "\r\n");
    }
    mou_buf_free(&articles);
}

static void put_member(struct mou_buf *out, const char *name, struct mou_text text)
{
    mou_buf_printf(out, "\"%s\": ", name);
    mou_buf_json_text(out, text.bytes, text.len);
    mou_buf_text(out, ", ");
}

static void put_basis(const struct change *change, struct mou_buf *out)
{
    const json_t *basis = json_object_get(change->shown, "basis");
    mou_buf_text(out, "\"basis\": [");
    for (size_t i = 0; i < json_array_size(basis); i++) {
        const json_t *article = json_array_get(basis, i);
        mou_buf_text(out, i > 0 ? ", " : "");
        mou_buf_json_text(out, json_string_value(article), json_string_length(article));
    }
    mou_buf_char(out, ']');
}

static void put_json_totals(const struct plan *plan, struct mou_buf *out)
{
    static const char *const names[] = {"gained", "lost", "altered", "other"};
    unsigned long long counts[CHANGE_KIND_COUNT];
    for (size_t begin = 0, end = 0; begin < plan->changes.count; begin = end) {
        const struct change *first = &plan->changes.items[begin];
        end = end_of_group(plan, begin);
        count_group(plan, begin, end, counts);
        mou_buf_text(out, begin > 0 ? ", {" : "{");
        put_member(out, "memorandum", shown(first)->memorandum);
        put_member(out, "rule", shown(first)->rule);
        put_member(out, "item", mou_text_of(member(first, "item")));
        put_basis(first, out);
        for (int kind = 0; kind < CHANGE_KIND_COUNT; kind++) {
            mou_buf_printf(out, ", \"%s\": %llu", names[kind], counts[kind]);
        }
        mou_buf_char(out, '}');
    }
}

static void put_json(const struct plan *plan, struct mou_buf *out)
{
    static const char *const words[] = {"gained", "lost", "altered", "other"};
    mou_buf_text(out, "{\"schema\": \"mou/plan/1\", \"as_of\": \"");
    mou_date_format(plan->as_of, out);
    mou_buf_printf(out, "\", \"before\": %zu, \"after\": %zu, \"totals\": [", plan->before.count, plan->after.count);
    put_json_totals(plan, out);
    mou_buf_text(out, "], \"changes\": [");
    for (size_t i = 0; i < plan->changes.count; i++) {
        const struct change *change = &plan->changes.items[i];
        mou_buf_text(out, i > 0 ? ",\n{" : "\n{");
        put_member(out, "subject", shown(change)->subject);
        put_member(out, "change", mou_text_of(words[change->kind]));
        put_member(out, "memorandum", shown(change)->memorandum);
        put_member(out, "rule", shown(change)->rule);
        put_member(out, "before", mou_text_of(outcome_word(change->before)));
        put_member(out, "after", mou_text_of(outcome_word(change->after)));
        put_member(out, "from", mou_text_of(member(change, "from")));
        put_member(out, "until", mou_text_of(member(change, "until")));
        put_basis(change, out);
        mou_buf_char(out, '}');
    }
    mou_buf_text(out, "]}\n");
}

static enum mou_exit make_plan(struct plan *plan)
{
    struct mou_buf text;
    enum mou_exit code = collect(plan, plan->cli->arguments[1], &plan->before);
    code = code == MOU_EXIT_DONE ? collect(plan, plan->cli->arguments[2], &plan->after) : code;
    if (code != MOU_EXIT_DONE) {
        return code;
    }
    if (!compare(plan)) {
        return mou_out_of_memory(plan->cli);
    }
    mou_buf_init(&text, NULL, TEXT_BYTES_MAX);
    (plan->cli->json ? put_json : mou_option_given(plan->cli, "csv") ? put_csv : put_text)(plan, &text);
    code = mou_output(plan->cli, &text);
    mou_buf_free(&text);
    return code;
}

enum mou_exit mou_cmd_plan(struct mou_cli *cli)
{
    struct plan plan = {.cli = cli};
    bool dated = false;
    if (!mou_option_date(cli, "as-of", &dated, &plan.as_of) || !mou_option_time(cli, "known-at", mou_clock_now(), &plan.known_at) || !mou_masking_allowed(cli)) {
        return MOU_EXIT_USAGE;
    }
    plan.as_of = dated ? plan.as_of : mou_clock_today();
    enum mou_exit code = mou_open_store(cli, cli->arguments[0], &plan.store);
    if (code != MOU_EXIT_DONE) {
        return code;
    }
    mou_buf_init(&plan.line, NULL, TEXT_BYTES_MAX);
    plan.parsed = json_array();
    code = plan.parsed != NULL ? mou_masking_note(cli, plan.store, "plan") : mou_out_of_memory(cli);
    code = code == MOU_EXIT_DONE ? make_plan(&plan) : code;
    json_decref(plan.parsed);
    mou_buf_free(&plan.line);
    mou_store_close(plan.store);
    return code;
}
