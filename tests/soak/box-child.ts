/** The box's process, as its parent sees it. */
import { type ChildProcess, fork } from 'node:child_process'
import type { Answer, BoxAddress, BoxPlan, BoxStatus, BoxTally, Question } from './plan.ts'

export class BoxChild {
  readonly #child: ChildProcess
  readonly #waiting = new Map<
    Answer['to'],
    { resolve: (answer: Answer) => void; reject: (error: Error) => void }[]
  >()
  #gone: Error | undefined

  /** @param program the bundled `box-process` */
  constructor(program: string, plan: BoxPlan) {
    this.#child = fork(program, [JSON.stringify(plan)], {
      execArgv: [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    this.#child.on('message', (answer: Answer) => {
      for (const { resolve } of this.#take(answer.to)) resolve(answer)
    })
    this.#child.on('exit', (code, signal) => {
      this.#gone = new Error(`the box has ended: ${signal ?? code}`)
      for (const to of [...this.#waiting.keys()]) for (const { reject } of this.#take(to)) reject(this.#gone)
    })
  }

  started(): Promise<BoxAddress> {
    return this.#next('start')
  }

  storm(): void {
    this.#say('storm')
  }

  status(): Promise<BoxStatus> {
    this.#say('status')
    return this.#next('status')
  }

  async calm(): Promise<void> {
    this.#say('calm')
    await this.#next('calm')
  }

  tally(): Promise<BoxTally> {
    this.#say('tally')
    return this.#next('tally')
  }

  end(): void {
    this.#child.kill('SIGKILL')
  }

  #say(question: Question): void {
    if (this.#gone === undefined) this.#child.send(question)
  }

  #next<To extends Answer['to']>(to: To): Promise<Extract<Answer, { to: To }>> {
    if (this.#gone !== undefined) return Promise.reject(this.#gone)
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(to) ?? []
      this.#waiting.set(to, waiting)
      waiting.push({ resolve: resolve as (answer: Answer) => void, reject })
    })
  }

  #take(to: Answer['to']) {
    const waiting = this.#waiting.get(to) ?? []
    this.#waiting.delete(to)
    return waiting
  }
}
