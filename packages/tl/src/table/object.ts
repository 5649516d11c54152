// Objects of any schema, as the table codec takes and gives them.

/** `{ _: 'inputPeerUser', userId: 42, accessHash: 7n }`: the name of a constructor or method, and its fields. */
export interface TlObject {
  _: string
  [field: string]: TlValue
}

export type TlValue = number | bigint | string | boolean | Uint8Array | TlObject | TlValue[] | undefined

/** Any object that could be encoded: a literal, or something of a generated type. */
export type TlNamed = { readonly _: string } | { readonly _: string; readonly [field: string]: unknown }

export function isNamed(value: unknown): value is TlNamed {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, '_') === 'string'
}
