/** One message of the history that every measured page shows. */
export interface PastMessage {
  readonly role: 'user' | 'ai'
  readonly text: string
}

/** How the last message of a history and the streamed answer end, so that a page can be asked whether it shows them. */
export const HISTORY_MARK = '〔末〕'
export const ANSWER_MARK = '〔完〕'

const SECTION = [
  '\n\n## 第一道焊缝\n\n',
  '我十九岁进厂，师傅姓周，焊了**三十六年**压力容器。他不让我碰焊钳，先蹲着看，整整看了一个星期。[1]\n\n',
  '- 手要稳，先练端水\n- 眼要准，看的是熔池不是弧光\n- 心要静，一条缝没焊完不说话\n\n',
  '焊条用之前要烘干，烘到 350 度，保温一个小时，再放进保温筒里随用随取。潮了的焊条一定会出气孔，这不是手艺的事。[2]\n\n',
  '1. 先清坡口，见金属光泽\n2. 再点固，间隙要匀\n3. 打底用小电流，听声音\n4. 盖面收弧要填满\n\n',
  '| 焊层 | 电流 |\n|---|---|\n| 打底 | 95 安 |\n| 盖面 | 120 安 |\n\n',
  '返工不丢人，**糊弄**才丢人。那年冬天我返了七道缝，师傅只说了一句：焊缝不会说谎。更多见[讲义](https://example.org/notes)。[1]',
].join('')

/** The answer in tokens of one or two characters: Chinese Markdown with headings, lists, bold, tables and links. */
export function answerTokens(count: number): string[] {
  const tokens: string[] = []
  let text = SECTION.trimStart()
  for (let at = 0; tokens.length < count - 1; ) {
    const width = tokens.length % 2 === 0 ? 1 : 2
    if (at + width > text.length) text += SECTION
    tokens.push(text.slice(at, at + width))
    at += width
  }
  tokens.push(ANSWER_MARK)
  return tokens
}

/** A history of `count` messages, questions and answers in turn; the last one ends with `HISTORY_MARK`. */
export function pastMessages(count: number): PastMessage[] {
  return Array.from({ length: count }, (_, at) => {
    const turn = Math.floor(at / 2) + 1
    if (at % 2 === 0) return { role: 'user', text: `第 ${turn} 问：焊缝返工是怎么回事？` }
    const end = at === count - 1 ? HISTORY_MARK : ''
    return {
      role: 'ai',
      text: `第 ${turn} 答。那年冬天我返了**七道缝**，师傅只说了一句：焊缝不会说谎。\n\n- 手稳不如心稳\n- 返工不丢人，糊弄才丢人\n\n后来我把这句话写在了工具箱的盖子上，每天开工先看一眼。${end}`,
    }
  })
}
