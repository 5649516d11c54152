/** One host for all accounts. They come out of its storage, as after a restart. */
import { openStorage, type Session, Telegram } from 'telegram-mt'
import type { SignedIn } from '../box/commands.ts'
import type { Tools } from '../contestant/program.ts'
import { type BenchClient, countBytes } from './client.ts'

export async function openOurs(
  { box }: Pick<Tools, 'box'>,
  accounts: readonly SignedIn[],
): Promise<BenchClient[]> {
  const storage = openStorage('memory')
  await storage.open()
  for (const account of accounts) await store(storage, account)
  const telegram = new Telegram({
    apiId: 1,
    apiHash: 'bench',
    storage,
    dcs: box.dcs.map(({ id, host, port }) => ({ id, addresses: [{ host, port }] })),
    publicKeys: [box.publicKey.pem],
    printMessages: false,
    connectLimit: { count: 10_000, within: 1000 },
  })
  const sessions = await telegram.start()
  await Promise.all(sessions.map(online))
  return sessions.map((session) => ({
    call: () => session.invoke({ _: 'users.getUsers', id: [{ _: 'inputUserSelf' }] }),
    contacts: () => session.getContacts(),
    onMessage: (handler) => {
      session.onMessage(handler)
    },
    upload: (bytes) => session.media.upload(bytes),
    download: ({ id, accessHash, fileReference, dc, size }) => {
      const location = {
        _: 'inputDocumentFileLocation',
        id,
        accessHash,
        fileReference,
        thumbSize: '',
      } as const
      return countBytes(session.media.stream({ location, dc, size }))
    },
  }))
}

/** An account as its login has left it. */
export async function store(
  storage: ReturnType<typeof openStorage>,
  { userId, phone, dc, authKey, serverSalt }: SignedIn,
): Promise<void> {
  const session = String(userId)
  const owner = await storage.claim(session)
  const validSince = Math.floor(Date.now() / 1000) - 10
  await storage.write({
    session,
    owner,
    writes: [
      { type: 'account', dc, test: false, userId, phone },
      { type: 'authKey', dc, kind: 'permanent', key: authKey, authorized: true },
      {
        type: 'salts',
        dc,
        kind: 'permanent',
        salts: [{ salt: serverSalt, validSince, validUntil: validSince + 600 }],
      },
    ],
  })
}

/** Resolves when the datacenter has answered a call. */
async function online(session: Session): Promise<void> {
  await session.connect({ timeout: 300_000 })
  await session.invoke({ _: 'users.getUsers', id: [{ _: 'inputUserSelf' }] })
}
