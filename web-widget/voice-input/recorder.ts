import type { VoiceProblem } from './voice-texts.ts'

/** What the microphone takes down. */
export interface Recording {
  /** How loud it is now, 0 to 1 over 50 dB; null where the browser does not tell. */
  level(): number | null
  /** Ends it, lets go of the microphone and gives the sound. */
  finish(): Promise<Recorded>
  /** Ends it and throws the sound away. */
  cancel(): void
}

export interface Recorded {
  readonly blob: Blob
  readonly ms: number
  /** Whether there was any sound; true where the browser does not tell. */
  readonly audible: boolean
}

/** Why there is no recording. */
export class RecordingError extends Error {
  readonly problem: VoiceProblem

  constructor(problem: VoiceProblem) {
    super(problem)
    this.problem = problem
  }
}

const KINDS = ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus'] as const
/** Speech needs no more, and on a slow network every byte is waited for. */
const BITS_PER_SECOND = 32_000
/** Root mean square below which nobody spoke, about -42 dBFS. */
const SILENCE = 0.008

/** Whether this page can record at all: by what is there, and by what the page around allows. */
export function canRecord(): boolean {
  const { featurePolicy } = document as { featurePolicy?: { allowsFeature?(name: string): boolean } }
  return (
    typeof navigator.mediaDevices?.getUserMedia === 'function' &&
    typeof MediaRecorder === 'function' &&
    featurePolicy?.allowsFeature?.('microphone') !== false
  )
}

/** Asks for the microphone and records. `onStopped` is called when the recording ends by itself. Throws {@link RecordingError}. */
export async function startRecording(onStopped: () => void): Promise<Recording> {
  let stream: MediaStream
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    })
  } catch (error) {
    throw new RecordingError(problemOf(error))
  }
  const letGo = (): void => {
    for (const track of stream.getTracks()) track.stop()
  }
  try {
    return record(stream, letGo, onStopped)
  } catch {
    letGo()
    throw new RecordingError('unsupported')
  }
}

function record(stream: MediaStream, letGo: () => void, onStopped: () => void): Recording {
  const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind))
  const recorder = new MediaRecorder(stream, {
    ...(mimeType === undefined ? {} : { mimeType }),
    audioBitsPerSecond: BITS_PER_SECOND,
  })
  const meter = openMeter(stream)
  const pieces: Blob[] = []
  let leaving = false
  let loudest: number | null = null
  const stopped = new Promise<void>((resolve) => recorder.addEventListener('stop', () => resolve()))
  recorder.addEventListener('dataavailable', (event) => {
    if (event.data.size > 0) pieces.push(event.data)
  })
  recorder.addEventListener('stop', () => {
    if (!leaving) onStopped()
  })
  recorder.start()
  const startedAt = performance.now()
  let ms = 0
  const end = (): void => {
    if (leaving) return
    leaving = true
    ms = performance.now() - startedAt
    if (recorder.state !== 'inactive') recorder.stop()
    letGo()
    meter?.close()
  }
  return {
    level() {
      const heard = meter?.read() ?? null
      if (heard === null) return null
      loudest = Math.max(loudest ?? 0, heard)
      return Math.min(1, Math.max(0, (20 * Math.log10(heard + 1e-6) + 60) / 50))
    },
    async finish() {
      end()
      await stopped
      const type = recorder.mimeType || mimeType || ''
      return { blob: new Blob(pieces, { type }), ms, audible: loudest === null || loudest >= SILENCE }
    },
    cancel: end,
  }
}

/** Reads the loudness of a stream; null where the browser has no audio graph. */
function openMeter(stream: MediaStream): { read(): number | null; close(): void } | null {
  const Context =
    window.AudioContext ?? (window as { webkitAudioContext?: typeof AudioContext }).webkitAudioContext ?? null
  if (Context === null) return null
  const context = new Context()
  // On iOS it begins suspended.
  context.resume().catch(() => {})
  const analyser = context.createAnalyser()
  analyser.fftSize = 4_096
  context.createMediaStreamSource(stream).connect(analyser)
  const samples = new Uint8Array(analyser.fftSize)
  return {
    read() {
      if (context.state !== 'running') return null
      analyser.getByteTimeDomainData(samples)
      let sum = 0
      for (const sample of samples) sum += ((sample - 128) / 128) ** 2
      return Math.sqrt(sum / samples.length)
    },
    close() {
      context.close().catch(() => {})
    },
  }
}

function problemOf(error: unknown): VoiceProblem {
  const name = error instanceof Error || error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied'
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'noMicrophone'
  return name === 'NotReadableError' || name === 'AbortError' ? 'busy' : 'unsupported'
}
