/// When a session's requests first sent small numbers, by the name of what they are there.
struct SmallNumbers {
    private struct Key: Hashable {
        var hash: UInt64
        var name: String
    }

    private var firstRequests: [Key: Int] = [:]

    /// Notes that the session's request `request` sent the value of `hash` as a `name`.
    mutating func note(_ hash: UInt64, _ name: String, request: Int) {
        let key = Key(hash: hash, name: name)
        firstRequests[key] = min(firstRequests[key] ?? request, request)
    }

    /// Whether the value of `hash` was sent as a `name` by the request `request` or one before it.
    func wasSent(_ hash: UInt64, _ name: String, upTo request: Int) -> Bool {
        firstRequests[Key(hash: hash, name: name)].map { $0 <= request } ?? false
    }
}
