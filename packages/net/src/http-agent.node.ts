// Keeps the sockets of one HTTP link alive between requests; node:http's agent, but for how a socket is opened:
// straight or through a proxy, plain or TLS.

import { Agent, type AgentOptions, type ClientRequestArgs } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { ConnectError, toError } from './errors.ts'
import { openSocket } from './proxy/open-socket.node.ts'
import type { HttpProxy, SocksProxy } from './proxy/proxy.ts'
import type { TcpAddress } from './tcp.node.ts'
import { encrypted } from './tls.node.ts'

export interface SocketOptions {
  target: TcpAddress
  secure: boolean
  proxy?: SocksProxy | HttpProxy | undefined
  ca?: string | undefined
}

/** That wait for the next request. How many there are in all is the link's to say. */
const maxFreeSockets = 2
/** Milliseconds; of further sockets. The first one is opened under its caller's signal. */
const connectTime = 10_000

export class LinkAgent extends Agent {
  readonly #options: SocketOptions
  readonly #closing = new AbortController()
  #first: Socket | undefined

  /** @param first is open already, and used by the first request */
  constructor(options: SocketOptions, first: Socket) {
    const agentOptions: AgentOptions = { keepAlive: true, maxFreeSockets }
    super(agentOptions)
    this.#options = options
    this.#first = first
  }

  override createConnection(
    _: ClientRequestArgs,
    callback: (error: Error | null, socket: Duplex) => void = () => {},
  ): Duplex | undefined {
    const first = this.#first
    this.#first = undefined
    if (first !== undefined) return this.#secured(first)
    this.#open().then((socket) => callback(null, socket), fails(callback))
    return undefined
  }

  override destroy(): void {
    this.#closing.abort()
    this.#first?.destroy()
    super.destroy()
  }

  async #open(): Promise<Socket> {
    const { signal } = this.#closing
    const time = AbortSignal.timeout(connectTime)
    try {
      const socket = await openSocket(
        this.#options.target,
        this.#options.proxy,
        AbortSignal.any([signal, time]),
      )
      if (signal.aborted) socket.destroy()
      signal.throwIfAborted()
      return this.#secured(socket)
    } catch (error) {
      if (!time.aborted || signal.aborted) throw error
      throw new ConnectError('CONNECT_TIMEOUT', `no connection within ${connectTime} ms`)
    }
  }

  #secured(socket: Socket): Socket {
    const { secure, target, ca } = this.#options
    return secure ? encrypted(socket, target.host, ca) : socket.resume()
  }
}

/** Node's own agent calls back with an error alone, which the type does not know. */
function fails(callback: (error: Error | null, socket: Duplex) => void): (error: unknown) => void {
  return (error) => Reflect.apply(callback, undefined, [toError(error)])
}
