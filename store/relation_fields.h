/*
 * Fields of relation rows (a shareholder's share): checked like other cells, kept with the row as one JSON object. Used by the intake and by both
 * readers. Nobody outside store/ includes it.
 */
#ifndef MOU_STORE_RELATION_FIELDS_H
#define MOU_STORE_RELATION_FIELDS_H

#include "intake.h"

/** Number of the relation of that name in the pack, UINT32_MAX if there is none. */
uint32_t mou_relation_number(const struct mou_pack *pack, struct mou_text name);
/** Whether any relation of the pack has a field of that name. */
bool mou_relation_field_known(const struct mou_pack *pack, struct mou_text name);
/**
 * Appends the offered cells as they are kept, in the order of the vocabulary; nothing where none is filled. What does not fit puts the row at hand into
 * quarantine, and *fits is false.
 */
enum mou_status mou_relation_fields_check(struct mou_intake *intake, uint32_t relation, const struct mou_named_cells *offered, struct mou_buf *kept,
                                          bool *fits) MOU_MUST_USE;
/** Cells of a kept object by the relation's fields, texts in the arena; empty text: all unknown. False when memory ran out or it is no such object. */
bool mou_relation_fields_read(const struct mou_pack *pack, uint32_t relation, struct mou_text kept, struct mou_arena *arena,
                              struct mou_checked *cells) MOU_MUST_USE;
/** Notes that a kept object is not one that was written here (or memory ran out over it), and gives the status for it. */
enum mou_status mou_relation_fields_damaged(struct mou_store *store);

#endif
