/*
 * Decisions and next dates as JSON lines, in the documented shape and order of keys (architecture,
 * "The world as JSON"; S30, S31). The bytes are a stable interface. Knows no machine: everything
 * comes from the decision and the pack.
 */
#include <assert.h>

#include "machine.h"
#include "walk.h"

static void put_text(struct mou_buf *out, struct mou_text text)
{
    if (text.bytes == NULL) {
        mou_buf_text(out, "null");
    } else {
        mou_buf_json_text(out, text.bytes, text.len);
    }
}

static void put_key(struct mou_buf *out, const char *key, bool first)
{
    mou_buf_text(out, first ? "" : ", ");
    mou_buf_char(out, '"');
    mou_buf_text(out, key);
    mou_buf_text(out, "\": ");
}

static void put_pair(struct mou_buf *out, const char *key, struct mou_text value)
{
    put_key(out, key, false);
    put_text(out, value);
}

static void put_date(struct mou_buf *out, mou_date date)
{
    if (date < MOU_DATE_MIN || date > MOU_DATE_MAX) { /* MOU_DATE_NONE, or no day that could be named */
        mou_buf_text(out, "null");
        return;
    }
    mou_buf_char(out, '"');
    mou_date_format(date, out);
    mou_buf_char(out, '"');
}

/* ------------------------------------------------------------------ values */

static void put_quoted_value(struct mou_buf *out, const struct mou_grant_value *grant)
{
    mou_buf_char(out, '"');
    switch (grant->type) {
    case MOU_VALUE_MONEY:
        mou_money_format(grant->value, out);
        break;
    case MOU_VALUE_RATIO:
        mou_ratio_format(grant->value, out);
        break;
    case MOU_VALUE_DATE:
        mou_date_format((mou_date)grant->value, out);
        break;
    case MOU_VALUE_MONTHS:
        mou_duration_text(MOU_PACK_MONTHS, grant->value, out);
        break;
    case MOU_VALUE_DAYS:
        mou_duration_text(MOU_PACK_DAYS, grant->value, out);
        break;
    case MOU_VALUE_WORKDAYS:
        mou_duration_text(MOU_PACK_WORKDAYS, grant->value, out);
        break;
    case MOU_VALUE_TEXT:
    case MOU_VALUE_CODE:
    case MOU_VALUE_INTEGER:
    case MOU_VALUE_YES_NO:
        break;
    }
    mou_buf_char(out, '"');
}

static void put_value(struct mou_buf *out, const struct mou_grant_value *grant)
{
    if (!grant->known) {
        mou_buf_text(out, "null");
        return;
    }
    switch (grant->type) {
    case MOU_VALUE_TEXT:
    case MOU_VALUE_CODE:
        put_text(out, grant->text);
        break;
    case MOU_VALUE_INTEGER:
        mou_buf_int(out, grant->value);
        break;
    case MOU_VALUE_YES_NO:
        mou_buf_text(out, grant->value != 0 ? "true" : "false");
        break;
    case MOU_VALUE_MONEY:
    case MOU_VALUE_RATIO:
    case MOU_VALUE_DATE:
    case MOU_VALUE_MONTHS:
    case MOU_VALUE_DAYS:
    case MOU_VALUE_WORKDAYS:
        put_quoted_value(out, grant);
        break;
    }
}

static void put_term(struct mou_buf *out, const struct mou_decision *decision)
{
    if (!decision->has_term) {
        mou_buf_text(out, "null");
        return;
    }
    const struct mou_grant_value term = {
        .type = decision->term_type, .known = true, .value = decision->term};
    put_value(out, &term);
}

/* ------------------------------------------------------------------ lists */

static void put_grants(struct mou_buf *out, const struct mou_decision *decision)
{
    mou_buf_char(out, '{');
    for (uint32_t i = 0; i < decision->grant_count; i++) {
        mou_buf_text(out, i == 0 ? "" : ", ");
        put_text(out, decision->grants[i].name);
        mou_buf_text(out, ": ");
        put_value(out, &decision->grants[i]);
    }
    mou_buf_char(out, '}');
}

