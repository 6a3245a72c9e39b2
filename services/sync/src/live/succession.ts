import { mostPresentAsked } from '@matinee/contracts'
import { Refusal } from '@matinee/kernel'
import { candidatesOf, isTimeToAsk, putsQuestion } from '../domain/succession'
import type { LiveContext } from './context'
import type { LiveRoom } from './room'
import { applyParticipant, applyRoom } from './rows'

/**
 * Asks the room's owner who acts as host, where the host has been gone for its grace, or the one to whom the room belongs is
 * back. What changes comes as events. Every node that serves the room asks: the answer is the same for all. Never rejects.
 */
export async function lookForHost(context: LiveContext, room: LiveRoom): Promise<void> {
  const { replica, absence } = room
  const nowMs = context.clock.monotonicMs()
  // Who is gone from a replica that stands still may be at another node.
  if (context.outage.isBehind(room)) {
    absence.sinceMs = undefined
    return
  }
  if (!isTimeToAsk(absence, replica.room, replica.people, { nowMs, graceMs: context.graces.hostMs })) return
  const { id: host_id } = replica.room.host
  const present = [...candidatesOf(replica.people, replica.room, mostPresentAsked)]
  if (!putsQuestion(absence, `${host_id} ${present.join()}`, nowMs)) return
  try {
    const answer = await context.memberships.succeed({ room_code: room.code, host_id, present })
    // Roles first: who is told to be host may drive from then on.
    for (const row of answer.participants) await applyParticipant(context, row)
    if (answer.room) await applyRoom(context, answer.room)
    // Whoever is host by now is looked at afresh.
    if (answer.room && answer.room.host.id !== host_id) absence.asked = undefined
  } catch (error) {
    if (!(error instanceof Refusal)) context.logger.error('who acts as host could not be asked', { error, room: room.code })
    // The owner or the log is away: asked again before long, though everything is as it was.
    absence.asked = { question: '', atMs: nowMs }
  }
}
