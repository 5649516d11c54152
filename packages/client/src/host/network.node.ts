/** Joins the protocol core to this machine's sockets: what the sessions of a host share of the network. */
import { release, type } from 'node:os'
import { type RsaPublicKey, randomBytes } from '@telegram-mt/crypto'
import { ClientKeyExchange, ClientSession, clientFraming, type TransportName } from '@telegram-mt/mtproto'
import { ConnectionHost, connectTcp, type Dial, FramedLink, type RateLimit } from '@telegram-mt/net'
import type { DcAddress } from '../dc/datacenter.ts'

export interface NetworkOptions {
  publicKeys: readonly RsaPublicKey[]
  transport: TransportName
  obfuscated: boolean
  /** How often the protocol core sends a call again that the server did not take. */
  maxRetries: number
  /** Connects of all sessions together. */
  connectLimit: RateLimit | undefined
}

export interface Network {
  connections: ConnectionHost
  dial: Dial<DcAddress & { dc: number }>
  /** The operating system's name and version, as shown in the account's list of devices. */
  systemVersion: string
}

export function createNetwork(options: NetworkOptions): Network {
  const connections = new ConnectionHost({
    ...(options.connectLimit && { limits: { connects: [options.connectLimit] } }),
    cores: {
      // Calls are gathered by the turn of the event loop, which is no later than a timer of 1 ms would be.
      createSession: ({ authKey, salts, timeOffset }) =>
        new ClientSession({
          authKey,
          salts,
          timeOffset,
          random: randomBytes,
          maxRetries: options.maxRetries,
          gatherTime: 0,
        }),
      createKeyExchange: ({ dc, expiresIn }) =>
        new ClientKeyExchange({ publicKeys: options.publicKeys, dc, expiresIn, random: randomBytes }),
    },
  })
  return {
    connections,
    systemVersion: `${type()} ${release()}`,
    dial: async (address, signal) => {
      const stream = await connectTcp(address, { signal })
      const { secret, obfuscatedOnly, dc } = address
      const framing = clientFraming(options.transport, {
        obfuscated: secret ? { secret, dc } : options.obfuscated || obfuscatedOnly === true,
        random: randomBytes,
      })
      return new FramedLink(stream, framing)
    },
  }
}
