/** The way back from marks to HTML: see `parse-html.ts` for how it is written. */
import type { tl } from '../layer.ts'
import { isCode, isLink, isQuote, isStyle, type MadeEntity } from './entity-kinds.ts'
import { type Printable, toFormattedText } from './formatted-text.ts'
import { escapeHtml } from './html-characters.ts'
import { closingTag, openingTag } from './html-tags.ts'
import { byPlace, normalizeEntities, rangeOf, rangesOf } from './normalize-entities.ts'
import { cutAtCrossings } from './ranges.ts'
import { linkOf } from './tg-links.ts'

/**
 * HTML that `parseHtml` reads as the same text with the same marks. Takes a message as well. What the server marks by
 * itself (links, hashtags, …) is left to it.
 */
export function toHtml(from: Printable): string {
  const { text, entities } = toFormattedText(from)
  const nested = nest(normalizeEntities(text, entities).filter((entity) => !isLink(entity) || linkOf(entity)))
  const starts = new Map<number, MadeEntity[]>()
  for (const entity of nested) {
    const here = starts.get(entity.offset)
    if (here === undefined) starts.set(entity.offset, [entity])
    else here.push(entity)
  }
  const edges = [...new Set(nested.flatMap(({ offset, length }) => [offset, offset + length]))]
  let open: MadeEntity[] = []
  let out = ''
  let at = 0
  for (const edge of [...edges.sort((a, b) => a - b), text.length]) {
    out += escapeHtml(text.slice(at, edge))
    at = edge
    const first = open.findIndex((entity) => endOf(entity) === edge)
    if (first >= 0) {
      // Tags must nest: what opened after one that ends here is closed with it, and opened anew if it goes on.
      const closed = open.slice(first)
      for (const entity of closed.toReversed()) out += closingTag(entity)
      const again = closed.filter((entity) => endOf(entity) > edge)
      for (const entity of again) out += openingTag(entity)
      open = [...open.slice(0, first), ...again]
    }
    for (const entity of starts.get(edge) ?? []) {
      out += openingTag(entity)
      open.push(entity)
    }
  }
  return out
}

const endOf = ({ offset, length }: tl.MessageEntity): number => offset + length

/** Styles are cut where they cross another mark's edge, since only styles may be: two halves of a link are two links. */
function nest(entities: readonly MadeEntity[]): MadeEntity[] {
  const blocks = entities.filter((entity) => isQuote(entity) || isCode(entity) || isLink(entity))
  const ranges = rangesOf(blocks)
  return [
    ...blocks,
    ...entities.filter(isStyle).flatMap((entity) =>
      cutAtCrossings(rangeOf(entity), ranges).map(({ start, end }) => ({
        ...entity,
        offset: start,
        length: end - start,
      })),
    ),
  ].sort(byPlace)
}
