-- Courts, tax, wages and the municipal plan written a second time: plain SQL over the tables of the store, from the law and the
-- vocabulary, not from the rules. Reads the temporary tables that compare.py fills: 今 (the as-of date), 休 and 班 (the official
-- calendar). Leaves 结果 (subject, rule, outcome). Truth is 1, 0 or NULL, SQL's own three values; 世 is 0 for the world with all records
-- and 1 for the world without those under objection. A date is a count of days; 9999999 stands for open-ended, NULL for unknown.

-- ---------------------------------------------------------------- time

-- 民法典 202: months keep the day, and where it does not exist the last day of the month is taken. SQLite rolls over instead.
CREATE TEMP TABLE 日子 AS
    SELECT "列入日期" AS d FROM "记录_执行案件" UNION SELECT "删除日期" FROM "记录_执行案件" UNION SELECT "公布日期" FROM "记录_税收违法案件"
    UNION SELECT "刑罚执行期满日期" FROM "记录_刑事判决" UNION SELECT "列入决定日期" FROM "记录_欠薪列入决定"
    UNION SELECT CAST(julianday('1900-01-01', '+' || "列入决定日期" || ' days', '+' || n || ' months') - julianday('1900-01-01') AS INTEGER)
            FROM "记录_欠薪列入决定", (SELECT 12 AS n UNION SELECT 24)
    UNION SELECT "恢复列入日期" FROM "记录_欠薪列入决定" UNION SELECT "处理日期" FROM "记录_会员失信处理"
    UNION SELECT "出生日期" FROM "主体_自然人" UNION SELECT "成立日期" FROM "主体_单位" UNION SELECT "承诺作出日期" FROM "记录_信用承诺" UNION SELECT "典型认定日期" FROM "记录_诚信典型认定" UNION SELECT t FROM 今;
DELETE FROM 日子 WHERE d IS NULL;
CREATE TEMP TABLE 加月(d INTEGER, m INTEGER, 届满 INTEGER, PRIMARY KEY(d, m)) WITHOUT ROWID;
INSERT INTO 加月
    SELECT d, m, CAST(julianday(首, '+' || (min(日, CAST(strftime('%d', 首, '+1 month', '-1 day') AS INTEGER)) - 1) || ' days')
                      - julianday('1900-01-01') AS INTEGER)
      FROM (SELECT d, m, date('1900-01-01', '+' || d || ' days', 'start of month', m || ' months') AS 首,
                   CAST(strftime('%d', '1900-01-01', '+' || d || ' days') AS INTEGER) AS 日
              FROM 日子, (SELECT -36 AS m UNION SELECT -12 UNION SELECT 6 UNION SELECT 12 UNION SELECT 24 UNION SELECT 36 UNION SELECT 60 UNION SELECT 216
                          UNION SELECT 24 + "延长期限" FROM "记录_执行案件" WHERE "延长期限" BETWEEN 12 AND 36));

CREATE TEMP TABLE 期 AS SELECT t, (SELECT 届满 FROM 加月 WHERE d = t AND m = -36) AS 三年前, (SELECT 届满 FROM 加月 WHERE d = t AND m = -12) AS 一年前 FROM 今;

-- 工作日, numbered one after the other
CREATE TEMP TABLE 工作日 AS
    WITH RECURSIVE 天(d) AS (SELECT 42000 UNION ALL SELECT d + 1 FROM 天 WHERE d < 46385)
    SELECT d, row_number() OVER (ORDER BY d) AS 序 FROM 天
     WHERE d IN (SELECT d FROM 班) OR (d NOT IN (SELECT d FROM 休) AND strftime('%w', '1900-01-01', '+' || d || ' days') NOT IN ('0', '6'));
CREATE INDEX 工作日_d ON 工作日(d, 序);
CREATE INDEX 工作日_序 ON 工作日(序, d);

-- ---------------------------------------------------------------- who, and what is contested

CREATE TEMP TABLE 主 AS
    SELECT s.id AS s, s.identifier, s.kind, p."出生日期", p."死亡日期", o."单位类别", o."成立日期", o."注销日期", o."登记状态", o."小微企业"
      FROM subject s
      LEFT JOIN "主体_自然人" p ON p."#subject" = s.id AND p."#known_until" IS NULL
      LEFT JOIN "主体_单位" o ON o."#subject" = s.id AND o."#known_until" IS NULL;
CREATE UNIQUE INDEX 主_s ON 主(s);

CREATE TEMP TABLE 世 AS SELECT 0 AS w UNION SELECT 1;
CREATE TEMP TABLE 争议 AS SELECT subject AS s, record, key FROM objection, 今 WHERE known_until IS NULL AND lodged <= t AND (closed IS NULL OR closed > t);

CREATE TEMP VIEW 执行 AS SELECT w, "#subject" AS s, c.* FROM "记录_执行案件" c, 世 WHERE "#known_until" IS NULL
    AND (w = 0 OR NOT EXISTS (SELECT 1 FROM 争议 z WHERE z.s = "#subject" AND record = '执行案件' AND key = "案号"));
CREATE TEMP VIEW 限消 AS SELECT w, "#subject" AS s, c.* FROM "记录_限制消费令" c, 世 WHERE "#known_until" IS NULL
    AND (w = 0 OR NOT EXISTS (SELECT 1 FROM 争议 z WHERE z.s = "#subject" AND record = '限制消费令' AND key = "限制消费令文号"));
CREATE TEMP VIEW 税案 AS SELECT w, "#subject" AS s, c.* FROM "记录_税收违法案件" c, 世 WHERE "#known_until" IS NULL
    AND (w = 0 OR NOT EXISTS (SELECT 1 FROM 争议 z WHERE z.s = "#subject" AND record = '税收违法案件' AND key = "决定书文号"));
CREATE TEMP VIEW 判决 AS SELECT w, "#subject" AS s, c.* FROM "记录_刑事判决" c, 世 WHERE "#known_until" IS NULL
    AND (w = 0 OR NOT EXISTS (SELECT 1 FROM 争议 z WHERE z.s = "#subject" AND record = '刑事判决' AND key = "判决书文号"));
CREATE TEMP VIEW 责令 AS SELECT w, "#subject" AS s, c.* FROM "记录_拖欠工资决定" c, 世 WHERE "#known_until" IS NULL
    AND (w = 0 OR NOT EXISTS (SELECT 1 FROM 争议 z WHERE z.s = "#subject" AND record = '拖欠工资决定' AND key = "责令文书文号"));
