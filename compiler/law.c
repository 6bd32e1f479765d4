/*
 * The lawfulness stage: what the law asks of every measure before it may be stated at all. Each refusal names the article it stands on.
 */
#include "names.h"
#include "stages.h"
#include "catalogue.h"
#include "tables.h"

/** What a measure may lack, unless something in it could not be read: that may be the clause. */
static void demand(struct mou_front *front, const struct mou_measure *measure, bool there, enum mou_diag_code code)
{
    if (!there && !measure->decl->unread) {
        mou_front_report(front, code, measure->decl->name.span, measure->name, MOU_NO_TEXT, MOU_NO_TEXT);
    }
}

static bool has_clause(const struct mou_measure *measure, enum mou_clause_kind kind)
{
    return mou_clause_find(measure->decl, kind) != NULL;
}

static bool has_end(const struct mou_measure *measure)
{
    return has_clause(measure, MOU_CLAUSE_TERM) || has_clause(measure, MOU_CLAUSE_UNTIL) || has_clause(measure, MOU_CLAUSE_OPEN_ENDED) ||
           has_clause(measure, MOU_CLAUSE_FOLLOWS_FINDING);
}

static void check_parts(struct mou_front *front, const struct mou_measure *measure)
{
    bool sanction = measure->kind == MOU_SANCTION;
    demand(front, measure, has_clause(measure, MOU_CLAUSE_ITEM), MOU_DIAG_LAW_NO_ITEM);
    demand(front, measure, has_clause(measure, MOU_CLAUSE_BECAUSE), MOU_DIAG_LAW_NO_GROUND);
    demand(front, measure, has_clause(measure, MOU_CLAUSE_TO), MOU_DIAG_LAW_NO_TARGET);
    demand(front, measure, has_clause(measure, MOU_CLAUSE_BY), MOU_DIAG_LAW_NO_AUTHORITY);
    demand(front, measure, has_clause(measure, MOU_CLAUSE_UNDER), MOU_DIAG_LAW_NO_BASIS);
    demand(front, measure, has_end(measure), MOU_DIAG_LAW_NO_END);
    demand(front, measure, !sanction || has_clause(measure, MOU_CLAUSE_LIFTED), MOU_DIAG_LAW_NO_LIFTING);
    demand(front, measure, !sanction || has_clause(measure, MOU_CLAUSE_REMEDY), MOU_DIAG_LAW_NO_REMEDY);
}

static struct mou_span clause_place(const struct mou_measure *measure, enum mou_clause_kind kind)
{
    const struct mou_clause *clause = mou_clause_find(measure->decl, kind);
    return clause != NULL ? clause->span : measure->decl->name.span;
}

/** Sanctions have degrees in order, incentives 优先 or one that burdens nobody; and each uses items of its own kind. */
static void check_degree(struct mou_front *front, const struct mou_measure *measure, const struct mou_item *item)
{
    bool sanction = measure->kind == MOU_SANCTION;
    bool burdens = measure->degree == MOU_DEGREE_STRICT || measure->degree == MOU_DEGREE_RESTRICT || measure->degree == MOU_DEGREE_PROHIBIT;
    bool item_burdens = item->degree == MOU_DEGREE_STRICT || item->degree == MOU_DEGREE_RESTRICT || item->degree == MOU_DEGREE_PROHIBIT;
    if (sanction ? measure->degree == MOU_DEGREE_PREFER : burdens) {
        mou_front_report(front, MOU_DIAG_LAW_DEGREE_KIND, clause_place(measure, MOU_CLAUSE_DEGREE), measure->name, mou_degree_word(measure->degree), MOU_NO_TEXT);
    } else if (sanction ? item->degree == MOU_DEGREE_PREFER : item_burdens) {
        mou_front_report(front, MOU_DIAG_LAW_ITEM_KIND, clause_place(measure, MOU_CLAUSE_ITEM), measure->name, item->code, MOU_NO_TEXT)->second = item->span;
    } else if (mou_degree_ordered(measure->degree) && mou_degree_ordered(item->degree) && measure->degree > item->degree) {
        mou_front_report(front, MOU_DIAG_LAW_DEGREE, clause_place(measure, MOU_CLAUSE_DEGREE), measure->name, item->code, MOU_NO_TEXT)->second = item->span;
    }
}

