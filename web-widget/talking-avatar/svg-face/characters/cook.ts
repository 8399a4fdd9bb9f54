import { type Character, CROP, dot, FAIR, fill, fist, line, MAN, torso } from '../character-parts.ts'

/** A round-faced master chef with a high hat and a moustache, his ladle steaming. */
export const cook: Character = {
  ...MAN,
  ...FAIR,
  ground: '#7fae5a',
  brow: '#4b3a32',
  jaw: 12,
  blush: '#f0876f',
  body: [
    ...torso('#fbfaf6', '#dfa785', true),
    line('M100 176V200', '#d5d3cb', 2),
    ...[176, 190].flatMap((y) => [dot(90, y, 2.8, '#c9c6bc'), dot(110, y, 2.8, '#c9c6bc')]),
    fill('M80 154Q100 176 120 154L124 162Q100 184 76 162Z', '#d8433a'),
    fill('M98 170l-9 16 10-3 7 4-2-16z', '#b8332c'),
  ],
  hair: [fill(CROP, '#4b3a32')],
  marks: [
    fill(
      'M100 118.5C92 114 82 117 77 124C85 123 93 124 100 121.5C107 124 115 123 123 124C118 117 108 114 100 118.5Z',
      '#4b3a32',
    ),
  ],
  over: [
    fill('M56 46C36 40 40 10 66 13C76 0 124 0 134 13C160 10 164 40 144 46Z', '#ffffff'),
    line('M80 18v22M100 15v24M120 18v22', '#dcdad3', 2.4),
    fill('M53 42Q100 30 147 42L149 68Q100 54 51 68Z', '#f2f0ea'),
    line('M52 66Q100 53 148 66', '#dcdad3', 2),
  ],
  tool: [
    line('M166 186L176 128', '#b9c0c4', 5),
    fill('M160 116h34a17 15 0 0 1-34 0z', '#9aa4aa'),
    line('M168 108q-4-7 0-13M178 106q-4-8 0-15M187 108q-4-7 0-12', '#ffffff', 2.6),
    ...fist('#f8d7b8', '#dfa785'),
  ],
}
