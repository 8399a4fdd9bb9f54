import type { Blob } from 'node:buffer'
import { createHash } from 'node:crypto'
import type Stream from 'node:stream'
import writeExcelFile, { type Feature, type Row } from 'write-excel-file/node'
import type { Cell } from './export-rows.ts'

/** What a cell of a spreadsheet holds at most, in UTF-16 code units. */
const LONGEST_CELL = 32_767
const PRODUCER = 'lecturer-avatars'
const CORE = 'http://schemas.openxmlformats.org/package/2006/metadata/core-properties'
const CUSTOM = 'http://schemas.openxmlformats.org/officeDocument/2006/custom-properties'
const DOCUMENT = 'http://schemas.openxmlformats.org/officeDocument/2006'

export interface WorkbookContent {
  readonly title: string
  /** In the first row, above the header. */
  readonly label: string
  readonly header: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
}

/**
 * A workbook of one sheet. Texts are typed as texts, so none is ever a formula. The label stands in the first row and in
 * the file's properties, where `AIGC` has the fields of GB 45438-2025. It takes the thread for as long as it lasts.
 */
export async function writeXlsx({ title, label, header, rows }: WorkbookContent): Promise<Buffer> {
  const data: Row[] = [
    [{ type: String, value: safeText(label), fontWeight: 'bold' }],
    header.map((name) => ({ type: String, value: name, fontWeight: 'bold' as const, backgroundColor: '#F3E9DC' })),
    ...rows.map((row) =>
      row.map((cell) =>
        cell === null || cell === ''
          ? null
          : typeof cell === 'number'
            ? { type: Number, value: cell }
            : { type: String, value: safeText(cell) },
      ),
    ),
  ]
  const columns = header.map((name) => ({ width: WIDE.test(name) ? 48 : 16 }))
  const sheet = { data, sheet: title.slice(0, 31), columns, stickyRowsCount: 2 }
  return await writeExcelFile([sheet], { features: [propertiesOf(title, label)] }).toBuffer()
}

const WIDE = /问题|回答|依据|问法|出处/u

/** A text as a cell can hold it. */
function safeText(text: string): string {
  const whole = text
    .slice(0, LONGEST_CELL)
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .replace(/\r\n?/g, '\n')
    // Spreadsheets read `_x000D_` as the character of that number (ECMA-376, ST_Xstring).
    .replace(/_(?=x[0-9a-fA-F]{4}_)/g, '_x005F_')
  // The library looks texts up in a plain object, which knows `constructor` and the like already.
  return whole in {} ? `${whole}\u200B` : whole
}

/** The file's properties, which the library does not write. */
function propertiesOf(title: string, label: string): Feature<Stream | Buffer | Blob> {
  const fields = {
    Label: '1',
    ContentProducer: PRODUCER,
    ProduceID: createHash('sha256').update(title).digest('hex').slice(0, 32),
    ReservedCode1: '',
    ContentPropagator: PRODUCER,
    PropagateID: '',
    ReservedCode2: '',
  }
  const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
  const part = (name: string, type: string) =>
    `<Override PartName="/docProps/${name}.xml" ContentType="application/vnd.openxmlformats-${type}+xml"/>`
  const relation = (id: string, type: string, name: string) =>
    `<Relationship Id="${id}" Type="${type}" Target="docProps/${name}.xml"/>`
  return {
    files: {
      transform: {
        '[Content_Types].xml': {
          insert: () => part('core', 'package.core-properties') + part('custom', 'officedocument.custom-properties'),
        },
        '_rels/.rels': {
          insert: () =>
            relation('rId-core', `${CORE.replace('/metadata/', '/relationships/metadata/')}`, 'core') +
            relation('rId-custom', `${DOCUMENT}/relationships/custom-properties`, 'custom'),
        },
      },
      write: {
        files: () => ({
          'docProps/core.xml': `${head}<cp:coreProperties xmlns:cp="${CORE}" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>${escaped(title)}</dc:title><dc:creator>${PRODUCER}</dc:creator><dc:description>${escaped(label)}</dc:description><cp:keywords>AI 生成, AIGC</cp:keywords></cp:coreProperties>`,
          'docProps/custom.xml': `${head}<Properties xmlns="${CUSTOM}" xmlns:vt="${DOCUMENT}/docPropsVTypes"><property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="AIGC"><vt:lpwstr>${escaped(JSON.stringify(fields))}</vt:lpwstr></property></Properties>`,
        }),
      },
    },
  }
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
