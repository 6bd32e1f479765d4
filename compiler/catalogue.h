/*
 * Catalogues of measures with their editions, and degrees in their order. Used by the names, types, law and emit stages.
 */
#ifndef MOU_COMPILER_CATALOGUE_H
#define MOU_COMPILER_CATALOGUE_H

#include "names.h"

/** Name of the code table of degrees. */
#define MOU_DEGREE_TABLE MOU_TEXT("程度")

/** The degree that a word names, MOU_DEGREE_NONE if it names none. */
enum mou_degree mou_degree_of(struct mou_text word);
/** The same of a name in a rule; reports a word that is no degree, with the nearest one. */
enum mou_degree mou_degree_known(struct mou_front *front, const struct mou_name *name);
/** The word of a degree, empty for MOU_DEGREE_NONE. */
struct mou_text mou_degree_word(enum mou_degree degree);
/** Whether the degree is one of a sanction, which have an order, and not 优先. */
bool mou_degree_ordered(enum mou_degree degree);
/** Index of the code table 程度, which every program has once it is asked for; MOU_NO_INDEX when memory ran out. */
uint32_t mou_degree_table(struct mou_front *front);

/** Puts one edition and its items into the program's tables. */
void mou_catalogue_declare(struct mou_front *front, struct mou_decl *decl);
/** Resolves whom the items of one edition cover. */
void mou_catalogue_link(struct mou_front *front, const struct mou_decl *decl);
/**
 * The item of the same code as `item` in the edition against which a memorandum is held: the one in force on its effective date, the
 * first one where the catalogue is younger, the last one where the memorandum has no date. MOU_NO_INDEX if that edition lacks it.
 */
uint32_t mou_catalogue_item(const struct mou_program *program, uint32_t item, const struct mou_memorandum *memorandum);
/** Whether a subject kind is covered by the item; an item that names no kinds covers all. */
bool mou_catalogue_covers(const struct mou_item *item, uint32_t kind);
/** The kind of subject on which a reach makes a measure fall; MOU_NO_INDEX if it is not known. */
uint32_t mou_catalogue_reached(const struct mou_program *program, const struct mou_reach *reach);
/** Finds the edition with which a measure ends because it no longer allows it, warns, and sets measure->dropped. */
void mou_catalogue_follow(struct mou_front *front, struct mou_measure *measure);

#endif
