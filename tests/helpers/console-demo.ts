import { randomUUID } from 'node:crypto'
import { type ChatClient, connectChat } from './chat-client.ts'

/** One visitor's questions to one persona, and what they thought of the last answer. */
export interface DemoVisit {
  readonly questions: readonly string[]
  readonly personaId?: string
  readonly feedback?: {
    readonly rating: 'up' | 'down'
    readonly reason?: 'ask-lecturer'
    readonly comment?: string
  }
}

/** What students of the demonstration ask on an ordinary morning; every word is invented. */
export const DEMO_VISITS: readonly DemoVisit[] = [
  { questions: ['你带过多少个徒弟？'], feedback: { rating: 'down', reason: 'ask-lecturer', comment: '写作业要用' } },
  { questions: ['你带过多少个徒弟？'] },
  { questions: ['您带过多少个徒弟？'], feedback: { rating: 'down', reason: 'ask-lecturer' } },
  { questions: ['机器人会不会抢焊工的饭碗？'] },
  { questions: ['机器人会不会抢焊工的饭碗？'] },
  { questions: ['你的师傅是谁？', '他后来怎么样了？'], feedback: { rating: 'up' } },
  { questions: ['你现在还在一线焊吗？'], feedback: { rating: 'down', comment: '答非所问' } },
  { questions: ['学焊接要几年才能出师？'] },
  { questions: ['焊接会不会伤眼睛？'], feedback: { rating: 'down', reason: 'ask-lecturer', comment: '我妈担心' } },
  { questions: ['当焊工一个月挣多少钱？'], feedback: { rating: 'down', comment: '现在应该不止了吧' } },
  { questions: ['你去过多少所学校？'], feedback: { rating: 'up' } },
  { questions: ['焊条要烘多久？'] },
]

/** Asks it all at a server, one visitor after the other. Returns the ids of the last answers, in order. */
export async function playVisits(address: string, visits: readonly DemoVisit[] = DEMO_VISITS): Promise<string[]> {
  const last: string[] = []
  for (const { questions, personaId = 'lin-yue', feedback } of visits) {
    const visitor: ChatClient = await connectChat(address)
    await visitor.open(personaId)
    let turnId = ''
    let answerId = ''
    for (const question of questions) {
      turnId = randomUUID()
      answerId = (await visitor.ask(question, turnId)).end.answerId
    }
    if (feedback !== undefined) visitor.send({ type: 'feedback-give', turnId, ...feedback })
    last.push(answerId)
    await visitor.close()
  }
  return last
}
