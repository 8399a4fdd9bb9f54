import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** Texts that the database keeps and nobody who reads it should understand. */
export interface SecretBox {
  /** The text as it is stored. Only `open` with the same owner gives it back. */
  seal(text: string, owner: string): Promise<string>
  /** The text that was stored, sealed or (of older versions) as it was. Throws where it was sealed by another key. */
  open(stored: string, owner: string): Promise<string>
  /** Whether the stored text is readable though it could be sealed. */
  isOutdated(stored: string): Promise<boolean>
}

const CIPHER = 'aes-256-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16
/** No text in Base32 begins so. */
const MARK = 'sealed-1.'

/**
 * Seals with AES-256-GCM under a key derived from the given one by HKDF-SHA-256 (RFC 5869) for this `purpose`; what was
 * sealed for one owner opens for no other. Without a key (null) texts are stored as they are. The key is read once, when
 * it is first needed.
 */
export function createSecretBox(purpose: string, readKey: () => Promise<Buffer | null>): SecretBox {
  let reading: Promise<Buffer | null> | null = null

  function derivedKey(): Promise<Buffer | null> {
    reading ??= readKey().then(
      (key) => key && Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `lecturer-avatars ${purpose}`, 32)),
    )
    // A file that could not be read may be there the next time.
    reading.catch(() => {
      reading = null
    })
    return reading
  }

  return {
    async seal(text, owner) {
      const key = await derivedKey()
      if (key === null) return text
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv(CIPHER, key, iv).setAAD(Buffer.from(owner, 'utf8'))
      const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return MARK + sealed.toString('base64url')
    },

    async open(stored, owner) {
      if (!stored.startsWith(MARK)) return stored
      const key = await derivedKey()
      if (key === null) throw new Error('A secret in the database is sealed, and there is no key to open it.')
      const sealed = Buffer.from(stored.slice(MARK.length), 'base64url')
      try {
        const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
          .setAAD(Buffer.from(owner, 'utf8'))
          .setAuthTag(sealed.subarray(-TAG_BYTES))
        return decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
      } catch (error) {
        throw new Error('A secret in the database was sealed by another key than this one.', { cause: error })
      }
    },

    isOutdated: async (stored) => !stored.startsWith(MARK) && (await derivedKey()) !== null,
  }
}
