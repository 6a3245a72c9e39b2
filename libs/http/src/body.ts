import { Refusal } from '@matinee/kernel'
import { Elysia } from 'elysia'

export const defaultMaxBodyBytes = 64 * 1024

/** Refuses a body that says it is too large, before a byte of it is read. */
export function refuseLargeBody(request: Request, maxBytes: number): void {
  const length = request.headers.get('content-length')
  // A length that is no number compares false: the body is then counted as it comes.
  if (length !== null && Number(length) > maxBytes) throw new Refusal('payload_too_large')
}

/** The whole body, counted as it comes: stops reading and refuses past `maxBytes`, whatever the headers say. */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  refuseLargeBody(request, maxBytes)
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.body ?? []) {
    length += chunk.byteLength
    // Leaving the loop cancels the stream.
    if (length > maxBytes) throw new Refusal('payload_too_large')
    chunks.push(chunk)
  }
  const whole = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.byteLength
  }
  return whole
}

/** Bodies are JSON, UTF-8 and small, or refused: 413, 415, 400. An empty one is `null`, for clients that send the header regardless. */
export const jsonBodies = ({ maxBytes }: { maxBytes: number }) =>
  new Elysia({ name: 'http.json-bodies' })
    .onRequest(({ request }) => refuseLargeBody(request, maxBytes))
    .onParse({ as: 'global' }, async ({ request }, contentType) => {
      if (request.body === null) return null
      const bytes = await readBody(request, maxBytes)
      if (bytes.byteLength === 0) return null
      if (contentType.trim().toLowerCase() !== 'application/json') throw new Refusal('unsupported_media_type')
      return parseJson(bytes)
    })

function parseJson(bytes: Uint8Array): unknown {
  let text: string
  let value: unknown
  try {
    text = utf8.decode(bytes)
    if (nestsDeeperThan(maxNesting, text)) throw tooDeep()
    value = JSON.parse(text)
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal('invalid_json', { cause: error })
  }
  return value
}

/** No body of the contracts nests deeper than four; what prints a value for an error costs its depth squared. */
const maxNesting = 32
const tooDeep = () => new Refusal('invalid_request', { fields: [{ field: '(body)', message: 'is nested too deeply' }] })

/** Whether brackets outside strings are open deeper than `limit`; told from the text, before anything is made of it. */
function nestsDeeperThan(limit: number, text: string): boolean {
  let depth = 0
  let inString = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (inString) {
      if (character === '\\') at++
      else if (character === '"') inString = false
    } else if (character === '"') inString = true
    else if (character === '{' || character === '[') {
      if (++depth > limit) return true
    } else if (character === '}' || character === ']') depth--
  }
  return false
}

const utf8 = new TextDecoder('utf-8', { fatal: true })
