/*
 * A table's rows out of its pages, many at a time, without a statement. The pages are those of the database file itself, read through SQLite's own handle of it, and only
 * while nothing else can hold what this transaction sees (mou_pages_open says when, and docs/decisions/0008 why that suffices). Whatever is not as the file
 * format has it (https://www.sqlite.org/fileformat2.html) ends the attempt: pages may be damaged or hostile. Used by table_scan.c.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "table_scan.h"

#define PAGE_SIZE_MAX 65536u
#define RUN_BYTES 262144u   /**< neighbouring pages are read so many bytes at a time */
#define SLACK 32u           /**< numbers may be read beyond a page's end, but not used */
#define DEPTH_MAX 20u       /**< of a tree; with two children a page that is a million pages */
#define PAYLOAD_BYTES_MAX ((size_t)1024 * 1024 * 1024)

enum { TABLE_INTERIOR = 5, TABLE_LEAF = 13 };

struct mou_pages {
    sqlite3_file *file;
    uint32_t page_size;
    uint32_t page_count;
    struct mou_arena *arena;
    unsigned char *run;              /**< RUN_BYTES and SLACK */
    unsigned char *overflow;         /**< one page */
    unsigned char *interior[DEPTH_MAX];
    struct mou_buf payload;          /**< of a row that goes on in other pages */
};

/** A column of the table that is wanted, in the order in which they stand there. */
struct wanted {
    uint32_t place;  /**< in the table */
    uint32_t column; /**< of mou_scan_rows, or MOU_SCAN_NOWHERE: only asked for whether the row is known */
    bool is_text;
};

/** What stands in a column that is wanted, in rows of one shape. */
struct cell_form {
    enum { CELL_UNKNOWN, CELL_CONSTANT, CELL_NUMBER, CELL_TEXT, CELL_STRANGE } kind;
    uint32_t shift;  /**< number: of the eight bytes at its place as a number, the first one highest */
    uint64_t offset; /**< from the payload's begin */
    uint64_t value;  /**< constant: itself; text: its length */
};

/**
 * Rows with the same header have the same types, hence everything at the same places. Most rows of a table have one of few headers, so that what one says is found
 * out once.
 */
#define SHAPES 64u /**< kept at a time, by the hash of their header */
#define SHAPE_WORDS 3u
#define SHAPE_BYTES (SHAPE_WORDS * 8u) /**< longer headers are read for each row */
struct shape {
    uint64_t header[SHAPE_WORDS];
    uint64_t least; /**< bytes of a payload that has all that is wanted */
    struct cell_form *cells;
};

/** A table under way. */
struct decoding {
    struct mou_pages *pages;
    const struct mou_scan_plan *plan;
    mou_time known_at;
    struct mou_scan_rows *rows;
    struct wanted *wanted;
    uint32_t wanted_count;
    uint32_t known_from, known_until; /**< of these; `known_until` MOU_SCAN_NOWHERE: there is none */
    struct shape shapes[SHAPES];
    struct shape loose;               /**< of a long header */
    uint32_t row_number; /**< column that receives the row's number, or MOU_SCAN_NOWHERE */
    int64_t last_row;
    bool any_row;
    uint32_t visited;
};

static uint32_t number16(const unsigned char *at)
{
    return (uint32_t)at[0] << 8 | at[1];
}

