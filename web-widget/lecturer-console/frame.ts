import type { Me } from '../../server/protocol/console-account.ts'
import { h, setAttribute } from '../parts/dom.ts'
import { type Address, formatAddress } from './address.ts'
import { INNER_PAGES, PAGES, type Page } from './pages.ts'
import { openDialog } from './parts/dialog.ts'
import { select } from './parts/fields.ts'
import { mayUse } from './permissions.ts'
import type { FrameTexts } from './texts.ts'
import type { MakeView, View } from './view.ts'

export interface Frame {
  readonly element: HTMLElement
  find(address: Address): Promise<MakeView | undefined>
  loading(address: Address): void
  show(view: View): void
  /** The page that is shown has taken over another address. */
  moved(address: Address, view: View): void
  unknown(): void
  failed(message: string, retry: () => void): void
  setPersona(id: string): void
}

export interface FrameOptions {
  readonly me: Me
  readonly texts: FrameTexts
  readonly persona: string
  readonly onPersona: (id: string) => Promise<void> | void
  readonly onLanguage: () => void
  readonly onSignOut: () => Promise<void>
  readonly onShortcuts: () => void
}

/** What stands around every page: name, choice of lecturer, the pages; a bar at the bottom on phones, a rail on the left on wide screens. */
export function createFrame({
  me,
  texts,
  persona,
  onPersona,
  onLanguage,
  onSignOut,
  onShortcuts,
}: FrameOptions): Frame {
  const pages = PAGES.filter((page) => mayUse(me.account.role, page.needs))
  const links = new Map<Page['name'], HTMLElement>()
  const link = (page: Page) => {
    const element = h('a', { href: formatAddress(page.path), class: 'nav-link' }, texts[page.name])
    links.set(page.name, element)
    return element
  }
  const more = h(
    'button',
    { type: 'button', class: 'nav-link nav-more', 'aria-haspopup': 'dialog', onclick: () => openMore() },
    texts.more,
  )
  const navigation = h(
    'nav',
    { class: 'nav', 'aria-label': texts.navigation },
    ...pages.filter((page) => page.place === 'bar').map(link),
    ...pages
      .filter((page) => page.place === 'more')
      .map((page) => {
        const element = link(page)
        element.classList.add('nav-wide')
        return element
      }),
    h('a', { href: '/avatar-lab', class: 'nav-link nav-wide' }, texts.lab),
    more,
  )
  const main = h('main', { class: 'main', id: 'main', tabindex: -1 })
  const chooser =
    me.personas.length > 1
      ? select(
          [
            ['', texts.allPersonas],
            ...me.personas.map(({ id, name, paused }) => [id, paused ? `${name}（${texts.paused}）` : name] as const),
          ],
          persona,
          (id) => void onPersona(id),
        )
      : null
  chooser?.setAttribute('aria-label', texts.personaChoice)
  const element = h(
    'div',
    { class: 'frame' },
    h('a', { class: 'skip', href: '#main', onclick: skipTo(main) }, texts.skip),
    h(
      'header',
      { class: 'head' },
      h('span', { class: 'brand' }, h('span', { class: 'seal', 'aria-hidden': 'true' }, '匠'), texts.title),
      chooser,
      h('span', { class: 'who' }, `${me.account.name} · ${texts.role[me.account.role]}`),
      h('button', { type: 'button', class: 'plain head-wide', onclick: onShortcuts }, texts.shortcuts),
      h('button', { type: 'button', class: 'plain head-wide', onclick: onLanguage }, texts.language),
      h('button', { type: 'button', class: 'plain head-wide', onclick: () => void onSignOut() }, texts.signOut),
    ),
    navigation,
    main,
    h('p', { class: 'ai-label' }, texts.label),
  )

  function openMore(): void {
    const leave = (then: () => void) => {
      close()
      then()
    }
    const close = openDialog({
      title: texts.more,
      closeLabel: texts.close,
      content: [
        h(
          'div',
          { class: 'more-list' },
          ...pages
            .filter((page) => page.place === 'more')
            .map((page) =>
              h('a', { href: formatAddress(page.path), class: 'more-link', onclick: () => close() }, texts[page.name]),
            ),
          h('a', { href: '/avatar-lab', class: 'more-link' }, texts.lab),
          h('button', { type: 'button', class: 'more-link', onclick: () => leave(onLanguage) }, texts.language),
          h(
            'button',
            { type: 'button', class: 'more-link', onclick: () => leave(() => void onSignOut()) },
            texts.signOut,
          ),
        ),
      ],
    })
  }

  function mark(name: Page['name'] | undefined): void {
    for (const [key, item] of links) setAttribute(item, 'aria-current', key === name ? 'page' : null)
  }

  const nameOf = (path: string): Page['name'] | undefined =>
    pages.find((page) => page.path === path)?.name ?? INNER_PAGES.find((candidate) => candidate.path.test(path))?.under

  return {
    element,
    async find({ path }) {
      const page = pages.find((candidate) => candidate.path === path)
      if (page !== undefined) return page.load()
      return INNER_PAGES.find((candidate) => candidate.path.test(path))?.load()
    },
    loading({ path }) {
      mark(nameOf(path))
      element.classList.remove('whole')
      main.replaceChildren(h('p', { class: 'notice', role: 'status' }, texts.loading))
    },
    moved({ path }, view) {
      mark(nameOf(path))
      element.classList.toggle('whole', view.wholeScreen === true)
    },
    show(view) {
      element.classList.toggle('whole', view.wholeScreen === true)
      main.replaceChildren(view.element)
      window.scrollTo(0, 0)
      main.focus({ preventScroll: true })
    },
    unknown() {
      main.replaceChildren(h('p', { class: 'notice', role: 'alert' }, texts.unknownPage))
    },
    failed(message, retry) {
      main.replaceChildren(
        h(
          'div',
          { class: 'notice', role: 'alert' },
          h('p', {}, texts.failedPage),
          h('p', {}, message),
          h('button', { type: 'button', class: 'button', onclick: retry }, texts.retry),
        ),
      )
    },
    setPersona(id) {
      if (chooser !== null) chooser.value = id
    },
  }
}

/** The address belongs to the pages of the console, so the skip link moves the focus itself. */
function skipTo(main: HTMLElement) {
  return (event: MouseEvent) => {
    event.preventDefault()
    main.focus()
  }
}
