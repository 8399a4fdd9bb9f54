import type { ChatModel, ModelEvent, ModelRequest } from '../../server/model/chat-model.ts'
import type { Persona } from '../../server/personas/persona.ts'
import type { RankedPassage } from '../../server/retrieval/passage.ts'
import { standaloneQuestion } from '../../server/retrieval/question.ts'

/** A lecturer for tests that need one and do not care which. */
export function somePersona(changes: Partial<Persona> = {}): Persona {
  return {
    id: 'test-lecturer',
    name: '何师傅',
    speaker: 'fictional',
    collections: ['test-lecturer'],
    greeting: '你好，我是何师傅。',
    suggestions: [],
    languages: ['zh-CN'],
    manner: '说话慢，爱打比方。',
    hash: '00',
    ...changes,
  }
}

/** A passage with the given text, found with the given rank. */
export function somePassage(text: string, changes: Partial<RankedPassage['passage']> = {}): RankedPassage {
  const passage = {
    id: `stories/test#0-${text.length}`,
    documentId: 'stories/test',
    documentHash: '00',
    collection: 'test-lecturer',
    title: '第一道焊缝',
    headings: [],
    start: 0,
    end: text.length,
    text,
    ordinal: 0,
    meta: { title: '第一道焊缝', kind: 'story' as const, persona: 'test-lecturer' },
    ...changes,
  }
  return { passage, score: 1 }
}

/** A request whose last message is `question`. */
export function someRequest(question = '你哪年进厂的？', changes: Partial<ModelRequest> = {}): ModelRequest {
  return {
    persona: somePersona(),
    question: standaloneQuestion(question),
    passages: [],
    sentences: [],
    messages: [
      { role: 'system', content: '你是何师傅。' },
      { role: 'user', content: question },
    ],
    ...changes,
  }
}

/** All that a model says, with the error that ended it. */
export async function hear(model: ChatModel, signal = new AbortController().signal, request = someRequest()) {
  const events: ModelEvent[] = []
  let error: unknown
  try {
    for await (const event of model.stream(request, signal)) events.push(event)
  } catch (thrown) {
    error = thrown
  }
  const texts = events.flatMap((event) => (event.type === 'text' ? [event.text] : []))
  return { events, texts, text: texts.join(''), usage: events.find((event) => event.type === 'usage')?.usage, error }
}
