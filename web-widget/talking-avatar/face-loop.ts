import type { AvatarDriver } from './avatar-driver.ts'
import { createGovernor } from './governor.ts'
import { CLOSED, type Mouth } from './mouth.ts'
import { followMouth } from './mouth-motion.ts'
import { type Expression, followPose, poseOf, withLife } from './pose.ts'
import type { Moment } from './speech-player.ts'

/** What a face is asked to do; the loop reads it with every frame. */
export interface FaceWishes {
  /** What is heard now; null is silence. */
  readonly source: (() => Moment | null) | null
  /** Moves the mouth against the sound (ms, positive: earlier). */
  readonly offsetMs: number
  /** Keeps the mouth in one shape; null lets it speak. */
  readonly held: Mouth | null
  readonly expression: Expression
}

/** Draws a face frame by frame while it can be seen; a still picture where motion is unwelcome. */
export interface FaceLoop {
  start(): void
  /** Ends for good what `start` began. */
  stop(): void
  /** Takes another face; the one before is disposed of. */
  show(driver: AvatarDriver | null): void
  /** Draws a face that stands still anew. */
  drawStill(): void
  /** Closes the mouth in the same instant, without waiting for the next frame. */
  hush(): void
  readonly driver: AvatarDriver | null
  /** The mouth as it was last drawn. */
  readonly mouth: Mouth
}

/** The loop of one face's element. */
export function createFaceLoop(host: Element & FaceWishes): FaceLoop {
  const governor = createGovernor()
  const motion = matchMedia('(prefers-reduced-motion: reduce)')
  const seed = Math.random() * 10
  let driver: AvatarDriver | null = null
  let mouth = CLOSED
  let pose = poseOf('neutral')
  /** How lively the speech is, 0 to 1. */
  let talk = 0
  let drawnAt = 0
  let frame = 0
  let inView = true

  const draw = (now: number): void => {
    frame = requestAnimationFrame(draw)
    if (!governor.frame(now)) return
    const dt = Math.max(0, now - drawnAt)
    drawnAt = now
    const moment = host.source?.() ?? null
    talk += ((moment?.voiced === true ? 1 : 0) - talk) * Math.min(1, dt / 300)
    pose = followPose(pose, host.expression, dt)
    mouth = host.held ?? followMouth(mouth, moment, host.offsetMs, dt)
    driver?.draw({ mouth, pose: withLife(pose, now, seed, talk) })
  }
  const drawStill = (): void => {
    if (motion.matches) pose = poseOf(host.expression)
    driver?.draw({ mouth: motion.matches ? (host.held ?? CLOSED) : mouth, pose })
  }
  const rest = (): void => {
    cancelAnimationFrame(frame)
    frame = 0
  }
  const onVisibility = (): void => {
    const runs = driver !== null && inView && document.visibilityState !== 'hidden' && !motion.matches
    if (runs && frame === 0) {
      governor.rest()
      frame = requestAnimationFrame(draw)
    } else if (!runs) {
      rest()
      mouth = CLOSED
      drawStill()
    }
  }
  const watcher =
    typeof IntersectionObserver === 'function'
      ? new IntersectionObserver((entries) => {
          inView = entries[entries.length - 1]?.isIntersecting !== false
          onVisibility()
        })
      : null

  const show = (next: AvatarDriver | null): void => {
    driver?.dispose()
    driver = next
    drawStill()
    onVisibility()
  }
  return {
    get driver() {
      return driver
    },
    get mouth() {
      return mouth
    },
    start() {
      motion.addEventListener('change', onVisibility)
      document.addEventListener('visibilitychange', onVisibility)
      watcher?.observe(host)
    },
    stop() {
      motion.removeEventListener('change', onVisibility)
      document.removeEventListener('visibilitychange', onVisibility)
      watcher?.disconnect()
      show(null)
    },
    show,
    drawStill,
    hush() {
      mouth = CLOSED
      talk = 0
      driver?.draw({ mouth, pose })
    },
  }
}
