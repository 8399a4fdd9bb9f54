import { type Static, Type } from 'typebox'

/**
 * What an account may do. `operator`: everything. `reviewer`: the review of every persona of the site. `lecturer`:
 * one persona, their own.
 */
export const ROLES = ['operator', 'reviewer', 'lecturer'] as const
export const Role = Type.Enum([...ROLES])
export type Role = (typeof ROLES)[number]

export const Account = Type.Object({
  id: Type.String(),
  login: Type.String(),
  name: Type.String(),
  role: Role,
  personaId: Type.Union([Type.String(), Type.Null()], { description: 'The one persona of a lecturer; null otherwise' }),
  secondFactor: Type.Boolean(),
  disabled: Type.Boolean(),
  createdAt: Type.Integer(),
  lastSeenAt: Type.Union([Type.Integer(), Type.Null()]),
})
export type Account = Static<typeof Account>

export const Login = Type.Object(
  {
    login: Type.String({ minLength: 1, maxLength: 80 }),
    password: Type.String({ minLength: 1, maxLength: 200 }),
    code: Type.Optional(
      Type.String({ maxLength: 20, description: 'The second factor: six digits, or a recovery code' }),
    ),
  },
  { additionalProperties: false },
)
export type Login = Static<typeof Login>

/** Choices of the whole site. */
export const SiteSettings = Type.Object(
  {
    lecturerApproves: Type.Boolean({ description: "A reviewer's correction waits for the lecturer" }),
    secondPersonPublishes: Type.Boolean({ description: 'A document is published by another person than its author' }),
    requireSecondFactor: Type.Boolean({ description: 'Reviewers and operators must set up a second factor' }),
  },
  { additionalProperties: false },
)
export type SiteSettings = Static<typeof SiteSettings>

/** Who is signed in, and what the console needs to know first. */
export const Me = Type.Object({
  account: Account,
  csrfToken: Type.String({
    description: 'Sent back as the header x-csrf-token with every request that changes something',
  }),
  settings: SiteSettings,
  personas: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      title: Type.Optional(Type.String()),
      paused: Type.Boolean(),
    }),
    { description: 'Those that the account may see' },
  ),
  transcription: Type.Boolean({ description: 'Whether answers may be dictated' }),
})
export type Me = Static<typeof Me>

export const NewInvitation = Type.Object(
  {
    role: Role,
    name: Type.String({ minLength: 1, maxLength: 60 }),
    personaId: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  },
  { additionalProperties: false },
)
export type NewInvitation = Static<typeof NewInvitation>

export const Invitation = Type.Object({
  id: Type.String(),
  role: Role,
  name: Type.String(),
  personaId: Type.Union([Type.String(), Type.Null()]),
  createdBy: Type.String(),
  createdAt: Type.Integer(),
  expiresAt: Type.Integer(),
  usedAt: Type.Union([Type.Integer(), Type.Null()]),
})
export type Invitation = Static<typeof Invitation>

/** The link is shown once; only its hash is kept. */
export const MadeInvitation = Type.Object({ invitation: Invitation, path: Type.String() })
export type MadeInvitation = Static<typeof MadeInvitation>

/** What the holder of a link may know of it before accepting. */
export const OpenInvitation = Type.Object({
  role: Role,
  name: Type.String(),
  personaName: Type.Union([Type.String(), Type.Null()]),
  login: Type.Optional(
    Type.String({ description: 'There where the link gives an existing account a new password: it cannot be chosen' }),
  ),
  secondFactor: Type.Boolean({ description: 'Whether `code` is needed to accept' }),
})
export type OpenInvitation = Static<typeof OpenInvitation>

const NewPassword = Type.String({ minLength: 10, maxLength: 200 })
const Code = Type.String({ minLength: 1, maxLength: 20 })

export const AcceptInvitation = Type.Object(
  {
    login: Type.String({ minLength: 3, maxLength: 80, pattern: '^[A-Za-z0-9._@-]+$' }),
    password: NewPassword,
    code: Type.Optional(Code),
  },
  { additionalProperties: false },
)
export type AcceptInvitation = Static<typeof AcceptInvitation>

export const PasswordChange = Type.Object(
  { current: Type.String({ minLength: 1, maxLength: 200 }), next: NewPassword },
  { additionalProperties: false },
)
export type PasswordChange = Static<typeof PasswordChange>

/** To be shown once, as a QR code of `uri` and as text. */
export const TotpStarted = Type.Object({ secret: Type.String({ description: 'Base32' }), uri: Type.String() })
export type TotpStarted = Static<typeof TotpStarted>

export const TotpConfirm = Type.Object({ code: Code }, { additionalProperties: false })
export type TotpConfirm = Static<typeof TotpConfirm>

/** Shown once; only hashes are kept. Each may be used once in place of a code. */
export const TotpConfirmed = Type.Object({ recoveryCodes: Type.Array(Type.String()) })
export type TotpConfirmed = Static<typeof TotpConfirmed>

export const TotpRemove = Type.Object(
  { password: Type.String({ minLength: 1, maxLength: 200 }) },
  { additionalProperties: false },
)
export type TotpRemove = Static<typeof TotpRemove>

/** What an operator changes of another account. A lecturer has a persona, others have none. */
export const AccountChange = Type.Object(
  {
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
    role: Type.Optional(Role),
    personaId: Type.Optional(Type.Union([Type.String({ minLength: 1, maxLength: 64 }), Type.Null()])),
    disabled: Type.Optional(Type.Boolean()),
    secondFactor: Type.Optional(
      Type.Literal(false, { description: 'Removes a second factor whose device and recovery codes are lost' }),
    ),
  },
  { additionalProperties: false },
)
export type AccountChange = Static<typeof AccountChange>

export const ResetLink = Type.Object({ path: Type.String() })
export type ResetLink = Static<typeof ResetLink>

export const AuditRow = Type.Object({
  id: Type.String(),
  at: Type.Integer(),
  accountId: Type.Union([Type.String(), Type.Null()]),
  accountName: Type.String(),
  action: Type.String({ description: 'Noun-action, such as correction-approved' }),
  personaId: Type.Union([Type.String(), Type.Null()]),
  subjectId: Type.Union([Type.String(), Type.Null()]),
  detail: Type.Record(Type.String(), Type.Unknown(), { description: "Never a visitor's words" }),
})
export type AuditRow = Static<typeof AuditRow>

export const AuditFilter = Type.Object(
  {
    personaId: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    before: Type.Optional(Type.String({ maxLength: 80, description: '`next` of the page before' })),
    limit: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,2}$', description: 'Rows a page, 200 at most' })),
  },
  { additionalProperties: false },
)
export type AuditFilter = Static<typeof AuditFilter>

export const AuditPage = Type.Object({
  rows: Type.Array(AuditRow),
  next: Type.Union([Type.String(), Type.Null()]),
})
export type AuditPage = Static<typeof AuditPage>
