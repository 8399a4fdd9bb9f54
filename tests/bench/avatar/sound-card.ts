import { execFileSync, spawn } from 'node:child_process'

const RATE = 48_000
/** Of full scale; a voice is far above it. */
const LOUD = 0.004

/** What comes out of the sound card, as a sound server hears it. */
export interface SoundCard {
  /** When it was last loud (epoch ms); null if never. */
  lastLoud(): number | null
  stop(): void
}

/** Listens at the monitor of the default sink; null where no sound server runs here. */
export function listenToSoundCard(): SoundCard | null {
  let sink: string
  try {
    sink = execFileSync('pactl', ['get-default-sink'], { stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim()
  } catch {
    return null
  }
  const format = ['--format=s16le', `--rate=${RATE}`, '--channels=1', '--latency-msec=5', '-d', `${sink}.monitor`]
  const child = spawn('parec', format, { stdio: ['ignore', 'pipe', 'ignore'] })
  let last: number | null = null
  let odd: Buffer = Buffer.alloc(0)
  child.on('error', () => undefined)
  child.stdout.on('data', (piece: Buffer) => {
    const arrived = Date.now()
    const data = Buffer.concat([odd, piece])
    const samples = Math.floor(data.length / 2)
    odd = data.subarray(samples * 2)
    for (let index = samples - 1; index >= 0; index--) {
      if (Math.abs(data.readInt16LE(index * 2)) / 32_768 < LOUD) continue
      last = arrived - ((samples - 1 - index) / RATE) * 1000
      return
    }
  })
  return { lastLoud: () => last, stop: () => child.kill() }
}
