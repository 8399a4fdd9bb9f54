import type { AvatarBrowserFigures, Spread } from './browser.ts'
import type { AvatarServerFigures } from './server.ts'

/** One number of the goals; `value` in words where it could not be measured here. */
export interface Goal {
  readonly name: string
  readonly value: number | string
  readonly goal: string
  /** Null where it could not be measured. */
  readonly met: boolean | null
}

const most = (name: string, value: number, limit: number, unit: string, digits = 1): Goal => ({
  name,
  value: Number(value.toFixed(digits)),
  goal: `≤ ${limit}${unit}`,
  met: value <= limit,
})
const least = (name: string, value: number, limit: number, unit = ''): Goal => ({
  name,
  value: Number(value.toFixed(1)),
  goal: `≥ ${limit}${unit}`,
  met: value >= limit,
})

export function serverGoals({ onset, units, coverage, bytesPerCharacter }: AvatarServerFigures): Goal[] {
  return [
    least('held-out syllables', onset.syllables, 1_500),
    most('syllable onset p50', onset.p50, 25, ' ms'),
    most('syllable onset p95', onset.p95, 80, ' ms'),
    most('mouth more than 45 ms late', onset.late * 100, 2, ' %', 2),
    most('units of a clause p95', units.p95, 1, ' ms', 2),
    most('GB 2312 syllables without a mouth', coverage.syllables - coverage.mapped, 0, ''),
    most('units a character', bytesPerCharacter.units, 12, ' bytes'),
  ]
}

export function browserGoals(figures: AvatarBrowserFigures): Goal[] {
  const { audible, silence, silenceBrowserVoice, frames, endurance, figure, stale, sizes } = figures
  const kilobytes = (bytes: number): number => bytes / 1_000
  const n = ({ n: count }: Spread): string => `(n=${count})`
  return [
    least('answers timed', audible.n, 40),
    most('first clause to sound, zero-delay peer, p50', audible.p50, 250, ' ms'),
    most('first clause to sound, zero-delay peer, p95', audible.p95, 500, ' ms'),
    most(`barge-in to silence p95 ${n(silence)}`, silence.p95, 150, ' ms'),
    silenceBrowserVoice === null
      ? { name: "barge-in, browser's voice p95", value: 'no voice or sound server here', goal: '≤ 250 ms', met: null }
      : most(`barge-in, browser's voice p95 ${n(silenceBrowserVoice)}`, silenceBrowserVoice.p95, 250, ' ms'),
    most(`stale frames in ${stale.interleavings} interleavings`, stale.frames, 0, ''),
    ...frames.flatMap(({ throttle, script, drawn, drawnLeast, drawnMost, halved }) => [
      ...(throttle === 1 ? [most('script in a frame at 1× p95', script.p95, 1, ' ms', 2)] : []),
      throttle === 1
        ? least('frames a second at 1×', drawn, 57)
        : {
            name: `frames a second at ${throttle}×, governor ${halved ? 'halves' : 'draws all'}`,
            value: `${drawn.toFixed(1)} (${drawnLeast} to ${drawnMost})`,
            goal: 'steady: 28 to 32 in every second, or 57 and more',
            met: (drawnLeast >= 28 && drawnMost <= 32) || drawnLeast >= 57,
          },
    ]),
    most("a figure's script in a frame p95", figure.p95, 16, ' ms'),
    most(`sound contexts after ${endurance.utterances} utterances`, endurance.contexts, 1, ''),
    most(`heap growth with ${endurance.bargeIns} barge-ins`, endurance.heapGrowth / 1024 / 1024, 2, ' MiB', 2),
    most('avatar chunk with its default character', kilobytes(sizes.avatar), 15, ' KB', 2),
    most('avatar chunk with the largest character', kilobytes(sizes.avatarAtMost), 15, ' KB', 2),
    most('panel growth', kilobytes(sizes.panelGrowth), 0, ' KB', 2),
    most('VRM chunk', kilobytes(sizes.vrm), 200, ' KB'),
  ]
}

/** One line a number, for people. */
export function describeGoals(goals: readonly Goal[]): string {
  return goals
    .map(
      ({ name, value, goal, met }) =>
        `${met === null ? '  ?   ' : met ? '  pass' : '  FAIL'}  ${name}: ${value}  (${goal})`,
    )
    .join('\n')
}
