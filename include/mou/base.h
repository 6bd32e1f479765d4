/*
 * What every part of Mou shares: memory arenas, text, source spans, diagnostics, exact values and civil dates.
 * It knows nobody, does no input or output, and holds no global state. All functions may be called from any thread as
 * long as no two threads use the same object at the same time.
 */
#ifndef MOU_BASE_H
#define MOU_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define MOU_API __attribute__((visibility("default")))
#define MOU_MUST_USE __attribute__((warn_unused_result))
#define MOU_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define MOU_API
#define MOU_MUST_USE
#define MOU_PRINTF(fmt, args)
#endif

/** Outcome of a library call. Everything but MOU_OK leaves a message in the caller's diagnostics or error text. */
enum mou_status {
    MOU_OK = 0,
    MOU_ERROR_MEMORY,    /**< an allocation failed or a stated limit was reached */
    MOU_ERROR_SOURCE,    /**< rule sources have errors, see the diagnostics */
    MOU_ERROR_PACK,      /**< a pack is damaged, of another format version or fails verification */
    MOU_ERROR_DATA,      /**< subject data that cannot be taken */
    MOU_ERROR_IO,        /**< file, stream or database */
    MOU_ERROR_USAGE,     /**< an argument of the call is wrong */
    MOU_ERROR_AUTHORITY, /**< a signature does not hold, or a person may not do this alone */
    MOU_ERROR_INTERNAL   /**< a defect of Mou itself */
};

/* ------------------------------------------------------------------ memory */

/**
 * Allocator used by every arena and buffer made under it; tests pass one that fails on purpose.
 * resize(state, old, old_size, new_size): new_size 0 frees and returns NULL; NULL on failure with old untouched.
 */
struct mou_allocator {
    void *(*resize)(void *state, void *old, size_t old_size, size_t new_size);
    void *state;
};

/** The allocator over the C library's heap. */
MOU_API const struct mou_allocator *mou_allocator_default(void);

/**
 * Chunked bump allocator: memory of one lifetime, released at once. The first failure is sticky: `mou_arena_failed` tells it,
 * and every later allocation returns NULL, so a stage may check once at its end but must test pointers before use.
 */
struct mou_arena;
MOU_API struct mou_arena *mou_arena_new(const struct mou_allocator *allocator) MOU_MUST_USE; /**< NULL allocator: default */
MOU_API void mou_arena_free(struct mou_arena *arena);                                        /**< NULL is fine */
/** Forgets all content, keeps the first chunk. */
MOU_API void mou_arena_reset(struct mou_arena *arena);
/** Forgets all content, keeps the memory that was used: for work of the same size, again and again. */
MOU_API void mou_arena_rewind(struct mou_arena *arena);
/** Zeroed memory aligned to 16 bytes, or NULL. `size` 0 gives a valid pointer. */
MOU_API void *mou_arena_alloc(struct mou_arena *arena, size_t size) MOU_MUST_USE;
/** `count` zeroed elements of `size` bytes; NULL also on multiplication overflow. */
MOU_API void *mou_arena_array(struct mou_arena *arena, size_t count, size_t size) MOU_MUST_USE;
/** Copies `len` bytes and appends a NUL. */
MOU_API char *mou_arena_copy(struct mou_arena *arena, const char *bytes, size_t len) MOU_MUST_USE;
MOU_API bool mou_arena_failed(const struct mou_arena *arena);
/** Makes the arena a failed one: for work whose result belongs into it and failed elsewhere. */
MOU_API void mou_arena_fail(struct mou_arena *arena);
/** An allocator whose pieces are the arena's: what is given back stays with it until it is released. Valid as long as the arena. */
MOU_API struct mou_allocator mou_arena_allocator(struct mou_arena *arena) MOU_MUST_USE;
MOU_API size_t mou_arena_used_bytes(const struct mou_arena *arena);
#define MOU_NEW(arena, type) ((type *)mou_arena_alloc((arena), sizeof(type)))
#define MOU_NEW_ARRAY(arena, count, type) ((type *)mou_arena_array((arena), (count), sizeof(type)))

