// biome-ignore-all lint/suspicious/noVar: the loader is read by engines that know only ES5
// biome-ignore-all lint/complexity/useOptionalChain: as above
// biome-ignore-all lint/correctness/noInnerDeclarations: as above
import type { LecturerChat } from '../lecturer-chat/lecturer-chat.ts'
import { drawLauncher, drawPlainLink, type Launcher } from './launcher.ts'
import { pageOf, readScriptOptions, type ScriptOptions } from './script-options.ts'

/** The panel's file below the server's address; the build puts its hashed name here. */
declare const PANEL_FILE: string

type Listener = (detail: unknown) => void

/** What pages may call: `window.LecturerChat`. */
export interface LecturerChatApi {
  /** Opens a chat. Without a persona: the page's first. */
  open(wish?: { persona?: string; question?: string }): void
  /** Closes the chat of `persona`, or every one. */
  close(persona?: string): void
  /** Hears `ready`, `open`, `close`, `answer`, `citation`, `unread` or `error`; returns how to stop hearing it. */
  on(name: string, listener: Listener): () => void
  /** Text size of every chat, from 1 to 1.8. */
  setScale(scale: number): void
}

interface Embed {
  options: ScriptOptions
  launcher: Launcher | null
  element: LecturerChat | null
}

interface HostWindow {
  LecturerChat?: Readonly<LecturerChatApi>
}

/** A further script on the page hands its options to the first one with this event. */
var JOIN = 'lecturer-chat-script'
var OWN_SCRIPT = document.currentScript as HTMLScriptElement | null

var embeds: Embed[] = []
var panels: Record<string, Loading> = {}
var placed = { left: 0, right: 0 }

function ownScript(): HTMLScriptElement | null {
  if (OWN_SCRIPT) return OWN_SCRIPT
  var scripts = document.querySelectorAll<HTMLScriptElement>('script[src*="widget.js"]')
  for (var i = 0; i < scripts.length; i++) {
    var script = scripts[i]
    if (script && !script.hasAttribute('data-seen')) return script
  }
  return null
}

/** Whether this engine can run the panel (ES2020 modules, shadow roots, sockets). */
function capable(): boolean {
  return (
    typeof WebSocket === 'function' &&
    typeof Promise === 'function' &&
    typeof BigInt === 'function' &&
    typeof customElements === 'object' &&
    'attachShadow' in Element.prototype &&
    'noModule' in HTMLScriptElement.prototype
  )
}

interface Loading {
  ready: boolean
  waiting: (() => void)[]
  /** A visitor has clicked and waits. */
  urgent: boolean
}

function loadPanel(options: ScriptOptions, then: () => void, urgent: boolean): void {
  var address = options.home + PANEL_FILE
  var panel = panels[address]
  if (panel && panel.ready) {
    then()
    return
  }
  if (panel) {
    panel.waiting.push(then)
    panel.urgent = panel.urgent || urgent
    return
  }
  var entry: Loading = { ready: false, waiting: [then], urgent }
  panels[address] = entry
  var script = document.createElement('script')
  script.type = 'module'
  script.crossOrigin = 'anonymous'
  if (options.nonce) script.setAttribute('nonce', options.nonce)
  script.src = address
  script.onload = () => {
    entry.ready = true
    entry.waiting.splice(0).forEach((run) => {
      run()
    })
  }
  script.onerror = () => {
    // The next touch tries again; whoever waits now gets the full page.
    delete panels[address]
    document.head.removeChild(script)
    if (entry.urgent && !window.open(pageOf(options), '_blank')) location.href = pageOf(options)
  }
  document.head.appendChild(script)
}

function elementOf(embed: Embed): LecturerChat {
  if (embed.element) return embed.element
  var options = embed.options
  var element = document.createElement('lecturer-chat') as LecturerChat
  var set = (name: string, value: string): void => {
    if (value) element.setAttribute(name, value)
  }
  set('mode', 'bubble')
  set('persona', options.persona)
  set('server', options.home)
  set('name', options.name)
  set('side', options.side)
  set('offset-x', String(options.offsetX))
  set('offset-y', String(options.offsetY))
  set('z', String(options.z))
  set('locale', options.locale)
  set('theme', options.theme)
  set('nonce', options.nonce)
  set('color', options.color)
  if (options.elder) set('elder', 'true')
  element.style.setProperty('display', 'contents', 'important')
  var shown = (open: boolean) => (): void => {
    // The panel stands where the launchers of its side are.
    embeds.forEach((other) => {
      if (other.launcher && other.options.side === options.side) other.launcher.hide(open)
    })
    if (!embed.launcher) return
    embed.launcher.buttons.forEach((button) => {
      button.setAttribute('aria-expanded', String(open))
    })
  }
  element.addEventListener('lecturer-chat-open', shown(true))
  element.addEventListener('lecturer-chat-close', shown(false))
  element.addEventListener('lecturer-chat-unread', (event) => {
    var detail = (event as CustomEvent).detail
    if (embed.launcher) embed.launcher.badge(detail.count, detail.text)
  })
  document.documentElement.appendChild(element)
  embed.element = element
  return element
}

