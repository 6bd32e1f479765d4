/*
 * Frames and the batch builder: rows in their order, every kind of frame, contested rows, the
 * calendar in force, limits.
 */
#include "mou_test.h"

#include "bits.h"
#include "vm_limits.h"
#include "pack_builder.h"

#define AS_OF 42000

/* A pack, a batch under construction and a machine. */
struct world {
    struct pb pb;
    struct mou_pack *pack;
    struct mou_batch_builder *builder;
    struct mou_machine *machine;
};

static void world_open(struct world *world)
{
    world->pack = pb_open(&world->pb);
    world->builder = mou_batch_builder_new(world->pack, NULL);
    assert_non_null(world->builder);
    assert_status(mou_machine_new(world->pack, NULL, &world->machine), MOU_OK);
}

static void world_close(struct world *world)
{
    mou_machine_free(world->machine);
    mou_batch_builder_free(world->builder);
    mou_pack_close(world->pack);
    pb_free(&world->pb);
}

static enum mou_status evaluate(struct world *world)
{
    const struct mou_batch *batch = NULL;
    assert_status(mou_batch_finish(world->builder, &batch), MOU_OK);
    const struct mou_run_options options = {.as_of = AS_OF};
    return mou_machine_evaluate(world->machine, batch, &options);
}

static uint32_t subject(struct world *world, const char *id, uint32_t kind)
{
    return mou_batch_add_subject(world->builder, mou_text_of(id), kind, true);
}

/* Two persons and a unit; three cases, the second of the first person inserted last. */
static void fill_small(struct world *world)
{
    struct mou_batch_builder *b = world->builder;
    const uint32_t p0 = subject(world, "p0", KIND_PERSON);
    const uint32_t p1 = subject(world, "p1", KIND_PERSON);
    const uint32_t u = subject(world, "u", KIND_UNIT);
    const uint32_t c1 = mou_batch_add_row(b, RECORD_CASE, p1, UINT32_MAX);
    const uint32_t c0 = mou_batch_add_row(b, RECORD_CASE, p0, UINT32_MAX);
    const uint32_t c2 = mou_batch_add_row(b, RECORD_CASE, p0, UINT32_MAX);
    mou_batch_set_field(b, RECORD_CASE, c0, CASE_AMOUNT, 10);
    mou_batch_set_field(b, RECORD_CASE, c1, CASE_AMOUNT, 20);
    mou_batch_set_field(b, RECORD_CASE, c2, CASE_AMOUNT, 30);
    const uint32_t y0 = mou_batch_add_row(b, RECORD_YEAR, p1, c1);
    const uint32_t y1 = mou_batch_add_row(b, RECORD_YEAR, p0, c2);
    const uint32_t y2 = mou_batch_add_row(b, RECORD_YEAR, p0, c0);
    const uint32_t y3 = mou_batch_add_row(b, RECORD_YEAR, p0, c2);
    mou_batch_set_field(b, RECORD_YEAR, y0, YEAR_YEAR, 2010);
    mou_batch_set_field(b, RECORD_YEAR, y1, YEAR_YEAR, 2011);
    mou_batch_set_field(b, RECORD_YEAR, y2, YEAR_YEAR, 2012);
    mou_batch_set_field(b, RECORD_YEAR, y3, YEAR_YEAR, 2013);
    (void)mou_batch_add_row(b, RECORD_NOTE, p0, y3);
    (void)mou_batch_add_row(b, RECORD_NOTE, p0, y1);
    (void)mou_batch_add_row(b, RECORD_NOTE, p0, y1);
    (void)mou_batch_add_relation(b, RELATION_HEAD, u, p1, 100, MOU_DATE_NONE);
    (void)mou_batch_add_relation(b, RELATION_HEAD, u, p0, MOU_DATE_NONE, 200);
    (void)mou_batch_add_relation(b, RELATION_HEAD, u, p1, 300, 400);
}

/* ---------------------------------------------------------- the builder */

