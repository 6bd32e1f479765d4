/*
 * The store as columns: every subject with what the pack's rules look at, as known at one time, read in one pass per table and cut into batches without asking the
 * database again. snapshot_read.c reads the tables, snapshot_place.c and snapshot_subjects.c make columns of them (on a second thread, if there may be one), snapshot_order.c puts rows
 * in order, snapshot_zones.c sums up blocks of them, snapshot_batch.c cuts batches. Never the truth, which is in the database. Nobody outside store/ includes it.
 */
#ifndef MOU_STORE_SNAPSHOT_H
#define MOU_STORE_SNAPSHOT_H

#include "table_scan.h"

/** Rows of a column: numbers in the narrowest width that holds them, or texts that are too many to be numbered. */
struct mou_snapshot_column {
    const void *values;      /**< numbers, `width` bytes each, signed; texts that are numbered: numbers of the snapshot's texts; NULL for others */
    uint32_t width;          /**< 1, 2, 4 or 8; 0: no row is known, or no rule looks at it, or texts that are not numbered */
    const uint64_t *known;   /**< bit per row; NULL: all are known */
    const uint64_t *offsets; /**< texts that are not numbered: row -> begin in `bytes`, one more at the end; else NULL */
    const char *bytes;
    uint64_t byte_count;     /**< of `bytes`, in a stored snapshot */
    const struct mou_zone *zones; /**< of records at top level: one for every MOU_ZONE_SUBJECTS subjects; NULL: none were made */
};

#define MOU_ZONE_SUBJECTS 2048u

struct mou_snapshot_record {
    uint32_t row_count;
    const uint32_t *first;  /**< subject -> its first row; subject_count + 1 entries; NULL without rows */
    const uint32_t *parent; /**< row -> row of the parent type; NULL at top level */
    const uint64_t *ends;   /**< at top level: bit of each row that is its subject's last */
    const uint64_t *some;   /**< at top level: bit of each subject that has rows */
    struct mou_snapshot_column *fields;
    bool late;              /**< in a stored snapshot: who looks at its arrays asks mou_snapshot_intact first, and takes no number in them for granted */
};

/** Rows by the subject at the `from` end. */
struct mou_snapshot_relation {
    uint32_t row_count;
    const uint32_t *first; /**< from subject -> its first row; subject_count + 1 entries; NULL without rows */
    const uint32_t *from;
    const uint32_t *to;
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
    uint32_t subject_count;     /**< in byte order of identifiers */
    const uint64_t *id_offsets; /**< subject -> begin in `ids`, one more at the end */
    const char *ids;
    uint64_t id_bytes;          /**< of `ids`, in a stored snapshot */
    const uint32_t *kinds;
    const uint64_t *types; /**< subject -> bit (type mod 64) for each record type that it has rows of: most have few */
    struct mou_snapshot_column **attributes; /**< [kind][attribute], over all subjects */
    struct mou_snapshot_record *records;
    struct mou_snapshot_relation *relations;
    const uint32_t *neighbour_first; /**< subject -> subjects at the other ends of its relations, in both directions */
    const uint32_t *neighbours;
    const struct mou_snapshot_objection *objections; /**< by subject */
    const uint32_t *objection_first; /**< subject -> its first objection; subject_count + 1 entries; NULL without any */
    uint32_t objection_count;
    uint32_t tables_by_pages, tables_by_statements; /**< how it was read */
    void *mapping; /**< of the file that the arrays lie in; NULL: they lie in the arena */
    size_t mapping_bytes;
    struct mou_snapshot_seals *seals; /**< of a stored snapshot: which of its blocks were found unaltered */
    struct mou_intern *texts; /**< the pack's, and behind them those of columns with numbered texts */
};

/** Whether a run wants keys, to cite records, or only counts outcomes. */
enum mou_snapshot_purpose { MOU_SNAPSHOT_COUNT, MOU_SNAPSHOT_CITE };

struct mou_snapshot_request {
    mou_time known_at;
    enum mou_snapshot_purpose purpose;
    enum mou_scan_way way;
    bool second_thread; /**< one may read while another makes columns */
};

/** Reads all subjects known at the time asked for, inside the transaction at hand. On failure the store's message says why. */
enum mou_status mou_snapshot_read(struct mou_store *store, const struct mou_snapshot_request *request, struct mou_snapshot **snapshot) MOU_MUST_USE;
void mou_snapshot_free(struct mou_snapshot *snapshot); /**< NULL is fine */

/** Tables of columns without rows, for the snapshot's pack. False when memory ran out. */
bool mou_snapshot_make_room(struct mou_snapshot *snapshot) MOU_MUST_USE;

/* ---- snapshot_order.c */

/**
 * Order of rows by key and, within one key, as they came: order[row] receives the number of the entry. Entries with key MOU_SNAPSHOT_DROPPED are left out.
 * *order NULL: all entries, as they came. False when memory ran out.
 */
