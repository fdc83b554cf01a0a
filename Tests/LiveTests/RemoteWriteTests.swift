import Formats
import Testing

@testable import Live

struct RemoteWriteTests {
    /// The series of a message (prometheus.WriteRequest): labels as text, value, time.
    private func series(_ message: [UInt8]) throws -> [(labels: String, value: Double, timeMs: UInt64)] {
        try fields(message).filter { $0.number == 1 }.map { entry in
            let own = try fields(entry.content)
            let labels = try own.filter { $0.number == 1 }.map { label -> String in
                let pair = try fields(label.content)
                return pair.map { String(decoding: $0.content, as: UTF8.self) }.joined(separator: "=")
            }
            let sample = try fields(try #require(own.first { $0.number == 2 }).content)
            return (labels.joined(separator: ","), Double(bitPattern: sample[0].bits), sample[1].bits)
        }
    }

    private struct Field {
        var number: Int
        var content: [UInt8] = []
        var bits: UInt64 = 0
    }

    private func fields(_ message: [UInt8]) throws -> [Field] {
        var rest = message[...]
        var fields: [Field] = []
        func varint() throws -> UInt64 {
            var (value, shift) = (UInt64(0), UInt64(0))
            while true {
                let next = rest.popFirst()
                let byte = try #require(next)
                value |= UInt64(byte & 0x7f) << shift
                if byte < 0x80 { return value }
                shift += 7
            }
        }
        while !rest.isEmpty {
            let tag = try varint()
            var field = Field(number: Int(tag >> 3))
            switch tag & 7 {
            case 0: field.bits = try varint()
            case 1:
                for shift in stride(from: UInt64(0), to: 64, by: 8) {
                    let next = rest.popFirst()
                    field.bits |= UInt64(try #require(next)) << shift
                }
            default:
                let count = Int(try varint())
                field.content = Array(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
            fields.append(field)
        }
        return fields
    }

    private func families(_ phase: String, _ count: Double) -> [MetricFamily] {
        [
            MetricFamily(
                "a_total", .counter, help: "A.", [.init([.init("zone", "z"), .init("area", "x")], .number(count))]),
            MetricFamily("phase_info", .gauge, help: "P.", [.init([.init("phase", phase)], .number(1))]),
        ]
    }

    @Test("Series have sorted labels, their values and the time they were read at")
    func values() throws {
        var writer = RemoteWriteSeries(labels: [.init("job", "reprise")])
        let sent = try series(writer.message(families("ramp", 7), timeMs: 1_700_000_000_123))
        #expect(
            sent.map(\.labels) == [
                "__name__=a_total,area=x,job=reprise,zone=z", "__name__=phase_info,job=reprise,phase=ramp",
            ])
        #expect(sent.map(\.value) == [7, 1])
        #expect(sent.map(\.timeMs) == [1_700_000_000_123, 1_700_000_000_123])
    }

    @Test("A series that has ended gets a stale marker once, and all get one at the end")
    func staleness() throws {
        var writer = RemoteWriteSeries(labels: [])
        _ = writer.message(families("ramp", 1), timeMs: 1)
        let second = try series(writer.message(families("peak", 2), timeMs: 2))
        let gone = second.filter { $0.labels.contains("ramp") }
        #expect(gone.map(\.value.bitPattern) == [0x7ff0_0000_0000_0002])
        let third = try series(writer.message(families("peak", 3), timeMs: 3))
        #expect(!third.contains { $0.labels.contains("ramp") }, "the marker is sent once")
        let end = try series(writer.ending(timeMs: 4))
        #expect(Set(end.map(\.labels)) == Set(third.map(\.labels)))
        #expect(end.allSatisfy { $0.value.bitPattern == 0x7ff0_0000_0000_0002 })
        #expect(writer.ending(timeMs: 5).isEmpty)
    }
}
