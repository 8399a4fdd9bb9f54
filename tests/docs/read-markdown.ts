import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const projectDir = fileURLToPath(new URL('../../', import.meta.url))

/** A file of the project, by its path from the project's folder. */
export function readProjectFile(path: string): string {
  return readFileSync(join(projectDir, path), 'utf8').replace(/\r\n/g, '\n')
}

/** The text below a heading up to the next heading of the same or a higher level. Throws where there is no such heading. */
export function sectionOf(markdown: string, heading: string): string {
  const lines = markdown.split('\n')
  const from = lines.indexOf(heading)
  if (from === -1) throw new Error(`There is no heading "${heading}"`)
  const level = /^#+/.exec(heading)?.[0].length ?? 0
  const length = lines.slice(from + 1).findIndex((line) => (/^(#+) /.exec(line)?.[1]?.length ?? 9) <= level)
  return lines.slice(from + 1, length === -1 ? undefined : from + 1 + length).join('\n')
}

/** The rows of the first table of a text, each by its column's name; cells without the backticks around them. */
export function tableOf(markdown: string): Record<string, string>[] {
  const lines = markdown.split('\n')
  const from = lines.findIndex((line) => line.startsWith('|'))
  if (from === -1) throw new Error('There is no table')
  const table = lines.slice(from)
  const end = table.findIndex((line) => !line.startsWith('|'))
  const [names = [], , ...rows] = table.slice(0, end === -1 ? undefined : end).map(cellsOf)
  return rows.map((row) => Object.fromEntries(names.map((name, at) => [name, (row[at] ?? '').replaceAll('`', '')])))
}

function cellsOf(row: string): string[] {
  return row
    .replace(/^\||\|\s*$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'))
}

/** Fenced blocks of a language, each with the line of text before it. */
export function codeBlocksOf(markdown: string, language: string): { readonly before: string; readonly code: string }[] {
  const blocks: { before: string; code: string }[] = []
  const lines = markdown.split('\n')
  let said = ''
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    const fence = /^(`{3,})(\w*)$/.exec(line)
    if (fence === null) {
      if (line.trim() !== '') said = line
      continue
    }
    const end = lines.indexOf(fence[1] ?? '', at + 1)
    if (end === -1) throw new Error(`A code block is not closed: ${said}`)
    if (fence[2] === language) blocks.push({ before: said, code: `${lines.slice(at + 1, end).join('\n')}\n` })
    at = end
  }
  return blocks
}
