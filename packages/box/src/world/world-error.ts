/** A world file, snapshot or call on the world that cannot be honoured. Not an RPC error: no client sees it. */
export class WorldError extends Error {
  override readonly name = 'WorldError'
  readonly code: `WORLD_${string}`
  /** Where in the given data, e.g. `users[3].phone`; empty for the whole of it. */
  readonly at: string

  constructor(code: `WORLD_${string}`, message: string, at = '') {
    super(at ? `${at}: ${message}` : message)
    this.code = code
    this.at = at
  }
}
