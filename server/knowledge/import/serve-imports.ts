import type { MessagePort } from 'node:worker_threads'
import { type ImportRefusal, ImportRefused } from './import-refused.ts'
import { type ReadFile, readImportedFile } from './read-file.ts'

export interface ImportRequest {
  readonly path: string
  readonly name: string
}

export type ImportReply =
  | { readonly of: 'start' }
  | { readonly of: 'request'; readonly file: ReadFile }
  | { readonly of: 'request'; readonly refused: ImportRefusal; readonly detail: string | undefined }

/** The reading thread's side: one file after the other; the answer to each is its text or why it is not taken. */
export function serveImports(port: MessagePort): void {
  port.on('message', ({ path, name }: ImportRequest) => {
    readImportedFile(path, name).then(
      (file) => port.postMessage({ of: 'request', file } satisfies ImportReply),
      (error: unknown) => {
        const { code, detail } = error instanceof ImportRefused ? error : new ImportRefused('file-broken')
        port.postMessage({ of: 'request', refused: code, detail } satisfies ImportReply)
      },
    )
  })
  port.postMessage({ of: 'start' } satisfies ImportReply)
}
