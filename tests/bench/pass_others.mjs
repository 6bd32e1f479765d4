// Does one work of the full pass after the other with DuckDB, GoRules Zen and CEL, as its caller says on standard input; the counterpart of pass_worker.c,
// with the same answers. Started by suite.py, from the folder where it has installed the packages:
//
//     node pass_others.mjs FOLDER QUERY     FOLDER has the plain tables as CSV files; QUERY is the SQL, days filled in
//
//     duckdb THREADS        the query over DuckDB's own storage
//     import                that storage made anew from the files
//     attached THREADS FILE the query over the SQLite file of plain tables, attached; FILE is DuckDB's extension for it
//     zen COUNT, cel COUNT  so many subjects, evenly spaced, one after the other; `outcomes` has twelve digits for each
import fs from 'node:fs'
import path from 'node:path'
import readline from 'node:readline'
import { DuckDBInstance } from '@duckdb/node-api'
import { ZenEngine } from '@gorules/zen-engine'
import { Environment } from '@marcbachmann/cel-js'

const [folder, queryFile, ...days] = process.argv.slice(2)
const [today, two, three, five] = days.map(Number)
const storage = path.join(folder, 'duck.db')

// The columns of each table in the narrowest types; the first four can be under objection.
const tables = {
  cases: { performed: 'UTINYINT', conduct: 'UTINYINT', listed: 'USMALLINT' },
  penalties: { kind: 'UTINYINT', fine: 'INTEGER', decided: 'USMALLINT' },
  wages: { workers: 'UTINYINT', owed: 'INTEGER', ordered: 'USMALLINT' },
  taxes: { conduct: 'UTINYINT', amount: 'INTEGER', decided: 'USMALLINT' },
  ratings: { year: 'USMALLINT', grade: 'UTINYINT' },
  commitments: { state: 'UTINYINT', made: 'USMALLINT' },
  honours: { granted: 'USMALLINT', revoked: 'USMALLINT', level: 'UTINYINT' },
  objections: null
}

// ---------------------------------------------------------------- DuckDB

let connection = null

async function open(file, settings = {}) {
  const instance = await DuckDBInstance.create(file, { autoinstall_known_extensions: 'false', autoload_known_extensions: 'false', ...settings })
  return { instance, connection: await instance.connect() }
}

async function importAll() {
  fs.rmSync(storage, { force: true })
  fs.rmSync(storage + '.wal', { force: true })
  const { instance, connection: fresh } = await open(storage)
  for (const [table, columns] of Object.entries(tables)) {
    const types = columns === null
      ? { tab: 'UTINYINT', subject: 'INTEGER', n: 'UTINYINT', lodged: 'USMALLINT', closed: 'USMALLINT' }
      : { subject: 'INTEGER', n: 'UTINYINT', ...columns }
    const list = Object.entries(types).map(([name, type]) => `'${name}': '${type}'`).join(', ')
    await fresh.run(`CREATE TABLE ${table} AS SELECT * FROM read_csv('${path.join(folder, table + '.csv')}', header = true, columns = {${list}})`)
  }
  const subjects = Number(fs.readFileSync(path.join(folder, 'size'), 'utf8'))
  await fresh.run(`CREATE TABLE subjects AS SELECT range::INTEGER AS subject FROM range(1, ${subjects + 1})`)
  await fresh.run('CHECKPOINT')
  fresh.closeSync()
  instance.closeSync()
}

async function duckdb() {
  if (connection === null) {
    if (!fs.existsSync(storage)) await importAll()
    connection = (await open(storage)).connection
  }
  return connection
}

let attached = null

async function attach(extension) {
  if (attached === null) {
    attached = (await open(':memory:', { allow_unsigned_extensions: 'true' })).connection
    await attached.run(`LOAD '${extension}'`)
    await attached.run(`ATTACH '${path.join(folder, 'plain.db')}' AS plain (TYPE sqlite, READ_ONLY)`)
    await attached.run('USE plain')
  }
  return attached
}

