import Formats

extension SinkCollector {
    /// What is known about a decoded value.
    struct SeenValue {
        var hash: UInt64
        /// See ``Writing/commonHash(_:_:isUUID:)``.
        var commonHash: UInt64?
        /// See ``WantedValues/beginning(of:)``.
        var beginning: UInt64?
        var count: Int
        var distinctiveness: Distinctiveness

        init(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
            hash = ValueHash.of(bytes, range)
            count = range.count
            beginning = WantedValues.beginning(of: UnsafeBufferPointer(rebasing: bytes[range]))
            distinctiveness = Distinctiveness(bytes, range)
            commonHash =
                distinctiveness == .never
                ? nil : Writing.commonHash(bytes, range, isUUID: ClientMade.isUUID(bytes, range))
        }
    }

    /// A part of a request that was collected.
    struct CollectedPart {
        var part: ParsedRequest.Part
        var sinks: Range<Int>
        var layers: Range<Int>

        func has(_ other: ParsedRequest.Part) -> Bool {
            guard part.bytes.count == other.bytes.count, part.kind == other.kind else { return false }
            return part.bytes.withUnsafeBufferPointer { own in
                other.bytes.withUnsafeBufferPointer { ByteSearch.areEqual(own, 0..<own.count, $0, 0..<$0.count) }
            }
        }
    }
}
