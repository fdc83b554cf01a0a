public import Formats

/// A place in the response to a request that holds a value of the session itself: its login name, or an id that an
/// earlier response gave it.
///
/// A service that mixes up its sessions answers with the data of another one, in the recorded structure and with the
/// recorded status.
public struct OwnAnswer: Hashable, Sendable {
    /// The place in the JSON body.
    public var path: JSONPath
    /// Index into ``SessionScript/values``; nil when every clone sends the recorded value.
    public var value: Int?
    /// The recorded value.
    var recorded: [UInt8]
    /// Identifies the place among those of the recording; see ``OwnAnswerFinder``.
    var place: UInt64 = 0

    /// See the properties for the meaning of each parameter.
    public init(path: JSONPath, value: Int?, recorded: [UInt8]) {
        self.path = path
        self.value = value
        self.recorded = recorded
    }

    /// How a live body shows that it belongs to another session; nil if it does not, or if it has no value there.
    ///
    /// - Parameters:
    ///   - body: after content decoding.
    ///   - values: the clone's values.
    public func departure(_ body: UnsafeBufferPointer<UInt8>, values: CloneValues?) -> String? {
        guard let own = value.map({ values?[$0] }) ?? recorded else { return nil }
        let none = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
        let source = ValueSource(value: 0, locator: .json(path))
        guard let live = source.value(head: none, trailers: none, body: body), live != own,
            !OwnAnswer.isSame(live, own)
        else { return nil }
        let found = OwnAnswer.isSame(live, recorded) ? "the recorded one" : "not the session's own"
        return "answered with another session's data: \(path) is \(found)"
    }

    /// Whether two texts are the same name: services change the case of names, trim them, and replace punctuation.
    private static func isSame(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        func isLetter(_ byte: UInt8) -> Bool { ASCII.isAlphanumeric(byte) || byte >= 0x80 }
        return one.lazy.filter(isLetter).map(ASCII.lowercased)
            .elementsEqual(other.lazy.filter(isLetter).map(ASCII.lowercased))
    }
}
