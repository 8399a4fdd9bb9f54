/**
 * Words that ask, or carry the question's manner and not its matter; they weigh little in a search. Folded, matched
 * anywhere.
 */
const ASKING = `
什么时候 什么时间 什么时期 什么地方 什么样的 什么样 什么情况下 什么是 是什么意思 什么意思 什么名字 是什么 叫什么 有什么 为什么会 为什么要 为什么 什么
为何 何时 何地 何人 何种 何处 为啥 啥时候 啥 咋办 咋样 咋
怎么办 怎么样的 怎么样 怎样的 怎样 怎么做 怎么处理 怎么认定 怎么 如何处理 如何认定 如何确定 如何 该怎么办 应该怎么办 该如何 应如何 应当如何
哪一年 哪年 哪一天 哪天 哪个 哪些 哪里 哪儿 哪位 哪种 哪几 哪两 哪一 哪国 哪家 哪部 谁的 由谁 是谁 谁 哪
多少 多久 多长时间 多长 多大 多高 多远 多重 几个 几年 几次 几种 几天 几岁 第几 几
是否可以 是否应当 是否应该 是否属于 是否需要 是否有权 是否能够 是否能 是否会 是否要 是否 能否 可否 有没有 是不是 能不能 会不会 可不可以 要不要 算不算 该不该
可以吗 行吗 对吗 合法吗 有效吗 算吗 吗 呢 吧 嘛 请问 我想问 想问一下 想问 我想知道 想知道 告诉我 请介绍一下 介绍一下 请介绍 请说明 说明一下
说一说 说说 讲一讲 讲讲 讲一下 说一下 谈谈 简述 简单介绍 解释一下 您好 你好 老师好 有哪些 包括哪些 分别是 指的是 是指
应该 应当 需要 可以 能够 还能 还可以 该 情况下 情形下 的情况 的时候
`
/** Words of grammar: they say nothing about what a text is about. Folded. */
const STOPWORDS = `
的 了 着 过 地 得 之 而 与 和 及 或 或者 以及 并 并且 但 但是 且 也 都 还 又 就 才 很 更 最 太 再 已 已经 将 会 能 可 可以 能够 应 应该 应当 要 需要 必须
是 为 在 于 有 被 把 给 对 对于 关于 由 从 自 到 向 往 以 用 因 因为 所以 由于 如果 若 虽然 则 即 却 只 不 没 没有 无 未 非 这 那 这个 那个 这些 那些 这样 那样
其 其中 他 她 它 他们 她们 它们 我 我们 你 你们 您 自己 本 该 此 某 各 每 等 等等 之后 之前 以后 以前 后 前 时 时候 上 下 里 中 内 外 们 个 种 些 位 名
一 一个 一种 一些 进行 通过 根据 按照 属于 作为 成为 位于 一般 通常 具体 主要 情况 情形 方面 问题 东西 人 别人 他人 还是 不是 曾 曾经
`

const asking = ASKING.trim().split(/\s+/)
const asked = new Set(asking)
const grammatical = new Set(STOPWORDS.trim().split(/\s+/))
const pattern = new RegExp([...asking].sort((left, right) => right.length - left.length).join('|'), 'g')

/** Whether a folded word asks (谁, 哪一年, 怎么办, 吗) or only frames the question (请问, 介绍一下). */
export function isQuestionWord(word: string): boolean {
  return asked.has(word)
}

/** Whether a folded word is grammar only (的, 因为, 这个). */
export function isStopword(word: string): boolean {
  return grammatical.has(word)
}

/** Where a folded question asks or frames, in UTF-16 code units. */
export function questionSpans(text: string): { start: number; end: number }[] {
  return [...text.matchAll(pattern)].map((match) => ({ start: match.index, end: match.index + match[0].length }))
}
