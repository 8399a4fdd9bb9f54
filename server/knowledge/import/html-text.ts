const SILENT = new Set(
  'script style noscript template iframe object embed svg math canvas audio video map form button input select textarea head link meta'
    .split(' ')
    .map((name) => name.toUpperCase()),
)
const BLOCKS = new Set(
  'address article aside blockquote body dd details dialog div dl dt fieldset figcaption figure footer h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section summary table tbody tfoot thead tr ul caption'
    .split(' ')
    .map((name) => name.toUpperCase()),
)
const PARAGRAPHS = new Set(['P', 'TABLE', 'UL', 'OL', 'BLOCKQUOTE', 'DL', 'FIGURE'])
/** A page nests its parts some dozens deep; what is deeper is read without its structure. */
const DEEPEST = 200

/**
 * The words of a piece of HTML as lines: headings with their marks (`##`), list items with a hyphen or their number, one
 * line for each row of a table with `|` between its cells. Nothing is run, nothing is fetched.
 */
export function htmlText(root: Element): string {
  const lines: string[] = []
  let line = ''
  const endLine = () => {
    const words = line.replace(/[ \t\n\r]+/g, ' ').trim()
    if (words !== '') lines.push(words)
    line = ''
  }
  const gap = () => {
    endLine()
    if (lines.length > 0 && lines.at(-1) !== '') lines.push('')
  }

  function visit(node: Node, depth: number): void {
    if (node.nodeType === 3) line += node.nodeValue ?? ''
    else if (node.nodeType === 1 && !SILENT.has((node as Element).tagName.toUpperCase()))
      element(node as Element, depth)
  }
  function children(node: Node, depth: number): void {
    if (depth > DEEPEST) line += node.textContent ?? ''
    else for (const child of [...node.childNodes]) visit(child, depth + 1)
  }
  function element(node: Element, depth: number): void {
    const name = node.tagName.toUpperCase()
    const level = /^H([1-6])$/.exec(name)?.[1]
    if (name === 'BR') endLine()
    else if (name === 'TR') {
      endLine()
      line = cellsOf(node).join(' | ')
      endLine()
    } else if (name === 'LI') {
      endLine()
      line = markOf(node)
      children(node, depth)
      endLine()
    } else if (level !== undefined) {
      gap()
      const words = plainWords(node)
      if (words !== '') lines.push(`${'#'.repeat(Number(level))} ${words}`)
      gap()
    } else if (name === 'PRE') {
      gap()
      lines.push(...(node.textContent ?? '').split('\n'))
      gap()
    } else block(node, name, depth)
  }
  function block(node: Element, name: string, depth: number): void {
    const around = !BLOCKS.has(name) ? undefined : PARAGRAPHS.has(name) && !insideItem(node) ? gap : endLine
    around?.()
    children(node, depth)
    around?.()
  }

  children(root, 0)
  endLine()
  return lines.join('\n')
}

function insideItem(node: Element): boolean {
  const above = node.parentElement?.tagName.toUpperCase()
  return above === 'LI' || above === 'TD' || above === 'TH'
}

function cellsOf(row: Element): string[] {
  return [...row.children].filter((cell) => /^T[DH]$/i.test(cell.tagName)).map(plainWords)
}

function plainWords(node: Element): string {
  for (const silent of [...node.querySelectorAll('script, style, template')]) silent.remove()
  return (node.textContent ?? '').replace(/\s+/g, ' ').trim()
}

function markOf(item: Element): string {
  const list = item.parentElement
  if (list?.tagName.toUpperCase() !== 'OL') return '- '
  const items = [...list.children].filter((child) => /^LI$/i.test(child.tagName))
  const start = Number.parseInt(list.getAttribute('start') ?? '1', 10)
  return `${(Number.isNaN(start) ? 1 : start) + items.indexOf(item)}. `
}
