import Formats

/// What a response body says about success, in protocols that always answer 200.
public struct SuccessSigns: OptionSet, Hashable, Sendable {
    /// A bit for each sign.
    public let rawValue: UInt16

    /// Makes a set from its bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// A result, or another sign of success, without a member `error` (JSON-RPC 2.0 section 5).
    static let noError = SuccessSigns(rawValue: 1)
    /// `ok`, `success` or a similar member is true.
    static let isOK = SuccessSigns(rawValue: 2)
    /// `succeeded` is true; etcd's transactions omit it if it is false.
    static let hasSucceeded = SuccessSigns(rawValue: 4)
    /// `errors` is false or empty (Elasticsearch's `_bulk`).
    static let noErrors = SuccessSigns(rawValue: 8)
    /// `errcode` or a similar member is 0.
    static let zeroCode = SuccessSigns(rawValue: 16)
    /// `status` is a word for success (JSend).
    static let goodStatus = SuccessSigns(rawValue: 32)
    /// An envelope without a fault (SOAP 1.1 section 4.4, XML-RPC).
    static let noFault = SuccessSigns(rawValue: 64)

    /// `authenticated`, `loggedIn` or a similar member is true.
    static let isLoggedIn = SuccessSigns(rawValue: 128)
    /// Its message does not report a failure.
    static let noFailureText = SuccessSigns(rawValue: 256)
    /// The responses of a batch have statuses below 400.
    static let noFailedPart = SuccessSigns(rawValue: 512)

    /// The most bytes of a body that are examined.
    fileprivate static let probedCount = 256 << 10
    /// The most elements of a batch response that are examined.
    fileprivate static let elementLimit = 256

    /// The signs for and against success in a body.
    struct Reading {
        var good: SuccessSigns = []
        var bad: SuccessSigns = []

        init(_ body: [UInt8]) {
            body.withUnsafeBufferPointer { bytes in
                let bytes = UnsafeBufferPointer(rebasing: bytes.prefix(SuccessSigns.probedCount))
                var cursor = JSONCursor(bytes)
                switch cursor.next() {
                case UInt8(ascii: "{"): readObject(&cursor)
                case UInt8(ascii: "["): readList(&cursor)
                case UInt8(ascii: "<"): readMarkup(bytes)
                default: readText(bytes)
                }
            }
        }
    }

    /// The recorded sign that a live body contradicts; nil if there is none.
    func departure(_ body: [UInt8]) -> String? {
        let live = Reading(body)
        var lost = intersection(live.bad)
        if contains(.hasSucceeded), !live.good.contains(.hasSucceeded) { lost.insert(.hasSucceeded) }
        return SuccessSigns.texts.first { lost.contains($0.sign) }?.text
    }

    private static let texts: [(sign: SuccessSigns, text: String)] = [
        (.isOK, "the response reports no success (ok or success is false)"),
        (.noError, "the response has an error member"), (.hasSucceeded, "the response lacks succeeded: true"),
        (.noErrors, "the response reports errors"),
        (.zeroCode, "the response has an error code other than 0"),
        (.goodStatus, "the status in the response reports a failure"), (.noFault, "the response is a Fault"),
        (.isLoggedIn, "the response reports that nobody is logged in"),
        (.noFailedPart, "a response of the batch in the response has an error status"),
        (.noFailureText, "the message in the response reports a failure"),
    ]
}

extension SuccessSigns.Reading {
    private mutating func readList(_ cursor: inout JSONCursor) {
        readStatuses(cursor)
        guard cursor.take(UInt8(ascii: "[")) else { return }
        for _ in 0..<SuccessSigns.elementLimit {
            guard cursor.next() == UInt8(ascii: "{") else { return }
            readObject(&cursor)
            guard cursor.take(UInt8(ascii: ",")) else { return }
        }
    }

    /// The statuses in a list of responses: `[{"status": 201, …}]`.
    private mutating func readStatuses(_ cursor: JSONCursor) {
        var cursor = cursor
        var (hasGood, hasBad) = (false, false)
        guard cursor.take(UInt8(ascii: "[")) else { return }
        for _ in 0..<SuccessSigns.elementLimit {
            guard cursor.next() == UInt8(ascii: "{") else { break }
            let start = cursor.position
            guard cursor.skipValue() else { break }
            var element = JSONCursor(UnsafeBufferPointer(rebasing: cursor.bytes[start..<cursor.position]))
            if let status = SuccessSigns.status(&element) {
                if status < 400 { hasGood = true } else { hasBad = true }
            }
            guard cursor.take(UInt8(ascii: ",")) else { break }
        }
        if hasBad { bad.insert(.noFailedPart) } else if hasGood { good.insert(.noFailedPart) }
    }

