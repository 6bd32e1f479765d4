/*
 * The command table: the one place that names every subcommand and option. Parser, help, manual pages and completions read it.
 */
#include "cli.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

const struct mou_option mou_common_options[] = {
    {"lang", 0, "zh|en", "消息的语言（默认看环境的语言设置，否则中文）", "language of messages (default: the locale, else Chinese)"},
    {"json", 0, NULL, "结果以 JSON 输出", "print results as JSON"},
    {"quiet", 'q', NULL, "只输出结果和错误", "print results and errors only"},
    {"color", 0, "auto|always|never", "错误信息是否着色", "colour in messages"},
    {"help", 'h', NULL, "显示本命令的说明", "show this help"},
};
const size_t mou_common_option_count = COUNT_OF(mou_common_options);

const struct mou_option mou_store_options[] = {
    {"actor", 0, "NAME", "经办人（默认看 MOU_ACTOR，再看配置文件；见 mou help config）", "who does it (default: MOU_ACTOR, then the configuration file; see mou help config)"},
    {"department", 0, "NAME", "经办人所在的单位（默认看 MOU_DEPARTMENT，再看配置文件）", "the actor's department (default: MOU_DEPARTMENT, then the configuration file)"},
    {"purpose", 0, "TEXT", "用途，记入账本", "what for; recorded in the ledger"},
    {"unmask", 0, NULL, "显示保密字段；须写明 --purpose，记入账本", "show confidential fields; needs --purpose and is recorded in the ledger"},
};
const size_t mou_store_option_count = COUNT_OF(mou_store_options);

