import { products } from '../../dist/items/pq/numbers.js'

export default async function program(tools) {
  const { NodeCryptoProvider } = await tools.import('@mtcute/node/utils/crypto.js')
  const provider = new NodeCryptoProvider()
  await provider.initialize()
  const inputs = products.map((pq) => new Uint8Array(Buffer.from(pq.toString(16).padStart(16, '0'), 'hex')))
  return tools.timed({
    async factor() {
      for (const pq of inputs) await provider.factorizePQ(pq)
    },
  })
}
