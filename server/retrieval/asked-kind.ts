const DIGITS = '[\\d〇零一二两三四五六七八九十百千万亿半几]'
/** Units in which a thing is told, where the question names it otherwise. */
const UNITS: readonly (readonly [asked: RegExp, told: string])[] = [
  [/^(?:钱|工资|奖金|学费|收入|补助|补贴)/u, '块|元|毛|角|万|千|百'],
  [/^(?:人|名|位|学生|职工|徒弟|成员|孩子|选手)/u, '人|名|位|个|万'],
  [/^(?:岁|年纪)/u, '岁'],
  [/^(?:度|℃)/u, '度|℃'],
  [/^(?:分钟?|小时|天|个?月|年|周|秒)/u, '分|小时|钟头|天|月|年|周|星期|礼拜|秒|宿'],
  [/^(?:家|所|座|栋|间)/u, '家|所|座|栋|间|个'],
  [/^(?:次|回|遍|趟|场|轮)/u, '次|回|遍|趟|场|轮'],
]
const KINDS: readonly (readonly [asked: RegExp, told: RegExp])[] = [
  [/电话|号码|热线/u, /\d{5,}/u],
  [/多大年纪|多大岁数|几岁|多大了/u, new RegExp(`${DIGITS}+岁|年生|生人`, 'u')],
  [
    /多少钱|多少工资|能拿多少|挣多少|赚多少|赔了?多少|花了?多少|交多少/u,
    new RegExp(`${DIGITS}+(?:多|来)?[块元毛万千百]`, 'u'),
  ],
  [/哪一?年|何年|什么年份|几几年/u, /(?:\d{2,4}|[一二三四五六七八九〇零]{4})年|去年|今年|前年/u],
  [
    /什么时候|哪一?天|几月几?[号日]?|几号|哪一?月|何时|啥时候|什么时间/u,
    /\d年|\d月|\d[号日]|[一二三四五六七八九十]月|去年|今年|前年|岁|点|早上|晚上|夏天|冬天|春天|秋天/u,
  ],
  [/多久|多长时间/u, new RegExp(`${DIGITS}+个?(?:多)?(?:分|小时|钟头|天|月|年|周|星期|礼拜|秒|宿)`, 'u')],
  [
    /(?:是|由|跟|找)?谁|哪一?位|叫什么名字|叫什么|姓什么|叫啥/u,
    /[叫姓是]|师傅|师父|老[\u4e00-\u9fff]|[\u4e00-\u9fff]{2,3}(?=说|教|[,，、])|总工会|工会|公司/u,
  ],
  [/哪所|哪个学校|哪里毕业|哪所学校/u, /学校|学院|大学|中学|技校/u],
  [/哪里|哪儿|什么地方|哪个(?:城市|地方|省|市|县)|哪条街/u, /[在到去从回往]|省|市|县|区|镇|街|厂|老家|车间/u],
]
const COUNTED = /(?:多少|第?几)(?:个)?(?<head>[\u4e00-\u9fff℃]{0,3})/u
const MEASURED = /多(?:长|高|大|远|重|宽|深|厚|快)/u

/** Whether a text has the kind of thing that a question asks for (a sum for 多少钱, a year for 哪年); undefined where the question does not tell. */
export function offersAsked(question: string, text: string): boolean | undefined {
  for (const [asked, told] of KINDS) if (asked.test(question)) return told.test(text)
  const counted = COUNTED.exec(question)?.groups?.head
  if (counted !== undefined) {
    const unit = UNITS.find(([asked]) => asked.test(counted))?.[1] ?? escaped(counted.slice(0, 1))
    return new RegExp(unit === '' ? DIGITS : `${DIGITS}+(?:多|余|来|个)?(?:${unit})`, 'u').test(text)
  }
  if (MEASURED.test(question)) return new RegExp(`${DIGITS}`, 'u').test(text)
  return undefined
}

function escaped(text: string): string {
  return /[\u4e00-\u9fff℃]/u.test(text) ? text : ''
}
