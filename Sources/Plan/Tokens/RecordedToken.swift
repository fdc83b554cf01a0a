import Formats

/// A JSON Web Token (RFC 7519) in a recorded request.
struct RecordedToken {
    /// A top-level claim of the payload.
    struct Claim {
        /// The value's bytes in the payload; without the quotes for a string.
        var range: Range<Int>
        var isString: Bool
        var hasEscapes: Bool
    }

    /// The encoded header, byte for byte.
    let header: [UInt8]
    /// The decoded payload.
    let payload: [UInt8]
    /// The header's `alg`; empty when it has none.
    let algorithm: String
    /// The top-level claims that are strings or numbers.
    let claims: [String: Claim]
    /// The names of its other top-level members, which are objects, arrays, flags or null.
    let otherMembers: Set<String>
    /// The header's `kid`; nil when it has none.
    let keyIdentifier: String?
    /// The token's hash as a distinctive run of its request (``DistinctiveRuns``); nil when it is not one.
    let run: UInt64?

    /// A cheap check whether `text` has the shape of a token: three parts, the first being the encoding of `{"`. It may
    /// be wrong.
    static func isLikely(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        range.count >= 20 && text[range].starts(with: "eyJ".utf8)
            && text[range].count { $0 == UInt8(ascii: ".") } == 2
    }

    /// The token `text`; nil when it is not one: it does not have three parts, or its header or payload is not a JSON
    /// object.
    init?(_ text: [UInt8]) {
        guard let (encoded, header, payload) = RecordedToken.parts(of: text[...]) else { return nil }
        run = DistinctiveRuns.hashes(of: text).first
        self.header = Array(encoded)
        self.payload = payload
        (claims, otherMembers) = RecordedToken.members(of: payload)
        let members = RecordedToken.members(of: header).claims
        func member(_ name: String) -> String? {
            members[name].map { String(decoding: header[$0.range], as: UTF8.self) }
        }
        algorithm = member("alg") ?? ""
        keyIdentifier = member("kid")
    }

    /// Whether `text` is a token.
    static func isToken(_ text: ArraySlice<UInt8>) -> Bool { parts(of: text) != nil }

    /// The encoded header, the decoded header and the decoded payload; nil if `text` is not a token.
    private static func parts(
        of text: ArraySlice<UInt8>
    ) -> (encoded: ArraySlice<UInt8>, header: [UInt8], payload: [UInt8])? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Base64.url.decoded(parts[0]), let payload = Base64.url.decoded(parts[1]),
            Base64.url.decoded(parts[2]) != nil, header.first == UInt8(ascii: "{"), payload.first == UInt8(ascii: "{")
        else { return nil }
        return (parts[0], header, payload)
    }

    /// A claim's number, rounded down; nil when it is not a number or is out of range for a time.
    func seconds(_ name: String) -> Int64? {
        guard let claim = claims[name], let number = Double(String(decoding: payload[claim.range], as: UTF8.self)),
            number.magnitude < 1e12
        else { return nil }
        return Int64(number.rounded(.down))
    }

    /// A string claim's value.
    func text(_ claim: Claim) -> [UInt8]? {
        guard claim.isString else { return nil }
        return payload.withUnsafeBufferPointer { Sink.Coding.json.decoded($0, claim.range) }
    }

    /// The decoded payload of a text with the shape of a token; nil when it has none.
    static func payload(of text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard isLikely(text, 0..<text.count), let first = text.firstIndex(of: UInt8(ascii: ".")),
            let second = text[(first + 1)...].firstIndex(of: UInt8(ascii: "."))
        else { return nil }
        return Base64.url.decoded(text[(first + 1)..<second])
    }

    private static func members(of object: [UInt8]) -> (claims: [String: Claim], others: Set<String>) {
        object.withUnsafeBufferPointer { bytes in
            var members: [String: Claim] = [:]
            var others: Set<String> = []
            var leaves = JSONLeaves(bytes)
            while let leaf = leaves.next() {
                guard let key = leaves.outermostKey else { continue }
                let name = String(decoding: bytes[key], as: UTF8.self)
                if leaves.depth == 1, leaf.isString || JSONLeaves.isNumber(bytes, leaf.range) {
                    members[name] = Claim(range: leaf.range, isString: leaf.isString, hasEscapes: leaf.hasEscapes)
                } else {
                    others.insert(name)
                }
            }
            return (members, others)
        }
    }
}
