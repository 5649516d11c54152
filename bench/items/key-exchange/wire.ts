/** A bare socket to a datacenter with the intermediate framing, and a way to measure exchanges over it. */
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Running, Tools } from '../../contestant/program.ts'

export interface Wire {
  send(packet: Uint8Array): void
  receive(): Promise<Uint8Array>
  end(): void
}

export async function openWire({ box }: Tools, dc: number): Promise<Wire> {
  const address = box.dcs.find(({ id }) => id === dc)
  if (address === undefined) throw new Error(`the box has no datacenter ${dc}`)
  const socket = connect(address.port, address.host)
  await once(socket, 'connect')
  socket.setNoDelay(true)
  socket.write(Uint8Array.of(0xee, 0xee, 0xee, 0xee))
  let came = Buffer.alloc(0)
  let wake: (() => void) | undefined
  socket.on('data', (chunk) => {
    came = Buffer.concat([came, chunk])
    wake?.()
  })
  return {
    send(packet) {
      const length = Buffer.alloc(4)
      length.writeUInt32LE(packet.length)
      socket.write(Buffer.concat([length, packet]))
    },
    async receive() {
      while (came.length < 4 || came.length < 4 + came.readUInt32LE()) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      const length = came.readUInt32LE()
      const packet = new Uint8Array(came.subarray(4, 4 + length))
      came = came.subarray(4 + length)
      return packet
    },
    end: () => socket.destroy(),
  }
}

/** CPU milliseconds of one exchange: the mean of several. */
export function exchanges(tools: Tools, exchange: (wire: Wire) => Promise<unknown>): Running {
  const count = tools.quick ? 3 : 10
  const once = async () => {
    const wire = await openWire(tools, 2)
    await exchange(wire)
    wire.end()
  }
  return {
    async run() {
      await once()
      const { cpu } = await tools.cost(async () => {
        for (let i = 0; i < count; i++) await once()
      })
      return { cpu: cpu / count }
    },
  }
}
