import type { Conversation } from '../connection/conversation-state.ts'
import { pageStorage } from '../connection/visitor-store.ts'
import { addStyles } from '../parts/add-styles.ts'
import { setAttribute } from '../parts/dom.ts'
import { createCaptionPlayer } from './caption-player.ts'
import { createLazyPlayer } from './lazy-player.ts'
import { adoptSound, soundContext, unlockSound } from './sound.ts'
import { createSpeaker, type Heard } from './speaker.ts'
import { keepSettings, paceOf, readSettings, type SpeechSettings } from './speech-settings.ts'
import { isThinking, NOTHING_SPOKEN, nextToSpeak, partsAgain } from './spoken-turn.ts'
import styles from './stage.css?inline'
import { stageTextsOf } from './stage-texts.ts'
import { createStageView } from './stage-view.ts'
import { defineTalkingAvatar } from './talking-avatar.ts'
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
}

const LISTENS_MS = 3_000
const GREETS_MS = 1_400

/**
 * Builds the stage and opens it; `button` closes and opens it from then on. `sound` is what the first tap, which loaded
 * this code, has woken.
 */
export async function createStage(
  parts: StageParts,
  button: HTMLButtonElement,
  sound: AudioContext | undefined,
): Promise<Stage> {
  adoptSound(sound)
  defineTalkingAvatar()
  const texts = await stageTextsOf(parts.tag)
  const store = parts.remembers ? pageStorage('localStorage') : null
  let settings: SpeechSettings = readSettings(store, parts.elder())
  let spoken = NOTHING_SPOKEN
  let greetsUntil = 0
  let listensUntil = 0
  let remark = ''
  let isLocked = false
  let timer: ReturnType<typeof setTimeout> | undefined

  const {
    element,
    face,
    subtitle,
    draw: drawView,
  } = createStageView(texts, () => settings, {
    change: (changed) => change(changed),
    unlock: () => tapped(),
    again: () => hearAgain(),
  })
  const root = parts.root.getRootNode() as ShadowRoot
  addStyles(root, styles, root.querySelector('style')?.nonce)
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
    if (face.kind === 'picture') say(texts.photo, false)
  })

  const say = (words: string, locked: boolean): void => {
    remark = words
    isLocked = locked
    drawSoon()
  }

  /** Inside a tap: from here on sound is allowed. */
  const tapped = (): void => {
    unlockSound()
    speaker.unlocked()
    if (isLocked) say('', false)
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
    setAttribute(face, 'avatar', avatarOf(talk))
    const speaking = speaker.speaking()
    drawView({
      settings,
      name: parts.name(),
      label: parts.label(),
      speaking,
      canHearAgain: partsAgain(talk).length > 0,
      remark,
      locked: isLocked,
    })
    const thinking = isThinking(talk)
    subtitle.show(settings.captions, thinking ? texts.thinking : null, speaker.moment)
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

  /** A hidden stage is silent. */
  const show = (shown: boolean): void => {
    element.hidden = !shown
    setAttribute(button, 'aria-pressed', String(shown))
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
  }
  button.addEventListener('click', () => {
    tapped()
    show(element.hidden === true)
  })
  show(true)
  return { update }
}

/** The character of a persona, or the address of its picture or figure; an institution without one is the adviser. */
function avatarOf({ persona }: Conversation): string {
  return persona?.avatar ?? (persona?.speaker === 'institution' ? 'adviser' : 'electrician')
}
