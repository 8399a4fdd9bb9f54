import { BLACK, box, type Character, CROP, fill, line, MAN, TAN, torso } from '../character-parts.ts'

/** A young rider with helmet and reflective stripes, a parcel before him. */
export const courier: Character = {
  ...MAN,
  ...TAN,
  ground: '#3d9a6d',
  brow: BLACK,
  jaw: 3,
  body: [
    ...torso('#f2b52c', '#cf9468', true),
    fill('M85 152L100 170 115 152 122 158 100 184 78 158Z', '#2f3a44'),
    line('M40 168L52 200M160 168L148 200', '#f7f3e6', 8),
    line('M100 182V200', '#c98b12', 2.4),
  ],
  hair: [fill(CROP, BLACK)],
  over: [
    fill('M46 84C40 30 68 10 100 10S160 30 154 84L144 82C146 62 128 56 100 56S54 62 56 82Z', '#f2b52c'),
    line('M62 38Q100 16 138 38', '#fff7df', 6),
    fill('M50 66Q100 38 150 66L148 76Q100 52 52 76Z', '#2f3a44'),
    line('M70 62q14-6 26-6', '#8fa2b3', 3),
    line('M52 86q0 30 20 56M148 86q0 30-20 56', '#39424a', 3),
  ],
  tool: [
    box(136, 160, 52, 44, 4, '#c8905a'),
    fill('M156 160h12v44h-12z', '#e8c48f'),
    line('M142 192h8', '#7d5227', 3),
    fill('M138 200C136 190 141 184 148 185S156 194 154 202Z', '#eec39a'),
  ],
}
