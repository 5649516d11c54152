/**
 * Shapes: one description of a piece of data that gives its TypeScript type, writes it as JSON (64-bit numbers and
 * bytes included) and reads it back, saying what is wrong and where. Both snapshots and described worlds are read
 * through shapes, so neither can bring half-valid data into a world.
 */
import { WorldError } from './world-error.ts'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** Methods rather than function fields: a shape of T then also counts as a shape of unknown. */
export interface Shape<T> {
  encode(value: T): Json
  decode(json: unknown, at: string): T
}

/** The type that a shape describes. */
export type Of<S> = S extends Shape<infer T> ? T : never

export interface OptionalShape<T> extends Shape<T | undefined> {
  readonly optional: true
}

type Fields = Readonly<Record<string, Shape<unknown>>>
type OptionalKeys<F extends Fields> = { [K in keyof F]: F[K] extends { optional: true } ? K : never }[keyof F]
type RecordOf<F extends Fields> = { [K in Exclude<keyof F, OptionalKeys<F>>]: Of<F[K]> } & {
  [K in OptionalKeys<F>]?: Of<F[K]>
}

function wrong(at: string, expected: string, got: unknown): never {
  throw new WorldError('WORLD_INVALID', `expected ${expected}, got ${described(got)}`, at)
}

/** Never the value itself: it may be a password or a message. */
function described(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return value === '' ? 'an empty string' : 'a string'
  return 'an object'
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export const text: Shape<string> = {
  encode: (value) => value,
  decode: (json, at) => (typeof json === 'string' ? json : wrong(at, 'a string', json)),
}

export const flag: Shape<boolean> = {
  encode: (value) => value,
  decode: (json, at) => (typeof json === 'boolean' ? json : wrong(at, 'true or false', json)),
}

export const integer: Shape<number> = {
  encode: (value) => value,
  decode: (json, at) => (Number.isSafeInteger(json) ? Number(json) : wrong(at, 'a whole number', json)),
}

/** A 64-bit number, as a decimal string: JSON numbers lose digits. */
export const long: Shape<bigint> = {
  encode: (value) => value.toString(),
  decode: (json, at) =>
    typeof json === 'string' && /^-?\d{1,19}$/.test(json)
      ? BigInt(json)
      : wrong(at, 'a string of decimal digits', json),
}

export const bytes: Shape<Uint8Array> = {
  encode: (value) => Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64'),
  decode: (json, at) =>
    typeof json === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(json)
      ? new Uint8Array(Buffer.from(json, 'base64'))
      : wrong(at, 'a base64 string', json),
}

export function optional<T>(shape: Shape<T>): OptionalShape<T> {
  return {
    optional: true,
    encode: (value) => (value === undefined ? null : shape.encode(value)),
    decode: (json, at) => (json === undefined || json === null ? undefined : shape.decode(json, at)),
  }
}

export function oneOf<const T extends string>(...values: T[]): Shape<T> {
  return {
    encode: (value) => value,
    decode: (json, at) => values.find((v) => v === json) ?? wrong(at, `one of ${values.join(', ')}`, json),
  }
}

export function list<T>(item: Shape<T>): Shape<T[]> {
  return {
    encode: (value) => value.map((v) => item.encode(v)),
    decode: (json, at) =>
      Array.isArray(json) ? json.map((v, i) => item.decode(v, `${at}[${i}]`)) : wrong(at, 'a list', json),
  }
}

export function setOf<T>(item: Shape<T>): Shape<Set<T>> {
  const items = list(item)
  return {
    encode: (value) => items.encode([...value]),
    decode: (json, at) => new Set(items.decode(json, at)),
  }
}

/** A Map, as a list of [key, value] pairs. */
export function mapOf<K, V>(key: Shape<K>, value: Shape<V>): Shape<Map<K, V>> {
  const pair = (json: unknown, at: string): [K, V] =>
    Array.isArray(json) && json.length === 2
      ? [key.decode(json[0], `${at}[0]`), value.decode(json[1], `${at}[1]`)]
      : wrong(at, 'a list of two', json)
  return {
    encode: (map) => Array.from(map, ([k, v]) => [key.encode(k), value.encode(v)]),
    decode: (json, at) =>
      Array.isArray(json) ? new Map(json.map((v, i) => pair(v, `${at}[${i}]`))) : wrong(at, 'a list', json),
  }
}

export function record<F extends Fields>(fields: F): Shape<RecordOf<F>> {
  const names = Object.keys(fields)
  const known = new Set(names)
  return {
    encode(value) {
      const json: { [key: string]: Json } = {}
      const from: Record<string, unknown> = value
      for (const name of names) {
        if (from[name] !== undefined) json[name] = fields[name]?.encode(from[name]) ?? null
      }
      return json
    },
    decode(json, at) {
      if (!isObject(json)) return wrong(at, 'an object', json)
      for (const name of Object.keys(json)) {
        // A mistyped name would otherwise be a setting silently ignored.
        if (!known.has(name)) {
          throw new WorldError('WORLD_INVALID', `unknown field '${name}'; known are ${names.join(', ')}`, at)
        }
      }
      const value: Record<string, unknown> = {}
      for (const name of names) {
        const decoded = fields[name]?.decode(json[name], at ? `${at}.${name}` : name)
        if (decoded !== undefined) value[name] = decoded
      }
      // Every name of F was decoded by its own shape just above.
      return value as RecordOf<F>
    },
  }
}

type VariantOf<V extends Readonly<Record<string, Fields>>> = {
  [K in keyof V]: { kind: K } & RecordOf<V[K]>
}[keyof V]

/** Of a kind that is not known, so many characters are shown. */
const MAX_SHOWN = 40

/** A union of records told apart by their `kind`. */
export function variants<V extends Readonly<Record<string, Fields>>>(kinds: V): Shape<VariantOf<V>> {
  const shapes = new Map(
    Object.entries(kinds).map(([kind, fields]) => [kind, record({ kind: text, ...fields })] as const),
  )
  return {
    encode: (value) => shapes.get(String(value.kind))?.encode(value as never) ?? null,
    decode(json, at) {
      if (!isObject(json)) return wrong(at, "an object with a 'kind'", json)
      const { kind } = json
      const shape = typeof kind === 'string' ? shapes.get(kind) : undefined
      if (shape) return shape.decode(json, at) as VariantOf<V>
      // A mistyped name is no secret, and is found sooner if it is shown.
      const got = typeof kind === 'string' ? JSON.stringify(kind.slice(0, MAX_SHOWN)) : described(kind)
      const expected = `expected one of ${[...shapes.keys()].join(', ')}`
      throw new WorldError('WORLD_INVALID', `${expected}, got ${got}`, at ? `${at}.kind` : 'kind')
    },
  }
}

/**
 * A TL object kept as it is. Longs and bytes are tagged (`{"$long": "1"}`, `{"$bytes": "…"}`); `_` is checked to be
 * there, the rest is checked by the codec that writes it to a client.
 */
export function tlObject<T extends { _: string }>(): Shape<T> {
  return {
    encode: (value) => tagged(value),
    decode(json, at) {
      if (!isObject(json) || typeof json._ !== 'string')
        return wrong(at, "a TL object with its name in '_'", json)
      return untagged(json, at, 0) as T
    },
  }
}

function tagged(value: unknown): Json {
  if (typeof value === 'bigint') return { $long: value.toString() }
  if (value instanceof Uint8Array) return { $bytes: bytes.encode(value) }
  if (Array.isArray(value)) return value.map(tagged)
  if (typeof value === 'object' && value !== null) {
    const json: { [key: string]: Json } = {}
    for (const [name, field] of Object.entries(value)) if (field !== undefined) json[name] = tagged(field)
    return json
  }
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  return null
}

/** Deep enough for anything a client can send, shallow enough for the stack. */
const MAX_DEPTH = 64

function untagged(json: unknown, at: string, depth: number): unknown {
  if (depth > MAX_DEPTH) return wrong(at, `at most ${MAX_DEPTH} levels`, json)
  if (Array.isArray(json)) return json.map((v, i) => untagged(v, `${at}[${i}]`, depth + 1))
  if (!isObject(json)) return json
  if ('$long' in json) return long.decode(json.$long, `${at}.$long`)
  if ('$bytes' in json) return bytes.decode(json.$bytes, `${at}.$bytes`)
  const value: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(json)) value[name] = untagged(field, `${at}.${name}`, depth + 1)
  return value
}
