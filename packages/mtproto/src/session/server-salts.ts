/**
 * The server's salts for one auth key (https://core.telegram.org/mtproto/description#server-salt): each is good for an
 * hour and half an hour later the next begins, so that a client always has time to change. They are computed, so that
 * nothing has to be stored, from a number that is drawn anew when sessions were forgotten: then only the salt keeps an
 * old packet from being taken for a new one.
 */
import { bigintToBytes, hmacSha256 } from '@telegram-mt/crypto'
import type { Salt } from './service-messages.ts'

/** A new salt begins every so many seconds, and is good for twice as long. */
const PERIOD = 1800

export class ServerSalts {
  readonly #authKey: Uint8Array
  readonly #random: (length: number) => Uint8Array
  readonly #period: number
  #seed: Uint8Array
  #cachedSlot = Number.NaN
  #cached = 0n
  #previous = 0n
  #extra: Salt | undefined

  /** `period` in seconds. */
  constructor(authKey: Uint8Array, random: (length: number) => Uint8Array, period = PERIOD) {
    this.#authKey = authKey
    this.#random = random
    this.#period = period
    this.#seed = random(16)
  }

  /** Also accepts this salt for a while: the one that the key exchange made. */
  add(salt: Salt): void {
    this.#extra = salt
  }

  /** Declares all salts void, future ones as well, as a server does at will. */
  expire(): void {
    this.#seed = this.#random(16)
    this.#cachedSlot = Number.NaN
    this.#extra = undefined
  }

  /** The salt to use at this moment (ms). */
  current(now: number): bigint {
    this.#turnTo(this.#slot(now))
    return this.#cached
  }

  accepts(salt: bigint, now: number): boolean {
    this.#turnTo(this.#slot(now))
    if (salt === this.#cached || salt === this.#previous) return true
    const extra = this.#extra
    return extra !== undefined && extra.salt === salt && now < extra.validUntil * 1000
  }

  /** The salt of now and those that come after it. */
  future(now: number, count: number): Salt[] {
    const first = this.#slot(now)
    return Array.from({ length: Math.min(64, Math.max(3, count)) }, (_, i) => ({
      salt: this.#compute(first + i),
      validSince: (first + i) * this.#period,
      validUntil: (first + i + 2) * this.#period,
    }))
  }

  #slot(now: number): number {
    return Math.floor(now / 1000 / this.#period)
  }

  #turnTo(slot: number): void {
    if (slot === this.#cachedSlot) return
    this.#cachedSlot = slot
    this.#cached = this.#compute(slot)
    this.#previous = this.#compute(slot - 1)
  }

  #compute(slot: number): bigint {
    const mac = hmacSha256(this.#authKey, this.#seed, bigintToBytes(BigInt(slot), 8))
    return new DataView(mac.buffer, mac.byteOffset).getBigInt64(0, true)
  }
}
