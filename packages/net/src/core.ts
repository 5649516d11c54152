// What a connection needs of the protocol core: the encrypted session and the key exchange, as seen from
// outside. A connection drives whatever fits this shape, so that its own rules can be tested without cryptography.

import type { RsaPublicKey } from '@telegram-mt/crypto'
import { ClientKeyExchange, ClientSession, type Salt } from '@telegram-mt/mtproto'

/** The encrypted session. */
export type SessionCore = Pick<
  ClientSession,
  | 'sessionId'
  | 'salts'
  | 'timeOffset'
  | 'roundTrip'
  | 'resends'
  | 'answered'
  | 'call'
  | 'cancel'
  | 'connected'
  | 'disconnected'
  | 'dataSeen'
  | 'probe'
  | 'receive'
  | 'poll'
  | 'hold'
>

export type KeyExchangeCore = Pick<ClientKeyExchange, 'deadline' | 'start' | 'receive'>

/** An auth key and what was learnt with it. */
export interface SessionKey {
  /** 256 bytes. */
  authKey: Uint8Array
  salts: readonly Salt[]
  /** Server time minus local time, milliseconds; 0 if unknown. */
  timeOffset: number
  /** Of a temporary key: when it ends, milliseconds since the epoch by the local clock. */
  expiresAt?: number | undefined
  /** Of the RSA key by which the server proved itself when the key was made, if that is known. */
  fingerprint?: bigint | undefined
}

/** Makes the cores of a host's connections. */
export interface Cores {
  createSession(key: SessionKey): SessionCore
  createKeyExchange(options: { dc: number; expiresIn?: number | undefined }): KeyExchangeCore
}

/** The real ones. `publicKeys` are the RSA keys that prove a server. */
export function mtprotoCores(options: {
  publicKeys: readonly RsaPublicKey[]
  random: (length: number) => Uint8Array
}): Cores {
  const { publicKeys, random } = options
  return {
    createSession: ({ authKey, salts, timeOffset }) =>
      // Calls are gathered by the turn of the event loop, which is no later than a timer of 1 ms would be.
      new ClientSession({ authKey, salts, timeOffset, random, gatherTime: 0 }),
    createKeyExchange: ({ dc, expiresIn }) => new ClientKeyExchange({ publicKeys, dc, expiresIn, random }),
  }
}
