/** What the demo's programs and the process that directs them tell each other, over the channel between parent and child. */
import { once } from 'node:events'

/** From the directing process: a login code that arrived on somebody's phone. */
export interface CodeArrived {
  loginCode: { phone: string; code: string }
}

/** From a program. */
export type Told =
  /** It has come to this point, and goes on. */
  | { reached: string }
  /** It ends, for this reason. */
  | { failed: string }

const codes = new Map<string, string>()

/** Looks at the phone for the login code. */
export async function codeOnPhone(phone: string): Promise<string> {
  for (;;) {
    const code = codes.get(phone)
    if (code !== undefined) return code
    const [message] = (await once(process, 'message')) as [CodeArrived]
    codes.set(message.loginCode.phone, message.loginCode.code)
  }
}

export function tellDirector(message: Told, then: () => void = () => {}): void {
  if (process.send === undefined) then()
  else process.send(message, then)
}

/** Runs a program of the demo; its exit code says whether all went well. */
export async function asProgram(main: () => Promise<void>): Promise<void> {
  try {
    await main()
    process.disconnect?.()
  } catch (error) {
    // Whatever is still connected ends with the process.
    tellDirector({ failed: error instanceof Error ? error.message : String(error) }, () => process.exit(1))
  }
}
