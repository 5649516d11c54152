import { expect, expectTypeOf, test } from 'vitest'
import { RpcError, rpcErrorFrom } from './rpc-error.ts'

test('a name narrows the error, and the number in it is one', () => {
  const error: unknown = rpcErrorFrom(420, 'FLOOD_WAIT_42', 'messages.sendMessage')
  if (!RpcError.is(error, 'FLOOD_WAIT_%d')) throw error
  expectTypeOf(error.value).toEqualTypeOf<number>()
  expectTypeOf(error.pattern).toEqualTypeOf<'FLOOD_WAIT_%d'>()
  expect(error.value).toBe(42)
})

test('names that the API documents and others are taken alike', () => {
  const error: unknown = rpcErrorFrom(400, 'SOMETHING_UNDOCUMENTED', 'help.getConfig')
  expect(RpcError.is(error, 'PEER_ID_INVALID')).toBe(false)
  expect(RpcError.is(error, 'SOMETHING_UNDOCUMENTED')).toBe(true)
  if (RpcError.is(error, 'PEER_ID_INVALID')) expectTypeOf(error.value).toEqualTypeOf<undefined>()
})
