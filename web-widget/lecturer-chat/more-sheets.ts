import type { Citation } from '../../server/protocol/citation.ts'
import type { Turn } from '../connection/conversation-state.ts'
import type { PersonalWords } from '../connection/notice-data.ts'
import { addStyles } from '../parts/add-styles.ts'
import { h } from '../parts/dom.ts'
import { type AllTexts, moreTextsOf } from '../translations/more-texts.ts'
import { drawDocument, loadDocument } from './cited-document.ts'
import { noticeTexts } from './first-notice.ts'
import { drawMenu } from './menu-sheet.ts'
import styles from './more-sheets.css?inline'
import type { SheetsOptions } from './panel-sheets.ts'
import { drawPersonalWords } from './personal-words.ts'
import { drawReport } from './report-sheet.ts'
import { drawShare } from './share-sheet.ts'
import type { Sheet } from './sheet.ts'
import { drawSources } from './source-sheet.ts'
import type { ViewContext } from './view-context.ts'

/** The sheets; they are loaded when the panel has nothing else to do, or with the first one that is opened. */
export interface MoreSheets {
  /** What an answer rests on, or what was found for it; `index` is the source that was chosen. */
  openSources(title: string, hint: string, sources: readonly Citation[], index: number | null): void
  openMenu(): void
  openShare(turn: Turn): void
  /** `before` is the answer that the words put right; undefined for a reply. */
  openPersonal(words: PersonalWords, before: string | null | undefined): void
}

export async function createMoreSheets(
  context: ViewContext,
  sheet: Sheet,
  options: SheetsOptions,
): Promise<MoreSheets> {
  const { connection } = options
  addStyles(options.shadow(), styles)
  const texts: AllTexts = { ...context.language.texts, ...(await moreTextsOf(context.language.tag)) }

  const about = (): HTMLElement[] => {
    const { persona, keptDays, label } = connection.conversation()
    const words = persona === null ? [] : noticeTexts({ persona, keptDays, kiosk: context.kiosk }, texts)
    return [...words, texts.about, label?.text ?? texts.aiLabel].map((line) => h('p', { class: 'paragraph' }, line))
  }

  const latestAnswered = (): Turn | null =>
    [...connection.conversation().turns].reverse().find((turn) => turn.answer !== null) ?? null

  const openDocument = (citation: Citation, goBack: () => void): void => {
    const back = h('button', { type: 'button', class: 'button plain back', onclick: goBack }, texts.backToSources)
    const body = h('div', { class: 'document' }, h('p', { class: 'hint', role: 'status' }, texts.loadingDocument))
    sheet.open(citation.title, [back, body], back)
    loadDocument(options.server, citation.documentId).then(
      (document) => {
        const { content, mark } = drawDocument(document, citation, texts)
        body.textContent = ''
        body.append(...content)
        // Only within the sheet: the page behind must not move.
        const scroller = body.parentElement
        if (mark !== null && scroller !== null) {
          const above = mark.getBoundingClientRect().top - scroller.getBoundingClientRect().top
          scroller.scrollTop += above - scroller.clientHeight / 3
        }
      },
      () => {},
    )
  }

  const openSources = (title: string, hint: string, sources: readonly Citation[], index: number | null): void => {
    const { content, focus } = drawSources(sources, index, context, hint, (citation) =>
      openDocument(citation, () => openSources(title, hint, sources, citation.index)),
    )
    sheet.open(title, content, focus)
  }

  return {
    openSources,
    openShare: (turn) => sheet.open(texts.shareTitle, drawShare(context, texts, turn, options.shareFacts())),
    openPersonal(words, before) {
      const staff = context.persona()?.speaker === 'institution'
      const { title, content } = drawPersonalWords({ words, before, staff }, texts)
      sheet.open(title, content)
    },
    openMenu() {
      const act = (run: () => void) => (): void => {
        sheet.close()
        run()
        options.goOn()
      }
      const print = options.print
      sheet.open(
        texts.settings,
        drawMenu(options.appearance(), texts, {
          setAppearance: options.setAppearance,
          startOver: act(options.startOver),
          forget: act(() => {
            if (!connection.forget()) options.say(texts.forgetLater)
          }),
          report: () => sheet.open(texts.report, drawReport(context, texts, latestAnswered())),
          about: () => sheet.open(texts.aboutTitle, about()),
          print:
            print === null
              ? null
              : () => {
                  sheet.close()
                  print()
                },
        }),
      )
    },
  }
}
