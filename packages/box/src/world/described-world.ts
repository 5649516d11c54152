/**
 * Worlds described by hand in JSON: who is there, which groups they have, what was said. People are named by
 * `@username` or phone number, groups by their title.
 */
import { createUser, findByUsername, phoneDigits } from './accounts.ts'
import { createGroup } from './groups.ts'
import { markChat } from './marked-id.ts'
import { postToChat, postToUser } from './message-box.ts'
import { flushOutbox } from './outbox.ts'
import { setPassword } from './passwords.ts'
import { integer, list, type Of, optional, record, type Shape, text } from './shape.ts'
import type { Chat } from './state.ts'
import type { Account } from './state-account.ts'
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
  /** Whom this user has in the address book. */
  contacts: optional(list(text)),
})

const describedGroup = record({ title: text, creator: text, members: list(text) })

const describedMessage = record({ from: text, to: text, text, date: optional(moment) })

const describedWorld = record({
  users: list(describedUser),
  groups: optional(list(describedGroup)),
  messages: optional(list(describedMessage)),
})

/** What a world file holds, once read. */
export type DescribedWorld = Of<typeof describedWorld>

/**
 * Makes a world of a description.
 * @throws WorldError whose `at` says where in the description it is wrong: `groups[0].members[2]`
 */
export async function worldFromDescription(json: unknown, options: WorldOptions = {}): Promise<World> {
  const described = describedWorld.decode(json, '')
  const world = new World(options)
  await addUsers(world, described.users)
  const groups = addGroups(world, described.groups ?? [])
  addMessages(world, described.messages ?? [], groups)
  // It was always so: nobody is told of it.
  flushOutbox(world)
  return world
}

async function addUsers(world: World, users: DescribedWorld['users']): Promise<void> {
  const made: Account[] = []
  for (const [i, user] of users.entries()) {
    const account = within(`users[${i}]`, () => createUser(world, user))
    if (user.password !== undefined) {
      await setPassword(world, account, user.password, user.passwordHint ?? '')
    }
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

function addGroups(world: World, groups: NonNullable<DescribedWorld['groups']>): Map<string, Chat> {
  const made = new Map<string, Chat>()
  for (const [i, group] of groups.entries()) {
    const at = `groups[${i}]`
    if (made.has(group.title))
      throw new WorldError('WORLD_INVALID', 'another group has this title', `${at}.title`)
    const creator = userNamed(world, group.creator, `${at}.creator`)
    const members = group.members.map((name, j) => userNamed(world, name, `${at}.members[${j}]`))
    made.set(
      group.title,
      createGroup(
        world,
        creator,
        group.title,
        members.filter((member) => member !== creator),
      ),
    )
  }
  return made
}

function addMessages(
  world: World,
  messages: NonNullable<DescribedWorld['messages']>,
  groups: Map<string, Chat>,
): void {
  for (const [i, message] of messages.entries()) {
    const at = `messages[${i}]`
    const from = userNamed(world, message.from, `${at}.from`)
    if (message.text === '') throw new WorldError('WORLD_INVALID', 'a message needs a text', `${at}.text`)
    const content = { from: from.id, date: message.date ?? world.seconds(), text: message.text }
    const group = groups.get(message.to)
    if (!group) {
      postToUser(world, from, userNamed(world, message.to, `${at}.to`), content)
    } else if (from.dialogs.has(markChat(group.id))) {
      postToChat(world, group, content)
    } else {
      throw new WorldError('WORLD_INVALID', 'only members write in a group', `${at}.from`)
    }
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
