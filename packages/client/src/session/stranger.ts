/** Finding out, from the reason why there is no connection, that whoever answers is not the server. */
import { ServerKeyUnknown } from '@telegram-mt/mtproto'
import { ConnectError, ServerUnproven } from '@telegram-mt/net'
import { ServerKeyUnknownError } from '../errors.ts'

/** The error that says so; undefined if an address is left that may lead to the server, or if it is something else. */
export function strangerIn(
  reason: Error,
  dc: number,
  known: ReadonlySet<bigint>,
): ServerKeyUnknownError | undefined {
  const why = reason instanceof ServerUnproven ? reason.cause : reason
  if (!(why instanceof ConnectError) || why.code !== 'SERVER_KEY_UNKNOWN') return undefined
  if (!(why.cause instanceof ServerKeyUnknown)) return undefined
  const address = why.message.slice(0, why.message.indexOf(': '))
  const keys = { offered: why.cause.offered, known: [...known] }
  return new ServerKeyUnknownError(`datacenter ${dc} (${address})`, keys, { cause: reason })
}

/** What a call ends with, when its connection ended with `error`: it says who answered, if that is known. */
export function callEnd<E>(error: E, dc: number, known: ReadonlySet<bigint>): E | Error {
  return error instanceof ServerUnproven ? (strangerIn(error, dc, known) ?? error) : error
}
