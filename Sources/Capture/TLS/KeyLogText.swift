/// Parses the text of a key log incrementally: lines may be split anywhere.
struct KeyLogText {
    private let maximumLineBytes: Int
    private var line: [UInt8] = []
    private var isTooLong = false

    init(limits: CaptureLimits) { maximumLineBytes = limits.maxKeyLogLineBytes }

    /// Processes more text.
    mutating func append(_ bytes: UnsafeRawBufferPointer, to store: inout SecretStore) {
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            take(rest[..<end])
            rest = rest[(end + 1)...]
            if isTooLong { store.noteMalformedLine() } else { store.add(KeyLogLine(line)) }
            line.removeAll(keepingCapacity: true)
            isTooLong = false
        }
        take(rest)
    }

    /// Reads a last line without a line end; it is read again when it is complete.
    func peek(into store: inout SecretStore) {
        guard !isTooLong, !line.isEmpty else { return }
        let last = KeyLogLine(line)
        if last != .malformed { store.add(last) }
    }

    /// Parses a whole text.
    static func read(_ bytes: [UInt8], limits: CaptureLimits, into store: inout SecretStore) {
        var text = KeyLogText(limits: limits)
        bytes.withUnsafeBytes { text.append($0, to: &store) }
        if !text.line.isEmpty { store.add(KeyLogLine(text.line)) }
    }

    private mutating func take(_ bytes: Slice<UnsafeRawBufferPointer>) {
        if line.count + bytes.count > maximumLineBytes { isTooLong = true }
        if !isTooLong { line.append(contentsOf: bytes) }
    }
}
