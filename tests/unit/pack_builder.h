/*
 * A tiny assembler for packs, for tests of the machine: sections are filled entry by entry, instructions one call each,
 * and the whole is sealed with sizes, cost bound and hash. It checks nothing, so that broken packs can be made on
 * purpose. The sample at the end is the vocabulary that most tests share.
 */
#ifndef MOU_TESTS_PACK_BUILDER_H
#define MOU_TESTS_PACK_BUILDER_H

#include <stdlib.h>
#include <string.h>

#include "format/pack_cost.h"
#include "format/pack_format.h"
#include "machine.h"
#include "mou/vm.h"
#include "opcodes.h"
#include "sections.h"

#define NONE MOU_PACK_NONE

struct pb_section {
    unsigned char *bytes;
    uint32_t count;
    uint32_t entry_size;
    size_t capacity;
};

struct pb {
    struct pb_section sections[MOU_SECTION_COUNT];
    struct mou_pack_header header;
    unsigned char *file; /* the sealed pack, aligned; owned */
    size_t file_len;
};

static inline uint32_t pb_entry_size(uint32_t section)
{
    switch ((enum mou_pack_section)section) {
#define PB_SIZE(name, type, member)                                                                                    \
    case MOU_SECTION_##name: return sizeof(struct type);
        MOU_PACK_SECTIONS(PB_SIZE)
#undef PB_SIZE
    case MOU_SECTION_LISTS: return sizeof(uint32_t);
    case MOU_SECTION_STRINGS:
    case MOU_SECTION_COUNT: break;
    }
    return 1;
}

static inline void pb_init(struct pb *pb)
{
    *pb = (struct pb){0};
    for (uint32_t i = 0; i < MOU_SECTION_COUNT; i++) {
        pb->sections[i].entry_size = pb_entry_size(i);
    }
    memcpy(pb->header.magic, MOU_PACK_MAGIC, sizeof pb->header.magic);
    pb->header.version = MOU_PACK_VERSION;
    pb->header.section_count = MOU_SECTION_COUNT;
    pb->header.language_edition = 1;
    pb->header.closure_depth = 1;
}

static inline void pb_free(struct pb *pb)
{
    for (uint32_t i = 0; i < MOU_SECTION_COUNT; i++) {
        free(pb->sections[i].bytes);
    }
    free(pb->file);
    *pb = (struct pb){0};
}

/** Appends `count` entries; returns the index of the first. */
static inline uint32_t pb_append(struct pb *pb, uint32_t section, const void *entries, uint32_t count)
{
    struct pb_section *s = &pb->sections[section];
    const size_t old = (size_t)s->count * s->entry_size;
    const size_t size = (size_t)count * s->entry_size;
    if (old + size > s->capacity) {
        s->capacity = (old + size) * 2;
        s->bytes = realloc(s->bytes, s->capacity);
        if (s->bytes == NULL) {
            abort();
        }
    }
    if (size > 0) {
        memcpy(s->bytes + old, entries, size);
    }
    s->count += count;
    return s->count - count;
}

/** An entry that is there already, to be changed in place. */
static inline void *pb_entry(struct pb *pb, uint32_t section, uint32_t index)
{
    return pb->sections[section].bytes + (size_t)index * pb->sections[section].entry_size;
}

static inline struct mou_pack_text pb_text(struct pb *pb, const char *text)
{
    const uint32_t len = (uint32_t)strlen(text);
    return (struct mou_pack_text){pb_append(pb, MOU_SECTION_STRINGS, text, len), len};
}

static inline uint32_t pb_field(struct pb *pb, const char *name, uint32_t type)
{
    const struct mou_pack_field field = {.name = pb_text(pb, name), .type = type, .code_table = NONE};
    return pb_append(pb, MOU_SECTION_FIELDS, &field, 1);
}

static inline uint32_t pb_kind(struct pb *pb, const char *name, uint32_t first_field, uint32_t field_count)
{
    const struct mou_pack_kind kind = {
        .name = pb_text(pb, name), .first_field = first_field, .field_count = field_count};
    return pb_append(pb, MOU_SECTION_KINDS, &kind, 1);
}

static inline uint32_t pb_record(struct pb *pb, const char *name, uint32_t parent, uint32_t first_field,
                                 uint32_t field_count, uint32_t key)
{
    const struct mou_pack_record record = {.name = pb_text(pb, name),
                                           .parent = parent,
                                           .number = NONE,
                                           .made = NONE,
                                           .served = NONE,
                                           .act = NONE,
                                           .key = key,
                                           .first_field = first_field,
                                           .field_count = field_count};
    return pb_append(pb, MOU_SECTION_RECORDS, &record, 1);
}

