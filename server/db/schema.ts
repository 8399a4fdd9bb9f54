import type { Generated } from 'kysely'
import type { Channel } from '../transcripts/transcripts.ts'

/**
 * The tables as both databases hold them. The portable subset: text ids, times as epoch milliseconds in `bigint`,
 * lists and objects as JSON in `text`, booleans as 0 or 1.
 */
export interface Schema {
  sessions: SessionsTable
  turns: TurnsTable
  answer_sentences: AnswerSentencesTable
  feedback: FeedbackTable
  write_checks: WriteChecksTable
  accounts: AccountsTable
  account_sessions: AccountSessionsTable
  sign_in_failures: SignInFailuresTable
  invitations: InvitationsTable
  audit_rows: AuditRowsTable
  site_settings: SiteSettingsTable
  review_items: ReviewItemsTable
  review_decisions: ReviewDecisionsTable
  saved_views: SavedViewsTable
  corrections: CorrectionsTable
  correction_versions: CorrectionVersionsTable
  correction_previews: CorrectionPreviewsTable
  golden_questions: GoldenQuestionsTable
  pauses: PausesTable
  lecturer_replies: LecturerRepliesTable
  documents: DocumentsTable
  document_versions: DocumentVersionsTable
}

export interface SessionsTable {
  id: string
  persona_id: string
  token_hash: string
  site: string | null
  locale: string | null
  created_at: number
  last_seen_at: number
  forgotten_at: number | null
}

/** One question and how its answer ended. Unique: `(session_id, turn_id)`, and one running turn a session. */
export interface TurnsTable {
  answer_id: string
  session_id: string
  turn_id: string
  persona_id: string
  channel: Channel
  site: string | null
  question: string
  asked_at: number
  epoch: string
  producer: string
  lease_until: number
  /** UTF-16 units of the answer that the stored sentences hold: no end may be shorter. */
  shown_length: number
  /** Null while the answer is being made, as are all columns of the end. */
  ended_at: number | null
  outcome: string | null
  text: string | null
  sha256: string | null
  citations: string | null
  suggestions: string | null
  delivered_at: number | null
  /** UTF-16 units of the answer that were heard aloud; null where nothing was. */
  heard_length: number | null
  /** Null where the end says nothing of the making, as are all columns of the making. */
  model: string | null
  search_text: string | null
  retrieved: string | null
  withheld: string | null
  answerability: number | null
  prompt_id: string | null
  prompt_hash: string | null
  fallback_reason: string | null
  usage: string | null
  timings: string | null
  /** The correction whose words the answer is. */
  correction_id: string | null
  /** How the question was compared with the corrections, as JSON; no words of the visitor. */
  correction_match: string | null
}

export interface AnswerSentencesTable {
  answer_id: string
  epoch: string
  seq: number
  text_offset: number
  text: string
  citations: string
  sources: string
  support: number | null
}

export interface FeedbackTable {
  answer_id: string
  rating: 'up' | 'down'
  reason: string | null
  comment: string | null
  given_at: number
}

/** Empty but within a transaction that tries whether a write is taken. */
export interface WriteChecksTable {
  id: string
  payload: string
}

export interface AccountsTable {
  id: string
  login: string
  name: string
  role: string
  persona_id: string | null
  /** Null until the person has set one. */
  password_hash: string | null
  totp_secret: string | null
  totp_confirmed_at: number | null
  totp_last_step: number | null
  recovery_hashes: string | null
  disabled_at: number | null
  created_at: number
  last_seen_at: number | null
}

export interface AccountSessionsTable {
  token_hash: string
  account_id: string
  created_at: number
  last_seen_at: number
  expires_at: number
}

/** Failed sign-ins since the last one that succeeded, by login, whether or not there is such an account. */
export interface SignInFailuresTable {
  login_hash: string
  failures: number
  locked_until: number
  last_at: number
}

export interface InvitationsTable {
  id: string
  token_hash: string
  role: string
  name: string
  persona_id: string | null
  /** The account whose password the link sets; null where the link makes a new account. */
  account_id: string | null
  created_by: string
  created_at: number
  expires_at: number
  used_at: number | null
}

export interface AuditRowsTable {
  id: string
  at: number
  account_id: string | null
  account_name: string
  action: string
  persona_id: string | null
  subject_id: string | null
  detail: string
}

export interface SiteSettingsTable {
  name: string
  value: string
}

