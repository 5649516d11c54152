/** Every transport, on real sockets, all on the same port. */
import { connect } from 'node:net'
import { randomBytes } from '@telegram-mt/crypto'
import { DEFAULT_MAX_PACKET, parseProxySecret, type TransportName } from '@telegram-mt/mtproto'
import { type Link, type LinkHandlers, tcpDial, webSocketDial } from '@telegram-mt/net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Box, startBox } from '../box.ts'
import { bytesOf, WireClient } from '../wire-client.testing.ts'

let box: Box
const clients: WireClient[] = []
const closing: (() => void)[] = []
const refused: unknown[] = []
const failures: unknown[] = []

beforeAll(async () => {
  box = await startBox({
    onRefused: (error) => refused.push(error),
    onFault: (error) => failures.push(error),
  })
  await box.user({ phone: '9996620001', firstName: 'Ann' })
})

afterEach(() => {
  for (const client of clients.splice(0)) client.disconnect()
  for (const close of closing.splice(0)) close()
  expect(failures).toEqual([])
})

afterAll(() => box.close())

const signal = new AbortController().signal
const random = randomBytes
const address = (dc = 2) => {
  const found = box.dcs.find(({ id }) => id === dc)
  if (found === undefined) throw new Error('no such datacenter')
  return { ...found, dc }
}

async function over(link: Link, dc = 2): Promise<WireClient> {
  const client = await WireClient.connect(box, { link, dc })
  clients.push(client)
  return client
}

/** Makes a key, signs in, is pushed a message, and shows itself to the box as it should. */
async function works(link: Link, shown: object): Promise<WireClient> {
  const client = await over(link)
  await client.signIn('9996620001')
  await client.call({ _: 'updates.getState' })
  client.updates.length = 0
  const other = await over(await tcpDial({ random })(address(), signal))
  await other.signIn('9996620001')
  const message = `for ${JSON.stringify(shown)} ${client.key.id}`
  await other.call({
    _: 'messages.sendMessage',
    peer: { _: 'inputPeerSelf' },
    message,
    randomId: client.key.id,
  })
  const says = () =>
    JSON.stringify(client.updates, (_, value) => (typeof value === 'bigint' ? String(value) : value))
  await client.until(() => says().includes(JSON.stringify(message).slice(1, -1)))
  const reports = box.connectionReports()
  expect(reports.find(({ sessions }) => sessions[0]?.authKeyId === client.key.id)).toMatchObject(shown)
  return client
}

describe('TCP', () => {
  const transports: TransportName[] = ['abridged', 'intermediate', 'padded', 'full']
  const cases = transports.flatMap((transport) =>
    [false, true].map((obfuscated) => ({ transport, obfuscated })),
  )
  test.each(cases)('$transport, obfuscated: $obfuscated', async ({ transport, obfuscated }) => {
    const link = await tcpDial({ random, transport, obfuscated })(address(), signal)
    await works(link, { via: 'tcp', transport, obfuscated })
  })

  test('a large answer and a large call', async () => {
    const client = await over(await tcpDial({ random, transport: 'abridged' })(address(), signal))
    await client.signIn('9996620001')
    const bytes = randomBytes(512 * 1024)
    await client.call({ _: 'upload.saveFilePart', fileId: 5n, filePart: 0, bytes })
  })

  test('bytes of no transport, and of other protocols, end the connection', async () => {
    for (const bytes of [Buffer.alloc(80, 7), Buffer.from([0x16, 3, 1, 0, 4, 0, 0, 0, 0])]) {
      const before = refused.length
      await new Promise<void>((resolve, reject) => {
        const socket = connect(address().port, address().host, () => socket.write(bytes))
        socket.on('error', reject)
        socket.on('close', () => resolve())
        socket.resume()
      })
      expect(refused.length).toBe(before + 1)
    }
  })

  test('a quick acknowledgement is given to who asks for it', async () => {
    const { clientFraming, sealPacket, messageIdAt, PacketKey } = await import('@telegram-mt/mtproto')
    const { sha256 } = await import('@telegram-mt/crypto')
    const { key } = await over(await tcpDial({ random })(address(), signal))
    const framing = clientFraming('intermediate', { random })
    const packetKey = new PacketKey(key.authKey)
    const head = { salt: key.salt, sessionId: 9n, msgId: messageIdAt(Date.now()), seqNo: 0 }
    const ping = bytesOf((w) => {
      w.uint(0x7abe77ec)
      w.long(1n)
    })
    // With padding of zeros, so that the token can be computed here.
    const zeros = (length: number) => new Uint8Array(length)
    const packet = sealPacket(packetKey, 'client', head, ping, zeros)
    const plain = new Uint8Array(32 + ping.length + 12)
    const view = new DataView(plain.buffer)
    view.setBigInt64(0, head.salt, true)
    view.setBigInt64(8, head.sessionId, true)
    view.setBigInt64(16, head.msgId, true)
    view.setInt32(28, ping.length, true)
    plain.set(ping, 32)
    const padded = new Uint8Array(packet.length - 24)
    padded.set(plain.subarray(0, 32 + ping.length))
    const digest = sha256(key.authKey.subarray(88, 120), padded)
    const expected = (new DataView(digest.buffer, digest.byteOffset).getUint32(0, true) | 0x8000_0000) >>> 0
    const token = await new Promise((resolve) => {
      const socket = connect(address().port, address().host, () => socket.write(framing.encode(packet, true)))
      socket.on('data', (chunk) => {
        for (const frame of framing.push(chunk)) if (frame.type === 'quickAck') resolve(frame.token)
      })
      socket.on('close', () => resolve('closed'))
      closing.push(() => socket.destroy())
    })
    expect(token).toBe(expected)
  })
})

