import { type Embedder, unitVector } from './embedder.ts'
import { readLocalModelFolder } from './local-model-folder.ts'
import { openModelThread } from './model-thread.ts'

export interface TransformersEmbedderOptions {
  /** A folder with config.json, tokenizer.json, tokenizer_config.json and onnx/model_quantized.onnx (or another precision). */
  readonly dir: string
  /** The setting that names `dir`, for messages; EMBEDDING_MODEL_DIR by default. */
  readonly setting?: string
}

/**
 * Opens a local ONNX model through transformers.js; nothing is ever fetched. Computes in a thread of its own; questions go before passages. Throws
 * EmbeddingError that names the setting where files are missing, damaged, or the optional package is not installed.
 */
export async function openTransformersEmbedder(options: TransformersEmbedderOptions): Promise<Embedder> {
  const { dir, setting = 'EMBEDDING_MODEL_DIR' } = options
  const folder = readLocalModelFolder(dir, setting)
  const hash = await folder.hash()
  const thread = await openModelThread(folder, 'embed', setting)
  const { prefixes } = folder
  return {
    name: `${folder.name}@${hash.slice(0, 12)}-${folder.dtype}-${folder.pooling}`,
    ...(folder.hiddenSize !== undefined && { dimensions: folder.hiddenSize }),
    async embed(texts, kind, signal) {
      const vectors: Float32Array[] = []
      // One at a time, so that a question waits for one passage at most; on a CPU larger batches gain nothing.
      for (const text of texts) {
        const made = await thread.run([prefixes[kind] + text], { urgent: kind === 'query', ...(signal && { signal }) })
        vectors.push(...made.map(unitVector))
      }
      return vectors
    },
    close: thread.close,
  }
}
