internal import Traffic

/// A page of metrics that is scraped during a replay, with the resolved addresses of its host.
public struct MetricsPage: Sendable {
    /// The URL without its query, which may contain secrets.
    public let label: String
    let target: ResolvedTarget
    /// The request target: path and query.
    let path: String

    /// Why a page cannot be scraped.
    public enum Problem: Error, Hashable, Sendable, CustomStringConvertible {
        case notAURL
        case target(TargetError)
        /// A test request before the run failed.
        case failed(page: String, reason: String)

        /// One line for the user.
        public var description: String {
            switch self {
            case .notAURL:
                "this is not a metrics page: give http://HOST[:PORT][/PATH] or https://…, without a user name"
            case .target(let error): error.description
            case .failed(let page, let reason): "cannot scrape \(page): \(reason)"
            }
        }
    }

    /// Parses a page's URL; the default path is `/metrics`.
    ///
    /// - Parameter allowedHosts: hosts that may be scraped although they are not loopback.
    /// - Throws: why the page cannot be scraped.
    public init(parsing text: String, allowedHosts: Set<String> = []) throws(Problem) {
        let scheme = text.prefix { $0 != ":" }
        let authority = text.dropFirst(scheme.count + 3).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let rest = text.dropFirst(scheme.count + 3 + authority.count)
        guard !rest.contains("#"), rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }), !authority.contains("="),
            let named = try? ReplayTarget(parsing: "\(scheme)://\(authority)"), text.hasPrefix("\(scheme)://")
        else { throw .notAURL }
        path = rest.isEmpty || rest == "/" ? "/metrics" : rest.first == "/" ? String(rest) : "/\(rest)"
        do throws(TargetError) {
            target = try ResolvedTarget(named, allowedHosts: allowedHosts)
        } catch {
            throw .target(error)
        }
        label = "\(named.scheme.label)://\(named.authority)\(path.prefix { $0 != "?" })"
    }
}
