import Formats
import TestSupport
import Testing
import Traffic

@testable import SessionLog

/// What is written and read, exactly: each column of a log, what is told of it, and what every changed byte costs.
@Suite("Exact logs")
struct ExactLogTests {
    private let folder: ScratchFolder
    init() throws { folder = try ScratchFolder() }

    /// The first differences from a file; empty if there are none.
    private static func differences(_ name: String, _ entries: [GoldenTable.Entry]) -> String {
        GoldenTable(name).differences(from: entries).prefix(40).joined(separator: "\n")
    }

    private func text(of path: String, key: LogKey? = nil) -> String {
        do {
            let content = try LogContent(path: path, key: key)
            let exchanges = content.exchanges.map { exchange in
                "\(exchange.connection)\(exchange.request == nil ? "r" : exchange.response == nil ? "q" : "b")"
            }
            let damages = content.damages.first.map { "\($0)" }
            return "\(exchanges.joined(separator: " ")) | \(content.ending) | \(content.damages.lostExchanges) lost of "
                + "\(content.damages.count) | \(damages.joined(separator: "; "))"
        } catch {
            return "\(error)".replacing(path, with: "log")
        }
    }

    /// Texts by the place to which they belong; neighbours with the same text are one line.
    private static func runs(_ texts: [(place: Int, text: String)]) -> String {
        var lines: [(first: Int, last: Int, text: String)] = []
        for (place, text) in texts {
            if let last = lines.last, last.text == text {
                lines[lines.count - 1].last = place
            } else {
                lines.append((place, place, text))
            }
        }
        return lines.map { "\($0.first)-\($0.last): \($0.text)" }.joined(separator: "\n")
    }

    @Test("What a changed byte, a cut and a repetition cost")
    func damages() throws {
        var entries: [GoldenTable.Entry] = []
        let logs: [(String, LogKey?)] = [("version2", nil), ("version2-sealed", LogKey(content: Array(0..<32)))]
        for (name, key) in logs {
            let whole = try TemporaryFolder.read(GoldenTests.path("\(name).rlog"))
            func changed(_ bytes: [UInt8]) throws -> String {
                try folder.write(bytes, "changed.rlog")
                return text(of: folder.file("changed.rlog"), key: key)
            }
            let step = key == nil ? 5 : 31
            let texts = try stride(from: 0, to: whole.count, by: step).map { place -> (Int, String) in
                var bytes = whole
                bytes[place] ^= [1, 0x80, 8][place % 3]
                return (place, try changed(bytes))
            }
            entries.append(GoldenTable.Entry("\(name), changed", Self.runs(texts)))
            let cuts = try stride(from: 0, through: whole.count, by: 2 * step).map {
                ($0, try changed(Array(whole[..<$0])))
            }
            entries.append(GoldenTable.Entry("\(name), cut", Self.runs(cuts)))
            let gaps = try stride(from: 0, to: whole.count - 9, by: 5 * step).map { place in
                (place, try changed(Array(whole[..<place] + whole[(place + 9)...])))
            }
            entries.append(GoldenTable.Entry("\(name), nine bytes missing", Self.runs(gaps)))
            let more = try stride(from: 0, to: whole.count, by: 5 * step).map { place in
                (place, try changed(Array(whole[..<place] + [1, 2, 3] + whole[place...])))
            }
            entries.append(GoldenTable.Entry("\(name), three bytes more", Self.runs(more)))
            let zeros = [UInt8](repeating: 0, count: 700)
            let others: [(String, [UInt8])] = [
                ("twice", whole + whole), ("without its header twice", whole + whole[LogFormat.fileHeaderBytes...]),
                ("after another byte", [0] + whole), ("before zeros", whole + zeros),
            ]
            for (what, bytes) in others { entries.append(GoldenTable.Entry("\(name), \(what)", try changed(bytes))) }
        }
        let differences = Self.differences("damages.txt", entries)
        #expect(differences.isEmpty, "\(differences)")
    }

