import { page } from './html'

/** What somebody sees who opens the gateway in a browser. */
export const landingPage = (): string =>
  page({
    title: 'Matinee',
    body: `<h1>Matinee</h1>
<p>A watch-party backend. People meet in a room, one of them drives the video, everybody follows one timeline and talks about it.</p>
<p>It is running. <a href="/api/docs">Read the API</a>, or take it to a tool: <a href="/api/openapi.json">OpenAPI</a>, <a href="/api/asyncapi.json">AsyncAPI</a>.</p>`,
  })