CREATE TEMP VIEW 欠薪 AS SELECT w, "#subject" AS s, c.* FROM "记录_欠薪列入决定" c, 世 WHERE "#known_until" IS NULL
    AND (w = 0 OR NOT EXISTS (SELECT 1 FROM 争议 z WHERE z.s = "#subject" AND record = '欠薪列入决定' AND key = "列入决定书文号"));
CREATE TEMP VIEW 处罚 AS SELECT w, "#subject" AS s, c.* FROM "记录_行政处罚" c, 世 WHERE "#known_until" IS NULL
    AND (w = 0 OR NOT EXISTS (SELECT 1 FROM 争议 z WHERE z.s = "#subject" AND record = '行政处罚' AND key = "处罚决定书文号"));
CREATE TEMP VIEW 承诺 AS SELECT w, "#subject" AS s, c.* FROM "记录_信用承诺" c, 世 WHERE "#known_until" IS NULL
    AND (w = 0 OR NOT EXISTS (SELECT 1 FROM 争议 z WHERE z.s = "#subject" AND record = '信用承诺' AND key = "承诺编码"));
CREATE TEMP VIEW 典型 AS SELECT w, "#subject" AS s, c.* FROM "记录_诚信典型认定" c, 世 WHERE "#known_until" IS NULL
    AND (w = 0 OR NOT EXISTS (SELECT 1 FROM 争议 z WHERE z.s = "#subject" AND record = '诚信典型认定' AND key = "典型编号"));
CREATE TEMP VIEW 志愿 AS SELECT w, "#subject" AS s, c.* FROM "记录_志愿者评定" c, 世 WHERE "#known_until" IS NULL
    AND (w = 0 OR NOT EXISTS (SELECT 1 FROM 争议 z WHERE z.s = "#subject" AND record = '志愿者评定' AND key = "评定编号"));
CREATE TEMP VIEW 评价 AS SELECT w, "#subject" AS s, c.* FROM "记录_纳税信用评价" c, 世 WHERE "#known_until" IS NULL
    AND (w = 0 OR NOT EXISTS (SELECT 1 FROM 争议 z WHERE z.s = "#subject" AND record = '纳税信用评价' AND key = CAST("年度" AS TEXT)));
CREATE TEMP VIEW 会员 AS SELECT w, "#subject" AS s, c.* FROM "记录_会员失信处理" c, 世 WHERE "#known_until" IS NULL
    AND (w = 0 OR NOT EXISTS (SELECT 1 FROM 争议 z WHERE z.s = "#subject" AND record = '会员失信处理' AND key = "处理决定文号"));

-- ---------------------------------------------------------------- grounds: 认定, whether its conditions hold, from when, until when

CREATE TEMP TABLE 根据(w INTEGER, s INTEGER, 认定 TEXT, 文号 TEXT, 作出 INTEGER, 起 INTEGER, 送达 INTEGER, 止 INTEGER, 成立 INTEGER);

-- 法释〔2017〕7号. 第二条: situations two to six for two years, and one to three more for violence or several acts. 第四条: never a minor, neither
-- today nor when listed. 第十条: whoever was deleted on the creditor's request is not listed again for the same claim within six months.
INSERT INTO 根据
    SELECT c.w, c.s, '失信被执行人', "案号", "列入日期", "列入日期", 0, min(期满.届满, coalesce("删除日期", 期满.届满)),
           ("履行情况" <> 1) AND "失信情形" <> 1
           AND (m.kind <> '自然人' OR (成年.届满 <= t AND 成年.届满 <= "列入日期"))
           AND NOT (SELECT CASE WHEN max(x) = 1 THEN 1 WHEN count(*) > count(x) THEN NULL ELSE 0 END
                               FROM (SELECT (p."删除日期" IS NOT NULL) AND p."删除原因" = 3 AND p."执行依据文号" = c."执行依据文号"
                                            AND p."删除日期" <= c."列入日期" AND c."列入日期" < (SELECT 届满 FROM 加月 WHERE d = p."删除日期" AND m = 6) AS x
                                       FROM 执行 p WHERE p.w = c.w AND p.s = c.s AND p."删除日期" IS NOT NULL))
      FROM 执行 c JOIN 主 m ON m.s = c.s JOIN 今
      LEFT JOIN 加月 成年 ON 成年.d = m."出生日期" AND 成年.m = 216
      JOIN 加月 期满 ON 期满.d = "列入日期"
           AND 期满.m = 24 + CASE WHEN "延长期限" BETWEEN 12 AND 36 AND (coalesce("暴力威胁情节严重", 0) OR coalesce("多项失信行为", 0)) THEN "延长期限" ELSE 0 END
     WHERE "失信情形" <> 1;
-- 第一条第（一）项: able and unwilling, until performed or deleted; 第三条: not where security, assets seized or a later turn stand against it
INSERT INTO 根据
    SELECT c.w, c.s, '失信被执行人', "案号", "列入日期", "列入日期", 0, coalesce("删除日期", 9999999),
           ("履行情况" <> 1) AND (m.kind <> '自然人' OR (成年.届满 <= t AND 成年.届满 <= "列入日期"))
           AND NOT (coalesce("提供充分担保", 0) OR coalesce("查封财产足以清偿", 0) OR coalesce("履行顺序在后", 0) OR coalesce("不属于拒不履行的其他情形", 0))
      FROM 执行 c JOIN 主 m ON m.s = c.s JOIN 今 LEFT JOIN 加月 成年 ON 成年.d = m."出生日期" AND 成年.m = 216
     WHERE "失信情形" = 1;
INSERT INTO 根据
    SELECT w, s, '被限制消费人', "限制消费令文号", "签发日期", "签发日期", 0, coalesce("解除日期", 9999999), 1 FROM 限消;

-- 重大税收违法: the standard of the day of the decision. 42520 = 2016-06-01, 44591 = 2022-02-01, 43464 = 2019-01-01.
-- Publication follows once remedies are exhausted; the first two situations are not published where all was paid before.
CREATE TEMP TABLE 少缴 AS
    SELECT p."#version" AS v,
           CASE WHEN count(*) > count("少缴税额") THEN NULL ELSE coalesce(sum("少缴税额"), 0) END AS 合计,
           CASE WHEN max(("少缴税额" * 10 >= "应纳税额") AND "少缴税额" > 0) = 1 THEN 1
                WHEN count(*) > count(("少缴税额" * 10 >= "应纳税额") AND "少缴税额" > 0) THEN NULL ELSE 0 END AS 一成
      FROM "记录_税收违法案件" p JOIN "记录_税收违法年度" y ON y."#parent" = p."#version" AND y."#known_until" IS NULL
     GROUP BY p."#version";
