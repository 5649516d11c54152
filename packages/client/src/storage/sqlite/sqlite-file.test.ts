import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { authKey, bytes, logEntry, outboxEntry } from '../samples.testing.ts'
import type { SessionWrite, Storage } from '../storage.ts'
import { type SqliteStorageOptions, sqliteStorage } from './sqlite.node.ts'

const folder = mkdtempSync(join(tmpdir(), 'telegram-mt-file-'))
afterAll(() => rmSync(folder, { recursive: true }))

let file: string
let count = 0
beforeEach(() => {
  file = join(folder, `${count++}.db`)
})

const open = async (options: Partial<SqliteStorageOptions> = {}): Promise<Storage> => {
  const storage = sqliteStorage({ file, lockWait: 0, ...options })
  await storage.open()
  return storage
}

/** Sessions `a`, `b`, … each with a key and an event. */
async function fill(storage: Storage, names = ['a', 'b', 'c']): Promise<void> {
  for (const session of names) {
    const owner = await storage.claim(session)
    const writes: SessionWrite[] = [
      { type: 'account', dc: 2 },
      { type: 'authKey', ...authKey(2, 5) },
      { type: 'logAppend', ...logEntry(1) },
    ]
    await storage.write({ session, owner, writes })
  }
}

/** Another program's hand in the file. */
function change(path: string, statement: string): void {
  const database = new DatabaseSync(path)
  database.exec(statement)
  database.close()
}

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8)

describe('the file', () => {
  it('S5: is for its owner only, with its log', async () => {
    const storage = await open()
    await fill(storage)
    expect([mode(file), mode(`${file}-wal`), existsSync(`${file}-shm`)]).toEqual(['600', '600', false])
    await storage.close()
    expect([mode(file), existsSync(`${file}-wal`)]).toEqual(['600', false])
    chmodSync(file, 0o664)
    await (await open()).close()
    expect(mode(file)).toBe('600')
  })

  it('refuses a folder that is not there and a path that is a folder', async () => {
    const missing = { file: join(folder, 'nowhere', 'x.db') }
    await expect(open(missing)).rejects.toMatchObject({ code: 'STORAGE_IO', message: /there is no folder/ })
    mkdirSync(file)
    await expect(open()).rejects.toMatchObject({ code: 'STORAGE_IO', message: /is not a file/ })
  })

  it('refuses what is not a database, and leaves it as it is', async () => {
    for (const content of [Buffer.from('hello'), Buffer.alloc(8192, 7)]) {
      writeFileSync(file, content)
      await expect(open()).rejects.toMatchObject({ code: 'STORAGE_NOT_DATABASE' })
      expect(readFileSync(file)).toEqual(content)
    }
  })

  it("refuses another program's database, and leaves it as it is", async () => {
    change(file, 'create table notes (text)')
    const before = readFileSync(file)
    await expect(open()).rejects.toMatchObject({ code: 'STORAGE_FOREIGN' })
    expect(readFileSync(file)).toEqual(before)
    // And does not keep it locked.
    change(file, 'insert into notes values (1)')
  })

  it('refuses a read-only file', async () => {
    await (await open()).close()
    chmodSync(file, 0o400)
    await expect(open()).rejects.toMatchObject({ code: 'STORAGE_READ_ONLY' })
  })

  it('refuses a newer schema by name, and leaves it as it is', async () => {
    const storage = await open()
    await fill(storage)
    await storage.close()
    change(file, `insert into schema_migration values ('0009_future', '2040-01-01')`)
    const before = readFileSync(file)
    await expect(open()).rejects.toMatchObject({ code: 'STORAGE_SCHEMA_NEWER', message: /0009_future/ })
    change(file, `delete from schema_migration where name = '0009_future'`)
    expect(before.length).toBe(statSync(file).size)
    const again = await open()
    expect((await again.sessions()).length).toBe(3)
    await again.close()
  })

  it('brings an older store up to date, with what it holds', async () => {
    const storage = await open()
    await fill(storage)
    const owner = await storage.claim('a')
    const state: SessionWrite = { type: 'updateState', pts: 7, qts: 0, seq: 0, date: 5, top: 3 }
    await storage.write({
      session: 'a',
      owner,
      writes: [state, { type: 'channelPts', channelId: 9, pts: 8 }],
    })
    await storage.close()
    // As 0001 left it.
    change(file, `delete from schema_migration where name > '0001_records'`)
    change(file, 'drop table message_index')
    change(file, 'alter table update_state drop column top')
    change(file, 'alter table update_state drop column user_id')
    change(file, 'alter table channel_state drop column top')
    change(file, 'alter table channel_state drop column unverified')
    change(file, 'alter table session drop column proxy')
    change(file, 'alter table auth_key drop column fingerprint')
    change(
      file,
      `create table message_peer (session text not null references session (id), message_id integer not null,
      kind text not null, id integer not null, primary key (session, message_id)) strict, without rowid`,
    )
    change(file, `insert into message_peer values ('a', 5, 'chat', 6)`)
    const again = await open()
    expect(await again.updatePositions('a')).toEqual({
      state: { pts: 7, qts: 0, seq: 0, date: 5, top: 0 },
      channels: new Map([[9, { pts: 8, top: 0, unverified: false }]]),
    })
    expect(await again.messages('a', [5])).toEqual(new Map([[5, { peer: { kind: 'chat', id: 6 } }]]))
    expect((await again.sessions()).length).toBe(3)
    await again.close()
  })

  it('finishes a schema whose making was interrupted', async () => {
    // The empty store of a process that died after creating the file, and one that died before the migration.
    writeFileSync(file, '')
    await (await open()).close()
    const storage = await open()
    await fill(storage)
    expect((await storage.sessions()).length).toBe(3)
    await storage.close()
  })

  it('says so when the disk is full, keeps what it has and goes on when there is room', async () => {
    const storage = await open({ maxSize: 200_000 })
    await fill(storage)
    const owner = await storage.claim('a')
    const big = (cursor: number): SessionWrite => ({
      type: 'logAppend',
      ...logEntry(cursor),
      event: bytes(50_000, 1),
    })
    let kept = 1
    const fillUp = async () => {
      for (;;) {
        await storage.write({ session: 'a', owner, writes: [big(kept + 1)] })
        kept++
      }
    }
    await expect(fillUp()).rejects.toMatchObject({ code: 'STORAGE_FULL' })
    expect((await storage.log('a')).length).toBe(kept)
    await storage.write({ session: 'a', owner, writes: [{ type: 'logTrim', through: kept }] })
    await storage.write({ session: 'a', owner, writes: [big(kept + 1)] })
    expect(await storage.logRange('a')).toEqual({ first: kept + 1, last: kept + 1 })
    await storage.close()
  })

  it('finds a file that was cut short', async () => {
    const storage = await open()
    await fill(storage)
    await storage.close()
    const { size } = statSync(file)
    truncateSync(file, size - 100)
    await expect(open()).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' })
    truncateSync(file, 4096)
    await expect(open()).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' })
    truncateSync(file, 10)
    await expect(open()).rejects.toMatchObject({ code: 'STORAGE_NOT_DATABASE' })
  })

  it('reports a damaged record for its session only', async () => {
    const storage = await open()
    await fill(storage)
    await storage.close()
    change(file, `update auth_key set key = x'00112233' where session = 'b'`)
    const again = await open()
    const entries = await again.sessions()
    expect(entries.map((entry) => [entry.id, entry.error?.code])).toEqual([
      ['a', undefined],
      ['b', 'STORAGE_RECORD_CORRUPT'],
      ['c', undefined],
    ])
    expect(entries[1]?.error?.session).toBe('b')
    await expect(again.session('b')).rejects.toMatchObject({ code: 'STORAGE_RECORD_CORRUPT', session: 'b' })
    await again.close()
  })

  it('reads around a damaged page', async () => {
    const names = Array.from({ length: 60 }, (_, n) => `session ${String(n).padStart(2, '0')}`)
    const storage = await open()
    await fill(storage, names)
    await storage.close()
    const damaged = readFileSync(file)
    const at = damaged.indexOf(bytes(256, 5))
    const page = at - (at % 4096)
    damaged.fill(0xff, page, page + 4096)
    writeFileSync(file, damaged)
    const again = await open()
    const entries = await again.sessions()
    expect(entries.map(({ id }) => id)).toEqual(names)
    const bad = entries.filter(({ error }) => error?.code === 'STORAGE_RECORD_CORRUPT')
    expect(bad.length).toBeGreaterThan(0)
    expect(bad.length).toBeLessThan(40)
    await again.close()
  })
})

