/** An open chat at the prompt: what is typed, what comes, scrolling, files, and several accounts with a chat each. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { worldFromDescription } from '@telegram-mt/box'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Bench } from '../run/telegram-mt.testing.ts'
import { Person } from './person.testing.ts'

const PAGE_UP = '\u001b[5~'
const PAGE_DOWN = '\u001b[6~'
const alt = (key: string) => `\u001b${key}`

/** What Carol wrote to Ann, long ago. */
const messages = Array.from({ length: 80 }, (_, n) => ({
  from: '9996650003',
  to: '9996620001',
  text: `line ${n + 1}.`,
  date: new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString(),
}))

let bench: Bench
beforeAll(async () => {
  const world = await worldFromDescription({
    users: [
      { phone: '9996620001', firstName: 'Ann', username: 'ann_box' },
      { phone: '9996640002', firstName: 'Bob', username: 'bob_box' },
      { phone: '9996650003', firstName: 'Carol', username: 'carol_box' },
    ],
    messages,
  })
  bench = await Bench.open({ world })
  for (const [phone, code, id] of [
    ['9996620001', '22222', 'ann'],
    ['9996640002', '44444', 'bob'],
  ] as const)
    expect(await bench.run(['signin', phone, '--id', id], `${code}\n`)).toMatchObject({ exit: 0 })
})
afterAll(() => bench?.close())

const people: Person[] = []
/** Opens a chat right away, as Ann. */
function open(...words: string[]): Person {
  const person = new Person([...words, '--session', 'ann', '--box-at', bench.boxFile], bench.env)
  people.push(person)
  return person
}
afterEach(async () => {
  await Promise.all(people.splice(0).map((person) => person.end()))
})

const AT_BOB = '@ann_box › Bob> '

test('what is typed is sent; lines with a slash answer, change, delete, react; the other side sees it', async () => {
  const ann = open('chat', '@bob_box')
  const { screen } = ann
  await screen.sees('── Bob ── /help lists')
  await ann.enters(AT_BOB, 'hello Bob', /✓ #81$/m)
  await ann.enters(AT_BOB, '//path', /✓ #82$/m)
  await ann.enters(AT_BOB, '/reply 81 and more', 'Sent, message 83.')
  await ann.enters(AT_BOB, '/edit 81 hello, Bob', /#81 → You: hello, Bob \(edited\)/)
  await ann.enters(AT_BOB, '/react 81 👍', /#81 → You: hello, Bob \(edited\) \[👍\]/)
  await ann.enters(AT_BOB, '/delete 82', '(deleted: #82)')
  await ann.enters(AT_BOB, '/edit 990 x', 'Error: messages.editMessage: 400 MESSAGE_ID_INVALID')
  await ann.enters(AT_BOB, '/nonsense', "Error: there is no command 'nonsense'")
  await ann.enters(AT_BOB, '/help', '/file PATH [CAPTION]')
  await ann.enters(AT_BOB, '/use 2', /^@bob_box>/m)
  await ann.enters('@bob_box> ', 'chat Ann', /#3 ← Ann: ↪ #1 and more/)
  expect(screen.text).toMatch(/#1 ← Ann: hello, Bob \(edited\) \[👍\]\n.*#3 ← Ann/)
  await ann.enters('@bob_box › Ann> ', 'hi Ann', /✓ #4$/m)
  // Back at Ann, whose chat is as it was, with what came meanwhile.
  await screen.until(() => screen.beforeCursor === '@bob_box › Ann> ')
  ann.types('half')
  await screen.until(() => screen.beforeCursor.endsWith('half'))
  ann.press(alt('1'))
  await screen.sees(/#84 ← Bob: hi Ann\n── Bob ──/)
  await screen.until(() => screen.beforeCursor === `${AT_BOB}half`)
  ann.types('\u0015')
  await ann.enters(AT_BOB, '/back', /^@ann_box>/m)
})

test('a file up and down, with its progress', async () => {
  const ann = open('chat', '@bob_box')
  const bytes = Buffer.alloc(1_500_000, 'x')
  bench.file('a report.txt', bytes.toString())
  const to = join(bench.folder, 'saved.txt')
  await ann.enters(
    AT_BOB,
    `/file "${bench.folder}/a report.txt" look`,
    /Sent \[a report.txt, 1\.5 MB\], message \d+/,
  )
  const id = /Sent \[.*message (\d+)\./.exec(ann.screen.text)?.[1]
  await ann.enters(AT_BOB, `/save ${id} ${to}`, /Saved .*saved.txt, 1\.5 MB\./)
  expect(readFileSync(to).equals(bytes)).toBe(true)
  expect(ann.screen.raw).toMatch(/a report\.txt {2}\[#+-*\] +\d+ % {2}[\d.]+ [kM]B of 1\.5 MB/)
  await ann.enters(AT_BOB, `/save ${id} ${to}`, 'is there already: --force writes over it')
  await ann.enters(AT_BOB, '/file nowhere.txt', 'Error: ')
})

test('scrolling: older messages are fetched, newer ones wait below', async () => {
  const ann = open('chat', '@carol_box')
  const { screen } = ann
  const at = '@ann_box › Carol> '
  await screen.until(() => screen.beforeCursor === at)
  expect(screen.text).toMatch(/Carol: line 61\.\n[\s\S]*Carol: line 80\.\n/)
  expect(screen.text).not.toContain('line 60.')
  ann.press(PAGE_UP)
  await screen.sees(/PageUp for older · \d+ newer below · Enter for the newest ──\n@ann_box › Carol>/)
  ann.press(PAGE_UP)
  await screen.sees(/line 1\.[\s\S]*the beginning of the chat/)
  ann.press(PAGE_DOWN)
  await screen.sees(/PageUp for older[^\n]*\n@ann_box › Carol>/)
  await ann.enters(at, '', /line 80\.\n── Carol ──\n/)
})