static void put_duration(struct mou_buf *out, bool known, enum mou_value_type type, int64_t value)
{
    const struct mou_grant_value duration = {.type = type, .known = known, .value = value};
    put_value(out, &duration);
}

/* Whether the rule speaks of publication at all: other decisions do without the member. */
static bool publishes(const struct mou_pack *pack, const struct mou_decision *decision)
{
    return (decision->is_finding ? pack->findings[decision->rule].publication_count
                                 : pack->measures[decision->rule].publication_count) > 0;
}

static void put_publications(struct mou_buf *out, const struct mou_decision *decision)
{
    mou_buf_char(out, '[');
    for (uint32_t i = 0; i < decision->publication_count; i++) {
        const struct mou_publication_value *value = &decision->publications[i];
        mou_buf_text(out, i == 0 ? "{" : ", {");
        put_key(out, "kind", true);
        put_text(out, value->share ? MOU_TEXT("share") : MOU_TEXT("publish"));
        put_key(out, "places", false);
        for (uint32_t k = 0; k < value->place_count; k++) {
            mou_buf_text(out, k == 0 ? "[" : ", ");
            put_text(out, value->places[k]);
        }
        mou_buf_text(out, value->place_count == 0 ? "[]" : "]");
        put_key(out, "every", false);
        put_duration(out, value->has_every, value->every_type, value->every);
        put_key(out, "term", false);
        put_duration(out, value->has_lasting, value->lasting_type, value->lasting);
        put_key(out, "from", false);
        put_date(out, value->from);
        put_key(out, "until", false);
        put_date(out, value->until);
        mou_buf_char(out, '}');
    }
    mou_buf_char(out, ']');
}

static void put_grounds(struct mou_buf *out, const struct mou_decision *decision)
{
    mou_buf_char(out, '[');
    for (uint32_t i = 0; i < decision->ground_count; i++) {
        const struct mou_ground_ref *ground = &decision->grounds[i];
        mou_buf_text(out, i == 0 ? "{" : ", {");
        put_key(out, "subject", true);
        put_text(out, ground->subject);
        put_pair(out, "record", ground->record);
        put_pair(out, "key", ground->key);
        put_key(out, "via", false);
        mou_buf_char(out, '[');
        for (uint32_t v = 0; v < ground->via_count; v++) {
            mou_buf_text(out, v == 0 ? "" : ", ");
            put_text(out, ground->via[v]);
        }
        mou_buf_text(out, "]}");
    }
    mou_buf_char(out, ']');
}

/* A string of its own: the file name is inside the quotes with line and column. */
static void put_span(struct mou_buf *out, const struct mou_missing_ref *missing)
{
    put_text(out, missing->source.bytes == NULL ? MOU_TEXT("") : missing->source);
    if (out->failed || out->len == 0) {
        return;
    }
    out->len--; /* the closing quote comes after the place */
    mou_buf_char(out, ':');
    mou_buf_int(out, missing->place.line);
    mou_buf_char(out, ':');
    mou_buf_int(out, missing->place.column);
    mou_buf_char(out, '"');
}

static void put_missing(struct mou_buf *out, const struct mou_missing_ref *items, uint32_t count)
{
    mou_buf_char(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        const struct mou_missing_ref *missing = &items[i];
        mou_buf_text(out, i == 0 ? "{" : ", {");
        put_key(out, "subject", true);
        put_text(out, missing->subject);
        put_pair(out, "record", missing->record);
        put_pair(out, "key", missing->key);
        put_pair(out, "field", missing->field);
        if (missing->fault != MOU_FAULT_NONE) {
            put_pair(out, "code", mou_text_of(mou_fault_code(missing->fault)));
            put_key(out, "span", false);
            put_span(out, missing);
        }
        mou_buf_char(out, '}');
    }
    mou_buf_char(out, ']');
}

/* ------------------------------------------------------------------ the line */

