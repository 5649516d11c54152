// The keys that seal a store. Values are sealed with a random data key (AES-256-GCM, a subkey per session); the data keys
// themselves are kept in the store, sealed under the caller's `storageKey`. So a wrong storageKey is found at once, and a
// change of key can be interrupted: old and new data key are both on the ring until the last value is sealed anew.

import { createCipheriv, createDecipheriv, createHmac, randomBytes, scrypt } from 'node:crypto'
import { StorageError } from './error.ts'
import { corrupt, PLAIN, type Place, placeBytes, plainSealer, type Sealer } from './sealer.ts'
import type { StorageKey } from './storage.ts'

const SEALED = 1
const KEY_LENGTH = 32
const ID_LENGTH = 4
const NONCE_LENGTH = 12
const TAG_LENGTH = 16
const HEADER_LENGTH = 1 + ID_LENGTH
const OVERHEAD = HEADER_LENGTH + NONCE_LENGTH + TAG_LENGTH
const MAX_SUBKEYS = 4096

/** 64 MiB and some 200 ms, once at the opening and off the event loop. */
const SCRYPT = { n: 65536, r: 8, p: 1 }

type Derivation =
  | {
      readonly name: 'scrypt'
      readonly n: number
      readonly r: number
      readonly p: number
      readonly salt: string
    }
  /** The caller's 32 bytes as they are. */
  | { readonly name: 'bytes' }
  /** Only while the sealing is being removed. */
  | { readonly name: 'none' }

interface Contents {
  /** The key for new values; absent: new values are not sealed. */
  readonly current?: string | undefined
  /** Data keys by id, both in hex. */
  readonly keys: Readonly<Record<string, string>>
  /** Values that are not sealed are taken too. Else putting one in place of a sealed one would undo the sealing. */
  readonly plain: boolean
  /** Not every value is sealed with the current key yet. */
  readonly unfinished: boolean
}

export class Keyring implements Sealer {
  readonly #derivation: Derivation
  readonly #keyKey: Buffer
  readonly #contents: Contents
  readonly #keys: Map<string, Buffer>
  readonly #subkeys = new Map<string, Buffer>()
  readonly #currentId: Buffer | undefined

  private constructor(derivation: Derivation, keyKey: Buffer, contents: Contents) {
    this.#derivation = derivation
    this.#keyKey = keyKey
    this.#contents = contents
    this.#keys = new Map(Object.entries(contents.keys).map(([id, key]) => [id, Buffer.from(key, 'hex')]))
    this.#currentId = contents.current === undefined ? undefined : Buffer.from(contents.current, 'hex')
  }

  /** For a store that holds nothing, or (`plain`) only values that are not sealed yet. */
  static async create(key: StorageKey, plain: boolean): Promise<Keyring> {
    return Keyring.#withNewKey(key, {}, plain, plain)
  }

  /** Throws `STORAGE_KEY_WRONG`, `STORAGE_KEY_MISSING` or, if `text` is no ring at all, `STORAGE_CORRUPT`. */
  static async unlock(text: string, key: StorageKey | undefined): Promise<Keyring> {
    const { derivation, sealed } = parseRing(text)
    if (derivation.name === 'none') {
      return new Keyring(derivation, Buffer.alloc(KEY_LENGTH), parseContents(sealed.toString('utf8')))
    }
    if (key === undefined) {
      throw new StorageError('STORAGE_KEY_MISSING', 'the store is sealed, a storageKey is needed to open it')
    }
    const keyKey = await keyFrom(key, derivation)
    const contents = decrypt(keyKey, sealed, ringPlace(derivation))
    if (contents === undefined) {
      throw new StorageError('STORAGE_KEY_WRONG', 'the store is sealed with another storageKey')
    }
    return new Keyring(derivation, keyKey, parseContents(Buffer.from(contents).toString('utf8')))
  }

  /** The next ring: a new data key, or none, for new values; everything so far can still be read. */
  async rotate(key: StorageKey | null): Promise<Keyring> {
    const keys = this.#contents.keys
    if (key !== null) return Keyring.#withNewKey(key, keys, this.#contents.plain, true)
    return new Keyring({ name: 'none' }, Buffer.alloc(KEY_LENGTH), { keys, plain: true, unfinished: true })
  }

