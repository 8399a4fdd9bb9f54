import type { Permission } from './permissions.ts'
import type { MakeView } from './view.ts'

export interface Page {
  /** The first part of the address. */
  readonly path: string
  readonly name:
    | 'queue'
    | 'unanswered'
    | 'corrections'
    | 'knowledge'
    | 'insight'
    | 'account'
    | 'people'
    | 'audit'
    | 'settings'
  /** In the bar at the bottom of a phone, or behind 更多. */
  readonly place: 'bar' | 'more'
  readonly needs: Permission
  readonly load: () => Promise<MakeView>
}

/** Every page that can be reached from the frame; pages below them (`/turn/…`) are theirs. Each is a chunk of its own. */
export const PAGES: readonly Page[] = [
  {
    path: '/queue',
    name: 'queue',
    place: 'bar',
    needs: 'review',
    load: () => import('./review/queue-view.ts').then((module) => module.makeQueueView),
  },
  {
    path: '/unanswered',
    name: 'unanswered',
    place: 'bar',
    needs: 'review',
    load: () => import('./review/unanswered-view.ts').then((module) => module.makeUnansweredView),
  },
  {
    path: '/corrections',
    name: 'corrections',
    place: 'bar',
    needs: 'review',
    load: () => import('./corrections/corrections-view.ts').then((module) => module.makeCorrectionsView),
  },
  {
    path: '/knowledge',
    name: 'knowledge',
    place: 'bar',
    needs: 'edit-knowledge',
    load: () => import('./knowledge/knowledge-view.ts').then((module) => module.makeKnowledgeView),
  },
  {
    path: '/insight',
    name: 'insight',
    place: 'more',
    needs: 'read-insight',
    load: () => import('./insight/insight-view.ts').then((module) => module.makeInsightView),
  },
  {
    path: '/account',
    name: 'account',
    place: 'more',
    needs: 'review',
    load: () => import('./people/account-view.ts').then((module) => module.makeAccountView),
  },
  {
    path: '/people',
    name: 'people',
    place: 'more',
    needs: 'manage-site',
    load: () => import('./people/people-view.ts').then((module) => module.makePeopleView),
  },
  {
    path: '/audit',
    name: 'audit',
    place: 'more',
    needs: 'read-audit',
    load: () => import('./people/audit-view.ts').then((module) => module.makeAuditView),
  },
  {
    path: '/settings',
    name: 'settings',
    place: 'more',
    needs: 'manage-site',
    load: () => import('./people/settings-view.ts').then((module) => module.makeSettingsView),
  },
]

/** Pages that are reached from others only. */
export const INNER_PAGES: readonly {
  readonly path: RegExp
  readonly under: Page['name']
  readonly load: () => Promise<MakeView>
}[] = [
  {
    path: /^\/turn\/[\w-]+$/,
    under: 'queue',
    load: () => import('./review/turn-view.ts').then((module) => module.makeTurnView),
  },
  {
    path: /^\/correction(\/[\w-]+)?$/,
    under: 'corrections',
    load: () => import('./corrections/correction-view.ts').then((module) => module.makeCorrectionView),
  },
  {
    path: /^\/document$/,
    under: 'knowledge',
    load: () => import('./knowledge/document-view.ts').then((module) => module.makeDocumentView),
  },
]
