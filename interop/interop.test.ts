/**
 * Programs that were written apart: unmodified GramJS, teleproto and mtcute, and this client, on one box. Client and server
 * cannot be wrong together here. Each scenario is run with every client; the table of outcomes is printed at the end.
 */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defectOf, defects, detours } from './defects.ts'
import type { Scenario } from './scenario.ts'
import { channel, group, leave, rights, supergroup } from './scenarios/chats.ts'
import { catchUp, reconnect, reconnectInDownload, saltsExpired, sessionLost } from './scenarios/connection.ts'
import { album, fileDown, fileFromHome, fileMigrate, fileUp, photo } from './scenarios/files.ts'
import { loginByQr, loginWithCode, loginWithPassword, signUp } from './scenarios/login.ts'
import {
  bot,
  edit,
  forward,
  pin,
  poll,
  reaction,
  readMark,
  remove,
  reply,
  search,
  textWithEntities,
  typing,
  updatePush,
} from './scenarios/messages.ts'
import { contacts, dialogs, history, profile } from './scenarios/reading.ts'
import { names, Stage } from './stage.ts'

const scenarios: Scenario[] = [
  loginWithCode,
  loginWithPassword,
  loginByQr,
  signUp,
  textWithEntities,
  reply,
  edit,
  remove,
  reaction,
  readMark,
  typing,
  forward,
  pin,
  search,
  poll,
  bot,
  updatePush,
  dialogs,
  contacts,
  history,
  profile,
  group,
  supergroup,
  channel,
  leave,
  rights,
  fileUp,
  fileDown,
  fileFromHome,
  fileMigrate,
  photo,
  album,
  reconnect,
  reconnectInDownload,
  sessionLost,
  saltsExpired,
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
      const defect = defectOf(name, scenario)
      task.meta.interop = { scenario, client: name, ...(defect && { defect: defect.reason }) }
      const outcome = run(stage.player(name), stage)
      if (defect === undefined) await outcome
      else await expect(outcome, 'what it could not do so far').rejects.toThrow(defect.error)
    })
  }
})

test('the box took everything, and refused only what it had to', () => {
  // What sends a client on its way, and what somebody without the right has tried.
  const expected =
    /_MIGRATE_\d|SESSION_PASSWORD_NEEDED|AUTH_KEY_UNREGISTERED|CHAT_ADMIN_REQUIRED|CHANNEL_PRIVATE/
  const failed = stage.box.calls.all({ failed: true }).filter(({ error = '' }) => !expected.test(error))
  expect(failed.map(({ method, error, layer }) => `${method}: ${error} (layer ${layer})`)).toEqual([])
  expect(stage.faults).toEqual([])
})

describe('defects of the libraries', () => {
  const evidence = [...defects.flatMap((defect) => defect.evidence), ...detours]
  test.each(evidence)('$file:$line says “$code”', ({ file, line, code }) => {
    const path = new URL(`../peers/node_modules/${file}`, import.meta.url)
    expect(readFileSync(path, 'utf8').split('\n')[line - 1]).toContain(code)
  })
})
