// Generate with `bun run migrations`.
export default { dialect: 'postgresql', schema: './src/store/schema.postgres.ts', out: './migrations/postgres' }
