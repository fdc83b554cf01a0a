import HTTPWire
import Measurement
import TestSupport
import TestThreads
import Testing
import Threads
import Traffic

@testable import Replay

/// Targets with several addresses, some of which this machine cannot reach.
@Suite(.waits) struct AddressTests {
    /// An address that connect(2) refuses before it sends anything.
    private static let unusable = "255.255.255.255"

    private func target(_ addresses: [String], port: UInt16) throws -> ResolvedTarget {
        ResolvedTarget(
            target: try ReplayTarget(parsing: "http://127.0.0.1:\(port)"), addresses: addresses,
            connectHost: "127.0.0.1", port: port, serverName: nil)
    }

    /// A transport to one target that a test drives as a worker does.
    private final class Driver {
        private var transport: SocketTransport
        private let clock = RunClock()
        private let message = Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        private(set) var fates: [Fate] = []

        init(_ target: ResolvedTarget, slots: Int, followsRecording: Bool = true) throws {
            var bounds = SocketBounds()
            bounds.followsRecording = followsRecording
            transport = try SocketTransport(
                targets: [target], slotCount: slots, clock: clock, wake: WakeSignal(), bounds: bounds, tls: nil)
        }

        func send(slot: Int, request number: Int = 0) {
            message.withUnsafeBytes { bytes in
                var request = OutgoingRequest()
                request.message = bytes
                request.framingMethod = .get
                transport.send(request, for: RequestID(slot: slot, request: number), at: clock.now)
            }
        }

        /// Replaces the addresses of the target for new connections.
        func move(to target: ResolvedTarget) { transport.addresses[0] = SocketAddresses(target) }

        /// Waits for the ends of `count` requests, 20 s at most; a request for which a connection is free is sent.
        func finish(_ count: Int) throws {
            let end = clock.now + .seconds(20)
            var result = TransferResult()
            while fates.count < count, clock.now < end {
                try transport.wait(until: clock.now + .milliseconds(100))
                while transport.next(&result) {
                    if result.kind == .ended {
                        fates.append(result.fate)
                    } else {
                        send(slot: result.id.slot, request: result.id.request)
                    }
                }
            }
        }

        var opened: Int { transport.connections.opened }
    }

    @Test(arguments: [
        [unusable, "127.0.0.1"], ["127.0.0.1", unusable], [unusable, unusable, "127.0.0.1", unusable],
    ])
    func anAddressThatCannotBeUsedIsPassedOver(addresses: [String]) throws {
        let server = try LoopbackServer { _ in .ok() }
        defer { server.stop() }
        let driver = try Driver(target(addresses, port: server.port), slots: 8)
        for slot in 0..<8 { driver.send(slot: slot) }
        try driver.finish(8)
        #expect(driver.fates == Array(repeating: .answered, count: 8))
        #expect(driver.opened == 8)
    }

    /// A port that refuses on the first address, then an address that cannot be used, then the server.
    @Test func aRefusalAndAnUnusableAddressArePassedOver() throws {
        let server = try LoopbackServer { _ in .ok() }
        defer { server.stop() }
        let driver = try Driver(target(["127.0.0.2", Self.unusable, "127.0.0.1"], port: server.port), slots: 8)
        for slot in 0..<8 { driver.send(slot: slot) }
        try driver.finish(8)
        #expect(driver.fates == Array(repeating: .answered, count: 8))
    }

    @Test func withoutAnyUsableAddressTheFateIsTold() throws {
        let driver = try Driver(target([Self.unusable, Self.unusable], port: 9), slots: 2)
        driver.send(slot: 0)
        driver.send(slot: 1)
        try driver.finish(2)
        #expect(driver.fates == [.unreachable, .unreachable])
        #expect(driver.opened == 0)
    }

    /// Requests of a clone wait for its only connection; when no other can be opened, each of them ends.
    @Test func requestsThatWaitEndWhenNoConnectionCanBeOpened() throws {
        let server = try LoopbackServer { _ in .ok(fields: ["Connection: close"]) }
        defer { server.stop() }
        let driver = try Driver(target(["127.0.0.1"], port: server.port), slots: 1, followsRecording: false)
        for number in 0..<4 { driver.send(slot: 0, request: number) }
        driver.move(to: try target([Self.unusable], port: server.port))
        try driver.finish(4)
        #expect(driver.fates.count == 4, "a request that no event can end")
        #expect(driver.fates.filter { $0 == .unreachable }.count >= 3)
    }
}
