/** An account of the demo: shows every update as it comes, and keeps the messages, so that a step can wait for one. */
import type { IncomingMessage, Session, Update } from 'telegram-mt'
import { show } from './transcript.ts'

export class Account {
  readonly name: string
  readonly session: Session
  /** Everything that others wrote, in the order in which it came. */
  readonly received: IncomingMessage[] = []
  readonly #waiting = new Set<() => void>()
  readonly #seen = new Set<string>()

  constructor(name: string, session: Session) {
    this.name = name
    this.session = session
    session.onUpdate((update) => {
      // An update that comes again has the same id. Messages do so after a crash only, and none happens here.
      if (this.#seen.has(update.id)) return
      this.#seen.add(update.id)
      show(name, `« ${describe(update)}`)
    })
    session.onMessage((message) => {
      if (message.out || message.text === '') return
      this.received.push(message)
      for (const look of this.#waiting) look()
    })
  }

  get texts(): string[] {
    return this.received.map(({ text }) => text)
  }

  /** Resolves with the message as soon as it has been received. */
  async message(text: string): Promise<IncomingMessage> {
    return await this.#until(() => this.received.find((message) => message.text === text))
  }

  /** Resolves when so many messages have been received. */
  async messages(count: number): Promise<void> {
    await this.#until(() => this.received.length >= count || undefined)
  }

  #until<T>(find: () => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const look = () => {
        const found = find()
        if (found === undefined) return
        this.#waiting.delete(look)
        resolve(found)
      }
      this.#waiting.add(look)
      look()
    })
  }
}

function describe(update: Update): string {
  if (update.type !== 'update') return update.type
  const { update: what, users, chats } = update
  if (what._ !== 'updateNewMessage' || what.message._ === 'messageEmpty') return what._
  const { message } = what
  const { peerId } = message
  // In a private chat the other one is the sender, and is not named twice.
  const from = message.fromId ?? peerId
  const user = from._ === 'peerUser' ? users.find(({ id }) => id === from.userId) : undefined
  const sender = message.out ? 'sent' : user?._ === 'user' ? user.firstName : 'somebody'
  const chat = peerId._ === 'peerChat' ? chats.find(({ id }) => id === peerId.chatId) : undefined
  const where = chat !== undefined && 'title' in chat ? ` in ${chat.title}` : ''
  const text = message._ === 'message' ? message.message : `(${message.action._})`
  return `${what._}  ${sender}${where}: ${text}`
}
