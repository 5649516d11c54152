/**
 * The server's side of the key exchange, for one connection. A client may ask for pq as often as it likes, carry on
 * with any of its latest exchanges, or with none (a mere probe).
 * https://core.telegram.org/mtproto/auth_key
 */
import {
  type AesKeyIv,
  bigintToBytes,
  bytesToBigint,
  CryptoError,
  checkDhValue,
  equalBytes,
  knownDhPrime,
  modPow,
  type RsaPrivateKey,
  rsaHashedDecrypt,
  rsaPadDecrypt,
  tmpAesKeyIv,
} from '@telegram-mt/crypto'
import { TlError } from '@telegram-mt/tl'
import type { tl } from '../generated/index.ts'
import { MessageIds } from '../session/message-id.ts'
import { KeyExchangeError } from './key-exchange-error.ts'
import {
  type Answer,
  dhGen,
  encodeObject,
  readClientDhInnerData,
  readPqInnerData,
  readRequest,
} from './messages.ts'
import { decodePlain, encodePlain } from './plain.ts'
import {
  authKeyAuxHash,
  firstServerSalt,
  longAt,
  newNonceHash,
  refusalHash,
  seal,
  unseal,
} from './secrets.ts'
import { randomPrime } from './small-primes.ts'

export interface ServerKeyExchangeOptions {
  key: RsaPrivateKey
  /** The number of this DC; clients may give it with 10000 added or negative. */
  dc: number
  random: (length: number) => Uint8Array
  /** The group to calculate in; Telegram's prime and g = 3 if not given. The prime has 256 bytes. */
  dh?: { prime: Uint8Array; g: number } | undefined
  /** Whether an auth key with this auth_key_aux_hash exists: then the client is asked for another g_b. */
  isTaken?: ((auxHash: Uint8Array) => boolean) | undefined
}

export interface NewAuthKey {
  /** 256 bytes. */
  authKey: Uint8Array
  serverSalt: bigint
  /** Of a temporary key: its life in seconds. */
  expiresIn?: number
  /** As the client sent it; absent when it sent none. */
  dc?: number
}

export interface ServerKeyExchangeStep {
  /** To be sent to the client. */
  packets: Uint8Array[]
  /** A transport error to send, after which the connection is to be closed: -404, or -444 for another DC's number. */
  error?: number
  done?: NewAuthKey
}

interface Exchange {
  nonce: Uint8Array
  serverNonce: Uint8Array
  pq: Uint8Array
  p: Uint8Array
  q: Uint8Array
  secrets: Secrets | undefined
}

interface Secrets {
  newNonce: Uint8Array
  dc: number | undefined
  expiresIn: number | undefined
  keys: AesKeyIv
  a: bigint
  retryId: bigint
  retries: number
}

/** A client needs one at a time, or two when it makes a permanent and a temporary key side by side. */
const MAX_EXCHANGES = 4
const MAX_RETRIES = 3

/** Ends the connection with a transport error. */
class Refusal extends Error {
  readonly transportError: number

  constructor(transportError: number) {
    super(`refused with ${transportError}`)
    this.transportError = transportError
  }
}

export class ServerKeyExchange {
  readonly #options: ServerKeyExchangeOptions
  readonly #prime: Uint8Array
  readonly #p: bigint
  readonly #g: number
  #exchanges: Exchange[] = []
  // Each id is used once and at once: milliseconds are fine enough for them.
  readonly #msgIds = new MessageIds((length) => new Uint8Array(length))

  constructor(options: ServerKeyExchangeOptions) {
    this.#options = options
    this.#prime = options.dh?.prime ?? knownDhPrime
    this.#p = bytesToBigint(this.#prime)
    this.#g = options.dh?.g ?? 3
  }

