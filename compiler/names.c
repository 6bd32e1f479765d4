/*
 * The names stage: collects what all trees declare into the program's tables, in two passes (declare, then link), and keeps the symbols for
 * the stages behind it. Reports duplicates, unknown names and clauses that do not belong.
 */
#include <assert.h>
#include <string.h>

#include "catalogue.h"
#include "segments.h"
#include "stages.h"

struct mou_clause *mou_clause_find(const struct mou_decl *decl, enum mou_clause_kind kind)
{
    for (struct mou_clause *clause = decl->clauses; clause != NULL; clause = clause->next) {
        if (clause->kind == kind) {
            return clause;
        }
    }
    return NULL;
}

/** Whether a message speaks of reading: what it covers was not read as it was meant. */
static bool of_reading(const struct mou_diagnostic *diagnostic)
{
    const char *code = mou_diag_code_text(diagnostic->code);
    return code[0] == 'E' && code[1] == '0' && (code[2] == '1' || code[2] == '2');
}

/** Whether the place holds something that could not be read: what is said of it now would only follow from that. */
static bool is_unread(const struct mou_front *front, struct mou_span span)
{
    for (size_t i = 0; i < front->diagnostics->list.count; i++) {
        const struct mou_diagnostic *known = &front->diagnostics->list.items[i];
        if (of_reading(known) && known->span.source == span.source && known->span.begin < span.end && span.begin < known->span.end) {
            return true;
        }
    }
    return false;
}

struct mou_front mou_front_of(struct mou_program *program, struct mou_diagnostics *diagnostics)
{
    return (struct mou_front){.program = program, .diagnostics = diagnostics, .arena = program->arena, .symbols = program->symbols, .names_lost = program->names_lost,
                              .owner = MOU_TOLD_OF_GROUND};
}

void mou_front_turn_back(struct mou_front *front, uint32_t owner)
{
    front->owner = owner;
    if (front->noted) {
        mou_symbols_turn(front->symbols, owner);
    }
}

static bool turn(struct mou_front *front, uint32_t source)
{
    mou_front_turn_back(front, source);
    return front->program->stale == NULL || front->program->stale[source];
}

bool mou_front_turn(struct mou_front *front, const struct mou_decl *decl)
{
    return turn(front, decl->span.source);
}

bool mou_front_turn_of(struct mou_front *front, uint32_t memorandum)
{
    return turn(front, front->program->memoranda.items[memorandum].source);
}

/** Whether the same has been told of the same rules. */
static bool is_told(const struct mou_front *front, enum mou_diag_code code, struct mou_span span)
{
    for (size_t i = front->program->told.count; i > 0; i--) {
        const struct mou_told *told = &front->program->told.items[i - 1];
        const struct mou_diagnostic *known = &front->diagnostics->list.items[told->message];
        if (told->owner == front->owner && known->code == code && known->span.source == span.source && known->span.begin == span.begin) {
            return true;
        }
    }
    return false;
}

/** Notes whose the message is. What was told of other rules before would be missing where they are not looked at. */
static void note_owner(struct mou_front *front, size_t count, enum mou_diag_code code, struct mou_span span)
{
    if (front->diagnostics->list.count > count) {
        (void)MOU_VEC_PUSH(front->arena, &front->program->told, ((struct mou_told){(uint32_t)count, front->owner})); /* else the arena remembers */
    } else if (!is_told(front, code, span)) {
        front->program->unfit = true;
    }
}

struct mou_diagnostic *mou_front_report(struct mou_front *front, enum mou_diag_code code, struct mou_span span, struct mou_text a0, struct mou_text a1,
                                        struct mou_text a2)
{
    const size_t count = front->diagnostics->list.count;
    if (is_unread(front, span)) {
        front->diagnostics->scrap[0] = (struct mou_diagnostic){.span = MOU_NO_SPAN, .second = MOU_NO_SPAN};
        return &front->diagnostics->scrap[0];
    }
    struct mou_diagnostic *told = mou_diagnose(front->diagnostics, code, span, a0, a1, a2);
    note_owner(front, count, code, span);
    return told;
}

