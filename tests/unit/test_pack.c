/*
 * Opening a pack, its vocabulary as importers see it, its disassembly, and every allocation on the
 * way failing once.
 */
#include "failing_allocator.h"
#include "mou_test.h"

#include "vm_limits.h"
#include "pack_lawful.h"

static bool is_text(struct mou_text got, const char *wanted)
{
    return mou_text_equal(got, mou_text_of(wanted));
}

/* ---------------------------------------------------------- vocabulary */

static void kinds_and_attributes(void **state)
{
    (void)state;
    struct pb pb;
    (void)pb_lawful(&pb);
    struct mou_pack *pack = pb_open(&pb);
    assert_i64_equal(mou_pack_kind_count(pack), 2);
    assert_true(is_text(mou_pack_kind_name(pack, KIND_UNIT), "单位"));
    assert_true(is_text(mou_pack_kind_identifier(pack, KIND_UNIT), ""));
    assert_i64_equal(mou_pack_attribute_count(pack, KIND_PERSON), 2);
    const struct mou_field_info born = mou_pack_attribute(pack, KIND_PERSON, PERSON_BORN);
    assert_true(is_text(born.name, "出生日期"));
    assert_i64_equal(born.type, MOU_VALUE_DATE);
    assert_false(born.has_default);
    mou_pack_close(pack);
    pb_free(&pb);
}

static void records_and_relations(void **state)
{
    (void)state;
    struct pb pb;
    (void)pb_lawful(&pb);
    struct mou_pack_field *field = pb_entry(&pb, MOU_SECTION_FIELDS, 3 + CASE_AMOUNT);
    field->flags = MOU_PACK_FIELD_DEFAULT | MOU_PACK_FIELD_REQUIRED;
    field->default_value = 5;
    struct mou_pack *pack = pb_open(&pb);
    assert_i64_equal(mou_pack_record_count(pack), 4);
    const struct mou_record_info years = mou_pack_record(pack, RECORD_YEAR);
    assert_true(is_text(years.name, "年度行"));
    assert_i64_equal(years.parent, RECORD_CASE);
    assert_i64_equal(mou_pack_record(pack, RECORD_CASE).parent, UINT32_MAX);
    assert_i64_equal(mou_pack_record(pack, RECORD_CASE).key, CASE_KEY);
    const struct mou_field_info amount = mou_pack_field(pack, RECORD_CASE, CASE_AMOUNT);
    assert_true(amount.required && amount.has_default && !amount.key && !amount.confidential);
    assert_i64_equal(amount.default_value, 5);
    assert_i64_equal(mou_pack_relation_count(pack), 1);
    const struct mou_relation_info head = mou_pack_relation(pack, RELATION_HEAD);
    assert_true(is_text(head.name, "负责人") && is_text(head.inverse, ""));
    assert_true(head.from_kind == KIND_UNIT && head.to_kind == KIND_PERSON);
    assert_i64_equal(head.field_count, 1);
    assert_true(is_text(mou_pack_relation_field(pack, RELATION_HEAD, HEAD_SHARE).name, "份额"));
    mou_pack_close(pack);
    pb_free(&pb);
}

static void codes_and_rules(void **state)
{
    (void)state;
    struct pb pb;
    (void)pb_lawful(&pb);
    struct mou_pack *pack = pb_open(&pb);
    struct mou_text name;
    struct mou_text other;
    struct mou_text third;
    struct mou_text fourth;
    int64_t value = 0;
    uint32_t memorandum = 9;
    uint32_t kind = 9;
    assert_i64_equal(mou_pack_code_table_count(pack), 1);
    assert_true(is_text(mou_pack_code_table_name(pack, 0), "履行情况"));
    assert_i64_equal(mou_pack_code_count(pack, 0), 2);
    mou_pack_code(pack, 0, 1, &name, &value);
    assert_true(is_text(name, "未履行") && value == 2);
    assert_i64_equal(mou_pack_memorandum_count(pack), 1);
    mou_pack_memorandum(pack, 0, &name, &other, &third, &fourth);
    assert_true(is_text(name, "样本") && is_text(fourth, ""));
    assert_i64_equal(mou_pack_measure_count(pack), 1);
    mou_pack_measure(pack, 0, &name, &memorandum, &kind, &other, &third);
    assert_true(is_text(name, "限飞") && memorandum == 0 && kind == 0);
    assert_true(is_text(other, "M15") && is_text(third, "民航局"));
    assert_i64_equal(mou_pack_finding_count(pack), 2);
    mou_pack_finding(pack, 0, &name, &memorandum, &other);
    assert_true(is_text(name, "失信") && is_text(other, "黑名单"));
    mou_pack_finding(pack, 1, &name, &memorandum, &other);
    assert_true(is_text(other, ""));
    assert_i64_equal(mou_pack_closure_depth(pack), 1);
    const struct mou_pack_header *header = (const void *)pb.file;
    assert_memory_equal(mou_pack_hash(pack), header->content_hash, 32);
    mou_pack_close(pack);
    mou_pack_close(NULL);
    pb_free(&pb);
}

/* ---------------------------------------------------------- disassembly */

