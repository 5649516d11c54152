/**
 * A server that behaves like the real one except where a test tells it otherwise: it stands between a client and a
 * ServerKeyExchange, knows the RSA key as the server does, and rewrites what the server says.
 */
import { type AesKeyIv, type RsaPrivateKey, rsaPadDecrypt, tmpAesKeyIv } from '@telegram-mt/crypto'
import type { tl } from '../generated/index.ts'
import {
  ClientKeyExchange,
  type ClientKeyExchangeOptions,
  type KeyExchangeStep,
} from './client-key-exchange.ts'
import { KeyExchangeError } from './key-exchange-error.ts'
import {
  type Answer,
  encodeObject,
  readAnswer,
  readPqInnerData,
  readRequest,
  readServerDhInnerData,
} from './messages.ts'
import { decodePlain, encodePlain } from './plain.ts'
import { seal, unseal } from './secrets.ts'
import { type NewAuthKey, ServerKeyExchange, type ServerKeyExchangeOptions } from './server-key-exchange.ts'

export interface Malice {
  /** Rewrites what server_DH_params_ok hides; bytes are taken as encrypted_answer itself. */
  inner?: (inner: tl.server_DH_inner_data, known: Known) => tl.server_DH_inner_data | Uint8Array
  /** Rewrites an answer. */
  answer?: (answer: Answer, known: Known) => Answer
  /** Rewrites the msg_id of a message. */
  msgId?: (msgId: bigint) => bigint
  /** Rewrites the whole packet. */
  packet?: (packet: Uint8Array) => Uint8Array
}

/** What the server knows besides the messages, as soon as it knows it. */
export interface Known {
  inner?: tl.P_Q_inner_data
  keys?: AesKeyIv
  done?: NewAuthKey
}

export class MaliciousServer {
  readonly known: Known = {}
  readonly #server: ServerKeyExchange
  readonly #options: ServerKeyExchangeOptions
  readonly #malice: Malice

  constructor(options: ServerKeyExchangeOptions, malice: Malice) {
    this.#server = new ServerKeyExchange(options)
    this.#options = options
    this.#malice = malice
  }

  /** The answer to the client's packet; a number is a transport error. */
  receive(packet: Uint8Array, now: number): Uint8Array | number {
    const request = readRequest(decodePlain(packet).body)
    if (request._ === 'req_DH_params') {
      const inner = readPqInnerData(rsaPadDecrypt(request.encryptedData, this.#options.key))
      this.known.inner = inner
      this.known.keys = tmpAesKeyIv(inner.newNonce, inner.serverNonce)
    }
    const { packets, error, done } = this.#server.receive(packet, now)
    if (done !== undefined) this.known.done = done
    const first = packets[0]
    if (first === undefined) return error ?? 0
    const { msgId, body } = decodePlain(first)
    let answer = readAnswer(body)
    const { keys } = this.known
    if (answer._ === 'server_DH_params_ok' && this.#malice.inner !== undefined && keys !== undefined) {
      const inner = this.#malice.inner(
        unseal(answer.encryptedAnswer, keys, readServerDhInnerData),
        this.known,
      )
      const encryptedAnswer =
        inner instanceof Uint8Array ? inner : seal(encodeObject(inner), keys, this.#options.random)
      answer = { ...answer, encryptedAnswer }
    }
    answer = this.#malice.answer?.(answer, this.known) ?? answer
    const rewritten = encodePlain(this.#malice.msgId?.(msgId) ?? msgId, encodeObject(answer))
    return this.#malice.packet?.(rewritten) ?? rewritten
  }
}

export interface Outcome {
  /** The code of the client's error, or `done`. */
  code: string
  done?: KeyExchangeStep & { type: 'done' }
  server: MaliciousServer
  /** The client's packets. */
  packets: Uint8Array[]
}

/** Runs an exchange to its end. `rtt` is in ms; `serverTime` is added to the server's clock. */
export function exchange(
  setup: {
    client: Partial<ClientKeyExchangeOptions>
    server: Partial<ServerKeyExchangeOptions>
    key: RsaPrivateKey
    random: (length: number) => Uint8Array
  },
  malice: Malice = {},
  clocks = { now: 1_700_000_000_000, rtt: 0, serverAhead: 0 },
): Outcome {
  const { key, random } = setup
  const client = new ClientKeyExchange({ publicKeys: [key], dc: 2, random, ...setup.client })
  const server = new MaliciousServer({ key, dc: 2, random, ...setup.server }, malice)
  let now = clocks.now
  const packets: Uint8Array[] = []
  for (let packet = client.start(now); ; ) {
    packets.push(packet)
    const answer = server.receive(packet, now + clocks.rtt / 2 + clocks.serverAhead)
    now += clocks.rtt
    if (typeof answer === 'number') return { code: `transport error ${answer}`, server, packets }
    try {
      const step = client.receive(answer, now)
      if (step.type === 'done') return { code: 'done', done: step, server, packets }
      packet = step.packet
    } catch (error) {
      if (error instanceof KeyExchangeError) return { code: error.code, server, packets }
      throw error
    }
  }
}
