import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ProtocolError } from '../../server/protocol/errors.ts'
import type { NewTurn, Transcripts } from '../../server/transcripts/transcripts.ts'
import {
  START,
  sampleCitation,
  sampleEnding,
  sampleMaking,
  sampleSentences,
  sampleSession,
  sampleTurn,
  sha256,
} from './sample-records.ts'

export interface TranscriptsHouse {
  /** Another server process's view of the same database. */
  openNode(): Promise<Transcripts>
  /** All stored rows as one text, to look for words that should be gone. */
  dump(): Promise<string>
  close(): Promise<void>
}

/** What every implementation of `Transcripts` keeps. Call it inside a `describe`. */
export function transcriptsContract(build: () => Promise<TranscriptsHouse>): void {
  let house: TranscriptsHouse
  let node: Transcripts
  let otherNode: Transcripts

  beforeAll(async () => {
    house = await build()
    node = await house.openNode()
    otherNode = await house.openNode()
  })
  afterAll(async () => {
    await node?.close()
    await otherNode?.close()
    await house?.close()
  })

  async function newSession(parts = {}): Promise<string> {
    const session = sampleSession(parts)
    await node.createSession(session)
    return session.id
  }

  async function acceptedTurn(parts: Partial<NewTurn> = {}): Promise<NewTurn> {
    const turn = sampleTurn(parts.sessionId ?? (await newSession()), parts)
    await node.acceptTurn(turn)
    return turn
  }

  it('gives back a session as it was stored, and null for an unknown one', async () => {
    const session = sampleSession({ site: null, locale: null })
    await node.createSession(session)
    expect(await otherNode.findSession(session.id)).toEqual(session)
    expect(await node.findSession(randomUUID())).toBeNull()
  })

  it('notes that a session was used at most once a minute', async () => {
    const id = await newSession()
    await node.touchSession(id, START + 59_999)
    expect((await node.findSession(id))?.lastSeenAt).toBe(START)
    await node.touchSession(id, START + 60_000)
    expect((await node.findSession(id))?.lastSeenAt).toBe(START + 60_000)
  })

  it('gives back a turn with all that was recorded of it', async () => {
    const turn = await acceptedTurn()
    const { producer: _producer, leaseUntil: _leaseUntil, ...asked } = turn
    expect(await otherNode.findAnswer(turn.answerId)).toEqual({
      ...asked,
      ending: null,
      making: null,
      sentences: [],
      feedback: null,
    })
    const first = sampleSentences(['我1998年进厂。'])
    const second = sampleSentences(['那年我十九岁。'], { seq: 2, offset: 9 })
    await node.appendSentences(turn.answerId, turn.epoch, first)
    const ending = sampleEnding('我1998年进厂。那年我十九岁。')
    await node.endTurn(turn.answerId, turn.epoch, second, ending, sampleMaking())
    const feedback = { rating: 'down', reason: 'not-answered', comment: '没说到师傅', givenAt: START + 5_000 } as const
    await node.giveFeedback(turn.sessionId, turn.turnId, feedback)
    const expected = { ...asked, ending, making: sampleMaking(), sentences: [...first, ...second], feedback }
    expect(await otherNode.findTurn(turn.sessionId, turn.turnId)).toEqual(expected)
    expect(await otherNode.findAnswer(turn.answerId)).toEqual(expected)
    expect(await otherNode.listTurns(turn.sessionId, 10)).toEqual([expected])
  })

  it('keeps a making that holds nothing, and an end without a making', async () => {
    const bare = sampleMaking({
      answerability: null,
      promptId: null,
      promptHash: null,
      fallbackReason: null,
      usage: null,
      retrieved: [],
      withheld: [],
    })
    const sessionId = await newSession()
    const one = await acceptedTurn({ sessionId })
    await node.endTurn(one.answerId, one.epoch, [], sampleEnding('好。'), bare)
    const two = await acceptedTurn({ sessionId })
    await node.endTurn(two.answerId, two.epoch, [], sampleEnding('', { outcome: 'failed' }), null)
    expect((await node.findAnswer(one.answerId))?.making).toEqual(bare)
    expect((await node.findAnswer(two.answerId))?.making).toBeNull()
  })

  it('answers the same turn again with the stored one, and refuses its id for another question', async () => {
    const turn = await acceptedTurn()
    const again = await otherNode.acceptTurn({ ...turn, answerId: randomUUID(), epoch: 'epoch-2' })
    expect(again).toMatchObject({ duplicate: true, turn: { answerId: turn.answerId, epoch: 'epoch-1' } })
    const other = { ...turn, answerId: randomUUID(), question: '您的师傅是谁？' }
    await expect(otherNode.acceptTurn(other)).rejects.toMatchObject({ code: 'turn-conflict' })
  })

  it('refuses a second turn while one runs, and takes it after the end', async () => {
    const turn = await acceptedTurn()
    const next = sampleTurn(turn.sessionId)
    await expect(otherNode.acceptTurn(next)).rejects.toMatchObject({ code: 'turn-in-progress' })
    await node.endTurn(turn.answerId, turn.epoch, [], sampleEnding('好。'), null)
    expect((await otherNode.acceptTurn(next)).duplicate).toBe(false)
  })

  it('refuses a turn of a session that is not there', async () => {
    await expect(node.acceptTurn(sampleTurn(randomUUID()))).rejects.toMatchObject({ code: 'session-invalid' })
  })

  it('stores one row of a turn that is asked 50 times at once on two nodes', async () => {
    const turn = sampleTurn(await newSession())
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        (index % 2 === 0 ? node : otherNode).acceptTurn({ ...turn, answerId: randomUUID() }),
      ),
    )
    expect(answers.filter((answer) => !answer.duplicate)).toHaveLength(1)
    expect(new Set(answers.map((answer) => answer.turn.answerId)).size).toBe(1)
    expect(await node.listTurns(turn.sessionId, 100)).toHaveLength(1)
  })

  it('runs one of several turns that are asked at once on two nodes', async () => {
    const sessionId = await newSession()
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? node : otherNode).acceptTurn(sampleTurn(sessionId))),
    )
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'turn-in-progress' })
    }
    expect(await node.listTurns(sessionId, 100)).toHaveLength(1)
  })

  it('ends an answer once, whoever tries', async () => {
    const turn = await acceptedTurn()
    const outcomes = ['grounded', 'interrupted', 'stopped', 'failed'] as const
    const results = await Promise.allSettled(
      outcomes.map((outcome, index) =>
        (index % 2 === 0 ? node : otherNode).endTurn(
          turn.answerId,
          turn.epoch,
          [],
          sampleEnding('', { outcome, sha256: sha256('') }),
          null,
        ),
      ),
    )
    const won = results.findIndex((result) => result.status === 'fulfilled')
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
    expect((await node.findAnswer(turn.answerId))?.ending?.outcome).toBe(outcomes[won])
  })

  it('refuses sentences and ends of another epoch and of an answer that has ended', async () => {
    const turn = await acceptedTurn()
    const sentences = sampleSentences(['我1998年进厂。'])
    const refused = { name: 'TurnNotRunningError' }
    await expect(node.appendSentences(turn.answerId, 'epoch-0', sentences)).rejects.toMatchObject(refused)
    await expect(node.endTurn(turn.answerId, 'epoch-0', [], sampleEnding(''), null)).rejects.toMatchObject(refused)
    await node.endTurn(turn.answerId, turn.epoch, [], sampleEnding('好。'), null)
    await expect(otherNode.appendSentences(turn.answerId, turn.epoch, sentences)).rejects.toMatchObject(refused)
    await expect(otherNode.endTurn(turn.answerId, turn.epoch, [], sampleEnding(''), null)).rejects.toMatchObject(
      refused,
    )
    expect(await node.findAnswer(turn.answerId)).toMatchObject({ sentences: [], ending: { text: '好。' } })
  })

  it('never stores a sentence after the end, when both race on two nodes', async () => {
    for (let round = 0; round < 15; round++) {
      const turn = await acceptedTurn()
      const [shown] = await Promise.allSettled([
        node.appendSentences(turn.answerId, turn.epoch, sampleSentences(['我1998年进厂。'])),
        otherNode.endTurn(turn.answerId, turn.epoch, [], sampleEnding('', { outcome: 'interrupted' }), null),
      ])
      const stored = await node.findAnswer(turn.answerId)
      expect(stored?.ending?.text).toBe(shown.status === 'fulfilled' ? '我1998年进厂。' : '')
      expect(stored?.sentences).toHaveLength(shown.status === 'fulfilled' ? 1 : 0)
    }
  })

  it('records an interrupted answer with all that was shown of it', async () => {
    const turn = await acceptedTurn()
    await node.appendSentences(turn.answerId, turn.epoch, sampleSentences(['我1998年进厂。', '那年我十九岁。']))
    const early = sampleEnding('我1998年进厂。', { outcome: 'interrupted', citations: [sampleCitation(0)] })
    await otherNode.endTurn(turn.answerId, turn.epoch, [], early, null)
    const text = '我1998年进厂。那年我十九岁。'
    expect((await node.findAnswer(turn.answerId))?.ending).toEqual({
      ...early,
      text,
      sha256: sha256(text),
      citations: [sampleCitation(0), sampleCitation(1)],
    })
  })

  it('refuses an end that is shorter than what was shown', async () => {
    const turn = await acceptedTurn()
    await node.appendSentences(turn.answerId, turn.epoch, sampleSentences(['我1998年进厂。']))
    await expect(node.endTurn(turn.answerId, turn.epoch, [], sampleEnding('我'), null)).rejects.toThrow('shorter')
    expect((await node.findAnswer(turn.answerId))?.ending).toBeNull()
  })

  it('keeps none of an end whose sentences cannot be stored, and the writes beside it', async () => {
    const turn = await acceptedTurn()
    const sentences = sampleSentences(['我1998年进厂。'])
    await node.appendSentences(turn.answerId, turn.epoch, sentences)
    const others = await Promise.all([newSession(), newSession(), newSession()])
    const results = await Promise.allSettled([
      ...others.slice(0, 2).map((sessionId) => node.acceptTurn(sampleTurn(sessionId))),
      node.endTurn(turn.answerId, turn.epoch, sentences, sampleEnding('我1998年进厂。'), null),
      ...others.slice(2).map((sessionId) => node.acceptTurn(sampleTurn(sessionId))),
    ])
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
    expect((await node.findAnswer(turn.answerId))?.ending).toBeNull()
    for (const sessionId of others) expect(await node.listTurns(sessionId, 5)).toHaveLength(1)
  })

  it('lists the last turns, oldest first', async () => {
    const sessionId = await newSession()
    for (let index = 0; index < 5; index++) {
      const turn = await acceptedTurn({ sessionId, askedAt: START + index, question: `第${index}问` })
      await node.endTurn(turn.answerId, turn.epoch, [], sampleEnding('好。'), null)
    }
    const listed = await node.listTurns(sessionId, 3)
    expect(listed.map((turn) => turn.question)).toEqual(['第2问', '第3问', '第4问'])
  })

  it('replaces feedback, and refuses it for an unknown turn', async () => {
    const turn = await acceptedTurn()
    await node.giveFeedback(turn.sessionId, turn.turnId, { rating: 'up', reason: null, comment: null, givenAt: START })
    const second = { rating: 'down', reason: 'wrong', comment: '年份不对', givenAt: START + 1 } as const
    await otherNode.giveFeedback(turn.sessionId, turn.turnId, second)
    expect((await node.findAnswer(turn.answerId))?.feedback).toEqual(second)
    await expect(node.giveFeedback(turn.sessionId, randomUUID(), second)).rejects.toMatchObject({
      code: 'turn-unknown',
    })
  })

  it('finds the running turns whose producer is gone', async () => {
    const lost = await acceptedTurn({ producer: 'lost', leaseUntil: START - 50_000 })
    const kept = await acceptedTurn({ producer: 'kept', leaseUntil: START - 50_000 })
    const ended = await acceptedTurn({ producer: 'lost', leaseUntil: START - 50_000 })
    await node.endTurn(ended.answerId, ended.epoch, [], sampleEnding('好。'), null)
    await node.renewLeases('kept', START + 60_000)
    const expired = (await otherNode.expiredTurns(START - 40_000)).map((turn) => turn.answerId)
    expect(expired).toEqual([lost.answerId])
    expect(await otherNode.expiredTurns(START - 50_000)).toEqual([])
    expect(kept.answerId).not.toBe(lost.answerId)
  })

  it('forgets the words of one session and keeps the rest of its record', async () => {
    const sessionId = await newSession()
    const neighbour = await acceptedTurn({ question: '隔壁的问题' })
    const turn = await acceptedTurn({ sessionId, question: '我叫秘密甲，您哪年进厂？' })
    await node.appendSentences(turn.answerId, turn.epoch, sampleSentences(['秘密乙。']))
    const making = sampleMaking({
      searchText: '秘密丙',
      withheld: [{ text: '秘密丁', reason: 'name-unsupported', detail: '秘密戊' }],
    })
    const ending = sampleEnding('秘密乙。', { suggestions: ['秘密己？'], citations: [sampleCitation(0, '秘密庚。')] })
    await node.endTurn(turn.answerId, turn.epoch, [], ending, making)
    const feedback = { rating: 'up', reason: '秘密辛', comment: '秘密壬', givenAt: START } as const
    await node.giveFeedback(sessionId, turn.turnId, feedback)
    const running = await acceptedTurn({ sessionId, askedAt: START + 1, question: '秘密癸' })
    await node.appendSentences(running.answerId, running.epoch, sampleSentences(['秘密子。']))
    expect(await house.dump()).toContain('秘密')

    const answerIds = await otherNode.forgetSession(sessionId, START + 2_000)
    expect(answerIds).toEqual([turn.answerId, running.answerId])
    expect(await house.dump()).not.toContain('秘密')
    expect(await node.findAnswer(turn.answerId)).toMatchObject({
      question: '',
      ending: { outcome: 'grounded', text: '', sha256: sha256(''), citations: [], endedAt: ending.endedAt },
      making: {
        model: 'extractive',
        timings: making.timings,
        retrieved: making.retrieved,
        withheld: [{ text: '', reason: 'name-unsupported', detail: '' }],
      },
      sentences: [],
      feedback: { rating: 'up', reason: null, comment: null },
    })
    expect((await node.findSession(sessionId))?.forgottenAt).toBe(START + 2_000)
    expect((await node.findAnswer(neighbour.answerId))?.question).toBe('隔壁的问题')

    // What still runs can add nothing, nor can the visitor.
    const late = sampleEnding('秘密子。')
    await expect(node.endTurn(running.answerId, running.epoch, [], late, null)).rejects.toThrow()
    await expect(node.acceptTurn(sampleTurn(sessionId))).rejects.toMatchObject({ code: 'session-invalid' })
    await expect(node.giveFeedback(sessionId, turn.turnId, feedback)).rejects.toMatchObject({ code: 'turn-unknown' })
    expect(await otherNode.forgetSession(sessionId, START + 9_000)).toEqual(answerIds)
    expect((await node.findSession(sessionId))?.forgottenAt).toBe(START + 2_000)
  })

  it('stores no word of a session that is forgotten at the same moment on another node', async () => {
    for (let round = 0; round < 15; round++) {
      const sessionId = await newSession()
      await Promise.allSettled([
        node.acceptTurn(sampleTurn(sessionId, { question: '秘密' })),
        otherNode.forgetSession(sessionId, START),
      ])
      for (const turn of await node.listTurns(sessionId, 5)) expect(turn.question).toBe('')
    }
  })

  it('forgets the sessions last used before a day, in as many steps as it takes', async () => {
    const day = START - 1_000_000
    const old = await Promise.all(Array.from({ length: 60 }, () => newSession({ lastSeenAt: day - 1 })))
    const recent = await newSession({ lastSeenAt: day })
    const turn = await acceptedTurn({ sessionId: old[0] ?? '' })
    expect(await node.forgetOlderThan(day)).toBe(60)
    expect((await node.findAnswer(turn.answerId))?.question).toBe('')
    expect((await node.findSession(recent))?.forgottenAt).toBeNull()
    expect(await node.forgetOlderThan(day)).toBe(0)
  })

  it('gives back any words of a visitor, the same length, and knows them again', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.string({ maxLength: 9 }),
        async (word, junk) => {
          const question = `${word}\u0000\ud800-${junk}😀<b>__proto__</b>'";--`
          const turn = await acceptedTurn({ question })
          const again = await otherNode.acceptTurn({ ...turn, answerId: randomUUID() })
          expect(again.duplicate).toBe(true)
          expect(again.turn.question).toBe(Buffer.from(question.replaceAll('\u0000', '\ufffd')).toString())
          expect(again.turn.question).toHaveLength(question.length)
        },
      ),
      { numRuns: 20 },
    )
  })

  it('takes a write', async () => {
    await Promise.all([node.checkWritable(), otherNode.checkWritable(), node.checkWritable()])
  })

  it('says nothing of the database in its errors', async () => {
    const error = await node.acceptTurn(sampleTurn(randomUUID())).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ProtocolError)
  })
}
