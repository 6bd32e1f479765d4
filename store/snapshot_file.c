/*
 * A snapshot as a file beside the database: a header, the arrays as they lie in memory, the plan that says where each is, a checksum for every block. It is mapped, not
 * read, and used only as far as it is as it was written, which blocks of rows are asked when it is their turn; otherwise it is as if there were none. Written under another name
 * and renamed, so that who has the old one mapped keeps it. Who may be trusted with the database may be trusted with this file: checksums find accidents, not forgers; but no
 * file, whoever made it, leads outside its arrays (snapshot_check.c, snapshot_batch.c). Used by summary.c, and by who cuts batches out of it.
 */
#define _DEFAULT_SOURCE 1 /* for madvise */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "snapshot.h"
#include "snapshot_check.h"

#define FORMAT 4u
#define BYTE_ORDER_MARK 0x01020304u
#define HEADER_BYTES ((uint64_t)sizeof(struct header))
#define BLOCK_BYTES 65536u
#define ALIGNMENT 64u
#define FILE_BYTES_MAX ((uint64_t)1 << 40)
#define PLAN_BYTES_MAX ((size_t)64 * 1024 * 1024)
#define PATH_BYTES_MAX ((size_t)65536)
#define RESIDENT_BYTES ((uint64_t)64 * 1024 * 1024) /**< so much of a large file stays in memory while it is read from one end to the other */
#define LARGE_BYTES ((uint64_t)256 * 1024 * 1024)

static const char magic[8] = {'M', 'O', 'U', '-', 'C', 'O', 'L', 'S'};

struct header {
    char magic[8];
    uint32_t format, byte_order;
    uint64_t file_bytes;
    struct mou_snapshot_key key;
    uint64_t data_end;   /**< arrays lie in [HEADER_BYTES, data_end) */
    uint64_t plan_words; /**< behind them */
    uint64_t blocks;     /**< checksums, behind the plan */
    uint64_t plan_sum, blocks_sum;
    uint64_t names_at;   /**< identifiers lie from here to data_end: who only counts does not look at them */
    uint64_t rows_at;    /**< rows that are checked when they are looked at lie from here to names_at; arrays begin at a multiple of ALIGNMENT */
    uint64_t header_sum; /**< of all that stands before */
};
_Static_assert(sizeof(struct header) % ALIGNMENT == 0, "arrays are aligned");

/* ---------------------------------------------------------- checksums */

#define MULTIPLIER 0x9e3779b97f4a7c15u

#define LANES 8u

/**
 * Lanes each step of which turns different states into different ones: an alteration within eight neighbouring bytes, and most others, always shows. So many of them that the
 * processor need not wait for its multiplications. The bytes behind the last eight count as zeros.
 */
static uint64_t checksum(const unsigned char *bytes, uint64_t len)
{
    uint64_t lanes[LANES] = {1, 2, 3, 4, 5, 6, 7, len};
    uint64_t at = 0;
    for (; len - at >= LANES * 8; at += LANES * 8) {
        for (unsigned i = 0; i < LANES; i++) {
            uint64_t word = 0;
            memcpy(&word, bytes + at + 8 * (size_t)i, sizeof word);
            lanes[i] = (lanes[i] ^ word) * MULTIPLIER;
            lanes[i] ^= lanes[i] >> 29;
        }
    }
    for (unsigned i = 0; at < len; i++) {
        uint64_t word = 0;
        const size_t part = len - at < 8 ? (size_t)(len - at) : 8;
        memcpy(&word, bytes + at, part);
        lanes[i] = (lanes[i] ^ word) * MULTIPLIER;
        lanes[i] ^= lanes[i] >> 29;
        at += part;
    }
    uint64_t sum = 0;
    for (unsigned i = 0; i < LANES; i++) {
        sum = (sum ^ lanes[i]) * MULTIPLIER;
        sum ^= sum >> 32;
    }
    return sum;
}

static uint64_t block_count(uint64_t data_end)
{
    return (data_end - HEADER_BYTES + BLOCK_BYTES - 1) / BLOCK_BYTES;
}