static const struct mou_option check_options[] = {
    {"fix", 0, NULL, "改正有确定改法的错误，写回文件", "correct what has a certain correction, in the files"},
    {"format", 0, "human|json|sarif|github", "诊断的输出形式", "form of the diagnostics"},
    {"warnings-as-errors", 0, NULL, "有警告也以 1 退出", "exit 1 on warnings too"},
    {"notes", 0, NULL, "也列出说明：不一定是错误、值得看一眼的地方", "list notes too: places that may be right but are worth a look"},
};
static const struct mou_option fmt_options[] = {
    {"check", 0, NULL, "只检查，不改写；有差别以 1 退出", "only check; exit 1 if a file differs"},
    {"keywords", 0, "zh|en", "把关键词统一成中文或英文", "convert keywords to Chinese or English"},
    {"stdout", 0, NULL, "输出到标准输出，不改写文件", "print to standard output instead of rewriting"},
};
static const struct mou_option build_options[] = {
    {"output", 'o', "PACK.moup", "写到哪个规则包文件", "pack file to write"},
    {"generated", 0, NULL, "规则由程序生成：不查永远不成立、走不到、多余的规则", "the rules were written by a program: do not look for rules that say nothing"},
};
static const struct mou_option doc_options[] = {
    {"output", 'o', "DIR", "写到哪个文件夹", "folder to write"},
};
static const struct mou_option eval_options[] = {
    {"pack", 0, "PACK", "规则包，或规则文件、规则文件夹（数据库默认用当天施行的）", "pack, rule file or folder of rule files (default for a store: the one in force)"},
    {"as-of", 0, "DATE", "按哪一天评价", "date of the evaluation"},
    {"known-at", 0, "TIME", "数据库里按哪一时点所知（默认现在）", "state of knowledge of a store (default now)"},
    {"findings", 0, NULL, "同时输出认定", "print findings too"},
    {"outcomes", 0, NULL, "只输出各项决定的结果，不算期间、根据和缺项", "outcomes only: no intervals, grounds or missing fields are worked out"},
    {"summary", 0, NULL, "只输出各项措施决定的个数，同 mou run --summary（数据库很大时后者快）", "only numbers of decisions by measure, as mou run --summary prints them (which is faster over a large store)"},
    {"threads", 0, "N", "评价数据库时同时用几个线程（默认每个处理器一个），数目不影响结果", "threads for a store (default one for each processor); the result does not depend on it"},
    {"duties", 0, NULL, "同时输出职责", "print duties too"},
    {"repairs", 0, NULL, "同时输出修复", "print repairs too"},
    {"matters", 0, NULL, "同时输出事项；数据库里只计在执行的措施", "print matters too; of a store only measures in effect count"},
    {"proposals", 0, NULL, "数据库的事项按规则答复，也计入没有在执行的措施；不作为办理的依据", "a store's matters answered by what the rules say, also where nothing is in effect yet; nothing to act upon"},
    {"assertions", 0, NULL, "检查断言，输出不成立的；有不成立的以 1 退出", "check assertions and print those refuted; exit 1 if there are any"},
    {"next", 0, NULL, "每个主体之后输出下一个可能变化的日期", "print each subject's next date of change"},
    {"batch", 0, "N", "每批主体数（默认 2048）", "subjects per batch (default 2048)"},
    {"trace", 0, "FILE", "把每个决定的理由写入文件", "write the explanation of every decision to a file"},
    {"generated", 0, NULL, "规则由程序生成：不查永远不成立、走不到、多余的规则", "the rules were written by a program: do not look for rules that say nothing"},
};
static const struct mou_option test_options[] = {
    {"generated", 0, NULL, "规则由程序生成：不查永远不成立、走不到、多余的规则", "the rules were written by a program: do not look for rules that say nothing"},
    {"jobs", 'j', "N", "同时运行几个测试（默认按处理器数）；结果与先后无关", "tests run at a time (default: processors); the output is the same for any number"},
    {"watch", 0, NULL, "规则文件一有改动就重新运行，直到按 Ctrl-C（以 130 退出）", "run again whenever a rule file changes, until Ctrl-C (exit 130)"},
    {"filter", 0, "RE", "只运行名称合乎此文字或正则表达式的测试；一个也没有时以 2 退出", "run only tests whose name matches this text or regular expression; exit with 2 when there is none"},
    {"format", 0, "human|junit|tap", "报告的形式", "form of the report"},
    {"junit", 0, "FILE", "另写 JUnit XML 报告", "also write a JUnit XML report"},
    {"tap", 0, NULL, "以 TAP 形式报告", "report as TAP"},
    {"coverage", 0, "[=FILE]", "测试做到了哪些规则、分支、条件、MC/DC 和边界；另写 .html、.xml（Cobertura）、.info（LCOV）或 .json 文件", "which rules, branches, conditions, MC/DC and bounds the tests have shown; also into a .html, .xml (Cobertura), .info (LCOV) or .json file"},
    {"coverage-trace", 0, "FILE", "逐次判断的原始记录，供另行核算", "the raw record of every decision, to recompute the figures from"},
    {"mutate", 0, NULL, "逐处改动规则，看测试能否发现；列出没有发现的", "change the rules in one place after the other and see whether a test notices; lists what none does"},
    {"suggest", 0, NULL, "同 --coverage 或 --mutate 合用：给出可以补上的测试", "with --coverage or --mutate: print tests that would close what is left"},
    {"threshold", 0, "PERCENT", "规则、分支、条件、MC/DC 任一项低于此数即为不通过", "fail where rules, branches, conditions or MC/DC are below"},
};
static const struct mou_option init_options[] = {
    {"pack", 0, "PACK", "规则包，或规则文件、规则文件夹", "pack, rule file or folder of rule files"},
};
static const struct mou_option import_options[] = {
    {"as", 0, "RECORD", "记录类型；主体、关系、异议、撤回分别写“主体”“关系”“异议”“撤回”", "record type; or 主体 (subjects), 关系 (relations), 异议 (objections), 撤回 (withdrawals)"},
    {"layout", 0, "plain|双公示", "列的排法", "layout of the columns"},
    {"mapping", 0, "FILE", "映射文件：别的排法的各列是哪个字段（见手册）", "mapping file: which fields the columns of another layout are (see the manual)"},
    {"sheet", 0, "NAME", "电子表格里的哪张表（只有一张时不必写）", "which sheet of a spreadsheet (not needed where there is only one)"},
    {"header-row", 0, "N", "表头在第几行（默认自动：越过合并的标题）", "row that has the headers (default: the first that is no merged title)"},
    {"encoding", 0, "utf-8|gb18030", "编码（默认自动识别）", "encoding (default: detected)"},
    {"source", 0, "TEXT", "来源单位", "department that the data comes from"},
    {"known-at", 0, "TIME", "获知时间（默认现在）", "time from which the data is known (default now)"},
    {"dry-run", 0, NULL, "只检查，不写入，报告每种毛病有几行、先在哪里", "check only, write nothing; report how many rows have which defect, and where first"},
    {"accept-check-digit", 0, NULL, "校验码不符的标识经核对后照收", "take identifiers whose check digit is wrong (an officer has confirmed them)"},
};
static const struct mou_option run_options[] = {
    {"pack", 0, "PACK", "规则包，或规则文件、规则文件夹", "pack, rule file or folder of rule files"},
    {"as-of", 0, "DATE", "按哪一天评价（默认今天）", "date of the evaluation (default today)"},
    {"known-at", 0, "TIME", "按哪一时点所知（默认现在）", "state of knowledge (default now)"},
    {"full", 0, NULL, "重新评价全部主体", "evaluate every subject again"},
    {"out", 0, "FILE", "把决定写成文件：.csv 是表，其余是 JSON 行", "write the decisions: a table where the name ends in .csv, else JSON lines"},
    {"summary", 0, NULL, "只输出汇总，不写入数据库", "counts only, nothing is stored"},
    {"profile", 0, NULL, "列出用时：按步骤、备忘录、规则、指令", "show where the time went: by step, memorandum, rule and instruction"},
    {"flame", 0, "FILE", "把用时写成火焰图：.svg 直接看，其他名字写成折叠的调用栈", "write the times as a flame graph: .svg to look at, any other name as folded stacks"},
    {"threads", 0, "N", "同时用几个线程（默认每个处理器一个），数目不影响结果", "threads (default one for each processor); the result does not depend on it"},
};
static const struct mou_option snapshot_options[] = {
    {"remove", 0, NULL, "删除快照", "delete the snapshot"},
};
static const struct mou_option query_options[] = {
    {"matter", 0, "NAME", "办理此事项时查询：允许、提示、禁止、待核实；禁止以 1 退出", "look the subject up at this matter: allow, advise, deny, to verify; exit 1 where it is denied"},
    {"as-of", 0, "DATE", "按哪一天（默认今天）", "date (default today)"},
    {"known-at", 0, "TIME", "按哪一时点所知（默认现在）", "state of knowledge (default now)"},
    {"proposals", 0, NULL, "事项按规则答复，也计入没有在执行的措施（默认只计在执行的）；不作为办理的依据", "answer the matter by what the rules say, also where nothing is in effect yet (by default only what is in effect counts); nothing to act upon"},
    {"findings", 0, NULL, "同时输出认定", "print findings too"},
    {"full", 0, NULL, "每项决定都说明理由（默认每项一行）", "explain every decision (by default a line each)"},
};
static const struct mou_option help_options[] = {
    {"man", 0, "DIR", "把全部手册页（mou.1、mou-命令.1）写入文件夹", "write all manual pages (mou.1, mou-COMMAND.1) into a folder"},
};
static const struct mou_option explain_options[] = {
    {"as-of", 0, "DATE", "按哪一天（默认今天）", "date (default today)"},
    {"known-at", 0, "TIME", "按哪一时点所知（默认现在）", "state of knowledge (default now)"},
    {"proposals", 0, NULL, "事项按规则说明，也计入没有在执行的措施（默认只计在执行的）", "explain a matter by what the rules say, also where nothing is in effect yet (by default only what is in effect counts)"},
    {"why-not", 0, NULL, "说明为什么没有此项措施", "explain why the measure does not apply"},
};
static const struct mou_option verify_options[] = {
    {"runs", 0, NULL, "重做每一次运行，与当时存下的决定逐字比对", "repeat every run and compare with the decisions stored then, byte by byte"},
    {"head", 0, "FILE", "账本须是这个已公布树头的延续（可多次）", "published tree head that the ledger must continue (may be repeated)"},
    {"public-key", 0, "FILE.pub", "树头须由这把钥匙签名", "key that must have signed the heads"},
};
static const struct mou_option withdraw_options[] = {
    {"reason", 0, "TEXT", "理由", "why"},
    {"source", 0, "TEXT", "来源单位", "department that withdraws it"},
};
static const struct mou_option quarantine_options[] = {
    {"import", 0, "N", "只看、只重试第几次导入的行", "rows of this import only"},
    {"row", 0, "ROW", "更正后的整行", "the whole row, put right"},
    {"accept-check-digit", 0, NULL, "校验码不符的标识经核对后照收", "take identifiers whose check digit is wrong (an officer has confirmed them)"},
};
static const struct mou_option pack_options[] = {
    {"approve", 0, NULL, "批准另一人的提议", "approve what another person proposed"},
    {"effective", 0, "DATE", "自哪一天施行或停用（默认今天）", "first day in, or out of, force (default today)"},
};
static const struct mou_option plan_options[] = {
    {"as-of", 0, "DATE", "按哪一天评价（默认今天）", "date of the evaluation (default today)"},
    {"known-at", 0, "TIME", "按哪一时点所知（默认现在）", "state of knowledge (default now)"},
    {"csv", 0, NULL, "以 CSV 输出", "print as CSV"},
};
static const struct mou_option head_options[] = {
    {"key", 0, "FILE", "用这把钥匙签名", "key to sign with"},
    {"output", 'o', "FILE", "写到文件", "write to a file"},
};
static const struct mou_option prove_options[] = {
    {"output", 'o', "FILE", "写到文件", "write to a file"},
};
static const struct mou_option verify_entry_options[] = {
    {"head", 0, "FILE", "须是对这个树头的证明", "tree head that the proof must be for"},
    {"public-key", 0, "FILE.pub", "树头须由这把钥匙签名", "key that must have signed the head"},
};
static const struct mou_option erase_options[] = {
    {"reason", 0, "TEXT", "理由", "why"},
};

