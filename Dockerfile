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

# The page, built with what only building needs.
FROM oven/bun:1.4.5-slim AS page
WORKDIR /app
COPY --from=manifests /app .
RUN bun install --frozen-lockfile --no-cache
COPY libs libs
COPY web web
COPY tsconfig.json .
RUN bun web/build.ts

FROM oven/bun:1.4.5-slim
ENV NODE_ENV=production
# Bun's allocator else gives back what is free within its pages whenever a process waits, and soon needs it again: docs/performance.md.
ENV MIMALLOC_PURGE_HOLES=0
WORKDIR /app
COPY --from=dependencies /app .
COPY . .
COPY --from=page /app/web/dist web/dist
USER bun
EXPOSE 8080
CMD ["bun", "gateway/src/main.ts"]
