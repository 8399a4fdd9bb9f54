import type { DocumentMeta, DocumentRow } from '../../../server/protocol/console-knowledge.ts'
import { h } from '../../parts/dom.ts'
import { openDialog } from '../parts/dialog.ts'
import { field, select } from '../parts/fields.ts'
import type { ConsoleContext } from '../view.ts'
import type { KnowledgeTexts } from './knowledge-texts.ts'

/** Whose document it will be. */
export type UploadTarget = Pick<DocumentMeta, 'kind' | 'personaId' | 'collection'>

const ACCEPTED = '.md,.markdown,.txt,.docx,.pdf,.html,.htm,.zip'

/** Asks what the files are, and takes them by drop or by picking. `collections` are those that a policy may go to. */
export function openUploadDialog(
  { me, persona }: ConsoleContext,
  texts: KnowledgeTexts,
  collections: readonly string[],
  onFiles: (files: readonly File[], target: UploadTarget) => void,
): void {
  // A lecturer adds to their own stories only.
  const onlyOwn = me.account.role === 'lecturer'
  let kind: UploadTarget['kind'] = 'story'
  const start = persona() || only(me.personas.map(({ id }) => id))
  const owner = field(
    select([['', texts.choose], ...me.personas.map(({ id, name }) => [id, name] as const)], start, () =>
      owner.setError(undefined),
    ),
    { label: texts.owner },
  )
  const collection = field(
    select([['', texts.choose], ...collections.map((name) => [name, name] as const)], only(collections), () =>
      collection.setError(undefined),
    ),
    { label: texts.collection, hint: texts.collectionHint },
  )
  const kindHint = h('p', { class: 'field-hint', role: 'status' })
  const chooseKind = (next: UploadTarget['kind']) => {
    kind = next
    kindHint.textContent = texts.kindHints[next]
    owner.element.hidden = next !== 'story' || onlyOwn
    collection.element.hidden = next !== 'policy'
  }
  const kinds = h(
    'fieldset',
    { class: 'kind-choices', hidden: onlyOwn },
    h('legend', {}, texts.kind),
    ...(['story', 'policy'] as const).map((one) =>
      h(
        'label',
        { class: 'kind-choice' },
        h('input', { type: 'radio', name: 'kind', value: one, checked: one === kind, onchange: () => chooseKind(one) }),
        texts.kinds[one],
      ),
    ),
    kindHint,
  )
  chooseKind('story')

  function target(): UploadTarget | null {
    const personaId = onlyOwn ? (me.account.personaId ?? '') : owner.control.value
    const name = collection.control.value
    owner.setError(kind === 'story' && personaId === '' ? texts.needOwner : undefined)
    collection.setError(kind === 'policy' && name === '' ? texts.needCollection : undefined)
    if (kind === 'policy') {
      if (name !== '') return { kind, collection: name }
      collection.control.focus()
      return null
    }
    if (personaId !== '') return { kind, personaId }
    owner.control.focus()
    return null
  }

  function take(files: readonly File[]): void {
    if (files.length === 0) return
    const wanted = target()
    if (wanted === null) return
    close()
    onFiles(files, wanted)
  }

  const input = h('input', {
    type: 'file',
    multiple: true,
    accept: ACCEPTED,
    class: 'file-input',
    hidden: true,
    onchange: () => {
      take([...(input.files ?? [])])
      input.value = ''
    },
  })
  const pick = () => {
    if (target() !== null) input.click()
  }
  const zone = h(
    'div',
    {
      class: 'drop-zone',
      ondragover: (event: DragEvent) => {
        event.preventDefault()
        zone.classList.add('over')
      },
      ondragleave: () => zone.classList.remove('over'),
      ondrop: (event: DragEvent) => {
        event.preventDefault()
        zone.classList.remove('over')
        take([...(event.dataTransfer?.files ?? [])])
      },
    },
    h('p', { class: 'drop-words' }, texts.drop),
    h('p', { class: 'hint drop-words' }, texts.or),
    h('button', { type: 'button', class: 'button', onclick: pick }, texts.pick),
    input,
  )
  const close = openDialog({
    title: texts.uploadTitle,
    closeLabel: texts.close,
    content: [
      kinds,
      owner.element,
      collection.element,
      zone,
      h('p', { class: 'hint' }, texts.types),
      h('p', { class: 'hint' }, texts.afterwards),
    ],
  })
}

function only(names: readonly string[]): string {
  return names.length === 1 ? (names[0] ?? '') : ''
}

/** The collections that avatars answer from; a new one begins in the knowledge folder. */
export async function policyCollections({ api }: ConsoleContext): Promise<string[]> {
  const { rows } = await api.get<{ rows: DocumentRow[] }>('/documents')
  const names = rows.flatMap(({ meta }) => (meta.kind === 'policy' ? [meta.collection ?? ''] : []))
  return [...new Set(names)].filter((name) => name !== '').sort()
}
