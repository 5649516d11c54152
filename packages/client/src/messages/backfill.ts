/**
 * Fetching all that was ever said in a chat, in pieces that a program can save and go on from: after a restart it begins where
 * the cursor says. Accounts of one host take turns.
 */
import { TelegramError } from '../errors.ts'
import type { Host } from '../host/host.ts'
import type { PeerLike } from '../peers/directory.ts'
import { type PeerKey, toMarkedId } from '../peers/marked-id.ts'
import { keyOfInputPeer } from '../peers/peer-key.ts'
import type { SessionContext } from '../session/context.ts'
import { FairGate } from './fair-gate.ts'
import { historyPage } from './get-history.ts'
import type { AnyMessage } from './get-messages.ts'
import { messagePages } from './message-pages.ts'

/** Where a backfill is: plain JSON, to be kept by the program. */
export interface BackfillCursor {
  /** Messages older than this one are still to come; 0 before the first page. */
  before: number
  /** The newest message that a page has held: newer ones come as updates. */
  newest: number
  /** The chat's beginning, or `until`, was reached. */
  done: boolean
}

/** Options of `messages.backfill`. */
export interface BackfillOptions {
  /** From an earlier run; without it, from the newest message. */
  cursor?: BackfillCursor | undefined
  /** Go no further back than this message or date. */
  until?: number | Date | undefined
  /** Messages in a page: 1 to 100, default 100. */
  pageSize?: number | undefined
  signal?: AbortSignal | undefined
}

/** Some messages of a backfill, with where it is. */
export interface BackfillPage {
  chat: PeerKey
  /** The marked id. */
  chatId: number
  /** The newest first. */
  messages: AnyMessage[]
  /** Save this once the messages are dealt with. */
  cursor: BackfillCursor
}

/** Pages that all accounts of a host fetch at once. */
const AT_ONCE = 4

const gates = new WeakMap<Host, FairGate>()

/**
 * Walks back through a chat page by page, from the cursor on. The last page, with `cursor.done`, may be empty.
 *
 * ```ts
 * for await (const page of session.messages.backfill(chat, { cursor: saved })) {
 *   await store(page.messages, page.cursor)   // both, or neither
 * }
 * ```
 * @throws TelegramError `CURSOR_INVALID` if the cursor is not one.
 */
export async function* backfill(
  session: SessionContext,
  chat: PeerLike,
  options: BackfillOptions = {},
): AsyncGenerator<BackfillPage, void, undefined> {
  const start = options.cursor ?? { before: 0, newest: 0, done: false }
  if (![start.before, start.newest].every((id) => Number.isSafeInteger(id) && id >= 0)) {
    throw new TelegramError('CURSOR_INVALID', 'the cursor is none that a page of a backfill has brought')
  }
  if (start.done) return
  const gate = gateOf(session.host)
  const fetch = historyPage(session, chat, options.signal)
  const peer = keyOfInputPeer(await session.peers.resolve(chat), session.stored.userId)
  const place = { chat: peer, chatId: toMarkedId(peer) }
  let { before, newest } = start
  const pages = messagePages((request) => gate.take(session.stored.id, () => fetch(request)), {
    before: before === 0 ? undefined : before,
    after: options.until,
    pageSize: options.pageSize,
    signal: options.signal,
  })
  for await (const messages of pages) {
    before = messages.at(-1)?.id ?? before
    newest = Math.max(newest, messages[0]?.id ?? 0)
    yield { ...place, messages, cursor: { before, newest, done: false } }
  }
  yield { ...place, messages: [], cursor: { before, newest, done: true } }
}

function gateOf(host: Host): FairGate {
  let gate = gates.get(host)
  if (gate === undefined) {
    gate = new FairGate(AT_ONCE)
    gates.set(host, gate)
  }
  return gate
}
