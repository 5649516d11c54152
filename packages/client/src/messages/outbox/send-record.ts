/** A send as it is stored, and what Telegram's answer says of the messages that came of it. */
import { TelegramError } from '../../errors.ts'
import type { tl } from '../../layer.ts'
import type { OutboxRecord } from '../../storage/records.ts'
import { decodeValue, encodeValue } from '../../storage/value-codec.ts'
import type { PendingSend } from './pending-send.ts'
import { isSendCall, randomIdsOf, type SendCall } from './send-call.ts'

/** Throws for a call that cannot be stored. */
export function recordOf({ randomId, chat, call, order, createdAt }: PendingSend): OutboxRecord {
  return { randomId, peer: chat, call: encodeValue(call), state: 'pending', order, attempts: 0, createdAt }
}

/** @throws TelegramError `VALUE_INVALID`, `SEND_UNREADABLE` */
export function callIn({ call: bytes }: OutboxRecord): SendCall {
  const call = decodeValue(bytes)
  if (isSendCall(call)) return call
  throw new TelegramError('SEND_UNREADABLE', 'an entry of the outbox holds no send that is known here')
}

/** "updateMessageID": which message came of which random id. */
export function messageIds(call: SendCall, answer: tl.Updates): number[] {
  if (answer._ === 'updateShortSentMessage') return [answer.id]
  if (answer._ !== 'updates' && answer._ !== 'updatesCombined') return []
  const ids = new Map<bigint, number>()
  for (const update of answer.updates) if (update._ === 'updateMessageID') ids.set(update.randomId, update.id)
  return randomIdsOf(call).flatMap((randomId) => ids.get(randomId) ?? [])
}
