import { CompiledQuery, type Kysely } from 'kysely'
import type { Schema } from './schema.ts'

export type WriteOperation<T> = (db: Kysely<Schema>) => Promise<T>

/** Takes writes. A promise that resolves means that they are committed. */
export interface Writer {
  /** Runs the operation in a transaction: all of it or nothing. */
  transaction<T>(operation: WriteOperation<T>): Promise<T>
  /** The same for an operation that is one statement, and so needs no transaction of its own. */
  statement<T>(operation: WriteOperation<T>): Promise<T>
  /** Resolves when all that was given has ended. */
  idle(): Promise<void>
}

interface Waiting {
  readonly run: (db: Kysely<Schema>) => Promise<void>
  readonly settle: () => void
  readonly fail: (error: unknown) => void
}

const MOST_IN_A_GROUP = 256
const SAVE = CompiledQuery.raw('savepoint item')
const KEEP = CompiledQuery.raw('release item')
const UNDO = CompiledQuery.raw('rollback to item')

/**
 * For a database with one writer: writes given while an earlier group is on its way to the disk share the next
 * transaction, and so one wait for the disk. One that throws is undone alone; its neighbours are kept.
 */
export function groupWriter(kysely: Kysely<Schema>): Writer {
  let waiting: Waiting[] = []
  let running: Promise<void> | null = null

  function write<T>(operation: WriteOperation<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let settle: () => void = () => reject(new Error('The write was not run.'))
      const run = async (db: Kysely<Schema>) => {
        try {
          const value = await operation(db)
          settle = () => resolve(value)
        } catch (error) {
          settle = () => reject(error)
          throw error
        }
      }
      waiting.push({ run, settle: () => settle(), fail: reject })
      running ??= new Promise((done) => {
        setImmediate(() => {
          void drain().then(done)
        })
      })
    })
  }

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting.slice(0, MOST_IN_A_GROUP)
      waiting = waiting.slice(MOST_IN_A_GROUP)
      await commitGroup(kysely, group)
    }
    running = null
  }

  return { transaction: write, statement: write, idle: () => running ?? Promise.resolve() }
}

async function commitGroup(kysely: Kysely<Schema>, group: readonly Waiting[]): Promise<void> {
  try {
    await kysely.transaction().execute(async (transaction) => {
      const [first] = group
      if (group.length === 1 && first !== undefined) return await first.run(transaction)
      for (const item of group) {
        await transaction.executeQuery(SAVE)
        try {
          await item.run(transaction)
        } catch (error) {
          // There is nothing to return to where the failure has undone the whole transaction (a full disk).
          await transaction.executeQuery(UNDO).catch(() => {
            throw error
          })
        }
        await transaction.executeQuery(KEEP)
      }
    })
  } catch (error) {
    for (const item of group) item.fail(error)
    return
  }
  for (const item of group) item.settle()
}

/** For a database that takes writes side by side. */
export function directWriter(kysely: Kysely<Schema>): Writer {
  const running = new Set<Promise<unknown>>()
  async function tracked<T>(write: Promise<T>): Promise<T> {
    running.add(write)
    try {
      return await write
    } finally {
      running.delete(write)
    }
  }
  return {
    transaction: (operation) => tracked(kysely.transaction().execute(operation)),
    statement: (operation) => tracked(operation(kysely)),
    idle: async () => {
      await Promise.allSettled(running)
    },
  }
}