static uint32_t number32(const unsigned char *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/** A number of one to nine bytes; the nine may be read whatever it is. */
static inline const unsigned char *varint(const unsigned char *at, uint64_t *value)
{
    if (at[0] < 0x80) {
        *value = at[0];
        return at + 1;
    }
    uint64_t number = at[0] & 0x7fu;
    for (int i = 1; i < 8; i++) {
        number = number << 7 | (at[i] & 0x7fu);
        if (at[i] < 0x80) {
            *value = number;
            return at + i + 1;
        }
    }
    *value = number << 8 | at[8];
    return at + 9;
}

/* ---------------------------------------------------------- pages */

static bool read_at(struct mou_pages *pages, uint32_t page, uint32_t count, unsigned char *into)
{
    const int64_t offset = (int64_t)(page - 1) * pages->page_size;
    return pages->file->pMethods->xRead(pages->file, into, (int)(count * pages->page_size), offset) == SQLITE_OK;
}

/** Page size, and that the file is what can be read here. */
static bool read_header(struct mou_pages *pages)
{
    unsigned char header[100];
    sqlite3_int64 size = 0;
    if (pages->file->pMethods->xRead(pages->file, header, sizeof header, 0) != SQLITE_OK || pages->file->pMethods->xFileSize(pages->file, &size) != SQLITE_OK ||
        memcmp(header, "SQLite format 3", 16) != 0) {
        return false;
    }
    pages->page_size = number16(header + 16) == 1 ? PAGE_SIZE_MAX : number16(header + 16);
    const bool wal = header[18] == 2 && header[19] == 2;
    const bool utf8 = number32(header + 56) == 1;
    if (pages->page_size < 512 || (pages->page_size & (pages->page_size - 1)) != 0 || !wal || header[20] != 0 || !utf8) {
        return false;
    }
    pages->page_count = number32(header + 28);
    return pages->page_count > 0 && (uint64_t)pages->page_count * pages->page_size == (uint64_t)size;
}

/**
 * Whether the file alone holds what the transaction sees, and will until its end. A transaction that reads has locked its state. Where the log beside the file is found
 * empty after that, the transaction does not use it, and nobody can write into the file while it lasts.
 */
static bool file_is_the_state(struct mou_store *store, sqlite3_file **file)
{
    sqlite3_file *log = NULL;
    sqlite3_int64 log_bytes = 0;
    if (sqlite3_txn_state(store->database, "main") != SQLITE_TXN_READ ||
        sqlite3_file_control(store->database, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) != SQLITE_OK || log == NULL || log->pMethods == NULL ||
        log->pMethods->xFileSize(log, &log_bytes) != SQLITE_OK || log_bytes != 0) {
        return false;
    }
    return sqlite3_file_control(store->database, "main", SQLITE_FCNTL_FILE_POINTER, file) == SQLITE_OK && *file != NULL && (*file)->pMethods != NULL;
}

struct mou_pages *mou_pages_open(struct mou_store *store)
{
    sqlite3_file *file = NULL;
    struct mou_arena *arena = file_is_the_state(store, &file) ? mou_arena_new(NULL) : NULL;
    struct mou_pages *pages = arena != NULL ? MOU_NEW(arena, struct mou_pages) : NULL;
    if (pages == NULL) {
        mou_arena_free(arena);
        return NULL;
    }
    pages->file = file;
    pages->arena = arena;
    mou_buf_init(&pages->payload, NULL, PAYLOAD_BYTES_MAX);
    bool ready = read_header(pages);
    if (ready) {
        pages->run = MOU_NEW_ARRAY(arena, (size_t)RUN_BYTES + SLACK, unsigned char);
        pages->overflow = MOU_NEW_ARRAY(arena, pages->page_size, unsigned char);
        ready = pages->run != NULL && pages->overflow != NULL;
    }
    for (uint32_t i = 0; ready && i < DEPTH_MAX; i++) {
        pages->interior[i] = MOU_NEW_ARRAY(arena, (size_t)pages->page_size + SLACK, unsigned char);
        ready = pages->interior[i] != NULL;
    }
    if (!ready) {
        mou_pages_close(pages);
        return NULL;
    }
    return pages;
}

void mou_pages_close(struct mou_pages *pages)
{
    if (pages != NULL) {
        mou_buf_free(&pages->payload);
        mou_arena_free(pages->arena);
    }
}

/* ---------------------------------------------------------- records */

/** Bytes of a value by its type. */
static uint64_t bytes_of(uint64_t type)
{
    static const uint8_t fixed[12] = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0};
    return type < 12 ? fixed[type] : (type - 12) / 2;
}

