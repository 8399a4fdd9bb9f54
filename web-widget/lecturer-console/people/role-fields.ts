import type { Me, Role } from '../../../server/protocol/console-account.ts'
import { h } from '../../parts/dom.ts'
import { field, select } from '../parts/fields.ts'
import type { PeopleTexts } from './people-texts.ts'

const ORDER: readonly Role[] = ['lecturer', 'reviewer', 'operator']

/** Role, and for a lecturer the persona: they go together. */
export function roleFields(
  personas: Me['personas'],
  texts: PeopleTexts,
  start: { readonly role: Role; readonly personaId: string | null },
) {
  let role = start.role
  const mean = h('p', { class: 'field-hint', role: 'status' })
  const persona = field(
    select(
      [['', texts.choosePersona], ...personas.map(({ id, name }) => [id, name] as const)],
      start.personaId ?? '',
      () => persona.setError(undefined),
    ),
    { label: texts.persona },
  )
  const choose = (next: Role) => {
    role = next
    mean.textContent = texts.rolesMean[next]
    persona.element.hidden = next !== 'lecturer'
  }
  const roles = h(
    'fieldset',
    { class: 'role-choices' },
    h('legend', {}, texts.role),
    ...ORDER.map((one) =>
      h(
        'label',
        { class: 'role-choice' },
        h('input', { type: 'radio', name: 'role', value: one, checked: one === role, onchange: () => choose(one) }),
        texts.roles[one],
      ),
    ),
    mean,
  )
  choose(role)
  return {
    elements: [roles, persona.element],
    /** What was chosen; null, and the field says so, where a lecturer has no persona. */
    read(): { role: Role; personaId: string | null } | null {
      if (role !== 'lecturer') return { role, personaId: null }
      const personaId = persona.control.value
      persona.setError(personaId === '' ? texts.needPersona : undefined)
      if (personaId !== '') return { role, personaId }
      persona.control.focus()
      return null
    },
  }
}