static uint64_t block_sum(const unsigned char *file, uint64_t data_end, uint64_t block)
{
    const uint64_t begin = HEADER_BYTES + block * BLOCK_BYTES;
    return checksum(file + begin, data_end - begin < BLOCK_BYTES ? data_end - begin : BLOCK_BYTES);
}

/** Pages of a large file that was mapped go from the program's memory, not from the system's: they come back when they are looked at. */
static void forget_pages(const unsigned char *file, uint64_t file_bytes)
{
    if (file_bytes > LARGE_BYTES) {
        (void)madvise((void *)(uintptr_t)file, (size_t)file_bytes, MADV_DONTNEED);
    }
}

/** After every so many blocks that were looked at one after the other. */
static void forget_blocks(const unsigned char *file, uint64_t file_bytes, uint64_t block)
{
    if ((block + 1) % (RESIDENT_BYTES / BLOCK_BYTES) == 0) {
        forget_pages(file, file_bytes);
    }
}

/* ---------------------------------------------------------- all that a snapshot is made of, in order */

/** Goes through a snapshot: writing notes and bytes, or taking from the notes where bytes are. */
struct walk {
    int file;                /**< -1: taking */
    uint64_t at;             /**< end of what was written */
    uint64_t rows_at, names_at;
    struct mou_buf plan;     /**< writing: notes */
    const uint64_t *notes;   /**< taking */
    uint64_t note_count, next;
    const unsigned char *base;
    uint64_t data_end;
    bool failed;
};

static bool write_all(int file, const void *bytes, uint64_t len)
{
    const char *at = bytes;
    while (len > 0) {
        const ssize_t written = write(file, at, len < ((uint64_t)1 << 30) ? (size_t)len : (size_t)1 << 30);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return false;
        }
        at += written;
        len -= (uint64_t)written;
    }
    return true;
}

/** A number of the snapshot, as it is, or as it was noted. */
static uint64_t walk_number(struct walk *walk, uint64_t number)
{
    if (walk->file >= 0) {
        mou_buf_append(&walk->plan, &number, sizeof number);
        return number;
    }
    if (walk->next >= walk->note_count) {
        walk->failed = true;
        return 0;
    }
    return walk->notes[walk->next++];
}

static uint32_t walk_count(struct walk *walk, uint32_t count)
{
    const uint64_t number = walk_number(walk, count);
    walk->failed = walk->failed || number >= UINT32_MAX - 64;
    return walk->failed ? 0 : (uint32_t)number;
}

/** An array of `count` elements, which may be missing. */
static const void *walk_array(struct walk *walk, const void *array, uint64_t count, size_t size)
{
    static const char zeros[ALIGNMENT];
    if (walk->failed || (walk->file < 0 && count > FILE_BYTES_MAX / size)) {
        walk->failed = true;
        return NULL;
    }
    if (walk->file < 0) {
        const uint64_t offset = walk_number(walk, 0);
        const bool fits = offset == 0 || (offset >= HEADER_BYTES && offset % ALIGNMENT == 0 && offset <= walk->data_end && count * size <= walk->data_end - offset);
        walk->failed = walk->failed || !fits;
        return walk->failed || offset == 0 ? NULL : walk->base + offset;
    }
    (void)walk_number(walk, array != NULL ? walk->at : 0);
    if (array != NULL) {
        const uint64_t padding = (ALIGNMENT - count * size % ALIGNMENT) % ALIGNMENT;
        walk->failed = !write_all(walk->file, array, count * size) || !write_all(walk->file, zeros, padding);
        walk->at += count * size + padding;
    }
    return array;
}

static void walk_column(struct walk *walk, uint32_t rows, struct mou_snapshot_column *column)
{
    column->width = (uint32_t)walk_number(walk, column->width);
    if (column->width > 8 || (column->width & (column->width - 1)) != 0) {
        walk->failed = true;
        return;
    }
    column->values = walk_array(walk, column->values, (uint64_t)rows * column->width, 1);
    column->known = walk_array(walk, column->known, ((uint64_t)rows + 63) / 64, sizeof *column->known);
    column->offsets = walk_array(walk, column->offsets, (uint64_t)rows + 1, sizeof *column->offsets);
    column->byte_count = walk_number(walk, column->offsets != NULL && walk->file >= 0 ? column->offsets[rows] : 0);
    column->bytes = walk_array(walk, column->bytes, column->byte_count, 1);
}