#define MOU_SNAPSHOT_DROPPED UINT32_MAX
bool mou_snapshot_sort(struct mou_arena *arena, const uint32_t *keys, uint32_t count, const uint32_t **order, uint32_t *row_count) MOU_MUST_USE;
/** Where each of `count` entries went, MOU_SNAPSHOT_DROPPED: nowhere; NULL when memory ran out. */
const uint32_t *mou_snapshot_places(struct mou_arena *arena, const uint32_t *order, uint32_t row_count, uint32_t count) MOU_MUST_USE;
/** First row of each key below `key_count`, one more at the end. NULL when memory ran out. */
const uint32_t *mou_snapshot_first(struct mou_arena *arena, const uint32_t *sorted_keys, uint32_t row_count, uint32_t key_count) MOU_MUST_USE;

/** The same as bits: the last row of each key, and the keys that have rows. False when memory ran out. */
bool mou_snapshot_mark(struct mou_arena *arena, const uint32_t *sorted_keys, uint32_t row_count, uint32_t key_count, const uint64_t **ends,
                       const uint64_t **some) MOU_MUST_USE;

/** How cells become a column. */
struct mou_snapshot_fill {
    const struct mou_scan_cells *cells;
    const uint32_t *order;      /**< row -> cell; NULL: as they came */
    bool sparse;                /**< `order` has MOU_SNAPSHOT_DROPPED for rows without a cell */
    uint32_t row_count;
    bool has_default;           /**< where a cell is unknown */
    int64_t default_value;
    struct mou_text default_text;
    struct mou_intern *texts;   /**< takes texts that can be numbered */
};
bool mou_snapshot_fill_column(struct mou_arena *arena, const struct mou_snapshot_fill *fill, struct mou_snapshot_column *column) MOU_MUST_USE;

/* ---- snapshot_zones.c */

/** Makes the zones of all columns that can have some. False when memory ran out. */
bool mou_snapshot_make_zones(struct mou_snapshot *snapshot) MOU_MUST_USE;
/** How many zones a column of records has. */
uint32_t mou_snapshot_zone_count(const struct mou_snapshot *snapshot);
/** zones[field] of all rows of a record type at top level that subjects [first, first + count) have, and perhaps a few more. False where nothing is known, or there are no rows. */
bool mou_snapshot_zones(const struct mou_snapshot *snapshot, uint32_t type, uint32_t first, uint32_t count, struct mou_zone *zones);

/* ---- snapshot_place.c */

/** A table as it was read. */
enum mou_placed { MOU_PLACED_SUBJECTS, MOU_PLACED_ATTRIBUTES, MOU_PLACED_RECORDS, MOU_PLACED_RELATIONS };
struct mou_placed_table {
    enum mou_placed kind;
    uint32_t index; /**< subject kind or record type */
    struct mou_arena *arena;
    const uint32_t *fields; /**< column of the rows -> field, behind the fixed ones; NULL: there are none */
    uint32_t first_field;   /**< columns before the fields */
    bool versions;          /**< the first column is the version */
    uint32_t subject_column, key_column; /**< of records; the key's only where objections to them were lodged */
    struct mou_scan_rows rows;
};

/** One objection as it was lodged. */
struct mou_told_objection {
    int64_t subject_id;
    uint32_t number; /**< in the order in which they were lodged */
    struct mou_text key;
    mou_date lodged, closed;
};
/** Objections to records of one type, by subject. */
struct mou_objected {
    MOU_VEC(struct mou_told_objection) told;
    struct mou_scan_set subjects; /**< those concerned */
};
/** A row, and the objection that is about it. */
struct mou_contested_row {
    uint32_t number;
    struct mou_snapshot_objection found;
};

/** Columns being made. */
struct mou_placing {
    struct mou_snapshot *snapshot;
    struct mou_arena *arena;       /**< what later tables ask of earlier ones */
    const uint32_t *number_of;     /**< database id -> subject, MOU_SNAPSHOT_DROPPED where unknown */
    int64_t id_max;
    uint64_t *types;               /**< the snapshot's */
    struct mou_placed_versions {
        const int64_t *versions; /**< ascending, as they were read */
        const uint32_t *place;   /**< as they were read -> row */
        const uint32_t *subject; /**< row -> subject */
        uint32_t count;
    } *versions;                 /**< per record type */
    struct mou_objected *objected; /**< per record type */
    MOU_VEC(struct mou_contested_row) contested;
    struct mou_text strange_kind; /**< a subject kind that the pack has not */
    bool damaged;                 /**< fields of a relation row cannot be read */
};

