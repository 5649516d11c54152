/**
 * AES-256-IGE as WebAssembly: key schedules and the two block loops, rounds unrolled.
 *
 * The caller writes key, iv and data at fixed places of the memory; the loops work in place and leave the iv as the
 * next call needs it, so that long data can go through in pieces.
 */
import { aesTables } from './aes-tables.ts'
import {
  assemble,
  type Code,
  call,
  doWhile,
  get,
  i32,
  type Local,
  set,
  type WasmFunction,
  wasmFunction,
} from './assembler.ts'
import { instantiate } from './instance.ts'

/** Where things are in the kernel's memory. */
export const at = {
  encryptTable: 0,
  decryptTable: 4096,
  sbox: 8192,
  inverse: 8448,
  key: 8704,
  iv: 8736,
  schedule: 8768,
  data: 65536,
}

/** Bytes that fit in the data area: small enough to stay in the processor's second-level cache. */
export const CHUNK = 65536

export interface AesIgeKernel {
  memory: Uint8Array
  /** Each prepares the schedule for its direction from the key in memory. */
  encryptKey(): void
  decryptKey(): void
  /** Each works on this many bytes, a positive multiple of 16, of the data area. */
  encrypt(length: number): void
  decrypt(length: number): void
}

const ROUNDS = 14

/** The number of that function in the module. */
const ENCRYPT_KEY = 0

type Words = [Local, Local, Local, Local]
const columns = [0, 1, 2, 3] as const
const zero = i32.const(0)

export function aesIgeKernel(): AesIgeKernel {
  const bytes = assemble([encryptKey(), decryptKey(), encrypt(), decrypt()], 2)
  const kernel = instantiate(bytes) as Omit<AesIgeKernel, 'memory'> & { memory: { buffer: ArrayBuffer } }
  const buffer = kernel.memory.buffer
  const tables = aesTables()
  const view = new DataView(buffer)
  for (let i = 0; i < 1024; i++) {
    view.setUint32(at.encryptTable + 4 * i, tables.encrypt[i] ?? 0, true)
    view.setUint32(at.decryptTable + 4 * i, tables.decrypt[i] ?? 0, true)
  }
  const memory = new Uint8Array(buffer)
  memory.set(tables.sbox, at.sbox)
  memory.set(tables.inverse, at.inverse)
  return {
    memory,
    encryptKey: kernel.encryptKey,
    decryptKey: kernel.decryptKey,
    encrypt: kernel.encrypt,
    decrypt: kernel.decrypt,
  }
}

/** FIPS 197, 5.2: eight words make the next eight. The last turn makes four more than the cipher uses. */
function encryptKey(): WasmFunction {
  return wasmFunction('encryptKey', [], undefined, (_, local) => {
    const words = Array.from({ length: 8 }, () => local('i32'))
    const position = local('i32')
    const rcon = local('i32')
    const next = (word: Local, i: number): Code => {
      const before = words[(i + 7) % 8] as Local
      if (i === 0) return set(word, xor(get(word), substituted(before, 8), get(rcon)))
      return set(word, xor(get(word), i === 4 ? substituted(before, 0) : get(before)))
    }
    return [
      words.map((word, i) => set(word, i32.load(zero, at.key + 4 * i))),
      set(rcon, i32.const(1)),
      doWhile(
        [
          words.map((word, i) => i32.store(get(position), at.schedule + 4 * i, get(word))),
          words.map(next),
          set(rcon, i32.shl(get(rcon), i32.const(1))),
          set(position, i32.add(get(position), i32.const(32))),
        ],
        i32.ltU(get(position), i32.const(16 * (ROUNDS + 1))),
      ),
    ]
  })
}

/** SubWord, of the word rotated by so many bits. */
function substituted(word: Local, rotation: number): Code {
  const bytes = columns.map((n) =>
    i32.shl(i32.load8(byte(word, (8 * n + rotation) % 32), at.sbox), i32.const(8 * n)),
  )
  return xor(...bytes)
}

/**
 * "Equivalent inverse cipher" (FIPS 197, 5.3.5): the schedule backwards, with InvMixColumns applied to all round keys
 * but the first and the last. The decryption table undoes an S-box that the S-box puts on first.
 */
function decryptKey(): WasmFunction {
  return wasmFunction('decryptKey', [], undefined, (_, local) => {
    const front = local('i32')
    const back = local('i32')
    const [a, b] = [local('i32'), local('i32')]
    const swap = (change: (word: Local) => Code): Code =>
      columns.map((n) => [
        set(a, i32.load(get(front), at.schedule + 4 * n)),
        set(b, i32.load(get(back), at.schedule + 4 * n)),
        i32.store(get(back), at.schedule + 4 * n, change(a)),
        i32.store(get(front), at.schedule + 4 * n, change(b)),
      ])
    const inward: Code = [
      set(front, i32.add(get(front), i32.const(16))),
      set(back, i32.sub(get(back), i32.const(16))),
    ]
    return [
      call(ENCRYPT_KEY),
      set(back, i32.const(16 * ROUNDS)),
      swap(get),
      inward,
      // Ends with the round in the middle, which is swapped with itself.
      doWhile([swap(inverseMixed), inward], i32.ltU(get(front), i32.add(get(back), i32.const(1)))),
    ]
  })
}

