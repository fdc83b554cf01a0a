import Formats

/// Texts for users that report a failure, as services write them into `message`, `detail` or a short body.
enum FailureText {
    /// The longest text that is examined, in bytes.
    static let longest = 400
    /// The maximum number of words that are read.
    private static let wordLimit = 24

    /// Whether a text, with or without quotes, reports a failure.
    static func isFailure(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        let words = text.prefix(longest).split { !ASCII.isLetter($0) && $0 != UInt8(ascii: "'") }.prefix(wordLimit)
            .map { String(decoding: $0.map(ASCII.lowercased), as: UTF8.self) }
        if words.contains(where: single.contains) { return true }
        return zip(words, words.dropFirst()).contains { pairs.contains("\($0) \($1)") }
    }

    private static let single: Set<String> = [
        "unauthorized", "unauthorised", "unauthenticated", "forbidden", "denied", "expired", "invalid", "incorrect",
        "failed", "failure", "exception", "cannot", "can't", "couldn't", "unable", "refused", "rejected", "disallowed",
    ]
    private static let pairs: Set<String> = [
        "not found", "not allowed", "not logged", "not signed", "not authorized", "not authenticated", "not permitted",
        "not provided", "not exist", "not valid", "no such", "could not", "login required", "authentication required",
        "authorization required", "please login", "please log", "please sign", "must log", "must login", "must sign",
        "must be", "bad request", "bad credentials", "bad token", "server error", "an error", "wrong password",
        "wrong username", "already exists", "already taken", "too many", "rate limit", "is required", "are required",
        "is missing", "no permission", "insufficient permission", "insufficient permissions", "does not",
        "doesn't exist",
    ]
}
