public import HTTPWire

/// A request's head as HTTP/1.1 sends it (RFC 9112), with gaps for what differs between clones and targets.
///
/// Names, order, letter case and whitespace of the fields are as recorded; only what the target, the clone or the body
/// decides is left open.
public struct WireHead: Hashable, Sendable {
    /// The content of a gap.
    enum Gap: Hashable, Sendable {
        /// A value of the clone's table. In the request target it must not contain a space.
        case value(index: UInt32, encoding: ValueEncoding, isInTarget: Bool)
        /// The target's path prefix.
        case basePath
        /// The value of Host.
        case host
        /// The beginning of a page's address, `scheme://authority`, in Origin, Referer or Destination; `isPath` where a
        /// path follows.
        case origin(recorded: [UInt8], isPath: Bool)
        /// The value of Content-Length.
        case bodyBytes
        /// A `Connection: close` line, kept where connections are opened and closed as recorded.
        case closing(line: [UInt8])
    }

    /// A gap, and the number of literal bytes before it.
    struct Place: Hashable, Sendable {
        var offset: UInt32
        var gap: Gap
    }

    var literal: [UInt8] = []
    var places: [Place] = []
    /// Whether the body is sent in chunks, as its Transfer-Encoding says.
    public internal(set) var isChunked = false
    /// The lines of the trailer section after the last chunk (RFC 9112 section 7.1.2).
    public internal(set) var trailers = WireTemplate()
    var hasTrailers = false

    /// The method's effect on framing.
    public internal(set) var method = RequestMethod.other
    /// Whether it asks to close the connection.
    public internal(set) var closesConnection = false

    /// Length of the head in bytes, without the gaps.
    public var byteCount: Int { literal.count }

    /// An empty head.
    public init() {}

    /// The lines with `{…}` in place of gaps: for display, never for sending.
    public var outline: [UInt8] {
        var text: [UInt8] = []
        var position = 0
        for place in places {
            text += literal[position..<Int(place.offset)]
            position = Int(place.offset)
            switch place.gap {
            case .closing(let line): text += line
            case .origin(let recorded, _): text += recorded
            case .value, .basePath, .host, .bodyBytes: text += "{…}".utf8
            }
        }
        return text + literal[position...]
    }

    /// A head fitted to one target: only values, and the length of a body with values, are still open.
    public struct Fitted: Hashable, Sendable {
        /// The bytes before the body's length; all bytes when the length is known.
        public let start: WireTemplate
        /// The bytes after the body's length; nil when the length is known or not sent.
        public let rest: WireTemplate?
    }

    /// The `scheme://authority` at the start of a field that names where a request comes from (Origin, RFC 6454 section
    /// 7; Referer, RFC 9110 section 10.1.3; htmx's HX-Current-URL) or where its resource goes (Destination, RFC 4918
    /// section 10.3); nil for other fields and values.
    public static func origin(inField name: String, _ value: [UInt8]) -> [UInt8]? {
        // Most fields have other values.
        guard value.starts(with: "http".utf8),
            ["origin", "referer", "destination", "hx-current-url"].contains(name.lowercased()),
            let scheme = ["http://", "https://"].first(where: { value.starts(with: $0.utf8) })
        else { return nil }
        let authority = value.dropFirst(scheme.utf8.count).prefix { byte in
            byte > 0x20 && byte != UInt8(ascii: "/") && byte != UInt8(ascii: "?") && byte != UInt8(ascii: "#")
        }
        return authority.isEmpty ? nil : Array(scheme.utf8) + authority
    }

    /// Fits the head to one target.
    ///
    /// - Parameters:
    ///   - basePath: the target's path prefix.
    ///   - host: the value of Host.
    ///   - bodyBytes: the body's length; nil when it differs from clone to clone.
    ///   - keepsClosing: whether a recorded `Connection: close` is sent.
    ///   - origin: the replacement of a recorded `scheme://authority` in such a field; its second argument is whether a
    ///     path follows.
    public func fitted(
        basePath: [UInt8], host: [UInt8], bodyBytes: Int?, keepsClosing: Bool,
        origin: (_ recorded: [UInt8], _ isPath: Bool) -> [UInt8] = { recorded, _ in recorded }
    ) -> Fitted {
        var parts = [WireTemplate()]
        var position = 0
        for place in places {
            parts[parts.count - 1].literal += literal[position..<Int(place.offset)]
            position = Int(place.offset)
            switch place.gap {
            case .value(let index, let encoding, let isInTarget):
                let offset = UInt32(parts[parts.count - 1].literal.count)
                parts[parts.count - 1].places.append(
                    WireTemplate.Place(
                        offset: offset, value: index, encoding: encoding.fitted(basePath: basePath),
                        isInTarget: isInTarget))
            case .basePath: parts[parts.count - 1].literal += basePath
            case .host: parts[parts.count - 1].literal += host
            case .origin(let recorded, let isPath): parts[parts.count - 1].literal += origin(recorded, isPath)
            case .closing(let line): if keepsClosing { parts[parts.count - 1].literal += line }
            case .bodyBytes:
                if let bodyBytes {
                    parts[parts.count - 1].literal += String(bodyBytes).utf8
                } else {
                    parts.append(WireTemplate())
                }
            }
        }
        parts[parts.count - 1].literal += literal[position...]
        return Fitted(start: parts[0], rest: parts.count > 1 ? parts[1] : nil)
    }
}

/// Head bytes with places for a clone's values.
public struct WireTemplate: Hashable, Sendable {
    struct Place: Hashable, Sendable {
        var offset: UInt32
        var value: UInt32
        var encoding: ValueEncoding
        var isInTarget: Bool
    }

    var literal: [UInt8] = []
    var places: [Place] = []

    /// Whether the bytes are the same for every clone.
    public var isLiteral: Bool { places.isEmpty }
    /// All bytes if ``isLiteral``, else those around the values.
    public var literalBytes: [UInt8] { literal }

    /// Appends a field's value with places for values where the `edits` are, which are in order.
    mutating func append(_ bytes: [UInt8], edits: [Resolution.Edit]) {
        var start = 0
        for edit in edits {
            literal += bytes[start..<edit.range.lowerBound]
            places.append(
                Place(
                    offset: UInt32(literal.count), value: UInt32(edit.value ?? 0), encoding: edit.encoding,
                    isInTarget: false))
            start = edit.range.upperBound
        }
        literal += bytes[start...]
    }

    /// Appends the bytes with the values of one clone.
    ///
    /// - Returns: false when a value is missing, or would end its line or the request target: it comes from a service
    ///   that may be hostile. `output` then ends with an incomplete rendering.
    public func append(to output: inout [UInt8], values: borrowing CloneValues) -> Bool {
        var position = 0
        for place in places {
            output.append(contentsOf: literal[position..<Int(place.offset)])
            position = Int(place.offset)
            let valueStart = output.count
            guard place.encoding.append(value: Int(place.value), to: &output, values: values) else { return false }
            // Cookies were checked when they were received, and their field ends its own line.
            if case .cookies = place.encoding { continue }
            for byte in output[valueStart...] {
                guard byte > 0x20 || (!place.isInTarget && (byte == 0x20 || byte == 0x09)) else { return false }
            }
        }
        output.append(contentsOf: literal[position...])
        return true
    }
}
