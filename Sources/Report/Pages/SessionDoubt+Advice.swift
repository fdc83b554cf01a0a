public import Analysis
public import Plan

extension SessionDoubt {
    /// The doubt and what to do about it.
    public func advised(by advisor: Advisor) -> String {
        switch self {
        case .singleRequests: advisor.adding(.recordByClient, to: description)
        case .foreignValues: advisor.adding(.recordAsOneSession, to: description)
        }
    }
}
