import type { SeededRandom } from './seeded-random.ts'

/** Ways to write the same in any question. */
const SWAPS: readonly (readonly string[])[] = [
  ['什么时候', '何时', '什么时间', '啥时候'],
  ['哪一年', '哪年', '何年', '什么时候'],
  ['为什么', '为何', '为啥', '因为什么'],
  ['在哪里', '在什么地方', '在哪儿', '在何处'],
  ['哪里', '哪儿', '什么地方'],
  ['怎么', '如何', '怎样', '咋'],
  ['怎样', '如何', '怎么'],
  ['如何', '怎么', '怎样'],
  ['是谁', '是哪位', '是什么人'],
  ['哪些', '什么', '哪几个'],
  ['有多少', '一共有多少', '总共有多少', '有几'],
  ['多少', '几'],
  ['多久', '多长时间'],
  ['什么', '啥'],
  ['是否可以', '可不可以', '能不能'],
  ['是否', '是不是'],
  ['需要', '要'],
  ['应该', '该', '应当'],
  ['创立', '成立', '建立'],
  ['位于', '在', '坐落在'],
  ['获得', '得到', '拿到'],
  ['担任', '出任', '当'],
  ['去世', '逝世', '过世'],
  ['出生', '诞生'],
  ['建成', '建好', '落成'],
  ['父亲', '爸爸'],
  ['母亲', '妈妈'],
  ['主要', '最主要'],
  ['属于', '归属于'],
  ['毕业于', '是从哪儿毕业的，'],
  ['赔偿', '赔'],
  ['用人单位', '公司', '单位'],
  ['被称为', '被叫做', '叫做'],
]
const FRAMES = ['请问', '我想知道', '想问一下，', '你好，', '麻烦问下', '请告诉我', '能不能说说', '帮我查查']
const ENDINGS = ['呢', '啊', '呀', '来着', '']

/** A question asked a little differently: other words that ask, a frame, a particle, another order where a rule knows one. */
export function rewordQuestion(question: string, random: SeededRandom): string {
  let text = question.replace(/[?？。\s]+$/u, '')
  const usable = random.shuffle(SWAPS.filter(([from = '']) => text.includes(from)))
  for (const [from = '', ...others] of usable.slice(0, random.between(1, 2)))
    text = text.replace(from, random.pick(others))
  if (random.next() < 0.35) text = turned(text)
  if (random.next() < 0.35) text = random.pick(FRAMES) + text
  if (random.next() < 0.35) text += random.pick(ENDINGS)
  return text === question ? `请问${text}` : text
}

/** What is asked first: 「X是谁」as「谁是X」,「X有哪些Y」as「哪些Y是X的」 and the like. */
function turned(text: string): string {
  const who = /^(.{3,})是(谁|哪位|什么人)$/u.exec(text)
  if (who !== null) return `谁是${who[1]}`
  const whose = /^(.{2,12})的(.{1,6})是(什么|多少|哪里)$/u.exec(text)
  if (whose !== null) return `${whose[3]}是${whose[1]}的${whose[2]}`
  const when = /^(.{2,12}?)(?:是)?(?:在)?(哪年|什么时候|何时|哪一年)(.{2,})$/u.exec(text)
  if (when !== null) return `${when[2]}${when[1]}${when[3]}`
  return text
}
