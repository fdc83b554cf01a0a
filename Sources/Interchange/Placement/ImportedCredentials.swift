import Credentials
import HTTPWire
import Traffic

/// The credentials of an imported exchange, as text: those that its request sends and those that its response issues.
struct ImportedCredentials {
    /// Longer bodies are not searched for tokens.
    private static let maximumBodyBytes = 64 << 10

    var carried: [String] = []
    var given: [String] = []

    /// - Parameter countsNames: whether the user name of a login or registration counts too: if connections are
    ///   unknown, nothing else joins the two.
    init(_ request: RequestHead?, _ response: ResponseHead?, _ exchange: Exchange, countsNames: Bool) {
        if let message = exchange.request { add(head: message.head, to: \.carried) }
        if countsNames, let body = exchange.request?.body, body.count <= ImportedCredentials.maximumBodyBytes {
            let name = body.withUnsafeBytes { bytes -> String? in
                guard CallerScanner.isJSON(bytes), CallerScanner.hasPassword(inBody: bytes) else { return nil }
                return CallerScanner.userName(inBody: bytes).map { String(decoding: $0, as: UTF8.self) }
            }
            if let name { carried.append("user \(name)") }
        }
        guard let response, response.status < 400, let message = exchange.response else { return }
        add(head: message.head, to: \.given)
        guard request?.method != "GET", message.body.count <= ImportedCredentials.maximumBodyBytes else { return }
        message.body.withUnsafeBytes { bytes in
            guard CallerScanner.isJSON(bytes) else { return }
            CallerScanner.forEachToken(inBody: bytes) { given.append(String(decoding: $0.value, as: UTF8.self)) }
        }
    }

    /// Only cookies with the name of a session cookie are identities; the others are preferences and tracking.
    private mutating func add(head: [UInt8], to list: WritableKeyPath<ImportedCredentials, [String]>) {
        head.withUnsafeBytes { bytes in
            CallerScanner.forEachCredential(inHead: bytes) { credential in
                guard credential.kind != .otherCookie else { return }
                self[keyPath: list].append(String(decoding: credential.value, as: UTF8.self))
            }
        }
    }
}
