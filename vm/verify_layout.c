/*
 * The outer form of a pack: header, hash, section table; and the checks that all verify_*.c share.
 * Runs before any section may be touched. Called by pack.c.
 */
#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "vm_limits.h"
#include "opcodes.h"
#include "sections.h"
#include "verify.h"

_Static_assert(sizeof(struct mou_pack_header) % 8 == 0, "sections behind the header stay aligned");
_Static_assert(sizeof(struct mou_pack_instruction) == 32,
               "the layout is that of the file, without gaps");
_Static_assert(sizeof(struct mou_pack_field) == 40 && sizeof(struct mou_pack_code) == 16,
               "the same");

#define HEADER MOU_PACK_NONE
#define WHOLE  MOU_PACK_NONE

/* ---------------------------------------------------------- shared checks */

bool mou_verify_place(struct mou_verifier *verifier, uint32_t section, uint32_t entry)
{
    assert(verifier != NULL);
    if (verifier->message == NULL) {
        return false;
    }
    mou_buf_text(verifier->message, section == HEADER ? "header" : mou_section_name(section));
    if (entry != WHOLE) {
        mou_buf_printf(verifier->message, "[%u]", entry);
    }
    mou_buf_text(verifier->message, ": ");
    return true;
}

/* Whether a character begins, or the strings end, at `offset`. */
static bool at_character(const struct mou_pack *pack, uint32_t offset)
{
    return offset == pack->strings_len || ((unsigned char)pack->strings[offset] & 0xC0u) != 0x80u;
}

bool mou_verify_text(struct mou_verifier *verifier, uint32_t section, uint32_t entry,
                     const char *member, struct mou_pack_text text)
{
    const struct mou_pack *pack = verifier->pack;
    if (text.offset > pack->strings_len || text.len > pack->strings_len - text.offset) {
        return MOU_REFUSE(verifier, section, entry,
                          "%s: text %u+%u lies outside the strings (%u bytes)", member, text.offset,
                          text.len, pack->strings_len);
    }
    if (!at_character(pack, text.offset) || !at_character(pack, text.offset + text.len)) {
        return MOU_REFUSE(verifier, section, entry, "%s: text %u+%u cuts a character", member,
                          text.offset, text.len);
    }
    return true;
}

bool mou_verify_index(struct mou_verifier *verifier, uint32_t section, uint32_t entry,
                      const char *member, uint32_t value, uint32_t count, bool optional)
{
    if (value < count || (optional && value == MOU_PACK_NONE)) {
        return true;
    }
    return MOU_REFUSE(verifier, section, entry, "%s: %u is not below %u", member, value, count);
}

bool mou_verify_range(struct mou_verifier *verifier, uint32_t section, uint32_t entry,
                      const char *member, uint32_t first, uint32_t count, uint32_t total)
{
    if (first <= total && count <= total - first) {
        return true;
    }
    return MOU_REFUSE(verifier, section, entry, "%s: %u entries from %u do not lie within %u",
                      member, count, first, total);
}

bool mou_verify_span(struct mou_verifier *verifier, uint32_t section, uint32_t entry,
                     struct mou_pack_span span)
{
    const struct mou_pack *pack = verifier->pack;
    if (span.source == MOU_PACK_NONE && span.begin == 0 && span.end == 0) {
        return true;
    }
    if (!mou_verify_index(verifier, section, entry, "source", span.source, pack->sources_count,
                          false)) {
        return false;
    }
    const struct mou_pack_text text = pack->sources[span.source].text;
    if (span.begin > span.end || span.end > text.len ||
        !at_character(pack, text.offset + span.begin) ||
        !at_character(pack, text.offset + span.end)) {
        return MOU_REFUSE(verifier, section, entry,
                          "span %u to %u does not fit source %u (%u bytes)", span.begin, span.end,
                          span.source, text.len);
    }
    return true;
}

/* ---------------------------------------------------------- header */

/* Whether numbers lie in memory as they do in the file. */
static bool host_is_little_endian(void)
{
    const uint32_t one = 1;
    unsigned char first = 0;
    memcpy(&first, &one, sizeof first);
    return first == 1;
}

