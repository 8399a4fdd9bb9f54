import type { ConsoleLanguage } from '../view.ts'

const zh = {
  title: '操作记录',
  lead: '谁在什么时候做了什么，最近的在前面。这里只记做了什么，不记访客说的话。',
  persona: '看哪一位讲师的',
  all: '全部，包括账号和设置',
  none: '还没有记录。',
  older: '再往前看',
  end: '到头了，再往前没有了。',
  open: '去看看',
  today: '今天',
  yesterday: '昨天',
  commandLine: '命令行',
}

export type AuditTexts = typeof zh

const en: AuditTexts = {
  title: 'Audit log',
  lead: 'Who did what and when, the latest first. It holds what was done, never a visitor’s words.',
  persona: 'Of which lecturer',
  all: 'All, accounts and settings included',
  none: 'Nothing yet.',
  older: 'Earlier ones',
  end: 'That is all there is.',
  open: 'Have a look',
  today: 'Today',
  yesterday: 'Yesterday',
  commandLine: 'Command line',
}

const TEXTS = { zh, en } as const

export function auditTexts(language: ConsoleLanguage): AuditTexts {
  return TEXTS[language]
}
