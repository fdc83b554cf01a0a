import Formats

/// An Authorization field of Digest authentication (RFC 7616 section 3.4, RFC 2617 section 3.2.2), computed for each
/// request from the last challenge that the clone received.
struct DigestAuthorization: Hashable, Sendable {
    /// A user name or a password: recorded, or a value of the clone's table.
    enum Text: Hashable, Sendable {
        case recorded([UInt8])
        case value(Int)
    }

    /// The recorded field's parameters, in order.
    var recorded: SchemeParameters
    var method: String
    var user: Text
    var password: Text
    /// Index of the challenge in the clone's table.
    var challenge: Int
    /// The request's target without the target's path prefix.
    var target: Template
    /// The target's path prefix.
    var basePath: [UInt8] = []
    /// The body, for `qop=auth-int`.
    var body: Template

    /// The values that it needs.
    var values: [Int] {
        [user, password].compactMap { if case .value(let index) = $0 { index } else { nil } } + [challenge]
            + target.values + (recorded["qop"] == Array("auth-int".utf8) ? body.values : [])
    }

    /// Appends the field's value.
    ///
    /// - Returns: false when a value is missing, or the challenge asks for an unknown algorithm.
    func append(to output: inout [UInt8], values: borrowing CloneValues) -> Bool {
        guard let text = values[challenge], let user = DigestAuthorization.text(user, values),
            let password = DigestAuthorization.text(password, values)
        else { return false }
        var uri = basePath
        var content: [UInt8] = []
        guard target.append(to: &uri, values: values) else { return false }
        if recorded["qop"] == Array("auth-int".utf8) {
            guard body.append(to: &content, values: values) else { return false }
        }
        guard let live = DigestChallenge.answered(in: text, algorithm: recorded["algorithm"]), let nonce = live.nonce
        else {
            return false
        }
        var answer = DigestAnswer(
            method: method, user: user, password: password, realm: live["realm"] ?? recorded["realm"] ?? [],
            nonce: nonce, uri: uri, algorithm: live["algorithm"] ?? recorded["algorithm"] ?? [],
            quality: recorded["qop"] ?? [], count: recorded["nc"] ?? [], body: content)
        answer.clientNonce = cnonce(clone: values.clone, nonce: nonce)
        answer.hashesUser = recorded["userhash"].map { $0.map(ASCII.lowercased) == Array("true".utf8) } ?? false
        guard let response = answer.response else { return false }
        write(answer, response, opaque: live["opaque"], isNext: live["nonce"] == nil, to: &output)
        return true
    }

    /// The recorded parameters with the clone's values.
    private func write(
        _ answer: DigestAnswer, _ response: [UInt8], opaque: [UInt8]?, isNext: Bool, to output: inout [UInt8]
    ) {
        output += "Digest ".utf8
        var isFirst = true
        for parameter in recorded.parameters {
            let value: [UInt8]
            switch String(decoding: parameter.name, as: UTF8.self).lowercased() {
            case "username": value = answer.sentUser
            case "realm": value = answer.realm
            case "nonce": value = answer.nonce
            case "uri": value = answer.uri
            case "response": value = response
            case "cnonce": value = answer.clientNonce
            case "algorithm": value = answer.algorithm.isEmpty ? parameter.value : answer.algorithm
            case "opaque":
                guard let own = opaque ?? (isNext ? parameter.value : nil) else { continue }
                value = own
            default: value = parameter.value
            }
            if !isFirst { output += ", ".utf8 }
            isFirst = false
            output += parameter.name
            output.append(UInt8(ascii: "="))
            DigestAuthorization.append(value, isQuoted: parameter.isQuoted, to: &output)
        }
        if let opaque, recorded["opaque"] == nil {
            output += ", opaque=".utf8
            DigestAuthorization.append(opaque, isQuoted: true, to: &output)
        }
    }

    private static func append(_ value: [UInt8], isQuoted: Bool, to output: inout [UInt8]) {
        guard isQuoted else {
            output += value
            return
        }
        output.append(UInt8(ascii: "\""))
        for byte in value {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { output.append(UInt8(ascii: "\\")) }
            output.append(byte)
        }
        output.append(UInt8(ascii: "\""))
    }

    private static func text(_ text: Text, _ values: borrowing CloneValues) -> [UInt8]? {
        switch text {
        case .recorded(let bytes): bytes
        case .value(let index): values[index]
        }
    }

