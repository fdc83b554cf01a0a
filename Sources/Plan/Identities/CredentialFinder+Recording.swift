import Traffic

extension CredentialFinder {
    /// The most names kept from a recording.
    static let recordingLimit = 1_000_000

    /// The names used in logins and registrations anywhere in `sessions`.
    static func names(in sessions: [RecordedSession]) -> Set<[UInt8]> {
        var names: Set<[UInt8]> = []
        for session in sessions {
            for (index, exchange) in session.exchanges.enumerated() {
                guard let request = exchange.request, !request.body.isEmpty, request.body.count <= bodyLimit,
                    names.count < recordingLimit,
                    case .success(let draft) = ParsedRequest.make(of: exchange, at: index)
                else { continue }
                for field in credentials(in: draft) where field.kind == .name { names.insert(field.value) }
            }
        }
        return names
    }
}
