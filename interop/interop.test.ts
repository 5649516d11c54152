/**
 * Programs that were written apart: unmodified GramJS, teleproto and mtcute, and this client, on one box. Client and server
 * cannot be wrong together here. Each scenario is run with every client; the table of outcomes is printed at the end.
 */
import { afterAll, beforeAll, describe, test } from 'vitest'
import type { Scenario } from './scenario.ts'
import { channel, group, leave, supergroup } from './scenarios/chats.ts'
import { catchUp, reconnect, reconnectInDownload } from './scenarios/connection.ts'
import { fileDown, fileMigrate, fileUp } from './scenarios/files.ts'
import { loginWithCode, loginWithPassword, signUp } from './scenarios/login.ts'
import {
  edit,
  reaction,
  readMark,
  remove,
  reply,
  textWithEntities,
  updatePush,
} from './scenarios/messages.ts'
import { contacts, dialogs, history } from './scenarios/reading.ts'
import { names, Stage } from './stage.ts'

const scenarios: Scenario[] = [
  loginWithCode,
  loginWithPassword,
  signUp,
  textWithEntities,
  reply,
  edit,
  remove,
  reaction,
  readMark,
  updatePush,
  dialogs,
  contacts,
  history,
  group,
  supergroup,
  channel,
  leave,
  fileUp,
  fileDown,
  fileMigrate,
  reconnect,
  reconnectInDownload,
  catchUp,
]

let stage: Stage

beforeAll(async () => {
  stage = await Stage.open()
}, 60_000)

afterAll(() => stage?.close())

describe.each(scenarios)('$name', ({ name: scenario, run, alone = false }) => {
  for (const name of names) {
    test(name, { concurrent: !alone, timeout: 60_000 }, async ({ task }) => {
      task.meta.interop = { scenario, client: name }
      await run(stage.player(name), stage)
    })
  }
})