static const struct mou_option object_options[] = {
    {"applicant", 0, "TEXT", "提出异议的人（默认主体本人）", "who objects (default: the subject)"},
    {"outcome", 0, "成立|部分成立|不成立|撤回", "办结的结论", "upheld, partly, rejected or withdrawn"},
    {"reason", 0, "TEXT", "异议的理由，或者答复", "what is objected, or the answer"},
    {"on", 0, "DATE", "提出或办结的日期（默认今天）", "day on which it was raised or answered (default today)"},
    {"all", 0, NULL, "已经办结的也列出", "list those that are closed, too"},
};
static const struct mou_option correct_options[] = {
    {"withdraw", 0, NULL, "撤回这条记录", "take the record back"},
    {"file", 0, "FILE", "以文件（CSV、NDJSON）更正", "correct with a file (CSV, NDJSON)"},
    {"reason", 0, "TEXT", "理由", "why"},
    {"on", 0, "DATE", "以往的错误算到哪一天（默认今天）", "day up to which past mistakes are counted (default today)"},
};
static const struct mou_option repair_options[] = {
    {"grant", 0, NULL, "准予修复", "grant it"},
    {"refuse", 0, NULL, "不予修复", "refuse it"},
    {"reason", 0, "TEXT", "申请或决定的理由", "why it is applied for, granted or refused"},
    {"on", 0, "DATE", "办理的日期（默认今天）", "day on which it was done (default today)"},
    {"all", 0, NULL, "已经决定的也列出", "list those that are decided, too"},
};
static const struct mou_option duty_options[] = {
    {"as-of", 0, "DATE", "按哪一天（默认今天）", "date (default today)"},
    {"authority", 0, "NAME", "只列这个单位的", "only this department's"},
    {"all", 0, NULL, "已办、未到、待核实的也列出", "list those that are done, to come or unclear, too"},
};
static const struct mou_option notice_options[] = {
    {"format", 0, "text|html|pdf", "形式（默认文本；也看输出文件的扩展名）", "form (default text, or by the ending of the output file)"},
    {"output", 'o', "FILE", "写到文件", "write to a file"},
    {"document", 0, "TEXT", "文书号", "number of the document"},
    {"way", 0, "TEXT", "送达方式：直接送达、留置送达、邮寄送达、公告送达……", "way of service"},
    {"on", 0, "DATE", "文书或送达的日期（默认今天）", "date of the document or of its service (default today)"},
};
static const struct mou_option decide_options[] = {
    {"state", 0, "STATE", "只列这一状态的（拟、告知、陈述申辩、确认、执行、暂停……）", "only measures in this state (proposed, notified, served, confirmed, executing, suspended, …)"},
    {"subject", 0, "ID", "只列这个主体的", "only this subject's"},
    {"memorandum", 0, "NAME", "只列这个备忘录的", "only this memorandum's"},
    {"measure", 0, "NAME", "只列这项措施", "only this measure"},
    {"all", 0, NULL, "已经终结的也列出", "list those that are at an end, too"},
    {"csv", 0, NULL, "以 CSV 列出", "list as CSV"},
    {"output", 'o', "FILE", "写成供审阅的 CSV 文件", "write a CSV file to be reviewed"},
    {"list", 0, "FILE", "审阅过的列表：办理“处理”一栏写明的各项", "a reviewed list: takes the rows whose column “action” says so"},
    {"reason", 0, "TEXT", "理由", "why"},
    {"note", 0, "TEXT", "附注：文书号、送达方式等", "a note: number of the document, way of service, …"},
    {"on", 0, "DATE", "办理的日期（默认今天）", "day on which it was done (default today)"},
};

