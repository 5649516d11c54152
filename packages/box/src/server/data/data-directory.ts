/**
 * The directory in which a box keeps itself over restarts: one file with everything but the bytes of files, replaced as a
 * whole, so that it is always that of one moment; and a lock, so that two boxes do not overwrite each other.
 */
import { type FileHandle, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Json } from '../../world/shape.ts'
import { BoxDataError } from './data-error.ts'

/** Directories that boxes of this process are at work in. A container's processes all have the same id, one after another. */
const ours = new Set<string>()

export class DataDirectory {
  readonly path: string
  #saving: Promise<void> = Promise.resolve()
  #next: (() => Json) | undefined

  private constructor(path: string) {
    this.path = path
  }

  /**
   * Makes the directory if it is not there, and takes possession of it.
   * @throws BoxDataError BOX_DATA_IN_USE, BOX_DATA_UNUSABLE
   */
  static async open(path: string): Promise<DataDirectory> {
    const directory = new DataDirectory(resolve(path))
    try {
      await mkdir(path, { recursive: true, mode: 0o700 })
      await directory.#lock()
    } catch (error) {
      throw directory.#unusable(error, path)
    }
    return directory
  }

  /** Where the bytes of files are kept. */
  get files(): string {
    return join(this.path, 'files')
  }

  get file(): string {
    return join(this.path, 'box.json')
  }

  /**
   * What was saved; undefined if nothing ever was.
   * @throws BoxDataError BOX_DATA_INVALID, BOX_DATA_UNUSABLE
   */
  async load(): Promise<unknown> {
    let text: string
    try {
      text = await readFile(this.file, 'utf8')
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined
      throw this.#unusable(error, this.file)
    }
    try {
      return JSON.parse(text)
    } catch (error) {
      const why = text === '' ? 'it is empty' : error instanceof Error ? error.message : 'it is no JSON'
      throw new BoxDataError('BOX_DATA_INVALID', this.file, `not what a box has saved: ${why}`, error)
    }
  }

  /**
   * Saves what `state` gives when its turn comes: while one is being written, all that ask wait for the same next one.
   * @throws BoxDataError BOX_DATA_UNUSABLE
   */
  save(state: () => Json): Promise<void> {
    if (this.#next === undefined) this.#saving = this.#saving.catch(() => {}).then(() => this.#write())
    this.#next = state
    return this.#saving
  }

  /** Lets another box have it. */
  async close(): Promise<void> {
    await this.#saving.catch(() => {})
    ours.delete(this.path)
    await rm(this.#lockFile, { force: true })
  }

  get #lockFile(): string {
    return join(this.path, 'lock')
  }

  async #write(): Promise<void> {
    const state = this.#next
    this.#next = undefined
    if (state === undefined) return
    const fresh = `${this.file}.new`
    try {
      const file = await open(fresh, 'w', 0o600)
      try {
        await file.writeFile(JSON.stringify(state()))
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(fresh, this.file)
      await syncDirectory(this.path)
    } catch (error) {
      throw this.#unusable(error, this.file)
    }
  }

  async #lock(): Promise<void> {
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        await writeFile(this.#lockFile, String(process.pid), { flag: 'wx', mode: 0o600 })
        ours.add(this.path)
        return
      } catch (error) {
        if (!hasCode(error, 'EEXIST')) throw error
      }
      const owner = Number(await readFile(this.#lockFile, 'utf8').catch(() => ''))
      if (owner === process.pid ? ours.has(this.path) : isAlive(owner)) {
        const what = `another box is at work in this directory (process ${owner}); if it is none, remove ${this.#lockFile}`
        throw new BoxDataError('BOX_DATA_IN_USE', this.path, what)
      }
      // Its process was killed: nobody is there to give it back.
      await rm(this.#lockFile, { force: true })
    }
    throw new BoxDataError('BOX_DATA_IN_USE', this.path, 'another box is just beginning in this directory')
  }

  #unusable(error: unknown, path: string): BoxDataError {
    if (error instanceof BoxDataError) return error
    const why = error instanceof Error ? error.message : String(error)
    return new BoxDataError('BOX_DATA_UNUSABLE', path, why, error)
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // It is there, and somebody else's.
    return hasCode(error, 'EPERM')
  }
}

/** Makes the new name last, where the system can do that to a directory. */
async function syncDirectory(path: string): Promise<void> {
  let directory: FileHandle | undefined
  try {
    directory = await open(path)
    await directory.sync()
  } catch {
    // Not everywhere: then the system does it in its own time.
  } finally {
    await directory?.close()
  }
}