/** False where memory ran out, or `strange_kind` or `damaged` says what is wrong. Tables: subjects first, record types after their parent types, relations last. */
bool mou_place_table(struct mou_placing *placing, const struct mou_placed_table *table) MOU_MUST_USE;

/* ---- snapshot_objections.c */

/** Objections known at the time asked for, by record type, in the arena. */
enum mou_status mou_objected_read(struct mou_store *store, mou_time known_at, struct mou_arena *arena, struct mou_objected **objected) MOU_MUST_USE;
/** Finds the rows of a record table that objections are about; `order` as from mou_snapshot_sort. False when memory ran out. */
bool mou_place_contested(struct mou_placing *placing, const struct mou_placed_table *table, const uint32_t *order, uint32_t row_count) MOU_MUST_USE;
/** The snapshot's objections, when all tables are placed. False when memory ran out. */
bool mou_place_objections(const struct mou_placing *placing, struct mou_arena *scratch) MOU_MUST_USE;

/* ---- snapshot_subjects.c */

bool mou_place_subjects(struct mou_placing *placing, const struct mou_placed_table *table) MOU_MUST_USE;
uint32_t mou_place_subject(const struct mou_placing *placing, int64_t id);

/* ---- snapshot_file.c */

/** Of what a stored snapshot is one. */
struct mou_snapshot_key {
    unsigned char pack[32];  /**< hash of the pack */
    unsigned char reads[32]; /**< hash over what this program reads for it, and over the numbers of its texts */
    int64_t import;          /**< the newest import that it contains; 0: none */
    unsigned char salt[32];  /**< the random bytes of that import: no other history has it */
};
/** Fills in what depends on the pack. False when memory ran out. */
bool mou_snapshot_key_of_pack(const struct mou_pack *pack, struct mou_snapshot_key *key) MOU_MUST_USE;
/** Writes the snapshot as a private file that takes the place of another one as a whole. False where that was not possible, or another program is at it. */
bool mou_snapshot_save(const struct mou_snapshot *snapshot, const struct mou_snapshot_key *key, const char *path) MOU_MUST_USE;
/**
 * The stored snapshot, if there is one, of this format and of `key`'s pack, unaltered but perhaps for what is checked when it is looked at; *key then receives of which import. NULL otherwise,
 * or when memory ran out. Who looks at identifiers asks mou_snapshot_named first, who looks at rows mou_snapshot_intact.
 */
struct mou_snapshot *mou_snapshot_load(const struct mou_pack *pack, const char *path, struct mou_snapshot_key *key) MOU_MUST_USE;

/** Whether the identifiers are unaltered, too, and lead nowhere else. */
bool mou_snapshot_named(const struct mou_snapshot *snapshot) MOU_MUST_USE;
/** Whether this part of an array is as it was written. Any thread may ask; a block of the file is summed up once. */
bool mou_snapshot_intact(const struct mou_snapshot *snapshot, const void *part, uint64_t len) MOU_MUST_USE;
/** Whether everything is. */
bool mou_snapshot_whole(const struct mou_snapshot *snapshot) MOU_MUST_USE;
/** Says that what was looked at of a large stored snapshot so far need not stay in the program's memory; it is there again when it is looked at. */
void mou_snapshot_pass(const struct mou_snapshot *snapshot);

/* ---- snapshot_batch.c */

/** Cuts batches out of a snapshot; one for each thread. */
struct mou_snapshot_cutter;
/** `related` (a bit per subject, borrowed) marks those that others need, see mou_pack_related_types; NULL: all. NULL when memory ran out. */
struct mou_snapshot_cutter *mou_snapshot_cutter_new(const struct mou_snapshot *snapshot, const uint64_t *related) MOU_MUST_USE;
void mou_snapshot_cutter_free(struct mou_snapshot_cutter *cutter); /**< NULL is fine */
/** What is cut out. */
struct mou_snapshot_piece {
    uint32_t first, count;   /**< subjects [first, first + count) as core */
    const uint32_t *chosen;  /**< not NULL: `count` of these instead, each once */
    bool to_count;           /**< for mou_machine_count alone: nobody is named */
    bool without_objections; /**< as if there were none */
    const bool *idle;        /**< not NULL: record types no row of which can matter, see mou_machine_find_idle; those of the subjects themselves are left out */
};
/** The piece's subjects as core, and what is related to them. The batch lives until the next call. NULL when memory ran out, or the stored snapshot is not what it should be. */
const struct mou_batch *mou_snapshot_cut_piece(struct mou_snapshot_cutter *cutter, const struct mou_snapshot_piece *piece);
/** Whether the last piece could not be cut for that. */
bool mou_snapshot_cutter_damaged(const struct mou_snapshot_cutter *cutter);
/** The same of neighbouring subjects, whole. */
const struct mou_batch *mou_snapshot_cut(struct mou_snapshot_cutter *cutter, uint32_t first, uint32_t count);

#endif