function inverseMixed(word: Local): Code {
  const parts = columns.map((n) => {
    const s = i32.load8(byte(word, 8 * n), at.sbox)
    return i32.load(i32.shl(s, i32.const(2)), at.decryptTable + 1024 * n)
  })
  return xor(...parts)
}

/** c_i = E(m_i ⊕ c_{i-1}) ⊕ m_{i-1}; the iv is c_0 followed by m_0. */
function encrypt(): WasmFunction {
  return igeLoop('encrypt', at.encryptTable, at.sbox, 1)
}

/** m_i = D(c_i ⊕ m_{i-1}) ⊕ c_{i-1}: the same with the roles of m and c, so of the iv's halves, exchanged. */
function decrypt(): WasmFunction {
  return igeLoop('decrypt', at.decryptTable, at.inverse, 3)
}

/** `step`: how many columns further each next byte comes from (ShiftRows, or its inverse). */
function igeLoop(name: 'encrypt' | 'decrypt', table: number, box: number, step: 1 | 3): WasmFunction {
  return wasmFunction(name, ['i32'], undefined, (params, local) => {
    const length = params[0] as Local
    const position = local('i32')
    const words = (): Words => [local('i32'), local('i32'), local('i32'), local('i32')]
    const lastOut = words()
    const lastIn = words()
    const input = words()
    const a = words()
    const b = words()
    const [outAt, inAt] = name === 'encrypt' ? [at.iv, at.iv + 16] : [at.iv + 16, at.iv]
    const each = (make: (n: 0 | 1 | 2 | 3) => Code): Code => columns.map(make)
    const roundKey = (round: number, n: number, from: Code = zero) =>
      i32.load(from, at.schedule + 16 * round + 4 * n)

    const keys = local('i32')
    const round = (number: number, from: Words, to: Words, keysFrom: Code): Code =>
      each((n) => {
        const lookups = columns.map((row) =>
          i32.load(byteTimes4(from[((n + row * step) % 4) as 0 | 1 | 2 | 3], 8 * row), table + 1024 * row),
        )
        return set(to[n], xor(...lookups, roundKey(number, n, keysFrom)))
      })
    const rounds: Code = [
      set(keys, zero),
      doWhile(
        [round(1, a, b, get(keys)), round(2, b, a, get(keys)), set(keys, i32.add(get(keys), i32.const(32)))],
        i32.ltU(get(keys), i32.const(16 * (ROUNDS - 2))),
      ),
      round(ROUNDS - 1, a, b, zero),
    ]
    const lastRound = each((n) => {
      const bytes = columns.map((row) =>
        i32.shl(
          i32.load8(byte(b[((n + row * step) % 4) as 0 | 1 | 2 | 3], 8 * row), box),
          i32.const(8 * row),
        ),
      )
      return set(a[n], xor(...bytes, roundKey(ROUNDS, n), get(lastIn[n])))
    })

    return [
      each((n) => [
        set(lastOut[n], i32.load(zero, outAt + 4 * n)),
        set(lastIn[n], i32.load(zero, inAt + 4 * n)),
      ]),
      doWhile(
        [
          each((n) => set(input[n], i32.load(get(position), at.data + 4 * n))),
          each((n) => set(a[n], xor(get(input[n]), get(lastOut[n]), roundKey(0, n)))),
          rounds,
          lastRound,
          each((n) => [
            i32.store(get(position), at.data + 4 * n, get(a[n])),
            set(lastOut[n], get(a[n])),
            set(lastIn[n], get(input[n])),
          ]),
          set(position, i32.add(get(position), i32.const(16))),
        ],
        i32.ltU(get(position), get(length)),
      ),
      each((n) => [
        i32.store(zero, outAt + 4 * n, get(lastOut[n])),
        i32.store(zero, inAt + 4 * n, get(lastIn[n])),
      ]),
    ]
  })
}

function xor(...parts: Code[]): Code {
  return parts.reduce((sum, part) => i32.xor(sum, part))
}

/** The byte that starts at this bit of the word. */
function byte(word: Local, bit: number): Code {
  if (bit === 24) return i32.shrU(get(word), i32.const(24))
  return i32.and(bit === 0 ? get(word) : i32.shrU(get(word), i32.const(bit)), i32.const(0xff))
}

/** The same times four, an offset into a table of words, with one shift less. */
function byteTimes4(word: Local, bit: number): Code {
  const shifted = bit === 0 ? i32.shl(get(word), i32.const(2)) : i32.shrU(get(word), i32.const(bit - 2))
  return i32.and(shifted, i32.const(0x3fc))
}
