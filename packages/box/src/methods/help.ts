/** Configuration and other things that clients ask for before anybody is signed in. */
import type { OpenMethods } from './method-table.ts'

export const helpMethods: OpenMethods = {
  'help.getConfig': ({ settings, caller, world }) => {
    const date = world.seconds()
    return {
      _: 'config',
      date,
      expires: date + 3600,
      testMode: false,
      thisDc: caller.dc,
      dcOptions: settings.dcOptions(),
      dcTxtDomainName: 'box.invalid',
      chatSizeMax: 200,
      megagroupSizeMax: 200_000,
      forwardedCountMax: 100,
      onlineUpdatePeriodMs: 210_000,
      offlineBlurTimeoutMs: 5000,
      offlineIdleTimeoutMs: 30_000,
      onlineCloudTimeoutMs: 300_000,
      notifyCloudDelayMs: 30_000,
      notifyDefaultDelayMs: 1500,
      pushChatPeriodMs: 60_000,
      pushChatLimit: 2,
      editTimeLimit: 172_800,
      revokeTimeLimit: 2_147_483_647,
      revokePmTimeLimit: 2_147_483_647,
      revokePmInbox: true,
      ratingEDecay: 2_419_200,
      stickersRecentLimit: 200,
      channelsReadMediaPeriod: 604_800,
      callReceiveTimeoutMs: 20_000,
      callRingTimeoutMs: 90_000,
      callConnectTimeoutMs: 30_000,
      callPacketTimeoutMs: 10_000,
      meUrlPrefix: 'https://t.me/',
      captionLengthMax: 1024,
      messageLengthMax: 4096,
      webfileDcId: 4,
      suggestedLangCode: 'en',
      langPackVersion: 1,
      baseLangPackVersion: 1,
      reactionsDefault: { _: 'reactionEmoji', emoticon: '❤' },
    }
  },

  'help.getNearestDc': ({ caller }) => ({
    _: 'nearestDc',
    country: 'CH',
    thisDc: caller.dc,
    nearestDc: caller.dc,
  }),

  'help.getAppConfig': (_, { hash }) =>
    hash === APP_CONFIG_HASH
      ? { _: 'help.appConfigNotModified' }
      : { _: 'help.appConfig', hash: APP_CONFIG_HASH, config: { _: 'jsonObject', value: [] } },

  'help.getTermsOfServiceUpdate': ({ world }) => ({
    _: 'help.termsOfServiceUpdateEmpty',
    expires: world.seconds() + 86_400,
  }),

  'help.getAppUpdate': () => ({ _: 'help.noAppUpdate' }),

  'help.getInviteText': () => ({ _: 'help.inviteText', message: 'Come and talk in the box.' }),

  'help.getCountriesList': () => ({ _: 'help.countriesListNotModified' }),

  'help.getPromoData': ({ world }) => ({ _: 'help.promoDataEmpty', expires: world.seconds() + 86_400 }),

  'langpack.getLangPack': (_, { langCode }) => ({
    _: 'langPackDifference',
    langCode,
    fromVersion: 0,
    version: 1,
    strings: [],
  }),

  'langpack.getDifference': (_, { langCode, fromVersion }) => ({
    _: 'langPackDifference',
    langCode,
    fromVersion,
    version: 1,
    strings: [],
  }),

  'langpack.getStrings': () => [],

  'langpack.getLanguages': () => [
    {
      _: 'langPackLanguage',
      official: true,
      name: 'English',
      nativeName: 'English',
      langCode: 'en',
      pluralCode: 'en',
      stringsCount: 0,
      translatedCount: 0,
      translationsUrl: 'https://box.invalid/en',
    },
  ],
}

const APP_CONFIG_HASH = 1
