/// When a session's requests first sent small numbers, by the names of their fields.
struct SmallNumbers {
    private struct Key: Hashable {
        var hash: UInt64
        var name: String
    }

    private var firstRequests: [Key: Int] = [:]

    /// Notes that request `request` of the session sent the value with hash `hash` as a `name`.
    mutating func note(_ hash: UInt64, _ name: String, request: Int) {
        let key = Key(hash: hash, name: name)
        firstRequests[key] = min(firstRequests[key] ?? request, request)
    }

    /// Whether request `request` or an earlier one sent the value with hash `hash` as a `name`.
    func wasSent(_ hash: UInt64, _ name: String, upTo request: Int) -> Bool {
        firstRequests[Key(hash: hash, name: name)].map { $0 <= request } ?? false
    }
}
