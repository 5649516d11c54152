/** A client for the tests of the server: one session over one link at a time, in the hands of the test. */
import { aesIge, parseRsaPublicKey, randomBytes, sha1 } from '@telegram-mt/crypto'
import {
  type CallBody,
  ClientKeyExchange,
  ClientSession,
  type Frame,
  packetKeyId,
  type SessionEvent,
} from '@telegram-mt/mtproto'
import { type Link, type LinkHandlers, tcpDial } from '@telegram-mt/net'
import { parseTl, TableCodec, TlReader, TlWriter } from '@telegram-mt/tl'
import { schemaText } from '../generated/schema.ts'
import type { tl } from '../generated/types.ts'
import type { Box } from './box.ts'

export const codec = new TableCodec(parseTl(schemaText))
const abort = new AbortController().signal

export interface ClientKey {
  authKey: Uint8Array
  id: bigint
  salt: bigint
  timeOffset: number
  expiresAt?: number | undefined
}

interface ConnectOptions {
  dc?: number | undefined
  key?: ClientKey | undefined
  /** Goes on with this client's session, and its calls. */
  from?: WireClient | undefined
  sessionId?: bigint | undefined
  /** Makes a temporary key of so many seconds, if none is given. */
  expiresIn?: number | undefined
  link?: Link | undefined
}

export class Refused extends Error {
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

export async function openTcp(box: Box, dc = 2): Promise<Link> {
  const address = box.dcs.find(({ id }) => id === dc)
  if (address === undefined) throw new Error(`no datacenter ${dc}`)
  return await tcpDial({ random: randomBytes, obfuscated: false })({ ...address, dc }, abort)
}

export class WireClient implements LinkHandlers {
  readonly link: Link
  readonly key: ClientKey
  readonly session: ClientSession
  readonly updates: tl.Updates[] = []
  readonly events: SessionEvent[] = []
  /** Errors of the session, by their codes. */
  readonly breaches: string[] = []
  closed = false
  transportError: number | undefined
  readonly #calls: Map<
    number,
    { method: string; done: (result: unknown) => void; fail: (error: Error) => void }
  >
  #timer: ReturnType<typeof setTimeout> | undefined
  #waiters: (() => void)[] = []

  private constructor(link: Link, key: ClientKey, session: ClientSession, from: WireClient | undefined) {
    this.#calls = from === undefined ? new Map() : from.#calls
    this.link = link
    this.key = key
    this.session = session
  }

  static async connect(box: Box, options: ConnectOptions = {}): Promise<WireClient> {
    const dc = options.dc ?? 2
    const link = options.link ?? (await openTcp(box, dc))
    const proxy = new Handlers()
    link.start(proxy)
    const { from } = options
    const key = options.key ?? from?.key ?? (await exchange(box, link, proxy, dc, options.expiresIn))
    const since = Math.floor((Date.now() + key.timeOffset) / 1000) - 10
    const { sessionId } = options
    const session =
      from?.session ??
      new ClientSession({
        authKey: key.authKey,
        salts: [{ salt: key.salt, validSince: since, validUntil: since + 600 }],
        timeOffset: key.timeOffset,
        random: randomBytes,
        ...(sessionId !== undefined && { sessionId }),
      })
    const client = new WireClient(link, key, session, from)
    proxy.target = client
    session.connected(Date.now())
    client.poll()
    return client
  }

  /** @throws Refused */
  call<M extends keyof tl.RpcMethods>(
    request: tl.RpcMethods[M]['params'] & { _: M },
    options: { layer?: number; after?: number; wrap?: (body: Uint8Array) => Uint8Array } = {},
  ): Promise<tl.RpcMethods[M]['result']> & { id: number } {
    const writer = new TlWriter()
    codec.write(writer, { ...request })
    const body = options.wrap?.(writer.finish()) ?? writer.finish()
    return this.send(body, request._, options.after) as Promise<tl.RpcMethods[M]['result']> & { id: number }
  }

