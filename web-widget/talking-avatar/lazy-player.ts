import type { Rung, SpeechPlayer } from './speech-player.ts'

/** A player whose code is loaded by the first clause that it is to play. */
export function createLazyPlayer(rung: Rung, make: () => Promise<SpeechPlayer>): SpeechPlayer {
  let player: SpeechPlayer | null = null
  return {
    rung,
    async load(part, pace, signal) {
      player ??= await make()
      await player.load(part, pace, signal)
    },
    play(part, pace, over) {
      if (player === null) over('no-voice')
      else player.play(part, pace, over)
    },
    moment: () => player?.moment() ?? null,
    stop: () => player?.stop(),
  }
}
