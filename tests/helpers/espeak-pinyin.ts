import type { Sound } from '../../server/speech/pinyin-of.ts'

const MARKS: Readonly<Record<string, string>> = {
  '、': ',',
  '，': ',',
  '—': ',',
  '：': ':',
  '；': ';',
  '。': '.',
  '！': '!',
  '？': '?',
  '…': '.',
}

/** What espeak's voice `cmn-latn-pinyin` reads for these sounds: pinyin with tones, one word a syllable. */
export function espeakPinyin(sounds: readonly Sound[]): string {
  let text = ''
  for (const sound of sounds) {
    if (sound.kind === 'pause') text += MARKS[sound.text] ?? ','
    else if (sound.kind === 'latin') text += ` ${sound.text}`
    // Its tables want the neutral tone as 5, and ü.
    else text += ` ${sound.syllable.replace('v', 'ü')}${sound.tone === 0 ? 5 : sound.tone}`
  }
  return text.trim()
}
