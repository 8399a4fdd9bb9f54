import type { VisitorStore } from '../connection/visitor-store.ts'
import { h, setAttribute, setText } from '../parts/dom.ts'
import { icon } from '../parts/icons.ts'
import type { VoiceInput, VoiceInputParts } from '../voice-input/voice-input.ts'
import type { ViewContext } from './view-context.ts'

export interface Composer {
  readonly element: HTMLElement
  readonly input: HTMLTextAreaElement
  /** Empties the field. */
  clear(): void
  update(state: { answering: boolean; blocked: boolean; limit: number; speech: boolean }): void
}

/**
 * Where the question is written. Enter sends where there is a real pointer (on touch it is a new line), and never
 * while an input method is composing: Safari ends the composition first and then reports the key as 229.
 */
export function createComposer(
  context: ViewContext,
  store: Pick<VisitorStore, 'draft' | 'keepDraft'>,
  speech: Pick<VoiceInputParts, 'server' | 'session' | 'say' | 'tell'>,
): Composer {
  const { texts } = context.language
  let limit = 2_000
  let answering = false
  let blocked = false
  let offered = false
  let voice: Promise<VoiceInput> | null = null
  const input = h('textarea', {
    rows: 1,
    placeholder: texts.composer,
    'aria-label': texts.composerLabel,
    enterkeyhint: 'send',
    autocomplete: 'off',
  })
  const count = h('span', { class: 'count', hidden: true })
  const button = h('button', { type: 'submit', class: 'send' })
  const mic = h(
    'button',
    {
      type: 'button',
      class: 'mic',
      'aria-label': texts.speak,
      'aria-pressed': 'false',
      title: texts.speak,
      hidden: true,
    },
    icon('mic'),
  )
  const element = h('form', { class: 'compose' }, mic, h('div', { class: 'field' }, input, count), button)

  const grow = (): void => {
    input.style.height = 'auto'
    if (input.scrollHeight > 0) input.style.height = `${input.scrollHeight + 2}px`
  }
  const draw = (): void => {
    const length = input.value.length
    const over = length > limit
    count.hidden = length < limit * 0.8
    if (!count.hidden) setText(count, over ? texts.tooLong(limit) : texts.count(length, limit))
    count.classList.toggle('over', over)
    const stops = answering && input.value.trim() === ''
    setAttribute(button, 'aria-label', stops ? texts.stop : texts.send)
    setAttribute(button, 'title', stops ? texts.stop : texts.send)
    if (button.classList.contains('stopper') !== stops || button.firstChild === null) {
      button.classList.toggle('stopper', stops)
      button.textContent = ''
      button.append(icon(stops ? 'stop' : 'send'))
    }
    button.disabled = !stops && (blocked || over || input.value.trim() === '')
    input.disabled = blocked
    // Without speech to text on the server, phones have a microphone on their keyboard.
    mic.hidden = blocked || !(offered || (!context.kiosk && matchMedia('(pointer: coarse)').matches))
  }
  const clear = (): void => {
    voice?.then((known) => known.cancel()).catch(() => {})
    input.value = ''
    store.keepDraft('')
    grow()
    draw()
  }
  const submit = (): void => {
    const text = input.value.trim()
    if (text === '') {
      if (answering) context.actions.stop()
      return
    }
    if (blocked || input.value.length > limit) return
    clear()
    context.actions.ask(text)
  }

  /** The code of voice input is loaded by the first touch, the microphone asked for by it alone. */
  const touchMic = (event: Event): void => {
    if (event.type === 'pointerdown') event.preventDefault()
    if (!offered) {
      if (event.type === 'pointerdown') return
      speech.say(texts.speakHint, true)
      input.focus({ preventScroll: true })
      return
    }
    voice ??= import('../voice-input/voice-input.ts').then(({ createVoiceInput }) =>
      createVoiceInput({ ...speech, form: element, mic, input, tag: context.language.tag }),
    )
    voice
      .then((known) => known.touched(event))
      .catch(() => {
        voice = null
        if (event.type === 'click') speech.say(texts.speakHint, true)
      })
  }
  mic.addEventListener('pointerdown', touchMic)
  mic.addEventListener('click', touchMic)
  element.addEventListener('submit', (event) => {
    event.preventDefault()
    submit()
  })
  // Keeps the keyboard of a phone open: the press must not take the focus from the field.
  button.addEventListener('pointerdown', (event) => event.preventDefault())
  input.addEventListener('input', () => {
    store.keepDraft(input.value)
    grow()
    draw()
  })
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return
    if (!matchMedia('(any-pointer: fine)').matches) return
    event.preventDefault()
    if (input.value.trim() !== '') submit()
  })
  input.value = store.draft()
  // Its height is known once it is in the document.
  if (input.value !== '') requestAnimationFrame(grow)
  draw()

  return {
    element,
    input,
    clear,
    update(state) {
      if (
        state.answering === answering &&
        state.blocked === blocked &&
        state.limit === limit &&
        state.speech === offered
      )
        return
      answering = state.answering
      blocked = state.blocked
      limit = state.limit
      offered = state.speech
      draw()
    },
  }
}
