/** What a program tells a host, looked at as soon as it is told: a misspelt or mistaken option is never passed over. */
import { parseRsaPublicKey, type RsaPublicKey } from '@telegram-mt/crypto'
import {
  aCount,
  aFlag,
  aFunction,
  aName,
  anId,
  aText,
  bytes,
  type Expected,
  eitherOf,
  exactly,
  isObject,
  kind,
  listOf,
  maybe,
  milliseconds,
  oneOf,
  seconds,
  shape,
  unknownName,
  wrong,
} from './arguments/expected.ts'
import { aPort, aProxy } from './arguments/words.ts'
import { ConfigurationError } from './errors.ts'
import { defaultDevice } from './host/device.ts'
import type { TelegramOptions } from './telegram-options.ts'

const addresses = listOf('addresses', shape('an object as in { host, port }', { host: aName, port: aPort }))
const positive = kind('milliseconds, more than 0', (value) => typeof value === 'number' && value > 0)
const rate = exactly('an object as in { count, within }', { count: anId, within: positive })
const methods = (what: string, ...names: string[]) =>
  shape(what, Object.fromEntries(names.map((name) => [name, aFunction])))
const levels = ['debug', 'info', 'warn', 'error'] as const
const loggerMethods = methods('a logger', ...levels)
const aLevel = oneOf(...levels)
const aLogger: Expected = (value, name) =>
  typeof value === 'string'
    ? aLevel(value, name)
    : isObject(value)
      ? loggerMethods(value, name)
      : wrong(
          name,
          value,
          `${levels.map((level) => `'${level}'`).join(', ')}, or an object with these methods`,
        )
const aStorage = methods('a Storage', 'open', 'close', 'sessions', 'claim', 'write')

/** Those that may be left out. */
const expectations: {
  readonly [Option in Exclude<keyof TelegramOptions, 'apiId' | 'apiHash' | 'publicKeys'>]: Expected
} = {
  storage: eitherOf("a file name, 'memory', a postgres:// address, or a Storage", aName, aStorage),
  storageKey: eitherOf('a passphrase, or 32 bytes', aName, bytes),
  test: aFlag,
  dcs: listOf(
    'datacenters, as in { id: 2, addresses: [{ host, port }] }',
    shape('a datacenter, as in { id: 2, addresses: [{ host, port }] }', { id: anId, addresses }),
  ),
  updateDcs: aFlag,
  device: exactly(
    'an object as in { deviceModel }',
    Object.fromEntries(Object.keys(defaultDevice).map((name) => [name, maybe(aText)])),
  ),
  transport: oneOf('tcp', 'websocket', 'http'),
  framing: oneOf('abridged', 'intermediate', 'padded', 'full'),
  obfuscated: aFlag,
  webSocketUrl: aFunction,
  httpUrl: aFunction,
  proxy: eitherOf('a link, a proxy, null, or a function that gives one of these', aProxy, aFunction),
  perfectForwardSecrecy: aFlag,
  temporaryKeyLife: kind(
    'seconds, from 6 (less leaves no time to renew it) to 604,800 (a week)',
    (value) => typeof value === 'number' && value >= 6 && value <= 604_800,
  ),
  mediaConnections: anId,
  floodWaitLimit: seconds,
  msgMaxRetryCount: aCount,
  updates: exactly('an object as in { order, log }', {
    order: maybe(oneOf('session', 'chat')),
    chatsAtOnce: maybe(anId),
    catchUp: maybe(aFlag),
    retryDelays: maybe(listOf('milliseconds', milliseconds)),
    stuckAfter: maybe(milliseconds),
    highWater: maybe(anId),
    log: maybe(eitherOf('true, false, or { keep }', aFlag, shape('', { keep: maybe(aCount) }))),
  }),
  printMessages: aFlag,
  connectLimit: rate,
  reconnect: exactly('an object as in { first, most }', {
    first: maybe(milliseconds),
    most: maybe(milliseconds),
    perAddress: maybe(listOf('limits', rate)),
  }),
  logger: aLogger,
}

const known = ['apiId', 'apiHash', 'publicKeys', ...Object.keys(expectations)]

/**
 * The RSA keys among the options.
 * @throws ConfigurationError `API_ID_MISSING`, `API_HASH_MISSING`, `PUBLIC_KEY_INVALID`, `DC_INVALID`, `OPTION_INVALID`, `OPTION_UNKNOWN`, saying what
 * was expected.
 */
export function checkOptions(options: TelegramOptions): RsaPublicKey[] | undefined {
  if (!isObject(options)) {
    throw new ConfigurationError('OPTION_INVALID', 'new Telegram() takes an object as in { apiId, apiHash }')
  }
  const other = Object.keys(options).find((name) => !known.includes(name))
  if (other !== undefined)
    throw new ConfigurationError('OPTION_UNKNOWN', unknownName(other, known, 'TelegramOptions'))
  checkApplication(options)
  for (const [name, expected] of Object.entries(expectations)) {
    const complaint = maybe(expected)(Reflect.get(options, name), name)
    if (complaint !== undefined)
      throw new ConfigurationError(name === 'dcs' ? 'DC_INVALID' : 'OPTION_INVALID', complaint)
  }
  return readKeys(options.publicKeys)
}

function checkApplication({ apiId, apiHash }: TelegramOptions): void {
  const shown = 'that https://my.telegram.org/apps shows for your application'
  const isApiId = (value: unknown) =>
    Number.isSafeInteger(value) && Number(value) > 0 && Number(value) <= 0x7fffffff
  const noId = kind(`the number ${shown}`, isApiId)(apiId, 'apiId')
  if (noId !== undefined) throw new ConfigurationError('API_ID_MISSING', noId)
  const noHash = kind(`the text ${shown}`, (value) => aName(value, '') === undefined)(apiHash, 'apiHash')
  if (noHash !== undefined) throw new ConfigurationError('API_HASH_MISSING', noHash)
}

function readKeys(publicKeys: readonly string[] | undefined): RsaPublicKey[] | undefined {
  const complaint = maybe(listOf('RSA public keys in PEM, as in [box.publicKey]', aText))(
    publicKeys,
    'publicKeys',
  )
  if (complaint !== undefined) throw new ConfigurationError('PUBLIC_KEY_INVALID', complaint)
  return publicKeys?.map((pem, index) => {
    try {
      return parseRsaPublicKey(pem)
    } catch (cause) {
      throw new ConfigurationError(
        'PUBLIC_KEY_INVALID',
        `publicKeys[${index}] is no RSA public key in PEM: ${cause instanceof Error ? cause.message : cause}`,
        { cause },
      )
    }
  })
}
