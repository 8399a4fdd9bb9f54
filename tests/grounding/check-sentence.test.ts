import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkSentence } from '../../server/grounding/check-sentence.ts'
import type { CheckContext, CheckedSentence, WithheldReason } from '../../server/grounding/checked-sentence.ts'
import { allowance, context, passageOf, welder } from './sources.ts'

function check(text: string, marks: readonly number[] = [1], given: Partial<CheckContext> = {}): CheckedSentence {
  return checkSentence({ text, marks }, { ...context, ...given })
}

function reasonOf(checked: CheckedSentence): WithheldReason | 'shown' {
  return checked.status === 'withheld' ? checked.reason : 'shown'
}

describe('checkSentence lets through what the sources say', () => {
  it.each([
    '我1998年7月从技校毕业，分到东江造船厂当焊工。',
    '我十九岁那年进了东江造船厂当焊工。',
    '一九九八年，我从技校毕业后被分到东江造船厂，那时我才19岁。',
    '我的师傅叫周德厚，刚进厂时我就跟着他学仰焊。',
    '师傅周德厚话很少，他常说的就一句：“手要稳，心更要稳。”',
    '周师傅从不骂人，只让我把废板子磨掉重来。',
    '头三个月我胳膊上烫了二十多个泡，焊缝像蚯蚓一样，一条合格的都没有。',
    '刚开始的三个月，我焊的缝没有一条是合格的。',
    '2003年，厂里接到一条3.8万吨的化学品船，货舱用的是双相不锈钢。',
    '那批钢板厚12毫米，层间温度不能超过100℃。',
    '层间温度不得高于100摄氏度，而车间里没有人焊过这种材料。',
    '我带着两个徒弟在试验间里待了46天，做了130多块试板。',
    '我们把一次合格率从72%提高到了98.5%。',
    '经过46天的试验，一次合格率从百分之七十二提到百分之九十八点五。',
    '当年我获得了市里的技术能手称号。',
    '我在2011年的全国焊工大赛上拿了第3名。',
    '2015年我成了省劳模，工作室也是那年挂牌的。',
    '我一共带出三十七个徒弟，里面有5个已经是高级技师。',
    '我常对年轻人讲：焊枪不认文凭，只认你流过多少汗。',
    '到现在，我带出的徒弟有37个，其中5个成了高级技师。',
    '- 2003年：做了130多块试板，合格率提到98.5%\n',
    '沈月华1998年技校毕业，进东江造船厂做了焊工。',
  ])('%s', (sentence) => {
    expect(reasonOf(check(sentence))).toBe('shown')
  })

  it.each([
    '市级工匠每人每月可以领1000元岗位津贴，发三年。',
    '经认定的市级工匠从认定的次月起享受岗位津贴，标准是每人每月1000元。',
    '区级工匠的津贴是每月500元，发放两年。',
    '申请人要在本市企业连续工作满5年。',
    '材料要在每年3月31日前交到所在区总工会，逾期不受理。',
    '同一个人不能同时享受市、区两级津贴。',
    '评审要在收到推荐材料后30个工作日内完成，结果至少公示7个工作日。',
    '符合条件的单位可以拿到一次性奖励，最高5万元。',
    '根据江工发〔2022〕18号第十条，申请人近三年内不能发生过重大安全责任事故。',
    '按照《江城市工匠培养支持办法》第十一条，逾期不予受理。',
    '申请人应当具有高级工以上职业资格。',
  ])('%s', (sentence) => {
    expect(reasonOf(check(sentence, [2]))).toBe('shown')
  })

  it('points to the exact sentence for words that are taken over', () => {
    const checked = check('师傅不骂人，只让我把废板子一块一块磨掉重来。')
    if (checked.status !== 'backed') throw new Error(checked.status)
    const [evidence] = checked.evidence
    expect(welder.text.slice(evidence?.start, evidence?.end)).toBe('师傅不骂人，只让我把废板子一块一块磨掉重来。')
  })

  it('gives document offsets, not offsets of the passage', () => {
    const part = { ...welder, start: 1000, end: 1000 + welder.text.length }
    const checked = check('2011年我参加全国焊工大赛，得了第三名。', [1], { passages: [part] })
    if (checked.status !== 'backed') throw new Error(checked.status)
    const at = 1000 + welder.text.indexOf('2011年我参加')
    expect(checked.evidence).toEqual([
      { passage: part, start: at, end: at + '2011年我参加全国焊工大赛，得了第三名。'.length },
    ])
  })

  it('backs a sentence that joins two passages', () => {
    const checked = check('我2015年被评为省劳动模范，而市级工匠每人每月有1000元岗位津贴。', [1, 2])
    if (checked.status !== 'backed') throw new Error(JSON.stringify(checked))
    expect(new Set(checked.evidence.map(({ passage }) => passage.documentId))).toEqual(
      new Set([welder.documentId, allowance.documentId]),
    )
  })

  it('shows every sentence of a source as it stands', () => {
    for (const [passage, mark] of [[welder, 1] as const, [allowance, 2] as const]) {
      for (const sentence of passage.text.match(/[^。\n]+。/g) ?? [])
        expect(reasonOf(check(sentence, [mark]))).toBe('shown')
    }
  })
})

