/** The words of the account API with what each stands for: an argument of one name is the same thing everywhere. */
import {
  aDate,
  aFlag,
  aFunction,
  aLimit,
  aName,
  anId,
  aRandomId,
  aSignal,
  aText,
  type Expected,
  eitherOf,
  kind,
  listOf,
  maybe,
  milliseconds,
  shape,
  wrong,
} from './expected.ts'

/** Peers are looked at where they are resolved: what is wrong with one is a PeerError. */
export { anything as aPeer } from './expected.ts'

export const peers: Expected = listOf("peers (an id, '@username', a phone number, …)", () => undefined)
export const aPhone: Expected = (value, name) =>
  aText(value, name) && `${aText(value, name)} such as '+41 12 345 67 89'`
export const messageIds = listOf('ids of messages', anId)
export const markedText = eitherOf(
  'a text, or a text with its entities, as markdown`…` and html`…` make it',
  aText,
  shape('', { text: aText, entities: maybe(listOf('entities', () => undefined)) }),
)
const isPort = (value: unknown) => Number.isInteger(value) && Number(value) > 0 && Number(value) < 65_536
export const aPort = kind('a port from 1 to 65535', isPort)
/** What is wrong with a link is said by a ProxyLinkError. */
export const aProxy = eitherOf(
  'a link, a proxy as in { type, host, port }, or null',
  aText,
  shape('', { host: aName, port: aPort }),
  kind('null', (value) => value === null),
)
/** A value, or a function that is asked for it. */
export const anAnswer = eitherOf('a text, or a function that gives it', aText, aFunction)

/** Options that mean the same wherever they are taken. */
export const optionWords = {
  signal: maybe(aSignal),
  timeout: maybe(milliseconds),
  limit: maybe(aLimit),
  until: maybe(aDate),
  expires: maybe(aDate),
  query: maybe(aText),
  hint: maybe(aText),
  randomId: maybe(aRandomId),
  randomIds: maybe(listOf('random ids (bigint)', aRandomId)),
  silent: maybe(aFlag),
  revoked: maybe(aFlag),
  requestNeeded: maybe(aFlag),
  deleteMessages: maybe(aFlag),
  phoneCodeHash: maybe(aName),
} satisfies Record<string, Expected>

/** An object of options, which may be left out; with words of its own besides those that mean the same everywhere. */
export const options = (own: Readonly<Record<string, Expected>> = {}): Expected =>
  maybe(shape('an object with options', { ...optionWords, ...own }))

/** An object with the options of `O` and no others, which may be left out; one that is missing here does not compile. */
export function only<O extends object>(fields: Readonly<Record<keyof O, Expected>>): Expected {
  const fits = maybe(shape('an object with options', fields))
  return Object.assign((value: unknown, name: string) => fits(value, name), { known: Object.keys(fields) })
}

/** Options that have to be there. */
export const needed =
  (expected: Expected): Expected =>
  (value, name) =>
    value === undefined ? wrong(name, value, 'an object with options') : expected(value, name)
