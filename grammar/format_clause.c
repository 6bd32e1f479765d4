/*
 * Lays out clauses: each on a line of its own, its keyword first, the values of a declaration's
 * clauses under each other. Lists are filled, long conditions broken. Called by format_decl.c.
 */
#include <assert.h>

#include "build.h"
#include "format.h"
#include "parser.h"

/* Declarations of fewer clauses are not aligned: there is nothing to look down. */
#define ALIGNED_CLAUSES_MIN 3
/* Chinese keywords of heads and tests are two characters wide where they can be. */
#define KEYWORD_WIDTH_MIN 4

/* ------------------------------------------------------------------ alignment */

static bool is_rule(enum mou_decl_kind kind)
{
    return kind == MOU_DECL_FINDING || kind == MOU_DECL_SANCTION || kind == MOU_DECL_INCENTIVE ||
           kind == MOU_DECL_REPAIR || kind == MOU_DECL_DUTY || kind == MOU_DECL_MATTER;
}

static size_t keyword_width(struct mou_layout *layout, const struct mou_clause *clause)
{
    mou_layout_clear(layout, &layout->scratch);
    mou_word_keyword(layout, clause->keyword, &layout->scratch);
    return mou_text_width((struct mou_text){layout->scratch.data, layout->scratch.len});
}

/* Clauses whose keyword is not the first thing on their line. */
static bool has_keyword_first(const struct mou_clause *clause)
{
    return clause->kind != MOU_CLAUSE_VALUE_FROM && clause->kind != MOU_CLAUSE_LIGHTER_LAW;
}

/*
 * The column at which the values of the declaration's clauses begin; 0 where each begins behind its
 * keyword.
 */
static size_t value_column(struct mou_layout *layout, const struct mou_decl *decl)
{
    size_t widest = 0;
    size_t count = 0;
    for (const struct mou_clause *clause = decl->clauses; clause != NULL; clause = clause->next) {
        if (has_keyword_first(clause)) {
            size_t width = keyword_width(layout, clause);
            widest = width > widest ? width : widest;
            count++;
        }
    }
    if (is_rule(decl->kind)) {
        return count >= ALIGNED_CLAUSES_MIN ? MOU_INDENT + widest + 1 : 0;
    }
    return count > 1 ? MOU_INDENT + KEYWORD_WIDTH_MIN + 1 : 0;
}

/* Values of a parameter stand under each other, so that their dates do. */
static size_t parameter_width(struct mou_layout *layout, const struct mou_decl *decl)
{
    size_t widest = 0;
    for (const struct mou_clause *clause = decl->clauses; clause != NULL; clause = clause->next) {
        if (clause->kind == MOU_CLAUSE_VALUE_FROM) {
            mou_layout_clear(layout, &layout->scratch);
            mou_layout_expr_flat(layout, clause->expr, &layout->scratch);
            size_t width =
                mou_text_width((struct mou_text){layout->scratch.data, layout->scratch.len});
            widest = width > widest ? width : widest;
        }
    }
    return widest;
}

/* ------------------------------------------------------------------ lists */

static void write_ref(struct mou_layout *layout, const void *item, struct mou_buf *out)
{
    mou_word_ref(layout, item, out);
}

static struct mou_span ref_span(const struct mou_name_ref *ref)
{
    return ref->qualifier.text.len != 0 ? mou_span_join(ref->qualifier.span, ref->name.span)
                                        : ref->name.span;
}

void mou_layout_refs(struct mou_layout *layout, const struct mou_name_ref *refs)
{
    assert(layout != NULL);
    size_t column = mou_layout_column(layout);
    for (const struct mou_name_ref *ref = refs; ref != NULL; ref = ref->next) {
        mou_layout_fill(layout, column, ref == refs, mou_word_comma(layout), ref_span(ref),
                        write_ref, ref);
    }
}

/* A legal reference and the one before it, which may have said the instrument. */
struct legal_pair {
    const struct mou_legal_ref *ref;
    const struct mou_legal_ref *before;
};