const query = fs.readFileSync(queryFile, 'utf8')

async function runQuery(database) {
  const reader = await database.runAndReadAll(query)
  return reader.getRows()[0].map(Number)
}

// ---------------------------------------------------------------- subjects one by one

// So many subjects with their rows, as an application would hand them to a rule engine.
async function sample(count) {
  const database = await duckdb()
  const size = Number((await database.runAndReadAll('SELECT count(*) FROM subjects')).getRows()[0][0])
  const step = Math.max(1, Math.floor(size / count))
  const subjects = new Map()
  for (let i = 0; i < count && i * step < size; i++) {
    subjects.set(1 + i * step, Object.fromEntries(Object.keys(tables).slice(0, 7).map((table) => [table, []])))
  }
  const contested = new Set()
  const objections = await database.runAndReadAll(
    `SELECT tab, subject, n FROM objections WHERE lodged <= ${today} AND (closed IS NULL OR closed > ${today}) AND (subject - 1) % ${step} = 0`)
  for (const row of objections.getRows()) contested.add(row.map(Number).join('-'))
  for (const [number, table] of Object.keys(tables).slice(0, 7).entries()) {
    const names = Object.keys(tables[table])
    const rows = await database.runAndReadAll(`SELECT subject, n, ${names.join(', ')} FROM ${table} WHERE (subject - 1) % ${step} = 0 ORDER BY subject, n`)
    for (const [subject, n, ...cells] of rows.getRows()) {
      const row = Object.fromEntries(names.map((name, i) => [name, cells[i] === null ? null : Number(cells[i])]))
      row.contested = contested.has(`${number}-${subject}-${n}`)
      subjects.get(Number(subject))?.[table].push(row)
    }
  }
  return [...subjects.values()]
}

// A finding holds surely, holds perhaps, or lies ahead, by conditions on a row; `r.` stands for the row. Written once, put into either language below.
const past = (day) => `r.${day} <= ${today}`
const within = (day, since) => `${past(day)} && r.${day} > ${since}`
const findings = {
  cases: {
    table: 'cases',
    yes: `${within('listed', two)} && r.conduct != 1 && r.performed != null && r.performed != 1`,
    maybe: `${within('listed', two)} && r.conduct != 1 && (r.performed == null || r.performed != 1)`,
    ahead: `r.listed > ${today} && r.conduct != 1 && r.performed != null && r.performed != 1`
  },
  tax: {
    table: 'taxes',
    yes: `${within('decided', three)} && r.conduct != 8 && r.amount != null && r.amount >= 100000000`,
    maybe: `${within('decided', three)} && r.conduct != 8 && (r.amount == null || r.amount >= 100000000)`,
    ahead: `r.decided > ${today} && r.conduct != 8 && r.amount != null && r.amount >= 100000000`
  },
  grave: {
    table: 'penalties',
    yes: `${within('decided', three)} && (r.kind >= 5 || (r.fine != null && r.fine >= 10000000))`,
    maybe: `${within('decided', three)} && (r.kind >= 5 || r.fine == null || r.fine >= 10000000)`,
    ahead: `r.decided > ${today} && (r.kind >= 5 || (r.fine != null && r.fine >= 10000000))`
  },
  often: { table: 'penalties', atLeast: 2, yes: within('decided', two), maybe: within('decided', two) },
  wages: {
    table: 'wages',
    yes: `${within('ordered', three)} && (r.owed >= 3000000 || (r.workers != null && r.workers >= 10))`,
    maybe: `${within('ordered', three)} && (r.owed >= 3000000 || r.workers == null || r.workers >= 10)`
  },
  hinders: { table: 'cases', yes: `${within('listed', five)} && r.conduct == 2`, maybe: `${within('listed', five)} && r.conduct == 2` },
  rated: { table: 'ratings', atLeast: 3, yes: 'r.year >= 2023 && r.grade != null && r.grade == 1', maybe: 'r.year >= 2023 && (r.grade == null || r.grade == 1)' },
  honour: { table: 'honours', yes: `${within('granted', three)} && r.revoked == null`, maybe: `${within('granted', three)} && r.revoked == null`,
            ahead: `r.granted > ${today} && r.revoked == null` },
  level: { table: 'honours', yes: 'r.level != null && r.level >= 4', maybe: 'r.level == null || r.level >= 4' },
  done: { table: 'commitments', yes: 'r.state != null && r.state == 2', maybe: 'r.state == null || r.state == 2' },
  broken: { table: 'commitments', yes: 'r.state != null && r.state == 4', maybe: 'r.state == null || r.state == 4' }
}

