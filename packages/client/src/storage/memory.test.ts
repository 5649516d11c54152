import { describeStorage } from './contract.testing.ts'
import { MemoryStorage } from './memory.ts'

describeStorage({
  name: 'memory',
  isDurable: false,
  fresh: async (options) => {
    const storage = new MemoryStorage(options)
    return { storage, again: () => storage }
  },
})
