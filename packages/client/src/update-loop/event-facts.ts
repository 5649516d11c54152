/** What has to be remembered of earlier messages to tell what an update means. */
import type { PeerKey } from '../peers/marked-id.ts'
import type { EventLookup } from '../updates/events.ts'

export interface EventFacts {
  /** The chats of deleted messages: Telegram does not say them for private chats and basic groups. */
  readonly chats?: ReadonlyMap<number, PeerKey> | undefined
  /** Digest of an edited message as it was before. */
  readonly content?: string | undefined
}

export const NO_FACTS: EventFacts = {}

export function lookupOf({ chats, content }: EventFacts, selfId: number | undefined): EventLookup {
  return { selfId, chatOf: (messageId) => chats?.get(messageId), contentOf: () => content }
}
