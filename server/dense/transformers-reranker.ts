import { readLocalModelFolder } from './local-model-folder.ts'
import { openModelThread } from './model-thread.ts'
import type { Reranker } from './reranker.ts'

/** Few, so that a deadline ends the work soon. */
const PASSAGES_AT_ONCE = 2

/**
 * Opens a local cross-encoder (an ONNX sequence classifier such as bge-reranker-base) in a thread of its own. Throws EmbeddingError that names the setting
 * where files are missing or the optional package is not installed.
 */
export async function openTransformersReranker(dir: string, setting = 'RERANKER_MODEL_DIR'): Promise<Reranker> {
  const folder = readLocalModelFolder(dir, setting)
  const thread = await openModelThread(folder, 'rerank', setting)
  return {
    name: folder.name,
    async rerank(question, passages, signal) {
      const scores: number[] = []
      for (let from = 0; from < passages.length; from += PASSAGES_AT_ONCE) {
        const batch = passages.slice(from, from + PASSAGES_AT_ONCE)
        const rows = await thread.run(batch, { question, urgent: true, ...(signal && { signal }) })
        for (const row of rows) scores.push(row[0] ?? Number.NaN)
      }
      return scores
    },
    close: thread.close,
  }
}
