/** A page into which the widget is put: what it brings along, and the policy under which it is served. */
export interface HostPage {
  readonly name: string
  readonly styles: string
  readonly body?: string
  /** Runs before anything else on the page. */
  readonly script?: string
  readonly policy?: string
}

const NONCE = 'host-nonce'

/** Class names that the widget uses as well, as a portal's own framework may style them. */
const COMMON_NAMES = `.root,.log,.row,.said,.bubble,.text,.foot,.banner,.send,.compose,.field,.topics,.label-line
  {display:grid!important;margin:20px!important;padding:30px!important;color:red!important;float:left}`

const REBOOT = `*,*::before,*::after{box-sizing:border-box}
  body{margin:0;font-family:Georgia,serif;font-size:1rem;line-height:1.5;color:#212529;-webkit-text-size-adjust:100%}
  h1,h2,h3,p{margin-top:0;margin-bottom:1rem} ol,ul,dl{margin-bottom:1rem;padding-left:2rem}
  button,input,select,textarea{margin:0;font-family:inherit;font-size:inherit;line-height:inherit}
  button:focus:not(:focus-visible){outline:0} button{text-transform:uppercase;border-radius:0}
  textarea{resize:vertical} label{display:inline-block} svg,img{vertical-align:middle}
  [hidden]{display:none!important} [role="button"]{cursor:pointer}
  .row{display:flex;flex-wrap:wrap;margin:-12px} .badge{display:inline-block;padding:.35em .65em}`

const PREFLIGHT = `*,::before,::after,::backdrop{box-sizing:border-box;margin:0;padding:0;border:0 solid}
  html{line-height:1.5;-webkit-text-size-adjust:100%;tab-size:4;font-family:ui-serif,serif}
  hr{height:0;color:inherit;border-top-width:1px} h1,h2,h3,h4,h5,h6{font-size:inherit;font-weight:inherit}
  a{color:inherit;text-decoration:inherit} b,strong{font-weight:bolder} ol,ul,menu{list-style:none}
  img,svg,video,canvas,audio,iframe,embed,object{display:block;vertical-align:middle} img,video{max-width:100%;height:auto}
  button,input,select,optgroup,textarea{font:inherit;color:inherit;background-color:transparent;border-radius:0;opacity:1}
  ::placeholder{opacity:1;color:#f0f} textarea{resize:vertical} [hidden]{display:none!important}`

/** Pages on which the widget must look as it does on a plain one. */
export const HOST_PAGES: readonly HostPage[] = [
  { name: 'Bootstrap', styles: REBOOT },
  { name: 'Tailwind preflight', styles: PREFLIGHT },
  { name: 'common class names', styles: COMMON_NAMES },
  { name: 'a root of 100 px', styles: 'html{font-size:100px}' },
  {
    name: 'rules on everything',
    styles: `*{line-height:3!important;letter-spacing:2px!important;text-transform:uppercase!important;
      font-family:monospace!important;direction:rtl!important} button,div,textarea{width:40px;min-height:90px;font-size:9px}`,
  },
  {
    name: 'a war of z-indices',
    styles: `nav{position:fixed;inset:0 0 auto;height:90px;background:#c00;z-index:99999}
      .wall{position:fixed;inset:0;background:#ccc;z-index:9999999} .cookies{position:fixed;inset:auto 0 0;height:200px;
      background:#222;z-index:2147480000} main{transform:translateZ(0);isolation:isolate;z-index:2147483647;position:relative}`,
    body: '<nav>导航</nav><div class="wall"></div><div class="cookies">本站使用 Cookie</div><main>正文</main>',
  },
  {
    name: 'a strict policy',
    styles: 'body{background:#fff}',
    policy: `default-src 'none'; script-src 'self'; style-src 'nonce-${NONCE}'; connect-src 'self'; img-src data:; base-uri 'none'`,
  },
  { name: 'a zoomed body', styles: 'body{zoom:1.5}' },
  {
    name: 'a moved and filtered body',
    styles: 'body{transform:scale(.9) rotate(1deg);filter:grayscale(1);overflow:hidden}',
  },
  {
    name: 'an old script library',
    styles: '',
    script: `
      Array.prototype.each = function (run) { for (var i = 0; i < this.length; i++) run(this[i]) }
      Array.prototype.last = function () { return this[this.length - 1] }
      String.prototype.strip = function () { return this.replace(/^ +| +$/g, '') }
      Function.prototype.delay = function (ms) { return setTimeout(this, ms) }
      window.$ = window.jQuery = function (selector) { return document.querySelectorAll(selector) }
      window.$.fn = { jquery: '1.4.2' }
      window.options = 'mine'; window.script = 'mine'; window.event2 = 1
      window.onload = window.onmessage = window.onresize = window.onerror = function () {}
      document.onkeydown = document.onclick = function () {}
    `,
  },
]

