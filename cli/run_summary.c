/*
 * What a run came to, for people and as JSON: decisions by memorandum, measure and outcome. Measures without a decision are only counted.
 */
#include <stdio.h>
#include <string.h>

#include "store_commands.h"

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
static void print_padded(struct mou_text text, size_t width)
{
    const size_t shown = mou_text_width(text);
    printf("%.*s%*s", (int)text.len, text.bytes, shown < width ? (int)(width - shown) : 0, "");
}

static void print_heads(const struct mou_cli *cli)
{
    static const char *const zh[] = {"生效", "暂停", "待核实", "未生效"};
    static const char *const en[] = {"in force", "suspended", "to verify", "pending"};
    printf("%*s", ITEM_WIDTH + NAME_WIDTH + 2, "");
    for (int i = 0; i < OUTCOMES; i++) {
        const char *word = mou_say(cli, zh[i], en[i]);
        const size_t width = mou_text_width(mou_text_of(word));
        printf("%*s%s", width < COUNT_WIDTH ? (int)(COUNT_WIDTH - width) : 0, "", word);
    }
    printf("\n");
}

static void print_numbers(const uint64_t outcomes[OUTCOMES])
{
    for (int i = 0; i < OUTCOMES; i++) {
        printf("%*llu", COUNT_WIDTH, (unsigned long long)outcomes[i]);
    }
    printf("\n");
}

static void print_row(const struct summary_row *row)
{
    printf("  ");
    print_padded(row->item, ITEM_WIDTH);
    print_padded(row->name, NAME_WIDTH);
    print_numbers(row->count->outcomes);
}

static void print_measures(const struct mou_cli *cli, const struct mou_pack *pack, const struct mou_run_result *result)
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
            printf("%.*s\n", (int)memorandum.len, memorandum.bytes);
        }
        print_row(&row);
        for (int outcome = 0; outcome < OUTCOMES; outcome++) {
            totals[outcome] += row.count->outcomes[outcome];
        }
    }
    print_padded(mou_text_of(mou_say(cli, "合计", "total")), ITEM_WIDTH + NAME_WIDTH + 2);
    print_numbers(totals);
    if (without > 0) {
        printf(mou_say(cli, "另有 %llu 项措施没有决定\n", "%llu more measures without a decision\n"), (unsigned long long)without);
    }
}

static void print_json_text(struct mou_text text)
{
    struct mou_buf line;
    mou_buf_init(&line, NULL, (size_t)1 << 20);
    mou_buf_json_text(&line, text.bytes, text.len);
    printf("%s", line.failed ? "\"\"" : line.data);
    mou_buf_free(&line);
}

static void print_json_measures(const struct mou_pack *pack, const struct mou_run_result *result)
{
    static const char *const names[] = {"in_force", "suspended", "to_verify", "pending"};
    printf(", \"measures\": [");
    for (uint32_t i = 0; i < result->count_len; i++) {
        const struct summary_row row = row_of(pack, &result->counts[i]);
        printf("%s{\"memorandum\": ", i == 0 ? "" : ", ");
        print_json_text(row.memorandum);
        printf(", \"rule\": ");
        print_json_text(row.name);
        printf(", \"item\": ");
        print_json_text(row.item);
        for (int outcome = 0; outcome < OUTCOMES; outcome++) {
            printf(", \"%s\": %llu", names[outcome], (unsigned long long)row.count->outcomes[outcome]);
        }
        printf("}");
    }
    printf("]");
}

void mou_print_run(const struct mou_cli *cli, const struct mou_pack *pack, const struct mou_run_request *request, const struct mou_run_result *result)
{
    struct mou_buf date;
    mou_buf_init(&date, NULL, 64);
    mou_date_format(request->as_of, &date);
    const char *day = date.len > 0 ? date.data : "";
    if (cli->json) {
        printf("{\"schema\": \"mou/run/1\", \"run\": %lld, \"as_of\": \"%s\", \"incremental\": %s, \"subjects\": %llu, \"evaluated\": %llu, \"decisions\": %llu, \"opened\": %llu, \"changed\": %llu, "
               "\"closed\": %llu, \"faults\": %llu",
               (long long)result->run_id, day, result->incremental ? "true" : "false", (unsigned long long)result->subjects, (unsigned long long)result->evaluated,
               (unsigned long long)result->decisions,
               (unsigned long long)result->opened, (unsigned long long)result->changed, (unsigned long long)result->closed, (unsigned long long)result->faults);
        print_json_measures(pack, result);
        printf("}\n");
    } else {
        printf(mou_say(cli, "评价日 %s：主体 %llu 个（本次评价 %llu 个），决定 %llu 项；新增 %llu，变更 %llu，结束 %llu\n",
                       "as of %s: %llu subjects (%llu evaluated), %llu decisions; %llu opened, %llu changed, %llu closed\n"),
               day, (unsigned long long)result->subjects, (unsigned long long)result->evaluated, (unsigned long long)result->decisions, (unsigned long long)result->opened,
               (unsigned long long)result->changed, (unsigned long long)result->closed);
        print_heads(cli);
        print_measures(cli, pack, result);
    }
    mou_buf_free(&date);
}