INSERT INTO 根据
    SELECT c.w, c.s, '重大税收违法失信主体', "决定书文号", "决定日期", "公布日期", coalesce("送达日期", NULL),
           min(公布期.届满, coalesce("停止公布日期", 公布期.届满)),
           ("公布日期" IS NOT NULL) AND ("救济期满日期" <= t)
           AND NOT ("情形" IN (1, 2, 11) AND "缴清日期" IS NOT NULL AND "缴清日期" < "公布日期")
           AND CASE "情形"
                   WHEN 1 THEN coalesce(合计, CASE WHEN k.v IS NULL THEN 0 END) >= 100000000 AND coalesce(一成, CASE WHEN k.v IS NULL THEN 0 END)
                   WHEN 2 THEN "涉案金额" >= 100000000
                   WHEN 11 THEN "涉案金额" >= 100000000
                   WHEN 3 THEN "决定日期" >= 42520 OR "涉案金额" >= 100000000
                   WHEN 5 THEN "决定日期" >= 42520 OR "涉案金额" >= 200000000
                   WHEN 6 THEN "虚开票面金额" >= CASE WHEN "决定日期" < 42520 THEN 1000000000 WHEN "决定日期" < 44591 THEN 40000000 ELSE 400000000 END
                               OR ("决定日期" >= 42520 AND "虚开普通发票份数" >= 100)
                   WHEN 9 THEN "决定日期" >= 44591 AND ("涉案金额" >= 100000000 OR coalesce("导致骗取出口退税", 0))
                   WHEN 10 THEN "决定日期" >= 44591 AND "涉案金额" >= 100000000
                   ELSE "情形" IS NOT NULL OR NULL END
      FROM 税案 c JOIN 今 LEFT JOIN 少缴 k ON k.v = c."#version"
      LEFT JOIN 加月 公布期 ON 公布期.d = "公布日期" AND 公布期.m = CASE WHEN "公布日期" < 43464 THEN 24 ELSE 36 END;
INSERT INTO 根据
    SELECT w, s, '税收犯罪执行期满未逾五年', "判决书文号", "判决日期", "判决日期", 0, 届满, "罪名类别" = 1
      FROM 判决 LEFT JOIN 加月 ON d = "刑罚执行期满日期" AND m = 60;

-- 人力资源社会保障部令第45号: the amount of the crime, or a mass or an extreme incident; ordered to pay; not paid in time; not where corrected and
-- promised in writing before the decision. 44560 = 2022-01-01: three years since, one and two before; before, two years more unless paid in time and
-- nothing new was left unpaid meanwhile.
CREATE TEMP VIEW 条件 AS
    SELECT w, s, "责令文书文号", "送达日期", "支付日期", "书面承诺日期",
           (("单人三月以上最高拖欠额" >= 500000) OR ("涉及人数" >= 10 AND "拖欠金额" >= 3000000) OR coalesce("引发群体性事件", 0) OR coalesce("引发极端事件", 0))
           AND "支付限期" < t AND ("支付日期" IS NULL OR "支付日期" > "支付限期") AS 符合
      FROM 责令, 今;
INSERT INTO 根据
    SELECT l.w, l.s, '拖欠工资失信主体', "列入决定书文号", "列入决定日期", "列入决定日期", "列入送达日期",
           min(满, coalesce("提前移出日期", 满), coalesce("列入撤销日期", 满)),
           (SELECT CASE WHEN max(x) = 1 THEN 1 WHEN count(*) > count(x) THEN NULL ELSE 0 END
                       FROM (SELECT (q."送达日期" <= t) AND q."责令文书文号" = l."依据责令文书文号" AND q.符合
                                    AND NOT (q."支付日期" IS NOT NULL AND q."支付日期" < l."列入决定日期"
                                             AND q."书面承诺日期" IS NOT NULL AND q."书面承诺日期" < l."列入决定日期") AS x
                               FROM 条件 q WHERE q.w = l.w AND q.s = l.s AND q."责令文书文号" = l."依据责令文书文号"))
      FROM (SELECT l.*, CASE WHEN "列入决定日期" >= 44560 OR ("改正日期" IS NOT NULL AND "改正日期" <= 短.届满
                                  AND NOT (SELECT CASE WHEN max(x) = 1 THEN 1 WHEN count(*) > count(x) THEN NULL ELSE 0 END
                                             FROM (SELECT q."送达日期" <= t AND q."责令日期" > l."列入决定日期" AND q."责令日期" < 短.届满 AS x
                                                     FROM 责令 q WHERE q.w = l.w AND q.s = l.s)))
                             THEN 短.届满 ELSE 长.届满 END AS 满
              FROM 欠薪 l JOIN 今 JOIN (SELECT "#version" AS v, CASE WHEN "列入决定日期" >= 44560 THEN 36 WHEN coalesce("再次列入", 0) THEN 24 ELSE 12 END AS 月
                                          FROM "记录_欠薪列入决定") ON v = "#version"
              LEFT JOIN 加月 短 ON 短.d = "列入决定日期" AND 短.m = 月
              LEFT JOIN 加月 长 ON 长.d = 短.届满 AND 长.m = 24) l JOIN 今;
INSERT INTO 根据
    SELECT l.w, l.s, '拖欠工资失信主体', "列入决定书文号", "列入决定日期", "恢复列入日期", "列入送达日期", min(届满, coalesce("列入撤销日期", 届满)), 1
      FROM 欠薪 l LEFT JOIN 加月 ON d = "恢复列入日期" AND m = CASE WHEN "列入决定日期" >= 44560 THEN 36 WHEN coalesce("再次列入", 0) THEN 24 ELSE 12 END
     WHERE "恢复列入日期" IS NOT NULL;

-- 揭府〔2017〕34号（十三）: the association's answer by gravity and by the number of cases of the last year
INSERT INTO 根据
    SELECT c.w, c.s,
           CASE WHEN "严重程度" = 3 THEN '拒退' WHEN "严重程度" = 1 AND n = 1 THEN '警告' WHEN ("严重程度" = 1 AND n >= 2) OR ("严重程度" = 2 AND n = 1) THEN '通报'
                WHEN "严重程度" = 2 AND n >= 2 THEN '谴责' END,
           "处理决定文号", "处理日期", "处理日期", "处理送达日期", 届满, 1
      FROM 会员 c JOIN 加月 ON d = "处理日期" AND m = 12
      LEFT JOIN (SELECT w AS nw, s AS ns, count(*) AS n FROM 会员, 期 WHERE "处理日期" > 一年前 AND "处理日期" <= t AND "处理送达日期" <= t GROUP BY 1, 2)
                ON nw = c.w AND ns = c.s;

