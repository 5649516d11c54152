/** Half-open ranges of a text, and the little arithmetic on them that entities need. */

export interface Range {
  start: number
  end: number
}

/** The ranges in order, those that overlap or touch made one. */
export function union(ranges: readonly Range[]): Range[] {
  const found: Range[] = []
  for (const range of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = found.at(-1)
    if (last !== undefined && range.start <= last.end) last.end = Math.max(last.end, range.end)
    else found.push({ ...range })
  }
  return found
}

/** What is left of a range without the holes, which are in order and do not overlap. */
export function without(range: Range, holes: readonly Range[]): Range[] {
  const left: Range[] = []
  let start = range.start
  for (const hole of holes) {
    if (hole.end <= start) continue
    if (hole.start >= range.end) break
    if (hole.start > start) left.push({ start, end: hole.start })
    start = hole.end
  }
  if (start < range.end) left.push({ start, end: range.end })
  return left
}

/** A range cut wherever it crosses an edge of one of the blocks: what is left lies inside or outside of each. */
export function cutAtEdges(range: Range, blocks: readonly Range[]): Range[] {
  const edges = blocks.flatMap(({ start, end }) => [start, end])
  return cut(range, edges)
}

/** Like `cutAtEdges`, but a range that has a whole block inside of it stays whole. */
export function cutAtCrossings(range: Range, blocks: readonly Range[]): Range[] {
  const edges: number[] = []
  for (const { start, end } of blocks) {
    if (start < range.start && range.start < end && end < range.end) edges.push(end)
    else if (range.start < start && start < range.end && range.end < end) edges.push(start)
  }
  return cut(range, edges)
}

function cut(range: Range, edges: readonly number[]): Range[] {
  const inside = [...new Set(edges)].filter((at) => at > range.start && at < range.end).sort((a, b) => a - b)
  const starts = [range.start, ...inside]
  return starts.map((start, i) => ({ start, end: inside[i] ?? range.end }))
}
