import { page } from './html'

/** What somebody sees who opens the gateway in a browser. */
export const landingPage = (): string =>
  page({
    title: 'Matinee',
    body: `<h1>Matinee</h1>
<p>A watch-party backend. People meet in a room, one of them drives the video, everybody sees the same frame at the same instant and talks about it.</p>
<p>It is running. <a href="/api/docs">Read the API</a>, or take it to a tool: <a href="/api/openapi.json">OpenAPI</a>, <a href="/api/asyncapi.json">AsyncAPI</a>.</p>
<h2>Try it</h2>
<pre><code>curl -X POST localhost:8080/api/auth/guest/ -H 'content-type: application/json' -d '{"display_name":"Ana"}'
curl -X POST localhost:8080/api/rooms/create/ -H 'content-type: application/json' -H "authorization: Bearer $TOKEN" -d '{}'</code></pre>`,
  })
