// What a transaction has to do, worked out before the first statement: of several writes to one record only the outcome
// remains, so that a thousand small batches become a few statements with many rows. Carrying out a plan (trims first,
// then the rest) has the effect of its batches one after the other.

import { usernameKey } from '../check.ts'
import { logConflict } from '../error.ts'
import { joinPeerWrites, type PeerWrite, patchOutbox } from '../merge.ts'
import type { PeerKey } from '../records.ts'
import type { SessionBatch, SessionWrite } from '../storage.ts'

type Write<T extends SessionWrite['type']> = Extract<SessionWrite, { type: T }>

export interface Cell<W> {
  readonly session: string
  readonly write: W
}

/** The last word on each record of a table. */
type Cells<T extends SessionWrite['type']> = Map<string, Cell<Write<T>>>

export interface PlannedUsername {
  readonly session: string
  readonly username: string
  /** Absent: nobody has it any more. */
  readonly holder?: (PeerKey & { readonly shown: string; readonly place: number }) | undefined
}

export class Plan {
  /** Sessions whose account goes, before anything else. */
  readonly clears = new Set<string>()
  readonly accounts: Cells<'account'> = new Map()
  readonly authKeys: Cells<'authKey' | 'authKeyRemove'> = new Map()
  readonly salts: Cells<'salts' | 'authKeyRemove'> = new Map()
  readonly updateStates: Cells<'updateState'> = new Map()
  readonly channels: Cells<'channelPts'> = new Map()
  readonly peers: Cells<'peer'> = new Map()
  /** Peers whose usernames were given: what is stored of them goes first. */
  readonly renamed = new Map<string, PeerKey & { readonly session: string }>()
  readonly usernames = new Map<string, PlannedUsername>()
  readonly messages: Cells<'message'> = new Map()
  /** By session and series of ids. */
  readonly messageTrims: Cells<'messagesTrim'> = new Map()
  readonly outbox: Cells<'outbox' | 'outboxPatch' | 'outboxRemove'> = new Map()
  readonly log: Cells<'logAppend'> = new Map()
  readonly logTrims = new Map<string, number>()
  readonly consumers: Cells<'logConsumer'> = new Map()
  readonly deadLetters: Cells<'deadLetter' | 'deadLetterRemove'> = new Map()

  /** Throws `STORAGE_CONFLICT`; the plan is of no use then. */
  add({ session, writes }: SessionBatch): void {
    for (const write of writes) this.#add(session, write)
  }

  #add(session: string, write: SessionWrite): void {
    const key = (name: string | number | bigint) => `${session}\0${name}`
    switch (write.type) {
      case 'account': {
        const known = this.accounts.get(session)?.write
        this.accounts.set(session, {
          session,
          write: known === undefined ? write : { ...known, ...defined(write) },
        })
        return
      }
      case 'accountClear':
        this.clears.add(session)
        for (const planned of [this.updateStates, this.channels, this.messages, this.messageTrims]) {
          drop(planned, session)
        }
        for (const planned of [this.peers, this.renamed, this.usernames]) drop(planned, session)
        for (const planned of [this.outbox, this.deadLetters]) drop(planned, session)
        return
      case 'authKey':
        this.authKeys.set(key(`${write.kind} ${write.dc}`), { session, write })
        return
      case 'authKeyRemove':
        this.authKeys.set(key(`${write.kind} ${write.dc}`), { session, write })
        this.salts.set(key(`${write.kind} ${write.dc}`), { session, write })
        return
      case 'salts':
        this.salts.set(key(`${write.kind} ${write.dc}`), { session, write })
        return
      case 'updateState':
        this.updateStates.set(session, { session, write })
        return
      case 'channelPts':
        this.channels.set(key(write.channelId), { session, write })
        return
      case 'peer':
        this.#addPeer(session, write)
        return
      case 'message':
        this.messages.set(key(`${write.channelId ?? 0} ${write.messageId}`), { session, write })
        return
      case 'messagesTrim':
        this.#trimMessages(session, write)
        return
      case 'outbox':
      case 'outboxRemove':
        this.outbox.set(key(write.randomId), { session, write })
        return
      case 'outboxPatch':
        this.#patchOutbox(session, key(write.randomId), write)
        return
      case 'logAppend': {
        const known = this.log.get(key(write.cursor))?.write
        if (known === undefined) this.log.set(key(write.cursor), { session, write })
        else if (known.id !== write.id) throw logConflict(session, write.cursor)
        return
      }
      case 'logTrim':
        this.logTrims.set(session, Math.max(write.through, this.logTrims.get(session) ?? 0))
        for (const [name, cell] of this.log) {
          if (cell.session === session && cell.write.cursor <= write.through) this.log.delete(name)
        }
        return
      case 'logConsumer':
        this.consumers.set(key(write.name), { session, write })
        return
      case 'deadLetter':
      case 'deadLetterRemove':
        this.deadLetters.set(key(write.id), { session, write })
    }
  }

  #trimMessages(session: string, write: Write<'messagesTrim'>): void {
    const { channelId = 0, below } = write
    const key = `${session}\0${channelId}`
    const known = this.messageTrims.get(key)?.write.below ?? below
    this.messageTrims.set(key, { session, write: { ...write, below: Math.max(below, known) } })
    for (const [name, { session: other, write: message }] of this.messages) {
      if (other !== session || (message.channelId ?? 0) !== channelId) continue
      if (message.messageId < below) this.messages.delete(name)
    }
  }

  #addPeer(session: string, write: PeerWrite): void {
    const { kind, id, usernames } = write
    const key = `${session}\0${kind} ${id}`
    const known = this.peers.get(key)?.write
    if (usernames !== undefined) {
      for (const username of known?.usernames ?? []) {
        const name = usernameKey(username)
        const holder = this.usernames.get(`${session}\0${name}`)?.holder
        if (holder?.kind === kind && holder.id === id)
          this.usernames.set(`${session}\0${name}`, { session, username: name })
      }
      this.renamed.set(key, { session, kind, id })
      usernames.forEach((shown, place) => {
        const username = usernameKey(shown)
        this.usernames.set(`${session}\0${username}`, {
          session,
          username,
          holder: { kind, id, shown, place },
        })
      })
    }
    this.peers.set(key, { session, write: known === undefined ? write : joinPeerWrites(known, write) })
  }

  #patchOutbox(session: string, key: string, patch: Write<'outboxPatch'>): void {
    const known = this.outbox.get(key)?.write
    if (known === undefined) this.outbox.set(key, { session, write: patch })
    else if (known.type === 'outbox') {
      this.outbox.set(key, { session, write: { type: 'outbox', ...patchOutbox(known, patch) } })
    } else if (known.type === 'outboxPatch') {
      this.outbox.set(key, { session, write: { ...known, ...defined(patch) } })
    }
  }
}

function drop(planned: Map<string, { readonly session: string }>, session: string): void {
  for (const [key, cell] of planned) if (cell.session === session) planned.delete(key)
}

/** Without the fields that are there but undefined: those mean "as it was". */
function defined<W extends object>(write: W): Partial<W> {
  const given: Partial<W> = {}
  for (const name in write) if (write[name] !== undefined) given[name] = write[name]
  return given
}
