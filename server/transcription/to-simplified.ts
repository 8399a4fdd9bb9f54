import { Converter } from 'opencc-js/t2cn'

let convert: ((text: string) => string) | undefined

/**
 * Traditional writing made Simplified, by phrases, so that 乾隆 and 看著 both come out right; Simplified text stays as it
 * is. Models that transcribe Chinese write now one script and now the other.
 */
export function toSimplified(text: string): string {
  const simplify = convert ?? Converter({ from: 'tw', to: 'cn' })
  convert = simplify
  // The tables take 么 for a Traditional character; in Traditional text it is 麼.
  return text
    .split('么')
    .map((part) => simplify(part))
    .join('么')
}
