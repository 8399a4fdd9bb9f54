import { createHash } from 'node:crypto'
import { createClient } from 'redis'
import type { Log } from '../log.ts'

/** Milliseconds that a command may take before its caller is told that Redis does not answer. */
export const COMMAND_TIMEOUT_MS = 2000

/** How connections to a peer that went away without a word are found. */
export interface StallTimes {
  /** Milliseconds without any reply after which a connection that still looks open is given up and made anew. */
  readonly stallMs: number
  /** Milliseconds between two pings of an idle connection. */
  readonly pingMs: number
}
const STALL_TIMES: StallTimes = { stallMs: 10_000, pingMs: 3000 }

/** A script that Redis runs as one step; written once, sent whole only where Redis does not know it yet. */
export interface RedisScript {
  readonly source: string
  readonly sha1: string
}

/** Prepares a Lua script. */
export function redisScript(source: string): RedisScript {
  return { source, sha1: createHash('sha1').update(source).digest('hex') }
}

/** Redis is down, does not answer in time or refuses the command; `cause` says which. */
export class RedisUnavailable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'RedisUnavailable'
  }
}

/** Two connections to one Redis: one for commands, one that only listens. They come back by themselves. */
export interface RedisConnections {
  /** Begins every key and channel: the product's name and the database number (channels know no database). */
  readonly prefix: string
  readonly log: Log
  /**
   * Runs a script as one step and gives its reply. Rejects with `RedisUnavailable`; after a time-out
   * (`COMMAND_TIMEOUT_MS` unless given) it is not known whether the script ran.
   */
  evaluate(
    script: RedisScript,
    keys: readonly string[],
    values: readonly string[],
    timeoutMs?: number,
  ): Promise<unknown>
  /** Sends a message to whoever listens now. Rejects with `RedisUnavailable`. */
  publish(channel: string, message: string): Promise<void>
  /**
   * Listens to a channel, also after reconnecting; the promise resolves when the subscription is in force. Where the
   * connection is lost before, it rejects and the subscription comes into force with the next one. One listener a
   * channel; it must not throw.
   */
  subscribe(channel: string, listener: (message: string) => void): Promise<void>
  unsubscribe(channel: string): Promise<void>
  /** Calls back when the listening connection is back: messages may have been missed. Returns how to end that. */
  onReconnect(listener: () => void): () => void
  /** Whether both connections are up and Redis answers. */
  healthy(): boolean
  /** Ends both connections; what is under way is rejected. */
  close(): Promise<void>
}

/**
 * Connects to Redis. Throws an error that names REDIS_URL (without its password) where that does not succeed at once;
 * later outages are survived: calls reject meanwhile, and the log says once that Redis is gone and once that it is back.
 */
