/**
 * The control port: the box's own API as HTTP and JSON, for programs that are not written in this language. It is as
 * powerful as the process, so it listens on loopback unless told otherwise, and web pages cannot use it.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { FramingError } from '@telegram-mt/mtproto'
import { WorldError } from '../../world/world-error.ts'
import { ControlError } from './control-error.ts'
import type { ControlledBox, ControlOptions } from './controlled-box.ts'
import { toJson } from './json.ts'
import { type Route, readBody } from './request.ts'
import { routes } from './routes.ts'

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i

export class ControlServer {
  readonly host: string
  readonly port: number
  readonly #server: Server

  private constructor(server: Server, host: string) {
    this.#server = server
    this.host = host
    const { port } = server.address() as AddressInfo
    this.port = port
  }

  get url(): string {
    return `http://${this.host.includes(':') ? `[${this.host}]` : this.host}:${this.port}`
  }

  /** @throws the system's error if the port cannot be had */
  static start(
    box: ControlledBox,
    options: ControlOptions,
    onFault: (error: unknown, where: string) => void,
  ): Promise<ControlServer> {
    const host = options.host ?? '127.0.0.1'
    const server = createServer((request, response) => {
      void answer(box, request, response, onFault)
    })
    return new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(options.port, host, () => {
        server.off('error', reject)
        resolve(new ControlServer(server, host))
      })
    })
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve())
      this.#server.closeAllConnections()
    })
  }
}

async function answer(
  box: ControlledBox,
  request: IncomingMessage,
  response: ServerResponse,
  onFault: (error: unknown, where: string) => void,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://control')
  try {
    refuseWebPages(request)
    if (request.method === 'POST' && url.pathname === '/shutdown') {
      send(response, 202, { closing: true })
      response.on('finish', () => void box.close())
      return
    }
    const { route, name } = findRoute(request.method ?? 'GET', url.pathname)
    const body = await readBody(request)
    const result = await route.handle({ box, name, query: url.searchParams, body })
    if (route.method !== 'GET') box.touched()
    send(response, route.method === 'POST' ? 201 : 200, result)
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal.status === 500) onFault(error, `control: ${request.method} ${url.pathname}`)
    const { code, message, at } = refusal
    send(response, refusal.status, { error: { code, message, ...(at && { at }) } })
  }
}

/** A browser that was lured to a page would send the page's orders here: it says so in Origin, or in Host. */
function refuseWebPages({ headers, socket }: IncomingMessage): void {
  if (headers.origin !== undefined)
    throw new ControlError(403, 'WEB_PAGE', 'web pages may not control the box')
  const local = /^(127\.|::1$|::ffff:127\.)/.test(socket.localAddress ?? '')
  if (local && !LOOPBACK.test(headers.host ?? '')) {
    throw new ControlError(403, 'HOST_UNKNOWN', 'the request is for another host than this')
  }
}

function findRoute(method: string, path: string): { route: Route; name: string } {
  const clean = path.length > 1 ? path.replace(/\/$/, '') : path
  const fitting = routes.flatMap((route) => {
    if (route.path === clean) return { route, name: '' }
    if (!route.path.endsWith('/:name')) return []
    const base = route.path.slice(0, -':name'.length)
    const name = clean.startsWith(base) ? clean.slice(base.length) : ''
    return name === '' || name.includes('/') ? [] : { route, name: decoded(name) }
  })
  if (fitting.length === 0) throw new ControlError(404, 'NOT_FOUND', `there is no ${clean}`)
  const found = fitting.find(({ route }) => route.method === method)
  if (found !== undefined) return found
  const methods = fitting.map(({ route }) => route.method).join(', ')
  throw new ControlError(405, 'METHOD_NOT_ALLOWED', `${clean} takes ${methods}, not ${method}`)
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    throw new ControlError(400, 'BAD_REQUEST', 'the path is not well encoded')
  }
}

function refusalOf(error: unknown): ControlError {
  if (error instanceof ControlError) return error
  if (error instanceof WorldError) {
    // The request's own shape, or a rule of the world.
    const code = error.code === 'WORLD_INVALID' ? 'BAD_REQUEST' : error.code
    return new ControlError(400, code, error.message, error.at)
  }
  if (error instanceof FramingError) return new ControlError(400, 'BAD_REQUEST', error.message)
  if (error instanceof Error && 'code' in error && String(error.code).startsWith('EADDR')) {
    return new ControlError(400, 'BAD_REQUEST', error.message, 'port')
  }
  return new ControlError(500, 'INTERNAL', 'the box failed at this; it has said more where it logs')
}

function send(response: ServerResponse, status: number, result: unknown): void {
  if (response.destroyed) return
  const body = `${toJson(result ?? {})}\n`
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end(body)
}