static void check_covers(struct mou_front *front, const struct mou_measure *measure, const struct mou_item *item)
{
    const struct mou_program *program = front->program;
    for (uint32_t i = 0; i < measure->reach_count; i++) {
        uint32_t kind = mou_catalogue_reached(program, &measure->reaches[i]);
        if (kind != MOU_NO_INDEX && !mou_catalogue_covers(item, kind)) {
            mou_front_report(front, MOU_DIAG_LAW_KIND, clause_place(measure, MOU_CLAUSE_TO), measure->name, item->code, program->kinds.items[kind].name)->second =
                item->span;
            return;
        }
    }
}

/** Holds the measure against the edition in force on the memorandum's effective date, then against those that follow. */
static void check_item(struct mou_front *front, struct mou_measure *measure)
{
    const struct mou_program *program = front->program;
    const struct mou_memorandum *memorandum = &program->memoranda.items[measure->memorandum];
    if (measure->item == MOU_NO_INDEX) {
        return;
    }
    const struct mou_item *named = &program->items.items[measure->item];
    measure->item = mou_catalogue_item(program, measure->item, memorandum);
    const struct mou_item *item = measure->item != MOU_NO_INDEX ? &program->items.items[measure->item] : NULL;
    mou_date since = item != NULL ? program->editions.items[item->edition].effective : MOU_DATE_NONE;
    bool too_early = since != MOU_DATE_NONE && memorandum->repealed != MOU_DATE_NONE && since >= memorandum->repealed;
    if (item == NULL || too_early) {
        mou_front_report(front, MOU_DIAG_LAW_EDITION, clause_place(measure, MOU_CLAUSE_ITEM), measure->name, named->code, MOU_NO_TEXT)->second = named->span;
        return;
    }
    check_degree(front, measure, item);
    check_covers(front, measure, item);
    mou_catalogue_follow(front, measure);
}

/** Every kind of subject must be named in 对, if only as 无. */
static void check_targets(struct mou_front *front, const struct mou_measure *measure)
{
    const struct mou_clause *to = mou_clause_find(measure->decl, MOU_CLAUSE_TO);
    if (to == NULL || to->broken) {
        return;
    }
    for (uint32_t kind = 0; kind < front->program->kinds.count; kind++) {
        struct mou_text name = front->program->kinds.items[kind].name;
        bool named = false;
        for (const struct mou_target *target = to->targets; target != NULL; target = target->next) {
            named = named || mou_text_equal(target->subject_kind.text, name);
        }
        if (!named) {
            mou_front_report(front, MOU_DIAG_LAW_TARGET_KIND, to->span, measure->name, name, MOU_NO_TEXT);
        }
    }
}

/** The grounds of a sanction are legal instruments, and a sanction on a finding without them states its own term. */
static void check_grounds(struct mou_front *front, const struct mou_measure *measure)
{
    bool sanction = measure->kind == MOU_SANCTION;
    for (uint32_t i = 0; i < measure->because_count; i++) {
        const struct mou_finding *finding = &front->program->findings.items[measure->because[i]];
        for (uint32_t k = 0; sanction && k < finding->section_count; k++) {
            const struct mou_record_type *record = &front->program->records.items[finding->sections[k].record];
            if (record->made == MOU_NO_INDEX && !record->instrument_lost) {
                mou_front_report(front, MOU_DIAG_LAW_INSTRUMENT, finding->sections[k].span, measure->name, record->name, MOU_NO_TEXT)->second =
                    clause_place(measure, MOU_CLAUSE_BECAUSE);
            }
        }
        if (sanction && finding->section_count == 0 && !finding->section_lost && has_clause(measure, MOU_CLAUSE_FOLLOWS_FINDING)) {
            mou_front_report(front, MOU_DIAG_LAW_ENDLESS, clause_place(measure, MOU_CLAUSE_FOLLOWS_FINDING), measure->name, finding->name, MOU_NO_TEXT);
        }
        if (measure->holding == MOU_HOLDING_AT_ACT) {
            for (uint32_t k = 0; k < finding->section_count; k++) {
                const struct mou_record_type *record = &front->program->records.items[finding->sections[k].record];
                if (record->act == MOU_NO_INDEX && !record->instrument_lost) {
                    mou_front_report(front, MOU_DIAG_ACT_DATE, clause_place(measure, MOU_CLAUSE_HOLDING), record->name, MOU_NO_TEXT, MOU_NO_TEXT);
                }
            }
        }
    }
}

