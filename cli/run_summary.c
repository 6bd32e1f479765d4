/*
 * What a run came to, for people and as JSON: decisions by memorandum, measure and outcome. Measures without a decision are only counted.
 */
#include <string.h>

#include "store_commands.h"

#define SUMMARY_BYTES_MAX ((size_t)64 * 1024 * 1024)

enum { OUTCOMES = 4, ITEM_WIDTH = 6, NAME_WIDTH = 44, COUNT_WIDTH = 10 };

/** One measure of the pack and what came of it. */
struct summary_row {
    struct mou_text memorandum, name, item;
    const struct mou_run_count *count;
};

static struct summary_row row_of(const struct mou_pack *pack, const struct mou_run_count *count)
{
    struct summary_row row = {.count = count};
    struct mou_text ignored;
    uint32_t memorandum = 0;
    uint32_t kind = 0;
    mou_pack_measure(pack, count->measure, &row.name, &memorandum, &kind, &row.item, &ignored);
    mou_pack_memorandum(pack, memorandum, &row.memorandum, &ignored, &ignored, &ignored);
    return row;
}

static uint64_t decisions_of(const struct mou_run_count *count)
{
    uint64_t total = 0;
    for (int i = 0; i < OUTCOMES; i++) {
        total += count->outcomes[i];
    }
    return total;
}

/** Text, then blanks up to `width` columns of the terminal. */
static void put_padded(struct mou_buf *out, struct mou_text text, size_t width)
{
    const size_t shown = mou_text_width(text);
    mou_buf_printf(out, "%.*s%*s", (int)text.len, text.bytes, shown < width ? (int)(width - shown) : 0, "");
}

static void put_heads(const struct mou_cli *cli, struct mou_buf *out)
{
    static const char *const zh[] = {"生效", "暂停", "待核实", "未生效"};
    static const char *const en[] = {"in force", "suspended", "to verify", "pending"};
    mou_buf_printf(out, "%*s", ITEM_WIDTH + NAME_WIDTH + 2, "");
    for (int i = 0; i < OUTCOMES; i++) {
        const char *word = mou_say(cli, zh[i], en[i]);
        const size_t width = mou_text_width(mou_text_of(word));
        mou_buf_printf(out, "%*s%s", width < COUNT_WIDTH ? (int)(COUNT_WIDTH - width) : 0, "", word);
    }
    mou_buf_printf(out, "\n");
}

static void put_numbers(struct mou_buf *out, const uint64_t outcomes[OUTCOMES])
{
    for (int i = 0; i < OUTCOMES; i++) {
        mou_buf_printf(out, "%*llu", COUNT_WIDTH, (unsigned long long)outcomes[i]);
    }
    mou_buf_printf(out, "\n");
}

static void put_row(struct mou_buf *out, const struct summary_row *row)
{
    mou_buf_printf(out, "  ");
    put_padded(out, row->item, ITEM_WIDTH);
    put_padded(out, row->name, NAME_WIDTH);
    put_numbers(out, row->count->outcomes);
}

static void put_measures(const struct mou_cli *cli, const struct mou_pack *pack, const struct mou_run_result *result, struct mou_buf *out)
{
    struct mou_text memorandum = {"", 0};
    uint64_t totals[OUTCOMES] = {0};
    uint64_t without = 0;
    for (uint32_t i = 0; i < result->count_len; i++) {
        const struct summary_row row = row_of(pack, &result->counts[i]);
        if (decisions_of(row.count) == 0) {
            without++;
            continue;
        }
        if (!mou_text_equal(memorandum, row.memorandum)) {
            memorandum = row.memorandum;
            mou_buf_printf(out, "%.*s\n", (int)memorandum.len, memorandum.bytes);
        }
        put_row(out, &row);
        for (int outcome = 0; outcome < OUTCOMES; outcome++) {
            totals[outcome] += row.count->outcomes[outcome];
        }
    }
    put_padded(out, mou_text_of(mou_say(cli, "合计", "total")), ITEM_WIDTH + NAME_WIDTH + 2);
    put_numbers(out, totals);
    if (without > 0) {
        mou_buf_printf(out, mou_say(cli, "另有 %llu 项措施没有决定\n", "%llu more measures without a decision\n"), (unsigned long long)without);
    }
}

