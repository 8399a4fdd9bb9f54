import type { ConsoleAnswer } from './console-client.ts'

/** The lines of an answer in newline-separated JSON. Throws where the answer is an error. */
export function linesOf<Line>(answer: ConsoleAnswer): Line[] {
  if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.text}`)
  return answer.text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)
}
