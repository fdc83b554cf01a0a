internal import Crypto
import Formats

/// Keys of an AWS account, or of a service that speaks its protocol. They are secrets and never shown.
public struct AWSKeys: Sendable {
    /// The access key ID.
    public var identifier: String
    /// The secret access key.
    public var secret: String
    /// The session token of temporary keys.
    public var sessionToken: String?

    /// See the properties for the meaning of each parameter.
    public init(identifier: String, secret: String, sessionToken: String? = nil) {
        self.identifier = identifier
        self.secret = secret
        self.sessionToken = sessionToken
    }
}

/// The AWS Signature Version 4 of a request, as described by its recorded `Authorization` field (docs.aws.amazon.com,
/// "Create a signed AWS API request").
public struct AWSSignature: Hashable, Sendable {
    /// The region of the credential's scope.
    public let region: String
    /// The service of the credential's scope.
    public let service: String
    /// The names of the signed fields, in lowercase and in order.
    public let signedFields: [String]

    private static let algorithm = "AWS4-HMAC-SHA256"

    /// The signature that a field's value describes; nil when it is not one of this kind.
    public init?(authorization: [UInt8]) {
        let text = String(decoding: authorization, as: UTF8.self)
        guard text.hasPrefix(AWSSignature.algorithm + " ") else { return nil }
        var members: [Substring: Substring] = [:]
        for part in text.dropFirst(AWSSignature.algorithm.count).split(separator: ",") {
            let trimmed = part.drop { $0 == " " }
            guard let equals = trimmed.firstIndex(of: "=") else { return nil }
            members[trimmed[..<equals]] = trimmed[trimmed.index(after: equals)...]
        }
        // Key IDs contain no slashes: key ID, date, region, service, aws4_request.
        guard let scope = members["Credential"]?.split(separator: "/"), scope.count == 5,
            let fields = members["SignedHeaders"]?.split(separator: ";"), !fields.isEmpty
        else { return nil }
        region = String(scope[2])
        service = String(scope[3])
        signedFields = fields.map(String.init)
    }

    /// The parts of a request that are signed.
    public struct Request {
        /// The method.
        public var method: String
        /// Path and query as sent.
        public var target: [UInt8]
        /// Names in lowercase, with values.
        public var fields: [(name: String, value: [UInt8])]
        /// The body as sent.
        public var body: [UInt8]

        /// See the properties for the meaning of each parameter.
        public init(method: String, target: [UInt8], fields: [(name: String, value: [UInt8])], body: [UInt8]) {
            self.method = method
            self.target = target
            self.fields = fields
            self.body = body
        }
    }

    /// The value of `Authorization`.
    ///
    /// - Parameter time: the result of `timestamp(_:)`, also sent as the request's `X-Amz-Date`.
    public func authorization(of request: Request, keys: AWSKeys, time: String) -> String {
        let scope = "\(time.prefix(8))/\(region)/\(service)/aws4_request"
        let hashed = AWSSignature.hash(Array(canonical(request).utf8))
        let text = "\(AWSSignature.algorithm)\n\(time)\n\(scope)\n\(hashed)"
        var key = SymmetricKey(data: Array("AWS4\(keys.secret)".utf8))
        for part in [String(time.prefix(8)), region, service, "aws4_request"] {
            key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: key))
        }
        let signature = Hex.text(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key))
        return "\(AWSSignature.algorithm) Credential=\(keys.identifier)/\(scope), "
            + "SignedHeaders=\(signedFields.joined(separator: ";")), Signature=\(signature)"
    }

    /// The SHA-256 of a body, in the form of `X-Amz-Content-Sha256`.
    public static func hash(_ body: [UInt8]) -> String { Hex.text(SHA256.hash(data: body)) }

    private func canonical(_ request: Request) -> String {
        let end = request.target.firstIndex(of: UInt8(ascii: "?")) ?? request.target.count
        var path = String(decoding: request.target[..<end], as: UTF8.self)
        // All services but S3 sign the path encoded once more.
        if service != "s3" { path = AWSSignature.encoded(path) }
        let query = request.target[end...].dropFirst().split(separator: UInt8(ascii: "&")).map { pair in
            let text = String(decoding: pair, as: UTF8.self)
            return text.contains("=") ? text : text + "="
        }
        let parts = query.sorted { left, right in
            let (a, b) = (left.split(separator: "=", maxSplits: 1), right.split(separator: "=", maxSplits: 1))
            return (a.first ?? "", a.dropFirst().first ?? "") < (b.first ?? "", b.dropFirst().first ?? "")
        }
        var text = "\(request.method)\n\(path.isEmpty ? "/" : path)\n\(parts.joined(separator: "&"))\n"
        for name in signedFields {
            let values = request.fields.filter { $0.name == name }.map { AWSSignature.trimmed($0.value) }
            text += "\(name):\(values.joined(separator: ","))\n"
        }
        let given = request.fields.first { $0.name == "x-amz-content-sha256" }?.value
        let hash = given.map(AWSSignature.trimmed) ?? AWSSignature.hash(request.body)
        return text + "\n\(signedFields.joined(separator: ";"))\n\(hash)"
    }

    /// A field's value without surrounding whitespace, and with inner whitespace reduced to single spaces.
    private static func trimmed(_ value: [UInt8]) -> String {
        value.split { $0 == 0x20 || $0 == 0x09 }.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
    }

    /// Percent-encodes everything but slashes.
    private static func encoded(_ path: String) -> String {
        var text = ""
        for byte in path.utf8 {
            if PercentStyle.isUnreserved(byte) || byte == UInt8(ascii: "/") {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += "%" + Hex.text([byte]).uppercased()
            }
        }
        return text
    }
}
