import type { SessionWrite } from '../storage/storage.ts'
import type { PositionChanges } from '../updates/saved-positions.ts'

/** The positions that may be saved now, as one batch. */
export function positionWrites(
  { account, channels }: PositionChanges,
  userId: number | undefined,
): SessionWrite[] {
  const writes: SessionWrite[] = []
  if (account !== undefined) writes.push({ type: 'updateState', ...account, userId })
  for (const [channelId, point] of channels) {
    const { pts = null, top, unverified } = point ?? {}
    writes.push({ type: 'channelPts', channelId, pts, top, unverified })
  }
  return writes
}
