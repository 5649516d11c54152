/**
 * The client's side of the key exchange: Diffie-Hellman with a server that proves itself by an RSA key known here.
 * Every check that the documentation asks for is made; the first that fails ends the exchange.
 * https://core.telegram.org/mtproto/auth_key, https://core.telegram.org/mtproto/security_guidelines
 */
import {
  type AesKeyIv,
  bigintToBytes,
  bytesToBigint,
  checkDhPrime,
  checkDhValue,
  equalBytes,
  factorizePq,
  modPow,
  type RsaPublicKey,
  rsaPadEncrypt,
  tmpAesKeyIv,
} from '@telegram-mt/crypto'
import type { tl } from '../generated/index.ts'
import { MessageIds } from '../session/message-id.ts'
import { firstKnownKey, refusal, serverTime, translated, wrongNonce } from './client-checks.ts'
import { KeyExchangeError } from './key-exchange-error.ts'
import {
  type Answer,
  type DhGen,
  encodeObject,
  encodeRequest,
  outcomeOf,
  pqInnerData,
  type Request,
  readAnswer,
  readServerDhInnerData,
} from './messages.ts'
import { decodePlain, encodePlain } from './plain.ts'
import { authKeyAuxHash, firstServerSalt, longAt, newNonceHash, seal, unseal } from './secrets.ts'

export type KeyExchangeStep =
  /** Write this packet and wait for the answer, until `deadline`. */
  | { type: 'send'; packet: Uint8Array }
  | {
      type: 'done'
      /** 256 bytes. */
      authKey: Uint8Array
      serverSalt: bigint
      /** Server's clock minus the local one, in ms. */
      timeOffset: number
      /** Of the RSA key by which the server has proven itself. */
      fingerprint: bigint
      /** Of a temporary key: when it ends, in ms since the epoch by the local clock. */
      expiresAt?: number
    }

export interface ClientKeyExchangeOptions {
  /** The RSA keys that prove the server; which of them it uses is the server's choice. */
  publicKeys: readonly RsaPublicKey[]
  /** The DC that the key is for, as it is sent: 10000 added for test DCs, negative for media DCs. */
  dc: number
  /** Makes a temporary key that lives so many seconds. */
  expiresIn?: number | undefined
  random: (length: number) => Uint8Array
  /** For the whole exchange, in ms; 10,000 if not given. resPQ must come within 60 %, the DH answer within 80 % of it. */
  timeout?: number | undefined
}

type State =
  | { _: 'new' }
  | { _: 'resPq' }
  | { _: 'dhParams'; secrets: Secrets; askedAt: number }
  | { _: 'dhGen'; secrets: Secrets; group: Group; attempt: Attempt; timeOffset: number }
  | { _: 'over' }

interface Secrets {
  serverNonce: Uint8Array
  newNonce: Uint8Array
  keys: AesKeyIv
  fingerprint: bigint
  expiresAt: number | undefined
}

interface Group {
  g: bigint
  prime: bigint
  gA: bigint
}

interface Attempt {
  number: number
  authKey: Uint8Array
  auxHash: Uint8Array
}

const DEFAULT_TIMEOUT = 10_000
/** One in 2^64 keys has the hash of another one: an honest server hardly ever asks for a second try. */
const MAX_ATTEMPTS = 4

export class ClientKeyExchange {
  readonly #options: ClientKeyExchangeOptions
  readonly #nonce: Uint8Array
  #state: State = { _: 'new' }
  #startedAt = 0
  // Each id is used once and at once: milliseconds are fine enough for them.
  readonly #msgIds = new MessageIds((length) => new Uint8Array(length))

  constructor(options: ClientKeyExchangeOptions) {
    this.#options = options
    this.#nonce = options.random(16)
  }

