import type { PersonalWords } from '../connection/notice-data.ts'
import { h } from '../parts/dom.ts'
import type { AllTexts } from '../translations/more-texts.ts'

export interface PersonalSheet {
  readonly words: PersonalWords
  /** The answer that was put right; null where it is not known, undefined for a plain reply. */
  readonly before: string | null | undefined
  /** Whether the staff of an institution wrote it, not a lecturer. */
  readonly staff: boolean
}

/** What a person wrote: a reply to a question, or an answer put right, with what was asked and said before. */
export function drawPersonalWords(
  { words, before, staff }: PersonalSheet,
  texts: AllTexts,
): { title: string; content: HTMLElement[] } {
  const corrects = before !== undefined
  const earlier = (caption: string, text: string): HTMLElement[] =>
    text === '' ? [] : [h('p', { class: 'caption' }, caption), h('p', { class: 'whole earlier-words' }, text)]
  return {
    title: corrects ? texts.correctedTitle : staff ? texts.replyTitleStaff : texts.replyTitle,
    content: [
      ...earlier(texts.askedThen, words.question),
      h('blockquote', { class: 'whole personal' }, words.answer),
      h('p', { class: 'hint' }, corrects ? texts.correctedNote : staff ? texts.replyNoteStaff : texts.replyNote),
      ...(before ? earlier(texts.saidThen, before.replace(/\*\*/g, '')) : []),
    ],
  }
}
