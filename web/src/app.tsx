import { place } from './address'
import { Home } from './home/home'
import { user } from './matinee'
import { Toasts } from './parts/toasts'
import { RoomDoor } from './room/room-door'
import { Welcome } from './welcome/welcome'

/** The whole page: who is nobody is welcomed first, wherever they wanted to go. */
export function App() {
  return (
    <>
      {shown()}
      <Toasts />
    </>
  )
}

function shown() {
  const where = place.value
  if (!user.value) return <Welcome invitedTo={where.kind === 'room' ? where.code : undefined} />
  // Another person, or another room, begins anew.
  return where.kind === 'room' ? <RoomDoor key={`${user.value.id} ${where.code}`} code={where.code} /> : <Home user={user.value} />
}
