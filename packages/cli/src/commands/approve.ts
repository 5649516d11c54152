import { signedInSession } from '../accounts/chosen-session.ts'
import type { Command } from '../run/command.ts'
import { printableLine } from '../terminal/printable.ts'

export const approve: Command = {
  name: 'approve',
  summary: 'let another device in that shows a QR code: it is signed in to this account',
  details: 'Whoever is let in has the account. Only approve a code that you have asked for yourself.',
  examples: [['approve "tg://login?token=…"', 'what the code says, as signin --qr prints it below the code']],
  arguments: [{ name: '<url>', describe: 'tg://login?token=…' }],
  async run(context, { args: [url = ''] }) {
    const session = await signedInSession(context)
    const { deviceModel, appName, platform, ip, country } = await session.account.acceptLogin(url)
    const what = printableLine([appName, deviceModel].filter(Boolean).join(', '))
    return {
      json: { app: appName, device: deviceModel, platform, ip, country },
      lines: [`Signed in: ${what}.`],
    }
  },
}
