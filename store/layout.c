/*
 * The national layout of administrative licences and penalties (双公示, 发改办财金〔2018〕424号): its column codes and Chinese names as
 * field names of the vocabulary.
 */
#include <string.h>

#include "intake.h"

/** Code without its XK_ or CF_ prefix, the standard's Chinese name, the vocabulary's field, and how many characters it may have (0: not said, or not confirmed). */
struct layout_column {
    const char *code;
    const char *header;
    const char *field;
    uint32_t length;
};

static const struct layout_column columns[] = {
    {"WSH", "行政处罚决定书文号", "处罚决定书文号", 128}, {"XK_WSH", "行政许可决定文书号", "许可决定书文号", 64}, {"WFXW", "违法行为类型", "违法行为类型", 0},
    {"SY", "违法事实", "违法事实", 0}, {"YJ", "处罚依据", "处罚依据", 0}, {"CFLB", "处罚类别", "处罚种类", 0}, {"NR", "处罚内容", "处罚内容", 0},
    {"NR_FK", "罚款金额", "罚款金额", 0}, {"NR_WFFF", "没收违法所得、没收非法财物的金额", "没收金额", 0}, {"NR_ZKDX", "暂扣或吊销证照名称及编号", "暂扣或吊销证照", 200},
    {"CF_JDRQ", "处罚决定日期", "处罚决定日期", 0}, {"YXQ", "处罚有效期", "处罚有效期", 0}, {"GSJZQ", "公示截止期", "公示截止期", 0},
    {"CFJG", "处罚机关", "处罚机关", 200}, {"CFJGDM", "处罚机关统一社会信用代码", "处罚机关代码", 18}, {"LYDW", "数据来源单位", "数据来源单位", 200},
    {"SJLY", "数据来源单位", "数据来源单位", 200}, {"LYDWDM", "数据来源单位统一社会信用代码", "数据来源单位代码", 18}, {"SJLYDM", "数据来源单位统一社会信用代码", "数据来源单位代码", 18},
    {"BZ", "备注", "备注", 0}, {"XK_BZ", "备注", "备注", 4000}, {"XKWS", "行政许可决定文书名称", "许可决定书名称", 64}, {"XKLB", "许可类别", "许可类别", 256}, {"XKZS", "许可证书名称", "许可证书名称", 64},
    {"XKBH", "许可编号", "许可编号", 64}, {"XK_NR", "许可内容", "许可内容", 4000}, {"XK_JDRQ", "许可决定日期", "许可决定日期", 0}, {"YXQZ", "有效期自", "有效期自", 0},
    {"YXQZI", "有效期至", "有效期至", 0}, {"XKJG", "许可机关", "许可机关", 200}, {"XKJGDM", "许可机关统一社会信用代码", "许可机关代码", 18}, {"ZT", "当前状态", "当前状态", 0},
};

static const char *const identifiers[] = {"统一社会信用代码", "行政相对人代码_1(统一社会信用代码)", "行政相对人代码_1（统一社会信用代码）", "XDR_SHXYM", "XDR_ZJHM", "证件号码", "自然人证件号码"};
static const char *const details[] = {"行政相对人名称", "行政相对人类别", "法定代表人", "法定代表人证件类型", "法定代表人证件号码", "证件类型", "工商注册号", "组织机构代码", "税务登记号",
                                      "事业单位证书号", "社会组织登记证号", "XDR_MC", "XDR_LB", "XDR_GSZC", "XDR_ZZJG", "XDR_SWDJ", "XDR_SYDW", "XDR_SHZZ", "FRDB", "FR_ZJLX", "FR_SFZH", "FR_ZJHM", "XDR_ZJLX"};

static bool equals(struct mou_text text, const char *word)
{
    return mou_text_equal(text, mou_text_of(word));
}

/** The header without a CF_ or XK_ prefix, as codes come from one department or another. */
static struct mou_text without_prefix(struct mou_text header)
{
    bool prefixed = header.len > 3 && (memcmp(header.bytes, "CF_", 3) == 0 || memcmp(header.bytes, "XK_", 3) == 0);
    return prefixed ? (struct mou_text){header.bytes + 3, header.len - 3} : header;
}

static const struct layout_column *find_column(struct mou_text header)
{
    for (int stripped = 0; stripped < 2; stripped++) {
        struct mou_text name = stripped ? without_prefix(header) : header;
        for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
            if (equals(name, columns[i].code) || equals(name, columns[i].header)) {
                return &columns[i];
            }
        }
    }
    return NULL;
}

struct mou_text mou_layout_field(struct mou_text header)
{
    const struct layout_column *column = find_column(header);
    return column != NULL ? mou_text_of(column->field) : header;
}

uint32_t mou_layout_length(struct mou_text header)
{
    const struct layout_column *column = find_column(header);
    return column != NULL ? column->length : 0;
}

static bool listed(struct mou_text header, const char *const *words, size_t count)
{
    struct mou_text bare = without_prefix(header);
    for (size_t i = 0; i < count; i++) {
        if (equals(header, words[i]) || equals(bare, words[i])) {
            return true;
        }
    }
    return false;
}

bool mou_layout_is_identifier(struct mou_text header)
{
    return listed(header, identifiers, sizeof identifiers / sizeof identifiers[0]);
}

bool mou_layout_has(struct mou_text header)
{
    return find_column(header) != NULL || mou_layout_is_identifier(header) || listed(header, details, sizeof details / sizeof details[0]);
}
