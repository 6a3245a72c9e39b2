import type { ChatLine, RoomView, Unconfirmed } from '@matinee/client'
import { Avatar } from '../parts/avatar'

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
/** Lines of one person that follow each other within this stand together. */
const togetherMs = 3 * 60_000

/** The lines, oldest first; those that have no answer yet are shown as such. */
export function ChatLines({ view, unconfirmed }: { readonly view: RoomView; readonly unconfirmed: readonly Unconfirmed[] }) {
  const own = unconfirmed.flatMap(({ id, command }) => (command.type === 'CHAT_MESSAGE' ? [{ id, message: command.message }] : []))
  if (view.chat.length === 0 && own.length === 0) return <p class="chat-empty soft">Nobody has said anything yet.</p>
  return (
    <ol>
      {view.chat.map((line, at) => (
        <Line key={line.id} line={line} joined={isJoined(view.chat[at - 1], line)} own={line.user.id === view.you.id} />
      ))}
      {own.map(({ id, message }) => (
        <li key={id} class="line joined unsent">
          <p dir="auto">
            {message}
            <span class="hidden"> (being sent)</span>
          </p>
        </li>
      ))}
    </ol>
  )
}

function Line({ line, joined, own }: { readonly line: ChatLine; readonly joined: boolean; readonly own: boolean }) {
  const { user, message, sent_at_ms } = line
  return (
    <li class={`line ${joined ? 'joined' : ''} ${own ? 'own' : ''}`}>
      {!joined && (
        <header>
          <Avatar id={user.id} name={user.display_name} />
          <strong>
            <bdi>{user.display_name}</bdi>
          </strong>
          <time dateTime={new Date(sent_at_ms).toISOString()}>{clock.format(sent_at_ms)}</time>
        </header>
      )}
      <p dir="auto">{message}</p>
    </li>
  )
}

const isJoined = (before: ChatLine | undefined, line: ChatLine): boolean =>
  before !== undefined && before.user.id === line.user.id && line.sent_at_ms - before.sent_at_ms < togetherMs
