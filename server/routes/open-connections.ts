import type { ServerMessage } from '../protocol/server-message.ts'

/** A client that is connected now, over whatever carrier. */
export interface OpenConnection {
  send(message: ServerMessage): void
  /** Ends it with a protocol close code, and surely so: a client that does not answer is cut off. */
  close(code: number, reason: string): void
}

/** The open connections of this process, so that it can tell them of a restart. */
export interface OpenConnections {
  /** Returns the function that takes it out again. */
  add(connection: OpenConnection): () => void
  count(): number
  broadcast(message: (index: number) => ServerMessage): void
  closeAll(code: number, reason: string): void
}

export function createOpenConnections(): OpenConnections {
  const connections = new Set<OpenConnection>()
  return {
    add(connection) {
      connections.add(connection)
      return () => connections.delete(connection)
    },
    count: () => connections.size,
    broadcast(message) {
      let index = 0
      for (const connection of connections) connection.send(message(index++))
    },
    closeAll(code, reason) {
      for (const connection of [...connections]) connection.close(code, reason)
    },
  }
}