/** Whether the rows of a type need not be checked before they are looked at: no other rows hang from them, and all of them are numbers. */
static bool may_be_late(const struct mou_snapshot *snapshot, uint32_t type)
{
    const struct mou_pack *pack = snapshot->pack;
    bool may = mou_pack_record(pack, type).parent == UINT32_MAX;
    for (uint32_t i = 0; i < mou_pack_record_count(pack); i++) {
        may = may && mou_pack_record(pack, i).parent != type;
    }
    for (uint32_t f = 0; f < mou_pack_record(pack, type).field_count; f++) {
        may = may && snapshot->records[type].fields[f].offsets == NULL;
    }
    return may;
}

/** What is there of rows of each type, and what zones say of them. */
static void walk_zones(struct walk *walk, struct mou_snapshot *snapshot)
{
    for (uint32_t i = 0; i < mou_pack_record_count(snapshot->pack) && !walk->failed; i++) {
        struct mou_snapshot_record *record = &snapshot->records[i];
        record->row_count = walk_count(walk, record->row_count);
        record->late = walk_number(walk, may_be_late(snapshot, i) ? 1 : 0) != 0;
        for (uint32_t f = 0; f < mou_pack_record(snapshot->pack, i).field_count && !walk->failed; f++) {
            record->fields[f].zones = walk_array(walk, record->fields[f].zones, mou_snapshot_zone_count(snapshot), sizeof *record->fields[f].zones);
        }
    }
}

static void walk_records(struct walk *walk, struct mou_snapshot *snapshot, bool late)
{
    for (uint32_t i = 0; i < mou_pack_record_count(snapshot->pack) && !walk->failed; i++) {
        struct mou_snapshot_record *record = &snapshot->records[i];
        if (record->late != late) {
            continue;
        }
        record->first = walk_array(walk, record->first, (uint64_t)snapshot->subject_count + 1, sizeof *record->first);
        record->parent = walk_array(walk, record->parent, record->row_count, sizeof *record->parent);
        record->ends = walk_array(walk, record->ends, (uint64_t)record->row_count / 64 + 1, sizeof *record->ends);
        record->some = walk_array(walk, record->some, (uint64_t)snapshot->subject_count / 64 + 1, sizeof *record->some);
        for (uint32_t f = 0; f < mou_pack_record(snapshot->pack, i).field_count && !walk->failed; f++) {
            walk_column(walk, record->row_count, &record->fields[f]);
        }
    }
}

static void walk_relations(struct walk *walk, struct mou_snapshot *snapshot)
{
    const uint64_t subjects = snapshot->subject_count;
    for (uint32_t i = 0; i < mou_pack_relation_count(snapshot->pack); i++) {
        struct mou_snapshot_relation *relation = &snapshot->relations[i];
        relation->row_count = walk_count(walk, relation->row_count);
        relation->first = walk_array(walk, relation->first, subjects + 1, sizeof *relation->first);
        relation->from = walk_array(walk, relation->from, relation->row_count, sizeof *relation->from);
        relation->to = walk_array(walk, relation->to, relation->row_count, sizeof *relation->to);
        walk_column(walk, relation->row_count, &relation->since);
        walk_column(walk, relation->row_count, &relation->until);
        for (uint32_t f = 0; f < mou_pack_relation(snapshot->pack, i).field_count && !walk->failed; f++) {
            walk_column(walk, relation->row_count, &relation->fields[f]);
        }
    }
    snapshot->neighbour_first = walk_array(walk, snapshot->neighbour_first, subjects + 1, sizeof *snapshot->neighbour_first);
    const uint64_t neighbours = snapshot->neighbour_first != NULL ? snapshot->neighbour_first[subjects] : 0;
    snapshot->neighbours = walk_array(walk, snapshot->neighbours, neighbours, sizeof *snapshot->neighbours);
}

