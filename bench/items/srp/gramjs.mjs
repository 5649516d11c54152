import { algo, password, proofs, srpB } from '../../dist/items/srp/challenge.js'

export default async function program(tools) {
  const { computeCheck } = tools.require(`${tools.library}/Password`)
  const { Api } = tools.require(tools.library)
  const bigInt = tools.require('big-integer')
  const buffer = (bytes) => Buffer.from(bytes)
  const currentAlgo = new Api.PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow({
    salt1: buffer(algo.salt1),
    salt2: buffer(algo.salt2),
    g: algo.g,
    p: buffer(algo.p),
  })
  const request = { currentAlgo, srp_B: buffer(await srpB()), srpId: bigInt(1) }
  return proofs(() => computeCheck(request, password))
}
