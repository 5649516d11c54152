/** `session.api.messages.sendMessage({…})`: every method of the layer as a function, without one closure per method. */
import type { Api, Call, Method } from '../layer.ts'
import { isMethod } from '../layer.ts'
import type { Invoke, InvokeOptions } from './invoke.ts'

/** Methods without a namespace (`initConnection`, `invokeWithLayer`, …) stand on the object itself. */
export function createApi(invoke: Invoke): Api {
  const call = (method: Method) => (params: object | undefined, options?: InvokeOptions) =>
    invoke({ ...params, _: method } as Call<Method>, options)

  const within = (namespace: string): object =>
    new Proxy(Object.create(null) as object, {
      get: (target, name) =>
        member(target, name, (key) =>
          isMethod(`${namespace}.${key}`) ? call(`${namespace}.${key}` as Method) : undefined,
        ),
    })

  return new Proxy(Object.create(null) as object, {
    get: (target, name) => member(target, name, (key) => (isMethod(key) ? call(key) : within(key))),
  }) as Api
}

/** Made at first use and kept, so that `api.x.y` is the same function each time. */
function member(target: object, name: string | symbol, make: (key: string) => unknown): unknown {
  // A promise would ask for `then`: the api is none.
  if (typeof name === 'symbol' || name === 'then') return undefined
  const known: unknown = Reflect.get(target, name)
  if (known !== undefined) return known
  const made = make(name)
  if (made !== undefined) Reflect.set(target, name, made)
  return made
}
