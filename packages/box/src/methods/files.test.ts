import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { tl } from '../generated/types.ts'
import { expireFileReferences } from '../world/files.ts'
import { imageSize } from '../world/image-size.ts'
import { World } from '../world/world.ts'
import { type Device, newMessages, refusal, TestBox, updatesOf } from './box-world.testing.ts'

function couple(options = {}) {
  const box = new TestBox(options)
  const [ann, bob] = [box.user({ firstName: 'Ann' }), box.user({ firstName: 'Bob' })]
  return { box, ann, bob, a: box.signedIn(ann), b: box.signedIn(bob) }
}

function bytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 255)
}

/** A PNG as far as its size goes. */
function png(width: number, height: number): Uint8Array {
  const head = Buffer.alloc(64)
  head.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  head.writeUInt32BE(width, 16)
  head.writeUInt32BE(height, 20)
  return head
}

function upload(device: Device, content: Uint8Array, partSize = 512 * 1024, id = 7n): tl.InputFile {
  const parts = Math.ceil(content.length / partSize)
  for (let filePart = 0; filePart < parts; filePart++) {
    const part = content.subarray(filePart * partSize, (filePart + 1) * partSize)
    device.call({ _: 'upload.saveFilePart', fileId: id, filePart, bytes: part })
  }
  return { _: 'inputFile', id, parts, name: 'file.bin', md5Checksum: '' }
}

function sendDocument(device: Device, to: tl.InputPeer, file: tl.InputFile, randomId = 1n): tl.document {
  const answer = device.call({
    _: 'messages.sendMedia',
    peer: to,
    media: { _: 'inputMediaUploadedDocument', file, mimeType: 'text/plain', attributes: [] },
    message: 'here',
    randomId,
  })
  return documentOf(updatesOf(answer))
}

function documentOf(updates: tl.Update[]): tl.document {
  const [message] = newMessages(updates)
  if (message?.media?._ !== 'messageMediaDocument' || message.media.document?._ !== 'document') {
    throw new Error('no document')
  }
  return message.media.document
}

const locate = (d: tl.document): tl.inputDocumentFileLocation => ({
  _: 'inputDocumentFileLocation',
  id: d.id,
  accessHash: d.accessHash,
  fileReference: d.fileReference,
  thumbSize: '',
})

function download(device: Device, location: tl.InputFileLocation, limit = 65_536): Buffer {
  const parts: Uint8Array[] = []
  for (let offset = 0; ; offset += limit) {
    const got = device.call({ _: 'upload.getFile', location, offset, limit })
    if (got._ !== 'upload.file') throw new Error(got._)
    parts.push(got.bytes)
    if (got.bytes.length < limit) return Buffer.concat(parts)
  }
}

