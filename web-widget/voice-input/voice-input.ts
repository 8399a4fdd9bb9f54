import { addStyles } from '../parts/add-styles.ts'
import { icon } from '../parts/icons.ts'
import { canRecord, type Recording, RecordingError, startRecording } from './recorder.ts'
import { transcribe } from './transcribe.ts'
import { createVoiceBar, type VoiceStage } from './voice-bar.ts'
import styles from './voice-input.css?inline'
import { type VoiceProblem, voiceTextsOf } from './voice-texts.ts'

export interface VoiceInputParts {
  readonly form: HTMLElement
  readonly mic: HTMLButtonElement
  readonly input: HTMLTextAreaElement
  /** The language, as `pickTag` gives it. */
  readonly tag: string
  /** The server's address, with a slash at the end. */
  readonly server: string
  /** Null while there is no connection. */
  readonly session: () => { readonly sessionId: string; readonly token: string } | null
  /** Shows a line above the composer; `calm` where nothing is wrong. */
  readonly say: (words: string, calm: boolean) => void
  /** Tells screen readers alone. */
  readonly tell: (words: string) => void
}

/** A finger on the button. */
interface Hold {
  readonly pointer: number
  readonly since: number
  readonly timer: ReturnType<typeof setTimeout>
  /** Whether it is long enough to record. */
  on: boolean
}

export interface VoiceInput {
  /** The button was pressed (`pointerdown`) or activated (`click`). */
  touched(event: Event): void
  /** Stops whatever goes on and throws it away. */
  cancel(): void
}

/** WeChat's own recorder ends at 60 s, so that every tier ends before. */
const LONGEST_MS = 55_000
const SHORTEST_MS = 600
const TICK_MS = 100
/** A press this long begins to record. */
const HOLD_MS = 300
/** One that ends before this was a slow tap, as old hands make it. */
const SLOW_TAP_MS = 700
/** How far from the button, in px, letting go cancels. */
const AWAY = 64

/**
 * The microphone button: hold it and speak, or tap, speak and tap again. The words come into the field, to be checked
 * and sent by hand. The microphone is asked for by these two gestures alone and is let go of after every recording.
 */
