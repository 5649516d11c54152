/** What a box can be given; what of it is text is read so that an error says which of the texts is wrong. */
import { parseRsaPrivateKey, type RsaPrivateKey } from '@telegram-mt/crypto'
import { parseTl, type TlSchema } from '@telegram-mt/tl'
import type { World } from '../world/world.ts'
import type { WorldOptions } from '../world/world-options.ts'
import type { CallReport } from './calls/call-log.ts'
import type { ControlOptions } from './control/controlled-box.ts'
import type { Lifetimes } from './keys/sweep.ts'

/** What `startBox` takes; everything may be left out. */
export interface BoxOptions {
  /** Address to listen on; default 127.0.0.1. */
  host?: string | undefined
  /** Datacenter n listens on port + n − 1; 0, the default, picks free ones. */
  port?: number | undefined
  /** The address that clients are told, if it is not `host`: behind a router, in a container. */
  advertisedHost?: string | undefined
  /** How many datacenters; default 5. */
  datacenters?: number | undefined
  /**
   * One more datacenter, number 203: a content delivery network with an RSA key of its own. It serves `all` files to clients
   * that say they can do that, or those that `serveByCdn` was `marked` for. Without this there is none.
   */
  cdn?: 'all' | 'marked' | undefined
  /** RSA private key, PEM (PKCS#1 or PKCS#8, 2048 bits). Made if absent. */
  rsaKey?: string | undefined
  /** Schemas (TL text with a `// LAYER n` line) of further layers that clients may speak. */
  schemas?: readonly string[] | undefined
  /** The world to serve; a new, empty one if absent. A function is asked for it only if the data directory has none. */
  world?: World | ((options: WorldOptions) => World | Promise<World>) | undefined
  /**
   * A directory in which the box keeps itself over restarts: its world, its RSA key, and the auth keys of its clients. What
   * is there counts for more than `world`.
   */
  data?: string | undefined
  /** Opens the control port there (a number: on 127.0.0.1; 0: any free one). Without it there is none. */
  control?: number | ControlOptions | undefined
  /**
   * Lets several programs use one auth key at the same time. Without this they are told AUTH_KEY_DUPLICATED, as by Telegram, and the
   * key is of no use any more.
   */
  sharedKeys?: boolean | undefined
  /** For faults by chance; default 1. The same seed and the same events make the same faults. */
  faultSeed?: number | undefined
  /** How long things are kept that their clients have left behind. */
  lifetimes?: Partial<Lifetimes> | undefined
  /** Told of every call that was answered. */
  onCall?: ((report: CallReport) => void) | undefined
  /** Told why a connection was cut off: its client sent what cannot be taken. */
  onRefused?: ((error: unknown, remote: string) => void) | undefined
  /** Told of errors inside the box itself; by default they are printed on standard error. */
  onFault?: ((error: unknown, where: string) => void) | undefined
}

/** An option of `startBox` cannot be used; `cause` has the parser's own error. */
export class BoxOptionError extends Error {
  override readonly name = 'BoxOptionError'
  readonly code = 'BOX_OPTION_INVALID'
  readonly option: 'rsaKey' | 'schemas'
  /** Which of the schemas, from 0. */
  readonly index: number | undefined

  constructor(option: 'rsaKey' | 'schemas', index: number | undefined, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.option = option
    this.index = index
  }
}

export function readRsaKey(pem: string): RsaPrivateKey {
  try {
    return parseRsaPrivateKey(pem)
  } catch (error) {
    throw new BoxOptionError('rsaKey', undefined, error)
  }
}

export function readSchema(text: string, index: number): TlSchema {
  try {
    const schema = parseTl(text)
    if (schema.layer === undefined) {
      throw new RangeError("a layer's schema names its number in a line '// LAYER n'")
    }
    return schema
  } catch (error) {
    throw new BoxOptionError('schemas', index, error)
  }
}
