/** Hex SHA-256 of `text` in UTF-8. Pages without `crypto.subtle` (plain http on an intranet) load the computation. */
export async function sha256Hex(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text)
  const subtle = globalThis.crypto?.subtle
  if (subtle !== undefined) return hex(new Uint8Array(await subtle.digest('SHA-256', bytes)))
  const { sha256 } = await import('./sha256.ts')
  return hex(sha256(bytes))
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
