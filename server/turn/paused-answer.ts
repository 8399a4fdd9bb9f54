import type { Persona } from '../personas/persona.ts'

/** What a persona says where its answer to the question is paused. */
export function pausedSentences(persona: Persona, question: string): string[] {
  const institution = persona.speaker === 'institution'
  if (!/\p{Script=Han}/u.test(question)) {
    return ['The answer to this question is being checked, so I will not give it for now. ', 'Please ask again later.']
  }
  return [
    institution ? '这个问题的答复正在核对，先不说了。' : '这个问题的回答正在请讲师核对，我先不说了。',
    institution ? '您可以过些时候再来问。' : '你可以过些时候再来问我。',
  ]
}
