/** What the documentation names is there: npm scripts, commands and options of the program, events, pages that are linked. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { parse } from '../../packages/cli/src/run/program.ts'
import { telegramEvents } from '../../packages/client/src/telegram-arguments.ts'
import { readPages, root } from './pages.ts'

const pages = readPages()
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** Lines of blocks for a shell, and code within text, without comments. */
function commandsOf(text: string): string[] {
  const blocks = [...text.matchAll(/^```(?:sh)?\n(.*?)^```$/gms)].flatMap(([, code = '']) => code.split('\n'))
  const spans = [...text.replaceAll(/^```.*?^```$/gms, '').matchAll(/`([^`\n]+)`/g)].map(
    ([, code = '']) => code,
  )
  return [...blocks, ...spans]
    .flatMap((line) => line.replace(/\s+#.*$/, '').split(/&&|;|\|/))
    .map((line) => line.trim())
}

it('names npm scripts that are there', () => {
  const named = pages.flatMap(({ name, text }) =>
    commandsOf(text).flatMap((line) => {
      const script = /^npm run (?:-s )?([\w:-]+)/.exec(line)?.[1]
      return script === undefined ? [] : [{ name, script }]
    }),
  )
  expect(named.length).toBeGreaterThan(10)
  expect(named.filter(({ script }) => !(script in scripts))).toEqual([])
})

it('names commands and options that the program has', () => {
  const lines = pages.flatMap(({ name, text }) =>
    commandsOf(text).flatMap((line) => {
      const words = /^(?:\w+=\S+ )*(?:npx )?telegram-mt(?: (.*))?$/.exec(line)
      return words === null
        ? []
        : [{ name, line, words: (words[1] ?? '').replace(/>.*$/, '').split(/\s+/).filter(Boolean) }]
    }),
  )
  expect(lines.length).toBeGreaterThan(5)
  const wrong = lines.flatMap(({ name, line, words }) => {
    try {
      parse(words, 'shell')
      return []
    } catch (error) {
      return error instanceof Error && error.message === 'help' ? [] : [`${name}: ${line}: ${error}`]
    }
  })
  expect(wrong).toEqual([])
})

it('lists all events, and no others', () => {
  const text = pages.find(({ name }) => name === 'docs/lifecycle.md')?.text ?? ''
  const [, section = ''] = /^## What a session tells$(.*?)^## /ms.exec(text) ?? []
  const listed = [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, event]) => event)
  expect(listed.toSorted()).toEqual(telegramEvents.toSorted())
})

it('links to files that are there', () => {
  const broken = pages.flatMap(({ name, text }) =>
    [...text.replaceAll(/^```.*?^```$/gms, '').matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !existsSync(join(root, dirname(name), target)))
      .map((target) => `${name}: ${target}`),
  )
  expect(broken).toEqual([])
})
