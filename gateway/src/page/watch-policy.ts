/** Players that are pages of others, and the scripts through which they are driven. */
const frames = ['https://www.youtube.com', 'https://www.youtube-nocookie.com', 'https://player.vimeo.com', 'https://player.twitch.tv']
// These two and no more: a host so large may well answer somewhere with whatever script an address asks it for.
const scripts = ['https://www.youtube.com/iframe_api', 'https://www.youtube.com/s/player/']

/**
 * What the page may load: its own scripts and styles, media from wherever a room's video is, and the players of those who show theirs in
 * no other way. No script in the document, no code from text, no frame around it.
 */
export const watchPolicy: string = Object.entries({
  'default-src': ["'none'"],
  'script-src': ["'self'", ...scripts],
  // Players and their controls bring their styles within their own shadow roots.
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'data:'],
  'media-src': ["'self'", 'blob:', 'https:', 'http:'],
  // HLS and DASH are fetched in pieces, from wherever the room's video is. No narrower than media: a policy is fixed when the page is loaded,
  // and the room changes its video later. It is no door for others, for no script runs here but the page's own and those above.
  'connect-src': ["'self'", 'https:', 'http:'],
  'worker-src': ["'self'", 'blob:'],
  'frame-src': frames,
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
})
  .map(([directive, sources]) => `${directive} ${sources.join(' ')}`)
  .join('; ')
