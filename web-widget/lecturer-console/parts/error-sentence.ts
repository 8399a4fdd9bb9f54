import type { ConsoleLanguage } from '../view.ts'

/** What the server says of an error: its code, the sentence of the table, and sometimes more, in English. */
export interface SaidError {
  readonly code: string
  readonly message: string
  readonly detail?: string | undefined
  /** From `retry-after`. */
  readonly retryAfterSeconds?: number | undefined
}

/** The server's details in Chinese. A test reads the server's sources and fails where one of them is missing here. */
const DETAILS: readonly (readonly [said: RegExp, zh: (...found: string[]) => string])[] = [
  [/^Set up a second factor first\.$/, () => '请先在「我的账号」里开启第二步验证。'],
  [/^A decision can be taken back by whoever made it/, () => '谁做的决定谁来撤销，而且要在 30 分钟以内。'],
  [/^There may be (.+) saved views\.$/, (most) => `最多存 ${most} 个视图，请先删掉不用的。`],
  [/^The cursor does not fit this list\.$/, () => '列表刚有变化，请刷新这一页。'],
  [/^Only an answer that was found right can be kept\.$/, () => '请先把这条回答判成「对」，再记成必答对的题。'],
  [/^Its words are deleted\.$/, () => '访客已经把这段话删掉了。'],
  [/^The visitor has deleted the question\.$/, () => '访客已经把这个问题删掉了。'],
  [/^The lecturer has to approve it\.$/, () => '这条要讲师本人看过才能上线。'],
  [/^The correction is (draft|reviewed|live|superseded|withdrawn|.+)\.$/, (state) => STATES[state] ?? '请刷新看看。'],
  [/^The preview had warnings; they must be accepted\.$/, () => '有标红的地方，请看过以后勾选。'],
  [/^There is no such version\.$/, () => '没有这一版。'],
  [/^The lecturer has paused it, and the lecturer ends the pause\.$/, () => '是讲师本人暂停的，要讲师本人恢复。'],
  [/^The question and the answer need words\.$/, () => '问题和回答都要写。'],
  [/^The last day that it is valid on has passed\.$/, () => '「用到哪一天为止」已经过了，请改一个以后的日子。'],
  [/^Nothing can have been said in the future\.$/, () => '「说于哪一天」不能是以后的日子。'],
  [/^The document of the source is none of this persona\.$/, () => '这份资料不是这位讲师的，请换一份。'],
  [/^The source is not what the document says there now\./, () => '资料刚改过，原话不在那里了。请重新选一段。'],
  [/^It is a file in the knowledge folder/, () => '这是服务器文件夹里的文件，要请技术人员在那里改。'],
  [/^A document stays with its owner/, () => '资料不能换到别人名下，请替那一位重新上传。'],
  [/^There is no draft to publish\.$/, () => '没有等着上线的草稿。'],
  [/^On this site another person than the writer publishes\.$/, () => '本站规定：谁写的稿子，要请另一位同事上线。'],
  [/^It is withdrawn already\.$/, () => '它已经撤下了。'],
  [/^This version is published already\.$/, () => '这一版已经上线了。'],
  [/^A policy belongs to a collection/, () => '政策要放进政策集，不归在讲师名下。'],
  [/^No persona answers from such a collection/, () => '没有哪个分身用这个政策集，请换一个。'],
  [/^A story belongs to a lecturer\.$/, () => '故事要归在一位讲师名下。'],
  [/^The stories of this lecturer stand in /, () => '这位讲师的故事不放在这个集里。'],
  [/^This persona does not answer from /, () => '这位讲师的分身没有用自己的故事集，请技术人员改分身的设置。'],
  [/^Only a policy supersedes another document\.$/, () => '只有政策才能替代别的文件。'],
  [/^It would end before it takes effect\.$/, () => '失效日期在施行日期前面了。'],
  [/^The body must be multipart/, () => '没有收到文件，请重新选一次。'],
  [/^This password is too easy to guess\.$/, () => '这个密码太容易被猜到，请换一个长一点的。'],
  [/^Somebody has this login already\.$/, () => '这个账号名已经有人用了，请换一个。'],
  [/^Only a lecturer has a persona\.$/, () => '只有讲师才对应分身。'],
  [/^A lecturer needs a persona\.$/, () => '请选这位讲师的分身。'],
  [/^There is no such persona\.$/, () => '没有这个分身。'],
  [/^Nobody can take away their own access\.$/, () => '自己的权限不能自己收掉，请另一位管理员来做。'],
  [/^A filter has either `days`/, () => '「近几天」和起止日期只能选一样。'],
  [/^The period ends before it begins\.$/, () => '结束的日子在开始的前面了。'],
  [/^The period is longer than (.+) days\.$/, (days) => `最多看 ${days} 天，请选短一点。`],
]

const STATES: Readonly<Record<string, string>> = {
  draft: '它现在是草稿。',
  reviewed: '它正等讲师看。',
  live: '它已经上线了。',
  superseded: '它已经有了新版。',
  withdrawn: '它已经撤下了。',
}

/** The server's detail in the reader's language; undefined where it says nothing to them. */
export function detailSentence(detail: string, language: ConsoleLanguage): string | undefined {
  if (language === 'en') return detail
  for (const [said, zh] of DETAILS) {
    const found = said.exec(detail)
    if (found !== null) return zh(...found.slice(1))
  }
  return undefined
}

/** How long to wait, in words: 「50 秒」, 「15 分钟」, 「2 小时」. Never less than it is. */
export function waitWords(seconds: number, language: ConsoleLanguage): string {
  const [value, unit] =
    seconds < 60
      ? ([Math.max(1, Math.ceil(seconds)), 'second'] as const)
      : seconds <= 90 * 60
        ? ([Math.ceil(seconds / 60), 'minute'] as const)
        : ([Math.ceil(seconds / 3600), 'hour'] as const)
  if (language === 'en') return `${value} ${unit}${value === 1 ? '' : 's'}`
  return `${value} ${{ second: '秒', minute: '分钟', hour: '小时' }[unit]}`
}

/** One or two sentences that tell the reader what went wrong and what helps. */
export function errorSentence(error: SaidError, language: ConsoleLanguage): string {
  const { code, message, detail, retryAfterSeconds } = error
  const english = language === 'en'
  if (code === 'being-worked-on' && detail !== undefined)
    return english ? `${detail} is working on this.` : `${detail}正在处理这一条。`
  if (retryAfterSeconds !== undefined && (code === 'sign-in-throttled' || code === 'rate-limited')) {
    const wait = waitWords(retryAfterSeconds, language)
    if (code === 'sign-in-throttled')
      return english ? `Too many attempts. Please try again in ${wait}.` : `试的次数太多了，请过 ${wait}再登录。`
    return english ? `That was a lot at once. Please try again in ${wait}.` : `操作太快了，请过 ${wait}再试。`
  }
  const more = detail === undefined ? undefined : detailSentence(detail, language)
  if (more === undefined) return message
  return english ? `${message} ${more}` : `${message}${more}`
}
