-- The twelve decisions of this folder's memorandum over plain tables, for SQLite and DuckDB alike. {today}, {two}, {three}, {five}: days. Truths are numbers,
-- 0 no, 1 unknown, 2 yes; `_rest` is the same without the records under objection. One row: for each measure in force, suspended, to verify, pending.
WITH
o AS (SELECT tab, subject, n FROM objections WHERE lodged <= {today} AND (closed IS NULL OR closed > {today})),
c AS (SELECT subject, max(truth) AS cases, max(CASE WHEN free THEN truth ELSE 0 END) AS cases_rest, max(ahead) AS cases_ahead,
             max(hinders) AS hinders, max(CASE WHEN free THEN hinders ELSE 0 END) AS hinders_rest
      FROM (SELECT t.subject, o.n IS NULL AS free,
                   CASE WHEN listed > {today} OR listed <= {two} OR conduct = 1 OR performed = 1 THEN 0 WHEN performed IS NULL THEN 1 ELSE 2 END AS truth,
                   CASE WHEN listed > {today} AND conduct <> 1 AND performed <> 1 THEN 1 ELSE 0 END AS ahead,
                   CASE WHEN conduct = 2 AND listed > {five} AND listed <= {today} THEN 2 ELSE 0 END AS hinders
            FROM cases t LEFT JOIN o ON o.tab = 0 AND o.subject = t.subject AND o.n = t.n) GROUP BY subject),
p AS (SELECT subject, max(truth) AS grave, max(CASE WHEN free THEN truth ELSE 0 END) AS grave_rest, max(ahead) AS grave_ahead,
             sum(recent) AS recent, sum(CASE WHEN free THEN recent ELSE 0 END) AS recent_rest
      FROM (SELECT t.subject, o.n IS NULL AS free,
                   CASE WHEN decided > {today} OR decided <= {three} THEN 0 WHEN kind >= 5 OR fine >= 10000000 THEN 2 WHEN fine IS NULL THEN 1 ELSE 0 END AS truth,
                   CASE WHEN decided > {today} AND (kind >= 5 OR fine >= 10000000) THEN 1 ELSE 0 END AS ahead,
                   CASE WHEN decided > {two} AND decided <= {today} THEN 1 ELSE 0 END AS recent
            FROM penalties t LEFT JOIN o ON o.tab = 1 AND o.subject = t.subject AND o.n = t.n) GROUP BY subject),
w AS (SELECT subject, max(truth) AS wages, max(CASE WHEN free THEN truth ELSE 0 END) AS wages_rest
      FROM (SELECT t.subject, o.n IS NULL AS free,
                   CASE WHEN ordered > {today} OR ordered <= {three} THEN 0 WHEN workers >= 10 OR owed >= 3000000 THEN 2 WHEN workers IS NULL THEN 1 ELSE 0 END AS truth
            FROM wages t LEFT JOIN o ON o.tab = 2 AND o.subject = t.subject AND o.n = t.n) GROUP BY subject),
x AS (SELECT subject, max(truth) AS tax, max(CASE WHEN free THEN truth ELSE 0 END) AS tax_rest, max(ahead) AS tax_ahead
      FROM (SELECT t.subject, o.n IS NULL AS free,
                   CASE WHEN decided > {today} OR decided <= {three} OR conduct = 8 THEN 0 WHEN amount >= 100000000 THEN 2 WHEN amount IS NULL THEN 1 ELSE 0 END AS truth,
                   CASE WHEN decided > {today} AND conduct <> 8 AND amount >= 100000000 THEN 1 ELSE 0 END AS ahead
            FROM taxes t LEFT JOIN o ON o.tab = 3 AND o.subject = t.subject AND o.n = t.n) GROUP BY subject),
r AS (SELECT subject, CASE WHEN sum(CASE WHEN grade = 1 THEN 1 ELSE 0 END) >= 3 THEN 2 WHEN sum(CASE WHEN grade = 1 OR grade IS NULL THEN 1 ELSE 0 END) >= 3 THEN 1
                           ELSE 0 END AS rated
      FROM ratings WHERE year >= 2023 GROUP BY subject),
m AS (SELECT subject, least(max(CASE WHEN state = 2 THEN 2 WHEN state IS NULL THEN 1 ELSE 0 END),
                          2 - max(CASE WHEN state = 4 THEN 2 WHEN state IS NULL THEN 1 ELSE 0 END)) AS kept
      FROM commitments GROUP BY subject),
h AS (SELECT subject, max(CASE WHEN revoked IS NULL AND granted > {three} AND granted <= {today} THEN 2 ELSE 0 END) AS honour,
             max(CASE WHEN revoked IS NULL AND granted > {today} THEN 1 ELSE 0 END) AS honour_ahead,
             max(CASE WHEN level >= 4 THEN 2 WHEN level IS NULL THEN 1 ELSE 0 END) AS level
      FROM honours GROUP BY subject),
s AS (SELECT coalesce(cases, 0) AS cases, coalesce(cases_rest, 0) AS cases_rest, coalesce(cases_ahead, 0) AS cases_ahead, coalesce(hinders, 0) AS hinders,
             coalesce(hinders_rest, 0) AS hinders_rest, coalesce(grave, 0) AS grave, coalesce(grave_rest, 0) AS grave_rest, coalesce(grave_ahead, 0) AS grave_ahead,
             CASE WHEN recent >= 2 THEN 2 ELSE 0 END AS often, CASE WHEN recent_rest >= 2 THEN 2 ELSE 0 END AS often_rest, coalesce(wages, 0) AS wages,
             coalesce(wages_rest, 0) AS wages_rest, coalesce(tax, 0) AS tax, coalesce(tax_rest, 0) AS tax_rest, coalesce(tax_ahead, 0) AS tax_ahead,
             coalesce(rated, 0) AS rated, coalesce(kept, 0) AS kept, coalesce(honour, 0) AS honour, coalesce(honour_ahead, 0) AS honour_ahead, coalesce(level, 0) AS level
      FROM subjects LEFT JOIN c USING (subject) LEFT JOIN p USING (subject) LEFT JOIN w USING (subject) LEFT JOIN x USING (subject) LEFT JOIN r USING (subject)
      LEFT JOIN m USING (subject) LEFT JOIN h USING (subject)),
{groups}u AS (SELECT *, 2 - greatest(cases, tax) AS unlisted, 2 - greatest(cases_rest, tax_rest) AS unlisted_rest, greatest(cases, grave) AS both_of, greatest(cases_rest, grave_rest) AS both_rest,
             2 - greatest(cases, tax, grave, often) AS clean, 2 - greatest(cases_rest, tax_rest, grave_rest, often_rest) AS clean_rest FROM {states}),
d AS (SELECT *, least(rated, clean) AS d8, least(rated, clean_rest) AS d8_rest, least(greatest(rated, honour), unlisted) AS d9, least(greatest(rated, honour), unlisted_rest) AS d9_rest,
             least(honour, unlisted) AS d10, least(honour, unlisted_rest) AS d10_rest, least(kept, clean) AS d11, least(kept, clean_rest) AS d11_rest,
             least(level, unlisted) AS d12, least(level, unlisted_rest) AS d12_rest FROM u)
SELECT {outcomes} FROM d
