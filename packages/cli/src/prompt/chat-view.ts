/**
 * An open chat of one account: the messages seen so far, and which of them are on the screen. Older ones are fetched as the
 * view is scrolled to them.
 */
import stringWidth from 'string-width'
import { type AnyMessage, type ChatEvent, type IncomingMessage, type Session, toMarkedId } from 'telegram-mt'
import { chatLine } from '../accounts/chat-line.ts'
import { chatPage, senderOf } from '../accounts/chat-page.ts'
import { printableLine } from '../terminal/printable.ts'

export interface ChatScreen {
  /** Above the line being typed. */
  print(text: string): void
  /** In place of everything on the screen. */
  page(text: string): void
  columns(): number
  rows(): number
}

/** Messages shown as a chat is opened, and at least fetched at once. */
const FIRST = 20
const PAGE = 50
/** Rows that are not for messages: the line below them, and the one being typed, which may have wrapped. */
const OTHER_ROWS = 3

export class ChatView {
  readonly session: Session
  /** The marked id, as commands take it. */
  readonly id: number
  readonly title: string
  readonly #screen: ChatScreen
  /** The oldest first. */
  #messages: AnyMessage[] = []
  readonly #names = new Map<number, string>()
  #isComplete = false
  /** The number of messages above the lower edge of the screen; undefined: at the end, where new ones come. */
  #end: number | undefined
  #unseen = 0

  constructor(session: Session, chat: { id: number; title: string }, screen: ChatScreen) {
    this.session = session
    this.id = chat.id
    this.title = chat.title
    this.#screen = screen
  }

