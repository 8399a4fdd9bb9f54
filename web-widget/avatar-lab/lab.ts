import type { Me } from '../../server/protocol/console-account.ts'
import type { PersonaCard } from '../../server/protocol/persona-card.ts'
import type { SpeechPlan } from '../../server/protocol/speech-lab.ts'
import { field, select } from '../lecturer-console/parts/fields.ts'
import { h } from '../parts/dom.ts'
import { unlockSound } from '../talking-avatar/sound.ts'
import type { Moment, SpeechPlayer } from '../talking-avatar/speech-player.ts'
import { createSynthesisPlayer } from '../talking-avatar/synthesis-player.ts'
import { createClausePlayer } from './clause-player.ts'
import { createContactSheet } from './contact-sheet.ts'
import { createCopyBox } from './copy-box.ts'
import type { LabServer } from './lab-server.ts'
import { keepLabSettings, readLabSettings } from './lab-settings.ts'
import { choices, createLook } from './look.ts'
import { personaLines } from './persona-lines.ts'
import { drawReading } from './reading.ts'
import { createSelfCheck } from './self-check.ts'
import { partsOf, speakParts } from './speak-parts.ts'
import { EXAMPLES, type LabTexts } from './texts.ts'
import { createTimeline } from './timeline.ts'
import { wholeMs } from './whole-ms.ts'

/** The server refuses longer texts (`MOST_LAB_TEXT` of server/protocol/speech-lab.ts). */
const MOST_LAB_TEXT = 600

export interface LabParts {
  readonly me: Me
  readonly server: LabServer
  readonly texts: LabTexts
  readonly cardOf: (personaId: string) => PersonaCard | undefined
}

const SPEEDS = ['0.6', '0.8', '1', '1.2', '1.5'] as const
const VOICE = /^[\w.:/-]{1,80}$/

