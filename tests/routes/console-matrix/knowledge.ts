import type { UploadLine } from '../../../server/protocol/console-knowledge.ts'
import type { PrepareMatrixPart } from '../../helpers/console-matrix.ts'
import { uploadForm } from '../../helpers/import-files.ts'

export const part: PrepareMatrixPart = async ({ theirs, theirPersona }) => {
  const words = '高师傅第一次撞刀是在一个下雪的早上，这件事他没有对别人讲过。'
  const form = await uploadForm([{ name: '没讲过的事.txt', data: words }])
  const path = `/documents/upload?kind=story&personaId=${theirPersona}`
  const uploaded = await theirs.send({ method: 'POST', path, ...form })
  const taken = uploaded.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as UploadLine)
    .find((line) => line.type === 'taken')
  if (taken?.type !== 'taken') throw new Error(uploaded.text)
  const id = encodeURIComponent(taken.documentId)
  const meta = { title: '没讲过的事', kind: 'story', personaId: theirPersona }
  return {
    secrets: [taken.documentId, words, '没讲过的事'],
    rows: [
      { method: 'GET', route: '/documents', answer: 'hidden' },
      { method: 'GET', route: '/documents/detail', path: `/documents/detail?id=${id}`, answer: 'not-found' },
      {
        method: 'PUT',
        route: '/documents',
        path: `/documents?id=${id}`,
        payload: { meta, text: '改了', revision: 0 },
        answer: 'not-found',
      },
      {
        method: 'POST',
        route: '/documents/action',
        path: `/documents/action?id=${id}`,
        payload: { action: 'publish', revision: 0 },
        answer: 'not-found',
      },
      { method: 'GET', route: '/documents/diff', path: `/documents/diff?id=${id}&from=1&to=1`, answer: 'not-found' },
      { method: 'POST', route: '/documents/upload', path, ...form, answer: 'not-found' },
    ],
  }
}