static struct cell_form form_of(uint64_t type, bool is_text, uint64_t offset)
{
    if (type == 0) {
        return (struct cell_form){.kind = CELL_UNKNOWN};
    }
    if (is_text) {
        return type >= 13 && type % 2 == 1 ? (struct cell_form){.kind = CELL_TEXT, .offset = offset, .value = bytes_of(type)} : (struct cell_form){.kind = CELL_STRANGE};
    }
    if (type == 8 || type == 9) {
        return (struct cell_form){.kind = CELL_CONSTANT, .value = type - 8};
    }
    return type <= 6 ? (struct cell_form){.kind = CELL_NUMBER, .shift = (uint32_t)(64 - 8 * bytes_of(type)), .offset = offset} : (struct cell_form){.kind = CELL_STRANGE};
}

/** Finds out where the columns that are wanted stand; those that a row made before the column was added has not are NULL. False for a header that is none. */
static bool read_shape(const struct decoding *decoding, const unsigned char *payload, uint64_t len, struct shape *shape)
{
    uint64_t header_len = 0;
    const unsigned char *at = varint(payload, &header_len);
    if (header_len > len || header_len < 1) {
        return false;
    }
    const unsigned char *const header_end = payload + header_len;
    uint64_t offset = header_len;
    uint32_t place = 0;
    for (uint32_t i = 0; i < decoding->wanted_count; i++) {
        const struct wanted *wanted = &decoding->wanted[i];
        uint64_t type = 0;
        for (; place <= wanted->place && at < header_end; place++) {
            const uint64_t before = bytes_of(type);
            at = varint(at, &type);
            offset += before;
            if (at > header_end || offset > len || bytes_of(type) > len - offset) {
                return false;
            }
        }
        const bool present = place > wanted->place;
        shape->cells[i] = form_of(present ? type : 0, wanted->is_text, offset);
        offset += bytes_of(type);
    }
    shape->least = offset;
    return true;
}

/** The shape of a row, SLACK bytes behind whose payload may be read; NULL for a header that is none. */
static inline const struct shape *shape_of(struct decoding *decoding, const unsigned char *payload, uint64_t len)
{
    const uint32_t header_len = payload[0];
    if (header_len < 1) {
        return NULL;
    }
    if (header_len > SHAPE_BYTES) {
        return read_shape(decoding, payload, len, &decoding->loose) ? &decoding->loose : NULL;
    }
    static const unsigned char ones[2 * SHAPE_BYTES] = {
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    };
    uint64_t header[SHAPE_WORDS];
    uint64_t mask[SHAPE_WORDS];
    memcpy(header, payload, sizeof header);
    memcpy(mask, ones + SHAPE_BYTES - header_len, sizeof mask);
    uint64_t hash = 0;
    for (uint32_t i = 0; i < SHAPE_WORDS; i++) {
        header[i] &= mask[i];
        hash = (hash ^ header[i]) * UINT64_C(0x9e3779b97f4a7c15);
    }
    struct shape *shape = &decoding->shapes[hash >> 32 & (SHAPES - 1)];
    if (shape->header[0] == header[0] && shape->header[1] == header[1] && shape->header[2] == header[2]) {
        return shape->least <= len ? shape : NULL;
    }
    if (!read_shape(decoding, payload, len, shape)) {
        return NULL;
    }
    memcpy(shape->header, header, sizeof header);
    return shape;
}

/** A whole number; eight bytes at its place may be read. */
static inline int64_t number_in(const struct cell_form *form, const unsigned char *payload)
{
    if (form->kind == CELL_CONSTANT) {
        return (int64_t)form->value;
    }
    uint64_t bits = 0;
    memcpy(&bits, payload + form->offset, sizeof bits);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    bits = __builtin_bswap64(bits);
#endif
    return (int64_t)bits >> form->shift;
}

static inline bool is_number(const struct cell_form *form)
{
    return form->kind == CELL_NUMBER || form->kind == CELL_CONSTANT;
}

