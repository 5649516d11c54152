/** To whom updates are pushed, on real sockets. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Box, startBox } from '../box.ts'
import { WireClient } from '../wire-client.testing.ts'

let box: Box
const clients: WireClient[] = []

beforeAll(async () => {
  box = await startBox()
  await box.user({ phone: '9996620001', firstName: 'Ann' })
})

afterAll(async () => {
  for (const client of clients) client.disconnect()
  await box.close()
})

async function connected(): Promise<WireClient> {
  const client = await WireClient.connect(box)
  clients.push(client)
  return client
}

test('a device that nobody is signed in on is told that its code was scanned', async () => {
  const [ann, device, bystander] = [await connected(), await connected(), await connected()]
  await ann.signIn('9996620001')
  const asked = { _: 'auth.exportLoginToken' as const, apiId: 1, apiHash: 'x', exceptIds: [] }
  const shown = await device.call(asked)
  await bystander.call(asked)
  if (shown._ !== 'auth.loginToken') throw new Error(shown._)
  await ann.call({ _: 'auth.acceptLoginToken', token: shown.token })
  await device.until(() => device.updates.length > 0)
  // "updateLoginToken … in an updateShort": what clients look for before they have a state to keep.
  expect(device.updates).toMatchObject([{ _: 'updateShort', update: { _: 'updateLoginToken' } }])
  await bystander.call({ _: 'help.getNearestDc' })
  expect(bystander.updates).toEqual([])
})
