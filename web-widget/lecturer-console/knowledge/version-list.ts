import type { DocumentDetail, DocumentDiff } from '../../../server/protocol/console-knowledge.ts'
import { h } from '../../parts/dom.ts'
import { openDialog } from '../parts/dialog.ts'
import { actionButton } from '../parts/fields.ts'
import { moment } from '../parts/format.ts'
import type { ConsoleContext } from '../view.ts'
import { diffView } from './diff-view.ts'
import type { DocumentTexts } from './document-texts.ts'

/** Opens what changed from one version to another. */
export async function openDiff(
  { api, language, fail }: ConsoleContext,
  texts: DocumentTexts,
  id: string,
  from: number,
  to: number,
): Promise<void> {
  try {
    const parts = await api.get<DocumentDiff>('/documents/diff', { id, from, to })
    openDialog({
      title: texts.diffTitle(from, to),
      closeLabel: texts.close,
      content: [diffView(parts, texts, language)],
    })
  } catch (error) {
    fail(error)
  }
}

/** All versions, the newest first, each with what it changed and a way back to it. */
export function versionList(
  context: ConsoleContext,
  detail: DocumentDetail,
  texts: DocumentTexts,
  restore: (version: number) => Promise<void>,
): HTMLElement | null {
  const { row, versions } = detail
  if (versions.length === 0) return null
  const newest = row.draftVersion ?? row.version
  const ordered = [...versions].sort((one, other) => other.version - one.version)
  const published = versions.find(({ state }) => state === 'published')?.version

  const item = ({ version, state, by, at, note }: (typeof ordered)[number], index: number) => {
    const before = ordered[index + 1]?.version
    const compare = (from: number, label: string) => {
      const button = actionButton(label, () => openDiff(context, texts, row.id, from, version), 'plain')
      button.setAttribute('aria-label', `${texts.versionName(version)}：${label}`)
      return button
    }
    const back = actionButton(texts.restore, () => restore(version), 'plain')
    back.setAttribute('aria-label', `${texts.restore}：${texts.versionName(version)}`)
    const chip = { draft: 'chip warn', published: 'chip good', withdrawn: 'chip' }[state]
    return h(
      'li',
      { class: 'document-version' },
      h(
        'p',
        { class: 'chips' },
        h('b', {}, texts.versionName(version)),
        h('span', { class: chip }, texts.versionStates[state]),
        version === newest && h('span', { class: 'chip' }, texts.current),
      ),
      h('p', { class: 'hint' }, `${by} · ${moment(at, context.language)}`),
      note !== null && note !== '' && h('p', {}, note),
      h(
        'div',
        { class: 'row version-buttons' },
        before !== undefined && compare(before, texts.compare),
        published !== undefined &&
          published !== version &&
          published !== before &&
          compare(published, texts.comparePublished),
        // What is live or waits as the draft is there already.
        state !== 'published' && version !== row.draftVersion && back,
      ),
    )
  }
  return h(
    'section',
    { class: 'card stack' },
    h('h2', {}, texts.versions(versions.length)),
    h('ol', { class: 'document-versions' }, ...ordered.map(item)),
  )
}
