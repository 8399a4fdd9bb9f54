import type { QuestionProfile } from './question-profile.ts'
import type { QuestionKind } from './question-type.ts'

/** What a sentence offers that a question may ask for; each is one bit. The patterns read folded text. */
const CUES: readonly (readonly [name: string, pattern: RegExp])[] = [
  [
    'year',
    /(?:\d{4}|[一二三四五六七八九零]{4}|\d\d)年(?!级)|[元一二三四五六七八九十]+年(?=[,(春夏秋冬正一二三四五六七八九十])/u,
  ],
  ['day', /\d+月|[一二三四五六七八九十正腊]月|\d+[日号]|[初]?[一二三四五六七八九十]+日/u],
  ['period', /世纪|年代|时期|时代|朝|初期|末期|同年|次年|翌年|早上|晚上|春天|夏天|秋天|冬天|季/u],
  ['relativeTime', /之后|以后|后来|当年|那年|那时|当时|期间|时候/u],
  ['duration', /[\d一二两三四五六七八九十百半几多]+个?(?:年|天|小时|分钟|月|周|星期|世纪)/u],
  ['digit', /\d/u],
  [
    'measure',
    /[\d一二两三四五六七八九十百千万亿半]+(?:余|多)?\s?(?:平方|立方)?(?:公里|千米|厘米|毫米|公分|英里|英尺|公顷|公斤|千克|克|吨|米|m|km|cm|mm|里|亩|度|%|元|美元|岁|倍|层|尺|寸)/u,
  ],
  [
    'count',
    /[\d一二两三四五六七八九十百千万亿几]+(?:余|多)?(?:个|名|人|位|种|次|座|条|部|张|家|所|届|对|枚|站|场|支|只|台|项|户|件|队|类|门|艘|架|块|本|首|集|期|分)/u,
  ],
  ['percent', /%|百分之|成(?=的|左右|以上)|分之/u],
  ['ordinal', /第[\d一二三四五六七八九十百]+/u],
  [
    'place',
    /位于|坐落|地处|[省市县区镇乡村州郡岛]|国(?!家|际)|海域|沿海|流域|地区|在[^,。]{1,12}(?:举行|出生|成立|发现)|[东西南北]部/u,
  ],
  ['atPlace', /[于在至到往由自从]/u],
  [
    'country',
    /中国|美国|英国|日本|法国|德国|俄罗斯|苏联|韩国|朝鲜|印度|意大利|西班牙|加拿大|澳大利亚|澳洲|台湾|香港|澳门|巴西|荷兰|瑞典|国籍|欧洲|亚洲|非洲|美洲|大洋洲|北京|上海/u,
  ],
  ['foreignName', /[\u4e00-\u9fff]·[\u4e00-\u9fff]/u],
  [
    'roleName',
    /(?:导演|作者|演员|作家|教授|博士|先生|女士|师傅|院士|总统|皇帝|国王|校长|主席|经理|队长|教练|歌手|编剧|主任|工程师|徒弟|老师|爷|父亲|母亲|妻子|丈夫|儿子|女儿|兄弟|哥哥|弟弟|公主|王子|将军|大臣|由)[\u4e00-\u9fff]/u,
  ],
  [
    'surname',
    /(?:^|[,、。:和与由被对是为以("“」』《]|[父母子妻兄弟友臣将家人员])(?:欧阳|司马|诸葛|上官|[王李张刘陈杨黄赵周吴徐孙马胡朱郭何罗高林郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤])[\u4e00-\u9fff]{1,2}(?=$|[,、。:是的在于为曾任担说和与("”」』])/u,
  ],
  [
    'cause',
    /因为|因此|因而|由于|所以|为了|原因|导致|使得|以致|以便|为免|缘故|造成|鉴于|归功|之故|从而|故(?=[此而称名又被])|是因|避免|有感|目的/u,
  ],
  ['because', /因|由于|为了|为免|基于|出于/u],
  [
    'manner',
    /通过|透过|采用|利用|使用|用|以[^及后前来上下外]{1,12}(?:方式|形式|来|为)|借|靠|先[^,]*[,再然后]|方法|方式|按照|根据/u,
  ],
  [
    'called',
    /称[为作之其]|又称|俗称|简称|别称|通称|统称|尊称|昵称|叫[作做]?|又名|别名|原名|本名|学名|艺名|名为|名叫|改名|命名|誉为|得名|名字|取名|字(?=[^,。]{1,3}[,。])|号(?=[^,。]{1,4}[,。])|绰号|外号|意即|简写/u,
  ],
  ['is', /是|为(?!了|什么)|乃|即/u],
  ['means', /指|意思|意为|意即|含义|意味|代表|象征|定义|一种|之一|解释/u],
  ['work', /《[^》]+》/u],
  ['quoted', /[“「『"‘]/u],
  ['list', /、[^、,。]+(?:、|和|及|与|以及|等)/u],
  ['twoItems', /[和及与、或]/u],
  ['etc', /等|包括|分为|分别|有:|如下|例如|比如|主要有|其中/u],
  [
    'organisation',
    /公司|集团|大学|学院|学校|中学|小学|研究[院所]|协会|委员会|俱乐部|队|电视台|银行|出版社|医院|政府|部门|机构|工厂|厂|联盟|党|军|局|社|会(?=[,、。的])/u,
  ],
  [
    'job',
    /演员|歌手|作家|导演|教授|工程师|运动员|球员|政治家|学家|记者|律师|医生|教师|商人|军人|官员|司机|工人|焊工|车工|钳工|技师|画家|诗人|将领|大臣|皇帝|模特|主持|编剧|作曲|员(?=[,、。和兼])|家(?=[,、。和兼])/u,
  ],
  ['colour', /色|[红黄蓝绿黑白紫灰橙褐]/u],
  ['trait', /特[点征色性]|呈|形|状|具有|属于|分布|栖息|主食|为食|性|体|喜/u],
  ['prize', /奖|冠军|亚军|季军|金牌|银牌|荣誉|称号|劳模|劳动模范|工匠|勋章|纪录|第一名/u],
  [
    'post',
    /担任|出任|任职|任命|就任|当选|升任|职[务位]|[任](?=[^,。]{2,10}(?:长|员|官|书|理|席|使|师|练))|受封|封为|被选/u,
  ],
  ['agent', /由|被|受|为[^,。]{2,10}所/u],
  ['negation', /不|没|无|未|非|否/u],
  ['parenthesis', /\(/u],
  ['latin', /[a-z]{2,}/u],
  ['born', /生于|出生|诞生|逝世|去世|卒|死于|病逝|籍贯|祖籍|人,|成长/u],
  ['contrast', /但|然而|不过|却|相反|区别|不同|相比|而/u],
  ['effect', /影响|作用|意义|功能|用途|用于|用作|用来|可以|能够|有助|提供|重要/u],
  ['colon', /:/u],
]

export const CUE_NAMES: readonly string[] = CUES.map(([name]) => name)

/** The numbers of the cues that stand in a folded text, in ascending order: positions in {@link CUE_NAMES}. */
export function cuesOf(folded: string): number[] {
  const found: number[] = []
  for (const [index, [, pattern]] of CUES.entries()) if (pattern.test(folded)) found.push(index)
  return found
}

/** What an answer to a kind of question holds; kinds that may be answered by anything are not named. */
const OFFERS: Partial<Record<QuestionKind, readonly string[]>> = {
  time: ['year', 'day', 'period'],
  duration: ['duration'],
  place: ['place', 'country'],
  person: ['roleName', 'surname', 'foreignName', 'job', 'agent'],
  number: ['measure', 'count', 'percent', 'digit'],
  reason: ['cause', 'because'],
  manner: ['manner', 'trait'],
  name: ['called', 'quoted', 'work', 'is'],
  meaning: ['means', 'is'],
  list: ['list', 'twoItems', 'etc'],
  work: ['work', 'quoted'],
  organisation: ['organisation'],
}
const patternOf = new Map(CUES)

/** Whether a person stands in a folded text by a family name. */
export function namesPerson(folded: string): boolean {
  return patternOf.get('surname')?.test(folded) === true
}

/** Whether a folded sentence offers, beside what the question itself says, the kind of thing that is asked for. */
export function offersKind(profile: QuestionProfile, folded: string): boolean {
  const names = OFFERS[profile.type.kind]
  if (names === undefined) return false
  let fresh = folded
  for (const { text } of [...profile.tokens, ...profile.words]) fresh = fresh.replaceAll(text, '#')
  if (profile.type.kind === 'number' && profile.folded.includes('第几')) {
    return fresh.split(profile.type.head).some((before) => /第[\d一二三四五六七八九十百]+$/u.test(before))
  }
  if (profile.type.kind === 'number' && profile.type.head !== '') {
    const at = fresh.indexOf(profile.type.head)
    if (at > 0 && /[\d一二两三四五六七八九十百千万亿半余多几]$/u.test(fresh.slice(0, at))) return true
  }
  return names.some((name) => patternOf.get(name)?.test(fresh) === true)
}
