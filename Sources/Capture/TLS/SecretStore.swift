/// The known secrets of TLS connections; past the limit, the oldest are forgotten first.
struct SecretStore {
    /// The secrets of one connection.
    struct Secrets: Equatable {
        private var values: [[UInt8]?] = Array(repeating: nil, count: SecretLabel.allCases.count)

        subscript(label: SecretLabel) -> [UInt8]? {
            get { values[label.rawValue] }
            set { values[label.rawValue] = newValue }
        }
    }

    private let maximumCount: Int
    private var byRandom: [ClientRandom: Secrets] = [:]
    private var masters: [[UInt8]: [UInt8]] = [:]
    /// Client randoms in the order of arrival, in which they are forgotten.
    private var order: [ClientRandom] = []
    private var oldest = 0
    /// Changes with every addition.
    private(set) var generation: UInt64 = 0
    /// Lines that could not be read.
    private(set) var malformedLines: UInt64 = 0

    init(maximumCount: Int) { self.maximumCount = max(1, maximumCount) }

    var isEmpty: Bool { byRandom.isEmpty && masters.isEmpty }

    /// The secrets of the connection with client random `random`.
    func secrets(of random: ClientRandom) -> Secrets? { byRandom[random] }

    /// The master secret of a session (TLS 1.2 and earlier).
    func master(ofSession id: [UInt8]) -> [UInt8]? { id.isEmpty ? nil : masters[id] }

    /// Adds a line of a key log.
    mutating func add(_ line: KeyLogLine) {
        switch line {
        case .secret(let label, let random, let secret): add(secret, label, random)
        case .sessionMaster(let id, let master):
            if masters.count >= maximumCount { masters.removeAll() }
            masters[id] = master
            generation &+= 1
        case .ignored: break
        case .malformed: malformedLines &+= 1
        }
    }

    /// Counts a line that is too long to read.
    mutating func noteMalformedLine() { malformedLines &+= 1 }

    private mutating func add(_ secret: [UInt8], _ label: SecretLabel, _ random: ClientRandom) {
        if byRandom[random] == nil {
            if byRandom.count >= maximumCount { forgetOldest() }
            order.append(random)
            byRandom[random] = Secrets()
        }
        guard byRandom[random]?[label] != secret else { return }
        byRandom[random]?[label] = secret
        generation &+= 1
    }

    private mutating func forgetOldest() {
        byRandom[order[oldest]] = nil
        oldest += 1
        if oldest > order.count / 2 {
            order.removeFirst(oldest)
            oldest = 0
        }
    }
}