/** Growing byte buffer with a mandatory maximum; failure is sticky (`failed`), bytes written before stay. */
struct mou_buf {
    char *data; /**< always NUL-terminated once anything was written; owned */
    size_t len;
    size_t capacity;
    size_t max_bytes;
    const struct mou_allocator *allocator;
    bool failed;
};
MOU_API void mou_buf_init(struct mou_buf *buf, const struct mou_allocator *allocator, size_t max_bytes);
MOU_API void mou_buf_free(struct mou_buf *buf);
MOU_API void mou_buf_clear(struct mou_buf *buf);
/** Makes room for so many bytes more at once; failure is remembered as that of appending them. */
MOU_API void mou_buf_reserve(struct mou_buf *buf, size_t more);
MOU_API void mou_buf_append(struct mou_buf *buf, const void *bytes, size_t len);
MOU_API void mou_buf_text(struct mou_buf *buf, const char *text);
MOU_API void mou_buf_char(struct mou_buf *buf, char c);
MOU_API void mou_buf_int(struct mou_buf *buf, int64_t value);
MOU_API void mou_buf_printf(struct mou_buf *buf, const char *format, ...) MOU_PRINTF(2, 3);
/** Appends a JSON string literal, quotes included, UTF-8 kept, control characters escaped, ill-formed bytes as U+FFFD. */
MOU_API void mou_buf_json_text(struct mou_buf *buf, const char *bytes, size_t len);
/** Appends bytes as lower-case hexadecimal digits. */
MOU_API void mou_buf_hex(struct mou_buf *buf, const void *bytes, size_t len);

/** A borrowed piece of UTF-8 text, not NUL-terminated unless said so. */
struct mou_text {
    const char *bytes;
    size_t len;
};
/** Appends text so that no character of it is markup in HTML or XML; control characters, which XML refuses, are left out. */
MOU_API void mou_buf_markup(struct mou_buf *buf, struct mou_text text);
/**
 * Copies what `buf` holds into the arena, NUL-terminated, and frees the buffer. A failed buffer makes the arena a failed one, so that
 * a text cut short cannot pass for the whole; the result is then "", never NULL.
 */
MOU_API struct mou_text mou_buf_into_arena(struct mou_buf *buf, struct mou_arena *arena);

/** Dynamic array of any element type held in an arena: old storage is abandoned to the arena on growth. */
#define MOU_VEC(type)      \
    struct {               \
        type *items;       \
        size_t count;      \
        size_t capacity;   \
    }
/** Grows `vec` so that one more element fits; false when memory ran out. Evaluates its arguments more than once. */
#define MOU_VEC_RESERVE(arena, vec)                                                                                    \
    ((vec)->count < (vec)->capacity ||                                                                                 \
     mou_vec_grow((arena), (void **)&(vec)->items, &(vec)->capacity, (vec)->count, sizeof(*(vec)->items)))
/** Appends `value`; false when memory ran out. */
#define MOU_VEC_PUSH(arena, vec, value) (MOU_VEC_RESERVE(arena, vec) ? ((vec)->items[(vec)->count++] = (value), true) : false)
MOU_API bool mou_vec_grow(struct mou_arena *arena, void **items, size_t *capacity, size_t count, size_t item_size);

/* ------------------------------------------------------------------ text */

#define MOU_TEXT(literal) ((struct mou_text){(literal), sizeof(literal) - 1})
MOU_API bool mou_text_equal(struct mou_text a, struct mou_text b);
/** The ASCII letter in lower case; every other byte as it is. */
MOU_API char mou_text_lower(char byte);
/** Whether the texts are the same but for the case of ASCII letters. */
MOU_API bool mou_text_equal_letters(struct mou_text a, struct mou_text b);
/** Byte order, shorter first on a tie: <0, 0, >0. */
MOU_API int mou_text_compare(struct mou_text a, struct mou_text b);
MOU_API struct mou_text mou_text_of(const char *nul_terminated);
/** Length in bytes of the well-formed code point at `bytes`, 0 if ill-formed or `len` is 0; stores it in *code_point. */
MOU_API size_t mou_utf8_decode(const char *bytes, size_t len, uint32_t *code_point);
MOU_API bool mou_utf8_valid(const char *bytes, size_t len);
/** Appends the UTF-8 form of `code_point` (a scalar value) to `out` (at least 4 bytes); returns its length. */
MOU_API size_t mou_utf8_encode(uint32_t code_point, char *out);
/** Terminal cells: 2 for East Asian wide and fullwidth, 0 for combining, 1 otherwise. */
MOU_API unsigned mou_display_width(uint32_t code_point);
MOU_API size_t mou_text_width(struct mou_text text);
MOU_API size_t mou_text_characters(struct mou_text text);
/**
 * Edit distance in characters, capped at `limit` + 1; for nearest-name suggestions. Texts of more than 64 characters behind the
 * beginning that they share are always beyond the limit.
 */
MOU_API unsigned mou_text_distance(struct mou_text a, struct mou_text b, unsigned limit);

