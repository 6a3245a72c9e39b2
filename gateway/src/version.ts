import manifest from '../package.json' with { type: 'json' }

/** The version of this gateway, and of the API it documents. */
export const { version } = manifest
