/*
 * What notices say: facts, articles, measure, term, and how to be heard and to object, as an official would write it. Everything comes from the decision and its explanation; nothing is added
 * that the rules do not say.
 */
#include <string.h>

#include "notice.h"

#define TEXT_BYTES_MAX ((size_t)1024 * 1024)

static const char *say(const struct mou_notice *notice, const char *zh, const char *en)
{
    return mou_say(notice->cli, zh, en);
}

static void add(struct mou_notice *notice, enum mou_block_kind kind, struct mou_buf *text)
{
    const struct mou_block block = {kind, mou_buf_into_arena(text, notice->cli->arena)};
    notice->failed = mou_arena_failed(notice->cli->arena) || !MOU_VEC_PUSH(notice->cli->arena, &notice->blocks, block) || notice->failed;
}

static void add_text(struct mou_notice *notice, enum mou_block_kind kind, const char *text)
{
    struct mou_buf buf;
    mou_buf_init(&buf, NULL, TEXT_BYTES_MAX);
    mou_buf_text(&buf, text);
    add(notice, kind, &buf);
}

static const char *string_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text != NULL ? text : "";
}

/** A date as documents write it. */
static void put_day(const struct mou_notice *notice, struct mou_buf *out, mou_date date)
{
    if (notice->cli->lang == MOU_LANG_EN) {
        mou_put_date(out, date);
        return;
    }
    const struct mou_civil civil = mou_date_to_civil(date);
    mou_buf_printf(out, "%d年%d月%d日", civil.year, civil.month, civil.day);
}

static const char *you(const struct mou_notice *notice, const struct mou_notice_facts *facts)
{
    return say(notice, facts->person ? "你" : "你单位", "you");
}

/* ------------------------------------------------------------------ facts */

/** Whether the same name was put before: one fact bears several conditions. */
static bool put_once(json_t *seen, const char *name, const char *text)
{
    char key[1024];
    (void)snprintf(key, sizeof key, "%s=%s", name, text);
    const bool fresh = json_object_get(seen, key) == NULL;
    return fresh && json_object_set_new(seen, key, json_true()) == 0;
}

static bool is_no(const json_t *node)
{
    return strcmp(string_of(node, "truth"), "no") == 0;
}

/** Names and values below an explanation's node, in their order, each once; of what holds only: what does not is no fact that the decision rests on. */
static void put_values(const struct mou_notice *notice, const json_t *node, json_t *seen, struct mou_buf *out, int depth)
{
    const json_t *because = json_object_get(node, "because");
    const char *about = string_of(node, "about");
    if ((strcmp(about, "value") == 0 || strcmp(about, "field") == 0) && put_once(seen, string_of(node, "name"), string_of(node, "text"))) {
        mou_buf_printf(out, say(notice, "%s%s %s", "%s%s %s"), json_object_size(seen) > 1 ? say(notice, "，", ", ") : "", string_of(node, "name"), string_of(node, "text"));
    }
    for (size_t i = 0; depth < 32 && !is_no(node) && i < json_array_size(because); i++) {
        put_values(notice, json_array_get(because, i), seen, out, depth + 1);
    }
}

/** Whether it is put together of others, so that its own words are those of the rule and not of a condition. */
static bool is_composed(const json_t *condition)
{
    const json_t *because = json_object_get(condition, "because");
    bool composed = false;
    for (size_t i = 0; i < json_array_size(because); i++) {
        composed = composed || strcmp(string_of(json_array_get(because, i), "about"), "clause") == 0;
    }
    return composed;
}

/** One ground: the record, its values, the condition that it fulfils. */
static void put_ground(struct mou_notice *notice, const json_t *node, int number)
{
    const json_t *because = json_object_get(node, "because");
    struct mou_buf text;
    json_t *seen = json_object();
    mou_buf_init(&text, NULL, TEXT_BYTES_MAX);
    mou_buf_printf(&text, say(notice, "%d．%s：", "%d. %s: "), number, string_of(node, "text"));
    put_values(notice, node, seen, &text, 0);
    for (size_t i = 0; i < json_array_size(because); i++) {
        const json_t *condition = json_array_get(because, i);
        if (strcmp(string_of(condition, "about"), "condition") == 0 && !is_composed(condition)) {
            mou_buf_printf(&text, say(notice, "；符合“%s”", "; “%s” is fulfilled"), string_of(condition, "text"));
        }
    }
    mou_buf_text(&text, say(notice, "。", "."));
    json_decref(seen);
    add(notice, MOU_BLOCK_ITEM, &text);
}

