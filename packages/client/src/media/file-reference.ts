/** "file references expire": what to do about a file that Telegram does not give under an old one (https://core.telegram.org/api/file_reference). */
import type { tl } from '../layer.ts'
import { fetchMessages } from '../messages/get-messages.ts'
import { RpcError } from '../rpc/rpc-error.ts'
import type { SessionContext } from '../session/context.ts'

const STALE = new Set(['FILE_REFERENCE_EXPIRED', 'FILE_REFERENCE_INVALID', 'FILE_REFERENCE_EMPTY'])

/** Also `FILE_REFERENCE_%d_EXPIRED`, which says which of several files is meant. */
export const isStaleReference = (error: unknown): error is RpcError =>
  error instanceof RpcError && (STALE.has(error.pattern) || error.pattern.startsWith('FILE_REFERENCE_%d_'))

/** The message as it is now, with new references to its files; undefined if it is gone. */
export async function refetch(
  session: SessionContext,
  message: tl.message | tl.messageService,
): Promise<tl.message | tl.messageService | undefined> {
  const [now] = await fetchMessages(session, message.peerId, [{ _: 'inputMessageID', id: message.id }])
  return now
}
