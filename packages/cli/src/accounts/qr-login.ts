/** Signing in by a QR code that another device of the account scans. */
import { PasswordNeededError, type Session, type tl } from 'telegram-mt'
import type { CommandContext } from '../run/command.ts'
import { writeLine } from '../terminal/streams.ts'
import { withPassword } from './login.ts'

/** @param exceptIds accounts that are here already. */
export async function loginByQr(
  context: CommandContext,
  session: Session,
  exceptIds: readonly number[],
): Promise<tl.user> {
  const { signal } = context
  const tokens = session.qrLogin({ exceptIds, signal })
  try {
    for (;;) {
      // The other device is in the hands of a person, who may take their time.
      const { done, value } = await context.unhurried(tokens.next())
      if (done) return value
      await show(context, value.url, value.expiresAt)
    }
  } catch (error) {
    if (error instanceof PasswordNeededError) return await withPassword(context, session)
    throw error
  }
}

async function show(context: CommandContext, url: string, expiresAt: number): Promise<void> {
  if (context.settings.json && !context.atPrompt) {
    const line = JSON.stringify({ qr: { url, expires: new Date(expiresAt).toISOString() } })
    await writeLine(context.streams.output, line)
    return
  }
  if (context.streams.interactive) {
    const { qrPicture } = await import('../terminal/qr-picture.ts')
    context.picture(qrPicture(url, context.env.NO_COLOR === undefined || context.env.NO_COLOR === ''))
  }
  context.note(
    'Scan this with a device that is signed in (Settings > Devices), or give it to approve there:\n' +
      `${url}\nIt is good for ${Math.max(1, Math.round((expiresAt - Date.now()) / 1000))} seconds; then comes the next.`,
  )
}
