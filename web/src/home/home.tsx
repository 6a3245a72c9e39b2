import type { User } from '@matinee/client'
import { usePage } from '../parts/hooks'
import { TopBar } from '../parts/top-bar'
import { CreateRoom } from './create-room'
import { JoinRoom } from './join-room'
import { OpenRooms } from './open-rooms'

/** Where one starts a room, or finds one. */
export function Home({ user }: { readonly user: User }) {
  const heading = usePage<HTMLHeadingElement>('Matinee')
  return (
    <div class="page">
      <TopBar user={user} />
      <main class="home">
        <h1 ref={heading} tabIndex={-1}>
          Hello, <bdi>{user.display_name}</bdi>
        </h1>
        <div class="home-columns">
          <CreateRoom />
          <div class="home-side">
            <JoinRoom />
            <OpenRooms />
          </div>
        </div>
      </main>
    </div>
  )
}