describe('checkSentence withholds what the sources do not say', () => {
  it.each<[string, WithheldReason]>([
    // invented
    ['我1999年7月从技校毕业，分到东江造船厂当焊工。', 'date-unsupported'],
    ['我在试验间蹲了52天，做了130多块试板。', 'number-unsupported'],
    ['一次合格率提到了99.9%。', 'number-unsupported'],
    ['一次合格率提到了百分之九十九。', 'number-unsupported'],
    ['我的师傅叫李建国，他教我学仰焊。', 'name-unsupported'],
    ['我跟着师傅周德福学仰焊。', 'name-unsupported'],
    ['我1998年分到西港造船厂当焊工。', 'name-unsupported'],
    ['2015年，我获得了全国五一劳动奖章。', 'honour-unsupported'],
    ['2015年，我被评为全国劳动模范。', 'honour-unsupported'],
    ['2011年我参加全国焊工大赛，得了第一名。', 'number-unsupported'],
    ['2011年我参加全国焊工大赛，得了冠军。', 'honour-unsupported'],
    ['师傅常说：“慢工出细活。”', 'quotation-unsupported'],
    ['师傅就一句：“手要稳，心更要快。”', 'quotation-unsupported'],
    // taken from elsewhere in the passage
    ['2011年，厂里接了一条3.8万吨的化学品船。', 'date-unsupported'],
    ['2003年我参加全国焊工大赛，得了第三名。', 'date-unsupported'],
    ['2011年，我被评为省劳动模范。', 'date-unsupported'],
    ['一次合格率从98.5%提到了72%。', 'number-unsupported'],
    ['我一共带出了5个徒弟。', 'number-unsupported'],
    ['其中37个成了高级技师。', 'number-unsupported'],
    ['2003年我被评为省劳动模范。', 'date-unsupported'],
    // unit, negation, bound
    ['板厚12厘米，层间温度不能超过100摄氏度。', 'number-unsupported'],
    ['货舱要用双相不锈钢，板厚12毫米，层间温度要超过100摄氏度。', 'number-unsupported'],
    ['师傅骂人，只让我把废板子一块一块磨掉重来。', 'negation-changed'],
    ['焊枪认文凭，也认你流过多少汗。', 'negation-changed'],
    ['整个车间都有人焊过这种料。', 'negation-changed'],
    ['我没有拿到市里的技术能手称号。', 'negation-changed'],
    // nothing of the kind
    ['我后来当上了车间主任，还去过很多国家讲课。', 'low-support'],
    ['造船厂旁边有一家很好吃的面馆。', 'low-support'],
    // another person's deed as the speaker's own
    ['我不骂人，只让徒弟把废板子一块一块磨掉重来。', 'first-person-unsupported'],
  ])('%s: %s', (sentence, reason) => {
    expect(reasonOf(check(sentence))).toBe(reason)
  })

  it.each<[string, WithheldReason]>([
    ['市级工匠每人每月500元，发放期限为三年。', 'number-unsupported'],
    ['市级工匠每人每月2000元。', 'number-unsupported'],
    ['区级工匠的津贴每人每月1000元。', 'number-unsupported'],
    ['区级工匠的津贴发放期限为三年。', 'number-unsupported'],
    ['市级工匠每人每月1000美元。', 'number-unsupported'],
    ['根据第十五条，逾期不予受理。', 'document-number-unsupported'],
    ['根据江工发〔2023〕18号，逾期不予受理。', 'document-number-unsupported'],
    ['根据川工发〔2022〕18号，逾期不予受理。', 'document-number-unsupported'],
    ['申报材料应当于每年6月30日前提交所在区总工会。', 'date-unsupported'],
    ['申报材料应当于每年3月31日前提交所在区总工会，逾期可以受理。', 'negation-changed'],
    ['同一人可以同时享受市、区两级津贴。', 'negation-changed'],
    ['同一人能同时享受市、区两级津贴。', 'negation-changed'],
    ['申请人可以具备下列条件：在本市企业连续工作满五年。', 'negation-changed'],
    ['近三年内发生重大安全责任事故的可以申请。', 'negation-changed'],
    ['评审结果公示不超过7个工作日。', 'number-unsupported'],
    ['奖励最低5万元，可以给予一次性奖励。', 'number-unsupported'],
    ['具有高级工以下职业资格。', 'negation-changed'],
    ['我每人每月领1000元岗位津贴。', 'first-person-unsupported'],
  ])('%s: %s', (sentence, reason) => {
    expect(reasonOf(check(sentence, [2]))).toBe(reason)
  })

  it('a citation that points nowhere', () => {
    expect(reasonOf(check('我1998年7月从技校毕业。', [9]))).toBe('citation-unresolved')
    expect(reasonOf(check('我1998年7月从技校毕业。', [0]))).toBe('citation-unresolved')
    expect(reasonOf(check('我1998年7月从技校毕业。', [1, 3]))).toBe('citation-unresolved')
  })

  it('a claim without a citation, and one that cites the wrong passage', () => {
    expect(reasonOf(check('我1998年7月从技校毕业。', []))).toBe('uncited')
    expect(reasonOf(check('我1998年7月从技校毕业。', [2]))).not.toBe('shown')
  })

  it('the first person where the persona has none, or in words of a policy', () => {
    expect(reasonOf(check('我2011年参加全国焊工大赛，得了第三名。', [1], { firstPerson: false }))).toBe(
      'first-person-unsupported',
    )
  })

  it("the first person where the story is another persona's", () => {
    const told = '2011年我参加全国焊工大赛，得了第三名。'
    expect(reasonOf(check(told, [1], { personaId: 'shen' }))).toBe('shown')
    expect(reasonOf(check(told, [1], { personaId: 'zhao' }))).toBe('first-person-unsupported')
  })

  it('a policy that is out of force, or replaced by one at hand', () => {
    const rule = '区级工匠每人每月500元，发放期限为二年。'
    const ended = passageOf(allowance.text, { ...allowance.meta, effectiveUntil: '2025-12-31' }, 'policies/ended')
    expect(reasonOf(check(rule, [1], { passages: [ended] }))).toBe('not-in-force')
    expect(reasonOf(check(rule, [1], { passages: [ended], day: '2025-06-01' }))).toBe('shown')
    expect(reasonOf(check(rule, [1], { passages: [ended], day: '2022-01-01' }))).toBe('not-in-force')
    const newer = passageOf(
      '新办法。',
      { title: '新办法', kind: 'policy', supersedes: ['江工发〔2022〕18号'] },
      'policies/new',
    )
    expect(reasonOf(check(rule, [1], { passages: [allowance, newer] }))).toBe('not-in-force')
  })
})

