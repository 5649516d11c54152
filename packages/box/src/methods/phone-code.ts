/** Login codes: sent, checked, and withheld from who guesses (core.telegram.org/api/auth). */
import type { tl } from '../generated/types.ts'
import { DC_COUNT, phoneDigits, testNumberDc } from '../world/accounts.ts'
import type { PendingLogin } from '../world/state-account.ts'
import type { World } from '../world/world.ts'
import type { MethodContext } from './context.ts'
import { badRequest, floodWait, RpcError } from './rpc-error.ts'

const CODE_LENGTH = 5
/** How a code can come, in the order of asking again. Seconds until the next way opens: RESEND_TIMEOUT. */
const WAYS = ['auth.sentCodeTypeSms', 'auth.sentCodeTypeCall'] as const
const RESEND_TIMEOUT = 60

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
export function sendLoginCode(world: World, phone: string): tl.auth.sentCode {
  refuseFlood(world, phone)
  for (const [hash, earlier] of world.state.logins) {
    if (earlier.phone === phone) world.state.logins.delete(hash)
  }
  const dc = testNumberDc(phone)
  const login: PendingLogin = {
    phone,
    hash: Buffer.from(world.random(9)).toString('hex'),
    code: dc === undefined ? randomCode(world) : String(dc).repeat(CODE_LENGTH),
    sent: world.seconds(),
    resends: 0,
    wrong: 0,
    email: world.phones.get(phone)?.loginEmail,
    needsEmail: (world.requireLoginEmail && !world.phones.has(phone)) || undefined,
  }
  world.state.logins.set(login.hash, login)
  if (!login.needsEmail) world.codeSent({ phone, code: login.code, email: login.email })
  return sentCode(login)
}

/** @throws RpcError SEND_CODE_UNAVAILABLE when every way was tried */
export function resendLoginCode(world: World, login: PendingLogin): tl.auth.sentCode {
  if (login.email !== undefined) {
    // Asked for another way, the code comes to the phone after all.
    login.email = undefined
    login.resends = -1
  }
  if (login.resends + 1 >= WAYS.length) throw new RpcError(406, 'SEND_CODE_UNAVAILABLE')
  login.resends++
  login.sent = world.seconds()
  world.codeSent({ phone: login.phone, code: login.code })
  return sentCode(login)
}

export function sentCode(login: PendingLogin): tl.auth.sentCode {
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
      nextType: { _: 'auth.codeTypeSms' },
    }
  }
  const way = WAYS[login.resends] ?? WAYS[0]
  const more = login.resends + 1 < WAYS.length
  return {
    _: 'auth.sentCode',
    type: { _: way, length: CODE_LENGTH },
    phoneCodeHash: login.hash,
    nextType: more ? { _: 'auth.codeTypeCall' } : undefined,
    timeout: more ? RESEND_TIMEOUT : undefined,
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
  if (code === login.code) return
  if (++login.wrong >= world.limits.wrongCodes) {
    world.state.logins.delete(login.hash)
    world.state.codeFloods.set(login.phone, world.seconds() + world.limits.codeFloodWait)
    throw floodWait(world.limits.codeFloodWait)
  }
  throw badRequest('PHONE_CODE_INVALID')
}
