/**
 * The content delivery network (https://core.telegram.org/cdn): its own datacenter answers upload.getCdnFile and nothing else, to
 * anybody who has a token; the file's home tells hashes, and brings the file there again when that is asked for.
 */
import { cdnAccess, encryptedBytes, fileOfToken, hashesFrom } from '../world/cdn.ts'
import type { StoredFile } from '../world/state-file.ts'
import type { MethodContext } from './context.ts'
import type { OpenMethods, Result, UserMethods } from './method-table.ts'
import { badRequest, RpcError } from './rpc-error.ts'

const MEBIBYTE = 1024 * 1024

export const openCdnMethods: OpenMethods = {
  'help.getCdnConfig': ({ settings: { cdn } }) => ({
    _: 'cdnConfig',
    publicKeys: cdn ? [{ _: 'cdnPublicKey', dcId: cdn.dc, publicKey: cdn.publicKey }] : [],
  }),

  'upload.getCdnFile': (ctx, { fileToken, offset, limit }) => {
    // "the method you tried to call cannot be called on non-CDN DCs"
    if (!isCdn(ctx)) throw new RpcError(500, 'UNKNOWN_METHOD')
    checkRange(offset, limit)
    const file = named(ctx, fileToken)
    if (!ctx.world.cdn.holds.has(file.id)) {
      return { _: 'upload.cdnFileReuploadNeeded', requestToken: requestToken(ctx, file) }
    }
    return { _: 'upload.cdnFile', bytes: encryptedBytes(ctx.world, file, offset, limit) }
  },
}

export const cdnMethods: UserMethods = {
  'upload.getCdnFileHashes': (ctx, { fileToken, offset }) =>
    hashesFrom(ctx.world, named(ctx, fileToken), offset),

  'upload.reuploadCdnFile': (ctx, { fileToken, requestToken: token }) => {
    const file = named(ctx, fileToken)
    const good = requestToken(ctx, file)
    if (token.length !== good.length || token.some((byte, i) => byte !== good[i])) {
      throw badRequest('REQUEST_TOKEN_INVALID')
    }
    ctx.world.cdn.holds.add(file.id)
    return hashesFrom(ctx.world, file, 0)
  },
}

export const isCdn = ({ settings, caller }: Pick<MethodContext, 'settings' | 'caller'>): boolean =>
  settings.cdn !== undefined && settings.cdn.dc === caller.dc

/** Where the file is to be fetched instead; undefined if the box's own datacenter gives it. */
export function redirectToCdn(
  ctx: MethodContext,
  file: StoredFile,
): Extract<Result<'upload.getFile'>, { _: 'upload.fileCdnRedirect' }> | undefined {
  const { cdn } = ctx.settings
  if (cdn === undefined || !(cdn.files === 'all' || file.cdn)) return undefined
  ctx.world.cdn.holds.add(file.id)
  return {
    _: 'upload.fileCdnRedirect',
    dcId: cdn.dc,
    ...cdnAccess(ctx.world, file),
    fileHashes: hashesFrom(ctx.world, file, 0),
  }
}

function named(ctx: MethodContext, token: Uint8Array): StoredFile {
  const file = fileOfToken(ctx.world, token)
  if (!file) throw badRequest('FILE_TOKEN_INVALID')
  return file
}

function requestToken(ctx: MethodContext, file: StoredFile): Uint8Array {
  return new TextEncoder().encode(`again ${file.id} ${ctx.world.cdn.generation}`)
}

/** "offset % 4 KB == 0, limit % 4 KB == 0, 1 MB % limit == 0", never across a border of 1 MB. */
function checkRange(offset: number, limit: number): void {
  if (offset < 0 || offset % 4096 !== 0) throw badRequest('OFFSET_INVALID')
  if (limit <= 0 || limit % 4096 !== 0 || MEBIBYTE % limit !== 0) throw badRequest('LIMIT_INVALID')
  const last = Math.floor((offset + limit - 1) / MEBIBYTE)
  if (Math.floor(offset / MEBIBYTE) !== last) throw badRequest('LIMIT_INVALID')
}
