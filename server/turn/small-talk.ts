import type { Persona } from '../personas/persona.ts'

/** A reply that claims nothing about the world: a greeting, thanks, or what this system is. */
export interface SmallTalk {
  readonly sentences: readonly string[]
}

const GREETING =
  /^(你好|您好|大家好|哈喽|嗨|早上好|上午好|中午好|下午好|晚上好|早安|晚安|在吗|在不在|有人吗|hi|hello|hey)(啊|呀|哈|吗|呢|老师|师傅|同志)*$/i
const NAMED_GREETING = /^[\p{Script=Han}]{1,4}(师傅|老师|大姐|大哥|哥|姐)?(你好|您好|好)(啊|呀)?$/u
const THANKS =
  /^(非常|太|真|真是|多|好的|好|嗯)*(谢谢|感谢|多谢|谢了|辛苦了|thanks|thank ?you)(你|您|了|啦|啊|老师|师傅| so much| very much| a lot)*$/i
const FAREWELL = /^(再见|拜拜|回头见|下次见|我走了|先这样|没有了|没事了|bye|goodbye)(了|啦|啊|老师|师傅)*$/i
const WHO =
  /^(请问)?(你|您)(到底|究竟)?(是谁|叫什么(名字)?|是什么(人|东西)?|是真人(吗|还是.{0,12})?|是(不是)?(机器人|人工智能|ai|真人|本人)(吗|还是.{0,12})?|是(不是)?.{0,8}(本人)(吗)?|能做什么|会做什么|能干什么|能回答什么(问题)?|有什么用)$/i
const WHO_EN = /^(who|what) are you$|^are you (a )?(real|human|bot|robot|an? ai|ai).*$|^what can you do$/i

/** Answers a question that is not about the sources; `undefined` where the sources must answer. */
export function smallTalk(text: string, persona: Persona): SmallTalk | undefined {
  const bare = text.replace(/[\s，。？！、,.?!~～…：:]+/g, (gap) => (/^[ ]+$/.test(gap) ? ' ' : '')).trim()
  const english = !/\p{Script=Han}/u.test(bare)
  if (GREETING.test(bare) || (NAMED_GREETING.test(bare) && namesSpeaker(bare, persona))) {
    return english
      ? { sentences: [`Hello! I am the AI avatar of ${persona.name}. `, 'What would you like to know?'] }
      : { sentences: [persona.greeting] }
  }
  if (THANKS.test(bare))
    return { sentences: [english ? 'You are welcome. Ask me anything else you like.' : '不客气，想到什么再来问我。'] }
  if (FAREWELL.test(bare)) return { sentences: [english ? 'Goodbye!' : '好，再见！'] }
  if (WHO.test(bare) || WHO_EN.test(bare)) return { sentences: introduction(persona, english) }
  return undefined
}

function introduction(persona: Persona, english: boolean): string[] {
  if (english) {
    return persona.speaker === 'institution'
      ? [
          `I am “${persona.name}”, an AI assistant, not a person. `,
          'I answer only from the documents listed under each answer.',
        ]
      : [
          `I am the AI avatar of ${persona.name}, not the person. `,
          'I answer only from the stories told here, and show the source of every sentence.',
        ]
  }
  return persona.speaker === 'institution'
    ? [`我是“${persona.name}”，一个 AI 助手，不是真人。`, '我只根据收录的资料回答，每句话都附上出处。']
    : [`我是${persona.name}的 AI 分身，不是本人。`, '我只说讲过的故事里有的内容，每句话都附上出处，没讲过的我会直说。']
}

function namesSpeaker(text: string, persona: Persona): boolean {
  return (
    [persona.name, ...(persona.aliases ?? [])].some((name) => text.includes(name)) || /^.{0,2}(师傅|老师)/u.test(text)
  )
}
