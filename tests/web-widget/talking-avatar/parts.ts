import type { SpeechPart } from '../../../web-widget/talking-avatar/speech-player.ts'
import type { VisemeTrack } from '../../../web-widget/talking-avatar/viseme-track.ts'

/** A track with a movement every `step` ms. */
export function trackOf(visemes: readonly number[], step = 80): VisemeTrack {
  return {
    at: visemes.map((_viseme, index) => index * step),
    visemes,
    weights: visemes.map(() => 1),
    reached: visemes.map((_viseme, index) => index + 1),
    length: visemes.length * step,
  }
}

export function partOf(clause: number, text = '你好', audio = true): SpeechPart {
  return {
    turnId: 'turn',
    answerId: 'answer',
    epoch: 'epoch',
    seq: 1,
    clause,
    text,
    from: 0,
    track: trackOf([...text].map(() => 10)),
    pause: 100,
    audio,
  }
}
