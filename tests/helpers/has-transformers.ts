import { createRequire } from 'node:module'

/** Whether the optional package for local models is installed. In CI it has to be: a suite that skips itself there proves nothing. */
export function hasTransformers(): boolean {
  try {
    createRequire(import.meta.url).resolve('@xenova/transformers')
    return true
  } catch (error) {
    if (process.env.CI === 'true') throw new Error('@xenova/transformers is not installed', { cause: error })
    return false
  }
}
