/**
 * Files that a content delivery network has (https://core.telegram.org/cdn). Its datacenter is given nothing but bytes encrypted
 * with AES-256-CTR under a key of the file's own; the token names the file there, and the key is told to signed-in clients only.
 * Nothing is stored for it: the key follows from the world's secret, the bytes are encrypted as they are asked for.
 */
import { createAesCtr, equalBytes, hmacSha256, sha256 } from '@telegram-mt/crypto'
import type { tl } from '../generated/types.ts'
import { readFile } from './files.ts'
import type { StoredFile } from './state-file.ts'
import type { World } from './world.ts'

/** What "file_hashes" cover at a time. */
export const HASHED_PIECE = 128 * 1024
/** "upload.getFileHashes … SHA-256 hashes for file chunks": so many pieces at once. */
const HASHES_AT_ONCE = 8
const TOKEN_LENGTH = 28
const PROOF_AT = 12

/** From now on the photo or document with this id is fetched from the CDN, if the box has one. */
export function serveByCdn(world: World, id: bigint): void {
  const file = world.state.files.files.get(id)
  if (file !== undefined) file.cdn = true
}

/** The CDN keeps files in memory only: this empties it, and it asks for each file again that is asked of it. */
export function emptyCdn(world: World): void {
  world.cdn.holds.clear()
}

/** Voids the tokens given out so far: clients have to ask the file's home again. */
export function expireCdnTokens(world: World): void {
  world.cdn.generation++
}

/** "cdn: file token, encryption key and IV", for a client that may have the file. */
export function cdnAccess(
  world: World,
  file: StoredFile,
): Pick<tl.upload.fileCdnRedirect, 'fileToken' | 'encryptionKey' | 'encryptionIv'> {
  const fileToken = new Uint8Array(TOKEN_LENGTH)
  const view = new DataView(fileToken.buffer)
  view.setBigInt64(0, file.id)
  view.setUint32(8, world.cdn.generation)
  fileToken.set(proofOf(world, fileToken), PROOF_AT)
  const { key, iv } = keyOf(world, file)
  return { fileToken, encryptionKey: key, encryptionIv: iv }
}

/** The file that a token names; undefined if the token is none, or has expired. */
export function fileOfToken(world: World, token: Uint8Array): StoredFile | undefined {
  if (token.length !== TOKEN_LENGTH) return undefined
  if (!equalBytes(token.subarray(PROOF_AT), proofOf(world, token))) return undefined
  const view = new DataView(token.buffer, token.byteOffset)
  if (view.getUint32(8) !== world.cdn.generation) return undefined
  return world.state.files.files.get(view.getBigInt64(0))
}

/** The bytes as the CDN has them. `offset` is a multiple of 16. */
export function encryptedBytes(world: World, file: StoredFile, offset: number, limit: number): Uint8Array {
  const { key, iv } = keyOf(world, file)
  // "the last 4 bytes of the IV replaced by offset / 16, big-endian".
  new DataView(iv.buffer, iv.byteOffset).setUint32(12, offset / 16)
  return createAesCtr(key, iv).process(readFile(world, file, offset, limit))
}

/** Hashes of the file's pieces, from the one that this place is in. */
export function hashesFrom(world: World, file: StoredFile, offset: number): tl.fileHash[] {
  const hashes: tl.fileHash[] = []
  const first = Math.floor(Math.max(0, offset) / HASHED_PIECE) * HASHED_PIECE
  for (let at = first; at < file.size && hashes.length < HASHES_AT_ONCE; at += HASHED_PIECE) {
    const bytes = readFile(world, file, at, HASHED_PIECE)
    hashes.push({ _: 'fileHash', offset: at, limit: bytes.length, hash: sha256(bytes) })
  }
  return hashes
}

function keyOf(world: World, file: StoredFile): { key: Uint8Array; iv: Uint8Array } {
  const derived = (what: string) =>
    hmacSha256(world.state.secret, new TextEncoder().encode(`cdn ${what}:${file.id}`))
  return { key: derived('key'), iv: derived('iv').slice(0, 16) }
}

function proofOf(world: World, token: Uint8Array): Uint8Array {
  return hmacSha256(world.state.secret, token.subarray(0, PROOF_AT)).subarray(0, TOKEN_LENGTH - PROOF_AT)
}
