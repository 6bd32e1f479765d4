/*
 * What the front's stages share beyond the program: symbols, diagnostics, and small helpers over clauses.
 */
#ifndef MOU_COMPILER_NAMES_H
#define MOU_COMPILER_NAMES_H

#include "program.h"
#include "symbols.h"

/** State of the front. */
struct mou_front {
    struct mou_program *program;
    struct mou_diagnostics *diagnostics;
    struct mou_arena *arena;
    struct mou_symbols *symbols;
    bool names_lost; /**< a declaration could not be read, so an unknown name may be its doing */
    bool noted;      /**< who asks for whose rules is noted with the symbols */
    uint32_t owner;  /**< whose rules are looked at: a source, MOU_TOLD_OF_GROUND or MOU_TOLD_OF_ALL */
};

/** The front of a stage, at the program as a whole. */
struct mou_front mou_front_of(struct mou_program *program, struct mou_diagnostics *diagnostics);
/** It is the turn of a rule: what is asked and told from now on is of its source. False where the rule was checked before and nothing it rests on has changed. */
bool mou_front_turn(struct mou_front *front, const struct mou_decl *decl);
/** The same for a rule of that memorandum, without a look at the rule. */
bool mou_front_turn_of(struct mou_front *front, uint32_t memorandum);
/** The turn goes back to whose it was. */
void mou_front_turn_back(struct mou_front *front, uint32_t owner);

#define MOU_NO_TEXT ((struct mou_text){"", 0})

/** First clause of that kind, NULL if there is none. */
struct mou_clause *mou_clause_find(const struct mou_decl *decl, enum mou_clause_kind kind);
/** Reports, unless the place holds something that could not be read and has its message; never NULL. */
struct mou_diagnostic *mou_front_report(struct mou_front *front, enum mou_diag_code code, struct mou_span span, struct mou_text a0, struct mou_text a1,
                                        struct mou_text a2);
/** Whether an error was reported within the place. */
bool mou_front_faulty(const struct mou_front *front, struct mou_span span);
/** Whether an unknown name may be declared where something could not be read: then nothing is to be said of it. */
bool mou_front_maybe_declared(const struct mou_front *front, const struct mou_name *name);
/** Unknown name of a class: with the nearest name, or the split of a run-together word. */
void mou_front_unknown(struct mou_front *front, const struct mou_name *name, struct mou_text what);
/* nearest.c */
/** The name that a misspelt one was meant for, among names of the class that `what` says (机关, 字段 …); empty if none is near. */
struct mou_text mou_front_nearest(const struct mou_front *front, struct mou_text name, struct mou_text what);
struct mou_text mou_front_nearest_code(const struct mou_code_table *table, struct mou_text name);

/** Index of a vocabulary name; reports and gives MOU_NO_INDEX when unknown. An empty name gives MOU_NO_INDEX silently. */
uint32_t mou_front_vocabulary(struct mou_front *front, enum mou_symbol_class symbol_class, const struct mou_name *name, struct mou_text what);
/** Whether the name is an amount in words, 伍万元整; then it is reported, with the amount in digits. */
bool mou_front_amount_in_words(struct mou_front *front, const struct mou_name *name);
/** Index of a rule's name as seen from a memorandum; reports. */
uint32_t mou_front_rule(struct mou_front *front, enum mou_symbol_class symbol_class, uint32_t memorandum, const struct mou_name_ref *ref,
                        struct mou_text what);
/** The keyword's own text in the source. */
struct mou_text mou_front_source_text(const struct mou_front *front, struct mou_span span);
uint32_t mou_field_find(const struct mou_fields *fields, struct mou_text name);

/* names_vocabulary.c, names_rules.c */
void mou_names_vocabulary(struct mou_front *front, struct mou_decl *decl);
void mou_names_link_vocabulary(struct mou_front *front, struct mou_decl *decl);
/** Kinds, and record types, are tables of the record store, which does not tell their names apart by case. */
void mou_names_check_letters(struct mou_front *front);
/** No record is part of itself, directly or round about. */
void mou_names_check_nesting(struct mou_front *front);
void mou_names_rule(struct mou_front *front, struct mou_decl *decl, uint32_t memorandum);
/** Where the rules of each table were found last; all zero at first. */
struct mou_names_places { size_t parameters, definitions, tables, findings, measures, repairs, duties, matters, assertions, tests, fixtures; };
/** Makes the entry of a declaration that of another one of the same kind and name, to be checked. Declarations come in their order. */
void mou_names_renew(struct mou_program *program, const struct mou_decl *old, struct mou_decl *decl, struct mou_names_places *places);

#endif