export function createVoiceInput(parts: VoiceInputParts): VoiceInput {
  const { form, mic, input } = parts
  const texts = voiceTextsOf(parts.tag)
  const stillMotion = matchMedia('(prefers-reduced-motion: reduce)').matches
  let stage: VoiceStage = 'resting'
  /** Counts the attempts: what belongs to an earlier one does nothing. */
  let run = 0
  let recording: Recording | null = null
  let startedAt = 0
  let ticks = 0
  let timer: ReturnType<typeof setInterval> | undefined
  let sending: AbortController | null = null
  let kept: Blob | null = null
  let hold: Hold | null = null
  let away = false
  let heldUntil = Number.NEGATIVE_INFINITY
  /** Whether the line above the composer has words from here. */
  let said = false

  const bar = createVoiceBar(texts, { cancel: () => drop(true), again: () => again() })
  addStyles(form.getRootNode() as ShadowRoot, styles)
  form.append(bar.element)

  const enter = (next: VoiceStage, hint = ''): void => {
    const focusInside = bar.element.contains((form.getRootNode() as ShadowRoot).activeElement)
    stage = next
    const recordingNow = next === 'recording'
    mic.setAttribute('aria-pressed', String(next === 'opening' || recordingNow))
    mic.classList.toggle('speaking', recordingNow)
    mic.textContent = ''
    mic.append(icon(recordingNow && hold === null ? 'stop' : 'mic'))
    bar.show(next, hint)
    // The field lies under the bar: the keys must not get there.
    for (const covered of [input, ...form.querySelectorAll<HTMLElement>('.send')])
      if (next === 'resting') covered.removeAttribute('tabindex')
      else covered.tabIndex = -1
    if (next === 'resting') {
      document.removeEventListener('keydown', onKey, true)
      document.removeEventListener('visibilitychange', onHidden)
      if (focusInside) mic.focus({ preventScroll: true })
    } else {
      document.addEventListener('keydown', onKey, true)
      document.addEventListener('visibilitychange', onHidden)
    }
  }

  const rest = (): void => {
    run += 1
    clearInterval(timer)
    recording?.cancel()
    recording = null
    sending?.abort()
    sending = null
    kept = null
    away = false
    if (stage !== 'resting') enter('resting')
  }
  const say = (words: string, calm: boolean): void => {
    said = words !== ''
    parts.say(words, calm)
  }
  /** Ends it all because the visitor wants to. */
  const drop = (told: boolean): void => {
    const was = stage
    rest()
    say('', true)
    if (told && was !== 'resting') parts.tell(texts.statusCancelled)
  }
  const fail = (problem: VoiceProblem): void => {
    rest()
    say(texts.problems[problem], false)
  }

  const start = async (): Promise<void> => {
    say('', true)
    if (!canRecord()) return fail('unsupported')
    if (navigator.onLine === false || parts.session() === null) return fail('offline')
    run += 1
    const mine = run
    enter('opening', texts.opening)
    let opened: Recording
    try {
      opened = await startRecording(() => {
        if (mine === run) finish().catch(() => fail('failed'))
      })
    } catch (error) {
      if (mine === run) fail(error instanceof RecordingError ? error.problem : 'unsupported')
      return
    }
    if (mine !== run) return opened.cancel()
    recording = opened
    startedAt = performance.now()
    ticks = 0
    enter('recording', hold === null ? texts.tap : texts.hold)
    parts.tell(texts.statusListening)
    timer = setInterval(tick, TICK_MS)
    tick()
  }

  const tick = (): void => {
    const ms = performance.now() - startedAt
    const level = recording?.level() ?? null
    // Where motion is unwelcome the meter moves twice a second.
    if (ticks % (stillMotion ? 5 : 1) === 0) bar.push(level ?? 0.3)
    ticks += 1
    const left = Math.ceil((LONGEST_MS - ms) / 1_000)
    const seconds = Math.floor(ms / 1_000)
    bar.time(left <= 10 ? texts.left(Math.max(0, left)) : `0:${String(seconds).padStart(2, '0')}`, left <= 10)
    // A public screen that counts idle seconds learns that somebody is there.
    form.dispatchEvent(new Event('scroll'))
    // The panel was closed meanwhile.
    if (form.getClientRects().length === 0) drop(false)
    else if (ms >= LONGEST_MS) finish().catch(() => fail('failed'))
  }

  const finish = async (): Promise<void> => {
    const ended = recording
    if (stage !== 'recording' || ended === null) return
    clearInterval(timer)
    ended.level()
    recording = null
    const mine = run
    enter('writing', texts.writing)
    const { blob, ms, audible } = await ended.finish()
    if (mine !== run) return
    if (ms < SHORTEST_MS) return fail('tooShort')
    if (!audible) return fail('tooQuiet')
    await write(blob)
  }

  const write = async (blob: Blob): Promise<void> => {
    const mine = run
    const session = parts.session()
    say('', true)
    enter('writing', texts.writing)
    parts.tell(texts.writing)
    sending = new AbortController()
    const result =
      session === null
        ? ({ problem: 'network', retryable: true } as const)
        : await transcribe(blob, { server: parts.server, session, signal: sending.signal })
    if (mine !== run) return
    if ('text' in result) {
      if (result.text === '') return fail('nothingHeard')
      rest()
      fill(result.text)
    } else if (result.retryable) {
      kept = blob
      enter('failed')
      say(texts.problems[result.problem], false)
    } else {
      fail(result.problem)
    }
  }

  const again = (): void => {
    if (kept !== null) write(kept).catch(() => fail('failed'))
  }

  const fill = (text: string): void => {
    const before = input.value.replace(/\s+$/, '')
    const gap = before === '' || /[\u3000-\u9fff\uff00-\uffef]$/.test(before) ? '' : ' '
    input.value = before + gap + text
    input.dispatchEvent(new Event('input', { bubbles: true }))
    input.scrollTop = input.scrollHeight
    parts.tell(texts.statusFilled(text))
    // On a phone the focus would open the keyboard over what is to be checked.
    if (matchMedia('(pointer: fine)').matches) input.focus({ preventScroll: true })
  }

  const go = (): void => {
    start().catch(() => fail('failed'))
  }

  const letGo = (event: PointerEvent): void => {
    const held = hold
    hold = null
    if (held === null) return
    clearTimeout(held.timer)
    if (!held.on) return
    heldUntil = performance.now()
    const cancelled = event.type === 'pointercancel'
    if (!away && !cancelled && event.timeStamp - held.since < SLOW_TAP_MS) {
      if (stage === 'recording') enter('recording', texts.tap)
    } else if (stage === 'opening') {
      // The question for permission came in between.
      rest()
      say(texts.pressAgain, true)
    } else if (away) {
      drop(true)
    } else if (stage === 'recording' && cancelled) {
      // The system took the finger: what was said is not lost, a tap ends it.
      enter('recording', texts.tap)
    } else {
      finish().catch(() => fail('failed'))
    }
    away = false
    bar.away(false)
  }

  function onKey(event: KeyboardEvent): void {
    const entered = event.key === 'Enter' && event.composedPath()[0] === input
    if (event.key !== 'Escape' && !entered) return
    event.preventDefault()
    event.stopPropagation()
    if (event.key === 'Escape') drop(true)
    else finish().catch(() => fail('failed'))
  }

  function onHidden(): void {
    if (document.visibilityState === 'hidden' && stage === 'recording') fail('interrupted')
  }

  mic.addEventListener('pointermove', (event) => {
    if (hold?.on !== true || event.pointerId !== hold.pointer || stage !== 'recording') return
    const box = mic.getBoundingClientRect()
    away =
      event.clientX < box.left - AWAY ||
      event.clientX > box.right + AWAY ||
      event.clientY < box.top - AWAY ||
      event.clientY > box.bottom + AWAY
    bar.show('recording', away ? texts.holdAway : texts.hold)
    bar.away(away)
  })
  mic.addEventListener('pointerup', letGo)
  mic.addEventListener('pointercancel', letGo)
  input.addEventListener('input', () => {
    if (said) say('', true)
  })
  // A long press opens no menu.
  mic.addEventListener('contextmenu', (event) => event.preventDefault())

  return {
    touched(event) {
      if (event.type === 'click') {
        if (hold !== null) clearTimeout(hold.timer)
        hold = null
        // The click that ends a hold says nothing new.
        if (performance.now() - heldUntil < 400) return
        if (stage === 'resting') go()
        else if (stage === 'recording') finish().catch(() => fail('failed'))
        else if (stage === 'failed') again()
        else drop(true)
        return
      }
      const { pointerId, button } = event as PointerEvent
      if (stage !== 'resting' || hold !== null || button !== 0) return
      try {
        mic.setPointerCapture(pointerId)
      } catch {
        return
      }
      // The finger may have left while this code was on its way; a mouse without a pressed button is not captured.
      if (!mic.hasPointerCapture(pointerId)) return
      const timer = setTimeout(() => {
        if (hold === null || stage !== 'resting') return
        hold.on = true
        go()
      }, HOLD_MS)
      hold = { pointer: pointerId, since: event.timeStamp, timer, on: false }
    },
    cancel: () => drop(false),
  }
}
