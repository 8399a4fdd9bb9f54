import type { AvatarDriver } from './avatar-driver.ts'
import { FaceFailure } from './face-fault.ts'
import { loadCharacter } from './svg-face/characters.ts'
import { createSvgFace } from './svg-face/svg-face.ts'

/** What a persona's `avatar` asks for. A card bears the address of a picture or a figure only under consent to it. */
export function kindOf(avatar: string): 'drawing' | 'picture' | 'model' {
  if (!/^(https?:\/\/|\/)/.test(avatar)) return 'drawing'
  return /\.vrm([?#].*)?$/i.test(avatar) ? 'model' : 'picture'
}

/**
 * Makes the driver of an avatar: one of our characters by its name, a picture by its address, or a VRM figure by an
 * address that ends in `.vrm`. Code and data of the last two are loaded here. Throws {@link FaceFailure}.
 */
export async function loadDriver(avatar: string, signal: AbortSignal): Promise<AvatarDriver> {
  const kind = kindOf(avatar)
  try {
    if (kind === 'drawing') return createSvgFace(await loadCharacter(avatar))
    if (kind === 'picture') return await (await import('./photo/photo-driver.ts')).createPhotoDriver(avatar)
    return await (await import('./vrm/vrm-driver.ts')).createVrmDriver(avatar, signal)
  } catch (error) {
    throw error instanceof FaceFailure ? error : new FaceFailure('unreachable', { cause: error })
  }
}
