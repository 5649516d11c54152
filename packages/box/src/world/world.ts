/**
 * A world: everything that the box's datacenters know, with its clock, its randomness, and the updates that are on
 * their way out. It has no sockets. The rules of the domain are functions over it, in the files beside this one.
 */
import { randomBytes } from '@telegram-mt/crypto'
import type { tl } from '../generated/types.ts'
import { checkState } from './check-state.ts'
import { type CodeWay, DEFAULT_WAYS, requireWays } from './code-ways.ts'
import { FileDirectory, type FileParts } from './file-parts.ts'
import { markChannel } from './marked-id.ts'
import type { Json } from './shape.ts'
import { type WorldState, worldState } from './state.ts'
import type { Account, Authorization } from './state-account.ts'
import { WorldError } from './world-error.ts'
import { defaultLimits, type WorldLimits, type WorldOptions } from './world-options.ts'

/** One session of one authorization, as the server tells sessions apart. */
export interface SessionRef {
  authKeyId: bigint
  sessionId: bigint
}

/** Whom updates are for. */
export interface PushTarget {
  /** 0 if the session has no user yet: then `onlyAuthKey` says whose it is. */
  userId: number
  /** Already knows by the answer of its own call. */
  exceptSession?: SessionRef | undefined
  /** Only this authorization, rather than all of the account. */
  onlyAuthKey?: bigint | undefined
}

/** A login code, as it is "sent". */
export interface LoginCode {
  phone: string
  code: string
  /** How it went, if it is a login code to a phone. */
  way?: CodeWay | undefined
  /** The address it went to, if it went by mail. */
  email?: string | undefined
}

/** An SRP challenge that a client was given and has not answered. */
export interface PasswordChallenge {
  id: bigint
  userId: number
  b: Uint8Array
  B: Uint8Array
}

/** Something that is to happen at a moment of the world's clock. */
interface Due {
  at: number
  run: () => void
}

/** A login shown as a QR code, waiting for a signed-in device to accept it. */
export interface LoginToken {
  session: SessionRef
  dc: number
  /** Seconds. */
  expires: number
  acceptedBy?: number
}

/** An authorization on its way to another datacenter. */
export interface ExportedAuthorization {
  userId: number
  dc: number
  expires: number
}

type Listener<A extends unknown[]> = (...args: A) => void

/** Updates of one account that the running call has caused and nobody has been told of. */
export interface Pending {
  updates: tl.Update[]
  /** Those outside of the pts sequence that a difference repeats: they count in seq. */
  announced: tl.Update[]
}

const STATE_VERSION = 1
/** Above 2^32, so that a client which cuts ids to 32 bits is found out. */
const FIRST_USER_ID = 5_000_000_001
/** Above 2^31, for the same reason. */
const FIRST_CHANNEL_ID = 2_200_000_001

/**
 * Everything that the datacenters of a box know: accounts, chats, messages, files; with its own clock. No
 * sockets.
 */
export class World {
  readonly state: WorldState
  readonly limits: WorldLimits
  /** The world's clock, milliseconds since the epoch. */
  readonly now: () => number
  /** So many random bytes. */
  readonly random: (length: number) => Uint8Array
  readonly requireLoginEmail: boolean
  readonly loginWays: readonly CodeWay[]
  readonly termsOfService: string | undefined
  /** What `messages.translateText` answers: the text in this language (a code of ISO 639-1). */
  readonly translate: (text: string, language: string) => string
  readonly outbox = new Map<Account, Pending>()
  /** What the world keeps in mind but not in snapshots, found through these. */
  readonly phones = new Map<string, Account>()
  readonly usernames = new Map<string, number>()
  readonly challenges = new Map<bigint, PasswordChallenge>()
  /** By the hex of the exported bytes. */
  readonly exported = new Map<string, ExportedAuthorization>()
  readonly directory: FileDirectory
  /** Uploads under way, by their name. */
  readonly uploads = new Map<string, FileParts>()
  readonly contents = new Map<bigint, FileParts>()
  /** Codes sent to an address that is to be verified, by phone number. */
  readonly emailCodes = new Map<string, { email: string; code: string }>()
  /** By the hex of the token. */
  readonly loginTokens = new Map<string, LoginToken>()
  /** Buttons and inline queries that wait for their bot, by query id. */
  readonly botQueries = new Map<bigint, (answer: unknown) => void>()
  /** The content delivery network: what it has in its memory, and which tokens are good. */
  readonly cdn = { holds: new Set<bigint>(), generation: 1 }
  readonly inlineResults = new Map<bigint, { bot: number; results: tl.messages.botResults }>()
  #ahead = 0
  #due: Due[] = []
  readonly #ticks = new Set<Listener<[]>>()
  readonly #push = new Set<Listener<[PushTarget, tl.Updates]>>()
  readonly #codes = new Set<Listener<[LoginCode]>>()
  readonly #revoked = new Set<Listener<[Authorization]>>()

