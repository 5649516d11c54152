/** What a line means that is typed in an open chat: a text to send, or a command for the chat or for the prompt. */

export type ChatLine =
  | { do: 'nothing' }
  | { do: 'send'; text: string }
  | { do: 'scroll'; to: 'older' | 'newer' | 'newest' }
  | { do: 'leave' }
  | { do: 'help' }
  /** As it would be typed at the prompt outside of the chat. */
  | { do: 'run'; line: string }

/** Commands of the prompt that take the chat first: in the chat it is left out. */
const onChat: Record<string, string> = {
  edit: 'edit',
  delete: 'delete',
  react: 'react',
  file: 'sendfile',
  save: 'download',
}

export const chatHelp = `In this chat:
  TEXT                  send it; // at the beginning for a text that begins with /
  /reply ID TEXT        answer a message
  /edit ID TEXT         change a message of yours
  /delete ID…           delete messages for everybody; with --for-me only here
  /react ID EMOJI       react to a message; without EMOJI, take it back
  /file PATH [CAPTION]  send a file
  /save ID [PATH]       save the file of a message
  /older, /newer        scroll, as PageUp and PageDown do; /newest or Enter is back at the end
  /chat NAME            open another chat
  /use [SESSION]        switch to another account, as Alt-1 to Alt-9 do; each keeps its chat
  /back                 leave the chat
Any other command of the prompt, with a / before it: /sessions, /contacts, /help send.`

export const chatCommands: readonly string[] = [
  'back',
  'delete',
  'edit',
  'file',
  'help',
  'newer',
  'newest',
  'older',
  'react',
  'reply',
  'save',
]

/** @param chat what the chat is called in commands. */
export function readChatLine(line: string, chat: string): ChatLine {
  const text = line.trimEnd()
  if (text.trim() === '') return { do: 'nothing' }
  if (!text.startsWith('/')) return { do: 'send', text }
  if (text.startsWith('//')) return { do: 'send', text: text.slice(1) }
  const [, name = '', rest = ''] = /^\/(\S*)\s*(.*)$/.exec(text) ?? []
  const command = onChat[name]
  if (command !== undefined) {
    // Options stand before the chat: what follows it may be text.
    const [, options = '', words = ''] = /^((?:--?[a-z][\w-]*\s+)*)(.*)$/i.exec(rest) ?? []
    return { do: 'run', line: `${command} ${options}${chat} ${words}`.trimEnd() }
  }
  switch (name) {
    case 'reply': {
      const [, id = '', words = ''] = /^#?(\S*)\s*(.*)$/.exec(rest) ?? []
      return { do: 'run', line: `send --reply-to ${id} ${chat} ${words}`.trimEnd() }
    }
    case 'older':
    case 'newer':
    case 'newest':
      return { do: 'scroll', to: name }
    case 'back':
      return { do: 'leave' }
    case 'help':
      return rest === '' ? { do: 'help' } : { do: 'run', line: text.slice(1) }
    default:
      return { do: 'run', line: text.slice(1) }
  }
}
