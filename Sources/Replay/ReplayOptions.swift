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
    /// What counts as a good answer.
    public var expectation: Expectation = .recorded
    /// Whether the recorded Host is sent instead of the target's.
    public var keepsHost = false
    /// Whether certificates of TLS targets must verify.
    public var verifiesCertificates = true
    /// A PEM file of certificate authorities for TLS targets, instead of the system's.
    public var certificateAuthorities: String?

    /// Which status codes are no failure.
    public enum Expectation: String, Sendable, CaseIterable {
        /// The recorded code; any below 500 where none was recorded.
        case recorded
        /// 200…399.
        case success
        /// Every code.
        case any

        /// Whether `status` is a good answer where `recorded` was the recorded one.
        public func accepts(_ status: UInt16, recorded: UInt16?) -> Bool {
            switch self {
            case .recorded: recorded.map { $0 == status } ?? (status < 500)
            case .success: (200..<400).contains(status)
            case .any: true
            }
        }
    }

    /// The defaults, towards `targets`.
    public init(targets: TargetMap) { self.targets = targets }
}
