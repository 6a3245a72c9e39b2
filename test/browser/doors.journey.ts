import { expect, test } from 'bun:test'
import type { Stage } from './stage'
import { arrive, beIn, openRoom } from './steps'

/** The ways into a room, and what is said where there is none. */
export function doors(stage: () => Stage): void {
  test('a password room takes the password that its host was told', async () => {
    const { ana, link } = await openRoom(stage(), { name: 'Hidden', door: 'Those with a password' })
    await ana.page.getByRole('button', { name: 'Invite' }).click()
    const password = (await ana.page.locator('.invite li', { hasText: 'Password' }).locator('.code').textContent()) ?? ''
    await ana.page.getByRole('button', { name: 'Close', exact: true }).click()

    const ben = await arrive(stage(), 'Ben', { at: link })
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
    const { ana, link } = await openRoom(stage(), { name: 'Choosy', door: 'Those I let in' })
    const ben = await arrive(stage(), 'Ben', { at: link })
    await ana.page.getByRole('button', { name: 'Turn down Ben' }).click()
    await ben.page.getByText('The host has turned down your request.').waitFor()

    await ben.page.goto(`${stage().url}/r/0000-0000`)
    await ben.page.getByText('There is no room with this code.').waitFor()
  }, 30_000)

  test('an account is made, left, and come back to', async () => {
    const { enter } = stage()
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
    const { link } = await openRoom(stage(), { name: 'Everybody welcome' })
    const ben = await arrive(stage(), 'Ben')
    await ben.page.getByRole('button', { name: 'Everybody welcome' }).click()
    await beIn(ben.page)
    await ben.page.getByRole('button', { name: 'Leave the room' }).click()

    const code = link.slice(-8)
    await ben.page.getByLabel('Code or link').fill(`${code.slice(0, 4).toLowerCase()} ${code.slice(4)}`)
    await ben.page.getByRole('button', { name: 'Join' }).click()
    await beIn(ben.page)
    expect(ben.page.url()).toBe(link)
  }, 30_000)
}
