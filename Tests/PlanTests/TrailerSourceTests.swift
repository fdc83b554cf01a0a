import Testing
import Traffic

@testable import Plan

/// Values that servers send after the body, as gRPC servers do.
@Suite struct TrailerSourceTests {
    private static let token = "8c1f6e0a94b24d7fb0c35e21"

    private func session(trailers: String, field: String = "Authorization: Bearer \(token)") -> Recording {
        var recording = Recording()
        recording.add("POST", "/shop.Shop/Login", answer: "ok", answerType: "application/grpc")
        recording.edit { $0.response?.trailers = Array(trailers.utf8) }
        recording.add("POST", "/shop.Shop/Use", fields: [field])
        return recording
    }

    @Test func aTokenInATrailerIsBound() throws {
        let trailers = "grpc-status: 0\r\nx-refresh-token: \(Self.token)\r\n\r\n"
        let script = try session(trailers: trailers).script()
        let source = try #require(script.requests[0].sources.first)
        #expect(source.locator == .trailer("x-refresh-token"))
        #expect(source.locator.description == "trailer x-refresh-token")
        var values = CloneValues(script: script, clone: 0)
        values[source.value] = source.value(
            head: Array("HTTP/1.1 200 OK\r\n\r\n".utf8), trailers: Array("X-Refresh-Token: live\r\n\r\n".utf8), body: []
        )
        #expect(script.rendered(1, values)?.fields["Authorization"] == "Bearer live")
    }

    @Test func aCookieInATrailerIsNone() throws {
        let script = try session(
            trailers: "Set-Cookie: sid=\(Self.token)\r\n\r\n", field: "X-Sid: \(Self.token)"
        ).script()
        #expect(script.requests[0].sources.isEmpty)
    }

    @Test(arguments: [
        ("", "x-t: live\r\n\r\n", "live", "in the trailers"),
        ("x-t: first\r\n", "x-t: live\r\n\r\n", "live", "before the header field"),
        ("x-t: live\r\n", "", "live", "in the head if there are no trailers"),
        ("", "x-other: live\r\n\r\n", nil, "not under another name"),
        ("", "x-t:\r\n\r\n", nil, "not where it is empty"),
        ("", "x-t: live", "live", "without a line end"),
    ])
    func aTrailerIsFound(fields: String, trailers: String, value: String?, reason: String) {
        let source = ValueSource(value: 0, locator: .trailer("X-T"))
        let found = source.value(
            head: Array("HTTP/1.1 200 OK\r\n\(fields)\r\n".utf8), trailers: Array(trailers.utf8), body: [])
        #expect(found?.text == value, "\(reason)")
    }

    @Test(arguments: [
        "trailer X-T", #"trailer X-T after "id=""#, "trailer Location path[1]", "trailer Location ?code",
        "trailer Location #code",
    ])
    func placesAreReadAsTheyAreWritten(text: String) {
        #expect(ValueSource.Locator(text: text)?.description == text)
    }

    /// The status of a call comes from its trailers, or else from its head.
    @Test(
        arguments: [
            ("", "grpc-status: 16\r\n\r\n", 16), ("grpc-status: 5\r\n", "", 5),
            ("grpc-status: 5\r\n", "grpc-status: 0\r\n", 0),
            ("", "", nil),
        ] as [(String, String, UInt16?)])
    func theStatusOfACallIsFound(fields: String, trailers: String, status: UInt16?) {
        let found = RecordedResponse.grpcStatus(
            head: Array("HTTP/2 200\r\n\(fields)\r\n".utf8), trailers: Array(trailers.utf8), body: [])
        #expect(found == status)
    }
}
