/*
 * Compiling again with a session gives what compiling anew gives, byte for byte, whatever has changed: random changes of the rule library and of
 * memoranda, files that come and go, memory that runs out.
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "failing_allocator.h"
#include "mou/compiler.h"

#define FILES_MAX 64
#define ROUNDS 12
#define FILE_BYTES_MAX ((size_t)4 * 1024 * 1024)

/** Sources and what they were before anything was changed. */
struct files {
    struct mou_arena *arena;
    struct mou_source now[FILES_MAX];
    struct mou_text first[FILES_MAX];
    size_t count;
    uint64_t random;
};

static uint32_t next_random(struct files *files, size_t below)
{
    files->random = files->random * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((files->random >> 33) % below);
}

static void put_file(struct files *files, const char *path, const char *bytes, size_t len)
{
    assert_true(files->count < FILES_MAX);
    const char *name = mou_arena_copy(files->arena, path, strlen(path));
    const char *text = mou_arena_copy(files->arena, bytes, len);
    assert_non_null(name);
    assert_non_null(text);
    files->now[files->count] = (struct mou_source){name, text, len};
    files->first[files->count++] = (struct mou_text){text, len};
}

static void read_file(const char *path, struct mou_buf *text)
{
    char block[4096];
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    mou_buf_init(text, NULL, FILE_BYTES_MAX);
    for (size_t got = fread(block, 1, sizeof block, file); got > 0; got = fread(block, 1, sizeof block, file)) {
        mou_buf_append(text, block, got);
    }
    assert_int_equal(fclose(file), 0);
    assert_false(text->failed);
}

static void take_file(struct files *files, const char *path)
{
    struct mou_buf text;
    read_file(path, &text);
    put_file(files, path, text.data, text.len);
    mou_buf_free(&text);
}

static void begin(struct files *files, uint64_t seed)
{
    *files = (struct files){.arena = mou_arena_new(NULL), .random = seed};
    assert_non_null(files->arena);
}

/** The rule library, in the order of its folder. */
static void take_library(struct files *files)
{
    char path[4096];
    DIR *folder = opendir(MOU_SOURCE_DIR "/stdlib-rules");
    assert_non_null(folder);
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        const size_t len = strlen(entry->d_name);
        if (len > 4 && strcmp(entry->d_name + len - 4, ".mou") == 0) {
            assert_true(snprintf(path, sizeof path, "%s/%s", MOU_SOURCE_DIR "/stdlib-rules", entry->d_name) < (int)sizeof path);
            take_file(files, path);
        }
    }
    assert_int_equal(closedir(folder), 0);
    assert_true(files->count > 3);
}

/** The bench's vocabulary and so many memoranda of it. */
static void take_memoranda(struct files *files, unsigned count)
{
    static const char head[] = "备忘录 基准";
    struct mou_buf text;
    take_file(files, MOU_SOURCE_DIR "/tests/bench/pass/词表.mou");
    read_file(MOU_SOURCE_DIR "/tests/bench/pass/备忘录.mou", &text);
    const char *at = strstr(text.data, "\n备忘录 基准\n");
    assert_non_null(at);
    const size_t before = (size_t)(at + 1 - text.data) + strlen(head);
    for (unsigned i = 0; i < count; i++) {
        char path[32];
        struct mou_buf one;
        mou_buf_init(&one, NULL, FILE_BYTES_MAX);
        mou_buf_append(&one, text.data, before);
        mou_buf_printf(&one, "%u", i);
        mou_buf_append(&one, text.data + before, text.len - before);
        (void)snprintf(path, sizeof path, "%u.mou", i);
        put_file(files, path, one.data, one.len);
        mou_buf_free(&one);
    }
    mou_buf_free(&text);
}

/* ------------------------------------------------------------------ changes */

/** Puts `middle` where [begin, end) was. */
static void replace(struct files *files, size_t file, size_t begin, size_t end, struct mou_text middle)
{
    const struct mou_source old = files->now[file];
    struct mou_buf text;
    mou_buf_init(&text, NULL, FILE_BYTES_MAX);
    mou_buf_append(&text, old.bytes, begin);
    mou_buf_append(&text, middle.bytes, middle.len);
    mou_buf_append(&text, old.bytes + end, old.len - end);
    assert_false(text.failed);
    const char *copy = mou_arena_copy(files->arena, text.len > 0 ? text.data : "", text.len);
    assert_non_null(copy);
    files->now[file] = (struct mou_source){old.path, copy, text.len};
    mou_buf_free(&text);
}

