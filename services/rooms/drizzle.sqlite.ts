// Generate with `bun run migrations`.
export default { dialect: 'sqlite', schema: './src/store/schema.sqlite.ts', out: './migrations/sqlite' }
