/** The calls, results and updates of a simulation: small made-up objects that say what is to happen with them. */
import { TlReader, TlWriter } from '@telegram-mt/tl'
import { INVOKE_AFTER_MSG, INVOKE_AFTER_MSGS } from '../session/constructors.ts'
import { unpacked } from '../session/gzip.ts'

const WORK = 0x51a0_0001
const RESULT = 0x51a0_0002
const UPDATE = 0x51a0_0003

export interface Work {
  /** Names the call; each is made once. */
  number: number
  /** How long it takes, ms. */
  takes: number
  /** The code of the rpc_error that it ends with; 0 for none. */
  error: number
  /** It is never answered. */
  hangs: boolean
  resultSize: number
}

export function writeWork(work: Work, filling: Uint8Array): Uint8Array {
  const writer = new TlWriter()
  writer.uint(WORK)
  writer.int(work.number)
  writer.int(work.takes)
  writer.int(work.error)
  writer.bool(work.hangs)
  writer.int(work.resultSize)
  writer.bytes(filling)
  return writer.finish()
}

/** The call, and the msg_ids that it is wrapped to follow; compressed, perhaps, inside its wrapper. */
export function readWork(body: Uint8Array): { work: Work; after: bigint[] } {
  const wrapped = new TlReader(body)
  const after: bigint[] = []
  const id = wrapped.peekUint()
  if (id === INVOKE_AFTER_MSG || id === INVOKE_AFTER_MSGS) wrapped.skip(4)
  if (id === INVOKE_AFTER_MSG) after.push(wrapped.long())
  if (id === INVOKE_AFTER_MSGS) after.push(...wrapped.vector((r) => r.long(), 8))
  const reader = new TlReader(unpacked(wrapped.raw(wrapped.left)))
  if (reader.uint() !== WORK) throw new Error('a call arrived that was never made')
  const number = reader.int()
  const takes = reader.int()
  const error = reader.int()
  const hangs = reader.bool()
  return { work: { number, takes, error, hangs, resultSize: reader.int() }, after }
}

export function writeNumbered(kind: 'result' | 'update', number: number, size: number): Uint8Array {
  const writer = new TlWriter()
  writer.uint(kind === 'result' ? RESULT : UPDATE)
  writer.int(number)
  writer.bytes(new Uint8Array(size).fill(number))
  return writer.finish()
}

export function readNumbered(body: Uint8Array): number {
  const reader = new TlReader(body)
  const id = reader.uint()
  if (id !== RESULT && id !== UPDATE) throw new Error('something arrived that was never sent')
  const number = reader.int()
  if (reader.bytes().some((byte) => byte !== (number & 0xff)))
    throw new Error('a body was changed on its way')
  reader.expectEnd()
  return number
}