/** The texts behind the pack's own. */
static void walk_texts(struct walk *walk, struct mou_snapshot *snapshot)
{
    const uint32_t own = mou_intern_count(mou_pack_texts(snapshot->pack));
    const uint32_t count = walk_count(walk, mou_intern_count(snapshot->texts) - own);
    for (uint32_t i = 0; i < count && !walk->failed; i++) {
        const struct mou_text text = walk->file >= 0 ? mou_intern_text(snapshot->texts, own + i) : (struct mou_text){NULL, 0};
        const uint64_t len = walk_number(walk, text.len);
        const char *bytes = walk_array(walk, text.bytes, len, 1);
        if (walk->file < 0 && !walk->failed) {
            walk->failed = bytes == NULL || mou_intern_add(snapshot->texts, (struct mou_text){bytes, len}) != own + i;
        }
    }
}

static void walk_snapshot(struct walk *walk, struct mou_snapshot *snapshot)
{
    snapshot->subject_count = walk_count(walk, snapshot->subject_count);
    const uint64_t subjects = snapshot->subject_count;
    snapshot->kinds = walk_array(walk, snapshot->kinds, subjects, sizeof *snapshot->kinds);
    snapshot->types = walk_array(walk, snapshot->types, subjects, sizeof *snapshot->types);
    for (uint32_t i = 0; i < mou_pack_kind_count(snapshot->pack); i++) {
        for (uint32_t f = 0; f < mou_pack_attribute_count(snapshot->pack, i) && !walk->failed; f++) {
            walk_column(walk, snapshot->subject_count, &snapshot->attributes[i][f]);
        }
    }
    walk_zones(walk, snapshot);
    walk_records(walk, snapshot, false);
    walk_relations(walk, snapshot);
    snapshot->objection_count = walk_count(walk, snapshot->objection_count);
    snapshot->objections = walk_array(walk, snapshot->objections, snapshot->objection_count, sizeof *snapshot->objections);
    snapshot->objection_first = walk_array(walk, snapshot->objection_first, subjects + 1, sizeof *snapshot->objection_first);
    walk_texts(walk, snapshot);
    walk->rows_at = walk->at;
    walk_records(walk, snapshot, true);
    walk->names_at = walk->at;
    const uint64_t bytes = walk_number(walk, snapshot->id_offsets != NULL ? snapshot->id_offsets[subjects] : 0);
    snapshot->id_offsets = walk_array(walk, snapshot->id_offsets, subjects + 1, sizeof *snapshot->id_offsets);
    snapshot->ids = walk_array(walk, snapshot->ids, bytes, 1);
    snapshot->id_bytes = bytes;
}

/* ---------------------------------------------------------- key */

static void add_bit(struct mou_buf *out, bool bit)
{
    mou_buf_char(out, bit ? '1' : '0');
}

bool mou_snapshot_key_of_pack(const struct mou_pack *pack, struct mou_snapshot_key *key)
{
    struct mou_buf read;
    memset(key, 0, sizeof *key);
    memcpy(key->pack, mou_pack_hash(pack), sizeof key->pack);
    mou_buf_init(&read, NULL, PLAN_BYTES_MAX);
    for (uint32_t i = 0; i < mou_pack_kind_count(pack); i++) {
        for (uint32_t f = 0; f < mou_pack_attribute_count(pack, i); f++) {
            add_bit(&read, mou_pack_reads_attribute(pack, i, f));
        }
    }
    for (uint32_t i = 0; i < mou_pack_record_count(pack); i++) {
        add_bit(&read, mou_pack_reads_record(pack, i));
        for (uint32_t f = 0; f < mou_pack_record(pack, i).field_count; f++) {
            add_bit(&read, mou_pack_reads_field(pack, i, f));
        }
    }
    for (uint32_t i = 0; i < mou_pack_relation_count(pack); i++) {
        add_bit(&read, mou_pack_reads_relation(pack, i));
    }
    const struct mou_intern *texts = mou_pack_texts(pack);
    for (uint32_t i = 0; i < mou_intern_count(texts); i++) {
        const struct mou_text text = mou_intern_text(texts, i);
        mou_buf_printf(&read, "%zu:", text.len);
        mou_buf_append(&read, text.bytes, text.len);
    }
    const bool whole = !read.failed;
    mou_sha256(read.len > 0 ? read.data : "", read.len, key->reads);
    mou_buf_free(&read);
    return whole;
}