struct mou_text mou_front_source_text(const struct mou_front *front, struct mou_span span)
{
    const struct mou_program *program = front->program;
    if (span.source >= program->source_count || span.end > program->sources[span.source].len || span.begin > span.end) {
        return MOU_NO_TEXT;
    }
    return (struct mou_text){program->sources[span.source].bytes + span.begin, span.end - span.begin};
}

/** Whether the word is declared as anything, as a field, a code or a rule. */
static bool is_declared(void *state, struct mou_text word)
{
    const struct mou_front *front = state;
    const struct mou_program *program = front->program;
    bool found = mou_symbols_known(front->symbols, word);
    for (size_t i = 0; !found && i < program->records.count; i++) {
        found = mou_field_find(&program->records.items[i].fields, word) != MOU_NO_INDEX;
    }
    for (size_t i = 0; !found && i < program->kinds.count; i++) {
        found = mou_field_find(&program->kinds.items[i].attributes, word) != MOU_NO_INDEX;
    }
    for (size_t i = 0; !found && i < program->code_tables.count; i++) {
        for (const struct mou_code_item *item = program->code_tables.items[i].items; !found && item != NULL; item = item->next) {
            found = mou_text_equal(item->name.text, word);
        }
    }
    return found;
}

bool mou_front_faulty(const struct mou_front *front, struct mou_span span)
{
    for (size_t i = 0; i < front->diagnostics->list.count; i++) {
        const struct mou_diagnostic *known = &front->diagnostics->list.items[i];
        if (mou_diag_severity(known->code) == MOU_SEVERITY_ERROR && known->span.source == span.source && known->span.begin < span.end &&
            span.begin <= known->span.end) {
            return true;
        }
    }
    return false;
}

static bool contains(struct mou_text text, struct mou_text word)
{
    for (size_t at = 0; word.len > 0 && at + word.len <= text.len; at++) {
        if (memcmp(text.bytes + at, word.bytes, word.len) == 0) {
            return true;
        }
    }
    return false;
}

/** Whether a declaration that could not be read has the name. */
static bool is_name_unread(const struct mou_program *program, struct mou_text name)
{
    bool found = false;
    for (size_t i = 0; !found && i < program->unread.count; i++) {
        found = mou_text_equal(program->unread.items[i], name);
    }
    return found;
}

/** Whether the name stands in another line that could not be read. */
static bool is_in_faulty_line(const struct mou_front *front, const struct mou_name *name)
{
    const struct mou_program *program = front->program;
    for (size_t i = 0; i < front->diagnostics->list.count; i++) {
        const struct mou_diagnostic *known = &front->diagnostics->list.items[i];
        if (!of_reading(known) || known->span.source >= program->source_count) {
            continue;
        }
        size_t begin = 0;
        struct mou_text line = mou_source_line(&program->sources[known->span.source], known->span.begin, &begin);
        bool own_line = known->span.source == name->span.source && name->span.begin >= begin && name->span.begin < begin + line.len;
        bool nearly = known->arguments[0].len > 0 && mou_text_characters(name->text) > 2 && mou_text_distance(known->arguments[0], name->text, 1) <= 1;
        if (!own_line && (nearly || contains(line, name->text))) {
            return true;
        }
    }
    return false;
}

bool mou_front_maybe_declared(const struct mou_front *front, const struct mou_name *name)
{
    return front->names_lost || is_name_unread(front->program, name->text) || is_in_faulty_line(front, name);
}

bool mou_front_amount_in_words(struct mou_front *front, const struct mou_name *name)
{
    const struct mou_text amount = name->quoted ? MOU_NO_TEXT : mou_segments_amount(front->arena, name->text);
    if (amount.len == 0) {
        return false;
    }
    struct mou_diagnostic *diagnostic = mou_front_report(front, MOU_DIAG_AMOUNT_IN_WORDS, name->span, name->text, MOU_NO_TEXT, MOU_NO_TEXT);
    diagnostic->suggestion = amount;
    diagnostic->has_fixit = true;
    diagnostic->fixit = (struct mou_fixit){name->span, amount};
    return true;
}

