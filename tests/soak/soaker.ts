/** What one account does all the time: calls of many kinds, and messages; and if its key has died, a new login. */
import type { Session } from 'telegram-mt'
import { between, type Chance, oneOf } from './chance.ts'
import type { Ledger } from './ledger.ts'
import type { Person } from './plan.ts'

/** Why the program gives a call up in the middle of it. */
export class SoakAbort extends Error {
  readonly code = 'SOAK_ABORTED'
}

export interface SoakerOptions {
  readonly person: Person
  readonly session: Session
  readonly ledger: Ledger
  readonly chance: Chance
  /** Ms between two of its deeds, on average. */
  readonly pace: number
}

/** It does the next thing before these have ended, but not more. */
const AT_ONCE = 4

export class Soaker {
  readonly #options: SoakerOptions
  readonly #running = new Set<Promise<unknown>>()
  #stopped = false
  #wake = () => {}
  #ended: Promise<void> | undefined

  constructor(options: SoakerOptions) {
    this.#options = options
    const { session, person, ledger } = options
    session.onMessage(({ out, text }) => {
      if (!out) ledger.arrives(person.username, text)
    })
    session.on('sent', ({ randomId }) => ledger.settled(randomId, true))
    session.on('sendFailed', ({ randomId }) => ledger.settled(randomId, false))
  }

  begin(): void {
    this.#ended = this.#live()
  }

  /** Begins nothing new. Resolves when it is between two deeds; what it has begun may still be under way. */
  async end(): Promise<void> {
    this.#stopped = true
    this.#wake()
    await this.#ended
  }

  async #live(): Promise<void> {
    const { chance, pace } = this.#options
    while (!this.#stopped) {
      await this.#pause(chance() * 2 * pace)
      if (this.#stopped) return
      if (this.#isLost) {
        await this.#signInAnew()
        continue
      }
      const deed = this.#deed()
      this.#running.add(deed)
      void deed.finally(() => this.#running.delete(deed))
      if (this.#running.size >= AT_ONCE) await Promise.race([...this.#running, this.#whenStopped()])
    }
  }

  /** `authorizing`: a login that did not go well. */
  get #isLost(): boolean {
    const { name } = this.#options.session.state
    return name === 'loggedOut' || name === 'authorizing'
  }

  /** Once the storm is over: an account that is lost comes back, for what it has kept. */
  async comeBack(): Promise<void> {
    if (this.#isLost) await this.#signInAnew()
  }

  #deed(): Promise<unknown> {
    const { session, chance, person, ledger } = this.#options
    const draw = chance()
    if (draw < 0.3) return this.#send()
    if (draw < 0.303) {
      session.networkChanged()
      return Promise.resolve()
    }
    const call = (method: string, made: () => Promise<unknown>, timeout?: number) =>
      ledger.call(person.username, method, made, timeout)
    const { api } = session
    const options = this.#callOptions()
    const { timeout } = options
    if (draw < 0.4) {
      const id = [{ _: 'inputUserSelf' as const }]
      return call('users.getUsers', () => session.invoke({ _: 'users.getUsers', id }, options), timeout)
    }
    if (draw < 0.5)
      return call('help.getConfig', () => session.invoke({ _: 'help.getConfig' }, options), timeout)
    if (draw < 0.6) {
      return call('messages.getHistory', () =>
        session.getHistory(`@${oneOf(chance, person.chats)}`, { limit: 5 }),
      )
    }
    if (draw < 0.65) return call('messages.getDialogs', () => session.getChats({ limit: 5 }))
    if (draw < 0.75) return call('contacts.getContacts', () => session.getContacts())
    if (draw < 0.8) {
      return call('contacts.resolveUsername', () =>
        api.contacts.resolveUsername({ username: 'nobody_is_here' }),
      )
    }
    if (draw < 0.9) {
      // The one that the box leaves without an answer.
      const ttl = { timeout: 20_000 }
      const made = () => session.invoke({ _: 'account.getAccountTTL' }, ttl)
      return call('account.getAccountTTL', made, ttl.timeout)
    }
    if (draw < 0.91 && person.traveller) {
      const dc = between(chance, 1, 5)
      return call('help.getNearestDc', () =>
        session.invoke({ _: 'help.getNearestDc' }, { dc, timeout: 60_000 }),
      )
    }
    return call('updates.getState', () => session.invoke({ _: 'updates.getState' }, options), timeout)
  }

  #send(): Promise<void> {
    const { session, chance, person, ledger } = this.#options
    const chat = oneOf(chance, person.chats)
    const signal = chance() < 0.03 ? this.#aborted() : undefined
    return ledger.send(person.username, chat, (text) => session.sendMessage(`@${chat}`, text, { signal }))
  }

  #callOptions(): { timeout?: number; signal?: AbortSignal } {
    const { chance } = this.#options
    const draw = chance()
    if (draw < 0.3) return { timeout: between(chance, 2_000, 20_000) }
    return draw < 0.35 ? { signal: this.#aborted() } : {}
  }

  #aborted(): AbortSignal {
    const controller = new AbortController()
    setTimeout(() => controller.abort(new SoakAbort('given up')), this.#options.chance() * 300)
    return controller.signal
  }

  async #signInAnew(): Promise<void> {
    const { session, person, ledger } = this.#options
    await ledger.call(person.username, 'the login', () => signIn(session, person))
  }

  #pause(ms: number): Promise<void> {
    if (this.#stopped) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  #whenStopped(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }
}

/** Signs in, whatever the session was before. */
export async function signIn(session: Session, { phone, dc }: Person): Promise<void> {
  await session.connect({ timeout: 60_000 })
  await session.sendCode(phone)
  await session.signIn(phone, String(dc).repeat(5))
}
