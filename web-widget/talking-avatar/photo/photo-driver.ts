import type { AvatarDriver } from '../avatar-driver.ts'
import { FaceFailure } from '../face-fault.ts'

/** Side of the canvas in pixels. */
const SIDE = 480
/** Where the mouth of a portrait is as a rule, as shares of the picture: a head and shoulders, the face in the middle. */
const MOUTH = { x: 0.5, y: 0.62, half: 0.085, reach: 0.17 } as const
/** How far the chin goes down for a wide open mouth. */
const DROP = 0.035

/**
 * A photo whose chin goes down with the voice: one movement, no lips, which the stage says.
 * Throws where the picture cannot be had.
 */
export async function createPhotoDriver(address: string): Promise<AvatarDriver> {
  const picture = await load(address)
  const canvas = document.createElement('canvas')
  canvas.width = SIDE
  canvas.height = SIDE
  canvas.setAttribute('class', 'face')
  const context = canvas.getContext('2d')
  if (context === null) throw new FaceFailure('broken')
  const side = Math.min(picture.naturalWidth, picture.naturalHeight)
  const left = (picture.naturalWidth - side) / 2
  const still = document.createElement('canvas')
  still.width = SIDE
  still.height = SIDE
  still.getContext('2d')?.drawImage(picture, left, 0, side, side, 0, 0, SIDE, SIDE)
  let shown = -1
  return {
    kind: 'picture',
    element: canvas,
    draw({ mouth: [open] }) {
      const drop = Math.round(open * DROP * SIDE)
      if (drop === shown) return
      shown = drop
      context.drawImage(still, 0, 0)
      if (drop === 0) return
      const x = MOUTH.x * SIDE
      const y = MOUTH.y * SIDE
      const half = MOUTH.half * SIDE
      const reach = MOUTH.reach * SIDE
      context.fillStyle = '#3a1214'
      context.beginPath()
      context.ellipse(x, y + drop / 2, half * 0.8, drop * 0.75 + 1, 0, 0, Math.PI * 2)
      context.fill()
      context.save()
      // The chin: what lies below the line of the mouth, down to the collar.
      context.beginPath()
      context.moveTo(x - half, y + drop * 0.3)
      context.quadraticCurveTo(x, y + drop * 1.7, x + half, y + drop * 0.3)
      context.quadraticCurveTo(x + half * 1.5, y + reach, x, y + reach)
      context.quadraticCurveTo(x - half * 1.5, y + reach, x - half, y + drop * 0.3)
      context.clip()
      context.drawImage(still, 0, drop)
      context.restore()
    },
    dispose: () => canvas.remove(),
  }
}

function load(address: string): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const picture = new Image()
    picture.onload = () => {
      if (picture.naturalWidth > 0) resolve(picture)
      else reject(new FaceFailure('broken'))
    }
    picture.onerror = () => reject(new FaceFailure('unreachable'))
    picture.src = address
  })
}
