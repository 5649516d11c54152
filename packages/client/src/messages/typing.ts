/** "… is typing": what somebody is doing in a chat, shown to the others for 6 seconds. */
import type { tl } from '../layer.ts'
import type { PeerLike } from '../peers/directory.ts'
import { withPeer } from '../peers/with-peer.ts'
import type { SessionContext } from '../session/context.ts'
import { sleep } from '../session/sleep.ts'

/** What the others see; `cancel` takes it away. */
export type ChatAction =
  | 'typing'
  | 'cancel'
  | 'recordVideo'
  | 'uploadVideo'
  | 'recordVoice'
  | 'uploadVoice'
  | 'uploadPhoto'
  | 'uploadDocument'
  | 'chooseLocation'
  | 'chooseContact'
  | 'chooseSticker'
  | 'playGame'
  | 'recordRound'
  | 'uploadRound'
  | tl.SendMessageAction

/** Options of `messages.sendAction` and `whileActing`. */
export interface ChatActionOptions {
  /** The forum topic. */
  topic?: number | undefined
  /** Percent done, for the `upload…` actions. */
  progress?: number | undefined
  signal?: AbortSignal | undefined
}

/** Shows what this account is doing. @throws RpcError `CHAT_WRITE_FORBIDDEN`, … */
export async function sendAction(
  session: SessionContext,
  chat: PeerLike,
  action: ChatAction = 'typing',
  options: ChatActionOptions = {},
): Promise<void> {
  const { topic: topMsgId, progress = 0, signal } = options
  await withPeer(session, chat, (peer) =>
    session.invoke(
      { _: 'messages.setTyping', peer, topMsgId, action: toAction(action, progress) },
      { signal },
    ),
  )
}

/** "the user is typing … for 6 seconds": said again before that is over. */
const REPEAT = 5_000

/**
 * Shows what this account is doing for as long as the work takes, and gives what came of the work. That it cannot be shown
 * never harms the work.
 *
 * ```ts
 * const answer = await session.messages.whileActing(chat, 'typing', () => think(question))
 * ```
 */
export async function whileActing<T>(
  session: SessionContext,
  chat: PeerLike,
  action: ChatAction,
  work: () => Promise<T>,
  options: ChatActionOptions = {},
): Promise<T> {
  const done = new AbortController()
  const showing = show(session, chat, action, options, done.signal)
  try {
    return await work()
  } finally {
    done.abort()
    await showing
    // Nobody waits for that: an answer must not be late because the network is.
    sendAction(session, chat, 'cancel', options).catch(() => {})
  }
}

async function show(
  session: SessionContext,
  chat: PeerLike,
  action: ChatAction,
  options: ChatActionOptions,
  signal: AbortSignal,
): Promise<void> {
  try {
    while (!signal.aborted) {
      await sendAction(session, chat, action, { ...options, signal })
      await sleep(session.host.connections.wheel, REPEAT, signal)
    }
  } catch {
    // Aborted as the work is done, or refused: either way there is nothing more to show.
  }
}

function toAction(action: ChatAction, progress: number): tl.SendMessageAction {
  if (typeof action === 'object') return action
  switch (action) {
    case 'typing':
      return { _: 'sendMessageTypingAction' }
    case 'cancel':
      return { _: 'sendMessageCancelAction' }
    case 'recordVideo':
      return { _: 'sendMessageRecordVideoAction' }
    case 'uploadVideo':
      return { _: 'sendMessageUploadVideoAction', progress }
    case 'recordVoice':
      return { _: 'sendMessageRecordAudioAction' }
    case 'uploadVoice':
      return { _: 'sendMessageUploadAudioAction', progress }
    case 'uploadPhoto':
      return { _: 'sendMessageUploadPhotoAction', progress }
    case 'uploadDocument':
      return { _: 'sendMessageUploadDocumentAction', progress }
    case 'chooseLocation':
      return { _: 'sendMessageGeoLocationAction' }
    case 'chooseContact':
      return { _: 'sendMessageChooseContactAction' }
    case 'chooseSticker':
      return { _: 'sendMessageChooseStickerAction' }
    case 'playGame':
      return { _: 'sendMessageGamePlayAction' }
    case 'recordRound':
      return { _: 'sendMessageRecordRoundAction' }
    case 'uploadRound':
      return { _: 'sendMessageUploadRoundAction', progress }
  }
}