CREATE TEMP TABLE 持有 AS SELECT g.*, (成立 AND 起 <= t AND 送达 <= t AND t < 止) AS 真,
                                 (成立 = 1 AND max(起, 送达) > t AND max(起, 送达) < 止) AS 将 FROM 根据 g, 今;
CREATE INDEX 持有_s ON 持有(w, s);

-- ---------------------------------------------------------------- what holds of a subject

CREATE TEMP TABLE 事实(w INTEGER, s INTEGER, 名 TEXT, 真 INTEGER, PRIMARY KEY(w, s, 名)) WITHOUT ROWID;
INSERT INTO 事实 SELECT w, s, 认定, CASE WHEN max(真) = 1 THEN 1 WHEN count(*) > count(真) THEN NULL ELSE 0 END FROM 持有 WHERE 认定 IS NOT NULL GROUP BY w, s, 认定;
INSERT INTO 事实 SELECT w, s, '黑名单', CASE WHEN max(真) = 1 THEN 1 WHEN count(*) > count(真) THEN NULL ELSE 0 END FROM 事实
    WHERE 名 IN ('失信被执行人', '重大税收违法失信主体', '拖欠工资失信主体') GROUP BY w, s;
INSERT INTO 事实 SELECT w, s, '已注销', ("登记状态" = 3 AND "登记状态" IS NOT NULL AND "注销日期" IS NULL) OR ("注销日期" IS NOT NULL AND "注销日期" <= t)
                                        OR ("死亡日期" IS NOT NULL AND "死亡日期" <= t) FROM 主, 世, 今;
-- 近三年无不良信用记录 and 连续三年无不良信用记录 (34号（四）、（十五）)
CREATE TEMP TABLE 不良(w INTEGER, s INTEGER, x INTEGER);
INSERT INTO 不良 SELECT w, s, NOT (("处罚种类" IN (1, 2)) OR coalesce("简易程序", 0)) AND "处罚决定日期" > 三年前 AND "处罚决定日期" <= t FROM 处罚, 期;
INSERT INTO 不良 SELECT w, s, "列入日期" > 三年前 AND "列入日期" <= t AND NOT ("删除原因" IS NOT NULL AND "删除原因" = 9) FROM 执行, 期;
INSERT INTO 不良 SELECT w, s, "决定日期" > 三年前 AND "决定日期" <= t AND "送达日期" <= t FROM 税案, 期;
INSERT INTO 不良 SELECT w, s, "列入决定日期" > 三年前 AND "列入决定日期" <= t AND "列入送达日期" <= t AND "列入撤销日期" IS NULL FROM 欠薪, 期;
-- on a black list for a day at least, listed within the three years; not where the listing ended because it was wrong.
-- 42387 = 2016-01-20, 42732 = 2016-12-30, 43072 = 2017-12-05: the memoranda's first days
INSERT INTO 不良
    SELECT w, s, 成立 AND 入 > 三年前 AND 入 < t AND 入 < 止
           AND NOT EXISTS (SELECT 1 FROM 执行 c WHERE c.w = g.w AND c.s = g.s AND "删除原因" = 9 AND "删除日期" = 止)
           AND NOT EXISTS (SELECT 1 FROM 欠薪 l WHERE l.w = g.w AND l.s = g.s AND "列入撤销日期" = 止)
      FROM (SELECT *, max(起, 送达, CASE 认定 WHEN '失信被执行人' THEN 42387 WHEN '重大税收违法失信主体' THEN 42732 ELSE 43072 END) AS 入 FROM 根据
             WHERE 认定 IN ('失信被执行人', '重大税收违法失信主体', '拖欠工资失信主体')) g, 期;
INSERT INTO 不良 SELECT w, s, "履行状态" = 4 AND "状态确认日期" > 三年前 AND "状态确认日期" <= t FROM 承诺, 期;
INSERT INTO 事实 SELECT w, s, '有不良', CASE WHEN max(x) = 1 THEN 1 WHEN count(*) > count(x) THEN NULL ELSE 0 END FROM 不良 GROUP BY w, s;
-- whoever represents or heads a listed organisation today
INSERT INTO 事实
    SELECT w, 人, '任职单位失信', CASE WHEN max(x) = 1 THEN 1 WHEN count(*) > count(x) THEN NULL ELSE 0 END
      FROM (SELECT f.w, r.to_subject AS 人, (since <= t AND (until IS NULL OR t < until)) AND f.真 AS x
              FROM relation r JOIN 今 JOIN 事实 f ON f.s = r.from_subject AND f.名 = '黑名单'
             WHERE r.relation IN ('法定代表人', '主要负责人') AND r.known_until IS NULL) GROUP BY w, 人;
CREATE TEMP VIEW 有 AS SELECT * FROM 事实;
INSERT INTO 事实
    SELECT 世.w, 主.s, '三年无不良',
           CASE kind WHEN '自然人' THEN (SELECT 届满 <= t FROM 加月 WHERE d = "出生日期" AND m = 216) ELSE (SELECT 届满 <= t FROM 加月 WHERE d = "成立日期" AND m = 36) END
           AND NOT CASE WHEN a.s IS NULL THEN 0 ELSE a.真 END AND NOT CASE WHEN b.s IS NULL THEN 0 ELSE b.真 END AND NOT CASE WHEN c.s IS NULL THEN 0 ELSE c.真 END
      FROM 主 JOIN 世 JOIN 今
      LEFT JOIN 有 a ON a.w = 世.w AND a.s = 主.s AND a.名 = '有不良' LEFT JOIN 有 b ON b.w = 世.w AND b.s = 主.s AND b.名 = '黑名单'
      LEFT JOIN 有 c ON c.w = 世.w AND c.s = 主.s AND c.名 = '任职单位失信';
-- 连续三年A级: the latest year rated and the two before it
INSERT INTO 事实
    SELECT w, s, '连续三年A级', (最近级 = 1) AND (前一 = 1) AND (前二 = 1)
      FROM (SELECT w, s, "年度" AS y, "级别" AS 最近级, 0 AS 无,
                   CASE WHEN lag("年度", 1) OVER 人 = "年度" - 1 THEN lag("级别", 1) OVER 人 ELSE 0 END AS 前一,
                   CASE WHEN lag("年度", 2) OVER 人 = "年度" - 2 THEN lag("级别", 2) OVER 人 ELSE 0 END AS 前二,
                   row_number() OVER (PARTITION BY w, s ORDER BY "年度" DESC) AS 序
              FROM 评价, 今 WHERE "年度" <= CAST(strftime('%Y', '1900-01-01', '+' || t || ' days') AS INTEGER)
            WINDOW 人 AS (PARTITION BY w, s ORDER BY "年度")) WHERE 序 = 1;
