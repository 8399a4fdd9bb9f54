import { accessSync, constants, mkdirSync } from 'node:fs'
import { resolve } from 'node:path'

/** Every setting of the process, checked. `docs/operating.md` and `.env.example` list them; a test keeps the three equal. */
export interface Config {
  readonly host: string
  readonly port: number
  readonly dataDir: string
  readonly knowledgeDir: string
  readonly databaseUrl: string | undefined
  readonly redisUrl: string | undefined
  readonly chatModel:
    | { readonly baseUrl: string; readonly apiKey: string; readonly model: string; readonly timeoutMs: number }
    | undefined
  /** Ceilings of what the model may use; what is not set has no ceiling. Prices are for 1,000 tokens. */
  readonly modelBudget: {
    readonly tokensPerMinute?: number
    readonly tokensPerDay?: number
    readonly moneyPerDay?: number
    readonly pricePer1kInput?: number
    readonly pricePer1kOutput?: number
  }
  /** Search by meaning beside search by words. */
  readonly embedding: { readonly dir: string } | ModelEndpoint | undefined
  readonly reranker: { readonly dir: string } | ModelEndpoint | undefined
  /** Judges sentences of the chat model that the rules let through. */
  readonly judge: (ModelEndpoint & { readonly mode: 'withhold' | 'observe' }) | undefined
  /** Tells whether a question is one that a correction answers, where words do not. */
  readonly correctionJudge: (ModelEndpoint & { readonly timeoutMs: number }) | undefined
  /** Turns what visitors say into text. */
  readonly transcription: ModelEndpoint | undefined
  /** Gives the personas a voice. */
  readonly speech:
    | (ModelEndpoint & {
        /** For personas that name none, and where the endpoint does not know theirs. */
        readonly voice: string
        /** Whether the endpoint is asked when its words are heard. */
        readonly timestamps: boolean
      })
    | undefined
  /** Where `npm run models` fetches from, in place of the hub. */
  readonly modelMirror: string | undefined
  readonly allowedOrigins: readonly string[]
  readonly trustProxy: boolean
  readonly retentionDays: number
  readonly maxSockets: number
  readonly logLevel: string
}

/** A model behind an OpenAI-compatible (or rerank) endpoint. */
export interface ModelEndpoint {
  readonly baseUrl: string
  readonly apiKey: string
  readonly model: string
}

/** The names of all settings, in the order in which people should read about them. */
export const SETTING_NAMES = [
  'HOST',
  'PORT',
  'DATA_DIR',
  'KNOWLEDGE_DIR',
  'DATABASE_URL',
  'REDIS_URL',
  'OPENAI_BASE_URL',
  'OPENAI_API_KEY',
  'CHAT_MODEL',
  'MODEL_TIMEOUT_MS',
  'MODEL_TOKENS_PER_MINUTE',
  'MODEL_TOKENS_PER_DAY',
  'MODEL_COST_PER_DAY',
  'MODEL_PRICE_INPUT',
  'MODEL_PRICE_OUTPUT',
  'EMBEDDING_MODEL_DIR',
  'EMBEDDING_BASE_URL',
  'EMBEDDING_API_KEY',
  'EMBEDDING_MODEL',
  'RERANKER_MODEL_DIR',
  'RERANKER_BASE_URL',
  'RERANKER_API_KEY',
  'RERANKER_MODEL',
  'JUDGE_BASE_URL',
  'JUDGE_API_KEY',
  'JUDGE_MODEL',
  'JUDGE_MODE',
  'CORRECTION_JUDGE_BASE_URL',
  'CORRECTION_JUDGE_API_KEY',
  'CORRECTION_JUDGE_MODEL',
  'CORRECTION_JUDGE_TIMEOUT_MS',
  'TRANSCRIPTION_BASE_URL',
  'TRANSCRIPTION_API_KEY',
  'TRANSCRIPTION_MODEL',
  'MODEL_MIRROR',
  'SPEECH_BASE_URL',
  'SPEECH_API_KEY',
  'SPEECH_MODEL',
  'SPEECH_VOICE',
  'SPEECH_TIMESTAMPS',
  'ALLOWED_ORIGINS',
  'TRUST_PROXY',
  'RETENTION_DAYS',
  'MAX_SOCKETS',
  'LOG_LEVEL',
] as const
type SettingName = (typeof SETTING_NAMES)[number]

