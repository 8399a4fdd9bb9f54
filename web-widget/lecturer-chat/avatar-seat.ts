import { pageStorage } from '../connection/visitor-store.ts'
import { h } from '../parts/dom.ts'
import { icon } from '../parts/icons.ts'
import type { Stage, StageParts } from '../talking-avatar/stage.ts'

export interface AvatarSeat {
  /** Opens and closes the stage of the talking avatar. */
  readonly button: HTMLButtonElement
  update(): void
}

/** The page's one sound context, however many widgets it has. */
let sound: AudioContext | undefined

/** Where the talking avatar takes its place: its code is loaded by the first tap, or because it was open last time. */
export function createAvatarSeat(words: string, failed: () => void, parts: () => StageParts): AvatarSeat {
  let stage: Stage | undefined
  let loading = false
  const load = async (): Promise<void> => {
    if (loading) return
    loading = true
    try {
      const { createStage } = await import('../talking-avatar/stage.ts')
      stage = await createStage(parts(), button, sound)
    } catch {
      loading = false
      failed()
    }
  }
  const button = h(
    'button',
    {
      type: 'button',
      class: 'tool',
      'aria-label': words,
      'aria-pressed': 'false',
      title: words,
      onclick: () => {
        void load()
        // In the tap itself, while the code is on its way: iOS allows sound in no other place.
        if (window.AudioContext) sound ??= new AudioContext()
        sound?.resume().catch(() => {})
      },
    },
    icon('voice'),
  )
  let isNew = true
  return {
    button,
    update() {
      const { remembers, conversation } = parts()
      if (isNew && remembers && pageStorage('localStorage')?.getItem('lecturer-chat:v1:speech')?.includes('"on":true'))
        void load()
      isNew = false
      stage?.update(conversation())
    },
  }
}
