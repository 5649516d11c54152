/**
 * One unencrypted message to a datacenter and its answer, over a connection of its own: what a key exchange consists of
 * (https://core.telegram.org/mtproto/description#unencrypted-message). For tools and tests.
 */
import { decodePlain, encodePlain } from '@telegram-mt/mtproto'
import { ConnectError } from '@telegram-mt/net'
import { wireDc } from '../dc/wire-dc.ts'
import type { Host } from '../host/host.ts'
import type { SessionProxy } from './session-proxy.ts'

/** How long an answer may take, milliseconds. */
const PATIENCE = 10_000

/**
 * @param body TL bytes of a method of the MTProto schema, such as `req_pq_multi`.
 * @returns the TL bytes of the answer.
 * @throws ConnectError if the datacenter cannot be reached, hangs up, or does not answer in 10 s.
 */
export async function sendPlain(
  host: Host,
  proxy: SessionProxy,
  dc: number,
  body: Uint8Array,
): Promise<Uint8Array> {
  const [address] = host.dcs.addresses(dc, 'main')
  if (address === undefined) throw new ConnectError('CONNECT_FAILED', `datacenter ${dc} has no address`)
  const signal = AbortSignal.timeout(PATIENCE)
  const link = await proxy.dial({ ...address, dc: wireDc(dc, host) }, signal)
  try {
    return await new Promise((resolve, reject) => {
      signal.addEventListener('abort', () =>
        reject(new ConnectError('CONNECT_TIMEOUT', `datacenter ${dc} did not answer in ${PATIENCE} ms`)),
      )
      link.start({
        onFrame(frame) {
          try {
            if (frame.type === 'packet') resolve(decodePlain(frame.data).body)
            else if (frame.type === 'error') {
              reject(
                new ConnectError('TRANSPORT_ERROR', `datacenter ${dc} sent transport error ${frame.code}`),
              )
            }
          } catch (error) {
            reject(error)
          }
        },
        onPartialFrame() {},
        onLinkClose: (error) =>
          reject(error ?? new ConnectError('STREAM_CLOSED', `datacenter ${dc} closed the connection`)),
      })
      // "msg_id … approximately equal to unix time · 2^32", divisible by 4 from a client.
      const msgId = ((BigInt(Math.floor(host.now())) << 32n) / 1000n) & ~3n
      link.send([encodePlain(msgId, body)])
    })
  } finally {
    link.close()
  }
}
