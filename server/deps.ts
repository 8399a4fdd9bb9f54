import { join } from 'node:path'
import { type Accounts, openAccounts } from './accounts/accounts.ts'
import { KEY_FILE_NAME } from './accounts/key-file.ts'
import type { AnswerStreamLimits, AnswerStreams } from './answers/answer-streams.ts'
import { createMemoryAnswerStreams } from './answers/memory-answer-streams.ts'
import { createRedisAnswerStreams } from './answers/redis-answer-streams.ts'
import type { Config } from './config.ts'
import type { CorrectionJudge } from './corrections/correction-judge.ts'
import { enforcePauses } from './corrections/enforce-pauses.ts'
import { type Corrections, openCorrections } from './corrections/open-corrections.ts'
import { openPreview, type Preview } from './corrections/preview/open-preview.ts'
import type { Replies } from './corrections/replies/replies.ts'
import { openDatabase } from './db/open-database.ts'
import type { Embedder } from './dense/embedder.ts'
import { createEndpointReranker } from './dense/endpoint-reranker.ts'
import { openDenseSearch } from './dense/open-dense-search.ts'
import { createOpenAiEmbedder } from './dense/openai-embedder.ts'
import type { Reranker } from './dense/reranker.ts'
import { openTransformersEmbedder } from './dense/transformers-embedder.ts'
import { openTransformersReranker } from './dense/transformers-reranker.ts'
import { loadHonours } from './grounding/honours.ts'
import { createSecondOpinion, type JudgeResult, type SecondOpinion } from './grounding/judge.ts'
import { type OpenInsight, openInsight } from './insight/open-insight.ts'
import { createConsoleDocuments } from './knowledge/console-documents.ts'
import { type ConsoleKnowledge, openConsoleKnowledge } from './knowledge/console-knowledge.ts'
import { createCurrentRetriever, withWithdrawn } from './knowledge/current-documents.ts'
import { type KnowledgeLibrary, openKnowledgeLibrary } from './knowledge/knowledge-library.ts'
import { openSiteLibrary } from './knowledge/site-library.ts'
import { createMemoryRateLimits } from './limits/memory-rate-limits.ts'
import type { RateLimits } from './limits/rate-limits.ts'
import { createRedisRateLimits } from './limits/redis-rate-limits.ts'
import type { Log } from './log.ts'
import type { ChatModel } from './model/chat-model.ts'
import { createCircuitBreaker } from './model/circuit-breaker.ts'
import { createExtractiveModel } from './model/extractive-model.ts'
import { createOpenAiJudge } from './model/openai-judge.ts'
import { createOpenAiModel } from './model/openai-model.ts'
import { createTokenBudget, type TokenBudget } from './model/token-budget.ts'
import { createMemoryNotices } from './notices/memory-notices.ts'
import type { Notices } from './notices/notices.ts'
import { createRedisNotices } from './notices/redis-notices.ts'
import { openCorrectionJudge } from './open-correction-judge.ts'
import { createPersonas, type Personas } from './personas/personas.ts'
import { loadPrompts, type Prompts } from './prompts/load-prompts.ts'
import { connectRedis } from './redis/redis-connections.ts'
import { openKnowledgeSearch } from './retrieval/knowledge-search.ts'
import { openReview, type Review } from './review/review.ts'
import { createMetrics, type Metrics } from './routes/metrics.ts'
import { createSessions, type Sessions } from './sessions/sessions.ts'
import { createSpeaker, type Speaker } from './speech/speaker.ts'
import { createSpeechCache } from './speech/speech-cache.ts'
import { createSpeechEndpoint } from './speech/speech-endpoint.ts'
import { createOpenAiTranscriber } from './transcription/openai-transcriber.ts'
import type { Transcriber } from './transcription/transcriber.ts'
import { startRetention } from './transcripts/retention.ts'
import { createSqlTranscripts } from './transcripts/sql-transcripts.ts'
import type { Transcripts } from './transcripts/transcripts.ts'
import type { TurnLine } from './turn/answer-turn.ts'
import { CORRECTION_PROMPT } from './turn/compose-correction-prompt.ts'
import { composeJudgePrompt, JUDGE_PROMPT } from './turn/compose-judge-prompt.ts'
import { ANSWER_PROMPTS } from './turn/compose-prompt.ts'
import { rehearse } from './turn/rehearse.ts'
import { createTurnRunner, type TurnRunner } from './turn/turn-runner.ts'

