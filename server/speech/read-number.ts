const DIGITS = '零一二三四五六七八九'
const PLACES = ['', '十', '百', '千']
const GROUPS = ['', '万', '亿', '万亿']
/** Longer numbers are read digit by digit. */
const MOST_DIGITS = 16

/** Each digit by its name, as in years and codes. With `yao` the digit 1 is 幺, as in telephone numbers. */
export function readDigits(digits: string, yao = false): string {
  let spoken = ''
  for (const digit of digits) {
    if (digit < '0' || digit > '9') continue
    spoken += yao && digit === '1' ? '幺' : (DIGITS[Number(digit)] ?? '')
  }
  return spoken
}

/**
 * A number as a quantity: `1200` → 一千二百, `99.87` → 九十九点八七. Commas between thousands are skipped; a minus sign
 * is 负. Numbers with a zero in front (007) and very long ones are read digit by digit. A leading 2 before 千, 万 and 亿
 * is 两, as people say it.
 */
export function readNumber(text: string): string {
  const plain = text.replaceAll(',', '')
  if (/^[-−]/.test(plain)) return `负${readNumber(plain.slice(1))}`
  const [whole = '', ...fractions] = plain.split('.')
  const spoken = readWhole(whole)
  return fractions.length === 0 ? spoken : [spoken, ...fractions.map((part) => readDigits(part))].join('点')
}

function readWhole(digits: string): string {
  if (digits.length > 1 && (digits.startsWith('0') || digits.length > MOST_DIGITS)) return readDigits(digits)
  if (Number(digits) === 0) return '零'
  const groups: string[] = []
  for (let end = digits.length; end > 0; end -= 4) groups.push(digits.slice(Math.max(0, end - 4), end))
  let spoken = ''
  for (let index = groups.length - 1; index >= 0; index--) {
    const group = groups[index] ?? ''
    if (Number(group) === 0) {
      // 万亿 is said once: 1,0000,0000,0000 is 一万亿, 1,0001,0000,0000 is 一万零一亿.
      if (index === 2 && groups.length === 4) spoken += '亿'
      continue
    }
    const first = spoken === ''
    const gap = !first && (group.startsWith('0') || Number(groups[index + 1] ?? 1) === 0)
    const place = index === 3 ? '万' : (GROUPS[index] ?? '')
    spoken += `${gap ? '零' : ''}${readGroup(String(Number(group)), first, place)}${place}`
  }
  return spoken
}

function readGroup(digits: string, first: boolean, place: string): string {
  if (first && digits === '2' && place !== '') return '两'
  let spoken = ''
  let zero = false
  for (let index = 0; index < digits.length; index++) {
    const digit = digits[index] ?? '0'
    const power = digits.length - 1 - index
    if (digit === '0') {
      zero = true
      continue
    }
    if (zero) spoken += '零'
    zero = false
    const name = digit === '2' && power === 3 && first ? '两' : (DIGITS[Number(digit)] ?? '')
    spoken += (first && spoken === '' && digit === '1' && power === 1 ? '' : name) + (PLACES[power] ?? '')
  }
  return spoken
}

/** Words before which 2 alone is 二: they count places, not things. */
const AFTER_TWO =
  /^(?:月|号|日|楼|级|等|年级|班(?!倒|次|制|运)|队|线|期|本(?=院|大|线|批|生|学)|手(?!准备|抓|都|空|老茧)|维|环|胎|审|中|院(?!院)|分[厂院队]|点零|次元|进制|把手|氧化|十|分之|车间|工序|姨|叔|舅|哥|姐|弟|妹|话|世|代身份证)/

/** A counted number before `follows`: 2 alone before a measure word is 两. */
export function readCount(text: string, follows: string): string {
  if (text !== '2' || !/^\p{Script=Han}/u.test(follows) || AFTER_TWO.test(follows)) return readNumber(text)
  return MEASURES.test(follows) ? '两' : '二'
}

const MEASURES =
  /^(?:多)?(?:万|亿|千(?!克|瓦|米|伏|牛|帕|字|赫)|百|个|名|位|人|年|天|周|岁|点|小时|分钟|分|秒|元|块|角|毛|次|回|遍|趟|场|届|期间|项|条|件|台|大|夜|炉|股|顿|束|枝|捆|串|桌|笔|摞|叠|番|阵|幕|拳|脚|眼|壶|锅|盆|缸|车|船|担|筐|针|圈|招|刀|锤|锭|罐|管|卷|幅|扇|堵|尊|顶|床|剂|例|处|班|院|手|辆|架|艘|套|把|支|只|头|匹|张|页|本|册|份|封|篇|首|部|家|所|座|栋|幢|间|层|户|口|片|块|根|棵|朵|颗|粒|滴|瓶|杯|碗|盒|箱|袋|包|桶|吨|斤|公斤|千克|克|米|厘米|毫米|公里|千米|里|丈|尺|寸|亩|公顷|升|毫升|平方|立方|倍|成|半|类|种|样|款|枚|门|节|课|堂|道|步|组|排|列|行|群|批|拨|对|双|边|侧|头|端|处|地|省|市|县|区|镇|村|国|校|厂|岸|个半|度|丝|微米|摄氏度|千瓦|伏|安|轮|局|盘|站|班次|岗|会|委|院士|代人|老|者|难|口子)/
