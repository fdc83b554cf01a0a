import Glibc
import SessionLog
import Traffic

/// Writing and reading logs of any size, and the memory used.
enum MemoryBench {
    /// Writes a log with `mebibytes` of made-up messages.
    static func write(mebibytes: Int, to path: String) throws {
        var options = SessionLogWriter.Options()
        options.overwrites = true
        options.level = 1
        var writer = try SessionLogWriter(path: path, options: options)
        var traffic = MadeUpTraffic()
        while writer.statistics.messageBytes < UInt64(mebibytes) << 20 { try writer.append(traffic.nextBatch()) }
        let statistics = writer.statistics
        try writer.finish()
        print(
            "\(statistics.exchanges) exchanges, \(statistics.messageBytes >> 20) MiB of messages, "
                + "\(statistics.storedBytes >> 20) MiB of log; peak \(LogBench.peakMebibytes) MiB")
    }

    /// Writes a log of twenty small blocks.
    static func writeSmall(to path: String) throws {
        var options = SessionLogWriter.Options()
        options.overwrites = true
        options.blockBytes = 2000
        var writer = try SessionLogWriter(path: path, options: options)
        var traffic = MadeUpTraffic(longestBody: 400)
        var batch = traffic.nextBatch()
        batch.records.removeLast(80)
        batch.connections.removeLast(150)
        try writer.append(batch)
        try writer.finish()
    }

    /// Reads a log in the order in which its exchanges began, and block by block.
    static func read(_ path: String) throws {
        var set = try LogReader(LogSelection(paths: [path]), order: .began)
        var exchanges = 0
        var bytes = 0
        while let exchange = try set.next() {
            _ = set.takeConnections()
            exchanges += 1
            bytes += (exchange.request?.body.count ?? 0) + (exchange.response?.body.count ?? 0)
        }
        let ordered = LogBench.peakMebibytes
        let verification = try LogVerification(path: path)
        print(
            "\(exchanges) exchanges, \(bytes >> 20) MiB of bodies; peak \(ordered) MiB in time order, "
                + "\(LogBench.peakMebibytes) MiB with verification (\(verification.isWhole ? "whole" : "damaged"))")
    }
}

/// API traffic from a seed: 200 connections of limited length, tokens, ids, JSON bodies.
struct MadeUpTraffic {
    private var random = SplitMix64(state: 7)
    private var time: Int64 = 1_700_000_000_000_000_000
    private var connections: [(number: UInt32, token: String)] = []
    private var nextConnection: UInt32 = 1
    private let words: [String]
    private let longestBody: Int

    init(longestBody: Int = 25_600) {
        self.longestBody = longestBody
        var random = SplitMix64(state: 3)
        words = (0..<4000).map { _ in
            String(
                (0..<Int.random(in: 3...10, using: &random)).map { _ in "etaoinshrdlu".randomElement(using: &random)! })
        }
    }

    /// 100 exchanges, in the order in which they ended.
    mutating func nextBatch() -> ExchangeBatch {
        var batch = ExchangeBatch()
        for _ in 0..<100 {
            while connections.count < 200 { open(&batch) }
            let place = Int.random(in: 0..<connections.count, using: &random)
            batch.append(exchange(connections[place]))
            if Int.random(in: 0..<40, using: &random) == 0 { connections.remove(at: place) }
        }
        return batch
    }

    private mutating func open(_ batch: inout ExchangeBatch) {
        connections.append((nextConnection, (0..<6).map { _ in hex() }.joined()))
        batch.connections.append(
            RecordedConnection(
                number: nextConnection, client: SocketAddress(v4: 0x0a00_0000 + nextConnection % 60_000, port: 40_000),
                server: SocketAddress(v4: 0x0a01_0001, port: 80)))
        nextConnection += 1
    }

    private mutating func exchange(_ connection: (number: UInt32, token: String)) -> Exchange {
        time += Int64.random(in: 10_000...200_000, using: &random)
        let began = time - Int64.random(in: 100_000...30_000_000, using: &random)
        let body = body()
        let request =
            "GET /api/v1/items/\(hex()) HTTP/1.1\r\nHost: api.shop.test\r\nAuthorization: Bearer \(connection.token)\r\n"
            + "Accept: application/json\r\nX-Request-Id: \(hex())\r\n\r\n"
        let response =
            "HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: application/json\r\nContent-Length: \(body.count)\r\n"
            + "ETag: \"\(hex())\"\r\n\r\n"
        return Exchange(
            connection: connection.number, session: connection.number,
            request: Exchange.Message(
                head: Array(request.utf8), firstByte: CaptureTime(nanoseconds: began),
                lastByte: CaptureTime(nanoseconds: began)),
            response: Exchange.Message(
                head: Array(response.utf8), body: body, firstByte: CaptureTime(nanoseconds: time - 20_000),
                lastByte: CaptureTime(nanoseconds: time)), status: 200)
    }

    private mutating func body() -> [UInt8] {
        var body = Array("{\"items\":[".utf8)
        let length = min(200 << Int.random(in: 0...7, using: &random), longestBody)
        while body.count < length {
            body += "{\"id\":\"".utf8
            body += hex().utf8
            body += "\",\"price\":".utf8
            body += String(Int.random(in: 0..<100_000, using: &random)).utf8
            body += ",\"text\":\"".utf8
            for _ in 0..<8 {
                body += words.randomElement(using: &random)!.utf8
                body.append(0x20)
            }
            body += "\"},".utf8
        }
        return body + Array("null]}".utf8)
    }

    private mutating func hex() -> String { String(random.next(), radix: 16) }
}