/* The memorandum's own version, else the beginning of its source's hash (S30). */
static void put_version(const struct mou_pack *pack, const struct mou_pack_memorandum *memorandum,
                        struct mou_buf *out)
{
    static const char digits[] = "0123456789abcdef";
    const struct mou_text version = mou_pack_string(pack, memorandum->version);
    put_key(out, "version", false);
    if (version.len > 0 || memorandum->source >= pack->sources_count) {
        put_text(out, version);
        return;
    }
    unsigned char hash[32];
    const struct mou_text text = mou_pack_string(pack, pack->sources[memorandum->source].text);
    mou_sha256(text.bytes, text.len, hash);
    mou_buf_char(out, '"');
    for (size_t i = 0; i < 6; i++) {
        mou_buf_char(out, digits[hash[i] >> 4]);
        mou_buf_char(out, digits[hash[i] & 15]);
    }
    mou_buf_char(out, '"');
}

static const char *outcome_name(enum mou_decision_outcome outcome)
{
    switch (outcome) {
    case MOU_IN_FORCE:
        return "in_force";
    case MOU_SUSPENDED:
        return "suspended";
    case MOU_TO_VERIFY:
        return "to_verify";
    case MOU_PENDING:
        return "pending";
    }
    return "";
}

static struct mou_text text_or_null(const struct mou_pack *pack, struct mou_pack_text text)
{
    return text.len == 0 ? (struct mou_text){NULL, 0} : mou_pack_string(pack, text);
}

static void put_basis(const struct mou_pack *pack, uint32_t first, uint32_t count, struct mou_buf *out)
{
    mou_buf_char(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        mou_buf_text(out, i == 0 ? "" : ", ");
        put_text(out, mou_pack_string(pack, pack->texts[first + i]));
    }
    mou_buf_char(out, ']');
}

static struct mou_pack_text degree_of(const struct mou_pack *pack,
                                      const struct mou_pack_measure *measure)
{
    if (measure->degree.len > 0 || measure->item >= pack->items_count) {
        return measure->degree;
    }
    return pack->items[measure->item].degree;
}

/* Domain, tier, jurisdiction: only of findings that state them. */
static void put_mark(const struct mou_pack *pack, struct mou_buf *out, const char *key,
                     struct mou_pack_text mark)
{
    if (mark.len > 0) {
        put_pair(out, key, mou_pack_string(pack, mark));
    }
}

/* What kind of rule it is, and its item and degree. */
static void put_kind(const struct mou_pack *pack, const struct mou_decision *decision,
                     struct mou_buf *out)
{
    static const struct mou_text null = {NULL, 0};
    if (decision->is_finding) {
        const uint32_t list = pack->findings[decision->rule].list_kind;
        put_pair(out, "item", null);
        put_pair(out, "kind", MOU_TEXT("finding"));
        put_pair(out, "list",
                 list < pack->list_kinds_count ? mou_pack_string(pack, pack->list_kinds[list].name)
                                               : null);
        put_mark(pack, out, "domain", pack->findings[decision->rule].domain);
        put_mark(pack, out, "tier", pack->findings[decision->rule].tier);
        put_mark(pack, out, "jurisdiction", pack->findings[decision->rule].jurisdiction);
        put_pair(out, "degree", null);
        return;
    }
    const struct mou_pack_measure *measure = &pack->measures[decision->rule];
    put_pair(out, "item",
             measure->item < pack->items_count
                 ? mou_pack_string(pack, pack->items[measure->item].code)
                 : null);
    put_pair(out, "kind", measure->kind == 0 ? MOU_TEXT("sanction") : MOU_TEXT("incentive"));
    put_pair(out, "degree", text_or_null(pack, degree_of(pack, measure)));
}

static const struct mou_pack_memorandum *memorandum_of(const struct mou_pack *pack,
                                                       const struct mou_decision *decision)
{
    return &pack->memoranda[decision->is_finding ? pack->findings[decision->rule].memorandum
                                                 : pack->measures[decision->rule].memorandum];
}

