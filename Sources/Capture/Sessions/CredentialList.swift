import Credentials

/// The credentials in one message, found by ``Credentials/CallerScanner`` and stored as hashes.
struct CredentialList {
    /// The maximum number of credentials per message.
    private static let maximumCount = 32

    private let seed: UInt64
    private(set) var found: [Credential] = []
    /// The bytes of each, valid as long as the message they were found in.
    private(set) var values: [UnsafeRawBufferPointer] = []
    private var recent = RecentFields()

    init(seed: UInt64) {
        self.seed = seed
        found.reserveCapacity(CredentialList.maximumCount)
    }

    mutating func removeAll() {
        guard !found.isEmpty else { return }
        found.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
    }

    /// Adds the credentials that the fields of `head` send (a request) or issue (a response).
    mutating func scanHead(_ head: UnsafeRawBufferPointer) {
        CallerScanner.forEachField(inHead: head) { line in
            let key = WireHash.pair(of: line.bytes, seed)
            if let places = recent.find(key) {
                for place in places {
                    guard found.count < CredentialList.maximumCount, let item = recent[place, in: line.bytes] else {
                        continue
                    }
                    found.append(item.credential)
                    values.append(item.value)
                }
                return
            }
            let start = found.count
            CallerScanner.forEachCredential(in: line) { add($0) }
            if found.count < CredentialList.maximumCount {
                recent.note(key, line.bytes, found[start...], values[start...])
            }
        }
    }

    /// Adds the credentials in the target of a request with `head`.
    mutating func scanTarget(ofHead head: UnsafeRawBufferPointer) {
        guard let target = CredentialList.target(ofHead: head) else { return }
        CallerScanner.forEachCredential(inTarget: target) { credential in
            guard found.count < CredentialList.maximumCount else { return }
            let kind: Credential.Kind =
                CallerName.isSessionNumber(credential.name) ? .parameter : .linkParameter
            found.append(Credential(kind, credential.value, seed: seed))
            values.append(credential.value)
        }
    }

    /// The target in a head if it has parameters; nil otherwise, the usual case.
    static func target(ofHead head: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        var start = 0
        // HTTP/2: the path is one of the pseudo-header fields at the beginning.
        while start < head.count, head[start] == UInt8(ascii: ":"), !head[start...].starts(with: ":path: ".utf8) {
            guard let end = head[start...].firstIndex(of: 10) else { return nil }
            start = end + 1
        }
        var blank = start
        let limit = min(head.count, start + 32)
        while blank < limit, head[blank] != 0x20 { blank += 1 }
        guard blank < limit else { return nil }
        var end = blank + 1
        var hasParameters = false
        while end < head.count, head[end] > 0x20 {
            if head[end] == UInt8(ascii: "=") { hasParameters = true }
            end += 1
        }
        return hasParameters ? UnsafeRawBufferPointer(rebasing: head[(blank + 1)..<end]) : nil
    }

    /// Adds the tokens in a JSON or form body.
    mutating func scanTokens(inBody body: UnsafeRawBufferPointer) {
        CallerScanner.forEachToken(inBody: body) { add($0) }
    }

    /// Adds the user name in a JSON or form body.
    mutating func scanUserName(inBody body: UnsafeRawBufferPointer) {
        guard let name = CallerScanner.userName(inBody: body), found.count < CredentialList.maximumCount
        else { return }
        found.append(Credential(.userName, name, seed: seed))
        values.append(name)
    }

    private mutating func add(_ credential: CallerCredential) {
        guard found.count < CredentialList.maximumCount else { return }
        let kind: Credential.Kind =
            switch credential.kind {
            case .token: .token
            case .sessionCookie: .sessionCookie
            case .otherCookie: .cookie
            case .userName: .userName
            }
        let place: UInt32 =
            switch credential.field {
            case nil: 0
            case .authorization?, .proxyAuthorization?: UInt32(credential.field?.rawValue ?? 0) + 1
            case .cookie?, .setCookie?, .token?: Credential.place(of: credential.name, seed: seed)
            }
        found.append(Credential(kind, credential.value, place: place, seed: seed))
        values.append(credential.value)
    }
}
