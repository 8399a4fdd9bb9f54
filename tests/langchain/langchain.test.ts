import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StringOutputParser } from '@langchain/core/output_parsers'
import { ChatPromptTemplate } from '@langchain/core/prompts'
import { RunnablePassthrough, RunnableSequence } from '@langchain/core/runnables'
import { AIMessage, createAgent, fakeModel } from 'langchain'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type KnowledgeLibrary, openKnowledgeLibrary } from '../../server/knowledge/knowledge-library.ts'
import { PersonaLangChainRetriever } from '../../server/langchain/persona-retriever.ts'
import { createPersonaTool } from '../../server/langchain/persona-tool.ts'
import { type KnowledgeSearch, openKnowledgeSearch } from '../../server/retrieval/knowledge-search.ts'
import { projectDir } from '../helpers/test-server.ts'

let library: KnowledgeLibrary
let search: KnowledgeSearch
let cacheDir: string
const quiet = { debug() {}, info() {}, warn() {}, error() {} }

beforeAll(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'lecturer-avatars-'))
  const knowledgeDir = join(projectDir, 'knowledge')
  library = await openKnowledgeLibrary(knowledgeDir, quiet)
  search = await openKnowledgeSearch({ library, cacheDir, languageDir: join(knowledgeDir, 'language'), log: quiet })
})
afterAll(async () => {
  await library.close()
  await rm(cacheDir, { recursive: true, force: true })
})

function welder() {
  const persona = library.current().personas.find(({ id }) => id === 'lin-yue')
  if (!persona) throw new Error('the demonstration has no lin-yue')
  return persona
}

describe('LangChain programs over a persona', () => {
  it('retrieves documents whose metadata point into the stored text', async () => {
    const retriever = new PersonaLangChainRetriever({ retriever: search, persona: welder(), limit: 3 })
    const documents = await retriever.invoke('焊条为什么要先烘干？')
    expect(documents).toHaveLength(3)
    for (const { pageContent, metadata } of documents) {
      expect(library.document(metadata.documentId)?.text.slice(metadata.start, metadata.end)).toBe(pageContent)
    }
    expect(documents[0]?.pageContent).toContain('E5015')
  })

  it('feeds a runnable sequence: retriever, prompt, model, parser', async () => {
    const retriever = new PersonaLangChainRetriever({ retriever: search, persona: welder(), limit: 2 })
    let prompt = ''
    const chain = RunnableSequence.from([
      {
        context: retriever.pipe((documents) => documents.map(({ pageContent }) => pageContent).join('\n')),
        question: new RunnablePassthrough(),
      },
      ChatPromptTemplate.fromTemplate('资料：{context}\n问题：{question}'),
      (value: { toString(): string }) => {
        prompt = value.toString()
        return '答'
      },
      new StringOutputParser(),
    ])
    expect(await chain.invoke('焊条为什么要先烘干？')).toBe('答')
    expect(prompt).toContain('350℃')
  })

  it('serves an agent as a tool', async () => {
    const lookUp = createPersonaTool({ retriever: search, persona: welder(), limit: 2 })
    expect(lookUp.name).toBe('search_lin_yue')
    const model = fakeModel()
      .respondWithTools([{ name: lookUp.name, args: { question: '你的师傅是谁？' }, id: 'call-1' }])
      .respond(new AIMessage('师傅叫周国梁。'))
    const agent = createAgent({ model, tools: [lookUp] })
    const { messages } = await agent.invoke({ messages: [{ role: 'user', content: '林悦的师傅是谁？' }] })
    expect(messages.map(({ content }) => String(content)).join('\n')).toContain('周国梁，1951年生')
  })
})
