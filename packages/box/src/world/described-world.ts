/**
 * Worlds described by hand in JSON: who is there, which groups they have, what was said. People are named by
 * `@username` or phone number, groups and channels by their title.
 */
import { createBot, createUser, findByUsername, phoneDigits } from './accounts.ts'
import { postToChannel } from './channel-box.ts'
import { createChannel, joinChannel, setChannelUsername } from './channels.ts'
import { codeWay, requireWays } from './code-ways.ts'
import { createGroup } from './groups.ts'
import { postToChat, postToUser } from './message-box.ts'
import { flushOutbox } from './outbox.ts'
import { setPassword } from './passwords.ts'
import { flag, integer, list, type Of, oneOf, optional, record, type Shape, text } from './shape.ts'
import type { Chat } from './state.ts'
import type { Account } from './state-account.ts'
import type { Channel } from './state-channel.ts'
import { World } from './world.ts'
import { WorldError } from './world-error.ts'
import type { WorldOptions } from './world-options.ts'

/** A moment as ISO 8601 text (`2026-01-31T12:00:00Z`); seconds since the epoch in the world. */
const moment: Shape<number> = {
  encode: (value) => new Date(value * 1000).toISOString(),
  decode: (json, at) => {
    const ms = typeof json === 'string' ? Date.parse(json) : Number.NaN
    if (Number.isNaN(ms))
      throw new WorldError('WORLD_INVALID', 'expected a date such as 2026-01-31T12:00:00Z', at)
    return Math.floor(ms / 1000)
  },
}

const describedUser = record({
  phone: text,
  firstName: text,
  lastName: optional(text),
  username: optional(text),
  about: optional(text),
  dc: optional(integer),
  password: optional(text),
  passwordHint: optional(text),
  /** Login codes go there. */
  loginEmail: optional(text),
  /** Whom this user has in the address book. */
  contacts: optional(list(text)),
})

const describedGroup = record({ title: text, creator: text, members: list(text) })

const describedChannel = record({
  title: text,
  kind: oneOf('channel', 'supergroup', 'forum'),
  creator: text,
  members: optional(list(text)),
  username: optional(text),
  about: optional(text),
})

const describedBot = record({
  firstName: text,
  username: text,
  token: optional(text),
  about: optional(text),
  inlinePlaceholder: optional(text),
  dc: optional(integer),
})

const describedMessage = record({ from: text, to: text, text, date: optional(moment) })

/** How one logs in with a number, whether or not it has an account yet. */
const describedNumber = record({
  phone: text,
  codes: optional(list(codeWay)),
  requireEmail: optional(flag),
})

const describedWorld = record({
  users: list(describedUser),
  bots: optional(list(describedBot)),
  groups: optional(list(describedGroup)),
  channels: optional(list(describedChannel)),
  messages: optional(list(describedMessage)),
  numbers: optional(list(describedNumber)),
  /** What new accounts agree to by signing up. */
  terms: optional(text),
  /** Seconds for which a QR code can be scanned; then another is shown. Default 30. */
  qrSeconds: optional(integer),
})

/** What a world file holds, once read. */
export type DescribedWorld = Of<typeof describedWorld>

/**
 * Makes a world of a description. It was always so: there is nobody to be told of it.
 * @throws WorldError whose `at` says where in the description it is wrong: `groups[0].members[2]`
 */
export async function worldFromDescription(json: unknown, options: WorldOptions = {}): Promise<World> {
  const world = new World(options)
  await extendWorld(world, json)
  return world
}

/**
 * Adds what is described to a world. Whoever it concerns is told of it.
 * @throws WorldError as `worldFromDescription`; what stands before the mistake has been added.
 */
export async function extendWorld(world: World, json: unknown): Promise<void> {
  const described = describedWorld.decode(json, '')
  await addUsers(world, described.users)
  for (const [i, bot] of (described.bots ?? []).entries()) within(`bots[${i}]`, () => createBot(world, bot))
  const places: Places = new Map()
  addGroups(world, described.groups ?? [], places)
  addChannels(world, described.channels ?? [], places)
  addMessages(world, described.messages ?? [], places)
  addNumbers(world, described.numbers ?? [])
  world.state.terms = described.terms ?? world.state.terms
  world.state.qrSeconds = described.qrSeconds ?? world.state.qrSeconds
  flushOutbox(world)
}