static void put_json_measures(const struct mou_pack *pack, const struct mou_run_result *result, struct mou_buf *out)
{
    static const char *const names[] = {"in_force", "suspended", "to_verify", "pending"};
    mou_buf_printf(out, ", \"measures\": [");
    for (uint32_t i = 0; i < result->count_len; i++) {
        const struct summary_row row = row_of(pack, &result->counts[i]);
        mou_buf_printf(out, "%s{\"memorandum\": ", i == 0 ? "" : ", ");
        mou_buf_json_text(out, row.memorandum.bytes, row.memorandum.len);
        mou_buf_printf(out, ", \"rule\": ");
        mou_buf_json_text(out, row.name.bytes, row.name.len);
        mou_buf_printf(out, ", \"item\": ");
        mou_buf_json_text(out, row.item.bytes, row.item.len);
        for (int outcome = 0; outcome < OUTCOMES; outcome++) {
            mou_buf_printf(out, ", \"%s\": %llu", names[outcome], (unsigned long long)row.count->outcomes[outcome]);
        }
        mou_buf_printf(out, "}");
    }
    mou_buf_printf(out, "]");
}

static void put_run(const struct mou_cli *cli, const struct mou_run_request *request, const struct mou_run_result *result, struct mou_buf *out)
{
    mou_buf_text(out, mou_say(cli, "评价日 ", "as of "));
    mou_date_format(request->as_of, out);
    mou_buf_printf(out, mou_say(cli, "：主体 %llu 个（本次评价 %llu 个），决定 %llu 项；新增 %llu，变更 %llu，结束 %llu\n",
                                ": %llu subjects (%llu evaluated), %llu decisions; %llu opened, %llu changed, %llu closed\n"),
                   (unsigned long long)result->subjects, (unsigned long long)result->evaluated, (unsigned long long)result->decisions,
                   (unsigned long long)result->opened, (unsigned long long)result->changed, (unsigned long long)result->closed);
}

static void put_json_run(const struct mou_run_request *request, const struct mou_run_result *result, struct mou_buf *out)
{
    mou_buf_printf(out, "{\"schema\": \"mou/run/1\", \"run\": %lld, \"as_of\": \"", (long long)result->run_id);
    mou_date_format(request->as_of, out);
    mou_buf_printf(out, "\", \"incremental\": %s, \"subjects\": %llu, \"evaluated\": %llu, \"decisions\": %llu, \"opened\": %llu, \"changed\": %llu, "
                        "\"closed\": %llu, \"faults\": %llu",
                   result->incremental ? "true" : "false", (unsigned long long)result->subjects, (unsigned long long)result->evaluated,
                   (unsigned long long)result->decisions, (unsigned long long)result->opened, (unsigned long long)result->changed,
                   (unsigned long long)result->closed, (unsigned long long)result->faults);
}

/* All at once, so that what is printed is whole. */
enum mou_exit mou_print_run(const struct mou_cli *cli, const struct mou_pack *pack, const struct mou_run_request *request, const struct mou_run_result *result)
{
    struct mou_buf out;
    mou_buf_init(&out, NULL, SUMMARY_BYTES_MAX);
    if (cli->json) {
        put_json_run(request, result, &out);
        put_json_measures(pack, result, &out);
        mou_buf_text(&out, "}\n");
    } else {
        put_run(cli, request, result, &out);
        put_heads(cli, &out);
        put_measures(cli, pack, result, &out);
    }
    const enum mou_exit code = mou_output(cli, &out);
    mou_buf_free(&out);
    return code;
}
