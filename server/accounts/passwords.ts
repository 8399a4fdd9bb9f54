import { hash, verify } from '@node-rs/argon2'
import { ProtocolError } from '../protocol/errors.ts'

// Argon2id with 19 MiB, 2 passes, 1 lane: the first choice of the OWASP Password Storage Cheat Sheet.
const ARGON2ID = 2
const PARAMETERS = { algorithm: ARGON2ID, memoryCost: 19_456, timeCost: 2, parallelism: 1 }
const LEAST_DISTINCT = 5

export interface Passwords {
  /** The encoded Argon2id hash, with its salt and parameters. Throws `bad-request` for a password that is easily guessed. */
  hash(password: string, login: string): Promise<string>
  /** Whether it is the password. Takes the same time where there is no hash to compare with. */
  verify(hashed: string | null, password: string): Promise<boolean>
}

export function createPasswords(): Passwords {
  const dummy = hash('no password at all', PARAMETERS)
  dummy.catch(() => undefined)
  return {
    async hash(password, login) {
      const text = normal(password)
      if (new Set(text).size < LEAST_DISTINCT || text.toLowerCase().includes(login)) {
        throw new ProtocolError('bad-request', 'This password is too easy to guess.')
      }
      return await hash(text, PARAMETERS)
    },
    async verify(hashed, password) {
      const right = await verify(hashed ?? (await dummy), normal(password))
      return right && hashed !== null
    },
  }
}

/** The same password from every keyboard (NIST SP 800-63B). */
function normal(password: string): string {
  return password.normalize('NFKC')
}
