import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { projectDir } from './test-server.ts'

/** A copy of the demonstration that a test may change. */
export interface KnowledgeFolder {
  readonly dir: string
  write(path: string, text: string): Promise<void>
  /** Replaces a file's text. Throws where that changes nothing. */
  edit(path: string, change: (text: string) => string): Promise<void>
  remove(path: string): Promise<void>
  close(): Promise<void>
}

export async function copyKnowledge(): Promise<KnowledgeFolder> {
  const dir = await mkdtemp(join(tmpdir(), 'lecturer-avatars-knowledge-'))
  await cp(join(projectDir, 'knowledge'), dir, { recursive: true })
  return {
    dir,
    async write(path, text) {
      await mkdir(dirname(join(dir, path)), { recursive: true })
      await writeFile(join(dir, path), text)
    },
    async edit(path, change) {
      const before = await readFile(join(dir, path), 'utf8')
      const after = change(before)
      if (after === before) throw new Error(`The edit of ${path} changes nothing`)
      await writeFile(join(dir, path), after)
    },
    remove: (path) => rm(join(dir, path)),
    close: () => rm(dir, { recursive: true, force: true }),
  }
}

/** The demonstration with a lecturer who lets the model answer every question, so that a test's script is always asked. */
export async function copyTalkativeKnowledge(personaId = 'lin-yue'): Promise<KnowledgeFolder> {
  const folder = await copyKnowledge()
  await folder.edit(`personas/${personaId}.md`, (text) => text.replace(/^(speaker: .*)$/m, '$1\nanswerThreshold: 0'))
  return folder
}