  /** After the last value was sealed anew. Some may have been unreadable: then the old keys are kept for them. */
  finished(keepOld: boolean): Keyring {
    const { current, keys, plain } = this.#contents
    const contents: Contents = keepOld
      ? { current, keys, plain, unfinished: false }
      : {
          current,
          keys: current === undefined ? {} : { [current]: keys[current] ?? '' },
          plain: current === undefined,
          unfinished: false,
        }
    return new Keyring(this.#derivation, this.#keyKey, contents)
  }

  get isUnfinished(): boolean {
    return this.#contents.unfinished
  }

  /** True once nothing is sealed any more and nothing needs the old keys. */
  get isEmpty(): boolean {
    return this.#currentId === undefined && this.#keys.size === 0
  }

  get seals(): boolean {
    return this.#currentId !== undefined
  }

  /** To be kept in the store. */
  toText(): string {
    const contents = Buffer.from(JSON.stringify(this.#contents), 'utf8')
    const sealed =
      this.#derivation.name === 'none'
        ? contents
        : encrypt(this.#keyKey, contents, ringPlace(this.#derivation))
    return JSON.stringify({ version: 1, derivation: this.#derivation, sealed: sealed.toString('base64') })
  }

  seal(plain: Uint8Array, place: Place): Uint8Array {
    const id = this.#currentId
    if (id === undefined) return plainSealer.seal(plain, place)
    const header = Buffer.concat([Uint8Array.of(SEALED), id])
    const nonce = randomBytes(NONCE_LENGTH)
    const cipher = createCipheriv('aes-256-gcm', this.#subkey(id.toString('hex'), place), nonce)
    cipher.setAAD(Buffer.concat([header, placeBytes(place)]))
    return Buffer.concat([header, nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  }

  open(stored: Uint8Array, place: Place): Uint8Array {
    if (stored[0] === PLAIN && this.#contents.plain) return plainSealer.open(stored, place)
    if (stored[0] !== SEALED || stored.length < OVERHEAD) throw corrupt(place)
    const header = stored.subarray(0, HEADER_LENGTH)
    const id = Buffer.from(header.subarray(1)).toString('hex')
    if (!this.#keys.has(id)) throw corrupt(place)
    const nonce = stored.subarray(HEADER_LENGTH, HEADER_LENGTH + NONCE_LENGTH)
    const decipher = createDecipheriv('aes-256-gcm', this.#subkey(id, place), nonce)
    decipher.setAAD(Buffer.concat([header, placeBytes(place)]))
    decipher.setAuthTag(stored.subarray(stored.length - TAG_LENGTH))
    try {
      const body = stored.subarray(HEADER_LENGTH + NONCE_LENGTH, stored.length - TAG_LENGTH)
      const plain = Buffer.concat([decipher.update(body), decipher.final()])
      return new Uint8Array(plain.buffer, plain.byteOffset, plain.length)
    } catch {
      throw corrupt(place)
    }
  }

  isCurrent(stored: Uint8Array): boolean {
    const id = this.#currentId
    if (id === undefined) return stored[0] === PLAIN
    return stored[0] === SEALED && id.equals(stored.subarray(1, HEADER_LENGTH))
  }

  /** One per session, so that no key comes near the number of random nonces that GCM allows (2^32). */
  #subkey(id: string, { session }: Place): Buffer {
    const name = `${id} ${session}`
    const known = this.#subkeys.get(name)
    if (known !== undefined) return known
    const subkey = createHmac('sha256', this.#keys.get(id) ?? Buffer.alloc(0))
      .update(`session\0${session}`)
      .digest()
    if (this.#subkeys.size >= MAX_SUBKEYS) this.#subkeys.clear()
    this.#subkeys.set(name, subkey)
    return subkey
  }

  static async #withNewKey(
    key: StorageKey,
    keys: Contents['keys'],
    plain: boolean,
    unfinished: boolean,
  ): Promise<Keyring> {
    const derivation: Derivation =
      typeof key === 'string'
        ? { name: 'scrypt', ...SCRYPT, salt: randomBytes(16).toString('hex') }
        : { name: 'bytes' }
    const keyKey = await keyFrom(key, derivation)
    const current = randomBytes(ID_LENGTH).toString('hex')
    const added = { ...keys, [current]: randomBytes(KEY_LENGTH).toString('hex') }
    return new Keyring(derivation, keyKey, { current, keys: added, plain, unfinished })
  }
}

async function keyFrom(key: StorageKey, derivation: Derivation): Promise<Buffer> {
  if (typeof key === 'string') {
    if (key === '') throw new StorageError('STORAGE_KEY_INVALID', 'the storageKey is an empty passphrase')
    if (derivation.name !== 'scrypt') {
      throw new StorageError('STORAGE_KEY_WRONG', 'the store is sealed with 32 bytes, a passphrase was given')
    }
    return stretch(key, derivation)
  }
  if (!(key instanceof Uint8Array) || key.length !== KEY_LENGTH) {
    throw new StorageError('STORAGE_KEY_INVALID', 'the storageKey is neither a passphrase nor 32 bytes')
  }
  if (derivation.name === 'scrypt') {
    throw new StorageError('STORAGE_KEY_WRONG', 'the store is sealed with a passphrase, 32 bytes were given')
  }
  return Buffer.from(key)
}

function stretch(
  passphrase: string,
  { n, r, p, salt }: Extract<Derivation, { name: 'scrypt' }>,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = { N: n, r, p, maxmem: 256 * n * r }
    scrypt(passphrase.normalize('NFKC'), Buffer.from(salt, 'hex'), KEY_LENGTH, options, (error, key) => {
      if (error === null) resolve(key)
      else reject(damagedRing())
    })
  })
}

const ringPlace = (derivation: Derivation): Buffer =>
  Buffer.from(`keyring\0${JSON.stringify(derivation)}`, 'utf8')

function encrypt(key: Buffer, plain: Uint8Array, aad: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_LENGTH)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(aad)
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

function decrypt(key: Buffer, sealed: Uint8Array, aad: Uint8Array): Uint8Array | undefined {
  if (sealed.length < NONCE_LENGTH + TAG_LENGTH) return undefined
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_LENGTH))
  decipher.setAAD(aad)
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_LENGTH))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_LENGTH, -TAG_LENGTH)), decipher.final()])
  } catch {
    return undefined
  }
}

function parseRing(text: string): { derivation: Derivation; sealed: Buffer } {
  const ring = parseJson(text)
  if (ring.version !== 1 || typeof ring.sealed !== 'string') throw damagedRing()
  return { derivation: parseDerivation(ring.derivation), sealed: Buffer.from(ring.sealed, 'base64') }
}

function parseDerivation(value: unknown): Derivation {
  const { name, n, r, p, salt } = asRecord(value)
  if (name === 'bytes' || name === 'none') return { name }
  const isSane = (count: unknown, most: number): count is number =>
    typeof count === 'number' && Number.isInteger(count) && count >= 1 && count <= most
  // Bounded, so that a damaged ring cannot ask for all memory.
  if (name !== 'scrypt' || typeof salt !== 'string') throw damagedRing()
  if (!isSane(n, 2 ** 20) || (n & (n - 1)) !== 0 || n < 2 || !isSane(r, 16) || !isSane(p, 16))
    throw damagedRing()
  return { name, n, r, p, salt }
}

function parseContents(text: string): Contents {
  const { current, keys, plain, unfinished } = parseJson(text)
  const entries = Object.entries(asRecord(keys)).map(([id, key]): [string, string] => {
    if (!/^[0-9a-f]{8}$/.test(id) || typeof key !== 'string' || !/^[0-9a-f]{64}$/.test(key))
      throw damagedRing()
    return [id, key]
  })
  const known = Object.fromEntries(entries)
  if (current !== undefined && (typeof current !== 'string' || known[current] === undefined))
    throw damagedRing()
  return { current, keys: known, plain: plain === true, unfinished: unfinished === true }
}

function parseJson(text: string): Record<string, unknown> {
  try {
    return asRecord(JSON.parse(text))
  } catch {
    throw damagedRing()
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw damagedRing()
  return value as Record<string, unknown>
}

function damagedRing(): StorageError {
  return new StorageError('STORAGE_CORRUPT', 'the keyring of the store is damaged')
}
