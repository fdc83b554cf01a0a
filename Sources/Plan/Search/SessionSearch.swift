import Traffic

/// The places of a session where requests may take a value, and the places in its responses where such values come
/// from.
struct SessionSearch {
    /// The places that may take a value; longer values come before the fragments inside them.
    let sinks: [Sink]
    /// The places with values that the client computed from a password.
    let secrets: [SecretUse]
    /// Decoded fragments of the requests.
    let layers: [SinkLayer]
    /// The first request with each value, by its hash.
    let firstRequests: HashTable<Int>
    /// The places in responses, by the hash of their value.
    let candidates: HashTable<[SourceCandidate]>

    /// Searches `reading`.
    ///
    /// - Parameters:
    ///   - identities: the people of the session; their names are places regardless of length.
    ///   - keepsWords: whether there are enough sessions to decide which words belong together.
    ///   - evidence: receives every place with a value.
    init(
        _ reading: SessionReading, identities: SessionIdentities, options: PlanOptions, keepsWords: Bool = false,
        evidence: inout BindingEvidence
    ) {
        let names = identities.hashes
        var collector = SinkCollector(
            names: names, words: identities.words, keepsWords: keepsWords, keepsFields: !options.bindingRules.isEmpty,
            authorities: Set(reading.requests.compactMap { $0.authority?.lowercased() }.filter { !$0.isEmpty }))
        for (index, request) in reading.requests.enumerated() { collector.collect(request, request: index) }
        var scanner = SourceScanner(collector.values, beganNs: reading.begansNs)
        func scan() {
            for (index, request) in reading.requests.enumerated() {
                scanner.scan(
                    reading.exchange(index), body: reading.responseBodies[index], draft: request, request: index)
            }
        }
        scan()
        var layers = collector.layers
        var found = collector.takeSinks()
        let unexplained = SessionSearch.unexplained(found, scanner.candidates, layers, reading)
        if !unexplained.isEmpty {
            scanner.seek(unexplained)
            scan()
        }
        let candidates = scanner.candidates
        if scanner.hasOtherForms { found = SessionSearch.withOtherForms(found, candidates, layers, reading) }
        SessionSearch.addPlaceHashes(to: &found, layers, reading)
        evidence.see(found, candidates, of: reading, people: identities)
        let secrets = SecretSearch.find(
            found, in: reading, identities, options, &evidence.secretForms,
            isExplained: { candidates[$0.hash] != nil || names.contains($0.hash) },
            withBytes: { SessionSearch.withBytes(around: $0, layers, reading, $1) })
        let computed = Set(secrets.lazy.map { SinkKey($0.sink) })
        sinks = found.filter { sink in
            if !computed.isEmpty, computed.contains(SinkKey(sink)) { return false }
            if !names.isEmpty && names.contains(sink.hash) || candidates[sink.hash] != nil { return true }
            if case .origin = sink.place { return true }
            return SessionSearch.withBytes(around: sink, layers, reading) { bytes in
                RecordedToken.isLikely(bytes, sink.range)
                    || options.bindingRules.names(sink: sink, of: reading.requests[sink.request], in: bytes)
                    || options.tokenEndpoint != nil && sink.isBearerToken(in: bytes)
                    || ClientMade.kind(
                        of: sink, in: reading.requests[sink.request], bytes, beganNs: reading.beganNs(sink.request))
                        != nil
            }
        }
        self.secrets = secrets
        let used = Set((sinks + secrets.map(\.sink)).compactMap(\.layer))
        var kept = used
        for var index in used {
            while let parent = layers[index].parent, kept.insert(parent).inserted { index = parent }
        }
        for index in layers.indices where !kept.contains(index) { layers[index].bytes = [] }
        self.layers = layers
        self.candidates = candidates
        firstRequests = collector.values.firstRequests
    }

    /// Identifies a place.
    private struct SinkKey: Hashable {
        var text: Resolution.PartKey
        var range: Range<Int>

        init(_ sink: Sink) { (text, range) = (Resolution.PartKey(textOf: sink), sink.range) }
    }

    /// The long values among `sinks` that no response has as a whole.
    private static func unexplained(
        _ sinks: [Sink], _ candidates: HashTable<[SourceCandidate]>, _ layers: [SinkLayer], _ reading: SessionReading
    ) -> EmbeddedValues {
        var seen = HashTable<Void>()
        var values: [[UInt8]] = []
        for sink in sinks where sink.distinctiveness == .strong && sink.other == nil {
            // A short text is more likely part of a value that is known as a whole.
            if case .piece = sink.place, sink.range.count < shortestPiece { continue }
            guard candidates[sink.hash] == nil, sink.range.count <= longestEmbedded,
                seen.count < EmbeddedValues.limit, seen[sink.hash] == nil
            else { continue }
            seen.insert((), for: sink.hash)
            values.append(withBytes(around: sink, layers, reading) { sink.value(in: $0) })
        }
        return EmbeddedValues(values)
    }

    /// The shortest part of a request and the longest value that are searched for in longer texts.
    private static let shortestPiece = 16
    private static let longestEmbedded = 64 << 10

    /// `sinks`, each followed by the same place for the forms in which responses have its hexadecimal digits.
    private static func withOtherForms(
        _ sinks: [Sink], _ candidates: HashTable<[SourceCandidate]>, _ layers: [SinkLayer], _ reading: SessionReading
    ) -> [Sink] {
        var found: [Sink] = []
        found.reserveCapacity(sinks.count)
        for sink in sinks {
            found.append(sink)
            guard sink.distinctiveness == .strong, sink.other == nil else { continue }
            let forms = withBytes(around: sink, layers, reading) { Writing.alternatives($0, sink.range) }
            for (writing, value) in forms where candidates[ValueHash.of(value)] != nil {
                var other = sink
                other.hash = ValueHash.of(value)
                other.other = Sink.Other(writing: writing, value: value)
                found.append(other)
            }
        }
        return found
    }

    private static func addPlaceHashes(to sinks: inout [Sink], _ layers: [SinkLayer], _ reading: SessionReading) {
        var index = 0
        while index < sinks.count {
            let request = sinks[index].request
            let draft = reading.requests[request]
            while index < sinks.count, sinks[index].request == request {
                let sink = sinks[index]
                sinks[index].placeHash = withBytes(around: sink, layers, reading) { sink.placeHash(in: draft, $0) }
                index += 1
            }
        }
    }

    /// Calls `body` with the bytes that contain `sink`.
    private static func withBytes<Result>(
        around sink: borrowing Sink, _ layers: [SinkLayer], _ reading: borrowing SessionReading,
        _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        if let layer = sink.layer { return layers[layer].bytes.withUnsafeBufferPointer(body) }
        return reading.requests[sink.request].parts[sink.part].bytes.withUnsafeBufferPointer(body)
    }

    /// The bytes that contain `sink`.
    func bytes(around sink: Sink, of reading: SessionReading) -> [UInt8] {
        sink.layer.map { layers[$0].bytes } ?? reading.requests[sink.request].parts[sink.part].bytes
    }
}