static void write_legal(struct mou_layout *layout, const void *item, struct mou_buf *out)
{
    const struct legal_pair *pair = item;
    mou_word_legal(layout, pair->ref, pair->before, out);
}

void mou_layout_legal(struct mou_layout *layout, const struct mou_legal_ref *refs)
{
    assert(layout != NULL);
    size_t column = mou_layout_column(layout);
    struct legal_pair pair = {refs, NULL};
    for (; pair.ref != NULL; pair.before = pair.ref, pair.ref = pair.ref->next) {
        mou_layout_fill(layout, column, pair.before == NULL, mou_word_comma(layout), pair.ref->span,
                        write_legal, &pair);
    }
}

/* ------------------------------------------------------------------ targets */

static bool is_person(struct mou_text kind)
{
    return mou_text_equal(kind, MOU_TEXT("自然人")) || mou_text_equal(kind, MOU_TEXT("个人"));
}

static bool says(struct mou_text text, struct mou_text word)
{
    for (size_t i = 0; i + word.len <= text.len; i++) {
        if (mou_text_equal((struct mou_text){text.bytes + i, word.len}, word)) {
            return true;
        }
    }
    return false;
}

/* 本人 of a person, 本单位 of anything else; as written where the mode keeps words. */
static void self(struct mou_layout *layout, const struct mou_target *target, struct mou_buf *out)
{
    struct mou_text written = mou_word_slice(layout, target->span);
    bool keep = layout->mode == MOU_KEYWORDS_AS_WRITTEN;
    if (layout->english ||
        (keep && says(written, MOU_TEXT("self")) && !says(written, MOU_TEXT("本")))) {
        mou_buf_text(out, "self");
    } else if (keep && says(written, MOU_TEXT("本单位"))) {
        mou_buf_text(out, "本单位");
    } else if (keep && says(written, MOU_TEXT("本人"))) {
        mou_buf_text(out, "本人");
    } else {
        mou_buf_text(out, is_person(target->subject_kind.text) ? "本人" : "本单位");
    }
}

static void write_target(struct mou_layout *layout, const void *item, struct mou_buf *out)
{
    const struct mou_target *target = item;
    mou_word_name(layout, &target->subject_kind, out);
    mou_buf_text(out, layout->english ? ": " : "：");
    if (target->kind == MOU_TARGET_NONE) {
        mou_buf_text(out, layout->english ? "none" : "无");
    } else if (target->kind == MOU_TARGET_SELF) {
        self(layout, target, out);
    }
    for (const struct mou_name_ref *ref = target->relations; ref != NULL; ref = ref->next) {
        mou_buf_text(out, ref != target->relations || target->kind != MOU_TARGET_RELATIONS
                              ? mou_word_comma(layout)
                              : "");
        mou_word_ref(layout, ref, out);
        if (ref->condition != NULL) {
            mou_buf_char(out, '(');
            mou_layout_expr_flat(layout, ref->condition, out);
            mou_buf_char(out, ')');
        }
    }
}

static void targets(struct mou_layout *layout, const struct mou_clause *clause)
{
    size_t column = mou_layout_column(layout);
    for (const struct mou_target *target = clause->targets; target != NULL; target = target->next) {
        mou_layout_fill(layout, column, target == clause->targets, layout->english ? "; " : "；",
                        target->span, write_target, target);
    }
}

/* ------------------------------------------------------------------ steps */

/* 解除 and 惩戒 are keywords here, any other word is a name. */
static void step_word(struct mou_layout *layout, const struct mou_name *name, struct mou_buf *out)
{
    const struct mou_keyword *keyword = name->quoted ? NULL : mou_word_find(layout, name->span);
    if (keyword != NULL && (keyword->token == TOK_LIFTED || keyword->token == TOK_SANCTION ||
                            keyword->token == TOK_INCENTIVE)) {
        mou_word_keyword(layout, name->span, out);
    } else {
        mou_word_name(layout, name, out);
    }
}