/** One row for each turn that has ended. */
export interface ReviewItemsTable {
  answer_id: string
  persona_id: string
  site: string | null
  channel: string
  asked_at: number
  outcome: string | null
  rating: string | null
  /** Of the question as understood, see `questionKey`; the answer's id once the visitor's words are deleted. */
  question_key: string
  /** Hex SHA-256 of the answer; empty once the words are deleted. */
  answer_key: string
  /** Bits of `QUEUE_REASONS`. */
  reasons: number
  value: number
  /** One of `REVIEW_STATES`, or `clear`: nobody has decided and nothing asks for it. */
  state: string
  revision: Generated<number>
  /** The last verdict that was not undone, as are the columns beside it; null in `waiting` and `clear`. */
  verdict: string | null
  /** Name of the account. */
  decided_by: string | null
  decided_role: string | null
  decided_at: number | null
  /** Id and name of the account that works on it. */
  leased_by: string | null
  leased_name: string | null
  leased_until: number | null
  /** Question and answer as they are searched in. */
  words: string
  /** The visitor's; the figures are read from this table alone. */
  session_id: string | null
  /** The document that the answer cites first; null where none is cited, and once the words are deleted. */
  document_id: string | null
}

export interface ReviewDecisionsTable {
  id: string
  /** The decision made by hand, of which this one is or which it followed as an equal turn. */
  batch_id: string
  /** Of the turn's row, as the decision left it. */
  revision: number
  answer_id: string
  persona_id: string
  account_id: string
  account_name: string
  account_role: string
  verdict: string
  reason: string | null
  note: string | null
  at: number
  undone_at: number | null
}

export interface SavedViewsTable {
  id: string
  account_id: string
  name: string
  filter: string
  created_at: number
}

export interface CorrectionsTable {
  id: string
  persona_id: string
  state: string
  revision: Generated<number>
  version: number
  question: string
  phrasings: string
  not_these: string
  answer: string
  source: string
  valid_until: string | null
  source_document_id: string | null
  source_document_hash: string | null
  source_changed: Generated<number>
  from_answer_id: string | null
  reply_to: string | null
  author_id: string
  author_name: string
  author_role: string
  approved_by: string | null
  approved_by_name: string | null
  created_at: number
  changed_at: number
  live_at: number | null
  /** The version that answers now, and its content; null where none does. The row's own content may be a newer draft. */
  live_version: number | null
  live_content: string | null
  hits: Generated<number>
}

export interface CorrectionVersionsTable {
  correction_id: string
  version: number
  state: string
  content: string
  account_id: string
  account_name: string
  at: number
  reason: string | null
}

export interface CorrectionPreviewsTable {
  id: string
  correction_id: string
  content_hash: string
  account_id: string
  at: number
  replayed: number
  changed: number
  warnings: number
}

export interface GoldenQuestionsTable {
  id: string
  persona_id: string
  question: string
  answer: string
  document_ids: string
  from_answer_id: string | null
  kept_by: string
  kept_by_name: string
  kept_at: number
}

export interface PausesTable {
  id: string
  persona_id: string | null
  kind: string
  target_id: string
  question_key: string | null
  account_id: string
  account_name: string
  at: number
  reason: string | null
  ended_at: number | null
  ended_by: string | null
}

export interface LecturerRepliesTable {
  id: string
  session_id: string
  persona_id: string
  answer_id: string
  turn_id: string
  /** A notice's kind: `lecturer-reply` or `answer-corrected`. */
  kind: string
  correction_id: string
  question: string
  answer: string
  at: number
  delivered_at: number | null
}

/** A document that came through the console. */
export interface DocumentsTable {
  /** `console/<uuid>` */
  id: string
  persona_id: string | null
  collection: string
  /** One of `DOCUMENT_STATES`. */
  state: string
  /** The version that is published, or was the last to be; null where none ever was. */
  version: number | null
  /** A newer version that waits to be published. */
  draft_version: number | null
  revision: Generated<number>
  created_at: number
  changed_at: number
  changed_by: string
  changed_by_name: string
}

export interface DocumentVersionsTable {
  document_id: string
  version: number
  state: string
  meta: string
  text: string
  /** Hex SHA-256 of meta and text. */
  hash: string
  characters: number
  passages: number
  file_name: string | null
  account_id: string
  account_name: string
  at: number
  published_by: string | null
  published_at: number | null
  note: string | null
}