/** Everything that the application is composed of. */
export interface Deps {
  readonly config: Config
  readonly library: KnowledgeLibrary
  readonly personas: Personas
  readonly sessions: Sessions
  readonly transcripts: Transcripts
  readonly streams: AnswerStreams
  readonly limits: RateLimits
  readonly notices: Notices
  readonly runner: TurnRunner
  /** What the runner runs every turn through. */
  readonly line: TurnLine
  readonly metrics: Metrics
  readonly speaker: Speaker
  /** Null where no endpoint is set. */
  readonly transcriber: Transcriber | null
  readonly accounts: Accounts
  readonly corrections: Corrections
  readonly insight: OpenInsight
  readonly preview: Preview
  readonly replies: Replies
  readonly knowledge: ConsoleKnowledge
  readonly review: Review
  readonly webDir: string
  readonly now: () => number
  close(): Promise<void>
}

export interface OpenDepsOptions {
  readonly config: Config
  /** Where `prompts/` and `dist/` are. */
  readonly projectDir: string
  readonly log: Log
  readonly now?: () => number
}

/** An answer stays resumable from the hot store for ten minutes after its end; later the records serve. */
const STREAM_LIMITS: AnswerStreamLimits = { keepAfterEndMs: 600_000, keepRunningMs: 900_000 }
const RETENTION_EVERY_MS = 3_600_000

