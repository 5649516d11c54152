/**
 * A WebAssembly assembler of just the instructions that this room's kernels use.
 *
 * The kernels are written in TypeScript that unrolls its own loops and emits the module's bytes when it is first
 * needed, in a fraction of a millisecond. So there is no binary in the repository to trust, and no compiler to install.
 * https://webassembly.github.io/spec/core/binary/
 */

/** Machine code: bytes, nested as they were put together. */
export type Code = number | readonly Code[]

export type ValueType = 'i32' | 'i64'

const typeByte: Record<ValueType, number> = { i32: 0x7f, i64: 0x7e }

/** A function's local variable (or parameter), known by its number. */
export interface Local {
  readonly index: number
  readonly type: ValueType
}

export const get = (local: Local): Code => [0x20, unsigned(local.index)]
export const set = (local: Local, value: Code): Code => [value, 0x21, unsigned(local.index)]

export const i32 = {
  const: (value: number): Code => [0x41, value >= 0 && value < 64 ? value : signed(BigInt(value | 0))],
  load: (address: Code, offset: number): Code => [address, 0x28, 2, unsigned(offset)],
  load8: (address: Code, offset: number): Code => [address, 0x2d, 0, unsigned(offset)],
  store: (address: Code, offset: number, value: Code): Code => [address, value, 0x36, 2, unsigned(offset)],
  eqz: (a: Code): Code => [a, 0x45],
  ltU: (a: Code, b: Code): Code => [a, b, 0x49],
  add: (a: Code, b: Code): Code => [a, b, 0x6a],
  sub: (a: Code, b: Code): Code => [a, b, 0x6b],
  and: (a: Code, b: Code): Code => [a, b, 0x71],
  or: (a: Code, b: Code): Code => [a, b, 0x72],
  xor: (a: Code, b: Code): Code => [a, b, 0x73],
  shl: (a: Code, b: Code): Code => [a, b, 0x74],
  shrU: (a: Code, b: Code): Code => [a, b, 0x76],
  rotl: (a: Code, b: Code): Code => [a, b, 0x77],
}

export const i64 = {
  const: (value: bigint): Code => [0x42, signed(BigInt.asIntN(64, value))],
  eqz: (a: Code): Code => [a, 0x50],
  eq: (a: Code, b: Code): Code => [a, b, 0x51],
  ltU: (a: Code, b: Code): Code => [a, b, 0x54],
  geU: (a: Code, b: Code): Code => [a, b, 0x5a],
  /** The number of zero bits below the lowest one. */
  ctz: (a: Code): Code => [a, 0x7a],
  add: (a: Code, b: Code): Code => [a, b, 0x7c],
  sub: (a: Code, b: Code): Code => [a, b, 0x7d],
  mul: (a: Code, b: Code): Code => [a, b, 0x7e],
  remU: (a: Code, b: Code): Code => [a, b, 0x82],
  and: (a: Code, b: Code): Code => [a, b, 0x83],
  xor: (a: Code, b: Code): Code => [a, b, 0x85],
  shl: (a: Code, b: Code): Code => [a, b, 0x86],
  shrU: (a: Code, b: Code): Code => [a, b, 0x88],
}

/** `condition` chooses `a`, else `b`. */
export const select = (a: Code, b: Code, condition: Code): Code => [a, b, condition, 0x1b]

/** Repeats `body` as long as `condition`, which is looked at after each turn, is not 0. */
export const doWhile = (body: Code, condition: Code): Code => [0x03, 0x40, body, condition, 0x0d, 0, 0x0b]

export const when = (condition: Code, body: Code): Code => [condition, 0x04, 0x40, body, 0x0b]

export const returns = (value: Code): Code => [value, 0x0f]

/** Calls the function with this number in the module. */
export const call = (index: number, ...args: Code[]): Code => [args, 0x10, unsigned(index)]

export interface WasmFunction {
  readonly name: string
  readonly params: readonly ValueType[]
  readonly result: ValueType | undefined
  readonly locals: readonly ValueType[]
  readonly body: Code
}

/** Describes a function: `build` is given the parameters and a source of fresh locals, and returns its code. */
export function wasmFunction(
  name: string,
  params: readonly ValueType[],
  result: ValueType | undefined,
  build: (params: Local[], local: (type: ValueType) => Local) => Code,
): WasmFunction {
  const locals: ValueType[] = []
  const body = build(
    params.map((type, index) => ({ type, index })),
    (type) => ({ type, index: params.length + locals.push(type) - 1 }),
  )
  return { name, params, result, locals, body }
}

/** The bytes of a module that exports the functions by name, and its memory of `pages` × 64 KiB as `memory`. */
export function assemble(functions: readonly WasmFunction[], pages: number): Uint8Array<ArrayBuffer> {
  const types = functions.map((f) => [
    0x60,
    vector(f.params.map((type) => typeByte[type])),
    vector(f.result === undefined ? [] : [typeByte[f.result]]),
  ])
  const exports = functions.map((f, index) => [name(f.name), 0, unsigned(index)])
  const bodies = functions.map((f) =>
    sized([vector(f.locals.map((type) => [1, typeByte[type]])), f.body, 0x0b]),
  )
  const module: Code = [
    [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(1, vector(types)),
    section(3, vector(functions.map((_, index) => unsigned(index)))),
    section(5, vector([[0, unsigned(pages)]])),
    section(7, vector([...exports, [name('memory'), 2, 0]])),
    section(10, vector(bodies)),
  ]
  const bytes = new Uint8Array(lengthOf(module))
  write(module, bytes, 0)
  return bytes
}

const section = (id: number, content: Code): Code => [id, sized(content)]

const vector = (items: readonly Code[]): Code => [unsigned(items.length), items]

const name = (text: string): Code => vector([...new TextEncoder().encode(text)])

const sized = (content: Code): Code => [unsigned(lengthOf(content)), content]

function lengthOf(code: Code): number {
  if (typeof code === 'number') return 1
  let length = 0
  for (const part of code) length += typeof part === 'number' ? 1 : lengthOf(part)
  return length
}

function write(code: Code, bytes: Uint8Array, from: number): number {
  if (typeof code === 'number') {
    bytes[from] = code
    return from + 1
  }
  let at = from
  for (const part of code) at = write(part, bytes, at)
  return at
}

/** LEB128 of a number that is not negative. */
function unsigned(value: number): Code {
  if (value < 0x80) return value
  const bytes: number[] = []
  let rest = value
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80)
  bytes.push(rest)
  return bytes
}

/** LEB128 of a number in two's complement: ends where the rest is only sign. */
function signed(value: bigint): Code {
  const bytes: number[] = []
  for (let rest = value; ; rest >>= 7n) {
    const byte = Number(rest & 0x7fn)
    if (rest >= -64n && rest < 64n) return [...bytes, byte]
    bytes.push(byte | 0x80)
  }
}