INSERT INTO 事实 SELECT w, s, '违反公开承诺', CASE WHEN max(x) = 1 THEN 1 WHEN count(*) > count(x) THEN NULL ELSE 0 END
    FROM (SELECT w, s, "承诺类型" = 3 AND "履行状态" IS NOT NULL AND "履行状态" = 4 AND "状态确认日期" > 三年前 AND "状态确认日期" <= t AS x FROM 承诺, 期) GROUP BY w, s;
INSERT INTO 事实 SELECT w, s, '容缺逾期', CASE WHEN max(x) = 1 THEN 1 WHEN count(*) > count(x) THEN NULL ELSE 0 END
    FROM (SELECT w, s, "承诺类型" = 2 AND ("履行状态" IS NULL OR "履行状态" IN (1, 3))
                       AND coalesce("补正期限", (SELECT n.d FROM 工作日 n WHERE n.序 = 20 + (SELECT max(序) FROM 工作日 b WHERE b.d <= "承诺作出日期"))) < t AS x
            FROM 承诺, 今) GROUP BY w, s;
-- the incentives of a model last one year from its recognition (参数 激励有效期: the plan itself is silent)
INSERT INTO 事实
    SELECT w, s, '一年内诚信典型', CASE WHEN max(x) = 1 THEN 1 WHEN count(*) > count(x) THEN NULL ELSE 0 END
      FROM (SELECT k.w, k.s, "典型认定日期" <= t AND t < min(届满, coalesce("典型撤销日期", 届满))
                   AND NOT CASE WHEN a.s IS NULL THEN 0 ELSE a.真 END AND NOT b.真 AND NOT CASE WHEN c.s IS NULL THEN 0 ELSE c.真 END AS x
              FROM 典型 k JOIN 今 LEFT JOIN 加月 ON d = "典型认定日期" AND m = 12
              LEFT JOIN 有 a ON a.w = k.w AND a.s = k.s AND a.名 = '黑名单' JOIN 有 b ON b.w = k.w AND b.s = k.s AND b.名 = '已注销'
              LEFT JOIN 有 c ON c.w = k.w AND c.s = k.s AND c.名 = '违反公开承诺') GROUP BY w, s;
INSERT INTO 事实
    SELECT k.w, k.s, '未到期诚信典型', max("典型认定日期" > t AND ("典型撤销日期" IS NULL OR "典型撤销日期" > "典型认定日期")
                   AND NOT CASE WHEN a.s IS NULL THEN 0 ELSE a.真 END AND NOT b.真 AND NOT CASE WHEN c.s IS NULL THEN 0 ELSE c.真 END) = 1
      FROM 典型 k JOIN 今
      LEFT JOIN 有 a ON a.w = k.w AND a.s = k.s AND a.名 = '黑名单' JOIN 有 b ON b.w = k.w AND b.s = k.s AND b.名 = '已注销'
      LEFT JOIN 有 c ON c.w = k.w AND c.s = k.s AND c.名 = '违反公开承诺' GROUP BY 1, 2;
INSERT INTO 事实
    SELECT k.w, k.s, '优秀志愿者典型', CASE WHEN max("星级" = 5 AND coalesce("优秀青年志愿者", 0)) = 1 THEN 1
                                            WHEN count(*) > count("星级" = 5 AND coalesce("优秀青年志愿者", 0)) THEN NULL ELSE 0 END AND a.真
      FROM 志愿 k JOIN 有 a ON a.w = k.w AND a.s = k.s AND a.名 = '三年无不良' GROUP BY k.w, k.s;
INSERT INTO 事实 SELECT a.w, a.s, '诚信小微', 主."小微企业" AND a.真 FROM 有 a JOIN 主 ON 主.s = a.s WHERE a.名 = '三年无不良' AND kind = '单位';

-- ---------------------------------------------------------------- sanctions: what, on which finding, who is reached, at which time the office counts

