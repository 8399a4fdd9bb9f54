import type { AuditRow } from '../../../server/protocol/console-account.ts'
import type { ConsoleLanguage } from '../view.ts'

type Detail = AuditRow['detail']
type Say = (detail: Detail, row: Pick<AuditRow, 'accountId' | 'subjectId'>) => string

export interface AuditWords {
  readonly actions: Readonly<Record<string, Say>>
  readonly unknown: (action: string) => string
  readonly about: (persona: string) => string
}

/** A value of a row's detail as words; empty where it is not there. */
function word(detail: Detail, name: string): string {
  const value = detail[name]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

function choose(detail: Detail, name: string, words: Readonly<Record<string, string>>): string {
  const value = word(detail, name)
  return words[value] ?? value
}

const zhRoles = { operator: '管理员', reviewer: '审核员', lecturer: '讲师' }
const zhVerdicts = { right: '对', wrong: '不对', 'not-my-words': '我不会这么说', skipped: '先放着' }
const zhReasons = {
  'wrong-fact': '事实不对',
  'wrong-tone': '口气不像',
  incomplete: '不完整',
  outdated: '过时了',
  unsafe: '不该说',
  other: '其他',
}
const zhKinds = { answer: '一条回答', document: '一份资料', persona: '整个分身' }
const zhSettings: Readonly<Record<string, string>> = {
  lecturerApproves: '修订要讲师看过',
  secondPersonPublishes: '资料要第二个人上线',
  requireSecondFactor: '必须用第二步验证',
}

function zhChange(detail: Detail): string {
  const parts = [
    word(detail, 'name') === '' ? '' : `姓名为「${word(detail, 'name')}」`,
    word(detail, 'role') === '' ? '' : `角色为${choose(detail, 'role', zhRoles)}`,
  ].filter((part) => part !== '')
  return parts.length === 0 ? '' : `：${parts.join('，')}`
}

function listSettings(detail: Detail, names: Readonly<Record<string, string>>, on: string, off: string): string[] {
  return Object.entries(names).flatMap(([key, name]) =>
    typeof detail[key] === 'boolean' ? [`${name}${detail[key] ? on : off}`] : [],
  )
}

const version = (detail: Detail, before: string, after: string): string =>
  word(detail, 'version') === '' ? '' : `${before}${word(detail, 'version')}${after}`

const zh: AuditWords = {
  unknown: (action) => `做了「${action}」`,
  about: (persona) => `（${persona}）`,
  actions: {
    'account-signed-in': (detail) =>
      `登录了${{ totp: '，用了第二步验证', 'recovery-code': '，用掉了一个备用码' }[word(detail, 'secondFactor')] ?? ''}`,
    'account-signed-out': () => '退出了登录',
    'sign-in-failed': (detail) => `登录没有成功，来自 ${word(detail, 'address')}`,
    'sign-in-locked': (detail) => `连续登录失败，账号锁了一会儿，来自 ${word(detail, 'address')}`,
    'password-changed': () => '改了自己的密码',
    'password-reset': () => '用重设链接设了新密码',
    'second-factor-added': () => '开启了第二步验证',
    'second-factor-removed': (detail, { accountId, subjectId }) =>
      accountId === subjectId ? '关闭了自己的第二步验证' : `去掉了账号 ${word(detail, 'login')} 的第二步验证`,
    'account-created': (detail) =>
      `建了账号 ${word(detail, 'login')}（${word(detail, 'name')}，${choose(detail, 'role', zhRoles)}）`,
    'account-changed': (detail) => `改了账号 ${word(detail, 'login')}${zhChange(detail)}`,
    'account-disabled': (detail) => `停用了账号 ${word(detail, 'login')}`,
    'account-enabled': (detail) => `恢复了账号 ${word(detail, 'login')}`,
    'invitation-created': (detail) => `邀请了${word(detail, 'name')}，角色是${choose(detail, 'role', zhRoles)}`,
    'invitation-revoked': (detail) => `撤回了给${word(detail, 'name')}的邀请`,
    'invitation-accepted': (detail) => `接受邀请，成了${choose(detail, 'role', zhRoles)}`,
    'reset-link-created': (detail) => `给${word(detail, 'name')}生成了重设密码的链接`,
    'settings-changed': (detail) => `改了设置：${listSettings(detail, zhSettings, '（开）', '（关）').join('，')}`,
    'turn-decided': (detail) => {
      const reason = choose(detail, 'reason', zhReasons)
      const turns = Number(detail.turns ?? 1)
      return `看过一条回答：${choose(detail, 'verdict', zhVerdicts)}${reason === '' ? '' : `（${reason}）`}${turns > 1 ? `，同样的共 ${turns} 条` : ''}`
    },
    'turn-decision-undone': () => '收回了对一条回答的判断',
    'correction-begun': () => '开始写一条修订',
    'correction-changed': () => '改了一条修订',
    'correction-submitted': () => '把一条修订交给讲师看',
    'correction-returned': () => '把一条修订退回去再改',
    'correction-approved': (detail) => `看过一条修订，上线了${version(detail, '第 ', ' 版')}`,
    'correction-superseded': () => '一条修订被更新的代替了',
    'correction-withdrawn': () => '撤下了一条修订',
    'correction-rolled-back': (detail) =>
      `把一条修订恢复成${word(detail, 'from') === '' ? '以前的版本' : `第 ${word(detail, 'from')} 版`}`,
    'correction-source-changed': () => '一条修订的依据变了，请再看一眼',
    'golden-kept': () => '留下了一道必答对的题',
    'golden-removed': () => '去掉了一道必答对的题',
    'pause-begun': (detail) => `暂停了${choose(detail, 'kind', zhKinds)}`,
    'pause-ended': (detail) => `恢复了${choose(detail, 'kind', zhKinds)}`,
    'document-uploaded': (detail) => `上传了资料《${word(detail, 'title')}》`,
    'document-changed': (detail) => `改了一份资料${version(detail, '，存成第 ', ' 版草稿')}`,
    'document-published': (detail) => `上线了一份资料${version(detail, '，第 ', ' 版')}`,
    'document-withdrawn': () => '撤下了一份资料',
    'document-restored': (detail) =>
      `把一份资料恢复成${word(detail, 'from') === '' ? '以前的版本' : `第 ${word(detail, 'from')} 版`}${detail.live === false ? '，等着上线' : ''}`,
    'insight-exported': () => '导出了数据',
    'persona-withdrawn': () => '撤下了一个分身',
  },
}

const enRoles = { operator: 'operator', reviewer: 'reviewer', lecturer: 'lecturer' }
const enVerdicts = { right: 'right', wrong: 'wrong', 'not-my-words': 'not my words', skipped: 'later' }
const enReasons = {
  'wrong-fact': 'wrong fact',
  'wrong-tone': 'wrong tone',
  incomplete: 'incomplete',
  outdated: 'outdated',
  unsafe: 'should not be said',
  other: 'other',
}
const enKinds = { answer: 'an answer', document: 'a source', persona: 'the whole avatar' }
const enSettings: Readonly<Record<string, string>> = {
  lecturerApproves: 'lecturer approves',
  secondPersonPublishes: 'second person publishes',
  requireSecondFactor: 'second step required',
}

function enChange(detail: Detail): string {
  const parts = [
    word(detail, 'name') === '' ? '' : `name “${word(detail, 'name')}”`,
    word(detail, 'role') === '' ? '' : `role ${choose(detail, 'role', enRoles)}`,
  ].filter((part) => part !== '')
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`
}

const en: AuditWords = {
  unknown: (action) => `did “${action}”`,
  about: (persona) => ` (${persona})`,
  actions: {
    'account-signed-in': (detail) =>
      `signed in${{ totp: ' with the second step', 'recovery-code': ' and used up a recovery code' }[word(detail, 'secondFactor')] ?? ''}`,
    'account-signed-out': () => 'signed out',
    'sign-in-failed': (detail) => `could not sign in, from ${word(detail, 'address')}`,
    'sign-in-locked': (detail) =>
      `failed to sign in again and again; locked for a while, from ${word(detail, 'address')}`,
    'password-changed': () => 'changed their password',
    'password-reset': () => 'set a new password by a reset link',
    'second-factor-added': () => 'turned their second step on',
    'second-factor-removed': (detail, { accountId, subjectId }) =>
      accountId === subjectId ? 'turned their second step off' : `removed the second step of ${word(detail, 'login')}`,
    'account-created': (detail) =>
      `made the account ${word(detail, 'login')} (${word(detail, 'name')}, ${choose(detail, 'role', enRoles)})`,
    'account-changed': (detail) => `changed the account ${word(detail, 'login')}${enChange(detail)}`,
    'account-disabled': (detail) => `disabled the account ${word(detail, 'login')}`,
    'account-enabled': (detail) => `enabled the account ${word(detail, 'login')}`,
    'invitation-created': (detail) => `invited ${word(detail, 'name')} as ${choose(detail, 'role', enRoles)}`,
    'invitation-revoked': (detail) => `revoked the invitation of ${word(detail, 'name')}`,
    'invitation-accepted': (detail) => `accepted an invitation as ${choose(detail, 'role', enRoles)}`,
    'reset-link-created': (detail) => `made a reset link for ${word(detail, 'name')}`,
    'settings-changed': (detail) =>
      `changed the settings: ${listSettings(detail, enSettings, ' on', ' off').join(', ')}`,
    'turn-decided': (detail) => {
      const reason = choose(detail, 'reason', enReasons)
      const turns = Number(detail.turns ?? 1)
      return `judged an answer: ${choose(detail, 'verdict', enVerdicts)}${reason === '' ? '' : ` (${reason})`}${turns > 1 ? `, ${turns} alike` : ''}`
    },
    'turn-decision-undone': () => 'took back a judgement of an answer',
    'correction-begun': () => 'began a correction',
    'correction-changed': () => 'changed a correction',
    'correction-submitted': () => 'handed a correction to the lecturer',
    'correction-returned': () => 'gave a correction back',
    'correction-approved': (detail) => `approved a correction; it is live${version(detail, ', version ', '')}`,
    'correction-superseded': () => 'a correction was superseded by a newer one',
    'correction-withdrawn': () => 'withdrew a correction',
    'correction-rolled-back': (detail) =>
      `rolled a correction back to ${word(detail, 'from') === '' ? 'an earlier version' : `version ${word(detail, 'from')}`}`,
    'correction-source-changed': () => 'the source of a correction changed; it wants another look',
    'golden-kept': () => 'kept a golden question',
    'golden-removed': () => 'removed a golden question',
    'pause-begun': (detail) => `paused ${choose(detail, 'kind', enKinds)}`,
    'pause-ended': (detail) => `resumed ${choose(detail, 'kind', enKinds)}`,
    'document-uploaded': (detail) => `uploaded the source “${word(detail, 'title')}”`,
    'document-changed': (detail) => `changed a source${version(detail, ', draft version ', '')}`,
    'document-published': (detail) => `published a source${version(detail, ', version ', '')}`,
    'document-withdrawn': () => 'withdrew a source',
    'document-restored': (detail) =>
      `restored a source to ${word(detail, 'from') === '' ? 'an earlier version' : `version ${word(detail, 'from')}`}${detail.live === false ? ', to be published' : ''}`,
    'insight-exported': () => 'exported figures',
    'persona-withdrawn': () => 'withdrew an avatar',
  },
}

const WORDS = { zh, en } as const

export function auditWords(language: ConsoleLanguage): AuditWords {
  return WORDS[language]
}
