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

const ALIASES: Readonly<Record<string, string>> = {
  fitter: 'machinist',
  lathe: 'machinist',
  rider: 'courier',
  lecturer: 'guide',
  policy: 'adviser',
  advisor: 'adviser',
  institution: 'adviser',
  engineer: 'electrician',
  helmet: 'electrician',
  chef: 'cook',
}

/** The names of all characters. */
export const CHARACTER_NAMES: readonly string[] = Object.keys(CHARACTERS)

/** The character of a name or one of its other names; the electrician where there is none. Rejects where it cannot be loaded. */
export function loadCharacter(name: string): Promise<Character> {
  const own = name in CHARACTERS ? name : name in ALIASES ? ALIASES[name] : undefined
  const load = CHARACTERS[own ?? 'electrician']
  return load === undefined ? Promise.reject(new Error('There is no character')) : load()
}
