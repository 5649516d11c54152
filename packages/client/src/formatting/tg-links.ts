/** Marks that Markdown writes as links: `tg://user?id=…`, `tg://emoji?id=…`, `tg://time?unix=…&format=…`. */
import type { tl } from '../layer.ts'
import type { LinkEntity } from './entity-kinds.ts'

interface Place {
  offset: number
  length: number
}

/** A person named by id. Undefined if the address is another one. */
export function userFromLink(url: string, place: Place): tl.messageEntityMentionName | undefined {
  const id = /^tg:\/\/user\?id=([0-9]{1,16})$/.exec(url)?.[1]
  const userId = Number(id)
  if (id === undefined || !Number.isSafeInteger(userId) || userId <= 0) return undefined
  return { _: 'messageEntityMentionName', ...place, userId }
}

export function emojiFromId(id: string, place: Place): tl.messageEntityCustomEmoji | undefined {
  if (!/^-?[0-9]{1,19}$/.test(id)) return undefined
  return { _: 'messageEntityCustomEmoji', ...place, documentId: BigInt.asIntN(64, BigInt(id)) }
}

export function emojiFromLink(url: string, place: Place): tl.messageEntityCustomEmoji | undefined {
  const id = /^tg:\/\/emoji\?id=(.*)$/.exec(url)?.[1]
  return id === undefined ? undefined : emojiFromId(id, place)
}

/** `r`, or day of week `w`, date `d`/`D` and time `t`/`T`, short and long (https://core.telegram.org/bots/api#date-time-entity-formatting). */
const DATE_FORMAT = /^(?:r|(w?)([dD]?)([tT]?))$/

export function dateFromFormat(
  unix: string,
  format: string,
  place: Place,
): tl.messageEntityFormattedDate | undefined {
  const parts = DATE_FORMAT.exec(format)
  const date = Number(unix)
  if (parts === null || !/^[0-9]{1,10}$/.test(unix) || date > 0x7fffffff) return undefined
  return {
    _: 'messageEntityFormattedDate',
    ...place,
    date,
    ...(format === 'r' && { relative: true }),
    ...(parts[1] === 'w' && { dayOfWeek: true }),
    ...(parts[2] === 'd' && { shortDate: true }),
    ...(parts[2] === 'D' && { longDate: true }),
    ...(parts[3] === 't' && { shortTime: true }),
    ...(parts[3] === 'T' && { longTime: true }),
  }
}

export function dateFromLink(url: string, place: Place): tl.messageEntityFormattedDate | undefined {
  const parts = /^tg:\/\/time\?unix=([0-9]+)(?:&format=([a-zA-Z]*))?$/.exec(url)
  return parts === null ? undefined : dateFromFormat(parts[1] ?? '', parts[2] ?? '', place)
}

export function dateFormat(entity: tl.messageEntityFormattedDate): string {
  if (entity.relative) return 'r'
  const date = entity.longDate ? 'D' : entity.shortDate ? 'd' : ''
  const time = entity.longTime ? 'T' : entity.shortTime ? 't' : ''
  return `${entity.dayOfWeek ? 'w' : ''}${date}${time}`
}

/** The id of the user that a mention names; undefined for the account itself named as such. */
export function mentionedUser(
  entity: tl.messageEntityMentionName | tl.inputMessageEntityMentionName,
): number | undefined {
  if (entity._ === 'messageEntityMentionName') return entity.userId
  return 'userId' in entity.userId ? entity.userId.userId : undefined
}

/** The address under which Markdown writes a mark; undefined if it has none. */
export function linkOf(entity: LinkEntity): string | undefined {
  switch (entity._) {
    case 'messageEntityTextUrl':
      return entity.url
    case 'messageEntityMentionName':
    case 'inputMessageEntityMentionName': {
      const user = mentionedUser(entity)
      return user === undefined ? undefined : `tg://user?id=${user}`
    }
    case 'messageEntityCustomEmoji':
      return `tg://emoji?id=${entity.documentId}`
    case 'messageEntityFormattedDate': {
      const format = dateFormat(entity)
      return `tg://time?unix=${entity.date}${format === '' ? '' : `&format=${format}`}`
    }
  }
}
