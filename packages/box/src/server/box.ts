/** The box: five datacenters in a process, one world behind them. */
import { exportRsaPublicKey, generateRsaKey, type RsaPrivateKey, randomBytes } from '@telegram-mt/crypto'
import type { ServerSession } from '@telegram-mt/mtproto'
import { TimerWheel } from '@telegram-mt/net'
import { TlWriter } from '@telegram-mt/tl'
import type { tl } from '../generated/types.ts'
import { createApi } from '../methods/api.ts'
import { type PushTarget, World } from '../world/world.ts'
import { AuthKeyTable } from './auth-key-table.ts'
import { readRsaKey, readSchema } from './box-options.ts'
import { type CallReport, CallRunner } from './call-runner.ts'
import type { Connection } from './connection.ts'
import { Datacenter } from './datacenter.ts'
import { Layers } from './layers.ts'

export interface BoxOptions {
  /** Address to listen on; default 127.0.0.1. */
  host?: string | undefined
  /** Datacenter n listens on port + n − 1; 0, the default, picks free ones. */
  port?: number | undefined
  /** How many datacenters; default 5. */
  datacenters?: number | undefined
  /** RSA private key, PEM (PKCS#1 or PKCS#8, 2048 bits). Made if absent. */
  rsaKey?: string | undefined
  /** Schemas (TL text with a `// LAYER n` line) of further layers that clients may speak. */
  schemas?: readonly string[] | undefined
  /** The world to serve; a new, empty one if absent. */
  world?: World | undefined
  /** Told of every call that was answered. */
  onCall?: ((report: CallReport) => void) | undefined
  /** Told why a connection was cut off: its client sent what cannot be taken. */
  onRefused?: ((error: unknown, remote: string) => void) | undefined
  /** Told of errors inside the box itself; by default they are printed on standard error. */
  onFault?: ((error: unknown, where: string) => void) | undefined
}

/** How to reach one datacenter. */
export interface BoxDatacenter {
  id: number
  host: string
  port: number
}

export class Box {
  readonly world: World
  /** The public key that clients must be given, PEM (PKCS#1). */
  readonly publicKey: string
  /** Its fingerprint: 16 hex digits. */
  readonly fingerprint: string
  readonly dcs: readonly BoxDatacenter[]
  readonly #datacenters: readonly Datacenter[]
  readonly #stopPushing: () => void

  private constructor(
    world: World,
    key: RsaPrivateKey,
    host: string,
    datacenters: readonly Datacenter[],
    stopPushing: () => void,
  ) {
    this.world = world
    this.publicKey = exportRsaPublicKey(key)
    this.fingerprint = BigInt.asUintN(64, key.fingerprint).toString(16).padStart(16, '0')
    this.dcs = datacenters.map(({ id, port }) => ({ id, host, port }))
    this.#datacenters = datacenters
    this.#stopPushing = stopPushing
  }

  /**
   * Opens the ports and serves.
   * @throws BoxOptionError if the RSA key or a schema is none; the system's error if a port cannot be had.
   */
  static async start(options: BoxOptions = {}): Promise<Box> {
    const host = options.host ?? '127.0.0.1'
    const world = options.world ?? new World()
    const rsaKey = options.rsaKey === undefined ? newRsaKey() : readRsaKey(options.rsaKey)
    const layers = new Layers((options.schemas ?? []).map(readSchema))
    const keys = new AuthKeyTable()
    const bindings = new Map<ServerSession, Connection>()
    const datacenters: Datacenter[] = []
    const api = createApi(world, {
      dcOptions: () =>
        datacenters.map(
          ({ id, port }): tl.dcOption => ({ _: 'dcOption', static: true, id, ipAddress: host, port }),
        ),
    })
    const runner = new CallRunner({
      world,
      api,
      layers,
      keys,
      onCall: options.onCall,
      onFault: options.onFault ?? ((error, where) => console.error(`box: ${where} failed:`, error)),
    })
    const stopPushing = world.onPush((target, updates) => deliver(target, updates, layers, keys, bindings))
    const wheel = new TimerWheel()
    const count = options.datacenters ?? 5
    try {
      for (let dc = 1; dc <= count; dc++) {
        datacenters.push(
          await Datacenter.open(
            {
              dc,
              host,
              port: options.port ? options.port + dc - 1 : 0,
              rsaKey,
              keys,
              nativeLayer: layers.native,
              wheel,
              random: randomBytes,
              now: world.now,
              onRefused: (error, remote) => options.onRefused?.(error, remote),
              onCall: (key, session, { msgId, body }) =>
                runner.run(key, session, msgId, body, () => bindings.get(session)?.flush()),
            },
            bindings,
          ),
        )
      }
    } catch (error) {
      stopPushing()
      await Promise.all(datacenters.map((datacenter) => datacenter.close()))
      throw error
    }
    return new Box(world, rsaKey, host, datacenters, stopPushing)
  }

  /** Cuts every connection off, as an outage would. */
  dropConnections(): void {
    for (const datacenter of this.#datacenters) datacenter.dropConnections()
  }

  /** Connections open now. */
  get connections(): number {
    return this.#datacenters.reduce((sum, { connections }) => sum + connections.size, 0)
  }

  async close(): Promise<void> {
    this.#stopPushing()
    await Promise.all(this.#datacenters.map((datacenter) => datacenter.close()))
  }
}

/** Pushes updates to every session of the account that follows them, each in its own layer, encoded once per layer. */
function deliver(
  target: PushTarget,
  updates: tl.Updates,
  layers: Layers,
  keys: AuthKeyTable,
  bindings: ReadonlyMap<ServerSession, Connection>,
): void {
  const encoded = new Map<number, Uint8Array>()
  for (const key of keys.ofUser(target.userId)) {
    if (target.onlyAuthKey !== undefined && key.id !== target.onlyAuthKey) continue
    for (const session of key.subscribed) {
      if (key.id === target.exceptSession?.authKeyId && session.sessionId === target.exceptSession.sessionId)
        continue
      let body = encoded.get(key.layer)
      if (body === undefined) {
        const writer = new TlWriter()
        layers.codec(key.layer).write(writer, { ...updates })
        body = writer.finish()
        encoded.set(key.layer, body)
      }
      const lost = session.push(body)
      if (lost > 0) {
        // Its client has not come back for too much: it is to learn that its session is gone, and fetch the difference.
        key.subscribed.delete(session)
        key.sessions.forget(session.sessionId)
        continue
      }
      bindings.get(session)?.flush()
    }
  }
}

/** mtcute drops the leading zero of a fingerprint in hex and then does not find its key: such keys are drawn again. */
function newRsaKey(): RsaPrivateKey {
  for (;;) {
    const key = generateRsaKey()
    if (BigInt.asUintN(64, key.fingerprint) >> 60n !== 0n) return key
  }
}

/** Starts a box: `const box = await startBox()`. */
export const startBox = (options?: BoxOptions): Promise<Box> => Box.start(options)
