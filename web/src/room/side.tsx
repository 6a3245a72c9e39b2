import { useState } from 'preact/hooks'
import { Icon } from '../parts/icon'
import { Tabs } from '../parts/tabs'
import { Chat } from './chat'
import type { InRoom } from './in-room'
import { People } from './people'
import { Requests } from './requests'

/** Beside the picture: who asks to come in, the talk, and who is here. */
export function Side({ connection, room, view }: InRoom) {
  const [chosen, setChosen] = useState<'chat' | 'people'>('chat')
  // Here, so that a look at who is here does not cost what one was about to say.
  const [draft, setDraft] = useState('')
  const tabs = [
    {
      id: 'chat',
      label: (
        <>
          <Icon name="chat" /> Chat
        </>
      ),
    },
    {
      id: 'people',
      label: (
        <>
          <Icon name="people" /> People <span class="count">{view.total}</span>
        </>
      ),
    },
  ] as const
  return (
    <aside class="side" aria-label="Chat and people">
      <Requests view={view} />
      <Tabs label="Beside the video" tabs={tabs} chosen={chosen} onChoose={setChosen} panelId="side-panel" />
      <div id="side-panel" class="side-panel" role="tabpanel" aria-labelledby={`tab-${chosen}`}>
        {chosen === 'chat' ? (
          <Chat connection={connection} room={room} view={view} draft={draft} setDraft={setDraft} />
        ) : (
          <People view={view} room={room} />
        )}
      </div>
    </aside>
  )
}
