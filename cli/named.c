/*
 * Names given to options, against those of the pack: an empty answer to a misspelt name would be taken for a true one. Reads the pack only. Used by the commands that list and export.
 */
#include <string.h>

#include "named.h"

static const char mark[] = "、";

bool mou_names_part(struct mou_text list, struct mou_text part)
{
    const size_t step = sizeof mark - 1;
    for (size_t begin = 0; begin <= list.len;) {
        size_t end = begin;
        while (end < list.len && (list.len - end < step || memcmp(list.bytes + end, mark, step) != 0)) {
            end++;
        }
        if (mou_text_equal((struct mou_text){list.bytes + begin, end - begin}, part)) {
            return true;
        }
        begin = end + step;
    }
    return false;
}

void mou_doubt_authority(const struct mou_cli *cli, const struct mou_pack *pack, const char *name)
{
    for (uint32_t i = 0; i < mou_pack_measure_count(pack); i++) {
        struct mou_text ignored;
        struct mou_text authority;
        uint32_t memorandum = 0;
        uint32_t kind = 0;
        mou_pack_measure(pack, i, &ignored, &memorandum, &kind, &ignored, &authority);
        if (mou_names_part(authority, mou_text_of(name))) {
            return;
        }
    }
    mou_narrate(cli, mou_say(cli, "注意：规则包里没有写明由“%s”实施的措施，请核对名称", "note: no measure of the pack is declared to be carried out by “%s”; check the name"), name);
}

bool mou_list_is_known(const struct mou_cli *cli, const struct mou_pack *pack, const char *name)
{
    for (uint32_t i = 0; i < mou_pack_finding_count(pack); i++) {
        struct mou_text ignored;
        struct mou_text list_kind;
        uint32_t memorandum = 0;
        mou_pack_finding(pack, i, &ignored, &memorandum, &list_kind);
        if (list_kind.len > 0 && mou_names_part(list_kind, mou_text_of(name))) {
            return true;
        }
    }
    mou_complain(cli, mou_say(cli, "规则包里没有认定列入“%s”，请核对名单的名称", "no finding of the pack enters the list “%s”; check its name"), name);
    return false;
}