describe('files', () => {
  it('go up in parts and come down as they were, for each account by its own hash', () => {
    const { a, b, bob } = couple()
    const content = bytes(300_000)
    const sent = sendDocument(a, a.inputPeer(bob), upload(a, content, 65_536))
    const received = documentOf(b.taken())
    expect(sent).toMatchObject({ size: 300_000, mimeType: 'text/plain', dcId: 2 })
    expect(received.id).toBe(sent.id)
    expect(received.accessHash).not.toBe(sent.accessHash)
    expect(download(b, locate(received)).equals(content)).toBe(true)
    expect(refusal(() => download(b, locate(sent)))).toBe('400 FILE_ID_INVALID')
  })

  it('may come in any order, be sent again, and be too large for memory', () => {
    const { a, b, bob, box } = couple()
    const content = bytes(10 * 1024 * 1024 + 5)
    const size = 512 * 1024
    const parts = Math.ceil(content.length / size)
    for (let i = parts - 1; i >= 0; i--) {
      const part = {
        fileId: 9n,
        filePart: i,
        fileTotalParts: parts,
        bytes: content.subarray(i * size, (i + 1) * size),
      }
      a.call({ _: 'upload.saveBigFilePart', ...part })
      if (i % 5 === 0) a.call({ _: 'upload.saveBigFilePart', ...part })
    }
    sendDocument(a, a.inputPeer(bob), { _: 'inputFileBig', id: 9n, parts, name: 'big' })
    const got = download(b, locate(documentOf(b.taken())), 1024 * 1024)
    expect(createHash('sha1').update(got).digest('hex')).toBe(
      createHash('sha1').update(content).digest('hex'),
    )
    box.world.close()
  })

  it('survive a restart in a directory of their own', () => {
    const dir = mkdtempSync(join(tmpdir(), 'box-files-'))
    try {
      const { a, box, bob } = couple({ filesDir: dir })
      const content = bytes(100_000)
      sendDocument(a, a.inputPeer(bob), upload(a, content, 32_768))
      const json: unknown = JSON.parse(JSON.stringify(box.world))
      const again = new TestBox({}, World.fromJSON(json, { filesDir: dir, now: () => box.now }))
      const b = again.signedIn(again.world.account(bob.id))
      const history = b.call({ _: 'messages.getMessages', id: [{ _: 'inputMessageID', id: 1 }] })
      const update = {
        _: 'updateNewMessage',
        message: (history as tl.messages.messages).messages[0]!,
        pts: 0,
        ptsCount: 0,
      } as const
      expect(download(b, locate(documentOf([update]))).equals(content)).toBe(true)
    } finally {
      rmSync(dir, { recursive: true })
    }
  })

  it('have references that expire, and a fresh one with every look at the message', () => {
    const { a, box } = couple()
    const self = { _: 'inputPeerSelf' } as const
    const document = sendDocument(a, self, upload(a, bytes(1000)))
    const read = (fileReference: Uint8Array) => () => download(a, { ...locate(document), fileReference })
    expect(refusal(read(new Uint8Array()))).toBe('400 FILE_REFERENCE_EMPTY')
    expect(refusal(read(new Uint8Array(16)))).toBe('400 FILE_REFERENCE_INVALID')
    box.now += 90_000_000
    expect(refusal(read(document.fileReference))).toBe('400 FILE_REFERENCE_EXPIRED')
    const shown = () => {
      const got = a.call({ _: 'messages.getMessages', id: [{ _: 'inputMessageID', id: 1 }] })
      const message = (got as tl.messages.messages).messages[0]!
      return documentOf([{ _: 'updateNewMessage', message, pts: 0, ptsCount: 0 }]).fileReference
    }
    expect(read(shown())()).toHaveLength(1000)
    const before = shown()
    expireFileReferences(box.world)
    box.now += 2000
    expect(refusal(read(before))).toBe('400 FILE_REFERENCE_EXPIRED')
    expect(read(shown())()).toHaveLength(1000)
  })

  it('are served by their own datacenter only', () => {
    const { a, box, ann } = couple()
    const document = sendDocument(a, { _: 'inputPeerSelf' }, upload(a, bytes(10)))
    const { id, bytes: token } = a.call({ _: 'auth.exportAuthorization', dcId: 4 })
    const there = box.device(4)
    there.call({ _: 'auth.importAuthorization', id, bytes: token })
    expect(refusal(() => download(there, locate(document)))).toBe('303 FILE_MIGRATE_2')
    expect(refusal(() => download(box.device(2), locate(document)))).toBe('401 AUTH_KEY_UNREGISTERED')
    expect(ann.dc).toBe(2)
  })

  it('are refused when parts are missing, uneven or not what the checksum says', () => {
    const { a } = couple()
    const send = (file: Partial<tl.inputFile>) =>
      refusal(() =>
        sendDocument(
          a,
          { _: 'inputPeerSelf' },
          { _: 'inputFile', id: 7n, parts: 2, name: '', md5Checksum: '', ...file },
        ),
      )
    const part = (filePart: number, length: number, fileId = 7n) =>
      a.call({ _: 'upload.saveFilePart', fileId, filePart, bytes: bytes(length) })
    part(0, 1024)
    expect(send({})).toBe('400 FILE_PART_1_MISSING')
    part(1, 2048)
    expect(send({})).toBe('400 FILE_PART_SIZE_CHANGED')
    part(1, 1000)
    expect(send({ md5Checksum: 'ff' })).toBe('400 MD5_CHECKSUM_INVALID')
    expect(send({ parts: 0 })).toBe('400 FILE_PARTS_INVALID')
    expect(send({ parts: 1 })).toBe('400 FILE_PARTS_INVALID')
    part(0, 1000, 8n)
    part(1, 10, 8n)
    expect(send({ id: 8n })).toBe('400 FILE_PART_SIZE_INVALID')
    expect(refusal(() => part(4000, 10))).toBe('400 FILE_PART_INVALID')
    expect(refusal(() => part(0, 0))).toBe('400 FILE_PART_EMPTY')
    expect(refusal(() => part(0, 600_000))).toBe('400 FILE_PART_TOO_BIG')
  })

  it.each([
    [1, 4096, false, '400 OFFSET_INVALID'],
    [0, 4095, false, '400 LIMIT_INVALID'],
    [0, 12_288, false, '400 LIMIT_INVALID'],
    [1024, 3072, true, 'no error'],
    [1_048_576 - 4096, 8192, false, '400 LIMIT_INVALID'],
    [0, 2_097_152, true, '400 LIMIT_INVALID'],
    [1_048_576, 4096, false, 'no error'],
  ])('are read at %i for %i (precise: %s): %s', (offset, limit, precise, result) => {
    const { a } = couple()
    const location = locate(sendDocument(a, { _: 'inputPeerSelf' }, upload(a, bytes(5000))))
    expect(refusal(() => a.call({ _: 'upload.getFile', location, offset, limit, precise }))).toBe(result)
  })

  it('can be sent on without being uploaded again', () => {
    const { a, b, bob } = couple()
    const { id, accessHash, fileReference } = sendDocument(a, { _: 'inputPeerSelf' }, upload(a, bytes(10)))
    a.call({
      _: 'messages.sendMedia',
      peer: a.inputPeer(bob),
      media: { _: 'inputMediaDocument', id: { _: 'inputDocument', id, accessHash, fileReference } },
      message: '',
      randomId: 2n,
    })
    expect(documentOf(b.taken()).id).toBe(id)
  })
})

