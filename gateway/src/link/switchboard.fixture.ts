import type { Adoption, ToGateway, ToSync } from '@matinee/contracts'
import { createManualClock } from '@matinee/kernel'
import { type ClientSocket, createOutbox, type Handshake } from '@matinee/socket'
import { createSwitchboard } from './switchboard'
import type { SyncLink } from './sync-links'

/** The room of every switchboard here. */
export const room = '7GQ4KX2M'
/** Where its members are. */
export const topic = `${room}.e1`

/** A switchboard whose links and sockets are looked at from both sides. */
export function createSwitchboardStage() {
  const clock = createManualClock()
  const turns: (() => void)[] = []
  const links: TestLink[] = []
  const outbox = createOutbox({ defer: (flush) => turns.push(flush) })
  const refused: string[] = []
  const onRefused = (reason: string) => void refused.push(reason)
  const switchboard = createSwitchboard({
    outbox,
    clock,
    parkMs: 30_000,
    onRefused,
    ready: () => links.filter(({ up, draining }) => up && !draining),
  })
  let count = 0

  interface TestLink extends SyncLink {
    up: boolean
    sent: ToSync[]
    /** Those of `sent` that were not to wait for others. */
    urgent: ToSync[]
    dropped: string | undefined
    finished: boolean
  }
  const addLink = (name: string): TestLink => {
    const link: TestLink = {
      name,
      up: true,
      draining: false,
      sent: [],
      urgent: [],
      dropped: undefined,
      finished: false,
      finish: () => {
        link.finished = true
      },
      send(frame, urgent) {
        link.sent.push(frame)
        if (urgent) link.urgent.push(frame)
      },
      drop: (reason) => {
        link.dropped = reason
        breakLink(link)
      },
    }
    links.push(link)
    switchboard.up()
    return link
  }
  const breakLink = (link: TestLink) => {
    link.up = false
    switchboard.down(link)
  }
  const connect = (query: Partial<Handshake> = {}) => {
    const got: string[] = []
    const over = { code: undefined as number | undefined }
    const wire = { bufferedBytes: 0 }
    const raw = {
      send: (text: string) => got.push(text),
      cork: <T>(run: () => T) => run(),
      getBufferedAmount: () => wire.bufferedBytes,
      close: (code: number) => {
        over.code = code
      },
      terminate() {},
    }
    const socket: ClientSocket = { id: `c${count++}`, outlet: outbox.outlet(raw) }
    switchboard.open(socket, { room, token: 'token', lobby: false, ...query })
    /** Does not take what it is sent from now on, until it `drains`. */
    const stalls = () => {
      wire.bufferedBytes = 1
    }
    const drains = () => {
      wire.bufferedBytes = 0
      outbox.drained(socket.outlet)
    }
    return { socket, got, over, stalls, drains }
  }
  const tell = (link: SyncLink, ...frames: ToGateway[]) => {
    for (const frame of frames) switchboard.frame(link, frame)
    for (const turn of turns.splice(0)) turn()
  }
  const member = (link: SyncLink, seq = 1) => {
    const client = connect()
    tell(link, { op: 'admit', connection: client.socket.id, topic, epoch: 'e1', seq, pass: `pass of ${client.socket.id}` })
    return client
  }
  const adoptionsOf = (link: TestLink): Adoption[] => link.sent.flatMap((frame) => (frame.op === 'adopt' ? [frame.adoption] : []))
  return { clock, switchboard, refused, addLink, breakLink, connect, tell, member, adoptionsOf }
}

/** The event at `seq`, as a node publishes it. */
export const publish = (seq: number, name = topic): ToGateway => ({ op: 'publish', topic: name, seq, payload: `event ${seq}` })
