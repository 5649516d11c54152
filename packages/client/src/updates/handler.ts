/** What a program gets to handle, and how. */
import type { ChannelLostDelivery, GapDelivery, UpdateDelivery } from './types.ts'

/** Everything but bare positions. */
export type ProgramDelivery = UpdateDelivery | GapDelivery | ChannelLostDelivery

/** What a handler is told besides the update. */
export interface HandlerContext {
  /** 1 for the first time; more after the handler threw. */
  readonly attempt: number
  /** Aborted when the session stops. An update whose handler is then not done comes again after a restart. */
  readonly signal: AbortSignal
}

/** The update counts as handled when the promise resolves (or at once, if none is returned). */
export type DeliveryHandler = (delivery: ProgramDelivery, context: HandlerContext) => unknown
