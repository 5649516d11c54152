/** Previews of links. The box has no web to look at: it knows of a page what its address says. */
import type { tl } from '../generated/types.ts'
import { derivedLong } from '../world/access-hash.ts'
import type { World } from '../world/world.ts'
import { type FormattedText, messageText } from './formatted-text.ts'
import type { UserMethods } from './method-table.ts'

export const linkPreviewMethods: UserMethods = {
  'messages.getWebPagePreview': (ctx, { message, entities }) => ({
    _: 'messages.webPagePreview',
    media: linkPreview(ctx.world, messageText(ctx, message, entities)) ?? { _: 'messageMediaEmpty' },
    chats: [],
    users: [],
  }),
}

/** The preview of the first link in a text; undefined if there is no link. */
export function linkPreview(
  world: World,
  { text, entities }: FormattedText,
): tl.messageMediaWebPage | undefined {
  for (const entity of entities ?? []) {
    const url =
      entity._ === 'messageEntityTextUrl'
        ? entity.url
        : entity._ === 'messageEntityUrl'
          ? text.slice(entity.offset, entity.offset + entity.length)
          : undefined
    const webpage = url === undefined ? undefined : webPage(world, url)
    if (webpage !== undefined) return { _: 'messageMediaWebPage', webpage }
  }
  return undefined
}

/** The page at an address; undefined if that is none on the web. */
export function webPage(world: World, url: string): tl.webPage | undefined {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return undefined
  const { host, pathname } = new URL(url)
  return {
    _: 'webPage',
    id: derivedLong(world, `webpage:${url}`),
    url,
    displayUrl: url.replace(/^https?:\/\//i, '').replace(/\/$/, ''),
    hash: 0,
    type: 'article',
    siteName: host,
    title: `${host}${pathname === '/' ? '' : pathname}`,
  }
}
