/** The text sizes: 17, 20, 24 and 30 px (MIIT design norm for older users: main text 18 or more, largest 30 or more). */
export const SCALES = [1, 1.18, 1.41, 1.76] as const
export const ELDER_SCALE = 1.41

export interface Appearance {
  readonly elder: boolean
  readonly scale: number
  readonly dark: boolean
  readonly contrast: boolean
}

const KEY = 'lecturer-chat:v1:appearance'

/** What the visitor chose on this site; null where nothing was chosen or storage is blocked. */
export function storedAppearance(store: Storage | null): Partial<Appearance> | null {
  try {
    const value: unknown = JSON.parse(store?.getItem(KEY) ?? 'null')
    if (typeof value !== 'object' || value === null) return null
    return {
      ...('elder' in value && typeof value.elder === 'boolean' ? { elder: value.elder } : {}),
      ...('scale' in value && typeof value.scale === 'number' ? { scale: clampScale(value.scale) } : {}),
      ...('dark' in value && typeof value.dark === 'boolean' ? { dark: value.dark } : {}),
      ...('contrast' in value && typeof value.contrast === 'boolean' ? { contrast: value.contrast } : {}),
    }
  } catch {
    return null
  }
}

export function keepAppearance(store: Storage | null, appearance: Appearance): void {
  try {
    store?.setItem(KEY, JSON.stringify(appearance))
  } catch {
    // A choice that cannot be kept still holds for this page.
  }
}

export function clampScale(scale: number): number {
  return Number.isFinite(scale) ? Math.min(1.8, Math.max(1, scale)) : 1
}