describe('WebSocket', () => {
  test.each(['abridged', 'intermediate', 'padded'] as const)('%s', async (transport) => {
    const link = await webSocketDial({ random, transport })(address(), signal)
    await works(link, { via: 'websocket', transport, obfuscated: true })
  })

  test('an unknown key is told -404', async () => {
    const client = await over(await webSocketDial({ random })(address(), signal))
    const link = await webSocketDial({ random })(address(3), signal)
    const stranger = await WireClient.connect(box, { link, dc: 3, key: client.key })
    await stranger.until(() => stranger.closed)
    expect(stranger.transportError).toBe(-404)
  })
})

/** Packets over HTTP requests: one waits always, for what the server may have to say. */
class HttpLink implements Link {
  readonly remote = 'HTTP'
  readonly buffered = 0
  readonly #url: string
  readonly #abort = new AbortController()
  #handlers: LinkHandlers | undefined

  constructor(dc = 2) {
    const { host, port } = address(dc)
    this.#url = `http://${host}:${port}/apiw1`
  }

  start(handlers: LinkHandlers): void {
    this.#handlers = handlers
  }

  send(packets: readonly Uint8Array[]): void {
    for (const packet of packets) void this.#post(packet)
  }

  close(): void {
    this.#abort.abort()
  }

  destroy(): void {
    this.#abort.abort()
  }

  async #post(packet: Uint8Array): Promise<void> {
    try {
      const answer = await fetch(this.#url, {
        method: 'POST',
        body: new Uint8Array(packet),
        signal: this.#abort.signal,
      })
      const data = new Uint8Array(await answer.arrayBuffer())
      if (answer.ok) this.#handlers?.onFrame({ type: 'packet', data })
      else this.#handlers?.onFrame({ type: 'error', code: -answer.status })
    } catch {
      // Given up by the test, or by the box.
    }
  }
}

