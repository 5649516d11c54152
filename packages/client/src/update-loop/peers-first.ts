/**
 * Keeps what comes for an account in order while the peers that an update names are fetched from the storage. After a restart
 * none of them is in memory; a message in short form, which brings nobody along, would otherwise cost a difference.
 */
import type { tl } from '../layer.ts'
import type { PeerDirectory } from '../peers/directory.ts'
import type { PeerKey, PeerKind } from '../peers/marked-id.ts'
import { brings, visitPeers } from '../updates/missing-peers.ts'
import { fromShortMessage } from '../updates/short-messages.ts'

type Directory = Pick<PeerDirectory, 'mayBeStored' | 'recall'>

interface Step {
  readonly peers: readonly PeerKey[]
  readonly run: () => void
}

const NOBODY: readonly never[] = []

export class PeersFirst {
  readonly #directory: Directory
  readonly #fault: (error: unknown, where: string) => void
  /** What waits for a look into the storage; absent while none is under way. */
  #waiting: Step[] | undefined
  /** Those that may be stored, of the updates that are looked at. */
  #noted: PeerKey[] | undefined
  readonly #note = (kind: PeerKind, id: number) => {
    if (!this.#directory.mayBeStored(kind, id)) return
    this.#noted ??= []
    this.#noted.push({ kind, id })
  }

  constructor(directory: Directory, fault: (error: unknown, where: string) => void) {
    this.#directory = directory
    this.#fault = fault
  }

  /** The peers that are to be looked for in the storage before these updates. */
  missing(updates: tl.Updates, selfId: number | undefined): readonly PeerKey[] {
    switch (updates._) {
      case 'updateShortMessage':
      case 'updateShortChatMessage':
        return this.#named([fromShortMessage(updates, selfId)], NOBODY, NOBODY)
      case 'updateShort':
        return this.#named([updates.update], NOBODY, NOBODY)
      case 'updates':
      case 'updatesCombined':
        return this.#named(updates.updates, updates.users, updates.chats)
      default:
        return NOBODY
    }
  }

  /** Whether what misses these peers may go on at once: nothing is to be looked up, and nothing before it waits. */
  isTurnOf(missing: readonly PeerKey[]): boolean {
    return missing.length === 0 && this.#waiting === undefined
  }

  /** Runs it in its turn, when these peers and those of earlier updates have been looked up. */
  inTurn(peers: readonly PeerKey[], run: () => void): void {
    if (this.#waiting !== undefined) this.#waiting.push({ peers, run })
    else if (peers.length === 0) run()
    else {
      this.#waiting = [{ peers, run }]
      void this.#work()
    }
  }

  async #work(): Promise<void> {
    for (let steps = this.#waiting ?? []; steps.length > 0; steps = this.#waiting ?? []) {
      this.#waiting = []
      try {
        await this.#directory.recall(steps.flatMap(({ peers }) => peers))
      } catch (error) {
        // Without them the difference brings what is missing.
        this.#fault(error, 'reading the peers of an update')
      }
      for (const { run } of steps) {
        try {
          run()
        } catch (error) {
          this.#fault(error, 'following an update')
        }
      }
    }
    this.#waiting = undefined
  }

  #named(
    updates: readonly tl.Update[],
    users: readonly tl.User[],
    chats: readonly tl.Chat[],
  ): readonly PeerKey[] {
    for (const update of updates) visitPeers(update, this.#note)
    const noted = this.#noted
    if (noted === undefined) return NOBODY
    this.#noted = undefined
    return noted.filter(({ kind, id }) => !brings(users, chats, kind, id))
  }
}
