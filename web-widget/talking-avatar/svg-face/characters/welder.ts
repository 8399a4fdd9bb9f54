import { BLACK, type Character, collar, dot, FAIR, FRINGE, fill, fist, line, torso, WOMAN } from '../character-parts.ts'

/** A woman with her mask raised, a leather apron over the blue jacket, a torch in her glove. */
export const welder: Character = {
  ...WOMAN,
  ...FAIR,
  ground: '#d9694a',
  brow: BLACK,
  behind: [fill('M50 84C36 130 46 160 62 168L140 168C156 158 164 128 150 84Z', BLACK)],
  body: [
    ...torso('#35608c', '#dfa785', false),
    ...collar('#2a4f76', '#f3ead9'),
    fill('M66 200L72 178Q100 190 128 178L134 200Z', '#8a5a33'),
    line('M74 180L66 160M126 180L134 160', '#6e4526', 5),
  ],
  hair: [fill(FRINGE, BLACK)],
  over: [
    fill('M49 74C44 24 72 8 100 8S156 24 151 74Q100 50 49 74Z', '#3a4652'),
    fill('M57 63C58 30 78 17 100 17S142 30 143 63Q100 44 57 63Z', '#2a343e'),
    fill('M70 31Q100 20 130 31L133 47Q100 37 67 47Z', '#58c2b4'),
    line('M76 35q10-4 19-5', '#d8fff6', 3),
    line('M48 75Q100 51 152 75', '#1d252c', 5),
    dot(50, 78, 6, '#8b98a5'),
    dot(150, 78, 6, '#8b98a5'),
  ],
  tool: [
    line('M166 184L150 146', '#4a5560', 7),
    line('M151 148L143 139', '#c98f3c', 5),
    fill('M140 124l2.4 8 8-2.4-5 6.6 6.4 5-8.2.8.8 8.2-5.4-6.2-5.4 6.2.6-8.2-8.2-.8 6.4-5-5-6.6 8 2.4z', '#ffd65a'),
    dot(140, 137, 3.4, '#fff'),
    ...fist('#c98a4b', '#9a6431'),
  ],
}
