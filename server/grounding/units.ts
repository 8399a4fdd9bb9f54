/** Units of measure that convert into each other: written forms, the unit they are made into, and the factor. */
const MEASURES: readonly (readonly [forms: string, unit: string, factor: number])[] = [
  ['米 公尺 m', 'm', 1],
  ['公里 千米 km', 'm', 1000],
  ['分米', 'm', 0.1],
  ['厘米 公分 cm', 'm', 0.01],
  ['毫米 mm', 'm', 0.001],
  ['微米 μm', 'm', 1e-6],
  ['纳米 nm', 'm', 1e-9],
  ['英里 英哩', 'mile', 1],
  ['英尺 英呎', 'ft', 1],
  ['英寸 英吋', 'in', 1],
  ['海里 浬', 'nmile', 1],
  ['光年', 'ly', 1],
  ['丝 道', 'dao', 1],
  ['克 g', 'g', 1],
  ['千克 公斤 kg', 'g', 1000],
  ['毫克 mg', 'g', 0.001],
  ['吨 公吨 t', 'g', 1e6],
  ['斤 市斤', 'g', 500],
  ['平方米 平米 平方公尺 ㎡ m2 m²', 'm²', 1],
  ['平方公里 平方千米 km2 km²', 'm²', 1e6],
  ['平方厘米 平方公分', 'm²', 1e-4],
  ['平方英里', 'mile²', 1],
  ['公顷 ha', 'm²', 1e4],
  ['立方米 立方公尺 m3 m³', 'm³', 1],
  ['升 公升', 'l', 1],
  ['毫升 ml cc', 'l', 0.001],
  ['秒 秒钟', 's', 1],
  ['毫秒', 's', 0.001],
  ['分钟', 'min', 1],
  ['小时 个小时 钟头 个钟头 个多小时', 'h', 1],
  ['天', 'day', 1],
  ['周 个星期 星期 个礼拜 礼拜', 'week', 1],
  ['个月 个多月', 'month', 1],
  ['年 年间 年多', 'year', 1],
  ['周年', 'anniversary', 1],
  ['岁 周岁', 'age', 1],
  ['元 块 块钱 圆 元人民币 人民币 rmb', 'cny', 1],
  ['角 毛 毛钱', 'jiao', 1],
  ['美元 美金 元美金', 'usd', 1],
  ['港元 港币', 'hkd', 1],
  ['日元 日圆 円', 'jpy', 1],
  ['欧元', 'eur', 1],
  ['英镑', 'gbp', 1],
  ['% 个百分点 百分点', '%', 1],
  ['‰', '%', 0.1],
  ['℃ °c 摄氏度', '℃', 1],
  ['华氏度 ℉', '℉', 1],
  ['度 °', 'degree', 1],
  ['瓦 w', 'w', 1],
  ['千瓦 kw', 'w', 1000],
  ['兆瓦 mw', 'w', 1e6],
  ['千瓦时 kwh 度电', 'kwh', 1],
  ['伏 v', 'v', 1],
  ['安培', 'a', 1],
  ['公里/小时 km/h 公里每小时', 'km/h', 1],
  ['人 名 位', 'person', 1],
]

/** Counting words that each count a thing of their own. */
const CLASSIFIERS =
  '人次 人份 户 家 个 项 种 类 件 条 台 套 辆 艘 架 列 座 栋 幢 间 所 处 只 头 匹 枚 颗 粒 块 片 张 页 篇 部 集 本 册 卷 首 支 枝 ' +
  '把 份 批 层 楼 级 届 次 回 场 轮 局 盘 分 倍 成 折 代 世 期 班 组 队 点 步 句 字 段 章 节 款 条 门 道 根 滴 顿 遍 趟 圈 环 ' +
  '对 双 副 箱 袋 瓶 桶 亩 里 丈 尺 寸 钱 两 担 石 胜 负 球 票 席 区 县 市 省 乡 镇 村 国 号 号线 路 站 车道 赛季 季 世纪 年代 ' +
  '时 点钟 日 月 月份 刻钟 大类 大项 大 面 口 朵 棵 株 幅 堂 课时 学时 学分 工时 人天 话 版 届次 年级 马力 磅 焦耳 千焦 赫兹 帕 ' +
  '兆帕 转 缕 笔 单 趟次 架次 车次 篇次 万步 行 列 排 档 星 级别 强 大板块 步骤 方面 阶段 网格 点位'

