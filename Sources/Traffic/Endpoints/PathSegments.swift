import Credentials

/// Splits the paths of request targets into segments, and classifies them.
enum PathSegments {
    /// One segment.
    struct Segment {
        /// The segment as sent, without its parameters; empty for a value.
        var text: String
        /// Its parameters from the first semicolon on, with `{id}` for sessions and secrets: `;jsessionid={id}`.
        var parameters: String
        /// Whether it looks like a value, or contains a secret.
        var isValue: Bool
        /// The group that it may vary with.
        var group: SegmentGroup?
    }

    /// Calls `body` with the segments of the path until it returns false.
    ///
    /// - Parameter target: the request target in any form of RFC 9112 section 3.2.
    static func forEach(of target: String, _ body: (_ segment: Segment, _ depth: Int) -> Bool) {
        var before = PathSecret.Preceding()
        forEachText(of: target) { raw, depth in
            guard body(segment(raw, after: before), depth) else { return false }
            before.append(UnsafeRawBufferPointer(raw))
            return true
        }
    }

    /// The segments as sent.
    static func texts(of target: String) -> [String] {
        var texts: [String] = []
        forEachText(of: target) { segment, _ in
            texts.append(String(decoding: segment, as: UTF8.self))
            return texts.count < 1000
        }
        return texts
    }

    private static func forEachText(
        of target: String, _ body: (_ segment: UnsafeBufferPointer<UInt8>, _ depth: Int) -> Bool
    ) {
        var target = target
        target.withUTF8 { bytes in
            guard var start = pathStart(in: bytes) else { return }
            let end =
                bytes[start...].firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? bytes.endIndex
            // Skips the slash before the first segment, if there is one.
            start = min(start + 1, end)
            var depth = 0
            while true {
                let next = bytes[start..<end].firstIndex(of: UInt8(ascii: "/")) ?? end
                guard body(UnsafeBufferPointer(rebasing: bytes[start..<next]), depth), next < end else { return }
                depth += 1
                start = next + 1
            }
        }
    }

    /// The group of a learned name.
    static func group(of name: String) -> SegmentGroup? {
        var name = name
        return name.withUTF8 { bytes in withDecoded(bytes) { SegmentGroup(SegmentShape($0), $0) } }
    }

    private static func segment(_ raw: UnsafeBufferPointer<UInt8>, after before: PathSecret.Preceding) -> Segment {
        if SegmentShape.isPlainWord(raw) {
            return Segment(text: String(decoding: raw, as: UTF8.self), parameters: "", isValue: false)
        }
        let semicolon = raw.firstIndex(of: UInt8(ascii: ";"))
        let own = UnsafeBufferPointer(rebasing: raw[..<(semicolon ?? raw.count)])
        let parameters = semicolon.map { PathSegments.parameters(UnsafeBufferPointer(rebasing: raw[$0...])) } ?? ""
        return withDecoded(own) { text in
            let shape = SegmentShape(text)
            guard shape != .value, PathSecret.range(in: UnsafeRawBufferPointer(text), after: before) == nil else {
                return Segment(text: "", parameters: parameters, isValue: true)
            }
            return Segment(
                text: String(decoding: own, as: UTF8.self), parameters: parameters, isValue: false,
                group: SegmentGroup(shape, text))
        }
    }

    /// The parameters as `;name=value`, with `{id}` for sessions, secrets and variable values.
    private static func parameters(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        var text = ""
        for parameter in bytes.split(separator: UInt8(ascii: ";")) {
            text += ";"
            guard let equals = parameter.firstIndex(of: UInt8(ascii: "=")) else {
                text += isOpen(parameter) ? String(decoding: parameter, as: UTF8.self) : "{id}"
                continue
            }
            let (name, value) = (parameter[..<equals], parameter[(equals + 1)...])
            let isSecret =
                CallerName.isSession(name) || SecretNames.isSecret(NormalisedName(name), Array(value), at: .query)
            text += String(decoding: name, as: UTF8.self) + "="
            text += isSecret || !isOpen(value) ? "{id}" : String(decoding: value, as: UTF8.self)
        }
        return text
    }

    private static func isOpen(_ value: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        SegmentShape(UnsafeBufferPointer(rebasing: value)) == .name
    }

    /// Calls `body` with the percent-decoded `segment`.
    private static func withDecoded<Result>(
        _ segment: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        guard segment.contains(UInt8(ascii: "%")) else { return body(segment) }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(segment.count)
        var index = 0
        while index < segment.count {
            if segment[index] == UInt8(ascii: "%"), index + 2 < segment.count, let high = digit(segment[index + 1]),
                let low = digit(segment[index + 2])
            {
                decoded.append(high << 4 | low)
                index += 3
            } else {
                decoded.append(segment[index])
                index += 1
            }
        }
        return decoded.withUnsafeBufferPointer(body)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        if byte &- 0x30 < 10 { return byte &- 0x30 }
        let letter = (byte | 0x20) &- 0x61
        return letter < 6 ? letter + 10 : nil
    }

    /// The start of the path, including that of an absolute form; nil for an authority or asterisk form.
    private static func pathStart(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        guard bytes.first != UInt8(ascii: "/") else { return 0 }
        guard let scheme = bytes.firstRange(of: "://".utf8) else { return nil }
        return bytes[scheme.upperBound...].firstIndex {
            $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#")
        } ?? bytes.endIndex
    }
}
