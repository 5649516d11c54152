/** How this program presents itself in `initConnection` and in the account's list of devices. */

export interface Device {
  /** Default `telegram-mt`. */
  deviceModel: string
  /** Default: the operating system's name. */
  systemVersion: string
  /** Default: this package's version. */
  appVersion: string
  /** Two-letter code of the system's language. Default `en`. */
  systemLangCode: string
  /** Name of a language pack; only official apps have one. Default empty. */
  langPack: string
  /** Two-letter code of the user's language. Default `en`. */
  langCode: string
}

export const defaultDevice: Device = {
  deviceModel: 'telegram-mt',
  systemVersion: 'unknown',
  appVersion: '0.1.0',
  systemLangCode: 'en',
  langPack: '',
  langCode: 'en',
}

/** What those are told who need not know, as by the official clients. */
export const unnamedDevice: Pick<Device, 'deviceModel' | 'systemVersion'> = {
  deviceModel: 'n/a',
  systemVersion: 'n/a',
}
