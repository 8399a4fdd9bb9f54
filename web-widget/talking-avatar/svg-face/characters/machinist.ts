import {
  box,
  type Character,
  CROP,
  collar,
  dot,
  fill,
  fist,
  LAUGHED,
  line,
  MAN,
  spectacles,
  TAN,
  torso,
} from '../character-parts.ts'

/** A grey-haired fitter in cap and glasses, callipers in his hand. */
export const machinist: Character = {
  ...MAN,
  ...TAN,
  ground: '#3f7fa6',
  brow: '#7d7772',
  body: [
    ...torso('#4d6b80', '#cf9468', true),
    ...collar('#3c586c', '#e9eef0'),
    box(36, 178, 34, 30, 3, '#3c586c'),
    line('M46 182v-12M54 182v-10', '#e9b949', 3.4),
  ],
  hair: [fill(CROP, '#8f8984'), line('M53 86q1 8 0 14M147 86q-1 8 0 14', '#a8a29c', 6)],
  marks: LAUGHED,
  glasses: spectacles('#4a4541'),
  over: [
    fill('M50 66C46 28 70 14 100 14S154 28 150 66Q100 46 50 66Z', '#2f4d66'),
    fill('M52 66Q100 42 148 66C156 70 158 76 155 80Q100 56 45 80C42 76 44 70 52 66Z', '#223b50'),
    dot(100, 36, 8, '#e9b949'),
    fill('M100 30l1.8 4 4.2.4-3.2 2.8 1 4.2-3.8-2.2-3.8 2.2 1-4.2-3.2-2.8 4.2-.4z', '#b3402f'),
  ],
  tool: [
    fill('M160 112h8v72h-8z', '#c3ccd3'),
    fill('M140 112h28v9h-18v14l-10-8zM144 142h30v10h-20l-10 9z', '#9fabb4'),
    line('M164 126h4M164 132h4M164 160h4M164 166h4', '#5c6770', 1.4),
    ...fist('#eec39a', '#cf9468'),
  ],
}
