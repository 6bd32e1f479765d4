/*
 * mou new: a folder with a small vocabulary, one memorandum and its test, to start from.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "cli.h"

static const char vocabulary_text[] =
    "规则包 本地词表 版本 \"0.1.0\"\n\n"
    "机关 主管部门   \"某市某局\"\n\n"
    "主体类别 单位   \"法人和非法人组织\"   标识 统一社会信用代码\n\n"
    "属性 单位\n"
    "    名称： 文本 必填\n\n"
    "记录 行政处罚 \"行政处罚决定\"\n"
    "    来源 主管部门\n"
    "    文书 决定书文号 作出 决定日期\n"
    "    决定书文号： 文本 必填 主键\n"
    "    决定日期：   日期 必填\n"
    "    罚款金额：   金额\n\n"
    "名单类别 重点关注名单\n\n"
    "措施目录 本地措施目录 版本 \"示例\"\n"
    "    M18 纳入重点监管   性质 管理措施 程度 从严 适用 单位\n";

static const char memorandum_text[] =
    "引用 本地词表\n\n"
    "备忘录 示例备忘录\n"
    "    标题 \"示例备忘录\"\n"
    "    牵头 主管部门\n"
    "    施行 2024年1月1日\n\n"
    "参数 罚款门槛\n"
    "    5万元 自 2024年1月1日\n"
    "    依据 《行政处罚法》第六十三条\n\n"
    "认定 受过较大数额罚款\n"
    "    列入 重点关注名单\n"
    "    凭   行政处罚\n"
    "    当   罚款金额 不少于 罚款门槛\n"
    "    自   决定日期\n"
    "    为期 1年\n\n"
    "惩戒 重点监管\n"
    "    措施 M18\n"
    "    因   受过较大数额罚款\n"
    "    对   单位：本单位\n"
    "    由   主管部门\n"
    "    依据 《行政处罚法》第六十三条\n"
    "    程度 从严\n"
    "    为期 随认定\n"
    "    解除 自动\n"
    "    救济 \"依法申请行政复议或者提起行政诉讼\"\n\n"
    "测试 \"恰为五万元，纳入重点监管\"\n"
    "    主体 单位 甲公司\n"
    "        名称 \"甲公司\"\n"
    "        行政处罚： 决定书文号 \"示例〔2024〕1号\"、决定日期 2024年3月1日、罚款金额 5万元\n"
    "    于   2024年4月1日\n"
    "    应有 重点监管 生效 自 2024年3月1日 至 2025年3月1日\n"
    "    于   2025年3月1日\n"
    "    应无 重点监管\n";

static bool write_in(struct mou_cli *cli, const char *folder, const char *name, const char *text)
{
    struct mou_buf path;
    mou_buf_init(&path, NULL, 65536);
    mou_buf_printf(&path, "%s/%s", folder, name);
    bool done = !path.failed && mou_write_file(cli, path.data, text, strlen(text));
    mou_buf_free(&path);
    return done;
}

enum mou_exit mou_cmd_new(struct mou_cli *cli)
{
    const char *folder = cli->arguments[0];
    if (mkdir(folder, 0777) != 0) {
        mou_complain(cli, mou_say(cli, "不能新建文件夹 %s：%s", "cannot make folder %s: %s"), folder, mou_os_error(errno, cli->lang).text);
        return MOU_EXIT_IO;
    }
    if (!write_in(cli, folder, "词表.mou", vocabulary_text) || !write_in(cli, folder, "示例备忘录.mou", memorandum_text)) {
        return MOU_EXIT_IO;
    }
    mou_narrate(cli, mou_say(cli, "已新建 %s；试试 mou test %s", "made %s; try mou test %s"), folder, folder);
    return MOU_EXIT_DONE;
}
