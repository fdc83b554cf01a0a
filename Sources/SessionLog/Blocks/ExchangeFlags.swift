import Traffic

/// One byte per exchange: which messages are present, whether they are complete, scheme and version.
struct ExchangeFlags: OptionSet {
    var rawValue: UInt8

    static let request = ExchangeFlags(rawValue: 1 << 0)
    static let response = ExchangeFlags(rawValue: 1 << 1)
    static let requestComplete = ExchangeFlags(rawValue: 1 << 2)
    static let responseComplete = ExchangeFlags(rawValue: 1 << 3)
    static let https = ExchangeFlags(rawValue: 1 << 4)
    /// Bits 5 and 6: 0 for HTTP/1.0, 1 for 1.1, 2 for 2.
    static let http11 = ExchangeFlags(rawValue: 1 << 5)
    static let http2 = ExchangeFlags(rawValue: 1 << 6)
    static let push = ExchangeFlags(rawValue: 1 << 7)

    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The flags of `record`.
    init(_ record: ExchangeBatch.Record) {
        self = []
        if let request = record.request { formUnion(request.isComplete ? [.request, .requestComplete] : .request) }
        if let response = record.response {
            formUnion(response.isComplete ? [.response, .responseComplete] : .response)
        }
        if record.scheme == .https { insert(.https) }
        if record.isPush { insert(.push) }
        switch record.version {
        case .http10: break
        case .http11: insert(.http11)
        case .http2: insert(.http2)
        }
    }

    /// The version; nil if the bits are invalid.
    var version: HTTPVersion? {
        switch (contains(.http11), contains(.http2)) {
        case (false, false): .http10
        case (true, false): .http11
        case (false, true): .http2
        case (true, true): nil
        }
    }

    var scheme: HTTPScheme { contains(.https) ? .https : .http }
}
