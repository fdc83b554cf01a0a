import Formats
import Traffic

/// Exchanges generated from a seed: the same ones for the same seed.
struct SampleTraffic {
    private var random: SplitMix64
    private var time: Int64 = 1_700_000_000_000_000_000

    private let maximumBodyBytes: Int

    init(seed: UInt64, maximumBodyBytes: Int = 600) {
        random = SplitMix64(seed: seed)
        self.maximumBodyBytes = maximumBodyBytes
    }

    /// A batch of `count` exchanges with their connections.
    mutating func batch(_ count: Int) -> ExchangeBatch {
        var batch = ExchangeBatch()
        for _ in 0..<count {
            time += Int64.random(in: 0...5_000_000, using: &random)
            let connection = UInt32.random(in: 1...20, using: &random)
            batch.append(exchange(connection: connection))
        }
        batch.connections = Set(batch.records.map(\.connection)).sorted().map {
            RecordedConnection(
                number: $0, client: SocketAddress(v4: 0x7f00_0001, port: 40000 + UInt16($0)),
                server: SocketAddress(v4: 0x7f00_0001, port: 8080))
        }
        return batch
    }

    private mutating func exchange(connection: UInt32) -> Exchange {
        let id = Int.random(in: 0..<1000, using: &random)
        let requestBody = Bool.random(using: &random) ? Array(#"{"item":\#(id)}"#.utf8) : []
        let length = Int.random(in: 0...maximumBodyBytes, using: &random)
        let responseBody = (0..<length).map { _ in UInt8.random(in: 97...122, using: &random) }
        let sent = time + Int64.random(in: 0...100_000, using: &random)
        let answered = sent + Int64.random(in: 0...20_000_000, using: &random)
        let request = Exchange.Message(
            head: Array("POST /items/\(id) HTTP/1.1\r\nHost: shop.test\r\n\r\n".utf8), body: requestBody,
            firstByte: CaptureTime(nanoseconds: time), lastByte: CaptureTime(nanoseconds: sent))
        let response = Exchange.Message(
            head: Array("HTTP/1.1 200 OK\r\nContent-Length: \(length)\r\n\r\n".utf8), body: responseBody,
            firstByte: CaptureTime(nanoseconds: answered), lastByte: CaptureTime(nanoseconds: answered + 1000))
        return Exchange(
            connection: connection, session: connection % 7 + 1, request: request, response: response, status: 200)
    }
}

extension ExchangeBatch {
    /// All exchanges as values.
    var exchanges: [Exchange] { records.indices.map { exchange(at: $0) } }
}