/** Whether the row was known at the time asked for. False in *sound where the times are no numbers. */
static inline bool known(const struct decoding *decoding, const struct shape *shape, const unsigned char *payload, bool *sound)
{
    const struct cell_form *from = &shape->cells[decoding->known_from];
    const struct cell_form *until = decoding->known_until != MOU_SCAN_NOWHERE ? &shape->cells[decoding->known_until] : NULL;
    const bool ended = until != NULL && until->kind != CELL_UNKNOWN;
    if (decoding->plan->newest) {
        *sound = true;
        return !ended;
    }
    *sound = is_number(from) && (!ended || is_number(until));
    return *sound && number_in(from, payload) <= decoding->known_at && (!ended || number_in(until, payload) > decoding->known_at);
}

static inline bool take_values(struct decoding *decoding, const struct shape *shape, const unsigned char *payload, int64_t row)
{
    struct mou_scan_rows *rows = decoding->rows;
    for (uint32_t i = 0; i < decoding->wanted_count; i++) {
        const uint32_t column = decoding->wanted[i].column;
        const struct cell_form *form = &shape->cells[i];
        if (column == MOU_SCAN_NOWHERE) {
            continue;
        }
        switch (form->kind) {
        case CELL_UNKNOWN: mou_scan_put_unknown(rows, column); break;
        case CELL_CONSTANT:
        case CELL_NUMBER: mou_scan_put_number(rows, column, number_in(form, payload)); break;
        case CELL_TEXT: mou_scan_put_text(rows, column, payload + form->offset, (size_t)form->value); break;
        case CELL_STRANGE:
        default: return false;
        }
    }
    if (decoding->row_number != MOU_SCAN_NOWHERE) {
        mou_scan_put_number(rows, decoding->row_number, row);
    }
    mou_scan_row_done(rows);
    return !rows->failed;
}

/** A row's values; SLACK bytes behind the payload may be read. */
static inline bool take_row(struct decoding *decoding, const unsigned char *payload, uint64_t len, int64_t row)
{
    bool sound = false;
    const struct shape *shape = shape_of(decoding, payload, len);
    if (shape == NULL) {
        return false;
    }
    const bool is_known = known(decoding, shape, payload, &sound);
    return sound && (!is_known || take_values(decoding, shape, payload, row));
}

/** A row that goes on in other pages, put together. */
static bool take_long_row(struct decoding *decoding, const unsigned char *local, uint32_t local_len, uint64_t len, int64_t row)
{
    struct mou_pages *pages = decoding->pages;
    struct mou_buf *payload = &pages->payload;
    unsigned char *const page = pages->overflow;
    static const char slack[SLACK];
    uint32_t next = number32(local + local_len);
    const uint32_t room = pages->page_size - 4;
    if (len > PAYLOAD_BYTES_MAX / 2) {
        return false;
    }
    mou_buf_clear(payload);
    mou_buf_append(payload, local, local_len);
    while (payload->len < len) {
        const uint64_t left = len - payload->len;
        if (next < 2 || next > pages->page_count || ++decoding->visited > pages->page_count || !read_at(pages, next, 1, page)) {
            return false;
        }
        mou_buf_append(payload, page + 4, left < room ? (size_t)left : room);
        next = number32(page);
        if (payload->failed) {
            return false;
        }
    }
    mou_buf_append(payload, slack, sizeof slack);
    return next == 0 && !payload->failed && take_row(decoding, (const unsigned char *)payload->data, len, row);
}