/** Where a key alone belongs to. */
const OPENAI_URL = 'https://api.openai.com/v1'

/** A setting that is missing or wrong; the message names each one and says what it should be. */
export class ConfigError extends Error {
  constructor(problems: readonly string[]) {
    super(`The settings are not right:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
    this.name = 'ConfigError'
  }
}

/**
 * Reads the settings from `env`; an empty value means unset. Relative paths count from `projectDir`.
 * Creates `DATA_DIR` where it is missing. Throws {@link ConfigError} that names every wrong setting at once.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>, projectDir: string): Config {
  const problems: string[] = []
  const read = (name: SettingName): string | undefined => env[name]?.trim() || undefined

  const integer = (name: SettingName, fallback: number, least: number, most: number): number => {
    const text = read(name)
    if (text === undefined) return fallback
    const value = Number(text)
    if (Number.isInteger(value) && value >= least && value <= most) return value
    problems.push(`${name} must be a whole number from ${least} to ${most}, not "${text}"`)
    return fallback
  }

  const ceiling = <Name extends keyof Config['modelBudget']>(
    field: Name,
    name: SettingName,
  ): { [field in Name]?: number } => {
    const text = read(name)
    if (text === undefined) return {}
    const value = Number(text)
    if (!(Number.isFinite(value) && value >= 0)) problems.push(`${name} must be a number of 0 or more, not "${text}"`)
    return { [field]: value } as { [field in Name]?: number }
  }

  const url = (name: SettingName, protocols: readonly string[]): string | undefined => {
    const text = read(name)
    if (text === undefined) return undefined
    // The value itself is not repeated: it may hold a password.
    if (URL.canParse(text) && protocols.includes(new URL(text).protocol)) return text
    problems.push(`${name} must be an address that starts with ${protocols.map((p) => `${p}//`).join(' or ')}`)
    return undefined
  }

  const path = (name: SettingName, fallback: string): string => resolve(projectDir, read(name) ?? fallback)

  const dataDir = path('DATA_DIR', 'data')
  try {
    mkdirSync(dataDir, { recursive: true })
    accessSync(dataDir, constants.W_OK)
  } catch (error) {
    problems.push(`DATA_DIR: cannot write to ${dataDir} (${describe(error)})`)
  }
  const knowledgeDir = path('KNOWLEDGE_DIR', 'knowledge')
  requireReadable('KNOWLEDGE_DIR', knowledgeDir, problems)

  const allowedOrigins = (read('ALLOWED_ORIGINS') ?? '')
    .split(',')
    .map((origin) => origin.trim())
    .filter((origin) => origin !== '')
  for (const origin of allowedOrigins) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      problems.push(
        `ALLOWED_ORIGINS: "${origin}" is not an origin such as https://portal.example.cn (no path, no final slash)`,
      )
    }
  }

  const trustProxy = read('TRUST_PROXY') ?? '0'
  if (trustProxy !== '0' && trustProxy !== '1') problems.push(`TRUST_PROXY must be 0 or 1, not "${trustProxy}"`)

  const logLevel = read('LOG_LEVEL') ?? 'info'
  const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']
  if (!levels.includes(logLevel)) problems.push(`LOG_LEVEL must be one of ${levels.join(', ')}, not "${logLevel}"`)

  const priced = read('MODEL_PRICE_INPUT') ?? read('MODEL_PRICE_OUTPUT')
  if (read('MODEL_COST_PER_DAY') !== undefined && priced === undefined) {
    problems.push(
      'MODEL_PRICE_INPUT and MODEL_PRICE_OUTPUT are missing: without prices MODEL_COST_PER_DAY limits nothing',
    )
  }

  const config: Config = {
    host: read('HOST') ?? '127.0.0.1',
    port: integer('PORT', 3000, 0, 65535),
    dataDir,
    knowledgeDir,
    databaseUrl: url('DATABASE_URL', ['postgres:', 'postgresql:']),
    redisUrl: url('REDIS_URL', ['redis:', 'rediss:']),
    chatModel: readChatModel(),
    modelBudget: {
      ...ceiling('tokensPerMinute', 'MODEL_TOKENS_PER_MINUTE'),
      ...ceiling('tokensPerDay', 'MODEL_TOKENS_PER_DAY'),
      ...ceiling('moneyPerDay', 'MODEL_COST_PER_DAY'),
      ...ceiling('pricePer1kInput', 'MODEL_PRICE_INPUT'),
      ...ceiling('pricePer1kOutput', 'MODEL_PRICE_OUTPUT'),
    },
    embedding: readEmbedding(),
    reranker: readEndpoint('RERANKER'),
    judge: readJudge(),
    correctionJudge: readCorrectionJudge(),
    transcription: readRemote('TRANSCRIPTION'),
    speech: readSpeech(),
    modelMirror: url('MODEL_MIRROR', ['http:', 'https:']),
    allowedOrigins,
    trustProxy: trustProxy === '1',
    retentionDays: integer('RETENTION_DAYS', 180, 1, 36_500),
    maxSockets: integer('MAX_SOCKETS', 10_000, 1, 1_000_000),
    logLevel,
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return config

  function readEmbedding(): Config['embedding'] {
    if (read('EMBEDDING_MODEL') === undefined || read('EMBEDDING_BASE_URL') !== undefined)
      return readEndpoint('EMBEDDING')
    const baseUrl = url('OPENAI_BASE_URL', ['http:', 'https:'])
    if (read('EMBEDDING_MODEL_DIR') !== undefined) {
      problems.push('EMBEDDING_MODEL_DIR and EMBEDDING_MODEL exclude each other: set one of them')
    }
    return {
      baseUrl: baseUrl ?? OPENAI_URL,
      apiKey: read('OPENAI_API_KEY') ?? 'none',
      model: read('EMBEDDING_MODEL') ?? '',
    }
  }

  function readEndpoint(name: 'EMBEDDING' | 'RERANKER'): { dir: string } | ModelEndpoint | undefined {
    const dir = read(`${name}_MODEL_DIR`)
    if (dir !== undefined && read(`${name}_BASE_URL`) !== undefined) {
      problems.push(`${name}_MODEL_DIR and ${name}_BASE_URL exclude each other: set one of them`)
    }
    if (dir !== undefined) {
      requireReadable(`${name}_MODEL_DIR`, resolve(projectDir, dir), problems)
      return { dir: resolve(projectDir, dir) }
    }
    return readRemote(name)
  }

  function readRemote(name: 'EMBEDDING' | 'RERANKER' | 'TRANSCRIPTION'): ModelEndpoint | undefined {
    const baseUrl = url(`${name}_BASE_URL`, ['http:', 'https:'])
    const model = read(`${name}_MODEL`)
    if (read(`${name}_BASE_URL`) === undefined) {
      if (model !== undefined)
        problems.push(`${name}_BASE_URL is missing: ${name}_MODEL alone does not say where the model is`)
      return undefined
    }
    if (model === undefined) problems.push(`${name}_MODEL is missing: name the model to use at ${name}_BASE_URL`)
    // A key for another service is never sent here.
    return { baseUrl: baseUrl ?? '', apiKey: read(`${name}_API_KEY`) ?? 'none', model: model ?? '' }
  }

  function readSpeech(): Config['speech'] {
    const timestamps = read('SPEECH_TIMESTAMPS') ?? '0'
    if (timestamps !== '0' && timestamps !== '1') problems.push(`SPEECH_TIMESTAMPS must be 0 or 1, not "${timestamps}"`)
    const baseUrl = url('SPEECH_BASE_URL', ['http:', 'https:'])
    if (baseUrl === undefined) return undefined
    return {
      baseUrl,
      // A key for another service is never sent here.
      apiKey: read('SPEECH_API_KEY') ?? 'none',
      model: read('SPEECH_MODEL') ?? 'tts-1',
      voice: read('SPEECH_VOICE') ?? 'alloy',
      timestamps: timestamps === '1',
    }
  }

  function readJudge(): Config['judge'] {
    const mode = read('JUDGE_MODE') ?? 'withhold'
    if (mode !== 'withhold' && mode !== 'observe') {
      problems.push(`JUDGE_MODE must be withhold or observe, not "${mode}"`)
      return undefined
    }
    const ownKey = read('JUDGE_API_KEY')
    const model = read('JUDGE_MODEL')
    if (model === undefined) {
      if (read('JUDGE_BASE_URL') !== undefined || ownKey !== undefined)
        problems.push('JUDGE_MODEL is missing: name the model that judges')
      return undefined
    }
    if (read('CHAT_MODEL') === undefined)
      problems.push('CHAT_MODEL is missing: JUDGE_MODEL judges what a chat model writes, and there is none')
    const chatUrl = url('OPENAI_BASE_URL', ['http:', 'https:']) ?? OPENAI_URL
    const baseUrl = url('JUDGE_BASE_URL', ['http:', 'https:']) ?? chatUrl
    // A key for another service is never sent there.
    const sharedKey = sameService(baseUrl, chatUrl) ? read('OPENAI_API_KEY') : undefined
    return { baseUrl, apiKey: ownKey ?? sharedKey ?? 'none', model, mode }
  }

  function readCorrectionJudge(): Config['correctionJudge'] {
    const timeoutMs = integer('CORRECTION_JUDGE_TIMEOUT_MS', 1_500, 100, 10_000)
    const ownUrl = url('CORRECTION_JUDGE_BASE_URL', ['http:', 'https:'])
    const ownKey = read('CORRECTION_JUDGE_API_KEY')
    const model = read('CORRECTION_JUDGE_MODEL')
    if (model === undefined) {
      if (ownUrl !== undefined || ownKey !== undefined)
        problems.push('CORRECTION_JUDGE_MODEL is missing: name the model that judges questions')
      return undefined
    }
    const chatUrl = url('OPENAI_BASE_URL', ['http:', 'https:']) ?? OPENAI_URL
    const judgeUrl = url('JUDGE_BASE_URL', ['http:', 'https:']) ?? chatUrl
    const baseUrl = ownUrl ?? judgeUrl
    // A key for another service is never sent there.
    const shared = [
      [judgeUrl, read('JUDGE_API_KEY')],
      [chatUrl, read('OPENAI_API_KEY')],
    ] as const
    const apiKey = ownKey ?? shared.find(([address, key]) => key !== undefined && sameService(baseUrl, address))?.[1]
    if (baseUrl === OPENAI_URL && apiKey === undefined) {
      problems.push(
        'CORRECTION_JUDGE_BASE_URL is missing: CORRECTION_JUDGE_MODEL alone does not say where the model is',
      )
    }
    return { baseUrl, apiKey: apiKey ?? 'none', model, timeoutMs }
  }

  function readChatModel(): Config['chatModel'] {
    const baseUrl = url('OPENAI_BASE_URL', ['http:', 'https:'])
    const apiKey = read('OPENAI_API_KEY')
    const model = read('CHAT_MODEL')
    const timeoutMs = integer('MODEL_TIMEOUT_MS', 15_000, 100, 600_000)
    if (
      model === undefined &&
      (read('EMBEDDING_MODEL') !== undefined || (read('OPENAI_BASE_URL') === undefined && apiKey === undefined))
    )
      return undefined
    if (model === undefined) problems.push('CHAT_MODEL is missing: name the model to use at OPENAI_BASE_URL')
    if (read('OPENAI_BASE_URL') === undefined && apiKey === undefined) {
      problems.push('OPENAI_API_KEY or OPENAI_BASE_URL is missing: CHAT_MODEL alone does not say where the model is')
    }
    // Local servers such as Ollama take any key, but the client wants one.
    return { baseUrl: baseUrl ?? OPENAI_URL, apiKey: apiKey ?? 'none', model: model ?? '', timeoutMs }
  }
}

function sameService(one: string, other: string): boolean {
  const plain = (address: string) => new URL(address).href.replace(/\/+$/, '')
  return plain(one) === plain(other)
}

function requireReadable(name: SettingName, path: string, problems: string[]): void {
  try {
    accessSync(path, constants.R_OK)
  } catch (error) {
    problems.push(`${name}: cannot read ${path} (${describe(error)})`)
  }
}

function describe(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}