static struct mou_text rule_name(const struct mou_pack *pack, const struct mou_decision *decision)
{
    return mou_pack_string(pack, decision->is_finding ? pack->findings[decision->rule].name
                                                      : pack->measures[decision->rule].name);
}

/* The line up to the outcome, and open. */
static void put_outcome(const struct mou_pack *pack, const struct mou_decision *decision, struct mou_buf *out)
{
    const struct mou_pack_memorandum *memorandum = memorandum_of(pack, decision);
    mou_buf_char(out, '{');
    put_key(out, "subject", true);
    put_text(out, decision->subject);
    put_pair(out, "memorandum", mou_pack_string(pack, memorandum->name));
    put_version(pack, memorandum, out);
    put_pair(out, "rule", rule_name(pack, decision));
    put_kind(pack, decision, out);
    put_pair(out, "outcome", mou_text_of(outcome_name(decision->outcome)));
}

void mou_outcome_json(const struct mou_pack *pack, const struct mou_decision *decision, struct mou_buf *out)
{
    assert(pack != NULL && decision != NULL && out != NULL);
    put_outcome(pack, decision, out);
    mou_buf_text(out, "}\n");
}

void mou_decision_json(const struct mou_pack *pack, const struct mou_decision *decision,
                       struct mou_buf *out)
{
    assert(pack != NULL && decision != NULL && out != NULL);
    static const struct mou_pack_measure no_measure = {0};
    const struct mou_pack_measure *measure =
        decision->is_finding ? &no_measure : &pack->measures[decision->rule];
    put_outcome(pack, decision, out);
    put_key(out, "from", false);
    put_date(out, decision->from);
    put_key(out, "until", false);
    put_date(out, decision->until);
    put_key(out, "term", false);
    put_term(out, decision);
    put_pair(out, "authority",
             decision->authority.len == 0 ? (struct mou_text){NULL, 0} : decision->authority);
    put_key(out, "basis", false);
    put_basis(pack, measure->first_basis, measure->basis_count, out);
    put_pair(out, "remedy", text_or_null(pack, measure->remedy));
    put_key(out, "grant", false);
    put_grants(out, decision);
    if (publishes(pack, decision)) {
        put_key(out, "publication", false);
        put_publications(out, decision);
    }
    put_key(out, "grounds", false);
    put_grounds(out, decision);
    put_key(out, "missing", false);
    put_missing(out, decision->missing, decision->missing_count);
    mou_buf_text(out, "}\n");
}

/* ------------------------------------------------------------------ duties, repairs, matters, assertions */

/* Subject, memorandum, version, rule, kind: how every line begins. */
static void put_head(const struct mou_pack *pack, struct mou_text subject, uint32_t memorandum, struct mou_text rule, const char *kind, struct mou_buf *out)
{
    mou_buf_char(out, '{');
    put_key(out, "subject", true);
    put_text(out, subject);
    put_pair(out, "memorandum", mou_pack_string(pack, pack->memoranda[memorandum].name));
    put_version(pack, &pack->memoranda[memorandum], out);
    put_pair(out, "rule", rule);
    put_pair(out, "kind", mou_text_of(kind));
}

static void put_about(const struct mou_record_ref *about, struct mou_buf *out)
{
    put_pair(out, "record", about->record);
    put_pair(out, "key", about->key);
}

static void put_refs(const struct mou_record_ref *refs, uint32_t count, struct mou_buf *out)
{
    mou_buf_char(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        mou_buf_text(out, i == 0 ? "{" : ", {");
        put_key(out, "record", true);
        put_text(out, refs[i].record);
        put_pair(out, "key", refs[i].key);
        mou_buf_char(out, '}');
    }
    mou_buf_char(out, ']');
}

static void put_dated(const char *key, mou_date date, struct mou_buf *out)
{
    put_key(out, key, false);
    put_date(out, date);
}

