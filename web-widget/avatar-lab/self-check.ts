import { h } from '../parts/dom.ts'
import { mandarinVoice } from '../talking-avatar/browser-voice.ts'
import { soundContext, unlockSound } from '../talking-avatar/sound.ts'
import { createCopyBox } from './copy-box.ts'
import type { LabTexts } from './texts.ts'

const WAKE_WITHIN_MS = 3_000
const FRAMES_MS = 500

/** What a phone says of its sound, its voices and its pictures; as text, to be sent to somebody. */
export function createSelfCheck(texts: LabTexts, delay: () => number): HTMLElement {
  const copy = createCopyBox(texts, texts.check)
  let wake = texts.notYet
  const check = async () => {
    const rows = Object.entries({ ...(await measure(texts)), wake, delay: `${delay()} ms` })
    copy.set(rows.map(([name, value]) => `${texts.checks[name] ?? name}: ${value}`).join('\n'))
  }
  const beep = async () => {
    const since = performance.now()
    unlockSound()
    const context = soundContext()
    while (context !== null && context.state !== 'running' && performance.now() - since < WAKE_WITHIN_MS)
      await new Promise((resolve) => setTimeout(resolve, 10))
    if (context?.state === 'running') {
      wake = `${Math.round(performance.now() - since)} ms`
      sound(context)
    } else wake = context === null ? texts.noCheck : context.state
    await check()
  }
  void check()
  return h(
    'div',
    { class: 'stack' },
    h('p', { class: 'hint' }, texts.checkHint),
    h(
      'div',
      { class: 'row' },
      h('button', { type: 'button', class: 'button quiet', onclick: () => void beep() }, texts.beep),
      h('button', { type: 'button', class: 'button quiet', onclick: () => void check() }, texts.recheck),
    ),
    copy.element,
  )
}

function sound(context: AudioContext): void {
  const gain = context.createGain()
  gain.gain.setValueAtTime(0.15, context.currentTime)
  gain.gain.linearRampToValueAtTime(0, context.currentTime + 0.3)
  gain.connect(context.destination)
  const tone = context.createOscillator()
  tone.frequency.value = 440
  tone.connect(gain)
  tone.start()
  tone.stop(context.currentTime + 0.3)
  tone.onended = () => gain.disconnect()
}

async function measure(texts: LabTexts): Promise<Record<string, string>> {
  const context = soundContext()
  const policy = (navigator as { getAutoplayPolicy?: (kind: string) => string }).getAutoplayPolicy
  const voices = typeof speechSynthesis === 'object' ? speechSynthesis.getVoices().length : null
  const mandarin = await mandarinVoice().catch(() => null)
  const latency = [context?.baseLatency, context?.outputLatency]
    .filter((seconds) => seconds !== undefined)
    .map((seconds) => `${Math.round(seconds * 1000)} ms`)
  const canvas = document.createElement('canvas')
  return {
    browser: navigator.userAgent,
    context: context === null ? (typeof AudioContext === 'function' ? texts.notYet : texts.noCheck) : context.state,
    latency: latency.join(' + ') || texts.unknown,
    autoplay: policy?.call(navigator, 'audiocontext') ?? texts.unknown,
    voices: voices === null ? texts.noCheck : String(voices),
    mandarin: mandarin === null ? texts.noCheck : `${mandarin.name} (${mandarin.lang})`,
    frames: String(await framesASecond()),
    motion: matchMedia('(prefers-reduced-motion: reduce)').matches ? texts.yes : texts.noCheck,
    webgl: canvas.getContext('webgl') === null ? texts.noCheck : texts.yes,
  }
}

/** Resolves in a hidden page too, which draws nothing. */
function framesASecond(): Promise<number> {
  return new Promise((resolve) => {
    let frames = 0
    let over = false
    const count = () => {
      frames += 1
      if (!over) requestAnimationFrame(count)
    }
    requestAnimationFrame(count)
    setTimeout(() => {
      over = true
      resolve(Math.round((frames * 1000) / FRAMES_MS))
    }, FRAMES_MS)
  })
}
