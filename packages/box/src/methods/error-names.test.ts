import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect, it } from 'vitest'

const require = createRequire(import.meta.url)

/** Telegram's published errors, name to codes, from the package that the schema comes from. */
function publishedErrors(): Map<string, Set<number>> {
  const codes = new Map<string, Set<number>>()
  const add = (name: string, code: number) => codes.set(name, (codes.get(name) ?? new Set()).add(code))
  const list: { errors: Record<string, { code: number }> } = read('raw-errors.json')
  for (const [name, { code }] of Object.entries(list.errors)) add(name, code)
  const schema: { e: { throws?: { name: string; code: number }[] }[] } = read('api-schema.json')
  for (const entry of schema.e) for (const { name, code } of entry.throws ?? []) add(name, code)
  return codes
}

function read(file: string) {
  return JSON.parse(readFileSync(require.resolve(`@mtcute/core/tl/${file}`), 'utf8'))
}

const patterns: [RegExp, (match: RegExpMatchArray) => number][] = [
  [/badRequest\('([A-Z][A-Z0-9_]+)'\)/g, () => 400],
  [/forbidden\('([A-Z][A-Z0-9_]+)'\)/g, () => 403],
  [
    /new RpcError\((?<code>\d+), ['`]([A-Z][A-Z0-9_]+?)(?:_?\$\{[^}]+\})?['`]\)/g,
    (m) => Number(m.groups?.code),
  ],
]

it('refuses with the names and codes that Telegram uses', () => {
  const published = publishedErrors()
  const wrong: string[] = []
  for (const file of readdirSync(import.meta.dirname)) {
    if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue
    const source = readFileSync(`${import.meta.dirname}/${file}`, 'utf8')
    for (const [pattern, codeOf] of patterns) {
      for (const match of source.matchAll(pattern)) {
        const name = match.at(-1) ?? ''
        const codes = published.get(name) ?? published.get(`${name}_%d`) ?? new Set()
        if (!codes.has(codeOf(match)))
          wrong.push(`${file}: ${codeOf(match)} ${name}, published ${[...codes]}`)
      }
    }
  }
  expect(wrong).toEqual([])
})