  /** The first packet to send. */
  start(now: number): Uint8Array {
    if (this.#state._ !== 'new') throw wrongState('it was started before')
    this.#startedAt = now
    this.#state = { _: 'resPq' }
    return this.#packet({ _: 'req_pq_multi', nonce: this.#nonce }, now)
  }

  /**
   * When the next answer must have come, in ms by the same clock as `now`; Infinity before the start and after the end.
   * The caller sets a timer for it and then calls `checkDeadline`.
   */
  get deadline(): number {
    const timeout = this.#options.timeout ?? DEFAULT_TIMEOUT
    switch (this.#state._) {
      case 'resPq':
        return this.#startedAt + timeout * 0.6
      case 'dhParams':
        return this.#startedAt + timeout * 0.8
      case 'dhGen':
        return this.#startedAt + timeout
      default:
        return Number.POSITIVE_INFINITY
    }
  }

  /** Throws KEY_EXCHANGE_TIMEOUT, and ends the exchange, when the answer is late. */
  checkDeadline(now: number): void {
    if (now < this.deadline) return
    const awaited = this.#state._
    wipe(this.#state)
    this.#state = { _: 'over' }
    throw new KeyExchangeError(
      'KEY_EXCHANGE_TIMEOUT',
      `key exchange: ${awaited} did not come within ${Math.round(now - this.#startedAt)} ms`,
    )
  }

  /** Takes the server's next packet. Throws KeyExchangeError; the exchange is over then. */
  receive(packet: Uint8Array, now: number): KeyExchangeStep {
    const state = this.#state
    if (state._ === 'new' || state._ === 'over')
      throw wrongState('a packet came before its start or after its end')
    this.checkDeadline(now)
    // Whatever throws below leaves the exchange ended.
    this.#state = { _: 'over' }
    try {
      const { msgId, body } = decodePlain(packet)
      if ((msgId & 1n) === 0n) {
        throw new KeyExchangeError(
          'KEY_EXCHANGE_MESSAGE_ID',
          'the msg_id of a message from the server is even',
        )
      }
      const answer = readAnswer(body)
      this.#checkNonces(answer, state)
      if (state._ === 'resPq' && answer._ === 'resPQ') return this.#onResPq(answer, now)
      if (state._ === 'dhParams' && answer._ === 'server_DH_params_ok') {
        return this.#onDhParams(answer, state, msgId, now)
      }
      if (state._ === 'dhParams' && answer._ === 'server_DH_params_fail')
        throw refusal(answer, state.secrets.newNonce)
      if (state._ === 'dhGen' && isDhGen(answer)) return this.#onDhGen(answer, state, now)
      throw new KeyExchangeError('KEY_EXCHANGE_MESSAGE', `${answer._} came where ${state._} was expected`)
    } catch (error) {
      wipe(state)
      wipe(this.#state)
      this.#state = { _: 'over' }
      throw translated(error)
    }
  }

  #checkNonces(answer: Answer, state: State): void {
    if (!equalBytes(answer.nonce, this.#nonce)) throw wrongNonce('nonce', answer._)
    const known = state._ === 'dhParams' || state._ === 'dhGen' ? state.secrets.serverNonce : undefined
    if (known !== undefined && !equalBytes(answer.serverNonce, known))
      throw wrongNonce('server_nonce', answer._)
  }

  #onResPq(answer: tl.resPQ, now: number): KeyExchangeStep {
    const { publicKeys, dc, expiresIn, random } = this.#options
    const key = firstKnownKey(answer.serverPublicKeyFingerprints, publicKeys)
    if (answer.pq.length > 8) {
      throw new KeyExchangeError(
        'KEY_EXCHANGE_PQ',
        `pq has ${answer.pq.length} bytes, at most 8 were expected`,
      )
    }
    const factors = factorizePq(bytesToBigint(answer.pq))
    const p = shortestBytes(factors.p)
    const q = shortestBytes(factors.q)
    const serverNonce = answer.serverNonce.slice()
    const newNonce = random(32)
    const fields = { pq: answer.pq, p, q, nonce: this.#nonce, serverNonce, newNonce }
    const data = encodeObject(pqInnerData(fields, dc, expiresIn))
    const expiresAt = expiresIn === undefined ? undefined : now + expiresIn * 1000
    const { fingerprint } = key
    const keys = tmpAesKeyIv(newNonce, serverNonce)
    const secrets = { serverNonce, newNonce, keys, fingerprint, expiresAt }
    this.#state = { _: 'dhParams', secrets, askedAt: now }
    return this.#send(
      {
        _: 'req_DH_params',
        nonce: this.#nonce,
        serverNonce,
        p,
        q,
        publicKeyFingerprint: fingerprint,
        encryptedData: rsaPadEncrypt(data, key, random),
      },
      now,
    )
  }

  #onDhParams(
    answer: tl.server_DH_params_ok,
    { secrets, askedAt }: State & { _: 'dhParams' },
    msgId: bigint,
    now: number,
  ): KeyExchangeStep {
    const inner = unseal(answer.encryptedAnswer, secrets.keys, readServerDhInnerData)
    if (!equalBytes(inner.nonce, this.#nonce)) throw wrongNonce('nonce', 'server_DH_inner_data')
    if (!equalBytes(inner.serverNonce, secrets.serverNonce))
      throw wrongNonce('server_nonce', 'server_DH_inner_data')
    checkDhPrime(inner.dhPrime, inner.g)
    checkDhValue(inner.gA, inner.dhPrime)
    const group = {
      g: BigInt(inner.g),
      prime: bytesToBigint(inner.dhPrime),
      gA: bytesToBigint(inner.gA),
    }
    // The answer was written about half-way between the question and now.
    const timeOffset = serverTime(inner.serverTime, msgId) - (askedAt + now) / 2
    return this.#tryKey(secrets, group, timeOffset, 0n, 1, now)
  }

  #tryKey(
    secrets: Secrets,
    group: Group,
    timeOffset: number,
    retryId: bigint,
    number: number,
    now: number,
  ): KeyExchangeStep {
    const secret = this.#options.random(256)
    // The same powers as with b itself (Fermat), with an exponent that the platform takes at once.
    const b = bytesToBigint(secret) % (group.prime - 1n)
    const gB = modPow(group.g, b, group.prime)
    checkDhValue(gB, group.prime)
    // "auth_key" is a string of 256 bytes: its leading zeros count.
    const authKey = bigintToBytes(modPow(group.gA, b, group.prime), 256)
    secret.fill(0)
    const { serverNonce, keys } = secrets
    const inner = encodeObject({
      _: 'client_DH_inner_data',
      nonce: this.#nonce,
      serverNonce,
      retryId,
      gB: bigintToBytes(gB, 256),
    })
    const attempt = { number, authKey, auxHash: authKeyAuxHash(authKey) }
    this.#state = { _: 'dhGen', secrets, group, attempt, timeOffset }
    return this.#send(
      {
        _: 'set_client_DH_params',
        nonce: this.#nonce,
        serverNonce,
        encryptedData: seal(inner, keys, this.#options.random),
      },
      now,
    )
  }

  #onDhGen(answer: DhGen, state: State & { _: 'dhGen' }, now: number): KeyExchangeStep {
    const { secrets, attempt } = state
    const { number, hash } = outcomeOf(answer)
    if (!equalBytes(hash, newNonceHash(secrets.newNonce, number, attempt.auxHash))) {
      throw new KeyExchangeError(
        'KEY_EXCHANGE_NEW_NONCE_HASH',
        `new_nonce_hash${number} of ${answer._} is wrong`,
      )
    }
    if (number === 3) {
      throw new KeyExchangeError('KEY_EXCHANGE_REFUSED', 'the server answered dh_gen_fail')
    }
    if (number === 2) {
      if (attempt.number >= MAX_ATTEMPTS) {
        throw new KeyExchangeError(
          'KEY_EXCHANGE_RETRIES',
          `the server answered dh_gen_retry ${attempt.number} times`,
        )
      }
      const retryId = longAt(attempt.auxHash)
      attempt.authKey.fill(0)
      return this.#tryKey(secrets, state.group, state.timeOffset, retryId, attempt.number + 1, now)
    }
    const serverSalt = firstServerSalt(secrets.newNonce, secrets.serverNonce)
    wipeSecrets(secrets)
    const done = {
      type: 'done' as const,
      authKey: attempt.authKey,
      serverSalt,
      timeOffset: Math.round(state.timeOffset),
      fingerprint: secrets.fingerprint,
    }
    return secrets.expiresAt === undefined ? done : { ...done, expiresAt: secrets.expiresAt }
  }

  #send(request: Request, now: number): KeyExchangeStep {
    return { type: 'send', packet: this.#packet(request, now) }
  }

  #packet(request: Request, now: number): Uint8Array {
    return encodePlain(this.#msgIds.next(now, 0), encodeRequest(request))
  }
}

/** What an exchange was protected by, and a key that came to nothing, are of use to nobody but a thief. */
function wipe(state: State): void {
  if ('secrets' in state) wipeSecrets(state.secrets)
  if ('attempt' in state) state.attempt.authKey.fill(0)
}

function wipeSecrets({ newNonce, keys }: Secrets): void {
  for (const bytes of [newNonce, keys.key, keys.iv]) bytes.fill(0)
}

function isDhGen(answer: Answer): answer is DhGen {
  return answer._ === 'dh_gen_ok' || answer._ === 'dh_gen_retry' || answer._ === 'dh_gen_fail'
}

/** Big-endian, without leading zeros, as p and q are sent. */
function shortestBytes(value: bigint): Uint8Array {
  return bigintToBytes(value, Math.ceil(value.toString(16).length / 2))
}

function wrongState(what: string): KeyExchangeError {
  return new KeyExchangeError('KEY_EXCHANGE_STATE', `key exchange: ${what}`)
}
