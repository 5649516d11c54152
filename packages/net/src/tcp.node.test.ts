import { describe, expect, it, vi } from 'vitest'
import type { ByteStream, Listener } from './byte-stream.ts'
import { connectTcp, listenTcp } from './tcp.node.ts'

/** Gathers what comes, and tells when there is enough of it or the stream is over. */
function reader(stream: ByteStream) {
  const chunks: Uint8Array[] = []
  let wake = () => {}
  const state = { length: 0, closed: false, error: undefined as Error | undefined }
  stream.start({
    onData(chunk) {
      expect(Object.getPrototypeOf(chunk)).toBe(Uint8Array.prototype)
      chunks.push(chunk)
      state.length += chunk.length
      wake()
    },
    onClose(error) {
      expect(state.closed).toBe(false)
      state.closed = true
      state.error = error
      wake()
    },
  })
  const until = async (done: () => boolean) => {
    while (!done()) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  return {
    state,
    text: async (length: number) => {
      await until(() => state.length >= length)
      return Buffer.concat(chunks).toString()
    },
    size: (length: number) => until(() => state.length >= length),
    closed: () => until(() => state.closed),
  }
}

async function pair(): Promise<{ listener: Listener; client: ByteStream; server: ByteStream }> {
  let accepted = (_stream: ByteStream) => {}
  const server = new Promise<ByteStream>((resolve) => {
    accepted = resolve
  })
  const listener = await listenTcp({ onConnection: (stream) => accepted(stream) })
  const client = await connectTcp({ host: listener.host, port: listener.port })
  return { listener, client, server: await server }
}

const bytes = (text: string) => new TextEncoder().encode(text)

describe('TCP', () => {
  it('carries bytes both ways in order, also those that came before the reader', async () => {
    const { listener, client, server } = await pair()
    client.write(bytes('hello '))
    server.write(bytes('welcome'))
    client.write(bytes('there'))
    const atServer = reader(server)
    const atClient = reader(client)
    expect(await atServer.text(11)).toBe('hello there')
    expect(await atClient.text(7)).toBe('welcome')
    expect(client.remote).toBe(`127.0.0.1:${listener.port}`)
    client.close()
    await atServer.closed()
    await atClient.closed()
    expect([atServer.state.error, atClient.state.error]).toEqual([undefined, undefined])
    await listener.close()
  })

  it('sends all that was written before it closes in good order', async () => {
    const { listener, client, server } = await pair()
    const atServer = reader(server)
    client.write(new Uint8Array(8 << 20))
    expect(client.buffered).toBeGreaterThan(0)
    client.close()
    client.write(bytes('too late'))
    await atServer.closed()
    expect(atServer.state.length).toBe(8 << 20)
    await listener.close()
  })

  it('tells of the end once, also when it came before the reader', async () => {
    const { listener, client, server } = await pair()
    const atClient = reader(client)
    server.destroy()
    server.destroy()
    await atClient.closed()
    reader(server)
    client.write(bytes('into the void'))
    client.close()
    await listener.close()
  })

  it('says that nobody listens', async () => {
    const listener = await listenTcp({ onConnection: () => {} })
    await listener.close()
    await expect(connectTcp({ host: '127.0.0.1', port: listener.port })).rejects.toMatchObject({
      code: 'CONNECT_FAILED',
      message: expect.stringContaining('ECONNREFUSED'),
    })
    await expect(connectTcp({ host: 'no-such-host.invalid', port: 443 })).rejects.toMatchObject({
      code: 'CONNECT_FAILED',
    })
  })

  it('gives up after the timeout or by the signal', async () => {
    const listener = await listenTcp({ onConnection: (stream) => stream.destroy() })
    const { port } = listener
    const abort = new AbortController()
    abort.abort(new Error('closed meanwhile'))
    await expect(connectTcp({ host: '127.0.0.1', port }, { signal: abort.signal })).rejects.toThrow(
      'closed meanwhile',
    )
    const later = new AbortController()
    const attempt = connectTcp({ host: '127.0.0.1', port }, { signal: later.signal })
    later.abort(new Error('closed later'))
    await expect(attempt).rejects.toThrow('closed later')
    // Time runs out before the loop has had a turn to hear of the connection.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const slow = connectTcp({ host: '127.0.0.1', port }, { timeout: 5000 })
      vi.advanceTimersByTime(5000)
      await expect(slow).rejects.toMatchObject({ code: 'CONNECT_TIMEOUT' })
    } finally {
      vi.useRealTimers()
    }
    await listener.close()
  })

  it('closes a listener with all its streams, by force when they do not end', async () => {
    const { listener, client } = await pair()
    const atClient = reader(client)
    // The peer reads nothing and ends nothing.
    const stuck = await connectTcp({ host: listener.host, port: listener.port })
    await listener.close(50)
    await atClient.closed()
    stuck.destroy()
  })

  it('says when a port is taken', async () => {
    const listener = await listenTcp({ onConnection: () => {} })
    await expect(listenTcp({ port: listener.port, onConnection: () => {} })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    })
    await listener.close()
  })
})
