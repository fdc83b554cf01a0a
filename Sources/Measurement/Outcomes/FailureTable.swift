/// Why a request failed, in more detail than its fate.
///
/// Contains only names of endpoints, fields, cookies and members, never a value that was sent or received.
public struct FailureCause: Codable, Hashable, Sendable {
    /// One sentence without a full stop:
    /// `POST /login answered 200 without $.token (its keys: access_token, expires_in)`.
    public var text: String
    /// The endpoint whose response is the root cause, as an index into the plan's endpoints; nil if there is none.
    public var rootEndpoint: Int?

    /// The longest text, in UTF-8 bytes.
    static let longestText = 512

    /// A cause as text; a text that is too long is truncated.
    public init(text: String, rootEndpoint: Int? = nil) {
        self.text =
            text.utf8.count <= FailureCause.longestText ? text : String(text.prefix(FailureCause.longestText / 4))
        self.rootEndpoint = rootEndpoint
    }
}

/// Failed requests by endpoint, expected and received status, fate and cause. Bounded: rows past the limit share one
/// per fate.
public struct FailureTable: Hashable, Sendable {
    /// The common properties of failures in a row.
    public struct Key: Hashable, Sendable {
        /// Index into the plan's endpoints.
        public var endpoint: Int
        /// The recorded status; 0 when there was none or it is unknown.
        public var expectedStatus: UInt16
        /// The status received; 0 without a response.
        public var status: UInt16
        /// Their fate.
        public var fate: Fate
        /// The cause, if more is known than the fate.
        public var cause: FailureCause?

        /// See the properties for the meaning of each parameter.
        public init(
            endpoint: Int, expectedStatus: UInt16 = 0, status: UInt16 = 0, fate: Fate, cause: FailureCause? = nil
        ) {
            self.endpoint = endpoint
            self.expectedStatus = expectedStatus
            self.status = status
            self.fate = fate
            self.cause = cause
        }
    }

    /// The failures with one key.
    public struct Count: Hashable, Sendable {
        /// The number of failures.
        public var count: UInt64
        /// When the first of them ended, in nanoseconds since the run's start.
        public var firstNs: Int64
        /// When the last of them ended, in nanoseconds since the run's start.
        public var lastNs: Int64
        /// The number of the recorded exchange of the first failure whose number is known, as in `inspect --list`.
        public var exchange: UInt64?

        /// See the properties for the meaning of each parameter.
        public init(count: UInt64, firstNs: Int64, lastNs: Int64, exchange: UInt64? = nil) {
            self.count = count
            self.firstNs = firstNs
            self.lastNs = lastNs
            self.exchange = exchange
        }

        fileprivate mutating func add(_ other: Count) {
            if let number = other.exchange, exchange == nil || other.firstNs < firstNs { exchange = number }
            count.add(saturating: other.count)
            firstNs = min(firstNs, other.firstNs)
            lastNs = max(lastNs, other.lastNs)
        }
    }

    /// The most rows, not counting the shared ones.
    public static let limit = 512
    /// The endpoint of the shared rows.
    public static let sharedEndpoint = Int(Int32.max)

    /// The rows.
    public private(set) var rows: [Key: Count] = [:]

    /// No failures.
    public init() {}

    /// Whether nothing failed.
    public var isEmpty: Bool { rows.isEmpty }

    /// Failures in all rows.
    public var total: UInt64 { rows.values.reduce(into: 0) { $0.add(saturating: $1.count) } }

    /// Adds failures with a key.
    public mutating func add(_ key: Key, _ count: Count) {
        if rows[key] != nil {
            rows[key]?.add(count)
        } else if rows.count < FailureTable.limit {
            rows[key] = count
        } else {
            // The fate is kept in any case.
            let shared = Key(endpoint: FailureTable.sharedEndpoint, fate: key.fate)
            if rows[shared] == nil { rows[shared] = count } else { rows[shared]?.add(count) }
        }
    }

    /// Adds the failures of another worker, window or run.
    public mutating func add(_ other: FailureTable) {
        // In a fixed order, so that the same tables always give the same sum.
        for (key, count) in other.sorted { add(key, count) }
    }

    /// The rows, most failures first.
    public var sorted: [(key: Key, count: Count)] {
        rows.map { (key: $0.key, count: $0.value) }.sorted { left, right in
            if left.count.count != right.count.count { return left.count.count > right.count.count }
            return left.key.order < right.key.order
        }
    }
}

extension FailureTable.Key {
    fileprivate var order: (Int, UInt16, UInt16, UInt8, String, Int) {
        (endpoint, expectedStatus, status, fate.rawValue, cause?.text ?? "", cause?.rootEndpoint ?? -1)
    }
}

/// The content of `failures.json`.
extension FailureTable: Codable {
    private struct Row: Codable {
        var endpoint: Int
        var expectedStatus: UInt16
        var status: UInt16
        var fate: Fate
        var cause: FailureCause?
        var count: UInt64
        var firstNs: Int64
        var lastNs: Int64
        var exchange: UInt64?

        enum CodingKeys: String, CodingKey {
            case endpoint, expectedStatus, status, fate, cause, count, exchange
            case firstNs = "firstNanoseconds"
            case lastNs = "lastNanoseconds"
        }
    }

    /// Decodes rows; figures out of bounds are refused.
    ///
    /// - Throws: `DecodingError` when fields are missing.
    public init(from decoder: any Decoder) throws {
        self.init()
        for row in try decoder.singleValueContainer().decode([Row].self) {
            guard row.count <= RunBounds.count, RunBounds.holds(row.firstNs),
                RunBounds.holds(row.lastNs), row.endpoint >= 0, (row.cause?.rootEndpoint ?? 0) >= 0
            else {
                throw DecodingError.dataCorrupted(
                    .init(codingPath: decoder.codingPath, debugDescription: "a figure is out of bounds"))
            }
            add(
                Key(
                    endpoint: row.endpoint, expectedStatus: row.expectedStatus, status: row.status, fate: row.fate,
                    cause: row.cause.map { FailureCause(text: $0.text, rootEndpoint: $0.rootEndpoint) }),
                Count(count: row.count, firstNs: row.firstNs, lastNs: row.lastNs, exchange: row.exchange))
        }
    }

    /// Encodes rows, most failures first.
    ///
    /// - Throws: the encoder's error.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(
            sorted.map { key, count in
                Row(
                    endpoint: key.endpoint, expectedStatus: key.expectedStatus, status: key.status, fate: key.fate,
                    cause: key.cause, count: count.count, firstNs: count.firstNs, lastNs: count.lastNs,
                    exchange: count.exchange)
            })
    }
}