static void builder_sorts_rows(void **state)
{
    (void)state;
    struct world world;
    pb_sample(&world.pb);
    world_open(&world);
    fill_small(&world);
    const struct mou_batch *batch = NULL;
    assert_status(mou_batch_finish(world.builder, &batch), MOU_OK);
    const struct mou_record_columns *cases = &batch->records[RECORD_CASE];
    assert_i64_equal(cases->row_count, 3);
    const uint32_t case_subjects[] = {0, 0, 1};
    const int64_t amounts[] = {10, 30, 20};
    for (uint32_t i = 0; i < 3; i++) {
        assert_i64_equal(cases->subject[i], case_subjects[i]);
        assert_i64_equal(((const int64_t *)cases->fields[CASE_AMOUNT].values)[i], amounts[i]);
    }
    assert_null(cases->fields[CASE_AMOUNT].known);
    assert_i64_equal(cases->fields[CASE_PAID].width, 0); /* nobody has one */
    const struct mou_record_columns *years = &batch->records[RECORD_YEAR];
    const uint32_t parents[] = {0, 1, 1, 2};
    const int64_t numbers[] = {2012, 2011, 2013, 2010};
    for (uint32_t i = 0; i < 4; i++) {
        assert_i64_equal(years->parent[i], parents[i]);
        assert_i64_equal(((const int64_t *)years->fields[YEAR_YEAR].values)[i], numbers[i]);
    }
    const struct mou_relation_columns *heads = &batch->relations[RELATION_HEAD];
    assert_i64_equal(heads->row_count, 3);
    assert_false(mou_bit(heads->since.known, 1));
    assert_false(mou_bit(heads->until.known, 0));
    world_close(&world);
}

static void builder_fills_defaults(void **state)
{
    (void)state;
    struct world world;
    pb_sample(&world.pb);
    struct mou_pack_field *field = pb_entry(&world.pb, MOU_SECTION_FIELDS, 3 + CASE_PAID);
    field->flags = MOU_PACK_FIELD_DEFAULT;
    field->default_value = 1;
    field = pb_entry(&world.pb, MOU_SECTION_FIELDS, 3 + CASE_KEY);
    field->flags = MOU_PACK_FIELD_DEFAULT;
    field->default_text = pb_text(&world.pb, "无号");
    field = pb_entry(&world.pb, MOU_SECTION_FIELDS, PERSON_INCOME);
    field->flags = MOU_PACK_FIELD_DEFAULT;
    field->default_value = 7;
    world_open(&world);
    fill_small(&world);
    mou_batch_set_field(world.builder, RECORD_CASE, 0, CASE_PAID, 0);
    mou_batch_set_attribute(world.builder, 0, PERSON_INCOME, 9);
    const struct mou_batch *batch = NULL;
    assert_status(mou_batch_finish(world.builder, &batch), MOU_OK);
    const struct mou_column *paid = &batch->records[RECORD_CASE].fields[CASE_PAID];
    assert_null(paid->known);
    const int64_t wanted[] = {1, 1, 0};
    for (uint32_t i = 0; i < 3; i++) {
        assert_i64_equal(((const int64_t *)paid->values)[i], wanted[i]);
    }
    const int64_t key = ((const int64_t *)batch->records[RECORD_CASE].fields[CASE_KEY].values)[0];
    assert_true(mou_text_equal(mou_intern_text(batch->texts, (uint32_t)key), MOU_TEXT("无号")));
    const struct mou_column *income = &batch->attributes[KIND_PERSON][PERSON_INCOME];
    assert_i64_equal(((const int64_t *)income->values)[0], 9);
    assert_i64_equal(((const int64_t *)income->values)[1], 7);
    assert_false(mou_bit(income->known, 2));
    world_close(&world);
}

/* Each misuse is told at the end, and a reset forgets it. */
static void builder_remembers_misuse(void **state)
{
    (void)state;
    struct world world;
    pb_sample(&world.pb);
    world_open(&world);
    struct mou_batch_builder *b = world.builder;
    for (int misuse = 0; misuse < 12; misuse++) {
        mou_batch_builder_reset(b);
        fill_small(&world);
        switch (misuse) {
        case 0: (void)mou_batch_add_subject(b, MOU_TEXT("x"), 2, true); break;
        case 1:
            (void)mou_batch_add_subject(b, MOU_TEXT("x"), 0, false);
            (void)mou_batch_add_subject(b, MOU_TEXT("y"), 0, true);
            break;
        case 2: mou_batch_set_attribute(b, 2, 1, 0); break;
        case 3: mou_batch_set_attribute(b, 3, 0, 0); break;
        case 4: (void)mou_batch_add_row(b, 4, 0, UINT32_MAX); break;
        case 5: (void)mou_batch_add_row(b, RECORD_CASE, 0, 0); break;
        case 6: (void)mou_batch_add_row(b, RECORD_YEAR, 0, UINT32_MAX); break;
        case 7:
            (void)mou_batch_add_row(b, RECORD_YEAR, 0, 0);
            break; /* that case is another subject's */
        case 8: mou_batch_set_field(b, RECORD_CASE, 3, 0, 0); break;
        case 9: (void)mou_batch_add_relation(b, RELATION_HEAD, 3, 0, 0, 0); break;
        case 10: mou_batch_set_relation_field(b, RELATION_HEAD, 0, 1, 0); break;
        default: mou_batch_add_objection(b, RECORD_CASE, 3, 0, 0); break;
        }
        const struct mou_batch *batch = NULL;
        assert_status(mou_batch_finish(b, &batch), MOU_ERROR_USAGE);
        assert_null(batch);
    }
    mou_batch_builder_reset(b);
    fill_small(&world);
    assert_status(evaluate(&world), MOU_OK);
    world_close(&world);
}

