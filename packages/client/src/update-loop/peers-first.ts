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

const NOBODY: readonly PeerKey[] = []

export class PeersFirst {
  readonly #directory: Directory
  readonly #fault: (error: unknown, where: string) => void
  /** What waits for a look into the storage; absent while none is under way. */
  #waiting: Step[] | undefined

  constructor(directory: Directory, fault: (error: unknown, where: string) => void) {
    this.#directory = directory
    this.#fault = fault
  }

  /** Runs it in its turn: at once, unless these or earlier updates wait for their peers. */
  inTurn(updates: tl.Updates | undefined, selfId: number | undefined, run: () => void): void {
    const peers = updates === undefined ? NOBODY : this.#missing(updates, selfId)
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

  #missing(updates: tl.Updates, selfId: number | undefined): readonly PeerKey[] {
    switch (updates._) {
      case 'updateShortMessage':
      case 'updateShortChatMessage':
        return this.#named([fromShortMessage(updates, selfId)], [], [])
      case 'updateShort':
        return this.#named([updates.update], [], [])
      case 'updates':
      case 'updatesCombined':
        return this.#named(updates.updates, updates.users, updates.chats)
      default:
        return NOBODY
    }
  }

  #named(
    updates: readonly tl.Update[],
    users: readonly tl.User[],
    chats: readonly tl.Chat[],
  ): readonly PeerKey[] {
    let missing: PeerKey[] | undefined
    const visit = (kind: PeerKind, id: number) => {
      if (!this.#directory.mayBeStored(kind, id) || brings(users, chats, kind, id)) return
      missing ??= []
      missing.push({ kind, id })
    }
    for (const update of updates) visitPeers(update, visit)
    return missing ?? NOBODY
  }
}
