/** What the methods of a host take. */
import type { EventEmitter } from 'eventemitter3'
import type { Signatures } from './arguments/check-arguments.ts'
import { aFlag, aName, anId, aText, maybe } from './arguments/expected.ts'
import { options } from './arguments/words.ts'
import type { Telegram } from './telegram.ts'

const connectOptions = { dc: maybe(anId), id: maybe(aName), lazy: maybe(aFlag) }

export const telegramArguments: Signatures<Omit<Telegram, keyof EventEmitter>> = {
  promises: {
    start: { options: options({ connect: maybe(aFlag) }) },
    connect: { options: options(connectOptions) },
    import: { exported: aText, options: options(connectOptions) },
    importTdata: { folder: aName, options: options({ lazy: maybe(aFlag) }) },
    forget: { id: aName },
  },
  values: {
    session: { id: aName },
    prometheus: { options: options({ sessions: maybe(aFlag) }) },
  },
}
