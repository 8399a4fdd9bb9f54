import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Analyzer, createAnalyzer } from './analyzer.ts'

/** The analyzer with the words and synonyms of a language folder; a file that is not there is left out. */
export function languageAnalyzer(languageDir: string): Analyzer {
  const present = (names: string[]) => names.map((name) => join(languageDir, name)).filter(existsSync)
  return createAnalyzer({
    userWords: present(['words.txt']),
    synonyms: present(['synonyms.txt', 'legal-synonyms.txt']),
  })
}