/* ---------------------------------------------------------- frames */

static void assert_rows(const struct mou_machine *machine, uint32_t frame, uint32_t count,
                        const uint32_t *up, const uint32_t *entity)
{
    assert_i64_equal(machine->frames[frame].row_count, count);
    for (uint32_t i = 0; i < count; i++) {
        assert_i64_equal(machine->frames[frame].up[i], up[i]);
        assert_i64_equal(mou_frame_entity(machine, frame, i), entity[i]);
        const uint32_t *first = machine->frames[frame].first;
        assert_true(first[up[i]] <= i && i < first[up[i] + 1]);
    }
}

static void home_frames_are_the_columns(void **state)
{
    (void)state;
    struct world world;
    pb_sample(&world.pb);
    world_open(&world);
    fill_small(&world);
    assert_status(evaluate(&world), MOU_OK);
    const uint32_t case_up[] = {0, 0, 1};
    const uint32_t year_up[] = {0, 0, 0, 1};
    const uint32_t identity[] = {0, 1, 2, 3};
    assert_rows(world.machine, FRAME_CASE, 3, case_up, identity);
    assert_rows(world.machine, FRAME_YEAR, 4, year_up, identity);
    assert_i64_equal(world.machine->frames[FRAME_SUBJECT].row_count, 3);
    assert_i64_equal(world.machine->frames[FRAME_UNIT].row_count, 1);
    assert_i64_equal(world.machine->frames[FRAME_CASE].first[3], 3);
    assert_i64_equal(world.machine->frames[FRAME_CASE].all[0], 7);
    world_close(&world);
}

static void children_of_any_ancestor(void **state)
{
    (void)state;
    struct world world;
    pb_sample(&world.pb);
    const uint32_t direct =
        pb_frame(&world.pb, MOU_FRAME_CHILDREN, FRAME_CASE, FRAME_CASE, RECORD_YEAR, 0);
    const uint32_t deep =
        pb_frame(&world.pb, MOU_FRAME_CHILDREN, FRAME_CASE, FRAME_CASE, RECORD_NOTE, 0);
    const uint32_t below = pb_frame(&world.pb, MOU_FRAME_CHILDREN, direct, direct, RECORD_NOTE, 0);
    const uint32_t outer =
        pb_frame(&world.pb, MOU_FRAME_CHILDREN, direct, FRAME_CASE, RECORD_NOTE, 0);
    world_open(&world);
    fill_small(&world);
    assert_status(evaluate(&world), MOU_OK);
    /*
     * cases: p0's 0 and 1, p1's 2; years: 0 of case 0, 1 and 2 of case 1, 3 of case 2; notes: 0 and
     * 1 of year 1, 2 of year 2
     */
    const uint32_t year_up[] = {0, 1, 1, 2};
    const uint32_t year_entity[] = {0, 1, 2, 3};
    assert_rows(world.machine, direct, 4, year_up, year_entity);
    const uint32_t note_up[] = {1, 1, 1};
    const uint32_t note_entity[] = {0, 1, 2};
    assert_rows(world.machine, deep, 3, note_up, note_entity);
    const uint32_t note_year[] = {1, 1, 2};
    assert_rows(world.machine, below, 3, note_year, note_entity);
    const uint32_t outer_up[] = {1, 1, 1, 2, 2, 2};
    const uint32_t outer_entity[] = {0, 1, 2, 0, 1, 2};
    assert_rows(world.machine, outer, 6, outer_up, outer_entity);
    assert_i64_equal(world.machine->frames[outer].root[5], 0);
    assert_i64_equal(mou_frame_subject(world.machine, outer, 5), 0);
    world_close(&world);
}