static inline bool take_cell(struct decoding *decoding, const unsigned char *page, uint32_t at)
{
    const uint32_t size = decoding->pages->page_size;
    const uint32_t local_max = size - 35;
    uint64_t len = 0;
    uint64_t row_bits = 0;
    const unsigned char *payload = varint(varint(page + at, &len), &row_bits);
    const int64_t row = (int64_t)row_bits;
    if (decoding->any_row && row <= decoding->last_row) {
        return false; /* rows lie in order: also what keeps a page from being read twice */
    }
    decoding->any_row = true;
    decoding->last_row = row;
    const unsigned char *const end = page + size;
    if (payload > end) {
        return false;
    }
    if (len <= local_max) {
        return len <= (uint64_t)(end - payload) && take_row(decoding, payload, len, row);
    }
    const uint32_t local_min = (size - 12) * 32 / 255 - 23;
    const uint32_t rest = local_min + (uint32_t)((len - local_min) % (size - 4));
    const uint32_t local_len = rest <= local_max ? rest : local_min;
    return (uint64_t)(end - payload) >= local_len + 4 && take_long_row(decoding, payload, local_len, len, row);
}

static bool take_leaf(struct decoding *decoding, const unsigned char *page)
{
    const uint32_t size = decoding->pages->page_size;
    const uint32_t cells = number16(page + 3);
    const uint32_t least = 8 + 2 * cells;
    if (page[0] != TABLE_LEAF || least > size) {
        return false;
    }
    for (uint32_t i = 0; i < cells; i++) {
        const uint32_t at = number16(page + 8 + (size_t)2 * i);
        if (at < least || at + 4 > size || !take_cell(decoding, page, at)) {
            return false;
        }
    }
    return true;
}

/* ---------------------------------------------------------- the tree */

/** Children of an interior page, the rightmost one last. */
static uint32_t child_of(const unsigned char *page, uint32_t size, uint32_t index)
{
    const uint32_t cells = number16(page + 3);
    if (index == cells) {
        return number32(page + 8);
    }
    const uint32_t at = number16(page + 12 + (size_t)2 * index);
    return at + 4 <= size ? number32(page + at) : 0;
}

static bool child_fits(struct decoding *decoding, uint32_t child)
{
    return child >= 2 && child <= decoding->pages->page_count && ++decoding->visited <= decoding->pages->page_count;
}

/** Leaves among an interior page's children from `index` on, as many as lie one behind the other; *done receives how many. */
static bool take_leaves(struct decoding *decoding, const unsigned char *interior, uint32_t index, uint32_t *done)
{
    struct mou_pages *pages = decoding->pages;
    const uint32_t size = pages->page_size;
    const uint32_t first = child_of(interior, size, index);
    const uint32_t children = number16(interior + 3) + 1;
    const uint32_t run_max = RUN_BYTES / size;
    uint32_t run = 1;
    while (run < run_max && index + run < children && child_of(interior, size, index + run) == first + run) {
        run++;
    }
    for (uint32_t i = 0; i < run; i++) {
        if (!child_fits(decoding, first + i)) {
            return false;
        }
    }
    if (!read_at(pages, first, run, pages->run)) {
        return false;
    }
    for (uint32_t i = 0; i < run; i++) {
        if (!take_leaf(decoding, pages->run + (size_t)i * size)) {
            return false;
        }
    }
    *done = run;
    return true;
}

static bool take_interior(struct decoding *decoding, uint32_t depth);

/** The tree below `page`, whose level is not known before it is read. */
static bool take_tree(struct decoding *decoding, uint32_t page, uint32_t depth)
{
    struct mou_pages *pages = decoding->pages;
    if (depth >= DEPTH_MAX || !child_fits(decoding, page) || !read_at(pages, page, 1, pages->interior[depth])) {
        return false;
    }
    return pages->interior[depth][0] == TABLE_LEAF ? take_leaf(decoding, pages->interior[depth]) : take_interior(decoding, depth);
}

static bool take_interior(struct decoding *decoding, uint32_t depth)
{
    struct mou_pages *pages = decoding->pages;
    const unsigned char *page = pages->interior[depth];
    const uint32_t cells = number16(page + 3);
    if (page[0] != TABLE_INTERIOR || 12 + 2 * (uint64_t)cells > pages->page_size) {
        return false;
    }
    unsigned char kind = 0;
    const uint32_t first = child_of(page, pages->page_size, 0);
    if (first < 2 || first > pages->page_count ||
        pages->file->pMethods->xRead(pages->file, &kind, 1, (int64_t)(first - 1) * pages->page_size) != SQLITE_OK) {
        return false;
    }
    for (uint32_t i = 0; i <= cells;) {
        uint32_t done = 1;
        const bool sound = kind == TABLE_LEAF ? take_leaves(decoding, page, i, &done) : take_tree(decoding, child_of(page, pages->page_size, i), depth + 1);
        if (!sound) {
            return false;
        }
        i += done;
    }
    return true;
}

