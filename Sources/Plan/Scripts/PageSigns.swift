import Formats

/// What an HTML page shows about itself. Distinguishes a login or error page from the recorded page: many services send
/// both with status 200.
public struct PageSigns: OptionSet, Hashable, Sendable {
    /// A bit for each sign.
    public let rawValue: UInt8

    /// Signs by their bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// It has a field for a password.
    static let asksForPassword = PageSigns(rawValue: 1)
    /// Its title is that of a login page.
    static let isTitledLogin = PageSigns(rawValue: 2)
    /// Its title is that of an error page.
    static let isTitledError = PageSigns(rawValue: 4)

    /// It only redirects to a login page.
    static let leadsToLogin = PageSigns(rawValue: 8)

    /// The longest page that only redirects, in bytes.
    private static let leadingCount = 4 << 10
    /// The number of bytes of a page that are searched, and of those the number that are searched for the title.
    private static let probedCount = 256 << 10
    private static let headCount = 16 << 10
    /// The longest title, in bytes.
    private static let titleLimit = 200

    /// The signs of `page`, after content decoding.
    init(_ page: [UInt8]) {
        self = []
        page.withUnsafeBufferPointer { bytes in
            let bytes = UnsafeBufferPointer(rebasing: bytes.prefix(PageSigns.probedCount))
            if PageSigns.passwordFields.occur(in: bytes) { insert(.asksForPassword) }
            if bytes.count <= PageSigns.leadingCount, PageSigns.leadsToLogin(bytes) { insert(.leadsToLogin) }
            guard let title = PageSigns.title(of: UnsafeBufferPointer(rebasing: bytes.prefix(PageSigns.headCount)))
            else {
                return
            }
            if PageSigns.namesLogin(title) { insert(.isTitledLogin) }
            if PageSigns.namesError(title) { insert(.isTitledError) }
        }
    }

    /// How the page `live` differs in kind from the recorded one; nil if it does not.
    func departure(_ live: [UInt8]) -> String? {
        let gained = PageSigns(live).subtracting(self)
        if gained.contains(.asksForPassword), !contains(.isTitledLogin) {
            return "the response is a login page: it asks for a password, and the recorded one does not"
        }
        if gained.contains(.isTitledLogin), !contains(.asksForPassword) {
            return "the response is a login page, by its title"
        }
        if gained.contains(.leadsToLogin), !contains(.asksForPassword) {
            return "the response is a page that redirects to a login page"
        }
        return gained.contains(.isTitledError) ? "the response is an error page, by its title" : nil
    }

    /// Whether a short page has `content="0; url=/login"` or `location = "/login"` in it.
    private static func leadsToLogin(_ page: UnsafeBufferPointer<UInt8>) -> Bool {
        guard leads.occur(in: page) else { return false }
        var start = 0
        while start < page.count {
            let end = page[start...].firstIndex { $0 == UInt8(ascii: ">") || $0 == UInt8(ascii: "\n") } ?? page.count
            let line = page[start..<end]
            start = end + 1
            if leads.occur(in: line), RedirectShape.namesLogin(Array(line)[...]) { return true }
        }
        return false
    }

    private static let leads = AnyCaseWords("\"refresh\"", "'refresh'", "location")
    private static let passwordFields = AnyCaseWords("type=\"password\"", "type='password'", "type=password")

    /// The words of a page's title in lower case; nil if it has none.
    private static func title(of page: UnsafeBufferPointer<UInt8>) -> [String]? {
        var position = 0
        while let start = ByteSearch.index(of: UInt8(ascii: "<"), in: page, position..<page.count) {
            position = start + 1
            guard page.count - start > opening.count, ASCII.isEqual(page[start..<start + opening.count], opening),
                let open = page[start...].firstIndex(of: UInt8(ascii: ">"))
            else { continue }
            let text = page[(open + 1)...].prefix(titleLimit).prefix { $0 != UInt8(ascii: "<") }
            return text.split { !isOfWord($0) }.map { String(decoding: $0.map(ASCII.lowercased), as: UTF8.self) }
        }
        return nil
    }

    private static let opening = Array("<title".utf8)

    private static func isOfWord(_ byte: UInt8) -> Bool { ASCII.isAlphanumeric(byte) || byte >= 0x80 }

    /// The most words of a title that names the kind of a page. Longer titles have a subject, which may be errors.
    private static let titleWords = 4

    private static func namesLogin(_ title: [String]) -> Bool {
        guard title.count <= titleWords else { return false }
        return title.contains { logins.contains($0) }
            || zip(title, title.dropFirst()).contains { logins.contains($0 + $1) }
    }

    private static func namesError(_ title: [String]) -> Bool {
        guard title.count <= titleWords else { return false }
        if let first = title.first, errorCodes.contains(first) { return true }
        return zip(title, title.dropFirst()).contains { errors.contains($0 + $1) }
            || title.contains { errors.contains($0) }
    }

    /// Words and pairs of words in titles of login pages.
    private static let logins: Set<String> = [
        "login", "logon", "signin", "signon", "loginpage", "anmelden", "anmeldung", "einloggen", "connexion",
        "connecter",
        "identifier", "iniciarsesión", "acceder", "accedi", "entrar", "inloggen", "zaloguj", "logowanie", "войти",
        "вход",
        "ログイン", "登录", "登入", "로그인",
    ]
    private static let errorCodes: Set<String> = ["400", "401", "403", "404", "500", "502", "503", "504"]
    private static let errors: Set<String> = [
        "error", "fehler", "erreur", "notfound", "accessdenied", "permissiondenied", "forbidden", "unauthorized",
        "sessionexpired", "sessiontimeout", "servererror", "badrequest", "serviceunavailable", "badgateway",
    ]
}
