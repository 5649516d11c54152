/**
 * Makes an account known to other datacenters: each has an auth key of its own there, and "auth.exportAuthorization … returns
 * data for copying authorization to another datacenter", which auth.importAuthorization shows there
 * (https://core.telegram.org/api/datacenter#authorization-for-other-dcs).
 */

import { SparseMap } from '@telegram-mt/mtproto'
import type { Invoke } from '../rpc/invoke.ts'
import type { DcLine } from './dc-line.ts'
import type { StoredSession } from './stored-session.ts'

export class DcAccess {
  readonly #stored: StoredSession
  readonly #invoke: Invoke
  readonly #onFault: (error: unknown, where: string) => void
  /** Authorizations on their way. */
  readonly #bringing = new SparseMap<number, Promise<void>>()

  /** @param invoke makes calls on the home datacenter. */
  constructor(stored: StoredSession, invoke: Invoke, onFault: (error: unknown, where: string) => void) {
    this.#stored = stored
    this.#invoke = invoke
    this.#onFault = onFault
  }

  /**
   * Resolves when the datacenter has a key for this session and knows its account, if there is one.
   * @param open gives a line to the datacenter over which that can be brought about.
   * @throws RpcError if either side refuses.
   */
  async ensure(dc: number, open: () => DcLine): Promise<void> {
    const stored = this.#stored
    if (stored.key(dc) !== undefined && (stored.userId === undefined || stored.authorized(dc))) return
    let bringing = this.#bringing.get(dc)
    if (bringing === undefined) {
      bringing = this.#bring(dc, open()).finally(() => this.#bringing.delete(dc))
      this.#bringing.set(dc, bringing)
    }
    await bringing
  }

  /** The datacenter says that it does not know the account: next time it is shown the authorization again. */
  lost(dc: number): void {
    this.#stored.saveAuthorized(dc, false)
  }

  /** The datacenter does not know the key any more. */
  keyLost(dc: number): void {
    this.#stored.dropKey(dc).catch((error: unknown) => this.#onFault(error, 'dropping an auth key'))
  }

  async #bring(dc: number, line: DcLine): Promise<void> {
    if (this.#stored.userId === undefined) {
      // Any call makes the key; this one is answered everywhere.
      await line.call({ _: 'help.getNearestDc' })
      return
    }
    const { id, bytes } = await this.#invoke({ _: 'auth.exportAuthorization', dcId: dc })
    await line.call({ _: 'auth.importAuthorization', id, bytes })
    this.#stored.saveAuthorized(dc, true)
  }
}