function openEmbed(embed: Embed, question: string | undefined, opener: Element | null): void {
  loadPanel(embed.options, () => elementOf(embed).open(question, opener), true)
}

function add(options: ScriptOptions): void {
  loadForTags(options)
  if (!options.persona) return
  var place = 0
  if (!options.launcher) place = placed[options.side]++
  if (!capable()) {
    if (options.launcher !== 'none') drawPlainLink(options, place)
    return
  }
  var embed: Embed = { options, launcher: null, element: null }
  embeds.push(embed)
  if (options.launcher === '') embed.launcher = drawLauncher(options, place)
  else if (options.launcher !== 'none') embed.launcher = ownButtons(options.launcher)
  var warm = (): void => loadPanel(options, () => {}, false)
  var buttons = embed.launcher ? embed.launcher.buttons : []
  buttons.forEach((button) => {
    button.addEventListener('pointerenter', warm)
    button.addEventListener('focus', warm)
    button.addEventListener('click', () => openEmbed(embed, undefined, button))
  })
  if (options.preload === 'idle') {
    var idle = window.requestIdleCallback
    if (idle) idle(warm)
    else setTimeout(warm, 2000)
  }
}

function ownButtons(selector: string): Launcher {
  var buttons: HTMLElement[] = []
  try {
    buttons = Array.prototype.slice.call(document.querySelectorAll<HTMLElement>(selector))
  } catch (_error) {
    // A selector that cannot be read means no button; the page can still call open().
  }
  return { buttons, hide: () => {}, badge: () => {} }
}

/** `<lecturer-chat>` tags in the page are on the screen from the start: they get the panel's code at once. */
function loadForTags(options: ScriptOptions): void {
  if (!capable() || !document.querySelector('lecturer-chat[persona]')) return
  loadPanel(options, () => {}, false)
}

function find(persona: string | undefined): Embed | undefined {
  return embeds.filter((embed) => !persona || embed.options.persona === persona)[0]
}

function chats(): LecturerChat[] {
  return Array.prototype.slice.call(document.querySelectorAll('lecturer-chat'))
}

function api(): LecturerChatApi {
  return {
    open: (wish) => {
      var persona = wish && wish.persona
      var question = wish && wish.question
      var embed = find(persona)
      if (embed) {
        openEmbed(embed, question, document.activeElement)
        return
      }
      var first = embeds[0]
      if (!persona || !first) return
      var copy = {} as ScriptOptions
      for (var key in first.options) assign(copy, first.options, key as keyof ScriptOptions)
      copy.persona = persona
      copy.name = ''
      var added: Embed = { options: copy, launcher: null, element: null }
      embeds.push(added)
      openEmbed(added, question, document.activeElement)
    },
    close: (persona) =>
      chats().forEach((chat) => {
        if ((!persona || chat.persona === persona) && chat.close) chat.close()
      }),
    on: (name, listener) => {
      var heard = (event: Event): void => listener((event as CustomEvent).detail)
      document.addEventListener(`lecturer-chat-${name}`, heard)
      return () => document.removeEventListener(`lecturer-chat-${name}`, heard)
    },
    setScale: (scale) =>
      chats().forEach((chat) => {
        if (chat.setScale) chat.setScale(scale)
      }),
  }
}

function assign<K extends keyof ScriptOptions>(to: ScriptOptions, from: ScriptOptions, key: K): void {
  to[key] = from[key]
}

function whenReady(run: () => void): void {
  if (document.readyState !== 'loading') run()
  else document.addEventListener('DOMContentLoaded', run)
}

var script = ownScript()
if (script) {
  script.setAttribute('data-seen', '')
  var options = readScriptOptions(script)
  var page = window as unknown as HostWindow
  if (page.LecturerChat) {
    var event = document.createEvent('CustomEvent')
    event.initCustomEvent(JOIN, false, false, options)
    document.dispatchEvent(event)
  } else {
    page.LecturerChat = Object.freeze(api())
    document.addEventListener(JOIN, (joined) => {
      var detail = (joined as CustomEvent).detail as ScriptOptions
      whenReady(() => add(detail))
    })
    whenReady(() => add(options))
  }
}
