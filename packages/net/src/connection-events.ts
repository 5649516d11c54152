// What a connection tells its owner.

import type { Salt } from '@telegram-mt/mtproto'
import type { SessionKey } from './core.ts'

export type ConnectionState =
  /** Not started, or paused: the next call starts it. */
  | { readonly name: 'idle' }
  /** Waiting for its turn at the gate, or opening a link. */
  | { readonly name: 'connecting'; readonly address: string }
  | { readonly name: 'exchangingKeys'; readonly address: string }
  /** The link is open and calls are sent over it; the server has not answered under the auth key yet. */
  | { readonly name: 'opened'; readonly address: string }
  /** The server has answered over this link. */
  | { readonly name: 'online'; readonly address: string }
  /**
   * Will try again at `until` (milliseconds since the epoch, the host's time); without it, waits for its owner to give
   * another auth key or to close it.
   */
  | { readonly name: 'waiting'; readonly until?: number; readonly reason: Error }
  | { readonly name: 'closed'; readonly reason: Error }

export type ConnectionEvent =
  | { readonly type: 'state'; readonly state: ConnectionState }
  /** The attempt to connect waits for its turn among all of the host's, or for leave to exchange keys. */
  | { readonly type: 'held' }
  /** A key exchange has made a new auth key: to be saved. */
  | { readonly type: 'authKey'; readonly key: SessionKey }
  /** The server does not know the auth key (transport error −404). No more tries until `useKey` or `close`. */
  | { readonly type: 'authKeyUnknown' }
  /** An update: TL of `Updates`, as sent. */
  | { readonly type: 'update'; readonly body: Uint8Array }
  /** The server has begun a new session: updates may have been lost, so the difference must be fetched. */
  | { readonly type: 'newSession'; readonly firstMsgId: bigint; readonly uniqueId: bigint }
  /** The salts known by now: to be saved. */
  | { readonly type: 'salts'; readonly salts: readonly Salt[] }
  /** Server time minus local time in milliseconds, when it has changed. */
  | { readonly type: 'time'; readonly timeOffset: number }
  /** A ping was answered after so many milliseconds. */
  | { readonly type: 'pong'; readonly rtt: number }
  /** Something the server sent was dropped without harm, e.g. a message from too long ago. */
  | { readonly type: 'refused'; readonly error: Error }
  /** The peer broke a rule of the protocol, or a handler of the owner's threw: the connection is made anew or goes on. */
  | { readonly type: 'fault'; readonly error: Error }
