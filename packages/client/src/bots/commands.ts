/** A bot's commands: the list that its users see, and reading them from messages (https://core.telegram.org/api/bots/commands). */
import type { tl } from '../layer.ts'
import type { PeerLike } from '../peers/directory.ts'
import type { SessionContext } from '../session/context.ts'

/** A command, as it is listed. */
export interface BotCommand {
  /** 1 to 32 of a-z, 0-9 and underscore. */
  command: string
  description: string
}

/** For whom a list of commands is: everybody, all private chats, all groups, their administrators, or one chat and some of its members. */
export type CommandScope =
  | 'default'
  | 'users'
  | 'groups'
  | 'groupAdmins'
  | { chat: PeerLike; admins?: boolean | undefined; member?: PeerLike | undefined }

/** For whom a list of commands is. */
export interface CommandListOptions {
  /** Default everybody. */
  scope?: CommandScope | undefined
  /** For users of this language, by its two-letter code; default all for whom there is no other list. */
  language?: string | undefined
}

/** Sets the list of commands. Bots only. @throws RpcError `BOT_COMMAND_INVALID`, `USER_BOT_REQUIRED`. */
export async function setCommands(
  session: SessionContext,
  commands: readonly BotCommand[],
  options: CommandListOptions = {},
): Promise<void> {
  await session.invoke({
    _: 'bots.setBotCommands',
    scope: await toScope(session, options.scope),
    langCode: options.language ?? '',
    commands: commands.map(({ command, description }) => ({
      _: 'botCommand',
      command: command.replace(/^\//, ''),
      description,
    })),
  })
}

/** The list of commands as it is set for this scope. */
export async function getCommands(
  session: SessionContext,
  options: CommandListOptions = {},
): Promise<BotCommand[]> {
  const commands = await session.invoke({
    _: 'bots.getBotCommands',
    scope: await toScope(session, options.scope),
    langCode: options.language ?? '',
  })
  return commands.map(({ command, description }) => ({ command, description }))
}

/** Takes the list of this scope away: the next wider one is shown. */
export async function deleteCommands(
  session: SessionContext,
  options: CommandListOptions = {},
): Promise<void> {
  const scope = await toScope(session, options.scope)
  await session.invoke({ _: 'bots.resetBotCommands', scope, langCode: options.language ?? '' })
}

/** A command that a message begins with. */
export interface ReadCommand {
  /** In lower case, without the slash. */
  command: string
  /** The bot that it is for, if it says so: `/help@some_bot`. */
  bot: string | undefined
  /** What follows it. */
  argument: string
}

/** The command that a text begins with; undefined if there is none, or if it is for another bot than `username`. */
export function readCommand(text: string, username?: string): ReadCommand | undefined {
  const parts = /^\/([a-z0-9_]{1,32})(?:@([a-z0-9_]{3,32}))?(?:\s+([\s\S]*))?$/i.exec(text.trim())
  if (parts?.[1] === undefined) return undefined
  const bot = parts[2]
  if (bot !== undefined && username !== undefined) {
    if (bot.toLowerCase() !== username.replace(/^@/, '').toLowerCase()) return undefined
  }
  return { command: parts[1].toLowerCase(), bot, argument: parts[3]?.trim() ?? '' }
}

async function toScope(
  session: SessionContext,
  scope: CommandScope = 'default',
): Promise<tl.BotCommandScope> {
  switch (scope) {
    case 'default':
      return { _: 'botCommandScopeDefault' }
    case 'users':
      return { _: 'botCommandScopeUsers' }
    case 'groups':
      return { _: 'botCommandScopeChats' }
    case 'groupAdmins':
      return { _: 'botCommandScopeChatAdmins' }
    default: {
      const peer = await session.peers.resolve(scope.chat)
      if (scope.member !== undefined) {
        const userId = await session.peers.resolveUser(scope.member)
        return { _: 'botCommandScopePeerUser', peer, userId }
      }
      return scope.admins ? { _: 'botCommandScopePeerAdmins', peer } : { _: 'botCommandScopePeer', peer }
    }
  }
}
