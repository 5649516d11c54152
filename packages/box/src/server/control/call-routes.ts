/** What clients have asked of the box. */
import { optional, record, text } from '../../world/shape.ts'
import type { CallFilter } from '../calls/call-log.ts'
import { ControlError } from './control-error.ts'
import { type ControlRequest, queryFlag, queryInteger, queryOf, type Route } from './request.ts'

const filter = {
  method: optional(text),
  userId: optional(queryInteger),
  dc: optional(queryInteger),
  failed: optional(queryFlag),
  since: optional(queryInteger),
}
const listQuery = record({ ...filter, limit: optional(queryInteger) })
const waitQuery = record({ ...filter, timeout: optional(queryInteger) })

const DEFAULT_LIMIT = 100
const DEFAULT_TIMEOUT = 10_000
const LONGEST_TIMEOUT = 300_000

export const callRoutes: Route[] = [
  {
    method: 'GET',
    path: '/calls',
    summary: 'the last calls of clients',
    takes: '`method`, `userId`, `dc`, `failed`, `since` (a number), `limit`',
    handle: (request) => {
      const { limit, ...wanted } = queryOf(request, listQuery)
      return request.box.calls.all(wanted).slice(-(limit ?? DEFAULT_LIMIT))
    },
  },
  {
    method: 'DELETE',
    path: '/calls',
    summary: 'forgets them',
    handle: ({ box }) => {
      const removed = box.calls.all().length
      box.calls.clear()
      return { removed }
    },
  },
  {
    method: 'GET',
    path: '/calls/wait',
    summary: 'the first call that matches, seen already or to come',
    takes: 'the same, and `timeout` in milliseconds',
    handle: waitForCall,
  },
]

async function waitForCall(request: ControlRequest): Promise<object> {
  const { timeout, ...wanted } = queryOf(request, waitQuery)
  const { calls } = request.box
  const match: CallFilter = wanted
  try {
    return await calls.waitFor(match, Math.min(timeout ?? DEFAULT_TIMEOUT, LONGEST_TIMEOUT))
  } catch (error) {
    throw new ControlError(408, 'NO_SUCH_CALL', error instanceof Error ? error.message : 'no such call')
  }
}
