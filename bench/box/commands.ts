/** What the process of the box does when it is told to: accounts by the thousand, and messages among them. */
import { randomFillSync } from 'node:crypto'
import { createRequire } from 'node:module'
import { type Api, type Box, createApi, createUser, startBox } from '@telegram-mt/box'
import { authKeyId, parseRsaPublicKey } from '@telegram-mt/crypto'
import type { BoxAddress } from '../contestant/program.ts'
import { places } from '../runner/places.ts'

/** An account with an auth key on which it is signed in. */
export interface SignedIn {
  readonly userId: number
  readonly phone: string
  readonly dc: number
  readonly authKey: Uint8Array
  readonly serverSalt: bigint
}

/** A document that an account may fetch. */
export interface BoxFile {
  readonly id: bigint
  readonly accessHash: bigint
  readonly fileReference: Uint8Array
  readonly dc: number
  readonly size: number
}

const FILE_PART = 512 * 1024

type Caller = Parameters<Api['call']>[0]

/** A world and its datacenters; the methods are what the runner and the contestants may ask for. */
export class BoxCommands {
  readonly #box: Box
  readonly #api: Api
  readonly #callers = new Map<number, Caller>()
  readonly #senders: number[] = []
  /** Of those who are sent numbered messages, as their senders know them. */
  readonly #met = new Map<number, { caller: Caller; accessHash: bigint }>()
  #phones = 0
  #randomIds = 0n

  private constructor(box: Box) {
    this.#box = box
    this.#api = createApi(box.world, { dcOptions: () => [] })
  }

  static async start(): Promise<BoxCommands> {
    return new BoxCommands(await startBox({ schemas: peersSchemas() }))
  }

  address(_: undefined): BoxAddress {
    const { dcs, publicKey } = this.#box
    const { n, e, fingerprint } = parseRsaPublicKey(publicKey)
    return {
      dcs,
      publicKey: { pem: publicKey, n: String(n), e: Number(e), fingerprint: String(fingerprint) },
    }
  }

