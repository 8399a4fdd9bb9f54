import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeText } from '../../server/knowledge/import/decode-text.ts'
import { ImportRefused } from '../../server/knowledge/import/import-refused.ts'
import { createImportThread, type ImportThread } from '../../server/knowledge/import/import-thread.ts'
import type { ImportedText } from '../../server/knowledge/import/imported-text.ts'
import { IMPORT_LIMITS } from '../../server/knowledge/import/limits.ts'
import { withoutRadicals } from '../../server/knowledge/import/radicals.ts'
import { chromiumPath, launchBrowser } from '../helpers/browser.ts'
import { docxParagraph, docxTable, makeDocx, makePdf, makeZip, onePagePdf } from '../helpers/import-files.ts'

let dir: string
let thread: ImportThread
let count = 0

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lecturer-avatars-import-'))
  thread = createImportThread()
})
afterAll(async () => {
  await thread.close()
  await rm(dir, { recursive: true, force: true })
})

async function read(name: string, data: Uint8Array | string, by = thread): Promise<ImportedText> {
  const path = join(dir, String(count++))
  await writeFile(path, data)
  const file = await by.read(path, name)
  if (file.type !== 'text') throw new Error('It is an archive.')
  return file.imported
}

/** The code by which the file is refused; its text where it is taken. */
async function refusal(name: string, data: Uint8Array | string, by = thread): Promise<string> {
  try {
    return (await read(name, data, by)).text
  } catch (error) {
    if (error instanceof ImportRefused) return error.detail === undefined ? error.code : `${error.code} ${error.detail}`
    throw error
  }
}

/** `text` in GB 18030: the pairs that the decoder knows, turned round. */
function gbk(text: string): Uint8Array {
  const decoder = new TextDecoder('gb18030')
  const bytesOf = new Map<string, readonly number[]>()
  for (let first = 0x81; first <= 0xfe; first++) {
    for (let second = 0x40; second <= 0xfe; second++)
      bytesOf.set(decoder.decode(new Uint8Array([first, second])), [first, second])
  }
  return Uint8Array.from(
    [...text].flatMap((letter) => (letter < '\u0080' ? [letter.charCodeAt(0)] : (bytesOf.get(letter) ?? []))),
  )
}

const STORY = '我1999年进厂，师傅叫周铁山。\n\n第二年我第一次焊水箱，漏了三处。'

describe('a text file', () => {
  it.each([
    ['UTF-8', new TextEncoder().encode(STORY)],
    ['UTF-8 with a mark', new TextEncoder().encode(`\uFEFF${STORY}`)],
    ['UTF-16 LE with a mark', Buffer.from(`\uFEFF${STORY}`, 'utf16le')],
    ['UTF-16 BE with a mark', Buffer.from(`\uFEFF${STORY}`, 'utf16le').swap16()],
    ['UTF-16 LE without one', Buffer.from(STORY, 'utf16le')],
    ['GBK', gbk(STORY)],
    ['GB 18030 with a letter of four bytes', Buffer.concat([gbk(STORY), Buffer.from('8139ef30', 'hex')]), `${STORY}㐁`],
    ['line ends of Windows', new TextEncoder().encode(STORY.replaceAll('\n', '\r\n'))],
  ])('is read whatever its encoding: %s', async (_name, bytes, text = STORY) => {
    expect(await read('我的故事.txt', bytes)).toMatchObject({ text, title: '我的故事' })
  })

  it('comes back from every encoding as it was written', () => {
    const letters = fc.string({ unit: fc.constantFrom(...'师傅我的一二三，。！A b1\n') })
    fc.assert(
      fc.property(letters, (text) => {
        fc.pre(text !== '')
        expect(decodeText(new TextEncoder().encode(text))).toBe(text)
        expect(decodeText(Buffer.from(`\uFEFF${text}`, 'utf16le'))).toBe(text)
      }),
    )
  })

  it('keeps what its front matter says, and takes it without any', async () => {
    const front =
      '---\ntitle: 登攀计划\nissuedOn: 2020-01-02\nsupersedes: [旧办法]\ntags: [a]\npersona: gao-zhenbang\n---\n'
    const { title, text, meta } = await read('a.md', `${front}# 登攀计划\n\n第一条　写的是字。`)
    expect({ title, meta }).toEqual({ title: '登攀计划', meta: { issuedOn: '2020-01-02', supersedes: ['旧办法'] } })
    expect(text).toBe('# 登攀计划\n\n第一条　写的是字。')
    expect(await read('b.md', '# 我的师傅\n\n他姓周。')).toMatchObject({ title: '我的师傅', meta: {} })
    expect(await refusal('c.md', '---\ntitle: 甲\nissuedOn: 昨天\n---\n字')).toMatch(/^file-broken 3: issuedOn/)
  })
})