/** The bytes of some line, its break included. */
static void some_line(struct files *files, size_t file, size_t *begin, size_t *end)
{
    const struct mou_source *source = &files->now[file];
    *begin = source->len > 0 ? next_random(files, source->len) : 0;
    *end = *begin;
    while (*begin > 0 && source->bytes[*begin - 1] != '\n') {
        --*begin;
    }
    while (*end < source->len && source->bytes[*end] != '\n') {
        ++*end;
    }
    *end += *end < source->len;
}

static void change_digit(struct files *files, size_t file)
{
    const struct mou_source *source = &files->now[file];
    const size_t start = next_random(files, source->len + 1);
    for (size_t at = start; at < source->len; at++) {
        if (source->bytes[at] >= '1' && source->bytes[at] <= '9') {
            const char digit = (char)('1' + (source->bytes[at] - '0') % 9);
            replace(files, file, at, at + 1, (struct mou_text){&digit, 1});
            return;
        }
    }
}

static void change(struct files *files)
{
    const size_t file = next_random(files, files->count);
    const size_t other = next_random(files, files->count);
    size_t begin = 0;
    size_t end = 0;
    some_line(files, file, &begin, &end);
    const struct mou_text line = {files->now[file].bytes + begin, end - begin};
    const struct mou_source swapped = files->now[file];
    switch (next_random(files, 9)) {
    case 0:
        replace(files, file, begin, end, MOU_TEXT(""));
        break;
    case 1:
        replace(files, file, end, end, line);
        break;
    case 2:
        replace(files, file, begin, begin, MOU_TEXT("# 一句说明\n"));
        break;
    case 3:
        replace(files, file, begin, begin + next_random(files, end - begin + 1), MOU_TEXT("且 "));
        break;
    case 4:
        files->now[file] = files->now[other];
        files->now[other] = swapped;
        break;
    case 5:
        replace(files, file, begin, end, MOU_TEXT("惩戒 \xff\n"));
        break;
    default:
        change_digit(files, file);
        break;
    }
}

/** Most changes are taken back soon, so that there are packs to compare. */
static void restore(struct files *files)
{
    for (size_t i = 0; i < files->count; i++) {
        if (next_random(files, 3) > 0) {
            files->now[i].bytes = files->first[i].bytes;
            files->now[i].len = files->first[i].len;
        }
    }
}

/* ------------------------------------------------------------------ comparing */

static void assert_same_diagnostic(const struct mou_diagnostic *a, const struct mou_diagnostic *b)
{
    assert_int_equal(a->code, b->code);
    assert_true(mou_span_equal(a->span, b->span) && mou_span_equal(a->second, b->second));
    assert_int_equal(a->further_count, b->further_count);
    for (uint32_t i = 0; i < a->further_count; i++) {
        assert_true(mou_span_equal(a->further[i], b->further[i]));
    }
    for (size_t i = 0; i < 4; i++) {
        assert_true(mou_text_equal(a->arguments[i], b->arguments[i]));
    }
    assert_true(mou_text_equal(a->suggestion, b->suggestion));
    assert_int_equal(a->has_fixit, b->has_fixit);
    assert_true(!a->has_fixit || (mou_span_equal(a->fixit.span, b->fixit.span) && mou_text_equal(a->fixit.text, b->fixit.text)));
}

static void assert_same(const struct mou_compilation *a, const struct mou_compilation *b)
{
    const struct mou_diagnostics *said = mou_compilation_diagnostics(a);
    const struct mou_diagnostics *anew = mou_compilation_diagnostics(b);
    size_t len = 0;
    size_t len_anew = 0;
    const unsigned char *pack = mou_compilation_pack(a, &len);
    const unsigned char *pack_anew = mou_compilation_pack(b, &len_anew);
    assert_int_equal(said->list.count, anew->list.count);
    assert_int_equal(said->error_count, anew->error_count);
    assert_int_equal(said->overflowed, anew->overflowed);
    for (size_t i = 0; i < said->list.count; i++) {
        assert_same_diagnostic(&said->list.items[i], &anew->list.items[i]);
    }
    assert_int_equal(len, len_anew);
    assert_true(len == 0 || memcmp(pack, pack_anew, len) == 0);
}

