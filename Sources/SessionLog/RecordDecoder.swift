import Traffic

/// Puts the columns of a block together again, an exchange at a time.
struct RecordDecoder {
    private let flags: UnsafeRawBufferPointer?
    private var statuses, connections, sessions, beginnings, requestSpans, waits, responseSpans: NumberColumn
    private var request, response: MessageDecoder

    /// - Parameters:
    ///   - numbers: the decompressed number columns.
    ///   - contents: where the columns of messages' bytes stand in the batch's store, by column number.
    init(numbers: NumberView, contents: [Range<Int>?]) {
        flags = numbers[.flags]
        statuses = numbers.numbers(.statuses)
        connections = numbers.numbers(.connectionNumbers)
        sessions = numbers.numbers(.sessionNumbers)
        beginnings = numbers.numbers(.beginnings)
        requestSpans = numbers.numbers(.requestSpans)
        waits = numbers.numbers(.waits)
        responseSpans = numbers.numbers(.responseSpans)
        request = MessageDecoder(numbers, contents, Column.request)
        response = MessageDecoder(numbers, contents, Column.response)
    }

    /// Appends the exchanges of a block to `records`.
    ///
    /// - Returns: false when the columns contradict each other or the header.
    mutating func decode(_ header: BlockHeader, into records: inout [ExchangeBatch.Record]) -> Bool {
        guard (flags?.count ?? 0) == Int(header.count), header.count <= LogFormat.maximumExchanges else { return false }
        records.reserveCapacity(Int(header.count))
        var connection: Int64 = 0
        var session: Int64 = 0
        var began: Int64 = 0
        var earliest = Int64.max
        var latest = Int64.min
        for index in 0..<Int(header.count) {
            guard let connectionStep = connections.zigzag(), let sessionStep = sessions.zigzag(),
                let beginningStep = beginnings.zigzag()
            else { return false }
            connection &+= connectionStep
            session &+= sessionStep
            began &+= beginningStep
            guard let number = UInt32(exactly: connection), let owner = UInt32(exactly: session),
                let record = record(ExchangeFlags(rawValue: flags![index]), number, owner, began)
            else { return false }
            earliest = min(earliest, began)
            latest = max(latest, record.ended)
            records.append(record)
        }
        let isSpanRight = header.count == 0 || (header.earliest == earliest && header.latest == latest)
        return isSpanRight && isAtEnd
    }

    private mutating func record(
        _ flags: ExchangeFlags, _ connection: UInt32, _ session: UInt32, _ began: Int64
    ) -> ExchangeBatch.Record? {
        guard let version = flags.version, let status = statuses.integer(UInt16.self) else { return nil }
        var record = ExchangeBatch.Record(
            connection: connection, session: session, version: version, scheme: flags.scheme, status: status,
            request: nil, response: nil, isPush: flags.contains(.push))
        var responseBegan = began
        if flags.contains(.request) {
            guard let span = requestSpans.zigzag() else { return nil }
            let ended = began &+ span
            record.request = request.next(from: began, to: ended, isComplete: flags.contains(.requestComplete))
            guard record.request != nil else { return nil }
            responseBegan = ended
        }
        if flags.contains(.response) {
            if flags.contains(.request) {
                guard let wait = waits.zigzag() else { return nil }
                responseBegan &+= wait
            }
            guard let span = responseSpans.zigzag() else { return nil }
            record.response = response.next(
                from: responseBegan, to: responseBegan &+ span, isComplete: flags.contains(.responseComplete))
            guard record.response != nil else { return nil }
        }
        return record
    }

    private var isAtEnd: Bool {
        statuses.isAtEnd && connections.isAtEnd && sessions.isAtEnd && beginnings.isAtEnd && requestSpans.isAtEnd
            && waits.isAtEnd && responseSpans.isAtEnd && request.isAtEnd && response.isAtEnd
    }
}

/// The messages of one direction.
private struct MessageDecoder {
    private var headLengths, bodyLengths, bodyExcesses, trailerLengths: NumberColumn
    private var heads, bodies, trailers: Range<Int>

    init(_ numbers: NumberView, _ contents: [Range<Int>?], _ columns: Column.MessageColumns) {
        headLengths = numbers.numbers(columns.headLengths)
        bodyLengths = numbers.numbers(columns.bodyLengths)
        bodyExcesses = numbers.numbers(columns.bodyExcesses)
        trailerLengths = numbers.numbers(columns.trailerLengths)
        heads = contents[Int(columns.heads.rawValue)] ?? 0..<0
        bodies = contents[Int(columns.bodies.rawValue)] ?? 0..<0
        trailers = contents[Int(columns.trailers.rawValue)] ?? 0..<0
    }

    var isAtEnd: Bool {
        headLengths.isAtEnd && bodyLengths.isAtEnd && bodyExcesses.isAtEnd && trailerLengths.isAtEnd
            && heads.isEmpty && bodies.isEmpty && trailers.isEmpty
    }

    mutating func next(from first: Int64, to last: Int64, isComplete: Bool) -> ExchangeBatch.Message? {
        guard let head = MessageDecoder.take(headLengths.varint(), of: &heads),
            let body = MessageDecoder.take(bodyLengths.varint(), of: &bodies),
            let trailers = MessageDecoder.take(trailerLengths.varint(), of: &trailers),
            let excess = bodyExcesses.zigzag()
        else { return nil }
        return ExchangeBatch.Message(
            head: head, body: body, trailers: trailers,
            bodyBytes: UInt64(body.count) &+ UInt64(bitPattern: excess), firstByte: CaptureTime(nanoseconds: first),
            lastByte: CaptureTime(nanoseconds: last), isComplete: isComplete)
    }

    /// The next `length` bytes of a content column; nil when it has not as many.
    private static func take(_ length: UInt64?, of rest: inout Range<Int>) -> ExchangeBatch.ByteRange? {
        guard let length, length <= UInt64(rest.count) else { return nil }
        let start = rest.lowerBound
        rest = start + Int(length)..<rest.upperBound
        return length == 0 ? .empty : ExchangeBatch.ByteRange(offset: UInt32(start), count: UInt32(length))
    }
}

extension ExchangeBatch.Record {
    /// When the exchange ended, as ``Exchange/ended``, in nanoseconds.
    var ended: Int64 {
        let began = began.nanoseconds
        return max(response?.lastByte.nanoseconds ?? began, request?.lastByte.nanoseconds ?? began)
    }
}
