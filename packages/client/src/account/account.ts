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

  /** The account's own user: `(await account.getMe()).username`. */
  getMe(): Promise<tl.user> {
    return profile.getMe(this.#session)
  }

  /** Changes names and description; what is absent stays: `account.updateProfile({ firstName: 'Ann', about: 'hello' })`. */
  updateProfile(change: profile.ProfileChange): Promise<tl.user> {
    return profile.updateProfile(this.#session, change)
  }

  /** Whether the account could take this username: `if (await account.isUsernameFree('ann_smith')) …`. */
  isUsernameFree(username: string): Promise<boolean> {
    return profile.isUsernameFree(this.#session, username)
  }

  /** Takes a username; an empty one gives it up: `account.setUsername('ann_smith')`. */
  setUsername(username: string): Promise<tl.user> {
    return profile.setUsername(this.#session, username)
  }

  /** Sets the profile photo; the one before stays among `photos`: `account.setPhoto('me.jpg')`. */
  setPhoto(photo: MediaSource, options?: { signal?: AbortSignal | undefined }): Promise<tl.Photo> {
    return profile.setProfilePhoto(this.#session, photo, options)
  }

  /** Takes profile photos away, those given or the present one: `account.deletePhotos()`. */
  deletePhotos(photos?: readonly tl.photo[]): Promise<void> {
    return profile.deleteProfilePhotos(this.#session, photos)
  }

  /**
   * The profile photos of somebody, default the account's own, the present one first:
   * `for await (const photo of account.photos('@ann')) …`.
   */
  async *photos(
    of: PeerLike = 'me',
    options?: { limit?: number | undefined },
  ): AsyncGenerator<tl.photo, void, undefined> {
    yield* profile.profilePhotos(this.#session, await this.#session.peers.resolveUser(of), options)
  }

  /** Shows the account as online, or not: `account.setOnline(true)`. */
  setOnline(online: boolean): Promise<void> {
    return profile.setOnline(this.#session, online)
  }

  /**
   * Shows a custom emoji beside the name (premium accounts), until a date if one is given; undefined takes it away:
   * `account.setEmojiStatus(documentId, { until: tomorrow })`.
   */
  setEmojiStatus(documentId: bigint | undefined, options?: { until?: Date | undefined }): Promise<void> {
    return profile.setEmojiStatus(this.#session, documentId, options)
  }

  // ---- privacy, notifications

  /** Who may see or do this: `(await account.getPrivacy('lastSeen')).who`. */
  getPrivacy(topic: privacy.PrivacyTopic): Promise<privacy.PrivacySetting> {
    return privacy.getPrivacy(this.#session, topic)
  }

  /**
   * Says who may see or do this, and gives the setting as Telegram stored it (https://core.telegram.org/api/privacy):
   * `account.setPrivacy('lastSeen', { who: 'contacts', never: ['@bob'] })`.
   */
  setPrivacy(
    topic: privacy.PrivacyTopic,
    setting: privacy.NewPrivacySetting,
  ): Promise<privacy.PrivacySetting> {
    return privacy.setPrivacy(this.#session, topic, setting)
  }

  /** Keeps a chat silent until a date or for ever; null lets it be heard again: `account.mute('@news', 'forEver')`. */
  mute(
    chat: PeerLike,
    until?: Date | 'forEver' | null,
    options?: { topic?: number | undefined },
  ): Promise<void> {
    return notifications.mute(this.#session, chat, until, options)
  }

  /**
   * How the account is told of what happens in a chat, or in one of its topics:
   * `(await account.getNotifySettings('@news')).muteUntil`.
   */
  getNotifySettings(
    chat: PeerLike,
    options?: { topic?: number | undefined },
  ): Promise<tl.peerNotifySettings> {
    return notifications.getNotifySettings(this.#session, chat, options)
  }

  // ---- the second factor

  /**
   * Whether the account has a second factor, its hint, and its recovery address as far as Telegram shows it:
   * `(await account.getPasswordInfo()).hint`.
   */
  getPasswordInfo(): Promise<factor.PasswordInfo> {
    return factor.getPasswordInfo(this.#session)
  }

  /**
   * Sets the account's password, or puts another in its place:
   * `account.setPassword('correct horse', { current: 'the old one', hint: 'battery' })`.
   */
  setPassword(password: string, options?: factor.SetPasswordOptions): Promise<factor.PasswordChange> {
    return factor.setPassword(this.#session, password, options)
  }

  /** Takes the second factor away: `account.removePassword('correct horse')`. @throws RpcError `PASSWORD_HASH_INVALID`. */
  removePassword(current: string): Promise<void> {
    return factor.removePassword(this.#session, current)
  }

  /**
   * Sets where a code is sent if the password is forgotten:
   * `account.setRecoveryEmail('ann@example.org', { current: password, emailCode: () => ask('Code?') })`.
   */
  setRecoveryEmail(
    email: string,
    options: Pick<factor.SetPasswordOptions, 'current' | 'emailCode'>,
  ): Promise<factor.PasswordChange> {
    return factor.setRecoveryEmail(this.#session, email, options)
  }

  /**
   * Confirms the recovery address with the code that was sent to it: `account.confirmRecoveryEmail('12345')`.
   * @throws RpcError `CODE_INVALID`.
   */
  confirmRecoveryEmail(code: string): Promise<void> {
    return factor.confirmRecoveryEmail(this.#session, code)
  }

  /** Sends the code to the recovery address again: `account.resendRecoveryEmail()`. */
  resendRecoveryEmail(): Promise<void> {
    return factor.resendRecoveryEmail(this.#session)
  }

  /** Gives up an address that was not confirmed yet: `account.cancelRecoveryEmail()`. */
  cancelRecoveryEmail(): Promise<void> {
    return factor.cancelRecoveryEmail(this.#session)
  }

  /** The recovery address, shown to who knows the password: `await account.getRecoveryEmail(password)`. */
  getRecoveryEmail(password: string): Promise<string | undefined> {
    return factor.getRecoveryEmail(this.#session, password)
  }

  /**
   * Asks for the password to be taken away without any proof, a week later: `const due = await account.resetPassword()`.
   */
  resetPassword(): Promise<number | undefined> {
    return factor.resetPassword(this.#session)
  }

  /** Stops a reset of the password that is under way: `account.declinePasswordReset()`. */
  declinePasswordReset(): Promise<void> {
    return factor.declinePasswordReset(this.#session)
  }

  // ---- devices, number, address

  /** The devices that are signed in: `for (const { device, hash } of await account.getAuthorizations()) …`. */
  getAuthorizations(): Promise<devices.SignedInDevice[]> {
    return devices.getAuthorizations(this.#session)
  }

  /** Signs one device out, named by the `hash` that `getAuthorizations` gives: `account.endAuthorization(device.hash)`. */
  endAuthorization(hash: bigint): Promise<void> {
    return devices.endAuthorization(this.#session, hash)
  }

  /** Signs out all devices but this one: `account.endOtherAuthorizations()`. */
  endOtherAuthorizations(): Promise<void> {
    return devices.endOtherAuthorizations(this.#session)
  }

  /** Devices that were idle for so many days are signed out: `account.setAuthorizationTtl(180)`. */
  setAuthorizationTtl(days: number): Promise<void> {
    return devices.setAuthorizationTtl(this.#session, days)
  }

  /** Lets another device in that shows a QR code, by its `tg://login?token=…`: `account.acceptLogin(scanned)`. */
  acceptLogin(urlOrToken: string | Uint8Array): Promise<tl.authorization> {
    return acceptLogin(this.#session, urlOrToken)
  }

  /**
   * Sends a code to the number that the account is to have from now on:
   * `const { phoneCodeHash } = await account.sendChangePhoneCode('+41790000001')`.
   */
  sendChangePhoneCode(number: string): Promise<SentCode> {
    return phone.sendChangePhoneCode(this.#session, number)
  }

  /**
   * Moves the account to a new number, with the code that came there:
   * `account.changePhone('+41790000001', phoneCodeHash, '12345')`.
   * @throws RpcError `PHONE_CODE_INVALID`.
   */
  changePhone(number: string, phoneCodeHash: string, code: string): Promise<tl.user> {
    return phone.changePhone(this.#session, number, phoneCodeHash, code)
  }

  /**
   * Sends a code to an address at which login codes are to arrive; confirm it with `confirmLoginEmail`:
   * `account.sendLoginEmailCode('ann@example.org')`.
   */
  sendLoginEmailCode(email: string): Promise<SentEmailCode> {
    return sendLoginEmailCode(this.#session, email)
  }

  /** Confirms the address for login codes with the code that was sent to it: `account.confirmLoginEmail('12345')`. */
  async confirmLoginEmail(code: string): Promise<void> {
    await confirmLoginEmail(this.#session, code)
  }

  /** Deletes the account for good: `account.delete('no use for it', { password })`. */
  delete(reason: string, options?: { password?: string | undefined }): Promise<void> {
    return phone.deleteAccount(this.#session, reason, options)
  }

  /**
   * Does the work under a takeout, to fetch all that the account has, with milder limits:
   * `await account.takeout({ contacts: true }, ({ contacts }) => contacts.list())`.
   */
  takeout<T>(options: TakeoutOptions, work: (takeout: Takeout) => Promise<T>): Promise<T> {
    return takeout(this.#session, options, work)
  }
}