/** The lab itself: text and reading on one side, face and voice on the other. */
export function createLab({ me, server, texts, cardOf }: LabParts): HTMLElement {
  let plan: SpeechPlan | null = null
  let planned = ''
  let asked = 0
  let speed = 1
  let settings = readLabSettings()
  let personaId = me.personas[0]?.id ?? ''
  let player: SpeechPlayer | null = null
  let talk: AbortController | null = null
  const paces = new Map<string, number>()

  const look = createLook(texts, () => writeLines())
  const timeline = createTimeline(
    texts,
    (unit) => {
      stop()
      look.hold(unit)
    },
    () => (talk === null ? void hear(plan?.voice ? 'server' : 'browser') : stop()),
  )
  const lines = createCopyBox(texts, texts.lines)
  const linesHint = h('p', { class: 'hint' })
  const reading = h('div', { 'aria-live': 'polite' })
  const status = h('p', { class: 'hint', role: 'status' })
  const text = field(
    h('textarea', {
      id: 'lab-text',
      lang: 'zh-CN',
      maxlength: MOST_LAB_TEXT,
      oninput: () => stop(),
      onkeydown: (event: KeyboardEvent) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void read()
      },
    }),
    { label: texts.text, hint: texts.textHint },
  )
  const voice = field(
    h('input', {
      id: 'lab-voice',
      maxlength: 80,
      autocapitalize: 'none',
      spellcheck: 'false',
      oninput: () => writeLines(),
    }),
    { label: texts.voice, hint: texts.voiceHint },
  )
  const button = (words: string, onclick: () => void, quiet = true) =>
    h('button', { type: 'button', class: quiet ? 'button quiet' : 'button', onclick }, words)
  const hearServer = button(texts.hear, () => void hear('server'), false)
  const hearBrowser = button(texts.hearBrowser, () => void hear('browser'))
  const stopButton = button(texts.stop, () => stop())
  const exportButton = button(texts.exportWav, () => void exportWav())

  function stop(): void {
    talk?.abort()
    talk = null
    player = null
    look.face.hush()
    status.textContent = ''
  }

  function writeLines(): void {
    const wanted = voice.control.value.trim()
    lines.set(personaLines({ voice: wanted || (cardOf(personaId)?.voice ?? ''), avatar: look.avatar }))
    linesHint.textContent = texts.linesHint(`knowledge/personas/${personaId}.md`)
  }

  async function read(): Promise<void> {
    const words = text.control.value.trim() === '' ? '' : text.control.value
    stop()
    look.hold(null)
    if (words === '') return
    asked += 1
    const mine = asked
    reading.setAttribute('aria-busy', 'true')
    status.textContent = texts.loading
    try {
      const next = await server.plan({ text: words, speed, ...(personaId === '' ? {} : { personaId }) })
      if (mine !== asked) return
      plan = next
      planned = words
      reading.replaceChildren(drawReading(next, texts))
      timeline.show(next)
      const silent = next.voice === null
      hearServer.disabled = silent
      exportButton.disabled = silent
      status.textContent = silent ? texts.noVoice : ''
    } catch (error) {
      if (mine === asked) status.textContent = error instanceof Error ? error.message : texts.offline
    } finally {
      if (mine === asked) reading.removeAttribute('aria-busy')
    }
  }

  const trial = () => {
    const wanted = voice.control.value.trim()
    return VOICE.test(wanted) ? { voice: wanted } : {}
  }

  async function hear(rung: 'server' | 'browser'): Promise<void> {
    // Before anything is awaited: phones allow sound only inside the tap.
    unlockSound()
    stop()
    look.hold(null)
    if (plan === null || planned !== text.control.value) await read()
    const current = plan
    if (current === null || planned !== text.control.value) return
    const own = new AbortController()
    talk = own
    const words = planned
    player =
      rung === 'browser'
        ? createSynthesisPlayer({
            read: (name) => paces.get(name) ?? null,
            keep: (name, pace) => paces.set(name, pace),
          })
        : createClausePlayer({
            audio: (clause, signal) => server.audio({ text: words, personaId, speed, clause, ...trial() }, signal),
            onTimes: (clause, track) => timeline.fit(clause, track),
          })
    status.textContent = texts.playing
    const fault = await speakParts(player, partsOf(current, words), { speed, pauses: 1 }, own.signal)
    if (talk !== own) return
    stop()
    status.textContent = fault === null ? texts.done : `${texts.failed}${texts.faults[fault] ?? fault}`
  }

  async function exportWav(): Promise<void> {
    stop()
    const own = new AbortController()
    talk = own
    status.textContent = texts.loading
    try {
      const { bytes } = await server.audio({ text: text.control.value, personaId, speed, ...trial() }, own.signal)
      const address = URL.createObjectURL(new Blob([bytes], { type: 'audio/wav' }))
      h('a', { href: address, download: `ai-speech-${personaId}.wav` }).click()
      setTimeout(() => URL.revokeObjectURL(address), 10_000)
      status.textContent = texts.exported
    } catch {
      if (!own.signal.aborted) status.textContent = `${texts.failed}${texts.faults.network}`
    } finally {
      if (talk === own) talk = null
    }
  }

  function choosePersona(id: string): void {
    personaId = id
    voice.control.placeholder = cardOf(id)?.voice ?? ''
    voice.control.value = ''
    look.setAvatar(cardOf(id)?.avatar ?? 'electrician')
    void read()
  }

  look.face.source = (): Moment | null => {
    const moment = player?.moment() ?? null
    return moment === null || settings.gate ? moment : { ...moment, level: null }
  }
  const keep = (next: Partial<typeof settings>) => {
    settings = { ...settings, ...next }
    look.face.offsetMs = settings.delay
    delayShown.textContent = `${settings.delay} ms`
    keepLabSettings(settings)
  }
  const delayShown = h('output', {})
  const delay = field(
    h('input', {
      id: 'lab-delay',
      type: 'range',
      min: -400,
      max: 400,
      step: 10,
      value: settings.delay,
      oninput: () => keep({ delay: Number(delay.control.value) }),
    }),
    { label: texts.delay, hint: texts.delayHint },
  )
  delay.element.append(delayShown)
  const gate = h('input', { type: 'checkbox', checked: settings.gate, onchange: () => keep({ gate: gate.checked }) })
  const onFrame = () => {
    const moment = player?.moment() ?? null
    if (moment !== null && plan !== null) timeline.head(moment.part.clause, wholeMs(moment, speed))
    requestAnimationFrame(onFrame)
  }
  requestAnimationFrame(onFrame)
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) stop()
  })

  const personas = select(
    me.personas.map(({ id, name }) => [id, name] as const),
    personaId,
    choosePersona,
  )
  const card = (title: string, ...content: readonly Node[]) =>
    h('section', { class: 'card' }, h('h2', {}, title), ...content)
  const folded = (title: string, ...content: readonly Node[]) =>
    h('details', { class: 'card' }, h('summary', {}, title), ...content)
  const examples = EXAMPLES.map((example) =>
    h(
      'button',
      {
        type: 'button',
        lang: 'zh-CN',
        onclick: () => {
          text.control.value = example
          void read()
        },
      },
      example,
    ),
  )
  const page = h(
    'div',
    { class: 'lab-grid-page' },
    h(
      'div',
      { class: 'lab-main' },
      h(
        'section',
        { class: 'card stack' },
        field(personas, { label: texts.persona }).element,
        text.element,
        h('div', { class: 'lab-examples', role: 'group', 'aria-label': texts.examples }, ...examples),
        h(
          'div',
          { class: 'row' },
          button(texts.show, () => void read()),
          hearServer,
          hearBrowser,
          stopButton,
        ),
        status,
      ),
    ),
    h(
      'div',
      { class: 'lab-side' },
      card(texts.stage, look.stage),
      folded(texts.mouth, look.mouth),
      h(
        'section',
        { class: 'card stack' },
        choices(
          texts.speed,
          SPEEDS.map((value) => [value, `${value}×`] as const),
          '1',
          (value) => {
            speed = Number(value)
            void read()
          },
        ),
        voice.element,
        h('label', { class: 'check' }, gate, texts.gate),
        delay.element,
      ),
      card(texts.lines, linesHint, lines.element),
    ),
    h(
      'div',
      { class: 'lab-main' },
      card(texts.reading, reading),
      card(texts.timeline, timeline.element),
      h(
        'section',
        { class: 'card stack' },
        h('h2', {}, texts.exportTitle),
        h('p', { class: 'hint' }, texts.exportHint),
        h('div', { class: 'row' }, exportButton),
      ),
      folded(
        texts.check,
        createSelfCheck(texts, () => settings.delay),
      ),
      folded(texts.sheet, createContactSheet(texts)),
    ),
  )
  keep({})
  text.control.value = EXAMPLES[0] ?? ''
  choosePersona(personaId)
  return page
}
