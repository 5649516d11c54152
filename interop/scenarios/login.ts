/** Ways in. The visitor's account is at home in a datacenter that its client did not begin with. */
import { expect } from 'vitest'
import { type Scenario, words } from '../scenario.ts'
import { type Player, password, type Stage } from '../stage.ts'
import type { Admission } from '../vocabulary.ts'

async function visit(player: Player, stage: Stage, admission: Admission): Promise<void> {
  const host = stage.next(player)
  const text = words(`${player.name} came in`)
  const { userId } = await player.ask('visit', { ...admission, to: host.username, text })
  expect(await host.got(text)).toMatchObject({ chat: userId })
  expect(stage.box.world.phones.get(admission.phone)?.id).toBe(userId)
}

export const loginWithCode: Scenario = {
  name: 'login with code',
  run: async (player, stage) => visit(player, stage, await stage.visitor()),
}

export const loginWithPassword: Scenario = {
  name: 'login with 2FA',
  async run(player, stage) {
    const admission = await stage.visitor({ password })
    await visit(player, stage, admission)
    const userId = stage.box.world.phones.get(admission.phone)?.id
    expect(stage.box.calls.methods({ method: 'auth.checkPassword', userId, failed: false })).toHaveLength(1)
  },
}

export const signUp: Scenario = {
  name: 'sign up',
  async run(player, stage) {
    const admission = await stage.visitor({ exists: false })
    await visit(player, stage, { ...admission, firstName: 'New' })
  },
}

/** The code is shown by a client that begins elsewhere, and scanned by the next one with the account that it has. */
export const loginByQr: Scenario = {
  name: 'login by QR code, with 2FA',
  async run(player, stage) {
    const owner = stage.next(player)
    const guest = stage.previous(player)
    const text = words(`${player.name} came by QR code`)
    const visit = player.ask('visitByQr', { ...stage.network, password, to: guest.username, text })
    const shown = player.saw('qr', () => true).then(({ url }) => owner.ask('scanQr', { url }))
    await Promise.all([visit, shown])
    expect(await guest.got(text)).toMatchObject({ chat: owner.userId })
  },
}
