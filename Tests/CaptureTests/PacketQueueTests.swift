import Testing
import Traffic

@testable import Capture

/// The queue of packets between the reading and the parsing thread.
@Suite struct PacketQueueTests {
    @Test func chunksKeepPacketsOfAllSizesAndTheirOrder() {
        var talk = Talk.opened()
        let body = String(repeating: "x", count: 60_000)
        for number in 0..<50 {
            talk.client(get("/\(number)"))
            talk.server(ok(body))
        }
        let chunk = PacketChunk()
        for segment in talk.segments {
            let packet = talk.packet(segment)
            packet.withUnsafeBytes {
                chunk.append($0, originalLength: UInt32(packet.count), time: segment.microseconds * 1000)
            }
        }
        // More than the intended size of a chunk: libpcap's callback cannot refuse.
        #expect(chunk.usedBytes > 2 * PacketChunk.fullBytes)
        chunk.kernelDrops = 7
        var assembler = TrafficAssembler()
        chunk.process(&assembler, linkType: .raw)
        assembler.finish()
        #expect(assembler.totals.completeExchanges == 50)
        #expect(assembler.totals.losses.kernelDrops == 7)
        #expect(chunk.latest == talk.microseconds * 1000)
        chunk.removeAll()
        #expect(chunk.isEmpty)
    }

    @Test func aFullQueueGivesNoMoreChunksUntilOneComesBack() throws {
        let queue = try PacketQueue(maximumBytes: 3 * PacketChunk.fullBytes)
        var taken = 0
        while let chunk = queue.spare(upTo: .zero) {
            taken += 1
            queue.submit(chunk)
        }
        #expect(taken == 3)
        let first = try #require(queue.take(upTo: .zero, or: -1))
        #expect(queue.spare(upTo: .zero) == nil)
        queue.giveBack(first)
        #expect(queue.spare(upTo: .zero) === first)
        queue.end()
        #expect(!queue.hasEnded)
        for _ in 0..<2 { #expect(queue.take(upTo: .zero, or: -1) != nil) }
        #expect(queue.hasEnded)
        #expect(queue.take(upTo: .seconds(60), or: -1) == nil)
    }
}