describe('a Word document', () => {
  it('keeps headings, paragraphs, and tables as lines', async () => {
    const docx = makeDocx(
      docxParagraph('登攀计划', 'Heading1') +
        docxParagraph('分四级培养。') +
        docxParagraph('补贴', 'Heading2') +
        docxTable([
          ['等级', '标准'],
          ['一级', '100元'],
        ]),
    )
    const { title, text } = await read('计划.docx', docx)
    expect(title).toBe('登攀计划')
    expect(text).toBe('# 登攀计划\n\n分四级培养。\n\n## 补贴\n\n等级 | 标准\n一级 | 100元')
  })

  it('is not unpacked beyond the limit, whatever it says of its size', async () => {
    const zeros = Buffer.alloc(110 * 1024 * 1024)
    expect(await refusal('a.docx', makeDocx('', [{ name: 'word/styles.xml', data: zeros }]))).toBe('zip-bomb')
    const lie = { name: 'word/styles.xml', data: Buffer.alloc(3_000_000), saidSize: 1_000 }
    expect(await refusal('b.docx', makeDocx(docxParagraph('字'), [lie]))).toBe('file-broken')
  })
})

describe('a web page', () => {
  const paragraph = '首先要把焊条烘干，烘到三百五十度，保温一个小时，再放进保温筒里，随用随取。'
  const page = (body: string) =>
    `<!doctype html><html><head><title>烘焊条</title><meta charset="utf-8"></head><body><nav>首页 登录</nav>${body}<footer>版权</footer></body></html>`

  it('gives its article, and nothing of it runs or is fetched', async () => {
    const hostile = `<script>globalThis.hacked = true; while (true) {}</script><img src="file:///etc/passwd" onerror="process.exit()"><iframe src="http://127.0.0.1:1/"></iframe><style>p{}</style><svg onload="x()"><text>图</text></svg>`
    const { text, title } = await read(
      'a.html',
      page(`<article><h2>焊条</h2>${hostile}${`<p>${paragraph}</p>`.repeat(6)}</article>`),
    )
    expect(title).toBe('烘焊条')
    expect(text).toContain(paragraph)
    expect(text).not.toMatch(/hacked|passwd|while|onload|登录|版权|图/)
  })

  it.each([
    ['an attribute', '<p hidden>暗语</p>'],
    ['an attribute for readers aloud', '<p aria-hidden="true">暗语</p>'],
    ['its style', '<p style="color: red; display:none">暗语</p>'],
    ['its visibility', '<p style="visibility : hidden">暗语</p>'],
    ['letters of no size', '<p style="font-size:0">暗语</p>'],
    ['no opacity', '<p style="opacity: 0.0;">暗语</p>'],
    ['a place beside the page', '<p style="position:absolute;left:-9999px">暗语</p>'],
    ['transparent letters', '<span style="color:transparent">暗语</span>'],
    ['a rule', '<style>/* x */ .a, .b > i { margin: 0; display: none !important }</style><p class="a">暗语</p>'],
    [
      'a rule behind others',
      '<style>@import "x.css"; @media screen { .n { color: red } } #s{opacity:0}</style><p id="s">暗语</p>',
    ],
    ['a part around it', '<div style="display:none"><section><p>暗语</p></section></div>'],
    ['a comment', '<!-- 暗语 --><![CDATA[ 暗语 ]]>'],
    ['a closed dialogue', '<dialog>暗语</dialog>'],
    ['a template', '<template><p>暗语</p></template><noscript>暗语</noscript>'],
    ['a frame', '<iframe srcdoc="<p>暗语</p>" src="https://127.0.0.1:1/"></iframe>'],
  ])('gives no words that its readers do not see: hidden by %s', async (_name, hidden) => {
    for (const body of [`<article>${`<p>${paragraph}</p>`.repeat(6)}${hidden}</article>`, `<p>短文。</p>${hidden}`]) {
      const { text } = await read('a.html', page(body))
      expect(text).toContain(body.startsWith('<article>') ? paragraph : '短文。')
      expect(text).not.toContain('暗语')
    }
  })

  it.each([
    ['on paper alone', '<style>@media print { .a { display: none } }</style><p class="a">明话</p>'],
    ['while something points at it', '<style>.a:hover { display: none }</style><p class="a">明话</p>'],
    ['half', '<p style="opacity:0.5;font-size:0.9em;margin-left:-10px">明话</p>'],
    ['by a selector that nobody understands', '<style>p:::x[ { display: none } .b { color: red }</style><p>明话</p>'],
  ])('gives words that are hidden %s', async (_name, shown) => {
    expect((await read('a.html', page(`<p>短文。</p>${shown}`))).text).toContain('明话')
  })

  it('may be of another encoding and badly made', async () => {
    const bytes = gbk(page(`<p>${paragraph}</p>`).replace('utf-8', 'gb2312'))
    expect((await read('a.htm', bytes)).text).toContain(paragraph)
    const deep = page(`${'<div>'.repeat(20_000)}<p>${paragraph}</p>`)
    expect(await refusal('b.html', deep)).toMatch(new RegExp(`${paragraph}|^file-broken$`))
    expect(await refusal('c.html', page('<table><tr><td>甲<td>乙<tr><td>丙</table><p>没有关'))).toContain('甲 | 乙')
  })
})

