/** What the methods of `session.media` take. Of what a file is made of a MediaError tells. */
import type { Signatures } from '../arguments/check-arguments.ts'
import {
  aCount,
  aFlag,
  aFunction,
  aName,
  aNumber,
  anId,
  anything,
  aText,
  bytes,
  eitherOf,
  isObject,
  kind,
  listOf,
  maybe,
  oneOf,
  shape,
} from '../arguments/expected.ts'
import { aPeer, markedText, options } from '../arguments/words.ts'
import { captionFields, sendFields } from '../messages/messages-arguments.ts'
import { mediaKinds } from './input-media.ts'
import type { Media } from './media.ts'

const file = eitherOf(
  'a file: a path, bytes, a Blob, a stream, a URL, or what Telegram has',
  aName,
  kind('', (value) => typeof value === 'object' && value !== null),
)
const from = kind(
  'what holds a file: a message, its media, a photo, a document, or fileAtBotId(…)',
  (value) => isObject(value) && ('_' in value || 'location' in value),
)
const transfer = { parallel: maybe(anId), onProgress: maybe(aFunction) }
const description = {
  ...transfer,
  fileName: maybe(aText),
  kind: maybe(oneOf(...mediaKinds)),
  mimeType: maybe(aText),
  width: maybe(aCount),
  height: maybe(aCount),
  duration: maybe(aNumber),
  streamable: maybe(aFlag),
  title: maybe(aText),
  performer: maybe(aText),
  waveform: maybe(bytes),
  emoji: maybe(aText),
  spoiler: maybe(aFlag),
  selfDestruct: maybe(anId),
}
const sending = { to: aPeer, file, options: options({ ...description, ...captionFields }) }
/** Which ranges there are is said by `RANGE_INVALID`. */
const someBytes = maybe(kind('a number of bytes', (value) => typeof value === 'number'))
const download = { ...transfer, offset: someBytes, length: someBytes, verify: maybe(aFlag) }
const thumb = maybe(aName)

export const mediaArguments: Signatures<Media> = {
  promises: {
    upload: {
      from: file,
      options: options({
        ...transfer,
        fileName: maybe(aText),
        cursor: maybe(shape('a cursor that onProgress gave', { fileId: aName, size: aCount, parts: aCount })),
      }),
    },
    inputMedia: { file, options: options(description) },
    send: sending,
    sendPhoto: sending,
    sendDocument: sending,
    sendVideo: sending,
    sendAudio: sending,
    sendVoice: sending,
    sendRound: sending,
    sendAnimation: sending,
    sendSticker: sending,
    sendAlbum: {
      to: aPeer,
      items: listOf(
        'files, as in { file, caption }',
        shape('an object as in { file }', { ...description, file, caption: maybe(markedText) }),
      ),
      options: options(sendFields),
    },
    download: { from, options: options({ ...download, thumb }) },
    downloadTo: { from, path: aName, options: options({ ...download, thumb, resume: maybe(aFlag) }) },
    downloadProfilePhoto: { of: anything, options: options({ ...download, big: maybe(aFlag) }) },
  },
  values: { stream: { from, options: options({ ...download, thumb }) } },
}
