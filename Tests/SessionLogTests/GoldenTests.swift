import Foundation
import Interchange
import Testing
import Traffic

@testable import SessionLog

/// The golden log was written once by version 2 and must stay readable forever.
@Suite("The golden log of version 2")
struct GoldenTests {
    static func path(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name)").path
    }

    private let log = GoldenTests.path("version2.rlog")

    @Test("Everything in it is read")
    func content() throws {
        let content = try LogContent(path: log)
        let expected = GoldenTraffic.batches
        #expect(content.exchanges == expected.flatMap(\.exchanges))
        #expect(content.connections == expected.flatMap(\.connections))
        #expect(content.losses == expected.flatMap(\.losses))
        #expect(content.damages.isEmpty && content.ending == .whole)
        #expect(try LogVerification(path: log).isWhole)
    }

    @Test("Sealed, everything in it is read with its key")
    func sealed() throws {
        let sealed = GoldenTests.path("version2-sealed.rlog")
        let key = LogKey(content: Array(0..<32))
        let content = try LogContent(path: sealed, key: key)
        #expect(content.exchanges == GoldenTraffic.batches.flatMap(\.exchanges))
        #expect(try LogVerification(path: sealed, key: key).isWhole)
        #expect(throws: SessionLogError.keyNeeded(path: sealed)) { _ = try BlockReader(path: sealed) }
    }

    @Test("As JSON Lines", arguments: [("version2.jsonl", false), ("version2-full.jsonl", true)])
    func jsonLines(name: String, isFull: Bool) throws {
        var exchanges = try MergedBlocks(path: log)
        var exporter = JSONLinesExporter(isFull: isFull)
        while let exchange = try exchanges.next() {
            exporter.note(exchanges.takeConnections())
            exporter.append(exchange)
        }
        let expected = try String(contentsOfFile: GoldenTests.path(name), encoding: .utf8)
        #expect(String(decoding: exporter.bytes, as: UTF8.self) == expected)
    }

    @Test("Its summary")
    func summary() throws {
        let (summary, statuses) = try LogSurvey.summary(of: LogSelection(paths: [log]), listsSessions: true)
        #expect(statuses.map(\.path) == [log] && statuses[0].damages.isEmpty && statuses[0].ending == .whole)
        #expect(summary.exchanges == 7 && summary.completeExchanges == 5)
        #expect(summary.sessions == 3 && summary.connections == 3)
        #expect(summary.missingRequests == 1 && summary.missingResponses == 1)
        var lost = LossCounts()
        (lost.kernelDrops, lost.gaps, lost.gapBytes) = (3, 1, 1448)
        #expect(summary.losses == lost)
        #expect(summary.protocols.map(\.name) == ["HTTP/1.1", "HTTP/2 over TLS", "HTTP/1.0"])
        #expect(summary.tokens.map(\.name).sorted() == ["basic", "bearer JWT HS256", "session cookie sid"])
        #expect(summary.statuses == [("200", 3), ("204", 1), ("404", 1), ("503", 1)].map(LogSummary.Count.init))
        #expect(summary.endpoints.map(\.count) == [1, 1, 1, 1, 1, 1, 1])
        let items = try #require(summary.endpoints.first { $0.path == "/items/{id}" })
        #expect(items.serviceTimeMs?.p50 == 15 && items.serviceTimeMs?.max == 15 && items.responseBodyBytes == 5)
        #expect(summary.sessionList?.map(\.exchanges) == [4, 2, 1])
        #expect(summary.sessionList?.map(\.errors) == [1, 1, 0])
    }
}
