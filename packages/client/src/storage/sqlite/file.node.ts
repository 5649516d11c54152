// The file itself, before and while SQLite has it: who may read it, whether it is ours, who holds it.
//
// One process at a time: the connection is opened with `locking_mode=EXCLUSIVE`, so that the operating system's lock on
// the file stays with this process until it closes the file or dies, however it dies. Nothing is left behind to clean
// up, and no shared-memory file is needed. (POSIX locks of a process go when that process closes *any* descriptor of the
// file: do not open the database file by other means in the process that uses it.)

import { chmodSync, closeSync, openSync, readSync, realpathSync, type Stats, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'
import { StorageError } from '../error.ts'
import { isBusy, sqliteError } from './errors.node.ts'

/** "tgmt": says in the file's header whose database it is. */
export const APPLICATION_ID = 0x74676d74
const RETRY = 50

const openHere = new Set<string>()

export interface OpenFile {
  readonly database: DatabaseSyncInstance
  /** The file itself, links followed. */
  readonly path: string
  /** Lets go of the file; more than once does no harm. */
  close(): void
}

/** `lockWait`: how long to wait for another process to let go, in ms. Throws {@link StorageError}. */
export async function openFile(
  path: string,
  lockWait: number,
  maxSize: number | undefined,
): Promise<OpenFile> {
  const file = realPath(path)
  // Before anything touches the file: closing a descriptor of it here would undo the lock of the connection there is.
  if (openHere.has(file))
    throw new StorageError('STORAGE_LOCKED', `${path}: this process has it open already`)
  openHere.add(file)
  try {
    prepareFile(path, file)
    const database = await take(file, performance.now() + lockWait, maxSize)
    return {
      database,
      path: file,
      close: () => {
        release(database)
        openHere.delete(file)
      },
    }
  } catch (error) {
    openHere.delete(file)
    throw sqliteError(path, error)
  }
}

async function take(
  file: string,
  deadline: number,
  maxSize: number | undefined,
): Promise<DatabaseSyncInstance> {
  for (;;) {
    // No busy timeout: SQLite would sleep in it and hold up the whole process.
    const database = new DatabaseSync(file, { timeout: 0 })
    try {
      configure(database, file)
      if (maxSize !== undefined) limitSize(database, maxSize)
      return database
    } catch (error) {
      release(database)
      if (!isBusy(error) || performance.now() >= deadline) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY))
  }
}

/**
 * Lets go of the lock at once. Closing alone would not: a connection lives on until its last prepared statement was
 * garbage collected. Leaving WAL mode also leaves one whole file behind, which can be copied as it is.
 */
function release(database: DatabaseSyncInstance): void {
  if (!database.isOpen) return
  for (const step of [
    'pragma journal_mode = delete',
    'pragma locking_mode = normal',
    'select 1 from sqlite_schema',
  ]) {
    try {
      database.exec(step)
    } catch {
      // A full disk or a file that is no database: closing is all that is left.
    }
  }
  database.close()
}

function configure(database: DatabaseSyncInstance, file: string): void {
  database.exec('pragma locking_mode = exclusive; pragma trusted_schema = off; pragma cell_size_check = on')
  checkOurs(database, file)
  // Before this statement nothing was changed. Checkpoints are the driver's (see checkpoint.node.ts).
  database.exec(`
    pragma journal_mode = wal;
    pragma synchronous = normal;
    pragma foreign_keys = on;
    pragma wal_autocheckpoint = 0;
    pragma secure_delete = on;
    pragma journal_size_limit = 4194304;
    begin immediate;
    pragma application_id = ${APPLICATION_ID};
    commit;
  `)
  tighten(`${file}-wal`)
}

function limitSize(database: DatabaseSyncInstance, maxSize: number): void {
  const { page_size: page } = database.prepare('pragma page_size').get() as { page_size: number }
  database.exec(`pragma max_page_count = ${Math.max(1, Math.floor(maxSize / page))}`)
}

function checkOurs(database: DatabaseSyncInstance, file: string): void {
  const { application_id: id } = database.prepare('pragma application_id').get() as { application_id: number }
  if (id === APPLICATION_ID) return
  const { tables } = database.prepare('select count(*) as tables from sqlite_schema').get() as {
    tables: number
  }
  if (id === 0 && tables === 0) return
  throw new StorageError('STORAGE_FOREIGN', `${file} is another program's database; nothing was changed`)
}

function realPath(path: string): string {
  const file = resolve(path)
  try {
    return statIfThere(file) === undefined
      ? join(realpathSync(dirname(file)), basename(file))
      : realpathSync(file)
  } catch (error) {
    throw fileError(path, error)
  }
}

/** Creates the file for its owner only, or checks the one that is there. */
function prepareFile(path: string, file: string): void {
  try {
    const stats = statIfThere(file)
    if (stats === undefined) closeSync(openSync(file, 'wx', 0o600))
    else checkFile(file, stats)
  } catch (error) {
    throw fileError(path, error)
  }
}

function fileError(path: string, error: unknown): StorageError {
  if (error instanceof StorageError) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new StorageError('STORAGE_FULL', `${path}: no room left on the disk`, { cause: error })
  }
  if (code === 'EROFS')
    return new StorageError('STORAGE_READ_ONLY', `${path}: it may not be written`, { cause: error })
  const isMissing = code === 'ENOENT' || code === 'ENOTDIR'
  const reason = isMissing ? `there is no folder ${dirname(resolve(path))}` : `it cannot be opened (${code})`
  return new StorageError('STORAGE_IO', `${path}: ${reason}`, { cause: error })
}

function checkFile(file: string, stats: Stats): void {
  if (!stats.isFile()) throw new StorageError('STORAGE_IO', `${file} is not a file`)
  if ((stats.mode & 0o200) === 0)
    throw new StorageError('STORAGE_READ_ONLY', `${file}: it may not be written`)
  tighten(file)
  tighten(`${file}-wal`)
  checkWhole(file, stats.size)
}

/** SQLite writes whole pages and takes a last, half page for one of zeros. Unfinished business is in the log, if any. */
function checkWhole(file: string, size: number): void {
  if (size === 0 || (statIfThere(`${file}-wal`)?.size ?? 0) > 0) return
  const header = Buffer.alloc(18)
  const descriptor = openSync(file, 'r')
  try {
    readSync(descriptor, header, 0, header.length, 0)
  } finally {
    closeSync(descriptor)
  }
  if (header.toString('latin1', 0, 16) !== 'SQLite format 3\0') {
    throw new StorageError('STORAGE_NOT_DATABASE', `${file}: it is not a SQLite database`)
  }
  const pageSize = header.readUInt16BE(16) === 1 ? 65536 : header.readUInt16BE(16)
  if (pageSize < 512 || size % pageSize !== 0) {
    throw new StorageError(
      'STORAGE_CORRUPT',
      `${file}: it was cut short (${size} bytes, pages of ${pageSize})`,
    )
  }
}

/** Takes all rights from group and others. The log that SQLite makes beside the file inherits the file's. */
function tighten(file: string): void {
  const stats = statIfThere(file)
  if (stats !== undefined && (stats.mode & 0o077) !== 0) chmodSync(file, stats.mode & 0o700)
}

function statIfThere(file: string): Stats | undefined {
  return statSync(file, { throwIfNoEntry: false })
}