static struct mou_compilation *compile(const struct files *files, size_t count, struct mou_session *session, enum mou_status wanted)
{
    const struct mou_compile_options options = {.session = session};
    struct mou_compilation *compilation = NULL;
    const enum mou_status status = mou_compile(files->now, count, &options, &compilation);
    assert_non_null(compilation);
    assert_true(wanted == MOU_ERROR_MEMORY || status == wanted);
    return compilation;
}

/** The same files compiled with the session and without. */
struct pair {
    struct mou_compilation *kept;
    struct mou_compilation *anew;
};

static void free_pair(struct pair *pair)
{
    mou_compilation_free(pair->kept);
    mou_compilation_free(pair->anew);
    *pair = (struct pair){0};
}

/** Compiles so many of the files; whether they are without an error. */
static bool compare(const struct files *files, size_t count, struct mou_session *session, struct pair *pair)
{
    size_t len = 0;
    pair->anew = compile(files, count, NULL, MOU_ERROR_MEMORY);
    const bool good = mou_compilation_pack(pair->anew, &len) != NULL && len > 0;
    pair->kept = compile(files, count, session, good ? MOU_OK : MOU_ERROR_SOURCE);
    assert_same(pair->kept, pair->anew);
    return good;
}

static void change_and_compare(struct files *files, unsigned rounds)
{
    struct mou_session *session = mou_session_new(NULL);
    struct pair before = {0};
    unsigned packs = 0;
    assert_non_null(session);
    for (unsigned round = 0; round < rounds; round++) {
        struct pair now;
        const size_t count = next_random(files, 4) == 0 ? files->count - next_random(files, files->count / 2) : files->count;
        packs += compare(files, count, session, &now);
        if (round > 0) {
            assert_same(before.kept, before.anew); /* the session went on, what it made before stays as it is */
            free_pair(&before);
        }
        before = now;
        restore(files);
        change(files);
    }
    assert_true(packs > 0 && packs < rounds);
    mou_session_free(session); /* before a compilation made with it */
    assert_same(before.kept, before.anew);
    free_pair(&before);
}

static void the_rule_library_changes(void **state)
{
    struct files files;
    (void)state;
    begin(&files, 20261129);
    take_library(&files);
    change_and_compare(&files, 16);
    mou_arena_free(files.arena);
}

static void memoranda_change(void **state)
{
    struct files files;
    (void)state;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        begin(&files, seed);
        take_memoranda(&files, 8);
        change_and_compare(&files, 24);
        mou_arena_free(files.arena);
    }
}

/** One change within the rules of a file, of the kinds that leave most of what is declared as it is. */
static void change_a_rule(struct files *files, size_t file)
{
    size_t begin = 0;
    size_t end = 0;
    size_t other_begin = 0;
    size_t other_end = 0;
    some_line(files, file, &begin, &end);
    some_line(files, file, &other_begin, &other_end);
    const struct mou_text line = {files->now[file].bytes + begin, end - begin};
    switch (next_random(files, 6)) {
    case 0:
        replace(files, file, begin, end, MOU_TEXT(""));
        break;
    case 1:
        replace(files, file, end, end, line);
        break;
    case 2:
        replace(files, file, other_begin, other_end, line);
        break;
    case 3:
        replace(files, file, begin, begin, MOU_TEXT("# 一句说明\n"));
        break;
    default:
        change_digit(files, file);
        break;
    }
}

/* One file after the other is changed and changed back: nearly everything is taken over each time, whatever mistake the file then has. */
static void one_file_changes(struct files *files, unsigned rounds)
{
    struct mou_session *session = mou_session_new(NULL);
    struct pair pair;
    unsigned packs = 0;
    assert_non_null(session);
    assert_true(compare(files, files->count, session, &pair));
    free_pair(&pair);
    for (unsigned round = 0; round < rounds; round++) {
        const size_t file = next_random(files, files->count);
        for (unsigned changes = next_random(files, 3) + 1; changes > 0; changes--) {
            change_a_rule(files, file);
        }
        packs += compare(files, files->count, session, &pair);
        free_pair(&pair);
        files->now[file].bytes = files->first[file].bytes;
        files->now[file].len = files->first[file].len;
    }
    assert_true(packs > 0 && packs < rounds);
    mou_session_free(session);
}

