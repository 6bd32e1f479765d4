"""The records of the memoranda beyond courts, tax and wages, by table: for each kind of record its file, who has it, how many, and how a row is made.
Data for generate.py, which draws the rows; knows no files and no subjects itself.

A field is a fixed value or a function of the row's random numbers, its day and its number. None leaves the field out.
"""
import datetime

DAY = datetime.timedelta(days=1)


def number(office):
    return lambda rand, day, serial: f"{office}〔{day.year}〕{serial}号"


def day(offset=0):
    return lambda rand, when, serial: (when + offset * DAY).isoformat()


def served(share=0.96):
    """A few days after the decision; now and then the date is not known."""
    return lambda rand, when, serial: (when + rand.randrange(1, 6) * DAY).isoformat() if rand.random() < share else None


def one(*values):
    return lambda rand, when, serial: rand.choice(values)


def sometimes(share, field):
    return lambda rand, when, serial: (field(rand, when, serial) if callable(field) else field) if rand.random() < share else None


def by_day(change, before, since):
    """What the law of the day knows: values before and since the change."""
    return lambda rand, when, serial: rand.choice(before if when < change else since)


def amount(least, most):
    return lambda rand, when, serial: f"{rand.randrange(least, most)}.{rand.randrange(100):02d}"


def code(prefix):
    return lambda rand, when, serial: f"{prefix}{when.year}{serial:04d}"


def listing(name, office, act=None, term=None, **more):
    """The fields that the listing decisions of one memorandum have in common."""
    fields = {f"{name}认定文书号": number(office), f"{name}认定日期": day(), f"{name}认定送达日期": served()}
    if act:
        fields[act] = day(-90)
    if term:
        fields[term] = sometimes(0.93, one("P1Y", "P2Y", "P3Y"))
    fields[f"{name}移出日期"] = sometimes(0.08, day(200))
    return {**fields, **more}


SAFETY_LAW = datetime.date(2023, 10, 1)
MARKET_LAW = datetime.date(2021, 9, 1)

