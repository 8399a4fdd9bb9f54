import type { Me } from '../../server/protocol/console-account.ts'
import { formatAddress, parseAddress } from './address.ts'
import { type Api, ApiError, createApi } from './api.ts'
import { createFrame, type Frame } from './frame.ts'
import { ask } from './parts/dialog.ts'
import { createToaster } from './parts/toast.ts'
import { createShortcuts } from './shortcuts.ts'
import { drawInvitation } from './sign-in/invitation.ts'
import { drawSignIn } from './sign-in/sign-in.ts'
import { FRAME_TEXTS } from './texts.ts'
import type { ConsoleContext, ConsoleLanguage, View } from './view.ts'

const LANGUAGE_KEY = 'lecturer-console:language'
const PERSONA_KEY = 'lecturer-console:persona'

/** Starts the console in the page: signs in, then shows the page that the address names. */
export function startConsole(root: HTMLElement): void {
  let language: ConsoleLanguage = read(LANGUAGE_KEY) === 'en' ? 'en' : 'zh'
  let me: Me | null = null
  let view: View | null = null
  let frame: Frame | null = null
  let shown = ''
  let turn = 0
  const texts = () => FRAME_TEXTS[language]
  const toaster = createToaster(document.body)
  const shortcuts = createShortcuts(texts)

  const api: Api = createApi({
    onSignedOut: () => {
      if (me !== null) signedOut()
    },
    language: () => (language === 'en' ? 'en' : 'zh-CN'),
    offline: () => texts().offline,
  })

  function setMe(next: Me | null): void {
    me = next
    api.setMe(next)
  }

  function signedOut(): void {
    setMe(null)
    view?.dispose?.()
    view = null
    frame = null
    shortcuts.set([])
    drawDoor()
  }

  function drawDoor(): void {
    document.documentElement.lang = language === 'en' ? 'en' : 'zh-CN'
    document.title = texts().title
    const token = /^#\/invitation\/([\w-]+)$/.exec(location.hash)?.[1]
    const common = { api, language, switchLanguage: () => switchLanguage(drawDoor) }
    const onSignedIn = (next: Me) => {
      setMe(next)
      if (token !== undefined) history.replaceState(null, '', formatAddress('/queue'))
      drawInside()
    }
    root.replaceChildren(
      token === undefined ? drawSignIn({ ...common, onSignedIn }) : drawInvitation({ ...common, token, onSignedIn }),
    )
    root.querySelector<HTMLElement>('input')?.focus()
  }

  function switchLanguage(redraw: () => void): void {
    language = language === 'en' ? 'zh' : 'en'
    write(LANGUAGE_KEY, language)
    redraw()
  }

  async function switchInside(): Promise<void> {
    if (await mayLeave()) switchLanguage(drawInside)
  }

  /** Asks first where leaving the page would lose what was begun on it. */
  async function mayLeave(): Promise<boolean> {
    const question = view?.leaving?.()
    const { leaveYes, leaveNo, close } = texts()
    return question === undefined || (await ask(question, { yes: leaveYes, no: leaveNo, close }))
  }

  function drawInside(): void {
    if (me === null) return
    const who = me
    document.documentElement.lang = language === 'en' ? 'en' : 'zh-CN'
    frame = createFrame({
      me: who,
      texts: texts(),
      persona: personaChoice(who),
      async onPersona(id) {
        if (!(await mayLeave())) return frame?.setPersona(personaChoice(who))
        write(PERSONA_KEY, id)
        const { path, parameters } = parseAddress(location.hash)
        if ('personaId' in parameters)
          history.replaceState(null, '', formatAddress(path, { ...parameters, personaId: id }))
        void show(true)
      },
      onLanguage: () => void switchInside(),
      onSignOut: async () => {
        if (!(await mayLeave())) return
        await api.post('/sign-out').catch(() => undefined)
        signedOut()
      },
      onShortcuts: () => shortcuts.explain(),
    })
    root.replaceChildren(frame.element)
    void show(true)
  }

  async function show(again = false): Promise<void> {
    if (me === null || frame === null) return
    if (!again && location.hash === shown) return
    const wanted = parseAddress(location.hash)
    if (!again && view?.takes?.(wanted) === true) {
      shown = location.hash
      frame.moved(wanted, view)
      shortcuts.set(view.keys ?? [])
      document.title = `${view.title} · ${texts().title}`
      return
    }
    if (!again && view?.leaving?.() !== undefined) {
      const target = location.hash
      history.replaceState(null, '', shown)
      if (!(await mayLeave())) return
      history.pushState(null, '', target)
    }
    shown = location.hash
    turn += 1
    const mine = turn
    view?.dispose?.()
    view = null
    shortcuts.set([])
    const address = parseAddress(location.hash)
    if (mustSetUpSecondFactor(me) && address.path !== '/account') {
      history.replaceState(null, '', formatAddress('/account'))
      return void show(true)
    }
    frame.loading(address)
    try {
      const make = await frame.find(address)
      if (make === undefined) return frame.unknown()
      const made = await make(context(me), address)
      if (mine !== turn) return made.dispose?.()
      view = made
      frame.show(made)
      shortcuts.set(made.keys ?? [])
      document.title = `${made.title} · ${texts().title}`
    } catch (error) {
      if (mine === turn) frame.failed(messageOf(error), () => void show(true))
    }
  }

  function context(who: Me): ConsoleContext {
    return {
      me: who,
      api,
      language,
      persona: () => personaChoice(who),
      setPersona(id) {
        write(PERSONA_KEY, id)
        frame?.setPersona(id)
      },
      go(hash, { replace = false } = {}) {
        if (replace) {
          history.replaceState(null, '', hash)
          void show()
        } else location.hash = hash
      },
      toast: (text, ...actions) => toaster.show(text, ...actions),
      fail: (error) => toaster.show(messageOf(error)),
      async refresh() {
        setMe(await api.get<Me>('/me'))
        drawInside()
      },
      switchLanguage: () => void switchInside(),
      personaName: (id) => who.personas.find((persona) => persona.id === id)?.name ?? id,
    }
  }

  // An invitation is opened as a door even where somebody is signed in: it may be for another person.
  const isInvitation = () => location.hash.startsWith('#/invitation/')
  window.addEventListener('hashchange', () => void (me === null || isInvitation() ? drawDoor() : show()))
  window.addEventListener('beforeunload', (event) => {
    if (view?.losesOnClose?.() === true) event.preventDefault()
  })
  api.get<Me>('/me').then(
    (known) => {
      setMe(known)
      if (isInvitation()) drawDoor()
      else drawInside()
    },
    (error) => {
      drawDoor()
      if (error instanceof ApiError && error.code === 'not-signed-in') return
      toaster.show(messageOf(error))
    },
  )
}

/** Where the site asks for a second factor, nothing else opens before it is set up; the account page says so. */
function mustSetUpSecondFactor({ account, settings }: Me): boolean {
  return settings.requireSecondFactor && account.role !== 'lecturer' && !account.secondFactor
}

/** The persona that is looked at: the lecturer's own, or the last one chosen if it is still there. */
function personaChoice(me: Me): string {
  if (me.account.role === 'lecturer') return me.account.personaId ?? ''
  const kept = read(PERSONA_KEY)
  return me.personas.some((persona) => persona.id === kept) ? kept : ''
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Storage may be forbidden; then a choice lasts as long as the page. */
const memory = new Map<string, string>()

function read(key: string): string {
  try {
    return localStorage.getItem(key) ?? memory.get(key) ?? ''
  } catch {
    return memory.get(key) ?? ''
  }
}

function write(key: string, value: string): void {
  memory.set(key, value)
  try {
    localStorage.setItem(key, value)
  } catch {
    // Private browsing.
  }
}