static void siblings_share_their_parent(void **state)
{
    (void)state;
    struct world world;
    pb_sample(&world.pb);
    const uint32_t cases =
        pb_frame(&world.pb, MOU_FRAME_SIBLINGS, FRAME_CASE, FRAME_CASE, RECORD_CASE, 0);
    const uint32_t years =
        pb_frame(&world.pb, MOU_FRAME_SIBLINGS, FRAME_YEAR, FRAME_YEAR, RECORD_YEAR, 0);
    world_open(&world);
    fill_small(&world);
    assert_status(evaluate(&world), MOU_OK);
    const uint32_t case_up[] = {0, 0, 1, 1, 2};
    const uint32_t case_entity[] = {0, 1, 0, 1, 2};
    assert_rows(world.machine, cases, 5, case_up, case_entity);
    const uint32_t year_up[] = {0, 1, 1, 2, 2, 3};
    const uint32_t year_entity[] = {0, 1, 2, 1, 2, 3};
    assert_rows(world.machine, years, 6, year_up, year_entity);
    world_close(&world);
}

static void relations_in_both_directions(void **state)
{
    (void)state;
    struct world world;
    pb_sample(&world.pb);
    const uint32_t along =
        pb_frame(&world.pb, MOU_FRAME_RELATION, FRAME_SUBJECT, FRAME_SUBJECT, RELATION_HEAD, 0);
    const uint32_t against =
        pb_frame(&world.pb, MOU_FRAME_RELATION, FRAME_SUBJECT, FRAME_SUBJECT, RELATION_HEAD, 1);
    const uint32_t theirs = pb_frame(&world.pb, MOU_FRAME_RECORDS, along, along, RECORD_CASE, 0);
    const uint32_t ours =
        pb_frame(&world.pb, MOU_FRAME_RECORDS, against, FRAME_SUBJECT, RECORD_CASE, 0);
    world_open(&world);
    fill_small(&world);
    assert_status(evaluate(&world), MOU_OK);
    const uint32_t along_up[] = {2, 2, 2};
    const uint32_t along_entity[] = {1, 0, 1};
    assert_rows(world.machine, along, 3, along_up, along_entity);
    assert_i64_equal(world.machine->frames[along].relation_row[1], 1);
    const uint32_t against_up[] = {0, 1, 1};
    const uint32_t against_entity[] = {2, 2, 2};
    assert_rows(world.machine, against, 3, against_up, against_entity);
    assert_i64_equal(world.machine->frames[against].relation_row[0], 1);
    const uint32_t theirs_up[] = {0, 1, 1, 2}; /* p1's case, p0's two, p1's again */
    const uint32_t theirs_entity[] = {2, 0, 1, 2};
    assert_rows(world.machine, theirs, 4, theirs_up, theirs_entity);
    assert_i64_equal(mou_frame_subject(world.machine, theirs, 1), 0);
    assert_i64_equal(world.machine->frames[theirs].root[1], 2);
    const uint32_t ours_up[] = {0, 0, 1, 2}; /* the subject's own, whatever the relation */
    const uint32_t ours_entity[] = {0, 1, 2, 2};
    assert_rows(world.machine, ours, 4, ours_up, ours_entity);
    world_close(&world);
}

static void empty_batch(void **state)
{
    (void)state;
    struct world world;
    pb_sample(&world.pb);
    (void)pb_frame(&world.pb, MOU_FRAME_RELATION, FRAME_SUBJECT, FRAME_SUBJECT, RELATION_HEAD, 1);
    world_open(&world);
    assert_status(evaluate(&world), MOU_OK);
    assert_i64_equal(world.machine->frames[FRAME_CASE].row_count, 0);
    world_close(&world);
}

/* Nothing hangs below any row of the parent frame. */
static void assert_empty(const struct world *world, uint32_t frame, uint32_t parents)
{
    const struct mou_frame *empty = &world->machine->frames[frame];
    assert_i64_equal(empty->row_count, 0);
    assert_null(empty->up);
    for (uint32_t row = 0; row <= parents; row++) {
        assert_i64_equal(empty->first[row], 0);
    }
}

