import type { QueuePage } from '../../../server/protocol/console-queue.ts'
import { connectChat } from '../../helpers/chat-client.ts'
import type { PrepareMatrixPart } from '../../helpers/console-matrix.ts'

const SECRET = '三峡大坝的量子隧道是哪天通车的'

export const part: PrepareMatrixPart = async ({ server, theirs, theirPersona }) => {
  const visitor = await connectChat(server.address)
  await visitor.open(theirPersona)
  await visitor.ask(`${SECRET}？`)
  await visitor.close()
  const { rows } = (await theirs.get('/queue?state=any')).json<QueuePage>()
  const answerId = rows[0]?.answerId ?? ''
  const view = await theirs.post('/views', { name: '只给我看的', filter: { words: SECRET } })
  const viewId = view.json<{ id: string }>().id
  const turn = `/turns/${answerId}`
  return {
    secrets: [answerId, SECRET, viewId, '只给我看的'],
    rows: [
      { method: 'GET', route: '/queue', path: '/queue?state=any', answer: 'hidden' },
      { method: 'GET', route: '/queue', path: `/queue?state=any&personaId=${theirPersona}`, answer: 'not-found' },
      {
        method: 'GET',
        route: '/queue',
        path: `/queue?state=any&words=${encodeURIComponent(SECRET)}`,
        answer: 'hidden',
      },
      { method: 'GET', route: '/turns/:answerId', path: turn, answer: 'not-found' },
      { method: 'POST', route: '/turns/:answerId/lease', path: `${turn}/lease`, answer: 'not-found' },
      { method: 'DELETE', route: '/turns/:answerId/lease', path: `${turn}/lease`, answer: 'not-found' },
      {
        method: 'POST',
        route: '/turns/:answerId/decision',
        path: `${turn}/decision`,
        payload: { verdict: 'right', revision: 0, equalToo: true },
        answer: 'not-found',
      },
      {
        method: 'POST',
        route: '/turns/:answerId/undo',
        path: `${turn}/undo`,
        payload: { decisionId: 'x' },
        answer: 'not-found',
      },
      { method: 'GET', route: '/views', answer: 'hidden' },
      { method: 'POST', route: '/views', payload: { name: '我的', filter: {} }, answer: 'hidden' },
      { method: 'DELETE', route: '/views/:id', path: `/views/${viewId}`, answer: 'not-found' },
    ],
  }
}
