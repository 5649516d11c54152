/**
 * What another library cannot do by a fault of its own. Each is shown by its code, and tried all the same: when a newer
 * version can, the test says so.
 */
import type { ClientName } from './vocabulary.ts'

/** Code of a library: file of its package, line (from 1), and what stands there. */
interface Code {
  file: string
  line: number
  code: string
}

export interface Defect {
  client: ClientName
  scenario: string
  /** In the table. */
  reason: string
  /** What the scenario then ends with. */
  error: RegExp
  evidence: readonly Code[]
}

export const defects: readonly Defect[] = [
  {
    client: 'gramjs',
    scenario: 'catching up',
    reason:
      'GramJS fetches no difference: what was sent while it was away is not told. `catchUp` is empty, a reconnect begins a new session and asks for the account only',
    error: /was not told what it missed/,
    evidence: [
      { file: 'telegram/client/updates.js', line: 65, code: 'function catchUp() {' },
      { file: 'telegram/client/updates.js', line: 66, code: '// TODO' },
      { file: 'telegram/network/MTProtoSender.js', line: 817, code: 'this._state.reset();' },
      { file: 'telegram/client/TelegramClient.js', line: 1046, code: 'const res = await this.getMe();' },
    ],
  },
  {
    client: 'teleproto',
    scenario: 'catching up',
    reason: 'teleproto fetches no difference: as GramJS, from which it comes',
    error: /was not told what it missed/,
    evidence: [
      { file: 'teleproto/client/updates.js', line: 65, code: 'function catchUp() {' },
      { file: 'teleproto/client/updates.js', line: 66, code: '// TODO' },
      { file: 'teleproto/network/MTProtoSender.js', line: 836, code: 'this._state.reset();' },
      { file: 'teleproto/client/TelegramClient.js', line: 1055, code: 'const res = await this.getMe();' },
    ],
  },
  {
    client: 'mtcute',
    scenario: 'sign up',
    reason: 'mtcute does not sign up: it turns the answer that asks for it into an error of its own',
    error: /Signup is no longer supported/,
    evidence: [
      {
        file: '@mtcute/core/network/network-manager.js',
        line: 389,
        code: '"Signup is no longer supported by Telegram for non-official clients.',
      },
    ],
  },
]

/** Faults that the scenarios go round: what docs/interop.md says of them. */
export const detours: readonly Code[] = [
  { file: 'telegram/network/MTProtoSender.js', line: 564, code: 'throw error;' },
  { file: 'telegram/network/MTProtoSender.js', line: 588, code: 'of message.obj.messages' },
  { file: 'teleproto/network/MTProtoSender.js', line: 583, code: 'throw error;' },
  { file: 'teleproto/network/MTProtoSender.js', line: 607, code: 'of message.obj.messages' },
  { file: '@mtcute/core/network/session-connection.js', line: 1475, code: 'msg.invokeAfter = ' },
  {
    file: '@mtcute/core/highlevel/methods/messages/find-in-update.js',
    line: 7,
    code: 'client.handleClientUpdate(res, noDispatch)',
  },
  { file: '@mtcute/core/highlevel/updates/manager.js', line: 115, code: 'this.startLoop().catch(' },
  { file: '@mtcute/core/highlevel/updates/manager.js', line: 326, code: 'fetchedState = diff.state;' },
]

export function defectOf(client: ClientName, scenario: string): Defect | undefined {
  return defects.find((one) => one.scenario === scenario && one.client === client)
}
