/** Order in the list of chats: archive, pins, folders, and chats that leave it (https://core.telegram.org/api/folders). */
import type { tl } from '../layer.ts'
import type { PeerLike } from '../peers/directory.ts'
import { inputChannel } from '../peers/input-channel.ts'
import { withPeer } from '../peers/with-peer.ts'
import type { SessionContext } from '../session/context.ts'

/** Moves a chat into the archive, or out of it. */
export async function archive(session: SessionContext, chat: PeerLike, archived = true): Promise<void> {
  await withPeer(session, chat, (peer) =>
    session.invoke({
      _: 'folders.editPeerFolders',
      folderPeers: [{ _: 'inputFolderPeer', peer, folderId: archived ? 1 : 0 }],
    }),
  )
}

/** Keeps a chat at the top of its list, or not. @throws RpcError `PINNED_DIALOGS_TOO_MUCH`. */
export async function pinChat(session: SessionContext, chat: PeerLike, pinned = true): Promise<void> {
  await withPeer(session, chat, (peer) =>
    session.invoke({
      _: 'messages.toggleDialogPin',
      peer: { _: 'inputDialogPeer', peer },
      pinned: pinned || undefined,
    }),
  )
}

/** Options of `chats.clearHistory`. */
export interface ClearHistoryOptions {
  /** For the others too, where that is allowed. Default false. */
  revoke?: boolean | undefined
  /** The chat stays in the list, empty. Default false: it leaves the list. */
  keepChat?: boolean | undefined
}

/** Deletes all messages of a chat. Of channels and supergroups only for this account, unless `revoke`. */
export async function clearHistory(
  session: SessionContext,
  chat: PeerLike,
  options: ClearHistoryOptions = {},
): Promise<void> {
  await withPeer(session, chat, async (peer) => {
    const channel = inputChannel(peer)
    if (channel !== undefined) {
      await session.invoke({ _: 'channels.deleteHistory', channel, maxId: 0, forEveryone: options.revoke })
      return
    }
    // "offset: if it is non-zero, the request must be repeated".
    for (;;) {
      const { offset } = await session.invoke({
        _: 'messages.deleteHistory',
        peer,
        maxId: 0,
        revoke: options.revoke,
        justClear: options.keepChat,
      })
      if (offset <= 0) return
    }
  })
}

/** The folders that the account has made, without the one for all chats. */
export async function getFolders(
  session: SessionContext,
): Promise<(tl.dialogFilter | tl.dialogFilterChatlist)[]> {
  const { filters } = await session.invoke({ _: 'messages.getDialogFilters' })
  return filters.filter((filter) => filter._ !== 'dialogFilterDefault')
}

/** A folder of chats to be saved. */
export interface NewFolder {
  /** 2 to 255; an id in use changes that folder. Default: the first that is free. */
  id?: number | undefined
  title: string
  emoji?: string | undefined
  include?: readonly PeerLike[] | undefined
  exclude?: readonly PeerLike[] | undefined
  pinned?: readonly PeerLike[] | undefined
  /** Whole kinds of chats. */
  contacts?: boolean | undefined
  nonContacts?: boolean | undefined
  groups?: boolean | undefined
  channels?: boolean | undefined
  bots?: boolean | undefined
  excludeMuted?: boolean | undefined
  excludeRead?: boolean | undefined
  excludeArchived?: boolean | undefined
}

/** Makes a folder, or changes one. @throws RpcError `FILTER_INCLUDE_EMPTY`, `FILTER_TITLE_EMPTY`, … */
export async function saveFolder(session: SessionContext, folder: NewFolder): Promise<tl.dialogFilter> {
  const id = folder.id ?? (await freeId(session))
  const resolve = (peers: readonly PeerLike[] = []) =>
    Promise.all(peers.map((peer) => session.peers.resolve(peer)))
  const filter: tl.dialogFilter = {
    _: 'dialogFilter',
    id,
    title: { _: 'textWithEntities', text: folder.title, entities: [] },
    emoticon: folder.emoji,
    pinnedPeers: await resolve(folder.pinned),
    includePeers: await resolve(folder.include),
    excludePeers: await resolve(folder.exclude),
    contacts: folder.contacts,
    nonContacts: folder.nonContacts,
    groups: folder.groups,
    broadcasts: folder.channels,
    bots: folder.bots,
    excludeMuted: folder.excludeMuted,
    excludeRead: folder.excludeRead,
    excludeArchived: folder.excludeArchived,
  }
  await session.invoke({ _: 'messages.updateDialogFilter', id, filter })
  return filter
}

/** Takes a folder away; its chats stay. */
export async function deleteFolder(session: SessionContext, id: number): Promise<void> {
  await session.invoke({ _: 'messages.updateDialogFilter', id })
}

/** "0: all chats, 1: archive". */
async function freeId(session: SessionContext): Promise<number> {
  const taken = new Set((await getFolders(session)).map(({ id }) => id))
  let id = 2
  while (taken.has(id)) id++
  return id
}
