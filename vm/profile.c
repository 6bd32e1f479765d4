/*
 * Profiles of runs: cells that the machine fills, and the rules and places that they belong to. An instruction that several rules rest on belongs to none of them,
 * so that shared work shows as such. Reads the pack only. Called through profile.h.
 */
#include "profile.h"

#include <assert.h>
#include <string.h>

#include "decide.h"
#include "opcodes.h"

/* ------------------------------------------------------------------ whose instructions are */

static void claim(struct mou_profile *profile, uint8_t *seen, uint32_t index, struct mou_profile_owner owner, const uint8_t *asked_before)
{
    struct mou_profile_owner *held = &profile->owners[index];
    seen[index] = 1;
    if (asked_before[index] == 0) {
        *held = owner;
        return;
    }
    held->rule = held->rule == owner.rule ? held->rule : MOU_PACK_NONE;
    held->memorandum = held->memorandum == owner.memorandum ? held->memorandum : MOU_PACK_NONE;
}

/* The cone of a rule, down to the findings that it asks for. */
static void claim_cone(struct mou_profile *profile, struct mou_rule_ref rule, struct mou_profile_owner owner, uint8_t *seen, uint8_t *asked, const uint8_t *is_holds)
{
    const struct mou_pack *pack = profile->pack;
    memset(seen, 0, pack->instructions_count);
    mou_decide_mark_rule(pack, rule, seen);
    for (uint32_t i = pack->instructions_count; i-- > 0;) {
        const bool others_finding = is_holds[i] != 0 && !(rule.is_finding && pack->findings[rule.index].holds == i);
        if (seen[i] == 0 || others_finding) {
            continue;
        }
        claim(profile, seen, i, owner, asked);
        asked[i] = 1;
        uint32_t operand = mou_instruction_reads(pack, &pack->instructions[i], 0);
        for (uint32_t n = 1; operand != MOU_PACK_NONE; n++) {
            seen[operand] = 1;
            operand = mou_instruction_reads(pack, &pack->instructions[i], n);
        }
    }
}

static bool find_owners(struct mou_profile *profile)
{
    const struct mou_pack *pack = profile->pack;
    uint8_t *seen = MOU_NEW_ARRAY(profile->arena, pack->instructions_count, uint8_t);
    uint8_t *asked = MOU_NEW_ARRAY(profile->arena, pack->instructions_count, uint8_t);
    uint8_t *is_holds = MOU_NEW_ARRAY(profile->arena, pack->instructions_count, uint8_t);
    profile->owners = MOU_NEW_ARRAY(profile->arena, pack->instructions_count, struct mou_profile_owner);
    if (seen == NULL || asked == NULL || is_holds == NULL || profile->owners == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < pack->instructions_count; i++) {
        profile->owners[i] = (struct mou_profile_owner){MOU_PACK_NONE, MOU_PACK_NONE};
    }
    for (uint32_t i = 0; i < pack->findings_count; i++) {
        is_holds[pack->findings[i].holds] = 1;
    }
    for (uint32_t i = 0; i < pack->findings_count + pack->measures_count; i++) {
        const bool is_finding = i < pack->findings_count;
        const struct mou_rule_ref rule = {is_finding ? i : i - pack->findings_count, is_finding};
        const uint32_t memorandum = is_finding ? pack->findings[rule.index].memorandum : pack->measures[rule.index].memorandum;
        claim_cone(profile, rule, (struct mou_profile_owner){i, memorandum}, seen, asked, is_holds);
    }
    return true;
}

/* ------------------------------------------------------------------ life */

static uint32_t rule_count(const struct mou_pack *pack)
{
    return pack->findings_count + pack->measures_count;
}

enum mou_status mou_profile_new(const struct mou_pack *pack, uint64_t (*now)(void), struct mou_profile **profile)
{
    assert(pack != NULL && now != NULL && profile != NULL);
    struct mou_arena *arena = mou_arena_new(pack->allocator);
    struct mou_profile *made = arena != NULL ? MOU_NEW(arena, struct mou_profile) : NULL;
    *profile = NULL;
    if (made == NULL) {
        mou_arena_free(arena);
        return MOU_ERROR_MEMORY;
    }
    made->pack = pack;
    made->arena = arena;
    made->now = now;
    made->instructions = MOU_NEW_ARRAY(arena, pack->instructions_count, struct mou_profile_cell);
    made->rules = MOU_NEW_ARRAY(arena, rule_count(pack), struct mou_profile_cell);
    if (made->instructions == NULL || made->rules == NULL || !find_owners(made)) {
        mou_arena_free(arena);
        return MOU_ERROR_MEMORY;
    }
    *profile = made;
    return MOU_OK;
}

void mou_profile_free(struct mou_profile *profile)
{
    if (profile != NULL) {
        mou_arena_free(profile->arena);
    }
}

