/** The auth keys that a session has, with their salts: a permanent one for each datacenter it knows, and temporary ones. */
import type { SessionKey } from '@telegram-mt/net'
import type { AuthKeyKind, AuthKeyRecord, SessionRecord } from '../storage/records.ts'
import type { SessionWrite } from '../storage/storage.ts'

/** Salts as the protocol core keeps them. */
export type Salts = SessionKey['salts']

interface Entry {
  record: AuthKeyRecord
  salts: Salts
}

export class StoredKeys {
  /** A handful at most: a search through it is cheaper than maps by datacenter and kind. */
  #entries: Entry[]

  constructor(stored: Partial<Pick<SessionRecord, 'authKeys' | 'salts'>>) {
    this.#entries = (stored.authKeys ?? []).map((record) => {
      const salts = stored.salts?.find(({ dc, kind }) => dc === record.dc && kind === record.kind)?.salts
      return { record, salts: salts === undefined ? [] : [...salts] }
    })
  }

  get(dc: number, kind: AuthKeyKind, timeOffset: number): SessionKey | undefined {
    const entry = this.#find(dc, kind)
    if (entry === undefined) return undefined
    const { key, expiresAt, fingerprint } = entry.record
    return { authKey: key, salts: entry.salts, timeOffset, expiresAt, fingerprint }
  }

  isAuthorized(dc: number): boolean {
    return this.#find(dc, 'permanent')?.record.authorized === true
  }

  /** Takes a new key, in place of one that there was. */
  set(dc: number, kind: AuthKeyKind, key: SessionKey): SessionWrite[] {
    const { authKey, salts, expiresAt, fingerprint } = key
    const record: AuthKeyRecord = { dc, kind, key: authKey, expiresAt, fingerprint }
    this.#remove((one) => one.dc === dc && one.kind === kind)
    // Not pushed: an array that is pushed to makes room for 17.
    this.#entries = this.#entries.concat({ record, salts })
    return [
      { type: 'authKey', ...record },
      { type: 'salts', dc, kind, salts },
    ]
  }

  setSalts(dc: number, kind: AuthKeyKind, salts: Salts): SessionWrite[] {
    const entry = this.#find(dc, kind)
    if (entry === undefined) return []
    entry.salts = salts
    return [{ type: 'salts', dc, kind, salts }]
  }

  setAuthorized(dc: number, authorized: boolean): SessionWrite[] {
    const entry = this.#find(dc, 'permanent')
    if (entry === undefined || (entry.record.authorized === true) === authorized) return []
    entry.record = { ...entry.record, authorized }
    return [{ type: 'authKey', ...entry.record }]
  }

  /** Removes a datacenter's key of this kind; with a permanent key those that are bound to it go, too. */
  drop(dc: number, kind: AuthKeyKind): SessionWrite[] {
    return this.#remove((one) => one.dc === dc && (kind === 'permanent' || one.kind === kind))
  }

  /** Removes the keys of all datacenters. */
  dropAll(): SessionWrite[] {
    return this.#remove(() => true)
  }

  #find(dc: number, kind: AuthKeyKind): Entry | undefined {
    return this.#entries.find(({ record }) => record.dc === dc && record.kind === kind)
  }

  #remove(which: (record: AuthKeyRecord) => boolean): SessionWrite[] {
    const gone = this.#entries.filter(({ record }) => which(record))
    if (gone.length > 0) this.#entries = this.#entries.filter(({ record }) => !which(record))
    return gone.map(({ record: { dc, kind } }) => ({ type: 'authKeyRemove', dc, kind }))
  }
}
