import { describe, expect, test } from 'bun:test'
import { erase, rename } from './accounts'
import { after, ana, approvalPlan, ben, eve, joined, noonMs, plan, roomOf, standingOf, types } from './domain.fixtures'
import { setRole, succeed, transfer } from './hosting'
import { close, leave } from './leaving'
import type { Person, Scene } from './room'
import { update } from './settings'
import { approve } from './waiting'

const dan: Person = { userId: '0d000000-0000-4000-8000-00000000000d', displayName: 'Dan', isGuest: false }

/** Ana's room; Ben, Eve and Dan came in this order. */
const party = [ben, eve, dan].reduce((scene, person) => joined(scene, person), roomOf(plan))
const moderated = (person: Person, scene = party) =>
  after(scene, setRole(scene, { byId: ana.userId, userId: person.userId, role: 'moderator' }))
const gone = (scene: Scene, ...present: readonly Person[]) =>
  succeed(scene, { hostId: scene.room.host.userId, present: present.map(({ userId }) => userId) })
const rolesOf = (scene: Scene) => Object.fromEntries(scene.people.map((row) => [row.displayName, row.role]))

describe('succession', () => {
  test('[RM90] the named successor comes first, else the moderator, else the account that has been here longest', () => {
    const named = after(party, update(party, ana.userId, { successorId: eve.userId }))

    expect(gone(moderated(ben, named), ben, eve, dan).room.host).toEqual(eve)
    expect(gone(moderated(eve, named), ben, dan).room.host).toEqual(dan)
    expect(gone(moderated(dan, moderated(eve)), ben, eve, dan).room.host).toEqual(eve)
    expect(gone(party, ben, eve, dan).room.host).toEqual(dan)
    expect(gone(party, ben, eve)).toEqual({ room: party.room, people: [], announced: [] })
  })

  test('[RM90] only those who have been let in count', () => {
    const scene = joined(roomOf(approvalPlan), dan)

    expect(gone(scene, dan).room).toEqual(scene.room)
  })

  test('[RM91] one step: the former host is what it was, the new one is host, and all is announced', () => {
    const decision = gone(party, dan)
    const acting = after(party, decision)

    expect(types(decision)).toEqual(['rooms.participant.approved', 'rooms.participant.approved', 'rooms.host.changed'])
    expect(rolesOf(acting)).toEqual({ Ana: 'member', Ben: 'member', Eve: 'member', Dan: 'host' })
    expect(acting.room).toMatchObject({ ownerId: ana.userId, host: dan, counter: 7, version: 7 })
    expect(decision.people.map(({ version }) => version)).toEqual([5, 6])
  })

  test('[RM91] asked again, or of a host who is host no longer, it changes nothing', () => {
    const acting = after(moderated(ben), gone(moderated(ben), ben))
    const nothing = { room: acting.room, people: [], announced: [] }

    expect(succeed(acting, { hostId: ana.userId, present: [dan.userId] })).toEqual(nothing)
    expect(succeed(acting, { hostId: ben.userId, present: [ben.userId, dan.userId] })).toEqual(nothing)
    expect(after(acting, gone(acting, dan)).room.host).toEqual(dan)
  })

  test('[RM92] the owner is host again when it is back, and who stood in is what it was', () => {
    const acting = after(moderated(ben), gone(moderated(ben), ben))

    const back = after(acting, gone(acting, ben, ana))

    expect(back.room).toMatchObject({ host: ana, ownerId: ana.userId })
    expect(rolesOf(back)).toMatchObject({ Ana: 'host', Ben: 'moderator' })
    expect(gone(back, ben, ana).announced).toEqual([])
  })

  test('[RM92] who stood in and leaves, or is no more, gives the room back at once', () => {
    const acting = after(party, gone(party, dan))

    const decisions = [leave(acting, dan.userId, noonMs), erase(acting, dan.userId, noonMs)] as const
    const [left, erased] = [after(acting, decisions[0]), after(acting, decisions[1])]

    for (const decision of decisions)
      expect(types(decision)).toEqual(['rooms.participant.removed', 'rooms.participant.approved', 'rooms.host.changed'])
    for (const { room } of [left, erased]) expect(room).toMatchObject({ host: ana, isActive: true })
    expect([standingOf(left, dan), standingOf(erased, dan)]).toEqual(['LEFT', 'REMOVED'])
    expect(rolesOf(left)).toMatchObject({ Ana: 'host', Dan: 'member' })
    expect(rolesOf(erased)).toMatchObject({ Ana: 'host', 'Deleted user': 'member' })
  })

  test('[RM90] a closed room has no succession', () => {
    const closed = after(party, close(party, ana.userId))

    expect(gone(closed, dan).room).toEqual(closed.room)
  })
})

