import type { RoomView } from '@matinee/client'
import { matinee } from '../matinee'
import { Avatar } from '../parts/avatar'
import { attempt } from '../parts/toasts'

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
                  <strong>{person.display_name}</strong> would like to come in
                </span>
                <button
                  type="button"
                  class="button slim primary"
                  aria-label={`Let in ${person.display_name}`}
                  onClick={() => attempt(matinee.rooms.approve(room_id, person.id))}
                >
                  Let in
                </button>
                <button
                  type="button"
                  class="button slim"
                  aria-label={`Turn down ${person.display_name}`}
                  onClick={() => attempt(matinee.rooms.deny(room_id, person.id))}
                >
                  Turn down
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}
