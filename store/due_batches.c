/*
 * Those who are listed as due, batch by batch, with what stands of them. In a run with threads to spare another one reads batches ahead over a connection of its own, while the caller's
 * evaluates and writes; a batch that nobody has taken is read by the caller's thread, and so is one that the other could not read, so that every complaint is the first connection's. The
 * other reads the state in which the run began: the run holds the lock of those who write, so that nobody commits meanwhile, writes nothing of a subject before it was read, and looks at
 * none twice. Where the two connections do not see the same ledger and the same schema, only the caller's reads. Used by run.c.
 */
#include <pthread.h>
#include <string.h>

#include "run_internal.h"

#define SLOTS 4u /* batches under way at most: memory does not grow with who is due */
#define BATCH_SUBJECTS 128u
#define CACHE_OF_OTHER "PRAGMA cache_size = -1024" /* it meets most pages once */

enum slot_state { SLOT_LISTED, SLOT_TAKEN, SLOT_READ, SLOT_FAILED };

/** A batch under way. Whoever took it owns all but its state. */
struct slot {
    enum slot_state state;
    struct mou_arena *arena;
    struct mou_batch_builder *builder;
    mou_listed list;
    struct mou_subject_stand *stands;
    const struct mou_batch *batch;
};

/** By what two connections are known to see the same: every event adds to the ledger. */
struct state_seen {
    struct mou_text ledger_head;
    int64_t schema;
};

/** The thread that reads ahead. */
struct other {
    struct mou_store *store; /**< its connection, with the vocabulary of the caller's store; NULL: there is none */
    char *path;
    struct state_seen seen; /**< by the caller's connection */
    struct mou_profile *profile;
    pthread_t thread;
    bool started;
};

struct mou_due_batches {
    struct mou_pass *pass;
    struct mou_arena *arena;
    uint32_t size; /**< subjects of a batch */
    uint32_t slot_count;
    bool handed; /**< the caller has the batch whose turn it is */
    struct mou_buf after;
    struct other other;
    pthread_mutex_t lock; /**< of what follows, and of the slots' states */
    pthread_cond_t moved;
    struct slot slots[SLOTS]; /**< batch number n in entry n mod slot_count */
    uint64_t listed;          /**< so many batches */
    uint64_t turn;            /**< number of the one that the caller has, or gets next */
    bool all_listed;
    bool stopped; /**< nobody wants more */
};

static struct slot *slot_of(struct mou_due_batches *batches, uint64_t number)
{
    return &batches->slots[number % batches->slot_count];
}

/** The first batch that nobody has taken is the caller's; NULL: there is none. Under the lock. */
static struct slot *take_slot(struct mou_due_batches *batches)
{
    for (uint64_t number = batches->turn; number < batches->listed; number++) {
        struct slot *slot = slot_of(batches, number);
        if (slot->state == SLOT_LISTED) {
            slot->state = SLOT_TAKEN;
            return slot;
        }
    }
    return NULL;
}

static enum mou_status read_slot(const struct mou_due_batches *batches, struct mou_store *store, struct mou_profile *profile, struct slot *slot)
{
    const struct mou_profile_mark mark = mou_profile_begin(profile);
    enum mou_status status = mou_read_listed(store, batches->pass->known_at, &slot->list, slot->arena, slot->builder, &slot->batch);
    slot->stands = NULL;
    if (status == MOU_OK && batches->pass->delta != NULL) {
        slot->stands = MOU_NEW_ARRAY(slot->arena, slot->list.count, struct mou_subject_stand);
        status = slot->stands != NULL ? mou_stands_read(store, &slot->list, slot->arena, slot->stands) : mou_store_out_of_memory(store);
    }
    mou_profile_end(profile, mark, MOU_STEP_READ, slot->list.count);
    return status;
}

/* ------------------------------------------------------------------ the state that a connection sees */

static enum mou_status see_state(struct mou_store *store, struct state_seen *seen)
{
    bool row = false;
    enum mou_status status = mou_store_meta_get(store, "ledger_head", &seen->ledger_head);
    sqlite3_stmt *statement = status == MOU_OK ? mou_store_statement(store, MOU_SQL_SCHEMA_NUMBER) : NULL;
    status = status == MOU_OK ? mou_store_step_row(store, statement, &row) : status;
    seen->schema = row ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_reset(statement);
    return status;
}