static inline uint32_t pb_frame(struct pb *pb, uint32_t kind, uint32_t parent, uint32_t owner, uint32_t type,
                                uint32_t inverse)
{
    const struct mou_pack_frame frame = {kind, parent, owner, type, inverse};
    return pb_append(pb, MOU_SECTION_FRAMES, &frame, 1);
}

static inline uint32_t pb_list(struct pb *pb, const uint32_t *entries, uint32_t count)
{
    return pb_append(pb, MOU_SECTION_LISTS, entries, count);
}

/** An instruction of display type `type`; returns its register. */
static inline uint32_t pb_typed(struct pb *pb, uint32_t opcode, uint32_t type, uint32_t frame, uint32_t a, uint32_t b,
                                uint32_t c, int64_t imm)
{
    const struct mou_pack_instruction in = {.opcode = (uint16_t)opcode,
                                            .type = (uint8_t)type,
                                            .frame = frame,
                                            .a = a,
                                            .b = b,
                                            .c = c,
                                            .code_table = NONE,
                                            .imm = imm};
    const struct mou_pack_span span = {NONE, 0, 0};
    (void)pb_append(pb, MOU_SECTION_SPANS, &span, 1);
    return pb_append(pb, MOU_SECTION_INSTRUCTIONS, &in, 1);
}

/** The same of type integer, or yes-no for conditions. */
static inline uint32_t pb_op(struct pb *pb, uint32_t opcode, uint32_t frame, uint32_t a, uint32_t b, uint32_t c,
                             int64_t imm)
{
    const bool condition = opcode < MOU_OPCODE_COUNT && mou_opcode_result(opcode) == MOU_FORM_CONDITION;
    return pb_typed(pb, opcode, condition ? MOU_PACK_YES_NO : MOU_PACK_INTEGER, frame, a, b, c, imm);
}
#define OP(name) MOU_OP_CODE_##name

static inline struct mou_pack_instruction *pb_instruction(struct pb *pb, uint32_t index)
{
    return pb_entry(pb, MOU_SECTION_INSTRUCTIONS, index);
}

/** Writes the hash of a pack into its header. */
static inline void pb_rehash(unsigned char *file, size_t len)
{
    struct mou_pack_header *header = (void *)file;
    memset(header->content_hash, 0, sizeof header->content_hash);
    unsigned char hash[32];
    mou_sha256(file, len, hash);
    memcpy(header->content_hash, hash, sizeof hash);
}

/** Lays the sections out; the file stays the builder's. */
static inline void pb_seal(struct pb *pb)
{
    size_t end = sizeof pb->header;
    for (uint32_t i = 0; i < MOU_SECTION_COUNT; i++) {
        const struct pb_section *s = &pb->sections[i];
        const uint32_t size = s->count * s->entry_size;
        end = (end + 7) / 8 * 8;
        pb->header.sections[i] = (struct mou_pack_section_entry){(uint32_t)end, size, s->entry_size, s->count};
        end += size;
    }
    const void *instructions = pb->sections[MOU_SECTION_INSTRUCTIONS].bytes;
    const void *tables = pb->sections[MOU_SECTION_TABLES].bytes;
    if (pb->header.first_other == 0) {
        pb->header.first_other = pb->sections[MOU_SECTION_INSTRUCTIONS].count;
    }
    pb->header.cost_per_row = mou_pack_cost(instructions, pb->sections[MOU_SECTION_INSTRUCTIONS].count, tables,
                                            pb->sections[MOU_SECTION_TABLES].count);
    pb->header.file_size = end;
    free(pb->file);
    pb->file = calloc(1, end);
    if (pb->file == NULL) {
        abort();
    }
    pb->file_len = end;
    memcpy(pb->file, &pb->header, sizeof pb->header);
    for (uint32_t i = 0; i < MOU_SECTION_COUNT; i++) {
        if (pb->header.sections[i].size > 0) {
            memcpy(pb->file + pb->header.sections[i].offset, pb->sections[i].bytes, pb->header.sections[i].size);
        }
    }
    pb_rehash(pb->file, pb->file_len);
}

