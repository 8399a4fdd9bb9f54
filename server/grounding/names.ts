import { isStopword } from '../retrieval/question-words.ts'
import { PEOPLE_WORDS } from './place-words.ts'
import { type TaggedWord, tagWords } from './tag-words.ts'

/** A name in a folded text. Names of one class may be mistaken for each other. */
export interface Name {
  readonly class: 'person' | 'place' | 'organisation' | 'work' | 'code'
  readonly text: string
  readonly start: number
  readonly end: number
}

const SURNAMES = new Set(
  '赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公仉督岳帅缑亢况郈有琴归海晋楚闫法汝鄢涂钦商牟佘佴伯赏墨哈谯笪年爱阳佟言福',
)
/** Family names that are hardly ever a word of their own. */
export const PLAIN_SURNAMES: ReadonlySet<string> = new Set(
  '王李张刘陈杨赵黄周吴徐孙胡朱高林郭罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈彭吕苏卢蒋蔡贾丁魏薛阎余潘杜戴钟汪姜范姚谭廖邹熊陆郝孔崔毛邱秦史顾侯邵孟段雷钱汤尹乔赖龚文庞樊翟殷耿鲁葛',
)
const TRANSLITERATION = new Set(
  '阿埃艾爱安昂奥巴班邦贝本比彼毕别宾波伯博勃布查茨达戴丹当道德登邓迪蒂丁东杜顿多厄恩尔法凡范菲费芬弗夫福富盖甘冈戈格根古瓜哈海汉豪赫亨洪胡华怀霍基吉加贾姜杰金久卡凯坎康考柯科克肯孔库奎拉莱兰朗劳勒雷里理利莉丽连列林琳龙卢鲁路伦罗洛吕马玛麦迈曼芒梅门蒙米密明摩莫默姆穆娜纳奈南内尼妮宁纽努诺欧帕潘庞佩彭皮平泊蒲普齐奇契乔钦琴琼让热仁日荣茹瑞若萨塞赛桑瑟森沙莎山珊尚绍申圣史舒斯丝松苏孙索所塔泰坦汤唐陶特滕藤提田廷图土托瓦万旺威薇韦维魏温文翁沃乌武西希锡席夏香谢辛欣兴休修许雪雅亚延扬杨耶叶伊依易因英尤约云泽扎詹珍芝治朱兹卓子祖佐喀廓朔捷撒璐',
)
/** Words that jieba holds for names and that are none. */
const COMMON = new Set(
  (
    '明白 武功 二人 文明 令人 小姐 小龙 和尚 王朝 阳光 陆军 道德 卫星 雷达 太后 荣誉 古老 言语 武林 明星 宫殿 光荣 权威 师傅 侍卫 帝王 封锁 宣言 胡同 玉米 师兄 顾问 王公 高峰 祖先 文武 石英 友谊 登基 ' +
    '英勇 齐全 洪水 顾客 公正 凤凰 辛勤 米粉 古建筑 玉石 胡子 桂林 叶子 安静 崇拜 太康 祖宗 保健 谢谢 宝贝 白领 红旗 子孙 宝贵 向东 康复 师范 诸如 梅花 伯伯 吉祥 范畴 周转 大王 诸侯 元帅 孙子 宝剑 宁可 比武 ' +
    '山珍 子宫 高明 陈述 荣获 丛林 小康 老虎 马匹 博客 胡说 关怀 林立 王子 温泉 马良 向阳 二世 黎明 呼唤 陈列 布满 通达 宁静 养老 蓝天 师生 安抚 高僧 宝石 许可 朱红 崇高 杜绝 卓越 苏军 晋升 祝贺 慈善 师母 ' +
    '松树 兰花 岳父 史诗 保姆 满怀 高三 王牌 天王 荣耀 胡闹 高悬 马背 毛巾 麦子 郎中 白布 胡萝卜 张开 宁远 元老 金石 银杏 周密 朴素 陈设 英俊 迎宾 高薪 宾客 刚毅 华丽 石林 孤儿 麻木 弘扬 恩师 燕子 巴掌 练兵 ' +
    '白发 金黄 林木 崇尚 杨柳 威武 安危 查明 东西 平原 外国 城市 南北 爱国 东北 西北 西南 东南 英雄 朝廷 太阳 哥哥 海洋 湖泊 大桥 高原 上市 建国 美丽 山区 江湖 大街 王国 开国 共和国 城镇 大都 京城 庆典 南路 深度 山脉 ' +
    '回国 治安 大国 新鲜 古城 海峡 河口 冰川 长度 山水 长大 华夏 莫非 普及 商城 内河 古典 阴阳 江山 高山 大海 山坡 太平 福利 日志 云集 青春 山河 三国 神圣 中路 新建 西门 中断 山洞 都城 关联 海湾 上半场 下半场 广义 ' +
    '上山 江水 南门 海关 山峰 内城 石桥 北门 中密度 下山 上台 山寨 入口 入市 路桥 都市 天山 广布 古都 诸国 重镇 三角洲 江中 山口 大山 故城 千古 城堡 深山 江河 和平 普通 人大代表 抗日 英语 抗战 英文 共和 家族 论文 中文 ' +
    '精华 汉语 汇报 通讯 正文 中毒 大战 抗议 奇特 天文 恒星 汉字 君王 沙发 美味 珠宝 宝库 诚信 力争 护卫 抗生素 抗争 聊天 文科 大奖 宝座 法语 威信 集成电路 天真 正宗 文教 美貌 野战 保安 大礼 本科生 曙光 源泉 ' +
    '联通 洗礼 曝光 摩托车 五彩 抗衡 兴盛 星星 飞翔 端正 大峡谷 天明 闻讯 和谈 国宝 乾坤 波浪 防腐剂 世界观 美观 恐龙 卷宗 外国语 喜讯 日语 联网 彩虹 法宝 论战 升华 英明 大捷 普普通通 孝顺 开放式 深信 诺言 健康 ' +
    '世界纪录 万能 工业革命 神通广大 高科技 登月 全日制 中奖 信息安全 公共场所 音乐会 联合会 最大化 国际化 交易所 施工队 加工厂 加油站 公共汽车 联谊会 福利院 招生办 非政府 交汇处 新生事物 通信网 一等奖 二等奖 三等奖 ' +
    '大奖赛 高速 安全 方面 方法 方向 高度 高兴 成功 成为 成立 成长 时间 时期 常常 于是 和谐 经过 经历 应该 能力 能够 通过 那时 那年 有名 有关 关键 关于 国家 文化 连接 解决 万元 平台 平均 平时 明确 全部 全国 全年 全面 全新 ' +
    '计划 任务 任何 易于 相关 后来 那里 居民 家里 家人 都有 都是 养成 海外 海上 商业 年轻 言行 阳台 爱好 公开 步伐 充满 容易 终于 习惯 连续 边上 师徒 小伙子 年头 年轻人 乐观 乐于 毕业 毕业生 双手 双方 温度 厂里 车间 ' +
    '班组 工友 徒弟 师父 工匠 焊工 劳模 劳动模范 先进 青年 学徒 技师 钳工 车工 高级技师 工程师 祖国 民族 人民 社会 世界 国内 国外 地方 城里 老家 家乡 故乡 乡下 农村 县城 省城 省里 市里 区里 南方 北方 东方 西方 ' +
    '南部 北部 东部 西部 中部 南边 北边 东边 西边 东侧 西侧 南侧 北侧 沿海 河边 江边 海边 山上 街道 社区 广场 公园 中国人 外国人 当地 本地 华人 大陆 天地 天下 海军 空军 高中 大学 小学 中学 胜利 乐队 乐团 常见 常用 常年 ' +
    '广泛 广大 广告 宣布 宣传 宣称 明显 明年 单独 单位 単位 管理 管辖 解放 解释 居住 向前 向来 毕竟 时任 时常 金钱 金属 金额 金牌 银牌 铜牌 花费 花园 包括 包含 支持 支援 终点 终止 荣幸 项目 强大 强调 强烈 融合 融入 ' +
    '封闭 印象 印刷 富有 富裕 古代 古时 简单 简称 越来越 丰富 隆重 欧美 法律 法规 关心 关注 冷静 益处 温暖 温和 白天 白色 红色 黄色 蓝色 金色 银色 黑色 紫色 车辆 车站 车上 路上 路线 路段 万人 都会 尚未 农业 农民 ' +
    '平方公里 平方米 凌晨 严格 严重 严厉 强化 文章 文字 文学 文物 文献 童年 童话 经常 经济 经验 经营 宗教 宗旨 盛行 钟头 夏天 夏季 秋天 秋季 冬季 春季 季节 高级 高层 高处 高低 凌驾 胡乱 莫大 解体 应用 应当 应对 ' +
    '左右 左侧 程度 程序 陆续 陆地 陆上 景色 景点 司法 司机 龙头 龙舟 索取 怀念 怀孕 怀疑 蒙受 能量 闻名 党员 党派 劳动 劳动者 申请 申请人 申报 牛奶 通常 通车 通知 通行 边缘 边界 浦东 尚且 温室 庄严 充分 充足 连同 连任 ' +
    '容器 容量 古人 易名 慎重 终身 居然 都市 满足 满意 文件 广播 东北部 东南部 西北部 西南部 利用 利益 越过 师资 空间 空中 曾经 曾任 沙漠 养殖 须要 丰收 关系 相当 相似 相同 查询 后期 后人 后世 红军 游客 游戏 游泳 权力 权利 ' +
    '盖上 公司 公里 公路 公众 公共 公园 有效 有限 有时 海拔 海域 海面 海底 海岸 法院 法国人 商品 商店 商人 年代 年级 年度 爱情 福音 言论'
  ).split(' '),
)
/** Whether a letter is a family name. */
export function isSurname(letter: string): boolean {
  return SURNAMES.has(letter)
}

