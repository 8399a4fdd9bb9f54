import { foldText } from '../retrieval/script.ts'

/** Names of honours, folded, longest first. */
export type Honours = readonly string[]

/** Reads a list of honours, one a line; `#` begins a comment, words after white space or a comma are other names for it. */
export function loadHonours(text: string): Honours {
  const names = text
    .split('\n')
    .map((line) => line.replace(/#.*$/, ''))
    .flatMap((line) => line.split(/[\s,，、|=]+/))
    .map((name) => foldText(name.trim()))
    .filter((name) => name.length > 1)
  return [...new Set(names)].sort((one, other) => other.length - one.length)
}

const BUILT_IN = loadHonours(`
全国劳动模范 劳动模范 劳模 先进工作者 先进生产者 五一劳动奖章 五一劳动奖状 五一巾帼标兵 三八红旗手 三八红旗集体 工人先锋号 大国工匠 技术能手 青年岗位能手 岗位能手 技能大师
首席技师 道德模范 优秀共产党员 优秀党员 优秀员工 先进个人 先进集体 七一勋章 共和国勋章 国家科技进步奖 科技进步奖 鲁班奖 诺贝尔奖 中华技能大奖 工匠
`)
const ENDING =
  '奖章|奖状|奖杯|奖项|大奖|金奖|银奖|铜奖|头奖|奖|勋章|称号|标兵|能手|工匠|模范|先锋号|红旗手|状元|冠军|亚军|季军|金牌|银牌|铜牌|院士|桂冠'
const PATTERN = new RegExp(`[\\p{Script=Han}\\p{N}a-z·“”「」《》]{0,14}?(?:${ENDING})(?:荣誉)?(?:称号)?`, 'gu')
/** Where the name of an honour begins: after one of these. */
const BEFORE =
  /^.*(?:选评|评选|评出|推荐|培育|培养|各级|本级|一批|获得|荣获|获评|获封|获|评为|授予|颁发|颁给|得到|得过|拿到|拿过|拿下|夺得|夺取|赢得|摘得|入选|当选|成为|捧回|捧得|取得|被誉为|誉为|称为|后来|当时|那时|现在|目前|如今|今年|去年|那年|曾|而|但|并|且|从|对|让|向|给|采用|使用|作用|影响|损害|由|于|用|一枚|一个|一项|一次|一届|两枚|这个|那个|这枚|那枚|[的了过是为与和及或在以把被将有年届次名])/u

export interface Honour {
  readonly text: string
  readonly start: number
  readonly end: number
}

/** The honours that a folded text names: those of the list, and words that end like one (…奖, …称号, …标兵). */
export function findHonours(folded: string, honours: Honours = []): Honour[] {
  const found: Honour[] = []
  // The title of a document or work is checked as a name.
  const masked = folded.replaceAll(/《[^《》]*》/g, (title) => '□'.repeat(title.length))
  for (const match of masked.matchAll(PATTERN)) {
    const whole = match[0]
    if (/^(?:联赛|赛|杯|争夺|戏|得主)/.test(folded.slice(match.index + whole.length))) continue
    if (/^(?:金|励|学|品|惩|券|牌|杯)/.test(folded.slice(match.index + whole.length)) && whole.endsWith('奖')) continue
    const text = whole.replace(BEFORE, '').replace(/^[“”「」《》]+/u, '')
    const end = match.index + whole.length
    if (text.length > 1) found.push({ text: text.replaceAll(/[“”「」]/gu, ''), start: end - text.length, end })
  }
  for (const name of [...honours, ...BUILT_IN]) {
    for (let at = masked.indexOf(name); at >= 0; at = masked.indexOf(name, at + 1)) {
      const end = at + name.length
      if (!found.some((one) => at >= one.start && end <= one.end)) found.push({ text: name, start: at, end })
    }
  }
  return found.sort((one, other) => one.start - other.start)
}

/** One written form for names that mean the same honour. */
export function canonicalHonour(text: string): string {
  return text.replaceAll('劳模', '劳动模范').replaceAll(/荣誉称号|称号|荣誉|[的“”「」《》·\s]/gu, '')
}
