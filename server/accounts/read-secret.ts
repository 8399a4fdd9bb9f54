import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'

/**
 * One line of the terminal, not shown while it is typed, or of a pipe. Empty where nothing comes.
 */
export function readSecret(question: string, input: NodeJS.ReadStream, write: (text: string) => void): Promise<string> {
  const terminal = input.isTTY === true
  if (terminal) write(question)
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input, output: nowhere, terminal })
  return new Promise((resolve) => {
    let line = ''
    lines.once('line', (text) => {
      line = text
      lines.close()
    })
    lines.once('close', () => {
      if (terminal) write('\n')
      resolve(line)
    })
  })
}