static void a_rule_of_the_library_changes(void **state)
{
    struct files files;
    (void)state;
    begin(&files, 7);
    take_library(&files);
    one_file_changes(&files, ROUNDS);
    mou_arena_free(files.arena);
}

static void take_back(struct files *files)
{
    for (size_t i = 0; i < files->count; i++) {
        files->now[i].bytes = files->first[i].bytes;
        files->now[i].len = files->first[i].len;
    }
}

/** A named case of the differential tests as files: its vocabulary, and so many times its first memorandum, without tests. */
static void take_case(struct files *files, const char *name, unsigned copies)
{
    char path[4096];
    struct mou_buf text;
    assert_true(snprintf(path, sizeof path, "%s/tests/differential/cases/%s/rules.mou", MOU_SOURCE_DIR, name) < (int)sizeof path);
    read_file(path, &text);
    const char *rules = strstr(text.data, "\n备忘录 ");
    const char *pack = strstr(text.data, "规则包 ");
    assert_true(rules != NULL && pack != NULL);
    rules++;
    pack += strlen("规则包 ");
    const char *name_end = rules + strcspn(rules, "\n");
    const char *others[] = {strstr(rules, "\n备忘录 "), strstr(rules, "\n测试 "), strstr(rules, "\n样例 ")};
    const char *end = text.data + text.len - 1;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        end = others[i] != NULL && others[i] < end ? others[i] : end;
    }
    put_file(files, "词表.mou", text.data, (size_t)(rules - text.data));
    for (unsigned i = 0; i < copies; i++) {
        struct mou_buf copy;
        mou_buf_init(&copy, NULL, FILE_BYTES_MAX);
        mou_buf_printf(&copy, "引用 %.*s\n\n%.*s第%u%.*s\n", (int)strcspn(pack, " "), pack, (int)(name_end - rules), rules, i, (int)(end - name_end), name_end);
        (void)snprintf(path, sizeof path, "%u.mou", i);
        put_file(files, path, copy.data, copy.len);
        mou_buf_free(&copy);
    }
    mou_buf_free(&text);
}

/* What has not changed is lowered as it was before, whatever it is made of, and shares with the rest what it shared or something else. */
static void rules_of_every_kind_change(void **state)
{
    static const char *const names[] = {
        "d1-duties-repairs-matters", "05-aggregates", "13-relations", "14-parameter-before-first-date", "16-keys-and-children", "18-durations-and-ages",
        "22-table-texts", "s03-ratio-fields", "s13-streak-rows", "s19-definitions", "s23-current-holders", "s28-via", "s34-working-days", "s51-ended-by-event",
        "s53-history", "s74-relation-fields", "s75-authority-of-the-ground", "s76-publication", "s77-domains"};
    unsigned packs = 0;
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct files files;
        struct pair pair;
        struct mou_session *session = mou_session_new(NULL);
        begin(&files, i);
        take_case(&files, names[i], 3);
        assert_true(compare(&files, files.count, session, &pair));
        free_pair(&pair);
        for (unsigned round = 0; round < ROUNDS / 2; round++) {
            change_a_rule(&files, 1 + next_random(&files, 3));
            packs += compare(&files, files.count, session, &pair);
            free_pair(&pair);
            take_back(&files);
        }
        mou_session_free(session);
        mou_arena_free(files.arena);
    }
    assert_true(packs > sizeof names / sizeof names[0] * ROUNDS / 8);
}

/** Files that refer to each other: by definitions, a set, a parameter, findings; and by lists and what was on them. */
static void take_linked(struct files *files)
{
    take_file(files, MOU_SOURCE_DIR "/tests/bench/pass/词表.mou");
    take_file(files, MOU_SOURCE_DIR "/tests/unit/session/甲.mou");
    take_file(files, MOU_SOURCE_DIR "/tests/unit/session/乙.mou");
    take_file(files, MOU_SOURCE_DIR "/tests/unit/session/丙.mou");
    take_file(files, MOU_SOURCE_DIR "/tests/unit/session/丁.mou");
    take_file(files, MOU_SOURCE_DIR "/tests/unit/session/戊.mou");
}

