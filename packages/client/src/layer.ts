/**
 * The API layer this package speaks, as the rest of it uses it: the generated types and codecs behind a few functions.
 * Nothing else imports code from `generated/`.
 */
import { TlReader, TlWriter } from '@telegram-mt/tl'
import {
  isMethod,
  LAYER,
  type RpcMethods,
  readResult,
  readUpdates,
  type tl,
  writeCall,
} from './generated/index.ts'

export type { Api, RpcErrorName, RpcMethods, tl } from './generated/index.ts'
export { isMethod, LAYER }

/** The name of a method, e.g. `messages.sendMessage`. */
export type Method = keyof RpcMethods
/** What a method answers. */
export type Result<M extends Method> = RpcMethods[M]['result']
/** A call as an object: `{ _: 'help.getConfig' }`. */
export type Call<M extends Method> = { _: M } & RpcMethods[M]['params']

// One buffer for all calls: what is written is copied out at its true size.
const writer = new TlWriter()

/** @throws TlError if a field has the wrong type or is missing. */
export function encodeCall<M extends Method>(call: Call<M>): Uint8Array {
  writer.reset()
  writeCall(writer, call as tl.RpcCall)
  return writer.finish()
}

/** @throws TlError if the bytes are not what the method answers in this layer. */
export function decodeResult<M extends Method>(method: M, body: Uint8Array): Result<M> {
  const reader = new TlReader(body)
  const result = readResult(method, reader)
  reader.expectEnd()
  return result
}

/** @throws TlError if the bytes are no updates of this layer. */
export function decodeUpdates(body: Uint8Array): tl.Updates {
  const reader = new TlReader(body)
  const updates = readUpdates(reader)
  reader.expectEnd()
  return updates
}
