/** What the demo prints: sections, steps that were made and checked, and between them what the accounts are told. */
import { inspect } from 'node:util'

/** How long a step may take, milliseconds. */
const PATIENCE = 20_000

export const section = (title: string): void => console.log(`\n${title}`)

/** Something that happens on one account. */
export const show = (account: string, line: string): void => console.log(`      ${account.padEnd(5)} ${line}`)

export class StepFailed extends Error {}

/** Makes a step and says so; a step that fails, or takes too long, ends the demo. */
export async function step<T>(what: string, make: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${PATIENCE / 1000} seconds`)), PATIENCE)
  })
  const begin = performance.now()
  try {
    const made = await Promise.race([make(), late])
    console.log(`  ✓ ${what} (${Math.round(performance.now() - begin)} ms)`)
    return made
  } catch (error) {
    const why = error instanceof Error ? error.message : inspect(error)
    console.log(`  ✗ ${what}: ${why}`)
    throw new StepFailed(`the step “${what}” failed: ${why}`)
  } finally {
    clearTimeout(timer)
  }
}
