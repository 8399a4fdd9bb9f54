import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { EMBED_FORMS, embedSnippet, FIRST_CHOICE } from '../../../web-widget/pages/embed-snippet.ts'
import { ENGLISH_PAGE, portalTexts } from '../../../web-widget/pages/portal-texts.ts'
import { WELDER } from '../../helpers/widget-site.ts'

const html = readFileSync(new URL('../../../web-widget/pages/index.html', import.meta.url), 'utf8')

describe('the portal page', () => {
  it('has English for every piece of its HTML, and none to spare', () => {
    const keys = new Set([...html.matchAll(/data-text="([^"]+)"/g)].map((match) => match[1]))
    expect([...keys].sort()).toEqual(Object.keys(ENGLISH_PAGE).sort())
  })

  it('needs no inline script or style', () => {
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/)
    expect([...html.matchAll(/<script(?![^>]*\ssrc=)/g)]).toEqual([])
  })

  it('escapes what it writes into the snippet', () => {
    const persona = { ...WELDER, id: 'a"><script>', name: '"林"<b>' }
    for (const form of EMBED_FORMS) {
      const snippet = embedSnippet({ ...FIRST_CHOICE, form }, persona, 'https://example.org/', portalTexts('zh'))
      expect(snippet).not.toContain('"><script>')
      expect(snippet).not.toContain('<b>')
    }
  })
})
