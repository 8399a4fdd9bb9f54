import type { Static, TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import { LineCounter, parseDocument } from 'yaml'

/** A file of `knowledge/` or `prompts/` that cannot be used: which one, at which line (from 1), and why. */
export class FrontMatterError extends Error {
  readonly file: string
  readonly line: number
  readonly reason: string

  constructor(file: string, line: number, reason: string) {
    super(`${file}:${line}: ${reason}`)
    this.name = 'FrontMatterError'
    this.file = file
    this.line = line
    this.reason = reason
  }
}

const FENCE = /^---[ \t]*$/

/**
 * Splits a Markdown file into its YAML front matter, checked against `schema`, and its body. The body is the stored
 * text: line ends are made `\n`, blank lines around it are dropped, nothing else is changed.
 * Throws {@link FrontMatterError} with the line of the first thing that is wrong.
 */
export function parseFrontMatter<Schema extends TSchema>(
  file: string,
  source: string,
  schema: Schema,
): { data: Static<Schema>; body: string } {
  const lines = source
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .split('\n')
  if (!FENCE.test(lines[0] ?? ''))
    throw new FrontMatterError(file, 1, 'the file must begin with a line of three hyphens (---) and its front matter')
  const close = lines.findIndex((line, at) => at > 0 && FENCE.test(line))
  if (close === -1)
    throw new FrontMatterError(file, lines.length, 'the front matter is not closed by a line of three hyphens (---)')

  const counter = new LineCounter()
  const yaml = parseDocument(lines.slice(1, close).join('\n'), { lineCounter: counter, schema: 'core' })
  const lineOf = (offset: number) => counter.linePos(offset).line + 1
  const syntax = yaml.errors[0]
  if (syntax) throw new FrontMatterError(file, lineOf(syntax.pos[0]), syntax.message.split('\n')[0] ?? syntax.code)

  const data: unknown = yaml.toJS() ?? {}
  const problem = validator(schema).Errors(data)[0]
  if (problem) {
    const path = problem.instancePath.split('/').filter((part) => part !== '')
    const params = problem.params as { additionalProperties?: string[]; requiredProperties?: string[] }
    const extra = params.additionalProperties?.[0]
    const node = yaml.getIn(extra === undefined ? path : [...path, extra], true) as { range?: [number] } | undefined
    const field =
      extra === undefined ? path.join('.') || params.requiredProperties?.join(', ') : [...path, extra].join('.')
    const reason = extra === undefined ? problem.message : 'is not a field of such a file'
    throw new FrontMatterError(file, node?.range ? lineOf(node.range[0]) : 1, field ? `${field}: ${reason}` : reason)
  }
  const body = lines
    .slice(close + 1)
    .join('\n')
    .replace(/^\s*\n|\s+$/g, '')
  return { data: data as Static<Schema>, body }
}

const validators = new WeakMap<TSchema, Validator>()

function validator(schema: TSchema): Validator {
  let compiled = validators.get(schema)
  if (!compiled) {
    compiled = Compile(schema)
    validators.set(schema, compiled)
  }
  return compiled
}
