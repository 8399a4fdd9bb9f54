import type { PersonaCard } from '../../server/protocol/persona-card.ts'
import type { LabAudioRequest, SpeechPlan, SpeechPlanRequest } from '../../server/protocol/speech-lab.ts'
import type { Api } from '../lecturer-console/api.ts'
import { SpeechFailure } from '../talking-avatar/speech-player.ts'

/** The lab's side of the server. */
export interface LabServer {
  plan(request: SpeechPlanRequest): Promise<SpeechPlan>
  /** A sound with its `speech-times`. Rejects with a `SpeechFailure`, or because of `signal`. */
  audio(request: LabAudioRequest, signal: AbortSignal): Promise<{ bytes: ArrayBuffer; times: string | null }>
  /** What the public knows of the personas that speak now. */
  cards(): Promise<readonly PersonaCard[]>
}

export function createLabServer(api: Api, csrfToken: string): LabServer {
  return {
    plan: (request) => api.post('/speech-lab/plan', request),
    async audio(request, signal) {
      const response = await fetch(api.address('/speech-lab/audio'), {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-csrf-token': csrfToken },
        credentials: 'same-origin',
        body: JSON.stringify(request),
        signal,
      }).catch((error: unknown) => {
        if (signal.aborted) throw error
        throw new SpeechFailure('network', true, { cause: error })
      })
      if (response.status === 204) throw new SpeechFailure('no-audio', true)
      if (!response.ok) throw new SpeechFailure('network', true)
      return { bytes: await response.arrayBuffer(), times: response.headers.get('speech-times') }
    },
    async cards() {
      const response = await fetch('/v1/personas')
      return response.ok ? ((await response.json()) as { personas: PersonaCard[] }).personas : []
    },
  }
}
