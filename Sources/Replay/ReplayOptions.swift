public import Measurement
public import Plan
public import Traffic

/// How a plan is sent: all settings that are not part of the plan itself.
public struct ReplayOptions: Sendable {
    /// The targets that requests are sent to.
    public var targets: TargetMap
    /// Worker threads; nil for one per processor available to this process.
    public var workers: Int?
    /// When no more clones or requests start, from the first due time; nil when the plan ends by itself.
    public var duration: Duration?
    /// How long requests in flight at the end may still take.
    public var drain: Duration = .seconds(10)
    /// How late a clone may be before it is ended.
    public var maxBehind: Duration = .seconds(30)
    /// The time limit of a whole request, including connecting.
    public var timeout: Duration = .seconds(30)
    /// The time limit for connecting, including TLS.
    public var connectTimeout: Duration = .seconds(10)
    /// The time limit from a request's first byte to its response's; nil for no limit.
    public var firstByteTimeout: Duration?
    /// Which earlier exchanges a request waits for.
    public var order: Order = .all
    /// The most requests per second over all workers; nil for no cap. The wait counts as held time.
    public var requestsPerSecond: Double?
    /// How a clone's connections are opened and kept.
    public var connections: ConnectionRule = .recorded
    /// The transport that sends requests.
    public var transport: TransportChoice = .automatic
    /// What counts as a good response.
    public var expectation: Expectation = .recorded
    /// The expectation of each of the plan's parts where they differ; empty if they do not.
    public var expectationsByPart: [Expectation] = []
    /// What is added to a target's index for the requests of each of the plan's parts; empty for nothing.
    private(set) var targetOffsets: [Int] = []
    /// How requests are grouped in measurements in addition to their endpoints; nil for no further grouping.
    public var stretches: RunStretches?
    /// The numbers of the recorded exchanges in their log by script and request, for examples; 0 and what is missing is
    /// not known.
    public var exchangeNumbers: [[UInt64]] = []
    /// What happens to a request that needs a value which no response gave.
    public var onMissing = MissingValue.skip
    /// How long before its expiry a token is renewed.
    public var renewalMargin = RenewalMargin.automatic
    /// What a clone does when a request with a token is answered 401.
    public var onUnauthorized = Unauthorized.count
    /// A shell command that makes values and signatures; nil for none.
    public var mintCommand: String?
    /// The time limit of that command for one value.
    public var mintTimeout: Duration = .seconds(5)
    /// Whether a body that differs from the recorded one, by length or hash, is a failure.
    public var comparesBodies = false
    /// Whether the recorded Host is sent instead of the target's.
    public var keepsHost = false
    /// The proxy for all requests, used through libcurl; nil for none. The targets must have been resolved for it.
    public var proxy: ResolvedProxy?
    /// Whether certificates of TLS targets are verified.
    public var verifiesCertificates = true
    /// A PEM file of certificate authorities for TLS targets, instead of the system's.
    public var certificateAuthorities: String?

    /// Which earlier exchanges a request waits for.
    public enum Order: String, Sendable, CaseIterable {
        /// All exchanges of its session that had ended in the recording before it began.
        case all
        /// Only those of them whose values it uses.
        case values
    }

    /// The transport that sends requests.
    public enum TransportChoice: String, Sendable, CaseIterable {
        /// Our own sockets for HTTP/1.1, libcurl for HTTP/2.
        case automatic = "auto"
        /// libcurl for everything.
        case curl
        /// Our own sockets for everything, which is sent as HTTP/1.1.
        case wire
    }

    /// What happens to a request that needs a value which no response gave. It counts as a failure in any case.
    public enum MissingValue: String, Sendable, CaseIterable {
        /// It is sent with the recorded value.
        case send
        /// It is not sent.
        case skip
        /// It is not sent, and its clone ends.
        case abortSession = "abort-session"
    }

    /// Which status codes are not failures.
    public enum Expectation: String, Sendable, CaseIterable {
        /// The recorded code; any below 500 if none was recorded. A live success where the recording has 401, 304, 429
        /// or a server error is "better than recorded": it is not a failure, but it is counted.
        case recorded
        /// Only the recorded code; any below 500 if none was recorded.
        case exact
        /// A code with the recorded one's first digit; any below 500 if none was recorded.
        case sameClass = "class"
        /// 200…299.
        case success = "2xx"
        /// Every code.
        case any = "none"

        /// Whether `status` is a good response, where `recorded` is the recorded code.
        public func accepts(_ status: UInt16, recorded: UInt16?) -> Bool {
            switch self {
            case .recorded, .exact: recorded.map { $0 == status } ?? (status < 500)
            case .sameClass: recorded.map { $0 / 100 == status / 100 } ?? (status < 500)
            case .success: (200..<300).contains(status)
            case .any: true
            }
        }
    }

    /// A client certificate and its key for TLS targets (PEM files).
    public var clientCertificate: String?
    /// The certificate's key.
    public var clientKey: String?

    /// The defaults for `targets`.
    public init(targets: TargetMap) { self.targets = targets }
}

extension ReplayOptions {
    /// Files kept open in addition to connections, for `slots` slots.
    public func extraDescriptors(slots: Int) -> Int { proxy == nil ? 0 : slots * CurlTransport.descriptorsPerLane }

    /// Makes connections come from local addresses, by the plan's parts; nil for the system's choice.
    public mutating func connect(from sources: [SourceAddresses?]) {
        guard sources.contains(where: { $0 != nil }) else { return }
        var distinct: [SourceAddresses?] = []
        for source in sources where !distinct.contains(source) { distinct.append(source) }
        let count = targets.targets.count
        targetOffsets = sources.map { (distinct.firstIndex(of: $0) ?? 0) * count }
        targets = targets.repeated(forSources: distinct)
    }

    /// What counts as a good response to a request of a part.
    func expectation(ofPart part: Int) -> Expectation {
        part < expectationsByPart.count ? expectationsByPart[part] : expectation
    }

    /// Whether libcurl sends `request` to `target`.
    func usesCurl(for request: RequestScript, target: ResolvedTarget) -> Bool {
        if proxy != nil { return true }
        // libcurl would need the source address on each of its handles.
        if target.source != nil { return false }
        return switch transport {
        case .curl: true
        case .wire: false
        // Without TLS, only targets that spoke HTTP/2 in the recording are assumed to support it.
        case .automatic:
            request.version == .http2 && (target.target.scheme == .https || request.scheme == .http)
        }
    }
}