static void write_step(struct mou_layout *layout, const void *item, struct mou_buf *out)
{
    const struct mou_step *step = item;
    step_word(layout, &step->name, out);
    if (step->object.text.len != 0) {
        mou_buf_char(out, ' ');
        step_word(layout, &step->object, out);
    }
    if (step->duration != NULL) {
        mou_buf_char(out, ' ');
        mou_layout_expr_flat(layout, step->duration, out);
    }
}

static void steps(struct mou_layout *layout, const struct mou_clause *clause)
{
    size_t column = mou_layout_column(layout);
    for (const struct mou_step *step = clause->steps; step != NULL; step = step->next) {
        mou_layout_fill(layout, column, step == clause->steps, mou_word_comma(layout),
                        step->name.span, write_step, step);
    }
}

/* ------------------------------------------------------------------ bodies */

static void word(struct mou_layout *layout, int token)
{
    mou_word_token(layout, token, &layout->line);
}

static void blank(struct mou_layout *layout)
{
    mou_buf_char(&layout->line, ' ');
}

static void when(struct mou_layout *layout, const struct mou_expr *condition)
{
    word(layout, TOK_WHEN);
    blank(layout);
    mou_layout_expr(layout, condition);
}

static void on(struct mou_layout *layout, const struct mou_clause *clause)
{
    mou_layout_refs(layout, clause->names);
    if (clause->alias.text.len != 0) {
        blank(layout);
        mou_word_name(layout, &clause->alias, &layout->line);
    }
}

static void done(struct mou_layout *layout, const struct mou_clause *clause)
{
    if (clause->names != NULL) {
        word(layout, TOK_ON);
        blank(layout);
        on(layout, clause);
    }
    if (clause->expr != NULL) {
        mou_buf_text(&layout->line, clause->names != NULL ? " " : "");
        when(layout, clause->expr);
    }
}

static void within(struct mou_layout *layout, const struct mou_clause *clause)
{
    word(layout, TOK_FROM);
    blank(layout);
    mou_layout_expr_flat(layout, clause->expr, &layout->line);
    blank(layout);
    word(layout, TOK_ONWARD);
    blank(layout);
    mou_layout_expr_flat(layout, clause->second, &layout->line);
    if (clause->flag) {
        blank(layout);
        word(layout, TOK_ROLL_FORWARD);
    }
}

static void publication(struct mou_layout *layout, const struct mou_clause *clause)
{
    mou_layout_refs(layout, clause->names);
    if (clause->second != NULL) {
        blank(layout);
        word(layout, TOK_EACH);
        blank(layout);
        mou_layout_expr_flat(layout, clause->second, &layout->line);
    }
    if (clause->expr != NULL) {
        blank(layout);
        word(layout, TOK_LASTING);
        blank(layout);
        mou_layout_expr_flat(layout, clause->expr, &layout->line);
    }
}

static void holding(struct mou_layout *layout, const struct mou_clause *clause)
{
    static const int tokens[] = {[MOU_HOLDING_AT_DETERMINATION] = TOK_TIME_OF_FINDING,
                                 [MOU_HOLDING_AT_ACT] = TOK_TIME_OF_ACT,
                                 [MOU_HOLDING_CURRENT] = TOK_CURRENT};
    mou_buf_text(&layout->line, layout->english ? "at " : "于 ");
    word(layout, tokens[clause->holding]);
}

static void lifted(struct mou_layout *layout, const struct mou_clause *clause)
{
    if (clause->flag) {
        word(layout, TOK_AUTOMATICALLY);
    } else if (clause->expr != NULL) {
        when(layout, clause->expr);
    } else {
        mou_layout_refs(layout, clause->names);
    }
}

