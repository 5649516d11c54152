/**
 * How a session's sockets leave the machine: through its own proxy if one was set, else through the host's. Asked anew for
 * every link, so that a change counts from the next one on. If no answer can be had the link fails: an account that was
 * meant to go through a proxy never goes without.
 */
import type { Dial, ProxyServer } from '@telegram-mt/net'
import type { LineAddress, Network } from '../host/network.ts'
import { type HostProxyOption, type ProxyOption, type ProxyUser, proxyFrom } from '../host/proxy-option.ts'

export class SessionProxy {
  readonly #network: Network
  readonly #hosts: HostProxyOption | undefined
  readonly #user: ProxyUser
  #own: { readonly proxy: ProxyServer | undefined } | undefined

  constructor(network: Network, hosts: HostProxyOption | undefined, user: ProxyUser) {
    this.#network = network
    this.#hosts = hosts
    this.#user = user
  }

  /** The proxy in use; undefined for none. @throws ProxyLinkError, or what the host's function throws. */
  get current(): ProxyServer | undefined {
    if (this.#own !== undefined) return this.#own.proxy
    // A copy of what is said of the user: the program is handed it.
    const { id, userId } = this.#user
    return proxyFrom(typeof this.#hosts === 'function' ? this.#hosts({ id, userId }) : this.#hosts)
  }

  /** Sets the session's own; undefined goes back to the host's, null goes without. @throws ProxyLinkError */
  set(option: ProxyOption | undefined): void {
    this.#own = option === undefined ? undefined : { proxy: proxyFrom(option) }
  }

  readonly dial: Dial<LineAddress> = async (address, signal) =>
    await this.#network.dial(this.current)(address, signal)
}