/* ---------------------------------------------------------- writing */

/** Plan and checksums behind the arrays, which have been written, and the header before them. */
static bool finish(struct walk *walk, const struct mou_snapshot_key *key)
{
    struct header header = {.format = FORMAT, .byte_order = BYTE_ORDER_MARK, .key = *key, .rows_at = walk->rows_at, .names_at = walk->names_at, .data_end = walk->at};
    memcpy(header.magic, magic, sizeof magic);
    header.plan_words = walk->plan.len / sizeof(uint64_t);
    header.blocks = block_count(walk->at);
    header.file_bytes = walk->at + (header.plan_words + header.blocks) * sizeof(uint64_t);
    header.plan_sum = checksum((const unsigned char *)walk->plan.data, walk->plan.len);
    const unsigned char *written = mmap(NULL, (size_t)walk->at, PROT_READ, MAP_SHARED, walk->file, 0);
    if (written == MAP_FAILED) {
        return false;
    }
    struct mou_buf sums;
    mou_buf_init(&sums, NULL, PLAN_BYTES_MAX);
    for (uint64_t block = 0; block < header.blocks; block++) {
        const uint64_t sum = block_sum(written, walk->at, block);
        mou_buf_append(&sums, &sum, sizeof sum);
        forget_blocks(written, walk->at, block);
    }
    header.blocks_sum = checksum((const unsigned char *)sums.data, sums.len);
    header.header_sum = checksum((const unsigned char *)&header, offsetof(struct header, header_sum));
    const bool whole = !sums.failed && write_all(walk->file, walk->plan.data, walk->plan.len) && write_all(walk->file, sums.data, sums.len) &&
                       lseek(walk->file, 0, SEEK_SET) == 0 && write_all(walk->file, &header, sizeof header);
    mou_buf_free(&sums);
    return munmap((void *)(uintptr_t)written, (size_t)walk->at) == 0 && whole;
}

static bool write_file(int file, const struct mou_snapshot *snapshot, const struct mou_snapshot_key *key)
{
    static const struct header empty;
    struct mou_snapshot shown = *snapshot; /* the walk notes in what it writes which types may be late, and changes nothing else */
    struct walk walk = {.file = file, .at = HEADER_BYTES};
    mou_buf_init(&walk.plan, NULL, PLAN_BYTES_MAX);
    bool whole = ftruncate(file, 0) == 0 && write_all(file, &empty, sizeof empty);
    if (whole) {
        walk_snapshot(&walk, &shown);
        whole = !walk.failed && !walk.plan.failed && finish(&walk, key);
    }
    mou_buf_free(&walk.plan);
    return whole;
}

/** The unfinished file, for this program alone; -1 where another one is at it. */
static int open_unfinished(const char *path)
{
    struct stat by_file;
    struct stat by_name;
    const int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (file < 0) {
        return -1;
    }
    const bool mine = flock(file, LOCK_EX | LOCK_NB) == 0 && fstat(file, &by_file) == 0 && stat(path, &by_name) == 0 && by_file.st_ino == by_name.st_ino &&
                      by_file.st_dev == by_name.st_dev && S_ISREG(by_file.st_mode) && fchmod(file, S_IRUSR | S_IWUSR) == 0;
    if (!mine) {
        (void)close(file);
        return -1;
    }
    return file;
}

bool mou_snapshot_save(const struct mou_snapshot *snapshot, const struct mou_snapshot_key *key, const char *path)
{
    assert(snapshot != NULL && key != NULL && path != NULL);
    struct mou_buf unfinished;
    mou_buf_init(&unfinished, NULL, PATH_BYTES_MAX);
    mou_buf_text(&unfinished, path);
    mou_buf_text(&unfinished, ".part");
    const int file = unfinished.failed ? -1 : open_unfinished(unfinished.data);
    bool saved = false;
    if (file >= 0) {
        saved = write_file(file, snapshot, key) && rename(unfinished.data, path) == 0;
        if (!saved) {
            (void)unlink(unfinished.data);
        }
        saved = close(file) == 0 && saved;
    }
    mou_buf_free(&unfinished);
    return saved;
}

