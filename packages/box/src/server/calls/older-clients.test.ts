/** What a client of an older layer is answered and pushed, on real sockets. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { schemaText } from '../../generated/schema.ts'
import type { tl } from '../../generated/types.ts'
import { type Box, startBox } from '../box.ts'
import { bytesOf, codec, encoded, WireClient } from '../wire-client.testing.ts'

// The newest layer, but for what was said otherwise once.
const olderSchema = schemaText
  .replace('// LAYER 227', '// LAYER 200')
  .replace(/^updatePinnedMessages#.*\n/m, '')
  .replace('hash:string = messages.ChatInviteJoinResult;', 'hash:string = Updates;')

let box: Box
let ann: WireClient
let bob: WireClient
const faults: unknown[] = []

beforeAll(async () => {
  box = await startBox({ schemas: [olderSchema], onFault: (error) => faults.push(error) })
  for (const [phone, firstName] of [
    ['9996620001', 'Ann'],
    ['9996620002', 'Bob'],
  ] as const) {
    await box.user({ phone, firstName, username: `${firstName.toLowerCase()}_older` })
  }
  ann = await WireClient.connect(box)
  bob = await WireClient.connect(box)
  await ann.signIn('9996620001')
  await bob.signIn('9996620002')
  await inOldLayer(bob, { _: 'updates.getState' })
})

afterAll(async () => {
  ann.disconnect()
  bob.disconnect()
  await box.close()
})

/** Binds the client to the older layer, and gives the answer. */
async function inOldLayer(client: WireClient, call: { _: string; [field: string]: unknown }) {
  const body = bytesOf((w) => {
    w.uint(0xda9b0d0d)
    w.int(200)
    w.raw(encoded(call))
  })
  const answer = await client.send(body, 'of any type')
  if (!(answer instanceof Uint8Array)) throw new Error('no bytes')
  return codec.decode(answer) as unknown
}

async function groupOf(title: string): Promise<tl.inputPeerChannel> {
  const made = await ann.call({ _: 'channels.createChannel', title, about: '', megagroup: true })
  const chat = made._ === 'updates' ? made.chats[0] : undefined
  if (chat?._ !== 'channel') throw new Error('no channel')
  return { _: 'inputPeerChannel', channelId: chat.id, accessHash: chat.accessHash ?? 0n }
}

test('a result is given in the type that the layer has', async () => {
  const invite = await ann.call({ _: 'messages.exportChatInvite', peer: await groupOf('older') })
  const hash = invite._ === 'chatInviteExported' ? (invite.link.split('+')[1] ?? '') : ''
  expect(await inOldLayer(bob, { _: 'messages.importChatInvite', hash })).toMatchObject({ _: 'updates' })
})

test('a pushed update that the layer has not keeps its place in the sequence', async () => {
  const peer: tl.inputPeerUser = { _: 'inputPeerUser', userId: 0, accessHash: 0n }
  const found = await ann.call({ _: 'contacts.resolveUsername', username: 'bob_older' })
  const user = found.users[0]
  if (user?._ !== 'user') throw new Error('no user')
  peer.userId = user.id
  peer.accessHash = user.accessHash ?? 0n
  const sent = await ann.call({ _: 'messages.sendMessage', peer, message: 'pin me', randomId: 1n })
  const id =
    sent._ === 'updates'
      ? sent.updates.flatMap((one) => (one._ === 'updateMessageID' ? [one.id] : []))[0]
      : undefined
  if (id === undefined) throw new Error(`sent: ${sent._}`)
  const before = bob.updates.length
  await ann.call({ _: 'messages.updatePinnedMessage', peer, id })
  const pushed = () => bob.updates.slice(before).flatMap((one) => (one._ === 'updates' ? one.updates : []))
  await bob.until(() => pushed().some(({ _ }) => _ === 'updateDeleteMessages'))
  expect(pushed()).toContainEqual(
    expect.objectContaining({ _: 'updateDeleteMessages', messages: [], ptsCount: 1 }),
  )
  expect(faults).toEqual([])
})
