import { type Provider, partsOf, siteOf } from './provider'

/** Videos by their number, followed by the hash that opens an unlisted one: `76979871` or `76979871/8272103f6e`. */
export const vimeo: Provider = {
  name: 'vimeo',
  idOf(url) {
    const id = candidateOf(url)
    return id !== undefined && isId(id) ? id : undefined
  },
  isId,
  addressOf: (id) => `https://vimeo.com/${id}`,
}

function isId(id: string): boolean {
  return /^[1-9]\d{0,14}(\/[0-9a-f]{6,40})?$/.test(id)
}

function candidateOf(url: URL): string | undefined {
  const parts = partsOf(url)
  switch (siteOf(url)) {
    case 'player.vimeo.com':
      return parts[0] === 'video' ? join(parts[1], url.searchParams.get('h')) : undefined
    case 'vimeo.com': {
      // `/76979871`, `/76979871/<hash>`, and the same under a channel, a group or a showcase, where no hash follows.
      const [number, hash] = /^\d+$/.test(parts[0] ?? '') ? parts : [underCollection(parts), undefined]
      return join(number, hash ?? url.searchParams.get('h'))
    }
    default:
      return undefined
  }
}

function underCollection(parts: readonly string[]): string | undefined {
  const [collection, , kind] = parts
  if (collection === 'channels') return parts[2]
  return /^(groups|showcase|album)$/.test(collection ?? '') && /^(videos?)$/.test(kind ?? '') ? parts[3] : undefined
}

const join = (number: string | undefined, hash: string | null | undefined): string | undefined =>
  number === undefined || !hash ? number : `${number}/${hash}`
