import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { SETTING_NAMES } from '../../server/config.ts'
import { DocumentFrontMatter } from '../../server/knowledge/document.ts'
import { ConsentRecord, PersonaFrontMatter } from '../../server/personas/persona.ts'
import { projectDir, readProjectFile, sectionOf, tableOf } from './read-markdown.ts'
import { fieldsOf } from './schema-fields.ts'

const PAGES = [
  'README.md',
  'README.zh-CN.md',
  ...readdirSync(join(projectDir, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]
/** Names that look like settings and are read by tests or tools alone. */
const NOT_OF_THE_SERVER = ['CI', 'CONSOLE_PICTURES', 'TEST_DATABASE_URL', 'TEST_REDIS_URL', 'CHROMIUM_PATH', 'NODE_ENV']

const packageFile = JSON.parse(readProjectFile('package.json')) as Record<string, Record<string, string>>

function linksOf(page: string): string[] {
  const text = page.replace(/^(`{3,}).*?^\1/gms, '').replace(/`[^`\n]*`/g, '')
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): string[] {
  const headings = page.replace(/^(`{3,}).*?^\1/gms, '').matchAll(/^#+ (.+)$/gm)
  return [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  )
}

describe.each(PAGES)('%s', (path) => {
  const page = readProjectFile(path)

  test('links only to files and headings that are there', () => {
    const broken = linksOf(page).filter((link) => {
      if (/^[a-z]+:/.test(link)) return false
      const [file = '', anchor] = link.split('#')
      const target = file === '' ? path : join(dirname(path), file)
      if (!existsSync(join(projectDir, target))) return true
      return anchor !== undefined && !anchorsOf(readProjectFile(target)).includes(decodeURIComponent(anchor))
    })
    expect(broken).toEqual([])
  })

  test('names only npm scripts that package.json has', () => {
    const named = [...page.matchAll(/\bnpm (?:run (?:--silent )?([\w:-]+)|(start|test)\b)/g)].map(
      ([, script, short]) => script ?? short ?? '',
    )
    const scripts = Object.keys(packageFile.scripts ?? {})
    expect(named.filter((script) => !scripts.includes(script))).toEqual([])
  })

  test('names only settings that the server knows', () => {
    const named = [...page.matchAll(/(?<![\w$-])([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?=[=`])/g)].map(([, name = '']) => name)
    const known: readonly string[] = [...SETTING_NAMES, ...NOT_OF_THE_SERVER]
    expect(named.filter((name) => !known.includes(name))).toEqual([])
  })
})

describe('docs/knowledge.md', () => {
  test.each([
    ['### Fields of a persona', PersonaFrontMatter],
    ['### Fields of a consent record', ConsentRecord],
    ['### Fields of a document', DocumentFrontMatter],
  ])('%s are those of the schema', (heading, schema) => {
    const rows = tableOf(sectionOf(readProjectFile('docs/knowledge.md'), heading))
    const documented = Object.fromEntries(rows.map(({ field = '', type = '' }) => [field, type]))
    expect(documented).toEqual(fieldsOf(schema, { ConsentRecord }))
  })
})

test('docs/design.md says of every dependency why it is there', () => {
  const table = tableOf(sectionOf(readProjectFile('docs/design.md'), '## Dependencies'))
  const names = Object.keys({ ...packageFile.dependencies, ...packageFile.optionalDependencies })
  expect(table.map((row) => row.package).sort()).toEqual(names.sort())
  expect(table.filter(({ why }) => !why)).toEqual([])
})

test('docs/design.md maps every folder of server/', () => {
  const map = sectionOf(readProjectFile('docs/design.md'), '## Layout').split('```')[1] ?? ''
  const unnamed = readdirSync(join(projectDir, 'server'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !map.includes(` ${entry.name}/`))
    .map((entry) => entry.name)
  expect(unnamed).toEqual([])
})
