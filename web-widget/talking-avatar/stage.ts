import type { Conversation } from '../connection/conversation-state.ts'
import { pageStorage } from '../connection/visitor-store.ts'
import { h, setAttribute, setText } from '../parts/dom.ts'
import { createCaptionPlayer } from './caption-player.ts'
import { createLazyPlayer } from './lazy-player.ts'
import { soundContext, unlockSound } from './sound.ts'
import { createSpeaker, type Heard } from './speaker.ts'
import { keepSettings, paceOf, readSettings, SPEEDS, type SpeechSettings } from './speech-settings.ts'
import { isThinking, NOTHING_SPOKEN, nextToSpeak, partsAgain } from './spoken-turn.ts'
import styles from './stage.css?inline'
import { stageTextsOf } from './stage-texts.ts'
import { createSubtitle } from './subtitle.ts'
import { defineTalkingAvatar, type TalkingAvatar } from './talking-avatar.ts'
import { canSpeak, watchForBargeIn } from './visitor-acts.ts'
import { createWebAudioPlayer } from './web-audio-player.ts'

export interface StageParts {
  /** The panel: the stage listens there for whatever silences it. */
  readonly root: HTMLElement
  /** The stage stands right behind this. */
  readonly head: Element
  /** The server's address, with a slash at the end. */
  readonly server: string
  /** The language, as `pickTag` gives it. */
  readonly tag: string
  /** Whether the choices are kept for the next visit. */
  readonly remembers: boolean
  /** The AI label in a word, which lies over the face. */
  readonly label: () => string
  readonly name: () => string
  readonly elder: () => boolean
  readonly conversation: () => Conversation
  readonly onHeard: (heard: Heard) => void
}

/** The seat of the talking avatar in the panel. */
export interface Stage {
  update(talk: Conversation): void
  /** Shows or hides it; a hidden one is silent. */
  show(shown: boolean): void
  readonly shown: boolean
}

const LISTENS_MS = 3_000
const GREETS_MS = 1_400