/** Grounds that hold, wherever they stand in the explanation. */
static void find_grounds(struct mou_notice *notice, const json_t *node, int *number, int depth)
{
    const json_t *because = json_object_get(node, "because");
    if (strcmp(string_of(node, "about"), "ground") == 0) {
        if (strcmp(string_of(node, "truth"), "yes") == 0) {
            put_ground(notice, node, ++*number);
        }
        return;
    }
    for (size_t i = 0; depth < 32 && i < json_array_size(because); i++) {
        find_grounds(notice, json_array_get(because, i), number, depth + 1);
    }
}

static void write_facts(struct mou_notice *notice, const struct mou_notice_facts *facts)
{
    const json_t *grounds = json_object_get(facts->line, "grounds");
    int number = 0;
    add_text(notice, MOU_BLOCK_HEADING, say(notice, "一、事实", "1. Facts"));
    find_grounds(notice, facts->explanation, &number, 0);
    for (size_t i = 0; number == 0 && i < json_array_size(grounds); i++) { /* found without grounds of its own: the records that it rests on */
        const json_t *ground = json_array_get(grounds, i);
        struct mou_buf text;
        mou_buf_init(&text, NULL, TEXT_BYTES_MAX);
        mou_buf_printf(&text, "%zu．%s %s", i + 1, string_of(ground, "record"), string_of(ground, "key"));
        add(notice, MOU_BLOCK_ITEM, &text);
    }
}

/* ------------------------------------------------------------------ articles, measure, term */

static void write_articles(struct mou_notice *notice, const struct mou_notice_facts *facts)
{
    const json_t *basis = json_object_get(facts->line, "basis");
    struct mou_buf text;
    add_text(notice, MOU_BLOCK_HEADING, say(notice, "二、依据", "2. Articles"));
    for (size_t i = 0; i < json_array_size(basis); i++) {
        mou_buf_init(&text, NULL, TEXT_BYTES_MAX);
        mou_buf_printf(&text, say(notice, "%zu．%s。", "%zu. %s."), i + 1, json_string_value(json_array_get(basis, i)));
        add(notice, MOU_BLOCK_ITEM, &text);
    }
    mou_buf_init(&text, NULL, TEXT_BYTES_MAX);
    mou_buf_printf(&text, say(notice, "%zu．《%.*s》", "%zu. “%.*s”"), json_array_size(basis) + 1, (int)facts->title.len, facts->title.bytes);
    if (facts->number_of_memorandum.len > 0) {
        mou_buf_printf(&text, say(notice, "（%.*s）", " (%.*s)"), (int)facts->number_of_memorandum.len, facts->number_of_memorandum.bytes);
    }
    mou_buf_text(&text, say(notice, "。", "."));
    add(notice, MOU_BLOCK_ITEM, &text);
}

static void write_measure(struct mou_notice *notice, const struct mou_notice_facts *facts)
{
    const struct mou_measure *measure = facts->measure;
    const char *degree = string_of(facts->line, "degree");
    struct mou_buf text;
    add_text(notice, MOU_BLOCK_HEADING, say(notice, "三、措施", "3. Measure"));
    mou_buf_init(&text, NULL, TEXT_BYTES_MAX);
    mou_buf_append(&text, measure->rule.bytes, measure->rule.len);
    if (measure->item.len > 0) {
        mou_buf_printf(&text, say(notice, "（措施目录 %.*s", " (catalogue item %.*s"), (int)measure->item.len, measure->item.bytes);
        mou_buf_printf(&text, *degree != '\0' ? say(notice, "，程度：%s", ", degree: %s") : "%s", degree);
        mou_buf_text(&text, say(notice, "）", ")"));
    }
    mou_buf_printf(&text, say(notice, "，由%.*s实施。", ", carried out by %.*s."), (int)measure->authority.len, measure->authority.bytes);
    add(notice, MOU_BLOCK_PARAGRAPH, &text);
}

static void write_term(struct mou_notice *notice, const struct mou_notice_facts *facts)
{
    const struct mou_measure *measure = facts->measure;
    const char *term = string_of(facts->line, "term");
    struct mou_buf text;
    add_text(notice, MOU_BLOCK_HEADING, say(notice, "四、期限", "4. Term"));
    mou_buf_init(&text, NULL, TEXT_BYTES_MAX);
    if (measure->from != MOU_DATE_NONE) {
        mou_buf_text(&text, say(notice, "自", "From "));
        put_day(notice, &text, measure->from);
        if (measure->until != MOU_DATE_NONE) {
            mou_buf_text(&text, say(notice, "起至", " to "));
            put_day(notice, &text, measure->until);
            mou_buf_text(&text, say(notice, "止（不含当日）。", " (that day not included)."));
        } else {
            mou_buf_text(&text, say(notice, "起，没有规定终止日期，认定的情形消失时解除。", " on, without a fixed end; lifted when what was found no longer holds."));
        }
    } else if (*term != '\0') {
        mou_buf_printf(&text, say(notice, "自措施执行之日起计算，期间为 %s。", "For %s from the day on which it takes effect."), term);
    } else {
        mou_buf_text(&text, say(notice, "没有规定终止日期，认定的情形消失时解除。", "Without a fixed end; lifted when what was found no longer holds."));
    }
    add(notice, MOU_BLOCK_PARAGRAPH, &text);
}

