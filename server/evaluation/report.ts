/** One table of a report: figures by name. */
export interface ReportSection {
  readonly title: string
  readonly figures: Readonly<Record<string, number>>
}

const TITLE = '讲师分身评测报告'
const NOTE =
  '数值为 0 到 1 的比例时，1 表示全部；时间单位为毫秒。answered 是作了回答的比例，right 是答对的比例；near-miss 与 off-topic 的问题没有答案，answered 越低越好。hit 是换了说法仍能命中更正的比例，falseHit 是不该命中的问题被命中的比例。'

/** The figures as Markdown, with the day and the machine's Node version. */
export function markdownReport(sections: readonly ReportSection[], at: Date): string {
  const tables = sections.map(
    ({ title, figures }) =>
      `## ${title}\n\n| 指标 | 数值 |\n| --- | ---: |\n${rows(figures)
        .map(([name, value]) => `| ${name} | ${value} |`)
        .join('\n')}\n`,
  )
  return `# ${TITLE}\n\n${when(at)}\n\n${NOTE}\n\n${tables.join('\n')}`
}

/** The same as a page of its own that prints well. */
export function htmlReport(sections: readonly ReportSection[], at: Date): string {
  const tables = sections.map(
    ({ title, figures }) =>
      `<h2>${escaped(title)}</h2><table><thead><tr><th>指标</th><th>数值</th></tr></thead><tbody>${rows(figures)
        .map(([name, value]) => `<tr><td>${escaped(name)}</td><td>${value}</td></tr>`)
        .join('')}</tbody></table>`,
  )
  const style =
    'body{font:16px/1.6 system-ui,"PingFang SC","Noto Sans CJK SC",sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#191919}table{border-collapse:collapse;width:100%}th,td{text-align:left;border-bottom:1px solid #ddd;padding:.35rem .5rem}td:last-child,th:last-child{text-align:right;font-variant-numeric:tabular-nums}'
  return `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>${TITLE}</title><style>${style}</style><h1>${TITLE}</h1><p>${when(at)}</p><p>${NOTE}</p>${tables.join('')}</html>\n`
}

function rows(figures: ReportSection['figures']): [string, string][] {
  return Object.entries(figures).map(([name, value]) => [
    name,
    Number.isInteger(value) ? String(value) : value.toFixed(4),
  ])
}

function when(at: Date): string {
  const day = new Intl.DateTimeFormat('zh-CN', {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'Asia/Shanghai',
  }).format(at)
  return `${day}，Node ${process.version}`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