CREATE TEMP TABLE 措施(规则 TEXT, 认定 TEXT, 类 TEXT, 及于 TEXT, 任职 TEXT DEFAULT '认定时', 前提 TEXT);
-- one row in 拆: rule, findings, kinds and targets, in lists
CREATE TEMP TABLE 拆(规则 TEXT, 认定 TEXT, 对 TEXT, 任职 TEXT, 前提 TEXT);
INSERT INTO 拆 VALUES
    ('限制设立金融类公司', '["失信被执行人"]', '{"自然人":["本"],"单位":["本"]}', '认定时', NULL),
    ('限制发行企业债券', '["失信被执行人"]', '{"单位":["本"]}', '认定时', NULL),
    ('合格投资者额度审批参考', '["失信被执行人"]', '{"单位":["本"]}', '认定时', NULL),
    ('限制实施股权激励', '["失信被执行人"]', '{"自然人":["本"],"单位":["本"]}', '认定时', NULL),
    ('限制参加政府采购', '["失信被执行人"]', '{"自然人":["本"],"单位":["本"]}', '认定时', NULL),
    ('限制参与招标投标', '["失信被执行人"]', '{"自然人":["本"],"单位":["本"]}', '认定时', NULL),
    ('限制取得政府供应土地', '["失信被执行人"]', '{"自然人":["本"],"单位":["本"]}', '认定时', NULL),
    ('限制获取政府补贴', '["失信被执行人"]', '{"自然人":["本"],"单位":["本"]}', '认定时', NULL),
    ('优惠政策从严审查', '["失信被执行人"]', '{"自然人":["本","任法定代表人的单位","实际控制的单位","任董事的单位","任监事的单位","任高级管理人员的单位"],"单位":["本"]}', '当前', NULL),
    ('纳入重点监管', '["失信被执行人"]', '{"自然人":["本","任法定代表人的单位","实际控制的单位","任董事的单位","任监事的单位","任高级管理人员的单位"],"单位":["本"]}', '当前', NULL),
    ('限制担任企业高管', '["失信被执行人"]', '{"自然人":["本"]}', '认定时', NULL),
    ('限制担任事业单位法定代表人', '["失信被执行人"]', '{"自然人":["本"]}', '认定时', NULL),
    ('限制招录为公务人员', '["失信被执行人"]', '{"自然人":["本"]}', '认定时', NULL),
    ('不予海关高级认证', '["失信被执行人"]', '{"单位":["本"]}', '认定时', NULL),
    ('限制授予荣誉', '["失信被执行人"]', '{"自然人":["本"],"单位":["本","法定代表人","主要负责人","实际控制人"]}', '认定时', NULL),
    ('授信从严审核', '["失信被执行人"]', '{"自然人":["本"],"单位":["本"]}', '认定时', NULL),
    ('限制使用国有林地和草原', '["失信被执行人"]', '{"自然人":["本"],"单位":["本"]}', '认定时', NULL),
    ('限制乘坐飞机', '["失信被执行人","被限制消费人"]', '{"自然人":["本"],"单位":["法定代表人","主要负责人","实际控制人","直接责任人员"]}', '认定时', '没有必需批准'),
    ('限制其他高消费', '["失信被执行人","被限制消费人"]', '{"自然人":["本"],"单位":["本","法定代表人","主要负责人","实际控制人","直接责任人员"]}', '认定时', '没有必需批准'),
    ('限制出境', '["失信被执行人"]', '{"自然人":["本"],"单位":["法定代表人","主要负责人","直接责任人员"]}', '认定时', '决定不准出境'),
    ('公示失信被执行人信息', '["失信被执行人"]', '{"自然人":["本"],"单位":["本"]}', '认定时', NULL),
    ('纳税信用直接判为D级', '["重大税收违法失信主体"]', '{"单位":["本"]}', '认定时', NULL),
    ('阻止出境', '["重大税收违法失信主体"]', '{"自然人":["本"],"单位":["法定代表人"]}', '认定时', '欠税未结清未担保'),
    ('限制担任高管职务', '["税收犯罪执行期满未逾五年"]', '{"自然人":["本"]}', '认定时', NULL),
    ('融资授信参考', '["重大税收违法失信主体"]', '{"自然人":["本"],"单位":["本","法定代表人","财务负责人"]}', '认定时', NULL),
    ('限制高消费乘坐', '["重大税收违法失信主体"]', '{"自然人":["本"],"单位":["法定代表人","财务负责人"]}', '认定时', '法院已限制'),
    ('供应土地从严审核', '["重大税收违法失信主体"]', '{"自然人":["本"],"单位":["本"]}', '认定时', NULL),
    ('不适用海关认证企业管理', '["重大税收违法失信主体"]', '{"单位":["本"]}', '认定时', NULL),
    ('禁止参加政府采购', '["重大税收违法失信主体"]', '{"自然人":["本"],"单位":["本"]}', '认定时', NULL),
    ('限制发行公司债券', '["重大税收违法失信主体"]', '{"单位":["本"]}', '认定时', NULL),
    ('停止财政性资金支持', '["重大税收违法失信主体"]', '{"自然人":["本"],"单位":["本"]}', '认定时', NULL),
    ('税收失信设立金融机构审批参考', '["重大税收违法失信主体"]', '{"自然人":["本"],"单位":["本"]}', '认定时', NULL),
    ('税收失信限制特许经营', '["重大税收违法失信主体"]', '{"自然人":["本"],"单位":["本"]}', '认定时', NULL),
    ('税收中介从业人员授信参考', '["重大税收违法失信主体"]', '{"单位":["直接责任人员","注册执业人员"]}', '认定时', '违法中介'),
    ('税收中介从业人员限制乘坐', '["重大税收违法失信主体"]', '{"单位":["直接责任人员","注册执业人员"]}', '认定时', '违法中介且法院已限制'),
    ('税收中介从业人员取消评优', '["重大税收违法失信主体"]', '{"单位":["直接责任人员","注册执业人员"]}', '认定时', '违法中介'),
    ('公布税收中介从业人员', '["重大税收违法失信主体"]', '{"单位":["直接责任人员","注册执业人员"]}', '认定时', '违法中介'),
    ('取消评优和荣誉', '["重大税收违法失信主体"]', '{"自然人":["本"],"单位":["本","法定代表人","财务负责人"]}', '认定时', NULL),
    ('公布重大税收违法信息', '["重大税收违法失信主体"]', '{"自然人":["本"],"单位":["本","法定代表人","财务负责人"]}', '认定时', NULL),
    ('税收失信组织负责人授信参考', '["重大税收违法失信主体"]', '{"单位":["主要负责人"]}', '认定时', '非企业'),
    ('税收失信组织负责人限制乘坐', '["重大税收违法失信主体"]', '{"单位":["主要负责人"]}', '认定时', '非企业且法院已限制'),
    ('税收失信组织负责人取消评优', '["重大税收违法失信主体"]', '{"单位":["主要负责人"]}', '认定时', '非企业'),
    ('公布税收失信组织负责人', '["重大税收违法失信主体"]', '{"单位":["主要负责人"]}', '认定时', '非企业'),
    ('欠薪限制政府采购', '["拖欠工资失信主体"]', '{"自然人":["本"],"单位":["本"]}', '认定时', NULL),
    ('欠薪限制招标投标', '["拖欠工资失信主体"]', '{"自然人":["本"],"单位":["本"]}', '认定时', NULL),
    ('欠薪限制供应土地', '["拖欠工资失信主体"]', '{"自然人":["本"],"单位":["本"]}', '认定时', NULL),
    ('欠薪限制政府资金支持', '["拖欠工资失信主体"]', '{"自然人":["本"],"单位":["本"]}', '认定时', NULL),
    ('欠薪限制发行债券', '["拖欠工资失信主体"]', '{"单位":["本"]}', '认定时', NULL),
    ('欠薪融资贷款参考', '["拖欠工资失信主体"]', '{"自然人":["本"],"单位":["本","法定代表人","主要负责人"]}', '认定时', NULL),
    ('欠薪外汇额度参考', '["拖欠工资失信主体"]', '{"单位":["本"]}', '认定时', NULL),
    ('欠薪海关认证从严', '["拖欠工资失信主体"]', '{"单位":["本"]}', '认定时', NULL),
    ('欠薪取消评优', '["拖欠工资失信主体"]', '{"自然人":["本"],"单位":["本","法定代表人","主要负责人","直接责任人员"]}', '认定时', NULL),
    ('欠薪限制交通出行', '["拖欠工资失信主体"]', '{"自然人":["本"],"单位":["法定代表人","主要负责人","直接责任人员"]}', '认定时', '法院已限制'),
    ('欠薪重点监管', '["拖欠工资失信主体"]', '{"自然人":["本"],"单位":["本"]}', '认定时', NULL),
    ('欠薪税收管理从严', '["拖欠工资失信主体"]', '{"单位":["本"]}', '认定时', NULL),
    ('行业警告', '["警告"]', '{"自然人":["本"],"单位":["本"]}', '认定时', NULL),
    ('行业内通报批评', '["通报"]', '{"自然人":["本"],"单位":["本"]}', '认定时', NULL),
    ('行业公开谴责', '["谴责"]', '{"自然人":["本"],"单位":["本"]}', '认定时', NULL),
    ('行业不予接纳或者劝退', '["拒退"]', '{"自然人":["本"],"单位":["本"]}', '认定时', NULL),
    ('撤销荣誉称号', '["失信被执行人","重大税收违法失信主体","拖欠工资失信主体"]',
     '{"自然人":["本"],"单位":["本","法定代表人","主要负责人","高级管理人员","董事","股东","直接责任人员"]}', '认定时', NULL),
    ('记入个人信用记录', '["失信被执行人","重大税收违法失信主体","拖欠工资失信主体"]', '{"单位":["法定代表人","主要负责人","直接责任人员"]}', '认定时', NULL);
