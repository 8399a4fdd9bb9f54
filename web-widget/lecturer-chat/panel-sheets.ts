import type { Citation } from '../../server/protocol/citation.ts'
import type { AnswerState } from '../connection/answer-state.ts'
import type { ChatConnection } from '../connection/chat-connection.ts'
import type { Turn } from '../connection/conversation-state.ts'
import { h } from '../parts/dom.ts'
import type { Appearance } from './appearance.ts'
import { drawDocument, loadDocument } from './cited-document.ts'
import { noticeTexts } from './first-notice.ts'
import { drawMenu } from './menu-sheet.ts'
import { drawReport } from './report-sheet.ts'
import { drawShare, type ShareFacts } from './share-sheet.ts'
import type { Sheet } from './sheet.ts'
import { drawSources } from './source-sheet.ts'
import type { ViewContext } from './view-context.ts'

export interface SheetsOptions {
  readonly connection: ChatConnection
  /** The server's address, with a slash at the end. */
  readonly server: string
  readonly appearance: () => Appearance
  readonly setAppearance: (change: Partial<Appearance>) => void
  readonly shareFacts: () => ShareFacts
  /** Says something in the line above the composer. */
  readonly say: (words: string) => void
  /** Prints the conversation; null where the panel is not the page. */
  readonly print: (() => void) | null
  /** The sheet was closed by a choice: the visitor goes on writing. */
  readonly goOn: () => void
}

export interface PanelSheets {
  openMenu(): void
  openSources(answer: AnswerState, index: number | null): void
  openShare(turn: Turn): void
}

/** Everything that slides up over the panel. */
export function createPanelSheets(context: ViewContext, sheet: Sheet, options: SheetsOptions): PanelSheets {
  const { connection } = options
  const { texts } = context.language

  const openSources = (answer: AnswerState, index: number | null): void => {
    const { content, focus } = drawSources(answer.citations, index, context, (citation) => {
      openDocument(answer, citation)
    })
    sheet.open(texts.sourcesCount(answer.citations.length), content, focus)
  }

  const openDocument = (answer: AnswerState, citation: Citation): void => {
    const back = h(
      'button',
      { type: 'button', class: 'button plain back', onclick: () => openSources(answer, citation.index) },
      texts.backToSources,
    )
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

  const about = (): HTMLElement[] => {
    const { persona, keptDays, label } = connection.conversation()
    const words = persona === null ? [] : noticeTexts({ persona, keptDays, kiosk: context.kiosk }, texts)
    return [...words, texts.about, label?.text ?? texts.aiLabel].map((line) => h('p', { class: 'paragraph' }, line))
  }

  const latestAnswered = (): Turn | null =>
    [...connection.conversation().turns].reverse().find((turn) => turn.answer !== null) ?? null

  return {
    openSources,
    openShare: (turn) => sheet.open(texts.shareTitle, drawShare(context, turn, options.shareFacts())),
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
          startOver: act(() => connection.startOver()),
          forget: act(() => {
            if (!connection.forget()) options.say(texts.forgetLater)
          }),
          report: () => sheet.open(texts.report, drawReport(context, latestAnswered())),
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
