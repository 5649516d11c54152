// Holds docs/security.md against the tests: every check of the protocol has a row, every row a test that is named by it.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const range = (letter, count) => Array.from({ length: count }, (_, index) => `${letter}${index + 1}`)
// K: key exchange, M: every encrypted message, S: passwords and storage.
const rows = [...range('K', 13), ...range('M', 12), ...range('S', 5)]

const tests = new Map(rows.map((row) => [row, []]))
// Of the other side: named by the row, too, and saying that it is the server that checks.
const serverTests = new Set()
const problems = []
for (const folder of ['packages', 'tests']) {
  for (const name of readdirSync(folder, { recursive: true })) {
    const file = join(folder, String(name))
    if (!/\.(test|testing)\.ts$/.test(file) || /node_modules|dist/.test(file)) continue
    // One that does not run checks nothing.
    for (const [, row] of readFileSync(file, 'utf8').matchAll(
      /\.(?:skip|todo|fails)\w*[^\n]*\(\s*['"`]([KMS]\d+): /g,
    )) {
      problems.push(`${file}: a test of ${row} is left out`)
    }
    // test('M5: …'), it.each(…)('S4: …'), describe('M10: …')
    for (const [, row] of readFileSync(file, 'utf8').matchAll(
      /(?:test|it|describe)[^\n]*\(\s*['"`]([KMS]\d+): /g,
    )) {
      tests.get(row)?.push(file)
    }
    for (const [, row, name] of readFileSync(file, 'utf8').matchAll(
      /(?:test|it|describe)[^\n]*\(\s*['"`]([KMS]\d+): ([^\n]*)/g,
    )) {
      if (/\bthe server (?:refuses|answers|executes|takes|unpacks|gets|never)/.test(name))
        serverTests.add(row)
    }
    for (const [, row] of readFileSync(file, 'utf8').matchAll(/^\s*\]\)\(\s*['"`]([KMS]\d+): /gm))
      tests.get(row)?.push(file)
  }
}

const all = readFileSync('docs/security.md', 'utf8')
const [page, boxSide = ''] = all.split("## On the box's side")
const documented = new Set([...page.matchAll(/^\| ([KMS]\d+) \|/gm)].map(([, row]) => row))
for (const row of rows) {
  if (!documented.has(row)) problems.push(`docs/security.md has no row ${row}`)
  if (tests.get(row)?.length === 0) problems.push(`no test is named '${row}: …'`)
}
const serverRows = [...boxSide.matchAll(/^\| ([KMS]\d+) \|/gm)].map(([, row]) => row)
if (serverRows.length === 0) problems.push("docs/security.md has no rows of the box's side")
for (const row of serverRows)
  if (!serverTests.has(row)) problems.push(`no test is named '${row}: … the server …'`)
for (const row of documented)
  if (!tests.has(row)) problems.push(`docs/security.md has a row ${row} that is not known`)
for (const [, file] of all.matchAll(/`((?:packages|tests)\/[^`]+\.ts)`/g)) {
  try {
    readFileSync(file)
  } catch {
    problems.push(`docs/security.md names ${file}, which is not there`)
  }
}

for (const problem of problems) console.error(problem)
const count = [...tests.values()].reduce((sum, files) => sum + files.length, 0)
console.log(
  `${rows.length} checks, ${serverRows.length} on the server's side, ${count} tests named by them, ${problems.length} problems`,
)
process.exit(problems.length === 0 ? 0 : 1)
