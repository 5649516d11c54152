/** Brings updates to every session of an account that follows them, each in its own layer, encoded once per layer. */
import { type TableCodec, TlWriter } from '@telegram-mt/tl'
import type { tl } from '../../generated/types.ts'
import { inLayer } from '../../methods/older-layers.ts'
import type { PushTarget } from '../../world/world.ts'
import type { AuthKey, BoxSession } from '../keys/auth-key.ts'
import type { AuthKeyTable } from '../keys/auth-key-table.ts'
import type { Layers } from './layers.ts'

export interface PushesOptions {
  layers: Layers
  keys: AuthKeyTable
  onFault: (error: unknown, where: string) => void
}

export class Pushes {
  readonly #options: PushesOptions
  readonly #writer = new TlWriter()

  constructor(options: PushesOptions) {
    this.#options = options
  }

  /** Never throws: what one session cannot be told must not fail the call that caused it, nor reach the others less. */
  deliver(target: PushTarget, updates: tl.Updates): void {
    const { layers } = this.#options
    const encoded = new Map<TableCodec, Uint8Array | undefined>()
    for (const key of this.#keysOf(target)) {
      const codec = layers.codec(key.layer)
      for (const held of key.allHeld()) {
        if (!held.subscribed || isExcepted(held, target)) continue
        if (!encoded.has(codec)) encoded.set(codec, this.#encode(codec, key.layer, updates))
        const body = encoded.get(codec)
        if (body !== undefined) held.push(body)
      }
    }
  }

  /** One key may be meant on which nobody is signed in yet. */
  #keysOf({ userId, onlyAuthKey }: PushTarget): Iterable<AuthKey> {
    const { keys } = this.#options
    if (onlyAuthKey === undefined) return keys.ofUser(userId)
    const key = keys.get(onlyAuthKey)
    return key === undefined ? [] : [key]
  }

  #encode(codec: TableCodec, layer: number, updates: tl.Updates): Uint8Array | undefined {
    const knows = (name: string) => codec.definition(name) !== undefined
    this.#writer.reset()
    try {
      codec.writeType(this.#writer, 'Updates', inLayer('Updates', updates, knows))
      return this.#writer.finish()
    } catch (error) {
      this.#options.onFault(error, `a push in layer ${layer}`)
      return undefined
    }
  }
}

function isExcepted({ key, sessionId }: BoxSession, { exceptSession }: PushTarget): boolean {
  return exceptSession?.sessionId === sessionId && exceptSession.authKeyId === key.owner.id
}
