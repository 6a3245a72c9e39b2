/** A name within a sentence: written in its own direction, and what follows it in that of the sentence (Unicode's first strong isolate). */
export const isolated = (name: string): string => `\u2068${name}\u2069`
