"""Keyword tables: English spellings, synonyms, and which words are reserved.

Every keyword has one canonical Chinese spelling; the parser knows only that.
"""

# English phrase -> canonical keyword. Phrases of several words are matched longest first.
ENGLISH = {
    "pack": "规则包", "version": "版本", "use": "引用", "codes": "代码表", "authority": "机关",
    "subject kind": "主体类别", "identified by": "标识", "attributes": "属性", "record": "记录",
    "source": "来源", "instrument": "文书", "made": "作出", "served": "送达", "act": "行为",
    "valid": "有效", "ever entered": "曾列入", "listings": "列入次数", "last_entered": "上次列入",
    "last_left": "上次移出", "day entered": "列入之日", "day left": "移出之日", "in validity": "在有效期", "part of": "隶属", "required": "必填", "key": "主键", "confidential": "保密", "default": "默认",
    "text": "文本", "integer": "整数", "money": "金额", "ratio": "比例", "date": "日期",
    "duration": "期间", "yes-no": "是否", "code": "代码", "relation": "关系", "from kind": "从",
    "to kind": "到", "inverse": "反称", "list kinds": "名单类别", "catalogue": "措施目录",
    "nature": "性质", "covers": "适用", "memorandum": "备忘录", "title": "标题", "number": "文号",
    "lead": "牵头", "signed by": "联签", "effective": "施行", "repealed": "废止", "replaces": "替代", "lighter law": "从旧兼从轻",
    "verbatim": "原文", "parameter": "参数", "define": "定义", "finding": "认定", "enters": "列入",
    "on": "凭", "when": "当", "from": "自", "until": "至", "for": "为期", "term": "为期",
    "open-ended": "长期", "unless": "除非", "only if": "仅当", "sanction": "惩戒",
    "incentive": "激励", "measure": "措施", "because": "因", "to": "对", "self": "本人",
    "domain": "领域", "tier": "层级", "jurisdiction": "辖区", "publish": "公示", "share": "共享", "each": "每隔", "lasting": "期限", "holding office": "任职", "by": "由", "under": "依据", "degree": "程度", "prohibit": "禁止",
    "restrict": "限制", "strict": "从严", "consider": "参考", "encourage": "引导", "prefer": "优先",
    "follows finding": "随认定", "lifted": "解除", "automatically": "自动", "remedy": "救济",
    "grant": "给予", "ended": "终止", "repair": "修复", "of": "针对", "eligible": "可申请", "refused": "不予",
    "handled": "办理", "once granted": "准予后", "duty": "职责", "within": "时限",
    "onward": "起", "done": "完成", "roll forward": "顺延", "matter": "事项", "look up": "查",
    "advise": "提示", "fixture": "样例", "given": "用", "test": "测试", "subject": "主体",
    "on date": "于", "at": "于", "expect": "应有", "refute": "应无", "in force": "生效",
    "suspended": "暂停", "to verify": "待核实", "pending": "未生效", "missing": "缺",
    "through": "经", "objection": "异议", "lodged": "提出", "closed": "办结", "assert": "断言",
    "contested": "有争议", "as": "为", "and": "且", "or": "或", "not": "非", "is": "是",
    "is not": "不是", "in": "属于", "between": "介于", "present": "已填", "absent": "未填",
    "within last": "近期", "at least": "满", "ago": "以前", "some": "任一", "every": "每个",
    "no": "无", "where": "满足", "distinct": "不同", "count": "计数", "sum": "合计",
    "max": "最大", "min": "最小", "earliest": "最早", "latest": "最近", "streak": "连续年数",
    "lists": "名单数", "if": "若", "then": "则", "else": "否则", "or default": "或缺省",
    "any": "任意", "table": "裁量表", "today": "今日", "on list": "在", "calendar": "工作日历",
    "holidays": "放假", "workdays": "上班", "yes": "是",
}

SYNONYMS = {"并且": "且", "或者": "或", "本单位": "本人"}

# Words that open a declaration at the top level of a file.
OPENERS = {
    "规则包", "引用", "代码表", "机关", "主体类别", "属性", "记录", "关系", "名单类别", "措施目录",
    "备忘录", "参数", "定义", "认定", "惩戒", "激励", "修复", "职责", "事项", "样例", "测试", "断言",
    "裁量表", "工作日历",
}

CLAUSES = {
    "列入", "凭", "当", "自", "至", "为期", "长期", "除非", "仅当", "措施", "因", "对", "任职", "由",
    "依据", "程度", "解除", "救济", "给予", "原文", "施行", "废止", "替代", "从旧兼从轻", "异议", "放假", "上班",
    "隶属", "文书", "作出", "送达", "有效", "反称", "针对", "可申请", "不予", "办理", "准予后", "时限", "起",
    "终止", "公示", "共享", "完成", "顺延", "查", "提示", "用", "主体", "于", "应有", "应无", "经", "缺",
}

OPERATORS = {
    "或", "且", "非", "是", "不是", "大于", "超过", "小于", "低于", "不足", "少于", "不少于", "不低于", "达到",
    "不超过", "不高于", "早于", "晚于", "不早于", "不晚于", "属于", "介于", "和", "已填", "未填", "在", "在有效期", "有效期",
    "曾", "曾列入", "列入次数", "上次列入", "上次移出", "列入之日", "移出之日",
    "满", "任一", "每个", "无", "满足", "不同", "计数", "合计", "最大", "最小", "最早", "最近",
    "连续年数", "截至", "名单数", "若", "则", "否则", "取", "缺省", "今日", "近", "内", "近期", "以前",
    "或缺省", "为", "生效", "暂停", "待核实", "未生效", "有争议",
}

# Keywords that stay usable as names: they name types or head-of-document fields.
SOFT = {
    "文本", "整数", "金额", "比例", "日期", "期间", "是否", "代码", "标题", "文号", "牵头", "联签",
    "版本", "来源", "标识", "必填", "主键", "保密", "默认", "性质", "适用", "自动", "禁止", "限制",
    "从严", "参考", "引导", "优先", "行为", "提出", "办结", "任意", "从", "到", "本人", "随认定",
    "领域", "层级", "辖区", "公示", "共享", "每隔", "期限", "生效", "暂停", "待核实", "未生效", "有争议", "有效", "有效期", "起", "查", "用", "近", "内", "经", "缺",
}

KEYWORDS = OPENERS | CLAUSES | OPERATORS | SOFT

COMPARISONS = {
    "是": "=", "=": "=", "==": "=", "不是": "≠", "≠": "≠", "!=": "≠", "<": "<", "≤": "≤", "<=": "≤",
    ">": ">", "≥": "≥", ">=": "≥", "大于": ">", "超过": ">", "小于": "<", "低于": "<", "不足": "<", "少于": "<",
    "不少于": "≥", "不低于": "≥", "达到": "≥", "不超过": "≤", "不高于": "≤", "早于": "<", "晚于": ">",
    "不早于": "≥", "不晚于": "≤",
}

FUNCTIONS = {
    "月初": "月初", "次月": "次月", "当日或次一工作日": "当日或次一工作日", "首个工作日": "首个工作日",
    "年": "年", "周岁": "周岁", "较早": "较早", "较晚": "较晚", "min": "min", "max": "max",
    "最大": "max", "最小": "min", "四舍五入": "四舍五入", "舍去": "舍去", "进位": "进位",
    "age": "周岁", "round": "四舍五入", "truncate": "舍去", "round_up": "进位",
}