# file, record, kind of subject, share of the subjects, first day of the decisions, fields; 罚: the subjects are those that have a penalty,
# whose number the field 罚 refers to; 随 FILE or RECORD: who is in that file or has such a record; 慈善: charities
RECORDS = [
    ("tax_agents.ndjson", "税收违法案件", "单位", 0.0005, "2024-02-01", {
        "决定书文号": number("揭税稽代"), "决定日期": day(-300), "送达日期": day(-295), "救济期满日期": day(-110), "确定日期": day(-60), "确定文书送达日期": day(-55),
        "情形": one("代理违法", "非法提供便利"), "涉案金额": one("999999.99", "1000000.00", "3000000.00"), "导致骗取出口退税": sometimes(0.2, True), "公布日期": day()}),
    ("securities.ndjson", "证券监管决定", "单位", 0.0004, "2016-03-01", {
        "证券决定文号": number("广东证监罚"), "证券决定日期": day(), "证券决定送达日期": served(), "证券违法日期": day(-200), "证券决定种类": "行政处罚",
        "证券责任主体类别": one("上市公司", "控股股东", "股东", "收购人"), "行为时持股比例": sometimes(0.8, one("4.99%", "5%", "30%"))}),
    ("securities_persons.ndjson", "证券监管决定", "自然人", 0.0003, "2016-03-01", {
        "证券决定文号": number("广东证监禁"), "证券决定日期": day(), "证券决定送达日期": served(), "证券违法日期": day(-200), "证券决定种类": one("市场禁入", "行政处罚"),
        "证券责任主体类别": "董事监事高级管理人员", "禁入期限": one("P3Y", "P5Y", "P10Y")}),
    ("safety_listings.ndjson", "安全失信列入决定", "单位", 0.0012, "2017-01-01", {
        "安全列入文书号": number("揭应急列"), "安全列入日期": day(), "安全列入送达日期": served(), "安全违法日期": day(-60),
        "安全失信情形": by_day(SAFETY_LAW, ["无证生产经营", "重大隐患拒不整改", "瞒报谎报迟报事故"], ["无许可生产经营", "机构弄虚作假", "拒不执行处罚"]),
        "列为安全黑名单": sometimes(0.3, True), "安全移出日期": sometimes(0.15, day(400))}),
    ("accidents.ndjson", "生产安全事故", "单位", 0.0006, "2018-01-01", {
        "事故批复文号": number("揭府事故"), "事故批复日期": day(), "事故发生日期": day(-45), "事故等级": one("一般事故", "一般事故", "较大事故"),
        "死亡人数": one(0, 1, 3), "责任事故": one(True, True, False)}),
    ("safety_bans.ndjson", "安全失信列入决定", "单位", 0.0003, "2024-01-01", {
        "安全列入文书号": number("揭应急禁"), "安全列入日期": day(), "安全列入送达日期": served(), "安全违法日期": day(-60), "安全失信情形": "无许可生产经营", "依法行业禁入": True}),
    ("safety_accountability.ndjson", "安全责任追究", "自然人", 0.0002, "2021-06-01", {
        "追究文书号": number("揭应急追"), "追究日期": day(), "追究种类": one("刑事处罚", "撤职处分"), "任职限制起算日期": day(10),
        "责任事故等级": one("一般事故", "较大事故", "重大事故")}),
    ("environment_listings.ndjson", "环境失信列入决定", "罚", 0.0008, "2017-01-01", {
        "环境列入文书号": number("揭环列"), "环境列入日期": day(), "环境列入送达日期": served(), "环境违法日期": day(-60),
        "环境失信情形": one("未批先建", "私设暗管渗井", "暴力抗拒检查", "超总量排放"), "核定排放量": 1000, "实际排放量": one(999, 1000, 1001),
        "依据处罚文书号": "罚"}),
    ("environment_ratings.ndjson", "环境信用评价", "单位", 0.004, "2020-01-01", {
        "年度": lambda rand, when, serial: when.year, "环境信用等级": one("绿牌", "蓝牌", "蓝牌", "黄牌", "红牌", "黑牌"), "环境评价日期": day()}),
    ("food_drug_listings.ndjson", "食药失信列入决定", "单位", 0.0008, "2017-01-01", {
        "食药列入文书号": number("揭食药列"), "食药列入日期": day(), "食药列入送达日期": served(), "食药违法日期": day(-60),
        "食药失信情形": one("生产销售假药劣药", "伪造骗取许可", "其他严重失信", "食品药品犯罪")}),
    ("drug_bans.ndjson", "药品禁业决定", "自然人", 0.0002, "2018-01-01", {
        "药品禁业文号": number("揭药监禁"), "药品禁业日期": day(), "药品禁业送达日期": served(), "药品禁业条款": one("假药劣药", "伪造变造许可证", "骗取许可")}),
    ("drug_bans_units.ndjson", "药品禁业决定", "单位", 0.0002, "2019-12-01", {
        "药品禁业文号": number("揭药监禁单"), "药品禁业日期": day(), "药品禁业送达日期": served(), "药品禁业条款": "骗取许可"}),
    ("food_judgments.ndjson", "刑事判决", "自然人", 0.0002, "2018-01-01", {
        "判决书文号": lambda rand, when, serial: f"（{when.year}）粤52刑食{serial}号", "判决日期": day(), "罪名类别": "危害食品安全罪", "有期徒刑以上": one(True, True, False)}),
    ("trading_penalties.ndjson", "交易违法处罚", "单位", 0.0012, "2018-04-01", {
        "交易处罚文号": number("揭发改罚"), "交易处罚日期": day(), "交易处罚送达日期": served(), "交易违法日期": day(-60),
        "交易主体类别": one("投标人", "供应商", "代理机构"), "交易违法行为": one("串通投标", "弄虚作假", "政府采购违法"),
        "造成直接损失": one("299999.99", "300000.00", "1000000.00"), "取消资格期限": sometimes(0.5, one("P11M", "P12M", "P24M", "P36M")),
        "禁止采购期限": sometimes(0.5, one("P12M", "P36M", "P37M")), "重大违法": sometimes(0.8, one(True, False))}),
    ("trading_experts.ndjson", "交易违法处罚", "自然人", 0.0002, "2023-01-01", {
        "交易处罚文号": number("揭发改专罚"), "交易处罚日期": day(), "交易处罚送达日期": served(), "交易违法日期": day(-60), "交易主体类别": "评标专家", "交易违法行为": "评标违法"}),
    ("trading_bans.ndjson", "交易违法处罚", "单位", 0.0004, "2025-02-01", {
        "交易处罚文号": number("揭财采罚"), "交易处罚日期": day(), "交易处罚送达日期": served(), "交易违法日期": day(-60), "交易主体类别": one("代理机构", "供应商"),
        "交易违法行为": "政府采购违法", "禁止采购期限": one("P12M", "P24M"), "重大违法": True}),
    ("trading_disqualified.ndjson", "交易违法处罚", "单位", 0.0003, "2025-02-01", {
        "交易处罚文号": number("揭住建招罚"), "交易处罚日期": day(), "交易处罚送达日期": served(), "交易违法日期": day(-60), "交易主体类别": "投标人",
        "交易违法行为": one("串通投标", "弄虚作假"), "造成直接损失": one("300000.00", "1000000.00"), "取消资格期限": one("P12M", "P24M")}),
    ("social_insurance_listings.ndjson", "社保失信列入决定", "单位", 0.0008, "2019-01-01", {
        "社保列入文书号": number("揭社保列"), "社保列入日期": day(), "社保列入送达日期": served(), "社保违法日期": day(-60),
        "社保失信情形": one("未参保拒不整改", "应缴拒缴", "欺诈骗取待遇"), "社保整改期限": day(-10), "社保整改日期": sometimes(0.3, day(-11)),
        "社保再次列入": sometimes(0.2, True)}),
    ("charity_listings.ndjson", "慈善失信列入决定", "慈善", 0.0003, "2024-02-01", {
        "慈善列入文书号": number("揭民列"), "慈善列入日期": day(), "慈善列入送达日期": served(), "慈善违法日期": day(-90), "慈善失信情形": one("连续未报年报", "弄虚作假登记")}),
    ("charity_judgments.ndjson", "慈善责任判决", "自然人", 0.0002, "2018-03-01", {
        "慈善判决文号": lambda rand, when, serial: f"（{when.year}）粤52慈{serial}号", "慈善判决日期": day(), "慈善失信行为日期": day(-90),
        "慈善责任主体": one("捐赠人", "受益人", "骗财者"), "慈善责任": one("承担民事责任", "骗取财产", "不承担责任")}),
    ("fake_trade_listings.ndjson", "炒信列入决定", "单位", 0.0006, "2024-06-01", {
        "炒信列入文书号": number("揭信炒"), "炒信列入日期": day(), "炒信列入送达日期": served(), "炒信违法日期": day(-60), "炒信失信情形": one("组织刷单", "虚假交易", "虚假评价"),
        "主管部门已核实": sometimes(0.9, one(True, True, False))}),
    ("irregular_operations.ndjson", "经营异常名录", "单位", 0.004, "2016-01-01", {
        "异常列入决定文号": number("揭市监异"), "异常列入日期": day(), "异常列入事由": "未按时公示年度报告", "异常移出日期": sometimes(0.6, day(150))}),
    ("revocations.ndjson", "吊销执照决定", "单位", 0.0006, "2023-02-01", {
        "吊销文书号": number("揭市监吊"), "吊销决定日期": day(), "吊销送达日期": served(), "吊销违法日期": day(-30), "法定代表人负有个人责任": one(True, True, False)}),
    ("serious_violations.ndjson", "严违列入决定", "单位", 0.0012, "2018-01-01", {
        "严违列入文书号": number("揭市监严列"), "严违列入日期": day(), "严违列入送达日期": served(), "严违违法日期": day(-90),
        "严违失信情形": by_day(MARKET_LAW, ["其他严重违法", "异常满三年未履行"], ["拒不履行义务"]), "严违移出日期": sometimes(0.1, day(420))}),
    ("patent_findings.ndjson", "专利失信认定", "单位", 0.0006, "2019-01-01", listing(
        "专利", "揭知认", "专利失信行为日期", "专利惩戒期限", 专利失信情形=one("不依法执行", "非正常申请专利", "提供虚假文件", "重复专利侵权"))),
    ("research_findings.ndjson", "科研失信认定", "自然人", 0.0003, "2019-01-01", listing(
        "科研", "揭科认", "科研失信行为日期", "科研惩戒期限", 科研失信身份=one("项目承担人员", "评估评审人员"), 终身惩戒=sometimes(0.15, True))),
    ("research_units.ndjson", "科研失信认定", "单位", 0.0003, "2024-02-01", {
        "科研认定文书号": number("揭科认单"), "科研认定日期": day(), "科研认定送达日期": served(), "科研失信行为日期": "2023-05-01", "科研惩戒期限": one("P2Y", "P3Y"),
        "科研失信身份": one("项目承担单位", "专业机构"), "获奖资格被撤销": sometimes(0.6, True)}),
    ("research_registers.ndjson", "科技入库登记", "随 research_units.ndjson", 1, "2023-01-01", {"入库登记编号": code("KJ"), "入库年度": 2023}),
    ("housekeeping_findings.ndjson", "家政失信认定", "单位", 0.0005, "2018-04-01", listing("家政", "揭商家认", "家政失信行为日期", "家政惩戒期限")),
    ("marriage_findings.ndjson", "婚姻失信认定", "自然人", 0.0003, "2018-05-01", listing(
        "婚姻", "揭民婚认", None, "婚姻惩戒期限", 婚姻登记失信情形=one("伪造或者冒用证件", "虚假声明无配偶或者无近亲关系"))),
    ("medical_order.ndjson", "涉医违法处理", "自然人", 0.0006, "2023-01-01", {
        "涉医处理文号": number("揭公行罚"), "涉医处理日期": day(), "涉医处理送达日期": served(), "涉医行为": one("扰乱医疗秩序", "倒卖医疗机构号源"),
        "涉医处理结果": one("罚款", "行政拘留", "追究刑事责任"), "涉医惩戒期限": sometimes(0.9, one("P1Y", "P2Y", "P3Y"))}),
    ("accounting_findings.ndjson", "会计失信认定", "自然人", 0.0004, "2023-06-01", {
        "会计认定文书号": number("揭财会认"), "会计认定日期": day(), "会计认定送达日期": served(), "会计效力期限": sometimes(0.9, one("P1Y", "P3Y", "P3Y")),
        "会计从业限制": one("不限制", "五年内不得从事会计工作", "不得再从事会计工作")}),
    ("farm_supply_findings.ndjson", "农资失信认定", "单位", 0.0005, "2017-07-01", listing(
        "农资", "揭农认", "农资违法行为日期", "农资惩戒期限", 农资类别=one("农药", "种子", "兽药", "饲料"), 农资禁入情形=one("不在此列", "被吊销许可证"))),
    ("farm_supply_persons.ndjson", "农资失信认定", "自然人", 0.0003, "2023-02-01", listing(
        "农资", "揭农个认", "农资违法行为日期", "农资惩戒期限", 农资类别=one("农药", "种子", "兽药"), 农资禁入情形="被吊销许可证")),
    ("examinations.ndjson", "考试违纪处理", "自然人", 0.0005, "2018-01-01", {
        "考试处理文号": number("揭人社考"), "考试名称": "专业技术人员资格考试", "考试处理日期": day(), "考试处理送达日期": served(), "考试违纪程度": "严重违纪",
        "考试违纪情形": one("抄袭或者协助抄袭", "使用通讯工具电子用品", "代替他人或者让他人代替考试")}),
    ("examination_frauds.ndjson", "考试违纪处理", "自然人", 0.0002, "2018-01-01", {
        "考试处理文号": number("揭人社考严"), "考试名称": "专业技术人员资格考试", "考试处理日期": day(), "考试处理送达日期": served(), "考试违纪程度": "特别严重违纪",
        "考试违纪情形": one("串通或者参与有组织作弊", "代替他人或者让他人代替考试")}),
    ("medical_insurance.ndjson", "医保违法处理", "单位", 0.0006, "2021-06-01", {
        "医保处理文号": number("揭医保处"), "医保处理日期": day(), "医保处理送达日期": served(), "医保违法行为日期": day(-90), "医保主体类型": "定点医药机构",
        "骗取医保基金": one(True, True, False), "骗取金额": amount(1000, 90000), "医保暂停期限": sometimes(0.6, one("P5M", "P6M", "P12M", "P13M")),
        "解除服务协议": sometimes(0.2, True), "造成基金重大损失": sometimes(0.2, True), "认定严重失信": sometimes(0.4, True)}),
    ("medical_insurance_pauses.ndjson", "医保违法处理", "单位", 0.0003, "2025-07-15", {
        "医保处理文号": number("揭医保停"), "医保处理日期": day(), "医保处理送达日期": served(), "医保违法行为日期": day(-90), "医保主体类型": "定点医药机构",
        "骗取医保基金": False, "医保暂停期限": one("P6M", "P12M")}),
    ("medical_insurance_persons.ndjson", "医保违法处理", "自然人", 0.0003, "2025-06-01", {
        "医保处理文号": number("揭医保个处"), "医保处理日期": day(), "医保处理送达日期": served(), "医保违法行为日期": day(-90), "医保主体类型": "参保人员",
        "骗取医保基金": True, "骗取金额": amount(1000, 9000), "医保暂停期限": one("P2M", "P3M", "P12M")}),
    ("settlement_pauses.ndjson", "医保暂停结算", "单位", 0.0003, "2025-03-01", {
        "暂停结算文号": number("揭医保暂停"), "暂停结算日期": day(), "暂停结算送达日期": served(), "拒不配合调查": True, "调查结束日期": sometimes(0.3, day(60)), "属于骗取": sometimes(0.3, False)}),
    ("department_listings.ndjson", "严重失信认定", "单位", 0.001, "2018-01-01", {
        "失信认定文书号": number("揭信认"), "失信认定机关": "揭阳市有关部门", "失信认定日期": day(), "失信认定送达日期": served(), "认定救济期满日期": day(190),
        "重点领域": one("工程质量", "消防安全", "非法集资", "传销", "拒不履行行政决定", "逃避兵役"), "有法律法规依据": one(True, True, False),
        "依法禁入": sometimes(0.2, True)}),
    # travel is limited where the court has limited consumption
    *((f"orders_{number}.ndjson", "限制消费令", f"随 {file}", 1, "2025-02-01", {
        "限制消费令文号": (lambda mark: lambda rand, when, serial: f"（{when.year}）粤52限{mark}{serial}号")(mark), "签发日期": day()})
      for number, (mark, file) in enumerate((("家", "housekeeping_findings.ndjson"), ("医", "medical_order.ndjson"), ("慈", "charity_judgments.ndjson"),
                                             ("社", "social_insurance_listings.ndjson"), ("税", "税收违法案件"), ("薪", "欠薪列入决定")), 1)),
    ("exchanged_lists.ndjson", "交换名单", "单位", 0.002, "2019-01-01", {
        "名单编号": code("MD"), "交换名单类别": one("红名单", "重点关注名单", "黑名单"), "名单领域": sometimes(0.95, one("食品", "税务", "消防", "安全生产")),
        "认定部门": "外地有关部门", "名单列入日期": day(), "名单退出日期": sometimes(0.5, day(300))}),
    ("customs_ratings.ndjson", "海关信用认定", "单位", 0.002, "2018-01-01", {
        "海关认定文书号": number("汕关认"), "海关信用等级": one("高级认证企业", "高级认证企业", "一般信用企业"), "海关认定日期": day(), "海关等级调整日期": sometimes(0.1, day(500))}),
    ("youth_volunteers.ndjson", "青年志愿者定级", "自然人", 0.002, "2022-01-01", {
        "定级编号": code("QN"), "定级日期": day(), "青年等级": one("五A", "五A", "四A", "三A"), "累计时长": one(1499, 1500, 2000), "资格取消日期": sometimes(0.05, day(100))}),
    ("safety_models.ndjson", "安全守信认定", "单位", 0.0006, "2025-02-01", {"安全守信编号": code("AX"), "安全守信公布日期": day()}),
    ("safety_standards.ndjson", "安全生产标准化评定", "随 safety_models.ndjson", 1, "2022-01-01", {
        "标准化证书编号": code("BZ"), "标准化等级": one("一级", "一级", "二级"), "标准化公告日期": day()}),
    ("safety_promises.ndjson", "信用承诺", "随 safety_models.ndjson", 1, "2022-01-01", {
        "承诺编码": code("AC"), "承诺类型": "主动公示型", "承诺领域": "安全生产", "承诺作出日期": day(), "履行状态": one("未到期", "全部履行", "全部履行")}),
    ("engineering_models.ndjson", "守信典型企业公布", "单位", 0.0004, "2025-02-01", {
        "典型目录编号": code("GD"), "典型工程领域": "公路工程", "典型公布日期": day()}),
    *((f"engineering_ratings_{year}.ndjson", "工程建设信用评价", "随 engineering_models.ndjson", 1, f"{year}-01-01", {
        "年度": year, "工程建设领域": "公路工程", "工程建设信用等级": one("AA级", "AA级", "AA级", "A级"), "评价省份数": one(1, 2, 3)})
      for year in (2022, 2023, 2024)),
    ("organisation_assessments.ndjson", "社会组织评估", "慈善", 0.001, "2021-06-01", {
        "评估证书编号": code("PG"), "评估等级": one("三A级", "四A级", "五A级"), "评估公告日期": day()}),
    ("donors.ndjson", "捐赠人推荐", "自然人", 0.0006, "2025-02-01", {"推荐编号": code("JZ"), "推荐公布日期": day()}),
    ("donations.ndjson", "慈善捐赠", "随 donors.ndjson", 1, "2020-01-01", {
        "捐赠编号": code("JX"), "受赠组织": "揭阳市慈善总会", "捐赠日期": day(), "捐赠金额": amount(1000, 900000), "已经履行": one(True, True, True, False)}),
    ("corrections.ndjson", "纠正恢复", "罚", 0.0006, "2020-01-01", {
        "纠正文号": number("揭信纠"), "纠正对象文号": "罚", "纠正日期": day(), "恢复公告日期": sometimes(0.7, day(2))}),
    ("reports.ndjson", "投诉举报", "单位", 0.001, "2024-06-01", {
        "工单编号": code("GD"), "举报事项": "无证照经营", "工单受理日期": day(), "工单办结日期": sometimes(0.8, day(12))}),
    ("feedback.ndjson", "措施反馈", "罚", 0.001, "2024-06-01", {
        "反馈编号": code("FK"), "反馈对象文号": "罚", "反馈措施": "列为重点监管对象", "推送日期": day(), "反馈日期": sometimes(0.7, day(20))}),
]