interface UnitForm {
  readonly unit: string
  readonly factor: number
}

const UNITS = new Map<string, UnitForm>()
for (const form of CLASSIFIERS.split(/\s+/)) UNITS.set(form, { unit: form, factor: 1 })
for (const [forms, unit, factor] of MEASURES) for (const form of forms.split(' ')) UNITS.set(form, { unit, factor })
const LONGEST = Math.max(...[...UNITS.keys()].map((form) => form.length))

/** Words that begin like a unit and are not one. */
const NOT_UNITS =
  /^(?:角(?:洲|形|星|度|色)|大(?!类|项|板块)|分(?:之|别|离|布|配|支|局|公司|明|裂|手)|面(?:积|对|临|向)|时(?:期|代|候|常|刻|而)|点(?:燃|击|头)|国(?!家)|区间|路(?:过|程)|道(?:路|教|家|德)|单(?:位|项|独)|周(?:围|边|岁|年|期)|家(?:庭|长|族|乡)|世(?:界|代)|成(?:为|立|功|员|都|长|果|就|本|绩)|本(?:人|地|来|身)|对(?:于|手|方|战|阵|外|内)|间(?:接)|行(?:业|动|政|为|程|驶)|强(?:化|调|度|烈|大)|字(?:母)|组(?:成|织|建|合)|队(?:员|长|友|伍)|部(?:分|队|门|落)|号(?:称|召)|球(?:队|员|场|迷)|星(?:期)|石(?:油|头)|双(?:方|边)|口(?:岸|号)|票(?:房)|期(?:间|待|望)|回(?:到|来|归|国)|转(?:移|变|会|换|为|播|型|到)|站(?:在|立)|节(?:目|日)|名(?:为|叫|称|字|单|誉)|位(?:于|居|列|置)|人(?:口|类|员|气|生|物|民|工|均|才|文|事)|米(?:兰|其|歇|尔)|元(?:年|素|朝|件|帅)|克(?:服|里|拉|尔|斯)|升(?:级|格|任|至)|天(?:文|主|津|空|然|王)|日(?:本|军|报|常|益)|月(?:球|亮|刊|台)|年(?:轻|龄|度|幼)|里(?:面|程|斯|约)|段(?:时间))/

/** The unit that `text` begins with (folded text), in its canonical form; undefined where it begins with none. */
export function unitAt(text: string, at: number): (UnitForm & { readonly length: number }) | undefined {
  for (let length = Math.min(LONGEST, text.length - at); length > 0; length--) {
    const found = UNITS.get(text.slice(at, at + length))
    if (found === undefined) continue
    if (/[a-z]/.test(text[at + length - 1] ?? '') && /[a-z0-9]/.test(text[at + length] ?? '')) continue
    if (length < 3 && NOT_UNITS.test(text.slice(at, at + 4))) continue
    return { ...found, length }
  }
  return undefined
}

/** Counting words that 个 may stand for; measures and money are never interchangeable. */
const GENERAL = new Set(
  '个 项 种 类 件 条 台 套 辆 艘 架 座 栋 幢 间 所 处 只 头 匹 枚 颗 块 张 支 把 份 person 步骤 方面 阶段 大类 大项 点'.split(
    ' ',
  ),
)

/** Whether two canonical units may count the same thing:「三名」and「三个」, never「三米」and「三公斤」. */
export function unitsAgree(one: string, other: string): boolean {
  if (one === other) return true
  return (one === '个' && GENERAL.has(other)) || (other === '个' && GENERAL.has(one))
}
