/** What the Tab key offers: commands, their options, sessions, datacenters, and the chats and contacts of the current account. */
import { readdir } from 'node:fs/promises'
import type { Session } from 'telegram-mt'
import type { Accounts } from '../accounts/accounts.ts'
import { labelOf } from '../accounts/session-names.ts'
import { commands } from '../commands/all.ts'
import type { Command, Completes } from '../run/command.ts'
import { printableLine } from '../terminal/printable.ts'
import { chatCommands } from './chat-words.ts'
import { findCommand, splitWords, takesValue } from './words.ts'

/** How long the names of an account's chats are good for, milliseconds. */
const FRESH = 60_000

export class Completion {
  readonly #accounts: Accounts
  readonly #names = new Map<string, { at: number; names: Promise<string[]> }>()

  constructor(accounts: Accounts) {
    this.#accounts = accounts
  }

  /** Candidates for the word at the end of the text, and the part of the text that they replace. */
  async complete(text: string): Promise<[candidates: string[], part: string]> {
    const { before, part } = lastWord(text)
    const candidates = await this.#candidates(before, part)
    const wanted = bare(part).toLowerCase()
    return [
      candidates.filter((candidate) => bare(candidate).toLowerCase().startsWith(wanted)).map(spaced),
      part,
    ]
  }

  /** In an open chat, where a text is only a command if it begins with /. */
  async completeInChat(text: string): Promise<[candidates: string[], part: string]> {
    if (!text.startsWith('/') || text.startsWith('//')) return [[], text]
    const [, name = '', rest] = /^\/(\S*)(?:\s+(.*))?$/.exec(text) ?? []
    if (rest === undefined) {
      const names = [...new Set([...chatCommands, ...commandNames()])].sort()
      return [names.filter((known) => known.startsWith(name)).map((known) => `/${known} `), text]
    }
    if (name !== 'file' && name !== 'save') return await this.complete(text.slice(1))
    const { part } = lastWord(rest)
    return [(await paths(part)).map(spaced), part]
  }

  async #candidates(before: readonly string[], part: string): Promise<string[]> {
    const [name] = before
    if (name === undefined) return commandNames()
    if (name === 'help') return before.length === 1 ? commandNames() : []
    const command = findCommand(name)
    if (command === undefined) return []
    const previous = before.at(-1)
    if (previous === '--session' || previous === '-s') return this.#sessions()
    if (part.startsWith('-')) return optionNames(command)
    const { operands, session } = wordsBefore(command, before.slice(1))
    const known = command.arguments ?? []
    const argument = known[operands] ?? (known.at(-1)?.name.includes('...') ? known.at(-1) : undefined)
    return argument?.completes === undefined ? [] : await this.#values(argument.completes, session, part)
  }

  async #values(kind: Completes, session: string | undefined, part: string): Promise<string[]> {
    switch (kind) {
      case 'command':
        return commandNames()
      case 'session':
        return this.#sessions()
      case 'dc':
        return this.#accounts.telegram.dcs.getAll().map(({ id }) => String(id))
      case 'chat':
        return await this.#chats(session)
      case 'file':
        return await paths(part)
    }
  }

  #sessions(): string[] {
    return [...new Set(this.#accounts.sessions().flatMap((session) => [labelOf(session), session.id]))]
  }

  async #chats(name: string | undefined): Promise<string[]> {
    const session = name === undefined ? this.#accounts.current : this.#accounts.find(name)
    if (session?.state.name !== 'online') return []
    const known = this.#names.get(session.id)
    if (known !== undefined && known.at + FRESH > Date.now()) return await known.names
    const names = chatNames(session)
    this.#names.set(session.id, { at: Date.now(), names })
    names.catch(() => this.#names.delete(session.id))
    return await names
  }
}

async function chatNames(session: Session): Promise<string[]> {
  const [chats, contacts] = await Promise.all([session.getChats({ limit: 200 }), session.getContacts()])
  const usernames = contacts.flatMap(({ username }) => (username ? [`@${username}`] : []))
  return [...new Set([...usernames, ...chats.map(({ title }) => quoted(printableLine(title))), 'me'])]
}

function lastWord(text: string): { before: string[]; part: string } {
  const words = splitWords(text)
  const last = words.at(-1)
  // A quote that is still open belongs to the word being typed.
  const open = /(^|[ \t])(["'])(?:(?!\2).)*$/.exec(text)
  if (open !== null && !(last?.quoted && last.end === text.length)) {
    const start = open.index + (open[1] ?? '').length
    return { before: splitWords(text.slice(0, start)).map((word) => word.text), part: text.slice(start) }
  }
  if (last === undefined || last.end < text.length)
    return { before: words.map((word) => word.text), part: '' }
  return { before: words.slice(0, -1).map((word) => word.text), part: text.slice(last.start) }
}

/** How many arguments stand there already, and for which session the command is. */
function wordsBefore(
  command: Command,
  words: readonly string[],
): { operands: number; session: string | undefined } {
  let operands = 0
  let session: string | undefined
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? ''
    if (!/^--?[a-z]/i.test(word)) operands++
    else if (takesValue(command, word)) {
      i++
      if (word === '--session' || word === '-s') session = words[i]
    }
  }
  return { operands, session }
}

const commandNames = (): string[] =>
  ['help', ...commands.filter(({ only }) => only !== 'shell').map(({ name }) => name)].sort()

const optionNames = ({ options = [] }: Command): string[] =>
  [...options.flatMap(({ flags }) => /--[a-z-]+/.exec(flags)?.[0] ?? []), '--session'].sort()

const quoted = (name: string): string =>
  /[\s"']/.test(name) || name === '' ? `"${name.replace(/["\\]/g, '\\$&')}"` : name

const bare = (word: string): string => word.replace(/^["']/, '')

/** The cursor goes on to the next word, unless there is more to come of this one. */
const spaced = (candidate: string): string => (candidate.endsWith('/') ? candidate : `${candidate} `)

/** Files and folders whose path begins like this. */
async function paths(part: string): Promise<string[]> {
  const typed = bare(part)
  const folder = typed.slice(0, typed.lastIndexOf('/') + 1)
  const entries = await readdir(folder || '.', { withFileTypes: true }).catch(() => [])
  const begin = typed.slice(folder.length)
  return entries
    .filter(({ name }) => name.startsWith(begin) && (begin !== '' || !name.startsWith('.')))
    .map((entry) => (entry.isDirectory() ? `${folder}${entry.name}/` : quoted(`${folder}${entry.name}`)))
    .sort()
}
