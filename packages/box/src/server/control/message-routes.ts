/** What is said: sending as any account, and reading its dialogs. */
import { postToChannel } from '../../world/channel-box.ts'
import { markChannel, markChat } from '../../world/marked-id.ts'
import { commonMessage, postToChat, postToUser } from '../../world/message-box.ts'
import { flushOutbox } from '../../world/outbox.ts'
import { optional, record, text } from '../../world/shape.ts'
import type { Account } from '../../world/state-account.ts'
import type { MessageContent } from '../../world/state-message.ts'
import type { World } from '../../world/world.ts'
import { ControlError } from './control-error.ts'
import { accountNamed, type Place, placeNamed } from './places.ts'
import { bodyOf, queryInteger, queryOf, type Route } from './request.ts'

const MAX_TEXT = 4096
const DEFAULT_LIMIT = 50

export const messageRoutes: Route[] = [
  {
    method: 'POST',
    path: '/messages',
    summary: 'sends a text as an account',
    takes: '`{from, to, text}`',
    handle: (request) => {
      const { world } = request.box
      const { from, to, text: said } = bodyOf(request, record({ from: text, to: text, text }))
      if (said === '' || said.length > MAX_TEXT) {
        throw new ControlError(400, 'BAD_REQUEST', `expected a text of 1 to ${MAX_TEXT} characters`, 'text')
      }
      const sender = accountNamed(world, from)
      const place = placeNamed(world, to)
      const id = post(world, sender, place, said)
      flushOutbox(world)
      return { id, chat: markedId(place) }
    },
  },
  {
    method: 'GET',
    path: '/messages',
    summary: 'the last messages of a chat, as an account sees them',
    takes: '`account`, `with`, `limit`',
    handle: (request) => {
      const { world } = request.box
      const query = queryOf(request, record({ account: text, with: text, limit: optional(queryInteger) }))
      const me = accountNamed(world, query.account)
      return messagesOf(world, me, placeNamed(world, query.with)).slice(-(query.limit ?? DEFAULT_LIMIT))
    },
  },
]

/** Returns the message's id, as its sender has it. */
function post(world: World, from: Account, to: Place, said: string): number {
  const content = { from: from.id, date: world.seconds(), text: said }
  const members = to.kind === 'user' ? undefined : to.kind === 'chat' ? to.chat.members : to.channel.members
  if (members !== undefined && !members.has(from.id)) {
    throw new ControlError(400, 'BAD_REQUEST', 'only members write here', 'from')
  }
  switch (to.kind) {
    case 'user':
      return postToUser(world, from, to.user, content).copies.get(from.id) ?? 0
    case 'chat':
      return postToChat(world, to.chat, content).copies.get(from.id) ?? 0
    case 'channel': {
      const { channel } = to
      return postToChannel(
        world,
        channel,
        channel.megagroup ? content : { ...content, from: undefined, author: from.id },
      ).id
    }
  }
}

function messagesOf(world: World, me: Account, place: Place): object[] {
  if (place.kind === 'channel') {
    const { ids, messages } = place.channel
    return ids.flatMap((id) => messageJson(me, id, messages.get(id)) ?? [])
  }
  const { ids } = me.dialogs.get(markedId(place)) ?? { ids: [] }
  return ids.flatMap((id) => messageJson(me, id, commonMessage(world, me, id)) ?? [])
}

function messageJson(me: Account, id: number, message: MessageContent | undefined): object | undefined {
  if (message === undefined) return undefined
  const { from, date, text: said, media, action } = message
  return {
    id,
    from: from ?? null,
    out: from === me.id,
    date: new Date(date * 1000).toISOString(),
    text: said,
    ...(media && { media: media._ }),
    ...(action && { action: action._ }),
  }
}

function markedId(place: Place): number {
  if (place.kind === 'user') return place.user.id
  return place.kind === 'chat' ? markChat(place.chat.id) : markChannel(place.channel.id)
}