/** What the caller's connection asks the tables of records, the other one asks in the same words, or nothing: that a table is not there is not for the other one to find out. */
static bool take_statement(struct mou_store *store, sqlite3_stmt *callers, sqlite3_stmt **own)
{
    *own = callers != NULL ? mou_store_prepare(store, sqlite3_sql(callers)) : NULL;
    return callers == NULL || *own != NULL;
}

static bool take_statements(struct mou_store *store, const struct mou_store *callers)
{
    bool taken = true;
    for (uint32_t i = 0; taken && i < store->read_count; i++) {
        const uint32_t record = store->read_order[i];
        taken = take_statement(store, callers->records[record].read[0], &store->records[record].read[0]);
    }
    for (uint32_t i = 0; taken && i < 2 * mou_pack_kind_count(store->pack); i++) {
        taken = take_statement(store, callers->kinds[i / 2].read[i % 2], &store->kinds[i / 2].read[i % 2]);
    }
    return taken;
}

/** Makes the caller's statements over records that a batch may need. */
static bool make_statements(struct mou_store *store)
{
    bool made = true;
    for (uint32_t i = 0; made && i < store->read_count; i++) {
        made = mou_schema_read_rows(store, store->read_order[i]) != NULL;
    }
    for (uint32_t i = 0; made && i < 2 * mou_pack_kind_count(store->pack); i++) {
        made = store->kinds[i / 2].column_count == 0 || mou_schema_read_attributes(store, i / 2, i % 2 == 1) != NULL;
    }
    return made;
}

/** Opens the other connection and begins its reading. False where it cannot be had, or sees another state. */
static bool join_state(const struct other *other, const struct mou_store *callers)
{
    struct mou_store *store = other->store;
    struct state_seen seen;
    if (mou_store_connect(store, other->path, false) != MOU_OK || sqlite3_busy_timeout(store->database, 0) != SQLITE_OK ||
        sqlite3_db_config(store->database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL) != SQLITE_OK) {
        return false;
    }
    return mou_store_execute(store, "PRAGMA query_only = ON") == MOU_OK && mou_store_execute(store, CACHE_OF_OTHER) == MOU_OK &&
           mou_store_execute(store, "BEGIN") == MOU_OK && see_state(store, &seen) == MOU_OK && seen.schema == other->seen.schema &&
           mou_text_equal(seen.ledger_head, other->seen.ledger_head) && take_statements(store, callers);
}

/* ------------------------------------------------------------------ the thread that reads ahead */

static void close_other(struct other *other)
{
    if (other->store != NULL) {
        mou_store_leave_pack(other->store);
        mou_store_close(other->store);
    }
    other->store = NULL;
}

static void read_on(struct mou_due_batches *batches)
{
    bool read = true;
    pthread_mutex_lock(&batches->lock);
    while (read && !batches->stopped) {
        struct slot *slot = take_slot(batches);
        if (slot == NULL && batches->all_listed) {
            break;
        }
        if (slot == NULL) {
            pthread_cond_wait(&batches->moved, &batches->lock);
            continue;
        }
        pthread_mutex_unlock(&batches->lock);
        read = read_slot(batches, batches->other.store, batches->other.profile, slot) == MOU_OK;
        pthread_mutex_lock(&batches->lock);
        slot->state = read ? SLOT_READ : SLOT_FAILED;
        pthread_cond_broadcast(&batches->moved);
    }
    pthread_mutex_unlock(&batches->lock);
}

static void *run_other(void *state)
{
    struct mou_due_batches *batches = state;
    if (join_state(&batches->other, batches->pass->store)) {
        read_on(batches);
    }
    close_other(&batches->other);
    return NULL;
}

/** The tables as the caller's store knows them, with statements of their own to come. */
static struct mou_store_table *copy_tables(struct mou_arena *arena, const struct mou_store_table *tables, uint32_t count)
{
    struct mou_store_table *copies = MOU_NEW_ARRAY(arena, (size_t)count + 1, struct mou_store_table);
    for (uint32_t i = 0; copies != NULL && i < count; i++) {
        const struct mou_store_table *table = &tables[i];
        copies[i] = (struct mou_store_table){.field_count = table->field_count, .parent = table->parent, .place = table->place, .related = table->related, .seen = table->seen,
                                             .column_count = table->column_count, .columns = table->columns, .index = table->index};
    }
    return copies;
}

