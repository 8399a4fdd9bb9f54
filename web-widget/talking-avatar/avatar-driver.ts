import type { Mouth } from './mouth.ts'
import type { Pose } from './pose.ts'

/** One frame of a face. The mouth is drawn last: no movement of the head or the eyes changes it. */
export interface FaceFrame {
  readonly mouth: Mouth
  readonly pose: Pose
}

/** Draws a face. */
export interface AvatarDriver {
  /** `drawing`: our own. `picture`: a photo, whose chin has one movement. `model`: a VRM figure. */
  readonly kind: 'drawing' | 'picture' | 'model'
  readonly element: Element
  draw(frame: FaceFrame): void
  dispose(): void
}
