import { type Character, collar, dot, FAIR, fill, line, spectacles, torso, WOMAN } from '../character-parts.ts'

/** A composed woman with bob and glasses, a folder in her arm. */
export const adviser: Character = {
  ...WOMAN,
  ...FAIR,
  ground: '#6a78b5',
  brow: '#3b2d29',
  behind: [fill('M42 96C40 60 60 40 100 40S160 60 158 96C166 124 156 148 146 153H54C44 148 34 124 42 96Z', '#3b2d29')],
  body: [...torso('#2f3c63', '#dfa785', false), ...collar('#263152', '#ffffff'), dot(70, 180, 5, '#f2c14e')],
  hair: [
    fill(
      'M48 132C36 60 62 30 100 30S164 60 152 132C158 96 150 76 138 66C116 76 84 76 62 66C50 76 42 96 48 132Z',
      '#3b2d29',
    ),
    line('M66 50q12-12 28-13', '#65504a', 3),
  ],
  glasses: spectacles('#7b2f3a'),
  tool: [
    fill('M128 204L134 152 186 158 184 204Z', '#d9a441'),
    fill('M138 160L180 165 178 204H134Z', '#fffdf5'),
    line('M143 170l30 3M142 178l30 3M141 186l22 2', '#9aa3bd', 2.4),
    fill('M126 204C122 190 128 184 137 187S146 198 144 206Z', '#f8d7b8'),
  ],
}
