/** Joins the protocol core to this machine's sockets. */
import { release, type } from 'node:os'
import { type RsaPublicKey, randomBytes } from '@telegram-mt/crypto'
import { ClientKeyExchange, ClientSession, type TransportName } from '@telegram-mt/mtproto'
import {
  type BackoffOptions,
  ConnectionHost,
  type Dial,
  type DialAddress,
  httpDial,
  type ProxyServer,
  type RateLimit,
  tcpDial,
  telegramWebSocketUrl,
  webSocketDial,
} from '@telegram-mt/net'
import type { LineAddress, Network, Transport } from './network.ts'
import { watchAddresses } from './watch-addresses.node.ts'

/** How fast a lost connection comes back. The defaults are those of Telegram's own clients, which a public network needs. */
export interface ReconnectOptions extends BackoffOptions {
  /** Connects of one session to one address. Default: 1 in 1 s, 2 in 4 s, 3 in 8 s. */
  perAddress?: readonly RateLimit[] | undefined
}

/** The options of a host that concern the network: see TelegramOptions. */
export interface NetworkOptions {
  transport?: Transport | undefined
  framing?: TransportName | undefined
  obfuscated?: boolean | undefined
  webSocketUrl?: ((address: { dc: number; host: string; port: number }) => string) | undefined
  httpUrl?: ((address: { dc: number; host: string; port: number }) => string) | undefined
  msgMaxRetryCount?: number | undefined
  connectLimit?: RateLimit | undefined
  reconnect?: ReconnectOptions | undefined
  /** Datacenters that are not Telegram's have no published names for WebSockets. */
  dcs?: readonly unknown[] | undefined
}

const MAX_RETRIES = 5

export function createNetwork(options: NetworkOptions, publicKeys: readonly RsaPublicKey[]): Network {
  const { connectLimit, reconnect } = options
  const connections = new ConnectionHost({
    limits: {
      ...(connectLimit && { connects: [connectLimit] }),
      ...(reconnect?.perAddress && { perKey: reconnect.perAddress }),
    },
    ...(reconnect && { backoff: reconnect }),
    cores: {
      // Calls are gathered by the turn of the event loop, which is no later than a timer of 1 ms would be.
      createSession: ({ authKey, salts, timeOffset }) =>
        new ClientSession({
          authKey,
          salts,
          timeOffset,
          random: randomBytes,
          maxRetries: options.msgMaxRetryCount ?? MAX_RETRIES,
          gatherTime: 0,
        }),
      createKeyExchange: ({ dc, expiresIn }) =>
        new ClientKeyExchange({ publicKeys, dc, expiresIn, random: randomBytes }),
    },
  })
  const straight = dialThrough(undefined, options)
  return {
    connections,
    watch: watchAddresses,
    transport: options.transport,
    systemVersion: `${type()} ${release()}`,
    dial: (proxy) => (proxy === undefined ? straight : dialThrough(proxy, options)),
  }
}

function dialThrough(proxy: ProxyServer | undefined, options: NetworkOptions): Dial<LineAddress> {
  const { transport = 'tcp', framing = 'intermediate', obfuscated = false, webSocketUrl } = options
  switch (transport) {
    case 'tcp':
      return tcpDial({ transport: framing, obfuscated, proxy, random: randomBytes })
    case 'websocket':
      return webSocketDial({
        transport: framing,
        proxy,
        random: randomBytes,
        url: webSocketUrl ?? (options.dcs === undefined ? publishedUrl : undefined),
      })
    case 'http':
      return httpDial({ proxy, random: randomBytes, url: options.httpUrl })
  }
}

/** The number on the wire says which environment, and whether files only: see wireDc. */
function publishedUrl({ dc }: DialAddress): string {
  const number = Math.abs(dc)
  return telegramWebSocketUrl(number % 10_000, { test: number > 10_000, media: dc < 0 })
}
