// How what is newly written of a record joins what is already known of it. For peers the SQL drivers say the same rule
// in their upsert; the contract tests hold both against each other.

import type { OutboxRecord, PeerRecord } from './records.ts'
import type { SessionWrite } from './storage.ts'

export type PeerWrite = Extract<SessionWrite, { type: 'peer' }>

type Hash = { readonly accessHash?: bigint | undefined; readonly min: boolean }

/** `min` belongs to the access hash: the two always come from the same constructor. */
export function mergeHash(known: Hash, seen: Hash): Hash {
  if (seen.accessHash === undefined) {
    if (known.accessHash !== undefined) return known
    return { accessHash: undefined, min: known.min && seen.min }
  }
  // "min constructors […] must not replace a full one": an access hash from one only works for photos.
  if (seen.min && !known.min && known.accessHash !== undefined) return known
  return seen
}

export function mergePeer(known: PeerRecord | undefined, seen: PeerWrite): PeerRecord {
  const hash = known === undefined ? seen : mergeHash(known, seen)
  return {
    kind: seen.kind,
    id: seen.id,
    accessHash: hash.accessHash,
    min: hash.min,
    usernames: seen.usernames ?? known?.usernames ?? [],
    phone: seen.phone === null ? undefined : (seen.phone ?? known?.phone),
    name: seen.name ?? known?.name,
    seenIn: seen.seenIn ?? known?.seenIn,
    // What says nothing of usernames does not make those that are known any newer.
    updatedAt: seen.usernames === undefined ? (known?.updatedAt ?? seen.updatedAt) : seen.updatedAt,
  }
}

/** Two sightings in one batch as one. */
export function joinPeerWrites(first: PeerWrite, second: PeerWrite): PeerWrite {
  const hash = mergeHash(first, second)
  return {
    type: 'peer',
    kind: second.kind,
    id: second.id,
    accessHash: hash.accessHash,
    min: hash.min,
    usernames: second.usernames ?? first.usernames,
    phone: second.phone === undefined ? first.phone : second.phone,
    name: second.name ?? first.name,
    seenIn: second.seenIn ?? first.seenIn,
    updatedAt: second.usernames === undefined ? first.updatedAt : second.updatedAt,
  }
}

export function patchOutbox(
  record: OutboxRecord,
  patch: Extract<SessionWrite, { type: 'outboxPatch' }>,
): OutboxRecord {
  return {
    ...record,
    state: patch.state ?? record.state,
    attempts: patch.attempts ?? record.attempts,
    messageId: patch.messageId === undefined ? record.messageId : (patch.messageId ?? undefined),
    notBefore: patch.notBefore === undefined ? record.notBefore : (patch.notBefore ?? undefined),
  }
}
