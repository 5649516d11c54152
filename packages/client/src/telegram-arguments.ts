/** What the methods of a host take. */
import type { EventEmitter } from 'eventemitter3'
import type { Signatures } from './arguments/check-arguments.ts'
import { aFlag, aName, anId, aText, maybe } from './arguments/expected.ts'
import { aProxy, only, optionWords } from './arguments/words.ts'
import type { ConnectOptions, ImportOptions, ImportTdataOptions, StartOptions } from './join-options.ts'
import type { SessionEvents } from './session/events.ts'
import { sessionEvents } from './session/session-arguments.ts'
import type { Telegram } from './telegram.ts'
import type { TelegramEvents } from './telegram-events.ts'

const { timeout, signal } = optionWords
const lazy = maybe(aFlag)
const importing = { lazy, proxy: maybe(aProxy), timeout, signal }
const id = maybe(aName)

export const telegramArguments: Signatures<Omit<Telegram, keyof EventEmitter>> = {
  promises: {
    start: { options: only<StartOptions>({ connect: maybe(aFlag) }) },
    connect: { options: only<ConnectOptions>({ ...importing, id, dc: maybe(anId) }) },
    import: { exported: aText, options: only<ImportOptions>({ ...importing, id }) },
    importTdata: {
      folder: aName,
      options: only<ImportTdataOptions>({ ...importing, passcode: maybe(aText), dataName: maybe(aText) }),
    },
    forget: { id: aName },
  },
  values: {
    session: { id: aName },
    prometheus: { options: only<{ sessions?: boolean }>({ sessions: maybe(aFlag) }) },
  },
}

const eventsOfHost: Readonly<Record<Exclude<keyof TelegramEvents, keyof SessionEvents>, true>> = {
  session: true,
  corrupt: true,
}
export const telegramEvents = [...sessionEvents, ...Object.keys(eventsOfHost)]
