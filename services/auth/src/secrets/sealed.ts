/**
 * AES-256-GCM under a secret of any length: only who has the secret can read the text, and a changed one does not open.
 * The key is derived (HKDF-SHA-256) with a salt of its own, so that one secret can seal any number of texts.
 */
export async function seal(secret: string, purpose: string, text: string): Promise<string> {
  const salt = crypto.getRandomValues(new Uint8Array(16))
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const key = await deriveKey(secret, purpose, salt)
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, new TextEncoder().encode(text))
  return [version, salt, iv, new Uint8Array(sealed)].map((part) => (typeof part === 'string' ? part : part.toBase64(base64Url))).join('.')
}

/** What was sealed. Rejects when secret or purpose are others than it was sealed with, or the text was changed. */
export async function unseal(secret: string, purpose: string, sealed: string): Promise<string> {
  const [given, ...parts] = sealed.split('.')
  const [salt, iv, text] = parts.map((part) => Uint8Array.fromBase64(part, base64Url))
  if (given !== version || !salt || !iv || !text) throw new Error('this is not a sealed text')
  const key = await deriveKey(secret, purpose, salt)
  return new TextDecoder().decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, text))
}

/** Whether a text is one that `seal` made. */
export const isSealed = (text: string): boolean => text.startsWith(`${version}.`)

const version = 'sealed1'
const base64Url = { alphabet: 'base64url', omitPadding: true } as const

async function deriveKey(secret: string, purpose: string, salt: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const encoder = new TextEncoder()
  const material = await crypto.subtle.importKey('raw', encoder.encode(secret), 'HKDF', false, ['deriveKey'])
  const derivation = { name: 'HKDF', hash: 'SHA-256', salt, info: encoder.encode(purpose) }
  return crypto.subtle.deriveKey(derivation, material, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}
