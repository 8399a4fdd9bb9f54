import { tool } from 'langchain'
import { Type } from 'typebox'
import type { Persona } from '../personas/persona.ts'
import { PersonaLangChainRetriever, type PersonaRetrieverFields } from './persona-retriever.ts'

const Input = Type.Object({ question: Type.String({ description: '要查的问题，用完整的一句话' }) })

export interface PersonaToolFields extends Omit<PersonaRetrieverFields, 'persona'> {
  readonly persona: Persona
}

/** A tool with which a LangChain agent looks things up in one persona's sources; it answers with the passages and where they stand. */
export function createPersonaTool(fields: PersonaToolFields) {
  const { persona } = fields
  const retriever = new PersonaLangChainRetriever(fields)
  return tool(
    async ({ question }: { question: string }) => {
      const documents = await retriever.invoke(question)
      return (
        documents
          .map(({ pageContent, metadata }, at) => `[${at + 1}]《${metadata.title}》\n${pageContent}`)
          .join('\n\n') || '资料里没有相关内容。'
      )
    },
    {
      name: `search_${persona.id.replaceAll('-', '_')}`,
      description: `查${persona.name}${persona.title ? `（${persona.title}）` : ''}的资料，返回最相关的原文段落。`,
      schema: Input,
    },
  )
}
