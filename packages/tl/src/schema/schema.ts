// What a TL schema says, as data: constructors, methods, their fields and types. Both parsers (TL text and JSON) end
// here; the generator and the table codec begin here.

/** Types with a layout of their own. `int53` is a `long` on the wire and a number for the program. */
export type TlPrimitive =
  | 'int'
  | 'long'
  | 'int53'
  | 'double'
  | 'string'
  | 'bytes'
  | 'Bool'
  | 'true'
  | 'int128'
  | 'int256'
  | '#'

export type TlType =
  | { readonly kind: 'primitive'; readonly name: TlPrimitive }
  /** `Vector<T>` carries a constructor id, the bare `vector<T>` does not. */
  | { readonly kind: 'vector'; readonly bare: boolean; readonly item: TlType }
  /** Any constructor of a type, told apart by its id. */
  | { readonly kind: 'boxed'; readonly name: string }
  /** One constructor without its id (`future_salt`, `%Message`). */
  | { readonly kind: 'bare'; readonly name: string }
  /** `!X`: an encoded method call. */
  | { readonly kind: 'call' }
  /** `X` as a result (that of the call inside), or `Object`: whatever is there. */
  | { readonly kind: 'any'; readonly name: string }

export interface TlField {
  /** As in the schema: `user_id`. */
  readonly name: string
  /** As in objects: `userId`. */
  readonly key: string
  readonly type: TlType
  /** The field is there when this bit of that flags field is set. */
  readonly condition: TlCondition | undefined
  readonly comment: string | undefined
}

export interface TlCondition {
  /** The name of a field of type `#` that stands before. */
  readonly flags: string
  /** 0..31 */
  readonly bit: number
}

export interface TlDefinition {
  readonly kind: 'constructor' | 'method'
  /** With its namespace: `messages.sendMessage`. */
  readonly name: string
  /** Unsigned 32-bit. */
  readonly id: number
  readonly fields: readonly TlField[]
  /** The type of the constructor, or the result of the method. */
  readonly result: TlType
  readonly comment: string | undefined
  /** Names of the errors that the method is known to answer. */
  readonly throws: readonly string[]
  /** Who may call the method, where that is known. */
  readonly available: 'user' | 'bot' | 'both' | undefined
}

export interface TlSchema {
  readonly layer: number | undefined
  readonly constructors: readonly TlDefinition[]
  readonly methods: readonly TlDefinition[]
  /** What is said about whole types, by type name. */
  readonly typeComments: ReadonlyMap<string, string>
}

/** The name of the type that a constructor belongs to. */
export function typeName(definition: TlDefinition): string {
  return definition.result.kind === 'boxed' ? definition.result.name : formatType(definition.result)
}

/** `random_id` is `randomId` in objects; digits and single capitals stay (`new_nonce_hash1`, `srp_B`). */
export function camelCase(name: string): string {
  return name.replace(/_+([a-zA-Z0-9])/g, (_, char: string) => char.toUpperCase())
}

/** A type as TL writes it: `Vector<User>`, `flags` excluded. */
export function formatType(type: TlType): string {
  switch (type.kind) {
    case 'primitive':
    case 'boxed':
    case 'any':
      return type.name
    case 'bare':
      return /(^|\.)[a-z]\w*$/.test(type.name) ? type.name : `%${type.name}`
    case 'vector':
      return `${type.bare ? 'vector' : 'Vector'}<${formatType(type.item)}>`
    case 'call':
      return '!X'
  }
}
