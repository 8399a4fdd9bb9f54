import type { MessagePort } from 'node:worker_threads'
import type { Cell, WithoutWords } from './export-rows.ts'
import { type WorkbookContent, writeXlsx } from './write-xlsx.ts'

export type WorkbookRequest =
  | { readonly add: readonly (readonly Cell[])[] }
  /** Rows by their number, whose words are deleted. */
  | { readonly strip: readonly number[]; readonly withoutWords: WithoutWords }
  | { readonly write: Omit<WorkbookContent, 'rows'> }

export type WorkbookReply =
  | { readonly of: 'start' | 'add' | 'strip' }
  | { readonly of: 'write'; readonly file: Uint8Array<ArrayBuffer> }
  | { readonly of: 'failure'; readonly message: string }

/** The writing thread's side of one workbook: gathers its rows, and writes them as often as it is asked to. */
export function serveWorkbook(port: MessagePort): void {
  const rows: (readonly Cell[])[] = []

  async function answer(request: WorkbookRequest): Promise<void> {
    if ('add' in request) {
      for (const row of request.add) rows.push(row)
      return reply({ of: 'add' })
    }
    if ('strip' in request) {
      for (const at of request.strip) {
        rows[at] = (rows[at] ?? []).map((cell, place) => {
          const without = request.withoutWords.get(place)
          return without === undefined ? cell : without
        })
      }
      return reply({ of: 'strip' })
    }
    // A buffer may be a piece of a larger one, which cannot be handed over.
    const file = new Uint8Array(await writeXlsx({ ...request.write, rows }))
    port.postMessage({ of: 'write', file } satisfies WorkbookReply, [file.buffer])
  }

  function reply(message: WorkbookReply): void {
    port.postMessage(message)
  }

  port.on('message', (request: WorkbookRequest) => {
    answer(request).catch((error: unknown) => reply({ of: 'failure', message: String(error) }))
  })
  reply({ of: 'start' })
}
