import type { Character } from './character-parts.ts'

/** Our own characters. Each comes with code of its own: a visitor loads the one that speaks. */
const CHARACTERS: Readonly<Record<string, () => Promise<Character>>> = {
  welder: () => import('./characters/welder.ts').then(({ welder }) => welder),
  machinist: () => import('./characters/machinist.ts').then(({ machinist }) => machinist),
  courier: () => import('./characters/courier.ts').then(({ courier }) => courier),
  guide: () => import('./characters/guide.ts').then(({ guide }) => guide),
  adviser: () => import('./characters/adviser.ts').then(({ adviser }) => adviser),
  electrician: () => import('./characters/electrician.ts').then(({ electrician }) => electrician),
  cook: () => import('./characters/cook.ts').then(({ cook }) => cook),
  embroiderer: () => import('./characters/embroiderer.ts').then(({ embroiderer }) => embroiderer),
}

/** The same other names as those of the small portraits. */
const ALIASES: Readonly<Record<string, string>> = {
  engineer: 'machinist',
  rider: 'courier',
  lecturer: 'guide',
  policy: 'adviser',
  advisor: 'adviser',
  institution: 'adviser',
}

/** The names of all characters. */
export const CHARACTER_NAMES: readonly string[] = Object.keys(CHARACTERS)

/** The character of a name or one of its other names; the electrician where there is none. Rejects where it cannot be loaded. */
export function loadCharacter(name: string): Promise<Character> {
  const load = CHARACTERS[ALIASES[name] ?? name] ?? CHARACTERS['electrician']
  return load === undefined ? Promise.reject(new Error('There is no character')) : load()
}