/** Whether jieba takes this word for a name though it is none. */
export function isCommonWord(word: string): boolean {
  return COMMON.has(word)
}

const PRONOUN_LIKE = /^(?:中国|我国|本国|全国|各国|各地|中华人民共和国)$/
const TITLE =
  '师傅|师父|老师|老师傅|工程师|主任|厂长|书记|经理|校长|院长|班长|组长|队长|教授|先生|女士|同志|总工|大姐|大哥|总'
const TITLED = new RegExp(`(\\p{Script=Han})(?:${TITLE})`, 'gu')

/** The names of people, places, organisations, works and codes that a folded text holds, in order. */
export function findNames(folded: string): Name[] {
  const names: Name[] = []
  const words = tagWords(folded)
  for (let index = 0; index < words.length; index++) {
    const joined = joinForeign(words, index)
    if (joined !== undefined) {
      names.push({
        class: 'person',
        text: folded.slice(joined.start, joined.end),
        start: joined.start,
        end: joined.end,
      })
      while (index + 1 < words.length && (words[index + 1]?.start ?? 0) < joined.end) index++
      continue
    }
    const word = words[index]
    const kind = word === undefined ? undefined : classOf(word)
    if (word !== undefined && kind !== undefined)
      names.push({ class: kind, text: word.word, start: word.start, end: word.end })
  }
  for (const match of folded.matchAll(/《([^《》]{1,40})》/g)) {
    names.push({ class: 'work', text: match[1] ?? '', start: match.index + 1, end: match.index + match[0].length - 1 })
  }
  for (const match of folded.matchAll(TITLED)) {
    if (!SURNAMES.has(match[1] ?? '') || isStopword(match[1] ?? '')) continue
    names.push({ class: 'person', text: match[0], start: match.index, end: match.index + match[0].length })
  }
  return names.sort((one, other) => one.start - other.start || other.end - one.end)
}