  /** Shows the newest messages. */
  async open(signal: AbortSignal): Promise<void> {
    await this.#fetch(FIRST, signal)
    const lines = this.#messages.map((message) => this.#line(message))
    this.#screen.print(
      [
        `── ${printableLine(this.title)} ── /help lists what can be done here, /back leaves ──`,
        ...lines,
      ].join('\n'),
    )
    this.#markRead()
  }

  /** @returns whether the message is of this chat, and was shown. */
  take({ chatId, message, senderName }: IncomingMessage, isOpen: boolean): boolean {
    if (chatId !== this.id) return false
    if (senderName !== undefined) this.#names.set(senderOf(this.session, message), senderName)
    this.#add(message)
    if (!isOpen) return false
    if (this.#end === undefined) {
      this.#screen.print(this.#line(message))
      this.#markRead()
    } else {
      this.#unseen++
      this.#screen.print(`(${this.#unseen} new below: Enter shows them)`)
    }
    return true
  }

  /** What was sent from here: it stands on the screen as it was typed, and is known from now on. */
  sent({ chatId, message }: IncomingMessage): void {
    if (chatId === this.id) this.#add(message)
  }

  /** What happened to messages of this chat. */
  hear(event: ChatEvent, isOpen: boolean): void {
    if (!('chat' in event) || event.chat === undefined) {
      if (event.type === 'deleted') this.#removed(event.messageIds, isOpen)
      return
    }
    if (toMarkedId(event.chat) !== this.id) return
    if (event.type === 'deleted') this.#removed(event.messageIds, isOpen)
    else if (event.type === 'edited') this.#changed(event.message, isOpen)
    else if (event.type === 'reactions') {
      const message = this.#messages.find(({ id }) => id === event.messageId)
      if (message?._ === 'message') this.#changed({ ...message, reactions: event.reactions }, isOpen)
    }
  }

  async scroll(to: 'older' | 'newer' | 'newest', signal: AbortSignal): Promise<void> {
    if (to === 'newest' || (to === 'newer' && this.#end === undefined)) {
      this.#toNewest()
      return
    }
    const end = this.#end ?? this.#messages.length
    if (to === 'newer') {
      const next = this.#endOfScreenFrom(end)
      if (next >= this.#messages.length) this.#toNewest()
      else this.#showUpTo(next)
      return
    }
    let above = this.#startOfScreenTo(end)
    if (above === 0 && !this.#isComplete) above += await this.#fetch(PAGE, signal)
    // A screen of them, if there are so many.
    const first = this.#startOfScreenTo(above)
    if (first === 0 && !this.#isComplete) above += await this.#fetch(PAGE, signal)
    this.#showUpTo(Math.max(above, Math.min(this.#messages.length, this.#endOfScreenFrom(0))))
  }

  get isScrolled(): boolean {
    return this.#end !== undefined
  }

  #toNewest(): void {
    this.#end = undefined
    this.#unseen = 0
    this.#draw(this.#messages.length, `── ${printableLine(this.title)} ──`)
    this.#markRead()
  }

  #showUpTo(end: number): void {
    this.#end = end
    const below = this.#messages.length - end
    const atTop = this.#isComplete && this.#startOfScreenTo(end) === 0
    const parts = [
      atTop ? 'the beginning of the chat' : 'PageUp for older',
      below > 0 ? `${below} newer below` : '',
      'Enter for the newest',
    ]
    this.#draw(end, `── ${parts.filter(Boolean).join(' · ')} ──`)
  }

  #draw(end: number, below: string): void {
    const shown = this.#messages.slice(this.#startOfScreenTo(end), end).map((message) => this.#line(message))
    this.#screen.page([...shown, below].join('\n'))
  }

  /** The first of the messages that fill a screen down to this place: one at least, if there is one. */
  #startOfScreenTo(end: number): number {
    let rows = this.#rowsForMessages()
    let start = end
    while (start > 0) {
      rows -= this.#heightOf(this.#messages[start - 1])
      if (rows < 0 && start < end) break
      start--
    }
    return start
  }

  #endOfScreenFrom(start: number): number {
    let rows = this.#rowsForMessages()
    let end = start
    while (end < this.#messages.length) {
      rows -= this.#heightOf(this.#messages[end])
      if (rows < 0 && end > start) break
      end++
    }
    return end
  }

  #rowsForMessages(): number {
    return Math.max(1, this.#screen.rows() - OTHER_ROWS)
  }

  #heightOf(message: AnyMessage | undefined): number {
    if (message === undefined) return 0
    const columns = Math.max(1, this.#screen.columns())
    return this.#line(message)
      .split('\n')
      .reduce((rows, line) => rows + Math.max(1, Math.ceil(stringWidth(line) / columns)), 0)
  }

  #line(message: AnyMessage): string {
    return chatLine(this.session, message, this.#names)
  }

  /** Fetches messages older than those that are here. @returns how many came. */
  async #fetch(limit: number, signal: AbortSignal): Promise<number> {
    const page = await chatPage(this.session, this.id, { limit, before: this.#messages[0]?.id, signal })
    for (const [id, name] of page.names) this.#names.set(id, name)
    // A chat that gives less than was asked for has no more.
    if (page.messages.length < limit) this.#isComplete = true
    this.#messages.unshift(...page.messages)
    if (this.#end !== undefined) this.#end += page.messages.length
    return page.messages.length
  }

  #has(wanted: number): boolean {
    return this.#messages.some(({ id }) => id === wanted)
  }

  #add(message: AnyMessage): void {
    if (this.#has(message.id)) return
    this.#messages.push(message)
    this.#messages.sort((a, b) => a.id - b.id)
  }

  #changed(message: AnyMessage, isOpen: boolean): void {
    const at = this.#messages.findIndex(({ id }) => id === message.id)
    if (at < 0) return
    this.#messages[at] = message
    if (isOpen) this.#screen.print(this.#line(message))
  }

  #removed(ids: readonly number[], isOpen: boolean): void {
    const gone = ids.filter((id) => this.#has(id))
    if (gone.length === 0) return
    this.#messages = this.#messages.filter(({ id }) => !gone.includes(id))
    if (this.#end !== undefined) this.#end = Math.min(this.#end, this.#messages.length)
    if (isOpen) this.#screen.print(`(deleted: ${gone.map((id) => `#${id}`).join(', ')})`)
  }

  /** Whoever has the chat before their eyes has read it. That this is told is of no importance to what they do next. */
  #markRead(): void {
    this.session.messages.markRead(this.id).catch(() => {})
  }
}