/* ---------------------------------------------------------- reading */

static bool header_fits(const struct header *header, uint64_t file_bytes, const struct mou_snapshot_key *key)
{
    if (memcmp(header->magic, magic, sizeof magic) != 0 || header->format != FORMAT || header->byte_order != BYTE_ORDER_MARK ||
        header->header_sum != checksum((const unsigned char *)header, offsetof(struct header, header_sum)) || header->file_bytes != file_bytes) {
        return false;
    }
    const bool sizes_fit = header->rows_at >= HEADER_BYTES && header->rows_at <= header->names_at && header->names_at <= header->data_end && header->data_end % ALIGNMENT == 0 && header->data_end <= file_bytes &&
                           header->plan_words <= PLAN_BYTES_MAX / 8 && header->blocks == block_count(header->data_end) &&
                           (header->plan_words + header->blocks) * sizeof(uint64_t) == file_bytes - header->data_end;
    return sizes_fit && memcmp(header->key.pack, key->pack, sizeof key->pack) == 0 && memcmp(header->key.reads, key->reads, sizeof key->reads) == 0;
}

/** Blocks with arrays in [begin, end). Those of a large file do not all stay in memory. */
static bool blocks_fit(const struct header *header, const unsigned char *file, uint64_t begin, uint64_t end)
{
    const uint64_t *sums = (const uint64_t *)(const void *)(file + header->data_end) + header->plan_words;
    bool fit = true;
    for (uint64_t block = (begin - HEADER_BYTES) / BLOCK_BYTES; fit && HEADER_BYTES + block * BLOCK_BYTES < end; block++) {
        fit = block_sum(file, header->data_end, block) == sums[block];
        forget_blocks(file, header->file_bytes, block);
    }
    return fit;
}

/** All but rows that are checked when they are looked at, and identifiers. */
static bool content_fits(const struct header *header, const unsigned char *file)
{
    const uint64_t *plan = (const void *)(file + header->data_end);
    const uint64_t *sums = plan + header->plan_words;
    return checksum((const unsigned char *)plan, header->plan_words * sizeof *plan) == header->plan_sum &&
           checksum((const unsigned char *)sums, header->blocks * sizeof *sums) == header->blocks_sum && blocks_fit(header, file, HEADER_BYTES, header->rows_at);
}

bool mou_snapshot_named(const struct mou_snapshot *snapshot)
{
    assert(snapshot != NULL);
    const struct header *header = snapshot->mapping;
    return header == NULL || (blocks_fit(header, snapshot->mapping, header->names_at, header->data_end) && mou_snapshot_names_sound(snapshot));
}

bool mou_snapshot_whole(const struct mou_snapshot *snapshot)
{
    assert(snapshot != NULL);
    const struct header *header = snapshot->mapping;
    return header == NULL || (blocks_fit(header, snapshot->mapping, header->rows_at, header->names_at) && mou_snapshot_named(snapshot));
}

/** Bit per block of the file that was found unaltered. Several threads may find the same. */
struct mou_snapshot_seals {
    const uint64_t *sums;
    uint64_t data_end;
    _Atomic uint64_t *found;
};

static bool make_seals(struct mou_snapshot *snapshot, const struct header *header)
{
    struct mou_snapshot_seals *seals = MOU_NEW(snapshot->arena, struct mou_snapshot_seals);
    _Atomic uint64_t *found = MOU_NEW_ARRAY(snapshot->arena, (size_t)(header->blocks / 64 + 1), _Atomic uint64_t);
    if (seals == NULL || found == NULL) {
        return false;
    }
    for (uint64_t block = 0; HEADER_BYTES + block * BLOCK_BYTES < header->rows_at; block++) {
        found[block / 64] |= UINT64_C(1) << (block % 64);
    }
    seals->sums = (const uint64_t *)(const void *)((const unsigned char *)snapshot->mapping + header->data_end) + header->plan_words;
    seals->data_end = header->data_end;
    seals->found = found;
    snapshot->seals = seals;
    return true;
}