    /// Reads the members of an object, but not those of nested objects.
    private mutating func readObject(_ cursor: inout JSONCursor) {
        guard cursor.take(UInt8(ascii: "{")) else { return }
        let bytes = cursor.bytes
        var (hasResult, hasError, hasMessage, hasData) = (false, false, false, false)
        var (good, bad, code) = (SuccessSigns(), SuccessSigns(), Bool?.none)
        while let name = cursor.string(), cursor.take(UInt8(ascii: ":")), let first = cursor.next() {
            let start = cursor.position
            guard cursor.skipValue() else { break }
            if let member = SuccessSigns.member(bytes, name.range) {
                let value = bytes[start..<cursor.position]
                let isTrue = SuccessSigns.isYes(value)
                let isFalse = !isTrue && SuccessSigns.isNo(value)
                switch member {
                case .result:
                    hasResult = true
                    readWord(value, &good, &bad)
                case .failed:
                    if isTrue { bad.insert(.isOK) }
                    if isFalse { good.insert(.isOK) }
                case .message:
                    hasMessage = true
                    if first == UInt8(ascii: "\""), value.count > 2 {
                        let isFailure = FailureText.isFailure(value)
                        if isFailure { bad.insert(.noFailureText) } else { good.insert(.noFailureText) }
                    }
                case .absence:
                    if isTrue { bad.insert(.isLoggedIn) }
                    if isFalse { good.insert(.isLoggedIn) }
                case .data: hasData = true
                case .error: hasError = hasError || !SuccessSigns.isEmpty(value)
                case .flag(let sign):
                    if isTrue { good.insert(sign) }
                    if isFalse { bad.insert(sign) }
                case .errors:
                    if SuccessSigns.isEmpty(value) { good.insert(.noErrors) } else { bad.insert(.noErrors) }
                case .code(let isSure) where ASCII.isDigit(first) || first == UInt8(ascii: "-"):
                    let isZero = value.elementsEqual("0".utf8) || !isSure && value.elementsEqual("200".utf8)
                    if isSure {
                        if isZero { good.insert(.zeroCode) } else { bad.insert(.zeroCode) }
                    } else {
                        code = isZero
                    }
                case .status:
                    readWord(value, &good, &bad)
                    if first == UInt8(ascii: "t") || first == UInt8(ascii: "f") {
                        if isTrue { good.insert(.isOK) } else if isFalse { bad.insert(.isOK) }
                    } else if let status = SuccessSigns.httpStatus(value) {
                        if status < 400 { good.insert(.goodStatus) } else { bad.insert(.goodStatus) }
                    }
                case .parts where first == UInt8(ascii: "["):
                    var inner = JSONCursor(bytes)
                    inner.position = start
                    readStatuses(inner)
                case .code, .parts: break
                }
            }
            guard cursor.take(UInt8(ascii: ",")) else { break }
        }
        if let code, hasMessage || hasData {
            if code { good.insert(.zeroCode) } else if hasMessage { bad.insert(.zeroCode) }
        }
        if hasError {
            // An error next to a success is only a warning.
            if good.subtracting(.noFailureText).isEmpty { bad.insert(.noError) }
        } else if hasResult || !good.subtracting(.noFailureText).isEmpty {
            good.insert(.noError)
        }
        self.good.formUnion(good)
        self.bad.formUnion(bad)
        _ = cursor.take(UInt8(ascii: "}"))
    }

    /// A word for success or failure in quotes.
    private func readWord(
        _ value: Slice<UnsafeBufferPointer<UInt8>>, _ good: inout SuccessSigns, _ bad: inout SuccessSigns
    ) {
        guard value.first == UInt8(ascii: "\"") else { return }
        let word = value.dropFirst().dropLast()
        if SuccessSigns.isSuccess(word) { good.insert(.goodStatus) }
        if SuccessSigns.isFailure(word) { bad.insert(.goodStatus) }
    }

    /// The first word of a text: `OK 17`, `ERROR not logged in`.
    private mutating func readText(_ bytes: UnsafeBufferPointer<UInt8>) {
        let text = bytes.prefix(SuccessSigns.longestWord).drop { !ASCII.isLetter($0) }
        let word = text.prefix(while: ASCII.isLetter)
        guard word.allSatisfy({ $0 & 0x20 == 0 }) else { return }
        if SuccessSigns.isSuccess(word) { good.insert(.goodStatus) }
        if SuccessSigns.isFailure(word) { bad.insert(.goodStatus) }
    }

