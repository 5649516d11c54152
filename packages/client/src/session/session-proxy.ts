/**
 * How a session's sockets leave the machine: through its own proxy if one was set, now or in an earlier run, else through the
 * host's. Asked anew for every link, so that a change counts from the next one on. If no answer can be had the link fails: an
 * account that was meant to go through a proxy never goes without.
 */
import { ConnectError, type Dial, type ProxyServer } from '@telegram-mt/net'
import type { LineAddress, Network } from '../host/network.ts'
import { proxyFromJson, proxyToJson } from '../host/proxy-json.ts'
import { type HostProxyOption, type ProxyOption, type ProxyUser, proxyFrom } from '../host/proxy-option.ts'

/** Where a session's own proxy is kept. */
interface ProxyKeeper extends ProxyUser {
  readonly proxy: string | undefined
  saveProxy(proxy: string | undefined): void
}

export class SessionProxy {
  readonly #network: Network
  readonly #hosts: HostProxyOption | undefined
  readonly #keeper: ProxyKeeper
  /** Read once: it is asked for at every connect. */
  #own: { readonly stored: string; readonly proxy: ProxyServer | undefined } | undefined

  constructor(network: Network, hosts: HostProxyOption | undefined, keeper: ProxyKeeper) {
    this.#network = network
    this.#hosts = hosts
    this.#keeper = keeper
  }

  /** The proxy in use; undefined for none. @throws ProxyLinkError, or what the host's function throws. */
  get current(): ProxyServer | undefined {
    const { id, userId, proxy: stored } = this.#keeper
    if (stored !== undefined) {
      if (this.#own?.stored !== stored) this.#own = { stored, proxy: proxyFromJson(stored) }
      return this.#own.proxy
    }
    // A copy of what is said of the user: the program is handed it.
    return proxyFrom(typeof this.#hosts === 'function' ? this.#hosts({ id, userId }) : this.#hosts)
  }

  /** Sets the session's own; undefined goes back to the host's, null goes without. @throws ProxyLinkError, ConfigurationError */
  set(option: ProxyOption | undefined): void {
    const { transport } = this.#network
    this.#keeper.saveProxy(option === undefined ? undefined : proxyToJson(proxyFrom(option, transport)))
  }

  readonly dial: Dial<LineAddress> = async (address, signal) => {
    const { current } = this
    try {
      return await this.#network.dial(current)(address, signal)
    } catch (error) {
      throw current === undefined ? error : onTheWay(error, address)
    }
  }
}

/** A proxy speaks of itself only: which datacenter was to be reached is said here. */
function onTheWay(error: unknown, { dc, host, port }: LineAddress): unknown {
  if (!(error instanceof ConnectError)) return error
  const where = `datacenter ${Math.abs(dc) % 10_000} (${host}:${port})`
  return new ConnectError(error.code, `${where} through a proxy: ${error.message}`, error)
}