describe('photos', () => {
  it('know their size and are refused if they are none', () => {
    const { a, b, bob } = couple()
    const send = (content: Uint8Array) =>
      a.call({
        _: 'messages.sendMedia',
        peer: a.inputPeer(bob),
        media: { _: 'inputMediaUploadedPhoto', file: upload(a, content) },
        message: '',
        randomId: 1n,
      })
    expect(refusal(() => send(bytes(100)))).toBe('400 IMAGE_PROCESS_FAILED')
    send(png(640, 480))
    expect(newMessages(b.taken())[0]?.media).toMatchObject({
      photo: { sizes: [{ type: 'x', w: 640, h: 480, size: 64 }] },
    })
  })

  it('show in profiles and groups', () => {
    const { a, b, ann, bob } = couple()
    a.send(bob, 'hi')
    b.taken()
    const { photo } = a.call({ _: 'photos.uploadProfilePhoto', file: upload(a, png(10, 10)) })
    expect(b.pushes.at(-1)).toMatchObject({
      updates: [{ _: 'updateUser', userId: ann.id }],
      users: [{ photo: { _: 'userProfilePhoto', photoId: photo.id, dcId: 2 } }],
    })
    const location = { _: 'inputPeerPhotoFileLocation', peer: b.inputPeer(ann), photoId: photo.id } as const
    expect(download(b, location)).toHaveLength(64)
    const made = a.call({ _: 'messages.createChat', title: 'Two', users: [a.inputUser(bob)] })
    const chatId = made.updates._ === 'updates' ? made.updates.chats[0]!.id : 0
    b.taken()
    a.call({
      _: 'messages.editChatPhoto',
      chatId,
      photo: { _: 'inputChatUploadedPhoto', file: upload(a, png(5, 5)) },
    })
    expect(b.taken()).toMatchObject([
      { message: { action: { _: 'messageActionChatEditPhoto', photo: { sizes: [{ w: 5 }] } } } },
    ])
  })

  it('of any bytes at all are measured without fault', () => {
    const heads = fc.constantFrom(
      [0xff, 0xd8, 0xff],
      [0x89, 0x50, 0x4e, 0x47],
      [0x47, 0x49, 0x46, 0x38],
      [0x52, 0x49, 0x46, 0x46],
    )
    fc.assert(
      fc.property(heads, fc.uint8Array({ maxLength: 64 }), (head, rest) => {
        const size = imageSize(Uint8Array.of(...head, ...rest))
        expect(size === undefined || (size.width > 0 && size.height > 0)).toBe(true)
      }),
    )
  })
})

