/** Telegram in a box, all of whose connections are cut again and again. */
import { startBox } from '@telegram-mt/box'
import { type BoxAddress, type BoxPlan, planOf } from './plan.ts'

const { cutEvery } = planOf<BoxPlan>()
const box = await startBox()
let cut = 0
setInterval(() => {
  cut += box.dropConnections()
}, cutEvery)
const address: BoxAddress = {
  dcs: box.dcs.map(({ id, host, port }) => ({ id, addresses: [{ host, port }] })),
  publicKey: box.publicKey,
}
console.log(JSON.stringify(address))
// On request: how many connections were cut. Ends with whoever started it.
process.stdin.on('data', () => console.log(JSON.stringify({ cut })))
process.stdin.on('end', () => process.exit(0))
