import type { ShownSentence } from '../connection/answer-state.ts'
import { type Block, type CitationMark, type Inline, parseMarkdown } from './parse-markdown.ts'

/** Draws the chip of one citation. */
export type ChipMaker = (index: number) => HTMLElement

/** Draws a growing answer into `element`: finished blocks are left alone, only the last one is drawn again. */
export interface AnswerText {
  readonly element: HTMLElement
  update(sentences: readonly ShownSentence[], open: boolean): void
}

export function createAnswerText(element: HTMLElement, chip: ChipMaker): AnswerText {
  let source = ''
  let count = 0
  let marks: CitationMark[] = []
  let drawn: { node: HTMLElement; start: number }[] = []
  let wasOpen = true

  const reset = (): void => {
    source = ''
    count = 0
    marks = []
    drawn = []
    element.textContent = ''
  }

  return {
    element,
    update(sentences, open) {
      const grown = sentences.slice(0, count).reduce((length, sentence) => length + sentence.text.length, 0)
      const same = count <= sentences.length && grown === source.length
      if (same && count === sentences.length && open === wasOpen) return
      if (!same) reset()
      wasOpen = open
      for (const sentence of sentences.slice(count)) {
        const end = source.length + sentence.text.replace(/\s+$/, '').length
        source += sentence.text
        if (sentence.citations.length > 0) marks.push({ at: end, indices: sentence.citations })
      }
      count = sentences.length
      // Only what follows the last finished block is parsed and drawn again.
      const last = drawn.pop()
      last?.node.remove()
      for (const placed of parseMarkdown(source, marks, open, last?.start ?? 0)) {
        const node = drawBlock(placed.block, chip)
        element.append(node)
        drawn.push({ node, start: placed.start })
      }
    },
  }
}

function drawBlock(block: Block, chip: ChipMaker): HTMLElement {
  if (block.type === 'paragraph') return drawInlines(document.createElement('p'), block.children, chip)
  const list = document.createElement(block.ordered ? 'ol' : 'ul')
  if (block.ordered && block.start !== 1) list.setAttribute('start', String(block.start))
  for (const item of block.items) list.append(drawInlines(document.createElement('li'), item, chip))
  return list
}

function drawInlines(parent: HTMLElement, inlines: readonly Inline[], chip: ChipMaker): HTMLElement {
  inlines.forEach((inline, at) => {
    if (inline.type === 'citations') {
      const held = document.createElement('span')
      held.className = 'cited'
      const before = inlines[at - 1]
      if (before?.type === 'text') held.append(tailOf(before.text))
      held.append(...inline.indices.map(chip))
      parent.append(held)
    } else if (inline.type === 'text') {
      const cut = inlines[at + 1]?.type === 'citations' ? tailOf(inline.text).length : 0
      parent.append(inline.text.slice(0, inline.text.length - cut))
    } else {
      parent.append(drawInlines(document.createElement(inline.type), inline.children, chip))
    }
  })
  return parent
}

/** The last two characters: they are drawn together with the chips that follow them, so that no chip wraps alone. */
function tailOf(text: string): string {
  return Array.from(text).slice(-2).join('')
}
