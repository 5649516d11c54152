/**
 * The answer that a call was refused with. `code` and `message` go to the client as they are: 400 `PEER_ID_INVALID`.
 * See core.telegram.org/api/errors.
 */
export class RpcError extends Error {
  override readonly name = 'RpcError'
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

export function badRequest(message: string): RpcError {
  return new RpcError(400, message)
}

export function forbidden(message: string): RpcError {
  return new RpcError(403, message)
}

/** 420 FLOOD_WAIT_X: try again in that many seconds. */
export function floodWait(seconds: number): RpcError {
  return new RpcError(420, `FLOOD_WAIT_${Math.max(1, seconds)}`)
}
