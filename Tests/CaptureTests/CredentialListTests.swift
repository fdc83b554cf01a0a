import Testing

@testable import Capture

/// The credentials of a field are the same when it is read again, and their values are parts of the message at hand.
@Suite struct CredentialListTests {
    static let heads: [(reason: String, head: String, values: [String])] = [
        ("a bearer token", "Authorization: Bearer abcdefgh-1\r\n", ["abcdefgh-1"]),
        ("a session cookie among others", "Cookie: theme=dark; sid=0123456789\r\n", ["sid=0123456789"]),
        (
            "a token and cookies",
            "Authorization: Bearer abcdefgh-2\r\nCookie: sid=0123456789; JSESSIONID=9876543210\r\n",
            ["abcdefgh-2", "sid=0123456789", "JSESSIONID=9876543210"]
        ),
        (
            "more cookies than are remembered",
            "Cookie: " + (1...6).map { "sid\($0)_session=012345678\($0)" }.joined(separator: "; ") + "\r\n",
            (1...6).map { "sid\($0)_session=012345678\($0)" }
        ),
        ("a field without credentials", "Cookie: a=b\r\n", []),
        ("a cookie that is issued", "Set-Cookie: sid=0123456789; Path=/\r\n", ["sid=0123456789"]),
        ("the end of the head is missing", "Authorization: Bearer abcdefgh-3", ["abcdefgh-3"]),
    ]

    @Test(arguments: heads) func repeatedFields(reason: String, head: String, values: [String]) {
        var list = CredentialList(seed: 7)
        var first: [Credential] = []
        for round in 1...3 {
            // A new buffer for each message, as on the wire.
            let bytes = Array(("GET /\(round) HTTP/1.1\r\n" + head).utf8)
            bytes.withUnsafeBytes { bytes in
                list.removeAll()
                list.scanHead(bytes)
                #expect(list.values.map { String(decoding: $0, as: UTF8.self) } == values, "\(reason), round \(round)")
            }
            if round == 1 { first = list.found }
            #expect(list.found == first, "\(reason), round \(round)")
            #expect(list.found.map(\.place) == first.map(\.place) && list.found.map(\.kind) == first.map(\.kind))
        }
    }

    @Test func manyFieldsOverwriteOneAnother() {
        var list = CredentialList(seed: 7)
        for number in 0..<5000 {
            let value = "token-number-\(number % 2500)"
            Array("Authorization: Bearer \(value)\r\n".utf8).withUnsafeBytes { bytes in
                list.removeAll()
                list.scanHead(bytes)
                #expect(list.values.map { String(decoding: $0, as: UTF8.self) } == [value])
            }
        }
    }
}
