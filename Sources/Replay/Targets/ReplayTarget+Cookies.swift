internal import Plan
internal import Traffic

extension ReplayTarget {
    /// The target as seen by the clones' cookie jars.
    var cookieTarget: CookieTarget {
        CookieTarget(host: host.lowercased(), basePath: basePath, isSecure: scheme == .https)
    }
}