  /** Takes a plain packet of the client's. Never throws for what a client may send. */
  receive(packet: Uint8Array, now: number): ServerKeyExchangeStep {
    try {
      const { msgId, body } = decodePlain(packet)
      if ((msgId & 1n) === 1n) throw new Refusal(-404)
      const request = readRequest(body)
      if (request._ === 'req_pq' || request._ === 'req_pq_multi')
        return this.#answer(this.#onReqPq(request), now)
      const exchange = this.#exchanges.find(
        ({ nonce, serverNonce }) =>
          equalBytes(nonce, request.nonce) && equalBytes(serverNonce, request.serverNonce),
      )
      if (exchange === undefined) throw new Refusal(-404)
      if (request._ === 'req_DH_params') return this.#answer(this.#onReqDhParams(request, exchange, now), now)
      return this.#onSetClientDhParams(request, exchange, now)
    } catch (error) {
      if (error instanceof Refusal) return { packets: [], error: error.transportError }
      const bad =
        error instanceof KeyExchangeError || error instanceof TlError || error instanceof CryptoError
      if (bad) return { packets: [], error: -404 }
      throw error
    }
  }

  #onReqPq(request: tl.req_pq | tl.req_pq_multi): Answer {
    const { key, random } = this.#options
    const first = randomPrime(random)
    let second = randomPrime(random)
    while (second === first) second = randomPrime(random)
    const exchange: Exchange = {
      nonce: request.nonce.slice(),
      serverNonce: random(16),
      pq: bigintToBytes(BigInt(first) * BigInt(second), 8),
      p: bigintToBytes(BigInt(Math.min(first, second)), 4),
      q: bigintToBytes(BigInt(Math.max(first, second)), 4),
      secrets: undefined,
    }
    this.#exchanges = [...this.#exchanges.slice(1 - MAX_EXCHANGES), exchange]
    const { nonce, serverNonce, pq } = exchange
    return { _: 'resPQ', nonce, serverNonce, pq, serverPublicKeyFingerprints: [key.fingerprint] }
  }

  #onReqDhParams(request: tl.req_DH_params, exchange: Exchange, now: number): Answer {
    const { key, dc, random } = this.#options
    const { nonce, serverNonce } = exchange
    const right =
      equalBytes(request.p, exchange.p) &&
      equalBytes(request.q, exchange.q) &&
      request.publicKeyFingerprint === key.fingerprint
    if (!right) throw new Refusal(-404)
    const inner = readPqInnerData(decrypted(request.encryptedData, key))
    const same =
      equalBytes(inner.nonce, nonce) &&
      equalBytes(inner.serverNonce, serverNonce) &&
      equalBytes(inner.pq, exchange.pq) &&
      equalBytes(inner.p, exchange.p) &&
      equalBytes(inner.q, exchange.q)
    if (!same) throw new Refusal(-404)
    const { newNonce } = inner
    const sentDc = 'dc' in inner ? inner.dc : undefined
    const expiresIn = 'expiresIn' in inner ? inner.expiresIn : undefined
    if (sentDc !== undefined && Math.abs(sentDc) % 10_000 !== dc) throw new Refusal(-444)
    if (expiresIn !== undefined && expiresIn <= 0) {
      return { _: 'server_DH_params_fail', nonce, serverNonce, newNonceHash: refusalHash(newNonce) }
    }
    const keys = tmpAesKeyIv(newNonce, serverNonce)
    const a = bytesToBigint(random(256)) % (this.#p - 1n)
    const gA = modPow(BigInt(this.#g), a, this.#p)
    exchange.secrets = { newNonce, dc: sentDc, expiresIn, keys, a, retryId: 0n, retries: 0 }
    const answer = encodeObject({
      _: 'server_DH_inner_data',
      nonce,
      serverNonce,
      g: this.#g,
      dhPrime: this.#prime,
      gA: bigintToBytes(gA, 256),
      serverTime: Math.floor(now / 1000),
    })
    return { _: 'server_DH_params_ok', nonce, serverNonce, encryptedAnswer: seal(answer, keys, random) }
  }

  #onSetClientDhParams(
    request: tl.set_client_DH_params,
    exchange: Exchange,
    now: number,
  ): ServerKeyExchangeStep {
    const { secrets, nonce, serverNonce } = exchange
    if (secrets === undefined) throw new Refusal(-404)
    const data = unseal(request.encryptedData, secrets.keys, readClientDhInnerData)
    const same = equalBytes(data.nonce, nonce) && equalBytes(data.serverNonce, serverNonce)
    if (!same || data.retryId !== secrets.retryId) throw new Refusal(-404)
    checkDhValue(data.gB, this.#prime)
    const authKey = bigintToBytes(modPow(bytesToBigint(data.gB), secrets.a, this.#p), 256)
    const auxHash = authKeyAuxHash(authKey)
    const { newNonce, expiresIn, dc } = secrets
    if (this.#options.isTaken?.(auxHash) === true) {
      const again = secrets.retries++ < MAX_RETRIES
      secrets.retryId = longAt(auxHash)
      if (!again) this.#forget(exchange)
      const number = again ? 2 : 3
      return this.#answer(dhGen(number, exchange, newNonceHash(newNonce, number, auxHash)), now)
    }
    this.#forget(exchange)
    const done: NewAuthKey = { authKey, serverSalt: firstServerSalt(newNonce, serverNonce) }
    if (expiresIn !== undefined) done.expiresIn = expiresIn
    if (dc !== undefined) done.dc = dc
    return { ...this.#answer(dhGen(1, exchange, newNonceHash(newNonce, 1, auxHash)), now), done }
  }

  #forget(exchange: Exchange): void {
    this.#exchanges = this.#exchanges.filter((other) => other !== exchange)
  }

  #answer(answer: Answer, now: number): ServerKeyExchangeStep {
    return { packets: [encodePlain(this.#msgIds.next(now, 1), encodeObject(answer))] }
  }
}

/** Clients pad with RSA_PAD, or, as Telethon does, the way that was published before it; Telegram takes both. */
function decrypted(encrypted: Uint8Array, key: RsaPrivateKey): Uint8Array {
  try {
    return rsaPadDecrypt(encrypted, key)
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error
    return rsaHashedDecrypt(encrypted, key, (padded) => encodeObject(readPqInnerData(padded)).length)
  }
}
