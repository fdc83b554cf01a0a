public import Measurement
public import Plan
internal import Traffic

/// How a plan is sent: everything that is not part of the plan itself.
public struct ReplayOptions: Sendable {
    /// Where requests go.
    public var targets: TargetMap
    /// Worker threads; nil for one a processor this process may use.
    public var workers: Int?
    /// When nothing new starts any more, from the first due time; nil when the plan ends by itself.
    public var duration: Duration?
    /// How long what is under way at the end may still take.
    public var drain: Duration = .seconds(10)
    /// How late a clone may be before it is ended.
    public var maxBehind: Duration = .seconds(30)
    /// A whole request's time, connecting included.
    public var timeout: Duration = .seconds(30)
    /// The time to connect, TLS included.
    public var connectTimeout: Duration = .seconds(10)
    /// The time from a request's first byte to its response's; nil for no such limit.
    public var firstByteTimeout: Duration?
    /// What a request waits for.
    public var order: Order = .all
    /// The most requests a second, all workers together; nil for no cap. The wait is held time.
    public var requestsPerSecond: Double?
    /// Which connections a clone has.
    public var connections: ConnectionRule = .recorded
    /// Who moves the bytes.
    public var transport: TransportChoice = .automatic
    /// What counts as a good answer.
    public var expectation: Expectation = .recorded
    /// The same by the plan's parts, where they differ; empty where they do not.
    public var expectationsByPart: [Expectation] = []
    /// What is added to the index of a target for the requests of each of the plan's parts; empty for nothing.
    private(set) var targetOffsets: [Int] = []
    /// What requests are told apart by when they are measured; nil for nothing beside their endpoints.
    public var stretches: RunStretches?
    /// What becomes of a request that needs a value which no response has given.
    public var onMissing = MissingValue.skip
    /// How long before it expires a token is renewed.
    public var renewalMargin = RenewalMargin.automatic
    /// What a clone does when a request that carries a token is answered 401.
    public var onUnauthorized = Unauthorized.count
    /// A shell command that makes values and signatures; nil for none.
    public var mintCommand: String?
    /// How long that command may take for one.
    public var mintTimeout: Duration = .seconds(5)
    /// Whether a body unlike the recorded one, by length or hash, is a failure.
    public var comparesBodies = false
    /// Whether the recorded Host is sent instead of the target's.
    public var keepsHost = false
    /// What every request goes through, by libcurl; nil for none. The targets must have been resolved for it.
    public var proxy: ResolvedProxy?
    /// Whether certificates of TLS targets must verify.
    public var verifiesCertificates = true
    /// A PEM file of certificate authorities for TLS targets, instead of the system's.
    public var certificateAuthorities: String?

    /// What a request waits for.
    public enum Order: String, Sendable, CaseIterable {
        /// Every exchange of its session that had ended in the recording before it began.
        case all
        /// Those among them whose values it uses.
        case values
    }

    /// Who moves the bytes.
    public enum TransportChoice: String, Sendable, CaseIterable {
        /// Our own sockets for HTTP/1.1, libcurl for HTTP/2.
        case automatic = "auto"
        /// libcurl for everything.
        case curl
        /// Our own sockets for everything: all of it goes out as HTTP/1.1.
        case wire
    }

    /// What becomes of a request that needs a value which no response has given. It counts as a failure either way.
    public enum MissingValue: String, Sendable, CaseIterable {
        /// It goes out with the recorded value.
        case send
        /// It is not sent.
        case skip
        /// It is not sent, and its clone ends.
        case abortSession = "abort-session"
    }

    /// Which status codes are no failure.
    public enum Expectation: String, Sendable, CaseIterable {
        /// The recorded code; any below 500 where none was recorded. A live success where the recording has 401, 304, 429 or
        /// an error of the server is better than recorded: no failure, but counted.
        case recorded
        /// The recorded code and no other; any below 500 where none was recorded.
        case exact
        /// A code of the recorded one's hundred; any below 500 where none was recorded.
        case sameClass = "class"
        /// 200…299.
        case success = "2xx"
        /// Every code.
        case any = "none"

        /// Whether `status` is a good answer where `recorded` was the recorded one.
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

    /// The defaults, towards `targets`.
    public init(targets: TargetMap) { self.targets = targets }
}

extension ReplayOptions {
    /// Files that are open at once in addition to connections, for `slots` slots.
    public func extraDescriptors(slots: Int) -> Int { proxy == nil ? 0 : slots * CurlTransport.descriptorsPerLane }

    /// Has connections come from local addresses, by the plan's parts; nil for the machine's choice.
    public mutating func connect(from sources: [String?]) {
        guard sources.contains(where: { $0 != nil }) else { return }
        var distinct: [String?] = []
        for source in sources where !distinct.contains(source) { distinct.append(source) }
        let count = targets.targets.count
        targetOffsets = sources.map { (distinct.firstIndex(of: $0) ?? 0) * count }
        targets = targets.repeated(forSources: distinct)
    }

    /// What counts as a good answer to a request of a part.
    func expectation(ofPart part: Int) -> Expectation {
        part < expectationsByPart.count ? expectationsByPart[part] : expectation
    }

    /// Whether libcurl sends `request` to `target`.
    func usesCurl(for request: RequestScript, target: ResolvedTarget) -> Bool {
        if proxy != nil { return true }
        // libcurl would need the address for each of its handles.
        if target.source != nil { return false }
        return switch transport {
        case .curl: true
        case .wire: false
        // Without TLS, only who was recorded to speak HTTP/2 so is believed to.
        case .automatic:
            request.version == .http2 && (target.target.scheme == .https || request.scheme == .http)
        }
    }
}
