import Testing
import Traffic

@testable import Capture

/// The TCP stage in isolation: segments in, events out.
@Suite struct TCPReassemblerTests {
    /// A reassembler with its owner's state, and its events as text.
    private struct Stage: ~Copyable {
        var reassembler: TCPReassembler
        var pool = BytePool(maximumBytes: 1 << 20)
        var loss = CaptureLoss(second: 0)
        var now: Int64 = 0

        init(limits: CaptureLimits = CaptureLimits()) { reassembler = TCPReassembler(limits: limits, seed: 1) }

        /// Processes a segment of a side; returns the events, one per line.
        mutating func take(
            _ side: Int, _ flags: UInt8, _ sequence: UInt32, ack: UInt32? = nil, _ text: String = "",
            window: UInt16 = 65535
        ) -> [String] {
            now += 1_000_000
            let bytes = Array(text.utf8)
            return bytes.withUnsafeBytes { bytes in
                var segment = TCPSegment()
                (segment.sourceLow, segment.destinationLow) = side == 0 ? (1, 2) : (2, 1)
                (segment.sourcePort, segment.destinationPort) = side == 0 ? (1000, 80) : (80, 1000)
                segment.sequence = sequence
                segment.acknowledgement = ack ?? 0
                segment.flags = flags | (ack == nil ? 0 : TCPSegment.ack)
                segment.window = window
                segment.payload = bytes
                segment.time = now
                reassembler.receive(segment, at: now, &pool, &loss)
                return events()
            }
        }

        /// Lets time pass.
        mutating func wait(_ duration: Duration) -> [String] {
            now += duration.wholeNanoseconds
            reassembler.runHousekeeping(now, &loss)
            return events()
        }

        /// Ends everything.
        mutating func finish() -> [String] {
            for slot in 0..<reassembler.table.slotCount { reassembler.finish(atSlot: slot, now, &loss) }
            return events()
        }

        private mutating func events() -> [String] {
            var found: [String] = []
            while let event = reassembler.nextEvent() {
                switch event {
                case .bytes(_, let direction, let chunk):
                    found.append("\(direction): \(String(decoding: chunk.bytes, as: UTF8.self))")
                case .lost(_, let direction, let count): found.append("\(direction): \(count) lost")
                case .ended(_, let direction, let isProper): found.append("\(direction): \(isProper ? "FIN" : "end")")
                case .closed: found.append("closed")
                }
            }
            reassembler.recycle(&pool)
            return found
        }

        mutating func open() {
            _ = take(0, TCPSegment.syn, 99)
            _ = take(1, TCPSegment.syn, 499, ack: 100)
            _ = take(0, 0, 100, ack: 500)
        }
    }

    @Test func bytesInOrderComeAtOnce() {
        var stage = Stage()
        stage.open()
        #expect(stage.take(0, 0, 100, ack: 500, "abc") == ["0: abc"])
        #expect(stage.take(1, 0, 500, ack: 103, "xyz") == ["1: xyz"])
        #expect(stage.take(0, TCPSegment.fin, 103, ack: 503) == ["0: FIN"])
        #expect(stage.take(1, TCPSegment.fin, 503, ack: 104) == ["1: FIN", "closed"])
        #expect(stage.loss.isNone)
        #expect(stage.pool.usedBytes == 0)
        #expect(stage.reassembler.opened == 1)
    }

    @Test func bytesAfterAHoleWaitForIt() {
        var stage = Stage()
        stage.open()
        #expect(stage.take(0, 0, 103, ack: 500, "def") == [])
        #expect(stage.take(0, 0, 106, ack: 500, "ghi") == [])
        #expect(stage.pool.usedBytes > 0)
        #expect(stage.take(0, 0, 100, ack: 500, "abcDE") == ["0: abc", "0: def", "0: ghi"], "first data wins")
        #expect(stage.pool.usedBytes == 0)
    }

    @Test func aHoleIsGivenUpOnceItIsAcknowledged() {
        var limits = CaptureLimits()
        limits.holePatiencePackets = 2
        var stage = Stage(limits: limits)
        stage.open()
        #expect(stage.take(0, 0, 103, ack: 500, "def") == [])
        #expect(stage.take(1, 0, 500, ack: 106) == [])
        #expect(stage.take(1, 0, 500, ack: 106) == [])
        #expect(stage.take(1, 0, 500, ack: 106) == ["0: 3 lost", "0: def"])
        #expect(stage.loss.gaps == 1)
        #expect(stage.loss.gapBytes == 3)
    }

    @Test func theEndPassesOnWhatWaits() {
        var stage = Stage()
        stage.open()
        #expect(stage.take(1, 0, 505, ack: 100, "late") == [])
        #expect(stage.finish() == ["1: 5 lost", "1: late", "0: end", "1: end", "closed"])
        #expect(stage.loss.gapBytes == 5)
        #expect(stage.pool.usedBytes == 0)
    }

    @Test func aRESETClosesAfterAWhile() {
        var stage = Stage()
        stage.open()
        #expect(stage.take(0, 0, 100, ack: 500, "abc") == ["0: abc"])
        #expect(stage.take(1, TCPSegment.reset, 500) == [])
        #expect(stage.wait(.seconds(4)) == [])
        #expect(stage.wait(.seconds(2)) == ["0: end", "1: end", "closed"])
        // A late segment is ignored, a new one begins a connection.
        #expect(stage.take(0, 0, 100, ack: 500, "abc") == [])
        #expect(stage.take(0, 0, 103, ack: 500, "def") == ["0: def"])
        #expect(stage.reassembler.opened == 2)
    }

    @Test func theWindowDecidesWhichSegmentsBelong() {
        var stage = Stage()
        stage.open()
        #expect(stage.take(1, 0, 500, ack: 100, window: 1000) == [])
        #expect(stage.take(0, TCPSegment.fin, 100 + 300_000, ack: 500) == [])
        #expect(stage.take(0, 0, 100 + 300_000, ack: 500, "stale") == [])
        #expect(stage.take(0, 0, 100, ack: 500, "abc") == ["0: abc"])
        #expect(stage.take(0, TCPSegment.fin, 103, ack: 500) == ["0: FIN"])
        #expect(stage.loss.isNone)
    }
}
