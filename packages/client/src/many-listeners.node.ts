/** Calls by the hundred wait for one signal: Node takes more than ten listeners for a leak, and says so on standard error. */
import { setMaxListeners } from 'node:events'

export function manyListeners(signal: AbortSignal): void {
  // One that only looks like a signal has no such limit.
  if (signal instanceof EventTarget) setMaxListeners(0, signal)
}

/** A controller whose signal many may listen to. */
export function stopForMany(): AbortController {
  const controller = new AbortController()
  manyListeners(controller.signal)
  return controller
}
