import Formats
import Traffic

/// Rebuilds exchanges from the columns of a block, one at a time.
struct RecordDecoder {
    private let flags: UnsafeRawBufferPointer?
    private var statuses, connections, sessions, beginnings, requestSpans, waits, responseSpans: NumberColumn
    private var request, response: MessageDecoder
    private var texts: ReferencedRanges

    /// - Parameters:
    ///   - numbers: the decompressed columns.
    ///   - texts: the ranges of the block's texts in the batch's store.
    ///   - bodies: the ranges of the bodies of both directions in the store.
    init(numbers: NumberView, texts: [ExchangeBatch.ByteRange], requestBodies: Range<Int>, responseBodies: Range<Int>) {
        flags = numbers[.flags]
        statuses = numbers.numbers(.statuses)
        connections = numbers.numbers(.connectionNumbers)
        sessions = numbers.numbers(.sessionNumbers)
        beginnings = numbers.numbers(.beginnings)
        requestSpans = numbers.numbers(.requestSpans)
        waits = numbers.numbers(.waits)
        responseSpans = numbers.numbers(.responseSpans)
        request = MessageDecoder(numbers, Column.request, requestBodies)
        response = MessageDecoder(numbers, Column.response, responseBodies)
        self.texts = ReferencedRanges(texts)
    }

    /// Appends the exchanges of a block to `records`.
    ///
    /// - Returns: false if the columns contradict each other or the header.
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
            record.request = request.next(
                from: began, to: ended, isComplete: flags.contains(.requestComplete), &texts)
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
                from: responseBegan, to: responseBegan &+ span, isComplete: flags.contains(.responseComplete), &texts)
            guard record.response != nil else { return nil }
        }
        return record
    }

    private var isAtEnd: Bool {
        statuses.isAtEnd && connections.isAtEnd && sessions.isAtEnd && beginnings.isAtEnd && requestSpans.isAtEnd
            && waits.isAtEnd && responseSpans.isAtEnd && request.isAtEnd && response.isAtEnd && texts.isAtEnd
    }
}

/// The messages of one direction.
private struct MessageDecoder {
    private var heads, bodies, bodyExcesses, trailers, bodyLengths: NumberColumn
    private var known = ReferencedRanges([])
    private var rest: Range<Int>

    init(_ numbers: NumberView, _ columns: Column.MessageColumns, _ bodies: Range<Int>) {
        heads = numbers.numbers(columns.heads)
        self.bodies = numbers.numbers(columns.bodies)
        bodyExcesses = numbers.numbers(columns.bodyExcesses)
        trailers = numbers.numbers(columns.trailers)
        bodyLengths = numbers.numbers(columns.bodyLengths)
        rest = bodies
    }

    var isAtEnd: Bool {
        heads.isAtEnd && bodies.isAtEnd && bodyExcesses.isAtEnd && trailers.isAtEnd && bodyLengths.isAtEnd
            && rest.isEmpty
    }

    mutating func next(
        from first: Int64, to last: Int64, isComplete: Bool, _ texts: inout ReferencedRanges
    ) -> ExchangeBatch.Message? {
        guard let head = texts.next(heads.varint()), let reference = bodies.varint(), takeBody(reference),
            let body = known.next(reference), let trailers = texts.next(trailers.varint()),
            let excess = bodyExcesses.zigzag()
        else { return nil }
        return ExchangeBatch.Message(
            head: head, body: body, trailers: trailers,
            bodyBytes: UInt64(body.count) &+ UInt64(bitPattern: excess), firstByte: CaptureTime(nanoseconds: first),
            lastByte: CaptureTime(nanoseconds: last), isComplete: isComplete)
    }

    /// Adds a new body; returns false if not enough bytes are left.
    private mutating func takeBody(_ reference: UInt64) -> Bool {
        guard reference == Reference.new else { return true }
        guard let length = bodyLengths.varint(), length <= UInt64(rest.count) else { return false }
        known.append(ExchangeBatch.ByteRange(offset: UInt32(rest.lowerBound), count: UInt32(length)))
        rest = rest.lowerBound + Int(length)..<rest.upperBound
        return true
    }
}

/// Strings of a block in the order of their first reference.
private struct ReferencedRanges {
    private var ranges: [ExchangeBatch.ByteRange]
    private var known = 0

    init(_ ranges: [ExchangeBatch.ByteRange]) { self.ranges = ranges }

    /// Whether every string was referred to.
    var isAtEnd: Bool { known == ranges.count }

    mutating func append(_ range: ExchangeBatch.ByteRange) { ranges.append(range) }

    /// The string that `reference` refers to; nil if there is none.
    @inline(__always)
    mutating func next(_ reference: UInt64?) -> ExchangeBatch.ByteRange? {
        guard let reference else { return nil }
        switch reference {
        case Reference.none: return .empty
        case Reference.new:
            guard known < ranges.count else { return nil }
            known += 1
            return ranges[known - 1]
        default:
            let index = reference - Reference.firstKnown
            return index < UInt64(known) ? ranges[Int(index)] : nil
        }
    }
}

extension ExchangeBatch.Record {
    /// When the exchange ended, like ``Exchange/ended``, in nanoseconds.
    var ended: Int64 {
        let began = began.nanoseconds
        return max(response?.lastByte.nanoseconds ?? began, request?.lastByte.nanoseconds ?? began)
    }
}
