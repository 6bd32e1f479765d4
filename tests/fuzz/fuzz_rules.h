/*
 * What the targets that read data share: one small rule pack with every type of field, nested records, relations and objections, compiled
 * once for the process; and the check that makes a target fail.
 */
#ifndef MOU_TESTS_FUZZ_RULES_H
#define MOU_TESTS_FUZZ_RULES_H

#include <stdio.h>
#include <stdlib.h>

#include "mou/compiler.h"
#include "mou/vm.h"

/** Stops the process, saying what does not hold. */
#define fuzz_require(condition) fuzz_check((condition), #condition)

static inline void fuzz_check(bool holds, const char *condition)
{
    if (!holds) {
        (void)fprintf(stderr, "does not hold: %s\n", condition);
        abort();
    }
}

/* clang-format off */
static const char fuzz_rules[] =
    "规则包 试词 版本 \"1\"\n"
    "\n"
    "代码表 情形表\n"
    "    轻微 = 1、严重 = 3\n"
    "\n"
    "机关 甲局 \"甲局全称\"\n"
    "\n"
    "主体类别 自然人 \"自然人\" 标识 居民身份证号\n"
    "主体类别 单位   \"单位\"   标识 统一社会信用代码\n"
    "\n"
    "名单类别 黑名单、红名单\n"
    "\n"
    "措施目录 目录 版本 \"1\"\n"
    "    M01 限制一 性质 减损权益 程度 禁止 适用 单位、自然人\n"
    "    I01 便利一 性质 便利服务 程度 优先 适用 单位、自然人\n"
    "\n"
    "属性 自然人\n"
    "    姓名： 文本\n"
    "    出生日期： 日期\n"
    "属性 单位\n"
    "    名称： 文本 默认 \"无名\"\n"
    "    资本： 金额\n"
    "    规模： 整数\n"
    "\n"
    "关系 法人 从 单位 到 自然人 反称 所任单位\n"
    "关系 股东 从 单位 到 单位\n"
    "\n"
    "记录 案 \"案卷\"\n"
    "    来源 甲局\n"
    "    文书 文号 作出 作出日 送达 送达日\n"
    "    文号：   文本 必填 主键\n"
    "    作出日： 日期 必填\n"
    "    送达日： 日期\n"
    "    款额：   金额\n"
    "    成数：   比例\n"
    "    件数：   整数 默认 1\n"
    "    情形：   代码 情形表\n"
    "    已办：   是否\n"
    "    期限：   期间\n"
    "\n"
    "记录 分项 隶属 案\n"
    "    年度： 整数 必填\n"
    "    税额： 金额\n"
    "\n"
    "记录 明细 隶属 分项\n"
    "    名目： 文本 必填\n"
    "\n"
    "记录 附件 隶属 案\n"
    "    名称： 文本\n"
    "\n"
    "备忘录 试备忘录\n"
    "    标题 \"例\"\n"
    "    文号 试发〔2020〕1号\n"
    "    牵头 甲局\n"
    "    施行 2015年1月1日\n"
    "    版本 \"1.0\"\n"
    "\n"
    "认定 失信\n"
    "    列入 黑名单\n"
    "    凭 案\n"
    "    当 情形 是 严重 且 款额 不少于 1万元 且 成数 大于 10%\n"
    "    自 作出日\n"
    "    为期 期限\n"
    "    凭 案\n"
    "    当 任一 分项 满足 税额 大于 5元\n"
    "    自 作出日\n"
    "    为期 1年\n"
    "\n"
    "认定 守信\n"
    "    列入 红名单\n"
    "    当 无 案\n"
    "\n"
    "惩戒 限制甲\n"
    "    措施 M01\n"
    "    因 失信\n"
    "    对 自然人：本人；单位：法人、股东\n"
    "    由 甲局\n"
    "    依据 《某某法》第一条\n"
    "    程度 禁止\n"
    "    为期 随认定\n"
    "    解除 自动\n"
    "    救济 \"向甲局提出异议\"\n"
    "\n"
    "激励 便利甲\n"
    "    措施 I01\n"
    "    因 守信\n"
    "    对 自然人：本人；单位：本单位\n"
    "    由 甲局\n"
    "    依据 《某某法》第二条\n"
    "    为期 1年\n";

/* clang-format on */

/** The pack's bytes, which live as long as the process. */
static inline struct mou_text fuzz_pack_bytes(void)
{
    static struct mou_compilation *compilation;
    size_t len = 0;
    if (compilation == NULL) {
        const struct mou_source source = {"fuzz.mou", fuzz_rules, sizeof fuzz_rules - 1};
        fuzz_require(mou_compile(&source, 1, NULL, &compilation) == MOU_OK);
    }
    const unsigned char *bytes = mou_compilation_pack(compilation, &len);
    return (struct mou_text){(const char *)bytes, len};
}

#endif