static void dump_shows_everything(void **state)
{
    (void)state;
    struct pb pb;
    const struct lawful l = pb_lawful(&pb);
    *(struct mou_pack_span *)pb_entry(&pb, MOU_SECTION_SPANS, l.late) =
        (struct mou_pack_span){0, 10, 16};
    struct mou_pack *pack = pb_open(&pb);
    struct mou_buf out;
    mou_buf_init(&out, mou_allocator_default(), 1 << 20);
    mou_pack_dump(pack, &out);
    assert_false(out.failed);
    static const char *const parts[] = {
        "format 3, language edition 1",
        "  instructions ",
        "  0 自然人",
        "      1 列入日期: date",
        "  1 年度行 in 0 key -",
        "  0 负责人 inverse  from kind 1 to kind 0",
        "履行情况: 全部履行 = 1, 未履行 = 2",
        "门槛 (integer): 40 from - 100 from 2014-",
        "  2015 published 2012-04-03",
        "    6 RELATION 负责人 under 1 of 1\n",
        "    7 SIBLINGS 案件 under 2 of 2\n",
        "CONST_CONDITION yes\n",
        "CONST 7 : integer\n",
        "CONST_TEXT \"甲\" : text",
        "CONST_FRACTION 1/2",
        "COLUMN 列入日期 : date",
        "COLUMN 自然人.出生日期",
        "COLUMN until : date",
        "COMPARE r7 r5 <= TIME  ; 样本.mou:1:5 样本\n",
        "ROUND r",
        " half-up",
        "TO_FRACTION r8 100",
        "TABLE 裁量 [r8 r",
        "STREAK_UNTIL r0 r0 r10 until r1\n",
        "  0 失信 (0) enters 黑名单 holds r",
        "    on 案件 condition r",
        "sanction 限飞 (0) item M15 because 失信, 成年 only if r",
        "    to 单位: 负责人",
        "    grants 期限 = r1",
        "  repair 修复 eligible r",
        "  duty 公示 start r7",
        "  matter 审查: 限飞 prohibit r",
        "  assertion 不矛盾 holds r",
        "MEASURE_STATE 限飞",
        "    < 10 | <= 1/2 => 甲\n    any | any => 甲\n",
    };
    int lacking = 0;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (strstr(out.data, parts[i]) == NULL) {
            print_error("the dump lacks “%s”\n", parts[i]);
            lacking++;
        }
    }
    if (lacking > 0) {
        print_error("%s\n", out.data);
    }
    mou_buf_free(&out);
    mou_pack_close(pack);
    pb_free(&pb);
    assert_i64_equal(lacking, 0);
}

/* ---------------------------------------------------------- memory that runs out */

static enum mou_status take_decision(void *state, const struct mou_decision *decision)
{
    (void)state;
    (void)decision;
    return MOU_OK;
}

static enum mou_status take_next(void *state, struct mou_text subject, uint32_t number,
                                 mou_date next)
{
    (void)state;
    (void)subject;
    (void)number;
    (void)next;
    return MOU_OK;
}

static enum mou_status fill_and_run(struct mou_machine *machine, struct mou_batch_builder *builder)
{
    for (int round = 0; round < 2; round++) {
        mou_batch_builder_reset(builder);
        for (int i = 0; i < 70; i++) {
            const uint32_t s = mou_batch_add_subject(builder, MOU_TEXT("甲"), KIND_PERSON, true);
            const uint32_t row = mou_batch_add_row(builder, RECORD_CASE, s, UINT32_MAX);
            mou_batch_set_field(builder, RECORD_CASE, row, CASE_AMOUNT, INT64_MAX);
            mou_batch_set_field(builder, RECORD_CASE, row, CASE_KEY,
                                mou_batch_text(builder, MOU_TEXT("号")));
            mou_batch_add_objection(builder, RECORD_CASE, row, 0, MOU_DATE_NONE);
            (void)mou_batch_add_relation(builder, RELATION_HEAD, s, s, 0, 0);
        }
        const struct mou_batch *batch = NULL;
        const enum mou_status finished = mou_batch_finish(builder, &batch);
        if (finished != MOU_OK) {
            return finished;
        }
        const struct mou_run_options options = {.as_of = 42000, .findings = true};
        const struct mou_decision_sink sink = {.decision = take_decision, .next = take_next};
        const enum mou_status run = mou_machine_run(machine, batch, &options, &sink);
        if (run != MOU_OK) {
            return run;
        }
    }
    return MOU_OK;
}

static enum mou_status whole_way(const struct pb *pb, const struct mou_allocator *allocator)
{
    struct mou_pack *pack = NULL;
    struct mou_machine *machine = NULL;
    struct mou_batch_builder *builder = NULL;
    enum mou_status status = mou_pack_open(pb->file, pb->file_len, allocator, &pack, NULL);
    if (status == MOU_OK) {
        status = mou_machine_new(pack, allocator, &machine);
    }
    if (status == MOU_OK) {
        builder = mou_batch_builder_new(pack, allocator);
        status = builder == NULL ? MOU_ERROR_MEMORY : fill_and_run(machine, builder);
    }
    mou_batch_builder_free(builder);
    mou_machine_free(machine);
    mou_pack_close(pack);
    return status;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    struct pb pb;
    (void)pb_lawful(&pb);
    pb_seal(&pb);
    struct failing_allocator failing;
    size_t turn = 0;
    for (bool more = true; more; turn++) {
        failing_allocator_init(&failing, turn);
        const enum mou_status status = whole_way(&pb, &failing.allocator);
        more = turn == 0 || failing.calls >= turn;
        assert_i64_equal(status, turn == 0 || !more ? MOU_OK : MOU_ERROR_MEMORY);
        assert_i64_equal(failing.live_bytes, 0);
        assert_false(failing.wrong_size);
    }
    assert_true(turn > 20);
    pb_free(&pb);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(kinds_and_attributes),      cmocka_unit_test(records_and_relations),
    cmocka_unit_test(codes_and_rules),           cmocka_unit_test(dump_shows_everything),
    cmocka_unit_test(every_allocation_may_fail),
};
MOU_TEST_MAIN(tests)
