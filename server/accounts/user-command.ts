import { parseArgs } from 'node:util'
import { ROLES, type Role } from '../protocol/console-account.ts'
import { ProtocolError } from '../protocol/errors.ts'
import type { Actor } from './account-rows.ts'
import type { Accounts } from './accounts.ts'

export interface UserCommandOptions {
  /** What stands after `npm run user --`. */
  readonly args: readonly string[]
  readonly accounts: Pick<Accounts, 'directory' | 'invitations'>
  readonly write: (text: string) => void
  /** Reads one line that is not shown. */
  readonly readSecret: (question: string) => Promise<string>
}

const HELP = `Accounts of the console.

  npm run user -- add --login NAME --role operator|reviewer|lecturer [--persona ID] [--name NAME] [--password-stdin]
  npm run user -- list
  npm run user -- disable --login NAME
  npm run user -- enable --login NAME
  npm run user -- reset --login NAME [--remove-second-factor]

"add" and "reset" print a link by which the person sets a password: it works once, for seven days.
With --password-stdin "add" reads the password from the terminal or a pipe instead.
`

const BY: Actor = { id: null, name: 'command line' }
const LOGIN = /^[A-Za-z0-9._@-]{3,80}$/
const SHORTEST_PASSWORD = 10

/** Runs the command and gives the exit code of the process: 0, 1 where it is not possible, 2 where it is not understood. */
export async function runUserCommand(options: UserCommandOptions): Promise<number> {
  const { write } = options
  let parsed: ReturnType<typeof parse>
  try {
    parsed = parse(options.args)
  } catch (error) {
    write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`)
    return 2
  }
  const { values, positionals } = parsed
  const [command, ...more] = positionals
  if (values.help === true || command === undefined) {
    write(HELP)
    return values.help === true ? 0 : 2
  }
  try {
    if (more.length > 0) return notUnderstood(options, positionals.join(' '))
    if (command === 'list') return await list(options)
    const { login } = values
    if (login === undefined || !LOGIN.test(login)) {
      return notUnderstood(options, '--login must be 3 to 80 of the characters A-Z a-z 0-9 . _ @ -')
    }
    if (command === 'add') return await add(options, login, values)
    if (command === 'disable' || command === 'enable') return await enable(options, login, command === 'enable')
    if (command === 'reset') return await reset(options, login, values['remove-second-factor'] === true)
    return notUnderstood(options, command)
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    write(`${error.message}\n`)
    return 1
  }
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      login: { type: 'string' },
      role: { type: 'string' },
      persona: { type: 'string' },
      name: { type: 'string' },
      'password-stdin': { type: 'boolean' },
      'remove-second-factor': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
}

type Values = ReturnType<typeof parse>['values']

function notUnderstood({ write }: UserCommandOptions, what: string): number {
  write(`Not understood: ${what}\n\n${HELP}`)
  return 2
}

async function add(options: UserCommandOptions, login: string, values: Values): Promise<number> {
  const { accounts, write, readSecret } = options
  const role: Role | undefined = ROLES.find((known) => known === values.role)
  if (role === undefined) return notUnderstood(options, `--role must be one of ${ROLES.join(', ')}`)
  const byHand = values['password-stdin'] === true
  const password = byHand ? await readSecret(`Password for ${login}: `) : undefined
  if (password !== undefined && password.length < SHORTEST_PASSWORD) {
    write(`The password needs at least ${SHORTEST_PASSWORD} characters.\n`)
    return 1
  }
  const account = await accounts.directory.create(
    {
      login,
      role,
      name: values.name ?? login,
      ...(values.persona === undefined ? {} : { personaId: values.persona }),
      ...(password === undefined ? {} : { password }),
    },
    BY,
  )
  write(`Added: ${account.login} (${account.role}).\n`)
  if (!byHand) writeLink(options, await accounts.invitations.resetLink(account.id, BY))
  return 0
}

async function list({ accounts, write }: UserCommandOptions): Promise<number> {
  for (const { login, role, name, personaId, disabled, secondFactor } of await accounts.directory.list()) {
    const marks = [personaId, secondFactor ? 'second factor' : null, disabled ? 'disabled' : null]
    write(`${login.padEnd(24)}${role.padEnd(10)}${[name, ...marks.filter((mark) => mark !== null)].join(', ')}\n`)
  }
  return 0
}

async function enable({ accounts, write }: UserCommandOptions, login: string, enabled: boolean): Promise<number> {
  const account = await find(accounts, login)
  await accounts.directory.change(account.id, { disabled: !enabled }, BY)
  write(enabled ? `${account.login} may sign in again.\n` : `${account.login} is disabled and signed out everywhere.\n`)
  return 0
}

async function reset(options: UserCommandOptions, login: string, removeSecondFactor: boolean): Promise<number> {
  const { accounts } = options
  const account = await find(accounts, login)
  if (removeSecondFactor) await accounts.directory.change(account.id, { secondFactor: false }, BY)
  writeLink(options, await accounts.invitations.resetLink(account.id, BY))
  return 0
}

async function find(accounts: UserCommandOptions['accounts'], login: string) {
  const account = await accounts.directory.findByLogin(login)
  if (account === null) throw new ProtocolError('not-found', `Nobody has the login ${login}.`)
  return account
}

function writeLink({ write }: UserCommandOptions, path: string): void {
  write(`A password is set at this link, once, within seven days; put your server's address in front:\n\n  ${path}\n\n`)
}