static bool ends_in(struct mou_text text, const char *word)
{
    const struct mou_text end = mou_text_of(word);
    return text.len >= end.len && mou_text_equal((struct mou_text){text.bytes + text.len - end.len, end.len}, end);
}

static bool mentions(struct mou_text text, const char *word)
{
    const struct mou_text part = mou_text_of(word);
    for (size_t at = 0; at + part.len <= text.len; at++) {
        if (mou_text_equal((struct mou_text){text.bytes + at, part.len}, part)) {
            return true;
        }
    }
    return false;
}

/** Whether what is granted is points, whatever they are called. */
static bool is_points(struct mou_text name)
{
    static const char *const words[] = {"加分", "评分", "积分", "得分", "信用分", "points", "score"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (ends_in(name, words[i])) {
            return true;
        }
    }
    return false;
}

static bool is_person(const struct mou_subject_kind *kind)
{
    return mentions(kind->identified_by, "身份证") || mentions(kind->name, "自然人") || mentions(kind->name, "个人");
}

/** Points are for organisations in public-resource trading only; there is no score of persons. */
static void check_points(struct mou_front *front, const struct mou_measure *measure)
{
    bool points = false;
    for (uint32_t i = 0; i < measure->grant_count; i++) {
        points = points || is_points(measure->grants[i].name);
    }
    for (uint32_t k = 0; points && k < measure->reach_count; k++) {
        uint32_t kind = mou_catalogue_reached(front->program, &measure->reaches[k]);
        if (kind != MOU_NO_INDEX && is_person(&front->program->kinds.items[kind])) {
            mou_front_report(front, MOU_DIAG_LAW_POINTS, clause_place(measure, MOU_CLAUSE_GRANT), measure->name, MOU_NO_TEXT, MOU_NO_TEXT)->second =
                clause_place(measure, MOU_CLAUSE_TO);
            return;
        }
    }
    if (points && measure->item != MOU_NO_INDEX) {
        const struct mou_item *item = &front->program->items.items[measure->item];
        bool trading = mentions(item->title, "公共资源交易") || mentions(item->title, "招标投标") || mentions(item->title, "政府采购");
        if (!trading) {
            mou_front_report(front, MOU_DIAG_LAW_POINTS_TRADING, clause_place(measure, MOU_CLAUSE_GRANT), measure->name, item->code, item->title)->second = item->span;
        }
    }
}

/* ------------------------------------------------------------------ instruments */

static bool same_instrument(const struct mou_legal_ref *cited, const struct mou_legal_ref *known)
{
    bool numbers_agree = cited->number.len == 0 || known->number.len == 0 || mou_text_equal(cited->number, known->number);
    return mou_text_equal(cited->instrument, known->instrument) && numbers_agree;
}

/** The statute that repealed says of the cited instrument; NULL where another version of it is still in force on that day, or nothing is known. */
static const struct mou_statute *repealed_by(const struct mou_program *program, const struct mou_legal_ref *cited, mou_date day)
{
    const struct mou_statute *found = NULL;
    for (size_t i = 0; i < program->statutes.count; i++) {
        const struct mou_statute *statute = &program->statutes.items[i];
        if (!same_instrument(cited, statute->instrument)) {
            continue;
        }
        if (statute->repealed == MOU_DATE_NONE || statute->repealed > day) {
            return NULL;
        }
        found = statute;
    }
    return found;
}

