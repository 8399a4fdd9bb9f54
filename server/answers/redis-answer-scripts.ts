import { redisScript } from '../redis/redis-connections.ts'

/*
 * KEYS[1] is the answer's hash: `epoch`, `last` (seq), `ended`, `old:<epoch>` for every epoch that was replaced; or
 * only `forgotten`. The frames are a stream at KEYS[1]:<epoch>, each entry's id `<seq>-0`, so that Redis itself refuses
 * a seq that is there already. Where stream and `last` disagree, Redis lost one of them: the answer is not held.
 */

/** ARGV: epoch, milliseconds to keep, wake-up channel, answer id. Gives `ok` or the reason of a refusal. */
export const OPEN = redisScript(`
  local epoch = ARGV[1]
  if redis.call('HEXISTS', KEYS[1], 'forgotten') == 1 then return 'forgotten' end
  if redis.call('HEXISTS', KEYS[1], 'old:' .. epoch) == 1 then return 'stale-epoch' end
  local current = redis.call('HGET', KEYS[1], 'epoch')
  if current == epoch then return 'ok' end
  if current then
    redis.call('DEL', KEYS[1] .. ':' .. current)
    redis.call('HSET', KEYS[1], 'old:' .. current, 1)
    redis.call('HDEL', KEYS[1], 'ended')
  end
  redis.call('HSET', KEYS[1], 'epoch', epoch, 'last', 0)
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  redis.call('PUBLISH', ARGV[3], ARGV[4])
  return 'ok'
`)

/**
 * ARGV: epoch, first seq, `1` where the last frame ends the answer, milliseconds to keep, wake-up channel, answer id,
 * then the frames as JSON. Gives `ok` or the reason of a refusal; then nothing was written.
 */
export const APPEND = redisScript(`
  local current = redis.call('HGET', KEYS[1], 'epoch')
  if not current then
    return redis.call('HEXISTS', KEYS[1], 'forgotten') == 1 and 'forgotten' or 'not-held'
  end
  if current ~= ARGV[1] then return 'stale-epoch' end
  local stream = KEYS[1] .. ':' .. current
  local last = tonumber(redis.call('HGET', KEYS[1], 'last'))
  if redis.call('XLEN', stream) ~= last then return 'not-held' end
  if redis.call('HEXISTS', KEYS[1], 'ended') == 1 then return 'ended' end
  if tonumber(ARGV[2]) ~= last + 1 then return 'out-of-order' end
  for index = 7, #ARGV do
    last = last + 1
    redis.call('XADD', stream, string.format('%d-0', last), 'frame', ARGV[index])
  end
  redis.call('HSET', KEYS[1], 'last', last)
  if ARGV[3] == '1' then redis.call('HSET', KEYS[1], 'ended', 1) end
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
  redis.call('PEXPIRE', stream, ARGV[4])
  redis.call('PUBLISH', ARGV[5], ARGV[6])
  return 'ok'
`)

/**
 * ARGV: the reader's epoch ('' for none) and seq. Gives nil where the answer is not held; otherwise epoch, `1` where
 * the reader's position continues, `1` where it has ended, and the frames as JSON.
 */
export const READ = redisScript(`
  local epoch = redis.call('HGET', KEYS[1], 'epoch')
  if not epoch then return false end
  local stream = KEYS[1] .. ':' .. epoch
  local last = tonumber(redis.call('HGET', KEYS[1], 'last'))
  if redis.call('XLEN', stream) ~= last then return false end
  local after = tonumber(ARGV[2])
  local continues = 1
  if ARGV[1] ~= '' and (ARGV[1] ~= epoch or after > last) then
    continues = 0
    after = 0
  end
  local frames = {}
  if after < last then
    for _, entry in ipairs(redis.call('XRANGE', stream, string.format('%d-0', after + 1), '+')) do
      frames[#frames + 1] = entry[2][2]
    end
  end
  return { epoch, continues, redis.call('HEXISTS', KEYS[1], 'ended'), frames }
`)

/** ARGV: milliseconds to keep the mark that refuses further writing, wake-up channel, answer id. */
export const FORGET = redisScript(`
  local current = redis.call('HGET', KEYS[1], 'epoch')
  if current then redis.call('DEL', KEYS[1] .. ':' .. current) end
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'forgotten', 1)
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  redis.call('PUBLISH', ARGV[2], ARGV[3])
  return 'ok'
`)