/** Opens every store and picks the implementations that the settings ask for. Rejects with a message that names the setting. */
export async function openDeps({ config, projectDir, log, now = Date.now }: OpenDepsOptions): Promise<Deps> {
  const [files, database, shared] = await Promise.all([
    openKnowledgeLibrary(config.knowledgeDir, log),
    openDatabase({
      dataDir: config.dataDir,
      ...(config.databaseUrl === undefined ? {} : { databaseUrl: config.databaseUrl }),
    }),
    openShared(config, log),
  ])
  const transcripts = createSqlTranscripts(database, { now })
  const { streams, limits, notices } = shared
  const personas = createPersonas(files.current(), now)
  const personaName = (id: string) => files.current().personas.find((persona) => persona.id === id)?.name
  const keyFile = join(config.dataDir, KEY_FILE_NAME)
  const accounts = openAccounts({ database, limits, now, personaName, keyFile })
  const secondPersonPublishes = async () => (await accounts.settings.get()).secondPersonPublishes
  const documents = createConsoleDocuments({ database, now, secondPersonPublishes })
  const library = await openSiteLibrary({ files, documents, notices, log })
  const knowledge = openConsoleKnowledge({ library, documents, now })
  const review = openReview({ database, now, personaName, document: library.document, log })
  const metrics: Metrics = createMetrics(() => runner.running())
  const onJudged = (result: JudgeResult) => metrics.judgements.inc({ result })
  const opened = await openTurnLine({ config, projectDir, library, log, now, onJudged })
  const { analyzer } = opened
  const settings = accounts.settings.get
  const { correctionJudge: judge, embedder } = opened
  const judgeTimeoutMs = config.correctionJudge?.timeoutMs
  const corrections = await openCorrections({
    ...{ database, library, notices, analyzer, settings, log, now },
    ...(judge && { judge }),
    ...(judgeTimeoutMs !== undefined && { judgeTimeoutMs }),
    ...(embedder && { embedder }),
  })
  const insight = openInsight({
    database,
    analyzer,
    personas: () => library.current().personas,
    document: library.document,
    now,
  })
  const line: TurnLine = { ...opened, corrections, pauses: withWithdrawn(corrections.paused, library) }
  const preview = openPreview({ database, library, book: corrections.book, line, now })
  const runner: TurnRunner = createTurnRunner({
    line,
    transcripts,
    streams,
    notices,
    personaOf: (id) => personas.get(id),
    log,
    onEnded({ outcome, making, channel }) {
      metrics.turns.inc({ outcome, channel })
      if (!making) return
      if (making.correctionId !== undefined) corrections.noteHit(making.correctionId)
      const { firstSentence, retrieved, understood } = making.timings
      if (firstSentence !== undefined) metrics.firstSentence.observe(firstSentence / 1000)
      if (retrieved !== undefined) metrics.retrieval.observe((retrieved - (understood ?? 0)) / 1000)
      if (making.fallbackReason !== null) metrics.modelErrors.inc({ reason: making.fallbackReason })
      for (const { reason } of making.withheld) metrics.withheld.inc({ reason })
    },
  })

  /** Who is silent and known to be so: it is told once. */
  const silenced = new Set<string>()
  const silence = (personaId: string) => {
    notices
      .publish({ kind: 'persona-withdrawn', personaId })
      .catch((error) => log.error({ err: error, personaId }, 'other nodes were not told of a withdrawal'))
  }
  const stopPausing = enforcePauses({ paused: corrections.paused, personas, runner, notices, silenced, log })
  const closing = new AbortController()
  const warmUp = () => {
    rehearse(line, personas.list(), log, closing.signal).catch((error) => {
      if (!closing.signal.aborted) log.warn({ err: error }, 'the suggestions could not be rehearsed')
    })
  }
  // Only the folder says who may speak: what the console publishes ends no withdrawal.
  const stopWatchingFiles = files.onChange((read) => {
    for (const personaId of personas.update(read)) silence(personaId)
  })
  const stopWatching = library.onChange(() => {
    runner.silencePaused()
    warmUp()
  })
  warmUp()
  const stopListening = notices.subscribe((notice) => {
    if (notice.kind === 'persona-withdrawn') {
      silenced.add(notice.personaId)
      if (notice.paused !== true) personas.withdraw(notice.personaId)
    }
    if (notice.kind === 'resynchronise') void library.reload()
  })
  // A consent that ends by its date ends while nothing else happens, too.
  const expiry = watchExpiry(personas, silenced, silence)
  const stopRetention = startRetention(transcripts, {
    days: config.retentionDays,
    intervalMs: RETENTION_EVERY_MS,
    now,
    log,
  })

  return {
    config,
    library,
    personas,
    sessions: createSessions(transcripts, now),
    transcripts,
    streams,
    limits,
    notices,
    runner,
    line,
    metrics,
    speaker: opened.speaker,
    transcriber: config.transcription === undefined ? null : createOpenAiTranscriber(config.transcription),
    accounts,
    corrections,
    insight,
    preview,
    replies: preview.replies,
    knowledge,
    review,
    webDir: join(projectDir, 'dist', 'web'),
    now,
    async close() {
      closing.abort()
      clearInterval(expiry)
      stopRetention()
      stopWatchingFiles()
      stopWatching()
      await knowledge.close()
      stopListening()
      stopPausing()
      await runner.close()
      await corrections.close()
      await review.close()
      await opened.close()
      await library.close()
      await Promise.all([streams.close(), limits.close(), notices.close()])
      await shared.close()
      await transcripts.close()
    },
  }
}

/** The line with what others use of it. */
export interface OpenTurnLine extends TurnLine {
  readonly speaker: Speaker
  readonly correctionJudge?: CorrectionJudge
  /** Keeps the vectors of passages. */
  readonly embedder?: Embedder
  close(): Promise<void>
}

/** The line of a turn over an open knowledge folder, with the model that the settings name. */
export async function openTurnLine(
  options: OpenDepsOptions & { readonly library: KnowledgeLibrary; readonly onJudged?: (result: JudgeResult) => void },
): Promise<OpenTurnLine> {
  const { config, projectDir, library, log, now = Date.now } = options
  const [prompts, search] = await Promise.all([
    loadPrompts(join(projectDir, 'prompts'), [...Object.values(ANSWER_PROMPTS), JUDGE_PROMPT, CORRECTION_PROMPT]),
    openKnowledgeSearch({
      library,
      cacheDir: join(config.dataDir, 'cache'),
      languageDir: join(config.knowledgeDir, 'language'),
      log,
    }),
  ])
  const standIn = createExtractiveModel()
  const budget = createTokenBudget(config.modelBudget)
  const model = config.chatModel === undefined ? standIn : chatModel(config.chatModel, budget, log)
  const dense = await openDenseSearch({
    search,
    library,
    embedder: await openEmbedder(config.embedding),
    reranker: await openReranker(config.reranker),
    cacheDir: join(config.dataDir, 'cache'),
    log,
  })
  let honours = { text: '', titles: loadHonours('') }
  const speaker = openSpeaker(config, library, log, now)
  return {
    speaker,
    speechOf: speaker.speechOf,
    close: () => dense.close(),
    ...(dense.embedder && { embedder: dense.embedder }),
    ...(config.correctionJudge && { correctionJudge: openCorrectionJudge(config.correctionJudge, prompts, budget) }),
    retriever: createCurrentRetriever(dense, library),
    analyzer: search.analyzer,
    model,
    standIn,
    prompts,
    ...(config.judge && { secondOpinion: openJudge(config.judge, prompts, budget, options) }),
    honours() {
      const text = library.current().language['honours.txt'] ?? ''
      if (text !== honours.text) honours = { text, titles: loadHonours(text) }
      return honours.titles
    },
    now,
  }
}

