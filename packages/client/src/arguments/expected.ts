/**
 * What may stand where a program hands something in, for programs without types: each expectation looks at a value and says
 * what is wrong with it, in words. Values are not repeated, since they may be secrets; only
 * their kind is. A word that is none of a few is shown.
 */

/** What is wrong with a value; undefined if nothing is. `name` is what the program calls it, as in `options.limit`. */
export interface Expected {
  (value: unknown, name: string): string | undefined
  /** The only fields that the value may have, if it is an object. */
  readonly known?: readonly string[]
}

/** One kind of value, by what it is called and how it is recognized. */
export function kind(what: string, fits: (value: unknown) => boolean): Expected {
  return (value, name) => (fits(value) ? undefined : wrong(name, value, what))
}

export const wrong = (name: string, value: unknown, what: string): string =>
  `${name} is ${describe(value)}: expected ${what}`

function describe(value: unknown): string {
  if (value === undefined) return 'missing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  switch (typeof value) {
    case 'object':
      return 'an object'
    case 'string':
      return value.trim() === '' ? 'an empty text' : 'a text'
    case 'number':
      return String(value)
    default:
      return `a ${typeof value}`
  }
}

/** The same, without the number: for what may be a code or a password. */
export function secret(what: string, fits: (value: unknown) => boolean): Expected {
  return (value, name) => {
    if (fits(value)) return undefined
    return typeof value === 'number' ? `${name} is a number: expected ${what}` : wrong(name, value, what)
  }
}

/** Looked at where it is used. */
export const anything: Expected = () => undefined

export const maybe =
  (expected: Expected): Expected =>
  (value, name) =>
    value === undefined ? undefined : expected(value, name)

export const eitherOf =
  (what: string, ...expected: Expected[]): Expected =>
  (value, name) =>
    expected.some((one) => one(value, name) === undefined) ? undefined : wrong(name, value, what)

export const listOf =
  (what: string, each: Expected): Expected =>
  (value, name) => {
    if (!Array.isArray(value)) return wrong(name, value, `a list of ${what}`)
    // Not by `find`: it would pass over holes.
    for (let i = 0; i < value.length; i++) {
      const complaint = each(value[i], `${name}[${i}]`)
      if (complaint !== undefined) return complaint
    }
    return undefined
  }

export const oneOf = (...values: readonly (string | number)[]): Expected => {
  const what = values.map((value) => (typeof value === 'string' ? `'${value}'` : value)).join(', ')
  return (value, name) => {
    if ((values as readonly unknown[]).includes(value)) return undefined
    if (!isText(value)) return wrong(name, value, what)
    return `${name} is ${JSON.stringify(value.slice(0, 40))}: expected ${what}`
  }
}

/** An object whose fields, as far as they are named here, are as expected; others are let through. */
export const shape =
  (what: string, fields: Readonly<Record<string, Expected>>): Expected =>
  (value, name) => {
    if (!isObject(value)) return wrong(name, value, what)
    for (const [field, expected] of Object.entries(fields)) {
      const complaint = expected(Reflect.get(value, field), `${name}.${field}`)
      if (complaint !== undefined) return complaint
    }
    return undefined
  }

/** The same, with no other fields than these. */
export const exactly =
  (what: string, fields: Readonly<Record<string, Expected>>): Expected =>
  (value, name) => {
    const other = isObject(value)
      ? Object.keys(value).find((field) => !Object.hasOwn(fields, field))
      : undefined
    return other === undefined
      ? shape(what, fields)(value, name)
      : unknownName(other, Object.keys(fields), name)
  }

/** Says that there is nothing of this name, and what was perhaps meant. */
export function unknownName(name: string, known: readonly string[], where: string): string {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z]/g, '')
  const meant = known.find((one) => plain(one) === plain(name))
  const hint = meant === undefined ? `known are ${known.join(', ')}` : `did you mean ${meant}?`
  return `${where} has no ${JSON.stringify(name.slice(0, 40))}: ${hint}`
}

export const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isText = (value: unknown): value is string => typeof value === 'string'

export const aText = secret('a text', isText)
export const aName = secret('a text that is not empty', (value) => isText(value) && value.trim() !== '')
export const aFlag = kind('true or false', (value) => typeof value === 'boolean')
export const aFunction = kind('a function', (value) => typeof value === 'function')
export const aNumber = kind('a number', (value) => typeof value === 'number' && !Number.isNaN(value))
export const anId = kind(
  'a whole number, 1 or more',
  (value) => Number.isSafeInteger(value) && Number(value) > 0,
)
export const aCount = kind(
  'a whole number, 0 or more',
  (value) => Number.isSafeInteger(value) && Number(value) >= 0,
)
/** How many at most: `Infinity` is all. */
export const aLimit = kind('a number, 0 or more', (value) => typeof value === 'number' && value >= 0)
export const milliseconds = kind(
  'milliseconds, 0 or more',
  (value) => typeof value === 'number' && value >= 0,
)
export const seconds = kind('seconds, 0 or more', (value) => typeof value === 'number' && value >= 0)
export const aLong = kind('a bigint', (value) => typeof value === 'bigint')
export const aRandomId = kind(
  'a bigint of 64 bits with a sign, as BigInt.asIntN(64, …) makes it',
  (value) => typeof value === 'bigint' && BigInt.asIntN(64, value) === value,
)
export const bytes = kind('bytes (a Uint8Array)', (value) => value instanceof Uint8Array)
export const aDate = kind('a Date', (value) => value instanceof Date && !Number.isNaN(value.getTime()))
export const aSignal = kind('an AbortSignal', (value) => value instanceof AbortSignal)
