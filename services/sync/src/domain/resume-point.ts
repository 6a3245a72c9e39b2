/** Where a returning client stands: the last event of which log it has applied. */
export interface ResumeFrom {
  readonly epoch: string
  readonly seq: number
}

/** Reads `<epoch>.<seq>`, whose form the handshake has checked. */
export function parseResumePoint(since: string): ResumeFrom {
  const dot = since.lastIndexOf('.')
  return { epoch: since.slice(0, dot), seq: Number(since.slice(dot + 1)) }
}
