/** What a method is given besides its parameters. */
import type { tl } from '../generated/types.ts'
import type { Account, Authorization } from '../world/state-account.ts'
import type { View } from '../world/view.ts'
import type { SessionRef, World } from '../world/world.ts'

/** Who calls, as the server knows it: the auth key, the session, and what initConnection said. */
export interface Caller extends SessionRef {
  /** The datacenter that was asked. */
  dc: number
  /** The layer bound to the auth key. */
  layer: number
  apiId: number
  deviceModel: string
  systemVersion: string
  appVersion: string
  langCode: string
}

/** What the methods need to know of the server around the world. */
export interface ApiSettings {
  /** The addresses of the datacenters, as `help.getConfig` tells them. */
  dcOptions(): tl.DcOption[]
  /** The content delivery network, if the box has one. */
  cdn?: CdnSettings | undefined
}

export interface CdnSettings {
  /** Its datacenter. */
  dc: number
  /** PEM (PKCS#1): not that of the other datacenters. */
  publicKey: string
  /** What it serves: every file, or those that `serveByCdn` was called for. */
  files: 'all' | 'marked'
}

export interface MethodContext {
  readonly world: World
  readonly caller: Caller
  readonly settings: ApiSettings
  /** Milliseconds since the epoch, the same for all of the call. */
  readonly now: number
  /** The sign-in of the caller's auth key, if there is one, complete or not. */
  readonly authorization: Authorization | undefined
}

/** The context of a call by a signed-in user. */
export interface UserContext extends MethodContext {
  readonly me: Account
  readonly authorization: Authorization
  readonly view: View
  /**
   * Ends the call with the updates it has caused; `onlyForCaller` go before them. The caller's other sessions are
   * pushed the same, without those.
   */
  answer(onlyForCaller?: tl.Update[]): tl.updates
}
