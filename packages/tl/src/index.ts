export { hexId, TlError, type TlErrorCode } from './errors.ts'
export { BOOL_FALSE_ID, BOOL_TRUE_ID, TlReader, VECTOR_ID } from './reader.ts'
export { badValue, TlWriter } from './writer.ts'
