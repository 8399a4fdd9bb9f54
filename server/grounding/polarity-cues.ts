/** What a small word does to a statement: turns it round, obliges, permits, forbids, narrows, excepts, or directs a comparison. */
export type CueClass = 'negation' | 'obligation' | 'permission' | 'prohibition' | 'exclusive' | 'exception'

export interface Cue {
  readonly class: CueClass
  readonly start: number
  readonly end: number
}

/** Words that hold the letters of a cue without its force. They are hidden before cues are looked for. */
const WORDS =
  /不锈钢|不仅仅?|不但|不只|不光|不单|不断|不少|不久|不同|不过|不管|不论|不妨|不禁|不料|不由得?|不愧|不等|不一|不止|不幸|不列颠|不丹|不易|不错|不足|不满|不到|(?:不超过|不少于|不低于|不多于|不高于|不得超过|不得少于)(?=[\d零一二两三四五六七八九十百千万])|不得不|差不多|了不起|毫不|对不起|无论|无锡|无线|无机|无人|无限|无缝|无穷|无数|无名|无产|无花果|无色|无私|无烟|无疑|无比|无偿|无形|无双|无忧|无极|无量|无尽|毫无|非洲|非常|非凡|非法|非典|除非|是非|莫非|非物质|非金属|未来(?!自|到|得|过)|未婚|未央|未必|未免|从未来|淹没|沉没|埋没|出没|没收|没落|别人|别的|个别|特别|区别|分别|级别|类别|性别|辨别|告别|识别|差别|别墅|别称|别名|别号|派别|国别|离别|送别|只有|只要|只能|只是|船只|仅仅|不仅|莫斯科|莫高|莫扎特|莫尔|禁止|严禁|紫禁|禁不住|禁卫|禁军|否则|是否|能否|与否|可否|否认|否定|可能|可是|可见|可靠|可爱|可怕|可谓|许可|认可|宁可|可惜|应用|供应|反应|适应|响应|相应|效应|对应|应对|应聘|应邀|应急|应届|感应|应变|应有|应征|应答|必然|未必|必要|必修|须知|胡须|须弥/g

const FORCE: readonly (readonly [RegExp, CueClass])[] = [
  [/不得不|应当|应该|必须|务必|必需|须要|应予|须|应(?!付|战|声|运)|必(?=须|定)/g, 'obligation'],
  [/不得(?!不)|禁止|严禁|不准|不许|不可以|不允许|不应当?|不能(?!不)|不可(?!或缺|思议|避免|分|以)|不予/g, 'prohibition'],
  [/(?<!不)(?:可以|允许|准许|得以|可(?=申|向|由|按|在|以|凭|自|根|依|选))/g, 'permission'],
  [/只有|只能|仅仅|仅|唯一|只(?=[有能是在限用])|只限/g, 'exclusive'],
  [/除(?!夕|尘|法|湿|草|名|数|以|锈|掉|去|了|此之外)[^，。,;；]{1,30}(?:以外|之外|外)/g, 'exception'],
  [
    /并非|绝非|从未|尚未|未能|未曾|并未|没有|没能|没|不曾|不再|不会|不是|不|未(?!来(?!自|到|得|过)|央)|无法|无(?=[法需须权意力人])|毫无|非(?=[常]{0}\p{Script=Han})(?!常|洲|典|凡|法)|勿|别(?=[再去让把怕急])/gu,
    'negation',
  ],
]

/** The cues of a folded text in order; where two overlap the first class of the list wins. */
export function findCues(folded: string): Cue[] {
  const taken = new Uint8Array(folded.length)
  const cues: Cue[] = []
  const add = (start: number, end: number, kind: CueClass) => {
    for (let at = start; at < end; at++) if (taken[at] === 1) return
    taken.fill(1, start, end)
    cues.push({ class: kind, start, end })
  }
  const hidden = folded.replace(WORDS, (word) => (CUE_WORDS.has(word) ? word : '□'.repeat(word.length)))
  for (const [pattern, kind] of FORCE) {
    for (const match of hidden.matchAll(pattern)) add(match.index, match.index + match[0].length, kind)
  }
  return cues.sort((one, other) => one.start - other.start)
}

/** Words of the list above that are cues themselves. */
const CUE_WORDS = new Set(['不得不', '只有', '只能', '仅仅', '禁止', '严禁', '毫无'])

/** Words that are negative by what they mean: beside them 不 may be a paraphrase. */
export const NEGATIVE_MEANING =
  /失败|拒绝|缺乏|缺少|缺席|取消|停止|终止|难以|免于|免除|避免|防止|失去|丧失|否认|否定|放弃|中断|不足|不到|未满|不满|落选|淘汰|无缘|除外|差点|以外|无/

const OPPOSITES = new Map<string, string>()
for (const pair of (
  '增加 减少|上升 下降|提高 降低|增长 下降|扩大 缩小|高于 低于|大于 小于|多于 少于|超过 不足|以上 以下|最高 最低|最大 最小|最多 最少|最长 最短|最早 最晚|首次 末次|之前 之后|以前 以后|成功 失败|允许 禁止|可以 不得|' +
  '支持 反对|赞成 反对|同意 拒绝|同意 反对|接受 拒绝|开始 结束|开放 关闭|开放 封闭|公开 秘密|合法 非法|有效 无效|有利 不利|胜利 失败|获胜 落败|击败 不敌|打败 败给|进口 出口|东部 西部|南部 北部|东侧 西侧|南侧 北侧|' +
  '前者 后者|男性 女性|国内 国外|直接 间接|主要 次要|全部 部分|必须 可以|应当 可以|必须 无需|收入 支出|盈利 亏损|买入 卖出|上游 下游|左侧 右侧|加入 退出|存在 消失|完整 残缺|安全 危险|简单 复杂|正确 错误|自愿 强制|' +
  '高 低|大 小|多 少|长 短|快 慢|早 晚|先 后|先 最后|首先 最后|前 后|左 右|上 下|冷 热|新 旧|强 弱|厚 薄|粗 细|深 浅|远 近|宽 窄|轻 重|好 坏|对 错|胜 负|赢 输|升 降|涨 跌|进 出|买 卖|内 外|男 女|东 西|南 北'
).split('|')) {
  const [one = '', other = ''] = pair.split(' ')
  OPPOSITES.set(one, `${OPPOSITES.get(one) ?? ''} ${other}`)
  OPPOSITES.set(other, `${OPPOSITES.get(other) ?? ''} ${one}`)
}

/** Words that mean the opposite of `word`, if the list has any. */
export function oppositesOf(word: string): readonly string[] {
  return (OPPOSITES.get(word) ?? '').split(' ').filter((other) => other !== '')
}

/** Every word that has an opposite. */
export const OPPOSED_WORDS: readonly string[] = [...OPPOSITES.keys()]
