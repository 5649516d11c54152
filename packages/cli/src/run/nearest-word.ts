/** Which word somebody may have meant who mistyped it. */

/** The nearest of the words, if it is near enough to be meant: a letter or two missing, too many or others. */
export function nearestWord(typed: string, words: readonly string[]): string | undefined {
  let best: string | undefined
  let least = Number.POSITIVE_INFINITY
  for (const word of words) {
    // Longer differences cannot be near, and cost time with what is no word at all.
    if (Math.abs(word.length - typed.length) > 2) continue
    const far = distance(typed.toLowerCase(), word)
    if (far < least && far <= (word.length < 5 ? 1 : 2)) {
      best = word
      least = far
    }
  }
  return best
}

/** Levenshtein's: how many letters to add, leave out or change. */
function distance(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, n) => n)
  for (let i = 1; i <= from.length; i++) {
    const row = [i]
    for (let j = 1; j <= to.length; j++) {
      const changed = (above[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1)
      row.push(Math.min(changed, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1))
    }
    above = row
  }
  return above[to.length] ?? 0
}
