/** The published exchanges, value by value, on both sides. */
import {
  aesIge,
  bigintToBytes,
  bytesToBigint,
  modPow,
  type RsaPublicKey,
  sha1,
  telegramPublicKeys,
  tmpAesKeyIv,
} from '@telegram-mt/crypto'
import { expect, test } from 'vitest'
import { ClientKeyExchange } from './client-key-exchange.ts'
import {
  dhGen,
  encodeObject,
  encodeRequest,
  pqInnerData,
  readAnswer,
  readClientDhInnerData,
  readPqInnerData,
  readRequest,
  readServerDhInnerData,
} from './messages.ts'
import { decodePlain, encodePlain } from './plain.ts'
import { early, today } from './sample-exchange.testing.ts'
import { authKeyAuxHash, longAt, newNonceHash, seal, unseal } from './secrets.ts'

/** Brings a message to the length that its header promises: the page leaves out the random bytes at the end. */
function filledUp(packet: Uint8Array): Uint8Array {
  const length = new DataView(packet.buffer, packet.byteOffset).getUint32(16, true)
  const filled = new Uint8Array(20 + length).fill(0xa5)
  filled.set(packet)
  return filled
}

const body = (packet: Uint8Array): Uint8Array => packet.subarray(20)
const serverDhParamsOk = new Uint8Array([...today.serverDhParamsOkHead, ...today.encryptedAnswer])
const keys = { key: today.tmpAesKey, iv: today.tmpAesIv }
const secondsOf = (packet: Uint8Array) => Number(decodePlain(filledUp(packet)).msgId >> 32n)

test("the client says what the sample's client says, and gets its auth key", () => {
  const key = telegramPublicKeys.production[0] as RsaPublicKey
  expect(key.fingerprint).toBe(longAt(today.fingerprint))
  // What the sample's client drew, each length once; RSA_PAD's own numbers are not all published.
  const draws = [today.nonce, today.newNonce, today.b, today.clientPadding]
  const random = (length: number) => {
    if (draws[0]?.length === length) return draws.shift()!.slice()
    return new Uint8Array(length).fill(length)
  }
  const client = new ClientKeyExchange({ publicKeys: [key], dc: today.dc, random })
  const now = secondsOf(today.reqPqMulti) * 1000
  expect(body(client.start(now))).toEqual(body(today.reqPqMulti))

  const asked = client.receive(filledUp(today.resPq), now)
  if (asked.type !== 'send') throw new Error(asked.type)
  const reqDhParams = decodePlain(asked.packet).body
  expect(reqDhParams.subarray(0, today.reqDhParamsHead.length)).toEqual(today.reqDhParamsHead)
  expect(reqDhParams).toHaveLength(320)

  const answered = client.receive(filledUp(serverDhParamsOk), now + 1000)
  if (answered.type !== 'send') throw new Error(answered.type)
  expect(body(answered.packet)).toEqual(body(today.setClientDhParams))

  const done = client.receive(filledUp(today.dhGenOk), now + 1500)
  if (done.type !== 'done') throw new Error(done.type)
  expect(done.authKey).toEqual(today.authKey)
  // server_time 1707425105, and 0.1188 s by the fraction of its msg_id, half-way between question and answer.
  expect(done.timeOffset).toBe(Math.round(1707425105_118.87 - (now + 500)))
  expect(draws).toEqual([])
})

test('the server reads what the client of the sample sent, and writes what the server sent', () => {
  expect(readRequest(body(today.reqPqMulti))).toEqual({ _: 'req_pq_multi', nonce: today.nonce })
  const resPq = readAnswer(body(today.resPq))
  expect(resPq).toMatchObject({ _: 'resPQ', nonce: today.nonce, pq: bigintToBytes(today.pq, 8) })
  expect(encodeObject(resPq)).toEqual(body(today.resPq))

  const inner = readPqInnerData(today.pqInnerDataDc)
  expect(inner).toEqual({
    _: 'p_q_inner_data_dc',
    pq: bigintToBytes(today.pq, 8),
    p: bigintToBytes(today.p, 4),
    q: bigintToBytes(today.q, 4),
    nonce: today.nonce,
    serverNonce: today.serverNonce,
    newNonce: today.newNonce,
    dc: today.dc,
  })
  expect(encodeObject(inner)).toEqual(today.pqInnerDataDc)
  expect(tmpAesKeyIv(today.newNonce, today.serverNonce)).toEqual(keys)

  const answer = unseal(today.encryptedAnswer, keys, readServerDhInnerData)
  expect(answer).toMatchObject({ g: today.g, gA: today.gA, serverTime: today.serverTime })
  expect(sha1(encodeObject(answer))).toEqual(today.answerHash)
  expect(seal(encodeObject(answer), keys, () => today.answerPadding)).toEqual(today.encryptedAnswer)
  expect(encodeObject(readAnswer(body(serverDhParamsOk)))).toEqual(body(serverDhParamsOk))

  const setClientDhParams = readRequest(body(today.setClientDhParams))
  if (setClientDhParams._ !== 'set_client_DH_params') throw new Error(setClientDhParams._)
  expect(encodeRequest(setClientDhParams)).toEqual(body(today.setClientDhParams))
  const client = unseal(setClientDhParams.encryptedData, keys, readClientDhInnerData)
  const prime = bytesToBigint(answer.dhPrime)
  expect(client.retryId).toBe(0n)
  expect(bytesToBigint(client.gB)).toBe(modPow(BigInt(answer.g), bytesToBigint(today.b), prime))
  expect(sha1(encodeObject(client))).toEqual(
    aesIge.decrypt(setClientDhParams.encryptedData, keys.key, keys.iv).subarray(0, 20),
  )

  const { nonce, serverNonce } = today
  const hash = newNonceHash(today.newNonce, 1, authKeyAuxHash(today.authKey))
  expect(encodeObject(dhGen(1, { nonce, serverNonce }, hash))).toEqual(body(today.dhGenOk))
})

test('the first edition of the page, where it still applies', () => {
  const { nonce, serverNonce, newNonce, pq, p, q } = early
  expect(readAnswer(decodePlain(early.resPq).body)).toEqual({
    _: 'resPQ',
    nonce,
    serverNonce,
    pq,
    serverPublicKeyFingerprints: [longAt(early.fingerprint)],
  })
  const { msgId, body } = decodePlain(early.resPq)
  expect(encodePlain(msgId, body)).toEqual(early.resPq)
  expect(
    sha1(encodeObject(pqInnerData({ pq, p, q, nonce, serverNonce, newNonce }, undefined, undefined))),
  ).toEqual(early.pqInnerDataSha1)
  expect(tmpAesKeyIv(newNonce, serverNonce)).toEqual({ key: early.tmpAesKey, iv: early.tmpAesIv })
})
