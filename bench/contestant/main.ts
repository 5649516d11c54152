/** The process of one contestant: loads its program and runs the steps that the runner asks for. */
import { createRequire } from 'node:module'
import { answerTo, type Note } from '../runner/child.ts'
import { places } from '../runner/places.ts'
import { cost, memory } from './cost.ts'
import { profiled } from './profile.ts'
import type { Program, Running, Tools } from './program.ts'
import { timed } from './timed.ts'

/** What the runner sends first. */
export interface Start extends Pick<Tools, 'library' | 'quick' | 'accounts' | 'box'> {
  readonly program: string
}

const peers = new URL('peers/', places.root)
const asked = new Map<number, { done: (value: unknown) => void; fail: (error: Error) => void }>()
let lastId = 0
let running: Running | undefined

function askRunner<T>(what: string, details: unknown): Promise<T> {
  const id = ++lastId
  return new Promise<T>((resolve, reject) => {
    asked.set(id, { done: (value) => resolve(value as T), fail: reject })
    process.send?.({ ask: id, what, details } satisfies Note)
  })
}

async function load({ program, ...given }: Start): Promise<void> {
  const module: { default: Program } = await import(program)
  running = await module.default({
    ...given,
    tellBox: askRunner,
    require: createRequire(new URL('package.json', peers)),
    import: (path) => import(new URL(`node_modules/${path}`, peers).href),
    timed: (steps) => timed(steps, given.quick),
    cost,
    memory,
  })
}

process.on('message', async (note: Note) => {
  if ('ask' in note) {
    const answer = await answerTo(note, async (what, details) => {
      // The runner sends nothing else.
      if (what === 'load') return await load(details as Start)
      return await profiled(process.env.BENCH_PROFILE, what, async () => await running?.run(what))
    })
    process.send?.(answer)
    return
  }
  const waiting = asked.get(note.answer)
  asked.delete(note.answer)
  if (note.error === undefined) waiting?.done(note.ok)
  else waiting?.fail(new Error(note.error))
})

// Nobody is left to answer.
process.on('disconnect', () => process.exit())
