/*
 * Words for conditions that no one wrote: what the compiler adds to a rule, such as that a listing
 * began before today, said with the names of the fields and dates that it is about. Says nothing of
 * their values, which may be confidential. Used by explain_clause.c.
 */
#include <assert.h>

#include "explain.h"
#include "opcodes.h"

/* How far a value is taken apart; what lies deeper is shown on lines of its own. */
#define NAMED_DEEP 6u

static struct mou_text name_of(struct mou_explain *explain, uint32_t index, unsigned depth);

/* Steps that carry a value elsewhere, or into another form. */
static bool carries(uint32_t opcode)
{
    switch (opcode) {
    case MOU_OP_CODE_UP_VALUE:
    case MOU_OP_CODE_UP_RANGE:
    case MOU_OP_CODE_UP_FRACTION:
    case MOU_OP_CODE_AT_VALUE:
    case MOU_OP_CODE_AT_RANGE:
    case MOU_OP_CODE_AT_FRACTION:
    case MOU_OP_CODE_TO_FRACTION:
    case MOU_OP_CODE_RANGE_OF:
        return true;
    default:
        return false;
    }
}

static bool is_date(const struct mou_explain *explain, uint32_t index)
{
    return explain->machine->pack->instructions[index].type == MOU_PACK_DATE;
}

/* Two names as one text. */
static struct mou_text join(struct mou_explain *explain, struct mou_text a, const char *between,
                            struct mou_text b)
{
    struct mou_buf *buf = &explain->tree.buf;
    mou_buf_append(buf, a.bytes, a.len);
    mou_buf_text(buf, between);
    mou_buf_append(buf, b.bytes, b.len);
    return mou_explain_keep(&explain->tree);
}

/* The names of all that one greatest or least is taken from. */
static struct mou_text names_in(struct mou_explain *explain, uint32_t index, uint32_t opcode,
                                unsigned depth)
{
    const struct mou_pack_instruction *in = &explain->machine->pack->instructions[index];
    const bool written = mou_explain_span(explain, index).source != UINT32_MAX;
    if (in->opcode != opcode || written || depth > NAMED_DEEP) {
        return name_of(explain, index, depth);
    }
    const struct mou_text a = names_in(explain, in->a, opcode, depth + 1);
    const struct mou_text b = names_in(explain, in->b, opcode, depth + 1);
    return join(explain, a, explain->tree.lang == MOU_LANG_ZH ? "、" : ", ", b);
}

static struct mou_text extreme(struct mou_explain *explain, uint32_t index, unsigned depth)
{
    const uint32_t opcode = explain->machine->pack->instructions[index].opcode;
    const bool most = opcode == MOU_OP_CODE_MAX;
    const struct mou_text names = names_in(explain, index, opcode, depth);
    const struct mou_text none = {"", 0};
    if (explain->tree.lang == MOU_LANG_ZH) {
        return join(explain, names,
                    is_date(explain, index) ? (most ? " 中最晚的" : " 中最早的")
                                            : (most ? " 中最大的" : " 中最小的"),
                    none);
    }
    return join(explain, none,
                is_date(explain, index) ? (most ? "the latest of " : "the earliest of ")
                                        : (most ? "the greatest of " : "the least of "),
                names);
}

static struct mou_text field_name(const struct mou_explain *explain,
                                  const struct mou_pack_instruction *in)
{
    const struct mou_pack *pack = explain->machine->pack;
    const uint32_t field = mou_explain_field(pack, in);
    if (field != MOU_PACK_NONE) {
        return mou_pack_string(pack, pack->fields[field].name);
    }
    return in->a == MOU_COLUMN_RELATION_FROM ? mou_explain_say(&explain->tree, "自", "from")
                                             : mou_explain_say(&explain->tree, "至", "until");
}

/* A value that has a name of its own. Equal steps are shared, so the words of one place would be
 * wrong at another. False where it has none. */
