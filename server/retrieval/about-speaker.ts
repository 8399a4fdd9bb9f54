import { namesPerson } from './sentence-cues.ts'

const OTHERS =
  /[他她]|师[傅父]|徒弟|学生|同[事学]|工友|老[公婆伴师]|爱人|丈夫|妻子|对象|[爸妈爹娘]|父亲|母亲|女[儿生]|儿子|孩子|哥|姐|弟|妹|家人|朋友|班长|领导|厂长/u

/** Whether a question asks for the lecturer alone: 「你几岁了」 does, 「你师傅几岁了」 and 「你们厂在哪」 do not. */
export function asksForSpeaker(question: string): boolean {
  return /^(?:请问|那么?)?[你您](?!们)/u.test(question) && !OTHERS.test(question)
}

/** Whether a sentence is in the first person, quotations left aside. */
export function speaksOfSelf(text: string): boolean {
  return text.replace(/“[^”]*”?|「[^」]*」?/gu, '').includes('我')
}

/** Whether a sentence is about somebody who is not the speaker: 「她给我寄了花生」 is, though it says 「我」. */
export function isAboutAnother(text: string): boolean {
  return (
    /^(?:[^，。]{0,12}，)?[他她](?!们?和我)/u.test(text) ||
    (!speaksOfSelf(text) && (OTHERS.test(text) || namesPerson(text)))
  )
}