-- 34号（十）、（十二）: organisations and persons alike
INSERT INTO 拆 SELECT value, '["失信被执行人","重大税收违法失信主体","拖欠工资失信主体"]', '{"自然人":["本"],"单位":["本"]}', '认定时', '没有注销'
    FROM json_each('["从严审核行政许可","列为重点监管对象","限制申请财政性资金项目","限制参与公共资源交易","限制设立金融类机构","限制互联网信息服务",
                     "财产保险费率参考","授信和保险参考","公开严重失信信息"]');
-- organisations only
INSERT INTO 拆 SELECT value, '["失信被执行人","重大税收违法失信主体","拖欠工资失信主体"]', '{"单位":["本"]}', '认定时', '没有注销'
    FROM json_each('["限制参与特许经营","限制发行债券和上市融资"]');
INSERT INTO 措施 SELECT 规则, f.value, k.key, r.value, 任职, 前提 FROM 拆, json_each(认定) f, json_each(对) k, json_each(k.value) r;

-- guards, judged on the subject of the finding; the rule without a guard has the one named NULL
CREATE TEMP TABLE 许可 AS
    SELECT 世.w, 主.s, NULL AS 名, 1 AS 真 FROM 主, 世
    UNION ALL SELECT w, s, '没有注销', NOT 真 FROM 有 WHERE 名 = '已注销'
    UNION ALL SELECT 世.w, 主.s, '没有必需批准', NOT EXISTS (SELECT 1 FROM 限消 o JOIN "记录_必需消费批准" a ON a."#parent" = o."#version" AND a."#known_until" IS NULL
        WHERE o.w = 世.w AND o.s = 主.s AND t BETWEEN a."批准起始日期" AND a."批准截止日期") FROM 主, 世, 今
    UNION ALL SELECT 世.w, 主.s, '决定不准出境', CASE WHEN max(x) = 1 THEN 1 WHEN sum(c.s IS NOT NULL AND x IS NULL) > 0 THEN NULL ELSE 0 END
        FROM 主 JOIN 世 LEFT JOIN (SELECT w, s, coalesce("决定限制出境", 0) AND "履行情况" <> 1 AS x FROM 执行) c ON c.w = 世.w AND c.s = 主.s GROUP BY 1, 2
    UNION ALL SELECT 世.w, 主.s, '欠税未结清未担保', CASE WHEN max(x) = 1 THEN 1 WHEN sum(c.s IS NOT NULL AND x IS NULL) > 0 THEN NULL ELSE 0 END
        FROM 主 JOIN 世 LEFT JOIN (SELECT w, s, "送达日期" <= t AND "情形" IN (1, 2, 3, 4, 11) AND "缴清日期" IS NULL AND NOT coalesce("提供纳税担保", 0) AS x FROM 税案, 今) c
             ON c.w = 世.w AND c.s = 主.s GROUP BY 1, 2
    UNION ALL SELECT 世.w, 主.s, '法院已限制', CASE WHEN max(f.真) = 1 THEN 1 WHEN sum(f.s IS NOT NULL AND f.真 IS NULL) > 0 THEN NULL ELSE 0 END
        FROM 主 JOIN 世 LEFT JOIN 有 f ON f.w = 世.w AND f.s = 主.s AND f.名 IN ('失信被执行人', '被限制消费人') GROUP BY 1, 2
    UNION ALL SELECT 世.w, 主.s, '非企业', 主."单位类别" <> 91 FROM 主, 世
    UNION ALL SELECT 世.w, 主.s, '非企业且法院已限制',
                     主."单位类别" <> 91 AND CASE WHEN max(f.真) = 1 THEN 1 WHEN sum(f.s IS NOT NULL AND f.真 IS NULL) > 0 THEN NULL ELSE 0 END
        FROM 主 JOIN 世 LEFT JOIN 有 f ON f.w = 世.w AND f.s = 主.s AND f.名 IN ('失信被执行人', '被限制消费人') GROUP BY 1, 2;
INSERT INTO 许可 SELECT 世.w, 主.s, '违法中介', CASE WHEN max(x) = 1 THEN 1 WHEN sum(c.s IS NOT NULL AND x IS NULL) > 0 THEN NULL ELSE 0 END
    FROM 主 JOIN 世 LEFT JOIN (SELECT w, s, "送达日期" <= t AND "情形" = 10 AND "公布日期" IS NOT NULL AS x FROM 税案, 今) c ON c.w = 世.w AND c.s = 主.s GROUP BY 1, 2;
INSERT INTO 许可 SELECT a.w, a.s, '违法中介且法院已限制', a.真 AND b.真 FROM 许可 a JOIN 许可 b ON b.w = a.w AND b.s = a.s WHERE a.名 = '违法中介' AND b.名 = '法院已限制';
CREATE INDEX 许可_s ON 许可(s, w, 名);

CREATE TEMP VIEW 关系 AS
    SELECT relation AS 名, from_subject AS 从, to_subject AS 到, since, until, 1 AS 责 FROM relation
     WHERE known_until IS NULL AND relation NOT IN ('财务负责人', '董事', '股东', '注册执业人员')
    -- these only where they are directly responsible
    UNION ALL SELECT relation, from_subject, to_subject, since, until, fields ->> '$."负有直接责任"' FROM relation
     WHERE known_until IS NULL AND relation IN ('财务负责人', '董事', '股东', '注册执业人员')
    -- the other way, whether responsible or not
    UNION ALL SELECT CASE relation WHEN '实际控制人' THEN '实际控制的单位' ELSE '任' || relation || '的单位' END, to_subject, from_subject, since, until, 1
                FROM relation WHERE known_until IS NULL AND relation IN ('法定代表人', '实际控制人', '董事', '监事', '高级管理人员');

