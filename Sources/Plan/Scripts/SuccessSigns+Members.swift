import Formats

extension SuccessSigns {
    /// The meaning of a member of a response.
    enum Member {
        case result, error, errors, message, data, status
        /// A flag that is true if the request failed.
        case failed
        /// A flag that is true if nobody is logged in.
        case absence
        /// The responses of a batch.
        case parts
        case flag(SuccessSigns)
        /// `isSure` where the name alone shows that it is an error code.
        case code(isSure: Bool)
    }

    /// Keyed by lowercase names without underscores.
    static let members: [String: Member] = [
        "result": .result, "error": .error, "errors": .errors, "message": .message, "msg": .message, "errmsg": .message,
        "status": .status, "ok": .flag(.isOK), "success": .flag(.isOK), "issuccess": .flag(.isOK),
        "successful": .flag(.isOK), "acknowledged": .flag(.isOK), "succeeded": .flag(.hasSucceeded),
        "errcode": .code(isSure: true), "errno": .code(isSure: true), "errorcode": .code(isSure: true),
        "code": .code(isSure: false), "data": .data, "authenticated": .flag(.isLoggedIn),
        "isauthenticated": .flag(.isLoggedIn), "loggedin": .flag(.isLoggedIn), "isloggedin": .flag(.isLoggedIn),
        "authorized": .flag(.isLoggedIn), "detail": .message, "reason": .message, "anonymous": .absence,
        "isanonymous": .absence, "anon": .absence, "isguest": .absence, "guest": .absence,
        "responses": .parts, "results": .parts, "iserror": .failed, "haserror": .failed, "haserrors": .failed,
        "failed": .failed, "isfailure": .failed, "statuscode": .status, "outcome": .status, "ack": .status,
        "stat": .status, "state": .status,
    ]

    /// The meaning of the member whose name is in `range`; nil for most.
    static func member(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Member? {
        // Most names are excluded by their first letter.
        guard range.count >= 2, range.count <= longestName,
            firstLetters.contains(ASCII.lowercased(bytes[range.lowerBound]))
        else { return nil }
        return members[
            String(decoding: bytes[range].lazy.filter { $0 != UInt8(ascii: "_") }.map(ASCII.lowercased), as: UTF8.self)]
    }

    /// The HTTP status in an object that is a response of a batch.
    static func status(_ cursor: inout JSONCursor) -> Int? {
        guard cursor.take(UInt8(ascii: "{")) else { return nil }
        while let name = cursor.string(), cursor.take(UInt8(ascii: ":")), cursor.next() != nil {
            let start = cursor.position
            guard cursor.skipValue() else { return nil }
            if statusNames.contains(where: { cursor.bytes[name.range].elementsEqual($0) }),
                let status = httpStatus(cursor.bytes[start..<cursor.position])
            {
                return status
            }
            guard cursor.take(UInt8(ascii: ",")) else { return nil }
        }
        return nil
    }

    /// A number that may be an HTTP status.
    static func httpStatus(_ value: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
        guard value.count == 3, let status = Int(String(decoding: value, as: UTF8.self)) else { return nil }
        return (100..<600).contains(status) ? status : nil
    }

    /// Whether a JSON value is a flag that is set: `true`, `1`, `"yes"`.
    static func isYes(_ value: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        value.count <= 6 && yes.contains { ASCII.isEqual(value, $0) }
    }

    /// Whether a JSON value is a flag that is not set: `false`, `0`, `"no"`.
    static func isNo(_ value: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        value.count <= 7 && no.contains { ASCII.isEqual(value, $0) }
    }

    private static let yes = ["true", "1", "\"true\"", "\"yes\"", "\"1\""].map { Array($0.utf8) }
    private static let no = ["false", "0", "\"false\"", "\"no\"", "\"0\""].map { Array($0.utf8) }

    private static let statusNames = ["status", "code", "statusCode", "status_code"].map { Array($0.utf8) }
    private static let firstLetters = Set(members.keys.compactMap(\.utf8.first))
    /// The longest name of a member, in bytes.
    private static let longestName = 16
    /// The longest word for success or failure, in bytes.
    static let longestWord = 16

    /// Whether a text is a word for success, in either case.
    static func isSuccess(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        ["ok", "success", "succeeded", "successful"].contains { ASCII.isEqual(text, Array($0.utf8)) }
    }

    /// Whether a text is a word for failure, in either case.
    static func isFailure(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        guard text.count <= longestWord else { return false }
        return failures.contains(String(decoding: text.map(ASCII.lowercased), as: UTF8.self))
    }

    private static let failures: Set<String> = [
        "error", "err", "fail", "failed", "failure", "unauthorized", "unauthenticated", "forbidden", "denied",
        "expired",
    ]

    /// Whether a JSON value is empty, such as null, false or an empty list.
    static func isEmpty(_ value: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        value.allSatisfy { !($0 > 0x20) || "[]{}\"".utf8.contains($0) }
            || ["null", "false", "0"].contains { value.elementsEqual($0.utf8) }
    }
}
