/** The calls that make messages, each named by random ids of the caller's. */
import type { Call, tl } from '../../layer.ts'

/** Methods that take random ids and answer with the messages made. */
export type SendMethod =
  | 'messages.sendMessage'
  | 'messages.sendMedia'
  | 'messages.sendMultiMedia'
  | 'messages.forwardMessages'
  | 'messages.sendInlineBotResult'

export type SendCall = { [M in SendMethod]: Call<M> }[SendMethod]

/** In the order of the messages; the first names the call in the outbox. */
export function randomIdsOf(call: SendCall): readonly bigint[] {
  switch (call._) {
    case 'messages.sendMultiMedia':
      return call.multiMedia.map(({ randomId }) => randomId)
    case 'messages.forwardMessages':
      return call.randomId
    default:
      return [call.randomId]
  }
}

/** Where the messages go. */
export function targetOf(call: SendCall): tl.InputPeer {
  return call._ === 'messages.forwardMessages' ? call.toPeer : call.peer
}

const METHODS = new Set<string>([
  'messages.sendMessage',
  'messages.sendMedia',
  'messages.sendMultiMedia',
  'messages.forwardMessages',
  'messages.sendInlineBotResult',
] satisfies SendMethod[])

/** Whether what comes out of the store is such a call. */
export function isSendCall(value: unknown): value is SendCall {
  return (
    typeof value === 'object' &&
    value !== null &&
    '_' in value &&
    typeof value._ === 'string' &&
    METHODS.has(value._)
  )
}