/** 安德鲁·杰克逊: all words around the middle dot are one name. */
function joinForeign(words: readonly TaggedWord[], index: number): { start: number; end: number } | undefined {
  const first = words[index]
  if (first === undefined || words[index + 1]?.word !== '·') return undefined
  let end = first.end
  for (let at = index + 1; words[at]?.word === '·' && words[at + 1] !== undefined; at += 2)
    end = words[at + 1]?.end ?? end
  return { start: first.start, end }
}

function classOf({ word, tag }: TaggedWord): Name['class'] | undefined {
  if (/^[a-z]/.test(word)) return /[a-z]/.test(word) && word.length > 1 ? 'code' : undefined
  if (word.length < 2 || COMMON.has(word) || PRONOUN_LIKE.test(word)) return undefined
  // Words that jieba only guesses have the tag x.
  if (tag === 'x')
    return (PLAIN_SURNAMES.has(word.charAt(0)) && isChineseName(word)) || (word.length > 2 && isTransliterated(word))
      ? 'person'
      : undefined
  if (tag === 'nr' || tag === 'nrfg')
    return isChineseName(word) || isTransliterated(word) || PEOPLE_WORDS.has(word) ? 'person' : undefined
  if (tag === 'nrt') return isTransliterated(word) || isChineseName(word) ? 'person' : undefined
  if (tag === 'ns') return 'place'
  if (tag === 'nt') return 'organisation'
  if (tag === 'nz') return word.length > 2 ? 'organisation' : undefined
  return undefined
}

function isChineseName(word: string): boolean {
  return word.length <= 4 && SURNAMES.has(word.charAt(0)) && /^\p{Script=Han}+$/u.test(word)
}

function isTransliterated(word: string): boolean {
  if (word.length < 2) return false
  let hits = 0
  for (const character of word) if (TRANSLITERATION.has(character)) hits++
  return hits / word.length >= 0.8
}
