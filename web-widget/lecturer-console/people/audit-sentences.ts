import type { AuditRow } from '../../../server/protocol/console-account.ts'
import type { ConsoleLanguage } from '../view.ts'
import { auditWords } from './audit-words.ts'

export interface AuditSentence {
  readonly text: string
  /** Where more is to be read; undefined where there is no page of it. */
  readonly path?: { readonly path: string; readonly parameters?: Readonly<Record<string, string>> }
  /** Worth a second look: something was taken away, or somebody could not get in. */
  readonly grave: boolean
}

const GRAVE =
  /^(sign-in-(failed|locked)|account-disabled|second-factor-removed|reset-link-created|pause-begun|document-withdrawn|correction-(withdrawn|rolled-back)|settings-changed)$/

/**
 * What a row of the audit log says, after the name of who did it. An action that this page does not know yet keeps its
 * own name, so that nothing is hidden. `personaName` gives the name of a persona's id.
 */
export function auditSentence(
  row: Pick<AuditRow, 'action' | 'detail' | 'personaId' | 'subjectId' | 'accountId'>,
  language: ConsoleLanguage,
  personaName: (id: string) => string,
): AuditSentence {
  const words = auditWords(language)
  const say = Object.hasOwn(words.actions, row.action) ? words.actions[row.action] : undefined
  const about =
    row.personaId === null || row.action.startsWith('account-') ? '' : words.about(personaName(row.personaId))
  const text = say === undefined ? words.unknown(row.action) : say(row.detail, row)
  const path = pathOf(row)
  return { text: `${text}${about}`, grave: GRAVE.test(row.action), ...(path === undefined ? {} : { path }) }
}

function pathOf({
  action,
  subjectId,
  detail,
}: Pick<AuditRow, 'action' | 'subjectId' | 'detail'>): AuditSentence['path'] {
  if (subjectId === null) return undefined
  if (action.startsWith('turn-')) return { path: `/turn/${subjectId}` }
  if (action.startsWith('correction-')) return { path: `/correction/${subjectId}` }
  if (action.startsWith('document-')) return { path: '/document', parameters: { id: subjectId } }
  if (action.startsWith('pause-') && detail.kind === 'document' && typeof detail.targetId === 'string')
    return { path: '/document', parameters: { id: detail.targetId } }
  return undefined
}
