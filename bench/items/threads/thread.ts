/** A worker thread: takes the memory of a part, works on it, gives it back. */
import { parentPort } from 'node:worker_threads'
import type { Direction } from './item.ts'
import { workOn } from './part.ts'

parentPort?.on('message', ({ part, direction }: { part: Uint8Array<ArrayBuffer>; direction: Direction }) => {
  workOn(part, direction)
  parentPort?.postMessage(part, [part.buffer])
})
