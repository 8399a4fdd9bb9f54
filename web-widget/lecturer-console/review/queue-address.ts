import type { QueueFilter } from '../../../server/protocol/console-queue.ts'
import { formatAddress } from '../address.ts'
import { dayKey, startOfDay } from '../parts/format.ts'

/** What may narrow the queue, in the address's words: days instead of times. */
export interface QueueChoice {
  readonly personaId?: string
  readonly state?: string
  readonly reason?: string
  readonly outcome?: string
  readonly rating?: string
  readonly channel?: string
  readonly site?: string
  /** The first and the last day, YYYY-MM-DD. */
  readonly from?: string
  readonly to?: string
  /** In place of them: the last so many days, today among them. */
  readonly days?: string
  readonly words?: string
  readonly order?: string
}

const NAMES = [
  'personaId',
  'state',
  'reason',
  'outcome',
  'rating',
  'channel',
  'site',
  'from',
  'to',
  'days',
  'words',
  'order',
] as const satisfies readonly (keyof QueueChoice)[]

/** Reads what an address asks for; what is empty or unknown is left out. */
export function choiceOf(parameters: Readonly<Record<string, string>>): QueueChoice {
  return Object.fromEntries(
    NAMES.flatMap((name) => {
      const value = parameters[name]?.trim() ?? ''
      return value === '' ? [] : [[name, value]]
    }),
  )
}

/** The query of a choice; a day that is none narrows nothing. Sites are stored as origins, and people name them without `https://`. */
export function queryOf(choice: QueueChoice): Record<string, string | number | undefined> {
  const { from = '', to = '', days = '', ...rest } = choice
  const { site } = rest
  const dated = from !== '' || to !== ''
  return {
    ...rest,
    ...(site === undefined ? {} : { site: site.includes('://') ? site : `https://${site}` }),
    from: startOfDay(from),
    to: startOfDay(to, 1),
    days: dated || !/^[1-9]\d{0,2}$/.test(days) ? undefined : Number(days),
  }
}

/** The choice that a kept view stands for. */
export function choiceOfFilter(filter: QueueFilter): QueueChoice {
  const { from, to, days, cursor: _cursor, limit: _limit, ...rest } = filter
  return choiceOf({
    ...rest,
    ...(from === undefined ? {} : { from: dayKey(from) }),
    ...(to === undefined ? {} : { to: dayKey(to - 1) }),
    ...(days === undefined ? {} : { days: String(days) }),
    ...(days === undefined ? {} : { days: String(days) }),
  })
}

/** How many conditions narrow the list, beside whose it is and its order. */
export function conditionsIn({ personaId: _persona, order: _order, ...rest }: QueueChoice): number {
  return Object.values(rest).filter((value) => value !== undefined).length
}

export function queueHash(choice: QueueChoice): string {
  return formatAddress('/queue', { ...choice })
}

export function turnHash(answerId: string, choice: QueueChoice): string {
  return formatAddress(`/turn/${answerId}`, { ...choice })
}
