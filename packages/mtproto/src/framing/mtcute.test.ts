/** Truth from elsewhere: mtcute's transports, unmodified, speak with our server. */
import { expect, test } from 'vitest'
import { ServerFraming, TlsServerFraming } from '../index.ts'
import { mtcuteLog, mtcuteModule, mtcutePlatform } from '../mtcute.testing.ts'
import { seededRandom } from '../seeded-random.testing.ts'

const random = seededRandom('mtcute transports')
const secret = random(16)
const packets = [40, 56, 88, 3016, 8024, 104].map((size) => random(size))

interface Codec {
  setup?(platform: unknown, log: unknown): void
  tag(): Promise<Uint8Array> | Uint8Array
  encode(packet: Uint8Array, into: unknown): Promise<void> | void
  decode(reader: unknown, eof: boolean): Promise<Uint8Array | null> | Uint8Array | null
}

/** Sends the packets from the codec to the server, answers each, and expects them all at both ends. */
async function converse(codec: Codec, server: ServerFraming | TlsServerFraming): Promise<void> {
  const { Bytes } = await mtcuteModule('../../@fuman/io/index.js')
  codec.setup?.(mtcutePlatform, mtcuteLog)
  const sent = Bytes.alloc()
  const tag = await codec.tag()
  sent.writeSync(tag.length).set(tag)
  for (const packet of packets) await codec.encode(packet, sent)
  const received = server.push(new Uint8Array(sent.result()))
  expect(received).toEqual(packets.map((data) => ({ type: 'packet', data })))
  const answers = Bytes.alloc()
  for (const packet of packets) {
    const bytes = server.encode(packet)
    answers.writeSync(bytes.length).set(bytes)
  }
  for (const packet of packets) {
    const answer = await codec.decode(answers, false)
    expect(answer).not.toBeNull()
    // mtcute leaves the padding of the padded transport in place.
    expect(new Uint8Array(answer!).subarray(0, packet.length)).toEqual(packet)
    expect(answer!.length).toBeLessThan(packet.length + 16)
  }
}

test('intermediate and padded intermediate, plain and obfuscated, without and with a proxy secret', async () => {
  const { IntermediatePacketCodec, PaddedIntermediatePacketCodec } = await mtcuteModule(
    'network/transports/intermediate.js',
  )
  const { ObfuscatedPacketCodec } = await mtcuteModule('network/transports/obfuscated.js')
  const proxy = { dcId: 3, test: true, media: true, secret }
  const plain = () => new ServerFraming({ random })
  await converse(new IntermediatePacketCodec(), plain())
  await converse(new PaddedIntermediatePacketCodec(), plain())
  for (const inner of [new IntermediatePacketCodec(), new PaddedIntermediatePacketCodec()]) {
    await converse(new ObfuscatedPacketCodec(inner), plain())
    const server = new ServerFraming({ random, secrets: [secret], secretRequired: true })
    await converse(new ObfuscatedPacketCodec(inner, proxy), server)
    expect(server.transport).toMatchObject({ obfuscated: true, dc: -10_003, secret })
  }
})

test('fake TLS: our server accepts its hello, it accepts our answer, and they talk', async () => {
  const { BaseMtProxyTransport } = await mtcuteModule('network/mtproxy/index.js')
  const domain = Buffer.from('example.org')
  const transport = new BaseMtProxyTransport({
    host: '',
    port: 0,
    secret: new Uint8Array([0xee, ...secret, ...domain]),
  })
  transport.setup(mtcutePlatform, mtcuteLog)
  const server = new TlsServerFraming({ random, secrets: [random(16), secret], now: Date.now() })
  const waiting: number[] = []
  /** The connection as mtcute's handshake uses it. */
  const connection = {
    write: async (bytes: Uint8Array) => {
      for (const frame of server.push(new Uint8Array(bytes))) {
        if (frame.type === 'write') waiting.push(...frame.data)
      }
    },
    read: async (into: Uint8Array) => {
      const bytes = waiting.splice(0, into.length)
      into.set(bytes)
      return bytes.length
    },
  }
  await transport._handleConnectFakeTls(connection)
  expect(waiting).toEqual([])
  await converse(transport.packetCodec({ id: 2 }), server)
  expect(server.transport).toMatchObject({ name: 'padded', dc: 2, secret })
})
