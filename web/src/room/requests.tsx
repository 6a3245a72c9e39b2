import type { RoomView } from '@matinee/client'
import { matinee } from '../matinee'
import { Avatar } from '../parts/avatar'
import { attempt } from '../parts/toasts'

const answers = [
  { text: 'Let in', look: 'primary', give: matinee.rooms.approve },
  { text: 'Turn down', look: '', give: matinee.rooms.deny },
] as const

/** Those who wait in the lobby, for the host to let in or turn down. */
export function Requests({ view }: { readonly view: RoomView }) {
  const { room_id } = view.room
  return (
    <div aria-live="polite">
      {view.pending.length > 0 && (
        <section class="requests" aria-label="Waiting to come in">
          <ul>
            {view.pending.map((person) => (
              <li key={person.id}>
                <Avatar id={person.id} name={person.display_name} />
                <span class="grow">
                  <strong>
                    <bdi>{person.display_name}</bdi>
                  </strong>{' '}
                  would like to come in
                </span>
                {answers.map(({ text, look, give }) => (
                  <button
                    key={text}
                    type="button"
                    class={`button slim ${look}`}
                    aria-label={`${text} ${person.display_name}`}
                    onClick={() => attempt(give(room_id, person.id))}
                  >
                    {text}
                  </button>
                ))}
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}
