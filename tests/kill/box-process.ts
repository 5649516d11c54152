/** Telegram in a box, all of whose connections are cut again and again. */
import { startBox, World } from '@telegram-mt/box'
import { type BoxAddress, type BoxPlan, planOf } from './plan.ts'

const { cutEvery } = planOf<BoxPlan>()
// "100000 for channels and 5000000 for the common message box" (https://core.telegram.org/api/updates): what is further back
// than that cannot be had, and is told as a gap. A receiver of this proof is never that far behind.
const world = new World({
  limits: {
    channelDifferenceMax: 100_000,
    differenceMax: 5_000_000,
    logLength: 5_000_000,
    randomIds: 1_000_000,
  },
})
const box = await startBox({ world })
let cut = 0
setInterval(() => {
  cut += box.dropConnections()
}, cutEvery)
const address: BoxAddress = {
  dcs: box.dcs.map(({ id, host, port }) => ({ id, addresses: [{ host, port }] })),
  publicKey: box.publicKey,
}
console.log(JSON.stringify(address))
// On request: how many connections were cut.
process.stdin.on('data', () => console.log(JSON.stringify({ cut })))
