// The frame of each of Telegram Desktop's files: "TDF$", the program's version (4 bytes, little endian), the content, and
// the MD5 of content, its length, version and magic.

import { equalBytes } from '@telegram-mt/crypto'
import { md5 } from './local-key.node.ts'
import { damaged, TdataError } from './tdata-error.ts'

const MAGIC = new TextEncoder().encode('TDF$')
const HEAD = 8
const SUM = 16

export function tdfContent(file: Uint8Array, what: string): Uint8Array {
  if (file.length < HEAD + SUM || !equalBytes(file.subarray(0, MAGIC.length), MAGIC)) {
    throw new TdataError('TDATA_INVALID', `${what} is no file of Telegram Desktop`)
  }
  const content = file.subarray(HEAD, file.length - SUM)
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, content.length, true)
  const sum = md5(content, length, file.subarray(MAGIC.length, HEAD), MAGIC)
  if (!equalBytes(sum, file.subarray(file.length - SUM))) throw damaged(what)
  return content
}