/** A store that is not connected yet, with the vocabulary of the caller's. */
static bool make_other_store(struct mou_due_batches *batches)
{
    const struct mou_store *store = batches->pass->store;
    struct mou_store *made = mou_store_new(store->lang);
    batches->other.store = made;
    if (made == NULL) {
        return false;
    }
    made->kinds = copy_tables(batches->arena, store->kinds, mou_pack_kind_count(store->pack));
    made->records = copy_tables(batches->arena, store->records, mou_pack_record_count(store->pack));
    if (made->kinds == NULL || made->records == NULL) {
        return false;
    }
    made->pack = store->pack;
    made->read_order = store->read_order;
    made->read_count = store->read_count;
    made->related_count = store->related_count;
    made->type_records = store->type_records;
    made->type_count = store->type_count;
    made->seen_relations = store->seen_relations;
    return true;
}

/** The file that the caller's connection has open, if it has one that can be opened again the same way. */
static bool find_file(struct mou_due_batches *batches)
{
    sqlite3 *database = batches->pass->store->database;
    sqlite3_vfs *way = NULL;
    int moved = 1;
    const char *path = sqlite3_db_filename(database, "main");
    if (path == NULL || path[0] == '\0' || sqlite3_threadsafe() == 0 || sqlite3_file_control(database, "main", SQLITE_FCNTL_VFS_POINTER, &way) != SQLITE_OK ||
        way != sqlite3_vfs_find(NULL) || sqlite3_file_control(database, "main", SQLITE_FCNTL_HAS_MOVED, &moved) != SQLITE_OK || moved != 0) {
        return false;
    }
    batches->other.path = mou_arena_copy(batches->arena, path, strlen(path) + 1);
    return batches->other.path != NULL;
}

/** The run has the lock of those who write, and a thread to spare. */
static void start_other(struct mou_due_batches *batches)
{
    struct other *other = &batches->other;
    struct mou_profile *profile = batches->pass->profile;
    const bool ready = find_file(batches) && see_state(batches->pass->store, &other->seen) == MOU_OK && other->seen.ledger_head.len > 0 && make_statements(batches->pass->store) && make_other_store(batches) &&
                       (profile == NULL || mou_profile_fork(profile, &other->profile) == MOU_OK);
    other->started = ready && pthread_create(&other->thread, NULL, run_other, batches) == 0;
    if (!other->started) {
        close_other(other);
    }
    mou_buf_clear(&batches->pass->store->message); /* one thread is enough */
}

/* ------------------------------------------------------------------ the caller's thread */

/** Lists as many batches as have a slot. */
static enum mou_status list_ahead(struct mou_due_batches *batches)
{
    enum mou_status status = MOU_OK;
    while (status == MOU_OK && !batches->all_listed && batches->listed < batches->turn + batches->slot_count) {
        struct slot *slot = slot_of(batches, batches->listed);
        mou_arena_reset(slot->arena);
        memset(&slot->list, 0, sizeof slot->list);
        status = mou_list_due(batches->pass->store, (struct mou_text){batches->after.len > 0 ? batches->after.data : "", batches->after.len}, batches->size, slot->arena, &slot->list);
        if (status == MOU_OK && slot->list.count > 0) {
            const struct mou_text last = slot->list.items[slot->list.count - 1].identifier;
            mou_buf_clear(&batches->after);
            mou_buf_append(&batches->after, last.bytes, last.len);
            status = batches->after.failed ? mou_store_out_of_memory(batches->pass->store) : MOU_OK;
        }
        pthread_mutex_lock(&batches->lock);
        slot->state = SLOT_LISTED;
        batches->listed += slot->list.count > 0 ? 1 : 0;
        batches->all_listed = slot->list.count < batches->size;
        pthread_cond_broadcast(&batches->moved);
        pthread_mutex_unlock(&batches->lock);
    }
    return status;
}

/** Sees to it that the batch whose turn it is has been read; while the other thread is at it, reads one behind it. */
static enum mou_status read_turn(struct mou_due_batches *batches)
{
    struct slot *turn = slot_of(batches, batches->turn);
    enum mou_status status = MOU_OK;
    pthread_mutex_lock(&batches->lock);
    while (status == MOU_OK && turn->state != SLOT_READ) {
        struct slot *slot = turn->state == SLOT_FAILED ? turn : take_slot(batches);
        if (slot == NULL) {
            pthread_cond_wait(&batches->moved, &batches->lock);
            continue;
        }
        pthread_mutex_unlock(&batches->lock);
        status = read_slot(batches, batches->pass->store, batches->pass->profile, slot);
        pthread_mutex_lock(&batches->lock);
        slot->state = SLOT_READ;
    }
    pthread_mutex_unlock(&batches->lock);
    return status;
}

