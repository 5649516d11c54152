import { importCost } from '../../dist/items/import/import-cost.js'

export default function program(tools) {
  return importCost(() => tools.import('@mtcute/node/index.js'))
}
