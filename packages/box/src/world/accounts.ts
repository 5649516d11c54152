/** Users: making them, finding them, their names. */
import { isChannel, type MarkedId } from './marked-id.ts'
import type { Account } from './state-account.ts'
import type { World } from './world.ts'
import { WorldError } from './world-error.ts'

/** An account to be made. */
export interface NewUser {
  /** Digits, with or without plus and spaces. */
  phone: string
  firstName: string
  lastName?: string | undefined
  username?: string | undefined
  about?: string | undefined
  /** The home datacenter, 1 to 5; a test number's own by default, else 2. */
  dc?: number | undefined
}

/** Telegram's own five. */
export const DC_COUNT = 5

/** The digits of a phone number, or undefined if it cannot be one. */
export function phoneDigits(phone: string): string | undefined {
  const digits = phone.replace(/[\s()+-]/g, '')
  return /^\d{7,15}$/.test(digits) ? digits : undefined
}

/** 99966XYYYY is a test number of datacenter X: returns X (which may be none of the five), else undefined. */
export function testNumberDc(digits: string): number | undefined {
  const match = /^99966(\d)\d{4}$/.exec(digits)
  return match ? Number(match[1]) : undefined
}

/** Usernames as Telegram takes them: 5 to 32 of a–z, 0–9 and _, starting with a letter. The box takes short ones too. */
export function isUsername(name: string): boolean {
  return /^[a-zA-Z][a-zA-Z0-9_]{3,31}$/.test(name) && !name.endsWith('_') && !name.includes('__')
}

/** @throws WorldError if the phone number, name or username cannot be had */
export function createUser(world: World, user: NewUser): Account {
  const phone = phoneDigits(user.phone)
  if (!phone) throw new WorldError('WORLD_PHONE_INVALID', 'a phone number has 7 to 15 digits')
  if (world.phones.has(phone)) throw new WorldError('WORLD_PHONE_TAKEN', 'another user has this phone number')
  const dc = user.dc ?? testNumberDc(phone) ?? 2
  if (!Number.isInteger(dc) || dc < 1 || dc > DC_COUNT) {
    throw new WorldError('WORLD_DC_INVALID', `a home datacenter is 1 to ${DC_COUNT}, got ${dc}`)
  }
  const created = newAccount(world, phone, dc)
  created.firstName = user.firstName
  created.lastName = user.lastName ?? ''
  created.about = user.about ?? ''
  if (user.username !== undefined) takeUsername(world, created, user.username)
  world.state.users.set(created.id, created)
  world.phones.set(phone, created)
  becomeContactOfThoseWhoWait(world, created)
  return created
}

/** A bot to be made. */
export interface NewBot {
  firstName: string
  username: string
  /** `<id>:<secret>`; made if absent. */
  token?: string | undefined
  about?: string | undefined
  /** Takes inline queries; this is what the input field says then. */
  inlinePlaceholder?: string | undefined
  dc?: number | undefined
}

/** @throws WorldError if the username cannot be had */
export function createBot(world: World, bot: NewBot): Account {
  const created = newAccount(world, '', bot.dc ?? 2)
  const secret = Buffer.from(world.random(24)).toString('base64url')
  created.firstName = bot.firstName
  created.about = bot.about ?? ''
  created.bot = {
    token: bot.token ?? `${created.id}:${secret}`,
    description: bot.about ?? '',
    commands: [],
    inlinePlaceholder: bot.inlinePlaceholder,
  }
  takeUsername(world, created, bot.username)
  world.state.users.set(created.id, created)
  return created
}

/** Whoever has imported this number before it was anybody's now has a contact. */
export function becomeContactOfThoseWhoWait(world: World, user: Account): void {
  for (const other of world.state.users.values()) {
    const name = other.savedPhones.get(user.phone)
    if (!name) continue
    other.savedPhones.delete(user.phone)
    other.contacts.set(user.id, { ...name, phone: user.phone })
  }
}

function newAccount(world: World, phone: string, dc: number): Account {
  return {
    id: world.state.nextUserId++,
    phone,
    dc,
    firstName: '',
    lastName: '',
    about: '',
    created: world.seconds(),
    photos: [],
    contacts: new Map(),
    savedPhones: new Map(),
    blocked: new Map(),
    seen: world.seconds(),
    privacy: new Map(),
    folders: [],
    notify: new Map(),
    // A fresh account on Telegram starts at 1, and 0 is what clients send for "never asked".
    pts: 1,
    qts: 0,
    seq: 0,
    log: [],
    logStart: 1,
    nextMessageId: 1,
    box: new Map(),
    dialogs: new Map(),
    sent: new Map(),
    scheduled: new Map(),
    nextScheduledId: 1,
  }
}

/** @throws WorldError WORLD_USERNAME_INVALID, WORLD_USERNAME_TAKEN */
export function takeUsername(world: World, user: Account, username: string): void {
  if (username && !isUsername(username)) {
    throw new WorldError('WORLD_USERNAME_INVALID', 'a username has 4 to 32 letters, digits and underscores')
  }
  if (username && (world.usernames.get(username.toLowerCase()) ?? user.id) !== user.id) {
    throw new WorldError('WORLD_USERNAME_TAKEN', `the username ${username} belongs to somebody else`)
  }
  if (user.username) world.usernames.delete(user.username.toLowerCase())
  user.username = username || undefined
  if (username) world.usernames.set(username.toLowerCase(), user.id)
}

export function findByUsername(world: World, username: string): MarkedId | undefined {
  return world.usernames.get(username.replace(/^@/, '').toLowerCase())
}

export function isChannelUsername(world: World, username: string): boolean {
  const found = findByUsername(world, username)
  return found !== undefined && isChannel(found)
}

/** Everyone who shall know at once that this user came online or changed name: contacts and those in private dialogs. */
export function acquaintances(world: World, user: Account): Account[] {
  const ids = new Set<number>()
  for (const peer of user.dialogs.keys()) if (peer > 0) ids.add(peer)
  for (const other of world.state.users.values()) if (other.contacts.has(user.id)) ids.add(other.id)
  ids.delete(user.id)
  return [...ids].flatMap((id) => world.user(id) ?? [])
}
