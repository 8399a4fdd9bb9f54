const SURNAMES =
  '王李张刘陈杨黄赵周吴徐孙马胡朱郭何罗高林郑梁谢宋唐许韩冯邓曹彭曾萧肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤'
const ROLES =
  '师傅|师父|老师|班长|队长|主任|厂长|书记|院士|教授|工程师|总工|经理|大姐|大哥|大爷|阿姨|老板|站长|组长|科长|校长'
const PERSON = new RegExp(
  [
    `[${SURNAMES}][\\u4e00-\\u9fff]{0,2}?(?:${ROLES})`,
    `[老小][${SURNAMES}](?![\\u4e00-\\u9fff]?[上下里])`,
    `我?(?:的)?(?:师傅|师父|爸爸?|妈妈?|父亲|母亲|爷爷|奶奶|爱人|妻子|丈夫|老伴|儿子|女儿|徒弟|班长|老师|厂长)(?:叫[${SURNAMES}][\\u4e00-\\u9fff]{1,2}(?=[,，。]))?`,
    `(?<=^|[，。：、“和叫是跟给对向由])[${SURNAMES}][\\u4e00-\\u9fff]{1,2}(?=[，。、：]|说|问|是|在|把|就|也|从|拿|教|带|对|[（(])`,
    '[\\u4e00-\\u9fff]{1,5}(?:·[\\u4e00-\\u9fff]{1,6})+',
  ].join('|'),
  'gu',
)
const OTHERS = /他们|她们|大家|几个人|两个人|俩/u

/**
 * The one person whom a following 他 or 她 can mean: the name or role that stands in `before`, when only one does. Undefined where there is none or more
 * than one, since a fact must never move to another person.
 */
export function soleAntecedent(before: string): string | undefined {
  if (OTHERS.test(before)) return undefined
  const names = new Set<string>()
  for (const [found] of before.matchAll(PERSON)) {
    const called = /叫(.+)$/u.exec(found)
    names.add(called?.[1] ?? found.replace(/^我的?(?=.{2})/u, '我的'))
  }
  const [only, ...others] = names
  return others.length === 0 ? only : undefined
}
