import type { Page } from 'playwright-core'
import type { ServerMessage } from '../../../server/protocol/server-message.ts'
import type { Speech } from '../../../server/protocol/speech.ts'
import type { ProtocolServerOptions } from '../../helpers/protocol-server.ts'
import { startWidgetSite, type WidgetSite } from '../../helpers/widget-site.ts'

/** A movement every 100 ms, one for each character: aa and I by turns. */
function speechOf(text: string, audio: boolean): Speech {
  const units = [...text].flatMap((_character, index) => [
    index === 0 ? 0 : 10,
    0x10 | (index % 2 === 0 ? 10 : 12),
    255,
  ])
  const clause = { start: 0, end: text.length, units: Buffer.from(units).toString('base64') }
  return { clauses: [{ ...clause, length: text.length * 100, pause: 150, audio }] }
}

/** The scripted site with `speech` on every sentence. */
export function startSpokenSite(audio: boolean, options: Partial<ProtocolServerOptions> = {}): Promise<WidgetSite> {
  const say = (frame: ServerMessage): ServerMessage[] =>
    frame.type === 'answer-delta' ? [{ ...frame, speech: speechOf(frame.text, audio) }] : [frame]
  return startWidgetSite({ disturb: say, ...options })
}

/** A tone of `seconds` as the server would send it: mono, 16 bits. */
export function toneWav(seconds: number, hertz = 220, rate = 16_000): Buffer {
  const samples = Math.round(seconds * rate)
  const wav = Buffer.alloc(44 + samples * 2)
  wav.write('RIFF', 0)
  wav.writeUInt32LE(36 + samples * 2, 4)
  wav.write('WAVEfmt ', 8)
  wav.writeUInt32LE(16, 16)
  wav.writeUInt16LE(1, 20)
  wav.writeUInt16LE(1, 22)
  wav.writeUInt32LE(rate, 24)
  wav.writeUInt32LE(rate * 2, 28)
  wav.writeUInt16LE(2, 32)
  wav.writeUInt16LE(16, 34)
  wav.write('data', 36)
  wav.writeUInt32LE(samples * 2, 40)
  for (let index = 0; index < samples; index++) {
    wav.writeInt16LE(Math.round(12_000 * Math.sin((index / rate) * hertz * 2 * Math.PI)), 44 + index * 2)
  }
  return wav
}

/** Gives every clause a tone; tells of each request, and of those that the page left. */
export async function serveTones(
  page: Page,
  seconds: number,
  delayMs = 0,
): Promise<{ asked: string[]; left: string[] }> {
  const asked: string[] = []
  const left: string[] = []
  page.on('requestfailed', (request) => {
    if (request.url().includes('/v1/speech/')) left.push(request.url())
  })
  const body = toneWav(seconds)
  await page.route('**/v1/speech/**', async (route) => {
    asked.push(route.request().url())
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs))
    await route.fulfill({ status: 200, contentType: 'audio/wav', body }).catch(() => {})
  })
  return { asked, left }
}

/** Counts contexts and what is heard, from inside the page: an analyser before every loudspeaker. */
export const LISTEN = `
  window.sound = { contexts: 0, level: () => 0 }
  const Real = window.AudioContext
  window.AudioContext = class extends Real {
    constructor(...options) {
      super(...options)
      window.sound.contexts++
      const analyser = this.createAnalyser()
      analyser.fftSize = 256
      const samples = new Float32Array(256)
      const gain = GainNode.prototype.connect
      const all = this.createGain()
      gain.call(all, analyser)
      gain.call(analyser, super.destination)
      Object.defineProperty(this, 'destination', { value: all })
      window.sound.level = () => {
        analyser.getFloatTimeDomainData(samples)
        return Math.max(...samples.map(Math.abs))
      }
    }
  }`
