/** Privacy settings. */
import type { tl } from '../generated/types.ts'
import { rulesOf } from '../world/privacy.ts'
import { announce } from '../world/update-log.ts'
import type { UserContext } from './context.ts'
import type { UserMethods } from './method-table.ts'
import { inputUser } from './peers.ts'
import { badRequest } from './rpc-error.ts'

export const privacyMethods: UserMethods = {
  'account.getPrivacy': (ctx, { key }) => answer(ctx, rulesOf(ctx.me, bare(key))),

  'account.setPrivacy': (ctx, { key, rules }) => {
    if (rules.length === 0) throw badRequest('PRIVACY_VALUE_INVALID')
    const kept = rules.map((rule) => known(ctx, rule))
    const name = bare(key)
    ctx.me.privacy.set(name, kept)
    announce(ctx.world, ctx.me, { _: 'updatePrivacy', key: { _: `privacyKey${name}` }, rules: kept })
    return answer(ctx, kept)
  },

  'account.getGlobalPrivacySettings': () => ({ _: 'globalPrivacySettings' }),
  'account.getAccountTTL': () => ({ _: 'accountDaysTTL', days: 365 }),
  'account.setAccountTTL': () => true,
}

type BareKey = tl.PrivacyKey['_'] extends `privacyKey${infer K}` ? K : never

function bare(key: tl.InputPrivacyKey): BareKey {
  // Both unions have the same members, under two prefixes.
  return key._.slice('inputPrivacyKey'.length) as BareKey
}

function known(ctx: UserContext, rule: tl.InputPrivacyRule): tl.PrivacyRule {
  switch (rule._) {
    case 'inputPrivacyValueAllowUsers':
      return { _: 'privacyValueAllowUsers', users: rule.users.map((u) => inputUser(ctx, u).id) }
    case 'inputPrivacyValueDisallowUsers':
      return { _: 'privacyValueDisallowUsers', users: rule.users.map((u) => inputUser(ctx, u).id) }
    case 'inputPrivacyValueAllowChatParticipants':
      return { _: 'privacyValueAllowChatParticipants', chats: rule.chats }
    case 'inputPrivacyValueDisallowChatParticipants':
      return { _: 'privacyValueDisallowChatParticipants', chats: rule.chats }
    case 'inputPrivacyValueAllowAll':
      return { _: 'privacyValueAllowAll' }
    case 'inputPrivacyValueDisallowAll':
      return { _: 'privacyValueDisallowAll' }
    case 'inputPrivacyValueAllowContacts':
      return { _: 'privacyValueAllowContacts' }
    case 'inputPrivacyValueDisallowContacts':
      return { _: 'privacyValueDisallowContacts' }
    case 'inputPrivacyValueAllowCloseFriends':
      return { _: 'privacyValueAllowCloseFriends' }
    case 'inputPrivacyValueAllowPremium':
      return { _: 'privacyValueAllowPremium' }
    case 'inputPrivacyValueAllowBots':
      return { _: 'privacyValueAllowBots' }
    case 'inputPrivacyValueDisallowBots':
      return { _: 'privacyValueDisallowBots' }
  }
}

function answer(ctx: UserContext, rules: tl.PrivacyRule[]): tl.account.privacyRules {
  return { _: 'account.privacyRules', rules, ...ctx.view.peersOf(rules) }
}
