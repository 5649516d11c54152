/**
 * The client's store of server salts (https://core.telegram.org/mtproto/description#server-salt). Several future salts
 * are kept, so that a change of salt costs no call a second round trip. They lie in one buffer of 16 bytes each, because
 * a session keeps some of them for hours.
 */
import type { Salt } from './service-messages.ts'

/** How many salts are asked for: enough for six hours, and little to keep, here and in the storage. */
export const SALTS_ASKED = 12
/** "at most once a minute" */
const ASK_INTERVAL = 60_000
/** A salt that came without its dates is good for this long (s), as the one from the key exchange. */
const UNDATED_VALIDITY = 600
/** Keeps clear of the borders of validity (s), because the server's time is only estimated. */
const MARGIN = 30
/** A server cannot make us keep more. */
const MAX_SALTS = 128

const ENTRY = 16

export class ClientSalts {
  #view = new DataView(new ArrayBuffer(0))
  #askedAt = Number.NEGATIVE_INFINITY

  constructor(salts: readonly Salt[]) {
    this.#store(salts)
  }

  get size(): number {
    return this.#view.byteLength / ENTRY
  }

  list(): Salt[] {
    const salts: Salt[] = []
    for (let at = 0; at < this.#view.byteLength; at += ENTRY) {
      salts.push({
        salt: this.#view.getBigInt64(at, true),
        validSince: this.#view.getUint32(at + 8, true),
        validUntil: this.#view.getUint32(at + 12, true),
      })
    }
    return salts
  }

  /** The salt to send with at this moment of the server's time (ms); 0 if none is known, and the server will tell one. */
  current(serverTime: number): bigint {
    const now = serverTime / 1000
    let best = -1
    let bestRank = Number.NEGATIVE_INFINITY
    for (let at = 0; at < this.#view.byteLength; at += ENTRY) {
      const since = this.#view.getUint32(at + 8, true)
      const until = this.#view.getUint32(at + 12, true)
      // Safely valid beats barely valid, which beats the least wrong; among equals the youngest lasts longest.
      const distance = Math.max(since + MARGIN - now, now + MARGIN - until)
      const rank = distance <= 0 ? since : -distance
      if (rank > bestRank) {
        best = at
        bestRank = rank
      }
    }
    return best < 0 ? 0n : this.#view.getBigInt64(best, true)
  }

  /** Whether fewer than two salts are good for the next minute, and the last question is long enough ago. */
  needsMore(serverTime: number, now: number): boolean {
    if (now < this.#askedAt + ASK_INTERVAL) return false
    const soon = serverTime / 1000 + 60
    let good = 0
    for (let at = 0; at < this.#view.byteLength; at += ENTRY) {
      if (this.#view.getUint32(at + 12, true) > soon) good++
    }
    return good < 2
  }

  /** The question was sent. */
  asked(now: number): void {
    this.#askedAt = now
  }

  /** The question was lost or refused: it may be asked again at once. */
  askAgain(): void {
    this.#askedAt = Number.NEGATIVE_INFINITY
  }

  /**
   * A salt without dates, from bad_server_salt or new_session_created. One that was unknown shows that those kept are
   * no longer the server's. True if it was news.
   */
  adopt(salt: bigint, serverTime: number): boolean {
    for (let at = 0; at < this.#view.byteLength; at += ENTRY) {
      if (this.#view.getBigInt64(at, true) === salt) return this.#confirm(at, serverTime)
    }
    this.#store([undated(salt, serverTime)])
    this.askAgain()
    return true
  }

  /** What future_salts told: replaces everything but the salt in use, which may not be among them. */
  replace(salts: readonly Salt[], serverTime: number): void {
    const now = serverTime / 1000
    const inUse = this.current(serverTime)
    const kept = this.list().filter(
      ({ salt, validUntil }) =>
        salt === inUse && validUntil > now && !salts.some((other) => other.salt === salt),
    )
    this.#store([...kept, ...salts.filter(({ validUntil }) => validUntil > now)])
  }

  /** The server just named a salt that we have: if we thought it invalid, our dates for it are wrong. */
  #confirm(at: number, serverTime: number): boolean {
    const salt = this.#view.getBigInt64(at, true)
    if (this.current(serverTime) === salt) return false
    this.#store([undated(salt, serverTime)])
    this.askAgain()
    return true
  }

  #store(salts: readonly Salt[]): void {
    const kept = salts.slice(0, MAX_SALTS)
    const view = new DataView(new ArrayBuffer(kept.length * ENTRY))
    kept.forEach(({ salt, validSince, validUntil }, i) => {
      view.setBigInt64(i * ENTRY, salt, true)
      view.setUint32(i * ENTRY + 8, Math.max(0, validSince), true)
      view.setUint32(i * ENTRY + 12, Math.max(0, validUntil), true)
    })
    this.#view = view
  }
}

function undated(salt: bigint, serverTime: number): Salt {
  const now = Math.floor(serverTime / 1000)
  return { salt, validSince: now - UNDATED_VALIDITY, validUntil: now + UNDATED_VALIDITY }
}
