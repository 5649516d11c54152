/** Takeout: exporting an account's data (core.telegram.org/api/takeout). The wrapper invokeWithTakeout is the server's. */
import type { UserMethods } from './method-table.ts'

export const takeoutMethods: UserMethods = {
  'account.initTakeoutSession': ({ world }) => ({
    _: 'account.takeout',
    id: BigInt.asUintN(62, world.randomLong()),
  }),

  'account.finishTakeoutSession': () => true,

  'messages.getSplitRanges': ({ me }) => [{ _: 'messageRange', minId: 1, maxId: me.nextMessageId }],

  'contacts.getSaved': ({ me, world }) =>
    Array.from(me.savedPhones, ([phone, { firstName, lastName }]) => ({
      _: 'savedPhoneContact' as const,
      phone,
      firstName,
      lastName,
      date: world.seconds(),
    })),
}
