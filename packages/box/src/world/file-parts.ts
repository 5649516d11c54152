/**
 * The bytes of files, as the parts they came in: in memory while a file is small, on disk beyond. On disk every part has
 * a slot of the largest size a part can have, so that parts can come in any order before their common size is known; the
 * holes between shorter ones take no room.
 */
import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const PART_MAX = 512 * 1024
/** A file in memory moves to disk when it grows beyond this. */
const MEMORY_LIMIT = 8 * 1024 * 1024

export class FileParts {
  readonly #dir: FileDirectory
  readonly #name: string
  readonly #memory = new Map<number, Uint8Array>()
  readonly lengths = new Map<number, number>()
  #size = 0
  #onDisk: boolean

  constructor(dir: FileDirectory, name: string) {
    this.#dir = dir
    this.#name = name
    this.#onDisk = dir.keepsAll
  }

  write(part: number, bytes: Uint8Array): void {
    this.#size += bytes.length - (this.lengths.get(part) ?? 0)
    this.lengths.set(part, bytes.length)
    if (!this.#onDisk && this.#size > MEMORY_LIMIT) this.#spill()
    if (this.#onDisk) this.#dir.write(this.#name, part, bytes)
    else this.#memory.set(part, bytes.slice())
  }

  /** The bytes of one part; empty if there is none. */
  part(part: number): Uint8Array {
    if (this.#onDisk) return this.#dir.read(this.#name, part * PART_MAX, this.lengths.get(part) ?? 0)
    return this.#memory.get(part) ?? new Uint8Array()
  }

  get size(): number {
    return this.#size
  }

  /** Reads across parts of `partSize`; less than asked for at the end of the file. */
  read(partSize: number, offset: number, limit: number): Uint8Array {
    const end = Math.min(this.#size, offset + limit)
    const out = new Uint8Array(Math.max(0, end - offset))
    let at = offset
    while (at < end) {
      const part = Math.floor(at / partSize)
      const start = at % partSize
      const piece = this.part(part).subarray(start, start + end - at)
      if (piece.length === 0) break
      out.set(piece, at - offset)
      at += piece.length
    }
    return out
  }

  /** After a restart: the parts of a file of known size, on disk. */
  adopt(partSize: number, size: number): void {
    this.#size = size
    this.#onDisk = true
    for (let part = 0; part * partSize < size; part++) {
      this.lengths.set(part, Math.min(partSize, size - part * partSize))
    }
  }

  drop(): void {
    this.#memory.clear()
    this.lengths.clear()
    this.#size = 0
    this.#dir.remove(this.#name)
  }

  #spill(): void {
    this.#onDisk = true
    for (const [part, bytes] of this.#memory) this.#dir.write(this.#name, part, bytes)
    this.#memory.clear()
  }
}

/** Where files go that are too large for memory: a directory of one's own, or one that passes with the process. */
export class FileDirectory {
  /** True if the directory is to hold every file, so that a restart finds them. */
  readonly keepsAll: boolean
  #path: string | undefined

  /** @param path kept after the process; without one a temporary directory is made when first needed */
  constructor(path?: string) {
    this.keepsAll = path !== undefined
    this.#path = path
  }

  write(name: string, part: number, bytes: Uint8Array): void {
    const fd = openSync(this.#file(name), existsSync(this.#file(name)) ? 'r+' : 'w+', 0o600)
    try {
      const at = part * PART_MAX
      // A part sent again may be shorter than before.
      if (bytes.length === 0) ftruncateSync(fd, at)
      else writeSync(fd, bytes, 0, bytes.length, at)
    } finally {
      closeSync(fd)
    }
  }

  read(name: string, position: number, length: number): Uint8Array {
    const out = new Uint8Array(length)
    if (length === 0 || !existsSync(this.#file(name))) return out.subarray(0, 0)
    const fd = openSync(this.#file(name), 'r')
    try {
      return out.subarray(0, readSync(fd, out, 0, length, position))
    } finally {
      closeSync(fd)
    }
  }

  remove(name: string): void {
    if (this.#path !== undefined) rmSync(this.#file(name), { force: true })
  }

  /** Removes what was temporary. */
  close(): void {
    if (!this.keepsAll && this.#path !== undefined) rmSync(this.#path, { recursive: true, force: true })
  }

  #file(name: string): string {
    if (this.#path === undefined) this.#path = mkdtempSync(join(tmpdir(), 'telegram-mt-box-'))
    else if (this.keepsAll) mkdirSync(this.#path, { recursive: true })
    return join(this.#path, name)
  }
}
