import type { Correction } from '../../../server/protocol/console-correction.ts'
import { h, setText } from '../../parts/dom.ts'
import { ApiError } from '../api.ts'
import type { ConsoleContext } from '../view.ts'
import {
  type DraftOrigin,
  type DraftWords,
  draftBody,
  dropDraft,
  isComplete,
  keepDraft,
  plain,
  sameWords,
  wordsOf,
} from './draft.ts'
import { correctionTexts } from './texts.ts'

/** After the last key this long, the words are kept here, and on the server. */
const HERE_MS = 400
const SERVER_MS = 6_000

export interface SaverOptions {
  readonly context: ConsoleContext
  readonly origin: DraftOrigin
  /** What the browser keeps the words under. */
  readonly key: string
  readonly start: Correction | null
  /** The words as the server has them, or as the form began. */
  readonly saved: DraftWords
  readonly read: () => DraftWords & { readonly reason: string }
  /** Called when a new correction got its id. */
  readonly onMade: (correction: Correction) => void
  /** Somebody else has saved meanwhile: asks whose words count. */
  readonly askWhose: (theirs: Correction) => Promise<'mine' | 'theirs' | 'neither'>
}

export interface Saver {
  /** The line that says where the words are kept. */
  readonly element: HTMLElement
  changed(): void
  /** Saves on the server now. Rejects where it cannot; resolves to null where somebody else's words were taken. */
  save(): Promise<Correction | null>
  correction(): Correction | null
  setCorrection(correction: Correction): void
  /** Whether something is on this device only. */
  pending(): boolean
  stop(): void
}

/** Keeps what is written: at once in this browser, after a pause on the server, never over somebody else's words. */
export function createSaver(options: SaverOptions): Saver {
  const { context, origin, read, onMade, askWhose } = options
  let { key } = options
  const { api, language } = context
  const texts = correctionTexts(language)
  const element = h('span', { class: 'kept', role: 'status' })
  let correction = options.start
  let saved = options.saved
  let here: ReturnType<typeof setTimeout> | undefined
  let later: ReturnType<typeof setTimeout> | undefined
  let running: Promise<Correction | null> | null = null

  const pending = () => !sameWords(read(), saved)

  /** A correction that answers now, or that somebody is to look at, is only changed on purpose. */
  const savesByItself = () => correction === null || correction.state === 'draft'

  function changed(): void {
    clearTimeout(here)
    clearTimeout(later)
    here = setTimeout(() => {
      if (!pending()) return
      const { reason: _reason, ...words } = read()
      keepDraft(key, { ...origin, words, keptAt: Date.now() })
      setText(element, texts.keptHere)
    }, HERE_MS)
    later = setTimeout(() => {
      if (!pending() || !isComplete(read()) || !savesByItself()) return
      save().catch(() => setText(element, texts.notSaved))
    }, SERVER_MS)
  }

  async function save(): Promise<Correction | null> {
    clearTimeout(later)
    // One at a time: a second save would bear the revision of before the first.
    if (running !== null) await running.catch(() => undefined)
    running = store().finally(() => {
      running = null
    })
    return running
  }

  async function store(): Promise<Correction | null> {
    const { reason, ...words } = read()
    if (correction !== null && sameWords(words, saved)) return correction
    setText(element, texts.saving)
    try {
      if (correction === null) {
        correction = await api.post<Correction>('/corrections', draftBody(words, origin, reason))
        done(words)
        // From here on the page is that of the correction, and looks for its words under this name.
        dropDraft(key)
        key = `${context.me.account.id}:${correction.id}`
        if (pending()) changed()
        onMade(correction)
      } else {
        correction = await api.put<Correction>(`/corrections/${correction.id}`, {
          ...plain(words),
          revision: correction.revision,
          ...(reason === '' ? {} : { reason }),
        })
        done(words)
      }
      return correction
    } catch (error) {
      if (error instanceof ApiError && error.code === 'changed-meanwhile' && correction !== null)
        return await settle(correction.id)
      setText(element, texts.notSaved)
      throw error
    }
  }

  async function settle(id: string): Promise<Correction | null> {
    const { correction: theirs } = await api.get<{ correction: Correction }>(`/corrections/${id}`)
    const whose = await askWhose(theirs)
    if (whose === 'neither') throw new ApiError('changed-meanwhile', 409, texts.changedTitle)
    correction = theirs
    saved = wordsOf(theirs)
    if (whose === 'mine') return await store()
    dropDraft(key)
    return null
  }

  function done(words: DraftWords): void {
    saved = words
    if (!pending()) dropDraft(key)
    const time = new Intl.DateTimeFormat(language === 'en' ? 'en' : 'zh-CN', { timeStyle: 'short' }).format(Date.now())
    setText(element, texts.savedAt(time))
  }

  return {
    element,
    changed,
    save,
    correction: () => correction,
    setCorrection(next) {
      correction = next
    },
    pending,
    stop() {
      clearTimeout(here)
      clearTimeout(later)
      if (!pending()) return
      const { reason: _reason, ...words } = read()
      keepDraft(key, { ...origin, words, keptAt: Date.now() })
    },
  }
}
