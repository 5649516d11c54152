/** Joins the classes of the public face to what their methods take: from here on every call is looked at first. */
import { Account } from './account/account.ts'
import { accountArguments } from './account/account-arguments.ts'
import { checkArguments, checkEvents } from './arguments/check-arguments.ts'
import { Bots } from './bots/bots.ts'
import { botsArguments } from './bots/bots-arguments.ts'
import { Chats } from './chats/chats.ts'
import { chatsArguments } from './chats/chats-arguments.ts'
import { Contacts } from './contacts/contacts.ts'
import { contactsArguments } from './contacts/contacts-arguments.ts'
import { loginArguments } from './login/login-arguments.ts'
import { LoginFlow } from './login/login-flow.ts'
import { Media } from './media/media.ts'
import { mediaArguments } from './media/media-arguments.ts'
import { Messages } from './messages/messages.ts'
import { messagesArguments } from './messages/messages-arguments.ts'
import { Session } from './session/session.ts'
import { sessionArguments, sessionEvents } from './session/session-arguments.ts'
import { Telegram } from './telegram.ts'
import { telegramArguments, telegramEvents } from './telegram-arguments.ts'

checkArguments(Account, accountArguments)
checkArguments(Bots, botsArguments)
checkArguments(Chats, chatsArguments)
checkArguments(Contacts, contactsArguments)
checkArguments(LoginFlow, loginArguments)
checkArguments(Media, mediaArguments)
checkArguments(Messages, messagesArguments)
checkArguments(Session, sessionArguments)
checkArguments(Telegram, telegramArguments)
checkEvents(Session, 'a session', sessionEvents)
checkEvents(Telegram, 'a host', telegramEvents)