    /// `<rsp stat="ok">`: the attribute of the first element that says how it went.
    private mutating func readStatus(_ bytes: UnsafeBufferPointer<UInt8>) {
        var leaves = XMLLeaves(bytes)
        var left = 8
        while left > 0, let leaf = leaves.next(), let attribute = leaf.attribute {
            left -= 1
            guard bytes[attribute].elementsEqual("stat".utf8) || bytes[attribute].elementsEqual("status".utf8) else {
                continue
            }
            if SuccessSigns.isSuccess(bytes[leaf.range]) { good.insert(.goodStatus) }
            if SuccessSigns.isFailure(bytes[leaf.range]) { bad.insert(.goodStatus) }
        }
    }

    private mutating func readMarkup(_ bytes: UnsafeBufferPointer<UInt8>) {
        readStatus(bytes)
        var position = 0
        var isEnvelope = false
        while let open = ByteSearch.index(of: UInt8(ascii: "<"), in: bytes, position..<bytes.count) {
            position = open + 1
            let name = bytes[position...].prefix(64).prefix {
                $0 > 0x20 && $0 != UInt8(ascii: ">") && $0 != UInt8(ascii: "/")
            }
            let local = name.lastIndex(of: UInt8(ascii: ":")).map { name[($0 + 1)...] } ?? name
            if local.elementsEqual("Envelope".utf8) || local.elementsEqual("methodResponse".utf8) { isEnvelope = true }
            guard isEnvelope, local.elementsEqual("Fault".utf8) || local.elementsEqual("fault".utf8) else { continue }
            bad.insert(.noFault)
            return
        }
        if isEnvelope { good.insert(.noFault) }
    }
}

extension SuccessSigns {
    /// The meaning of a member of a response.
    fileprivate enum Member {
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
    fileprivate static let members: [String: Member] = [
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
    fileprivate static func member(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Member? {
        // Most names are excluded by their first letter.
        guard range.count >= 2, range.count <= longestName,
            firstLetters.contains(ASCII.lowercased(bytes[range.lowerBound]))
        else { return nil }
        return members[
            String(decoding: bytes[range].lazy.filter { $0 != UInt8(ascii: "_") }.map(ASCII.lowercased), as: UTF8.self)]
    }

    /// The HTTP status in an object that is a response of a batch.
    fileprivate static func status(_ cursor: inout JSONCursor) -> Int? {
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
    fileprivate static func httpStatus(_ value: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
        guard value.count == 3, let status = Int(String(decoding: value, as: UTF8.self)) else { return nil }
        return (100..<600).contains(status) ? status : nil
    }

    /// Whether a JSON value is a flag that is set: `true`, `1`, `"yes"`.
    fileprivate static func isYes(_ value: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        value.count <= 6 && yes.contains { ASCII.isEqual(value, $0) }
    }

    /// Whether a JSON value is a flag that is not set: `false`, `0`, `"no"`.
    fileprivate static func isNo(_ value: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        value.count <= 7 && no.contains { ASCII.isEqual(value, $0) }
    }

    private static let yes = ["true", "1", "\"true\"", "\"yes\"", "\"1\""].map { Array($0.utf8) }
    private static let no = ["false", "0", "\"false\"", "\"no\"", "\"0\""].map { Array($0.utf8) }

    private static let statusNames = ["status", "code", "statusCode", "status_code"].map { Array($0.utf8) }
    private static let firstLetters = Set(members.keys.compactMap(\.utf8.first))
    /// The longest name of a member, in bytes.
    private static let longestName = 16
    /// The longest word for success or failure, in bytes.
    fileprivate static let longestWord = 16

    /// Whether a text is a word for success, in either case.
    fileprivate static func isSuccess(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        ["ok", "success", "succeeded", "successful"].contains { ASCII.isEqual(text, Array($0.utf8)) }
    }

    /// Whether a text is a word for failure, in either case.
    fileprivate static func isFailure(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        guard text.count <= longestWord else { return false }
        return failures.contains(String(decoding: text.map(ASCII.lowercased), as: UTF8.self))
    }

    private static let failures: Set<String> = [
        "error", "err", "fail", "failed", "failure", "unauthorized", "unauthenticated", "forbidden", "denied",
        "expired",
    ]

    /// Whether a JSON value is empty, such as null, false or an empty list.
    fileprivate static func isEmpty(_ value: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        value.allSatisfy { !($0 > 0x20) || "[]{}\"".utf8.contains($0) }
            || ["null", "false", "0"].contains { value.elementsEqual($0.utf8) }
    }
}
