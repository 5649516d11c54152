/**
 * One form for all the ways in which the same marks can be written down, such as Telegram accepts: in order, inside the
 * text, styles as long as they can be, and nothing mixed that may not be mixed. What the server finds by itself (links,
 * mentions, hashtags, …) is left out: it finds that again.
 */
import type { tl } from '../layer.ts'
import { isCode, isLink, isQuote, isStyle, type MadeEntity, rank, STYLES } from './entity-kinds.ts'
import { cutAtEdges, type Range, union, without } from './ranges.ts'

/**
 * The marks of a text as Telegram would keep them: in order, joined, cut at the edges, without those that
 * it finds by itself.
 */
export function normalizeEntities(text: string, entities: readonly tl.MessageEntity[]): MadeEntity[] {
  const inside = entities
    .filter((entity) => isQuote(entity) || isCode(entity) || isLink(entity) || isStyle(entity))
    .map((entity) => ({ entity, range: clipped(entity, text) }))
    .filter(({ range }) => range.end > range.start)
    .sort(
      (a, b) => a.range.start - b.range.start || b.range.end - a.range.end || rank(a.entity) - rank(b.entity),
    )
  const pick = (wanted: (entity: MadeEntity) => boolean) => inside.filter(({ entity }) => wanted(entity))

  const quotes = inOrder(pick(isQuote), [], [])
  const quoteRanges = rangesOf(quotes)
  const codes = inOrder(pick(isCode), quoteRanges, [])
  const codeRanges = rangesOf(codes)
  const links = inOrder(pick(isLink), quoteRanges, codeRanges)
  const styles = STYLES.flatMap((style) =>
    union(pick((entity) => entity._ === style).map(({ range }) => range))
      .flatMap((range) => without(range, codeRanges))
      .map(({ start, end }): MadeEntity => ({ _: style, offset: start, length: end - start })),
  )
  return [...quotes, ...codes, ...links, ...styles].sort(byPlace)
}

/** By offset, the longer first, then from the outermost to the innermost. */
export function byPlace(a: tl.MessageEntity, b: tl.MessageEntity): number {
  return a.offset - b.offset || b.length - a.length || rank(a) - rank(b)
}

export const rangeOf = ({ offset, length }: tl.MessageEntity): Range => ({
  start: offset,
  end: offset + length,
})

export const rangesOf = (entities: readonly tl.MessageEntity[]): Range[] => entities.map(rangeOf)

interface Placed {
  entity: MadeEntity
  range: Range
}

/** Marks that cannot overlap each other: cut at the blocks' edges, out of the holes, and each begins where the last ended. */
function inOrder(placed: readonly Placed[], blocks: readonly Range[], holes: readonly Range[]): MadeEntity[] {
  const found: MadeEntity[] = []
  let end = 0
  for (const { entity, range } of placed) {
    const start = Math.max(range.start, end)
    if (start >= range.end) continue
    end = range.end
    for (const part of without({ start, end }, holes)) {
      for (const piece of cutAtEdges(part, blocks)) {
        found.push({ ...entity, offset: piece.start, length: piece.end - piece.start })
      }
    }
  }
  return found
}

function clipped({ offset, length }: tl.MessageEntity, text: string): Range {
  return { start: wholeCharacter(text, Math.max(0, offset)), end: wholeCharacter(text, offset + length) }
}

/** "ENTITY_BOUNDS_INVALID": no mark may begin or end between the two halves of a character. */
function wholeCharacter(text: string, at: number): number {
  const place = Math.min(Number.isFinite(at) ? Math.trunc(at) : 0, text.length)
  const before = text.charCodeAt(place - 1)
  const after = text.charCodeAt(place)
  return before >= 0xd800 && before < 0xdc00 && after >= 0xdc00 && after < 0xe000 ? place + 1 : place
}
