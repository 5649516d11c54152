/**
 * The box as an MTProxy: a port to which clients come that know its secret, and name the datacenter they want in the
 * obfuscation header (https://core.telegram.org/mtproto/mtproto-transports#transport-obfuscation). A real proxy would pass
 * the packets on; here the datacenter is in the same house.
 */
import {
  type ProxySecret,
  parseProxySecret,
  ServerFraming,
  type TlsServerFrame,
  TlsServerFraming,
} from '@telegram-mt/mtproto'
import { type ByteStream, type Listener, listenTcp, type StreamHandlers } from '@telegram-mt/net'
import type { Connection, Framing } from './connection.ts'
import type { Datacenter } from './datacenter.ts'

/** What `box.proxy` takes. */
export interface ProxyOptions {
  /** As in links: hex or base64 of 16 bytes, with `dd` before them, or with `ee` before and a domain after. Default: a new one with `dd`. */
  secret?: string | undefined
  /** Default: as the box. */
  host?: string | undefined
  /** Default: any free port. */
  port?: number | undefined
}

/** A running proxy. */
export interface BoxProxy {
  readonly host: string
  readonly port: number
  readonly secret: string
  /** For clients: `tg://proxy?server=…` */
  readonly link: string
  /** Closes the port and cuts off who came through it. */
  close(): Promise<void>
}

interface ProxyHome {
  random: (length: number) => Uint8Array
  now: () => number
  datacenter: (dc: number) => Datacenter | undefined
  onRefused: (error: unknown, remote: string) => void
}

/** Digests of fake TLS hellos that are remembered, against replays. */
const REMEMBERED = 1000

/**
 * Opens a proxy.
 * @throws FramingError PROXY_SECRET_INVALID; the system's error if the port cannot be had
 */
export async function openProxy(
  options: ProxyOptions & { host: string },
  home: ProxyHome,
): Promise<BoxProxy> {
  const secretText = options.secret ?? `dd${Buffer.from(home.random(16)).toString('hex')}`
  const secret = parseProxySecret(secretText)
  const hellos = new Set<string>()
  const listener: Listener = await listenTcp({
    host: options.host,
    port: options.port ?? 0,
    onConnection: (stream) => stream.start(new Entrance(stream, secret, hellos, home)),
  })
  const { port } = listener
  const server = encodeURIComponent(options.host)
  return {
    host: options.host,
    port,
    secret: secretText,
    link: `tg://proxy?server=${server}&port=${port}&secret=${encodeURIComponent(secretText)}`,
    close: () => listener.close(),
  }
}

/** A client of the proxy, until it has said where it wants to go; then all goes there. */
class Entrance implements StreamHandlers {
  readonly #stream: ByteStream
  readonly #secret: ProxySecret
  readonly #home: ProxyHome
  readonly #framing: Framing
  #connection: Connection | undefined
  #over = false

  constructor(stream: ByteStream, secret: ProxySecret, hellos: Set<string>, home: ProxyHome) {
    this.#stream = stream
    this.#secret = secret
    this.#home = home
    const { random } = home
    this.#framing =
      secret.kind === 'tls'
        ? new TlsServerFraming({
            random,
            secrets: [secret.secret],
            now: home.now(),
            isReplay: (digest) => isReplay(digest, hellos),
          })
        : new ServerFraming({ random, secrets: [secret.secret], secretRequired: true })
  }

  onData(chunk: Uint8Array): void {
    if (this.#connection !== undefined) {
      this.#connection.onData(chunk)
      return
    }
    if (this.#over) return
    try {
      this.#enter(this.#framing.push(chunk))
    } catch (error) {
      this.#home.onRefused(error, this.#stream.remote)
      this.#end()
    }
  }

  onClose(error?: Error): void {
    this.#connection?.onClose(error)
  }

  #enter(frames: TlsServerFrame[]): void {
    for (const frame of frames) if (frame.type === 'write') this.#stream.write(frame.data)
    const { transport } = this.#framing
    if (transport === undefined) {
      if (frames.some(({ type }) => type === 'foreign')) throw new Error('no MTProxy client')
      return
    }
    if (this.#secret.kind === 'padded' && transport.name !== 'padded')
      throw new Error(`the secret asks for the padded transport, the client speaks ${transport.name}`)
    // Negative for media, 10000 added for test datacenters.
    const dc = Math.abs(transport.dc ?? 0) % 10_000
    const datacenter = this.#home.datacenter(dc)
    if (datacenter === undefined)
      throw new Error(`a proxy's client wants datacenter ${dc}, which is not there`)
    this.#connection = datacenter.accept(this.#stream, 'proxy', this.#framing)
    if (this.#connection === undefined) this.#over = true
    this.#connection?.onFrames(frames.filter(({ type }) => type !== 'write'))
  }

  #end(): void {
    this.#over = true
    if (this.#connection === undefined) this.#stream.destroy()
    else this.#connection.destroy()
  }
}

function isReplay(digest: Uint8Array, seen: Set<string>): boolean {
  const text = Buffer.from(digest).toString('hex')
  if (seen.has(text)) return true
  seen.add(text)
  for (const oldest of seen) {
    if (seen.size <= REMEMBERED) break
    seen.delete(oldest)
  }
  return false
}