describe('a PDF file', () => {
  it('is refused with the reason where there is nothing to read', async () => {
    const text = onePagePdf(Buffer.from('BT /F1 12 Tf 50 700 Td (The welding rod is dried first.) Tj ET'))
    expect(await refusal('a.pdf', makePdf(text))).toBe('The welding rod is dried first.')
    const scan = onePagePdf(Buffer.from('q 595 0 0 842 0 0 cm /I Do Q'), '', '/XObject << /I 6 0 R >>', [
      '<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>\nstream\nA\nendstream',
    ])
    expect(await refusal('b.pdf', makePdf(scan))).toBe('file-no-text')
    const key = 'A'.repeat(32)
    const id = '0123456789abcdef'
    const lock = `<< /Filter /Standard /V 1 /R 2 /P -4 /O (${key}) /U (${key}) >>`
    expect(await refusal('c.pdf', makePdf([...text, lock], `/Encrypt 6 0 R /ID [<${id}> <${id}>]`))).toBe(
      'file-encrypted',
    )
    expect(await refusal('d.pdf', makePdf(text).subarray(0, 120))).toMatch(/^file-(?:broken|no-text)$/)
    expect(await refusal('e.pdf', Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(5000, 7)]))).toBe(
      'file-broken',
    )
  })

  it.each([
    ['UniGB-UCS2-H', Buffer.from('师傅先把焊条烘干', 'utf16le').swap16().toString('hex')],
    ['GBK-EUC-H', Buffer.from(gbk('师傅先把焊条烘干')).toString('hex')],
    ['Identity-H', '03e805dc0bb80fa003e805dc'],
  ])(
    'is refused where a font that its words need is not in it, though others can be read: %s',
    async (encoding, codes) => {
      const line = (place: number, words: string) => `BT /F1 12 Tf 50 ${place} Td (${words}) Tj ET `
      const content = `${line(700, 'The welding rod is dried first.')}BT /F2 12 Tf 50 650 Td <${codes}> Tj ET`
      const [catalogue, pages, page, stream, font] = onePagePdf(Buffer.from(content))
      const pdf = makePdf([
        ...[catalogue, pages, Buffer.from(String(page).replace('/F1 5 0 R', '/F1 5 0 R /F2 6 0 R')), stream, font].map(
          (object) => object ?? '',
        ),
        `<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /${encoding} /DescendantFonts [7 0 R] >>`,
        '<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor 8 0 R /DW 1000 >>',
        '<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>',
      ])
      expect(await refusal('a.pdf', pdf)).toMatch(/^file-font-missing .*(?:GB|gb)/)
    },
  )

  it.skipIf(chromiumPath() === null)('gives paragraphs in ideographs, without headers and page numbers', async () => {
    const browser = await launchBrowser()
    if (browser === null) throw new Error('There is no browser.')
    const article = (number: number) =>
      `第${number}条　首先要说的是，老师傅把风险讲在前面，页面上的长风破浪，门里的马车见到飞鱼${number}尾，${'岗'.repeat(number % 17)}补贴由所在单位发放，任何单位和个人不得截留。`
    const page = await browser.newPage()
    await page.setContent(
      `<h1>实施办法</h1><h2>第一章 总则</h2>${Array.from({ length: 40 }, (_, index) => `<p style="text-indent:2em">${article(index + 1)}</p>`).join('')}`,
    )
    const pdf = await page.pdf({
      displayHeaderFooter: true,
      headerTemplate: '<span style="font-size:8px">内部资料 注意保存</span>',
      footerTemplate:
        '<span style="font-size:8px">第<span class="pageNumber"></span>页 共<span class="totalPages"></span>页</span>',
      margin: { top: '60px', bottom: '60px' },
    })
    await browser.close()
    const { title, text } = await read('办法.pdf', pdf)
    expect(title).toBe('实施办法')
    const expected = [
      '# 实施办法',
      '## 第一章 总则',
      ...Array.from({ length: 40 }, (_, index) => article(index + 1).replace('　', ' ')),
    ]
    expect(text.split('\n\n')).toEqual(expected)
  })

  it('has ideographs for every radical that looks like one', () => {
    expect(withoutRadicals('⼀⾸⽼⻚⻛⻓⻔⻢⻋⻅⻜⻥，ﬁ')).toBe('一首老页风长门马车见飞鱼，fi')
  })
})

