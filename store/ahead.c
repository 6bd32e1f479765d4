/*
 * Reading ahead: one thread reads a large file's rows, checks their cells and hashes what they say; the caller's thread, which alone touches the database, stores
 * them in the file's order. So nothing shows that there were two. Few rows are under way at a time: memory does not grow with the file. Knows neither CSV nor tables.
 */
#include <pthread.h>
#include <string.h>

#include "intake.h"

#define BATCHES 4u
#define BATCH_ROWS 256u
#define BATCH_BYTES ((size_t)2 * 1024 * 1024) /* a batch with more is full: rows may be long */
#define MESSAGE_BYTES_MAX ((size_t)4096)

/** A row that was read: a record, or with a reason a refused one. Everything lives in its batch's arena. */
struct ahead_row {
    uint64_t line;
    struct mou_checked_record record;
    struct mou_text raw;
    uint32_t column; /**< and what follows: of a refused row */
    struct mou_text field;
    const char *zh, *en; /**< NULL: the row was taken */
    unsigned char content[32];
};

struct batch {
    struct mou_arena *arena;
    struct ahead_row *rows;
    uint32_t count;
    uint64_t done, total; /**< how far the reader has come */
    bool last;
    enum mou_status status; /**< other than MOU_OK: why the reader stopped behind these rows */
};

struct mou_ahead {
    const struct mou_ahead_rows *rows;
    struct mou_store voice;           /**< without a database: the vocabulary, and a message of the reader's own */
    struct mou_import_result counted; /**< the reader's own; nobody looks at it */
    struct mou_intake intake;         /**< the reader's */
    struct batch *filling;            /**< the reader's */
    struct batch batches[BATCHES];    /**< number n in entry n mod BATCHES */
    pthread_mutex_t lock;             /**< of what follows */
    pthread_cond_t moved;
    uint64_t filled, stored;          /**< so many batches */
    bool stopped;                     /**< nobody wants more */
};

static const struct mou_offered_row nothing_nested = {.next = NULL};

/* ------------------------------------------------------------------ the thread that reads */

/** What the window holds now it will not hold later. */
static struct mou_text keep(struct mou_arena *arena, struct mou_text text)
{
    const char *bytes = mou_arena_copy(arena, text.bytes != NULL ? text.bytes : "", text.len);
    return (struct mou_text){bytes != NULL ? bytes : "", bytes != NULL ? text.len : 0};
}

/** Room for one more row of the batch, which has it: a batch is given no more rows than it has room for. */
static struct ahead_row *add_row(struct mou_intake *intake)
{
    struct batch *batch = intake->ahead->filling;
    struct ahead_row *row = &batch->rows[batch->count++];
    *row = (struct ahead_row){.line = intake->line, .raw = keep(intake->row_arena, intake->raw)};
    return row;
}

enum mou_status mou_ahead_take(struct mou_intake *intake, const struct mou_checked_record *record)
{
    struct mou_store_table *table = &intake->store->records[intake->record];
    struct mou_arena *arena = intake->row_arena;
    struct ahead_row *row = add_row(intake);
    struct mou_checked *cells = MOU_NEW_ARRAY(arena, (size_t)table->field_count + 1, struct mou_checked);
    if (cells == NULL) {
        return MOU_ERROR_MEMORY;
    }
    memcpy(cells, record->cells, table->field_count * sizeof *cells);
    for (uint32_t i = 0; i < table->field_count; i++) {
        cells[i].text = cells[i].text.len > 0 ? keep(arena, cells[i].text) : MOU_TEXT("");
    }
    row->record = *record;
    row->record.identifier = keep(arena, record->identifier);
    row->record.cells = cells;
    row->record.row = &nothing_nested;
    row->record.content = row->content;
    return mou_seal_content(table, cells, arena, row->content) ? MOU_OK : MOU_ERROR_MEMORY;
}

enum mou_status mou_ahead_refuse(struct mou_intake *intake, uint32_t column, struct mou_text field, const char *zh, const char *en)
{
    struct ahead_row *row = add_row(intake);
    row->column = column;
    row->field = field;
    row->zh = zh;
    row->en = en;
    return MOU_OK;
}

static void fill(struct mou_ahead *ahead, struct batch *batch)
{
    bool more = true;
    mou_arena_reset(batch->arena);
    batch->rows = MOU_NEW_ARRAY(batch->arena, BATCH_ROWS, struct ahead_row);
    batch->count = 0;
    batch->status = batch->rows != NULL ? MOU_OK : MOU_ERROR_MEMORY;
    ahead->intake.row_arena = batch->arena;
    ahead->filling = batch;
    for (uint32_t i = 0; batch->status == MOU_OK && more && i < BATCH_ROWS && mou_arena_used_bytes(batch->arena) < BATCH_BYTES; i++) {
        batch->status = ahead->rows->next(ahead->rows->state, &ahead->intake, &more);
    }
    if (mou_arena_failed(batch->arena)) { /* what seems to be in the batch may only be missing from memory */
        batch->count = 0;
        batch->status = MOU_ERROR_MEMORY;
    }
    batch->last = !more || batch->status != MOU_OK;
    ahead->rows->position(ahead->rows->state, &batch->done, &batch->total);
}

/** The next batch to fill; NULL when nobody wants one. */
static struct batch *free_batch(struct mou_ahead *ahead)
{
    pthread_mutex_lock(&ahead->lock);
    while (!ahead->stopped && ahead->filled - ahead->stored >= BATCHES) {
        pthread_cond_wait(&ahead->moved, &ahead->lock);
    }
    struct batch *batch = ahead->stopped ? NULL : &ahead->batches[ahead->filled % BATCHES];
    pthread_mutex_unlock(&ahead->lock);
    return batch;
}

