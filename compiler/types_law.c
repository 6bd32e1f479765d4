/*
 * The law of the time. 从旧兼从轻: a section is read by the law of the act and by that of the determination, and the lighter of both stays. 替代:
 * running grounds stay with the memorandum under which they were determined. Called by types_rules.c for each 凭 section.
 */
#include "types.h"

bool mou_type_is_lighter(const struct mou_program *program, uint32_t memorandum)
{
    const struct mou_decl *decl = program->memoranda.items[memorandum].decl;
    for (const struct mou_clause *clause = decl->clauses; clause != NULL; clause = clause->next) {
        if (clause->kind == MOU_CLAUSE_LIGHTER_LAW) {
            return true;
        }
    }
    return false;
}

static struct mou_texpr *date_of_row(struct mou_typer *typer, const struct mou_section *section, uint32_t field)
{
    struct mou_texpr *date = mou_tx_new(typer, MOU_TX_FIELD, mou_type_of(MOU_TYPE_DATE), MOU_NO_SPAN, 0);
    date->index = field;
    date->binding = section->scope;
    return date;
}

static struct mou_texpr *joined(struct mou_typer *typer, enum mou_texpr_kind kind, struct mou_texpr *a, struct mou_texpr *b, struct mou_span span)
{
    return a == NULL || b == NULL ? (a == NULL ? b : a) : mou_tx_binary(typer, kind, a->type, span, a, b);
}

/* ------------------------------------------------------------------ 从旧兼从轻 */

/** Two readings of one clause have its words; a field is the same by either law. */
static struct mou_texpr *readings(struct mou_typer *typer, enum mou_texpr_kind kind, struct mou_texpr *a, struct mou_texpr *b, struct mou_span span)
{
    if (a != NULL && b != NULL && a->kind == MOU_TX_FIELD && b->kind == MOU_TX_FIELD && a->index == b->index && a->binding == b->binding) {
        return a;
    }
    return joined(typer, kind, a, b, a != NULL && b != NULL && mou_span_equal(a->span, b->span) ? a->span : span);
}

/** Of two readings what is lighter for the subject: both conditions, either exception, the later beginning, the earlier end. */
static void keep_lighter(struct mou_typer *typer, const struct mou_section *old, const struct mou_section *new, struct mou_section *section)
{
    section->when = readings(typer, MOU_TX_AND, old->when, new->when, section->span);
    section->unless = readings(typer, MOU_TX_OR, old->unless, new->unless, section->span);
    section->from = readings(typer, MOU_TX_MAX, old->from, new->from, section->span);
    section->until = readings(typer, MOU_TX_MIN, mou_type_own_end(typer, old), mou_type_own_end(typer, new), section->span);
    section->term = NULL;
}

void mou_type_lighter(struct mou_typer *typer, const struct mou_scope *row, const struct mou_clause *const *slots, mou_type_clauses_fn clauses, struct mou_section *section)
{
    const struct mou_record_type *record = &typer->program->records.items[section->record];
    struct mou_section old = *section;
    struct mou_section new = *section;
    if (record->act == MOU_NO_INDEX || record->made == MOU_NO_INDEX) {
        mou_front_report(typer->front, MOU_DIAG_LIGHTER_DATES, section->span, record->name, MOU_NO_TEXT, MOU_NO_TEXT);
        return;
    }
    typer->law = date_of_row(typer, section, record->act);
    clauses(typer, row, slots, &old);
    typer->law = date_of_row(typer, section, record->made);
    clauses(typer, row, slots, &new);
    typer->law = NULL;
    keep_lighter(typer, &old, &new, section);
}

/* ------------------------------------------------------------------ 替代 */

static bool replaces(const struct mou_typer *typer, uint32_t memorandum, uint32_t other)
{
    const struct mou_text name = typer->program->memoranda.items[other].name;
    for (const struct mou_clause *clause = typer->program->memoranda.items[memorandum].decl->clauses; clause != NULL; clause = clause->next) {
        for (const struct mou_name_ref *ref = clause->kind == MOU_CLAUSE_REPLACES ? clause->names : NULL; ref != NULL; ref = ref->next) {
            if (mou_text_equal(ref->name.text, name)) {
                return true;
            }
        }
    }
    return false;
}

/** `new` takes over on its first day: it replaces `old`, which does not say itself that it is over. */
static bool succeeds(const struct mou_typer *typer, uint32_t new, uint32_t old)
{
    return new != old && typer->program->memoranda.items[new].effective != MOU_DATE_NONE && typer->program->memoranda.items[old].repealed == MOU_DATE_NONE &&
           replaces(typer, new, old);
}

static void add_test(struct mou_typer *typer, struct mou_section *section, struct mou_texpr *day, enum mou_op op, mou_date date)
{
    struct mou_texpr *bound = mou_tx_constant(typer, mou_type_of(MOU_TYPE_DATE), MOU_NO_SPAN, date);
    section->when = joined(typer, MOU_TX_AND, section->when, mou_tx_compare(typer, op, MOU_NO_SPAN, day, bound), section->span);
}

void mou_type_successions(struct mou_typer *typer)
{
    const struct mou_program *program = typer->program;
    for (uint32_t new = 0; new < program->memoranda.count; new++) {
        const bool some = mou_clause_find(program->memoranda.items[new].decl, MOU_CLAUSE_REPLACES) != NULL;
        for (uint32_t old = 0; some && old < program->memoranda.count; old++) {
            if (succeeds(typer, new, old)) {
                (void)MOU_VEC_PUSH(typer->front->arena, &typer->successions, ((struct mou_succession){new, old})); /* else the arena remembers */
            }
        }
    }
}

void mou_type_succession(struct mou_typer *typer, uint32_t memorandum, struct mou_section *section)
{
    const struct mou_program *program = typer->program;
    const uint32_t made = program->records.items[section->record].made;
    struct mou_texpr *day = made != MOU_NO_INDEX ? date_of_row(typer, section, made) : section->from;
    bool takes_over = false;
    for (size_t i = 0; i < typer->successions.count && day != NULL; i++) {
        const struct mou_succession *one = &typer->successions.items[i];
        if (one->old == memorandum) {
            add_test(typer, section, day, MOU_OP_LT, program->memoranda.items[one->new].effective);
        }
        takes_over = takes_over || one->new == memorandum;
    }
    if (takes_over && day != NULL) {
        add_test(typer, section, day, MOU_OP_GE, program->memoranda.items[memorandum].effective);
    }
}