describe('a file that is not what it says', () => {
  const png = Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex')
  const ole = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(1024)])
  it.each([
    ['a.txt', png, 'file-extension-wrong .png'],
    ['a.pdf', png, 'file-extension-wrong .png'],
    ['a.docx', '%PDF-1.4\n', 'file-extension-wrong .pdf'],
    ['a.md', '%PDF-1.4\n', 'file-extension-wrong .pdf'],
    ['a.txt', '<!DOCTYPE html><p>字', 'file-extension-wrong .html'],
    ['a.zip', makeDocx(''), 'file-extension-wrong .docx'],
    ['a.docx', makeZip([{ name: 'a.txt', data: '字' }]), 'file-broken'],
    ['a.docx', ole, 'file-encrypted'],
    ['a.docx', '这不是文档', 'file-broken'],
    ['a.doc', ole, 'file-type-unknown .doc → .docx'],
    ['a.exe', 'MZ', 'file-type-unknown'],
    ['README', '字', 'file-type-unknown'],
    ['a.txt', '', 'file-empty'],
    ['a.txt', ' \n\u3000', 'file-empty'],
    ['a.docx', makeDocx(docxParagraph('')), 'file-empty'],
    ['a.txt', '字'.repeat(IMPORT_LIMITS.characters + 1), 'file-too-large'],
  ])('is refused with the reason: %s', async (name, data, code) => {
    expect(await refusal(name, data)).toBe(code)
  })

  it('never brings the reader down, whatever its bytes', async () => {
    const names = fc.constantFrom('a.pdf', 'a.docx', 'a.html', 'a.md', 'a.txt')
    const starts = fc.constantFrom('', '%PDF-1.5\n', 'PK\u0003\u0004', '<html>', '---\n')
    await fc.assert(
      fc.asyncProperty(names, starts, fc.uint8Array({ maxLength: 400 }), async (name, start, bytes) => {
        await refusal(name, Buffer.concat([Buffer.from(start, 'latin1'), bytes]))
      }),
      { numRuns: 60 },
    )
    expect(await refusal('a.txt', '还在')).toBe('还在')
  })
})

describe('a file that takes too much', () => {
  it('is given up, and the next is read as if nothing had been', async () => {
    const bomb = deflateSync(Buffer.alloc(300_000_000, ' '))
    const pdf = makePdf(onePagePdf(bomb, '/Filter /FlateDecode'))
    for (const limits of [
      { ...IMPORT_LIMITS, readMs: 150 },
      { ...IMPORT_LIMITS, growthMegabytes: 60 },
      { ...IMPORT_LIMITS, heapMegabytes: 8 },
    ]) {
      const strict = createImportThread(limits)
      const many = limits.heapMegabytes === 8 ? `<p>${'<b>字</b>'.repeat(400_000)}` : undefined
      const refused = await (many === undefined ? refusal('a.pdf', pdf, strict) : refusal('a.html', many, strict))
      expect(refused).toBe('file-broken')
      const relaxed = limits.readMs === 150 || limits.heapMegabytes === 8 ? thread : strict
      expect(await refusal('b.txt', '好的文件', relaxed)).toBe('好的文件')
      await strict.close()
    }
  })

  it('is given up when nobody waits for it any more', async () => {
    const path = join(dir, 'waiting.txt')
    await writeFile(path, '字')
    const gone = new AbortController()
    const reading = thread.read(path, 'a.txt', gone.signal)
    gone.abort(new Error('gone'))
    await expect(reading).rejects.toThrow('gone')
    expect(await refusal('b.txt', '下一个')).toBe('下一个')
  })
})
