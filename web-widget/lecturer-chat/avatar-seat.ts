import { pageStorage } from '../connection/visitor-store.ts'
import { h, setAttribute } from '../parts/dom.ts'
import { icon } from '../parts/icons.ts'
import { unlockSound } from '../talking-avatar/sound.ts'
import type { Stage, StageParts } from '../talking-avatar/stage.ts'

export interface AvatarSeat {
  /** Opens and closes the stage of the talking avatar. */
  readonly button: HTMLButtonElement
  update(): void
}

/** Where the talking avatar takes its place: its code is loaded by the first tap, or because it was open last time. */
export function createAvatarSeat(words: string, failed: () => void, parts: () => StageParts): AvatarSeat {
  let loading: Promise<Stage> | null = null
  let stage: Stage | null = null
  const show = (shown: boolean): void => {
    loading ??= import('../talking-avatar/stage.ts').then(({ createStage }) => createStage(parts()))
    loading.then(
      (loaded) => {
        stage = loaded
        loaded.show(shown)
        setAttribute(button, 'aria-pressed', String(shown))
      },
      () => {
        loading = null
        failed()
      },
    )
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
        // In the tap itself, before anything is loaded: iOS allows sound in no other place.
        unlockSound()
        show(stage?.shown !== true)
      },
    },
    icon('voice'),
  )
  return {
    button,
    update() {
      if (stage === null && loading === null && parts().remembers && wasOpen()) show(true)
      stage?.update(parts().conversation())
    },
  }
}

function wasOpen(): boolean {
  try {
    return /"on":true/.test(pageStorage('localStorage')?.getItem('lecturer-chat:v1:speech') ?? '')
  } catch {
    return false
  }
}
