import { describe, expect, test } from 'vitest'
import { Citation } from '../../server/protocol/citation.ts'
import {
  AnswerCursor,
  ClientMessage,
  MAX_FRAME_BYTES,
  MAX_QUESTION_LENGTH,
} from '../../server/protocol/client-message.ts'
import { CLOSE_CODES } from '../../server/protocol/close-codes.ts'
import { ERRORS } from '../../server/protocol/errors.ts'
import { OUTCOMES, Outcome } from '../../server/protocol/outcome.ts'
import { PersonaCard } from '../../server/protocol/persona-card.ts'
import { AiLabel, ServerMessage, TranscriptTurn } from '../../server/protocol/server-message.ts'
import { Speech, SpeechClause } from '../../server/protocol/speech.ts'
import { readProjectFile, sectionOf, tableOf } from './read-markdown.ts'
import { fieldsOf, type SchemaNode } from './schema-fields.ts'

const page = readProjectFile('docs/protocol.md')
const OBJECTS = { AnswerCursor, Citation, PersonaCard, AiLabel, TranscriptTurn, Speech, SpeechClause }
const NAMED = { ...OBJECTS, Outcome }

function documentedFields(section: string, name: string): Record<string, string> {
  const rows = tableOf(sectionOf(section, `### \`${name}\``))
  return Object.fromEntries(rows.map(({ field = '', type = '' }) => [field, type]))
}

function documentedNames(section: string): string[] {
  return [...section.matchAll(/^### `(.+)`$/gm)].map(([, name = '']) => name)
}

function framesOf(union: { anyOf: readonly object[] }): Map<string, SchemaNode> {
  const schemas: readonly SchemaNode[] = union.anyOf
  return new Map(schemas.map((schema) => [String(schema.properties?.type?.const), schema]))
}

describe.each([
  ['## Client to server', framesOf(ClientMessage)],
  ['## Server to client', framesOf(ServerMessage)],
])('docs/protocol.md, %s', (heading, frames) => {
  const section = sectionOf(page, heading)

  test('names every frame of the schema and no other', () => {
    expect(documentedNames(section)).toEqual([...frames.keys()])
  })

  test.each([...frames])('describes the fields of %s as they are', (name, schema) => {
    expect(documentedFields(section, name)).toEqual(fieldsOf(schema, NAMED))
  })
})

describe('docs/protocol.md', () => {
  const objects = sectionOf(page, '## Objects')

  test('describes every shared object and no other', () => {
    expect(documentedNames(objects)).toEqual(Object.keys(OBJECTS))
  })

  test.each(Object.entries(OBJECTS))('describes the fields of %s as they are', (name, schema) => {
    const { [name]: _itself, ...others } = NAMED as Record<string, object>
    expect(documentedFields(objects, name)).toEqual(fieldsOf(schema, others))
  })

  test('has the table of errors', () => {
    const documented = tableOf(sectionOf(page, '## Errors')).map(({ code, status, closes, retryable }) => ({
      code,
      status: Number(status),
      closes: closes === '–' ? null : Number(closes),
      retryable: retryable === 'yes' ? true : retryable === 'no' ? false : retryable,
    }))
    expect(documented).toEqual(
      Object.entries(ERRORS).map(([code, { status, closes, retryable }]) => ({ code, status, closes, retryable })),
    )
  })

  test('has the close codes', () => {
    const documented = tableOf(sectionOf(page, '## Close codes')).map(({ code, name, terminal }) => ({
      code,
      name,
      terminal: terminal === 'yes' ? true : terminal === 'no' ? false : terminal,
    }))
    expect(documented).toEqual(
      Object.entries(CLOSE_CODES).map(([code, { name, terminal }]) => ({ code, name, terminal })),
    )
  })

  test('has the outcomes', () => {
    expect(tableOf(sectionOf(page, '## Outcomes')).map(({ outcome }) => outcome)).toEqual([...OUTCOMES])
  })

  test('names the limits of the schema', () => {
    expect(page).toContain(`at most ${MAX_FRAME_BYTES / 1024} KiB`)
    expect(page).toContain(`1 to ${MAX_QUESTION_LENGTH} UTF-16 code units`)
  })
})

test('every error that closes a connection does so with a documented close code', () => {
  const codes = Object.keys(CLOSE_CODES).map(Number)
  for (const { closes } of Object.values(ERRORS)) if (closes !== null) expect(codes).toContain(closes)
})