static bool own_name(struct mou_explain *explain, uint32_t index, struct mou_text *name)
{
    const struct mou_pack *pack = explain->machine->pack;
    const struct mou_pack_instruction *in = &pack->instructions[index];
    switch (in->opcode) {
    case MOU_OP_CODE_COLUMN:
        *name = field_name(explain, in);
        return true;
    case MOU_OP_CODE_PARAMETER:
    case MOU_OP_CODE_PARAMETER_AT:
        *name = mou_pack_string(pack, pack->parameters[in->a].name);
        return true;
    case MOU_OP_CODE_TODAY:
        *name = mou_explain_say(&explain->tree, "今日", "today");
        return true;
    case MOU_OP_CODE_CONST:
        if (in->type != MOU_PACK_DATE) {
            return false; /* a number is best said as the rule says it */
        }
        mou_explain_put_value(explain, in->type, in->code_table, in->imm);
        *name = mou_explain_keep(&explain->tree);
        return true;
    default:
        return false;
    }
}

/* Of a value that no words are for: its parts, or only what sort of value it is. */
static struct mou_text composed(struct mou_explain *explain, uint32_t index, unsigned depth)
{
    const struct mou_pack_instruction *in = &explain->machine->pack->instructions[index];
    switch (depth <= NAMED_DEEP ? in->opcode : MOU_OPCODE_COUNT) {
    case MOU_OP_CODE_CONST:
        mou_explain_put_value(explain, in->type, in->code_table, in->imm);
        return mou_explain_keep(&explain->tree);
    case MOU_OP_CODE_MAX:
    case MOU_OP_CODE_MIN:
        return extreme(explain, index, depth + 1);
    case MOU_OP_CODE_DATE_ADD_MONTHS:
    case MOU_OP_CODE_DATE_ADD_DAYS:
    case MOU_OP_CODE_DATE_ADD_WORKDAYS: {
        const struct mou_text day = name_of(explain, in->a, depth + 1);
        return join(explain, day, " + ", name_of(explain, in->b, depth + 1));
    }
    default:
        return is_date(explain, index)
                   ? mou_explain_say(&explain->tree, "所算的日期", "the date worked out")
                   : mou_explain_say(&explain->tree, "所算的数值", "the value worked out");
    }
}

/* The end of a term has the words of the term alone, which are not the day that it ends. */
bool mou_explain_ends_term(const struct mou_explain *explain, uint32_t index)
{
    assert(explain != NULL && index < explain->machine->pack->instructions_count);
    const struct mou_pack_instruction *in = &explain->machine->pack->instructions[index];
    if (in->opcode == MOU_OP_CODE_MIN && is_date(explain, index)) { /* the law of two days */
        index = in->a;
        in = &explain->machine->pack->instructions[index];
    }
    const bool adds = in->opcode == MOU_OP_CODE_DATE_ADD_MONTHS ||
                      in->opcode == MOU_OP_CODE_DATE_ADD_DAYS ||
                      in->opcode == MOU_OP_CODE_DATE_ADD_WORKDAYS;
    if (!adds) {
        return false;
    }
    const struct mou_span whole = mou_explain_span(explain, index);
    const struct mou_span term = mou_explain_span(explain, in->b);
    return whole.source == term.source && whole.begin == term.begin && whole.end == term.end;
}

/* What a value is called: a name, the words of the rule, or what it is made of. */
static struct mou_text name_of(struct mou_explain *explain, uint32_t index, unsigned depth)
{
    const struct mou_pack_instruction *in = &explain->machine->pack->instructions[index];
    struct mou_text words = {"", 0};
    if (own_name(explain, index, &words)) {
        return words;
    }
    if (!mou_explain_ends_term(explain, index)) {
        words = mou_explain_excerpt(explain, mou_explain_span(explain, index));
    }
    if (words.len > 0) {
        return words;
    }
    return carries(in->opcode) && depth <= NAMED_DEEP ? name_of(explain, in->a, depth + 1)
                                                      : composed(explain, index, depth);
}