enum mou_status mou_profile_fork(const struct mou_profile *profile, struct mou_profile **forked)
{
    assert(profile != NULL && forked != NULL);
    return mou_profile_new(profile->pack, profile->now, forked);
}

static void add(struct mou_profile_cell *into, const struct mou_profile_cell *from, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        into[i].nanoseconds += from[i].nanoseconds;
        into[i].rows += from[i].rows;
        into[i].calls += from[i].calls;
    }
}

void mou_profile_merge(struct mou_profile *into, const struct mou_profile *from)
{
    assert(into != NULL && from != NULL && into->pack == from->pack);
    add(into->instructions, from->instructions, into->pack->instructions_count);
    add(into->rules, from->rules, rule_count(into->pack));
    add(into->steps, from->steps, MOU_STEP_COUNT);
}

void mou_machine_set_profile(struct mou_machine *machine, struct mou_profile *profile)
{
    assert(machine != NULL && (profile == NULL || profile->pack == machine->pack));
    machine->profile = profile;
}

/* ------------------------------------------------------------------ work under way */

struct mou_profile_mark mou_profile_begin(const struct mou_profile *profile)
{
    return profile != NULL ? (struct mou_profile_mark){profile->now(), profile->inside} : (struct mou_profile_mark){0, 0};
}

void mou_profile_end(struct mou_profile *profile, struct mou_profile_mark mark, enum mou_profile_step step, uint64_t rows)
{
    assert(step < MOU_STEP_COUNT);
    if (profile != NULL) {
        mou_profile_note(profile, mark, &profile->steps[step], rows);
    }
}

/* ------------------------------------------------------------------ entries */

uint32_t mou_profile_count(const struct mou_profile *profile)
{
    assert(profile != NULL);
    return profile->pack->instructions_count + rule_count(profile->pack) + MOU_STEP_COUNT;
}

static struct mou_text rule_name(const struct mou_pack *pack, uint32_t rule)
{
    return mou_pack_string(pack, rule < pack->findings_count ? pack->findings[rule].name : pack->measures[rule - pack->findings_count].name);
}

static uint32_t rule_memorandum(const struct mou_pack *pack, uint32_t rule)
{
    return rule < pack->findings_count ? pack->findings[rule].memorandum : pack->measures[rule - pack->findings_count].memorandum;
}

static void put_owner(const struct mou_pack *pack, uint32_t rule, uint32_t memorandum, struct mou_profile_entry *entry)
{
    if (memorandum != MOU_PACK_NONE) {
        entry->memorandum = mou_pack_string(pack, pack->memoranda[memorandum].name);
    }
    if (rule != MOU_PACK_NONE) {
        entry->rule = rule_name(pack, rule);
    }
}

static void put_place(const struct mou_pack *pack, struct mou_pack_span span, struct mou_profile_entry *entry)
{
    if (span.source == MOU_PACK_NONE) {
        return;
    }
    const struct mou_text text = mou_pack_string(pack, pack->sources[span.source].text);
    const struct mou_source source = {"", text.bytes, text.len};
    entry->file = mou_pack_string(pack, pack->sources[span.source].path);
    entry->place = mou_source_place(&source, span.begin);
    entry->words = (struct mou_text){text.bytes + span.begin, span.end - span.begin};
}

static void put_numbers(const struct mou_profile_cell *cell, struct mou_profile_entry *entry)
{
    entry->nanoseconds = cell->nanoseconds;
    entry->rows = cell->rows;
    entry->calls = cell->calls;
}

struct mou_profile_entry mou_profile_entry(const struct mou_profile *profile, uint32_t index)
{
    assert(profile != NULL && index < mou_profile_count(profile));
    const struct mou_pack *pack = profile->pack;
    struct mou_profile_entry entry = {.sort = MOU_PROFILE_STEP, .number = index};
    if (index < pack->instructions_count) {
        const struct mou_profile_owner owner = profile->owners[index];
        entry.sort = MOU_PROFILE_INSTRUCTION;
        entry.operation = mou_text_of(mou_opcode_info(pack->instructions[index].opcode)->name);
        put_owner(pack, owner.rule, owner.memorandum, &entry);
        put_place(pack, pack->spans[index], &entry);
        put_numbers(&profile->instructions[index], &entry);
        return entry;
    }
    entry.number = index - pack->instructions_count;
    if (entry.number < rule_count(pack)) {
        entry.sort = MOU_PROFILE_RULE;
        put_owner(pack, entry.number, rule_memorandum(pack, entry.number), &entry);
        put_numbers(&profile->rules[entry.number], &entry);
        return entry;
    }
    entry.step = (enum mou_profile_step)(entry.number - rule_count(pack));
    put_numbers(&profile->steps[entry.step], &entry);
    return entry;
}
