// The accounts in a `tdata` folder of Telegram Desktop, given its files. The format is that of the program's published
// source (storage_domain.cpp, storage_account.cpp, main_account.cpp of telegramdesktop/tdesktop): `key_data` holds a local
// key, encrypted with the local passcode, and the list of accounts; each account's keys are in a file named after it.

import { AUTH_KEY_LENGTH, type PortableSession } from '../portable-session.ts'
import { decryptLocal, localKey, md5 } from './local-key.node.ts'
import { QtReader } from './qt-reader.ts'
import { damaged, TdataError } from './tdata-error.ts'
import { tdfContent } from './tdf-file.ts'

/** How a `tdata` folder is opened. */
export interface TdataOptions {
  /** The local passcode, if one is set. */
  readonly passcode?: string | undefined
  /** What was given to the program with `-key`; `data` if nothing was. */
  readonly dataName?: string | undefined
}

/** An account, or why it cannot be read; the others can. */
export type TdataAccount =
  | { readonly index: number; readonly session: TdataSession; readonly error?: undefined }
  | { readonly index: number; readonly session?: undefined; readonly error: TdataError }

/** The environment is not told here: accounts of the test environment look like any other. */
export interface TdataSession extends PortableSession {
  readonly userId: number
  /** The keys of all datacenters, the home datacenter's among them. */
  readonly authKeys: readonly { readonly dc: number; readonly key: Uint8Array }[]
}

/** Content of a file of the folder, by name; undefined if there is none. */
export type ReadTdataFile = (name: string) => Promise<Uint8Array | undefined>

const MAX_ACCOUNTS = 6
const MAX_KEYS = 100
const SALT_LENGTH = 32
const MTP_AUTHORIZATION = 0x4b
/** In the place of the two old fields when ids are wide. */
const WIDE_IDS = 0xffff_ffff_ffff_ffffn

/** @throws TdataError */
export async function readTdata(read: ReadTdataFile, options: TdataOptions = {}): Promise<TdataAccount[]> {
  const { passcode = '', dataName = 'data' } = options
  const name = `key_${dataName}`
  const keys = new QtReader(tdfContent(await readEither(read, name), name), name)
  const salt = keys.byteArray()
  const sealedKey = keys.byteArray()
  const sealedInfo = keys.byteArray()
  if (salt.length !== SALT_LENGTH) throw damaged(name)

  const key = decryptLocal(sealedKey, await localKey(passcode, salt), name)
  if (key === undefined) {
    const message = passcode === '' ? 'a local passcode is set, it is needed' : 'the local passcode is wrong'
    throw new TdataError('TDATA_PASSCODE_WRONG', message)
  }
  const info = decryptLocal(sealedInfo, key, name)
  if (key.length !== AUTH_KEY_LENGTH || info === undefined) throw damaged(name)

  const accounts: TdataAccount[] = []
  for (const index of accountIndexes(info, name)) {
    try {
      accounts.push({ index, session: await readAccount(read, dataName, index, key) })
    } catch (error) {
      if (!(error instanceof TdataError)) throw error
      accounts.push({ index, error })
    }
  }
  return accounts
}

function accountIndexes(info: Uint8Array, name: string): Set<number> {
  const reader = new QtReader(info, name)
  const count = reader.int()
  if (count < 1 || count > MAX_ACCOUNTS) throw damaged(name)
  const indexes = Array.from({ length: count }, () => reader.int())
  return new Set(indexes.filter((index) => index >= 0 && index < MAX_ACCOUNTS))
}

async function readAccount(
  read: ReadTdataFile,
  dataName: string,
  index: number,
  key: Uint8Array,
): Promise<TdataSession> {
  const name = accountFile(index === 0 ? dataName : `${dataName}#${index + 1}`)
  const file = new QtReader(tdfContent(await readEither(read, name), name), name)
  const content = decryptLocal(file.byteArray(), key, name)
  if (content === undefined) throw damaged(name)
  const blocks = new QtReader(content, name)
  if (blocks.int() !== MTP_AUTHORIZATION) throw damaged(name)
  return readAuthorization(blocks.byteArray(), name)
}

function readAuthorization(authorization: Uint8Array, name: string): TdataSession {
  const reader = new QtReader(authorization, name)
  const first = reader.ulong()
  const isWide = first === WIDE_IDS
  const userId = isWide ? reader.ulong() : first >> 32n
  const dc = isWide ? reader.int() : Number(BigInt.asIntN(32, first))
  const count = reader.int()
  if (count < 0 || count > MAX_KEYS) throw damaged(name)
  const authKeys = Array.from({ length: count }, () => ({
    dc: reader.int(),
    key: reader.raw(AUTH_KEY_LENGTH),
  }))
  const authKey = authKeys.find((one) => one.dc === dc)?.key
  if (userId === 0n || userId > BigInt(Number.MAX_SAFE_INTEGER) || authKey === undefined) {
    throw new TdataError('TDATA_INVALID', `${name} holds no account that is signed in`)
  }
  return { dc, test: false, userId: Number(userId), authKey, authKeys }
}

/** The first 8 bytes of the name's MD5, the two digits of each byte exchanged. */
function accountFile(dataName: string): string {
  const digits = [...md5(new TextEncoder().encode(dataName)).subarray(0, 8)]
  return digits.map((byte) => ((byte & 15).toString(16) + (byte >> 4).toString(16)).toUpperCase()).join('')
}

/** Newer versions end their files' names in `s`; older ones kept two, `0` and `1`. */
async function readEither(read: ReadTdataFile, name: string): Promise<Uint8Array> {
  for (const ending of ['s', '0', '1']) {
    const file = await read(name + ending)
    if (file !== undefined) return file
  }
  throw new TdataError('TDATA_NOT_FOUND', `there is no file ${name}s`)
}