/** The column of mou_scan_rows that a column of the table goes to. */
static uint32_t destination(const struct mou_scan_plan *plan, uint32_t place)
{
    for (uint32_t i = 0; i < plan->table->column_count; i++) {
        if (plan->at[i] == place) {
            return i;
        }
    }
    return MOU_SCAN_NOWHERE;
}

/** Which of a row's values go where. */
static bool choose_wanted(struct decoding *decoding, struct mou_arena *arena)
{
    const struct mou_scan_plan *plan = decoding->plan;
    uint32_t last = plan->known_until != MOU_SCAN_NOWHERE && plan->known_until > plan->known_from ? plan->known_until : plan->known_from;
    for (uint32_t i = 0; i < plan->table->column_count; i++) {
        last = plan->at[i] < MOU_SCAN_ROW_NUMBER && plan->at[i] > last ? plan->at[i] : last;
    }
    decoding->wanted = MOU_NEW_ARRAY(arena, (size_t)plan->table->column_count + 2, struct wanted);
    decoding->known_until = MOU_SCAN_NOWHERE;
    for (uint32_t place = 0; decoding->wanted != NULL && place <= last; place++) {
        const uint32_t column = destination(plan, place);
        if (place == plan->known_from) {
            decoding->known_from = decoding->wanted_count;
        } else if (place == plan->known_until) {
            decoding->known_until = decoding->wanted_count;
        } else if (column == MOU_SCAN_NOWHERE) {
            continue;
        }
        const bool is_text = column != MOU_SCAN_NOWHERE && plan->table->columns[column].is_text;
        decoding->wanted[decoding->wanted_count++] = (struct wanted){place, column, is_text};
    }
    decoding->row_number = destination(plan, MOU_SCAN_ROW_NUMBER);
    return decoding->wanted != NULL;
}

static bool make_shapes(struct decoding *decoding, struct mou_arena *arena)
{
    decoding->loose.cells = MOU_NEW_ARRAY(arena, decoding->wanted_count, struct cell_form);
    bool made = decoding->loose.cells != NULL;
    for (uint32_t i = 0; made && i < SHAPES; i++) {
        decoding->shapes[i].cells = MOU_NEW_ARRAY(arena, decoding->wanted_count, struct cell_form);
        made = decoding->shapes[i].cells != NULL;
    }
    return made;
}

/** Cells of columns that the table has not stay unknown from row to row. */
static void mark_absent(struct mou_scan_rows *rows, const struct mou_scan_plan *plan)
{
    for (uint32_t i = 0; i < plan->table->column_count; i++) {
        if (plan->at[i] == MOU_SCAN_NOWHERE) {
            memset(rows->cells[i].stage, 0, sizeof rows->cells[i].stage);
            memset(rows->cells[i].stage_unknown, 1, sizeof rows->cells[i].stage_unknown);
        }
    }
}

bool mou_pages_read(struct mou_pages *pages, const struct mou_scan_plan *plan, mou_time known_at, struct mou_scan_rows *rows)
{
    struct decoding decoding = {.pages = pages, .plan = plan, .known_at = known_at, .rows = rows};
    struct mou_arena *arena = mou_arena_new(NULL);
    assert(plan->exists && plan->plain);
    bool sound = arena != NULL && choose_wanted(&decoding, arena) && make_shapes(&decoding, arena);
    if (sound) {
        mark_absent(rows, plan);
        sound = take_tree(&decoding, plan->root, 0);
    }
    mou_arena_free(arena);
    return sound;
}