  /** New accounts, signed in; on all datacenters in turn if `spread`, else all on 2. */
  accounts({ count, spread = false }: { count: number; spread?: boolean }): SignedIn[] {
    return Array.from({ length: count }, (_, i) => this.#account(spread ? (i % this.#box.dcs.length) + 1 : 2))
  }

  /** So many others become contacts of these accounts. */
  async acquaint({ userIds, contacts }: { userIds: readonly number[]; contacts: number }): Promise<void> {
    const phones = this.#sendersAtLeast(contacts).map((id) => this.#box.world.account(id).phone)
    for (const userId of userIds) {
      await this.#api.call(this.#caller(userId), {
        _: 'contacts.importContacts',
        contacts: phones.map((phone, i) => ({
          _: 'inputPhoneContact',
          clientId: BigInt(i),
          phone,
          firstName: `Contact ${i}`,
          lastName: 'of many',
        })),
      })
    }
  }

  /** Each of these accounts gets so many messages, from so many others in turn. Resolves when they are on their way. */
  async send({
    userIds,
    each,
    from = 1,
  }: {
    userIds: readonly number[]
    each: number
    from?: number
  }): Promise<void> {
    const senders = this.#sendersAtLeast(from).slice(0, from)
    for (const [index, sender] of senders.entries()) {
      const share = Math.floor(each / from) + (index < each % from ? 1 : 0)
      if (share > 0) await this.#sendFrom(sender, userIds, share)
    }
  }

  /** Each of these accounts gets one message, which is its number. */
  async pulse({
    userIds,
    numbers,
  }: {
    userIds: readonly number[]
    numbers: readonly number[]
  }): Promise<void> {
    for (const [at, userId] of userIds.entries()) {
      const { caller, accessHash } = this.#met.get(userId) ?? (await this.#introduce(userId))
      await this.#api.call(caller, {
        _: 'messages.sendMessage',
        peer: { _: 'inputPeerUser', userId, accessHash },
        message: String(numbers[at]),
        randomId: ++this.#randomIds,
      })
    }
  }

  /** A document of so many bytes that this account has sent to itself. */
  async file({ userId, size }: { userId: number; size: number }): Promise<BoxFile> {
    const caller = this.#caller(userId)
    const parts = Math.ceil(size / FILE_PART)
    const fileId = ++this.#randomIds
    for (let filePart = 0; filePart < parts; filePart++) {
      // Nothing that could be compressed on its way.
      const bytes = randomFillSync(new Uint8Array(Math.min(FILE_PART, size - filePart * FILE_PART)))
      const part = { fileId, filePart, fileTotalParts: parts, bytes }
      await this.#api.call(caller, { _: 'upload.saveBigFilePart', ...part })
    }
    const sent = await this.#api.call(caller, {
      _: 'messages.sendMedia',
      peer: { _: 'inputPeerSelf' },
      media: {
        _: 'inputMediaUploadedDocument',
        file: { _: 'inputFileBig', id: fileId, parts, name: 'file' },
        mimeType: 'application/octet-stream',
        attributes: [],
      },
      message: '',
      randomId: ++this.#randomIds,
    })
    for (const update of 'updates' in sent ? sent.updates : []) {
      if (update._ !== 'updateNewMessage' || update.message._ !== 'message') continue
      const { media } = update.message
      if (media?._ !== 'messageMediaDocument' || media.document?._ !== 'document') continue
      const { id, accessHash, fileReference, dcId } = media.document
      return { id, accessHash, fileReference, dc: dcId, size }
    }
    throw new Error('the document was not sent')
  }

  /** Lets go of what was uploaded and never sent. */
  forgetUploads(_: undefined): void {
    const { uploads } = this.#box.world
    for (const upload of uploads.values()) upload.drop()
    uploads.clear()
  }

  /** Cuts off everybody; returns how many. */
  drop(_: undefined): number {
    return this.#box.dropConnections()
  }

  connections(_: undefined): number {
    return this.#box.connections
  }

  /** CPU milliseconds so far, and bytes of RSS. */
  usage(_: undefined): { cpu: number; rss: number } {
    const { user, system } = process.cpuUsage()
    return { cpu: (user + system) / 1000, rss: process.memoryUsage.rss() }
  }

  async #sendFrom(sender: number, userIds: readonly number[], count: number): Promise<void> {
    const caller = this.#caller(sender)
    for (const userId of userIds) {
      const accessHash = await this.#meet(caller, userId)
      for (let i = 0; i < count; i++) {
        await this.#api.call(caller, {
          _: 'messages.sendMessage',
          peer: { _: 'inputPeerUser', userId, accessHash },
          message: `Message ${i}: the quick brown fox jumps over the lazy dog.`,
          randomId: ++this.#randomIds,
        })
        // What was pushed goes out, and what clients say comes in, all the while.
        if (this.#randomIds % 50n === 0n) await new Promise((resolve) => setImmediate(resolve))
      }
    }
  }

  /** One person writes to a hundred of them. */
  async #introduce(userId: number): Promise<{ caller: Caller; accessHash: bigint }> {
    const sender = this.#sendersAtLeast(Math.floor(this.#met.size / 100) + 1).at(-1) ?? 0
    const caller = this.#caller(sender)
    const met = { caller, accessHash: await this.#meet(caller, userId) }
    this.#met.set(userId, met)
    return met
  }

  /** The access hash under which the caller may write to this account from now on. */
  async #meet(caller: Caller, userId: number): Promise<bigint> {
    const { phone } = this.#box.world.account(userId)
    const { users } = await this.#api.call(caller, {
      _: 'contacts.importContacts',
      contacts: [{ _: 'inputPhoneContact', clientId: 1n, phone, firstName: phone, lastName: '' }],
    })
    const [user] = users
    if (user?._ !== 'user') throw new Error(`${phone} is nobody`)
    return user.accessHash ?? 0n
  }

  #sendersAtLeast(count: number): number[] {
    while (this.#senders.length < count) this.#senders.push(this.#account(2).userId)
    return this.#senders
  }

  #account(dc: number): SignedIn {
    const number = ++this.#phones
    const phone = `4179${String(number).padStart(8, '0')}`
    const user = createUser(this.#box.world, { phone, dc, firstName: `User ${number}` })
    const key = this.#box.signedInKey(user)
    this.#callers.set(user.id, {
      authKeyId: authKeyId(key.authKey),
      // No session of a client has this number.
      sessionId: 0n,
      dc,
      layer: 227,
      apiId: 1,
      deviceModel: 'bench',
      systemVersion: '1',
      appVersion: '1',
      langCode: 'en',
    })
    return { userId: user.id, phone, ...key }
  }

  #caller(userId: number): Caller {
    const caller = this.#callers.get(userId)
    if (caller === undefined) throw new Error(`${userId} is not of this box`)
    return caller
  }
}

/** The layers that GramJS and teleproto speak, out of their packages. */
function peersSchemas(): string[] {
  const require = createRequire(new URL('peers/package.json', places.root))
  return ['telegram', 'teleproto'].map((library) => {
    const { LAYER }: { LAYER: number } = require(`${library}/tl/AllTLObjects.js`)
    const text: string = require(`${library}/tl/apiTl.js`)
    return `// LAYER ${LAYER}\n${text}`
  })
}