    private var batches: [ExchangeBatch] {
        var traffic = SampleTraffic(seed: 17, maximumBodyBytes: 60)
        var sample = traffic.batch(40)
        var loss = CaptureLoss(second: 1_700_000_002)
        (loss.gaps, loss.gapBytes, loss.kernelDrops, loss.truncatedPackets) = (2, 300, 4, 5)
        (loss.anomalies.clockSteps, loss.anomalies.longestClockStepNs, loss.anomalies.latePackets) = (1, -7, 3)
        (loss.anomalies.clockContradictions, loss.unparsedMessages, loss.opaqueConnections) = (6, 8, 9)
        sample.losses = [loss, CaptureLoss(second: 1_700_000_009)]
        sample.opaqueServers = [OpaqueServer(name: "a.test", connections: 3), OpaqueServer(name: "", connections: 2)]
        return GoldenTraffic.batches + [sample]
    }

    @Test("The columns of a block before they are compressed")
    func columns() throws {
        try writeLog(batches, to: folder.file("a.rlog"), blockBytes: 4000)
        var walker = try BlockWalker.open(path: folder.file("a.rlog"), key: nil)
        var decoder = try BlockDecoder()
        var payload = GrowingBuffer()
        var entries: [GoldenTable.Entry] = []
        while let place = try walker.next() {
            #expect(try walker.read(place, into: &payload))
            let header = place.header
            let columns = decoder.withNumbers(header, payload: payload.bytes) { view in
                Column.allCases.compactMap { column -> String? in
                    guard let bytes = view[column].map({ Array($0) }), !bytes.isEmpty else { return nil }
                    let sum = bytes.reduce(UInt32(0)) { $0 &* 31 &+ UInt32($1) }
                    let start = bytes.prefix(24).map { String($0, radix: 16) }.joined(separator: " ")
                    return "\(column): \(bytes.count) bytes, \(sum): \(start)"
                }
            }
            entries.append(
                GoldenTable.Entry(
                    "block \(header.sequence)",
                    "\(header.kind), \(header.count) rows, \(header.rawBytes) bytes raw\n"
                        + (columns ?? []).joined(separator: "\n")))
        }
        let differences = Self.differences("columns.txt", entries)
        #expect(differences.isEmpty, "\(differences)")
    }

    @Test("The summary of a log, all of it and of parts")
    func summaries() throws {
        try writeLog(batches, to: folder.file("a.rlog"), blockBytes: 4000)
        try writeLog([batches[2]], to: folder.file("b.rlog"), blockBytes: 900, finishes: false)
        var entries: [GoldenTable.Entry] = []
        let selections: [(String, [String])] = [
            ("one", ["a.rlog"]), ("open", ["b.rlog"]), ("both", ["a.rlog", "b.rlog"]),
        ]
        for (name, files) in selections {
            for listsSessions in [false, true] {
                let (summary, statuses) = try LogSurvey.summary(
                    of: LogSelection(paths: files.map { folder.file($0) }), listsSessions: listsSessions)
                // How long the file is depends on the version of the compressor.
                let lines = Mirror(reflecting: summary).children.filter { $0.label != "fileBytes" }.map { child in
                    "\(child.label ?? ""): \(plainText(child.value))"
                }
                entries.append(
                    GoldenTable.Entry(
                        "\(name)\(listsSessions ? ", with sessions" : "")",
                        (lines + statuses.map { "\($0.ending), \($0.damages.count) damages" }).joined(separator: "\n")))
            }
        }
        let differences = Self.differences("summaries.txt", entries)
        #expect(differences.isEmpty, "\(differences)")
    }

    @Test("Exchanges in time order, however small the memory for them")
    func order() throws {
        try writeLog(batches, to: folder.file("a.rlog"), blockBytes: 700)
        let expected = batches.flatMap(\.exchanges).enumerated().sorted {
            ($0.element.began, $0.offset) < ($1.element.began, $1.offset)
        }.map(\.element)
        for cacheBytes in [1, 500, 1000, 3000, 10_000, LogFormat.orderedCacheBytes] {
            let (found, damages) = try orderedExchanges(folder.file("a.rlog"), cacheBytes: cacheBytes)
            #expect(found.map(\.began) == expected.map(\.began), "\(cacheBytes) bytes of memory")
            #expect(Set(found.map { "\($0)" }) == Set(expected.map { "\($0)" }), "\(cacheBytes) bytes of memory")
            #expect(damages.isEmpty && damages.lostExchanges == 0)
        }
    }
}