  constructor(options: WorldOptions = {}, state?: WorldState) {
    const clock = options.now ?? Date.now
    this.now = () => clock() + this.#ahead
    this.random = options.random ?? randomBytes
    this.requireLoginEmail = options.requireLoginEmail ?? false
    this.loginWays = requireWays(options.loginCodes ?? DEFAULT_WAYS, 'loginCodes')
    this.termsOfService = options.termsOfService
    this.translate = options.translate ?? ((text, language) => `[${language}] ${text}`)
    this.directory = new FileDirectory(options.filesDir)
    this.limits = { ...defaultLimits, ...options.limits }
    this.state = state ?? {
      version: STATE_VERSION,
      secret: this.random(32),
      nextUserId: FIRST_USER_ID,
      nextChatId: 4_000_001,
      nextChannelId: FIRST_CHANNEL_ID,
      nextMessageNumber: 1,
      users: new Map(),
      chats: new Map(),
      channels: new Map(),
      messages: new Map(),
      files: { files: new Map(), photos: new Map(), documents: new Map(), referencesFrom: 0 },
      polls: new Map(),
      invites: new Map(),
      authorizations: new Map(),
      logins: new Map(),
      codeFloods: new Map(),
    }
    for (const user of this.state.users.values()) {
      if (user.phone) this.phones.set(user.phone, user)
      if (user.username) this.usernames.set(user.username.toLowerCase(), user.id)
    }
    for (const channel of this.state.channels.values()) {
      if (channel.username) this.usernames.set(channel.username.toLowerCase(), markChannel(channel.id))
    }
  }

  /** Seconds since the epoch, as dates on the wire are. */
  seconds(): number {
    return Math.floor(this.now() / 1000)
  }

  /** How far the world's clock was moved, milliseconds. */
  get ahead(): number {
    return this.#ahead
  }

  /** Moves the world's clock (milliseconds; negative: back) and lets happen what is due by then. */
  advance(milliseconds: number): void {
    this.#ahead += milliseconds
    this.tick()
  }

  /** A random number of 64 bits, signed. */
  randomLong(): bigint {
    const raw = this.random(8)
    return new DataView(raw.buffer, raw.byteOffset, 8).getBigInt64(0, true)
  }

  /** Lets something happen at a moment (milliseconds) of the world's clock. Returns a function that calls it off. */
  at(moment: number, run: () => void): () => void {
    const due = { at: moment, run }
    this.#due.push(due)
    return () => {
      this.#due = this.#due.filter((other) => other !== due)
    }
  }

  /** Something will be due then: see `onTick`. */
  expect(moment: number): void {
    this.at(moment, () => undefined)
  }

  /** Told whenever something expected is due. */
  onTick(listener: () => void): () => void {
    return listen(this.#ticks, listener)
  }

  /** When something is due next, milliseconds; undefined if nothing is. */
  get nextDue(): number | undefined {
    return this.#due.length === 0 ? undefined : Math.min(...this.#due.map(({ at }) => at))
  }

  /** Lets happen what is due, in order of its time. Whoever runs the world calls this at `nextDue`. */
  tick(): void {
    const now = this.now()
    const ready = this.#due.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at)
    this.#due = this.#due.filter(({ at }) => at > now)
    for (const { run } of ready) run()
    if (ready.length > 0) for (const listener of this.#ticks) listener()
  }

  /** What is to be delivered, as it happens. Returns a function that ends the listening. */
  onPush(listener: Listener<[PushTarget, tl.Updates]>): () => void {
    return listen(this.#push, listener)
  }

  /** Tells the listeners of updates that are on their way to clients. */
  push(target: PushTarget, updates: tl.Updates): void {
    for (const listener of this.#push) listener(target, updates)
  }

  /** Login codes as they are "sent": the box has no other way to deliver them. */
  onLoginCode(listener: Listener<[LoginCode]>): () => void {
    return listen(this.#codes, listener)
  }

  /** Tells the listeners of a login code. */
  codeSent(code: LoginCode): void {
    for (const listener of this.#codes) listener(code)
  }

  /** An authorization has ended (logged out, terminated): its sessions are to be told 401 from now on. */
  onRevoked(listener: Listener<[Authorization]>): () => void {
    return listen(this.#revoked, listener)
  }

  /** Tells the listeners that an authorization has ended. */
  revoked(authorization: Authorization): void {
    for (const listener of this.#revoked) listener(authorization)
  }

  /** The code last sent to each phone number and not yet used. */
  get loginCodes(): Map<string, string> {
    return new Map(Array.from(this.state.logins.values(), (login) => [login.phone, login.code]))
  }

  /** The account with this id; undefined if there is none. */
  user(id: number): Account | undefined {
    return this.state.users.get(id)
  }

  /** @throws WorldError WORLD_NO_SUCH_USER */
  account(id: number): Account {
    const found = this.state.users.get(id)
    if (!found) throw new WorldError('WORLD_NO_SUCH_USER', `no user has the id ${id}`)
    return found
  }

  /** Who is signed in under this auth key; undefined if nobody is. */
  authorization(authKeyId: bigint): Authorization | undefined {
    return this.state.authorizations.get(authKeyId)
  }

  /** Removes the temporary files of the world, if it made any. */
  close(): void {
    this.directory.close()
  }

  /** All but the bytes of files, which are in `filesDir`. */
  toJSON(): Json {
    return worldState.encode(this.state)
  }

  /** @throws WorldError WORLD_INVALID, saying what is wrong and where */
  static fromJSON(json: unknown, options: WorldOptions = {}): World {
    const state = worldState.decode(json, '')
    if (state.version !== STATE_VERSION) {
      throw new WorldError(
        'WORLD_INVALID',
        `expected a snapshot of version ${STATE_VERSION}, got ${state.version}`,
        'version',
      )
    }
    checkState(state)
    return new World(options, state)
  }
}

function listen<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