bool mou_snapshot_intact(const struct mou_snapshot *snapshot, const void *part, uint64_t len)
{
    assert(snapshot != NULL);
    const struct mou_snapshot_seals *seals = snapshot->seals;
    const unsigned char *file = snapshot->mapping;
    if (seals == NULL || len == 0) {
        return true;
    }
    const uint64_t begin = (uint64_t)((const unsigned char *)part - file) - HEADER_BYTES;
    bool intact = true;
    for (uint64_t block = begin / BLOCK_BYTES; intact && block <= (begin + len - 1) / BLOCK_BYTES; block++) {
        const uint64_t bit = UINT64_C(1) << (block % 64);
        if ((atomic_load_explicit(&seals->found[block / 64], memory_order_relaxed) & bit) == 0) {
            intact = block_sum(file, seals->data_end, block) == seals->sums[block];
            (void)atomic_fetch_or_explicit(&seals->found[block / 64], intact ? bit : 0, memory_order_relaxed);
        }
    }
    return intact;
}

void mou_snapshot_pass(const struct mou_snapshot *snapshot)
{
    assert(snapshot != NULL);
    if (snapshot->mapping != NULL) {
        forget_pages(snapshot->mapping, snapshot->mapping_bytes);
    }
}

/** Only such types are late as may be. */
static bool lates_sound(const struct mou_snapshot *snapshot)
{
    bool sound = true;
    for (uint32_t i = 0; i < mou_pack_record_count(snapshot->pack); i++) {
        sound = sound && (!snapshot->records[i].late || may_be_late(snapshot, i));
    }
    return sound;
}

/** The snapshot that lies in a mapped file; NULL where the file is not as it should be. */
static struct mou_snapshot *take(const struct mou_pack *pack, void *file, uint64_t file_bytes, struct mou_snapshot_key *key)
{
    const struct header *header = file;
    const unsigned char *base = file;
    if (!header_fits(header, file_bytes, key) || !content_fits(header, base)) {
        return NULL;
    }
    struct mou_arena *arena = mou_arena_new(NULL);
    struct mou_snapshot *snapshot = arena != NULL ? MOU_NEW(arena, struct mou_snapshot) : NULL;
    if (snapshot == NULL) {
        mou_arena_free(arena);
        return NULL;
    }
    *snapshot = (struct mou_snapshot){.pack = pack, .arena = arena, .mapping = file, .mapping_bytes = (size_t)file_bytes};
    struct walk walk = {.file = -1, .base = base, .data_end = header->data_end, .notes = (const void *)(base + header->data_end), .note_count = header->plan_words};
    if (mou_snapshot_make_room(snapshot)) {
        walk_snapshot(&walk, snapshot);
    }
    if (mou_arena_failed(arena) || walk.failed || walk.next != walk.note_count || !lates_sound(snapshot) || !make_seals(snapshot, header) ||
        !mou_snapshot_sound(snapshot)) {
        mou_arena_free(arena);
        return NULL;
    }
    mou_snapshot_pass(snapshot);
    *key = header->key;
    return snapshot;
}

struct mou_snapshot *mou_snapshot_load(const struct mou_pack *pack, const char *path, struct mou_snapshot_key *key)
{
    struct stat about;
    struct mou_snapshot *snapshot = NULL;
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0) {
        return NULL;
    }
    if (fstat(file, &about) == 0 && S_ISREG(about.st_mode) && about.st_size >= (off_t)HEADER_BYTES && (uint64_t)about.st_size <= FILE_BYTES_MAX) {
        void *mapping = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, file, 0);
        if (mapping != MAP_FAILED) {
            (void)posix_madvise(mapping, (size_t)about.st_size, POSIX_MADV_WILLNEED);
            snapshot = take(pack, mapping, (uint64_t)about.st_size, key);
            if (snapshot == NULL) {
                (void)munmap(mapping, (size_t)about.st_size);
            }
        }
    }
    (void)close(file);
    return snapshot;
}
