import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import type { Citation } from '../../server/protocol/citation.ts'
import type { PersonaCard } from '../../server/protocol/persona-card.ts'
import { type ProtocolServer, type ProtocolServerOptions, startProtocolServer } from './protocol-server.ts'
import type { ScriptedAnswer } from './scripted-turn.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
}
/** The policy under which the pages and an embedding page must work. */
export const STRICT_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'"

export const WELDER: PersonaCard = {
  id: 'lin-yue',
  name: '林悦',
  title: '高铁转向架焊工（虚构人物）',
  speaker: 'fictional',
  greeting: '你好呀，我是林悦的 AI 分身。我讲的都是“林悦”攒下来的故事：学徒、返工、比武、焊高铁。你想先听哪一段？',
  suggestions: ['你的师傅是谁？', '焊条为什么要先烘干？', '你最丢脸的一次返修是怎么回事？', '你得过哪些奖？'],
  languages: ['zh-CN'],
  avatar: 'welder',
}
export const ADVISER: PersonaCard = {
  id: 'policy-adviser',
  name: '工匠政策顾问',
  title: '广州工匠培育与无锡指导站政策解读',
  speaker: 'institution',
  greeting: '您好，我可以依据政策原文回答工匠培育方面的问题，每句话都会标出条款。',
  suggestions: ['四级工匠是哪四级？', '无锡指导站有哪五个区？'],
  languages: ['zh-CN'],
  avatar: 'adviser',
}
export const COURIER: PersonaCard = {
  id: 'chen-xiaoyu',
  name: '陈小雨',
  title: '外卖骑手、新就业形态劳动者（虚构人物）',
  speaker: 'fictional',
  greeting: '嗨，我是陈小雨的 AI 分身。八年，十一万单，风里雨里的故事，问我就对了。',
  suggestions: ['你一天最多送过多少单？', '下雨天怎么保证安全？'],
  languages: ['zh-CN'],
  avatar: 'courier',
}

/** A citation of a story, whose quote is `quote`. */
export function storyCitation(index: number, title: string, quote: string): Citation {
  return {
    index,
    documentId: `story-${title}`,
    title,
    kind: 'story',
    quote,
    start: 0,
    end: quote.length,
    quoteSha256: createHash('sha256').update(quote).digest('hex'),
  }
}

/** An answer of three sentences with two sources, one of them a policy. */
export function mentorAnswer(): ScriptedAnswer {
  return {
    sentences: [
      { text: '我的师傅叫**周国梁**，川南人，焊了三十六年的压力容器。', citations: [0] },
      { text: '他教我的第一件事不是引弧，是蹲着看他焊，整整看了一个星期。', citations: [0] },
      { text: '\n\n他常说三句话：\n- 手稳不如心稳\n- 焊缝不会说谎\n- 返工不丢人，糊弄才丢人', citations: [1] },
      { text: '\n\n现在带徒弟，公司也按《技能人才师带徒办法》签协议，师徒一对一。', citations: [2] },
    ],
    citations: [
      storyCitation(
        0,
        '第一道焊缝',
        '周师傅名叫周国梁，川南人，焊了三十六年的压力容器。他不让我碰焊钳，先蹲着看他焊，看了整整一个星期。',
      ),
      storyCitation(1, '师傅的三句话', '手稳不如心稳。焊缝不会说谎。返工不丢人，糊弄才丢人。'),
      {
        ...storyCitation(2, '技能人才师带徒办法', '第五条　师带徒实行一对一结对，签订师徒协议，期限一般不少于一年。'),
        kind: 'policy',
        issuedBy: '某市总工会',
        documentNumber: '工发〔2025〕12 号',
        effectiveFrom: '2025-03-01',
      },
    ],
    suggestions: ['第一次独立上岗是什么时候？', '师傅骂过你吗？', '怎么练手稳？'],
    pauseMs: 60,
  }
}

/** What the scripted lecturer answers; a question of which she never spoke is declined. */
export function scriptedAnswer(question: string): ScriptedAnswer {
  if (/奖|登月|天气/.test(question)) {
    return {
      sentences: [{ text: '这件事我没有讲过，不敢乱说。', citations: [] }],
      outcome: 'declined',
      suggestions: ['你的师傅是谁？', '焊条为什么要先烘干？'],
      pauseMs: 30,
    }
  }
  return mentorAnswer()
}

let built: Promise<string> | null = null

/** Builds the widget once a test process, into a folder of its own; gives that folder. */
export function builtWidget(): Promise<string> {
  built ??= (async () => {
    const cache = join(ROOT, 'node_modules', '.cache')
    for (const name of existsSync(cache) ? readdirSync(cache) : []) {
      // Left by runs that are over.
      const old = join(cache, name)
      if (/^widget-\d/.test(name) && Date.now() - statSync(old).mtimeMs > 3_600_000)
        rmSync(old, { recursive: true, force: true })
    }
    // One folder a run and worker: a later file in the same worker builds over it, another run does not.
    const outDir = join(cache, `widget-${process.ppid}-${process.env.VITEST_POOL_ID ?? process.pid}`)
    await build({ configFile: join(ROOT, 'vite.config.ts'), logLevel: 'error', build: { outDir } })
    return outDir
  })()
  return built
}

export interface WidgetSite extends ProtocolServer {
  /** Adds a page of the site. */
  page(path: string, html: string, headers?: Record<string, string>): string
}

/** The built widget and its pages on a scripted protocol server. */
export async function startWidgetSite(options: Partial<ProtocolServerOptions> = {}): Promise<WidgetSite> {
  const root = await builtWidget()
  const pages = new Map<string, { body: string; headers: Record<string, string> }>()
  const server = await startProtocolServer({
    personas: [WELDER, COURIER, ADVISER],
    answer: scriptedAnswer,
    ...options,
    files: (path) => {
      const page = pages.get(path)
      if (page !== undefined) return { type: 'text/html; charset=utf-8', ...page }
      const name =
        path === '/' ? '/index.html' : /^\/p\//.test(path) ? '/chat.html' : /^\/e\//.test(path) ? '/embed.html' : path
      const file = join(root, name)
      if (name.includes('..') || !existsSync(file)) return null
      return {
        type: TYPES[extname(name)] ?? 'application/octet-stream',
        body: readFileSync(file),
        headers: { 'content-security-policy': STRICT_POLICY },
      }
    },
  })
  return {
    ...server,
    page(path, html, headers = {}) {
      pages.set(path, { body: html, headers })
      return server.address + path.slice(1)
    },
  }
}
