import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { launchBrowser } from '../../helpers/browser.ts'

const FACES = fileURLToPath(new URL('../../../web-widget/talking-avatar/', import.meta.url))

/**
 * Draws every viseme and every expression of each character at 96 px, and a large face of each, into PNG files of a
 * new folder. Run it with `npx tsx`, and look: a test cannot tell whether a face is friendly.
 */
async function drawSheets(): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { CHARACTER_NAMES, loadCharacter } from './svg-face/characters.ts'
        import { createSvgFace } from './svg-face/svg-face.ts'
        import { mouthOf } from './mouth.ts'
        import { VISEME_NAMES } from './viseme-names.ts'
        import { EXPRESSIONS, poseOf } from './pose.ts'
        const draw = async () => {
        const looks = new Map()
        const cell = (row, size, name, mouth, pose, words) => {
          const face = createSvgFace(looks.get(name))
          face.draw({ mouth, pose })
          const box = document.createElement('figure')
          face.element.setAttribute('width', size)
          face.element.setAttribute('height', size)
          box.append(face.element, words)
          row.append(box)
        }
        const row = (id) => {
          const element = document.createElement('section')
          element.id = id
          document.body.append(element)
          return element
        }
        for (const name of CHARACTER_NAMES) looks.set(name, await loadCharacter(name))
        const large = row('large')
        for (const name of CHARACTER_NAMES) cell(large, 320, name, mouthOf(0, 1), poseOf('smile'), name)
        for (const name of CHARACTER_NAMES) {
          const small = row('of-' + name)
          VISEME_NAMES.forEach((viseme, index) => cell(small, 96, name, mouthOf(index, 1), poseOf('neutral'), viseme))
          for (const expression of EXPRESSIONS) cell(small, 96, name, mouthOf(0, 1), poseOf(expression), expression)
          const blink = { ...poseOf('smile'), lid: 0 }
          cell(small, 96, name, mouthOf(0, 1), blink, 'blink')
        }
        document.title = 'drawn'
        }
        draw()`,
      resolveDir: FACES,
      loader: 'ts',
    },
    bundle: true,
    write: false,
    format: 'iife',
  })
  const browser = await launchBrowser()
  if (browser === null) throw new Error('There is no browser to draw with')
  const folder = mkdtempSync(join(tmpdir(), 'contact-sheet-'))
  try {
    const page = await browser.newPage({ viewport: { width: 1320, height: 800 }, deviceScaleFactor: 1 })
    await page.setContent(
      '<style>body{margin:8px;font:12px sans-serif}section{display:flex;flex-wrap:wrap;gap:6px;margin-bottom:10px}' +
        'figure{margin:0;text-align:center}svg{display:block;border-radius:12%}</style>',
    )
    await page.addScriptTag({ content: outputFiles[0]?.text ?? '' })
    await page.waitForFunction(() => document.title === 'drawn')
    for (const section of await page.locator('section').all()) {
      const name = await section.getAttribute('id')
      await section.screenshot({ path: join(folder, `${name}.png`) })
    }
    await page.screenshot({ path: join(folder, 'all.png'), fullPage: true })
  } finally {
    await browser.close()
  }
  return folder
}

process.stdout.write(`${await drawSheets()}\n`)
