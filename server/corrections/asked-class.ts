import { questionType } from '../retrieval/question-type.ts'

/** What a question wants to hear: a kind and, for some, of what (the unit that is counted, the measure). */
export interface Asked {
  readonly kind: string
  /** `''` where it does not say. */
  readonly of: string
  /** The plain question without the words that ask. */
  readonly rest: string
}

const UNIT = '天|年|个?月|个?小时|分钟|秒|周|星期|钟头'

/** Tried in this order on a plain question; the named group `of` is what is counted or measured. */
const KINDS: readonly (readonly [kind: string, pattern: RegExp])[] = [
  [
    'reason',
    /为什么|什么(?:原因|缘故|理由|缘由|来历)|(?:的)?(?:原因|缘故|理由|缘由|来历|死因|病因)(?:是什么|有哪些|在哪里|是)?|因为什么|是什么让/u,
  ],
  [
    'money',
    /多少钱|(?<=赔|花|挣|赚|交|缴|罚|扣|奖|收入|工资|薪水|费|月薪)(?:了|的?是|有|了你|你)?(?:多少|几)(?![天年月个人次条家所])|(?:是)?(?:什么)?价格(?:是多少)?/u,
  ],
  ['age', /多大年纪|多少岁|年龄|(?:时|那年|那会儿|时候|才|现在|你|他|她|今年)多大(?=$)/u],
  ['year', /哪年|出生年份(?:是多少)?/u],
  ['day', /哪天|的?日期(?:是什么)?|几月|哪个月/u],
  ['time', /什么时候|哪个?(?:朝代|世纪|时代|年代|时期)|几点(?!几)|时间是(?:什么|多少)|的时间/u],
  ['duration', new RegExp(`多久|(?:多少|几)(?:个)?(?<of>${UNIT})|时限(?:是多少)?|期限(?:是多少)?`, 'u')],
  ['share', /(?:是|到)?百分之(?:多少|几)|(?<=率|比例|占比)(?:有|是|才)?多(?:少|高)/u],
  [
    'measure',
    /多(?<of>高|长|宽|厚|深|重|远|快|大|粗)(?!家)|的?(?<of2>高度|长度|宽度|厚度|深度|重量|体重|速度|面积|容积|海拔|距离|全长|总长|体长|壁厚|温度)(?:到|要)?(?:是|为|有)?(?:多少|几|多大|多高)?(?:毫米|厘米|米|公里|千米|立方米?|度|平方公里)?/u,
  ],
  ['rank', /第几(?<of>名|块|本|个|届)?|什么名次|名次/u],
  ['count', /(?<!哪)(?:多少|几)(?:个|名|位|条|件|根|块)?(?=(?<of>\p{Script=Han}{0,2}))/u],
  ['person', /谁(?!是谁)|作者是/u],
  ['name', /叫什么|名称是什么|称号是什么|怎么称呼|起的?什么名|绰号|外号|什么名/u],
  ['place', /哪里|哪个?(?:城市|国家|省份?|地区|地方|市|县|镇|村)|哪(?:省|国|市)|什么(?:地区|城市|国家)|何方|地点/u],
  [
    'meaning',
    /什么意思|什么含义|指的?是?什么|(?:^)什么(?:是|叫)|怎么理解|(?:是)?怎么(?:一)?回事|定义|是什么(?:东西|玩意)|解释/u,
  ],
  ['sort', /哪(?:一|几|两|三|四|五)?(?:[所家部本首款支届种条座步个句遍些样张])/u],
  ['manner', /怎么办|怎么|什么(?:方法|办法|方式|法子|途径|手段|交通工具)|(?:办法|方法|法子|步骤)(?:是什么|有哪些)/u],
  ['thing', /什么(?=(?<of>\p{Script=Han}{0,2}))|哪/u],
  [
    'yesno',
    /吗|有没有|是不是|能不能|会不会|可不可以|要不要|是否|能否|可否|收不收|算不算|行不行|合适不|[不没](?=$)|没有(?=$)|过没/u,
  ],
]

