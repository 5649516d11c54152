/** Signing in and up by phone code, as a conversation: each thing that is asked for can be given wrongly and again. */
import {
  PasswordNeededError,
  RpcError,
  type SentCode,
  type Session,
  SignUpNeededError,
  type tl,
} from 'telegram-mt'
import { CliError } from '../errors.ts'
import { exitCodes } from '../exit-codes.ts'
import type { CommandContext } from '../run/command.ts'
import { printableLine } from '../terminal/printable.ts'

/** How often a person may mistype a code or a password; Telegram itself makes them wait soon. */
const TRIES = 3

export interface NewName {
  firstName: string
  lastName?: string | undefined
}

/**
 * Asks for the code and, if the account has one, for the password.
 * @param newcomer names the account to be made if the number has none; absent if none shall be made.
 */
export async function login(
  context: CommandContext,
  session: Session,
  phone: string,
  newcomer?: () => Promise<NewName>,
): Promise<{ user: tl.user; isNew: boolean }> {
  try {
    return { user: await withCode(context, session, phone), isNew: false }
  } catch (error) {
    if (!(error instanceof SignUpNeededError)) throw error
    if (newcomer === undefined) {
      throw new CliError(
        exitCodes.refused,
        'SIGN_UP_NEEDED',
        'this number has no account yet; use signup to make one',
      )
    }
    return { user: await session.signUp(phone, await newcomer()), isNew: true }
  }
}

async function withCode(context: CommandContext, session: Session, phone: string): Promise<tl.user> {
  let sent = await session.sendCode(phone)
  context.note(describeCode(sent, context.streams.interactive))
  for (let tries = 1; ; tries++) {
    const code = await context.ask('Login code: ', { secret: true })
    if (code.trim() === '' && context.streams.interactive) {
      sent = await session.resendCode()
      context.note(describeCode(sent, context.streams.interactive))
      continue
    }
    try {
      return await session.signIn(phone, code)
    } catch (error) {
      if (error instanceof PasswordNeededError) return await withPassword(context, session)
      if (!RpcError.is(error, 'PHONE_CODE_INVALID') || !mayRetry(context, tries)) throw error
      context.note('This code is wrong.')
    }
  }
}

/** Asks for the account's password. */
export async function withPassword(context: CommandContext, session: Session): Promise<tl.user> {
  const { hint } = await session.api.account.getPassword({})
  const question = hint ? `Password (hint: ${printableLine(hint)}): ` : 'Password: '
  for (let tries = 1; ; tries++) {
    const password = await context.ask(question, { secret: true })
    try {
      return await session.checkPassword(password)
    } catch (error) {
      if (!RpcError.is(error, 'PASSWORD_HASH_INVALID') || !mayRetry(context, tries)) throw error
      context.note('This password is wrong.')
    }
  }
}

/** A pipe has said all it has to say the first time. */
const mayRetry = (context: CommandContext, tries: number): boolean =>
  context.streams.interactive && tries < TRIES

const ways: Record<string, string> = {
  app: 'to your other Telegram apps',
  sms: 'as an SMS',
  call: 'by a phone call',
  flashCall: 'by a call from a number that contains it',
  missedCall: 'by a call from a number that ends in it',
  emailCode: 'by e-mail',
  fragmentSms: 'to https://fragment.com',
  smsWord: 'as a word in an SMS',
  smsPhrase: 'as a phrase in an SMS',
  firebaseSms: 'in a way that only official apps can read',
}

function describeCode({ type, length, nextType }: SentCode, canAskAgain: boolean): string {
  const digits = length === undefined ? 'The login code' : `The login code, ${length} digits,`
  const again = nextType === undefined || !canAskAgain ? '' : '; Enter alone sends it another way'
  return `${digits} was sent ${ways[type] ?? `by ${type}`}${again}.`
}
