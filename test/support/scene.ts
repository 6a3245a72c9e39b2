import type { CreateRoomBody, Session } from '@matinee/contracts'
import type * as z from 'zod'
import { createHttpClient, type HttpClient } from './http-client'
import { type LiveClient, type LiveOptions, openLive } from './live-client'
import type { Stack } from './stack'

/** Somebody who uses Matinee: signed in, and tied to one gateway (and one door for sockets) for as long as a journey lasts. */
export interface Person {
  readonly id: string
  readonly token: string
  readonly session: Session
  readonly http: HttpClient
  /** Opens a socket to the room; whether it is let in is for the journey to see. */
  open(code: string, options?: SocketOptions): LiveClient
  /** Opens a socket and waits until it is in. */
  enter(code: string, options?: SocketOptions): Promise<LiveClient>
  /** Asks to enter over HTTP, then as `enter`. */
  join(code: string, password?: string): Promise<LiveClient>
  create(body?: z.input<typeof CreateRoomBody>): ReturnType<HttpClient['create']>
}
type SocketOptions = Partial<Omit<LiveOptions, 'room'>>

/** One journey's people. Nobody else knows them, so journeys run beside each other. */
export interface Scene {
  readonly stack: Stack
  /** Without a place, each person comes by the next gateway in turn. */
  guest(name: string, place?: number): Promise<Person>
  account(name: string, place?: number): Promise<Person & { readonly email: string; readonly password: string }>
  /** A host in a public room of its own, and others who have joined it, all connected; each by the next gateway. */
  room(guests: number, body?: z.input<typeof CreateRoomBody>): Promise<Gathering>
  /** Throws unless every client was given a whole and ordered history. */
  check(): void
  /** Closes what is open. */
  end(): Promise<void>
}

export interface Gathering {
  readonly code: string
  readonly roomId: string
  readonly host: Person
  readonly guests: readonly Person[]
  /** The host's client first. */
  readonly clients: readonly [LiveClient, ...LiveClient[]]
}

let count = 0

/** Sets a scene on a running stack. */
export function createScene(stack: Stack): Scene {
  const clients: LiveClient[] = []
  let places = 0

  function person(session: Session, place: number): Person {
    const [httpUrl, socketUrl] = [turnOf(stack.httpUrls, place), turnOf(stack.socketUrls, place)]
    const http = createHttpClient(httpUrl)
    const { access_token: token, user } = session
    const open: Person['open'] = (room, options) => {
      const client = openLive({ url: socketUrl, token, ...options, room })
      clients.push(client)
      return client
    }
    const enter: Person['enter'] = async (code, options) => {
      const client = open(code, options)
      await client.next('ROOM_STATE')
      return client
    }
    return {
      id: user.id,
      token,
      session,
      http,
      open,
      enter,
      async join(code, password) {
        await http.join(token, code, password)
        return enter(code)
      },
      create: (body = {}) => http.create(token, body),
    }
  }
  const guest = async (name: string, place = places++) => person(await createHttpClient(turnOf(stack.httpUrls, place)).guest(name), place)

  return {
    stack,
    guest,
    async account(name, place = places++) {
      const [email, password] = [`person${++count}.${Date.now()}@example.org`, `a good password of ${name}`]
      const http = createHttpClient(turnOf(stack.httpUrls, place))
      await http.register({ email, password, display_name: name })
      return { ...person(await http.login(email, password), place), email, password }
    },
    async room(guests, body) {
      const host = await guest('Host')
      const { room_code: code, room_id: roomId } = await host.create(body)
      const hosting = await host.enter(code)
      const others = await Promise.all(Array.from({ length: guests }, (_, at) => guest(`Guest ${at + 1}`)))
      const visiting: LiveClient[] = []
      for (const one of others) visiting.push(await one.join(code))
      // All have seen all arrive: what comes next is the journey's.
      await Promise.all([hosting, ...visiting].map((client) => client.reaches(visiting.at(-1)?.seq ?? hosting.seq)))
      return { code, roomId, host, guests: others, clients: [hosting, ...visiting] }
    },
    check() {
      for (const client of clients) client.check()
    },
    async end() {
      await Promise.all(clients.filter(({ isOpen }) => isOpen).map((client) => client.close()))
    },
  }
}

function turnOf(urls: readonly string[], place: number): string {
  const url = urls[place % urls.length]
  if (url === undefined) throw new Error('the stack has no such address')
  return url
}