static void frames_of_an_earlier_batch_are_emptied(void **state)
{
    (void)state;
    enum { MANY = 300 };
    struct world world;
    pb_sample(&world.pb);
    const uint32_t along = pb_frame(&world.pb, MOU_FRAME_RELATION, FRAME_SUBJECT, FRAME_SUBJECT, RELATION_HEAD, 0);
    const uint32_t theirs = pb_frame(&world.pb, MOU_FRAME_RECORDS, along, along, RECORD_CASE, 0);
    world_open(&world);
    fill_small(&world);
    mou_batch_add_objection(world.builder, RECORD_CASE, 2, AS_OF, MOU_DATE_NONE);
    assert_status(evaluate(&world), MOU_OK);
    assert_i64_equal(world.machine->frames[FRAME_CASE].row_count, 3);
    assert_i64_equal(world.machine->frames[along].row_count, 3);
    assert_i64_equal(world.machine->frames[theirs].row_count, 4);

    mou_batch_builder_reset(world.builder); /* relation rows alone, of one subject, more than there are subjects */
    const uint32_t unit = subject(&world, "u", KIND_UNIT);
    const uint32_t person = subject(&world, "p", KIND_PERSON);
    for (int i = 0; i < MANY; i++) {
        (void)mou_batch_add_relation(world.builder, RELATION_HEAD, unit, person, 100, MOU_DATE_NONE);
    }
    assert_status(evaluate(&world), MOU_OK);
    assert_false(world.machine->two_worlds);
    assert_null(world.machine->contested[RECORD_CASE]);
    assert_i64_equal(world.machine->frames[along].row_count, MANY);
    assert_empty(&world, FRAME_CASE, 2);
    assert_empty(&world, FRAME_YEAR, 2);
    assert_empty(&world, theirs, MANY);

    mou_batch_builder_reset(world.builder); /* and as at first */
    fill_small(&world);
    assert_status(evaluate(&world), MOU_OK);
    assert_i64_equal(world.machine->frames[FRAME_CASE].row_count, 3);
    assert_i64_equal(world.machine->frames[FRAME_YEAR].row_count, 4);
    assert_i64_equal(world.machine->frames[theirs].row_count, 4);
    assert_i64_equal(world.machine->frames[theirs].first[3], 4);
    world_close(&world);
}

/* ---------------------------------------------------------- objections and calendar */

static void contested_rows_take_their_children(void **state)
{
    (void)state;
    struct world world;
    pb_sample(&world.pb);
    world_open(&world);
    fill_small(&world);
    mou_batch_add_objection(world.builder, RECORD_CASE, 2, AS_OF, MOU_DATE_NONE); /* batch row 1 */
    mou_batch_add_objection(world.builder, RECORD_CASE, 0, AS_OF + 1, MOU_DATE_NONE);
    mou_batch_add_objection(world.builder, RECORD_CASE, 1, AS_OF - 9, AS_OF);
    assert_status(evaluate(&world), MOU_OK);
    assert_true(world.machine->two_worlds);
    assert_i64_equal(world.machine->contested[RECORD_CASE][0], 2);
    assert_i64_equal(world.machine->contested[RECORD_YEAR][0], 6);
    assert_i64_equal(world.machine->contested[RECORD_NOTE][0], 7);
    assert_null(world.machine->contested[RECORD_LOOSE]);
    world_close(&world);
}

static void records_without_key_are_not_contested(void **state)
{
    (void)state;
    struct world world;
    pb_sample(&world.pb);
    world_open(&world);
    fill_small(&world);
    const uint32_t row = mou_batch_add_row(world.builder, RECORD_LOOSE, 0, UINT32_MAX);
    mou_batch_add_objection(world.builder, RECORD_LOOSE, row, 0, MOU_DATE_NONE);
    assert_status(evaluate(&world), MOU_OK);
    assert_false(world.machine->two_worlds);
    world_close(&world);
}

static void calendar_as_published(void **state)
{
    (void)state;
    struct world world;
    pb_sample(&world.pb);
    const struct mou_pack_calendar_year years[] = {
        {.year = 2014, .rest = {1}, .published = INT32_MIN},
        {.year = 2015, .rest = {2}, .published = INT32_MIN},
        {.year = 2015, .rest = {3}, .published = AS_OF},
        {.year = 2015, .rest = {4}, .published = AS_OF + 1},
        {.year = 2016, .rest = {5}, .published = AS_OF + 1},
    };
    (void)pb_append(&world.pb, MOU_SECTION_CALENDAR, years, 5);
    world_open(&world);
    assert_status(evaluate(&world), MOU_OK);
    assert_i64_equal(world.machine->calendar.count, 2);
    assert_i64_equal(world.machine->calendar.years[1].year, 2015);
    assert_i64_equal(world.machine->calendar.years[1].rest[0], 3);
    world_close(&world);
}

/* ---------------------------------------------------------- limits and unsound batches */