/* 长期 and 随认定 behind 为期 or 至; 长期 may stand alone, and is then the keyword itself. */
static void fixed_end(struct mou_layout *layout, const struct mou_clause *clause)
{
    const struct mou_keyword *keyword = mou_word_find(layout, clause->keyword);
    if (keyword == NULL || keyword->token != TOK_OPEN_ENDED) {
        word(layout, clause->kind == MOU_CLAUSE_OPEN_ENDED ? TOK_OPEN_ENDED : TOK_FOLLOWS_FINDING);
    }
}

static void number(struct mou_layout *layout, const struct mou_clause *clause)
{
    struct mou_text written = mou_word_slice(layout, clause->span);
    if (mou_word_is_document_number(clause->text) && !says(written, MOU_TEXT("\"")) &&
        !says(written, MOU_TEXT("“"))) {
        mou_buf_append(&layout->line, clause->text.bytes, clause->text.len);
    } else {
        mou_word_text(clause->text, &layout->line);
    }
}

static void no_stay(struct mou_layout *layout, const struct mou_clause *clause)
{
    word(layout, TOK_NO_STAY);
    blank(layout);
    word(layout, TOK_UNDER);
    blank(layout);
    mou_layout_legal(layout, clause->basis);
}

static void ended(struct mou_layout *layout, const struct mou_clause *clause)
{
    done(layout, clause);
    blank(layout);
    word(layout, TOK_FROM);
    blank(layout);
    mou_layout_expr_flat(layout, clause->second, &layout->line);
}

static void grant(struct mou_layout *layout, const struct mou_clause *clause)
{
    mou_word_name(layout, &clause->name, &layout->line);
    mou_buf_text(&layout->line, " = ");
    mou_layout_expr_flat(layout, clause->expr, &layout->line);
}

static void text(struct mou_layout *layout, const struct mou_clause *clause)
{
    mou_word_text(clause->text, &layout->line);
}

static void names(struct mou_layout *layout, const struct mou_clause *clause)
{
    mou_layout_refs(layout, clause->names);
}

static void legal(struct mou_layout *layout, const struct mou_clause *clause)
{
    mou_layout_legal(layout, clause->basis);
}

static void expr(struct mou_layout *layout, const struct mou_clause *clause)
{
    mou_layout_expr(layout, clause->expr);
}

static void condition(struct mou_layout *layout, const struct mou_clause *clause)
{
    when(layout, clause->expr);
}

static void degree(struct mou_layout *layout, const struct mou_clause *clause)
{
    mou_word_either(layout, &clause->name, &layout->line);
}