/** Where no kind of subject is declared at all, the vocabulary is missing as a whole: told once, at the memorandum. */
static bool lacks_vocabulary(struct mou_front *front, const struct mou_name *name)
{
    const struct mou_program *program = front->program;
    if (program->kinds.count > 0 || program->records.count > 0) {
        return false;
    }
    for (size_t i = 0; i < program->memoranda.count; i++) {
        const struct mou_memorandum *memorandum = &program->memoranda.items[i];
        if (memorandum->source == name->span.source) {
            mou_front_report(front, MOU_DIAG_NO_VOCABULARY, memorandum->decl->name.span, memorandum->name, MOU_NO_TEXT, MOU_NO_TEXT);
            return true;
        }
    }
    return false;
}

void mou_front_unknown(struct mou_front *front, const struct mou_name *name, struct mou_text what)
{
    if (mou_front_maybe_declared(front, name)) {
        return; /* a message was given where the name was lost */
    }
    if (lacks_vocabulary(front, name)) {
        return;
    }
    if (mou_front_amount_in_words(front, name)) {
        return;
    }
    struct mou_text near = mou_front_nearest(front, name->text, what);
    struct mou_segments cut;
    bool glued = !name->quoted && mou_segments_find(front->arena, name->text, is_declared, front, &cut);
    if (glued && (near.len == 0 || cut.whole || cut.keyword.len >= strlen("不是"))) { /* a keyword of one character stands in many names */
        struct mou_diagnostic *diagnostic = mou_front_report(front, MOU_DIAG_RUN_TOGETHER, name->span, name->text, cut.keyword, MOU_NO_TEXT);
        diagnostic->has_fixit = !cut.odd;
        diagnostic->fixit = (struct mou_fixit){name->span, cut.split};
        diagnostic->suggestion = cut.split;
        return;
    }
    struct mou_diagnostic *diagnostic = mou_front_report(front, MOU_DIAG_UNKNOWN_NAME, name->span, name->text, what, MOU_NO_TEXT);
    diagnostic->suggestion = near.len > 0 ? near : mou_segments_digits(front->arena, name->text); /* a guess: shown, never carried out */
}

uint32_t mou_front_vocabulary(struct mou_front *front, enum mou_symbol_class symbol_class, const struct mou_name *name, struct mou_text what)
{
    if (name->text.len == 0) {
        return MOU_NO_INDEX;
    }
    if (symbol_class == MOU_SYMBOL_CODE_TABLE && mou_text_equal(name->text, MOU_DEGREE_TABLE)) {
        return mou_degree_table(front);
    }
    uint32_t index = mou_symbols_find(front->symbols, symbol_class, MOU_NO_INDEX, name->text);
    if (index == MOU_NO_INDEX) {
        mou_front_unknown(front, name, what);
    }
    return index;
}

uint32_t mou_front_rule(struct mou_front *front, enum mou_symbol_class symbol_class, uint32_t memorandum, const struct mou_name_ref *ref, struct mou_text what)
{
    uint32_t index = MOU_NO_INDEX;
    if (ref->name.text.len == 0) {
        return MOU_NO_INDEX;
    }
    if (ref->qualifier.text.len > 0) {
        uint32_t owner = mou_front_vocabulary(front, MOU_SYMBOL_MEMORANDUM, &ref->qualifier, MOU_TEXT("备忘录"));
        if (owner == MOU_NO_INDEX) {
            return MOU_NO_INDEX;
        }
        index = mou_symbols_find(front->symbols, symbol_class, owner, ref->name.text);
        if (index == MOU_NO_INDEX) {
            mou_front_unknown(front, &ref->name, what);
        }
        return index;
    }
    switch (mou_symbols_look_up(front->symbols, symbol_class, memorandum, ref->name.text, &index)) {
    case MOU_LOOKUP_FOUND:
        return index;
    case MOU_LOOKUP_AMBIGUOUS:
        mou_front_report(front, MOU_DIAG_AMBIGUOUS_NAME, ref->name.span, ref->name.text, what, MOU_NO_TEXT);
        return MOU_NO_INDEX;
    case MOU_LOOKUP_NONE:
        break;
    }
    mou_front_unknown(front, &ref->name, what);
    return MOU_NO_INDEX;
}

uint32_t mou_field_find(const struct mou_fields *fields, struct mou_text name)
{
    for (uint32_t i = 0; i < fields->count; i++) {
        if (mou_text_equal(fields->items[i].name, name)) {
            return i;
        }
    }
    return MOU_NO_INDEX;
}

/* ------------------------------------------------------------------ the stage */