/* ------------------------------------------------------------------ rights */

static void write_remedy(struct mou_notice *notice, const struct mou_notice_facts *facts, const char *heading_zh, const char *heading_en)
{
    const char *remedy = string_of(facts->line, "remedy");
    struct mou_buf text;
    add_text(notice, MOU_BLOCK_HEADING, say(notice, heading_zh, heading_en));
    if (*remedy != '\0') {
        mou_buf_init(&text, NULL, TEXT_BYTES_MAX);
        mou_buf_printf(&text, say(notice, "%s可以%s。", "Remedies open to %s: %s."), you(notice, facts), remedy);
        add(notice, MOU_BLOCK_PARAGRAPH, &text);
    }
    mou_buf_init(&text, NULL, TEXT_BYTES_MAX);
    mou_buf_printf(&text, say(notice, "认为所依据的记录有误的，可以随时向%.*s提出异议；核实期间，依据该记录的措施暂不执行。",
                              "Whoever holds a record to be wrong may object at any time to %.*s; while it is checked, measures that rest on it are not carried out."),
                   (int)facts->measure->authority.len, facts->measure->authority.bytes);
    add(notice, MOU_BLOCK_PARAGRAPH, &text);
}

static void write_hearing(struct mou_notice *notice, const struct mou_notice_facts *facts)
{
    const struct mou_measure *measure = facts->measure;
    const bool working = facts->hearing_type == MOU_VALUE_WORKDAYS;
    struct mou_buf text;
    add_text(notice, MOU_BLOCK_HEADING, say(notice, "五、陈述和申辩", "5. The right to be heard"));
    mou_buf_init(&text, NULL, TEXT_BYTES_MAX);
    if (measure->state == MOU_MEASURE_SERVED && measure->due != MOU_DATE_NONE) {
        mou_buf_printf(&text, say(notice, "%s可以在", "%s may state your case until "), you(notice, facts));
        put_day(notice, &text, measure->due);
        mou_buf_printf(&text, say(notice, "以前向%.*s陈述、申辩；", " to %.*s; "), (int)measure->authority.len, measure->authority.bytes);
    } else {
        mou_buf_printf(&text, say(notice, "%s自收到本告知书之日起 %lld %s内，可以向%.*s陈述、申辩；", "From the receipt of this notice, %s may within %lld %s state your case to %.*s; "), you(notice, facts),
                       (long long)facts->hearing_days,
                       working ? say(notice, "个工作日", "working days") : facts->hearing_type == MOU_VALUE_DAYS ? say(notice, "日", "days") : say(notice, "个月", "months"), (int)measure->authority.len,
                       measure->authority.bytes);
    }
    mou_buf_text(&text, say(notice, "期满以前不作出决定，措施不执行。逾期不陈述、申辩的，视为放弃。", "nothing is decided or carried out before that. Who says nothing in that time is taken to waive it."));
    add(notice, MOU_BLOCK_PARAGRAPH, &text);
}

/* ------------------------------------------------------------------ the whole */

static void write_head(struct mou_notice *notice, const struct mou_notice_facts *facts)
{
    static const char *const zh[] = {"拟采取失信惩戒措施告知书", "采取失信惩戒措施决定书", "措施解除通知书"};
    static const char *const en[] = {"Notice of an intended sanction", "Decision on a sanction", "Notice of the end of a measure"};
    struct mou_buf text;
    add_text(notice, MOU_BLOCK_TITLE, say(notice, zh[facts->kind], en[facts->kind]));
    if (facts->document.len > 0) {
        mou_buf_init(&text, NULL, TEXT_BYTES_MAX);
        mou_buf_append(&text, facts->document.bytes, facts->document.len);
        add(notice, MOU_BLOCK_NUMBER, &text);
    }
    mou_buf_init(&text, NULL, TEXT_BYTES_MAX);
    mou_buf_append(&text, facts->name.bytes, facts->name.len);
    mou_buf_printf(&text, facts->name.len > 0 ? say(notice, "（%.*s：%.*s）：", " (%.*s %.*s):") : say(notice, "%.*s %.*s：", "%.*s %.*s:"), (int)facts->identified_by.len, facts->identified_by.bytes,
                   (int)facts->subject.len, facts->subject.bytes);
    add(notice, MOU_BLOCK_ADDRESS, &text);
}

