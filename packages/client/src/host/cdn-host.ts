/**
 * Content delivery networks, held once for all sessions of a host: the RSA keys that prove their datacenters, which "help.getCdnConfig"
 * tells and which are not those of Telegram's own (https://core.telegram.org/cdn).
 */
import { parseRsaPublicKey, type RsaPublicKey } from '@telegram-mt/crypto'
import { ClientKeyExchange } from '@telegram-mt/mtproto'
import { ConnectionHost } from '@telegram-mt/net'
import { ConfigurationError } from '../errors.ts'
import type { Invoke } from '../rpc/invoke.ts'

/** How long the keys are waited for, ms: a file can be had without them. */
const PATIENCE = 20_000

export class CdnHost {
  readonly #shared: ConnectionHost
  readonly #random: (length: number) => Uint8Array
  #keys = new Map<number, RsaPublicKey[]>()
  readonly #hosts = new Map<number, ConnectionHost>()
  #fetching: Promise<void> | undefined

  constructor(shared: ConnectionHost, random: (length: number) => Uint8Array) {
    this.#shared = shared
    this.#random = random
  }

  /**
   * Resolves when the keys of this network's datacenter are known.
   * @throws ConfigurationError `CDN_UNKNOWN` Telegram tells no key for it; RpcError, CallTimeout
   */
  async prepare(dc: number, invoke: Invoke): Promise<void> {
    if (this.#keys.has(dc)) return
    this.#fetching ??= this.#fetch(invoke).finally(() => {
      this.#fetching = undefined
    })
    await this.#fetching
    if (!this.#keys.has(dc)) {
      throw new ConfigurationError(
        'CDN_UNKNOWN',
        `no key is known for the content delivery network of datacenter ${dc}`,
      )
    }
  }

  /** What its connections share: all that those of the host do, but for the keys that servers are proved by. */
  connections(dc: number): ConnectionHost {
    let host = this.#hosts.get(dc)
    if (host === undefined) {
      const { wheel, limiter, random, backoff, times, cores } = this.#shared
      host = new ConnectionHost({
        wheel,
        limiter,
        random,
        backoff,
        times,
        cores: {
          createSession: (key) => cores.createSession(key),
          createKeyExchange: (options) =>
            new ClientKeyExchange({
              ...options,
              publicKeys: this.#keys.get(dc) ?? [],
              random: this.#random,
            }),
        },
      })
      this.#hosts.set(dc, host)
    }
    return host
  }

  /** Its datacenter has none of the keys that are known here: they are asked for again next time. */
  keyRefused(dc: number): void {
    this.#keys.delete(dc)
  }

  async #fetch(invoke: Invoke): Promise<void> {
    const { publicKeys } = await invoke({ _: 'help.getCdnConfig' }, { timeout: PATIENCE })
    const keys = new Map<number, RsaPublicKey[]>()
    for (const { dcId, publicKey } of publicKeys) {
      keys.set(dcId, [...(keys.get(dcId) ?? []), parseRsaPublicKey(publicKey)])
    }
    this.#keys = keys
  }
}
