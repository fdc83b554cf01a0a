import Traffic

extension BindingEvidence {
    /// Notes the places of a session, `reading`.
    ///
    /// - Parameters:
    ///   - sinks: every place with a value in its requests.
    ///   - candidates: where its responses have those values.
    ///   - layers: what pieces of the requests are when decoded.
    ///   - people: whose session it is.
    mutating func see(
        _ sinks: [Sink], _ candidates: [UInt64: [SourceCandidate]], _ layers: [SinkLayer], of reading: SessionReading,
        people: SessionIdentities
    ) {
        let session = Int(reading.session.number)
        let person = people.person(ofSession: reading.session.number)
        if !people.identities.isEmpty {
            for request in reading.requests { see(path: request.target, person: person) }
        }
        var seen: Set<UInt64> = []
        for sink in sinks {
            guard sink.distinctiveness != .never else { continue }
            let found = candidates[sink.hash]
            let request = reading.requests[sink.request]
            let place = (sink.layer.map { layers[$0].bytes } ?? request.parts[sink.part].bytes)
                .withUnsafeBufferPointer { sink.placeHash(in: request, $0) }
            see(sink: place, session: session, isShort: sink.distinctiveness != .strong)
            if sink.distinctiveness == .strong {
                guard found != nil, seen.insert(sink.hash).inserted else { continue }
                see(value: sink.hash, session: session, person: person)
                continue
            }
            guard let found else { continue }
            let beganNs = reading.beganNs(sink.request)
            for candidate in found where candidate.endedNs <= beganNs {
                see(
                    .init(source: candidate.source, sink: place), value: sink.hash, session: session,
                    isEcho: candidate.isEcho)
                see(
                    value: BindingEvidence.key(value: sink.hash, source: candidate.source), session: session,
                    person: person)
            }
        }
    }
}

extension SessionIdentities {
    /// Who a session is of: the first of its people, or the session itself where it has none.
    fileprivate func person(ofSession number: UInt32) -> UInt64 {
        identities.first.map { ValueHash.of($0.name) } ?? UInt64(number) &* 0x9e37_79b9_7f4a_7c15
    }
}
