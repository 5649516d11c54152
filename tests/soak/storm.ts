/** Makes something go wrong at the box every so often: of all its kinds of faults one at random, for somebody at random. */
import type { Box, FaultKind, FaultRule } from '@telegram-mt/box'
import { faultKinds } from '@telegram-mt/box'
import { between, type Chance, oneOf } from './chance.ts'
import { faultOf } from './faults.ts'

export interface Targets {
  /** User ids. */
  readonly all: readonly number[]
  readonly immortal: readonly number[]
  readonly mortal: readonly number[]
  readonly travellers: readonly number[]
}

/** What the owner of a box can do besides. */
type Blow = 'cut' | 'cutMany' | 'cutAll' | 'forgetSessions' | 'expireSaltsOfMany' | 'refuseForAMoment'
const BLOWS: readonly Blow[] = [
  'cut',
  'cutMany',
  'cutAll',
  'forgetSessions',
  'expireSaltsOfMany',
  'refuseForAMoment',
]
/** After these a key is of no more use. */
const DEADLY: readonly FaultKind[] = ['revoke', 'duplicateKey', 'forgetKey']
/** In how many of its turns an outage for all comes, and the end of a key: in the others one connection is cut. */
const RARE = 0.05
const OFTEN = 0.5
const AT_ONCE = 3
/** A rule that has struck nothing for so long is taken away, ms. */
const PATIENCE = 10_000

export class Storm {
  readonly #box: Box
  readonly #targets: Targets
  readonly #chance: Chance
  readonly #struck = new Map<string, number>()
  readonly #rules = new Map<number, { kind: FaultKind; until: number }>()
  #timer: NodeJS.Timeout | undefined
  count = 0

  constructor(box: Box, targets: Targets, chance: Chance) {
    this.#box = box
    this.#targets = targets
    this.#chance = chance
  }

  /** @param every ms. What a late timer left out, and what struck nobody, is made up for. */
  begin(every: number): void {
    const startedAt = performance.now()
    this.#timer = setInterval(() => {
      this.#sweep(Date.now())
      const due = (performance.now() - startedAt) / every - this.count - this.#rules.size
      for (let n = 0; n < Math.min(due, AT_ONCE); n++) this.#strike()
    }, every)
  }

  /** Nothing goes wrong any more. What hangs is cut off, as a frozen connection has no other end. */
  end(): void {
    clearInterval(this.#timer)
    this.#sweep(Number.POSITIVE_INFINITY)
    this.#box.faults.clear()
    this.#box.dropConnections()
  }

  /** How often each kind has struck. */
  struck(): Record<string, number> {
    return Object.fromEntries([...this.#struck].sort(([a], [b]) => a.localeCompare(b)))
  }

  #strike(): void {
    const kind = oneOf<FaultKind | Blow>(this.#chance, [...faultKinds, ...BLOWS])
    if (kind === 'cutAll' && this.#chance() > RARE) this.#blow('cut')
    else if (isBlow(kind)) this.#blow(kind)
    else if (DEADLY.includes(kind) && this.#chance() > OFTEN) this.#blow('cut')
    else this.#add(this.#rule(kind))
  }

  #blow(blow: Blow): void {
    const box = this.#box
    this.#note(blow)
    switch (blow) {
      case 'cut': {
        const victim = oneOf(this.#chance, this.#targets.all)
        box.dropConnections(({ sessions }) => sessions.some(({ userId }) => userId === victim))
        return
      }
      case 'cutMany':
        box.dropConnections(() => this.#chance() < 0.05)
        return
      case 'cutAll':
        box.dropConnections()
        return
      case 'forgetSessions':
        box.forgetSessions({ userId: oneOf(this.#chance, this.#targets.all) })
        return
      case 'expireSaltsOfMany':
        for (let n = 0; n < 10; n++) box.expireSalts({ userId: oneOf(this.#chance, this.#targets.all) })
        return
      case 'refuseForAMoment': {
        const id = box.faults.add({ fault: { kind: 'refuse' } })
        box.dropConnections(() => this.#chance() < 0.05)
        setTimeout(() => box.faults.remove(id), between(this.#chance, 200, 1_000))
      }
    }
  }

  #add(rule: FaultRule): void {
    const id = this.#box.faults.add(rule)
    this.#rules.set(id, { kind: rule.fault.kind, until: Date.now() + PATIENCE })
  }

  #rule(kind: FaultKind): FaultRule {
    const { all, mortal, travellers } = this.#targets
    const fault = faultOf[kind](this.#chance)
    const at = (from: readonly number[], method?: string): FaultRule => ({
      when: { userId: oneOf(this.#chance, from), times: 1, ...(method && { method }) },
      fault,
    })
    switch (fault.kind) {
      case 'refuse':
      case 'silence':
      case 'slowLoris':
      case 'clockSkew':
        // So that somebody connects.
        this.#box.dropConnections(() => this.#chance() < 0.01)
        return { when: { times: 1 }, fault }
      case 'revoke':
      case 'duplicateKey':
      case 'forgetKey':
        return at(mortal)
      case 'migrate':
        return at(fault.what === 'FILE' || fault.what === 'STATS' ? travellers : mortal, 'users.*')
      case 'hang':
        // An answer that never comes ends only calls with a deadline: this method is called with one.
        return { when: { method: 'account.getAccountTTL', times: 1 }, fault }
      default:
        return at(all)
    }
  }

  /** Counts what has struck and takes the rules away that are done or wait in vain. */
  #sweep(now: number): void {
    for (const { id, hits } of this.#box.faults.list()) {
      const rule = this.#rules.get(id)
      if (rule === undefined || (hits === 0 && now < rule.until)) continue
      if (hits > 0) this.#note(rule.kind)
      this.#rules.delete(id)
      this.#box.faults.remove(id)
    }
  }

  #note(kind: string): void {
    this.count++
    this.#struck.set(kind, (this.#struck.get(kind) ?? 0) + 1)
  }
}

function isBlow(kind: FaultKind | Blow): kind is Blow {
  return BLOWS.some((blow) => blow === kind)
}