static void nested_frames_are_bounded(void **state)
{
    (void)state;
    struct world world;
    pb_sample(&world.pb);
    uint32_t frame = FRAME_CASE;
    for (int i = 0; i < 8; i++) { /* 200^9 rows */
        frame = pb_frame(&world.pb, MOU_FRAME_SIBLINGS, frame, frame, RECORD_CASE, 0);
    }
    world_open(&world);
    const uint32_t s = subject(&world, "s", KIND_PERSON);
    for (int i = 0; i < 200; i++) {
        (void)mou_batch_add_row(world.builder, RECORD_CASE, s, UINT32_MAX);
    }
    world.machine->slab.max_bytes = (size_t)64 << 20;
    assert_status(evaluate(&world), MOU_ERROR_MEMORY);
    mou_batch_builder_reset(world.builder); /* the machine goes on afterwards */
    (void)subject(&world, "s", KIND_PERSON);
    assert_status(evaluate(&world), MOU_OK);
    world_close(&world);
}

static void unsound_batches_are_refused(void **state)
{
    (void)state;
    struct world world;
    pb_sample(&world.pb);
    world_open(&world);
    const struct mou_run_options options = {.as_of = AS_OF};
    for (int fault = 0; fault < 12; fault++) {
        mou_batch_builder_reset(world.builder);
        fill_small(&world);
        const struct mou_batch *given = NULL;
        assert_status(mou_batch_finish(world.builder, &given), MOU_OK);
        struct mou_batch batch = *given;
        struct mou_record_columns records[4];
        memcpy(records, given->records, sizeof records);
        struct mou_relation_columns relations[1] = {given->relations[0]};
        batch.records = records;
        batch.relations = relations;
        const uint32_t wrong[] = {0, 1, 0, 9};
        const struct mou_objection objection = {RECORD_CASE, 3, 0, 0};
        struct mou_column fields[4] = {{0}};
        uint32_t first[8];
        const uint32_t people = given->subject_count;
        for (uint32_t s = 0, row = 0; s <= people; s++) {
            while (row < given->records[RECORD_CASE].row_count && given->records[RECORD_CASE].subject[row] < s) {
                row++;
            }
            assert_i64_between(people, 2, 7);
            first[s] = row;
        }
        records[RECORD_CASE].first = first;
        if (fault == 0) {
            assert_status(mou_machine_evaluate(world.machine, &batch, &options), MOU_OK); /* so far it is sound */
        }
        switch (fault) {
        case 0: batch.core_count = 4; break;
        case 1: batch.subject_kind = wrong + 1; break;
        case 2: records[RECORD_CASE].subject = wrong; break;
        case 3: records[RECORD_YEAR].parent = wrong; break;
        case 4: records[RECORD_YEAR].parent = NULL; break;
        case 5: relations[0].to_subject = wrong + 1; break;
        case 6:
            batch.objections = &objection;
            batch.objection_count = 1;
            break;
        case 7: first[0] = 1; break;
        case 8: first[people]++; break;
        case 9: first[1] = UINT32_MAX; break;
        case 10: first[1] += first[1] > 0 ? UINT32_MAX : 1; break;
        default:
            fields[1].width = 3;
            records[RECORD_CASE].fields = fields;
            break;
        }
        assert_status(mou_machine_evaluate(world.machine, &batch, &options), MOU_ERROR_DATA);
    }
    const struct mou_run_options late = {.as_of = MOU_DATE_MAX + 1};
    const struct mou_batch *batch = NULL;
    mou_batch_builder_reset(world.builder);
    assert_status(mou_batch_finish(world.builder, &batch), MOU_OK);
    assert_status(mou_machine_evaluate(world.machine, batch, &late), MOU_ERROR_USAGE);
    world_close(&world);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(builder_sorts_rows),
    cmocka_unit_test(builder_fills_defaults),
    cmocka_unit_test(builder_remembers_misuse),
    cmocka_unit_test(home_frames_are_the_columns),
    cmocka_unit_test(children_of_any_ancestor),
    cmocka_unit_test(siblings_share_their_parent),
    cmocka_unit_test(relations_in_both_directions),
    cmocka_unit_test(empty_batch),
    cmocka_unit_test(frames_of_an_earlier_batch_are_emptied),
    cmocka_unit_test(contested_rows_take_their_children),
    cmocka_unit_test(records_without_key_are_not_contested),
    cmocka_unit_test(calendar_as_published),
    cmocka_unit_test(nested_frames_are_bounded),
    cmocka_unit_test(unsound_batches_are_refused),
};
MOU_TEST_MAIN(tests)
