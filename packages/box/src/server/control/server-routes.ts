/** The server itself: its connections and sessions, its salts, its clock, and its end. */
import { extendWorld } from '../../world/described-world.ts'
import { integer, optional, record, text } from '../../world/shape.ts'
import type { ConnectionReport } from '../carriers/connection.ts'
import type { SessionFilter } from '../keys/sessions.ts'
import { notFound } from './control-error.ts'
import type { ControlledBox } from './controlled-box.ts'
import { bodyOf, queryInteger, queryOf, type Route } from './request.ts'

const connectionQuery = record({
  dc: optional(queryInteger),
  userId: optional(queryInteger),
  via: optional(text),
})
const sessionQuery = record({ dc: optional(queryInteger), userId: optional(queryInteger) })
const connectQuery = record({
  dc: optional(queryInteger),
  via: optional(text),
  since: optional(queryInteger),
  limit: optional(queryInteger),
})
const CONNECTS = 100
/** Moments that a Date can hold, either way from now. */
const YEARS = 100 * 365 * 86_400_000

export const serverRoutes: Route[] = [
  {
    method: 'GET',
    path: '/',
    summary:
      'the addresses of the datacenters, the public key, the clock, and how much there is of everything',
    handle: ({ box }) => boxJson(box),
  },
  {
    method: 'GET',
    path: '/connections',
    summary: 'the connections that are open',
    takes: '`dc`, `userId`, `via`',
    handle: (request) =>
      request.box.connectionReports().filter(connectionFilter(queryOf(request, connectionQuery))),
  },
  {
    method: 'DELETE',
    path: '/connections',
    summary: 'cuts connections off',
    takes: '`dc`, `userId`, `via`; all if left out',
    handle: (request) => ({
      dropped: request.box.dropConnections(connectionFilter(queryOf(request, connectionQuery))),
    }),
  },
  {
    method: 'DELETE',
    path: '/connections/:name',
    summary: 'cuts one off, by its number',
    handle: ({ box, name }) => {
      const dropped = box.dropConnections(({ number }) => number === Number(name))
      if (dropped === 0) throw notFound(`no connection has the number ${name}`)
      return { dropped }
    },
  },
  {
    method: 'GET',
    path: '/connects',
    summary:
      'when clients have knocked, those included that were turned away, and how many in the busiest second',
    takes: '`dc`, `via` (`port`, `proxy`), `since` (a number), `limit`',
    handle: (request) => {
      const { limit = CONNECTS, ...wanted } = queryOf(request, connectQuery)
      const { connects } = request.box
      const mostPerSecond = connects.mostPerSecond(wanted)
      return { mostPerSecond, connects: limit > 0 ? connects.all(wanted).slice(-limit) : [] }
    },
  },
  {
    method: 'GET',
    path: '/sessions',
    summary: 'the sessions of clients, connected or not',
    takes: '`dc`, `userId`',
    handle: (request) => request.box.sessions(queryOf(request, sessionQuery)),
  },
  {
    method: 'DELETE',
    path: '/sessions',
    summary: 'loses sessions: their clients get `new_session_created`',
    takes: '`dc`, `userId`; all if left out',
    handle: (request) => ({ forgotten: request.box.forgetSessions(queryOf(request, sessionQuery)) }),
  },
  {
    method: 'POST',
    path: '/salts/expire',
    summary: 'declares the salts of clients void',
    takes: '`{dc?, userId?}`',
    handle: (request) => {
      const filter: SessionFilter = bodyOf(
        request,
        record({ dc: optional(integer), userId: optional(integer) }),
      )
      return { keys: request.box.expireSalts(filter) }
    },
  },
  { method: 'GET', path: '/clock', summary: 'the clock of the box', handle: ({ box }) => clockJson(box) },
  {
    method: 'POST',
    path: '/clock',
    summary: 'moves it',
    takes: '`{advance}`: milliseconds, negative to go back',
    handle: (request) => {
      const { advance } = bodyOf(request, record({ advance: integer }))
      request.box.advance(Math.max(-YEARS, Math.min(YEARS, advance)))
      return clockJson(request.box)
    },
  },
  {
    method: 'GET',
    path: '/world',
    summary: 'everything in the world, as it is saved',
    handle: ({ box }) => box.world.toJSON(),
  },
  {
    method: 'POST',
    path: '/world',
    summary: 'adds what is described to the world',
    takes: 'as in a file for `--world`',
    handle: async ({ box, body }) => {
      await extendWorld(box.world, body)
      return boxJson(box)
    },
  },
  {
    method: 'POST',
    path: '/save',
    summary: 'saves the box to its data directory',
    handle: async ({ box }) => {
      await box.save()
      return { saved: true }
    },
  },
  {
    method: 'POST',
    path: '/proxies',
    summary: 'opens an MTProxy',
    takes: '`{secret?, port?}`',
    handle: async (request) => {
      const { host, port, secret, link } = await request.box.proxy(
        bodyOf(request, record({ secret: optional(text), port: optional(integer) })),
      )
      return { host, port, secret, link }
    },
  },
]

function boxJson(box: ControlledBox): object {
  const { dcs, publicKey, fingerprint, connections, world, calls } = box
  const { users, chats, channels } = world.state
  return {
    dcs,
    publicKey,
    fingerprint,
    ...clockJson(box),
    connections,
    sessions: box.sessions().length,
    accounts: users.size,
    chats: chats.size,
    channels: channels.size,
    calls: calls.count,
  }
}

function clockJson({ world }: ControlledBox): object {
  return { now: new Date(world.now()).toISOString(), ahead: world.ahead }
}

function connectionFilter(query: {
  dc?: number | undefined
  userId?: number | undefined
  via?: string | undefined
}): (connection: ConnectionReport) => boolean {
  const { dc, userId, via } = query
  return (connection) =>
    (dc === undefined || connection.dc === dc) &&
    (via === undefined || connection.via === via) &&
    (userId === undefined || connection.sessions.some((session) => session.userId === userId))
}
