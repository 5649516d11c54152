/** Login codes: sent, checked, and withheld from who guesses (core.telegram.org/api/auth). */
import type { tl } from '../generated/types.ts'
import { DC_COUNT, phoneDigits, testNumberDc } from '../world/accounts.ts'
import {
  CODE_LENGTH,
  type CodeWay,
  codeBy,
  nextCodeType,
  plainCode,
  sentCodeType,
  waysFor,
} from '../world/code-ways.ts'
import type { PendingLogin } from '../world/state-account.ts'
import type { World } from '../world/world.ts'
import type { MethodContext } from './context.ts'
import { badRequest, floodWait, RpcError } from './rpc-error.ts'

/**
 * The digits of a phone number that belongs to the asked datacenter.
 * @throws RpcError PHONE_NUMBER_INVALID, PHONE_MIGRATE_X
 */
export function localPhone(ctx: MethodContext, phoneNumber: string): string {
  const phone = phoneDigits(phoneNumber)
  const testDc = phone ? testNumberDc(phone) : undefined
  if (!phone || (testDc !== undefined && (testDc < 1 || testDc > DC_COUNT))) {
    throw badRequest('PHONE_NUMBER_INVALID')
  }
  // A number nobody has signed up with belongs where it first knocks.
  const home = ctx.world.phones.get(phone)?.dc ?? testDc ?? ctx.caller.dc
  if (home !== ctx.caller.dc) throw new RpcError(303, `PHONE_MIGRATE_${home}`)
  return phone
}

/** @throws RpcError FLOOD_WAIT_X after too many wrong codes */
export function sendLoginCode(world: World, phone: string, settings: tl.codeSettings): tl.auth.sentCode {
  refuseFlood(world, phone)
  for (const [hash, earlier] of world.state.logins) {
    if (earlier.phone === phone) world.state.logins.delete(hash)
  }
  const dc = testNumberDc(phone)
  const rules = world.state.numbers?.get(phone)
  const digits = dc === undefined ? randomCode(world) : String(dc).repeat(CODE_LENGTH)
  const login: PendingLogin = {
    phone,
    hash: Buffer.from(world.random(9)).toString('hex'),
    code: digits,
    digits,
    sent: world.seconds(),
    resends: 0,
    ways: waysFor(rules?.codes ?? world.loginWays, settings),
    wrong: 0,
    email: world.phones.get(phone)?.loginEmail,
    needsEmail: ((rules?.requireEmail ?? world.requireLoginEmail) && !world.phones.has(phone)) || undefined,
  }
  world.state.logins.set(login.hash, login)
  return send(world, login)
}

/** @throws RpcError SEND_CODE_UNAVAILABLE when every way was tried */
export function resendLoginCode(world: World, login: PendingLogin): tl.auth.sentCode {
  if (login.email !== undefined) {
    // Asked for another way, the code comes to the phone after all.
    login.email = undefined
    login.resends = -1
  }
  if (login.resends + 1 >= waysOf(world, login).length) throw new RpcError(406, 'SEND_CODE_UNAVAILABLE')
  login.resends++
  login.sent = world.seconds()
  return send(world, login)
}

/** Sends the code by the way whose turn it is, and says so. */
export function send(world: World, login: PendingLogin): tl.auth.sentCode {
  const { phone, email } = login
  const way = wayOf(world, login)
  if (email === undefined) login.code = codeBy(way, login.digits ?? login.code)
  // By Firebase a code comes only to the app that has proved itself: `auth.requestFirebaseSms`.
  if (email !== undefined) world.codeSent({ phone, code: login.code, email })
  else if (!login.needsEmail && way !== 'firebaseSms') world.codeSent({ phone, code: login.code, way })
  return sentCode(world, login)
}

const waysOf = (world: World, login: PendingLogin): readonly CodeWay[] => login.ways ?? world.loginWays

const wayOf = (world: World, login: PendingLogin): CodeWay => waysOf(world, login)[login.resends] ?? 'sms'

/** @throws RpcError if the code does not go that way, or the app proves nothing. */
export function sendByFirebase(world: World, login: PendingLogin, proof: string | undefined): void {
  if (wayOf(world, login) !== 'firebaseSms' || login.email !== undefined)
    throw badRequest('PHONE_CODE_EXPIRED')
  if (!proof) throw badRequest('PHONE_CODE_EMPTY')
  world.codeSent({ phone: login.phone, code: login.code, way: 'firebaseSms' })
}

export function sentCode(world: World, login: PendingLogin): tl.auth.sentCode {
  if (login.needsEmail) {
    return {
      _: 'auth.sentCode',
      type: { _: 'auth.sentCodeTypeSetUpEmailRequired' },
      phoneCodeHash: login.hash,
    }
  }
  if (login.email !== undefined) {
    const emailPattern = addressPattern(login.email)
    return {
      _: 'auth.sentCode',
      type: { _: 'auth.sentCodeTypeEmailCode', emailPattern, length: CODE_LENGTH },
      phoneCodeHash: login.hash,
      nextType: nextCodeType(waysOf(world, login)[0] ?? 'sms'),
    }
  }
  const next = waysOf(world, login)[login.resends + 1]
  return {
    _: 'auth.sentCode',
    type: sentCodeType(wayOf(world, login), login.code),
    phoneCodeHash: login.hash,
    nextType: next && nextCodeType(next),
    timeout: next && world.limits.codeResendWait,
  }
}

/** An address as it is shown to who may not know it: `a***@example.org`. */
export function addressPattern(email: string): string {
  return email.replace(/^(.).*@/, '$1***@')
}

export function randomCode(world: World): string {
  const raw = world.random(4)
  const number = new DataView(raw.buffer, raw.byteOffset, 4).getUint32(0, true)
  return String(number % 10 ** CODE_LENGTH).padStart(CODE_LENGTH, '0')
}

function refuseFlood(world: World, phone: string): void {
  const until = world.state.codeFloods.get(phone)
  if (until === undefined) return
  const left = until - world.seconds()
  if (left > 0) throw floodWait(left)
  world.state.codeFloods.delete(phone)
}

/** @throws RpcError PHONE_CODE_EXPIRED if no such code was sent, or too long ago */
export function pendingLogin(world: World, phone: string, hash: string): PendingLogin {
  if (hash === '') throw badRequest('PHONE_CODE_HASH_EMPTY')
  refuseFlood(world, phone)
  const login = world.state.logins.get(hash)
  if (!login || login.phone !== phone || login.sent + world.limits.codeLifetime < world.seconds()) {
    throw badRequest('PHONE_CODE_EXPIRED')
  }
  return login
}

/** @throws RpcError PHONE_CODE_EMPTY, PHONE_CODE_INVALID; FLOOD_WAIT_X at the last wrong one */
export function checkCode(world: World, login: PendingLogin, code: string | undefined): void {
  if (login.needsEmail || !code) throw badRequest('PHONE_CODE_EMPTY')
  if (plainCode(code) === plainCode(login.code)) return
  if (++login.wrong >= world.limits.wrongCodes) {
    world.state.logins.delete(login.hash)
    world.state.codeFloods.set(login.phone, world.seconds() + world.limits.codeFloodWait)
    throw floodWait(world.limits.codeFloodWait)
  }
  throw badRequest('PHONE_CODE_INVALID')
}
