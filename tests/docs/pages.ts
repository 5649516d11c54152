/** The pages of the documentation, and the blocks of code in them. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))
/** TypeScript is extracted here, and compiled below it, where packages are found as in any project. */
export const extracted = fileURLToPath(new URL('./extracted', import.meta.url))

export interface Block {
  /** `docs/messages.md`. */
  page: string
  /** Of its first line of code, from 1. */
  line: number
  language: string
  code: string
  /** TypeScript only: the extracted file. */
  file: string
  /** TypeScript only: what the file is compiled to. */
  compiled: string
}

export interface Page {
  name: string
  text: string
  blocks: Block[]
}

export function readPages(): Page[] {
  const guide = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'))
  const names = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', ...guide.map((name) => `docs/${name}`)]
  return names.map((name) => {
    const text = readFileSync(join(root, name), 'utf8')
    return { name, text, blocks: [...blocksOf(name, text)] }
  })
}

function* blocksOf(page: string, text: string): Generator<Block> {
  for (const { 1: language = '', 2: code = '', index } of text.matchAll(/^```(\w*)[^\n]*\n(.*?)^```$/gms)) {
    const line = text.slice(0, index).split('\n').length + 1
    const base = `${page.replaceAll('/', '-').replace('.md', '')}.${line}`
    const file = join(extracted, `${base}.ts`)
    yield {
      page,
      line,
      language,
      code,
      file,
      compiled: join(extracted, 'compiled', 'extracted', `${base}.js`),
    }
  }
}

/** Each block becomes a module, whose lines have the numbers that they have in the page. */
export function extract(blocks: readonly Block[]): void {
  rmSync(extracted, { recursive: true, force: true })
  mkdirSync(extracted, { recursive: true })
  for (const { file, line, code } of blocks) {
    writeFileSync(file, `${'\n'.repeat(line - 1)}${code}export {}\n`)
  }
}
