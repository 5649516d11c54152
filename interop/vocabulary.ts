/** What every client of the tests can be asked to do, and what it tells by itself: the same words for all of them. */

export type ClientName = 'gramjs' | 'teleproto' | 'mtcute' | 'telegram-mt'

/** An entity by its TL name, offset and length in UTF-16 code units. */
export interface SeenEntity {
  type: string
  offset: number
  length: number
  url?: string
  language?: string
}

/** A message as a client has it. Chats are marked ids: users positive, groups −id, channels −100… */
export interface SeenMessage {
  id: number
  chat: number
  out: boolean
  text: string
  entities: SeenEntity[]
  replyTo: number | null
  edited: boolean
  /** The emoji that it has as reactions. */
  reactions: string[]
  /** Whether it was written elsewhere before. */
  forwarded: boolean
  /** Shared by the messages of an album. */
  album: string | null
  file?: { size: number; dc: number }
  /** Largest size, pixels. */
  photo?: { width: number; height: number; dc: number }
}

export interface SeenPoll {
  question: string
  answers: { text: string; voters: number }[]
}

export interface Network {
  dcs: readonly { id: number; host: string; port: number }[]
  publicKey: { pem: string; n: string; e: number; fingerprint: string }
}

/** How a client gets in. It first connects to the first of the datacenters. */
export interface Admission extends Network {
  phone: string
  code: string
  /** The account's second factor. */
  password?: string | undefined
  /** To sign up with. */
  firstName?: string | undefined
  pfs?: boolean
  proxy?: { host: string; port: number; secret: string }
}

interface Of<Asked, Given> {
  asked: Asked
  given: Given
}

export interface Requests {
  start: Of<Admission & { username?: string }, { userId: number }>
  /** Signs in to another account, sends somebody a message from it, and leaves. */
  visit: Of<Admission & { to: string; text: string }, { userId: number }>
  /** The same by a QR code: told as a `qr` that another device has to scan. */
  visitByQr: Of<Network & { password?: string | undefined; to: string; text: string }, { userId: number }>
  scanQr: Of<{ url: string }, void>
  dialogs: Of<object, { id: number; title: string; unread: number }[]>
  contacts: Of<object, { id: number; phone: string; firstName: string }[]>
  addContact: Of<{ phone: string; firstName: string }, number[]>
  send: Of<{ to: string | number; html: string; replyTo?: number }, SeenMessage>
  /** Newest first; `before`: only older than this message. */
  history: Of<{ with: string | number; limit?: number; before?: number }, SeenMessage[]>
  edit: Of<{ with: string | number; id: number; html: string }, void>
  /** For all. */
  remove: Of<{ with: string | number; ids: number[] }, void>
  react: Of<{ with: string | number; id: number; emoji: string }, void>
  read: Of<{ with: string | number }, void>
  typing: Of<{ with: string | number }, void>
  forward: Of<{ from: string | number; ids: number[]; to: string | number }, void>
  pin: Of<{ with: string | number; id: number }, void>
  /** Ids of the messages that are pinned. */
  pinned: Of<{ with: string | number }, number[]>
  search: Of<{ with: string | number; query: string }, SeenMessage[]>
  sendPoll: Of<{ to: string | number; question: string; answers: string[] }, SeenMessage>
  vote: Of<{ with: string | number; id: number; choice: number }, void>
  poll: Of<{ with: string | number; id: number }, SeenPoll>
  /** Signs in as a bot as well, which answers /start with buttons, and each button with what it says. */
  runBot: Of<Network & { token: string; buttons: string[] }, void>
  /** Presses the button of this text: what the bot answers. */
  press: Of<{ with: string | number; id: number; text: string }, { answer: string }>
  createGroup: Of<{ title: string; members: string[] }, { chat: number }>
  createSupergroup: Of<{ title: string; about?: string }, { chat: number }>
  createChannel: Of<{ title: string; username: string }, { chat: number }>
  inviteLink: Of<{ chat: number }, { link: string }>
  joinByLink: Of<{ link: string }, void>
  joinByName: Of<{ username: string }, void>
  leave: Of<{ chat: number }, void>
  /** User ids. */
  members: Of<{ chat: number }, number[]>
  /** Lets them change the chat's title and the like. */
  promote: Of<{ chat: number; username: string }, void>
  ban: Of<{ chat: number; username: string }, void>
  setTitle: Of<{ chat: number; title: string }, void>
  /** What is said about the chat, and how many are in it. */
  fullChat: Of<{ chat: number }, { about: string; members: number }>
  /** About oneself. */
  setAbout: Of<{ about: string }, void>
  fullUser: Of<{ username: string }, { about: string }>
  sendFile: Of<{ to: string | number; path: string; caption: string }, SeenMessage>
  sendPhoto: Of<{ to: string | number; path: string; caption: string }, SeenMessage>
  /** Photos, the first with the caption. */
  sendAlbum: Of<{ to: string | number; paths: string[]; caption: string }, void>
  /** `from`: the datacenter to ask first, if not the one that has the file. */
  download: Of<{ with: string | number; id: number; from?: number }, { size: number; sha256: string }>
}

export interface Happenings {
  message: SeenMessage
  edited: SeenMessage
  deleted: { ids: number[] }
  /** All reactions of a message, as they are now. */
  reactions: { id: number; reactions: string[] }
  /** The other side has read what this account wrote. */
  read: { chat: number; upTo: number }
  typing: { chat: number }
  /** A login code to be shown: `tg://login?token=…`. */
  qr: { url: string }
}

export type Ask = <R extends keyof Requests>(
  what: R,
  details: Requests[R]['asked'],
) => Promise<Requests[R]['given']>
