import type { Log } from '../log.ts'
import { type RedisConnections, redisScript } from '../redis/redis-connections.ts'
import { checkRateLimit } from './check-rate-limit.ts'
import type { RateLimits } from './rate-limits.ts'

/** Milliseconds that a visitor waits at most for a shared store that does not answer. */
export const RATE_LIMIT_TIMEOUT_MS = 150

/**
 * KEYS[1]: the bucket, a hash of `tokens` and `at` (milliseconds of Redis' own clock, so that the nodes' clocks do not
 * matter). ARGV: capacity, refill a second. Gives 0 where a token was taken, else the milliseconds until there is one.
 * The bucket goes when it would be full again.
 */
const TAKE = redisScript(`
  local capacity = tonumber(ARGV[1])
  local perMs = tonumber(ARGV[2]) / 1000
  local time = redis.call('TIME')
  local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
  local tokens = capacity
  if bucket[1] then
    tokens = math.min(capacity, tonumber(bucket[1]) + math.max(0, now - tonumber(bucket[2])) * perMs)
  end
  if tokens < 1 then return math.ceil((1 - tokens) / perMs) end
  tokens = tokens - 1
  redis.call('HSET', KEYS[1], 'tokens', string.format('%.17g', tokens), 'at', string.format('%.0f', now))
  redis.call('PEXPIRE', KEYS[1], string.format('%.0f', math.ceil((capacity - tokens) / perMs) + 1))
  return 0
`)

/**
 * Rate limits that all nodes on one Redis share. Where Redis does not answer in `RATE_LIMIT_TIMEOUT_MS` it allows, and
 * logs that once an outage.
 */
export function createRedisRateLimits(redis: RedisConnections, log: Log): RateLimits {
  let out = false

  return {
    async take(key, limit) {
      checkRateLimit(limit)
      const values = [String(limit.capacity), String(limit.refillPerSecond)]
      try {
        const reply = await redis.evaluate(TAKE, [`${redis.prefix}limit:${key}`], values, RATE_LIMIT_TIMEOUT_MS)
        if (out) log.info({}, 'Rate limits are shared again')
        out = false
        const retryAfterMs = Number(reply)
        return retryAfterMs === 0 ? { allowed: true } : { allowed: false, retryAfterMs }
      } catch (error) {
        if (!out) log.warn({ err: error }, 'No rate limits: their Redis does not answer, every request is allowed')
        out = true
        return { allowed: true }
      }
    },

    async close() {},
  }
}