// Findings as numbers (0 no, 1 unknown, 2 yes) by name, those without contested rows with _rest; then the outcomes of the measures from these.
const levels = (some) => Object.fromEntries(Object.entries(findings).flatMap(([name, finding]) => {
  const of = (free) => some(finding, finding.yes, free, '2', some(finding, finding.maybe, free, '1', '0'))
  const ahead = finding.ahead === undefined ? [] : [[`${name}_ahead`, some(finding, finding.ahead, false, '1', '0')]]
  return [[name, of(false)], [`${name}_rest`, of(true)], ...ahead]
}))

const larger = (a, b) => `(${a} > ${b} ? ${a} : ${b})`
const smaller = (a, b) => `(${a} < ${b} ? ${a} : ${b})`
const lists = (world) => ({
  [`unlisted${world}`]: `2 - ${larger(`cases${world}`, `tax${world}`)}`,
  [`watch${world}`]: larger(`grave${world}`, `often${world}`)
})
const clean = (world) => ({ [`clean${world}`]: smaller(`unlisted${world}`, `(2 - watch${world})`) })
const derived = [
  { ...lists(''), ...lists('_rest') },
  { ...clean(''), ...clean('_rest'), kept: smaller('done', '(2 - broken)'), merits: larger('rated', 'honour'),
    both: larger('cases', 'grave'), both_rest: larger('cases_rest', 'grave_rest') }
]
const sanction = (name, ahead) => `${name} == 2 ? (${name}_rest == 2 ? 0 : 1) : (${name} == 1 ? 2 : (${ahead} ? 3 : 4))`
const incentive = (name, guard, ahead) => {
  const all = smaller(name, guard)
  const rest = smaller(name, `${guard}_rest`)
  return `(${all} == 2 || ${rest} == 2) ? 0 : ((${all} == 1 || ${rest} == 1) ? 2 : (${ahead} ? 3 : 4))`
}
const measures = {
  m1: sanction('cases', 'cases_ahead == 1'), m2: sanction('tax', 'tax_ahead == 1'), m3: sanction('grave', 'grave_ahead == 1'), m4: sanction('often', 'false'),
  m5: sanction('wages', 'false'), m6: sanction('hinders', 'false'), m7: sanction('both', '(cases_ahead == 1 || grave_ahead == 1)'),
  m8: incentive('rated', 'clean', 'false'), m9: incentive('merits', 'unlisted', '(honour_ahead == 1 && unlisted == 2)'),
  m10: incentive('honour', 'unlisted', '(honour_ahead == 1 && unlisted == 2)'), m11: incentive('kept', 'clean', 'false'),
  m12: incentive('level', 'unlisted', 'false')
}

// ---------------------------------------------------------------- Zen

