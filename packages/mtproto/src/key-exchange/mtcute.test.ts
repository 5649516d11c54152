/** Truth from elsewhere: the authorization code of mtcute, unmodified, makes its auth key with our server. */
import { exportRsaPublicKey, generateRsaKey, type RsaPrivateKey } from '@telegram-mt/crypto'
import { expect, test } from 'vitest'
import { mtcuteLog, mtcuteModule, mtcutePlatform } from '../mtcute.testing.ts'
import { seededRandom } from '../seeded-random.testing.ts'
import { type NewAuthKey, ServerKeyExchange } from './server-key-exchange.ts'

/** mtcute compares fingerprints as hex without leading zeros, and so never finds a key whose fingerprint has one. */
function keyForMtcute(): RsaPrivateKey {
  for (;;) {
    const key = generateRsaKey()
    if (BigInt.asUintN(64, key.fingerprint) >> 60n !== 0n) return key
  }
}

test.each([
  ['a permanent key', { dc: { id: 2 } }, undefined, 2],
  ['a temporary key', { dc: { id: 2 } }, 86_400, 2],
  [
    'a media DC of the test environment',
    { dc: { id: 2, mediaOnly: true }, testMode: true },
    undefined,
    -10_002,
  ],
] as const)('mtcute makes %s', async (_, params, expiresIn, dc) => {
  const [{ doAuthorization }, { addPublicKey }, { __tlReaderMap }, { __tlWriterMap }, { default: Long }] =
    await Promise.all([
      mtcuteModule('network/authorization.js'),
      mtcuteModule('utils/crypto/keys.js'),
      mtcuteModule('tl/binary/reader.js'),
      mtcuteModule('tl/binary/writer.js'),
      mtcuteModule('../../long/index.js'),
    ])
  const key = keyForMtcute()
  addPublicKey(mtcutePlatform, exportRsaPublicKey(key))
  const server = new ServerKeyExchange({ key, dc: 2, random: seededRandom('mtcute') })
  const answers: Uint8Array[] = []
  let made: NewAuthKey | undefined
  let msgId = 0
  let timeOffset: number | undefined
  const connection = {
    params,
    log: mtcuteLog,
    _session: {
      _readerMap: __tlReaderMap,
      _writerMap: __tlWriterMap,
      getMessageId: () => {
        msgId += 4
        return Long.fromNumber(msgId)
      },
      updateTimeOffset: (offset: number) => {
        timeOffset = offset
      },
    },
    send: async (packet: Uint8Array) => {
      const { packets, done, error } = server.receive(packet, Date.now())
      if (error !== undefined) throw new Error(`transport error ${error}`)
      answers.push(...packets)
      made ??= done
    },
    waitForUnencryptedMessage: async () => answers.shift(),
  }
  const [authKey, salt] = await doAuthorization(connection, mtcutePlatform, expiresIn)
  expect(new Uint8Array(authKey)).toEqual(made?.authKey)
  expect(BigInt(salt.toString())).toBe(made?.serverSalt)
  expect(made).toMatchObject(expiresIn === undefined ? { dc } : { dc, expiresIn })
  expect(timeOffset).toBeTypeOf('number')
})