/** Recognises what a plain question asks for. */
export function askedClass(plain: string): Asked {
  for (const [kind, pattern] of KINDS) {
    const match = pattern.exec(plain)
    if (match === null) continue
    const groups = match.groups
    const of = groups?.['of'] ?? groups?.['of2'] ?? ''
    return {
      kind,
      of: measureOf(kind, of),
      rest: `${plain.slice(0, match.index)}|${plain.slice(match.index + match[0].length)}`,
    }
  }
  const { kind, start, end } = questionType(plain)
  return { kind: kind === 'other' ? 'other' : kind, of: '', rest: `${plain.slice(0, start)}|${plain.slice(end)}` }
}

const MEASURES: readonly (readonly [string, RegExp])[] = [
  ['高', /高|海拔/u],
  ['长', /长/u],
  ['宽', /宽/u],
  ['厚', /厚/u],
  ['深', /深/u],
  ['重', /重/u],
  ['远', /远|距离/u],
  ['快', /快|速/u],
  ['大', /大|面积|容积/u],
  ['度', /温度/u],
]

function measureOf(kind: string, of: string): string {
  if (kind === 'measure') return MEASURES.find(([, pattern]) => pattern.test(of))?.[0] ?? of
  if (kind === 'duration') return of.replace('个', '').replace('钟头', '小时').replace('星期', '周')
  return of
}

/** Kinds that may ask for the same thing, with how far they do, from 0 to 1. */
const PAIRS: readonly (readonly [string, string, number])[] = [
  ['year', 'time', 0.9],
  ['day', 'time', 0.9],
  ['year', 'age', 0.3],
  ['year', 'day', 0.25],
  ['count', 'measure', 0.55],
  ['count', 'money', 0.6],
  ['count', 'rank', 0.4],
  ['count', 'share', 0.7],
  ['count', 'age', 0.4],
  ['duration', 'time', 0.5],
  ['duration', 'measure', 0.3],
  ['name', 'sort', 0.7],
  ['manner', 'place', 0.3],
  ['share', 'measure', 0.8],
  ['person', 'name', 0.75],
  ['name', 'thing', 0.7],
  ['name', 'meaning', 0.3],
  ['person', 'thing', 0.4],
  ['person', 'sort', 0.5],
  ['place', 'sort', 0.7],
  ['place', 'thing', 0.4],
  ['thing', 'sort', 0.85],
  ['thing', 'meaning', 0.6],
  ['thing', 'manner', 0.5],
  ['thing', 'reason', 0.5],
  ['thing', 'yesno', 0.3],
  ['thing', 'rank', 0.4],
  ['thing', 'measure', 0.4],
  ['thing', 'count', 0.35],
  ['thing', 'money', 0.3],
  ['thing', 'year', 0.2],
  ['thing', 'time', 0.25],
  ['manner', 'meaning', 0.6],
  ['manner', 'reason', 0.6],
  ['meaning', 'reason', 0.6],
  ['manner', 'count', 0.25],
  ['duration', 'count', 0.5],
  ['share', 'manner', 0.3],
  ['manner', 'sort', 0.5],
  ['manner', 'yesno', 0.35],
  ['rank', 'sort', 0.4],
  ['yesno', 'money', 0.3],
  ['yesno', 'person', 0.2],
  ['yesno', 'reason', 0.1],
  ['measure', 'money', 0.2],
  ['count', 'sort', 0.3],
]
const table = new Map(
  PAIRS.flatMap(([one, other, close]) => [[`${one} ${other}`, close] as const, [`${other} ${one}`, close] as const]),
)

/** How far two questions ask for the same sort of thing, from 0 to 1; 0.5 where one does not tell. */
export function askedCloseness(one: Asked, other: Asked): number {
  if (one.kind === 'other' || other.kind === 'other') return 0.5
  if (one.kind !== other.kind) return table.get(`${one.kind} ${other.kind}`) ?? 0
  if (one.of === other.of) return 1
  if (one.kind === 'measure' || one.kind === 'duration') return one.of === '' || other.of === '' ? 0.8 : 0.2
  return 0.85
}
