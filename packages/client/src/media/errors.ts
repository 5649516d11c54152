import { TelegramError } from '../errors.ts'

/**
 * A file cannot be sent or fetched: `FILE_EMPTY`, `FILE_TOO_LARGE`, `FILE_CHANGED` it is not as long as it was said to be,
 * `FILE_HASH_MISMATCH` what came is not what was announced, `FILE_MISSING`, `NOT_A_FILE`, `RANGE_INVALID`, …
 */
export class MediaError extends TelegramError {}