function zenModel() {
  const some = (finding, condition, free, then, otherwise) => {
    const row = condition.replaceAll('r.', '#.').replaceAll('&&', 'and').replaceAll('||', 'or')
    const filter = free ? `not #.contested and (${row})` : row
    const test = finding.atLeast === undefined ? `some(${finding.table}, ${filter})` : `count(${finding.table}, ${filter}) >= ${finding.atLeast}`
    return `(${test} ? ${then} : ${otherwise})`
  }
  const stages = [levels(some), ...derived, measures]
  const nodes = [{ id: 'in', name: 'in', type: 'inputNode', position: { x: 0, y: 0 } }]
  const edges = []
  stages.forEach((stage, i) => {
    const expressions = Object.entries(stage).map(([key, value]) => ({ id: `${i}-${key}`, key, value: value.replaceAll('&&', 'and').replaceAll('||', 'or') }))
    nodes.push({ id: `s${i}`, name: `s${i}`, type: 'expressionNode', position: { x: 0, y: 0 },
                 content: { expressions, passThrough: i < stages.length - 1, inputField: null, outputPath: null, executionMode: 'single' } })
    edges.push({ id: `e${i}`, type: 'edge', sourceId: i === 0 ? 'in' : `s${i - 1}`, targetId: `s${i}` })
  })
  nodes.push({ id: 'out', name: 'out', type: 'outputNode', position: { x: 0, y: 0 } })
  edges.push({ id: 'eo', type: 'edge', sourceId: `s${stages.length - 1}`, targetId: 'out' })
  return { contentType: 'application/vnd.gorules.decision', nodes, edges }
}

let zen = null

async function runZen(subject) {
  zen ??= new ZenEngine().createDecision(zenModel())
  const { result } = await zen.evaluate(subject)
  return Object.keys(measures).map((name) => Number(result[name])).join('')
}

// ---------------------------------------------------------------- CEL

let cel = null

function celProgram() {
  const environment = new Environment({ unlistedVariablesAreDyn: true })
  const some = (finding, condition, free, then, otherwise) => {
    const row = free ? `!r.contested && (${condition})` : condition
    const test = finding.atLeast === undefined ? `${finding.table}.exists(r, ${row})` : `size(${finding.table}.filter(r, ${row})) >= ${finding.atLeast}`
    return `(${test} ? ${then} : ${otherwise})`
  }
  return [levels(some), ...derived, measures].map((stage) => Object.entries(stage).map(([name, text]) => [name, environment.parse(text)]))
}

async function runCel(subject) {
  cel ??= celProgram()
  let known = { ...subject }
  for (const stage of cel) {
    const found = {}
    for (const [name, program] of stage) found[name] = program(known)
    known = { ...known, ...found }
  }
  return Object.keys(measures).map((name) => Number(known[name])).join('')
}

// CEL's whole numbers are BigInts.
function withBigInts(subject) {
  return Object.fromEntries(Object.entries(subject).map(([table, rows]) =>
    [table, rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, typeof cell === 'number' ? BigInt(cell) : cell])))]))
}

// ---------------------------------------------------------------- works

async function timed(prepare, run) {
  const prepared = await prepare()
  const used = process.cpuUsage()
  const begin = process.hrtime.bigint()
  const answer = await run(prepared)
  const ns = Number(process.hrtime.bigint() - begin)
  const { user, system } = process.cpuUsage(used)
  return { ns, cpu: (user + system) * 1000, kilobytes: process.resourceUsage().maxRSS, counts: [], ...answer }
}

const samples = new Map()

async function bySubject(count, convert, run) {
  return timed(async () => {
    if (!samples.has(count)) samples.set(count, await sample(count))
    const subjects = samples.get(count).map(convert)
    await run(subjects[0])
    return subjects
  }, async (subjects) => {
    const outcomes = []
    for (const subject of subjects) outcomes.push(await run(subject))
    return { outcomes: outcomes.join(' ') }
  })
}

async function onThreads(database, threads) {
  await database.run(`SET threads = ${Number(threads)}`)
  return database
}

const count = async (database) => ({ counts: await runQuery(database) })

const works = {
  duckdb: (threads) => timed(async () => onThreads(await duckdb(), threads), count),
  attached: (threads, extension) => timed(async () => onThreads(await attach(extension), threads), count),
  import: () => timed(async () => {
    if (connection !== null) throw new Error('the storage is in use')
  }, async () => { await importAll(); return {} }),
  zen: (count) => bySubject(Number(count), (subject) => subject, runZen),
  cel: (count) => bySubject(Number(count), withBigInts, runCel)
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const [name, ...given] = line.split(' ')
  console.log(JSON.stringify(await works[name](...given)))
}
process.exit(0)
