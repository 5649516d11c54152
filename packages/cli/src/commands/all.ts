/** Every command, in the order in which help lists them. */
import type { Command } from '../run/command.ts'
import { addcontact } from './addcontact.ts'
import { akgen } from './akgen.ts'
import { approve } from './approve.ts'
import { box } from './box.ts'
import { chat } from './chat.ts'
import { chats } from './chats.ts'
import { completion } from './completion.ts'
import { connect } from './connect.ts'
import { contacts } from './contacts.ts'
import { debug } from './debug.ts'
import { deleteCommand } from './delete.ts'
import { download } from './download.ts'
import { dump } from './dump.ts'
import { edit } from './edit.ts'
import { exit } from './exit.ts'
import { exportCommand } from './export.ts'
import { forget } from './forget.ts'
import { history } from './history.ts'
import { importCommand } from './import.ts'
import { listen } from './listen.ts'
import { logout } from './logout.ts'
import { newgroup } from './newgroup.ts'
import { react } from './react.ts'
import { send } from './send.ts'
import { sendfile } from './sendfile.ts'
import { sessions } from './sessions.ts'
import { signin } from './signin.ts'
import { signup } from './signup.ts'
import { storageKey } from './storage-key.ts'
import { use } from './use.ts'

export const commands: readonly Command[] = [
  connect,
  akgen,
  signin,
  signup,
  approve,
  logout,
  chat,
  send,
  sendfile,
  download,
  edit,
  deleteCommand,
  react,
  contacts,
  addcontact,
  chats,
  history,
  newgroup,
  listen,
  sessions,
  use,
  exportCommand,
  importCommand,
  forget,
  storageKey,
  dump,
  debug,
  box,
  completion,
  exit,
]
