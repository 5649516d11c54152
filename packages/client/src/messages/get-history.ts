/** Reading what was said in a chat. */
import type { tl } from '../layer.ts'
import type { PeerLike } from '../peers/directory.ts'
import type { SessionContext } from '../session/context.ts'

export interface GetHistoryOptions {
  /** At most so many; default 50. */
  limit?: number | undefined
  /** Only messages older than this one. */
  before?: number | undefined
  /** Only messages newer than this one. */
  after?: number | undefined
}

/** "limit … at most 100" per call. */
const PAGE = 100

/** Messages of a chat, newest first (https://core.telegram.org/api/offsets). */
export async function getHistory(
  session: SessionContext,
  chat: PeerLike,
  options: GetHistoryOptions = {},
): Promise<(tl.message | tl.messageService)[]> {
  const peer = await session.peers.resolve(chat)
  const wanted = options.limit ?? 50
  const found: (tl.message | tl.messageService)[] = []
  let offsetId = options.before ?? 0
  while (found.length < wanted) {
    const answer = await session.invoke({
      _: 'messages.getHistory',
      peer,
      offsetId,
      offsetDate: 0,
      addOffset: 0,
      limit: Math.min(PAGE, wanted - found.length),
      maxId: 0,
      minId: options.after ?? 0,
      hash: 0n,
    })
    if (answer._ === 'messages.messagesNotModified') break
    const page = answer.messages.filter((message) => message._ !== 'messageEmpty')
    found.push(...page)
    const oldest = answer.messages.at(-1)
    if (oldest === undefined || answer._ === 'messages.messages' || oldest.id === offsetId) break
    offsetId = oldest.id
  }
  return found
}