static void put_tail(const struct mou_pack *pack, uint32_t first_basis, uint32_t basis_count, const struct mou_missing_ref *missing, uint32_t missing_count,
                     struct mou_buf *out)
{
    put_key(out, "basis", false);
    put_basis(pack, first_basis, basis_count, out);
    put_key(out, "missing", false);
    put_missing(out, missing, missing_count);
    mou_buf_text(out, "}\n");
}

void mou_duty_json(const struct mou_pack *pack, const struct mou_duty_state *duty, struct mou_buf *out)
{
    static const char *const outcomes[] = {"due", "done", "overdue", "pending", "to_verify"};
    assert(pack != NULL && duty != NULL && out != NULL && duty->rule < pack->duties_count);
    const struct mou_pack_duty *entry = &pack->duties[duty->rule];
    put_head(pack, duty->subject, entry->memorandum, mou_pack_string(pack, entry->name), "duty", out);
    put_pair(out, "outcome", mou_text_of(outcomes[duty->outcome]));
    put_about(&duty->about, out);
    put_pair(out, "authority", duty->authority);
    put_dated("from", duty->from, out);
    put_dated("deadline", duty->deadline, out);
    put_key(out, "done_by", false);
    put_refs(duty->done_by, duty->done_by_count, out);
    put_dated("done_on", duty->done_on, out);
    put_tail(pack, entry->first_basis, entry->basis_count, duty->missing, duty->missing_count, out);
}

/* "受理", "解除 惩戒". */
static void put_step(const struct mou_repair_step_info *step, struct mou_buf *out)
{
    mou_buf_text(out, "{");
    put_key(out, "step", true);
    put_text(out, step->name);
    put_pair(out, "object", step->object.len > 0 ? step->object : (struct mou_text){NULL, 0});
    put_key(out, "within", false);
    const struct mou_grant_value within = {.type = step->type, .known = step->timed, .value = step->within};
    put_value(out, &within);
    mou_buf_char(out, '}');
}

static void put_steps(const struct mou_pack *pack, const struct mou_repair_state *state, bool granted, struct mou_buf *out)
{
    bool first = true;
    mou_buf_char(out, '[');
    for (uint32_t i = 0; i < pack->repairs[state->rule].step_count; i++) {
        const struct mou_repair_step_info step = mou_pack_repair_step(pack, state->rule, i, state->on);
        if (step.granted == granted) {
            mou_buf_text(out, first ? "" : ", ");
            put_step(&step, out);
            first = false;
        }
    }
    mou_buf_char(out, ']');
}

void mou_repair_json(const struct mou_pack *pack, const struct mou_repair_state *repair, struct mou_buf *out)
{
    static const char *const outcomes[] = {"eligible", "refused", "not_eligible", "to_verify"};
    assert(pack != NULL && repair != NULL && out != NULL && repair->rule < pack->repairs_count);
    const struct mou_pack_repair *entry = &pack->repairs[repair->rule];
    put_head(pack, repair->subject, entry->memorandum, mou_pack_string(pack, entry->name), "repair", out);
    put_pair(out, "outcome", mou_text_of(outcomes[repair->outcome]));
    put_about(&repair->about, out);
    put_dated("earliest", repair->earliest, out);
    put_key(out, "handled", false);
    put_steps(pack, repair, false, out);
    put_key(out, "once_granted", false);
    put_steps(pack, repair, true, out);
    put_tail(pack, entry->first_basis, entry->basis_count, repair->missing, repair->missing_count, out);
}

/* In effect is what the rules find in force on the day and the host has put into effect: neither alone. */
static void put_standing(const struct mou_standing *standing, bool in_force, struct mou_buf *out)
{
    put_pair(out, "state", standing->word);
    put_key(out, "in_effect", false);
    mou_buf_text(out, standing->in_effect && in_force ? "true" : "false");
}

