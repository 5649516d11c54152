/** Everything that is measured, in the order of the table. */
import type { Item } from '../runner/item.ts'
import { aesIge } from './aes-ige/item.ts'
import { calls } from './calls/item.ts'
import { idle200, idle2000 } from './idle/item.ts'
import { importing } from './import/item.ts'
import { keyExchange } from './key-exchange/item.ts'
import { message } from './message/item.ts'
import { online } from './online/item.ts'
import { power } from './power/item.ts'
import { pq } from './pq/item.ts'
import { srp } from './srp/item.ts'
import { threads } from './threads/item.ts'
import { tl } from './tl/item.ts'
import { transfers } from './transfers/item.ts'
import { updates } from './updates/item.ts'
import { warm } from './warm/item.ts'

export const items: readonly Item[] = [
  aesIge,
  message,
  tl,
  pq,
  power,
  keyExchange,
  srp,
  importing,
  idle200,
  idle2000,
  warm,
  calls,
  updates,
  transfers,
  threads,
  online,
]
