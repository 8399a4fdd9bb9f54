import { connectChat } from '../../helpers/chat-client.ts'
import type { PrepareMatrixPart } from '../../helpers/console-matrix.ts'
import { begin, draftOf } from '../../helpers/made-correction.ts'

const SECRET = '高师傅会吹唢呐和小号吗'

export const part: PrepareMatrixPart = async ({ server, theirs, theirPersona }) => {
  const draft = draftOf({ personaId: theirPersona, question: '预演的那句话是什么？', answer: '预演里才有的那句话。' })
  const made = await begin(theirs, draft)
  const visitor = await connectChat(server.address)
  await visitor.open(theirPersona)
  const declined = await visitor.ask(SECRET)
  const { end } = await visitor.ask('车工说的一丝是多少？')
  await visitor.close()
  const { revision } = (await theirs.get(`/turns/${end.answerId}`)).json<{ revision: number }>()
  await theirs.post(`/turns/${end.answerId}/decision`, { verdict: 'right', revision })
  await theirs.post('/golden', { answerId: end.answerId })
  const of = `personaId=${theirPersona}`
  return {
    secrets: [made.id, SECRET, declined.end.answerId, '车工说的一丝'],
    rows: [
      {
        method: 'POST',
        route: '/corrections/:id/preview',
        path: `/corrections/${made.id}/preview`,
        answer: 'not-found',
      },
      { method: 'POST', route: '/corrections/preview', payload: draft, answer: 'not-found' },
      { method: 'GET', route: '/golden/check', answer: 'hidden' },
      { method: 'GET', route: '/unanswered', answer: 'hidden' },
      { method: 'POST', route: '/transcriptions', path: `/transcriptions?${of}`, answer: 'not-found' },
    ],
  }
}
