/** A request to the control port, read and checked. */
import type { IncomingMessage } from 'node:http'
import type { Shape } from '../../world/shape.ts'
import { record, text } from '../../world/shape.ts'
import { WorldError } from '../../world/world-error.ts'
import { ControlError } from './control-error.ts'
import type { ControlledBox } from './controlled-box.ts'

/** A described world of a few thousand messages. */
const MAX_BODY = 16 * 1024 * 1024

export interface ControlRequest {
  box: ControlledBox
  /** What stands in the path in place of `:name`. */
  name: string
  query: URLSearchParams
  /** The body as JSON; undefined if there is none. */
  body: unknown
}

export interface Route {
  method: 'GET' | 'POST' | 'DELETE'
  /** `/accounts/:name` */
  path: string
  /** For the documentation: what it does, and what it takes in query or body. */
  summary: string
  takes?: string
  handle(request: ControlRequest): unknown
}

/** @throws ControlError 413, 400 */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue
    length += chunk.length
    if (length > MAX_BODY) throw new ControlError(413, 'TOO_LARGE', `a body of more than ${MAX_BODY} bytes`)
    chunks.push(chunk)
  }
  if (length === 0) return undefined
  try {
    return JSON.parse(Buffer.concat(chunks).toString())
  } catch (error) {
    throw new ControlError(400, 'NOT_JSON', error instanceof Error ? error.message : 'the body is not JSON')
  }
}

/** The body as it has to be. */
export function bodyOf<T>(request: ControlRequest, shape: Shape<T>): T {
  return shape.decode(request.body ?? {}, '')
}

/** The query as it has to be: shapes for texts, and `queryInteger` and its like. */
export function queryOf<T>(request: ControlRequest, shape: Shape<T>): T {
  return shape.decode(Object.fromEntries(request.query), '')
}

export const queryInteger: Shape<number> = {
  encode: (value) => String(value),
  decode(json, at) {
    const digits = text.decode(json, at)
    if (!/^-?\d{1,15}$/.test(digits)) throw new WorldError('WORLD_INVALID', 'expected a whole number', at)
    return Number(digits)
  },
}

export const queryFlag: Shape<boolean> = {
  encode: (value) => String(value),
  decode(json, at) {
    if (json === 'true' || json === '1' || json === '') return true
    if (json === 'false' || json === '0') return false
    throw new WorldError('WORLD_INVALID', 'expected true or false', at)
  },
}

/** For routes that take no query. */
export const noQuery = record({})
