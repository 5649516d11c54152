/** What the methods of `session.account` take. */
import type { Signatures } from '../arguments/check-arguments.ts'
import {
  aDate,
  aFlag,
  aFunction,
  aLong,
  aName,
  anId,
  aText,
  bytes,
  eitherOf,
  kind,
  listOf,
  maybe,
  oneOf,
  shape,
} from '../arguments/expected.ts'
import { aPeer, aPhone, needed, options, peers } from '../arguments/words.ts'
import type { Account } from './account.ts'
import { privacyTopics } from './privacy.ts'

const topic = oneOf(...privacyTopics)
const password = aText
const emailOptions = { current: maybe(aText), emailCode: maybe(aFunction) }
const until = eitherOf(
  "a Date, 'forEver', or null",
  maybe(aDate),
  oneOf('forEver'),
  kind('null', (value) => value === null),
)

export const accountArguments: Signatures<Account> = {
  promises: {
    updateProfile: {
      change: shape('an object as in { firstName, about }', {
        firstName: maybe(aText),
        lastName: maybe(aText),
        about: maybe(aText),
      }),
    },
    isUsernameFree: { username: aName },
    setUsername: { username: aText },
    setPhoto: {
      photo: kind('a picture: a path, bytes, a stream, or a photo', (value) => {
        return typeof value === 'string' || (typeof value === 'object' && value !== null)
      }),
      options: options(),
    },
    deletePhotos: { photos: maybe(listOf('photos', shape('a photo', { id: aLong }))) },
    setOnline: { online: aFlag },
    setEmojiStatus: { documentId: maybe(aLong), options: options() },
    getPrivacy: { topic },
    setPrivacy: {
      topic,
      setting: shape('an object as in { who }', {
        who: oneOf('everybody', 'contacts', 'closeFriends', 'nobody'),
        always: maybe(peers),
        never: maybe(peers),
        premium: maybe(aFlag),
      }),
    },
    mute: { chat: aPeer, until, options: options({ topic: maybe(anId) }) },
    getNotifySettings: { chat: aPeer, options: options({ topic: maybe(anId) }) },
    setPassword: { password, options: options({ ...emailOptions, email: maybe(aName) }) },
    removePassword: { current: password },
    setRecoveryEmail: { email: aName, options: needed(options(emailOptions)) },
    confirmRecoveryEmail: { code: aText },
    getRecoveryEmail: { password },
    endAuthorization: { hash: aLong },
    setAuthorizationTtl: { days: anId },
    acceptLogin: { urlOrToken: eitherOf('a text or bytes', aText, bytes) },
    sendChangePhoneCode: { number: aPhone },
    changePhone: { number: aPhone, phoneCodeHash: aName, code: aText },
    sendLoginEmailCode: { email: aName },
    confirmLoginEmail: { code: aText },
    delete: { reason: aText, options: options({ password: maybe(aText) }) },
    takeout: {
      options: shape('an object that says what is to be fetched, as in { contacts: true }', {}),
      work: aFunction,
    },
  },
  values: { photos: { of: aPeer, options: options() } },
}
