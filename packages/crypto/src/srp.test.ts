import { createHash, randomBytes as nodeRandom, pbkdf2 } from 'node:crypto'
import { promisify } from 'node:util'
import { computeNewPasswordHash, computeSrpParams } from '@mtcute/core/utils.js'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { bigintToBytes, bytesToBigint } from './bytes.ts'
import { knownDhPrime } from './dh-checks.ts'
import { modPow } from './modular-power.ts'
import { randomBytes } from './random.node.ts'
import {
  type PasswordAlgo,
  passwordHash,
  passwordVerifier,
  srpChallenge,
  srpProof,
  srpVerify,
} from './srp.ts'

const p = bytesToBigint(knownDhPrime)
const algo: PasswordAlgo = { salt1: randomBytes(40), salt2: randomBytes(16), g: 3, p: knownDhPrime }
const password = 'correct horse, héhé 🐴'
const srpInvalid = expect.objectContaining({ code: 'SRP_INVALID' })

let verifier: Uint8Array
beforeAll(async () => {
  verifier = await passwordVerifier(password, algo)
})

async function login(typed: string, spoil: { A?: Uint8Array; M1?: Uint8Array } = {}): Promise<boolean> {
  const { b, B } = srpChallenge({ verifier, algo, random: randomBytes })
  const proof = await srpProof({ algo, srpB: B, password: typed, random: randomBytes })
  return srpVerify({ verifier, algo, b, B, ...proof, ...spoil })
}

describe('SRP', () => {
  it('lets the right password in, and no other', async () => {
    expect(await login(password)).toBe(true)
    expect(await login(password)).toBe(true)
    expect(await login(`${password} `)).toBe(false)
    expect(await login('')).toBe(false)
  })

  it('S2: lets no one in who changes A or M1, or sends an A from which anyone could compute the secret', async () => {
    expect(await login(password, { M1: randomBytes(32) })).toBe(false)
    expect(await login(password, { M1: new Uint8Array() })).toBe(false)
    expect(await login(password, { A: bigintToBytes((1n << 2000n) + 1n, 256) })).toBe(false)
    const { b, B } = srpChallenge({ verifier, algo, random: randomBytes })
    // For A ≡ 0 the secret is 0, whatever the password.
    const hash = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest()
    const g = bigintToBytes(3n, 256)
    const mask = hash(g)
    const both = hash(knownDhPrime).map((byte, i) => byte ^ mask[i]!)
    for (const A of [new Uint8Array(256), knownDhPrime, bigintToBytes(2n * p, 257)]) {
      const M1 = hash(both, hash(algo.salt1), hash(algo.salt2), A, B, hash(new Uint8Array(256)))
      expect(srpVerify({ verifier, algo, b, B, A, M1 })).toBe(false)
    }
  })

  it('S2: refuses a malicious B', async () => {
    for (const srpB of [
      new Uint8Array(256),
      new Uint8Array(),
      knownDhPrime,
      bigintToBytes(p + 1n, 256),
      bigintToBytes(2n * p, 257),
    ]) {
      await expect(srpProof({ algo, srpB, password, random: randomBytes })).rejects.toThrow(srpInvalid)
    }
  })

  it('S2: never sends an A outside the safe range', async () => {
    const { B } = srpChallenge({ verifier, algo, random: randomBytes })
    // A would be 1, g and g to the 100th.
    const poor = [0n, 1n, 100n].map((a) => bigintToBytes(a, 256))
    const proof = await srpProof({ algo, srpB: B, password, random: (n) => poor.shift() ?? randomBytes(n) })
    expect(poor).toEqual([])
    const A = bytesToBigint(proof.A)
    const margin = 1n << 1984n
    expect(A > margin && A < p - margin).toBe(true)
    const stuck = srpProof({ algo, srpB: B, password, random: (n) => new Uint8Array(n) })
    await expect(stuck).rejects.toMatchObject({ name: 'CryptoError' })
  })

  it('S1: refuses a prime or generator that would give the password away, before it hashes anything', async () => {
    const composite = bigintToBytes(p + 8n, 256)
    const wrong = [
      [{ ...algo, p: composite, g: 4 }, 'DH_PRIME_INVALID'],
      [{ ...algo, p: knownDhPrime.subarray(1) }, 'DH_PRIME_INVALID'],
      [{ ...algo, g: 2 }, 'DH_GENERATOR_INVALID'],
      [{ ...algo, g: 1 }, 'DH_GENERATOR_INVALID'],
    ] as const
    for (const [bad, code] of wrong) {
      const random = () => expect.unreachable()
      const thrown = expect.objectContaining({ code })
      await expect(srpProof({ algo: bad, srpB: new Uint8Array([9]), password, random })).rejects.toThrow(
        thrown,
      )
      await expect(passwordVerifier(password, bad)).rejects.toThrow(thrown)
    }
  })

  it('S5: the bytes of the password and of the secrets are wiped as soon as they have served', async () => {
    const { B } = srpChallenge({ verifier, algo, random: randomBytes })
    const secrets: Uint8Array[] = []
    const random = (length: number) => {
      const bytes = randomBytes(length)
      secrets.push(bytes)
      return bytes
    }
    const encode = vi.spyOn(TextEncoder.prototype, 'encode')
    await srpProof({ algo, srpB: B, password, random })
    for (const { value } of encode.mock.results) secrets.push(value as Uint8Array)
    encode.mockRestore()
    expect(secrets).toHaveLength(2)
    for (const bytes of secrets) expect(bytes.every((byte) => byte === 0)).toBe(true)
  })

  it('does not try for ever with a broken random source', async () => {
    const random = (length: number) => new Uint8Array(length)
    expect(() => srpChallenge({ verifier, algo, random })).toThrow(srpInvalid)
    const srpB = new Uint8Array(256).fill(7)
    await expect(srpProof({ algo, srpB, password, random })).rejects.toThrow(srpInvalid)
  })

  it('keeps the event loop free while it hashes', async () => {
    let turns = 0
    let going = true
    const turn = () => {
      turns++
      if (going) setImmediate(turn)
    }
    turn()
    await passwordHash(password, algo)
    going = false
    expect(turns).toBeGreaterThan(3)
  })
})

