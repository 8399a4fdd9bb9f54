import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { ConfigError, readConfig, SETTING_NAMES } from '../server/config.ts'
import { copyKnowledge } from './helpers/knowledge-folder.ts'
import { projectDir } from './helpers/test-server.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'lecturer-avatars-config-'))
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

function read(env: Record<string, string>) {
  return readConfig({ DATA_DIR: dataDir, ...env }, projectDir)
}

describe('readConfig', () => {
  it('takes an empty value as unset', () => {
    const empty = Object.fromEntries(SETTING_NAMES.map((name) => [name, '']))
    const blank = Object.fromEntries(SETTING_NAMES.map((name) => [name, '  ']))
    expect(read({ ...empty, DATA_DIR: dataDir })).toEqual(read({}))
    expect(read({ ...blank, DATA_DIR: dataDir })).toEqual(read({}))
    expect(read({})).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      chatModel: undefined,
      databaseUrl: undefined,
      redisUrl: undefined,
    })
  })

  it('keeps everything in ./data and ./knowledge where nothing is said', () => {
    const config = readConfig({ DATA_DIR: dataDir }, projectDir)
    expect(config.knowledgeDir).toBe(join(projectDir, 'knowledge'))
  })

  it('reads a list of origins, and a model at a local server without a key', () => {
    expect(read({ ALLOWED_ORIGINS: ' https://a.example.cn, http://localhost:8080 ,' }).allowedOrigins).toEqual([
      'https://a.example.cn',
      'http://localhost:8080',
    ])
    const local = read({
      OPENAI_BASE_URL: 'http://127.0.0.1:11434/v1',
      CHAT_MODEL: 'qwen3:8b',
      MODEL_TIMEOUT_MS: '900',
    })
    expect(local.chatModel).toMatchObject({ model: 'qwen3:8b', timeoutMs: 900 })
  })

  it.each([
    ['PORT', { PORT: 'http' }],
    ['PORT', { PORT: '70000' }],
    ['PORT', { PORT: '3000.5' }],
    ['PORT', { PORT: '-1' }],
    ['MODEL_TIMEOUT_MS', { MODEL_TIMEOUT_MS: 'soon' }],
    ['RETENTION_DAYS', { RETENTION_DAYS: '0' }],
    ['TRUST_PROXY', { TRUST_PROXY: 'yes' }],
    ['LOG_LEVEL', { LOG_LEVEL: 'loud' }],
    ['ALLOWED_ORIGINS', { ALLOWED_ORIGINS: 'https://portal.example.cn/' }],
    ['ALLOWED_ORIGINS', { ALLOWED_ORIGINS: 'portal.example.cn' }],
    ['ALLOWED_ORIGINS', { ALLOWED_ORIGINS: '*' }],
    ['ALLOWED_ORIGINS', { ALLOWED_ORIGINS: 'https://a.example.cn,https://b.example.cn/page' }],
    ['CHAT_MODEL', { OPENAI_BASE_URL: 'http://127.0.0.1:1/v1' }],
    ['CHAT_MODEL', { OPENAI_API_KEY: 'sk-secret-word' }],
    ['OPENAI_API_KEY', { CHAT_MODEL: 'qwen3' }],
    ['OPENAI_BASE_URL', { OPENAI_BASE_URL: 'not an address', CHAT_MODEL: 'qwen3' }],
    ['DATABASE_URL', { DATABASE_URL: 'mysql://root:secret-word@localhost/x' }],
    ['REDIS_URL', { REDIS_URL: 'localhost:6379' }],
    ['SPEECH_BASE_URL', { SPEECH_BASE_URL: 'ftp://a' }],
    ['KNOWLEDGE_DIR', { KNOWLEDGE_DIR: 'no-such-folder' }],
    ['EMBEDDING_MODEL_DIR', { EMBEDDING_MODEL_DIR: 'no-such-folder' }],
    ['JUDGE_MODEL', { JUDGE_BASE_URL: 'http://127.0.0.1:1/v1' }],
    ['JUDGE_MODEL', { JUDGE_API_KEY: 'sk-secret-word' }],
    ['CHAT_MODEL', { JUDGE_MODEL: 'j', JUDGE_BASE_URL: 'http://127.0.0.1:1/v1' }],
    ['JUDGE_BASE_URL', { OPENAI_API_KEY: 'k', CHAT_MODEL: 'm', JUDGE_MODEL: 'j', JUDGE_BASE_URL: 'secret-word' }],
    ['JUDGE_MODE', { JUDGE_MODE: 'sometimes' }],
    ['CORRECTION_JUDGE_MODEL', { CORRECTION_JUDGE_BASE_URL: 'http://127.0.0.1:1/v1' }],
    ['CORRECTION_JUDGE_BASE_URL', { CORRECTION_JUDGE_MODEL: 'c' }],
    ['CORRECTION_JUDGE_TIMEOUT_MS', { CORRECTION_JUDGE_TIMEOUT_MS: '5' }],
    ['DATA_DIR', { DATA_DIR: '/dev/null/data' }],
  ])('names %s in %j, and repeats no secret', (name, env) => {
    let error: unknown
    try {
      read(env as Record<string, string>)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(ConfigError)
    expect(String(error)).toContain(name)
    expect(String(error)).not.toContain('secret-word')
  })

  it('lets the judge of corrections do with the endpoint and key of the judge, else of the chat model', () => {
    const chat = { OPENAI_BASE_URL: 'https://chat.example/v1', OPENAI_API_KEY: 'sk-chat', CHAT_MODEL: 'm' }
    const sentences = { ...chat, JUDGE_MODEL: 'j', JUDGE_BASE_URL: 'https://judge.example/v1', JUDGE_API_KEY: 'sk-j' }
    const judgeOf = (env: Record<string, string>) => read({ CORRECTION_JUDGE_MODEL: 'c', ...env }).correctionJudge
    const own = { CORRECTION_JUDGE_BASE_URL: 'https://own.example/v1' }
    expect(read(sentences).correctionJudge).toBeUndefined()
    expect(judgeOf(chat)).toEqual({
      baseUrl: 'https://chat.example/v1',
      apiKey: 'sk-chat',
      model: 'c',
      timeoutMs: 1_500,
    })
    expect(judgeOf(sentences)).toMatchObject({ baseUrl: 'https://judge.example/v1', apiKey: 'sk-j' })
    expect(judgeOf({ ...sentences, ...own })).toMatchObject({ baseUrl: 'https://own.example/v1', apiKey: 'none' })
    expect(judgeOf({ ...own, CORRECTION_JUDGE_API_KEY: 'sk-own' })).toMatchObject({ apiKey: 'sk-own' })
  })

  it.each([
    ['the endpoint of the chat model', {}, 'https://chat.example/v1', 'sk-chat'],
    [
      'the same endpoint by name',
      { JUDGE_BASE_URL: 'https://CHAT.example/v1/' },
      'https://CHAT.example/v1/',
      'sk-chat',
    ],
    ['another service', { JUDGE_BASE_URL: 'https://judge.example/v1' }, 'https://judge.example/v1', 'none'],
    ['another port', { JUDGE_BASE_URL: 'https://chat.example:8443/v1' }, 'https://chat.example:8443/v1', 'none'],
    ['a key of its own', { JUDGE_API_KEY: 'sk-judge' }, 'https://chat.example/v1', 'sk-judge'],
  ])('gives the judge %s, and no key of another service', (_name, env, baseUrl, apiKey) => {
    const chat = { OPENAI_BASE_URL: 'https://chat.example/v1', OPENAI_API_KEY: 'sk-chat', CHAT_MODEL: 'm' }
    expect(read({ ...chat, JUDGE_MODEL: 'j', ...env } as Record<string, string>).judge).toEqual({
      baseUrl,
      apiKey,
      model: 'j',
      mode: 'withhold',
    })
    expect(read(chat).judge).toBeUndefined()
  })

  it('names every wrong setting at once', () => {
    expect(() => read({ PORT: 'x', LOG_LEVEL: 'x', REDIS_URL: 'x' })).toThrow(
      /PORT[\s\S]*REDIS_URL|REDIS_URL[\s\S]*PORT/,
    )
  })
})