static void give_back(struct mou_due_batches *batches)
{
    pthread_mutex_lock(&batches->lock);
    batches->turn += batches->handed ? 1 : 0;
    batches->handed = false;
    pthread_mutex_unlock(&batches->lock);
}

enum mou_status mou_due_next(struct mou_due_batches *batches, struct mou_due_batch *batch)
{
    *batch = (struct mou_due_batch){.batch = NULL};
    give_back(batches);
    enum mou_status status = list_ahead(batches);
    if (status != MOU_OK || batches->turn == batches->listed) {
        return status;
    }
    status = read_turn(batches);
    const struct slot *slot = slot_of(batches, batches->turn);
    if (status == MOU_OK) {
        batches->handed = true;
        *batch = (struct mou_due_batch){slot->batch, &slot->list, slot->stands};
    }
    return status;
}

/* ------------------------------------------------------------------ life */

static bool make_slots(struct mou_due_batches *batches)
{
    bool made = true;
    for (uint32_t i = 0; made && i < batches->slot_count; i++) {
        batches->slots[i].arena = mou_arena_new(NULL);
        batches->slots[i].builder = mou_batch_builder_new(batches->pass->store->pack, NULL);
        made = batches->slots[i].arena != NULL && batches->slots[i].builder != NULL;
    }
    return made;
}

/** What subjects of one batch are related to is read once: where rules look along relations, batches are large. */
static uint32_t size_of_batch(const struct mou_pack *pack)
{
    return mou_pack_closure_depth(pack) > 0 || BATCH_SUBJECTS > MOU_BATCH_SUBJECTS ? MOU_BATCH_SUBJECTS : BATCH_SUBJECTS;
}

static enum mou_status begin(struct mou_due_batches *batches)
{
    const struct mou_pass *pass = batches->pass;
    batches->size = size_of_batch(pass->store->pack);
    const bool spare = pass->threads > 1 && pass->delta != NULL && pass->total > batches->size;
    batches->slot_count = spare ? SLOTS : 1;
    if (!make_slots(batches)) {
        return mou_store_out_of_memory(pass->store);
    }
    const enum mou_status status = list_ahead(batches);
    if (status == MOU_OK && spare) {
        start_other(batches);
    }
    return status;
}

enum mou_status mou_due_open(struct mou_pass *pass, struct mou_due_batches **batches)
{
    struct mou_arena *arena = mou_arena_new(NULL);
    struct mou_due_batches *made = arena != NULL ? MOU_NEW(arena, struct mou_due_batches) : NULL;
    if (made == NULL || pthread_mutex_init(&made->lock, NULL) != 0) {
        mou_arena_free(arena);
        return mou_store_out_of_memory(pass->store);
    }
    if (pthread_cond_init(&made->moved, NULL) != 0) {
        pthread_mutex_destroy(&made->lock);
        mou_arena_free(arena);
        return mou_store_out_of_memory(pass->store);
    }
    made->pass = pass;
    made->arena = arena;
    mou_buf_init(&made->after, NULL, 65536);
    *batches = made;
    return begin(made);
}

static void end_other(struct mou_due_batches *batches)
{
    struct other *other = &batches->other;
    if (!other->started) {
        return;
    }
    pthread_mutex_lock(&batches->lock);
    batches->stopped = true;
    pthread_cond_broadcast(&batches->moved);
    pthread_mutex_unlock(&batches->lock);
    (void)pthread_join(other->thread, NULL);
    if (other->profile != NULL) {
        mou_profile_merge(batches->pass->profile, other->profile);
    }
}

void mou_due_close(struct mou_due_batches *batches)
{
    if (batches == NULL) {
        return;
    }
    end_other(batches);
    mou_profile_free(batches->other.profile);
    for (uint32_t i = 0; i < batches->slot_count; i++) {
        mou_batch_builder_free(batches->slots[i].builder);
        mou_arena_free(batches->slots[i].arena);
    }
    mou_buf_free(&batches->after);
    pthread_cond_destroy(&batches->moved);
    pthread_mutex_destroy(&batches->lock);
    mou_arena_free(batches->arena);
}
