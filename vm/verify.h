/*
 * The verifier: accepts exactly the packs on which the machine cannot fault, so that nothing behind it has to check
 * again. One file per concern (layout, vocabulary, code, rules); each check refuses with section, entry and reason.
 * Called by pack.c alone.
 */
#ifndef MOU_VM_VERIFY_H
#define MOU_VM_VERIFY_H

#include "machine.h"

struct mou_verifier {
    const struct mou_pack *pack;
    struct mou_arena *arena; /**< scratch, released after verification */
    struct mou_buf *message; /**< may be NULL */
    bool out_of_memory;
};

/**
 * Begins a refusal with "section[entry]: " (section MOU_PACK_NONE: the header, entry MOU_PACK_NONE: the section as a
 * whole); false where nobody listens.
 */
bool mou_verify_place(struct mou_verifier *verifier, uint32_t section, uint32_t entry);
/** Refuses with a formatted reason; the value of the expression is false. */
#define MOU_REFUSE(verifier, section, entry, ...)                                                                      \
    (mou_verify_place((verifier), (section), (entry))                                                                  \
         ? ((void)mou_buf_printf((verifier)->message, __VA_ARGS__), false)                                             \
         : false)

/** Magic, version, sizes, hash and section table, before any section is touched. */
bool mou_verify_layout(struct mou_verifier *verifier, const unsigned char *bytes, size_t len);
/** The strings are UTF-8. */
bool mou_verify_strings(struct mou_verifier *verifier);
/** Sources, kinds, fields, records, relations, codes, catalogue, memoranda, parameters, calendar, pools. */
bool mou_verify_vocabulary(struct mou_verifier *verifier);
/** Frames. */
bool mou_verify_frames(struct mou_verifier *verifier);
/** Instructions, decision tables and the cost bound. */
bool mou_verify_code(struct mou_verifier *verifier);
/** Findings, grounds, measures, reaches, grants, notes, repairs, duties, matters. */
bool mou_verify_rules(struct mou_verifier *verifier);

/* Checks shared by the files above. */

/** A text reference lies inside the strings and cuts no character. */
bool mou_verify_text(struct mou_verifier *verifier, uint32_t section, uint32_t entry, const char *member,
                     struct mou_pack_text text);
/** `value` < `count`, or MOU_PACK_NONE where `optional`. */
bool mou_verify_index(struct mou_verifier *verifier, uint32_t section, uint32_t entry, const char *member,
                      uint32_t value, uint32_t count, bool optional);
/** [first, first + count) lies inside `total`. */
bool mou_verify_range(struct mou_verifier *verifier, uint32_t section, uint32_t entry, const char *member,
                      uint32_t first, uint32_t count, uint32_t total);
/** A span lies inside its source's text at character boundaries, or is the span of nothing. */
bool mou_verify_span(struct mou_verifier *verifier, uint32_t section, uint32_t entry, struct mou_pack_span span);

#endif
