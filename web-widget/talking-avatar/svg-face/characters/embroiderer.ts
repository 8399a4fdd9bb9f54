import { type Character, dot, FAIR, fill, LAUGHED, line, PLAIN, torso, WOMAN } from '../character-parts.ts'

/** An old embroiderer with a silver bun, her hoop and needle before her. */
export const embroiderer: Character = {
  ...PLAIN,
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
    ...[
      dot(52, 184, 5, '#f2a9b4'),
      dot(60, 180, 4, '#f6c3cb'),
      dot(58, 189, 4, '#e98798'),
      dot(55, 184, 2.2, '#f2c14e'),
    ],
    line('M62 188q8 2 12 8', '#8fc1a0', 2.6),
  ],
  hair: [
    fill('M51 96C44 54 66 32 100 32S156 54 149 96C146 76 130 60 100 56C70 60 54 76 51 96Z', '#c9c4c0'),
    line('M64 62q14-20 34-24M136 62q-12-18-28-23', '#aca6a2', 2.4),
  ],
  marks: [...LAUGHED, line('M84 70q16-4 32 0', '#dfa785', 1.5)],
  glasses: [line('M68 104q0 10 12 10t12-10M108 104q0 10 12 10t12-10M92 104q8-4 16 0', '#9a7b3d', 2)],
  tool: [
    ['circle', { cx: 160, cy: 174, r: 27, fill: '#fdf7ea', stroke: '#b9814a', 'stroke-width': 5 }],
    ...[
      dot(156, 168, 6, '#e4576a'),
      dot(165, 165, 5, '#f08a97'),
      dot(163, 175, 5, '#d8433a'),
      dot(161, 170, 2.6, '#f2c14e'),
    ],
    line('M160 178q-2 10-9 13M158 184q6 1 9-3', '#5a9a6d', 2.8),
    line('M178 146L168 164', '#8f989e', 2.2),
    fill('M184 136C176 132 172 140 174 148S186 154 188 146Z', '#f8d7b8'),
  ],
}
