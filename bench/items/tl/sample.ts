/**
 * Objects as a server sends them, built as a program would build them: every call gives new ones. The libraries differ in
 * how they hold a `long`, so that each gives its own.
 */

type Long = (value: bigint) => unknown

interface Named {
  _: string
  [field: string]: unknown
}

const words =
  'the quick brown fox jumps over the lazy dog and then some more of what people write to each other'.split(
    ' ',
  )
const text = (seed: number, count: number) =>
  Array.from({ length: count }, (_, i) => words[(seed * 7 + i * 3) % words.length]).join(' ')
const hash = (seed: number) => BigInt.asIntN(64, 0x9e37_79b9_7f4a_7c15n * BigInt(seed + 1))
const userId = (seed: number) => 5_000_000_000 + seed * 1013

function user(seed: number, long: Long): Named {
  return {
    _: 'user',
    contact: true,
    id: userId(seed),
    accessHash: long(hash(seed)),
    firstName: `First ${seed}`,
    lastName: `Last ${seed}`,
    username: `user_number_${seed}`,
    phone: `4179${1_000_000 + seed}`,
    photo: {
      _: 'userProfilePhoto',
      photoId: long(hash(seed + 1000)),
      strippedThumb: new Uint8Array(40).fill(seed & 255),
      dcId: 2,
    },
    status: { _: 'userStatusOffline', wasOnline: 1_700_000_000 + seed },
  }
}

function message(seed: number, long: Long): Named {
  return {
    _: 'message',
    out: seed % 3 === 0,
    id: 1000 + seed,
    fromId: { _: 'peerUser', userId: userId(seed % 20) },
    peerId: { _: 'peerChannel', channelId: 2_200_000_123 },
    ...(seed % 4 === 0 && {
      replyTo: { _: 'messageReplyHeader', replyToMsgId: 999 + seed, replyToTopId: 900 },
    }),
    date: 1_700_000_000 + seed,
    message: text(seed, 46),
    ...(seed % 5 === 0 && {
      media: {
        _: 'messageMediaPhoto',
        photo: {
          _: 'photo',
          id: long(hash(seed + 2000)),
          accessHash: long(hash(seed + 3000)),
          fileReference: new Uint8Array(21).fill(seed & 255),
          date: 1_700_000_000,
          sizes: [
            { _: 'photoStrippedSize', type: 'i', bytes: new Uint8Array(40).fill(7) },
            { _: 'photoSize', type: 'm', w: 320, h: 240, size: 12_345 },
            { _: 'photoSizeProgressive', type: 'y', w: 1280, h: 960, sizes: [1000, 20_000, 90_000] },
          ],
          dcId: 2,
        },
      },
    }),
    entities: [
      { _: 'messageEntityBold', offset: 0, length: 3 },
      { _: 'messageEntityTextUrl', offset: 4, length: 5, url: 'https://example.org/some/page' },
    ],
    views: 100 + seed,
    forwards: seed,
    reactions: {
      _: 'messageReactions',
      results: [{ _: 'reactionCount', reaction: { _: 'reactionEmoji', emoticon: '👍' }, count: 3 }],
    },
  }
}

function channel(long: Long): Named {
  return {
    _: 'channel',
    megagroup: true,
    id: 2_200_000_123,
    accessHash: long(hash(77)),
    title: 'A group of people',
    username: 'a_group_of_people',
    photo: { _: 'chatPhotoEmpty' },
    date: 1_690_000_000,
    participantsCount: 321,
  }
}

export type SampleName = 'messages' | 'updates' | 'short'

export const samples: Record<SampleName, (long: Long) => Named> = {
  /** 100 messages of 20 users in one group: about 45 kB. */
  messages: (long) => ({
    _: 'messages.messages',
    messages: Array.from({ length: 100 }, (_, i) => message(i, long)),
    topics: [],
    chats: [channel(long)],
    users: Array.from({ length: 20 }, (_, i) => user(i, long)),
  }),
  /** One new message with two users and its group: about 0.8 kB. */
  updates: (long) => ({
    _: 'updates',
    updates: [{ _: 'updateNewChannelMessage', message: message(1, long), pts: 1234, ptsCount: 1 }],
    users: [user(1, long), user(2, long)],
    chats: [channel(long)],
    date: 1_700_000_000,
    seq: 0,
  }),
  /** 28 bytes: somebody came online. */
  short: () => ({
    _: 'updateShort',
    update: {
      _: 'updateUserStatus',
      userId: userId(1),
      status: { _: 'userStatusOnline', expires: 1_700_000_000 },
    },
    date: 1_700_000_000,
  }),
}