describe('SRP beside mtcute', () => {
  const fixed = new Uint8Array(nodeRandom(256))
  const provider = {
    sha256: (data: Uint8Array) => new Uint8Array(createHash('sha256').update(data).digest()),
    pbkdf2: async (pass: Uint8Array, salt: Uint8Array, iterations: number) =>
      new Uint8Array(await promisify(pbkdf2)(pass, salt, iterations, 64, 'sha512')),
    randomBytes: (length: number) => fixed.slice(0, length),
    randomFill: (bytes: Uint8Array) => bytes.set(fixed.subarray(0, bytes.length)),
  } as unknown as Parameters<typeof computeSrpParams>[0]
  const currentAlgo = () => ({
    _: 'passwordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow' as const,
    ...algo,
  })

  it('computes the same A and M1', async () => {
    const { b, B } = srpChallenge({ verifier, algo, random: randomBytes })
    const request = { _: 'account.password', currentAlgo: currentAlgo(), srpB: B, srpId: 1 }
    const theirs = await computeSrpParams(
      provider,
      request as unknown as Parameters<typeof computeSrpParams>[1],
      password,
    )
    const ours = await srpProof({ algo, srpB: B, password, random: () => fixed })
    if (theirs._ !== 'inputCheckPasswordSRP') expect.unreachable()
    else {
      expect(ours.A).toEqual(theirs.A)
      expect(ours.M1).toEqual(theirs.M1)
      expect(srpVerify({ verifier, algo, b, B, A: theirs.A, M1: theirs.M1 })).toBe(true)
    }
  })

  it('computes the same verifier', async () => {
    const changed = currentAlgo()
    const theirs = await computeNewPasswordHash(provider, changed, password)
    expect(await passwordVerifier(password, { ...algo, salt1: changed.salt1 })).toEqual(theirs)
  })
})

describe('SRP with the vector of gotd', () => {
  const known: PasswordAlgo = {
    salt1: hex('4d11fb6bec38f9d2546bb0f61e4f1c99a1bc0db8f0d5f35b1291b37b213123d7ed48f3c6794d495b'),
    salt2: hex('a1b181aafe88188680ae32860d60bb01'),
    g: 3,
    p: knownDhPrime,
  }
  const srpB = hex(
    '9c52401a6a8084ec82f01c3725d3fb448bd2f0c909f9d97726eac4b7a74172d952f02466be6734fa274d2b7429e27397' +
      'f10372d66b400b80a5c5ae3f28b17bf3105d7a2d2a885998cdc2defc208aec217ab58859a9abc2374ad93dc285f4b3fb' +
      'caff4143d7888f2425bd2fb711b25609ceb21757d935b1ef2f042173ad0ce2fe0e474dac53914bd25a8a9aed4aea8953' +
      'd55cb88621db37b871ea0d04393ac0987f68094ccc9de8239251375d8fffd263316cd528c097b7bc9fb919fbedb76c52' +
      '5df3413c374ee076d97a1e6d352bb7cc80fd13651b04b32e2e48c5268150842cfd07cf855958b1b5ea9c36fdad697fe3' +
      'aec8dcc6b1efec36874af226204676cf',
  )

  it('hashes the password to the x from which its M1 follows', async () => {
    const hash = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest()
    const number = (bytes: Uint8Array) => bytesToBigint(bytes)
    const g = bigintToBytes(3n, 256)
    const x = number(await passwordHash('123123', known))
    // Its random exponent is a = 1, so that A = g.
    const [k, u] = [number(hash(knownDhPrime, g)), number(hash(g, srpB))]
    const base = (((number(srpB) - k * modPow(3n, x, p)) % p) + p) % p
    const secret = bigintToBytes(modPow(base, 1n + u * x, p), 256)
    const [hashOfP, hashOfG] = [hash(knownDhPrime), hash(g)]
    const both = hashOfP.map((byte, i) => byte ^ hashOfG[i]!)
    const M1 = hash(both, hash(known.salt1), hash(known.salt2), g, srpB, hash(secret))
    expect(M1.toString('hex')).toBe('999df906bda2c6cbb52f503406eba2d0d0503ace0cc302c38f13ee5010ad4051')
  })

  it('but does not send an A that small', async () => {
    const random = () => bigintToBytes(1n, 256)
    await expect(srpProof({ algo: known, srpB, password: '123123', random })).rejects.toThrow(srpInvalid)
  })
})

function hex(digits: string): Uint8Array {
  return new Uint8Array(Buffer.from(digits, 'hex'))
}
