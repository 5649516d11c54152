/**
 * Takeout: a session of its own kind for fetching all that an account has, with milder limits
 * (https://core.telegram.org/api/takeout). Telegram may want the account's owner to agree first, or a day to pass.
 */

import { Chats } from '../chats/chats.ts'
import { Contacts } from '../contacts/contacts.ts'
import { type Call, encodeCall, type Method, type Result } from '../layer.ts'
import { Media } from '../media/media.ts'
import { Messages } from '../messages/messages.ts'
import type { Invoke } from '../rpc/invoke.ts'
import type { SessionContext } from '../session/context.ts'

/** What is to be exported. */
export interface TakeoutOptions {
  contacts?: boolean | undefined
  privateChats?: boolean | undefined
  groups?: boolean | undefined
  supergroups?: boolean | undefined
  channels?: boolean | undefined
  /** Files of up to so many bytes. */
  files?: number | undefined
}

/** The account through a takeout: every call goes under it. */
export interface Takeout {
  readonly id: bigint
  readonly messages: Messages
  readonly chats: Chats
  readonly contacts: Contacts
  readonly media: Media
  readonly invoke: Invoke
}

/**
 * Does the work under a takeout, and ends it: as a success if the work has succeeded.
 *
 * ```ts
 * await session.account.takeout({ privateChats: true }, async (takeout) => {
 *   for await (const page of takeout.messages.backfill(chat)) await store(page)
 * })
 * ```
 * @throws FloodWaitError `TAKEOUT_INIT_DELAY_%d`: try again after so many seconds; whatever the work throws.
 */
export async function takeout<T>(
  session: SessionContext,
  options: TakeoutOptions,
  work: (takeout: Takeout) => Promise<T>,
): Promise<T> {
  const { id } = await session.invoke({
    _: 'account.initTakeoutSession',
    contacts: options.contacts,
    messageUsers: options.privateChats,
    messageChats: options.groups,
    messageMegagroups: options.supergroups,
    messageChannels: options.channels,
    files: options.files === undefined ? undefined : true,
    fileMaxSize: options.files,
  })
  const under = throughTakeout(session, id)
  let success = false
  try {
    const result = await work({
      id,
      messages: new Messages(under),
      chats: new Chats(under),
      contacts: new Contacts(under),
      media: new Media(under),
      invoke: under.invoke,
    })
    success = true
    return result
  } finally {
    await under.invoke({ _: 'account.finishTakeoutSession', success: success || undefined })
  }
}

/** The same session, every call wrapped: "invokeWithTakeout … for all methods". */
function throughTakeout(session: SessionContext, takeoutId: bigint): SessionContext {
  const { host, stored, peers, outbox } = session
  const invoke: Invoke = async <M extends Method>(call: Call<M>, options?: Parameters<Invoke>[1]) => {
    const query = encodeCall(call)
    // The answer is read as whatever it says it is: that of the call inside.
    const answer = await session.invoke({ _: 'invokeWithTakeout', takeoutId, query }, options)
    return answer as Result<M>
  }
  return {
    host,
    stored,
    peers,
    outbox,
    invoke,
    requireUsable: (method) => session.requireUsable(method),
    signedIn: (user) => session.signedIn(user),
    signedOut: () => session.signedOut(),
    onLoginToken: (listener) => session.onLoginToken(listener),
    moveTo: (dc) => session.moveTo(dc),
  }
}