/** Builds the stage, hidden. Its code is loaded by the first tap on its button. */
export async function createStage(parts: StageParts): Promise<Stage> {
  defineTalkingAvatar()
  const texts = await stageTextsOf(parts.tag)
  const store = parts.remembers ? pageStorage('localStorage') : null
  let settings: SpeechSettings = readSettings(store, parts.elder())
  let spoken = NOTHING_SPOKEN
  let greetsUntil = 0
  let listensUntil = 0
  let faceOf = ''
  let remark = ''
  let timer: ReturnType<typeof setTimeout> | undefined

  const face = document.createElement('talking-avatar') as TalkingAvatar
  const seat = h('button', { type: 'button', class: 'seat', onclick: () => change({ large: !settings.large }) }, face)
  const subtitle = createSubtitle(texts.hint)
  const unlock = h('button', { type: 'button', class: 'unlock', hidden: true, onclick: () => tapped() }, texts.locked)
  const remarkLine = h('p', { class: 'remark', role: 'status', hidden: true })
  const speeds = SPEEDS.map((speed, index) =>
    h(
      'button',
      {
        type: 'button',
        'aria-label': `${speed}×，${texts.speeds[index] ?? ''}`,
        onclick: () => change({ speed }),
      },
      `${speed}×`,
    ),
  )
  const pick = (words: string, onclick: () => void): HTMLButtonElement =>
    h('button', { type: 'button', class: 'pick', onclick }, words)
  const slow = pick(texts.slow, () => change({ slow: !settings.slow }))
  const captions = pick(texts.captions, () => change({ captions: !settings.captions }))
  const again = pick(texts.again, () => hearAgain())
  const element = h(
    'section',
    { class: 'stage', hidden: true },
    seat,
    h('div', {}, subtitle.element, unlock, remarkLine),
    h(
      'div',
      { class: 'rack' },
      h('div', { class: 'speeds', role: 'group', 'aria-label': texts.speed }, ...speeds),
      slow,
      captions,
      again,
    ),
  )
  addStyles(parts.root.getRootNode() as ShadowRoot)
  parts.head.after(element)

  const paces = {
    read: (voice: string): number | null => settings.paces[voice] ?? null,
    keep(voice: string, pace: number): void {
      settings = { ...settings, paces: { ...settings.paces, [voice]: pace } }
      keepSettings(store, settings)
    },
  }
  const speaker = createSpeaker({
    players: {
      server: createWebAudioPlayer({
        context: soundContext,
        server: parts.server,
        token: () => parts.conversation().session?.token ?? null,
      }),
      browser: createLazyPlayer('browser', async () =>
        (await import('./synthesis-player.ts')).createSynthesisPlayer(paces),
      ),
      captions: createCaptionPlayer(),
    },
    pace: () => paceOf(settings),
    audible: canSpeak,
    onLocked: () => say(texts.lockedHint, true),
    onFault(fault, rung) {
      element.dispatchEvent(
        new CustomEvent('talking-avatar-fault', { bubbles: true, composed: true, detail: { fault, rung } }),
      )
      if (fault !== 'locked') say(rung === 'server' ? texts.browserVoice : texts.noVoice, false)
    },
    onChange: () => drawSoon(),
    onHeard: parts.onHeard,
  })
  face.source = speaker.moment
  face.addEventListener('talking-avatar-fallback', () => say(texts.noModel, false))
  face.addEventListener('talking-avatar-ready', () => {
    if (face.face?.limits === 'one-movement') say(texts.photo, false)
  })

  const say = (words: string, locked: boolean): void => {
    remark = words
    unlock.hidden = !locked
    drawSoon()
  }

  /** Inside a tap: from here on sound is allowed. */
  const tapped = (): void => {
    unlockSound()
    speaker.unlocked()
    if (!unlock.hidden) say('', false)
  }

  const bargeIn = (): void => {
    speaker.bargeIn()
    face.hush()
    spoken = { ...spoken, muted: spoken.turnId !== null }
    drawSoon()
  }

  const hearAgain = (): void => {
    tapped()
    if (speaker.speaking()) {
      bargeIn()
      return
    }
    for (const part of partsAgain(parts.conversation())) speaker.say(part)
  }

  const change = (changed: Partial<SpeechSettings>): void => {
    settings = { ...settings, ...changed }
    keepSettings(store, settings)
    draw()
  }

  const acts = watchForBargeIn(parts.root, {
    shown: () => !element.hidden,
    onTap: () => tapped(),
    onWriting() {
      if (speaker.speaking() || isThinking(parts.conversation())) bargeIn()
      listensUntil = performance.now() + LISTENS_MS
      drawSoon()
    },
    onAct: () => {
      if (speaker.speaking()) bargeIn()
    },
    onLost: () => {
      if (speaker.speaking()) say(texts.lockedHint, true)
    },
  })

  const draw = (): void => {
    clearTimeout(timer)
    timer = undefined
    if (element.hidden) return
    const talk = parts.conversation()
    const now = performance.now()
    const name = parts.name()
    setAttribute(element, 'aria-label', texts.stage(name))
    setAttribute(face, 'label', parts.label())
    const avatar = avatarOf(talk)
    if (avatar !== faceOf) {
      faceOf = avatar
      setAttribute(face, 'avatar', avatar)
    }
    face.offsetMs = settings.offsetMs
    setAttribute(seat, 'aria-label', `${parts.label()}，${settings.large ? texts.smaller : texts.larger}`)
    element.classList.toggle('large', settings.large)
    for (const [index, button] of speeds.entries())
      setAttribute(button, 'aria-pressed', String(SPEEDS[index] === settings.speed))
    setAttribute(slow, 'aria-pressed', String(settings.slow))
    setAttribute(captions, 'aria-pressed', String(settings.captions))
    const speaking = speaker.speaking()
    setText(again, speaking ? texts.quiet : texts.again)
    again.hidden = !speaking && partsAgain(talk).length === 0
    const thinking = isThinking(talk)
    subtitle.show(settings.captions, thinking ? texts.thinking : null, speaker.moment)
    setText(remarkLine, remark)
    remarkLine.hidden = remark === ''
    const last = talk.turns[talk.turns.length - 1]
    face.expression =
      now < greetsUntil
        ? 'bow'
        : now < listensUntil
          ? 'listen'
          : thinking
            ? 'think'
            : last?.answer?.ending?.outcome === 'declined'
              ? 'sorry'
              : speaking
                ? 'neutral'
                : 'smile'
    const next = Math.min(...[greetsUntil, listensUntil].filter((until) => until > now))
    if (Number.isFinite(next)) timer = setTimeout(draw, next - now + 10)
  }

  const drawSoon = (): void => {
    if (timer !== undefined) clearTimeout(timer)
    timer = setTimeout(draw, 0)
  }

  const update = (talk: Conversation): void => {
    if (element.hidden) return
    const step = nextToSpeak(spoken, talk)
    spoken = step.state
    if (step.bargeIn) {
      speaker.bargeIn()
      face.hush()
    }
    for (const part of step.parts) speaker.say(part)
    drawSoon()
  }

  return {
    get shown() {
      return !element.hidden
    },
    update,
    show(shown) {
      if (shown === !element.hidden) return
      element.hidden = !shown
      settings = { ...readSettings(store, parts.elder()), on: shown }
      keepSettings(store, settings)
      if (!shown) {
        bargeIn()
        subtitle.show(false, null, null)
        acts.stop()
        return
      }
      acts.start()
      greetsUntil = performance.now() + GREETS_MS
      draw()
      update(parts.conversation())
    },
  }
}

/** The character of a persona, or the address of its picture or figure; an institution without one is the adviser. */
function avatarOf({ persona }: Conversation): string {
  return persona?.avatar ?? (persona?.speaker === 'institution' ? 'adviser' : 'electrician')
}

/** Adds the styles of this part to those of the panel, by the way that the panel's own took. */
function addStyles(root: ShadowRoot): void {
  if ('adoptedStyleSheets' in root && 'replaceSync' in CSSStyleSheet.prototype) {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(styles)
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]
    return
  }
  const first = (root as ShadowRoot).querySelector('style')
  const style = document.createElement('style')
  if (first?.nonce !== undefined && first.nonce !== '') style.setAttribute('nonce', first.nonce)
  style.textContent = styles
  first?.after(style)
}
