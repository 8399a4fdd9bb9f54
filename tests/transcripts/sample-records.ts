import { createHash, randomUUID } from 'node:crypto'
import type { Citation } from '../../server/protocol/citation.ts'
import type {
  NewTurn,
  SentenceRecord,
  SessionRecord,
  TurnEnding,
  TurnMaking,
} from '../../server/transcripts/transcripts.ts'

export const START = 1_790_000_000_000

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

export function sampleSession(parts: Partial<SessionRecord> = {}): SessionRecord {
  return {
    id: randomUUID(),
    personaId: 'lin-hanjiang',
    tokenHash: sha256('token'),
    site: 'https://portal.example',
    locale: 'zh-CN',
    createdAt: START,
    lastSeenAt: START,
    forgottenAt: null,
    ...parts,
  }
}

export function sampleTurn(sessionId: string, parts: Partial<NewTurn> = {}): NewTurn {
  return {
    answerId: randomUUID(),
    sessionId,
    turnId: randomUUID(),
    personaId: 'lin-hanjiang',
    channel: 'websocket',
    site: 'https://portal.example',
    question: '您是哪一年进厂的？',
    askedAt: START,
    epoch: 'epoch-1',
    producer: 'node-a',
    leaseUntil: START + 10_000,
    ...parts,
  }
}

export function sampleCitation(index: number, quote = '我1998年进厂。'): Citation {
  return {
    index,
    documentId: 'stories/lin/first-day',
    title: '进厂第一天',
    kind: 'story',
    quote,
    start: 12,
    end: 12 + quote.length,
    quoteSha256: sha256(quote),
  }
}

/** Sentences with contiguous `seq` and `offset`; sentence n brings citation n. */
export function sampleSentences(
  texts: readonly string[],
  from: { seq: number; offset: number } = { seq: 1, offset: 0 },
) {
  const sentences: SentenceRecord[] = []
  let { seq, offset } = from
  for (const text of texts) {
    sentences.push({ seq, offset, text, citations: [seq - 1], sources: [sampleCitation(seq - 1)], support: 0.875 })
    seq += 1
    offset += text.length
  }
  return sentences
}

export function sampleEnding(text: string, parts: Partial<TurnEnding> = {}): TurnEnding {
  return {
    outcome: 'grounded',
    text,
    sha256: sha256(text),
    citations: [sampleCitation(0), sampleCitation(1)],
    suggestions: ['您的师傅是谁？'],
    endedAt: START + 900,
    ...parts,
  }
}

export function sampleMaking(parts: Partial<TurnMaking> = {}): TurnMaking {
  return {
    searchText: '林师傅 哪一年 进厂',
    retrieved: [{ passageId: 'p1', documentId: 'd1', documentHash: sha256('d1'), score: 3.25 }],
    withheld: [{ text: '我1989年进厂。', reason: 'date-unsupported', detail: '1989年' }],
    answerability: 0.75,
    promptId: 'answer',
    promptHash: sha256('prompt'),
    model: 'extractive',
    fallbackReason: 'timeout',
    usage: { inputTokens: 812, outputTokens: 96 },
    timings: { retrieved: 4, firstSentence: 9, ended: 20 },
    ...parts,
  }
}
