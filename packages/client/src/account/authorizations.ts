/** The devices that are signed in to an account (https://core.telegram.org/api/auth#sessions). */
import type { tl } from '../layer.ts'
import type { SessionContext } from '../session/context.ts'

/** One device. */
export interface SignedInDevice {
  /** Names it to `endAuthorization`; 0 for this session. */
  hash: bigint
  current: boolean
  device: string
  platform: string
  app: string
  apiId: number
  official: boolean
  /** Waits for its second factor. */
  passwordPending: boolean
  /** Signed in not long ago, and not confirmed by another device yet. */
  unconfirmed: boolean
  /** Seconds since the epoch. */
  created: number
  active: number
  ip: string
  country: string
  authorization: tl.authorization
}

/** The devices that are signed in, this session among them. */
export async function getAuthorizations(session: SessionContext): Promise<SignedInDevice[]> {
  const { authorizations } = await session.invoke({ _: 'account.getAuthorizations' })
  return authorizations.map((one) => ({
    hash: one.hash,
    current: one.current === true,
    device: one.deviceModel,
    platform: one.platform,
    app: [one.appName, one.appVersion].filter(Boolean).join(' '),
    apiId: one.apiId,
    official: one.officialApp === true,
    passwordPending: one.passwordPending === true,
    unconfirmed: one.unconfirmed === true,
    created: one.dateCreated,
    active: one.dateActive,
    ip: one.ip,
    country: one.country,
    authorization: one,
  }))
}

/** Signs another device out. @throws RpcError `HASH_INVALID`, `FRESH_RESET_AUTHORISATION_FORBIDDEN` within the first 24 hours. */
export async function endAuthorization(session: SessionContext, hash: bigint): Promise<void> {
  await session.invoke({ _: 'account.resetAuthorization', hash })
}

/** Signs all other devices out. @throws RpcError `FRESH_RESET_AUTHORISATION_FORBIDDEN` within the first 24 hours. */
export async function endOtherAuthorizations(session: SessionContext): Promise<void> {
  await session.invoke({ _: 'auth.resetAuthorizations' })
}

/** Devices that were idle for so many days are signed out: 1 to 366. */
export async function setAuthorizationTtl(session: SessionContext, days: number): Promise<void> {
  await session.invoke({ _: 'account.setAuthorizationTTL', authorizationTtlDays: days })
}
