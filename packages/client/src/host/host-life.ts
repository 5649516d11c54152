/** Whether a host still takes anything on: from the moment that it is closed, nothing of it begins any more. */
import { SessionStateError } from '../errors.ts'

export class HostLife {
  #closed = false

  get isClosed(): boolean {
    return this.#closed
  }

  close(): void {
    this.#closed = true
  }

  /** @throws SessionStateError `HOST_CLOSED`: the storage is not ours any more, another host may have the accounts. */
  requireOpen(): void {
    if (this.#closed) throw new SessionStateError('HOST_CLOSED', 'this Telegram was closed: make a new one')
  }
}
