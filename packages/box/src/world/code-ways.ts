/**
 * The ways in which a login code can reach a person (core.telegram.org/api/auth#we-sent-you-the-code), what a code looks like by
 * each, and the rules of a number: which ways it has, in the order of asking again.
 */
import type { tl } from '../generated/types.ts'
import { flag, list, type Of, oneOf, optional, record } from './shape.ts'
import { WorldError } from './world-error.ts'

/** A way for a login code, named as in `auth.sentCodeType…`. */
export type CodeWay =
  | 'app'
  | 'sms'
  | 'call'
  | 'flashCall'
  | 'missedCall'
  | 'fragmentSms'
  | 'firebaseSms'
  | 'smsWord'
  | 'smsPhrase'

export const codeWay = oneOf(
  'app',
  'sms',
  'call',
  'flashCall',
  'missedCall',
  'fragmentSms',
  'firebaseSms',
  'smsWord',
  'smsPhrase',
)

/** What is special about logging in with a number. */
export const numberRules = record({
  /** Its ways, in the order of asking again. */
  codes: optional(list(codeWay)),
  /** Its new account must set up an address for login codes first. */
  requireEmail: optional(flag),
})
export type NumberRules = Of<typeof numberRules>

export const DEFAULT_WAYS: readonly CodeWay[] = ['sms', 'call']

export const CODE_LENGTH = 5
/** Whoever calls with a code has a number that begins so. */
const CALLER = '+4200'
const WORDS = [
  'amber',
  'birch',
  'copper',
  'dahlia',
  'ember',
  'fjord',
  'garnet',
  'heather',
  'indigo',
  'juniper',
]

/** @throws WorldError if the ways cannot be told to a client in this order. */
export function requireWays(ways: readonly CodeWay[], at: string): readonly CodeWay[] {
  if (ways.length === 0)
    throw new WorldError('WORLD_INVALID', 'expected at least one way for login codes', at)
  // There is no `auth.codeType` for it: as a next way it has no name.
  if (ways.indexOf('app', 1) > 0) throw new WorldError('WORLD_INVALID', "'app' can only be the first way", at)
  return ways
}

/** Those ways that the client's device can take a code by; an SMS reaches any. */
export function waysFor(ways: readonly CodeWay[], settings: tl.codeSettings): CodeWay[] {
  const open = ways.filter((way) => {
    if (way === 'flashCall') return settings.allowFlashcall === true
    if (way === 'missedCall') return settings.allowMissedCall === true
    return way !== 'firebaseSms' || settings.allowFirebase === true
  })
  return open.length > 0 ? open : ['sms']
}

/** What is to be typed in if these digits come by this way. */
export function codeBy(way: CodeWay, digits: string): string {
  if (way === 'flashCall') return CALLER + digits
  if (way === 'smsWord') return wordOf(digits)
  if (way === 'smsPhrase') return `${wordOf(digits)} at dawn`
  return digits
}

/** As it is compared: a person writes numbers with spaces, and words with capitals. */
export function plainCode(code: string): string {
  return code.toLowerCase().replace(/[+\s]/g, '')
}

const wordOf = (digits: string): string => WORDS[Number(digits.at(-1))] ?? 'amber'

/** How a client is told of a code. */
export function sentCodeType(way: CodeWay, code: string): tl.auth.SentCodeType {
  const length = CODE_LENGTH
  switch (way) {
    case 'app':
      return { _: 'auth.sentCodeTypeApp', length }
    case 'sms':
      return { _: 'auth.sentCodeTypeSms', length }
    case 'call':
      return { _: 'auth.sentCodeTypeCall', length }
    case 'flashCall':
      return { _: 'auth.sentCodeTypeFlashCall', pattern: CALLER + '*'.repeat(length) }
    case 'missedCall':
      return { _: 'auth.sentCodeTypeMissedCall', prefix: CALLER, length }
    case 'fragmentSms':
      return { _: 'auth.sentCodeTypeFragmentSms', url: 'https://fragment.com/my/numbers', length }
    case 'firebaseSms':
      return { _: 'auth.sentCodeTypeFirebaseSms', nonce: new TextEncoder().encode('box'), length }
    case 'smsWord':
      return { _: 'auth.sentCodeTypeSmsWord', beginning: code.charAt(0) }
    case 'smsPhrase':
      return { _: 'auth.sentCodeTypeSmsPhrase', beginning: code.split(' ')[0] }
  }
}

/** How a client is told of the way that comes after. */
export function nextCodeType(way: CodeWay): tl.auth.CodeType {
  switch (way) {
    case 'call':
      return { _: 'auth.codeTypeCall' }
    case 'flashCall':
      return { _: 'auth.codeTypeFlashCall' }
    case 'missedCall':
      return { _: 'auth.codeTypeMissedCall' }
    case 'fragmentSms':
      return { _: 'auth.codeTypeFragmentSms' }
    default:
      return { _: 'auth.codeTypeSms' }
  }
}
