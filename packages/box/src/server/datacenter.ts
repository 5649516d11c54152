/** One datacenter of the box: a port, and the connections to it. */
import type { ServerSession } from '@telegram-mt/mtproto'
import { type Listener, listenTcp } from '@telegram-mt/net'
import { Connection, type ConnectionHome } from './connection.ts'

export interface DatacenterOptions extends Omit<ConnectionHome, 'bind' | 'onClosed'> {
  host: string
  /** 0: any free port. */
  port: number
}

export class Datacenter {
  readonly id: number
  readonly #listener: Listener
  readonly #connections: Set<Connection>

  private constructor(id: number, listener: Listener, connections: Set<Connection>) {
    this.id = id
    this.#listener = listener
    this.#connections = connections
  }

  /**
   * @param bindings which connection carries which session: shared by all datacenters of the box.
   */
  static async open(
    options: DatacenterOptions,
    bindings: Map<ServerSession, Connection>,
  ): Promise<Datacenter> {
    const connections = new Set<Connection>()
    const home: ConnectionHome = {
      ...options,
      now: options.now,
      onCall: options.onCall,
      bind: (session, connection) => {
        // "A client may come back on a new socket with the same session_id": the new one replaces the old.
        bindings.get(session)?.release(session)
        bindings.set(session, connection)
      },
      onClosed: (connection) => {
        connections.delete(connection)
        for (const [session, bound] of bindings) if (bound === connection) bindings.delete(session)
      },
    }
    const listener = await listenTcp({
      host: options.host,
      port: options.port,
      onConnection: (stream) => {
        const connection = new Connection(home, stream)
        connections.add(connection)
        connection.start()
      },
    })
    return new Datacenter(options.dc, listener, connections)
  }

  get port(): number {
    return this.#listener.port
  }

  get connections(): ReadonlySet<Connection> {
    return this.#connections
  }

  /** Cuts every connection off, as an outage would; the port stays open. */
  dropConnections(): void {
    for (const connection of [...this.#connections]) connection.destroy()
  }

  async close(): Promise<void> {
    for (const connection of [...this.#connections]) connection.close()
    await this.#listener.close()
  }
}
