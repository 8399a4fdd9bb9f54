/** Ways in which what a question asks comes back in an answer, one group a line; the words of a group stand for each other. Folded. */
const GROUPS: readonly (readonly string[])[] = `
出生|生于|诞生|出世|生人
去世|逝世|死于|病逝|辞世|离世|过世|身亡|死亡|卒|殁|薨|驾崩|遇难|死
位于|坐落|地处|处于|位在|地点|位置|地理位置
成立|创立|创办|建立|创建|组建|设立|始建|成军|组成
建造|兴建|修建|建于|始建|建成|落成|竣工|建筑|起建|动工|修筑|建立
导演|执导|监制
主演|饰演|扮演|出演|演出|饰
作者|所著|撰写|著作|写作|编著|创作|所作|所写|著
发行|推出|发售|出版|上市|发表|面世|问世|发布
播出|首播|播放|放映|上映|公映
开始|始于|起|启用|开通|通车|投入|开幕|开放
结束|终止|停止|关闭|停播|退役|闭幕
毕业|就读|求学|学习|读书|考入
职业|担任|从事|工作
获得|荣获|赢得|夺得|取得|获|拿到|夺|得到|得奖
参加|加入|加盟|参与|投身|效力|转会
改名|更名|易名|改称|改为
居住|定居|住在|栖息|生活|活动
栖息|生活|分布|见于|生长|出没
分布|见于|产于|原产|栖息|生长
食物|为食|主食|食性|捕食|吃|喂食|觅食
面积|平方公里|公顷|平方米|平方千米|占地|亩
人口|居民|人
长度|全长|长约|长达|总长|体长|长
多高|高度|海拔|身高|高约|高达|高
距离|相距|相隔|距
原因|因为|由于|因此|导致
目的|为了|以便|旨在
组成|构成|包括|包含|分为|由
属于|隶属|归属|属|为
首都|首府|省会|都城
父亲|之子|之女|父|子
母亲|母
儿子|之父|子|长子
妻子|夫人|嫁|娶|结婚|配偶|妻
丈夫|嫁|娶|结婚|配偶|夫
特点|特征|特色|特性
别名|别称|又名|又称|俗称|也叫|亦称|亦作|别号|外号|绰号
名字|名称|叫做|名为|名叫|称为
发现|发掘|出土|找到
命名|得名|取名|定名|称为
来源|源于|来自|源自|出自|取自|起源|由来|因
制造|生产|制作|研制|开发|研发
设计|设计师|设计者
创始人|创办|创立|创建|创办人
提出|提倡|倡导|主张
作用|用于|用途|用来|用作|功能|功效
影响|导致|造成|使得|使
负责|主管|管理|经营|营运
举行|举办|召开|主办|进行
任职|担任|出任|就任|任命|任
当选|被选|获选|选为
击败|战胜|打败|胜|败
颜色|色
气候|气温|降水|温带|热带|亚热带
师傅|师父|徒弟|拜师|带我|教我
进厂|入厂|进了|参加工作|上班|报到|分到|分进|分配
得奖|获奖|荣获|评为|授予|奖章|称号
荣誉|称号|奖章|奖|劳模|评为|授予
困难|难题|挫折|失败|难
学会|学到|掌握|练
建议|希望|劝|告诉|要
`
  .trim()
  .split('\n')
  .map((line) => line.split('|'))

/** Words of one letter that ask on their own; others of one letter stand only in answers, since they are part of too many words. */
const SINGLE = new Set(['卒', '殁', '娶', '嫁', '吃', '奖'])

/** The groups that have a word in the folded text, each with the place of that word. */
export function answerWordsIn(text: string): { readonly words: readonly string[]; readonly at: number }[] {
  const found: { words: readonly string[]; at: number }[] = []
  for (const words of GROUPS) {
    const asked = words.find((word) => (word.length > 1 || SINGLE.has(word)) && text.includes(word))
    if (asked !== undefined) found.push({ words, at: text.indexOf(asked) })
  }
  return found
}