static void write_opening(struct mou_notice *notice, const struct mou_notice_facts *facts)
{
    const bool proposed = facts->kind == MOU_NOTICE_PROPOSED;
    struct mou_buf text;
    mou_buf_init(&text, NULL, TEXT_BYTES_MAX);
    mou_buf_printf(&text,
                   proposed ? say(notice, "根据下列事实和依据，拟对%s采取“%.*s”措施。现告知如下：", "On the facts and articles below it is intended to take against %s the measure “%.*s”:")
                            : say(notice, "根据下列事实和依据，经确认，决定对%s采取“%.*s”措施。现通知如下：", "On the facts and articles below it was confirmed and decided to take against %s the measure “%.*s”:"),
                   you(notice, facts), (int)facts->measure->rule.len, facts->measure->rule.bytes);
    add(notice, MOU_BLOCK_PARAGRAPH, &text);
}

/** Why it ended: what happened, and the officer's reason. */
static void write_end(struct mou_notice *notice, const struct mou_notice_facts *facts)
{
    const struct mou_measure *measure = facts->measure;
    const struct mou_measure_event_info *event = mou_measure_event_info(measure->event);
    const struct mou_text reason = measure->note.len > 0 ? measure->note : measure->reason;
    struct mou_buf text;
    mou_buf_init(&text, NULL, TEXT_BYTES_MAX);
    mou_buf_printf(&text, say(notice, "对%s采取的", "As to %s: the measure "), you(notice, facts));
    mou_buf_printf(&text, say(notice, "“%.*s”措施，自", "“%.*s” has ended on "), (int)measure->rule.len, measure->rule.bytes);
    put_day(notice, &text, measure->day);
    mou_buf_printf(&text, say(notice, "起%s。", " (%s)."), say(notice, mou_measure_state_info(measure->state)->zh, mou_measure_state_info(measure->state)->en));
    add(notice, MOU_BLOCK_PARAGRAPH, &text);
    add_text(notice, MOU_BLOCK_HEADING, say(notice, "一、原因", "1. Reason"));
    mou_buf_init(&text, NULL, TEXT_BYTES_MAX);
    mou_buf_text(&text, say(notice, event->zh, event->en));
    if (reason.len > 0) {
        mou_buf_printf(&text, say(notice, "：%.*s", ": %.*s"), (int)reason.len, reason.bytes);
    }
    mou_buf_text(&text, say(notice, "。", "."));
    add(notice, MOU_BLOCK_PARAGRAPH, &text);
    add_text(notice, MOU_BLOCK_HEADING, say(notice, "二、效力", "2. Effect"));
    mou_buf_init(&text, NULL, TEXT_BYTES_MAX);
    mou_buf_printf(&text, say(notice, "自上述日期起，%.*s停止执行该措施；公示、共享的有关信息同时撤下。", "From that day %.*s no longer carries it out; what was published or shared about it is withdrawn."),
                   (int)measure->authority.len, measure->authority.bytes);
    add(notice, MOU_BLOCK_PARAGRAPH, &text);
}

void mou_notice_write(struct mou_notice *notice, const struct mou_notice_facts *facts)
{
    struct mou_buf text;
    write_head(notice, facts);
    if (facts->kind == MOU_NOTICE_ENDED) {
        write_end(notice, facts);
        write_remedy(notice, facts, "三、救济", "3. Remedies");
    } else {
        write_opening(notice, facts);
        write_facts(notice, facts);
        write_articles(notice, facts);
        write_measure(notice, facts);
        write_term(notice, facts);
        if (facts->kind == MOU_NOTICE_PROPOSED) {
            write_hearing(notice, facts);
        }
        write_remedy(notice, facts, facts->kind == MOU_NOTICE_PROPOSED ? "六、异议和救济" : "五、异议和救济",
                     facts->kind == MOU_NOTICE_PROPOSED ? "6. Objections and remedies" : "5. Objections and remedies");
    }
    mou_buf_init(&text, NULL, TEXT_BYTES_MAX);
    mou_buf_append(&text, facts->measure->authority.bytes, facts->measure->authority.len);
    add(notice, MOU_BLOCK_CLOSING, &text);
    mou_buf_init(&text, NULL, TEXT_BYTES_MAX);
    put_day(notice, &text, notice->day);
    add(notice, MOU_BLOCK_CLOSING, &text);
}
