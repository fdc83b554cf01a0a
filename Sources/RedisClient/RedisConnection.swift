import CHiredis
import Glibc

/// A connection to a Redis server (hiredis). Belongs to one thread at a time; its calls block, each up to its timeout.
public struct RedisConnection: ~Copyable {

    private let context: UnsafeMutablePointer<redisContext>

    /// Connects, and authenticates if there is a password.
    ///
    /// - Parameter timeout: the timeout of connecting and of each command
    /// - Throws: ``RedisError`` if the server cannot be reached or refuses the password
    public init(_ address: RedisAddress, password: String? = nil, timeout: Duration = .seconds(1)) throws(RedisError) {
        let made = try Self.connected(address, timeout: timeout)
        // Nothing owns the connection yet, so a refused password has to close it explicitly.
        if let problem = password.flatMap({ Self.refusal($0, user: address.user, made) }) {
            redisFree(made)
            throw problem
        }
        context = made
    }

    deinit { redisFree(context) }

    private static func connected(
        _ address: RedisAddress, timeout: Duration
    ) throws(RedisError) -> UnsafeMutablePointer<redisContext> {
        let (seconds, attoseconds) = timeout.components
        let limit = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        let made =
            if let path = address.path {
                redisConnectUnixWithTimeout(path, limit)
            } else {
                redisConnectWithTimeout(address.host, address.port, limit)
            }
        guard let made else { throw RedisError("out of memory") }
        guard made.pointee.err == 0 else {
            defer { redisFree(made) }
            throw RedisError(error(of: made))
        }
        _ = redisSetTimeout(made, limit)
        return made
    }

    /// Why a server refuses a password; nil if it accepts it.
    private static func refusal(
        _ password: String, user: String?, _ context: UnsafeMutablePointer<redisContext>
    ) -> RedisError? {
        do throws(RedisError) {
            let reply = try command(["AUTH"] + (user.map { [$0] } ?? []) + [password], context)
            if case .error(let text) = reply { return RedisError(text) }
            return nil
        } catch {
            return error
        }
    }

    /// Sends a command and waits for its reply.
    ///
    /// - Throws: an error if there is none; the connection can no longer be used then
    public func command(_ words: [String]) throws(RedisError) -> RedisReply { try Self.command(words, context) }

    private static func command(
        _ words: [String], _ context: UnsafeMutablePointer<redisContext>
    ) throws(RedisError) -> RedisReply {
        let copies = words.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        var pointers = copies.map { UnsafePointer<CChar>($0) }
        let lengths = words.map { $0.utf8.count }
        guard let answer = redisCommandArgv(context, Int32(words.count), &pointers, lengths) else {
            throw RedisError(error(of: context))
        }
        defer { freeReplyObject(answer) }
        let reply = answer.assumingMemoryBound(to: redisReply.self).pointee
        switch reply.type {
        case REDIS_REPLY_INTEGER: return .integer(Int64(reply.integer))
        case REDIS_REPLY_STRING, REDIS_REPLY_STATUS, REDIS_REPLY_ERROR:
            let text = reply.str.map { bytes in
                String(decoding: UnsafeRawBufferPointer(start: bytes, count: Int(reply.len)), as: UTF8.self)
            }
            return reply.type == REDIS_REPLY_ERROR ? .error(String((text ?? "").prefix(100))) : .text(text ?? "")
        default: return .other
        }
    }

    private static func error(of context: UnsafeMutablePointer<redisContext>) -> String {
        withUnsafeBytes(of: context.pointee.errstr) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}

/// A reply of a Redis server.
public enum RedisReply: Hashable, Sendable {
    case text(String)
    case integer(Int64)
    /// An error, with the server's text.
    case error(String)
    /// Nil, or a list.
    case other
}

/// Why a Redis server gave no reply; never contains a secret.
public struct RedisError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A few words.
    public var description: String

    /// A reason.
    public init(_ description: String) { self.description = description }
}
