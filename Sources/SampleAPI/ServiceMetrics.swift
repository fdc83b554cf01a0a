import Synchronization

/// The counters of the service since its start.
final class ServiceMetrics: Sendable {
    /// An event that is only counted.
    enum Event: Int, CaseIterable {
        case registration, login, rejectedLogin, refresh, rejectedRefresh, logout, createdItem, injectedError
        case cacheHit, cacheMiss
        case enrollment, proof, generation, payment
    }

    /// The labels of request counts. All three come from bounded sets.
    struct RequestLabels: Hashable {
        var method: String
        var route: String
        var status: Int
    }

    /// The limit that a client exceeded.
    enum Block: String, CaseIterable {
        case rate
        case address
    }

    /// The labels of refusal counts; only limited endpoints have their own.
    struct BlockLabels: Hashable {
        var endpoint: String
        var limit: Block
    }

    private struct State {
        var blocks: [BlockLabels: Int] = [:]
        var seconds = 0.0
        var timed = 0
        /// Requests answered within each of the times.
        var buckets = [Int](repeating: 0, count: ServiceMetrics.bounds.count)
        var events = [Int](repeating: 0, count: Event.allCases.count)
        var tokens: [TokenLabel: Int] = [:]
        var requests: [RequestLabels: Int] = [:]
        var acceptedTokens = DistinctCounter()
    }

    /// A reading of everything at one moment.
    struct Reading {
        var events: [Event: Int]
        var tokens: [TokenLabel: Int]
        var requests: [RequestLabels: Int]
        var distinctAcceptedTokens: Int
        var blocks: [BlockLabels: Int]
        var seconds: Double
        var timed: Int
        var buckets: [Int]
    }

    /// The upper bounds of the histogram of response times, in seconds.
    static let bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    private let state = Mutex(State())

    func count(_ event: Event) { state.withLock { $0.events[event.rawValue] += 1 } }

    func count(request labels: RequestLabels) { state.withLock { $0.requests[labels, default: 0] += 1 } }

    /// A request was answered after this time.
    func count(seconds: Double) {
        state.withLock { state in
            state.seconds += seconds
            state.timed += 1
            for index in ServiceMetrics.bounds.indices where seconds <= ServiceMetrics.bounds[index] {
                state.buckets[index] += 1
            }
        }
    }

    /// A request was refused; unknown endpoints share one name.
    func count(blocked path: String, by limit: Block) {
        let endpoint = path.contains("/auth/") && path.utf8.count < 32 ? path : "other"
        state.withLock { state in
            let labels = BlockLabels(endpoint: endpoint, limit: limit)
            if state.blocks[labels] != nil || state.blocks.count < 64 { state.blocks[labels, default: 0] += 1 }
        }
    }

    func count(token label: TokenLabel) { state.withLock { $0.tokens[label, default: 0] += 1 } }

    func count(acceptedToken identity: String) {
        // The standard library's hash has a random key in each process, so clients cannot choose hash values.
        let hash = UInt64(bitPattern: Int64(identity.hashValue))
        state.withLock { state in
            state.tokens[.accepted, default: 0] += 1
            state.acceptedTokens.see(hash: hash)
        }
    }

    var reading: Reading {
        state.withLock { state in
            Reading(
                events: Dictionary(uniqueKeysWithValues: Event.allCases.map { ($0, state.events[$0.rawValue]) }),
                tokens: state.tokens,
                requests: state.requests,
                distinctAcceptedTokens: state.acceptedTokens.count, blocks: state.blocks, seconds: state.seconds,
                timed: state.timed, buckets: state.buckets)
        }
    }
}
