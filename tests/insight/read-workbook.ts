import { once } from 'node:events'
import { crc32 } from 'node:zlib'
import { fromBuffer, type ZipFile } from 'yauzl'
import type { Cell } from '../../server/insight/export/export-rows.ts'

export interface ReadWorkbook {
  /** By their place, such as `B3`, as a spreadsheet reads them. */
  readonly cells: ReadonlyMap<string, Cell>
  /** As XML. */
  readonly sheet: string
  readonly parts: ReadonlyMap<string, string>
}

/** Reads a workbook of one sheet as strictly as a spreadsheet does: sizes and checksums are held against the data. */
export async function readWorkbook(bytes: Buffer): Promise<ReadWorkbook> {
  const parts = await partsOf(bytes)
  const sheet = parts.get('xl/worksheets/sheet1.xml') ?? ''
  const strings = [...(parts.get('xl/sharedStrings.xml') ?? '').matchAll(/<si><t(?:[^>]*)>([^<]*)<\/t><\/si>/g)]
  const texts = strings.map(([, text = '']) => unescaped(text))
  const cells = new Map<string, Cell>()
  for (const [, attributes = '', value] of sheet.matchAll(/<c ([^>]*)><v>([^<]*)<\/v><\/c>/g)) {
    const place = /\br="([A-Z]+\d+)"/.exec(attributes)?.[1] ?? ''
    cells.set(place, attributes.includes('t="s"') ? (texts[Number(value)] ?? null) : Number(value))
  }
  return { cells, sheet, parts }
}

async function partsOf(bytes: Buffer): Promise<Map<string, string>> {
  const zip = await new Promise<ZipFile>((resolve, reject) =>
    fromBuffer(bytes, { lazyEntries: false, validateEntrySizes: true }, (error, opened) =>
      error ? reject(error) : resolve(opened),
    ),
  )
  const reading: Promise<readonly [string, string]>[] = []
  zip.on('entry', (entry) => {
    reading.push(
      new Promise((resolve, reject) =>
        zip.openReadStream(entry, async (error, stream) => {
          if (error) return reject(error)
          const chunks: Buffer[] = []
          for await (const chunk of stream) chunks.push(chunk as Buffer)
          const data = Buffer.concat(chunks)
          if (crc32(data) !== entry.crc32) return reject(new Error(`${entry.fileName} has another checksum.`))
          resolve([entry.fileName, data.toString('utf8')])
        }),
      ),
    )
  })
  await once(zip, 'end')
  return new Map(await Promise.all(reading))
}

function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replace(/_x([0-9a-fA-F]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
}
