/** One box, and on it an account of every client, each at home in another datacenter. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Box, startBox } from '@telegram-mt/box'
import { parseRsaPublicKey } from '@telegram-mt/crypto'
import { OwnClient } from './own-client.ts'
import { Peer } from './peer.ts'
import type { Admission, ClientName, Happenings, Network, Requests } from './vocabulary.ts'

export const password = 'correct horse'

/** Where each account is at home. All clients begin at datacenter 1: most are sent elsewhere by PHONE_MIGRATE. */
const homes: Record<ClientName, number> = { gramjs: 1, teleproto: 2, mtcute: 3, 'telegram-mt': 4 }
export const names = Object.keys(homes) as ClientName[]
/** The home of visitors: nobody else's. */
const ELSEWHERE = 5

/** A client with its account. */
export class Player {
  readonly name: ClientName
  readonly dc: number
  readonly phone: string
  readonly username: string
  userId = 0
  readonly #client: Peer | OwnClient

  constructor(name: ClientName) {
    this.name = name
    this.dc = homes[name]
    this.phone = `99966${this.dc}0001`
    this.username = `${name.replace('-', '_')}_interop`
    this.#client = name === 'telegram-mt' ? new OwnClient() : new Peer(name)
  }

  ask<R extends keyof Requests>(what: R, details: Requests[R]['asked']): Promise<Requests[R]['given']> {
    return this.#client.ask(what, details)
  }

  /** Waits until the client has told of something that fits. */
  saw<K extends keyof Happenings>(
    kind: K,
    wants: (happening: Happenings[K]) => boolean,
  ): Promise<Happenings[K]> {
    return this.#client.diary.saw(kind, wants)
  }

  /** Waits until a message with this text has been pushed to the client. */
  got(text: string): Promise<Happenings['message']> {
    return this.saw('message', (message) => message.text === text && !message.out)
  }

  /** Whether such a message has been pushed to it so far. */
  has(text: string): boolean {
    return this.#client.diary.find('message', (message) => message.text === text) !== undefined
  }

  stop(): Promise<void> {
    return this.#client.stop()
  }
}

export class Stage {
  readonly box: Box
  /** Errors inside the box, and connections that it cut off because it could not take what came. */
  readonly faults: readonly unknown[]
  readonly network: Network
  readonly players: readonly Player[]
  /** For files. */
  readonly directory: string
  #visitors = 0

  private constructor(faults: readonly unknown[], box: Box, directory: string) {
    this.faults = faults
    const { n, e, fingerprint } = parseRsaPublicKey(box.publicKey)
    this.box = box
    this.directory = directory
    this.players = names.map((name) => new Player(name))
    this.network = {
      dcs: box.dcs,
      publicKey: { pem: box.publicKey, n: String(n), e: Number(e), fingerprint: String(fingerprint) },
    }
  }

  /** Everybody signed in, at once. The accounts are there, with a second factor for every other. */
  static async open(): Promise<Stage> {
    const faults: unknown[] = []
    const box = await startBox({
      schemas: olderSchemas(),
      onFault: (error, where) => faults.push(where, error),
      onRefused: (error) => faults.push('refused', error),
    })
    const stage = new Stage(faults, box, await mkdtemp(join(tmpdir(), 'interop-')))
    await Promise.all(
      stage.players.map(async (player, index) => {
        const { phone, username, name } = player
        await box.user({ phone, firstName: name, ...(index % 2 === 1 && { password }) })
        const admission = stage.admission(phone, player.dc)
        player.userId = (await player.ask('start', { ...admission, username })).userId
      }),
    )
    return stage
  }

  async close(): Promise<void> {
    await Promise.all(this.players.map((player) => player.stop()))
    await this.box.close()
    await rm(this.directory, { recursive: true, force: true })
  }

  admission(phone: string, dc: number): Admission {
    return { ...this.network, phone, code: String(dc).repeat(5), password }
  }

  /** How to sign in to an account that nobody has used yet, in another datacenter than everybody's. */
  async visitor(options: { password?: string; exists?: boolean } = {}): Promise<Admission> {
    const phone = `99966${ELSEWHERE}${String(++this.#visitors).padStart(4, '0')}`
    if (options.exists !== false)
      await this.box.user({ phone, firstName: 'Visitor', password: options.password })
    return { ...this.admission(phone, ELSEWHERE), password: options.password }
  }

  player(name: ClientName): Player {
    const found = this.players.find((one) => one.name === name)
    if (found === undefined) throw new Error(`no client ${name}`)
    return found
  }

  others(player: Player): Player[] {
    return this.players.filter((one) => one !== player)
  }

  /** The next one round the table: whom a client deals with where one is enough. */
  next(player: Player): Player {
    return this.players[(this.players.indexOf(player) + 1) % this.players.length] ?? player
  }

  previous(player: Player): Player {
    return this.players.at(this.players.indexOf(player) - 1) ?? player
  }

  /** Writes a file to be sent. */
  async file(name: string, bytes: Uint8Array): Promise<string> {
    const path = join(this.directory, name)
    await writeFile(path, bytes)
    return path
  }
}

/** The layers of those that do not speak the newest one, from their own packages. */
function olderSchemas(): string[] {
  const require = createRequire(new URL('../peers/package.json', import.meta.url))
  return ['telegram', 'teleproto'].map((library) => {
    const { LAYER } = require(`${library}/tl/AllTLObjects.js`) as { LAYER: number }
    return `// LAYER ${LAYER}\n${require(`${library}/tl/apiTl.js`) as string}`
  })
}
