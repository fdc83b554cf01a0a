import Testing

@testable import Plan

/// Signatures that botocore computes for the same requests.
@Suite struct AWSSignatureTests {
    private static let keys = AWSKeys(identifier: "AKIDEXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
    private static let time = "20150830T123600Z"

    struct Case: CustomTestStringConvertible {
        var reason: String
        var service = "service"
        var method = "GET"
        var target: String
        var fields: [String]
        var names: String
        var body = ""
        var signature: String
        var testDescription: String { reason }
    }

    @Test(arguments: [
        Case(
            reason: "next to nothing", target: "/",
            fields: ["host: example.amazonaws.com", "x-amz-date: 20150830T123600Z"], names: "host;x-amz-date",
            signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        Case(
            reason: "an encoded path, a query out of order, a body", method: "POST",
            target: "/a%20b/c?b=2&a=x%20y&a=1&flag",
            fields: [
                "content-type: application/json", "host: example.amazonaws.com", "x-amz-date: 20150830T123600Z",
                "x-amz-target: T.Op",
            ], names: "content-type;host;x-amz-date;x-amz-target", body: #"{"k":1}"#,
            signature: "09cb24e20b84900e184dd7e886c2b9b4ecf98108b83a3c086f772476c4231180"),
        Case(
            reason: "S3 encodes its path once, and fields lose their blanks", service: "s3", method: "PUT",
            target: "/a%20b/c.txt",
            fields: [
                "host: bucket.example", "x-amz-date: 20150830T123600Z", "x-amz-meta-a:   two   words ",
                "x-amz-content-sha256: 2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
            ], names: "host;x-amz-content-sha256;x-amz-date;x-amz-meta-a", body: "hello",
            signature: "6f7005444ff84bf36cc001eb1c6a6019609a76d97bc0b83e95b5cd3874aff04e"),
    ])
    func signaturesAreThoseOfOthers(test: Case) throws {
        let scope = "AKIDEXAMPLE/20150830/us-east-1/\(test.service)/aws4_request"
        let whole =
            "AWS4-HMAC-SHA256 Credential=\(scope), SignedHeaders=\(test.names), Signature=\(test.signature)"
        let old = whole.replacing("20150830", with: "20140101").replacing("AKIDEXAMPLE", with: "OLD")
        let signature = try #require(AWSSignature(authorization: Array(old.utf8)))
        let fields = test.fields.map { field in
            let parts = field.split(separator: ":", maxSplits: 1)
            return (name: String(parts[0]), value: Array(parts[1].utf8))
        }
        let request = AWSSignature.Request(
            method: test.method, target: Array(test.target.utf8), fields: fields, body: Array(test.body.utf8))
        #expect(
            signature.authorization(of: request, keys: AWSSignatureTests.keys, time: AWSSignatureTests.time) == whole)
    }

    @Test(arguments: [
        "Bearer abc", "AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA256 Credential=a/b/c, SignedHeaders=host, Signature=1",
    ])
    func otherFieldsAreNone(text: String) {
        #expect(AWSSignature(authorization: Array(text.utf8)) == nil)
    }

    @Test func aRecordedSignatureIsRecomputed() throws {
        var recording = Recording()
        recording.add(
            "PUT", "/x",
            fields: [
                "X-Amz-Date: 20150830T123600Z", "X-Amz-Content-Sha256: \(AWSSignature.hash(Array("hi".utf8)))",
                "Authorization: AWS4-HMAC-SHA256 Credential=OLD/20150830/eu-west-1/s3/aws4_request, "
                    + "SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=00ff",
            ], body: "hi", type: "text/plain")
        let script = try recording.script { $0.awsKeys = AWSSignatureTests.keys }
        var values = CloneValues(script: script, clone: 0)
        #expect(script.rendered(0, values) == nil, "it is not signed yet")
        let begun = values.startSigning(
            script.requests[0], of: script, keys: AWSSignatureTests.keys, time: AWSSignatureTests.time, bodyHash: "hash"
        )
        let (index, signature) = try #require(begun)
        #expect(signature.region == "eu-west-1")
        values[index] = Array("signed".utf8)
        let sent = try #require(script.rendered(0, values))
        #expect(sent.fields["Authorization"] == "signed")
        #expect(sent.fields["X-Amz-Date"] == AWSSignatureTests.time)
        #expect(sent.fields["X-Amz-Content-Sha256"] == "hash")
    }
}
