import type { AsyncApi, AsyncApiMessage } from './asyncapi'
import { closings } from './closing'
import { fieldsTable } from './fields'
import { anchorOf, escapeHtml, prose } from './html'

interface Entry {
  readonly key: string
  readonly message: AsyncApiMessage
}

/** Every frame of both directions, and every close code. */
export function liveHtml(document: AsyncApi): string {
  const [commands, events, others] = ['command', 'log event', 'frame'].map((tag) => entriesOf(document, tag))
  const section = (title: string, says: string, entries: readonly Entry[] = []) =>
    `<h3>${escapeHtml(title)}</h3><p class="soft">${prose(says)}</p>${entries.map((entry) => frameHtml(entry, document)).join('')}`
  return [
    `<p><code>${escapeHtml(document.channels.room.address)}</code></p>`,
    section(
      'What a client sends',
      'An `id` of your own makes a command safe to repeat: it takes effect once, and is acknowledged.',
      commands,
    ),
    section('The log of the room', 'Everybody in the room gets every one of these, in the order of `seq`.', events),
    section('Other frames from the server', 'To one client; they have no `seq`.', others),
    `<h3 id="close-codes">Close codes</h3><div class="wide"><table><thead><tr><th>code</th><th>meaning</th><th>come back?</th></tr></thead><tbody>`,
    ...closings.map(
      ({ code, meaning, comeBack }) => `<tr><td><code>${code}</code></td><td>${prose(meaning)}</td><td>${prose(comeBack)}</td></tr>`,
    ),
    '</tbody></table></div>',
  ].join('\n')
}

/** Links to all frames. */
export const frameLinks = (document: AsyncApi): string =>
  Object.entries(document.components.messages)
    .map(([key, { title }]) => `<li><a href="#${anchorOf(key)}"><code>${escapeHtml(`${arrowOf(key)} ${title}`)}</code></a></li>`)
    .join('')

const arrowOf = (key: string) => (key.startsWith('client.') ? '→' : '←')

const entriesOf = (document: AsyncApi, tag: string): readonly Entry[] =>
  Object.entries(document.components.messages)
    .filter(([, { tags }]) => tags.some(({ name }) => name === tag))
    .map(([key, message]) => ({ key, message }))

const frameHtml = ({ key, message }: Entry, document: AsyncApi) =>
  `<details id="${anchorOf(key)}"><summary><span class="method">${escapeHtml(message.title)}</span><span class="says">${prose(message.summary)}</span></summary>${fieldsTable(message.payload, document.components.schemas)}</details>`
