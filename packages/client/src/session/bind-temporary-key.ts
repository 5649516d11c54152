/** Binds a temporary auth key to the permanent one (https://core.telegram.org/method/auth.bindTempAuthKey). */
import { authKeyId } from '@telegram-mt/crypto'
import { sealTemporaryKeyBinding } from '@telegram-mt/mtproto'
import { CallError, type CallOptions, type SessionKey } from '@telegram-mt/net'
import { decodeResult, encodeCall } from '../layer.ts'
import { rpcErrorFrom } from '../rpc/rpc-error.ts'

/** A connection under the temporary key, whose calls may be made by a function of their message id. */
export interface BindingConnection {
  call(body: (msgId: bigint, sessionId: bigint) => Uint8Array, options?: CallOptions): Promise<Uint8Array>
}

/** ms; the connection goes on trying all that time. */
const PATIENCE = 30_000

/**
 * @param temporary with `expiresAt`.
 * @throws RpcError if the server refuses; CallTimeout; ConnectionClosed.
 */
export async function bindTemporaryKey(
  connection: BindingConnection,
  keys: { permanent: SessionKey; temporary: SessionKey },
  random: (length: number) => Uint8Array,
): Promise<void> {
  const { permanent, temporary } = keys
  const method = 'auth.bindTempAuthKey'
  const nonce = new DataView(random(8).slice().buffer).getBigInt64(0)
  // The key's life was counted by our clock, the server wants it by its own.
  const expiresAt = Math.floor(((temporary.expiresAt ?? 0) + temporary.timeOffset) / 1000)
  try {
    const answer = await connection.call(
      (msgId, sessionId) =>
        encodeCall({
          _: method,
          permAuthKeyId: authKeyId(permanent.authKey),
          nonce,
          expiresAt,
          encryptedMessage: sealTemporaryKeyBinding({
            permanentKey: permanent.authKey,
            temporaryKey: temporary.authKey,
            sessionId,
            msgId,
            nonce,
            expiresAt,
            random,
          }),
        }),
      { deadline: PATIENCE },
    )
    if (!decodeResult(method, answer)) throw rpcErrorFrom(400, 'TEMP_AUTH_KEY_NOT_BOUND', method)
  } catch (error) {
    throw error instanceof CallError ? rpcErrorFrom(error.errorCode, error.errorMessage, method) : error
  }
}
