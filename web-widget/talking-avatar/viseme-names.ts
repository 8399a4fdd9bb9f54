/** The visemes of a speech clause's units, in the order in which the units number them. */
export const VISEME_NAMES = [
  'sil',
  'PP',
  'FF',
  'TH',
  'DD',
  'kk',
  'CH',
  'SS',
  'nn',
  'RR',
  'aa',
  'E',
  'I',
  'O',
  'U',
] as const
export type VisemeName = (typeof VISEME_NAMES)[number]