/** Runs the built server until it ends. */
function run(env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(projectDir, 'dist', 'main.js')], {
      env: { PATH: process.env.PATH, PORT: '0', DATA_DIR: join(dataDir, 'process'), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data))
    const late = setTimeout(() => child.kill('SIGKILL'), 15_000)
    child.once('exit', (code) => {
      clearTimeout(late)
      resolve({ code, output })
    })
  })
}

describe('a start that cannot work', () => {
  it.each([
    ['a wrong port', { PORT: 'http' }, 'PORT'],
    ['a list of origins with a path', { ALLOWED_ORIGINS: 'https://a.example.cn/x' }, 'ALLOWED_ORIGINS'],
    ['a key without a model', { OPENAI_API_KEY: 'sk-secret-word' }, 'CHAT_MODEL'],
    ['a database that is not there', { DATABASE_URL: 'postgres://user:secret-word@127.0.0.1:9/site' }, 'DATABASE_URL'],
    ['a Redis that is not there', { REDIS_URL: 'redis://user:secret-word@127.0.0.1:9' }, 'REDIS_URL'],
    ['a knowledge folder that is not there', { KNOWLEDGE_DIR: 'no-such-folder' }, 'KNOWLEDGE_DIR'],
    ['a data folder that cannot be', { DATA_DIR: '/dev/null/data' }, 'DATA_DIR'],
  ])('ends with code 1 and names the setting: %s', async (_name, env, setting) => {
    const { code, output } = await run(env as Record<string, string>)
    expect(code).toBe(1)
    expect(output).toContain(setting)
    expect(output).not.toContain('secret-word')
    expect(output).not.toMatch(/^\s+at .*:\d+:\d+/m)
  })

  it('names the port that is taken', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const address = taken.address()
    const port = typeof address === 'object' && address ? String(address.port) : ''
    const { code, output } = await run({ PORT: port })
    taken.close()
    expect(code).toBe(1)
    expect(output).toMatch(new RegExp(`PORT: .*${port}`))
  })

  it('names the file, the line and the reason of a bad document', async () => {
    const knowledge = await copyKnowledge()
    await knowledge.edit('stories/lin-yue/contest.md', (text) => text.replace('kind: story', 'kind: tale'))
    const { code, output } = await run({ KNOWLEDGE_DIR: knowledge.dir })
    await knowledge.close()
    expect(code).toBe(1)
    expect(output).toMatch(/stories\/lin-yue\/contest\.md:3: kind: .+/)
  })
})
