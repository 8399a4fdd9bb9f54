import type { Rung, SpeechPart } from './speech-player.ts'

/**
 * `new`: not asked for. `loading`: its sound is fetched. `ready`: may be handed to a player. `handed`: a player has it.
 */
export type Stage = 'new' | 'loading' | 'ready' | 'handed'

export interface SpeechItem {
  readonly id: number
  readonly part: SpeechPart
  readonly rung: Rung
  readonly stage: Stage
}

/**
 * What is to be spoken, as a pure state. `turn` rises with every barge-in and is never reset: whatever bears an
 * older one (a sound that came late, the end of a sound that was cut) changes nothing.
 */
export interface SpeechState {
  readonly turn: number
  /** In order; what is over is gone. */
  readonly items: readonly SpeechItem[]
  /** Voices that are not tried again until a tap. */
  readonly lost: readonly Rung[]
  readonly nextId: number
}

export type SpeechEvent =
  | { readonly type: 'said'; readonly part: SpeechPart }
  | { readonly type: 'loaded'; readonly turn: number; readonly id: number }
  | { readonly type: 'failed'; readonly turn: number; readonly id: number; readonly lasting: boolean }
  | { readonly type: 'over'; readonly turn: number; readonly id: number }
  | { readonly type: 'barged-in' }
  /** A voice may be there again, such as after a tap. */
  | { readonly type: 'unlocked' }

export type SpeechEffect =
  | { readonly type: 'load' | 'play'; readonly turn: number; readonly item: SpeechItem }
  | { readonly type: 'silence' }
  /** Everything that was to be spoken has been. */
  | { readonly type: 'done'; readonly turn: number }

export interface SpeechStep {
  readonly state: SpeechState
  readonly effects: readonly SpeechEffect[]
}

/** Clauses whose sound is fetched before the one being heard is over. */
const AHEAD = 2
const LADDER: readonly Rung[] = ['server', 'browser', 'captions']

export function quiet(): SpeechState {
  return { turn: 1, items: [], lost: [], nextId: 1 }
}

/** One step; what must be done goes out as effects. */
export function speechStep(state: SpeechState, event: SpeechEvent): SpeechStep {
  switch (event.type) {
    case 'said': {
      const rung = usable(event.part.audio ? 'server' : 'browser', state.lost)
      const item: SpeechItem = { id: state.nextId, part: event.part, rung, stage: 'new' }
      return settle({ ...state, items: [...state.items, item], nextId: state.nextId + 1 }, [])
    }
    case 'barged-in':
      return {
        state: { ...state, turn: state.turn + 1, items: [] },
        effects: state.items.length === 0 ? [] : [{ type: 'silence' }],
      }
    case 'unlocked':
      return { state: { ...state, lost: [] }, effects: [] }
    default:
      return event.turn === state.turn && state.items.some(({ id }) => id === event.id)
        ? ofItem(state, event)
        : { state, effects: [] }
  }
}

function ofItem(state: SpeechState, event: Extract<SpeechEvent, { readonly id: number }>): SpeechStep {
  switch (event.type) {
    case 'loaded':
      return settle(
        withItem(state, event.id, (item) => (item.stage === 'loading' ? { ...item, stage: 'ready' } : item)),
        [],
      )
    case 'failed': {
      const rung = state.items.find(({ id }) => id === event.id)?.rung ?? 'captions'
      const lost = event.lasting && !state.lost.includes(rung) ? [...state.lost, rung] : state.lost
      const items = state.items.map((item): SpeechItem => {
        if (item.id === event.id) return { ...item, rung: usable(under(rung), lost), stage: 'new' }
        const sinks = lost.includes(item.rung) && item.stage !== 'handed'
        return sinks ? { ...item, rung: usable(item.rung, lost), stage: 'new' } : item
      })
      return settle({ ...state, lost, items }, [])
    }
    case 'over': {
      const items = state.items.filter(({ id }) => id !== event.id)
      return settle({ ...state, items }, items.length === 0 ? [{ type: 'done', turn: state.turn }] : [])
    }
  }
}

/** Asks for what should be on its way, and hands on what is next. A player gets a clause only while it alone sounds. */
function settle(state: SpeechState, effects: readonly SpeechEffect[]): SpeechStep {
  const { turn } = state
  const out = [...effects]
  const items = state.items.map((item, index): SpeechItem => {
    if (item.stage !== 'new' || index > AHEAD) return item
    const loading: SpeechItem = { ...item, stage: 'loading' }
    out.push({ type: 'load', turn, item: loading })
    return loading
  })
  for (const [index, item] of items.entries()) {
    if (item.stage === 'handed') continue
    const before = items[index - 1]
    if (item.stage !== 'ready' || (before !== undefined && before.rung !== item.rung)) break
    const handed: SpeechItem = { ...item, stage: 'handed' }
    items[index] = handed
    out.push({ type: 'play', turn, item: handed })
  }
  return { state: { ...state, items }, effects: out }
}

function withItem(state: SpeechState, id: number, change: (item: SpeechItem) => SpeechItem): SpeechState {
  return { ...state, items: state.items.map((item) => (item.id === id ? change(item) : item)) }
}

/** The first rung from `rung` downwards that is not lost; captions always are there. */
function usable(rung: Rung, lost: readonly Rung[]): Rung {
  return LADDER.slice(LADDER.indexOf(rung)).find((each) => !lost.includes(each)) ?? 'captions'
}

function under(rung: Rung): Rung {
  return rung === 'server' ? 'browser' : 'captions'
}
