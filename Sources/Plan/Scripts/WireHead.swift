public import HTTPWire

/// A request's head as HTTP/1.1 sends it (RFC 9112), with places for what differs from clone to clone and from target to target.
///
/// Field names, their order and case, and blanks are as recorded; only what the target, the clone or the body decide is left open.
public struct WireHead: Hashable, Sendable {
    /// What is left open at a place.
    enum Gap: Hashable, Sendable {
        /// A value of the clone's table. One in the request target must not hold a blank.
        case value(index: UInt32, encoding: ValueEncoding, isInTarget: Bool)
        /// What the target puts before every path.
        case basePath
        /// The value of Host.
        case host
        /// What a page's address begins with, `scheme://authority`, in Origin, Referer or Destination; `isPath` where a path follows.
        case origin(recorded: [UInt8], isPath: Bool)
        /// The value of Content-Length.
        case bodyBytes
        /// A `Connection: close` line, which is kept where connections are opened and closed as recorded.
        case closing(line: [UInt8])
    }

    /// A gap, and the literal bytes that are before it.
    struct Place: Hashable, Sendable {
        var offset: UInt32
        var gap: Gap
    }

    var literal: [UInt8] = []
    var places: [Place] = []
    /// Whether the body goes out in chunks, as its Transfer-Encoding says.
    public internal(set) var isChunked = false
    /// The lines of the trailer section behind the last chunk (RFC 9112 section 7.1.2), as recorded.
    public internal(set) var trailers: [UInt8] = []
    var hasTrailers = false

    /// What the method means for framing.
    public internal(set) var method = RequestMethod.other
    /// Whether it asks for its connection to be closed.
    public internal(set) var closesConnection = false

    /// Bytes of the head, without what is left open.
    public var byteCount: Int { literal.count }

    /// No head at all.
    public init() {}

    /// The lines, with `{…}` where something is left open: for people, never to be sent.
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

    /// A head made for one target: all that is left open are values, and the length of a body that holds some.
    public struct Fitted: Hashable, Sendable {
        /// The bytes before the body's length; all of them when it is known.
        public let start: WireTemplate
        /// The bytes behind the body's length; nil when that is known, or not sent.
        public let rest: WireTemplate?
    }

    /// The beginning `scheme://authority` of the value of a field that names where a request comes from (Origin, RFC 6454
    /// section 7; Referer, RFC 9110 section 10.1.3; htmx's HX-Current-URL) or where its resource goes (Destination, RFC 4918
    /// section 10.3); nil for other fields and values.
    public static func origin(inField name: String, _ value: [UInt8]) -> [UInt8]? {
        guard ["origin", "referer", "destination", "hx-current-url"].contains(name.lowercased()),
            let scheme = ["http://", "https://"].first(where: { value.starts(with: $0.utf8) })
        else { return nil }
        let authority = value.dropFirst(scheme.utf8.count).prefix { byte in
            byte > 0x20 && byte != UInt8(ascii: "/") && byte != UInt8(ascii: "?") && byte != UInt8(ascii: "#")
        }
        return authority.isEmpty ? nil : Array(scheme.utf8) + authority
    }

    /// Makes the head for one target.
    ///
    /// - Parameters:
    ///   - basePath: what the target puts before every path.
    ///   - host: the value of Host.
    ///   - bodyBytes: the body's length; nil when it differs from clone to clone.
    ///   - keepsClosing: whether a recorded `Connection: close` is sent.
    ///   - origin: what represents a recorded `scheme://authority` in such a field, and whether a path follows
    /// it.
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
    /// The bytes where ``isLiteral``, else those around the values.
    public var literalBytes: [UInt8] { literal }

    /// Appends the bytes with the values of one clone.
    ///
    /// - Returns: false when a value is missing, or would end its line or the request target: it comes from the answer of a
    ///   service that may be hostile. `output` then ends with an incomplete rendering.
    public func append(to output: inout [UInt8], values: borrowing CloneValues) -> Bool {
        var position = 0
        for place in places {
            output.append(contentsOf: literal[position..<Int(place.offset)])
            position = Int(place.offset)
            let valueStart = output.count
            guard place.encoding.append(value: Int(place.value), to: &output, values: values) else { return false }
            // The bytes of cookies were checked when they came, and their field ends its own line.
            if case .cookies = place.encoding { continue }
            for byte in output[valueStart...] {
                guard byte > 0x20 || (!place.isInTarget && (byte == 0x20 || byte == 0x09)) else { return false }
            }
        }
        output.append(contentsOf: literal[position...])
        return true
    }
}
