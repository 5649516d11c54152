// Holds docs/security.md against the tests and the code: every check of the protocol has a row, every row a test that is named by
// it; every code of an error by which a check refuses is listed, and expected by a test. `--write` writes the list.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const range = (letter, count) => Array.from({ length: count }, (_, index) => `${letter}${index + 1}`)
// K: key exchange, M: every encrypted message, P: perfect forward secrecy, S: passwords and storage.
const rows = [...range('K', 13), ...range('M', 12), ...range('P', 6), ...range('S', 5)]

const tests = new Map(rows.map((row) => [row, []]))
// Of the other side: named by the row, too, and saying that it is the server that checks.
const serverTests = new Set()
const problems = []
/** The texts of all tests, in which codes are looked for. */
let texts = ''
for (const folder of ['packages', 'tests']) {
  for (const name of readdirSync(folder, { recursive: true })) {
    const file = join(folder, String(name))
    if (!/\.(test|testing)\.ts$/.test(file) || /node_modules|dist/.test(file)) continue
    texts += readFileSync(file, 'utf8')
    // One that does not run checks nothing.
    for (const [, row] of readFileSync(file, 'utf8').matchAll(
      /\.(?:skip|todo|fails)\w*[^\n]*\(\s*['"`]([KMPS]\d+): /g,
    )) {
      problems.push(`${file}: a test of ${row} is left out`)
    }
    // test('M5: …'), it.each(…)('S4: …'), describe('M10: …')
    for (const [, row] of readFileSync(file, 'utf8').matchAll(
      /(?:test|it|describe)[^\n]*\(\s*['"`]([KMPS]\d+): /g,
    )) {
      tests.get(row)?.push(file)
    }
    for (const [, row, name] of readFileSync(file, 'utf8').matchAll(
      /(?:test|it|describe)[^\n]*\(\s*['"`]([KMPS]\d+): ([^\n]*)/g,
    )) {
      if (/\bthe server (?:refuses|answers|executes|takes|unpacks|gets|never)/.test(name))
        serverTests.add(row)
    }
    for (const [, row] of readFileSync(file, 'utf8').matchAll(/^\s*\]\)\(\s*['"`]([KMPS]\d+): /gm))
      tests.get(row)?.push(file)
  }
}

const all = readFileSync('docs/security.md', 'utf8')
const [page, boxSide = ''] = all.split("## On the box's side")
const documented = new Set([...page.matchAll(/^\| ([KMPS]\d+) \|/gm)].map(([, row]) => row))
for (const row of rows) {
  if (!documented.has(row)) problems.push(`docs/security.md has no row ${row}`)
  if (tests.get(row)?.length === 0) problems.push(`no test is named '${row}: …'`)
}
const serverRows = [...boxSide.matchAll(/^\| ([KMPS]\d+) \|/gm)].map(([, row]) => row)
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

const codes = [
  // CODE: 'M5', with a comment above it that says what it means
  ...listed('packages/mtproto/src/session/errors.ts', /\/\*\* (.*?) \*\/\n {2}([A-Z_]+): '(M\d+)'/g),
  // | 'CODE', with a comment above it that ends with the rows: (K10, K13).
  ...listed(
    'packages/mtproto/src/key-exchange/key-exchange-error.ts',
    /\/\*\* (.*?)(?: \(([^()]*)\))?\. \*\/\n {2}\| '(KEY_EXCHANGE_\w+)'/g,
    (text, checks = '–', code) => [`${text}.`, code, checks],
  ),
  ...listed('packages/mtproto/src/framing/framing-error.ts', /\/\*\* (.*?) \*\/\n {2}\| '(FRAME_\w+)'/g),
]
const table = [
  '| `code` | check | |',
  '| --- | --- | --- |',
  ...codes.map(([text, code, check = 'M10']) => `| \`${code}\` | ${check} | ${text} |`),
].join('\n')
const [before, inside, after] = all.split(/(?<=<!-- codes -->\n)|(?=<!-- \/codes -->)/)
if (process.argv.includes('--write'))
  writeFileSync('docs/security.md', `${before}${table}\n${after ?? inside}`)
else if (inside !== `${table}\n`)
  problems.push('docs/security.md does not list the codes as they are: npm run security -- --write')
for (const [, code] of codes) {
  if (!new RegExp(`\\b${code}\\b`).test(texts)) problems.push(`no test expects the code ${code}`)
}

/** What the code says of its errors: text, code, check. */
function listed(file, pattern, order = (...parts) => parts) {
  const found = [...readFileSync(file, 'utf8').matchAll(pattern)].map(([, ...parts]) => order(...parts))
  if (found.length === 0) problems.push(`${file} lists no codes`)
  return found
}

for (const problem of problems) console.error(problem)
const count = [...tests.values()].reduce((sum, files) => sum + files.length, 0)
console.log(
  `${rows.length} checks, ${serverRows.length} on the server's side, ${count} tests named by them, ${codes.length} codes, ${problems.length} problems`,
)
process.exit(problems.length === 0 ? 0 : 1)
