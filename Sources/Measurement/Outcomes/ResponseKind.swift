/// How a request can end: a status, a class of statuses, or a kind of failure.
public enum ResponseKind: Hashable, Sendable {
    case status(Int)
    /// 2 for 2xx.
    case statusClass(Int)
    case timeout
    case refused
    case reset

    /// Whether a request ended this way.
    ///
    /// - Parameter status: the response's status; 0 for none.
    public func holds(status: UInt16, fate: Fate) -> Bool {
        switch self {
        case .status(let wanted): Int(status) == wanted
        case .statusClass(let digit): Int(status) / 100 == digit
        case .timeout: fate == .timeout
        case .refused: fate == .refused
        case .reset: fate == .reset
        }
    }
}

extension Set<ResponseKind> {
    /// `403|429`.
    public var text: String {
        map { kind in
            switch kind {
            case .status(let status): "\(status)"
            case .statusClass(let digit): "\(digit)xx"
            case .timeout: "timeout"
            case .refused: "refused"
            case .reset: "reset"
            }
        }.sorted().joined(separator: "|")
    }
}

/// Requests by how they ended: by exact status, or by failure without one.
public struct ResponseCounts: Hashable, Sendable {
    /// By response status, without requests that had none, or that timed out or were reset after it.
    public var byStatus: [UInt16: UInt64] = [:]
    /// By the raw value of the fate.
    public var byFate = [UInt64](repeating: 0, count: Fate.allCases.count)

    /// No requests.
    public init() {}

    /// Requests that ended in one of these ways.
    public func count(of kinds: Set<ResponseKind>) -> UInt64 {
        var sum: UInt64 = 0
        for (status, count) in byStatus where kinds.contains(where: { $0.holds(status: status, fate: .cut) }) {
            sum.add(saturating: count)
        }
        for fate in Fate.allCases where kinds.contains(where: { $0.holds(status: 0, fate: fate) }) {
            sum.add(saturating: byFate[Int(fate.rawValue)])
        }
        return sum
    }

    mutating func count(status: UInt16, fate: Int) {
        byFate[fate].add(saturating: 1)
        // A response that broke off after its status is counted once, by the failure.
        let hasOwnKind = [Fate.timeout, .refused, .reset].contains { Int($0.rawValue) == fate }
        if status > 0, !hasOwnKind { byStatus[status, default: 0].add(saturating: 1) }
    }

    mutating func add(_ other: ResponseCounts) {
        for fate in byFate.indices { byFate[fate].add(saturating: other.byFate[fate]) }
        for (status, count) in other.byStatus { byStatus[status, default: 0].add(saturating: count) }
    }
}
