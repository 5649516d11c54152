/** Translation (core.telegram.org/api/translation), by whatever the world translates with. */
import type { tl } from '../generated/types.ts'
import type { UserContext } from './context.ts'
import type { UserMethods } from './method-table.ts'
import { inputPlace } from './peers.ts'
import { badRequest } from './rpc-error.ts'

const TEXTS = 20

export const translateMethods: UserMethods = {
  'messages.translateText': (ctx, { peer, id, text, toLang }) => {
    if (!/^[a-z]{2}(-[A-Za-z]+)?$/.test(toLang)) throw badRequest('TO_LANG_INVALID')
    const texts = peer && id ? messageTexts(ctx, peer, id) : (text ?? [])
    if (texts.length === 0) throw badRequest('INPUT_TEXT_EMPTY')
    if (texts.length > TEXTS) throw badRequest('INPUT_TEXT_TOO_LONG')
    return { _: 'messages.translateResult', result: texts.map((one) => translated(ctx, one, toLang)) }
  },
}

function messageTexts(ctx: UserContext, peer: tl.InputPeer, ids: number[]): tl.textWithEntities[] {
  const place = inputPlace(ctx, peer)
  return ids.map((id) => {
    const message = place.content(id)
    if (!message) throw badRequest('MSG_ID_INVALID')
    return { _: 'textWithEntities', text: message.text, entities: message.entities ?? [] }
  })
}

function translated(
  ctx: UserContext,
  { text, entities }: tl.textWithEntities,
  language: string,
): tl.textWithEntities {
  if (text.trim() === '') throw badRequest('INPUT_TEXT_EMPTY')
  const result = ctx.world.translate(text, language)
  // Where the words have moved along as a whole, their marks have, too.
  const moved = result.length - text.length
  const kept = result.endsWith(text) ? entities.map((e) => ({ ...e, offset: e.offset + moved })) : []
  return { _: 'textWithEntities', text: result, entities: kept }
}
