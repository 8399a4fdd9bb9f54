import { type Character, dot, FAIR, fill, LAUGHED, line, torso, WOMAN } from '../character-parts.ts'

/** An old embroiderer with a silver bun, her hoop and needle before her. */
export const embroiderer: Character = {
  ...WOMAN,
  ...FAIR,
  ground: '#a8739c',
  brow: '#a39c98',
  lips: '#c56b62',
  fullness: 0.85,
  behind: [dot(100, 24, 20, '#c9c4c0'), line('M84 18l34 8', '#b0533f', 4), dot(119, 26, 4.4, '#d8433a')],
  body: [
    ...torso('#35617a', '#dfa785', false),
    fill('M84 152Q100 166 116 152L119 164Q100 178 81 164Z', '#284c61'),
    line('M100 171Q106 186 128 196', '#e9cf9a', 2.6),
  ],
  hair: [
    fill('M51 96C44 54 66 32 100 32S156 54 149 96C146 76 130 60 100 56C70 60 54 76 51 96Z', '#c9c4c0'),
    line('M64 62q14-20 34-24M136 62q-12-18-28-23', '#aca6a2', 2.4),
  ],
  marks: LAUGHED,
  glasses: [line('M68 104q0 10 12 10t12-10M108 104q0 10 12 10t12-10M92 104q8-4 16 0', '#9a7b3d', 2)],
  tool: [
    ['circle', { cx: 160, cy: 172, r: 27, fill: '#fdf7ea', stroke: '#b9814a', 'stroke-width': 5 }],
    dot(153, 164, 5, '#f2a9b4'),
    dot(162, 161, 5, '#f2a9b4'),
    dot(160, 170, 5, '#e4576a'),
    dot(158, 165, 2.6, '#f2c14e'),
    line('M159 173q-1 10-9 13M158 180q6 1 9-4', '#5a9a6d', 2.8),
    line('M166 167Q172 156 181 160T190 142', '#d8433a', 1.5),
    line('M166 167L184 134', '#8f989e', 2.4),
    fill('M136 204C130 192 134 182 141 184S150 196 148 204Z', '#f8d7b8'),
  ],
}
