import type { Journey } from '../support/journey'
import { badInput } from './bad-input.journey'
import { chat } from './chat.journey'
import { clientLibrary } from './client.journey'
import { control } from './control.journey'
import { entering } from './entering.journey'
import { inStep } from './in-step.journey'
import { meeting } from './meeting.journey'
import { playback } from './playback.journey'
import { presence } from './presence.journey'
import { renewal } from './renewal.journey'
import { resume } from './resume.journey'
import { seen } from './seen.journey'
import { settings } from './settings.journey'
import { succession } from './succession.journey'

/** Every journey there is, the same in every run of Matinee; those that wait longest begin first. */
export function allJourneys(journey: Journey): void {
  for (const declare of [
    seen,
    presence,
    succession,
    meeting,
    entering,
    chat,
    playback,
    inStep,
    control,
    resume,
    settings,
    renewal,
    clientLibrary,
    badInput,
  ])
    declare(journey)
}

/** Those that a sync node's own port for clients is held to as well. */
export function directJourneys(journey: Journey): void {
  for (const declare of [chat, playback, resume]) declare(journey)
}
