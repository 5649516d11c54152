/** What the methods of a session take. */
import type { EventEmitter } from 'eventemitter3'
import type { Signatures } from '../arguments/check-arguments.ts'
import {
  aCount,
  aFlag,
  aFunction,
  aLimit,
  aName,
  anId,
  anything,
  aText,
  bytes,
  eitherOf,
  isObject,
  kind,
  listOf,
  maybe,
  oneOf,
  shape,
} from '../arguments/expected.ts'
import {
  anAnswer,
  aPeer,
  aPhone,
  aProxy,
  markedText,
  messageIds,
  only,
  options,
  optionWords,
  peers,
} from '../arguments/words.ts'
import { newContacts } from '../contacts/contacts-arguments.ts'
import { codeOptions, newAccount } from '../login/login-arguments.ts'
import { editOptions, forwardOptions, rangeOptions, sendOptions } from '../messages/messages-arguments.ts'
import type { InvokeOptions } from '../rpc/invoke.ts'
import type { SessionEvents } from './events.ts'
import type { Session } from './session.ts'

const aCall = kind(
  "a method with its parameters, as in { _: 'help.getConfig' }",
  (value) => isObject(value) && typeof Reflect.get(value, '_') === 'string',
)
const aHandler = maybe(aFunction)
const { signal, timeout } = optionWords
const waiting = only<{ timeout?: number; signal?: AbortSignal }>({ timeout, signal })
const aPromise = kind(
  'the promise of an earlier call, as invoke gives it',
  (value) => isObject(value) && typeof Reflect.get(value, 'then') === 'function',
)
const invokeOptions = only<InvokeOptions>({
  dc: maybe(anId),
  media: maybe(aFlag),
  cdn: maybe(aFlag),
  signal,
  timeout,
  floodWaitLimit: maybe(aLimit),
  after: maybe(aPromise),
})
const passwords = { password: maybe(anAnswer) }

export const sessionArguments: Signatures<Omit<Session, keyof EventEmitter>> = {
  promises: {
    connect: { options: waiting },
    requestAuthKey: { options: waiting },
    invoke: { call: aCall, options: invokeOptions },
    sendPlain: { body: bytes },
    forgetConsumer: { name: aName },
    deadLetters: { limit: maybe(aLimit) },
    login: {
      options: shape('an object with what is known, as in { phone, code }', {
        phone: maybe(anAnswer),
        code: maybe(anAnswer),
        password: maybe(anAnswer),
        email: maybe(anAnswer),
        emailCode: maybe(anAnswer),
        signUp: maybe(
          eitherOf('an object as in { firstName }, or a function that gives one', newAccount, aFunction),
        ),
        botToken: maybe(aText),
      }),
    },
    signInBot: { token: aText },
    sendCode: { phone: aPhone, options: codeOptions },
    signIn: { phone: aPhone, code: aText, options: options(passwords) },
    signUp: { phone: aPhone, options: newAccount },
    checkPassword: { password: aText },
    sendMessage: { to: aPeer, text: markedText, options: sendOptions },
    editMessage: { chat: aPeer, id: anId, text: markedText, options: editOptions },
    forwardMessages: { from: aPeer, ids: messageIds, to: aPeer, options: forwardOptions },
    getHistory: { chat: aPeer, options: rangeOptions },
    deleteMessages: { chat: aPeer, ids: messageIds, options: options({ revoke: maybe(aFlag) }) },
    importContacts: { contacts: newContacts },
    getChats: { options: options() },
    createGroup: { title: aName, members: peers },
  },
  values: {
    setProxy: { proxy: maybe(aProxy) },
    onUpdate: { handler: aHandler },
    onMessage: { handler: aHandler },
    onEvent: { handler: aHandler },
    updates: { options: options({ window: maybe(aCount), consumer: maybe(aName), from: maybe(anything) }) },
    qrLogin: { options: options({ ...passwords, exceptIds: maybe(listOf('user ids', anId)) }) },
    export: { format: maybe(oneOf('telegram-mt', 'telethon', 'pyrogram', 'gramjs', 'mtcute')) },
  },
}

const events: Readonly<Record<keyof SessionEvents, true>> = {
  state: true,
  floodWait: true,
  sent: true,
  sendFailed: true,
  loggedOut: true,
  fault: true,
  gap: true,
  parked: true,
  stuck: true,
}
export const sessionEvents = Object.keys(events)