static void put_looked_up(const struct mou_pack *pack, const struct mou_looked_up *found, struct mou_buf *out)
{
    const struct mou_pack_measure *measure = &pack->measures[found->measure];
    mou_buf_char(out, '{');
    put_key(out, "memorandum", true);
    put_text(out, mou_pack_string(pack, pack->memoranda[measure->memorandum].name));
    put_pair(out, "rule", mou_pack_string(pack, measure->name));
    put_pair(out, "kind", measure->kind == 0 ? MOU_TEXT("sanction") : MOU_TEXT("incentive"));
    put_pair(out, "outcome", found->decided ? mou_text_of(outcome_name(found->outcome)) : (struct mou_text){NULL, 0});
    put_dated("from", found->from, out);
    put_dated("until", found->until, out);
    put_key(out, "decisive", false);
    mou_buf_text(out, found->decisive ? "true" : "false");
    if (found->standing != NULL) {
        put_standing(found->standing, found->decided && found->outcome == MOU_IN_FORCE, out);
    }
    mou_buf_char(out, '}');
}

/* What a clause says; null without one. */
static struct mou_text answer_name(enum mou_answer answer)
{
    static const char *const names[] = {NULL, "no", "yes", "unknown", "suspended"};
    return answer == MOU_ANSWER_NONE ? (struct mou_text){NULL, 0} : mou_text_of(names[answer]);
}

void mou_matter_json(const struct mou_pack *pack, const struct mou_matter_state *matter, struct mou_buf *out)
{
    static const char *const outcomes[] = {"allow", "deny", "advise", "to_verify"};
    assert(pack != NULL && matter != NULL && out != NULL && matter->rule < pack->matters_count);
    const struct mou_pack_matter *entry = &pack->matters[matter->rule];
    put_head(pack, matter->subject, entry->memorandum, mou_pack_string(pack, entry->name), "matter", out);
    put_pair(out, "outcome", mou_text_of(outcomes[matter->outcome]));
    put_pair(out, "prohibit", answer_name(matter->prohibit));
    put_pair(out, "advise", answer_name(matter->advise));
    put_key(out, "looked_up", false);
    mou_buf_char(out, '[');
    for (uint32_t i = 0; i < matter->looked_up_count; i++) {
        mou_buf_text(out, i == 0 ? "" : ", ");
        put_looked_up(pack, &matter->looked_up[i], out);
    }
    mou_buf_char(out, ']');
    put_tail(pack, entry->first_basis, entry->basis_count, matter->missing, matter->missing_count, out);
}

void mou_standing_json(const struct mou_decision *decision, const struct mou_standing *standing, struct mou_buf *line)
{
    assert(decision != NULL && standing != NULL && line != NULL);
    if (line->len >= 2) {
        line->len -= 2; /* brace and line break */
        put_standing(standing, decision->outcome == MOU_IN_FORCE, line);
        mou_buf_text(line, "}\n");
    }
}

void mou_refutation_json(const struct mou_pack *pack, const struct mou_refutation *refutation, struct mou_buf *out)
{
    assert(pack != NULL && refutation != NULL && out != NULL && refutation->rule < pack->assertions_count);
    const struct mou_pack_assertion *entry = &pack->assertions[refutation->rule];
    put_head(pack, refutation->subject, entry->memorandum, mou_pack_string(pack, entry->text), "assertion", out);
    put_pair(out, "outcome", MOU_TEXT("refuted"));
    put_key(out, "measures", false);
    mou_buf_char(out, '[');
    for (uint32_t i = 0; i < refutation->measure_count; i++) {
        const struct mou_pack_measure *measure = &pack->measures[refutation->measures[i]];
        mou_buf_text(out, i == 0 ? "{" : ", {");
        put_key(out, "memorandum", true);
        put_text(out, mou_pack_string(pack, pack->memoranda[measure->memorandum].name));
        put_pair(out, "rule", mou_pack_string(pack, measure->name));
        mou_buf_char(out, '}');
    }
    mou_buf_text(out, "]}\n");
}

void mou_next_json(struct mou_text subject, mou_date next, struct mou_buf *out)
{
    assert(out != NULL);
    mou_buf_char(out, '{');
    put_key(out, "subject", true);
    put_text(out, subject);
    put_key(out, "next", false);
    put_date(out, next);
    mou_buf_text(out, "}\n");
}
