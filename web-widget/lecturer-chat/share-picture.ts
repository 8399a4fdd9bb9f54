/** What a picture of an answer says, from top to bottom. */
export interface PictureTexts {
  readonly head: string
  readonly question: string
  readonly answer: string
  readonly sources: string
  readonly label: string
  readonly mark: string
}

/** Pixels; twice the width of a phone, so that it stays sharp. */
const WIDTH = 750
const EDGE = 48
const FONTS = '-apple-system,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",system-ui,sans-serif'

/** Draws the picture and gives it as a `data:` address of a PNG; null where the browser draws none. */
export function drawPicture(texts: PictureTexts): string | null {
  const canvas = document.createElement('canvas')
  const pen = canvas.getContext('2d')
  if (pen === null) return null
  const blocks: readonly [text: string, size: number, color: string, gap: number][] = [
    [texts.head, 34, '#05632f', 20],
    [texts.question, 32, '#191919', 24],
    [texts.answer, 32, '#191919', 24],
    [texts.sources, 26, '#404040', 28],
    [texts.label, 26, '#05632f', 8],
    [texts.mark, 24, '#404040', 0],
  ]
  const draw = (paint: boolean): number => {
    let y = EDGE
    blocks.forEach(([text, size, color, gap], index) => {
      if (text === '') return
      pen.font = `${index < 2 ? 600 : 400} ${size}px ${FONTS}`
      pen.fillStyle = color
      pen.textBaseline = 'top'
      for (const line of wrapLines(text, WIDTH - 2 * EDGE, (part) => pen.measureText(part).width)) {
        if (paint) pen.fillText(line, EDGE, y)
        y += Math.round(size * 1.5)
      }
      y += gap
    })
    return y + EDGE
  }
  const height = draw(false)
  canvas.width = WIDTH
  canvas.height = height
  pen.fillStyle = '#fff'
  pen.fillRect(0, 0, WIDTH, height)
  pen.fillStyle = '#067a3e'
  pen.fillRect(0, 0, WIDTH, 12)
  draw(true)
  return canvas.toDataURL('image/png')
}

/**
 * Breaks a text into lines of at most `width`: between Chinese characters anywhere, but with no closing mark at the
 * start of a line; between words elsewhere. A word that is wider than a line is cut.
 */
export function wrapLines(text: string, width: number, measure: (part: string) => number): string[] {
  const lines: string[] = []
  for (const paragraph of text.split('\n')) {
    let line = ''
    for (const piece of paragraph.match(/[^\s\u2e80-\uffff]+\s*|[\u2e80-\uffff][，。！？；：、”’）》」]*|\s+/g) ?? []) {
      if (line !== '' && measure(line + piece.trimEnd()) > width) {
        lines.push(line.trimEnd())
        line = ''
      }
      let rest = line + piece
      while (rest.length > 1 && measure(rest.trimEnd()) > width) {
        let cut = rest.length - 1
        while (cut > 1 && measure(rest.slice(0, cut)) > width) cut--
        lines.push(rest.slice(0, cut))
        rest = rest.slice(cut)
      }
      line = rest
    }
    lines.push(line.trimEnd())
  }
  return lines
}
