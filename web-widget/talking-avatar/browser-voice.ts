const POLL_MS = 250
const POLLS = 8

let picked: Promise<SpeechSynthesisVoice | null> | null = null

/**
 * A voice of the browser that speaks Mandarin, or null. The list comes late and, on iOS before 16, without an event;
 * Debian has 13,000 entries, so it is searched once.
 */
export function mandarinVoice(): Promise<SpeechSynthesisVoice | null> {
  picked ??= find().then((voice) => {
    // The next question may find more.
    if (voice === null) picked = null
    return voice
  })
  return picked
}

/** Forgets the choice, so that it is made anew. */
export function forgetVoice(): void {
  picked = null
}

/** Whether a language tag is Mandarin's, and how well it suits: 0 is not at all. */
export function voiceRank(tag: string): number {
  const language = tag.replace('_', '-').toLowerCase()
  if (!/^(zh|cmn)/.test(language) || /yue|-hk|-mo/.test(language)) return 0
  if (/^zh-(cn|hans)|^cmn-(cn|hans)/.test(language)) return 4
  // espeak's "cmn" of Debian 12 spells characters out in English; the pinyin one reads them.
  if (language === 'cmn-latn-pinyin') return 3
  return language === 'cmn' ? 1 : 2
}

async function find(): Promise<SpeechSynthesisVoice | null> {
  if (typeof speechSynthesis !== 'object' || speechSynthesis === null) return null
  for (let poll = 0; poll <= POLLS; poll++) {
    let best: SpeechSynthesisVoice | null = null
    let rank = 0
    for (const voice of speechSynthesis.getVoices()) {
      const own = voiceRank(voice.lang)
      // A local voice needs no network and is not cut off after 15 seconds.
      const worth = own === 0 ? 0 : own + (voice.localService ? 0.5 : 0)
      if (worth > rank) {
        best = voice
        rank = worth
      }
    }
    if (best !== null) return best
    await heardOfVoices()
  }
  return null
}

function heardOfVoices(): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      speechSynthesis.removeEventListener?.('voiceschanged', done)
      resolve()
    }
    const timer = setTimeout(done, POLL_MS)
    speechSynthesis.addEventListener?.('voiceschanged', done)
  })
}