/** Interning table: equal texts get equal ids, ids count from 0 in order of first sight. */
struct mou_intern;
#define MOU_INTERN_NONE UINT32_MAX
MOU_API struct mou_intern *mou_intern_new(struct mou_arena *arena) MOU_MUST_USE; /**< lives in the arena */
/**
 * A table that begins with the texts and numbers of `base`, which outlives it, may be shared and must not grow any more. NULL `base`: an
 * empty one.
 */
MOU_API struct mou_intern *mou_intern_new_over(struct mou_arena *arena, const struct mou_intern *base) MOU_MUST_USE;
/** The table that `table` was made over, or NULL. */
MOU_API const struct mou_intern *mou_intern_base(const struct mou_intern *table);
/** Id of `text`, which is copied into the arena when new; MOU_INTERN_NONE when memory ran out. */
MOU_API uint32_t mou_intern_add(struct mou_intern *table, struct mou_text text);
MOU_API uint32_t mou_intern_find(const struct mou_intern *table, struct mou_text text);
MOU_API struct mou_text mou_intern_text(const struct mou_intern *table, uint32_t id);
MOU_API uint32_t mou_intern_count(const struct mou_intern *table);

/** SHA-256 (FIPS 180-4). `out` holds 32 bytes. */
MOU_API void mou_sha256(const void *bytes, size_t len, unsigned char out[32]);
/** The same over bytes that come in pieces: begin, add any number of times, end. */
struct mou_sha256_pieces {
    uint64_t state[13]; /**< opaque */
};
MOU_API void mou_sha256_begin(struct mou_sha256_pieces *pieces);
MOU_API void mou_sha256_add(struct mou_sha256_pieces *pieces, const void *bytes, size_t len);
MOU_API void mou_sha256_end(struct mou_sha256_pieces *pieces, unsigned char out[32]);

/* ------------------------------------------------------------------ sources and diagnostics */

/** Bytes [begin, end) of source number `source`. */
struct mou_span {
    uint32_t source;
    uint32_t begin;
    uint32_t end;
};
#define MOU_NO_SPAN ((struct mou_span){UINT32_MAX, 0, 0})
/** Whether both are the same place; MOU_NO_SPAN is the same as itself. */
MOU_API bool mou_span_equal(struct mou_span a, struct mou_span b);

/** One rule file's text. `bytes` is NUL-terminated behind `len`; both borrowed by whoever holds the struct. */
struct mou_source {
    const char *path; /**< as given by the user, for messages */
    const char *bytes;
    size_t len;
};

struct mou_place {
    uint32_t line;   /**< from 1 */
    uint32_t column; /**< in characters, from 1 */
};
/** Line and column of a byte offset. Lines end with LF, CRLF or, where no LF follows, CR. */
MOU_API struct mou_place mou_source_place(const struct mou_source *source, size_t offset);
/** The line (without line break) that holds `offset`; *line_begin receives its first byte's offset. */
MOU_API struct mou_text mou_source_line(const struct mou_source *source, size_t offset, size_t *line_begin);

enum mou_severity { MOU_SEVERITY_ERROR, MOU_SEVERITY_WARNING, MOU_SEVERITY_NOTE };
enum mou_lang { MOU_LANG_ZH, MOU_LANG_EN };

/** Words for an error number of the operating system (errno). */
struct mou_os_words { char text[96]; };
MOU_API struct mou_os_words mou_os_error(int number, enum mou_lang lang);

/** Every diagnostic's stable number; the texts in both languages come from the same list (base/diagnostics.def). */
enum mou_diag_code {
#define MOU_DIAGNOSTIC(id, code, severity, zh, en, basis, help_zh, help_en) MOU_DIAG_##id,
#include "mou/diagnostics.def"
#undef MOU_DIAGNOSTIC
    MOU_DIAG_COUNT
};

/** A machine-applicable correction: replace `span` by `text`. */
struct mou_fixit {
    struct mou_span span;
    struct mou_text text;
};

struct mou_diagnostic {
    enum mou_diag_code code;
    struct mou_span span;        /**< empty at the beginning: the file as a whole */
    struct mou_span second;      /**< MOU_NO_SPAN if none: the other of two places that disagree */
    const struct mou_span *further; /**< more places behind `second`, as the rest of a cycle; in the arena of the diagnostics */
    uint32_t further_count;
    struct mou_text arguments[4]; /**< substituted for {0}…{3} in the texts; copied into the list's arena */
    struct mou_text suggestion;  /**< nearest name or split, empty if none */
    bool has_fixit;
    struct mou_fixit fixit;
};

