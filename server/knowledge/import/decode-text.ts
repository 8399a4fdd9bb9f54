/**
 * The text of a file whose encoding nobody names: by its byte order mark, else UTF-8, UTF-16 or GB 18030 (which holds
 * GBK and GB 2312), whichever the bytes allow. `named` is what an HTML page says of itself. Undefined where it is no text.
 */
export function decodeText(bytes: Uint8Array, named?: string): string | undefined {
  for (const encoding of encodingsOf(bytes, named)) {
    const text = decode(bytes, encoding)
    if (text !== undefined && isText(text)) return text
  }
  return undefined
}

function encodingsOf(bytes: Uint8Array, named: string | undefined): string[] {
  const [first, second, third] = bytes
  if (first === 0xef && second === 0xbb && third === 0xbf) return ['utf-8']
  if (first === 0xff && second === 0xfe) return ['utf-16le']
  if (first === 0xfe && second === 0xff) return ['utf-16be']
  const wide = wideEncoding(bytes)
  if (wide !== undefined) return [wide]
  return [...(named === undefined ? [] : [named]), 'utf-8', 'gb18030']
}

/** UTF-16 without a mark: line ends and Latin signs have zero for their other byte; of the ideographs few do (一). */
function wideEncoding(bytes: Uint8Array): string | undefined {
  const sample = bytes.subarray(0, 4096)
  if (bytes.length % 2 !== 0 || sample.length < 4) return undefined
  const zeros = [0, 0]
  for (let place = 0; place < sample.length; place++) {
    if (sample[place] === 0) zeros[place % 2] = (zeros[place % 2] ?? 0) + 1
  }
  const [even = 0, odd = 0] = zeros
  if (odd > MOSTLY * even) return 'utf-16le'
  return even > MOSTLY * odd ? 'utf-16be' : undefined
}

const MOSTLY = 1.5

function decode(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: a text has none of these
const NEVER_IN_TEXT = /[\u0000-\u0006\u000E-\u001A\u001C-\u001F\uFFFE\uFFFF]/g

/** A few stray controls happen; a picture or a program is full of them. */
function isText(text: string): boolean {
  if (text.includes('\u0000')) return false
  return (text.match(NEVER_IN_TEXT)?.length ?? 0) * 200 <= text.length
}