/* What stands behind the keyword, by kind of clause; NULL: nothing. */
typedef void (*body_fn)(struct mou_layout *layout, const struct mou_clause *clause);
static const body_fn bodies[MOU_CLAUSE_KIND_COUNT] = {
    [MOU_CLAUSE_TITLE] = text,
    [MOU_CLAUSE_NUMBER] = number,
    [MOU_CLAUSE_LEAD] = names,
    [MOU_CLAUSE_SIGNED_BY] = names,
    [MOU_CLAUSE_EFFECTIVE] = expr,
    [MOU_CLAUSE_REPEALED] = expr,
    [MOU_CLAUSE_REPLACES] = names,
    [MOU_CLAUSE_VERSION] = text,
    [MOU_CLAUSE_OBJECTION_NO_STAY] = no_stay,
    [MOU_CLAUSE_VERBATIM] = text,
    [MOU_CLAUSE_UNDER] = legal,
    [MOU_CLAUSE_VALUE_FROM] = NULL, /* has a line of its own form */
    [MOU_CLAUSE_ENTERS] = names,
    [MOU_CLAUSE_ON] = on,
    [MOU_CLAUSE_WHEN] = expr,
    [MOU_CLAUSE_UNLESS] = expr,
    [MOU_CLAUSE_ONLY_IF] = expr,
    [MOU_CLAUSE_FROM] = expr,
    [MOU_CLAUSE_UNTIL] = expr,
    [MOU_CLAUSE_TERM] = expr,
    [MOU_CLAUSE_OPEN_ENDED] = fixed_end,
    [MOU_CLAUSE_FOLLOWS_FINDING] = fixed_end,
    [MOU_CLAUSE_ITEM] = names,
    [MOU_CLAUSE_BECAUSE] = names,
    [MOU_CLAUSE_TO] = targets,
    [MOU_CLAUSE_HOLDING] = holding,
    [MOU_CLAUSE_BY] = names,
    [MOU_CLAUSE_DEGREE] = degree,
    [MOU_CLAUSE_LIFTED] = lifted,
    [MOU_CLAUSE_REMEDY] = text,
    [MOU_CLAUSE_GRANT] = grant,
    [MOU_CLAUSE_OF] = names,
    [MOU_CLAUSE_ELIGIBLE] = condition,
    [MOU_CLAUSE_REFUSED] = condition,
    [MOU_CLAUSE_HANDLED] = steps,
    [MOU_CLAUSE_ONCE_GRANTED] = steps,
    [MOU_CLAUSE_WITHIN] = within,
    [MOU_CLAUSE_DONE] = done,
    [MOU_CLAUSE_LOOK_UP] = names,
    [MOU_CLAUSE_PROHIBIT] = condition,
    [MOU_CLAUSE_ADVISE] = condition,
    [MOU_CLAUSE_SUBJECT] = mou_layout_subject,
    [MOU_CLAUSE_GIVEN] = names,
    [MOU_CLAUSE_AT] = expr,
    [MOU_CLAUSE_OBJECTION] = mou_layout_objection,
    [MOU_CLAUSE_EXPECT] = mou_layout_expectation,
    [MOU_CLAUSE_REFUTE] = mou_layout_expectation,
    [MOU_CLAUSE_ENDED] = ended,
    [MOU_CLAUSE_DOMAIN] = names,
    [MOU_CLAUSE_TIER] = names,
    [MOU_CLAUSE_JURISDICTION] = names,
    [MOU_CLAUSE_PUBLISH] = publication,
    [MOU_CLAUSE_SHARE] = publication,
    [MOU_CLAUSE_LIGHTER_LAW] = NULL,
};

static void value_from(struct mou_layout *layout, const struct mou_clause *clause, size_t width)
{
    mou_layout_line(layout, MOU_INDENT, clause->span.begin, MOU_BLANKS_KEPT);
    mou_layout_expr_flat(layout, clause->expr, &layout->line);
    mou_layout_pad(layout, MOU_INDENT + width + 1);
    mou_word_keyword(layout, clause->keyword, &layout->line);
    blank(layout);
    mou_layout_expr_flat(layout, clause->second, &layout->line);
    mou_layout_wrote(layout, clause->span);
}

static void one_clause(struct mou_layout *layout, const struct mou_clause *clause, size_t column)
{
    mou_word_language(layout, clause->keyword);
    mou_layout_line(layout, MOU_INDENT, clause->span.begin, MOU_BLANKS_KEPT);
    mou_word_keyword(layout, clause->keyword, &layout->line);
    if (column != 0) {
        mou_layout_pad(layout, column);
    } else {
        blank(layout);
    }
    if (bodies[clause->kind] != NULL) {
        bodies[clause->kind](layout, clause);
    }
    mou_layout_wrote(layout, clause->span);
}

void mou_layout_measure_clauses(struct mou_layout *layout, const struct mou_decl *decl)
{
    assert(layout != NULL && decl != NULL);
    layout->value_column = value_column(layout, decl);
    layout->parameter_width = parameter_width(layout, decl);
}

const struct mou_clause *mou_layout_clauses(struct mou_layout *layout,
                                            const struct mou_clause *clause, uint32_t until)
{
    assert(layout != NULL);
    for (; clause != NULL && clause->span.begin < until; clause = clause->next) {
        if (clause->kind == MOU_CLAUSE_VALUE_FROM) {
            value_from(layout, clause, layout->parameter_width);
        } else {
            one_clause(layout, clause, layout->value_column);
        }
    }
    return clause;
}
