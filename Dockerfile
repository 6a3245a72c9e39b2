# One image for all services; the command says which one runs. See docker-compose.yml.

# What the lock file speaks of, alone: this stage's result changes only when a dependency does.
FROM oven/bun:1.4.5-slim AS manifests
WORKDIR /app
COPY . .
RUN find . -type f ! -name package.json ! -name bun.lock ! -name bunfig.toml -delete && find . -type d -empty -delete

FROM oven/bun:1.4.5-slim AS dependencies
WORKDIR /app
COPY --from=manifests /app .
RUN bun install --frozen-lockfile --production --no-cache

FROM oven/bun:1.4.5-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app .
COPY . .
USER bun
EXPOSE 8080
CMD ["bun", "gateway/src/main.ts"]
