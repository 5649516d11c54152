/**
 * Takes the wrappers off a call: they nest in any order and depth, and gzip_packed may stand around or inside any of them
 * (https://core.telegram.org/api/invoking). They are read here, from bytes, because the layer that one of them names
 * decides how the rest is to be read.
 */
import { gunzip } from '@telegram-mt/crypto'
import { type TableCodec, TlReader } from '@telegram-mt/tl'
import { RpcError } from '../../methods/rpc-error.ts'
import type { Layers } from './layers.ts'

const INVOKE_WITH_LAYER = 0xda9b0d0d
const INIT_CONNECTION = 0xc1cd5ea9
const INVOKE_AFTER_MSG = 0xcb9f372d
const INVOKE_AFTER_MSGS = 0x3dc4b4f0
const INVOKE_WITHOUT_UPDATES = 0xbf9459b7
const INVOKE_WITH_MESSAGES_RANGE = 0x365275f2
const INVOKE_WITH_TAKEOUT = 0xaca9fd2e
const INVOKE_WITH_BUSINESS_CONNECTION = 0xdd289f8e
const INVOKE_WITH_GOOGLE_PLAY_INTEGRITY = 0x1df92984
const INVOKE_WITH_APNS_SECRET = 0x0dae54f8
const INVOKE_WITH_RECAPTCHA = 0xadbb0f94
const GZIP_PACKED = 0x3072cfa1

/** Deeper nesting than any client has a reason for. */
const MAX_DEPTH = 16
const MAX_UNPACKED = 16 * 1024 * 1024

/** What initConnection says of the client. */
export interface ClientInfo {
  apiId: number
  deviceModel: string
  systemVersion: string
  appVersion: string
  langCode: string
}

export interface UnwrappedCall {
  call: { _: string }
  codec: TableCodec
  /** Set by invokeWithLayer: from now on the layer of this auth key. */
  layer: number | undefined
  info: ClientInfo | undefined
  /** Not before these calls have ended. */
  after: bigint[]
  withoutUpdates: boolean
  takeoutId: bigint | undefined
}

/**
 * @param layer the layer that the auth key is bound to so far.
 * @throws RpcError for what no server would take; TlError if the bytes are no call of the layer; CryptoError if they are
 * not compressed as they say.
 */
export function unwrap(body: Uint8Array, layer: number, layers: Layers): UnwrappedCall {
  const found: Omit<UnwrappedCall, 'call' | 'codec'> = {
    layer: undefined,
    info: undefined,
    after: [],
    withoutUpdates: false,
    takeoutId: undefined,
  }
  let reader = new TlReader(body)
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const codec = layers.codec(found.layer ?? layer)
    const next = takeWrapper(reader, codec, found)
    if (next === undefined) {
      const call = codec.read(reader)
      // An object that is no method has a name, but cannot be called.
      if (codec.method(call._) === undefined) throw new RpcError(400, 'INPUT_METHOD_INVALID')
      return { ...found, codec, call }
    }
    reader = next
  }
  throw new RpcError(400, 'INPUT_REQUEST_TOO_LONG')
}

/** Reads one wrapper; returns where the call inside of it begins, or undefined if there is none. */
function takeWrapper(
  reader: TlReader,
  codec: TableCodec,
  found: Omit<UnwrappedCall, 'call' | 'codec'>,
): TlReader | undefined {
  const start = reader.pos
  switch (reader.uint()) {
    case INVOKE_WITH_LAYER:
      found.layer = reader.int()
      return reader
    case INIT_CONNECTION:
      found.info = readClientInfo(reader, codec)
      return reader
    case INVOKE_AFTER_MSG:
      found.after.push(reader.long())
      return reader
    case INVOKE_AFTER_MSGS:
      for (const msgId of reader.vector((r) => r.long())) found.after.push(msgId)
      return reader
    case INVOKE_WITHOUT_UPDATES:
      found.withoutUpdates = true
      return reader
    case INVOKE_WITH_MESSAGES_RANGE:
      codec.read(reader)
      return reader
    case INVOKE_WITH_TAKEOUT:
      found.takeoutId = reader.long()
      return reader
    // Proofs of being a genuine app, a human: the box believes everybody.
    case INVOKE_WITH_GOOGLE_PLAY_INTEGRITY:
    case INVOKE_WITH_APNS_SECRET:
      reader.string()
      reader.string()
      return reader
    case INVOKE_WITH_RECAPTCHA:
      reader.string()
      return reader
    case INVOKE_WITH_BUSINESS_CONNECTION:
      throw new RpcError(400, 'BUSINESS_CONNECTION_INVALID')
    case GZIP_PACKED:
      return new TlReader(gunzip(reader.bytes(), MAX_UNPACKED))
    default:
      reader.pos = start
      return undefined
  }
}

/** initConnection#c1cd5ea9 flags:# api_id:int … proxy:flags.0?InputClientProxy params:flags.1?JSONValue query:!X */
function readClientInfo(reader: TlReader, codec: TableCodec): ClientInfo {
  const flags = reader.int()
  const apiId = reader.int()
  const deviceModel = reader.string()
  const systemVersion = reader.string()
  const appVersion = reader.string()
  reader.string()
  reader.string()
  const langCode = reader.string()
  if (flags & 1) codec.read(reader)
  if (flags & 2) codec.read(reader)
  return { apiId, deviceModel, systemVersion, appVersion, langCode }
}