/** Collected diagnostics of one compilation, kept in the arena given. At most one is kept for the same code and place. */
struct mou_diagnostics {
    struct mou_arena *arena;
    MOU_VEC(struct mou_diagnostic) list;
    size_t error_count;
    bool overflowed; /**< more than MOU_DIAGNOSTICS_MAX were reported */
    struct mou_diagnostic scrap[1]; /**< handed out where a diagnostic cannot be kept */
};
#define MOU_DIAGNOSTICS_MAX 1000
MOU_API void mou_diagnostics_init(struct mou_diagnostics *diagnostics, struct mou_arena *arena);
/**
 * Adds one diagnostic; the result may be filled further (second span, suggestion, fix-it) and is never NULL (a scrap one is
 * handed out when memory ran out). `a0`…`a2` may be empty texts.
 */
MOU_API struct mou_diagnostic *mou_diagnose(struct mou_diagnostics *diagnostics, enum mou_diag_code code, struct mou_span span,
                                            struct mou_text a0, struct mou_text a1, struct mou_text a2);
/**
 * Adds what another list holds, in its order, as if it had been reported here. Texts and further places are borrowed: `from` lives as long
 * as `diagnostics`.
 */
MOU_API void mou_diagnostics_append(struct mou_diagnostics *diagnostics, const struct mou_diagnostics *from);
/** Sorts by source and position and drops repeats. */
MOU_API void mou_diagnostics_sort(struct mou_diagnostics *diagnostics);
MOU_API const char *mou_diag_code_text(enum mou_diag_code code); /**< "E0102" */
MOU_API enum mou_severity mou_diag_severity(enum mou_diag_code code);
MOU_API const char *mou_diag_basis(enum mou_diag_code code); /**< the article of law it stands on, or "" */
/** Appends the one-line message in `lang`, arguments filled in. */
MOU_API void mou_diagnostic_message(const struct mou_diagnostic *diagnostic, enum mou_lang lang, struct mou_buf *out);
/** Appends the one-line advice in `lang`; nothing where there is none. */
MOU_API void mou_diagnostic_help(const struct mou_diagnostic *diagnostic, enum mou_lang lang, struct mou_buf *out);
/** Appends message, place, excerpt with carets aligned by display width, second place, help, legal basis, suggestion. */
MOU_API void mou_diagnostic_render(const struct mou_diagnostic *diagnostic, const struct mou_source *sources, size_t source_count,
                                   enum mou_lang lang, bool colour, struct mou_buf *out);

/* ------------------------------------------------------------------ exact values */

/** What can go wrong with an exact value at run time (language: faults behave as unknown at their place). */
enum mou_fault {
    MOU_FAULT_NONE = 0,
    MOU_FAULT_OVERFLOW = 1,     /**< F001 */
    MOU_FAULT_NO_CALENDAR = 2,  /**< F002 */
    MOU_FAULT_DIVIDE_ZERO = 3,  /**< F003 */
    MOU_FAULT_DATE_RANGE = 4    /**< F004 */
};
MOU_API const char *mou_fault_code(enum mou_fault fault); /**< "F001"; "" for none */

/** 128-bit intermediate of exact arithmetic. */
__extension__ typedef __int128 mou_wide;

/** Exact fraction in lowest terms, den > 0. */
struct mou_ratio {
    int64_t num;
    int64_t den;
};
/** Reduces num/den (128-bit intermediate) to lowest terms; MOU_FAULT_OVERFLOW or MOU_FAULT_DIVIDE_ZERO. */
MOU_API enum mou_fault mou_ratio_make(mou_wide num, mou_wide den, struct mou_ratio *out);
/** Sign of a - b, exact. */
MOU_API int mou_ratio_compare(struct mou_ratio a, struct mou_ratio b);
enum mou_rounding { MOU_ROUND_HALF_UP, MOU_ROUND_TOWARD_ZERO, MOU_ROUND_AWAY };
MOU_API enum mou_fault mou_ratio_round(struct mou_ratio value, enum mou_rounding mode, int64_t *out);
/** Overflow-checked 64-bit arithmetic. */
MOU_API enum mou_fault mou_add_i64(int64_t a, int64_t b, int64_t *out);
MOU_API enum mou_fault mou_sub_i64(int64_t a, int64_t b, int64_t *out);
MOU_API enum mou_fault mou_mul_i64(int64_t a, int64_t b, int64_t *out);

