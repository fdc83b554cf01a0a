import Measurement
import Plan
import Replay
import TestSupport
import TestThreads
import Testing
import Traffic

/// The local addresses that clones connect from.
@Suite(.waits) struct SourceAddressesTests {

    /// The last bytes of the addresses that connections of `clones` clones came from; each sends two requests, the
    /// first of which closes its connection.
    private func addresses(from source: String?, clones: Int) throws -> [[UInt32]] {
        let server = try LoopbackServer { request in
            request.target == "/first"
                ? .bytesAndClose("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n") : .ok()
        }
        defer { server.stop() }
        let session = RecordedSession(
            number: 1,
            exchanges: [Exchange(path: "/first", begin: 0, end: 1), Exchange(path: "/second", begin: 2, end: 3)])
        let parsed = try source.map { text throws(SourceAddresses.Problem) in try SourceAddresses(parsing: text) }
        let replay = try Replaying([session], to: server.url, plan: { $0.population = .copies(clones) }) { options in
            options.workers = 2
            options.connect(from: [parsed])
        }
        #expect(replay.fates == [.answered: 2 * clones])
        return Dictionary(grouping: server.clientAddresses) { $0 }.values.map { $0.map { $0 & 0xff } }.sorted {
            $0[0] < $1[0]
        }
    }

    @Test func eachCloneHasAnAddressOfTheRange() throws {
        let used = try addresses(from: "127.0.0.11-127.0.0.14", clones: 4)
        #expect(used == [[11, 11], [12, 12], [13, 13], [14, 14]])
    }

    @Test func moreClonesUseTheAddressesInTurn() throws {
        let used = try addresses(from: "127.0.0.8/30", clones: 6)
        #expect(used == [Array(repeating: 9, count: 6), Array(repeating: 10, count: 6)])
    }

    @Test func oneAddressIsForAll() throws {
        #expect(try addresses(from: "127.0.0.77", clones: 2) == [Array(repeating: 77, count: 4)])
        #expect(try addresses(from: nil, clones: 2) == [Array(repeating: 1, count: 4)])
    }
}
