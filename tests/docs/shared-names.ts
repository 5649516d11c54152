/** The names that all examples share, as docs/README.md tells the reader. */
import type { Session, Telegram } from 'telegram-mt'

declare global {
  /** A host. */
  const telegram: Telegram
  /** A session of it that is signed in. */
  const session: Session
  /** Your application's, from https://my.telegram.org/apps. */
  const apiId: number
  const apiHash: string
  /** Your way to ask a person. */
  const ask: (question: string) => Promise<string>
}
