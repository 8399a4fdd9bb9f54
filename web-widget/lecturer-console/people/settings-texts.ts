import type { SiteSettings } from '../../../server/protocol/console-account.ts'
import type { ConsoleLanguage } from '../view.ts'

type SettingWords = Readonly<Record<keyof SiteSettings, { title: string; on: string; off: string }>>

const zhSettings: SettingWords = {
  lecturerApproves: {
    title: '审核员写的修订，要讲师看过才上线',
    on: '开：审核员写好的修订先放着，讲师本人点头以后才说出口。讲师自己写的马上上线。',
    off: '关：审核员写的修订马上上线，不用等讲师。',
  },
  secondPersonPublishes: {
    title: '资料上线要经过第二个人',
    on: '开：谁写的稿子谁不能上线，要另一位同事看过再上线。',
    off: '关：写稿子的人自己就能上线。',
  },
  requireSecondFactor: {
    title: '管理员和审核员必须用第二步验证',
    on: '开：他们登录以后先要设好手机验证器，才能看到别的页面。讲师不受影响，但也建议开启。',
    off: '关：每个人自己决定要不要第二步验证。',
  },
}

const zh = {
  title: '设置',
  lead: '对本站所有人有效，改了马上生效，操作记录里会留下一笔。',
  settings: zhSettings,
  saved: '已保存，马上生效。',
  ownSecondAsk: '您自己还没有设第二步验证。打开以后，您要先设好它，才能用其他页面。要继续吗？',
  goOn: '继续，马上去设',
  cancel: '先不打开',
  close: '关闭窗口',
}

export type SettingsTexts = typeof zh

const en: SettingsTexts = {
  title: 'Settings',
  lead: 'They hold for everybody on this site, from now on, and the audit log keeps a note.',
  settings: {
    lecturerApproves: {
      title: 'A reviewer’s correction waits for the lecturer',
      on: 'On: what a reviewer writes is said only after the lecturer has agreed. A lecturer’s own goes live at once.',
      off: 'Off: what a reviewer writes goes live at once.',
    },
    secondPersonPublishes: {
      title: 'A second person publishes sources',
      on: 'On: nobody publishes what they wrote themselves; a colleague reads it first.',
      off: 'Off: whoever wrote it may publish it.',
    },
    requireSecondFactor: {
      title: 'Operators and reviewers need a second step to sign in',
      on: 'On: they set up an authenticator before they see other pages. Lecturers may, but need not.',
      off: 'Off: everybody decides for themselves.',
    },
  },
  saved: 'Saved. It holds from now on.',
  ownSecondAsk: 'You have no second step yourself. You would have to set it up before you use other pages. Go on?',
  goOn: 'Go on, and set it up',
  cancel: 'Leave it off',
  close: 'Close',
}

const TEXTS = { zh, en } as const

export function settingsTexts(language: ConsoleLanguage): SettingsTexts {
  return TEXTS[language]
}
