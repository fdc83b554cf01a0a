/// Names in paths that describe operations, and are never values.
enum ReservedNames {
    /// Whether `name` is such a word, or an API version.
    static func isReserved(_ name: String) -> Bool {
        if name.isEmpty || words.contains(name.lowercased()) { return true }
        return isVersion(name) && name.utf8.count <= 10
    }

    /// Whether `name` is a version: `v1`, `v2beta1`, `1.25`.
    static func isVersion(_ name: String) -> Bool {
        let isMarked = name.first == "v" || name.first == "V"
        let rest = isMarked ? name.dropFirst() : name[...]
        return rest.first?.isNumber == true && (isMarked || rest.contains("."))
    }

    /// Whether `name` is a plural: `users`, `policies`. Words that only look like plurals are excluded.
    static func isPlural(_ name: String) -> Bool {
        let name = name.lowercased()
        return name.utf8.count > 3 && name.hasSuffix("s") && !name.hasSuffix("ss") && !singular.contains(name)
    }

    private static let words: Set<String> = [
        "new", "edit", "add", "create", "update", "delete", "remove", "search", "find", "query", "list", "count",
        "export", "import", "upload", "download", "batch", "bulk", "stats", "summary", "me", "self", "current",
        "latest", "login", "logout", "signin", "signout", "signup", "sign-in", "sign-out", "sign-up", "register",
        "verify", "confirm", "reset", "refresh", "token", "tokens", "revoke", "authorize", "password", "password_reset",
        "password-reset", "password_change", "password-change", "status", "health", "healthz", "ready", "readyz",
        "livez", "metrics", "schema", "docs", "info", "version", "config", "settings", "profile", "preview", "history",
        "all", "active", "archive", "archived", "pending", "popular", "recent", "trending", "starred", "public",
        "private", "watch", "proxy", "index.html", "done", "callback", "jsi18n", "autocomplete", "change",
    ]
    private static let singular: Set<String> = [
        "settings", "status", "news", "stats", "metrics", "analytics", "docs", "address", "apis", "tools", "graphics",

        "admins", "utils",
    ]
}
