/** How a frame begins by which a client asks for the clock, as the client library writes it. */
const clockQuestion = '{"type":"TIME_SYNC"'

/** Whether a client's frame must not wait for others on its way to a node: time that it waits would be taken for the way. */
export const isUrgent = (text: string): boolean => text.startsWith(clockQuestion)
