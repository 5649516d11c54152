/** People: who there is, new ones, their login codes and sign-ins. */
import { integer, optional, record, text } from '../../world/shape.ts'
import type { Account } from '../../world/state-account.ts'
import type { ControlledBox } from './controlled-box.ts'
import { accountNamed } from './places.ts'
import { bodyOf, queryOf, type Route } from './request.ts'

const newAccount = record({
  phone: text,
  firstName: text,
  lastName: optional(text),
  username: optional(text),
  about: optional(text),
  dc: optional(integer),
  password: optional(text),
  passwordHint: optional(text),
})

export const accountRoutes: Route[] = [
  {
    method: 'GET',
    path: '/accounts',
    summary: 'the accounts',
    handle: ({ box }) => [...box.world.state.users.values()].map((account) => accountJson(box, account)),
  },
  {
    method: 'POST',
    path: '/accounts',
    summary: 'makes one',
    takes: '`{phone, firstName, lastName?, username?, about?, dc?, password?, passwordHint?}`',
    handle: async (request) => {
      const account = await request.box.user(bodyOf(request, newAccount))
      return accountJson(request.box, account)
    },
  },
  {
    method: 'GET',
    path: '/accounts/:name',
    summary: 'one of them',
    handle: ({ box, name }) => accountJson(box, accountNamed(box.world, name)),
  },
  {
    method: 'GET',
    path: '/codes',
    summary: 'the login codes that were sent and not yet used',
    takes: '`phone`',
    handle: (request) => {
      const { phone } = queryOf(request, record({ phone: optional(text) }))
      const wanted = phone?.replace(/\D/g, '')
      return Array.from(request.box.world.loginCodes, ([number, code]) => ({ phone: number, code })).filter(
        (one) => wanted === undefined || one.phone === wanted,
      )
    },
  },
]

function accountJson(box: ControlledBox, account: Account): object {
  const { id, phone, dc, firstName, lastName, username, password, bot } = account
  return {
    id,
    phone: phone || null,
    dc,
    firstName,
    lastName,
    username: username ?? null,
    bot: bot !== undefined,
    hasPassword: password !== undefined,
    pts: account.pts,
    sessions: box.sessions({ userId: id }).length,
  }
}
