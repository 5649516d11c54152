/** What a box saves of itself: its RSA key, its clock, the auth keys it has given out, and its world. */
import { exportRsaPrivateKey, parseRsaPrivateKey, type RsaPrivateKey } from '@telegram-mt/crypto'
import {
  bytes,
  integer,
  type Json,
  list,
  long,
  type Of,
  optional,
  record,
  type Shape,
  text,
} from '../../world/shape.ts'
import { World } from '../../world/world.ts'
import { WorldError } from '../../world/world-error.ts'
import type { WorldOptions } from '../../world/world-options.ts'
import { signedInUser } from '../calls/call-runner.ts'
import { AuthKey } from '../keys/auth-key.ts'
import type { AuthKeyTable } from '../keys/auth-key-table.ts'
import { BoxDataError } from './data-error.ts'

const VERSION = 1

const savedKey = record({
  key: bytes,
  dc: integer,
  layer: integer,
  info: optional(
    record({ apiId: integer, deviceModel: text, systemVersion: text, appVersion: text, langCode: text }),
  ),
  /** Of a temporary key: ms since the epoch. */
  expiresAt: optional(integer),
  /** The permanent key to which it is bound. */
  permanent: optional(long),
  ruin: optional(record({ code: integer, message: text })),
})

/** Read by World.fromJSON. */
const untouched: Shape<Json> = { encode: (value) => value, decode: (json) => json as Json }

const savedBox = record({
  version: integer,
  rsaKey: text,
  cdnRsaKey: optional(text),
  /** ms by which the clock was moved. */
  ahead: integer,
  keys: list(savedKey),
  world: untouched,
})

export interface Restored {
  rsaKey: RsaPrivateKey
  cdnRsaKey: RsaPrivateKey | undefined
  world: World
  keys: readonly Of<typeof savedKey>[]
}

export function savedState(box: {
  rsaKey: RsaPrivateKey
  cdnRsaKey: RsaPrivateKey | undefined
  world: World
  keys: AuthKeyTable
}): Json {
  const { rsaKey, cdnRsaKey, world, keys } = box
  return savedBox.encode({
    version: VERSION,
    rsaKey: exportRsaPrivateKey(rsaKey),
    cdnRsaKey: cdnRsaKey && exportRsaPrivateKey(cdnRsaKey),
    ahead: world.ahead,
    keys: [...keys.all()].map((key) => ({
      key: key.key,
      dc: key.dc,
      layer: key.layer,
      info: key.info,
      expiresAt: key.isTemporary ? Math.round(key.expiresAt) : undefined,
      permanent: key.isTemporary && !key.isUnbound ? key.owner.id : undefined,
      ruin: key.ruin,
    })),
    world: world.toJSON(),
  })
}

/** @throws BoxDataError BOX_DATA_INVALID, saying where in the file it is wrong */
export function restore(saved: unknown, file: string, options: WorldOptions): Restored {
  const invalid = (message: string, cause?: unknown) =>
    new BoxDataError('BOX_DATA_INVALID', file, `not what a box has saved: ${message}`, cause)
  let at = ''
  try {
    const { version, rsaKey, cdnRsaKey, ahead, keys, world: json } = savedBox.decode(saved, '')
    if (version !== VERSION) throw invalid(`version ${version}, expected ${VERSION}`)
    for (const [i, { key }] of keys.entries()) {
      if (key.length !== 256) throw invalid(`keys[${i}].key: ${key.length} bytes, expected 256`)
    }
    at = 'world.'
    const world = World.fromJSON(json, options)
    world.advance(ahead)
    at = 'rsaKey'
    return {
      rsaKey: parseRsaPrivateKey(rsaKey),
      cdnRsaKey: cdnRsaKey === undefined ? undefined : parseRsaPrivateKey(cdnRsaKey),
      world,
      keys,
    }
  } catch (error) {
    if (error instanceof BoxDataError) throw error
    if (error instanceof WorldError) throw invalid(`${at}${error.at ?? ''}: ${error.message}`, error)
    throw invalid(`${at}: ${error instanceof Error ? error.message : error}`, error)
  }
}

/** Gives the keys out again as if they had never been gone. `steadyNow`: ms of the steady clock. */
export function restoreKeys(
  keys: AuthKeyTable,
  { keys: saved, world }: Restored,
  random: (length: number) => Uint8Array,
  steadyNow: number,
): void {
  const now = world.now()
  const made = saved.map(({ key: bytesOfKey, dc, layer, info, expiresAt, ruin }) => {
    const key = new AuthKey({ key: bytesOfKey, dc, layer, expiresAt, now, random })
    key.info = info
    key.ruin = ruin
    key.usedAt = steadyNow
    keys.add(key)
    keys.signedIn(key, signedInUser(world, key.id))
    return key
  })
  for (const [i, { permanent: id }] of saved.entries()) {
    const permanent = id === undefined ? undefined : keys.get(id)
    const key = made[i]
    if (permanent !== undefined && key !== undefined) key.bindTo(permanent, key.expiresAt)
  }
}
