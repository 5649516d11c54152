// An invoker in virtual time, over a connection whose server is a function of the test.
import { CallError, TimerWheel, VirtualClock } from '@telegram-mt/net'
import type { Call, Method } from '../layer.ts'
import type { RpcCallOptions } from './caller.ts'
import type { FloodWait } from './flood-wait.ts'
import { Invoker, type InvokerSession } from './invoker.ts'
import { rpcErrorFrom } from './rpc-error.ts'

/** A call as the server gets it. */
export interface Asked {
  method: string
  /** What the test gave it to tell it by: the message, or the randomId. */
  text: string
  at: number
  options: RpcCallOptions
}

/** An answer, or the text of an error such as `420 FLOOD_WAIT_5`, after so many milliseconds. */
export type Reply = { error?: string; after?: number } | undefined

export function fakeInvoker(overrides: Partial<InvokerSession> = {}) {
  const clock = new VirtualClock()
  const wheel = new TimerWheel(clock)
  const start = wheel.now()
  const asked: Asked[] = []
  const waits: FloodWait[] = []
  const thrownWaits: FloodWait[] = []
  const server = { reply: (_asked: Asked): Reply => undefined }
  const session: InvokerSession = {
    wheel,
    signedIn: () => true,
    floodWaitLimit: 60,
    jitter: () => 0.5,
    call: (call, options) => {
      const text = 'message' in call ? String(call.message) : 'username' in call ? String(call.username) : ''
      const one: Asked = { method: call._, text, at: wheel.now() - start, options }
      asked.push(one)
      const reply = server.reply(one)
      const answer = new Promise<Uint8Array>((resolve, reject) => {
        options.signal?.addEventListener('abort', () => reject(options.signal?.reason))
        wheel.after(reply?.after ?? 10, () => {
          if (reply?.error === undefined) resolve(new Uint8Array())
          else reject(new CallError(...parseError(reply.error)))
        })
      })
      options.attempts?.sent({ connection: session, answer })
      return answer.then(
        () => ({ did: text, at: wheel.now() - start }) as never,
        (error: unknown) => {
          throw error instanceof CallError ? rpcErrorFrom(error.errorCode, error.errorMessage, call._) : error
        },
      )
    },
    isElsewhere: ({ dc }) => dc !== undefined && dc !== 1,
    moveTo: async () => {},
    authorizationLost: () => {},
    forgetInitialization: () => {},
    isMoved: () => false,
    onFloodWait: (wait, news) => void (news === 'thrown' ? thrownWaits : waits).push(wait),
    onDead: () => {},
    onResult: () => {},
    onPause: () => {},
    onRetry: () => {},
    onEnd: () => {},
    ...overrides,
  }
  return { clock, wheel, start, asked, waits, thrownWaits, server, invoker: new Invoker(session) }
}

function parseError(text: string): [number, string] {
  const [code = '', message = ''] = text.split(' ')
  return [Number(code), message]
}

export const send = (message: string, channelId = 0): Call<'messages.sendMessage'> => ({
  _: 'messages.sendMessage',
  peer: channelId === 0 ? { _: 'inputPeerSelf' } : { _: 'inputPeerChannel', channelId, accessHash: 0n },
  message,
  randomId: 1n,
})

export const resolve = (username: string): Call<Method> => ({ _: 'contacts.resolveUsername', username })
