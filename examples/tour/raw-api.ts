/** Chapters 7 and 8: the raw API and its errors; peers by every name. */
import assert from 'node:assert/strict'
import { RpcError, type Session } from 'telegram-mt'
import { step } from '../demo/transcript.ts'
import { BOB, type Company } from './company.ts'

/** What a call was refused with. */
async function refusal(call: Promise<unknown>): Promise<unknown> {
  return await call.then(
    () => assert.fail('it went well'),
    (error: unknown) => error,
  )
}

export async function rawApi({ telegram, ann }: Company): Promise<void> {
  await step('every method of the layer, typed: by name, and as an object', async () => {
    const { thisDc } = await ann.api.help.getConfig({})
    assert.equal(thisDc, ann.dc)
    const nearest = await ann.invoke({ _: 'help.getNearestDc' })
    assert.equal(nearest.thisDc, ann.dc)
  })

  await step('errors by their documented names', async () => {
    const error = await refusal(ann.api.contacts.resolveUsername({ username: 'nobody_has_this' }))
    assert(RpcError.is(error, 'USERNAME_NOT_OCCUPIED'))
    assert.deepEqual([error.status, error.method, error.value], [400, 'contacts.resolveUsername', undefined])
  })

  await step('errors with a number: FLOOD_WAIT_%d, and the seconds as a number', async () => {
    const session = await telegram.connect({ dc: 1 })
    const phone = '9996610095'
    const { phoneCodeHash } = await session.sendCode(phone)
    const guess = () =>
      session.invoke(
        { _: 'auth.signIn', phoneNumber: phone, phoneCodeHash, phoneCode: '00000' },
        { floodWaitLimit: 0 },
      )
    let error: unknown
    do error = await refusal(guess())
    while (RpcError.is(error, 'PHONE_CODE_INVALID'))
    assert(RpcError.is(error, 'FLOOD_WAIT_%d'))
    const seconds: number = error.value
    assert.equal(seconds, 300)
    await telegram.forget(session.id)
  })
}

export async function peers({ ann, bob }: Company): Promise<void> {
  const id = bob.userId ?? 0
  const named = async (session: Session, peer: Parameters<Session['resolvePeer']>[0]) => {
    const found = await session.resolvePeer(peer)
    return 'userId' in found ? found.userId : 'channelId' in found ? found.channelId : found._
  }

  await step('a user by id, @username, t.me link, phone number, key, or input peer', async () => {
    const input = await ann.resolvePeer('@bob_tour')
    const links = ['https://t.me/bob_tour', 't.me/bob_tour']
    const names = [id, String(id), '@bob_tour', 'bob_tour', ...links, `+${BOB}`]
    for (const peer of [...names, { kind: 'user', id } as const, input]) {
      assert.equal(await named(ann, peer), id, String(peer))
    }
    assert.equal(await named(ann, 'me'), 'inputPeerSelf')
  })

  await step('groups and channels by marked id, as the Bot API writes it', async () => {
    const group = await ann.chats.createGroup('By number', ['@bob_tour'])
    assert(group.id < 0)
    assert.deepEqual(await ann.resolvePeer(group.id), { _: 'inputPeerChat', chatId: -group.id })
    const channel = await ann.chats.createChannel({ kind: 'channel', title: 'By number' })
    assert.equal(await named(ann, channel.id), -channel.id - 1_000_000_000_000)
    assert.equal(await named(ann, String(channel.id)), -channel.id - 1_000_000_000_000)
  })

  await step('wrong peers are refused, saying what was given and what is accepted', async () => {
    await assert.rejects(ann.resolvePeer('no such thing'), {
      code: 'PEER_INVALID',
      message: /no such thing.*@username/,
    })
    await assert.rejects(ann.resolvePeer(42), { code: 'PEER_UNKNOWN', message: /user 42.*@username/ })
    await assert.rejects(ann.resolvePeer('@nobody_has_this'), { code: 'USERNAME_NOT_OCCUPIED' })
    await assert.rejects(ann.chats.setSlowMode('@bob_tour', 10), { code: 'PEER_NOT_A_CHANNEL' })
  })
}
