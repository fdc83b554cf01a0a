import ContentCodings
import Crypto
import Formats
import Testing
import Traffic

@testable import Plan

/// Fields computed from the body: they describe what is sent, not what was recorded.
@Suite struct BodyDigestTests {
    private static func body(_ value: String) -> String { #"{"ticket":"\#(value)"}"# }

    /// The field for a body, with services' names and notations.
    private static let forms: [(reason: String, field: @Sendable ([UInt8]) -> String)] = [
        ("Content-MD5", { "Content-MD5: \(PlantedValues.base64(Array(Insecure.MD5.hash(data: $0))))" }),
        ("Digest", { "Digest: SHA-256=\(PlantedValues.base64(Array(SHA256.hash(data: $0))))" }),
        (
            "two digests",
            {
                "Digest: MD5=\(PlantedValues.base64(Array(Insecure.MD5.hash(data: $0)))),SHA-512="
                    + PlantedValues.base64(Array(SHA512.hash(data: $0)))
            }
        ),
        ("Content-Digest", { "Content-Digest: sha-256=:\(PlantedValues.base64(Array(SHA256.hash(data: $0)))):" }),
        (
            "a field of the service's own",
            {
                "X-Content-SHA256: "
                    + SHA256.hash(data: $0).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
            }
        ),
    ]

    @Test(arguments: [0, 1, 2, 3, 4]) func digestsAreOfTheBodyThatIsSent(form: Int) throws {
        let (reason, field) = BodyDigestTests.forms[form]
        var recording = Recording()
        recording.add("GET", "/a", answer: #"{"k":"\#(BindingTests.opaque)"}"#)
        let recorded = BodyDigestTests.body(BindingTests.opaque)
        recording.add("POST", "/b", fields: [field(Array(recorded.utf8))], body: recorded)
        let plan = try recording.plan()
        let script = plan.scripts[0]
        var values = CloneValues(script: script, clone: 0)
        script.take(0, from: #"{"k":"another value"}"#, into: &values)
        let expected = field(Array(BodyDigestTests.body("another value").utf8)).split(separator: ": ", maxSplits: 1)
        let rendered = try #require(script.rendered(1, values))
        #expect(rendered.fields[String(expected[0])] == String(expected[1]), "\(reason)")
        #expect(plan.findings.tokens.isEmpty)
        // The head as HTTP/1.1 sends it has the same value.
        let fitted = script.requests[1].head.fitted(basePath: [], host: [0x68], bodyBytes: nil, keepsClosing: false)
        var head: [UInt8] = []
        #expect(
            fitted.start.append(to: &head, values: values) && fitted.rest?.append(to: &head, values: values) != false)
        #expect(head.text.contains("\(expected[0]): \(expected[1])"), "\(reason)")
    }

    @Test(arguments: [
        ("x-amz-checksum-crc32", "NSRBwg=="), ("X-Sum-CRC32", "352441c2"),
    ]) func knownChecksums(name: String, ofABC: String) throws {
        // CRC-32 of "abc" is 352441c2.
        #expect(
            BodyDigest.find(in: Array(ofABC.utf8), called: name, of: Array("abc".utf8)).map(\.algorithm) == [.crc32])
        #expect(BodyDigest.find(in: Array(ofABC.utf8), called: "X-Sum", of: Array("abc".utf8)).isEmpty)
        #expect(BodyDigest.find(in: Array(ofABC.utf8), called: name, of: Array("abd".utf8)).isEmpty)
    }

    @Test func theCheckValueOfCRC32C() {
        // RFC 3720 appendix B.4 uses 32 zero bytes; the check value in the CRC catalogue is for "123456789".
        #expect(Array("123456789".utf8).withUnsafeBytes(CRC32C.of) == 0xe306_9283)
        #expect([UInt8](repeating: 0, count: 32).withUnsafeBytes(CRC32C.of) == 0x8a91_36aa)
        let field = Array("crc32c=4waSgw==,md5=JfnnlDI7RTiF9RgfG2JNCw==".utf8)
        let found = BodyDigest.find(in: field, called: "x-goog-hash", of: Array("123456789".utf8))
        #expect(found.map(\.algorithm) == [.crc32c, .md5])
    }

    @Test func lengthsAndDigestsInTheTargetAreOfTheBodyThatIsSent() throws {
        func digest(_ body: String) -> String { HashAlgorithm.sha256.hex(Array(body.utf8)).text }
        func checksum(_ body: String) -> String { PlantedValues.base64(HashAlgorithm.crc32.hash(Array(body.utf8))) }
        var recording = Recording()
        recording.add("GET", "/a", answer: #"{"k":"\#(BindingTests.opaque)"}"#)
        let recorded = BodyDigestTests.body(BindingTests.opaque)
        recording.add(
            "PUT", "/b?digest=sha256%3A\(digest(recorded))&x=1",
            fields: [
                "X-Expected-Entity-Length: \(recorded.utf8.count)", "X-Other-Length: 7",
                "x-amz-checksum-crc32: \(checksum(recorded))",
            ], body: recorded)
        let script = try recording.script()
        var values = CloneValues(script: script, clone: 0)
        script.take(0, from: #"{"k":"another value"}"#, into: &values)
        let sent = BodyDigestTests.body("another value")
        let rendered = try #require(script.rendered(1, values))
        #expect(rendered.target == "/b?digest=sha256%3A\(digest(sent))&x=1")
        #expect(rendered.fields["X-Expected-Entity-Length"] == "\(sent.utf8.count)")
        #expect(rendered.fields["X-Other-Length"] == "7")
        #expect(rendered.fields["x-amz-checksum-crc32"] == checksum(sent))
    }

    @Test(arguments: [true, false]) func aDigestIsOfTheCompressedBodyOrOfItsContent(isOfContent: Bool) throws {
        let coding = ContentCoding([.gzip])
        let recorded = Array(BodyDigestTests.body(BindingTests.opaque).utf8)
        let coded = try coding.encoded(recorded)
        func field(_ bytes: [UInt8]) -> String { PlantedValues.base64(Array(SHA256.hash(data: bytes))) }
        var recording = Recording()
        recording.add("GET", "/a", answer: #"{"k":"\#(BindingTests.opaque)"}"#)
        recording.add(
            "POST", "/b",
            fields: ["Content-Encoding: gzip", "Digest: SHA-256=\(field(isOfContent ? recorded : coded))"],
            body: recorded.text)
        recording.edit {
            $0.request?.body = coded
            $0.request?.bodyBytes = UInt64(coded.count)
        }
        let script = try recording.script()
        var values = CloneValues(script: script, clone: 0)
        script.take(0, from: #"{"k":"another value"}"#, into: &values)
        var body: [UInt8] = []
        var digest: [UInt8] = []
        #expect(script.requests[1].body.append(to: &body, values: values))
        let own = try #require(script.requests[1].fields.first { $0.name == "Digest" })
        #expect(own.value.append(to: &digest, values: values))
        #expect(digest.text == "SHA-256=\(field(isOfContent ? try coding.decoded(body) : body))")
    }

    @Test func aDigestInAnUnknownFormIsReported() throws {
        var recording = Recording()
        recording.add("GET", "/a", answer: #"{"k":"\#(BindingTests.opaque)"}"#)
        recording.add("POST", "/b", fields: ["Digest: UNIXsum=30637"], body: BodyDigestTests.body(BindingTests.opaque))
        recording.add("POST", "/c", fields: ["Digest: UNIXsum=1"], body: "{}")
        let tokens = try recording.plan().findings.tokens
        #expect(tokens.map(\.endpoint) == ["POST /b"])
        #expect(tokens.map(\.sentAsRecorded) == [.digestForm])
    }
}
