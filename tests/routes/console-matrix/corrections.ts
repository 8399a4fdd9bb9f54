import type { GoldenQuestion, Pause } from '../../../server/protocol/console-correction.ts'
import { connectChat } from '../../helpers/chat-client.ts'
import type { PrepareMatrixPart } from '../../helpers/console-matrix.ts'
import { begin, draftOf } from '../../helpers/made-correction.ts'

const SECRET = '只有高师傅自己知道的那句话'

export const part: PrepareMatrixPart = async ({ server, theirs, theirPersona }) => {
  const draft = draftOf({ personaId: theirPersona, question: '那句话是什么？', answer: SECRET })
  const made = await begin(theirs, draft)
  const visitor = await connectChat(server.address)
  await visitor.open(theirPersona)
  const { end } = await visitor.ask('车工说的一丝是多少？')
  await visitor.close()
  const { revision } = (await theirs.get(`/turns/${end.answerId}`)).json<{ revision: number }>()
  await theirs.post(`/turns/${end.answerId}/decision`, { verdict: 'right', revision })
  const golden = (await theirs.post('/golden', { answerId: end.answerId })).json<GoldenQuestion>()
  const pause = (await theirs.post('/pauses', { kind: 'answer', targetId: end.answerId })).json<Pause>()
  const { question, phrasings, notThese, source } = draft
  const change = { question, phrasings, notThese, source, answer: '改掉', revision: made.revision }
  const path = `/corrections/${made.id}`
  return {
    secrets: [made.id, SECRET, golden.id, pause.id, end.answerId],
    rows: [
      { method: 'GET', route: '/corrections', answer: 'hidden' },
      { method: 'GET', route: '/corrections', path: `/corrections?personaId=${theirPersona}`, answer: 'hidden' },
      { method: 'POST', route: '/corrections', payload: draft, answer: 'not-found' },
      { method: 'GET', route: '/corrections/:id', path, answer: 'not-found' },
      { method: 'PUT', route: '/corrections/:id', path, payload: change, answer: 'not-found' },
      ...(['submit', 'approve', 'return', 'withdraw', 'roll-back'] as const).map((action) => ({
        method: 'POST' as const,
        route: '/corrections/:id/action',
        path: `${path}/action`,
        payload: { action, revision: made.revision, version: 1 },
        answer: 'not-found' as const,
      })),
      { method: 'GET', route: '/golden', answer: 'hidden' },
      { method: 'POST', route: '/golden', payload: { answerId: end.answerId }, answer: 'not-found' },
      { method: 'DELETE', route: '/golden/:id', path: `/golden/${golden.id}`, answer: 'not-found' },
      { method: 'GET', route: '/pauses', answer: 'hidden' },
      { method: 'POST', route: '/pauses', payload: { kind: 'persona', targetId: theirPersona }, answer: 'not-found' },
      { method: 'POST', route: '/pauses', payload: { kind: 'answer', targetId: end.answerId }, answer: 'not-found' },
      {
        method: 'POST',
        route: '/pauses',
        payload: { kind: 'document', targetId: 'stories/gao-zhenbang/laid-off', personaId: theirPersona },
        answer: 'not-found',
      },
      { method: 'DELETE', route: '/pauses/:id', path: `/pauses/${pause.id}`, answer: 'not-found' },
    ],
  }
}
