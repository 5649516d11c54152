/** What the control port needs of the box. */
import type { NewUser } from '../../world/accounts.ts'
import type { Account } from '../../world/state-account.ts'
import type { World } from '../../world/world.ts'
import type { CallLog } from '../calls/call-log.ts'
import type { ConnectLog } from '../carriers/connect-log.ts'
import type { ConnectionReport } from '../carriers/connection.ts'
import type { BoxProxy, ProxyOptions } from '../carriers/proxy-port.ts'
import type { FaultPlan } from '../faults/fault-plan.ts'
import type { SessionFilter, SessionReport } from '../keys/sessions.ts'

export interface ControlledBox {
  readonly world: World
  readonly publicKey: string
  readonly fingerprint: string
  readonly dcs: readonly { id: number; host: string; port: number }[]
  readonly faults: FaultPlan
  readonly calls: CallLog
  readonly connects: ConnectLog
  readonly connections: number
  user(user: NewUser & { password?: string | undefined; passwordHint?: string | undefined }): Promise<Account>
  proxy(options: ProxyOptions): Promise<BoxProxy>
  connectionReports(): ConnectionReport[]
  dropConnections(which: (connection: ConnectionReport) => boolean): number
  sessions(filter?: SessionFilter): SessionReport[]
  forgetSessions(filter: SessionFilter): number
  expireSalts(filter: SessionFilter): number
  touched(): void
  save(): Promise<void>
  advance(milliseconds: number): void
  close(): Promise<void>
}

/** Where the control port listens. */
export interface ControlOptions {
  /** 0: any free port. */
  port: number
  /** Default 127.0.0.1. Whoever reaches another address can do everything with the box. */
  host?: string | undefined
}
