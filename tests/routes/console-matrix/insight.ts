import { connectChat } from '../../helpers/chat-client.ts'
import type { PrepareMatrixPart } from '../../helpers/console-matrix.ts'

const SECRET = '火星基地的食堂几点开门'

export const part: PrepareMatrixPart = async ({ server, theirs, theirPersona }) => {
  const visitor = await connectChat(server.address)
  await visitor.open(theirPersona)
  await visitor.ask(`${SECRET}？`)
  await visitor.close()
  const period = `from=${Date.now() - 86_400_000}&to=${Date.now() + 86_400_000}`
  const file = `/insight/export?${period}&what=turns&format=csv`
  return {
    secrets: [SECRET, theirs.me.personas[0]?.name ?? SECRET],
    rows: [
      { method: 'GET', route: '/insight', path: `/insight?${period}`, answer: 'hidden' },
      { method: 'GET', route: '/insight', path: `/insight?${period}&personaId=${theirPersona}`, answer: 'not-found' },
      { method: 'GET', route: '/insight/export', path: file, answer: 'hidden' },
      { method: 'GET', route: '/insight/export', path: `${file}&personaId=${theirPersona}`, answer: 'not-found' },
    ],
  }
}
