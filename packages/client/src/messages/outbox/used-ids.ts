/**
 * Which chats the latest random ids were used for. "You provided a random ID that was already used", RANDOM_ID_DUPLICATE, is said
 * of an attempt that is still being executed, which passes, and of an id that belongs to another chat, which never does. Only
 * where the answer for the other chat was seen is it certain which of them it is.
 */
import { SparseMap } from '@telegram-mt/mtproto'
import { TelegramError } from '../../errors.ts'
import type { PeerKey } from '../../peers/marked-id.ts'
import { RpcError } from '../../rpc/rpc-error.ts'
import type { PendingSend } from './pending-send.ts'
import { randomIdsOf } from './send-call.ts'

/** Ids remembered for each session: the same message goes to several chats within moments. */
const REMEMBERED = 100

export class UsedIds {
  readonly #chats = new SparseMap<bigint, PeerKey>()

  /** Telegram has made the messages of this send. */
  add({ call, chat }: PendingSend): void {
    for (const randomId of randomIdsOf(call)) this.#chats.set(randomId, chat)
    for (const oldest of this.#chats.keys()) {
      if (this.#chats.size <= REMEMBERED) return
      this.#chats.delete(oldest)
    }
  }

  clear(): void {
    this.#chats.clear()
  }

  /** What is wrong with the send, if Telegram will refuse it for ever; undefined if it may be asked again. */
  refusal({ call, chat }: PendingSend, error: unknown): TelegramError | undefined {
    if (!(error instanceof RpcError) || error.pattern !== 'RANDOM_ID_DUPLICATE') return undefined
    for (const randomId of randomIdsOf(call)) {
      const other = this.#chats.get(randomId)
      if (other !== undefined && !isSameChat(other, chat)) return ofOtherChat(randomId, other, chat, error)
    }
    return undefined
  }
}

export const isSameChat = (a: PeerKey, b: PeerKey): boolean => a.kind === b.kind && a.id === b.id

/** An id names one send of the account, for ever. */
export function ofOtherChat(randomId: bigint, other: PeerKey, chat: PeerKey, cause?: unknown): TelegramError {
  return new TelegramError(
    'RANDOM_ID_OF_OTHER_CHAT',
    `randomId ${randomId} names a send to ${other.kind} ${other.id}, and was given for one to ${chat.kind} ${chat.id}, ` +
      'which was not sent: expected an id of its own for each chat',
    cause === undefined ? undefined : { cause },
  )
}