/** Words of one of them that become others. */
static const struct { size_t file; const char *old, *new; } linked_changes[] = {
    {1, "10万元 自 2016", "20万元 自 2016"},
    {1, "10万元 自 2016", "3年 自 2016"}, /* of another type */
    {1, "10万元 自 2016年1月1日", "10万元 自 2017年1月1日"}, /* a warning */
    {1, "为 涉案金额 不低于 起点", "为 涉案金额 低于 起点"},
    {1, "为 涉案金额 不低于 起点", "为 涉案金额"},
    {1, "重案(税案) 为 涉案金额 不低于 起点", "重案(行政处罚) 为 罚款金额 不低于 起点"},
    {1, "重案(税案)", "大案(税案)"}, /* another name */
    {1, "{暂扣许可证件、吊销许可证件}", "{暂扣许可证件、责令关闭}"},
    {1, "{暂扣许可证件、吊销许可证件}", "{暂扣许可证件、无此代码}"},
    {1, "不少于 3", "不少于 0"},
    {1, "    列入 黑名单\n", "    列入 红名单\n"}, /* what 曾 列入 and 名单数 of other files mean */
    {1, "    列入 黑名单\n", ""},
    {1, "    凭   执行案件\n", "    凭   税案\n"},
    {1, "    为期 2年\n", "    为期 2年\n    凭   税案\n    自   税案日期\n    为期 1年\n"}, /* a listing more */
    {1, "    领域 走逃失联\n", "    领域 骗税\n"},
    {1, "    领域 走逃失联\n", ""},
    {1, "当   履行情况 不是 全部履行", "当   履行情况 不是 全部履行 且 非 屡犯主体"}, /* a cycle through a list */
    {1, "文号 \"测试〔2016〕1号\"", "文号 \"测试〔2016〕2号\""}, /* two of one number */
    {1, "施行 2016年1月1日", "施行 2018年1月1日"},
    {1, "定义 重案", "# 一句说明\n定义 重案"},
    {1, "程度 禁止", "程度 从重"},
    {2, "重案 或 情形 是 走逃失联", "情形 是 走逃失联 且 情形 是 骗税"}, /* never holds */
    {2, "且 情形 不是 走逃失联", "且 涉案金额 低于 5万元"},
    {2, "除非 在 红名单", "除非 在 黑名单"},
    {2, "因   税收主体、甲.失信主体", "因   税收主体、丙.处罚主体"},
    {2, "为期 1年", "为期 随认定"},
    {2, "曾 列入 黑名单", "曾 列入 红名单"},
    {2, "名单数(黑名单)", "名单数(黑名单 不同 领域)"},
    {2, " 或 名单数(黑名单) 不少于 2", ""}, /* lists of others move */
    {2, "    凭   税案\n    当   重案", "    凭   执行案件\n    当   失信情形"},
    {2, "认定 屡犯主体\n    当 ", "认定 屡犯主体\n    列入 重点关注名单\n    当 "},
    {2, "    依据 《社会信用体系建设法》第一条\n", ""},
    {2, "    凭   税案\n    当   重案 且 情形 不是 走逃失联\n    除非 常受罚\n    自   税案日期\n", "    凭   欠薪决定\n    自   责令日期\n"},
    {2, "    自   税案日期\n    为期 3年\n", "    自   税案日期\n    为期 3年\n    凭   欠薪决定\n    自   责令日期\n    为期 3年\n"},
    {2, "    列入 黑名单\n", "    列入 红名单\n"},
    {2, "    列入 黑名单\n", "    列入 黑名单\n    领域 骗税\n"},
    {3, "不低于 起点", "不低于 重案"},
    {3, "且 非 屡犯主体", ""},
    {3, "且 非 屡犯主体", "且 非 处罚主体 且 非 失信主体"},
    {3, "措施 I01", "措施 M01"},
    {3, "认定 守信主体", "认定 守信单位"},
    {3, "备忘录 丙", "备忘录 乙"},
    {3, "引用 基准词表", "引用 别的词表"},
    {0, "M01 限制参加政府采购   性质 减损权益 程度 禁止", "M01 限制参加政府采购   性质 减损权益 程度 限制"},
    {0, "机关 财政局", "# 一句说明\n机关 财政局"},
    {0, "涉案金额： 金额", "涉案金额： 整数"},
};