describe('checkSentence and sentences without a claim', () => {
  it.each([
    '你好！',
    '同学们好，很高兴和大家聊聊。',
    '我给你讲讲。',
    '这个问题问得好！',
    '好的，我来说说。\n',
    '抱歉，资料里没有提到这个问题。',
    '希望对你有帮助。',
    '还有什么想问的吗？',
    '具体如下：',
    '😀',
  ])('%s is harmless', (sentence) => {
    expect(check(sentence, []).status).toBe('harmless')
  })

  it.each([
    '你好，我是诺贝尔奖得主。',
    '资料里没有提到他坐过牢。',
    '好的，我1999年入党。',
    '我来讲讲我在清华读书的经历。',
    '希望你像我一样拿到金牌。',
    '他很有名。',
    '这很简单。',
  ])('%s is a claim', (sentence) => {
    expect(reasonOf(check(sentence, []))).toBe('uncited')
  })
})

describe('checkSentence on any input', () => {
  it('never throws, keeps the text, and gives evidence inside the passage', () => {
    const piece = fc.constantFrom(
      '我',
      '1998年',
      '[1]',
      '“',
      '”',
      '不',
      '第十条',
      '36.5',
      '℃',
      '😀',
      '〔2022〕18号',
      '周德厚',
      '，',
      '。',
      '\n',
      '三五个',
      '\ud800',
    )
    fc.assert(
      fc.property(
        fc.array(fc.oneof(piece, fc.string()), { maxLength: 20 }),
        fc.array(fc.integer({ min: -1, max: 4 })),
        (parts, marks) => {
          const text = parts.join('')
          const checked = check(text, marks)
          expect(checked.text).toBe(text)
          if (checked.status !== 'backed') return
          expect(checked.evidence.length).toBeGreaterThan(0)
          for (const { passage, start, end } of checked.evidence) {
            expect(start).toBeGreaterThanOrEqual(passage.start)
            expect(end).toBeLessThanOrEqual(passage.end)
            expect(end).toBeGreaterThan(start)
          }
        },
      ),
    )
  })

  it('any year that the passage does not name is withheld', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1900, max: 2100 }), (year) => {
        fc.pre(!welder.text.includes(String(year)))
        expect(reasonOf(check(`${year}年，我被评为省劳动模范，工作室也在那年挂了牌。`))).toBe('date-unsupported')
      }),
    )
  })
})
