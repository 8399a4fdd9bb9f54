import { h } from '../parts/dom.ts'
import { mouthOf } from '../talking-avatar/mouth.ts'
import { poseOf } from '../talking-avatar/pose.ts'
import { CHARACTER_NAMES, loadCharacter } from '../talking-avatar/svg-face/characters.ts'
import { createSvgFace } from '../talking-avatar/svg-face/svg-face.ts'
import { VISEME_NAMES } from '../talking-avatar/viseme-names.ts'
import type { LabTexts } from './texts.ts'

/** Every viseme of every character, a row a character. Drawn when it is asked for: it has 120 faces. */
export function createContactSheet(texts: LabTexts): HTMLElement {
  const show = h('button', { type: 'button', class: 'button quiet', onclick: () => void draw() }, texts.sheetShow)
  const element = h('div', { class: 'stack' }, show)

  async function draw(): Promise<void> {
    show.disabled = true
    const head = h('tr', {}, h('th', { scope: 'col' }, texts.character))
    for (const name of VISEME_NAMES) head.append(h('th', { scope: 'col' }, name))
    const body = h('tbody')
    for (const name of CHARACTER_NAMES) {
      const look = await loadCharacter(name)
      const row = h('tr', {}, h('th', { scope: 'row' }, texts.characters[name] ?? name))
      for (const viseme of VISEME_NAMES.keys()) {
        const face = createSvgFace(look)
        face.draw({ mouth: mouthOf(viseme, 1), pose: poseOf('neutral') })
        const cell = h('td')
        cell.append(face.element)
        row.append(cell)
      }
      body.append(row)
    }
    const table = h('table', { class: 'lab-sheet' }, h('caption', {}, texts.label), h('thead', {}, head), body)
    element.replaceChildren(
      h('div', { class: 'lab-wide', tabindex: 0, role: 'region', 'aria-label': texts.sheet }, table),
    )
  }
  return element
}
