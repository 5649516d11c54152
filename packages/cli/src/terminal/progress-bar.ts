/** How a transfer is getting on, on one line: `report.pdf  [######------]  45 %  4.5 MB of 10.0 MB  1.2 MB/s  0:05 left`. */
import stringWidth from 'string-width'
import { printableLine } from './printable.ts'
import { shorten } from './shorten.ts'
import { durationText, sizeText } from './size-text.ts'

export interface Transfer {
  /** Bytes done. */
  bytes: number
  /** Bytes in all, if that is known. */
  total: number | undefined
  /** Bytes per second. */
  rate: number
}

/** Milliseconds between two drawings: people read no faster. */
const PAUSE = 100
const LONGEST_BAR = 24
const LONGEST_NAME = 30

export class ProgressBar {
  readonly #name: string
  readonly #show: (line: string | undefined) => void
  readonly #columns: () => number
  readonly #now: () => number
  #drawnAt = Number.NEGATIVE_INFINITY

  /** @param show is given each line, and undefined when there is none any more. */
  constructor(
    name: string,
    show: (line: string | undefined) => void,
    columns: () => number,
    now: () => number = () => performance.now(),
  ) {
    this.#name = name
    this.#show = show
    this.#columns = columns
    this.#now = now
  }

  readonly update = (transfer: Transfer): void => {
    const now = this.#now()
    if (now - this.#drawnAt < PAUSE && transfer.bytes !== transfer.total) return
    this.#drawnAt = now
    // One column is left free: a full line would wrap on some terminals.
    this.#show(progressLine(this.#name, transfer, this.#columns() - 1))
  }

  end(): void {
    this.#show(undefined)
  }
}

/** The line for a terminal of this width. What does not fit is left out, the least needed first. */
export function progressLine(name: string, { bytes, total, rate }: Transfer, columns: number): string {
  const speed = rate > 0 ? `${sizeText(Math.round(rate))}/s` : ''
  const left = total !== undefined && rate > 0 ? `${durationText((total - bytes) / rate)} left` : ''
  const done = total === undefined ? sizeText(bytes) : `${sizeText(bytes)} of ${sizeText(total)}`
  const share = total === undefined ? undefined : total === 0 ? 1 : Math.min(1, bytes / total)
  const percent = share === undefined ? '' : `${Math.floor(share * 100)} %`.padStart(5)
  const label = shorten(printableLine(name), LONGEST_NAME)
  const numbers = [percent, done, speed, left].filter(Boolean)
  const widthOf = (parts: readonly string[]) => parts.reduce((sum, part) => sum + stringWidth(part) + 2, -2)
  const room = columns - widthOf([label, ...numbers]) - 4
  if (share !== undefined && room >= 5) {
    const length = Math.min(LONGEST_BAR, room)
    const full = Math.floor(share * length)
    return [label, `[${'#'.repeat(full)}${'-'.repeat(length - full)}]`, ...numbers].join('  ')
  }
  const shown = [label, ...numbers]
  while (shown.length > 1 && widthOf(shown) > columns) shown.splice(shown.length > 2 ? -1 : 0, 1)
  return shorten(shown.join('  '), columns)
}
