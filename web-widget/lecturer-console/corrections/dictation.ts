import { h, setText } from '../../parts/dom.ts'
import { icon } from '../../parts/icons.ts'
import { canRecord, type Recording, RecordingError, startRecording } from '../../voice-input/recorder.ts'
import { voiceTextsOf } from '../../voice-input/voice-texts.ts'
import type { ConsoleContext } from '../view.ts'
import { correctionTexts } from './texts.ts'

/** Long enough for an answer; the recording ends by itself. */
const LONGEST_MS = 120_000

/** A button that writes down what is said at the end of a field; null where the server or the browser cannot. */
export function dictationButton(
  { me, language, toast, fail, api }: Pick<ConsoleContext, 'me' | 'language' | 'toast' | 'fail' | 'api'>,
  field: HTMLTextAreaElement,
): HTMLButtonElement | null {
  if (!me.transcription || !canRecord()) return null
  const texts = correctionTexts(language)
  const { problems } = voiceTextsOf(language === 'en' ? 'en' : 'zh-CN')
  let recording: Recording | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  const label = h('span', {}, texts.dictate)
  const button = h(
    'button',
    { type: 'button', class: 'button quiet dictate', 'aria-pressed': 'false', onclick: () => void press() },
    icon('mic'),
    label,
  )
  const rest = (words: string) => {
    clearTimeout(timer)
    recording = null
    button.setAttribute('aria-pressed', 'false')
    button.removeAttribute('aria-disabled')
    setText(label, words)
  }

  async function press(): Promise<void> {
    if (button.getAttribute('aria-disabled') === 'true') return
    if (recording !== null) return finish()
    button.setAttribute('aria-disabled', 'true')
    try {
      recording = await startRecording(() => void finish())
      if (!button.isConnected) return recording.cancel()
      button.removeAttribute('aria-disabled')
      button.setAttribute('aria-pressed', 'true')
      setText(label, texts.dictating)
      timer = setTimeout(() => void finish(), LONGEST_MS)
    } catch (error) {
      rest(texts.dictate)
      toast(problems[error instanceof RecordingError ? error.problem : 'unsupported'])
    }
  }

  async function finish(): Promise<void> {
    const ended = recording
    if (ended === null) return
    rest(texts.writingDown)
    button.setAttribute('aria-disabled', 'true')
    try {
      const { blob, audible } = await ended.finish()
      if (!audible) return toast(problems.tooQuiet)
      const body = new FormData()
      body.append('file', blob, 'speech')
      const { text } = await api.post<{ text: string }>('/transcriptions', body)
      if (text.trim() === '') return toast(problems.nothingHeard)
      const before = field.value.trimEnd()
      field.value = before === '' ? text.trim() : `${before}${language === 'en' ? ' ' : ''}${text.trim()}`
      field.dispatchEvent(new Event('input', { bubbles: true }))
      field.focus()
    } catch (error) {
      fail(error)
    } finally {
      rest(texts.dictate)
    }
  }
  return button
}
