import Traffic

extension BindingEvidence {
    /// Adds the places of the session `reading`.
    ///
    /// - Parameters:
    ///   - sinks: every place with a value in its requests.
    ///   - candidates: the places of those values in its responses.
    ///   - people: the people of the session.
    mutating func see(
        _ sinks: [Sink], _ candidates: HashTable<[SourceCandidate]>, of reading: SessionReading,
        people: SessionIdentities
    ) {
        let session = Int(reading.session.number)
        let person = people.person(ofSession: reading.session.number)
        if !people.identities.isEmpty {
            for request in reading.requests { see(path: request.target, person: person) }
        }
        var seen: Set<UInt64> = []
        for sink in sinks where sink.distinctiveness != .never {
            see(sink: sink.placeHash, session: session, isShort: sink.distinctiveness != .strong)
            guard let found = candidates[sink.hash] else { continue }
            if sink.distinctiveness == .strong {
                if seen.insert(sink.hash).inserted { see(value: sink.hash, session: session, person: person) }
                if found.contains(where: { $0.choice != nil }), !hasShortValues(at: sink.placeHash) {
                    see(sink, found.filter { $0.choice != nil }, of: reading)
                }
                continue
            }
            see(sink, found, of: reading)
            let beganNs = reading.beganNs(sink.request)
            for candidate in found where candidate.endedNs <= beganNs {
                see(
                    value: BindingEvidence.key(value: sink.hash, source: candidate.source), session: session,
                    person: person)
            }
        }
    }

    /// Adds long values of a session at places that have short ones in other sessions: they are the same place.
    ///
    /// - Parameter search: the search of session `reading`, which was added before, as were all others.
    mutating func seeLongValues(_ search: SessionSearch, of reading: SessionReading) {
        for sink in search.sinks where sink.distinctiveness == .strong && hasShortValues(at: sink.placeHash) {
            guard let found = search.candidates[sink.hash] else { continue }
            see(sink, found, of: reading)
        }
    }

    private mutating func see(_ sink: Sink, _ found: [SourceCandidate], of reading: SessionReading) {
        let beganNs = reading.beganNs(sink.request)
        for candidate in found where candidate.endedNs <= beganNs {
            see(
                .init(source: candidate.source, sink: sink.placeHash), value: sink.hash,
                session: Int(reading.session.number), isEcho: candidate.isEcho, choice: candidate.choice)
        }
    }
}

extension SessionIdentities {
    /// The person that a session belongs to: the first of its people, or the session itself where it has none.
    fileprivate func person(ofSession number: UInt32) -> UInt64 {
        identities.first.map { ValueHash.of($0.name) } ?? UInt64(number) &* 0x9e37_79b9_7f4a_7c15
    }
}
