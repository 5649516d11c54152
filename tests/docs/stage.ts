/** Where the examples of a page are run: a box with people in it, and the names that all examples share. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Box, startBox, worldFromDescription } from '@telegram-mt/box'
import type { Session, Telegram } from 'telegram-mt'
import { expect, vi } from 'vitest'

/** The hosts that examples make without saying where go to this box. */
export const everywhere: { box: Box | undefined; hosts: Telegram[] } = { box: undefined, hosts: [] }

const PHONE = '9996620001'
/** Milliseconds, for what comes by itself. */
const PATIENCE = 45_000
/** Of every login. */
const CODE = '01234'

/** The beginning of a JPEG of 640 × 480 pixels: enough of a picture for the box. */
const JPEG = Uint8Array.from([
  0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, 1, 224, 2, 128, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1, 0xff, 0xd9,
])

const world = {
  users: [
    { phone: PHONE, firstName: 'Ann', username: 'ann_example' },
    { phone: '9996620002', firstName: 'Bob', username: 'bob_example', contacts: ['@ann_example'] },
    { phone: '9996620003', firstName: 'Eve', password: 'correct horse' },
    { phone: '+41790000001', firstName: 'Ida', dc: 4, password: 'correct horse' },
    // The people of the README.
    { phone: '+41123456789', firstName: 'Zoe', dc: 4, password: 'only if the account has one' },
    { phone: '9996640009', firstName: 'Fnux', username: 'fnux_ch' },
  ],
  groups: [{ title: 'Garden', creator: '@ann_example', members: ['@bob_example'] }],
  channels: [
    { title: 'News', kind: 'channel', creator: '@ann_example', username: 'news_example' },
    {
      title: 'Garden club',
      kind: 'supergroup',
      creator: '@ann_example',
      username: 'club_example',
      members: ['@bob_example'],
    },
  ],
  messages: [
    { from: '@bob_example', to: PHONE, text: 'tea or coffee?' },
    { from: '@bob_example', to: 'Garden', text: 'who waters?' },
  ],
}

export interface Stage {
  /** Nobody follows the account's updates. */
  clear(): void
  /** Lets something happen on the account, and waits until whoever follows its updates is done with that. */
  happen(): Promise<void>
  /** Lets something happen for a loop over the account's updates, once it runs, and ends it. */
  happenToLoop(): Promise<void>
  close(): Promise<void>
}

/** Makes the shared names. */
export async function openStage(
  host: new (options: { apiId: number; apiHash: string }) => Telegram,
): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'telegram-mt-docs-'))
  const before = process.cwd()
  process.chdir(folder)
  writeFileSync('report.pdf', Buffer.alloc(1_500_000, 'report'))
  writeFileSync('photo.jpg', JPEG)
  const box = await startBox({ world: await worldFromDescription(world) })
  everywhere.box = box
  // The README has to print a code, and codes of numbers that are no test numbers are random.
  box.world.onLoginCode(({ phone }) => {
    for (const login of box.world.state.logins.values()) if (login.phone === phone) login.code = CODE
  })
  const telegram = new host({ apiId: 1, apiHash: 'any' })
  const session = await telegram.connect({ dc: 2 })
  await session.login({ phone: PHONE, code: CODE })
  const bob = await telegram.connect({ dc: 2 })
  await bob.login({ phone: '9996620002', code: CODE })
  scanQrCodes(bob)
  Object.assign(globalThis, { telegram, session, apiId: 1, apiHash: 'any', ask: answer })
  const loop = vi.spyOn(session, 'updates')
  const stage: Stage = {
    clear() {
      loop.mockClear()
      session.onMessage(undefined).onEvent(undefined).onUpdate(undefined)
    },
    async happen() {
      const { updatesHandled } = session.metrics()
      await bob.sendMessage('@ann_example', 'coffee')
      await vi.waitFor(
        () => expect(session.metrics().updatesHandled).toBeGreaterThan(updatesHandled),
        PATIENCE,
      )
    },
    async happenToLoop() {
      await vi.waitFor(() => expect(loop).toHaveBeenCalled(), PATIENCE)
      await stage.happen()
      await session.close()
      await session.connect()
    },
    async close() {
      await Promise.all(everywhere.hosts.splice(0).map((one) => one.close()))
      await box.close()
      everywhere.box = undefined
      vi.restoreAllMocks()
      process.chdir(before)
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return stage
}

/** What the person says who is asked. */
const answer = async (question: string): Promise<string> =>
  question.startsWith('Password') ? 'correct horse' : CODE

/** Whatever is printed is looked at by a phone that accepts logins. */
function scanQrCodes(phone: Session): void {
  vi.spyOn(console, 'log').mockImplementation((...shown) => {
    for (const text of shown) {
      if (typeof text === 'string' && text.startsWith('tg://login')) void phone.account.acceptLogin(text)
    }
  })
}
