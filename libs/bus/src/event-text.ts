import { AnyCloudEvent } from '@matinee/contracts'

/** An event as it is stored and sent: its JSON. */
export const textOf = (event: AnyCloudEvent): string => JSON.stringify(event)

/** The event that a stored text is, or undefined when it is none. */
export function eventOf(text: string): AnyCloudEvent | undefined {
  try {
    return AnyCloudEvent.safeParse(JSON.parse(text)).data
  } catch {
    // Not even JSON.
    return undefined
  }
}

/** Where the events that a stream's consumers gave up on are set aside. No event has this type. */
export const deadSubject = (stream: string): string => `${stream.toLowerCase()}.dead`