static struct mou_text comparison(struct mou_explain *explain,
                                  const struct mou_pack_instruction *in)
{
    static const char *const days[][2] = {{" 是 ", " is "},
                                          {" 不是 ", " is not "},
                                          {" 早于 ", " before "},
                                          {" 不晚于 ", " no later than "},
                                          {" 晚于 ", " after "},
                                          {" 不早于 ", " no earlier than "}};
    static const char *const others[][2] = {{" 是 ", " is "},
                                            {" 不是 ", " is not "},
                                            {" 少于 ", " fewer than "},
                                            {" 不多于 ", " no more than "},
                                            {" 多于 ", " more than "},
                                            {" 不少于 ", " no fewer than "}};
    _Static_assert(sizeof days / sizeof days[0] == MOU_COMPARE_COUNT, "one wording each");
    _Static_assert(sizeof others / sizeof others[0] == MOU_COMPARE_COUNT, "one wording each");
    const unsigned language = explain->tree.lang == MOU_LANG_ZH ? 0 : 1;
    const size_t compare = (size_t)in->imm; /* below MOU_COMPARE_COUNT: the verifier has seen to it */
    const bool date = is_date(explain, in->a);
    const struct mou_text left = name_of(explain, in->a, 0);
    return join(explain, left, (date ? days : others)[compare][language],
                name_of(explain, in->b, 0));
}

/* "没有这样的“提前移出”": a reduction over the rows of a record or a relation. */
static struct mou_text over_rows(struct mou_explain *explain, uint32_t index, const char *zh,
                                 const char *en)
{
    const struct mou_pack *pack = explain->machine->pack;
    const uint32_t frame = pack->instructions[pack->instructions[index].b].frame;
    const uint32_t record = mou_frame_record(pack, frame);
    const struct mou_text rows =
        record != MOU_PACK_NONE ? mou_pack_string(pack, pack->records[record].name)
        : pack->frames[frame].kind == MOU_FRAME_RELATION
            ? mou_relation_step(pack, pack->frames[frame].type, pack->frames[frame].inverse != 0)
            : mou_explain_say(&explain->tree, "主体", "subject");
    const struct mou_text none = {"", 0};
    return join(explain, none, explain->tree.lang == MOU_LANG_ZH ? zh : en, rows);
}

static struct mou_text negation(struct mou_explain *explain, uint32_t index)
{
    const uint32_t inner = explain->machine->pack->instructions[index].a;
    if (explain->machine->pack->instructions[inner].opcode == MOU_OP_CODE_ANY) {
        return over_rows(explain, inner, "没有这样的 ", "no such ");
    }
    return mou_explain_say(&explain->tree, "以下不成立", "what follows does not hold");
}

struct mou_text mou_explain_unwritten(struct mou_explain *explain, uint32_t index)
{
    assert(explain != NULL && index < explain->machine->pack->instructions_count);
    const struct mou_pack_instruction *in = &explain->machine->pack->instructions[index];
    switch (in->opcode) {
    case MOU_OP_CODE_AND:
        return mou_explain_say(&explain->tree, "以下各项同时成立", "all of these");
    case MOU_OP_CODE_OR:
        return mou_explain_say(&explain->tree, "以下任一项成立", "any of these");
    case MOU_OP_CODE_EXISTS:
        return mou_explain_say(&explain->tree, "记录计入（无未办结的异议）",
                               "the record counts (no objection is open)");
    case MOU_OP_CODE_COMPARE:
    case MOU_OP_CODE_COMPARE_RANGE:
    case MOU_OP_CODE_COMPARE_FRACTION:
        return comparison(explain, in);
    case MOU_OP_CODE_NOT:
        return negation(explain, index);
    case MOU_OP_CODE_ANY:
        return over_rows(explain, index, "有这样的 ", "some such ");
    case MOU_OP_CODE_EVERY:
        return over_rows(explain, index, "都如此的 ", "so is every ");
    case MOU_OP_CODE_FILLED:
    case MOU_OP_CODE_FILLED_FRACTION:
        return join(explain, name_of(explain, in->a, 0),
                    explain->tree.lang == MOU_LANG_ZH ? " 已填" : " is filled",
                    (struct mou_text){"", 0});
    default:
        return mou_explain_say(&explain->tree, "看以下情形", "as follows");
    }
}
