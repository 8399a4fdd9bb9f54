import { pageStorage } from '../connection/visitor-store.ts'

/** What this device remembers of the lab. */
export interface LabSettings {
  /** The mouth against the sound, in ms; positive: earlier. */
  readonly delay: number
  readonly gate: boolean
}

const KEY = 'avatar-lab:settings'
const MOST_DELAY = 400

export function readLabSettings(): LabSettings {
  try {
    const { delay, gate } = JSON.parse(pageStorage('localStorage')?.getItem(KEY) ?? '{}') as Record<string, unknown>
    const right = typeof delay === 'number' && Math.abs(delay) <= MOST_DELAY
    return { delay: right ? delay : 0, gate: gate !== false }
  } catch {
    return { delay: 0, gate: true }
  }
}

export function keepLabSettings(settings: LabSettings): void {
  try {
    pageStorage('localStorage')?.setItem(KEY, JSON.stringify(settings))
  } catch {
    // A full or forbidden store: the choice holds until the page is left.
  }
}
