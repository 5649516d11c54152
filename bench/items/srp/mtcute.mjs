import { algo, password, proofs, srpB } from '../../dist/items/srp/challenge.js'

export default async function program(tools) {
  const { NodeCryptoProvider } = await tools.import('@mtcute/node/utils/crypto.js')
  const { computeSrpParams } = await tools.import('@mtcute/core/utils/crypto/password.js')
  const provider = new NodeCryptoProvider()
  await provider.initialize()
  const request = {
    currentAlgo: {
      _: 'passwordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow',
      ...algo,
    },
    srpB: await srpB(),
    srpId: 1,
  }
  return proofs(() => computeSrpParams(provider, request, password))
}
