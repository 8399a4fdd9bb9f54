import type { PrepareMatrixPart } from '../../helpers/console-matrix.ts'

export const part: PrepareMatrixPart = async ({ theirPersona }) => {
  const payload = { text: '你好。', personaId: theirPersona }
  const rows = ['/speech-lab/plan', '/speech-lab/audio'] as const
  return {
    secrets: [],
    rows: rows.map((route) => ({ method: 'POST', route, payload, answer: 'not-found' }) as const),
  }
}