describe('HTTP', () => {
  const httpWait = (maxDelay: number, waitAfter: number, maxWait: number) =>
    bytesOf((w) => {
      w.uint(0x9299359f)
      for (const value of [maxDelay, waitAfter, maxWait]) w.int(value)
    })

  test('a key is made, calls are answered, updates come to a request that waits', async () => {
    const client = await over(new HttpLink())
    await client.signIn('9996620001')
    await client.call({ _: 'updates.getState' })
    client.updates.length = 0
    client.send(httpWait(0, 0, 10_000), 'http_wait')
    const other = await over(await tcpDial({ random })(address(), signal))
    await other.signIn('9996620001')
    await other.call({
      _: 'messages.sendMessage',
      peer: { _: 'inputPeerSelf' },
      message: 'over HTTP',
      randomId: 77n,
    })
    await client.until(() => client.updates.length > 0)
    expect(box.connectionReports().find(({ via }) => via === 'http')).toMatchObject({
      dc: 2,
      sessions: [{ authKeyId: client.key.id }],
    })
  })

  test('a request that waited in vain is answered with nothing', async () => {
    const client = await over(new HttpLink())
    await client.call({ _: 'help.getConfig' })
    const breaches = client.breaches.length
    client.send(httpWait(0, 0, 1), 'http_wait')
    await client.call({ _: 'help.getConfig' })
    expect(client.breaches.length).toBe(breaches)
  })

  test('an unknown key is told so by the status', async () => {
    const client = await over(new HttpLink())
    const stranger = await WireClient.connect(box, { link: new HttpLink(3), dc: 3, key: client.key })
    clients.push(stranger)
    await stranger.until(() => stranger.transportError !== undefined)
    expect(stranger.transportError).toBe(-404)
  })

  test('a session goes over from HTTP to TCP and back', async () => {
    const client = await over(new HttpLink())
    await client.call({ _: 'help.getConfig' })
    client.disconnect()
    const tcp = await WireClient.connect(box, { from: client })
    clients.push(tcp)
    await tcp.call({ _: 'help.getConfig' })
    const [session] = box.sessions({ authKeyId: client.key.id })
    expect(box.connectionReports().find(({ number }) => number === session?.connection)?.via).toBe('tcp')
    tcp.disconnect()
    const back = await WireClient.connect(box, { from: client, link: new HttpLink() })
    clients.push(back)
    await back.call({ _: 'help.getConfig' })
  })

  test('what is no packet is refused', async () => {
    const url = `http://${address().host}:${address().port}`
    expect((await fetch(url)).status).toBe(404)
    expect((await fetch(`${url}/api`)).status).toBe(404)
    expect((await fetch(`${url}/api`, { method: 'POST', body: 'hello' })).status).toBe(404)
    expect((await fetch(`${url}/api`, { method: 'OPTIONS' })).status).toBe(200)
    const huge = fetch(`${url}/api`, { method: 'POST', body: new Uint8Array(DEFAULT_MAX_PACKET + 1) })
    await expect(huge.then(({ status }) => status)).rejects.toThrow()
  })

  test('faults strike HTTP, too', async () => {
    const client = await over(new HttpLink())
    await client.call({ _: 'help.getNearestDc' })
    box.faults.add({ when: { via: 'http', method: 'help.getConfig' }, fault: { kind: 'badPadding' } })
    client.call({ _: 'help.getConfig' })
    await client.until(() => client.breaches.length > 0)
    box.faults.clear()
    expect(client.breaches).toEqual(['PADDING_LENGTH'])
  })
})

describe('MTProxy', () => {
  const hex = '0123456789abcdef0123456789abcdef'
  const domain = Buffer.from('example.org').toString('hex')
  const secrets = [hex, `dd${hex}`, `ee${hex}${domain}`]

  const through = async (port: number, secret: string, dc = 2) => {
    const proxy = { type: 'mtproxy' as const, host: '127.0.0.1', port, secret: parseProxySecret(secret) }
    return await tcpDial({ random, proxy })({ ...address(2), dc }, signal)
  }

  test.each(secrets)('%s', async (secret) => {
    const proxy = await box.proxy({ secret })
    await works(await through(proxy.port, secret), { via: 'proxy', dc: 2, obfuscated: true })
  })

  test('leads to the datacenter that is asked for, media and test numbers alike', async () => {
    const proxy = await box.proxy()
    for (const dc of [4, -4, 10_004]) {
      const client = await WireClient.connect(box, {
        link: await through(proxy.port, proxy.secret, dc),
        dc: 4,
      })
      clients.push(client)
      await expect(client.call({ _: 'help.getConfig' })).resolves.toMatchObject({ thisDc: 4 })
    }
  })

  test.each([
    ['another secret', (port: number) => through(port, `dd${'00'.repeat(16)}`), 2],
    ['no secret', (port: number) => tcpDial({ random })({ ...address(2), port }, signal), 2],
    ['a transport without padding', (port: number) => through(port, hex), 2],
    ['a datacenter that is not there', (port: number) => through(port, `dd${hex}`, 9), 2],
  ])('turns away %s', async (_, open) => {
    const proxy = await box.proxy({ secret: `dd${hex}` })
    const before = refused.length
    await expect(WireClient.connect(box, { link: await open(proxy.port) })).rejects.toThrow()
    expect(refused.length).toBe(before + 1)
  })

  test('closes, and with the box', async () => {
    const proxy = await box.proxy()
    await proxy.close()
    await expect(through(proxy.port, proxy.secret)).rejects.toHaveProperty('code')
  })
})