/** Reads yuan with at most two decimals ("1000000.00", "-3.5") as fen. false if malformed or out of range. */
MOU_API bool mou_money_parse(struct mou_text text, int64_t *fen);
/** Reads an amount in `unit_fen` (wan yuan: 1000000) with up to six decimals that must come out as whole fen. */
MOU_API bool mou_money_parse_unit(struct mou_text text, int64_t unit_fen, int64_t *fen);
/** Appends fen as yuan with two decimals: 100 -> "1.00". */
MOU_API void mou_money_format(int64_t fen, struct mou_buf *out);
/** Ratio fields are integers of 10^-8. Reads "0.1", "10%", "5‰". */
#define MOU_RATIO_SCALE 100000000
MOU_API bool mou_ratio_parse(struct mou_text text, int64_t *scaled);
MOU_API void mou_ratio_format(int64_t scaled, struct mou_buf *out);

/* ------------------------------------------------------------------ civil dates (proleptic Gregorian, 1900–2199) */

/** Days since 1900-01-01. */
typedef int32_t mou_date;
#define MOU_DATE_MIN 0
#define MOU_DATE_MAX 109572 /* 2199-12-31 */
#define MOU_DATE_NONE INT32_MIN
struct mou_civil {
    int year;
    int month;
    int day;
};
MOU_API bool mou_date_from_civil(struct mou_civil civil, mou_date *out); /**< false: not in the calendar or out of range */
MOU_API struct mou_civil mou_date_to_civil(mou_date date);
/** Reads "2024-02-29", "2024/2/29", "2024.2.29", "20240229", "2024年2月29日"; white space around is allowed. */
MOU_API bool mou_date_parse(struct mou_text text, mou_date *out);
/** Appends "2024-02-29". */
MOU_API void mou_date_format(mou_date date, struct mou_buf *out);
MOU_API int mou_date_weekday(mou_date date); /**< 1 Monday … 7 Sunday */
/** Civil Code art. 202: keeps the day of the month, else the month's last day. */
MOU_API enum mou_fault mou_date_add_months(mou_date date, int64_t months, mou_date *out);
MOU_API enum mou_fault mou_date_add_days(mou_date date, int64_t days, mou_date *out);
MOU_API enum mou_fault mou_date_month_start(mou_date date, mou_date *out);
/** Day `day` of the month after `date`'s, its last day where there is no such day; day < 1 is MOU_FAULT_DATE_RANGE. */
MOU_API enum mou_fault mou_date_next_month_day(mou_date date, int64_t day, mou_date *out);
/** Largest n >= 0 with birth + n years <= today; -1 where birth lies after today. */
MOU_API int64_t mou_date_age(mou_date birth, mou_date today);

/** Official working days of one year; `rest[d]` bit set: day d of the year (from 0) is no working day. */
struct mou_calendar_year {
    int32_t year;
    uint32_t rest[12]; /**< 366 bits */
};
/** Years in ascending order; borrowed. */
struct mou_calendar {
    const struct mou_calendar_year *years;
    size_t count;
};
/** Fills the weekend pattern of `year`. */
MOU_API void mou_calendar_year_init(struct mou_calendar_year *calendar_year, int year);
MOU_API void mou_calendar_year_set(struct mou_calendar_year *calendar_year, mou_date date, bool rest);
MOU_API enum mou_fault mou_calendar_is_workday(const struct mou_calendar *calendar, mou_date date, bool *out);
/**
 * The n-th working day after `date` (n > 0), before it (n < 0), or itself (n = 0) - Civil Code art. 201: the first day is not counted.
 */
MOU_API enum mou_fault mou_calendar_add_workdays(const struct mou_calendar *calendar, mou_date date, int64_t n, mou_date *out);
/** `date` if it is a working day, else the next one. */
MOU_API enum mou_fault mou_calendar_roll_forward(const struct mou_calendar *calendar, mou_date date, mou_date *out);

/* ------------------------------------------------------------------ identifiers */

enum mou_id_check {
    MOU_ID_VALID,
    MOU_ID_BAD_LENGTH,
    MOU_ID_BAD_CHARACTER,
    MOU_ID_BAD_DATE,  /**< resident identity number: birth date not in the calendar */
    MOU_ID_BAD_CHECK  /**< only the check digit is wrong: a warning that an officer can confirm */
};
/** Unified social credit code, GB 32100-2015 with GB 11714 inside. */
MOU_API enum mou_id_check mou_id_check_uscc(struct mou_text code);
/** Resident identity number, GB 11643-1999. */
MOU_API enum mou_id_check mou_id_check_resident(struct mou_text number);

MOU_API const char *mou_version(void); /**< "0.1.0" */

#ifdef __cplusplus
}
#endif
#endif