#ifdef MOU_TESTS_MOU_TEST_H
/** Seals and opens; fails the test with the verifier's message where the pack is refused. */
static inline struct mou_pack *pb_open(struct pb *pb)
{
    struct mou_pack *pack = NULL;
    struct mou_buf message;
    mou_buf_init(&message, mou_allocator_default(), 4096);
    pb_seal(pb);
    const enum mou_status status = mou_pack_open(pb->file, pb->file_len, NULL, &pack, &message);
    if (status != MOU_OK) {
        print_error("pack refused (%d): %s\n", (int)status, message.data != NULL ? message.data : "");
    }
    mou_buf_free(&message);
    assert_int_equal(status, MOU_OK);
    return pack;
}
#endif

/* ---------------------------------------------------------- the sample vocabulary */

/** Kinds, record types, relations and frames of the sample. */
enum { KIND_PERSON, KIND_UNIT };
enum { PERSON_BORN, PERSON_INCOME };
enum { UNIT_CAPITAL };
enum { RECORD_CASE, RECORD_YEAR, RECORD_NOTE, RECORD_LOOSE };
enum { CASE_KEY, CASE_MADE, CASE_AMOUNT, CASE_PAID };
enum { YEAR_YEAR, YEAR_TAX };
enum { NOTE_WEIGHT };
enum { LOOSE_VALUE };
enum { RELATION_HEAD };
enum { HEAD_SHARE };
enum { FRAME_UNIT, FRAME_SUBJECT, FRAME_CASE, FRAME_YEAR, FRAME_NOTE, FRAME_LOOSE, FRAME_FIRST_OWN };

/**
 * Two kinds; a case (key, date, amount, yes-no) with years (year, tax) with notes (weight); a record without a key; a
 * relation from units to persons with a share. Frames 0 to 5 are UNIT, SUBJECT and the home frames. One memorandum, one
 * text, one source.
 */
static inline void pb_sample(struct pb *pb)
{
    pb_init(pb);
    const uint32_t person = pb_field(pb, "出生日期", MOU_PACK_DATE);
    (void)pb_field(pb, "收入", MOU_PACK_MONEY);
    const uint32_t unit = pb_field(pb, "注册资本", MOU_PACK_MONEY);
    (void)pb_kind(pb, "自然人", person, 2);
    (void)pb_kind(pb, "单位", unit, 1);
    const uint32_t cases = pb_field(pb, "案号", MOU_PACK_TEXT_FIELD);
    (void)pb_field(pb, "列入日期", MOU_PACK_DATE);
    (void)pb_field(pb, "金额", MOU_PACK_MONEY);
    (void)pb_field(pb, "已缴", MOU_PACK_YES_NO);
    const uint32_t years = pb_field(pb, "年度", MOU_PACK_INTEGER);
    (void)pb_field(pb, "税额", MOU_PACK_MONEY);
    const uint32_t notes = pb_field(pb, "权重", MOU_PACK_INTEGER);
    const uint32_t loose = pb_field(pb, "数值", MOU_PACK_INTEGER);
    (void)pb_record(pb, "案件", NONE, cases, 4, CASE_KEY);
    (void)pb_record(pb, "年度行", RECORD_CASE, years, 2, NONE);
    (void)pb_record(pb, "注记", RECORD_YEAR, notes, 1, NONE);
    (void)pb_record(pb, "散行", NONE, loose, 1, NONE);
    const struct mou_pack_relation head = {.name = pb_text(pb, "负责人"),
                                           .from_kind = KIND_UNIT,
                                           .to_kind = KIND_PERSON,
                                           .first_field = pb_field(pb, "份额", MOU_PACK_INTEGER),
                                           .field_count = 1};
    (void)pb_append(pb, MOU_SECTION_RELATIONS, &head, 1);
    (void)pb_frame(pb, MOU_FRAME_UNIT, 0, 0, 0, 0);
    (void)pb_frame(pb, MOU_FRAME_SUBJECT, 0, 0, 0, 0);
    for (uint32_t i = 0; i < 4; i++) {
        (void)pb_frame(pb, MOU_FRAME_RECORDS, 1, 1, i, 0);
    }
    const struct mou_pack_source source = {pb_text(pb, "样本.mou"), pb_text(pb, "备忘录 样本")};
    (void)pb_append(pb, MOU_SECTION_SOURCES, &source, 1);
    const struct mou_pack_memorandum memorandum = {
        .name = pb_text(pb, "样本"), .effective = INT32_MIN, .repealed = INT32_MIN, .source = 0};
    (void)pb_append(pb, MOU_SECTION_MEMORANDA, &memorandum, 1);
    const struct mou_pack_text text = pb_text(pb, "甲");
    (void)pb_append(pb, MOU_SECTION_TEXTS, &text, 1);
}

#endif