static void *read_rows(void *state)
{
    struct mou_ahead *ahead = state;
    bool last = false;
    while (!last) {
        struct batch *batch = free_batch(ahead);
        if (batch == NULL) {
            break;
        }
        fill(ahead, batch);
        last = batch->last;
        pthread_mutex_lock(&ahead->lock);
        ahead->filled++;
        pthread_cond_broadcast(&ahead->moved);
        pthread_mutex_unlock(&ahead->lock);
    }
    return NULL;
}

/* ------------------------------------------------------------------ the caller's thread */

static struct batch *filled_batch(struct mou_ahead *ahead, uint64_t number)
{
    pthread_mutex_lock(&ahead->lock);
    while (ahead->filled <= number) {
        pthread_cond_wait(&ahead->moved, &ahead->lock);
    }
    pthread_mutex_unlock(&ahead->lock);
    return &ahead->batches[number % BATCHES];
}

static void give_back(struct mou_ahead *ahead, bool stop)
{
    pthread_mutex_lock(&ahead->lock);
    ahead->stored++;
    ahead->stopped = stop;
    pthread_cond_broadcast(&ahead->moved);
    pthread_mutex_unlock(&ahead->lock);
}

static enum mou_status store_batch(struct mou_intake *intake, const struct batch *batch)
{
    enum mou_status status = MOU_OK;
    for (uint32_t i = 0; status == MOU_OK && i < batch->count; i++) {
        const struct ahead_row *row = &batch->rows[i];
        intake->line = row->line;
        intake->raw = row->raw;
        intake->result->rows++;
        if (row->zh != NULL) {
            status = mou_intake_refuse(intake, row->column, row->field, row->zh, row->en);
        } else {
            status = mou_intake_checked(intake, &row->record);
        }
        status = mou_intake_end_row(intake, status);
    }
    return status;
}

/** Why the reader stopped, in its own words. */
static enum mou_status reader_status(struct mou_intake *intake, const struct mou_ahead *ahead, enum mou_status status)
{
    return status == MOU_ERROR_MEMORY ? mou_store_out_of_memory(intake->store)
           : status != MOU_OK         ? mou_store_fail(intake->store, status, "%s", mou_store_message(&ahead->voice))
                                      : MOU_OK;
}

static enum mou_status store_all(struct mou_intake *intake, struct mou_ahead *ahead)
{
    enum mou_status status = MOU_OK;
    bool last = false;
    for (uint64_t number = 0; status == MOU_OK && !last; number++) {
        const struct batch *batch = filled_batch(ahead, number);
        last = batch->last;
        status = store_batch(intake, batch);
        status = status == MOU_OK ? reader_status(intake, ahead, batch->status) : status;
        status = status == MOU_OK ? mou_intake_progress(intake, batch->done, batch->total) : status;
        give_back(ahead, status != MOU_OK);
    }
    return status;
}

/* ------------------------------------------------------------------ life */

static bool make_batches(struct mou_ahead *ahead)
{
    bool made = true;
    for (uint32_t i = 0; made && i < BATCHES; i++) {
        ahead->batches[i].arena = mou_arena_new(NULL);
        made = ahead->batches[i].arena != NULL;
    }
    return made;
}

static void give_voice(struct mou_ahead *ahead, const struct mou_intake *intake)
{
    ahead->voice = (struct mou_store){.lang = intake->store->lang, .pack = intake->store->pack, .kinds = intake->store->kinds, .records = intake->store->records};
    mou_buf_init(&ahead->voice.message, NULL, MESSAGE_BYTES_MAX);
    ahead->intake = *intake;
    ahead->intake.store = &ahead->voice;
    ahead->intake.result = &ahead->counted;
    ahead->intake.ahead = ahead;
}

static enum mou_status run_both(struct mou_intake *intake, struct mou_ahead *ahead, bool *started)
{
    pthread_t thread;
    enum mou_status status = MOU_OK;
    ahead->rows->move(ahead->rows->state, &ahead->intake);
    *started = pthread_create(&thread, NULL, read_rows, ahead) == 0;
    if (*started) {
        status = store_all(intake, ahead);
        (void)pthread_join(thread, NULL);
    }
    ahead->rows->move(ahead->rows->state, intake);
    return status;
}

enum mou_status mou_read_ahead(struct mou_intake *intake, const struct mou_ahead_rows *rows, bool *started)
{
    struct mou_ahead ahead = {.rows = rows};
    struct mou_store_table *table = &intake->store->records[intake->record];
    enum mou_status status = mou_seal_begin_rows(intake->store, intake->file_arena, table, intake->result->import_id);
    *started = false;
    if (status != MOU_OK || pthread_mutex_init(&ahead.lock, NULL) != 0) {
        return status;
    }
    if (pthread_cond_init(&ahead.moved, NULL) == 0) {
        give_voice(&ahead, intake);
        status = make_batches(&ahead) ? run_both(intake, &ahead, started) : MOU_OK;
        pthread_cond_destroy(&ahead.moved);
    }
    pthread_mutex_destroy(&ahead.lock);
    for (uint32_t i = 0; i < BATCHES; i++) {
        mou_arena_free(ahead.batches[i].arena);
    }
    mou_buf_free(&ahead.voice.message);
    return status;
}