function openSpeaker(config: Config, library: KnowledgeLibrary, log: Log, now: () => number): Speaker {
  const { speech } = config
  return createSpeaker({
    endpoint:
      speech &&
      createSpeechEndpoint({
        ...speech,
        defaultVoice: speech.voice,
        breaker: createCircuitBreaker({ failures: 3, coolDownMs: 20_000 }),
      }),
    defaultVoice: speech?.voice ?? '',
    cache: createSpeechCache(speech && join(config.dataDir, 'cache', 'speech'), log),
    cacheSpace: `${speech?.baseUrl} ${speech?.model}`,
    dictionary: () => library.current().language['pronunciations.txt'] ?? '',
    log,
    now,
  })
}

async function openEmbedder(settings: Config['embedding']): Promise<Embedder | undefined> {
  if (settings === undefined) return undefined
  return 'dir' in settings ? openTransformersEmbedder(settings) : createOpenAiEmbedder(settings)
}

async function openReranker(settings: Config['reranker']): Promise<Reranker | undefined> {
  if (settings === undefined) return undefined
  return 'dir' in settings
    ? openTransformersReranker(settings.dir, 'RERANKER_MODEL_DIR')
    : createEndpointReranker(settings)
}

async function openShared(config: Config, log: Log) {
  if (config.redisUrl === undefined) {
    return {
      streams: createMemoryAnswerStreams(STREAM_LIMITS),
      limits: createMemoryRateLimits(),
      notices: createMemoryNotices(log),
      close: async () => undefined,
    }
  }
  const redis = await connectRedis(config.redisUrl, log)
  return {
    streams: createRedisAnswerStreams(redis, STREAM_LIMITS),
    limits: createRedisRateLimits(redis, log),
    notices: await createRedisNotices(redis),
    close: () => redis.close(),
  }
}

function chatModel(settings: NonNullable<Config['chatModel']>, budget: TokenBudget, log: Log): ChatModel {
  return createOpenAiModel({
    ...settings,
    budget,
    breaker: createCircuitBreaker({ failures: 5, coolDownMs: 20_000 }),
    log,
  })
}

function openJudge(
  settings: NonNullable<Config['judge']>,
  prompts: Prompts,
  budget: TokenBudget,
  { log, onJudged }: { readonly log: Log; readonly onJudged?: (result: JudgeResult) => void },
): SecondOpinion {
  const judge = createOpenAiJudge({
    ...settings,
    messages: (claim) => composeJudgePrompt(claim, prompts),
    budget,
    breaker: createCircuitBreaker({ failures: 3, coolDownMs: 20_000 }),
  })
  return createSecondOpinion({ judge, mode: settings.mode, log, ...(onJudged && { onJudged }) })
}

function watchExpiry(personas: Personas, silenced: Set<string>, onSilenced: (id: string) => void): NodeJS.Timeout {
  let speaking = new Set(personas.list().map((persona) => persona.id))
  const timer = setInterval(() => {
    const now = new Set(personas.list().map((persona) => persona.id))
    for (const id of speaking) if (!now.has(id) && !silenced.has(id)) onSilenced(id)
    for (const id of now) silenced.delete(id)
    speaking = now
  }, 500)
  timer.unref()
  return timer
}
