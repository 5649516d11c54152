/** How sessions come to a host: restored, made, or taken over from elsewhere. */
import type { ProxyOption } from './host/proxy-option.ts'
import type { Session } from './session/session.ts'
import type { TdataOptions } from './session-strings/tdata/tdata.ts'

/** Options of `telegram.start`. */
export interface StartOptions {
  /** Whether sessions with an account connect at once; default true. If not, each does when its `connect` is called. */
  connect?: boolean | undefined
}

/** Options of `telegram.connect`. */
export interface ConnectOptions {
  /** The datacenter; a random one of those known if absent. */
  dc?: number | undefined
  /** The session's name: unique in the storage. Made at random if absent. */
  id?: string | undefined
  /** Only make the session; it connects when first needed. */
  lazy?: boolean | undefined
  /** A proxy for this session alone: see `session.setProxy`. */
  proxy?: ProxyOption | undefined
  /** Milliseconds to wait for the connection; default 30,000. */
  timeout?: number | undefined
  signal?: AbortSignal | undefined
}

/** Options of `telegram.import`. */
export type ImportOptions = Omit<ConnectOptions, 'dc'>
/** Options of `telegram.importTdata`. */
export type ImportTdataOptions = Omit<ImportOptions, 'id'> & TdataOptions

/** An account of a `tdata` folder, by its place there. */
export type ImportedAccount =
  | { readonly index: number; readonly session: Session; readonly error?: undefined }
  | { readonly index: number; readonly session?: undefined; readonly error: unknown }
