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
    static let probedCount = 256 << 10
    /// The most elements of a batch response that are examined.
    static let elementLimit = 256

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
        var object = SuccessSigns.ObjectReading()
        while let name = cursor.string(), cursor.take(UInt8(ascii: ":")), let first = cursor.next() {
            let start = cursor.position
            guard cursor.skipValue() else { break }
            if let member = SuccessSigns.member(bytes, name.range) {
                let value = bytes[start..<cursor.position]
                if case .parts = member {
                    if first == UInt8(ascii: "[") {
                        var inner = JSONCursor(bytes)
                        inner.position = start
                        readStatuses(inner)
                    }
                } else {
                    object.read(member, value, first: first)
                }
            }
            guard cursor.take(UInt8(ascii: ",")) else { break }
        }
        object.finish()
        good.formUnion(object.good)
        bad.formUnion(object.bad)
        _ = cursor.take(UInt8(ascii: "}"))
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
