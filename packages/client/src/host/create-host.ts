/** Puts together what the sessions of a host share. */
import { type RsaPublicKey, randomBytes } from '@telegram-mt/crypto'
import { publishedDatacenters } from '../dc/datacenter.ts'
import { DcRegistry } from '../dc/registry.ts'
import { loadDatacenters, saveDatacenters } from '../dc/stored-datacenters.ts'
import type { Storage } from '../storage/storage.ts'
import type { TelegramOptions } from '../telegram-options.ts'
import { CdnHost } from './cdn-host.ts'
import { defaultDevice } from './device.ts'
import type { Host } from './host.ts'
import { HostConfig } from './host-config.ts'
import type { HostLife } from './host-life.ts'
import type { Logger } from './logger.ts'
import type { Network } from './network.ts'
import { proxyFrom } from './proxy-option.ts'

/** Seconds. */
const FLOOD_WAIT_LIMIT = 60
const MEDIA_CONNECTIONS = 4
/** "24 h", as the official client's; seconds. */
const TEMPORARY_KEY_LIFE = 86_400

/** @throws ConfigurationError for datacenters that are none, and for a proxy that cannot carry the transport; ProxyLinkError for a proxy that is none. */
export function createHost(
  options: TelegramOptions,
  storage: Storage,
  network: Network,
  publicKeys: readonly RsaPublicKey[],
  logger: Logger,
  life: HostLife,
): Host {
  const test = options.test ?? false
  const { wheel } = network.connections
  const dcs = registry(options, storage, logger)
  // What is wrong with it is said now, and not at the first connection.
  if (typeof options.proxy !== 'function') proxyFrom(options.proxy, network.transport)
  // Who names the datacenters means those, and no others that a server may speak of: see TelegramOptions.updateDcs.
  const follows = options.updateDcs ?? options.dcs === undefined
  return {
    apiId: options.apiId,
    apiHash: options.apiHash,
    device: { ...defaultDevice, systemVersion: network.systemVersion, ...options.device },
    test,
    dcs,
    storage,
    life,
    connections: network.connections,
    network,
    serverKeys: new Set(publicKeys.map(({ fingerprint }) => fingerprint)),
    config: new HostConfig({
      wheel,
      logger,
      test,
      onDcOptions: (dcOptions) => {
        if (follows) dcs.update(dcOptions)
      },
    }),
    cdn: new CdnHost(network.connections, randomBytes),
    proxy: options.proxy,
    perfectForwardSecrecy: options.perfectForwardSecrecy ?? false,
    temporaryKeyLife: options.temporaryKeyLife ?? TEMPORARY_KEY_LIFE,
    mediaConnections: options.mediaConnections ?? MEDIA_CONNECTIONS,
    logger,
    floodWaitLimit: options.floodWaitLimit ?? FLOOD_WAIT_LIMIT,
    updates: options.updates ?? {},
    printMessages: options.printMessages ?? true,
    random: randomBytes,
    now: () => wheel.now(),
  }
}

/** The datacenters as Telegram last told them; those that the program names are not kept, as it will name them again. */
function registry(options: TelegramOptions, storage: Storage, logger: Logger): DcRegistry {
  if (options.dcs !== undefined) return new DcRegistry(options.dcs)
  return new DcRegistry(publishedDatacenters[options.test ? 'test' : 'production'], (all) =>
    saveDatacenters(storage, storeName(options), all).catch((error: unknown) =>
      logger.error({ err: error }, 'the datacenters could not be saved'),
    ),
  )
}

/** Takes the addresses that were learnt in earlier runs. */
export async function restoreDatacenters(host: Host, options: TelegramOptions): Promise<void> {
  if (options.dcs === undefined) await loadDatacenters(host.storage, storeName(options), host.dcs)
}

const storeName = (options: TelegramOptions) => (options.test ? 'dcs.test' : 'dcs.production')
