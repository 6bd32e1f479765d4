/*
 * The store as columns: every subject with what the pack's rules look at, as known at one time, read in one pass per table and cut into
 * batches without asking the database again. snapshot_read.c fills it, snapshot_order.c puts rows in order, snapshot_batch.c cuts batches.
 * Never the truth: it lives as long as a run. Nobody outside store/ includes it.
 */
#ifndef MOU_STORE_SNAPSHOT_H
#define MOU_STORE_SNAPSHOT_H

#include "store_internal.h"

/** Rows of a column: numbers in the narrowest width that holds them, or texts. */
struct mou_snapshot_column {
    void *values;      /**< numbers, `width` bytes each, signed; NULL for texts */
    uint32_t width;    /**< 1, 2, 4 or 8; 0: no row is known, or no rule looks at it */
    uint64_t *known;   /**< bit per row; NULL: all are known */
    uint64_t *offsets; /**< texts: row -> begin in `bytes`, one more at the end; NULL for numbers */
    char *bytes;
};

struct mou_snapshot_record {
    uint32_t row_count;
    uint32_t *first;  /**< subject -> its first row; subject_count + 1 entries */
    uint32_t *parent; /**< row -> row of the parent type; NULL at top level */
    struct mou_snapshot_column *fields;
};

/** Rows by the subject at the `from` end. */
struct mou_snapshot_relation {
    uint32_t row_count;
    uint32_t *first; /**< from subject -> its first row; subject_count + 1 entries */
    uint32_t *from;
    uint32_t *to;
    struct mou_snapshot_column since, until;
    struct mou_snapshot_column *fields;
};

struct mou_snapshot_objection {
    uint32_t subject, record, row;
    mou_date lodged, closed;
};

struct mou_snapshot {
    const struct mou_pack *pack;
    struct mou_arena *arena;
    uint32_t subject_count; /**< in byte order of identifiers */
    uint64_t *id_offsets;   /**< subject -> begin in `ids`, one more at the end */
    char *ids;
    uint32_t *kinds;
    uint64_t *types; /**< subject -> bit (type mod 64) for each record type that it has rows of: most have few */
    struct mou_snapshot_column **attributes; /**< [kind][attribute], over all subjects */
    struct mou_snapshot_record *records;
    struct mou_snapshot_relation *relations;
    uint32_t *neighbour_first; /**< subject -> subjects at the other ends of its relations, in both directions */
    uint32_t *neighbours;
    struct mou_snapshot_objection *objections; /**< by subject */
    uint32_t *objection_first; /**< subject -> its first objection; subject_count + 1 entries */
};

/** Whether a run wants keys, to cite records, or only counts outcomes. */
enum mou_snapshot_purpose { MOU_SNAPSHOT_COUNT, MOU_SNAPSHOT_CITE };

/** Reads all subjects known at `known_at`, inside the transaction at hand. On failure the store's message says why. */
enum mou_status mou_snapshot_read(struct mou_store *store, mou_time known_at, enum mou_snapshot_purpose purpose, struct mou_snapshot **snapshot) MOU_MUST_USE;
void mou_snapshot_free(struct mou_snapshot *snapshot); /**< NULL is fine */

/* ---- snapshot_order.c */

/** Cells of one column in the order read, while their number is not yet known. Texts: begins in `bytes`. */
struct mou_snapshot_cells {
    MOU_VEC(int64_t) values;
    MOU_VEC(uint32_t) lengths; /**< texts only */
    MOU_VEC(uint8_t) known;
    struct mou_buf *bytes; /**< NULL for numbers */
};

/** place[i]: row of the i-th cell read, of `row_count` rows; NULL: in order. Cells that were never read stay unknown. False when memory ran out. */
bool mou_snapshot_place(struct mou_arena *arena, const struct mou_snapshot_cells *cells, const uint32_t *place, uint32_t row_count,
                        struct mou_snapshot_column *column) MOU_MUST_USE;
/**
 * Counting sort: place[i] receives the row of entry i when entries are ordered by key and, within one key, as they come; first (key_count + 1 entries) the
 * first row of each key. False when memory ran out.
 */
bool mou_snapshot_sort(struct mou_arena *arena, const uint32_t *keys, uint32_t count, uint32_t key_count, uint32_t **place, uint32_t **first) MOU_MUST_USE;

/* ---- snapshot_batch.c */

/** Cuts batches out of a snapshot; one for each thread. */
struct mou_snapshot_cutter;
/** `related` (a bit per subject, borrowed) marks those that others need, see mou_pack_related_types; NULL: all. NULL when memory ran out. */
struct mou_snapshot_cutter *mou_snapshot_cutter_new(const struct mou_snapshot *snapshot, const uint64_t *related) MOU_MUST_USE;
void mou_snapshot_cutter_free(struct mou_snapshot_cutter *cutter); /**< NULL is fine */
/** Subjects [first, first + count) as core, and what is related to them. The batch lives until the next call. NULL when memory ran out. */
const struct mou_batch *mou_snapshot_cut(struct mou_snapshot_cutter *cutter, uint32_t first, uint32_t count);

#endif
