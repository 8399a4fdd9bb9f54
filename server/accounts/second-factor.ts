import { createHash, randomInt } from 'node:crypto'
import type { Kysely } from 'kysely'
import { Secret, TOTP } from 'otpauth'
import type { AccountsTable, Schema } from '../db/schema.ts'
import type { AccountsContext } from './account-rows.ts'
import { readKeyFile } from './key-file.ts'
import { createSecretBox, type SecretBox } from './secret-box.ts'

const ISSUER = 'Lecturer avatars'
const PERIOD_SECONDS = 30
/** Steps before and after the present one that count, for clocks that differ. */
const WINDOW = 1
const RECOVERY_CODES = 10
const RECOVERY_LENGTH = 10
/** Without letters that look alike. */
const RECOVERY_ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789'

/** What the secrets of second factors are sealed with before they are stored. */
export function totpBox({ database, keyFile }: Pick<AccountsContext, 'database' | 'keyFile'>): SecretBox {
  const makes = database.dialect === 'sqlite'
  return createSecretBox('totp', async () => (keyFile === undefined ? null : await readKeyFile(keyFile, makes)))
}

/** A new secret in Base32 (160 bits), and the address that an authenticator reads from a QR code. */
export function newTotp(login: string): { readonly secret: string; readonly uri: string } {
  const secret = new Secret({ size: 20 })
  return { secret: secret.base32, uri: totpOf(secret.base32, login).toString() }
}

/**
 * The step (30 seconds since 1970; RFC 6238) that the code belongs to; null where it is not a code of now, or the step
 * is not later than `lastStep`, the last that was used.
 */
export function totpStep(secret: string, code: string, now: number, lastStep: number | null): number | null {
  if (!isTotpCode(code)) return null
  const token = code.replace(/\s/g, '')
  const delta = totpOf(secret, '').validate({ token, timestamp: now, window: WINDOW })
  if (delta === null) return null
  const step = Math.floor(now / 1000 / PERIOD_SECONDS) + delta
  return lastStep === null || step > lastStep ? step : null
}

/** Codes to keep on paper (about 49 bits each), and what is stored of them. */
export function newRecoveryCodes(): { readonly codes: readonly string[]; readonly hashes: readonly string[] } {
  const codes = Array.from({ length: RECOVERY_CODES }, () => {
    const letters = Array.from(
      { length: RECOVERY_LENGTH },
      () => RECOVERY_ALPHABET[randomInt(RECOVERY_ALPHABET.length)],
    )
    return `${letters.slice(0, 5).join('')}-${letters.slice(5).join('')}`
  })
  return { codes, hashes: codes.map(recoveryHash) }
}

/**
 * Uses up a code of the account: a six-digit one, or a recovery code. False where it is wrong or was used before,
 * by another request at the same moment, too. A secret that an older version stored readable is sealed with that. Throws
 * where a six-digit code is given and the secret was sealed by another key.
 */
export async function takeSecondFactor(
  db: Kysely<Schema>,
  account: AccountsTable,
  code: string,
  now: number,
  box: SecretBox,
): Promise<'totp' | 'recovery-code' | false> {
  const { id, totp_secret: stored } = account
  if (stored === null) return false
  const resealed = (await box.isOutdated(stored)) ? { totp_secret: await box.seal(stored, id) } : {}
  if (isTotpCode(code)) {
    const step = totpStep(await box.open(stored, id), code, now, account.totp_last_step)
    if (step === null) return false
    const taken = await db
      .updateTable('accounts')
      .set({ totp_last_step: step, ...resealed })
      .where('id', '=', id)
      .where('totp_secret', '=', stored)
      .where((where) => where.or([where('totp_last_step', 'is', null), where('totp_last_step', '<', step)]))
      .executeTakeFirst()
    return taken.numUpdatedRows === 1n ? 'totp' : false
  }
  if (account.recovery_hashes === null) return false
  const hashes = JSON.parse(account.recovery_hashes) as string[]
  const left = hashes.filter((hash) => hash !== recoveryHash(code))
  if (left.length === hashes.length) return false
  const taken = await db
    .updateTable('accounts')
    .set({ recovery_hashes: JSON.stringify(left), ...resealed })
    .where('id', '=', id)
    .where('totp_secret', '=', stored)
    .where('recovery_hashes', '=', account.recovery_hashes)
    .executeTakeFirst()
  return taken.numUpdatedRows === 1n ? 'recovery-code' : false
}

function isTotpCode(code: string): boolean {
  return /^\d{6}$/.test(code.replace(/\s/g, ''))
}

function totpOf(secret: string, label: string): TOTP {
  return new TOTP({
    issuer: ISSUER,
    label,
    algorithm: 'SHA1',
    digits: 6,
    period: PERIOD_SECONDS,
    secret: Secret.fromBase32(secret),
  })
}

function recoveryHash(code: string): string {
  const plain = code.toLowerCase().replace(/[^a-z0-9]/g, '')
  return createHash('sha256').update(plain).digest('hex')
}
