import Formats

/// Names of members that errors commonly have.
enum ErrorVocabulary {
    /// What a name means.
    enum Role {
        /// One such name suffices to show an error if there are only names of errors.
        case telling
        /// Errors have it, and other responses, too.
        case common
        /// It identifies the caller.
        case caller
    }

    private static let words: [(role: Role, names: [String])] = [
        (
            .telling,
            [
                "error", "errors", "err", "message", "messages", "msg", "errmsg", "errormessage", "errormsg", "detail",
                "details", "reason", "fault", "exception", "errcode", "errno", "errorcode", "errordescription",
            ]
        ),
        (
            .common,
            [
                "code", "status", "statuscode", "statustext", "title", "type", "instance", "timestamp", "path", "trace",
                "traceid", "requestid", "success", "ok", "description", "documentationurl", "errortype", "name",
            ]
        ),
        (
            .caller,
            [
                "user", "username", "userid", "uid", "login", "email", "account", "accountid", "id", "sub", "token",
                "accesstoken", "session", "sessionid",
            ]
        ),
    ]
    private static let longestName = 20

    /// The roles by the hashes of the names: most members have another name, so a text of each would be waste.
    private static let roles: HashTable<Role> = {
        var roles = HashTable<Role>()
        for (role, names) in words {
            for name in names { roles.insert(role, for: ValueHash.of(Array(name.utf8))) }
        }
        return roles
    }()

    /// The role of a name, in either case and with or without separators; nil for most names.
    static func role(_ bytes: UnsafeBufferPointer<UInt8>, _ name: Range<Int>) -> Role? {
        guard name.count <= longestName else { return nil }
        var hash = ValueHash.seed
        for index in name where bytes[index] != UInt8(ascii: "_") && bytes[index] != UInt8(ascii: "-") {
            ValueHash.mix(&hash, ASCII.lowercased(bytes[index]))
        }
        return roles[hash]
    }

    /// Whether an element is named after an error: `Error`, `ExceptionReport`, `ServiceFault`.
    static func isErrorElement(_ bytes: UnsafeBufferPointer<UInt8>, _ name: Range<Int>) -> Bool {
        errorWords.occur(in: bytes[name])
    }

    private static let errorWords = AnyCaseWords("error", "fault", "exception", "failure", "denied")

    /// Whether every member of an object is one that errors have, one of them shows an error, and none is in `names`.
    static func isError(_ bytes: UnsafeBufferPointer<UInt8>, besides names: [UInt64]) -> Bool {
        var tells = false
        var isError = true
        ResponseMember.forEach(in: bytes) { member in
            guard !member.isInner else { return true }
            switch role(bytes, member.name) {
            case .telling: tells = true
            case .common: break
            case .caller, nil: isError = false
            }
            isError = isError && !names.contains(ValueHash.of(bytes, member.name))
            return isError
        }
        return isError && tells
    }
}

/// A member of an object, or of a nested object that only wraps the content.
struct ResponseMember {
    var name: Range<Int>
    var value: Range<Int>
    /// The first byte of the value.
    var first: UInt8
    /// A hash of the names that lead to it.
    var path: UInt64
    var isInner: Bool

    /// Whether its value is null, or an empty text.
    func isEmpty(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        switch first {
        case UInt8(ascii: "n"): bytes[value].elementsEqual("null".utf8)
        case UInt8(ascii: "\""): value.count == 2
        default: false
        }
    }

    /// Visits the members of an object, in order, until `visit` returns false.
    static func forEach(in bytes: UnsafeBufferPointer<UInt8>, _ visit: (ResponseMember) -> Bool) {
        var cursor = JSONCursor(bytes)
        _ = forEach(&cursor, outer: nil, visit)
    }

    /// - Returns: whether to continue
    private static func forEach(
        _ cursor: inout JSONCursor, outer: UInt64?, _ visit: (ResponseMember) -> Bool
    ) -> Bool {
        guard cursor.take(UInt8(ascii: "{")) else { return true }
        let bytes = cursor.bytes
        while let name = cursor.string(), cursor.take(UInt8(ascii: ":")), let first = cursor.next() {
            let start = cursor.position
            guard cursor.skipValue() else { return true }
            var path = outer ?? ValueHash.seed
            ValueHash.mix(&path, bytes[name.range])
            let member = ResponseMember(
                name: name.range, value: start..<cursor.position, first: first, path: path, isInner: outer != nil)
            guard visit(member) else { return false }
            if outer == nil, first == UInt8(ascii: "{"), isWrapper(bytes[name.range]) {
                var inner = JSONCursor(bytes)
                inner.position = start
                ValueHash.mix(&path, UInt8(ascii: "."))
                guard forEach(&inner, outer: path, visit) else { return false }
            }
            guard cursor.take(UInt8(ascii: ",")) else { return true }
        }
        return true
    }

    private static func isWrapper(_ name: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        name.elementsEqual("data".utf8) || name.elementsEqual("result".utf8) || name.elementsEqual("response".utf8)
    }
}
