/** From what a person types to a peer: everything that the client understands, and the titles of the account's chats. */
import { PeerError, type PeerLike, type Session, toMarkedId } from 'telegram-mt'
import { usageError } from '../errors.ts'

/** What can only be an id, a username, a phone number, a link, or oneself. */
const unmistakable = /^(@|\+|-?[0-9]+$|me$|self$|https?:\/\/|(www\.)?(t|telegram)\.(me|dog)\/)/i

/**
 * A title that one chat has names that chat; other words are taken for usernames.
 * @throws CliError if several chats have this title.
 */
export async function findChat(session: Session, name: string): Promise<PeerLike> {
  const wanted = name.trim()
  if (/^[0-9]{7,15}$/.test(wanted)) return await idOrPhone(session, wanted)
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

/** Digits alone are an id; a person may well mean a phone number by them. */
async function idOrPhone(session: Session, digits: string): Promise<PeerLike> {
  try {
    return await session.resolvePeer(digits)
  } catch (error) {
    if (!(error instanceof PeerError)) throw error
    throw usageError(
      `the account knows no user with the id ${digits}; a phone number is written with a plus: +${digits}`,
      error,
    )
  }
}
