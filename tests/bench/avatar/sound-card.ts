import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const RATE = 48_000
/** Of full scale; a voice is far above it. */
const LOUD = 0.004

/** What runs here; null without a sound server. */
export function soundServer(): string | null {
  try {
    const said = execFileSync('pactl', ['info'], { stdio: ['ignore', 'pipe', 'ignore'] }).toString()
    return /Server Name: (.*)/.exec(said)?.[1] ?? 'a sound server'
  } catch {
    return null
  }
}

/**
 * Starts PulseAudio with a sink that nobody hears, where no sound server runs. It must run before the browser does:
 * without a sink the browser's voice starts and then hangs. Returns what ends it again.
 */
export async function startSoundServer(): Promise<() => void> {
  if (soundServer() !== null) return () => undefined
  const folder = mkdtempSync(join(tmpdir(), 'sound-server-'))
  process.env.PULSE_RUNTIME_PATH = folder
  const modules = ['-L', 'module-null-sink sink_name=nullsink', '-L', 'module-native-protocol-unix']
  const child = spawn('pulseaudio', ['-n', '--exit-idle-time=-1', '--daemonize=no', ...modules], { stdio: 'ignore' })
  child.on('error', () => undefined)
  for (let wait = 0; wait < 40 && soundServer() === null; wait++) await sleep(100)
  return () => {
    child.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}

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
