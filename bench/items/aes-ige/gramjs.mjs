import { randomBytes } from 'node:crypto'

export default function program(tools) {
  const { IGE } = tools.require(`${tools.library}/crypto/IGE`)
  const key = randomBytes(32)
  const iv = randomBytes(32)
  const steps = {}
  for (const size of [256, 4096, 524288]) {
    const data = randomBytes(size)
    steps[`encrypt ${size}`] = () => new IGE(key, iv).encryptIge(data)
    steps[`decrypt ${size}`] = () => new IGE(key, iv).decryptIge(data)
  }
  return tools.timed(steps)
}