async function addUsers(world: World, users: DescribedWorld['users']): Promise<void> {
  const made: Account[] = []
  for (const [i, user] of users.entries()) {
    const account = within(`users[${i}]`, () => createUser(world, user))
    if (user.password !== undefined) {
      await setPassword(world, account, user.password, user.passwordHint ?? '')
    }
    account.loginEmail = user.loginEmail
    made.push(account)
  }
  for (const [i, user] of users.entries()) {
    for (const [j, name] of (user.contacts ?? []).entries()) {
      const contact = userNamed(world, name, `users[${i}].contacts[${j}]`)
      const { firstName, lastName, phone } = contact
      made[i]?.contacts.set(contact.id, { firstName, lastName, phone })
    }
  }
}

/** Groups and channels by title. */
type Places = Map<string, Chat | Channel>

function addGroups(world: World, groups: NonNullable<DescribedWorld['groups']>, places: Places): void {
  for (const [i, group] of groups.entries()) {
    const at = `groups[${i}]`
    requireNewTitle(places, group.title, at)
    const creator = userNamed(world, group.creator, `${at}.creator`)
    const members = group.members.map((name, j) => userNamed(world, name, `${at}.members[${j}]`))
    const others = members.filter((member) => member !== creator)
    places.set(group.title, createGroup(world, creator, group.title, others))
  }
}

function addChannels(world: World, channels: NonNullable<DescribedWorld['channels']>, places: Places): void {
  for (const [i, described] of channels.entries()) {
    const at = `channels[${i}]`
    const { title, kind, about, username } = described
    requireNewTitle(places, title, at)
    const creator = userNamed(world, described.creator, `${at}.creator`)
    const channel = createChannel(world, creator, {
      title,
      about,
      megagroup: kind !== 'channel',
      forum: kind === 'forum',
    })
    if (username !== undefined) within(at, () => setChannelUsername(world, channel, username))
    for (const [j, name] of (described.members ?? []).entries()) {
      const member = userNamed(world, name, `${at}.members[${j}]`)
      if (!channel.members.has(member.id)) joinChannel(world, channel, member, creator)
    }
    places.set(title, channel)
  }
}

function requireNewTitle(places: Places, title: string, at: string): void {
  if (places.has(title)) {
    throw new WorldError('WORLD_INVALID', 'another group or channel has this title', `${at}.title`)
  }
}

function addMessages(world: World, messages: NonNullable<DescribedWorld['messages']>, places: Places): void {
  for (const [i, message] of messages.entries()) {
    const at = `messages[${i}]`
    const from = userNamed(world, message.from, `${at}.from`)
    if (message.text === '') throw new WorldError('WORLD_INVALID', 'a message needs a text', `${at}.text`)
    const content = { from: from.id, date: message.date ?? world.seconds(), text: message.text }
    const place = places.get(message.to)
    if (!place) {
      postToUser(world, from, userNamed(world, message.to, `${at}.to`), content)
    } else if (!place.members.has(from.id)) {
      throw new WorldError('WORLD_INVALID', 'only members write here', `${at}.from`)
    } else if ('megagroup' in place) {
      const post = place.megagroup ? content : { ...content, from: undefined, author: from.id }
      postToChannel(world, place, post)
    } else {
      postToChat(world, place, content)
    }
  }
}

function addNumbers(world: World, numbers: NonNullable<DescribedWorld['numbers']>): void {
  for (const [i, { phone: given, codes, requireEmail }] of numbers.entries()) {
    const at = `numbers[${i}]`
    const phone = phoneDigits(given)
    if (!phone)
      throw new WorldError('WORLD_INVALID', 'expected a phone number with its country code', `${at}.phone`)
    if (codes !== undefined) requireWays(codes, `${at}.codes`)
    world.state.numbers ??= new Map()
    world.state.numbers.set(phone, { codes, requireEmail })
  }
}

function userNamed(world: World, name: string, at: string): Account {
  const phone = phoneDigits(name)
  const user = (phone && world.phones.get(phone)) || world.user(findByUsername(world, name) ?? 0)
  if (!user) throw new WorldError('WORLD_INVALID', `nobody here is called '${name}'`, at)
  return user
}

/** Adds the place to what a rule of the domain found wrong. */
function within<T>(at: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (error instanceof WorldError && !error.at) throw new WorldError(error.code, error.message, at)
    throw error
  }
}