describe('who acts as host', () => {
  const acting = after(joined(party, eve), gone(party, dan))

  test('[RM93] may what a host may, but for closing, giving away and naming a successor', () => {
    const decide = { byId: dan.userId, userId: ben.userId }

    expect(update(acting, dan.userId, { name: 'Mine', control: 'everyone' }).room).toMatchObject({ name: 'Mine', control: 'everyone' })
    expect(setRole(acting, { ...decide, role: 'moderator' }).people).toMatchObject([{ role: 'moderator' }])
    expect(() => close(acting, dan.userId)).toThrow('belongs to')
    expect(() => transfer(acting, decide)).toThrow('belongs to')
    expect(() => update(acting, dan.userId, { name: 'x', successorId: ben.userId })).toThrow('belongs to')
    expect(() => setRole(acting, { byId: dan.userId, userId: ana.userId, role: 'member' })).toThrow('keeps its role')
  })

  test('[RM93] the owner may everything, also while another acts as host', () => {
    const waiting = joined(roomOf(approvalPlan), eve)

    expect(approve(waiting, { hostId: ana.userId, userId: eve.userId, nowMs: noonMs }).people).toHaveLength(1)
    expect(close(acting, ana.userId).room.isActive).toBe(false)
    expect(transfer(acting, { byId: ana.userId, userId: ana.userId }).room.host).toEqual(ana)
    expect(() => leave(acting, ana.userId, noonMs)).toThrow('host cannot leave')
  })

  test('[RM73] the room of an owner who is no more closes, whoever acts as host', () => {
    const erased = after(acting, erase(acting, ana.userId, noonMs))

    expect(erased.room).toMatchObject({ isActive: false, name: 'Deleted user’s room', host: dan })
    expect(standingOf(erased, ana)).toBe('REMOVED')
  })

  test('[RM72] the room follows the name of its owner, and the host shown that of who acts', () => {
    const renamed = after(acting, rename(acting, { ...ana, displayName: 'Anna' }, noonMs))
    const both = after(renamed, rename(renamed, { ...dan, displayName: 'Daniel' }, noonMs))

    expect(both.room).toMatchObject({ name: 'Anna’s room', host: { displayName: 'Daniel' } })
  })
})

describe('moderators', () => {
  test('[RM94] the host makes one who is in a moderator, and a member again', () => {
    const decision = setRole(party, { byId: ana.userId, userId: ben.userId, role: 'moderator' })
    const scene = after(party, decision)

    expect(types(decision)).toEqual(['rooms.participant.approved'])
    expect(rolesOf(scene)).toMatchObject({ Ben: 'moderator' })
    expect(setRole(scene, { byId: ana.userId, userId: ben.userId, role: 'moderator' }).announced).toEqual([])
    expect(setRole(scene, { byId: ana.userId, userId: ben.userId, role: 'member' }).people).toMatchObject([{ role: 'member' }])
  })

  test('[RM94] nobody else does, and of nobody else', () => {
    const waiting = joined(roomOf(approvalPlan), ben)
    const appoint = { byId: ana.userId, userId: ben.userId, role: 'moderator' } as const

    expect(() => setRole(party, { ...appoint, byId: ben.userId })).toThrow('Only the host')
    expect(() => setRole(waiting, appoint)).toThrow('no such participant')
    expect(() => setRole(party, { ...appoint, userId: ana.userId })).toThrow('keeps its role')
    expect(() => setRole(after(party, close(party, ana.userId)), appoint)).toThrow('closed')
  })

  test('[RM94] who left and comes again is a member', () => {
    const scene = moderated(ben)
    const back = joined(after(scene, leave(scene, ben.userId, noonMs)), ben)

    expect(back.people.find(({ userId }) => userId === ben.userId)).toMatchObject({ role: 'member', isModerator: false })
  })
})

describe('giving away', () => {
  test('[RM95] the room is theirs from then on, and its owner before is one of its members', () => {
    const decision = transfer(party, { byId: ana.userId, userId: ben.userId })
    const given = after(party, decision)

    expect(types(decision)).toEqual(['rooms.participant.approved', 'rooms.participant.approved', 'rooms.host.changed'])
    expect(given.room).toMatchObject({ host: ben, ownerId: ben.userId, name: 'Ana’s room' })
    expect(rolesOf(given)).toMatchObject({ Ana: 'member', Ben: 'host' })
    expect(standingOf(after(given, leave(given, ana.userId, noonMs)), ana)).toBe('LEFT')
    expect(() => close(given, ana.userId)).toThrow('Only the host')
  })

  test('[RM95] one who acts as host already owns the room, too', () => {
    const acting = after(party, gone(party, dan))
    const given = transfer(acting, { byId: ana.userId, userId: dan.userId })

    expect(given.room).toMatchObject({ host: dan, ownerId: dan.userId })
    expect(types(given)).toEqual(['rooms.host.changed'])
  })

  test('[RM95] only to one who is in; to oneself it changes nothing', () => {
    expect(() => transfer(joined(roomOf(approvalPlan), ben), { byId: ana.userId, userId: ben.userId })).toThrow('no such participant')
    expect(transfer(party, { byId: ana.userId, userId: ana.userId }).announced).toEqual([])
  })
})

describe('a successor', () => {
  test('[RM96] is one who is in, and not the owner; naming nobody takes the name back', () => {
    const named = after(party, update(party, ana.userId, { successorId: eve.userId }))

    expect(named.room.successorId).toBe(eve.userId)
    expect(update(named, ana.userId, { successorId: null }).room.successorId).toBeNull()
    for (const successorId of [ana.userId, '0f000000-0000-4000-8000-00000000000f'])
      expect(() => update(party, ana.userId, { successorId })).toThrow('no such participant')
  })

  test('[RM96] who leaves, or owns the room now, is successor no longer', () => {
    const named = after(party, update(party, ana.userId, { successorId: eve.userId }))

    const decision = leave(named, eve.userId, noonMs)

    expect(decision.room.successorId).toBeNull()
    expect(types(decision)).toEqual(['rooms.participant.removed', 'rooms.room.updated'])
    expect(transfer(named, { byId: ana.userId, userId: eve.userId }).room.successorId).toBeNull()
  })
})
