/** What a question asks for. */
export const QUESTION_KINDS = [
  'time',
  'duration',
  'place',
  'person',
  'number',
  'reason',
  'manner',
  'name',
  'meaning',
  'list',
  'work',
  'organisation',
  'attribute',
  'thing',
  'other',
] as const
export type QuestionKind = (typeof QUESTION_KINDS)[number]

export interface QuestionType {
  readonly kind: QuestionKind
  /** Where the words that ask (哪一年, 为什么) stand in the text that was given; `start === end` where there are none. */
  readonly start: number
  readonly end: number
  /** What the question wants one of: 公司 in 哪个公司, 颜色 in 什么颜色, 公里 in 多少公里; empty where it does not say. */
  readonly head: string
}

interface Pattern {
  readonly kind: QuestionKind
  readonly pattern: RegExp
}

/** In the order in which they are tried; the named group `head` is what is asked for. */
const PATTERNS: readonly Pattern[] = [
  {
    kind: 'reason',
    pattern:
      /为什么|为何|为啥|何故|因为(?:什么|啥)|怎么会|什么(?:原因|缘故|理由)|(?:原因|缘由|理由)(?:是什么|有哪些|是啥|是)?/u,
  },
  {
    kind: 'duration',
    pattern: /多久|多长时间|几个?(?<head>小时|分钟|月|星期|周|世纪)|多少(?<head2>年|天|小时|分钟|个月)|几(?<head3>天)/u,
  },
  {
    kind: 'time',
    pattern:
      /什么时候|什么时间|什么时期|什么年代|什么朝代|什么时代|什么日子|什么季节|什么年份|啥时候|何时|何年|何月|哪一?个?(?:年|月|天|日|世纪|年代|朝代|时期|时代|季节|年份|时间)(?!级)|几(?:年|月|号|日|点|时)(?![级生])|第几年/u,
  },
  { kind: 'person', pattern: /哪一?(?:位|个人|些人|几位|几个人|两位|两个人)|谁|何人|什么人|啥人/u },
  {
    kind: 'number',
    pattern:
      /多少(?<head>[^\s?,。的]{0,4})|第?几(?<head2>[^\s?,。的内乎何率]{1,2})|多(?<head3>长|高|大|远|重|宽|深|厚|快|早|晚)(?![家])|几何/u,
  },
  {
    kind: 'place',
    pattern:
      /哪里|哪儿|何处|何地|什么地方|哪些地方|在哪(?![个家所支部本位座条种项些])|哪国|啥地方|(?:哪一?[个座些]?|哪[两几]个|什么)(?<head>国家|城市|地区|地方|省份|省|市|县|州|郡|区|镇|村|岛|洲|大洋|大洲|海域|地带|位置|流域|国)/u,
  },
  {
    kind: 'organisation',
    pattern:
      /(?:哪一?[个家支所间些]?|哪[两几]家|什么)(?<head>公司|学校|大学|中学|学院|机构|单位|组织|球队|队伍|球会|俱乐部|电视台|部门|集团|企业|工厂|厂|唱片公司|党|政党|政权|队|部队|医院|媒体|车间|班组)/u,
  },
  {
    kind: 'work',
    pattern:
      /(?:哪一?[部本首张集篇册]|哪[几两三]部|什么|哪些|哪个|哪一个)(?<head>电影|电视剧|作品|小说|歌曲|歌|专辑|著作|书|节目|杂志|报纸|经典著作|片|剧|单曲|文章|漫画|动画|游戏|期刊)/u,
  },
  { kind: 'meaning', pattern: /什么意思|什么含义|指的?是?什么|意味着?什么|含义|(?:^|,)什么是|是指什么|定义/u },
  {
    kind: 'name',
    pattern:
      /(?:叫|称|名|称为|叫做|称作|名为|誉为|命名为)(?:做|为|作|是|字是|字叫)?(?:什么|啥)(?:名字)?|什么(?:名字|名称|称号|别名|外号|绰号|称谓|美称)|(?:名字|名称|俗称|别名|又名|别称|简称|全称|全名|学名|英文名|本名|原名)(?:是|叫|为)?(?:什么|啥)?/u,
  },
  { kind: 'manner', pattern: /怎么样|怎样|怎么|如何|咋样?|什么(?:方式|方法|办法|形式|手段|途径|样的|样子|样)/u },
  {
    kind: 'list',
    pattern:
      /哪些(?<head>[^\s?,。的]{0,4})|哪[几两二三四五六七八九十]+[个种类条大项部位座]?(?<head2>[^\s?,。的]{0,4})|有什么(?<head3>[^\s?,。的]{0,4})/u,
  },
  {
    kind: 'attribute',
    pattern:
      /什么(?<head>颜色|形状|职业|职位|职务|官职|性质|类型|种类|特点|特征|特色|特性|语言|气候|科目|科|属|纲|目|习性|作用|用途|影响|关系|内容|运动|意义|后果|结果|性格|身份|工作|职称|奖项?|荣誉|成就|项目|专业|角色)/u,
  },
  { kind: 'thing', pattern: /(?:什么|啥|哪一?[个种类样项条种支座根件级段颗届]?)(?<head>[^\s?,。的是]{0,4})/u },
]

/** Recognises what a question asks for in a folded text, from the words that ask. */
export function questionType(text: string): QuestionType {
  for (const { kind, pattern } of PATTERNS) {
    const match = pattern.exec(text)
    if (match === null) continue
    const groups = match.groups
    const head = groups?.['head'] ?? groups?.['head2'] ?? groups?.['head3'] ?? ''
    return { kind, start: match.index, end: match.index + match[0].length, head }
  }
  return { kind: 'other', start: text.length, end: text.length, head: '' }
}
