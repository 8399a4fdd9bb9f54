import type { ConsoleLanguage } from '../view.ts'

const zh = {
  title: '暂停',
  lead: '暂停的东西不会再说出口，恢复后马上可以再用。',
  none: '现在没有暂停任何东西。',
  kinds: { persona: '整个分身', document: '一份资料', answer: '一条回答' },
  ask: { persona: '要暂停整个分身吗？', document: '要暂停这份资料吗？', answer: '要暂停这条回答吗？' },
  happens: {
    persona: [
      '一秒之内，所有网站上的这个分身都不再说话，正在说的也会停下。',
      '访客会看到「暂时不能回答」，他们以前的对话不受影响。',
      '直到您恢复为止。',
    ],
    document: ['一秒之内，分身不再引用这份资料，正在引用它的回答会停下。', '别的资料照常使用。', '直到您恢复为止。'],
    answer: [
      '再有人问同样的问题，分身会说现在不能回答。',
      '别的问题照常回答。',
      '直到您恢复，或者写好的修订上线为止。',
    ],
  },
  pause: { persona: '暂停分身', document: '暂停资料', answer: '暂停回答' },
  pausePersona: (name: string) => `暂停${name}的分身`,
  reason: '为什么暂停（可以不写）',
  reasonHint: '写给一起审阅的人看。',
  keep: '先不暂停',
  close: '关闭',
  done: '已暂停。',
  end: '恢复',
  ended: '已恢复。',
  by: (name: string, when: string) => `${name} · ${when}`,
}

export type PauseTexts = typeof zh

const en: PauseTexts = {
  title: 'Pauses',
  lead: 'What is paused is not said any more; it can speak again the moment you resume it.',
  none: 'Nothing is paused.',
  kinds: { persona: 'The whole avatar', document: 'A source', answer: 'An answer' },
  ask: { persona: 'Pause the whole avatar?', document: 'Pause this source?', answer: 'Pause this answer?' },
  happens: {
    persona: [
      'Within a second the avatar is silent on every site; an answer that is being given stops.',
      'Visitors are told that it cannot answer now. Their earlier conversations stay.',
      'Until you resume it.',
    ],
    document: [
      'Within a second the avatar cites this source no more; an answer that cites it stops.',
      'Other sources are used as before.',
      'Until you resume it.',
    ],
    answer: [
      'Whoever asks the same question is told that it cannot be answered now.',
      'Other questions are answered as before.',
      'Until you resume it, or a correction of it goes live.',
    ],
  },
  pause: { persona: 'Pause the avatar', document: 'Pause the source', answer: 'Pause the answer' },
  pausePersona: (name) => `Pause ${name}’s avatar`,
  reason: 'Why (optional)',
  reasonHint: 'For those who review with you.',
  keep: 'Do not pause',
  close: 'Close',
  done: 'Paused.',
  end: 'Resume',
  ended: 'Resumed.',
  by: (name, when) => `${name} · ${when}`,
}

const TEXTS = { zh, en } as const

export function pauseTexts(language: ConsoleLanguage): PauseTexts {
  return TEXTS[language]
}
