import type { FastifyInstance } from 'fastify'
import type { ConsoleClient, ConsoleRequest } from './console-client.ts'
import type { TestServer } from './test-server.ts'

/** A site with two lecturers. What is made for `theirs` must stay hidden from `mine`. */
export interface MatrixHouse {
  readonly server: TestServer
  readonly operator: ConsoleClient
  readonly reviewer: ConsoleClient
  /** The lecturer who pries. */
  readonly mine: ConsoleClient
  readonly minePersona: string
  /** The lecturer whose things are pried into. */
  readonly theirs: ConsoleClient
  readonly theirPersona: string
}

/** One route of the console: what a lecturer is answered who reaches for another persona's data by it. */
export interface MatrixRow {
  readonly method: ConsoleRequest['method']
  /** As Fastify knows it, below `/v1/console`: `/turns/:answerId/decision`. */
  readonly route: string
  /**
   * `not-found`, `not-allowed`: the code of the error. `hidden`: a success that names none of the secrets.
   * `own`: it concerns the account alone (not called). `anybody`: it is there for those who are not signed in.
   */
  readonly answer: 'not-found' | 'not-allowed' | 'hidden' | 'own' | 'anybody'
  /** The request that reaches for the other persona's data. Without it the route as it is, with no body. */
  readonly path?: string
  readonly payload?: ConsoleRequest['payload']
  readonly headers?: Record<string, string>
}

/** What a part of the console adds to the matrix. */
export interface MatrixPart {
  readonly rows: readonly MatrixRow[]
  /** Ids and words of what was made for `theirs`: they stand in no answer to `mine`. */
  readonly secrets: readonly string[]
}

/** Each file in `tests/routes/console-matrix/` exports one of these as `part`: it makes data for `theirs` and gives rows. */
export type PrepareMatrixPart = (house: MatrixHouse) => Promise<MatrixPart>

/** Every route of the console that the server has, as `GET /me`; without the HEAD of each GET. */
export function routesOfConsole(server: FastifyInstance): string[] {
  const above: string[] = []
  const routes: string[] = []
  for (const line of server.printRoutes({ commonPrefix: false }).split('\n')) {
    const found = /^(.*?)[├└]── (\S+)(?: \(([A-Z, ]+)\))?/.exec(line)
    if (found === null) continue
    const [, indent = '', segment = '', methods = ''] = found
    const depth = indent.length / 4
    above.length = depth
    above[depth] = segment
    const path = above.join('')
    if (!path.startsWith('/v1/console/')) continue
    for (const method of methods.split(', ')) {
      if (method !== '' && method !== 'HEAD') routes.push(`${method} ${path.slice('/v1/console'.length)}`)
    }
  }
  return routes.sort()
}
