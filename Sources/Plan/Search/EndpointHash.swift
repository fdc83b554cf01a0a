import Formats

/// Distinguishes places by endpoint, the same way in all sessions, without building the endpoint's name.
enum EndpointHash {
    /// A hash of a method, a path and a procedure; segments with digits and the segment at `open` are wildcards.
    static func of(_ draft: ParsedRequest, open: Int? = nil) -> UInt64 {
        draft.target.withUnsafeBufferPointer { target in
            var hash = ValueHash.seed
            ValueHash.mix(&hash, draft.method.utf8)
            if let name = draft.operation ?? draft.procedure?.name { ValueHash.mix(&hash, name.utf8) }
            for (index, segment) in URLParts(target, 0..<target.count).segments(target).enumerated() {
                ValueHash.mix(&hash, UInt8(ascii: "/"))
                if index == open || isOpen(target, segment) {
                    ValueHash.mix(&hash, UInt8(ascii: "*"))
                } else {
                    ValueHash.mix(&hash, target[segment])
                }
            }
            return hash
        }
    }

    private static func isOpen(_ target: UnsafeBufferPointer<UInt8>, _ segment: Range<Int>) -> Bool {
        segment.count > 32 || target[segment].contains { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}

extension Sink {
    /// The value of ``placeHash``.
    ///
    /// - Parameter bytes: the bytes that the place is in.
    func placeHash(in draft: ParsedRequest, _ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hash: UInt64
        if case .path(let index, let previous) = place {
            hash = EndpointHash.of(draft, open: index)
            ValueHash.mix(&hash, UInt8(truncatingIfNeeded: index))
            // The number at the end of a word is a different place than the word.
            if previous?.upperBound == range.lowerBound { ValueHash.mix(&hash, 1) }
            return hash
        }
        hash = draft.endpointHash
        if case .field(let name) = draft.parts[part].kind { ValueHash.mix(&hash, name.utf8) }
        ValueHash.mix(&hash, layer == nil ? 0 : 1)
        switch place {
        case .path, .header, .condition, .piece, .name, .origin: break
        case .number(let name, let word, let ordinal):
            if let name { ValueHash.mix(&hash, bytes[name]) }
            ValueHash.mix(&hash, 2)
            // The word before it identifies it better than its index.
            if let word {
                ValueHash.mix(&hash, bytes[word])
            } else {
                ValueHash.mix(&hash, UInt8(truncatingIfNeeded: ordinal))
            }
            ValueHash.mix(&hash, range.upperBound < bytes.count ? bytes[range.upperBound] : 0)
        case .part(let number): ValueHash.mix(&hash, UInt8(truncatingIfNeeded: number))
        case .protobuf(let numbers): for number in numbers { ValueHash.mix(&hash, UInt8(truncatingIfNeeded: number)) }
        case .query(let name), .form(let name), .cookie(let name): ValueHash.mix(&hash, bytes[name])
        case .json(let name, let parent), .xml(let name, let parent):
            if let name { ValueHash.mix(&hash, bytes[name]) }
            ValueHash.mix(&hash, 0)
            if let parent { ValueHash.mix(&hash, bytes[parent]) }
        }
        if let position { ValueHash.mix(&hash, UInt8(truncatingIfNeeded: position)) }
        return hash
    }
}
