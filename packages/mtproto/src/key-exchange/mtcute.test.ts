/** Truth from elsewhere: the authorization code of mtcute, unmodified, makes its auth key with our server. */
import { randomFillSync } from 'node:crypto'
import {
  aesIge,
  bigintToBytes,
  bytesToBigint,
  exportRsaPublicKey,
  factorizePq,
  generateRsaKey,
  sha1,
  sha256,
} from '@telegram-mt/crypto'
import { expect, test } from 'vitest'
import { seededRandom } from '../seeded-random.testing.ts'
import { type NewAuthKey, ServerKeyExchange } from './server-key-exchange.ts'

/** The package does not export its inner modules; what a test needs of them is taken by file name. */
const inner = (file: string) =>
  import(/* @vite-ignore */ new URL(`../../../../node_modules/@mtcute/core/${file}`, import.meta.url).href)

/** mtcute asks its platform for these; the flow, RSA_PAD and the DH checks are its own. */
const platform = {
  sha1,
  sha256,
  randomFill: (buffer: Uint8Array) => randomFillSync(buffer),
  randomBytes: (length: number) => randomFillSync(new Uint8Array(length)),
  createAesIge: (key: Uint8Array, iv: Uint8Array) => ({
    encrypt: (data: Uint8Array) => aesIge.encrypt(data, key, iv),
    decrypt: (data: Uint8Array) => aesIge.decrypt(data, key, iv),
  }),
  factorizePQ: (pq: Uint8Array) => {
    const { p, q } = factorizePq(bytesToBigint(pq))
    return [bigintToBytes(p, 4), bigintToBytes(q, 4)]
  },
}

const silent = { verbose() {}, debug() {}, info() {}, create: () => silent, prefix: '' }

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
      inner('network/authorization.js'),
      inner('utils/crypto/keys.js'),
      inner('tl/binary/reader.js'),
      inner('tl/binary/writer.js'),
      inner('../../long/index.js'),
    ])
  const key = generateRsaKey()
  addPublicKey(platform, exportRsaPublicKey(key))
  const server = new ServerKeyExchange({ key, dc: 2, random: seededRandom('mtcute') })
  const answers: Uint8Array[] = []
  let made: NewAuthKey | undefined
  let msgId = 0
  let timeOffset: number | undefined
  const connection = {
    params,
    log: silent,
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
  const [authKey, salt] = await doAuthorization(connection, platform, expiresIn)
  expect(new Uint8Array(authKey)).toEqual(made?.authKey)
  expect(BigInt(salt.toString())).toBe(made?.serverSalt)
  expect(made).toMatchObject(expiresIn === undefined ? { dc } : { dc, expiresIn })
  expect(timeOffset).toBeTypeOf('number')
})
