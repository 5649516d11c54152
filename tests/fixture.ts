/** What tests of client and box together start from: a box, hosts that know it, and accounts that are signed in. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Box, type BoxOptions, createUser, setPassword, startBox } from '@telegram-mt/box'
import {
  type IncomingMessage,
  type Session,
  SignUpNeededError,
  Telegram,
  type TelegramOptions,
} from 'telegram-mt'
import { afterEach } from 'vitest'

const cleanups: (() => unknown)[] = []

/** Runs after the test, latest first. */
export function later(cleanup: () => unknown): void {
  cleanups.push(cleanup)
}

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** Methods that the box has answered, in order, as `method` or `method 400 ERROR`. */
export const calls = new WeakMap<Box, string[]>()

export async function newBox(options: BoxOptions = {}): Promise<Box> {
  const log: string[] = []
  const box = await startBox({
    ...options,
    onCall: (report) => {
      log.push(report.error === undefined ? report.method : `${report.method} ${report.error}`)
      options.onCall?.(report)
    },
  })
  calls.set(box, log)
  later(() => box.close())
  return box
}

export const dcsOf = ({ dcs, cdn }: Box) => [
  ...dcs.map(({ id, host, port }) => ({ id, addresses: [{ host, port }] })),
  ...(cdn ? [{ id: cdn.id, addresses: [{ host: cdn.host, port: cdn.port, cdn: true }] }] : []),
]

export function newHost(box: Box, options: Partial<TelegramOptions> = {}): Telegram {
  const telegram = new Telegram({
    apiId: 1,
    apiHash: 'test',
    dcs: dcsOf(box),
    publicKeys: [box.publicKey],
    printMessages: false,
    connectLimit: { count: 1000, within: 1000 },
    ...options,
  })
  later(() => telegram.close())
  return telegram
}

let numbers = 0
/** A test number of a datacenter that no other test of this file has used. */
export const newPhone = (dc: number): string => `99966${dc}${String(++numbers).padStart(4, '0')}`
export const codeOf = (phone: string): string => (phone[5] ?? '').repeat(5)

/** Signs in, or up under this name. */
export async function login(session: Session, phone: string, firstName: string): Promise<Session> {
  await session.sendCode(phone)
  try {
    await session.signIn(phone, codeOf(phone))
  } catch (error) {
    if (!(error instanceof SignUpNeededError)) throw error
    await session.signUp(phone, { firstName })
  }
  return session
}

/** A session with a new account on this datacenter, with a username made of its name. */
export async function account(telegram: Telegram, firstName: string, dc = 1): Promise<Session> {
  const session = await login(await telegram.connect({ dc }), newPhone(dc), firstName)
  await session.api.account.updateUsername({ username: `${firstName.toLowerCase()}_${numbers}x` })
  return session
}

/** The username that `account` gave. */
export async function usernameOf(session: Session): Promise<string> {
  const [me] = await session.api.users.getUsers({ id: [{ _: 'inputUserSelf' }] })
  return me?._ === 'user' ? `@${me.username}` : ''
}

/** An account in the world with a password, made without signing in. */
export async function protectedAccount(
  box: Box,
  dc: number,
  firstName: string,
  password: string,
): Promise<string> {
  const phone = newPhone(dc)
  await setPassword(box.world, createUser(box.world, { phone, dc, firstName }), password)
  return phone
}

/** Collects a session's messages, and gives those that are awaited as soon as they are there. */
export class Inbox {
  readonly session: Session
  readonly messages: IncomingMessage[] = []
  #waiters: { wants: (message: IncomingMessage) => boolean; found: (message: IncomingMessage) => void }[] = []

  constructor(session: Session) {
    this.session = session
    session.onMessage((message) => this.add(message))
  }

  add(message: IncomingMessage): void {
    this.messages.push(message)
    this.#waiters = this.#waiters.filter(({ wants, found }) => {
      if (!wants(message)) return true
      found(message)
      return false
    })
  }

  /** The first message with this text, so far or from now on; the test's own time limit bounds the wait. */
  text(text: string): Promise<IncomingMessage> {
    const known = this.messages.find((message) => message.text === text)
    if (known !== undefined) return Promise.resolve(known)
    return new Promise((found) => this.#waiters.push({ wants: (message) => message.text === text, found }))
  }

  get texts(): string[] {
    return this.messages.map(({ text }) => text)
  }
}

/** Resolves when the event comes that fits. */
export function event<T>(
  subscribe: (listener: (value: T) => void) => void,
  fits: (value: T) => boolean = () => true,
): Promise<T> {
  return new Promise((resolve) =>
    subscribe((value) => {
      if (fits(value)) resolve(value)
    }),
  )
}

/** A folder that is gone after the test. */
export function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'telegram-mt-'))
  later(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}
