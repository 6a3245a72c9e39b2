import { expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import type { Stage } from './stage'
import { arrive, beIn, comeIn, openRoom, toldPassword } from './steps'

/** The ways into a room, and what is said where there is none. */
export function doors(stage: Stage): void {
  test('a password room takes the password that its host was told', async () => {
    const { ana, link } = await openRoom(stage, { name: 'Hidden', door: 'Those with a password' })
    await ana.page.getByRole('button', { name: 'Invite' }).click()
    const password = await toldPassword(ana.page)
    await ana.page.getByRole('button', { name: 'Close', exact: true }).click()

    const ben = await arrive(stage, 'Ben', { at: link })
    await ben.page.getByLabel('Password of the room').fill('wrong')
    await ben.page.getByRole('button', { name: 'Come in' }).click()
    await ben.page.getByText('This is not the room’s password.').waitFor()
    await ben.page.getByLabel('Password of the room').fill(password)
    await ben.page.getByRole('button', { name: 'Come in' }).click()
    await beIn(ben.page)

    await ana.page.getByRole('button', { name: 'Room settings' }).click()
    await ana.page.getByRole('button', { name: 'Close the room …' }).click()
    await ana.page.getByRole('button', { name: 'Close the room', exact: true }).click()
    await ben.page.getByText('The host has closed this room.').waitFor()
  }, 30_000)

  test('who is turned down is told, and so is who has no right code', async () => {
    const { ana, link } = await openRoom(stage, { name: 'Choosy', door: 'Those I let in' })
    const ben = await arrive(stage, 'Ben', { at: link })
    await ana.page.getByRole('button', { name: 'Turn down Ben' }).click()
    await ben.page.getByText('The host has turned down your request.').waitFor()

    await ben.page.goto(`${stage.url}/r/0000-0000`)
    await ben.page.getByText('There is no room with this code.').waitFor()
  }, 30_000)

  test('who waits no longer is no longer asked for, and who goes back at the door does not come in', async () => {
    const { ana, link } = await openRoom(stage, { name: 'Not tonight', door: 'Those I let in' })
    const ben = await arrive(stage, 'Ben', { at: link })
    await ana.page.getByRole('button', { name: 'Let in Ben' }).waitFor()
    await ben.page.reload()
    await ben.page.getByRole('button', { name: 'Do not wait' }).click()
    await ben.page.getByRole('heading', { name: 'Hello, Ben' }).waitFor()
    await ana.page.getByRole('button', { name: 'Let in Ben' }).waitFor({ state: 'detached' })

    const answered = Promise.withResolvers<void>()
    await ben.page.route('**/api/rooms/join/', async (route) => {
      await answered.promise
      await route.continue()
    })
    const sockets: string[] = []
    ben.page.on('websocket', (socket) => sockets.push(socket.url()))
    await join(ben.page, link)
    await ben.page.getByRole('heading', { name: 'Opening the door …' }).waitFor()
    await ben.page.goBack()
    const joined = ben.page.waitForResponse('**/api/rooms/join/')
    answered.resolve()
    await joined
    await ben.page.getByRole('heading', { name: 'Hello, Ben' }).waitFor()
    await join(ben.page, link)
    await ben.page.getByRole('heading', { name: 'You are in the lobby' }).waitFor()
    expect(sockets).toHaveLength(1)
  }, 30_000)

  test('where there is no room for another, one is told, and comes in as soon as there is', async () => {
    const { link } = await openRoom(stage, { name: 'Crowded' })
    const ben = await stage.enter({ at: link })
    let isFull = true
    await ben.page.routeWebSocket('**/ws/**', (socket) => {
      if (isFull) void socket.close({ code: 1013 })
      else socket.connectToServer()
    })
    await comeIn(ben.page, 'Ben')
    await ben.page.getByText('It does not open yet.').waitFor()
    await ben.page.getByRole('button', { name: 'Back to the start' }).waitFor()

    isFull = false

    await beIn(ben.page)
  }, 30_000)

  test('who signs out in one tab has in all of them', async () => {
    const { ana, link } = await openRoom(stage, { name: 'Two tabs' })
    const elsewhere = await ana.context.newPage()
    await elsewhere.goto(link)
    await beIn(elsewhere)
    const atStart = await ana.context.newPage()
    await atStart.goto(stage.url)

    await atStart.getByRole('button', { name: 'Sign out' }).click()

    for (const page of [ana.page, elsewhere]) await page.getByRole('heading', { name: 'You are invited to watch together.' }).waitFor()
    await comeIn(elsewhere, 'Ana again')
    for (const page of [ana.page, elsewhere]) await beIn(page)
    await atStart.getByRole('heading', { name: 'Hello, Ana again' }).waitFor()
  }, 30_000)

  test('an account is made, left, and come back to', async () => {
    const { enter } = stage
    const { page } = await enter()
    const email = `ana-${crypto.randomUUID()}@example.org`
    await page.getByRole('tab', { name: 'New account' }).click()
    await page.getByLabel('Your name').fill('Ana')
    await page.getByLabel('E-mail').fill(email)
    await page.getByLabel('Password').fill('correct horse')
    await page.getByRole('button', { name: 'Make an account' }).click()
    await page.getByRole('button', { name: 'Sign out' }).click()

    await page.getByRole('tab', { name: 'Sign in' }).click()
    await page.getByLabel('E-mail').fill(email)
    await page.getByLabel('Password').fill('wrong horse')
    await page.getByRole('tabpanel').getByRole('button', { name: 'Sign in' }).click()
    expect(await page.getByRole('alert').textContent()).toBe('The e-mail or the password is wrong.')
    await page.getByLabel('Password').fill('correct horse')
    await page.getByRole('tabpanel').getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Hello, Ana' }).waitFor()
  }, 30_000)

  test('a public room is found in the list and by its code', async () => {
    const { link } = await openRoom(stage, { name: 'Everybody welcome' })
    const ben = await arrive(stage, 'Ben')
    await ben.page.getByRole('button', { name: 'Everybody welcome' }).click()
    await beIn(ben.page)
    await ben.page.getByRole('button', { name: 'Leave the room' }).click()

    const code = link.slice(-8)
    await join(ben.page, `${code.slice(0, 4).toLowerCase()} ${code.slice(4)}`)
    await beIn(ben.page)
    expect(ben.page.url()).toBe(link)
  }, 30_000)
}

/** Goes to a room from the start page. */
async function join(page: Page, codeOrLink: string): Promise<void> {
  await page.getByLabel('Code or link').fill(codeOrLink)
  await page.getByRole('button', { name: 'Join' }).click()
}