static void change_words(struct files *files, size_t change)
{
    const size_t file = linked_changes[change].file;
    const struct mou_text all = {files->now[file].bytes, files->now[file].len};
    const struct mou_text old = mou_text_of(linked_changes[change].old);
    size_t at = 0;
    while (at + old.len <= all.len && memcmp(all.bytes + at, old.bytes, old.len) != 0) {
        at++;
    }
    if (at + old.len <= all.len) {
        replace(files, file, at, at + old.len, mou_text_of(linked_changes[change].new));
    } else {
        assert_true(files->now[file].bytes != files->first[file].bytes); /* an earlier change has taken the words */
    }
}

/* Each change by itself, together with some others, and taken back again. */
static void what_files_refer_to_changes(void **state)
{
    const size_t count = sizeof linked_changes / sizeof linked_changes[0];
    struct files files;
    struct pair pair;
    unsigned packs = 0;
    (void)state;
    begin(&files, 1);
    take_linked(&files);
    struct mou_session *session = mou_session_new(NULL);
    assert_true(compare(&files, files.count, session, &pair));
    free_pair(&pair);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = i; k < count; k += k == i ? 1 + i % 5 : 5) {
            change_words(&files, i);
            change_words(&files, k);
            packs += compare(&files, files.count, session, &pair);
            free_pair(&pair);
            take_back(&files);
            if (k % 3 == 0) { /* else the base may be any of the changed ones */
                assert_true(compare(&files, files.count, session, &pair));
                free_pair(&pair);
            }
        }
    }
    assert_true(packs > count);
    mou_session_free(session);
    mou_arena_free(files.arena);
}

/* More errors than a list holds, in one file and in many. */
static void what_does_not_fit_is_counted(void **state)
{
    struct files files;
    struct pair pair;
    struct mou_session *session = mou_session_new(NULL);
    struct mou_buf text;
    (void)state;
    begin(&files, 1);
    mou_buf_init(&text, NULL, FILE_BYTES_MAX);
    for (unsigned i = 0; i < 700; i++) {
        mou_buf_text(&text, "惩戒 《\n");
    }
    for (unsigned i = 0; i < 3; i++) {
        put_file(&files, (const char *const[]){"甲.mou", "乙.mou", "丙.mou"}[i], text.data, text.len);
    }
    for (unsigned i = 0; i < 700; i++) {
        mou_buf_text(&text, "惩戒 《\n");
    }
    put_file(&files, "丁.mou", text.data, text.len);
    for (unsigned round = 0; round < 3; round++) {
        assert_false(compare(&files, files.count, session, &pair));
        assert_true(mou_compilation_diagnostics(pair.kept)->overflowed);
        assert_true(mou_compilation_diagnostics(pair.kept)->error_count > MOU_DIAGNOSTICS_MAX);
        free_pair(&pair);
    }
    mou_buf_free(&text);
    mou_session_free(session);
    mou_arena_free(files.arena);
}

/** How often the allocator is asked for something when the files are compiled after so many of them have changed. */
static size_t asked_after(struct files *files, struct mou_session *session, const struct failing_allocator *heap, size_t changed)
{
    for (size_t i = 0; i < changed; i++) {
        replace(files, i, 0, 0, MOU_TEXT("# 一句说明\n"));
    }
    const size_t calls = heap->calls;
    mou_compilation_free(compile(files, files->count, session, MOU_OK));
    return heap->calls - calls;
}

/* That a session spares work is seen from what it asks of the allocator. */
static void unchanged_files_are_not_read_again(void **state)
{
    struct failing_allocator heap;
    struct files files;
    (void)state;
    begin(&files, 1);
    take_memoranda(&files, 8);
    failing_allocator_init(&heap, 0);
    struct mou_session *session = mou_session_new(&heap.allocator);
    const size_t empty = heap.live_bytes;
    (void)asked_after(&files, session, &heap, 0);
    const size_t whole = heap.live_bytes - empty;
    (void)asked_after(&files, session, &heap, 0);
    assert_true(heap.live_bytes - empty - whole < whole / 2); /* rules that were checked are not checked again */
    const size_t none = asked_after(&files, session, &heap, 0); /* the memory of the compilation before serves the next */
    const size_t one = asked_after(&files, session, &heap, 1) - none;
    const size_t all = asked_after(&files, session, &heap, files.count) - none;
    assert_true(one > 0 && all >= 4 * one);
    (void)asked_after(&files, session, &heap, 0);
    assert_int_equal(asked_after(&files, session, &heap, 0), none);
    mou_session_free(session);
    assert_int_equal(heap.live_bytes, 0);
    assert_false(heap.wrong_size);
    mou_arena_free(files.arena);
}