describe('albums', () => {
  it('share a grouped id, also when sent again', () => {
    const { a, b, bob } = couple()
    const multiMedia = [1n, 2n].map(
      (randomId): tl.inputSingleMedia => ({
        _: 'inputSingleMedia',
        media: { _: 'inputMediaUploadedPhoto', file: upload(a, png(3, 3), 1024, randomId) },
        randomId,
        message: '',
      }),
    )
    const request = { _: 'messages.sendMultiMedia', peer: a.inputPeer(bob), multiMedia } as const
    const first = newMessages(a.call(request))
    expect(new Set(first.map((m) => m.groupedId)).size).toBe(1)
    expect(newMessages(a.call(request)).map((m) => m.id)).toEqual(first.map((m) => m.id))
    expect(newMessages(b.taken())).toHaveLength(2)
  })
})

describe('forwarding', () => {
  it('says whose words they are, and keeps the first author', () => {
    const { a, b, ann, bob, box } = couple()
    const carol = box.user({ firstName: 'Carol' })
    const c = box.signedIn(carol)
    const { id, date } = a.send(bob, 'mine')
    const got = newMessages(b.taken())[0]!
    const pass = (device: Device, from: tl.InputPeer, to: tl.InputPeer, one: number, more = {}) =>
      device.call({
        _: 'messages.forwardMessages',
        fromPeer: from,
        toPeer: to,
        id: [one],
        randomId: [BigInt(one) + 50n],
        ...more,
      })
    pass(b, b.inputPeer(ann), b.inputPeer(carol), got.id)
    const atCarol = newMessages(c.taken())[0]!
    expect(atCarol).toMatchObject({ message: 'mine', fwdFrom: { fromId: { userId: ann.id }, date } })
    const saved = newMessages(pass(c, c.inputPeer(bob), { _: 'inputPeerSelf' }, atCarol.id))
    expect(saved).toMatchObject([
      {
        fwdFrom: {
          fromId: { userId: ann.id },
          savedFromPeer: { userId: bob.id },
          savedFromMsgId: atCarol.id,
        },
      },
    ])
    const bare = newMessages(pass(a, a.inputPeer(bob), { _: 'inputPeerSelf' }, id, { dropAuthor: true }))
    expect(bare).toMatchObject([{ message: 'mine', fwdFrom: undefined }])
    expect(refusal(() => pass(a, a.inputPeer(bob), { _: 'inputPeerSelf' }, 999))).toBe(
      '400 MESSAGE_ID_INVALID',
    )
  })
})

describe('polls', () => {
  it('show how they stand to those who voted', () => {
    const { a, b, ann, bob } = couple()
    const answer = (text: string, n: number): tl.pollAnswer => ({
      _: 'pollAnswer',
      text: { _: 'textWithEntities', text, entities: [] },
      option: Uint8Array.of(n),
    })
    const poll: tl.poll = {
      _: 'poll',
      id: 0n,
      question: { _: 'textWithEntities', text: 'Tea?', entities: [] },
      answers: [answer('yes', 1), answer('no', 2)],
      publicVoters: true,
      hash: 0n,
    }
    const media = { _: 'inputMediaPoll', poll } as const
    const sent = newMessages(
      a.call({ _: 'messages.sendMedia', peer: a.inputPeer(bob), media, message: '', randomId: 1n }),
    )[0]!
    const got = newMessages(b.taken())[0]!
    const vote = (option: number) =>
      b.call({
        _: 'messages.sendVote',
        peer: b.inputPeer(ann),
        msgId: got.id,
        options: [Uint8Array.of(option)],
      })
    expect(refusal(() => vote(3))).toBe('400 OPTION_INVALID')
    expect(updatesOf(vote(2))).toMatchObject([
      {
        _: 'updateMessagePoll',
        results: { totalVoters: 1, results: [{ voters: 0 }, { voters: 1, chosen: true }] },
      },
    ])
    expect(a.taken()).toMatchObject([
      { _: 'updateMessagePoll', results: { totalVoters: 1, results: undefined } },
    ])
    expect(
      a.call({ _: 'messages.getPollVotes', peer: a.inputPeer(bob), id: sent.id, limit: 10 }),
    ).toMatchObject({
      count: 1,
      votes: [{ peer: { userId: bob.id } }],
    })
    a.call({
      _: 'messages.editMessage',
      peer: a.inputPeer(bob),
      id: sent.id,
      media: { ...media, poll: { ...poll, closed: true } },
    })
    expect(refusal(() => vote(1))).toBe('400 MESSAGE_POLL_CLOSED')
  })
})
