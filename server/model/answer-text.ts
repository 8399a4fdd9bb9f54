/** The text of an answer as it arrives: gives on what is complete and holds back the sentence still being written. */
export interface AnswerText {
  /**
   * Takes the next piece; gives the text that is complete by now (often none), and an empty string where the sentence
   * given before is certain to be over, so that no citation mark can follow it.
   */
  push(piece: string): string[]
  /** What has not been given on yet, for an answer that ended as it should. */
  rest(): string
}

const MARK = String.raw`[[［【]\s*\d[\d\s,，、–-]*[\]］】]`
/** An end of sentence with its closing quotes and the citation marks that belong to it. */
const SENTENCE_END = new RegExp(String.raw`(?:[。！？!?…\n]|\.(?=[\s"”’)[]))["'”’」』）)]*(?:\s*${MARK})*\s*`, 'gu')
const LEADING_MARKS = new RegExp(String.raw`^(?:\s*${MARK})+\s*`, 'u')

/** What may still belong to the sentence before it: a mark that is not whole yet, a closing quote, a comma. */
const MAY_CONTINUE = /^\s*(?:$|[[［【(（][^\]］】)）]{0,40}$|["'”’」』）)〉》，、：；,:;])/

const THINK_OPEN = '<think>'
const THINK_CLOSE = '</think>'

/**
 * Follows the text of one answer. A sentence is complete once its closing punctuation is there and no quotation is left
 * open; marks such as `[2]` that arrive after it follow as soon as they are whole. A leading `<think>…</think>` block,
 * which some servers leave in the text, is dropped.
 */
export function createAnswerText(): AnswerText {
  let phase: 'start' | 'thinking' | 'answer' = 'start'
  let pending = ''
  let unsure = false

  /** False while everything that is pending may still belong to the thinking. */
  function reachedAnswer(): boolean {
    if (phase === 'start') {
      const begin = pending.trimStart()
      if (begin.startsWith(THINK_OPEN)) {
        phase = 'thinking'
        pending = begin.slice(THINK_OPEN.length)
      } else if (THINK_OPEN.startsWith(begin)) return false
      else phase = 'answer'
    }
    if (phase === 'thinking') {
      const close = pending.indexOf(THINK_CLOSE)
      if (close < 0) {
        pending = pending.slice(-THINK_CLOSE.length)
        return false
      }
      pending = pending.slice(close + THINK_CLOSE.length).trimStart()
      phase = 'answer'
    }
    return true
  }

  return {
    push(piece) {
      pending += piece
      if (!reachedAnswer()) return []
      const end = completeLength(pending)
      const given = end > 0 ? [pending.slice(0, end)] : []
      pending = pending.slice(end)
      unsure ||= end > 0
      if (unsure && !MAY_CONTINUE.test(pending)) {
        unsure = false
        given.push('')
      }
      return given
    },
    rest() {
      const rest = phase === 'thinking' ? '' : pending
      pending = ''
      return rest
    },
  }
}

/** How much of `text`, from its start, is complete sentences. */
function completeLength(text: string): number {
  let complete = LEADING_MARKS.exec(text)?.[0].length ?? 0
  let open = 0
  let checked = complete
  for (const match of text.matchAll(SENTENCE_END)) {
    const end = match.index + match[0].length
    open += openQuotes(text.slice(checked, end))
    checked = end
    // A line break closes whatever was left open.
    if (match[0].includes('\n')) open = 0
    if (open <= 0) complete = Math.max(complete, end)
  }
  return complete
}

function openQuotes(text: string): number {
  let open = 0
  for (const character of text) {
    if ('“「『'.includes(character)) open += 1
    else if ('”」』'.includes(character)) open -= 1
  }
  return open
}
