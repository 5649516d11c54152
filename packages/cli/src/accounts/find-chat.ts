/** From what a person types to a peer: everything that the client understands, and the titles of the account's chats. */
import { type PeerLike, type Session, toMarkedId } from 'telegram-mt'
import { usageError } from '../errors.ts'

/** What can only be an id, a username, a phone number, a link, or oneself. */
const unmistakable = /^(@|\+|-?[0-9]+$|me$|self$|https?:\/\/|(www\.)?(t|telegram)\.(me|dog)\/)/i

/**
 * A title that one chat has names that chat; other words are taken for usernames.
 * @throws CliError if several chats have this title.
 */
export async function findChat(session: Session, name: string): Promise<PeerLike> {
  const wanted = name.trim()
  if (unmistakable.test(wanted)) return wanted
  const title = wanted.toLowerCase()
  const chats = (await session.getChats({ limit: 500 })).filter(
    (chat) => chat.title.trim().toLowerCase() === title,
  )
  const [first, second] = chats
  if (first === undefined) return wanted
  if (second !== undefined) {
    const ids = chats.map(({ peer }) => toMarkedId(peer)).join(', ')
    throw usageError(`${chats.length} chats are called '${name}': name one by its id (${ids})`)
  }
  return first.peer
}
