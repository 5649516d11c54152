/** telegram-mt: many Telegram user accounts in one process. */

import './guarded.ts'

export { CryptoError, type CryptoErrorCode } from '@telegram-mt/crypto'
export {
  FramingError,
  type FramingErrorCode,
  KeyExchangeError,
  type KeyExchangeErrorCode,
  type SecurityCheck,
  SecurityError,
  type SecurityErrorCode,
  SessionError,
  type SessionErrorCode,
} from '@telegram-mt/mtproto'

export {
  CallTimeout,
  ConnectError,
  type ConnectErrorCode,
  ConnectionClosed,
  type HttpProxy,
  type MtProxy,
  ProxyLinkError,
  type ProxyServer,
  parseProxyLink,
  ServerUnproven,
  type SocksProxy,
} from '@telegram-mt/net'
export { TlError, type TlErrorCode } from '@telegram-mt/tl'
export { Account } from './account/account.ts'
export type { SignedInDevice } from './account/authorizations.ts'
export type { NewPrivacySetting, PrivacySetting, PrivacyTopic } from './account/privacy.ts'
export type { ProfileChange } from './account/profile.ts'
export type { Takeout, TakeoutOptions } from './account/takeout.ts'
export type { PasswordChange, PasswordInfo, SetPasswordOptions } from './account/two-factor.ts'
export { ArgumentError } from './arguments/check-arguments.ts'
export {
  type BotQuery,
  type CallbackAnswer,
  type CallbackQuery,
  type InlineChoice,
  type InlineQuery,
  readBotQuery,
} from './bots/bot-queries.ts'
export { Bots } from './bots/bots.ts'
export {
  type BotCommand,
  type CommandListOptions,
  type CommandScope,
  type ReadCommand,
  readCommand,
} from './bots/commands.ts'
export { type BotFileIds, botFileIds, fileAtBotId, mediaOfBotId } from './bots/file-by-id.ts'
export { type FileId, type FileKind, fileUniqueId, formatFileId, parseFileId } from './bots/file-id.ts'
export type {
  AnswerInlineOptions,
  InlineQueryOptions,
  InlineResult,
  SendInlineResultOptions,
} from './bots/inline.ts'
export {
  forceReply,
  hideKeyboard,
  type InlineButton,
  inlineKeyboard,
  type KeyboardKey,
  type KeyboardOptions,
  replyKeyboard,
} from './bots/keyboards.ts'
export type { PhotoSource } from './bots/photo-source.ts'
export type { AddMembersOptions } from './chats/add-members.ts'
export type { ClearHistoryOptions, NewFolder } from './chats/arrange-chats.ts'
export { Chats } from './chats/chats.ts'
export type { CreatedChannel, NewChannel } from './chats/create-channel.ts'
export type { CreatedGroup } from './chats/create-group.ts'
export type { Chat, ChatsRange, GetChatsOptions } from './chats/get-chats.ts'
export type { Importer, ImportersOptions, InviteLinkOptions } from './chats/invite-links.ts'
export type { AdminRights, BannedRights, BanOptions } from './chats/member-rights.ts'
export type { Member, MembersOptions } from './chats/members.ts'
export type { InviteInfo, JoinResult } from './chats/membership.ts'
export type { NewTopic, TopicChange } from './chats/topics.ts'
export type { Blocked, ContactName, FoundPeers, NewContact } from './contacts/contact-list.ts'
export { Contacts } from './contacts/contacts.ts'
export type { Datacenter, DcAddress, DcEnvironment } from './dc/datacenter.ts'
export { publishedDatacenters } from './dc/datacenter.ts'
export { DcRegistry } from './dc/registry.ts'
export {
  ConfigurationError,
  PeerError,
  SendKeptError,
  ServerKeyUnknownError,
  SessionStateError,
  TelegramError,
} from './errors.ts'
export { FormatError } from './formatting/format-error.ts'
export type { FormattedText, Printable, TextLike } from './formatting/formatted-text.ts'
export { normalizeEntities } from './formatting/normalize-entities.ts'
export type { TextOptions } from './formatting/outgoing-text.ts'
export { parseHtml } from './formatting/parse-html.ts'
export { parseMarkdown } from './formatting/parse-markdown.ts'
export { toHtml } from './formatting/print-html.ts'
export { escapeMarkdown, toMarkdown } from './formatting/print-markdown.ts'
export { html, markdown, type TemplateValue } from './formatting/template.ts'
export type { Device } from './host/device.ts'
export type { Logger, LogLevel } from './host/logger.ts'
export type { Counts, HostMetrics, SessionMetrics } from './host/metrics.ts'
export type { Transport } from './host/network.ts'
export type { HostProxyOption, ProxyOption, ProxyUser } from './host/proxy-option.ts'
export type {
  ConnectOptions,
  ImportedAccount,
  ImportOptions,
  ImportTdataOptions,
  StartOptions,
} from './join-options.ts'
export type { Api, Call, Method, Result, RpcErrorName, RpcMethods, tl } from './layer.ts'
export { LAYER } from './layer.ts'
export { LoginUnsupportedError, SignUpNeededError } from './login/errors.ts'
export type { Answer, LoginOptions } from './login/login.ts'
export type { SentEmailCode } from './login/login-email.ts'
export { LoginFlow, type LoginState } from './login/login-flow.ts'
export type { SendCodeOptions, SentCode, SignInOptions, SignUpOptions } from './login/phone-code.ts'
export { loginUrl, type QrLoginOptions, type QrToken } from './login/qr-login.ts'
export type { DownloadOptions } from './media/download.ts'
export type { DownloadToPathOptions } from './media/download-to-path.ts'
export { MediaError } from './media/errors.ts'
export type { FileAt, FileHolder } from './media/file-location.ts'
export type { FileSource } from './media/file-source.ts'
export type { MediaKind, MediaOptions, MediaSource } from './media/input-media.ts'
export { Media } from './media/media.ts'
export type { ProfilePhotoOptions } from './media/profile-photo.ts'
export type { OnProgress, Progress } from './media/progress.ts'
export type { AlbumItem, SendAlbumOptions, SendFileOptions } from './media/send-file.ts'
export type { UploadCursor, UploadedFile, UploadOptions } from './media/upload.ts'
export type { BackfillCursor, BackfillOptions, BackfillPage } from './messages/backfill.ts'
export type { DeleteMessagesOptions } from './messages/delete-messages.ts'
export type { Draft, SaveDraftOptions } from './messages/drafts.ts'
export type { EditMessageOptions } from './messages/edit-message.ts'
export type { ForwardMessagesOptions } from './messages/forward-messages.ts'
export type { GetHistoryOptions } from './messages/get-history.ts'
export type { AnyMessage } from './messages/get-messages.ts'
export type { LinkPreview } from './messages/link-preview.ts'
export type { MessageRange } from './messages/message-pages.ts'
export { Messages } from './messages/messages.ts'
export type { FailedLater, SentLater } from './messages/outbox/outbox-session.ts'
export type { OutboxEntry, SendState } from './messages/outbox/pending-send.ts'
export type { PinMessageOptions } from './messages/pin-message.ts'
export { type NewPoll, type PollState, pollOf, type Vote } from './messages/polls.ts'
export { type ButtonChoice, buttonsOf, type PressOptions, type PressResult } from './messages/press-button.ts'
export {
  type GivenReaction,
  type ReactionLike,
  type ReactOptions,
  reactionName,
} from './messages/reactions.ts'
export type { MarkReadOptions } from './messages/read-marks.ts'
export type { SavedChat } from './messages/saved-messages.ts'
export type { MessageKind, SearchEverywhereOptions, SearchOptions } from './messages/search-messages.ts'
export type { SendMediaOptions } from './messages/send-media.ts'
export type { SendMessageOptions } from './messages/send-message.ts'
export type { ReplyTo, SendOptions } from './messages/send-options.ts'
export {
  type ContactCard,
  type Coordinates,
  type Dice,
  type LiveLocation,
  locationMedia,
  type Venue,
} from './messages/send-small-media.ts'
export type { ChatAction, ChatActionOptions } from './messages/typing.ts'
export type { PeerLike } from './peers/directory.ts'
export { fromMarkedId, type PeerKey, type PeerKind, toMarkedId } from './peers/marked-id.ts'
export type { FloodWait, OngoingWait } from './rpc/flood-wait.ts'
export type { Invoke, InvokeOptions, Where } from './rpc/invoke.ts'
export { FloodWaitError, type LogoutReason, PasswordNeededError, RpcError } from './rpc/rpc-error.ts'
export type { MethodMetrics } from './session/counters.ts'
export type { SessionEvents, SessionFault } from './session/events.ts'
export type { SessionState, SessionStateName } from './session/lifecycle.ts'
export { Session } from './session/session.ts'
export {
  type PortableAddress,
  type PortableSession,
  SessionStringError,
  type SessionStringErrorCode,
} from './session-strings/portable-session.ts'
export {
  formatSessionString,
  parseSessionString,
  type SessionStringFormat,
} from './session-strings/session-string.ts'
export type { TdataOptions } from './session-strings/tdata/tdata.ts'
export { TdataError, type TdataErrorCode } from './session-strings/tdata/tdata-error.ts'
export { StorageError, type StorageErrorCode } from './storage/error.ts'
export { MemoryStorage } from './storage/memory.ts'
export { type OpenStorageOptions, openStorage } from './storage/open.ts'
export type * from './storage/records.ts'
export type { DeadLetter as DeadLetterRecord } from './storage/records.ts'
export type {
  LogRange,
  Page,
  SessionBatch,
  SessionEntry,
  SessionWrite,
  Storage,
  StorageKey,
  StorageOptions,
} from './storage/storage.ts'
export { Telegram } from './telegram.ts'
export type { TelegramEvents } from './telegram-events.ts'
export type { TelegramOptions } from './telegram-options.ts'
export type { DamagedDeadLetter, DeadLetter } from './update-loop/dead-letters.ts'
export type {
  EventHandler,
  IncomingMessage,
  MessageHandler,
  Update,
  UpdateHandler,
  UpdateOptions,
} from './update-loop/handlers.ts'
export type { LoggedUpdate } from './update-loop/log-reader.ts'
export type { TakenUpdate } from './update-loop/taken-updates.ts'
export type { UpdateStatus } from './update-loop/update-loop.ts'
export type { ReadLogOptions, UpdateEvents } from './update-loop/update-program.ts'
export type { DelivererStatus } from './updates/delivery.ts'
export type { EngineStatus } from './updates/engine.ts'
export type * from './updates/event-types.ts'
export type { HandlerContext } from './updates/handler.ts'
export type {
  ChannelLostDelivery,
  ChannelLostReason,
  GapDelivery,
  GapReason,
  Origin,
  UpdateDelivery,
} from './updates/types.ts'
