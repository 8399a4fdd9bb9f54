import type { ScriptedRequest } from './scripted-openai.ts'

/** A passage as the model sees it in its prompt. */
export interface NumberedPassage {
  readonly number: number
  readonly text: string
}

/** Reads the numbered passages back out of the last message of a request. */
export function passagesOf(request: ScriptedRequest): NumberedPassage[] {
  const content = request.messages.at(-1)?.content ?? ''
  const found = content.matchAll(/<passage n="(\d+)"[^>]*>\n([\s\S]*?)\n<\/passage>/g)
  return [...found].map(([, number, text]) => ({ number: Number(number), text: text ?? '' }))
}

/** The citation mark of the first passage that holds `words`; throws where none does. */
export function markOf(request: ScriptedRequest, words: string): string {
  const passage = passagesOf(request).find(({ text }) => text.includes(words))
  if (!passage) throw new Error(`No passage of the prompt holds ${words}`)
  return `[${passage.number}]`
}

/** The first sentences of the passages, best passage first, each with its mark: an answer that is true word by word. */
export function trueSentences(request: ScriptedRequest, most: number): string[] {
  return passagesOf(request)
    .flatMap(({ number, text }) =>
      (text.match(/[^。！？\n]+[。！？]/g) ?? []).map((sentence) => ({ sentence, number })),
    )
    .filter(({ sentence }) => !/[“”「」『』]/.test(sentence))
    .slice(0, most)
    .map(({ sentence, number }) => `${sentence}[${number}]`)
}

/** The same as one text. */
export function trueAnswer(request: ScriptedRequest, most = 3): string {
  return trueSentences(request, most).join('')
}
