import { randomBytes } from 'node:crypto'

export default async function program(tools) {
  const { NodeCryptoProvider } = await tools.import('@mtcute/node/utils/crypto.js')
  const provider = new NodeCryptoProvider()
  await provider.initialize()
  const bytes = (size) => new Uint8Array(randomBytes(size))
  const key = bytes(32)
  const iv = bytes(32)
  const steps = {}
  for (const size of [256, 4096, 524288]) {
    const data = bytes(size)
    steps[`encrypt ${size}`] = () => provider.createAesIge(key, iv).encrypt(data)
    steps[`decrypt ${size}`] = () => provider.createAesIge(key, iv).decrypt(data)
  }
  return tools.timed(steps)
}
