import Capture
import Foundation

/// Makes inputs out of a capture: what it holds, in the form each target reads.
struct Seeds {
    /// A corpus for each target is a folder in it.
    let folder: String
    private static let maximumBytes = 8192
    private static let maximumConversations = 24

    func make(from path: String) {
        let name = (path as NSString).lastPathComponent
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
        for (number, talk) in talks.all.prefix(Seeds.maximumConversations).enumerated() {
            make(from: talk, "\(name)-\(number)")
        }
    }

    private func make(from talk: CapturedTalk, _ name: String) {
        guard let first = talk.turns.first(where: { !$0.bytes.isEmpty }) else { return }
        if first.bytes.starts(with: "PRI * HTTP/2.0".utf8) {
            write(.http2, name, frames(of: talk))
        } else if first.bytes.starts(with: [22, 3]) {
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

    private func frames(of talk: CapturedTalk) -> [UInt8] {
        var input: [UInt8] = [16, 1]
        var rest: [[UInt8]] = [[], []]
        for turn in talk.turns where input.count < Seeds.maximumBytes {
            let side = turn.isFromClient ? 0 : 1
            rest[side] += turn.bytes
            if rest[side].starts(with: "PRI".utf8) { rest[side].removeFirst(min(24, rest[side].count)) }
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
