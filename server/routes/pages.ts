import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Personas } from '../personas/personas.ts'
import { ProtocolError } from '../protocol/errors.ts'

export interface PagesOptions {
  /** The folder that `vite build` writes. */
  readonly webDir: string
  readonly personas: Personas
}

/** The widget and its pages. What has a hash in its name never changes; the loader and the pages are asked for again. */
export async function pageRoutes(app: FastifyInstance, { webDir, personas }: PagesOptions): Promise<void> {
  if (!existsSync(join(webDir, 'widget.js'))) {
    throw new Error(`The widget is not built: ${join(webDir, 'widget.js')} is missing. Run "npm run build" first.`)
  }
  await app.register(fastifyStatic, {
    root: webDir,
    serve: true,
    index: false,
    decorateReply: false,
    setHeaders(response, path) {
      const hashed = path.startsWith(join(webDir, 'assets'))
      response.header(
        'cache-control',
        hashed ? 'public, max-age=31536000, immutable' : path.endsWith('.html') ? 'no-cache' : 'public, max-age=300',
      )
      if (['console.html', 'avatar-lab.html'].some((name) => path === join(webDir, name))) forbidFraming(response)
      if (path.endsWith('.html')) return
      // Portals load these from their own origin: module scripts need CORS, and there is nothing private in them.
      response.header('access-control-allow-origin', '*')
      response.header('cross-origin-resource-policy', 'cross-origin')
    },
  })
  const page = (name: string) => {
    const html = readFileSync(join(webDir, name), 'utf8')
    return html
  }
  const pages = {
    index: page('index.html'),
    chat: page('chat.html'),
    embed: page('embed.html'),
    console: page('console.html'),
    lab: page('avatar-lab.html'),
  }
  const send = (name: keyof typeof pages) => pages[name]
  app.get('/demo', { schema: { hide: true } }, (_request, reply) => reply.redirect('/demo/index.html'))
  app.get('/', { schema: { hide: true } }, (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(send('index')),
  )
  for (const [path, name] of [
    ['/console', 'console'],
    ['/avatar-lab', 'lab'],
  ] as const) {
    app.get(path, { schema: { hide: true } }, (_request, reply) => {
      forbidFraming(reply)
      return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(send(name))
    })
  }
  for (const [path, name] of [
    ['/p/:personaId', 'chat'],
    ['/e/:personaId', 'embed'],
  ] as const) {
    app.get<{ Params: { personaId: string } }>(path, { schema: { hide: true } }, (request, reply) => {
      if (!personas.get(request.params.personaId)) throw new ProtocolError('persona-unknown')
      return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(send(name))
    })
  }
}

/** The console is in no other page's frame: there a press could be stolen from somebody who is signed in. */
function forbidFraming(reply: Pick<FastifyReply, 'getHeader' | 'header'>): void {
  const policy = String(reply.getHeader('content-security-policy') ?? '')
  const others = policy.split(';').filter((part) => part !== '' && !part.trim().startsWith('frame-ancestors'))
  reply.header('content-security-policy', [...others, "frame-ancestors 'none'"].join(';'))
}
