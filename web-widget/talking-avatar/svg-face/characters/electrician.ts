import { BLACK, type Character, CROP, collar, dot, fill, fist, line, MAN, TAN, torso } from '../character-parts.ts'

/** A man in hard hat and reflective vest, a voltage tester in his insulating glove. */
export const electrician: Character = {
  ...MAN,
  ...TAN,
  ground: '#4a8fc4',
  brow: BLACK,
  body: [
    ...torso('#3d4d5e', '#cf9468', true),
    ...collar('#2f3d4b', '#dfe7ec'),
    fill('M30 174L72 158 88 200H24ZM170 174L128 158 112 200H176Z', '#f26b2c'),
    line('M40 182L78 178M160 182L122 178', '#f7f3c4', 7),
  ],
  hair: [fill(CROP, BLACK)],
  marks: [line('M80 146q20 7 40 0', '#cf9468', 1.4)],
  over: [
    fill('M48 66C46 26 70 10 100 10S154 26 152 66Z', '#fbfbf7'),
    fill('M88 10.8Q100 8 112 10.8L114 58H86Z', '#e3e6e4'),
    fill('M38 66Q100 46 162 66Q164 73 158 75Q100 58 42 75Q36 73 38 66Z', '#d8dcda'),
    fill('M103 26l-10 15h7l-3 12 11-16h-7l4-11z', '#f2a51f'),
    line('M53 84q1 34 24 60M147 84q-1 34-24 60', '#59636b', 2.6),
  ],
  tool: [
    line('M165 182L158 140', '#d8433a', 8),
    line('M158 140L155 118', '#c9d0d4', 4),
    dot(160, 156, 3.4, '#ffe27a'),
    ...fist('#f2c14e', '#c7932a'),
  ],
}