describe('a whole file at any moment', () => {
  it('can be copied with its log while it is in use, as after a power cut', async () => {
    const storage = await open({ powerSafe: true })
    await fill(storage)
    const copy = join(folder, 'copy.db')
    copyFileSync(file, copy)
    copyFileSync(`${file}-wal`, `${copy}-wal`)
    await storage.close()
    const again = await open({ file: copy })
    expect((await again.sessions()).length).toBe(3)
    await again.close()
  })
})

describe('one holder', () => {
  const holder = `
    const { DatabaseSync } = require(process.argv[1])
    const database = new DatabaseSync(process.argv[2], { timeout: 0 })
    globalThis.database = database
    database.exec('pragma locking_mode = exclusive; pragma journal_mode = wal; begin immediate; commit')
    console.log('held')
    setInterval(() => globalThis.database.isOpen, 1000)
  `
  const sqlite = createRequire(import.meta.url).resolve('@photostructure/sqlite')

  async function hold(): Promise<ChildProcess> {
    const child = spawn(process.execPath, ['-e', holder, sqlite, file], { stdio: ['ignore', 'pipe', 'pipe'] })
    await once(child.stdout!, 'data')
    return child
  }

  it('refuses a file that another process holds, and takes it over when that process is killed', async () => {
    await (await open()).close()
    const other = await hold()
    await expect(open()).rejects.toMatchObject({ code: 'STORAGE_LOCKED' })
    const waiting = open({ lockWait: 10_000 })
    other.kill('SIGKILL')
    const storage = await waiting
    await fill(storage)
    await storage.close()
  })

  it('keeps other processes out while it has the file', async () => {
    const storage = await open()
    const other = spawn(process.execPath, ['-e', holder, sqlite, file], { stdio: ['ignore', 'pipe', 'pipe'] })
    let complaint = ''
    other.stderr!.on('data', (data) => {
      complaint += String(data)
    })
    const [code] = await once(other, 'close')
    expect([code, complaint]).toEqual([1, expect.stringContaining('database is locked')])
    await storage.close()
    const after = await hold()
    after.kill('SIGKILL')
  })
})

describe('the outbox of a process that is killed', () => {
  it('has every batch that was acknowledged', async () => {
    // What a killed process leaves is the file and the log as they are at that moment.
    const storage = await open()
    await fill(storage)
    const owner = await storage.claim('a')
    for (let n = 1n; n <= 200n; n++) {
      await storage.write({ session: 'a', owner, writes: [{ type: 'outbox', ...outboxEntry(n) }] })
    }
    const copy = join(folder, 'killed.db')
    copyFileSync(file, copy)
    copyFileSync(`${file}-wal`, `${copy}-wal`)
    await storage.close()
    const again = await open({ file: copy })
    expect((await again.outbox('a')).length).toBe(200)
    await again.close()
  })
})
