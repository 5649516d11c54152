import type { TimerWheel } from '@telegram-mt/net'

/** Waits on the host's timer wheel; rejects with the signal's reason as soon as that is aborted. */
export function sleep(wheel: TimerWheel, milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const aborted = () => {
      wheel.cancel(timer)
      reject(signal?.reason)
    }
    const timer = wheel.after(milliseconds, () => {
      signal?.removeEventListener('abort', aborted)
      resolve()
    })
    signal?.addEventListener('abort', aborted, { once: true })
    if (signal?.aborted) aborted()
  })
}
