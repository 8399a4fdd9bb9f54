let context: AudioContext | null = null
let primed = false
let asked = 0

/** A context that does not come alive within this time after a tap is replaced at the next one. */
const HANGS_MS = 1_000

/**
 * Lets this page make sound. Must be called inside a tap, before anything is awaited: iOS and WeChat allow it there
 * alone. Free to be called again; there is one context a page.
 */
export function unlockSound(): void {
  try {
    if (context !== null && context.state !== 'running' && asked > 0 && performance.now() - asked > HANGS_MS) {
      const old = context
      context = null
      old.close().catch(() => {})
    }
    if (context === null || context.state === 'closed') context = new AudioContext({ latencyHint: 'interactive' })
    if (context.state !== 'running') {
      asked = performance.now()
      context.resume().catch(() => {})
      const sample = context.createBufferSource()
      sample.buffer = context.createBuffer(1, 1, 22_050)
      sample.connect(context.destination)
      sample.start()
    }
  } catch {
    // No Web Audio here: another voice or captions serve.
  }
  if (!primed && typeof speechSynthesis === 'object' && typeof SpeechSynthesisUtterance === 'function') {
    primed = true
    // The list of voices may take seconds, and this begins it.
    speechSynthesis.getVoices()
    // Apple's alone need a first utterance inside the tap; an empty one hangs Linux's speech-dispatcher for good.
    if (/iP(hone|ad|od)|Macintosh/.test(navigator.userAgent)) speechSynthesis.speak(new SpeechSynthesisUtterance(''))
  }
}

/** Takes over the context that the tap on the panel's button has woken; the page keeps one if it has one. */
export function adoptSound(woken: AudioContext | undefined): void {
  context ??= woken ?? null
}

/** The page's context; null before the first tap and where there is no Web Audio. */
export function soundContext(): AudioContext | null {
  return context
}
