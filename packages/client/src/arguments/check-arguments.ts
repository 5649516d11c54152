/**
 * The public boundary: what a program hands in is looked at before anything is begun with it, so that a program without types
 * learns what it did wrong, and where, from an error of its own and not from a TypeError deep inside.
 */
import { TelegramError } from '../errors.ts'
import { aFunction, type Expected, isObject, unknownName, wrong } from './expected.ts'

/**
 * A method was called with something that it does not take: the program must be changed. `ARGUMENT_INVALID`, or
 * `OPTION_UNKNOWN` for an option that there is not.
 */
export class ArgumentError extends TelegramError {
  /** The method that was called, and the argument that was wrong. */
  readonly method: string
  readonly argument: string

  constructor(method: string, argument: string, complaint: string, code = 'ARGUMENT_INVALID') {
    super(code, `${method}: ${complaint}`)
    this.method = method
    this.argument = argument
  }
}

/** The arguments of a method by name, in their order. */
export type Takes = Readonly<Record<string, Expected>>

type Names<T, Returned, Not = never> = {
  [K in keyof T]: T[K] extends (...args: never[]) => infer R
    ? [R] extends [Not]
      ? never
      : [R] extends [Returned]
        ? K
        : never
    : never
}[keyof T]

/** What the methods of a class take; those that give promises apart, because their errors come by the promise. */
export interface Signatures<T> {
  readonly promises: { readonly [K in Names<T, Promise<unknown>>]?: Takes }
  readonly values: { readonly [K in Names<T, unknown, Promise<unknown>>]?: Takes }
}

/** Has every call to these methods looked at first. */
export function checkArguments<T extends object>(
  of: { readonly prototype: T },
  { promises, values }: Signatures<T>,
): void {
  for (const [method, takes] of Object.entries<Takes | undefined>(promises)) {
    if (takes !== undefined) guard(of.prototype, method, takes, (error) => Promise.reject(error))
  }
  for (const [method, takes] of Object.entries<Takes | undefined>(values)) {
    if (takes !== undefined) {
      guard(of.prototype, method, takes, (error) => {
        throw error
      })
    }
  }
}

/**
 * Has listeners refused for events that there are not. `error` is let through: `events.once` and `events.on` of Node listen
 * for it besides the event that they are asked for.
 */
export function checkEvents(
  of: { readonly prototype: object },
  what: string,
  known: readonly string[],
): void {
  const event: Expected = (value, name) => {
    if (typeof value !== 'string') return wrong(name, value, 'the name of an event')
    return value === 'error' || known.includes(value) ? undefined : unknownName(value, known, what)
  }
  for (const method of ['on', 'once', 'addListener']) {
    guard(of.prototype, method, { event, listener: aFunction }, (error) => {
      throw error
    })
  }
}

function guard(
  prototype: object,
  method: string,
  takes: Takes,
  refuse: (error: ArgumentError) => unknown,
): void {
  const original: unknown = Reflect.get(prototype, method)
  if (typeof original !== 'function') throw new TypeError(`there is no method ${method} to guard`)
  const expected = Object.entries(takes)
  const guarded = function (this: unknown, ...args: unknown[]): unknown {
    for (let i = 0; i < expected.length; i++) {
      const [name, fits] = expected[i] as (typeof expected)[number]
      const other = unknownField(args[i], fits.known)
      if (other !== undefined) {
        const complaint = unknownName(other, fits.known ?? [], name)
        return refuse(new ArgumentError(method, name, complaint, 'OPTION_UNKNOWN'))
      }
      const complaint = fits(args[i], name)
      if (complaint !== undefined) return refuse(new ArgumentError(method, name, complaint))
    }
    return Reflect.apply(original, this, args)
  }
  Object.defineProperty(guarded, 'name', { value: method })
  Object.defineProperty(prototype, method, { value: guarded, writable: true, configurable: true })
}

const unknownField = (value: unknown, known: readonly string[] | undefined): string | undefined =>
  known !== undefined && isObject(value)
    ? Object.keys(value).find((field) => !known.includes(field))
    : undefined
