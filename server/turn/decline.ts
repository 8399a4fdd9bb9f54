import type { Persona } from '../personas/persona.ts'

/**
 * What a persona says when its sources hold no answer: says so, names what lies near, and that the lecturer will see
 * the question. Nothing in it is a claim about the person.
 */
export function declineSentences(persona: Persona, question: string, topics: readonly string[]): string[] {
  const institution = persona.speaker === 'institution'
  if (!/\p{Script=Han}/u.test(question)) {
    const sentences = [
      institution
        ? 'The documents I have do not cover this, so I will not guess. '
        : 'The stories told here do not cover this, so I will not make anything up. ',
      institution
        ? 'Your question is on record for the staff to see. '
        : 'Your question is on record for the lecturer to see. ',
    ]
    return persona.languages.some((language) => language.startsWith('en'))
      ? sentences
      : [...sentences, 'The sources are in Chinese; asking in Chinese works best.']
  }
  const named = topics.map((title) => `《${title}》`).join('、')
  return [
    institution ? '这个问题，我收录的资料里没有写到，不能随便说。' : '这个问题，我讲过的故事里没有说到，不能随口编。',
    ...(named === ''
      ? []
      : [institution ? `相近的资料有${named}，可以换个问法再问。` : `相近的我讲过${named}，你可以接着问。`]),
    institution ? '您的问题已经记下来了，工作人员会看到。' : '你的问题已经记下来了，讲师本人会看到。',
  ]
}
