import Formats

/// Distinguishes requests that register a new person from those of known people.
enum Registration {
    /// Whether `draft`, which carries credentials and was answered with `status`, registers a new user.
    static func isMade(by draft: ParsedRequest, status: UInt16?) -> Bool {
        if isNamed(by: draft.target) || isNamed(inBodyOf: draft) || asksTwice(draft) { return true }
        // A login creates a session or a token.
        return status == 201 && !isLogin(draft.target)
    }

    /// Whether a target is that of a login: by the last name in its path, or by a parameter such as `do=login`.
    static func isLogin(_ target: [UInt8]) -> Bool {
        let text = String(decoding: target, as: UTF8.self).lowercased()
        let path = text.prefix { $0 != "?" }
        if path.split(separator: "/").last.map({ logins.contains(String($0.prefix { $0 != "." })) }) ?? false {
            return true
        }
        return text[path.endIndex...].dropFirst().split(separator: "&").contains { pair in
            let words = pair.split(separator: "=", maxSplits: 1)
            return words.count == 2 && choosesLogin(field: String(words[0]), value: Array(words[1].utf8))
        }
    }

    /// Whether a field gives a login as the purpose of its request: `do=login`.
    static func choosesLogin(field: String, value: [UInt8]) -> Bool {
        choosers.contains(IdentityFieldName.plain(field))
            && logins.contains(String(decoding: value.prefix(32), as: UTF8.self).lowercased())
    }

    /// Whether a field of the body indicates a registration: `action=createaccount`, `"operationName": "signUp"`, a
    /// button `register`.
    private static func isNamed(inBodyOf draft: ParsedRequest) -> Bool {
        CredentialFinder.fields(of: draft).contains { field in
            let name = IdentityFieldName.plain(field.field)
            if buttons.contains(name) { return true }
            guard choosers.contains(name) else { return false }
            let value = String(decoding: field.value, as: UTF8.self).lowercased()
            return parts.contains { value.contains($0) }
        }
    }

    /// Whether the path or query indicates a registration.
    private static func isNamed(by target: [UInt8]) -> Bool {
        let text = String(decoding: target, as: UTF8.self).lowercased()
        let path = text.prefix { $0 != "?" }
        if path.split(separator: "/").contains(where: { segment in collections.contains { $0 == segment } }) {
            return true
        }
        return mentionsRegistration(target)
    }

    /// Whether a target contains a word for registrations.
    static func mentionsRegistration(_ target: [UInt8]) -> Bool {
        let text = String(decoding: target, as: UTF8.self).lowercased()
        return parts.contains { text.contains($0) }
    }

    /// Whether the password occurs twice, as when people type a new one.
    private static func asksTwice(_ draft: ParsedRequest) -> Bool {
        let passwords = CredentialFinder.credentials(in: draft).filter { $0.kind == .password }
        guard let first = passwords.first, passwords.allSatisfy({ $0.value == first.value }) else { return false }
        return passwords.count > 1
            || CredentialFinder.fields(of: draft).contains { field in
                field.kind == .other && field.value == first.value && repeatsPassword(field: field.field)
            }
    }

    /// Whether a field repeats a password that people type twice.
    static func repeatsPassword(field: String) -> Bool {
        repetitions.contains { IdentityFieldName.plain(field).contains($0) }
    }

    private static let collections: Set<Substring> = ["join", "enroll", "users", "accounts"]
    /// Last path segments of logins.
    private static let logins: Set<String> = [
        "login", "log-in", "log_in", "signin", "sign-in", "sign_in", "logon", "auth", "authenticate", "authentication",
        "authorize", "token", "tokens", "session", "sessions", "jwt", "oauth", "access_token", "access-token",
        "refresh",
    ]
    /// Fields whose value gives the purpose of a request.
    private static let choosers: Set<String> = [
        "action", "op", "operation", "operationname", "do", "mode", "cmd", "command", "task", "method", "form",
        "formid",
        "submit", "type", "page", "step",
    ]
    /// Fields that are present when a registration button was pressed.
    private static let buttons: Set<String> = [
        "register", "signup", "createaccount", "wpcreateaccount", "createreturnurl", "registration",
    ]
    /// Words in the names of fields that repeat a password.
    private static let repetitions = ["retype", "confirm", "repeat", "again", "verif"]
    private static let parts = [
        "register", "registration", "signup", "sign-up", "sign_up", "createaccount", "create-account", "create_account",
        "newuser", "new_user", "newaccount",
    ]
}