CREATE TEMP TABLE 落点 AS
    SELECT h.w, h.s AS 受, m.规则, h.真 AND 许 AS 真, h.将 AND 许 AS 将
      FROM 持有 h JOIN 主 ON 主.s = h.s JOIN (SELECT 措施.*, x.s, x.w, x.真 AS 许 FROM 措施 JOIN 许可 x ON x.名 IS 前提) m
           ON m.认定 = h.认定 AND m.类 = 主.kind AND m.s = h.s AND m.w = h.w
     WHERE m.及于 = '本'
    UNION ALL
    SELECT w, 到, 规则, 真 AND 许 AND 在职 AND 责, 许 AND 责 = 1 AND CASE 任职 WHEN '当前' THEN 将在职 ELSE 将 AND 在职 END
      FROM (SELECT h.w, r.到, m.规则, h.真, h.将, 许, 任职, 责,
                   (成立 = 1 AND max(起, 送达, r.since) > t AND max(起, 送达, r.since) < min(止, coalesce(r.until, 9999999))) AS 将在职, (r.since <= CASE 任职 WHEN '当前' THEN t ELSE h.作出 END)
                   AND (r.until IS NULL OR CASE 任职 WHEN '当前' THEN t ELSE h.作出 END < r.until) AS 在职
              FROM 持有 h JOIN 今 JOIN 主 ON 主.s = h.s
              JOIN (SELECT 措施.*, x.s, x.w, x.真 AS 许 FROM 措施 JOIN 许可 x ON x.名 IS 前提) m
                   ON m.认定 = h.认定 AND m.类 = 主.kind AND m.s = h.s AND m.w = h.w
              JOIN 关系 r ON r.名 = m.及于 AND r.从 = h.s);

CREATE TEMP TABLE 结果(受 INTEGER, 规则 TEXT, 结果 TEXT);
INSERT INTO 结果
    SELECT 受, 规则, CASE WHEN 甲 = 1 AND 乙 = 1 THEN 'in_force' WHEN 甲 = 1 THEN 'suspended' WHEN 甲 IS NULL THEN 'to_verify' WHEN 将 = 1 THEN 'pending' END
      FROM (SELECT 受, 规则,
                   CASE WHEN max(CASE WHEN w = 0 THEN 真 END) = 1 THEN 1 WHEN sum(w = 0 AND 真 IS NULL) > 0 THEN NULL ELSE 0 END AS 甲,
                   CASE WHEN max(CASE WHEN w = 1 THEN 真 END) = 1 THEN 1 WHEN sum(w = 1 AND 真 IS NULL) > 0 THEN NULL ELSE 0 END AS 乙,
                   max(CASE WHEN w = 0 THEN 将 END) AS 将
              FROM 落点 GROUP BY 受, 规则);

-- ---------------------------------------------------------------- incentives of the plan (四) to (八)

CREATE TEMP TABLE 激励(规则 TEXT, 因 TEXT, 类 TEXT, 停 TEXT);
INSERT INTO 激励 SELECT '绿色通道和容缺受理', f.value, k.value, '容缺逾期' FROM json_each('["一年内诚信典型","连续三年A级","三年无不良"]') f, json_each('["单位","自然人"]') k;
INSERT INTO 激励 SELECT '优惠政策优先', value, '单位', NULL FROM json_each('["一年内诚信典型","连续三年A级"]');
INSERT INTO 激励 SELECT '公共资源交易加分', value, '单位', NULL FROM json_each('["一年内诚信典型","连续三年A级"]');
INSERT INTO 激励 SELECT '优化检查频次', value, '单位', NULL FROM json_each('["一年内诚信典型","连续三年A级","三年无不良"]');
INSERT INTO 激励 SELECT '信用融资产品', value, '单位', NULL FROM json_each('["连续三年A级","诚信小微"]');
INSERT INTO 激励 SELECT '公示和推介', f.value, k.value, NULL FROM json_each('["一年内诚信典型","连续三年A级"]') f, json_each('["单位","自然人"]') k;
INSERT INTO 激励 SELECT '个人公共服务优先', value, '自然人', NULL FROM json_each('["一年内诚信典型","优秀志愿者典型"]');
INSERT INTO 激励 SELECT '荣誉和评优优先', f.value, k.value, NULL FROM json_each('["一年内诚信典型","优秀志愿者典型"]') f, json_each('["单位","自然人"]') k;
-- no incentive for whoever is on a black list or is dissolved
CREATE TEMP TABLE 可激励 AS
    SELECT 世.w, 主.s, 激励.规则, a.真 AND 可 AS 真, (p.真 = 1) AND 可 AS 将
      FROM 主 JOIN 世 JOIN 激励 ON 激励.类 = 主.kind
      JOIN (SELECT b.w, b.s, 停, NOT CASE WHEN c.s IS NULL THEN 0 ELSE c.真 END AND NOT b.真 AND NOT CASE WHEN d.s IS NULL THEN 0 ELSE d.真 END AS 可
              FROM 有 b JOIN (SELECT DISTINCT 停 FROM 激励) LEFT JOIN 有 c ON c.w = b.w AND c.s = b.s AND c.名 = '黑名单'
              LEFT JOIN 有 d ON d.w = b.w AND d.s = b.s AND d.名 = 停 WHERE b.名 = '已注销') e ON e.w = 世.w AND e.s = 主.s AND e.停 IS 激励.停
      LEFT JOIN 有 a ON a.w = 世.w AND a.s = 主.s AND a.名 = 激励.因
      LEFT JOIN 有 p ON p.w = 世.w AND p.s = 主.s AND p.名 = '未到期诚信典型' AND 激励.因 = '一年内诚信典型'
     WHERE a.s IS NOT NULL OR p.s IS NOT NULL;
INSERT INTO 结果
    SELECT s, 规则, CASE WHEN 甲 = 1 OR 乙 = 1 THEN 'in_force' WHEN 甲 IS NULL OR 乙 IS NULL THEN 'to_verify' WHEN 将 = 1 THEN 'pending' END
      FROM (SELECT s, 规则,
                   CASE WHEN max(CASE WHEN w = 0 THEN 真 END) = 1 THEN 1 WHEN sum(w = 0 AND 真 IS NULL) > 0 THEN NULL ELSE 0 END AS 甲,
                   CASE WHEN max(CASE WHEN w = 1 THEN 真 END) = 1 THEN 1 WHEN sum(w = 1 AND 真 IS NULL) > 0 THEN NULL ELSE 0 END AS 乙,
                   max(CASE WHEN w = 0 THEN 将 END) AS 将
              FROM 可激励 GROUP BY s, 规则);
DELETE FROM 结果 WHERE 结果 IS NULL;
