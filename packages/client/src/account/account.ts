/** The account itself, joined to the session that it is signed in on: `session.account`. */
import type { tl } from '../layer.ts'
import type { SentEmailCode } from '../login/login-email.ts'
import { confirmLoginEmail, sendLoginEmailCode } from '../login/login-email.ts'
import { acceptLogin } from '../login/qr-login.ts'
import type { SentCode } from '../login/sent-code.ts'
import type { MediaSource } from '../media/input-media.ts'
import type { PeerLike } from '../peers/directory.ts'
import type { SessionContext } from '../session/context.ts'
import * as devices from './authorizations.ts'
import * as phone from './change-phone.ts'
import * as notifications from './notifications.ts'
import * as privacy from './privacy.ts'
import * as profile from './profile.ts'
import { type Takeout, type TakeoutOptions, takeout } from './takeout.ts'
import * as factor from './two-factor.ts'

/**
 * The account itself: profile, privacy, notifications, second factor, devices, takeout. Reached as
 * `session.account`.
 */
export class Account {
  readonly #session: SessionContext

  /** @internal */
  constructor(session: SessionContext) {
    this.#session = session
  }

  // ---- profile

  /** The account's own user. */
  getMe(): Promise<tl.user> {
    return profile.getMe(this.#session)
  }

  /** Changes names and description; what is absent stays. */
  updateProfile(change: profile.ProfileChange): Promise<tl.user> {
    return profile.updateProfile(this.#session, change)
  }

  /** Whether the account could take this username. */
  isUsernameFree(username: string): Promise<boolean> {
    return profile.isUsernameFree(this.#session, username)
  }

  /** Takes a username; an empty one gives it up. */
  setUsername(username: string): Promise<tl.user> {
    return profile.setUsername(this.#session, username)
  }

  /** Sets the profile photo; the one before stays among `photos`. */
  setPhoto(photo: MediaSource, options?: { signal?: AbortSignal | undefined }): Promise<tl.Photo> {
    return profile.setProfilePhoto(this.#session, photo, options)
  }

  /** Takes profile photos away: those given, or the present one. */
  deletePhotos(photos?: readonly tl.photo[]): Promise<void> {
    return profile.deleteProfilePhotos(this.#session, photos)
  }

  /** The profile photos of somebody, default the account's own, the present one first. */
  async *photos(
    of: PeerLike = 'me',
    options?: { limit?: number | undefined },
  ): AsyncGenerator<tl.photo, void, undefined> {
    yield* profile.profilePhotos(this.#session, await this.#session.peers.resolveUser(of), options)
  }

  /** Shows the account as online, or not. */
  setOnline(online: boolean): Promise<void> {
    return profile.setOnline(this.#session, online)
  }

  /**
   * Shows a custom emoji beside the name (premium accounts), until a date if one is given; undefined takes
   * it away.
   */
  setEmojiStatus(documentId: bigint | undefined, options?: { until?: Date | undefined }): Promise<void> {
    return profile.setEmojiStatus(this.#session, documentId, options)
  }

  // ---- privacy, notifications

  /** Who may see or do this. */
  getPrivacy(topic: privacy.PrivacyTopic): Promise<privacy.PrivacySetting> {
    return privacy.getPrivacy(this.#session, topic)
  }

  /**
   * Says who may see or do this, and gives the setting as Telegram stored it
   * (https://core.telegram.org/api/privacy).
   */
  setPrivacy(
    topic: privacy.PrivacyTopic,
    setting: privacy.NewPrivacySetting,
  ): Promise<privacy.PrivacySetting> {
    return privacy.setPrivacy(this.#session, topic, setting)
  }

  /** Keeps a chat silent until a date or for ever; null lets it be heard again. */
  mute(
    chat: PeerLike,
    until?: Date | 'forEver' | null,
    options?: { topic?: number | undefined },
  ): Promise<void> {
    return notifications.mute(this.#session, chat, until, options)
  }

  /** How the account is told of what happens in a chat, or in one of its topics. */
  getNotifySettings(
    chat: PeerLike,
    options?: { topic?: number | undefined },
  ): Promise<tl.peerNotifySettings> {
    return notifications.getNotifySettings(this.#session, chat, options)
  }

  // ---- the second factor

  /** Whether the account has a second factor, its hint, and its recovery address as far as Telegram shows it. */
  getPasswordInfo(): Promise<factor.PasswordInfo> {
    return factor.getPasswordInfo(this.#session)
  }

  /** Sets the account's password, or puts another in its place. */
  setPassword(password: string, options?: factor.SetPasswordOptions): Promise<factor.PasswordChange> {
    return factor.setPassword(this.#session, password, options)
  }

  /** Takes the second factor away. @throws RpcError `PASSWORD_HASH_INVALID`. */
  removePassword(current: string): Promise<void> {
    return factor.removePassword(this.#session, current)
  }

  /** Sets where a code is sent if the password is forgotten. */
  setRecoveryEmail(
    email: string,
    options: Pick<factor.SetPasswordOptions, 'current' | 'emailCode'>,
  ): Promise<factor.PasswordChange> {
    return factor.setRecoveryEmail(this.#session, email, options)
  }

  /** Confirms the recovery address with the code that was sent to it. @throws RpcError `CODE_INVALID`. */
  confirmRecoveryEmail(code: string): Promise<void> {
    return factor.confirmRecoveryEmail(this.#session, code)
  }

  /** Sends the code to the recovery address again. */
  resendRecoveryEmail(): Promise<void> {
    return factor.resendRecoveryEmail(this.#session)
  }

  /** Gives up an address that was not confirmed yet. */
  cancelRecoveryEmail(): Promise<void> {
    return factor.cancelRecoveryEmail(this.#session)
  }

  /** The recovery address, shown to who knows the password. */
  getRecoveryEmail(password: string): Promise<string | undefined> {
    return factor.getRecoveryEmail(this.#session, password)
  }

  /** Asks for the password to be taken away without any proof, a week later. */
  resetPassword(): Promise<number | undefined> {
    return factor.resetPassword(this.#session)
  }

  /** Stops a reset of the password that is under way. */
  declinePasswordReset(): Promise<void> {
    return factor.declinePasswordReset(this.#session)
  }

  // ---- devices, number, address

  /** The devices that are signed in. */
  getAuthorizations(): Promise<devices.SignedInDevice[]> {
    return devices.getAuthorizations(this.#session)
  }

  /** Signs one device out: `hash` as `getAuthorizations` gives it. */
  endAuthorization(hash: bigint): Promise<void> {
    return devices.endAuthorization(this.#session, hash)
  }

  /** Signs out all devices but this one. */
  endOtherAuthorizations(): Promise<void> {
    return devices.endOtherAuthorizations(this.#session)
  }

  /** Devices that were idle for so many days are signed out. */
  setAuthorizationTtl(days: number): Promise<void> {
    return devices.setAuthorizationTtl(this.#session, days)
  }

  /** Lets another device in that shows a QR code: its `tg://login?token=…`. */
  acceptLogin(urlOrToken: string | Uint8Array): Promise<tl.authorization> {
    return acceptLogin(this.#session, urlOrToken)
  }

  /** Sends a code to the number that the account is to have from now on. */
  sendChangePhoneCode(number: string): Promise<SentCode> {
    return phone.sendChangePhoneCode(this.#session, number)
  }

  /** Moves the account to a new number, with the code that came there. @throws RpcError `PHONE_CODE_INVALID`. */
  changePhone(number: string, phoneCodeHash: string, code: string): Promise<tl.user> {
    return phone.changePhone(this.#session, number, phoneCodeHash, code)
  }

  /** Sends a code to an address at which login codes are to arrive; confirm it with `confirmLoginEmail`. */
  sendLoginEmailCode(email: string): Promise<SentEmailCode> {
    return sendLoginEmailCode(this.#session, email)
  }

  /** Confirms the address for login codes with the code that was sent to it. */
  async confirmLoginEmail(code: string): Promise<void> {
    await confirmLoginEmail(this.#session, code)
  }

  /** Deletes the account for good. */
  delete(reason: string, options?: { password?: string | undefined }): Promise<void> {
    return phone.deleteAccount(this.#session, reason, options)
  }

  /** Does the work under a takeout: for fetching all that the account has, with milder limits. */
  takeout<T>(options: TakeoutOptions, work: (takeout: Takeout) => Promise<T>): Promise<T> {
    return takeout(this.#session, options, work)
  }
}
