internal import Plan
internal import Traffic

extension ReplayTarget {
    /// What the target is to the cookies of the clones.
    var cookieTarget: CookieTarget {
        CookieTarget(host: host.lowercased(), basePath: basePath, isSecure: scheme == .https)
    }
}