    /// A client nonce with the recorded one's length, different for each clone and each server nonce.
    private func cnonce(clone: Int, nonce: [UInt8]) -> [UInt8] {
        guard let recorded = recorded["cnonce"] else { return [] }
        let hash = HashAlgorithm.sha256.hex(Array("\(clone):".utf8) + nonce)
        return (0..<recorded.count).map { hash[$0 % hash.count] }
    }
}

/// Computes the response to a Digest authentication challenge.
struct DigestAnswer {
    var method: String
    var user: [UInt8]
    var password: [UInt8]
    var realm: [UInt8]
    var nonce: [UInt8]
    var uri: [UInt8]
    /// `MD5`, `SHA-256`, `SHA-512-256`, or one of them with `-sess`; empty for MD5.
    var algorithm: [UInt8]
    /// The quality of protection: `auth`, `auth-int`, or empty as in RFC 2069.
    var quality: [UInt8]
    /// The count of requests with this nonce, in eight hexadecimal digits.
    var count: [UInt8]
    var body: [UInt8]
    var clientNonce: [UInt8] = []
    /// Whether the name is sent as a hash (RFC 7616 section 3.4.4).
    var hashesUser = false

    /// The meaning of an algorithm's name.
    struct Function: Equatable {
        var hash: HashAlgorithm
        /// Whether the secret is derived from the nonces, too.
        var isSession: Bool

        /// - Parameter algorithm: its name; empty for MD5. Nil if it is unknown.
        init?(_ algorithm: [UInt8]) {
            let name = String(decoding: algorithm, as: UTF8.self).uppercased()
            isSession = name.hasSuffix("-SESS")
            switch isSession ? String(name.dropLast(5)) : name {
            case "", "MD5": hash = .md5
            case "SHA", "SHA-1": hash = .sha1
            case "SHA-256": hash = .sha256
            case "SHA-512": hash = .sha512
            case "SHA-512-256": hash = .sha512Half
            default: return nil
            }
        }
    }

    private var function: Function? { Function(algorithm) }

    /// The user name as sent.
    var sentUser: [UInt8] {
        guard hashesUser, let function else { return user }
        return function.hash.hex(joined([user, realm]))
    }

    /// The `response` parameter; nil when the algorithm is unknown.
    var response: [UInt8]? {
        guard let function else { return nil }
        let hash = function.hash
        var secret = hash.hex(joined([user, realm, password]))
        if function.isSession { secret = hash.hex(joined([secret, nonce, clientNonce])) }
        var request = joined([Array(method.utf8), uri])
        if quality == Array("auth-int".utf8) { request = joined([request, hash.hex(body)]) }
        guard !quality.isEmpty else { return hash.hex(joined([secret, nonce, hash.hex(request)])) }
        return hash.hex(joined([secret, nonce, count, clientNonce, quality, hash.hex(request)]))
    }

    private func joined(_ parts: [[UInt8]]) -> [UInt8] { Array(parts.joined(separator: [UInt8(ascii: ":")])) }
}

extension DigestAuthorization {
    /// The parameters of an Authorization field of Digest; nil for any other scheme.
    static func parameters(of field: [UInt8]) -> SchemeParameters? {
        let scheme = Array("digest ".utf8)
        guard field.count > scheme.count, zip(field, scheme).allSatisfy({ ASCII.lowercased($0) == $1 }) else {
            return nil
        }
        let parameters = SchemeParameters(field[scheme.count...])
        let needed = ["username", "nonce", "uri", "response"]
        return needed.allSatisfy({ parameters[$0] != nil }) ? parameters : nil
    }

    /// Whether a recorded field was computed from this user name and password.
    static func fits(
        _ recorded: SchemeParameters, method: String, user: [UInt8], password: [UInt8], body: [UInt8]
    ) -> Bool {
        var answer = DigestAnswer(
            method: method, user: user, password: password, realm: recorded["realm"] ?? [],
            nonce: recorded["nonce"] ?? [], uri: recorded["uri"] ?? [], algorithm: recorded["algorithm"] ?? [],
            quality: recorded["qop"] ?? [], count: recorded["nc"] ?? [], body: body)
        answer.clientNonce = recorded["cnonce"] ?? []
        return answer.response == recorded["response"]
    }
}
