import Capture
import ContentCodings
import Foundation
import SessionLog
import Traffic

/// Makes inputs from the content of a capture, in the form of each target.
struct Seeds {
    /// It gets a folder with a corpus for each target.
    let folder: String
    private static let maximumBytes = 8192
    private static let maximumConversations = 24

    func make(from path: String) {
        let name = (path as NSString).lastPathComponent
        if name.hasSuffix(".rlog") { return makeLog(from: path, name) }
        if let file = FileManager.default.contents(atPath: path), file.count <= 16384 {
            write(.files, name, Array(file))
        }
        var talks = CapturedTalks()
        var packets: [UInt8] = []
        do throws(CaptureFileError) {
            var file = try CaptureFile(path: path)
            var count = 0
            while let packet = try file.next(), count < 20000 {
                count += 1
                if packets.isEmpty { packets = [fuzzPacketsNumber(of: packet.linkType)] }
                if packets.count < Seeds.maximumBytes / 2 {
                    let kept = packet.bytes.prefix(500)
                    packets += big(UInt16(kept.count)) + [1] + kept
                }
                talks.take(packet)
            }
        } catch {
            print("\(name): \(error)")
        }
        write(.packets, name, packets)
        makePlan(from: path, name)
        makeLog(ofCapture: path, name)
        for (number, talk) in talks.all.prefix(Seeds.maximumConversations).enumerated() {
            make(from: talk, "\(name)-\(number)")
        }
    }

    private func make(from talk: CapturedTalk, _ name: String) {
        guard let first = talk.turns.first(where: { !$0.bytes.isEmpty }) else { return }
        let isUpgraded = talk.turns.contains { $0.isFromClient && $0.bytes.firstRange(of: Seeds.preface) != nil }
        if first.bytes.starts(with: Seeds.preface) {
            return write(.http2, name, frames(of: talk, isUpgraded: false))
        }
        if isUpgraded { write(.http2, name, frames(of: talk, isUpgraded: true)) }
        if first.bytes.starts(with: [22, 3]) {
            var input: [UInt8] = [16 | 4, 1]
            for turn in talk.turns where input.count < Seeds.maximumBytes {
                let bytes = turn.bytes.prefix(0x3fff)
                input += [turn.isFromClient ? 4 : 0x84] + big(UInt16(bytes.count)) + bytes
            }
            write(.tls, name, input)
        } else {
            var input: [UInt8] = [first.isFromClient ? 0 : 32, 1]
            var isFromClient = first.isFromClient
            for turn in talk.turns where input.count < Seeds.maximumBytes {
                if turn.isFromClient != isFromClient { input.append(0xff) }
                isFromClient = turn.isFromClient
                input += turn.bytes.prefix(4000).map { $0 == 0xff ? 0xfe : $0 }
            }
            write(.http1, name, input)
        }
    }

    /// Run folders have one form.
    func makeRuns() {
        for (name, input) in seedsOfRuns() { write(.runs, name, input) }
    }

    private func makePlan(from path: String, _ name: String) {
        var assembler = TrafficAssembler()
        do throws(CaptureFileError) {
            var file = try CaptureFile(path: path)
            _ = try assembler.read(&file, untilBatchBytes: 4 * Seeds.maximumBytes)
        } catch {
            return
        }
        let batch = assembler.takeBatch()
        var input: [UInt8] = [0]
        for index in batch.records.indices where input.count < Seeds.maximumBytes {
            let exchange = batch.exchange(at: index)
            let parts = [exchange.request, exchange.response].compactMap { $0 }.flatMap { [$0.head, $0.body] }
            guard exchange.request != nil, parts.allSatisfy({ $0.count < 3000 }) else { continue }
            input.append(UInt8(truncatingIfNeeded: exchange.session & 3 | 4))
            input += parts.map { $0.map { min($0, 0xfd) } }.joined(separator: [0xff])
            input.append(0xfe)
        }
        if input.count > 1 { write(.plan, name, input) }
    }

    /// The log of a capture's first exchanges.
    private func makeLog(ofCapture path: String, _ name: String) {
        let log = "\(scratch)/seed.rlog"
        var options = SessionLogWriter.Options()
        options.overwrites = true
        do {
            var assembler = TrafficAssembler()
            var file = try CaptureFile(path: path)
            _ = try assembler.read(&file, untilBatchBytes: Seeds.maximumBytes / 4)
            var writer = try SessionLogWriter(path: log, options: options)
            try writer.append(assembler.takeBatch())
            try writer.finish()
        } catch {
            return
        }
        makeLog(from: log, name)
    }

    /// A log's blocks, with columns before compression.
    private func makeLog(from path: String, _ name: String) {
        let log = contents(of: path)
        func number(_ place: Int, _ count: Int) -> Int {
            (0..<count).reduce(0) { $0 | Int(log[place + $1]) << (8 * $1) }
        }
        var input: [UInt8] = []
        var place = 72
        while place + 72 <= log.count {
            let (kind, stored, count) = (number(place + 16, 2), number(place + 24 - 4, 4), number(place + 28, 4))
            var block: [UInt8] = []
            var columns = 0
            let start = place + 72
            place = start + stored
            guard kind < 3, stored > 6, place <= log.count else { continue }
            var bytes = start + 6 + 14 * number(start, 2)
            for entry in stride(from: start + 6, to: bytes, by: 14) {
                var column = Array(log[bytes..<(bytes + number(entry + 2, 4))])
                bytes += column.count
                if log[entry + 1] == 1 { column = (try? ContentCoding([.zstd]).decoded(column)) ?? [] }
                guard column.count < Seeds.maximumBytes else { continue }
                block += [log[entry], 0] + big(UInt16(column.count)) + column
                columns += 1
            }
            input += [UInt8(columns << 2 | kind)] + big(UInt32(count)) + block
        }
        write(.logs, name, input)
    }

    private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    /// The frames after the preface, and after the response that upgrades to HTTP/2.
    private func frames(of talk: CapturedTalk, isUpgraded: Bool) -> [UInt8] {
        var input: [UInt8] = [isUpgraded ? 16 | 32 : 16, 1]
        var rest: [[UInt8]] = [[], []]
        var begins = [false, false]
        for turn in talk.turns where input.count < Seeds.maximumBytes {
            let side = turn.isFromClient ? 0 : 1
            rest[side] += turn.bytes
            if !begins[side] {
                let head = side == 0 ? Seeds.preface : isUpgraded ? Array("\r\n\r\n".utf8) : []
                guard let end = head.isEmpty ? 0 : rest[side].firstRange(of: head)?.upperBound else { continue }
                rest[side].removeFirst(end)
                begins[side] = true
            }
            while rest[side].count >= 9 {
                let length = Int(rest[side][1]) << 8 | Int(rest[side][2])
                guard rest[side].count >= 9 + length else { break }
                let kind = rest[side][3] & 0x0f | (turn.isFromClient ? 0 : 0x80)
                let payload = rest[side][9..<(9 + length)].prefix(2000)
                input += [kind, rest[side][4], rest[side][8]] + big(UInt16(payload.count)) + payload
                rest[side].removeFirst(9 + length)
            }
        }
        return input
    }

    private func write(_ target: FuzzTarget, _ name: String, _ input: [UInt8]) {
        guard !input.isEmpty else { return }
        let place = "\(folder)/\(target.rawValue)"
        do {
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            try Data(input.prefix(2 * Seeds.maximumBytes)).write(to: URL(fileURLWithPath: "\(place)/\(name)"))
        } catch {
            fatalError("\(error)")
        }
    }
}