  send(body: Uint8Array | CallBody, method: string, after?: number): Promise<unknown> & { id: number } {
    const id = this.session.call(body, Date.now(), { gzip: false, ...(after !== undefined && { after }) })
    const answer = new Promise((done, fail) => this.#calls.set(id, { method, done, fail }))
    // A test that has seen enough does not wait for all.
    answer.catch(() => {})
    this.poll()
    return Object.assign(answer, { id })
  }

  /** Signs the account in with its test number's code. */
  async signIn(phoneNumber: string): Promise<void> {
    const sent = await this.call({
      _: 'auth.sendCode',
      phoneNumber,
      apiId: 1,
      apiHash: 'x',
      settings: { _: 'codeSettings' },
    })
    if (sent._ !== 'auth.sentCode') throw new Error('no code was sent')
    const { phoneCodeHash } = sent
    const phoneCode = (phoneNumber[5] ?? '').repeat(5)
    await this.call({ _: 'auth.signIn', phoneNumber, phoneCodeHash, phoneCode })
  }

  /** Waits until this is so; looked at again after everything that comes. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#waiters.push(resolve))
  }

  disconnect(): void {
    clearTimeout(this.#timer)
    this.closed = true
    this.session.disconnected(Date.now())
    this.link.destroy()
  }

  onFrame(frame: Frame): void {
    if (frame.type === 'error') this.transportError = frame.code
    else if (frame.type === 'packet') this.#receive(frame.data)
    this.#news()
  }

  onPartialFrame(): void {}

  onLinkClose(): void {
    clearTimeout(this.#timer)
    this.closed = true
    this.session.disconnected(Date.now())
    this.#news()
  }

  poll(): void {
    if (this.closed) return
    clearTimeout(this.#timer)
    const { packets, wakeAt, events } = this.session.poll(Date.now())
    if (packets.length > 0) this.link.send(packets)
    if (Number.isFinite(wakeAt))
      this.#timer = setTimeout(() => this.poll(), Math.max(1, Math.min(wakeAt - Date.now(), 60_000)))
    this.#timer?.unref()
    this.#handle(events)
  }

  #receive(packet: Uint8Array): void {
    // Of a key that this session does not have (any more).
    if (packetKeyId(packet) !== this.key.id) return
    try {
      this.#handle(this.session.receive(packet, Date.now()))
    } catch (error) {
      this.breaches.push(error instanceof Error && 'code' in error ? String(error.code) : String(error))
      return
    }
    this.poll()
  }

  #handle(events: readonly SessionEvent[]): void {
    for (const event of events) {
      this.events.push(event)
      if (event.type === 'update') this.updates.push(updatesIn(event.body))
      if (event.type === 'refused') this.breaches.push(event.error.code)
      if (event.type !== 'result' && event.type !== 'error' && event.type !== 'failed') continue
      const call = this.#calls.get(event.call)
      this.#calls.delete(event.call)
      if (event.type === 'error') call?.fail(new Refused(event.code, event.message))
      else if (event.type === 'failed') call?.fail(event.error)
      else if (call !== undefined) {
        const type = codec.method(call.method)?.result
        call.done(type === undefined ? event.body : codec.readType(new TlReader(event.body), type))
      }
    }
  }

  #news(): void {
    for (const waiter of this.#waiters.splice(0)) waiter()
  }
}

/** Holds what comes before its receiver is there. */
class Handlers implements LinkHandlers {
  #early: Frame[] = []
  #closed = false
  #target: LinkHandlers | undefined

  get target(): LinkHandlers | undefined {
    return this.#target
  }

  set target(target: LinkHandlers | undefined) {
    this.#target = target
    if (target === undefined) return
    for (const frame of this.#early.splice(0)) target.onFrame(frame)
    if (this.#closed) target.onLinkClose()
  }

  onFrame(frame: Frame): void {
    if (this.#target === undefined) this.#early.push(frame)
    else this.#target.onFrame(frame)
  }

  onPartialFrame(): void {}

  onLinkClose(): void {
    this.#closed = true
    this.#target?.onLinkClose()
  }
}

function exchange(
  box: Box,
  link: Link,
  handlers: Handlers,
  dc: number,
  expiresIn: number | undefined,
): Promise<ClientKey> {
  const publicKeys = [parseRsaPublicKey(box.publicKey)]
  const kex = new ClientKeyExchange({ publicKeys, dc, expiresIn, random: randomBytes })
  return new Promise((resolve, reject) => {
    handlers.target = {
      onFrame(frame) {
        if (frame.type !== 'packet') {
          reject(new Refused(frame.type === 'error' ? frame.code : 0, 'in the key exchange'))
          return
        }
        try {
          const step = kex.receive(frame.data, Date.now())
          if (step.type === 'send') link.send([step.packet])
          else {
            handlers.target = undefined
            const { authKey, serverSalt: salt, timeOffset, expiresAt } = step
            resolve({ authKey, id: keyIdOf(authKey), salt, timeOffset, expiresAt })
          }
        } catch (error) {
          reject(error)
        }
      },
      onPartialFrame() {},
      onLinkClose: () => reject(new Error('the link was closed in the key exchange')),
    }
    link.send([kex.start(Date.now())])
  })
}

export function keyIdOf(authKey: Uint8Array): bigint {
  const digest = sha1(authKey)
  return new DataView(digest.buffer, digest.byteOffset).getBigInt64(12, true)
}

/** Writes wrappers and whatever else a test wants to send. */
export function bytesOf(write: (writer: TlWriter) => void): Uint8Array {
  const writer = new TlWriter()
  write(writer)
  return writer.finish()
}

export function encoded(request: { _: string; [field: string]: unknown }): Uint8Array {
  return codec.encode(request as never)
}

/** auth.bindTempAuthKey, with whatever the test wants to be wrong. */
export function bindingCall(
  client: WireClient,
  permanent: ClientKey,
  expiresAt: number,
  spoil: Partial<{ msgId: bigint; nonce: bigint; key: Uint8Array; sessionId: bigint; tempId: bigint }> = {},
): CallBody {
  return (msgId, sessionId) => {
    const nonce = 42n
    const plain = bytesOf((w) => {
      w.raw(randomBytes(16))
      w.long(spoil.msgId ?? msgId)
      w.int(0)
      w.int(40)
      w.uint(0x75a3f765)
      w.long(spoil.nonce ?? nonce)
      w.long(spoil.tempId ?? client.key.id)
      w.long(permanent.id)
      w.long(spoil.sessionId ?? sessionId)
      w.int(expiresAt)
    })
    const msgKey = sha1(plain).slice(4, 20)
    const encryptedMessage = bytesOf((w) => {
      w.long(permanent.id)
      w.raw(msgKey)
      w.raw(encryptV1(plain, spoil.key ?? permanent.authKey, msgKey))
    })
    return encoded({
      _: 'auth.bindTempAuthKey',
      permAuthKeyId: permanent.id,
      nonce,
      expiresAt,
      encryptedMessage,
    })
  }
}

function encryptV1(plain: Uint8Array, authKey: Uint8Array, msgKey: Uint8Array): Uint8Array {
  const padded = new Uint8Array(80)
  padded.set(plain)
  const hash = (...parts: Uint8Array[]) => Buffer.from(sha1(...parts))
  const a = hash(msgKey, authKey.subarray(0, 32))
  const b = hash(authKey.subarray(32, 48), msgKey, authKey.subarray(48, 64))
  const c = hash(authKey.subarray(64, 96), msgKey)
  const d = hash(msgKey, authKey.subarray(96, 128))
  const key = Buffer.concat([a.subarray(0, 8), b.subarray(8, 20), c.subarray(4, 16)])
  const iv = Buffer.concat([a.subarray(8, 20), b.subarray(0, 8), c.subarray(16, 20), d.subarray(0, 8)])
  return aesIge.encrypt(padded, new Uint8Array(key), new Uint8Array(iv))
}

/** What the server pushes is of the schema's type, or cannot be decoded. */
function updatesIn(body: Uint8Array): tl.Updates {
  const decoded: unknown = codec.decode(body)
  return decoded as tl.Updates
}