static bool header_sound(struct mou_verifier *verifier, const unsigned char *bytes, size_t len)
{
    const struct mou_pack_header *header = (const void *)bytes;
    if (!host_is_little_endian()) {
        return MOU_REFUSE(verifier, HEADER, WHOLE, "packs are little endian, this machine is not");
    }
    if ((uintptr_t)bytes % 8 != 0) {
        return MOU_REFUSE(verifier, HEADER, WHOLE, "the pack's memory is not aligned to 8 bytes");
    }
    if (len < sizeof *header || len > MOU_PACK_BYTES_MAX) {
        return MOU_REFUSE(verifier, HEADER, WHOLE, "%zu bytes are no pack", len);
    }
    if (memcmp(header->magic, MOU_PACK_MAGIC, sizeof header->magic) != 0) {
        return MOU_REFUSE(verifier, HEADER, WHOLE, "not a pack: the magic is missing");
    }
    if (header->version != MOU_PACK_VERSION) {
        return MOU_REFUSE(verifier, HEADER, WHOLE, "format version %u, this machine reads %u; build the rules again",
                          header->version, MOU_PACK_VERSION);
    }
    if (header->file_size != len) {
        return MOU_REFUSE(verifier, HEADER, WHOLE,
                          "the pack says that it has %llu bytes, it has %zu",
                          (unsigned long long)header->file_size, len);
    }
    return true;
}

/* The hash is that of the whole file with its own place zero. */
static bool hash_matches(struct mou_verifier *verifier, const unsigned char *bytes, size_t len)
{
    const size_t at = offsetof(struct mou_pack_header, content_hash);
    const unsigned char zeros[32] = {0};
    unsigned char hash[32];
    struct mou_sha256_pieces pieces;
    mou_sha256_begin(&pieces);
    mou_sha256_add(&pieces, bytes, at);
    mou_sha256_add(&pieces, zeros, sizeof zeros);
    mou_sha256_add(&pieces, bytes + at + sizeof hash, len - at - sizeof hash);
    mou_sha256_end(&pieces, hash);
    if (memcmp(hash, bytes + at, sizeof hash) != 0) {
        return MOU_REFUSE(verifier, HEADER, WHOLE, "the content does not match its hash");
    }
    return true;
}

static bool header_numbers(struct mou_verifier *verifier, const struct mou_pack_header *header)
{
    if (header->section_count != MOU_SECTION_COUNT) {
        return MOU_REFUSE(verifier, HEADER, WHOLE, "%u sections instead of %u",
                          header->section_count, (unsigned)MOU_SECTION_COUNT);
    }
    if (header->language_edition != 1) {
        return MOU_REFUSE(verifier, HEADER, WHOLE, "language edition %u is not known",
                          header->language_edition);
    }
    if (header->closure_depth > MOU_CLOSURE_DEPTH_MAX) {
        return MOU_REFUSE(verifier, HEADER, WHOLE, "closure depth %u is above %u",
                          header->closure_depth, MOU_CLOSURE_DEPTH_MAX);
    }
    return true;
}

/* ---------------------------------------------------------- section table */

static uint32_t entry_size_of(uint32_t section)
{
    switch ((enum mou_pack_section)section) {
#define SIZE(name, type, member)                                                                   \
    case MOU_SECTION_##name: return sizeof(struct type);
        MOU_PACK_SECTIONS(SIZE)
#undef SIZE
    case MOU_SECTION_STRINGS: return 1;
    case MOU_SECTION_LISTS: return sizeof(uint32_t);
    case MOU_SECTION_COUNT: break;
    }
    assert(false);
    return 0;
}

/* Section `section` lies behind `end` of the one before; *end moves on. */
static bool section_sound(struct mou_verifier *verifier, uint32_t section,
                          const struct mou_pack_section_entry *entry, uint64_t *end, size_t len)
{
    const uint32_t entry_size = entry_size_of(section);
    if (entry->entry_size != entry_size) {
        return MOU_REFUSE(verifier, section, WHOLE, "entries of %u bytes instead of %u",
                          entry->entry_size, entry_size);
    }
    if ((uint64_t)entry->count * entry_size != entry->size) {
        return MOU_REFUSE(verifier, section, WHOLE, "%u entries do not make %u bytes", entry->count,
                          entry->size);
    }
    if (entry->offset % 8 != 0 || entry->offset < *end) {
        return MOU_REFUSE(verifier, section, WHOLE,
                          "offset %u is not aligned or lies in what comes before", entry->offset);
    }
    *end = (uint64_t)entry->offset + entry->size;
    if (*end > len) {
        return MOU_REFUSE(verifier, section, WHOLE, "%u bytes from %u run past the end",
                          entry->size, entry->offset);
    }
    return true;
}

bool mou_verify_layout(struct mou_verifier *verifier, const unsigned char *bytes, size_t len)
{
    assert(verifier != NULL && bytes != NULL);
    if (!header_sound(verifier, bytes, len) || !hash_matches(verifier, bytes, len)) {
        return false;
    }
    const struct mou_pack_header *header = (const void *)bytes;
    if (!header_numbers(verifier, header)) {
        return false;
    }
    uint64_t end = sizeof *header;
    for (uint32_t section = 0; section < MOU_SECTION_COUNT; section++) {
        if (!section_sound(verifier, section, &header->sections[section], &end, len)) {
            return false;
        }
    }
    return true;
}
