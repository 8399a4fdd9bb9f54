/**
 * Ideographs for the signs of the blocks “CJK Radicals Supplement” and “CJK Strokes”, as pairs. Fonts that draw both
 * with one glyph make PDF files name the sign where the author wrote the ideograph, which then no search finds.
 * Source: EquivalentUnifiedIdeograph.txt of Unicode; NFKC knows only two of them.
 */
const PAIRS =
  '⺁厂⺄乙⺅亻⺆冂⺈刀⺉刂⺊卜⺌小⺍小⺎兀⺏尣⺐尢⺒巳⺓幺⺔彑⺖忄⺘扌⺙攵⺛旡⺜日⺝月⺞歺⺠民⺡氵⺢氺⺣灬⺤爫⺥爫⺦丬⺧牛⺨犭⺩王⺫目⺬示⺭礻⺯糹⺰纟⺱罓⺲罒' +
  '⺶羊⺷羊⺹耂⺺肀⺻聿⺼肉⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻈讠⻉贝⻊足⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑長⻒镸⻓长⻔门⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻟飠⻠饣' +
  '⻡首⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀㇐一㇑丨㇒丿㇔丶㇖乛㇚亅㇟乚㇠乙㇇乛㇆𠃌'

const IDEOGRAPHS: ReadonlyMap<string, string> = new Map(
  [...PAIRS].flatMap((sign, place, all) => (place % 2 === 0 ? [[sign, all[place + 1] ?? sign] as const] : [])),
)

// Radicals, strokes, compatibility ideographs and Latin ligatures. Full-width punctuation is not among them: it stays.
const SIGNS = /[\u2E80-\u2EFF\u2F00-\u2FDF\u31C0-\u31EF\uF900-\uFAFF\uFB00-\uFB06]|\uD87E[\uDC00-\uDE1F]/g

/** The text with ordinary ideographs for radicals and compatibility forms, and letters for ligatures. */
export function withoutRadicals(text: string): string {
  return text.replace(SIGNS, (sign) => IDEOGRAPHS.get(sign) ?? sign.normalize('NFKC'))
}
