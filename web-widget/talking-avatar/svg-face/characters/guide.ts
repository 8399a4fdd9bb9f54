import { box, type Character, collar, dot, FAIR, FRINGE, fill, fist, line, torso, WOMAN } from '../character-parts.ts'

/** A young woman in a red suit with a headset, as in an exhibition hall. */
export const guide: Character = {
  ...WOMAN,
  ...FAIR,
  ground: '#e0a24a',
  brow: '#3a2620',
  behind: [dot(100, 22, 21, '#33211d')],
  body: [
    ...torso('#b0302f', '#dfa785', false),
    ...collar('#932423', '#fff6ea'),
    fill('M88 170L100 182 112 170 108 192 100 186 92 192Z', '#f2c14e'),
    box(52, 176, 26, 17, 2, '#fffaf0'),
    line('M56 182h18M56 187h12', '#b0302f', 2),
  ],
  hair: [fill(FRINGE, '#33211d'), line('M64 52q12-14 30-16', '#5a3d34', 3)],
  over: [
    line('M52 92C46 40 74 26 100 26S154 40 148 92', '#3b4148', 4.5),
    box(141, 88, 13, 26, 6, '#3b4148'),
    line('M147 112q-2 28-17 32', '#3b4148', 2.6),
    dot(129, 144, 3.8, '#3b4148'),
  ],
  tool: [
    line('M166 186L180 110', '#8a5a33', 4),
    fill('M180 113Q171 105 163 113T150 113L153 136Q161 132 167 136T178 134Z', '#d8433a'),
    ...fist('#f8d7b8', '#dfa785'),
  ],
}