export async function connectRedis(
  url: string,
  log: Log,
  { stallMs, pingMs }: StallTimes = STALL_TIMES,
): Promise<RedisConnections> {
  const shown = withoutPassword(url)
  let started = false
  const client = () =>
    createClient({
      url,
      disableOfflineQueue: true,
      commandOptions: { timeout: COMMAND_TIMEOUT_MS },
      pingInterval: pingMs,
      socket: {
        connectTimeout: 5000,
        socketTimeout: stallMs,
        reconnectStrategy: (retries) => started && Math.random() * Math.min(2000, 50 * 2 ** Math.min(retries, 10)),
      },
    })
  const commands = client()
  const subscriber = client()
  const subscriptions = new Map<string, { readonly listener: (message: string) => void; inForce: boolean }>()
  const reconnectListeners = new Set<() => void>()
  let lastReplyAt = performance.now()
  let stalled = false
  let closed = false

  function replied(): void {
    lastReplyAt = performance.now()
    stalled = false
  }

  commands.on('ready', replied)
  commands.on('ping-interval', replied)
  subscriber.on('ready', () => {
    if (!started) return
    void subscribeMissing().then(() => {
      for (const listener of reconnectListeners) listener()
    })
  })
  for (const [name, connection] of Object.entries({ commands, subscriber })) logOutages(connection, name, shown, log)

  try {
    await Promise.all([commands.connect(), subscriber.connect()])
    await commands.ping()
  } catch (error) {
    commands.destroy()
    subscriber.destroy()
    const reason = error instanceof Error ? error.message || error.name : String(error)
    throw new Error(`REDIS_URL (${shown}): cannot use this Redis: ${reason}`, { cause: error })
  }
  started = true

  /** A connection to a peer that is gone without a word looks open for minutes: make a new one. */
  function afterTimeout(): void {
    stalled = true
    if (closed || !commands.isReady || performance.now() - lastReplyAt < stallMs) return
    lastReplyAt = performance.now()
    commands.destroy()
    commands.connect().catch(() => {})
  }

  async function inTime<T>(what: string, timeoutMs: number, run: () => Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new RedisUnavailable(`Redis did not answer ${what} within ${timeoutMs} ms`))
        afterTimeout()
      }, timeoutMs)
    })
    try {
      const reply = await Promise.race([run(), late])
      replied()
      return reply
    } catch (error) {
      if (error instanceof RedisUnavailable) throw error
      throw new RedisUnavailable(`Redis failed at ${what}: ${error instanceof Error ? error.message : error}`, {
        cause: error,
      })
    } finally {
      clearTimeout(timer)
    }
  }

  async function subscribeNow(channel: string): Promise<void> {
    await subscriber.subscribe(channel, (message) => subscriptions.get(channel)?.listener(message))
    const subscription = subscriptions.get(channel)
    if (subscription) subscription.inForce = true
  }

  async function subscribeMissing(): Promise<void> {
    const missing = [...subscriptions].filter(([, { inForce }]) => !inForce).map(([channel]) => channel)
    await Promise.allSettled(missing.map(subscribeNow))
  }

  return {
    prefix: `lecturer-chat:${Number(new URL(url).pathname.slice(1)) || 0}:`,
    log,
    evaluate(script, keys, values, timeoutMs = COMMAND_TIMEOUT_MS) {
      const rest = [String(keys.length), ...keys, ...values]
      return inTime('a script', timeoutMs, () =>
        commands.sendCommand(['EVALSHA', script.sha1, ...rest]).catch((error: unknown) => {
          if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
          return commands.sendCommand(['EVAL', script.source, ...rest])
        }),
      )
    },
    async publish(channel, message) {
      await inTime('PUBLISH', COMMAND_TIMEOUT_MS, () => commands.publish(channel, message))
    },
    async subscribe(channel, listener) {
      if (subscriptions.has(channel)) throw new Error(`${channel} has its listener already`)
      subscriptions.set(channel, { listener, inForce: false })
      await inTime('SUBSCRIBE', COMMAND_TIMEOUT_MS, () => subscribeNow(channel))
    },
    async unsubscribe(channel) {
      subscriptions.delete(channel)
      if (!closed && subscriber.isReady) await subscriber.unsubscribe(channel).catch(() => {})
    },
    onReconnect(listener) {
      reconnectListeners.add(listener)
      return () => {
        reconnectListeners.delete(listener)
      }
    },
    healthy: () => !closed && commands.isReady && subscriber.isReady && !stalled,
    async close() {
      closed = true
      reconnectListeners.clear()
      commands.destroy()
      subscriber.destroy()
    },
  }
}

interface Emitter {
  on(event: 'error' | 'ready', listener: (error?: unknown) => void): unknown
}

/** An `error` event without a listener would end the process, and a server that is away raises one at every attempt. */
function logOutages(connection: Emitter, name: string, shown: string, log: Log): void {
  let out = false
  connection.on('error', (error) => {
    if (!out) log.warn({ err: error, connection: name, redis: shown }, 'Redis is gone; reconnecting')
    out = true
  })
  connection.on('ready', () => {
    if (out) log.info({ connection: name, redis: shown }, 'Redis is back')
    out = false
  })
}

function withoutPassword(url: string): string {
  if (!URL.canParse(url)) {
    throw new Error('REDIS_URL is not a URL; it looks like redis://[user:password@]host:6379[/database]')
  }
  const shown = new URL(url)
  if (shown.protocol !== 'redis:' && shown.protocol !== 'rediss:') {
    throw new Error(`REDIS_URL must begin with redis:// or rediss://, not ${shown.protocol}//`)
  }
  if (shown.password) shown.password = '***'
  return shown.href
}