static const struct mou_option export_options[] = {
    {"output", 'o', "FILE", "写到哪个文件（只有本人可读）", "file to write (private to its owner)"},
    {"format", 0, "csv|xlsx|json|xml", "文件格式（默认看文件名）", "form of the file (default: by its name)"},
    {"for", 0, "NAME", "只导出由这个单位实施的决定，记为推送给它", "only decisions that this department executes; recorded as pushed to it"},
    {"to", 0, "NAME", "接收的单位或平台（默认同 --for）", "department or platform that receives it (default: as --for)"},
    {"list", 0, "KIND", "只导出这一类名单，例如 黑名单", "lists of this kind only, for instance 黑名单"},
    {"as-of", 0, "DATE", "按哪一天（默认今天）", "date (default today)"},
    {"known-at", 0, "TIME", "按哪一时点所知（默认现在）", "state of knowledge (default now)"},
    {"since", 0, "DATE", "公示：列出这一天还在公示、现在应当撤下的", "publication: also what stood then and is to be taken down"},
    {"month", 0, "YYYY-MM", "月报：哪一个月", "monthly: which month"},
    {"all", 0, NULL, "决定：待核实、未生效的也导出", "decisions: also those to verify and pending"},
};
static const struct mou_option feedback_options[] = {
    {"executed", 0, "DATE", "哪一天执行", "day on which it was executed"},
    {"not-executed", 0, NULL, "没有执行，用 --remark 说明原因", "it was not executed; --remark says why"},
    {"request", 0, "NUMBER", "所反馈的查询在账本里的编号", "number of the look-up's receipt that this answers"},
    {"remark", 0, "TEXT", "说明", "remark"},
};
static const struct mou_option report_options[] = {
    {"from", 0, "DATE", "自哪一天（默认当年1月1日）", "first day (default: 1 January of that year)"},
    {"until", 0, "DATE", "至哪一天（默认今天）", "last day (default: today)"},
    {"month", 0, "YYYY-MM", "只统计这一个月", "this month only"},
    {"csv", 0, NULL, "以 CSV 输出，一行一个数", "print as CSV, one number a row"},
    {"html", 0, "FILE", "写成一个网页文件，可以打印", "write one page of HTML, fit for print"},
};
static const struct mou_option retain_options[] = {
    {"as-of", 0, "DATE", "按哪一天（默认今天）", "date (default today)"},
    {"dry-run", 0, NULL, "只列出，不删除", "only tell, erase nothing"},
    {"reason", 0, "TEXT", "理由（默认：保存期限届满）", "why (default: kept long enough)"},
};
static const struct mou_option serve_options[] = {
    {"stdio", 0, NULL, "从标准输入逐行读 JSON 请求，向标准输出逐行写答复", "JSON requests on standard input, answers on standard output, one a line"},
};