/** A file of nothing but comments. */
static void take_long_comment(struct files *files, const char *path)
{
    struct mou_buf text;
    mou_buf_init(&text, NULL, 2 * FILE_BYTES_MAX);
    for (unsigned i = 0; i < FILE_BYTES_MAX / 1000; i++) {
        mou_buf_printf(&text, "# %-1200u\n", i);
    }
    put_file(files, path, text.data, text.len);
    mou_buf_free(&text);
}

/* A file that grows from one compilation to the next: what is held follows what is compiled, and not how often. */
static void memory_does_not_grow(void **state)
{
    struct failing_allocator heap;
    struct files files;
    size_t soon = 0;
    (void)state;
    begin(&files, 1);
    take_memoranda(&files, 2);
    for (unsigned i = 0; i < 2; i++) {
        take_long_comment(&files, i == 0 ? "甲.mou" : "乙.mou"); /* a pack larger than the pieces in which memory is taken otherwise */
    }
    failing_allocator_init(&heap, 0);
    struct mou_session *session = mou_session_new(&heap.allocator);
    for (unsigned round = 0; round < 8; round++) {
        replace(&files, 1, 0, 0, MOU_TEXT("# 一句说明，再长一些，使这个文件每次都多出一些字节来\n"));
        mou_compilation_free(compile(&files, files.count, session, MOU_OK));
        soon = round == 3 ? heap.live_bytes : soon;
    }
    assert_true(heap.live_bytes < soon + soon / 4);
    mou_session_free(session);
    assert_int_equal(heap.live_bytes, 0);
    mou_arena_free(files.arena);
}

static void every_allocation_may_fail(void **state)
{
    struct failing_allocator heap;
    struct files files;
    bool failed = true;
    (void)state;
    begin(&files, 1);
    take_memoranda(&files, 2);
    for (size_t nth = 1; failed; nth++) {
        failing_allocator_init(&heap, 0);
        struct mou_session *session = mou_session_new(&heap.allocator);
        struct mou_compilation *compilation = compile(&files, files.count, session, MOU_OK);
        const struct mou_compile_options options = {.session = session};
        struct mou_compilation *short_of_memory = NULL;
        const struct mou_source whole = files.now[1];
        replace(&files, 1, 0, 0, MOU_TEXT("# 一句说明\n"));
        heap.fail_at = heap.calls + nth;
        heap.sticky = nth % 2 == 0;
        failed = mou_compile(files.now, files.count, &options, &short_of_memory) == MOU_ERROR_MEMORY;
        assert_int_equal(failed, short_of_memory == NULL);
        heap.fail_at = 0;
        mou_compilation_free(short_of_memory);
        mou_compilation_free(compilation);
        struct pair pair;
        assert_true(compare(&files, files.count, session, &pair));
        free_pair(&pair);
        mou_session_free(session);
        assert_int_equal(heap.live_bytes, 0);
        files.now[1] = whole;
    }
    struct mou_session *session = NULL;
    for (size_t nth = 1; session == NULL; nth++) {
        assert_true(nth < 100);
        failing_allocator_init(&heap, nth);
        session = mou_session_new(&heap.allocator);
        assert_true(session != NULL || heap.live_bytes == 0);
    }
    mou_session_free(session);
    assert_int_equal(heap.live_bytes, 0);
    mou_arena_free(files.arena);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_rule_library_changes),
    cmocka_unit_test(memoranda_change),
    cmocka_unit_test(a_rule_of_the_library_changes),
    cmocka_unit_test(rules_of_every_kind_change),
    cmocka_unit_test(what_files_refer_to_changes),
    cmocka_unit_test(what_does_not_fit_is_counted),
    cmocka_unit_test(unchanged_files_are_not_read_again),
    cmocka_unit_test(memory_does_not_grow),
    cmocka_unit_test(every_allocation_may_fail),
};

MOU_TEST_MAIN(tests)