/** Whether a name was declared that is nowhere to be seen: any unknown name may be it. A name that can be seen is found by mou_front_maybe_declared. */
static bool loses_names(const struct mou_decl *decl)
{
    bool lost = decl->broken && decl->name.text.len == 0 && decl->kind != MOU_DECL_TEST && decl->kind != MOU_DECL_ASSERTION;
    for (const struct mou_field_decl *field = decl->fields; field != NULL; field = field->next) {
        lost = lost || (field->broken && field->name.text.len == 0);
    }
    for (const struct mou_code_item *code = decl->codes; code != NULL; code = code->next) {
        lost = lost || (code->broken && code->name.text.len == 0);
    }
    for (const struct mou_catalogue_item *item = decl->items; item != NULL; item = item->next) {
        lost = lost || (item->broken && item->code.text.len == 0);
    }
    return lost;
}

/** The memorandum that the head begins; the one of that name where the name is taken already. */
static uint32_t memorandum_of(const struct mou_front *front, const struct mou_decl *head)
{
    for (uint32_t i = 0; i < front->program->memoranda.count; i++) {
        if (front->program->memoranda.items[i].decl == head) {
            return i;
        }
    }
    return mou_symbols_find(front->symbols, MOU_SYMBOL_MEMORANDUM, MOU_NO_INDEX, head->name.text);
}

static void collect_rules(struct mou_front *front, const struct mou_tree *tree)
{
    uint32_t memorandum = MOU_NO_INDEX;
    for (struct mou_decl *decl = tree->declarations; decl != NULL; decl = decl->next) {
        if (decl->kind == MOU_DECL_MEMORANDUM) {
            memorandum = memorandum_of(front, decl);
        } else if (!decl->broken) {
            mou_names_rule(front, decl, memorandum);
        }
    }
}

static enum mou_status collect(struct mou_front *front, struct mou_tree *const *trees, uint32_t tree_count)
{
    for (uint32_t i = 0; i < tree_count; i++) {
        for (struct mou_decl *decl = trees[i]->declarations; decl != NULL; decl = decl->next) {
            if (!decl->broken || decl->kind == MOU_DECL_MEMORANDUM) {
                mou_names_vocabulary(front, decl);
            }
        }
    }
    if (mou_arena_failed(front->arena)) {
        return MOU_ERROR_MEMORY; /* names may be declared whose entries found no place */
    }
    for (uint32_t i = 0; i < tree_count; i++) {
        for (struct mou_decl *decl = trees[i]->declarations; decl != NULL; decl = decl->next) {
            if (!decl->broken) {
                mou_names_link_vocabulary(front, decl);
            }
        }
    }
    mou_names_check_letters(front);
    mou_names_check_nesting(front);
    for (uint32_t i = 0; i < tree_count; i++) {
        mou_symbols_turn(front->symbols, i);
        collect_rules(front, trees[i]);
    }
    mou_symbols_turn(front->symbols, MOU_NO_INDEX);
    return mou_arena_failed(front->arena) ? MOU_ERROR_MEMORY : MOU_OK;
}

enum mou_status mou_names_collect(struct mou_program *program, struct mou_tree *const *trees, uint32_t tree_count, struct mou_diagnostics *diagnostics)
{
    assert(program != NULL && trees != NULL);
    program->symbols = mou_symbols_new(program->arena);
    if (program->symbols == NULL) {
        return MOU_ERROR_MEMORY;
    }
    for (uint32_t i = 0; i < tree_count; i++) {
        for (const struct mou_decl *decl = trees[i]->declarations; decl != NULL; decl = decl->next) {
            program->names_lost = program->names_lost || loses_names(decl);
            if (decl->broken && decl->name.text.len > 0 && !MOU_VEC_PUSH(program->arena, &program->unread, decl->name.text)) {
                return MOU_ERROR_MEMORY;
            }
        }
    }
    for (size_t i = 0; i < diagnostics->list.count; i++) {
        const enum mou_diag_code code = diagnostics->list.items[i].code;
        program->names_lost = program->names_lost || code == MOU_DIAG_UNKNOWN_USE || code == MOU_DIAG_WRONG_ENCODING || code == MOU_DIAG_NOT_A_TEXT;
    }
    struct mou_front front = mou_front_of(program, diagnostics);
    return collect(&front, trees, tree_count);
}
