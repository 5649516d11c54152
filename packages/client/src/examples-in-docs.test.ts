/** Whoever points at a method of the public face is shown how it is called. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const faces = [
  ['messages', './messages/messages.ts'],
  ['media', './media/media.ts'],
  ['chats', './chats/chats.ts'],
  ['contacts', './contacts/contacts.ts'],
  ['account', './account/account.ts'],
  ['bots', './bots/bots.ts'],
  ['loginFlow', './login/login-flow.ts'],
] as const

/** A public method of a class, with the comment above it. */
const METHOD = /(?:( {2}\/\*\*(?:(?!\*\/)[\s\S])*?\*\/)\n)? {2}(?:async )?\*?([a-z]\w*)(?:<\w+>)?\(/g

test.each(faces)('%s: every method has an example in its doc comment', (face, file) => {
  const source = readFileSync(new URL(file, import.meta.url), 'utf8')
  const body = source.slice(source.indexOf('export class '))
  const methods = [...body.matchAll(new RegExp(`^${METHOD.source}`, 'gm'))].filter(
    ([, , name]) => name !== 'constructor',
  )
  expect(methods.length).toBeGreaterThan(7)
  const without = methods.filter(
    ([, doc, name]) => !doc?.replace(/\s*\n\s*\*\s*/g, ' ').includes(`${face}.${name}`),
  )
  expect(without.map(([, , name]) => name)).toEqual([])
})
