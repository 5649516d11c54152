/** How a client that was written apart comes to the box: through MTProxies of every kind, and with temporary keys. */
import { type Box, startBox } from '@telegram-mt/box'
import { parseRsaPublicKey } from '@telegram-mt/crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Peer } from './peer.ts'

const secret = '00112233445566778899aabbccddeeff'
const domain = Buffer.from('example.org').toString('hex')
const ways = [
  { name: 'with temporary keys', via: 'tcp', transport: 'intermediate', pfs: true, secret: undefined },
  { name: 'through a proxy', via: 'proxy', transport: 'intermediate', pfs: false, secret },
  { name: 'through a padding proxy', via: 'proxy', transport: 'padded', pfs: false, secret: `dd${secret}` },
  {
    name: 'through fake TLS, with temporary keys',
    via: 'proxy',
    transport: 'padded',
    pfs: true,
    secret: `ee${secret}${domain}`,
  },
] as const

let box: Box
const peers: Peer[] = []

beforeAll(async () => {
  box = await startBox()
})

afterAll(async () => {
  await Promise.all(peers.map((peer) => peer.stop()))
  await box?.close()
})

test.concurrent.each(ways.map((way, index) => ({ ...way, index })))('mtcute $name', async (way) => {
  const phone = `999663001${way.index}`
  await box.user({ phone, firstName: way.name, username: `carrier_${way.index}` })
  const proxy = way.secret === undefined ? undefined : await box.proxy({ secret: way.secret })
  const { n, e, fingerprint } = parseRsaPublicKey(box.publicKey)
  const peer = new Peer('mtcute')
  peers.push(peer)
  await peer.ask('start', {
    dcs: box.dcs,
    publicKey: { pem: box.publicKey, n: String(n), e: Number(e), fingerprint: String(fingerprint) },
    phone,
    code: '33333',
    pfs: way.pfs,
    ...(proxy && { proxy: { host: proxy.host, port: proxy.port, secret: proxy.secret } }),
  })
  await peer.ask('send', { to: 'me', html: `I came ${way.name}` })
  const [message] = await peer.ask('history', { with: 'me', limit: 1 })
  expect(message?.text).toBe(`I came ${way.name}`)
  const userId = box.world.phones.get(phone)?.id
  const mine = box.connectionReports().filter(({ sessions }) => sessions.some((one) => one.userId === userId))
  expect(mine.length).toBeGreaterThan(0)
  for (const { via, transport } of mine)
    expect({ via, transport }).toEqual({ via: way.via, transport: way.transport })
  expect(box.sessions({ userId }).every(({ temporary }) => temporary === way.pfs)).toBe(true)
})
