import {
  ConfigurationError,
  FloodWaitError,
  RpcError,
  ServerKeyUnknownError,
  SessionStateError,
  StorageError,
  TelegramError,
} from 'telegram-mt'
import { expect, test } from 'vitest'
import { Interrupted, usageError } from '../errors.ts'
import { explain } from './explain.ts'

test.each([
  [usageError('no'), 2, 'USAGE', /^no$/],
  [new Interrupted('SIGINT'), 130, 'INTERRUPTED', /./],
  [new Interrupted('SIGTERM'), 143, 'INTERRUPTED', /./],
  [new RpcError(400, 'PHONE_NUMBER_INVALID', 'auth.sendCode'), 4, 'PHONE_NUMBER_INVALID', /country code/],
  [new RpcError(400, 'SOMETHING_ELSE', 'a.b'), 4, 'SOMETHING_ELSE', /^a\.b: 400 SOMETHING_ELSE$/],
  [new RpcError(401, 'AUTH_KEY_UNREGISTERED', 'a.b'), 3, 'AUTH_KEY_UNREGISTERED', /use signin/],
  [new FloodWaitError(420, 'FLOOD_WAIT_90', 'a.b', 90), 4, 'FLOOD_WAIT_90', /wait 90 seconds/],
  [new StorageError('STORAGE_LOCKED', 'x.db is held'), 5, 'STORAGE_LOCKED', /end that process/],
  [new StorageError('STORAGE_CORRUPT', 'x.db is damaged'), 5, 'STORAGE_CORRUPT', /damaged$/],
  [new ConfigurationError('API_ID_MISSING', 'x'), 2, 'API_ID_MISSING', /--api-id.*TELEGRAM_API_ID.*--box/],
  [new ConfigurationError('DC_UNKNOWN', 'no datacenter 9'), 2, 'DC_UNKNOWN', /^no datacenter 9$/],
  [new SessionStateError('SESSION_DEAD', 'gone'), 3, 'SESSION_DEAD', /sign in anew/],
  [new TelegramError('CONNECT_TIMEOUT', 'no connection'), 6, 'CONNECT_TIMEOUT', /network/],
  [
    new ServerKeyUnknownError('datacenter 1', { offered: [1n], known: [2n] }),
    6,
    'SERVER_KEY_UNKNOWN',
    /0000000000000001.*0000000000000002/,
  ],
  [Object.assign(new Error('refused'), { code: 'CONNECT_FAILED' }), 6, 'CONNECT_FAILED', /^refused$/],
  [new Error('one\ntwo \u001b[2J'), 1, 'FAILED', /^one two ␛\[2J$/],
  ['a string', 1, 'FAILED', /^a string$/],
  [undefined, 1, 'FAILED', /^undefined$/],
])('%s', (error, exit, code, message) => {
  const explained = explain(error)
  expect(explained).toMatchObject({ exit, code })
  expect(explained.message).toMatch(message)
  expect(explained.message).not.toContain('\n')
})

test('of a flood wait also says the seconds, as a number', () => {
  expect(explain(new FloodWaitError(420, 'FLOOD_WAIT_90', 'a.b', 90)).seconds).toBe(90)
  expect(explain(new RpcError(400, 'PHONE_NUMBER_INVALID', 'a.b'))).not.toHaveProperty('seconds')
})