export const PLAIN_PAGE: HostPage = { name: 'plain', styles: '' }

/** The page's HTML. The widget's script is not in it: the test adds it once it knows the page's own state. */
export function htmlOf({ styles, body = '<main><h1>门户</h1><p>通知公告</p></main>', script = '' }: HostPage): string {
  return `<!doctype html><html lang="zh-CN" class="no-js" data-theme="x"><head><meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,"><title>门户</title>
    <style nonce="${NONCE}">${styles}</style>${script === '' ? '' : `<script>${script}</script>`}</head>
    <body class="page">${body}</body></html>`
}

/** What a host page can look up about itself, as text that can be compared. */
export interface HostState {
  readonly globals: readonly string[]
  readonly handlers: readonly string[]
  readonly prototypes: readonly string[]
  readonly sheets: readonly string[]
  readonly markup: readonly string[]
  /** Native functions that are not the ones the page began with. */
  readonly replaced: readonly string[]
}

declare global {
  interface Window {
    hostState: () => HostState
  }
}

/** Runs first in the page: gives it `hostState()`. */
export function installHostState(): void {
  const natives: [string, () => unknown][] = [
    ['fetch', () => window.fetch],
    ['WebSocket', () => window.WebSocket],
    ['setTimeout', () => window.setTimeout],
    ['requestAnimationFrame', () => window.requestAnimationFrame],
    ['JSON.stringify', () => JSON.stringify],
    ['addEventListener', () => EventTarget.prototype.addEventListener],
    ['attachShadow', () => Element.prototype.attachShadow],
    ['pushState', () => history.pushState],
  ]
  const first = natives.map(([, read]) => read())
  const handlersOf = (name: string, target: object): string[] => {
    const found: string[] = []
    for (const key in target) {
      if (!/^on[a-z]/.test(key)) continue
      const value: unknown = Reflect.get(target, key)
      if (typeof value === 'function') found.push(`${name}.${key} ${String(value)}`)
    }
    return found
  }
  const prototypes = [Object, Array, String, Function, Promise, Map, Element, HTMLElement, Node, Document, Event]
  window.hostState = () => ({
    globals: Object.getOwnPropertyNames(window).sort(),
    handlers: [
      ...handlersOf('window', window),
      ...handlersOf('document', document),
      ...handlersOf('html', document.documentElement),
      ...handlersOf('body', document.body),
    ],
    prototypes: prototypes.map(
      (type) => `${type.name}: ${Object.getOwnPropertyNames(type.prototype).sort().join(' ')}`,
    ),
    sheets: [
      ...[...document.styleSheets].map((sheet) => [...sheet.cssRules].map((rule) => rule.cssText).join('\n')),
      `adopted: ${document.adoptedStyleSheets.length}`,
    ],
    markup: [
      document.title,
      ...[...document.documentElement.attributes].map(({ name, value }) => `html ${name}=${value}`),
      document.body.outerHTML.replace(/<script[^>]*><\/script>/g, ''),
      `${window.scrollX} ${window.scrollY} ${history.length} ${location.href}`,
    ],
    replaced: natives.flatMap(([name, read], at) => (read() === first[at] ? [] : [name])),
  })
}