/** What a rule of a memorandum stands on is in force on the day the memorandum takes effect, and stays so as long as the memorandum. */
static void check_instruments(struct mou_front *front, const struct mou_decl *decl, uint32_t memorandum)
{
    const struct mou_program *program = front->program;
    const struct mou_memorandum *owner = &program->memoranda.items[memorandum];
    const mou_date begin = owner->effective;
    const mou_date last = owner->repealed != MOU_DATE_NONE ? owner->repealed - 1 : MOU_DATE_MAX;
    for (const struct mou_clause *clause = decl->clauses; begin != MOU_DATE_NONE && clause != NULL; clause = clause->next) {
        for (const struct mou_legal_ref *ref = clause->kind == MOU_CLAUSE_UNDER && !clause->broken ? clause->basis : NULL; ref != NULL; ref = ref->next) {
            const struct mou_statute *on_first = repealed_by(program, ref, begin);
            const struct mou_statute *on_last = repealed_by(program, ref, last);
            if (on_last == NULL) {
                continue;
            }
            struct mou_buf day;
            mou_buf_init(&day, NULL, 64);
            mou_date_format(on_last->repealed, &day);
            const struct mou_text text = mou_buf_into_arena(&day, front->arena);
            mou_front_report(front, on_first != NULL ? MOU_DIAG_LAW_REPEALED : MOU_DIAG_LAW_REPEALED_SINCE, ref->span, ref->instrument, text, owner->name)->second =
                on_last->span;
        }
    }
}

/* ------------------------------------------------------------------ authorities */

static bool is_some_field(const struct mou_program *program, struct mou_text name)
{
    for (size_t i = 0; i < program->records.count; i++) {
        if (mou_field_find(&program->records.items[i].fields, name) != MOU_NO_INDEX) {
            return true;
        }
    }
    return false;
}

/** Whoever carries out a measure is a declared authority, or is named by a field of a record. Duties are held to their own record (types stage). */
static void check_authorities(struct mou_front *front, const struct mou_decl *decl)
{
    const struct mou_clause *by = mou_clause_find(decl, MOU_CLAUSE_BY);
    for (const struct mou_name_ref *ref = by != NULL && !by->broken ? by->names : NULL; ref != NULL; ref = ref->next) {
        if (mou_symbols_find(front->symbols, MOU_SYMBOL_AUTHORITY, MOU_NO_INDEX, ref->name.text) == MOU_NO_INDEX &&
            !is_some_field(front->program, ref->name.text)) {
            mou_front_unknown(front, &ref->name, MOU_TEXT("机关"));
        }
    }
}

static void check_numbers(struct mou_front *front)
{
    const struct mou_program *program = front->program;
    struct mou_intern *seen = mou_intern_new(front->arena);
    MOU_VEC(uint32_t) owners = {0};
    for (uint32_t i = 0; seen != NULL && i < program->memoranda.count; i++) {
        struct mou_text number = program->memoranda.items[i].number;
        uint32_t before = mou_intern_count(seen);
        uint32_t id = number.len > 0 ? mou_intern_add(seen, number) : MOU_INTERN_NONE;
        if (id == MOU_INTERN_NONE) {
            continue;
        }
        if (id < before) {
            mou_front_report(front, MOU_DIAG_LAW_SAME_NUMBER, mou_clause_find(program->memoranda.items[i].decl, MOU_CLAUSE_NUMBER)->span, number,
                             program->memoranda.items[owners.items[id]].name, MOU_NO_TEXT);
        } else if (!MOU_VEC_PUSH(front->arena, &owners, i)) {
            return;
        }
    }
}

static void check_measure(struct mou_front *front, struct mou_measure *measure)
{
    check_parts(front, measure);
    check_item(front, measure);
    check_targets(front, measure);
    check_grounds(front, measure);
    check_points(front, measure);
    check_authorities(front, measure->decl);
    check_instruments(front, measure->decl, measure->memorandum);
}

enum mou_status mou_law_check(struct mou_program *program, struct mou_diagnostics *diagnostics)
{
    struct mou_front front = mou_front_of(program, diagnostics);
    for (size_t i = 0; i < program->measures.count; i++) {
        struct mou_measure *measure = &program->measures.items[i];
        if (mou_front_turn_of(&front, measure->memorandum)) {
            check_measure(&front, measure);
        }
    }
    for (size_t i = 0; i < program->findings.count; i++) {
        if (mou_front_turn_of(&front, program->findings.items[i].memorandum)) {
            check_instruments(&front, program->findings.items[i].decl, program->findings.items[i].memorandum);
        }
    }
    mou_tables_check(&front);
    front.owner = MOU_TOLD_OF_GROUND;
    if (program->before == NULL) {
        check_numbers(&front);
    }
    return mou_arena_failed(program->arena) ? MOU_ERROR_MEMORY : MOU_OK;
}