const struct mou_command mou_commands[] = {
    {"new", "DIR", "新建一个规则包文件夹", "start a rule pack in a new folder", "mou new 我的规则", 1, 1, NULL, 0, mou_cmd_new},
    {"check", "PATH...", "检查规则文件", "check rule files", "mou check 规则/\nmou check --fix 备忘录.mou\nmou check --format sarif 规则/", 1, -1, check_options,
     COUNT_OF(check_options), mou_cmd_check},
    {"explain-error", "[CODE]", "说明一条诊断，给出错的写法和对的写法", "explain a diagnostic, with a wrong and a right example",
     "mou explain-error E0501\nmou explain-error", 0, 1, NULL, 0, mou_cmd_explain_error},
    {"fmt", "PATH...", "整理规则文件的格式", "bring rule files into canonical layout", "mou fmt 规则/\nmou fmt --check 规则/\nmou fmt --keywords en 备忘录.mou", 1, -1,
     fmt_options, COUNT_OF(fmt_options), mou_cmd_fmt},
    {"build", "PATH...", "编译成规则包", "compile to a pack", "mou build 规则/ -o 规则.moup", 1, -1, build_options, COUNT_OF(build_options), mou_cmd_build},
    {"doc", "PATH...", "把备忘录原文同规则编成网页", "weave the memoranda with their rules into pages", "mou doc 规则/ -o 网页\nmou doc --lang en 规则/ -o pages", 1, -1, doc_options,
     COUNT_OF(doc_options), mou_cmd_doc},
    {"dump", "PACK", "显示规则包的内容与开销上限", "show a pack's content and cost bound", "mou dump 规则.moup", 1, 1, NULL, 0, mou_cmd_dump},
    {"test", "PATH...", "运行规则文件里的测试", "run the tests in rule files", "mou test 规则/\nmou test --filter 异议 规则/", 1, -1, test_options,
     COUNT_OF(test_options), mou_cmd_test},
    {"eval", "[WORLD.json|DB]", "评价 JSON 给出的主体，或者数据库里的全部主体", "evaluate subjects given as JSON, or all subjects of a store",
     "mou eval --pack 规则.moup --as-of 2024-05-01 主体.json\nmou eval 信用.db --as-of 2024-05-01 --known-at 2024-06-30", 0, 1, eval_options,
     COUNT_OF(eval_options), mou_cmd_eval},
    {"init", "DB", "新建或升级数据库", "create or migrate a store", "mou init 信用.db --pack 规则.moup", 1, 1, init_options, COUNT_OF(init_options), mou_cmd_init},
    {"import", "DB FILE", "导入主体、记录、关系或异议", "import subjects, records, relations or objections",
     "mou import 信用.db --as 主体 企业.csv\nmou import 信用.db --as 行政处罚 --layout 双公示 处罚.csv", 2, 2, import_options, COUNT_OF(import_options), mou_cmd_import},
    {"run", "DB", "对全部主体运行规则", "run the rules over all subjects", "mou run 信用.db --pack 规则.moup --as-of 2024-05-01", 1, 1, run_options,
     COUNT_OF(run_options), mou_cmd_run},
    {"query", "DB SUBJECT", "查询一个主体的决定", "look up one subject", "mou query 信用.db 91445202MA5K2P3Q56", 2, 2, query_options, COUNT_OF(query_options),
     mou_cmd_query},
    {"explain", "DB SUBJECT [RULE]", "说明决定的理由，也说明职责、修复、事项", "explain decisions, and how duties, repairs and matters stand", "mou explain 信用.db 91445202MA5K2P3Q56 限制参加政府采购", 2, 3, explain_options,
     COUNT_OF(explain_options), mou_cmd_explain},
    {"verify", "DB", "核对数据库和账本：有无改动、增删、截断", "check store and ledger: whether anything was altered, added, removed or cut off",
     "mou verify 信用.db\nmou verify 信用.db --runs\nmou verify 信用.db --head 树头.json --public-key 账本.key.pub", 1, 1, verify_options, COUNT_OF(verify_options),
     mou_cmd_verify},
    {"decide", "list|show|notify|serve|confirm|reject|execute|lift|annul DB [NUMBER...]", "措施的办理：列出，告知，送达，确认，不予确认，执行，解除，撤销",
     "take measures further: list, notify, serve, confirm, reject, execute, lift, annul",
     "mou decide list 信用.db --state 拟 -o 拟办.csv\nmou decide notify 信用.db --list 拟办.csv --actor 甲\nmou decide serve 信用.db 7 --note 直接送达 --actor 甲\n"
     "mou decide confirm 信用.db 7 --actor 乙\nmou decide show 信用.db 7",
     2, -1, decide_options, COUNT_OF(decide_options), mou_cmd_decide},
    {"object", "open|close|list DB [RECORD SUBJECT KEY]", "异议：受理（当即暂停所依据的措施）、办结、清单", "objections: open (suspends at once what rests on the record), close, list",
     "mou object open 信用.db 行政处罚 91445202MA5K2P3Q56 揭市监罚〔2024〕1号 --reason 罚款已经缴清 --actor 甲\n"
     "mou object close 信用.db 行政处罚 91445202MA5K2P3Q56 揭市监罚〔2024〕1号 --outcome 不成立 --reason 核实无误 --actor 乙\nmou object list 信用.db",
     2, 5, object_options, COUNT_OF(object_options), mou_cmd_object},
    {"correct", "DB [RECORD [SUBJECT KEY [FIELD=VALUE...]]]", "更正或撤回记录，并报告以往哪些决定因此有误、多少日、须告知谁；只写 DB 列出历次更正",
     "correct or take back a record, and report which past decisions were wrong, for how many days, and whom to tell; DB alone lists earlier corrections",
     "mou correct 信用.db 行政处罚 91445202MA5K2P3Q56 揭市监罚〔2024〕1号 罚款金额=40000.00 --reason 录入有误 --actor 甲\n"
     "mou correct 信用.db 行政处罚 91445202MA5K2P3Q56 揭市监罚〔2024〕1号 --withdraw --reason 决定被撤销 --actor 甲\nmou correct 信用.db",
     1, -1, correct_options, COUNT_OF(correct_options), mou_cmd_correct},
    {"repair", "check|apply|decide|list DB [SUBJECT|NUMBER] [REPAIR KEY]", "信用修复：能否申请、最早何日，受理申请，由另一人作出决定，清单",
     "repair of credit: whether and from when it may be applied for, applications, decisions by another person, list",
     "mou repair check 信用.db 91445202MA5K2P3Q56\nmou repair apply 信用.db 91445202MA5K2P3Q56 提前移出 揭市监罚〔2024〕1号 --reason 已缴清罚款 --actor 甲\n"
     "mou repair decide 信用.db 1 --grant --reason 材料齐全 --actor 乙\nmou repair list 信用.db",
     2, 5, repair_options, COUNT_OF(repair_options), mou_cmd_repair},
    {"duty", "DB", "各单位应办和逾期的职责：规则里的职责，和告知、确认、异议、修复的期限", "what is due and overdue by department: the duties of the rules, and notices, confirmations, objections, repairs",
     "mou duty 信用.db\nmou duty 信用.db --authority 市场监管局 --as-of 2024-05-01 --json", 1, 1, duty_options, COUNT_OF(duty_options), mou_cmd_duty},
    {"notice", "print|serve|list DB [NUMBER]", "告知书、决定书、解除通知书：生成（文本、网页、PDF），登记送达，列出送达情况",
     "notices of an intended sanction, a decision or the end of a measure: print (text, HTML, PDF), record service, list services",
     "mou notice print 信用.db 7 --document 揭信告〔2024〕7号 -o 告知书.pdf --actor 甲\nmou notice serve 信用.db 7 --document 揭信告〔2024〕7号 --way 直接送达 --actor 甲\nmou notice list 信用.db", 2, 3,
     notice_options, COUNT_OF(notice_options), mou_cmd_notice},
    {"withdraw", "DB RECORD SUBJECT KEY", "撤回一条记录或关系：自此不再有效，历史照旧", "take back a record or relation: it is no longer current, its history stays",
     "mou withdraw 信用.db 行政处罚 91445202MA5K2P3Q56 揭市监罚〔2024〕1号 --reason 决定被撤销\nmou import 信用.db --as 撤回 撤回.csv", 4, 4, withdraw_options,
     COUNT_OF(withdraw_options), mou_cmd_withdraw},
    {"quarantine", "list|fix|replay DB [NUMBER]", "隔离的行：列出，更正，或按原样重试", "rows in quarantine: list them, put one right, or take them again as they came",
     "mou quarantine list 信用.db\nmou quarantine fix 信用.db 7 --row '91445202MA5K2P3Q56,揭市监罚〔2024〕4号,2024-02-29,1.00' --actor 甲\nmou quarantine replay 信用.db --actor 甲", 2, 3,
     quarantine_options, COUNT_OF(quarantine_options), mou_cmd_quarantine},
    {"pack", "install|retire|list DB [PACK]", "规则包的施行、停用（一人提议，另一人批准）和清单", "put packs in force or out of it (one proposes, another approves); list them",
     "mou pack install 信用.db 新规则.moup --effective 2024-06-01 --actor 甲\nmou pack install 信用.db 新规则.moup --approve --actor 乙\nmou pack list 信用.db", 2, 3,
     pack_options, COUNT_OF(pack_options), mou_cmd_pack},
    {"plan", "DB OLD NEW", "换用规则包之前：哪些主体会增加或失去哪项措施，依据哪一条（现行规则包写“现行”）",
     "before a pack is put in force: who would gain or lose which measure, by which article (“current” is the pack in force)",
     "mou plan 信用.db 现行 新规则.moup --as-of 2024-06-01\nmou plan 信用.db 规则.moup 新规则.moup --csv > 变化.csv", 3, 3, plan_options, COUNT_OF(plan_options),
     mou_cmd_plan},
    {"snapshot", "DB", "把规则用到的列存在数据库旁，供快速汇总；随时可删，过时自动识别", "keep what the rules look at as columns beside the database, for fast summaries; may be deleted, is never trusted when stale",
     "mou snapshot 信用.db\nmou run 信用.db --summary\nmou snapshot 信用.db --remove", 1, 1, snapshot_options, COUNT_OF(snapshot_options), mou_cmd_snapshot},
    {"backup", "DB FILE", "备份数据库（不影响使用），备份经核对才算数", "copy a store while it is in use; the copy is verified before it counts", "mou backup 信用.db 备份/信用-20240501.db", 2, 2,
     NULL, 0, mou_cmd_backup},
    {"restore", "FILE DB", "从备份恢复成新的数据库，先后核对两遍", "make a store from a backup, verified before and after", "mou restore 备份/信用-20240501.db 信用.db", 2, 2, NULL, 0,
     mou_cmd_backup},
    {"key", "new FILE", "新建签名密钥", "make a key to sign with", "mou key new 账本.key", 2, 2, NULL, 0, mou_cmd_key},
    {"head", "DB", "输出账本的树头，可签名公布", "print the ledger's tree head, signed, to be published", "mou head 信用.db --key 账本.key -o 树头.json", 1, 1, head_options,
     COUNT_OF(head_options), mou_cmd_head},
    {"prove-entry", "DB NUMBER", "输出一条收据在账本里的证明，不涉及其他各条", "print the proof that a receipt is in the ledger, without showing the others",
     "mou prove-entry 信用.db 12 -o 证明.json", 2, 2, prove_options, COUNT_OF(prove_options), mou_cmd_prove_entry},
    {"verify-entry", "PROOF.json", "核对一条收据的证明，不需要数据库", "check the proof of a receipt, without the store",
     "mou verify-entry 证明.json --head 树头.json --public-key 账本.key.pub", 1, 1, verify_entry_options, COUNT_OF(verify_entry_options), mou_cmd_verify_entry},
    {"erase", "DB NUMBER|RECORD|主体|隔离 [SUBJECT KEY]", "依法删除一条查询、导出或反馈收据的内容，一条记录各个版本的内容，一个主体的全部内容，或者一行隔离的数据",
     "erase what the receipt of a look-up, an export or feedback says, what all versions of a record say, all that is said of a subject (主体), or a row in quarantine (隔离)",
     "mou erase 信用.db 12 --actor 王某 --reason 个人信息保护法第四十七条\nmou erase 信用.db 行政处罚 91445202MA5K2P3Q56 揭市监罚〔2024〕1号 --actor 王某 --reason 决定被撤销\n"
     "mou erase 信用.db 主体 445200198512310023 --actor 王某 --reason 个人信息保护法第四十七条\nmou erase 信用.db 隔离 7 --actor 王某 --reason 误报", 2, 4, erase_options,
     COUNT_OF(erase_options), mou_cmd_erase},
    {"retain", "DB", "保存期限届满、没有决定和名单依据它的记录，删除内容", "erase what records say that were kept long enough and that no decision or list rests on",
     "mou retain 信用.db --dry-run\nmou retain 信用.db --actor 王某", 1, 1, retain_options, COUNT_OF(retain_options), mou_cmd_retain},
    {"export", "lists|decisions|feedback|publication|monthly DB", "导出红黑名单、决定、反馈、公示清单、月报（CSV、XLSX、JSON、平台的 XML），记入账本",
     "export lists, decisions, feedback, what is to be published and the monthly report (CSV, XLSX, JSON, the platform's XML); recorded in the ledger",
     "mou export 名单 信用.db -o 黑名单.xlsx --list 黑名单\nmou export 决定 信用.db -o 决定.xml --for 市场监管局 --unmask --purpose 联合惩戒推送\n"
     "mou export 公示 信用.db -o 公示.csv --since 2024-05-01\nmou export 月报 信用.db -o 六月.xml --month 2024-06 --to 市公共信用信息平台", 2, 2, export_options, COUNT_OF(export_options), mou_cmd_export},
    {"feedback", "DB SUBJECT MEASURE", "单位反馈一项措施执行了没有，记入账本", "a department says whether it executed a measure; recorded in the ledger",
     "mou feedback 信用.db 91445202MA5K2P3Q56 限制参加政府采购 --executed 2024-06-03 --request 12 --department 财政局\n"
     "mou feedback 信用.db 91445202MA5K2P3Q56 限制参加政府采购 --not-executed --remark 未发生采购 --department 财政局", 3, 3, feedback_options, COUNT_OF(feedback_options),
     mou_cmd_feedback},
    {"report", "DB", "统计：推送、查询、执行、反馈，决定，职责逾期，异议，修复", "statistics: pushed, looked up, executed, fed back; decisions; overdue duties; objections; repairs",
     "mou report 信用.db\nmou report 信用.db --month 2024-06 --html 六月.html\nmou report 信用.db --from 2024-01-01 --until 2024-06-30 --csv > 上半年.csv", 1, 1, report_options,
     COUNT_OF(report_options), mou_cmd_report},
    {"serve", "DB", "连着答复查询", "answer look-ups for a caller that stays connected",
     "echo '{\"subject\": \"91445202MA5K2P3Q56\"}' | mou serve 信用.db --stdio\n"
     "echo '{\"id\": 1, \"subject\": \"91445202MA5K2P3Q56\", \"as_of\": \"2025-12-31\", \"matter\": \"政府采购供应商资格审查\"}' | mou serve 信用.db --stdio",
     1, 1, serve_options, COUNT_OF(serve_options), mou_cmd_serve},
    {"config", "show", "显示经办人、单位等配置及其来源", "show who acts and where that is configured",
     "mou config show\nprintf 'actor = 甲\\ndepartment = 市场监管局\\n' > ~/.config/mou/config", 1, 1, NULL, 0, mou_cmd_config},
    {"completion", "bash|zsh|fish", "输出命令行补全脚本", "print a shell completion script", "mou completion bash", 1, 1, NULL, 0, mou_cmd_completion},
    {"help", "[COMMAND]", "显示说明", "show help", "mou help import\nmou help --man man1/", 0, 1, help_options, COUNT_OF(help_options), mou_cmd_help},
};
const size_t mou_command_count = COUNT_OF(mou_commands);
