import '../parts/lists.css'
import './correction.css'
import { h } from '../../parts/dom.ts'
import { formatAddress } from '../address.ts'
import type { MakeView } from '../view.ts'
import { drawCorrections } from './correction-list.ts'
import { drawGolden } from './golden-list.ts'
import { drawPauses } from './pause-list.ts'
import { correctionTexts } from './texts.ts'

const TABS = ['corrections', 'golden', 'pauses'] as const

/** Corrections, golden questions and pauses: what keeps the avatar right, in one place. */
export const makeCorrectionsView: MakeView = async (context, { parameters }) => {
  const texts = correctionTexts(context.language)
  const tab = TABS.find((name) => name === parameters.tab) ?? 'corrections'
  const links = TABS.map((name) =>
    h(
      'a',
      {
        class: 'tab',
        href: formatAddress('/corrections', { tab: name === 'corrections' ? '' : name }),
        'aria-current': name === tab ? 'page' : null,
      },
      texts.tabs[name],
    ),
  )
  const draw = { corrections: drawCorrections, golden: drawGolden, pauses: drawPauses }[tab]
  return {
    element: h(
      'section',
      { class: 'stack list-page' },
      h('h1', {}, texts.tabs[tab]),
      h('nav', { class: 'tabs', 'aria-label': texts.tabsLabel }, ...links),
      await draw(context, parameters),
    ),
    title: texts.tabs[tab],
  }
}
